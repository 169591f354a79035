//! Files of users. A row is known by its **External Id**, else by its email, else, when it
//! has no email, by its login.
//!
//! A new user is a portal user, Pending, with contact, profile, membership and a place at
//! every active site, all in the commit of its chunk. Staff accounts are never made or
//! changed from a file.

mod chunk;
mod logins;
mod make;
mod refusals;
mod update;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::fold;
use crate::domain::matching;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::UserKind;
use crate::domain::validate::{self, COMPANY_CODE};
use crate::service::cell;
use crate::service::companies::keep;
use crate::service::{Desk, DeskError, Session};

use super::batch::Seen;
use super::engine::{self, Intake, Run};
use super::firms::{CompanyCell, EXTERNAL_ID, Firms, Keyed};
use super::person::Person;
use super::sheet::Column;
use super::text::Source;
use super::unlinked::Unlinked;
use super::{ImportArgs, ImportRow, ImportSummary, Sink};

use logins::Logins;

/// The most characters of a login that is made of a name: room for a number is left.
const LOGIN_LENGTH: usize = 200;

/// A row that can be read.
struct Draft {
    line: u64,
    external: Option<Keyed>,
    first: Option<Text>,
    last: Option<Text>,
    email: Option<Keyed>,
    phone: Option<Text>,
    company: CompanyCell,
    /// The other companies that the user acts for.
    others: Option<Vec<Keyed>>,
    login: Option<Keyed>,
    /// What a login is made of when none is given.
    base: String,
    kind: Option<UserKind>,
    /// A digest of the row, for telling whether two are the same.
    digest: u64,
}

/// Users on their way in.
#[derive(Default)]
struct Users {
    firms: Firms,
    unlinked: Unlinked,
    logins: Logins,
    /// The users that rows have named.
    seen: Seen,
    /// What the users of a dry run are known by, and digests of their rows; see
    /// [`PLANNED`](super::engine::PLANNED).
    planned: HashMap<u64, u64>,
}

impl Desk {
    /// Imports portal users from a CSV file with the columns
    /// `External Id,First Name,Last Name,Email,Phone,Company,Customer Id,Login`, in any order,
    /// and, as exports have them, `Other Customer Ids` and `Kind`.
    ///
    /// A user that is there is changed to what the row says; an empty cell leaves what it
    /// has. An empty login of a new user is made of the name. `sink` is told of each chunk
    /// once it is on the disk, and may stop the rest.
    ///
    /// # Errors
    /// When the role may not, the file is none of the kind, no site of the portal is active,
    /// or the store can't be written. A bad row is no error.
    pub fn import_users(
        &self,
        who: &Session,
        args: ImportArgs<'_>,
        source: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Result<ImportSummary, DeskError> {
        self.authorize(who, Permission::CreatePortalUsers)?;
        self.portal_sites()?;
        engine::go_through(self, who, args, source, Users::default(), sink)
    }
}

impl Intake for Users {
    type Draft = Draft;
    const COLUMNS: &'static [Column] = &[
        Column::optional("External Id", &["external", "external reference"]),
        Column::optional("First Name", &["first", "given name"]),
        Column::optional("Last Name", &["last", "surname", "family name"]),
        Column::required("Email", &["e mail", "email address", "mail"]),
        Column::optional("Phone", &["telephone", "phone number"]),
        Column::optional("Company", &["company name"]),
        Column::required(
            "Customer Id",
            &["company code", "customer number", "customer no", "partner id"],
        ),
        Column::optional("Login", &["username", "login name", "user name", "user id"]),
        Column::optional("Other Customer Ids", &[]),
        Column::optional("Kind", &[]),
        // An export tells these two, and no file sets them.
        Column::optional("Role", &[]),
        Column::optional("Status", &[]),
    ];
    const PERMISSION: Permission = Permission::CreatePortalUsers;
    const CHUNK: usize = 100;

    fn read(line: u64, cells: Vec<String>, _now: Timestamp) -> Result<Draft, Vec<Problem>> {
        let mut hasher = DefaultHasher::new();
        cells.hash(&mut hasher);
        let digest = hasher.finish();
        let Some((cells, [login, others, kind, _role, _status])) = cells.split_first_chunk() else {
            return Err(vec![engine::torn()]);
        };
        let mut problems = Vec::new();
        let Person { external, first, last, email, phone, company } =
            Person::read(cells, &mut problems);
        let login = match login.trim() {
            "" => None,
            login => keep(&mut problems, validate::portal_login(login)),
        };
        let others = keep(&mut problems, codes(others)).flatten();
        let kind = keep(&mut problems, kind_of(kind)).flatten();
        if problems.is_empty() && external.is_none() && email.is_none() && login.is_none() {
            problems.push(nothing_to_know_it_by());
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut base = String::new();
        if login.is_none() {
            let raw = |it: Option<&Text>| it.map_or("", Text::raw).to_owned();
            let email = raw(email.as_ref().map(|it| &it.text));
            base = matching::suggested_login(&raw(first.as_ref()), &raw(last.as_ref()), &email);
            base.truncate(LOGIN_LENGTH);
            if validate::ends_like_user_id(&base) {
                base.truncate(LOGIN_LENGTH - 2);
            }
        }
        Ok(Draft {
            line,
            external,
            first,
            last,
            email,
            phone,
            company,
            others,
            login: login.map(Keyed::new),
            base,
            kind,
            digest,
        })
    }

    fn settle(
        &mut self,
        desk: &Desk,
        run: &Run<'_>,
        drafts: Vec<Draft>,
    ) -> Result<Vec<ImportRow>, DeskError> {
        engine::retrying(|| {
            let rows = self.attempt(desk, run, &drafts)?;
            if rows.is_none() {
                self.firms.forget();
                self.unlinked.forget();
            }
            Ok(rows)
        })
    }
}

/// Reads **Other Customer Ids**: codes with `;` between them, quoted like cells.
fn codes(cell: &str) -> Result<Option<Vec<Keyed>>, Problem> {
    if cell.trim().is_empty() {
        return Ok(None);
    }
    let mut codes = Vec::new();
    for code in super::rows::cells(cell.trim(), b';')? {
        if let Some(code) = validate::optional(COMPANY_CODE, &cell::read(&code))? {
            codes.push(Keyed::new(code));
        }
    }
    Ok(Some(codes))
}

fn kind_of(cell: &str) -> Result<Option<UserKind>, Problem> {
    match fold::search(cell.trim()).as_str() {
        "" => Ok(None),
        "portal" => Ok(Some(UserKind::Portal)),
        "staff" => Ok(Some(UserKind::Staff)),
        _ => Err(Problem::field(
            Code::Malformed,
            "kind",
            format!(
                "Kind “{}” is neither Portal nor Staff; leave it empty for Portal.",
                Text::from(cell.trim())
            ),
        )),
    }
}

fn nothing_to_know_it_by() -> Problem {
    Problem::field(
        Code::Missing,
        EXTERNAL_ID.name,
        "The row has no External Id, no Email and no Login, so that a second run would not know it again; give one of them.",
    )
}
