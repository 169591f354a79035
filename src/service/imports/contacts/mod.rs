//! Files of contacts. A row is known by its **External Id**, else by its email, else, when it
//! has no email, by its name within its company.
//!
//! Several contacts may have one email. Which of them a row is about is then told by what
//! else it says: all of it, or the company, or the name.

mod chunk;

use std::collections::HashSet;

use crate::domain::contact::label;
use crate::domain::fold;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::validate::FIRST;
use crate::service::{Desk, DeskError, Session};

use super::batch::Seen;
use super::engine::{self, Intake, Run};
use super::firms::{CompanyCell, Firms, Keyed};
use super::person::Person;
use super::sheet::Column;
use super::text::Source;
use super::{ImportArgs, ImportRow, ImportSummary, Sink};

/// A row that can be read.
pub(super) struct Draft {
    line: u64,
    external: Option<Keyed>,
    first: Option<Text>,
    last: Option<Text>,
    email: Option<Keyed>,
    phone: Option<Text>,
    company: CompanyCell,
}

/// Contacts on their way in.
#[derive(Default)]
struct Contacts {
    firms: Firms,
    /// The contacts that rows have named.
    seen: Seen,
    /// What the contacts of a dry run are known by, see [`PLANNED`](super::engine::PLANNED).
    planned: HashSet<String>,
}

impl Desk {
    /// Imports contacts from a CSV file with the columns
    /// `External Id,First Name,Last Name,Email,Phone,Company,Customer Id`, in any order.
    ///
    /// A contact that is there is changed to what the row says; an empty cell leaves what it
    /// has. `sink` is told of each chunk once it is on the disk, and may stop the rest.
    ///
    /// # Errors
    /// When the role may not, the file is none of the kind, or the store can't be written. A
    /// bad row is no error.
    pub fn import_contacts(
        &self,
        who: &Session,
        args: ImportArgs<'_>,
        source: &mut dyn Source,
        sink: &mut Sink<'_>,
    ) -> Result<ImportSummary, DeskError> {
        engine::go_through(self, who, args, source, Contacts::default(), sink)
    }
}

impl Intake for Contacts {
    type Draft = Draft;
    const COLUMNS: &'static [Column] = &[
        Column::optional("External Id", &["external", "external reference"]),
        Column::required("First Name", &["first", "given name"]),
        Column::required("Last Name", &["last", "surname", "family name"]),
        Column::required("Email", &["e mail", "email address", "mail"]),
        Column::optional("Phone", &["telephone", "phone number"]),
        Column::optional("Company", &["company name"]),
        Column::optional(
            "Customer Id",
            &["company code", "customer number", "customer no", "partner id"],
        ),
    ];
    const PERMISSION: Permission = Permission::KeepCompanyFile;
    const CHUNK: usize = 100;

    fn read(line: u64, cells: Vec<String>, _now: Timestamp) -> Result<Draft, Vec<Problem>> {
        let cells = cells.try_into().map_err(|_| vec![engine::torn()])?;
        let mut problems = Vec::new();
        let person = Person::read(&cells, &mut problems);
        let Person { external, first, last, email, phone, company } = person;
        let nameless = first.is_none() && last.is_none() && email.is_none();
        if problems.is_empty() && nameless && external.is_none() {
            problems.push(nobody());
        }
        let draft = Draft { line, external, first, last, email, phone, company };
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
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
            }
            Ok(rows)
        })
    }
}

impl Draft {
    fn name(&self) -> Option<String> {
        label(self.first.as_ref(), self.last.as_ref()).map(|it| fold::search(it.raw()))
    }
}

/// The refusal of a row that names nobody.
fn nobody() -> Problem {
    Problem::field(
        Code::Missing,
        FIRST.name,
        "A contact needs a name or an email; fill in at least one of them.",
    )
}
