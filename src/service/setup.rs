//! First start: the first Security Administrator, one site, the portal site group, and the job
//! that sends mails.

use crate::domain::audit::Action;
use crate::domain::id::{JobId, SiteId, UserId};
use crate::domain::job::{Job, Schedule, Step};
use crate::domain::password;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{CreatedVia, Group, User, UserKind, UserStatus};
use crate::domain::validate::{self, Field};
use crate::store::query::{Filter, List, Query};
use crate::store::record::PORTAL_GROUP;
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt};

use super::companies::keep;
use super::session::{Origin, stranger};
use super::trail::created;
use super::{Desk, DeskError, Sort};

/// The site's name, as people read it.
const SITE_NAME: Field = Field { name: "site_name", label: "Site name", max: 100 };

/// What the first start asks for.
#[derive(Debug, Clone)]
pub struct FirstStart {
    /// The first administrator's login.
    pub login: String,
    /// First name; may be empty.
    pub first: String,
    /// Last name; may be empty.
    pub last: String,
    /// Email; may be empty.
    pub email: String,
    /// The password.
    pub password: Secret,
    /// The short name of the portal's first site.
    pub site_code: String,
    /// Its name; the code when empty.
    pub site_name: String,
    /// Its address; may be empty.
    pub website: String,
}

impl FirstStart {
    /// An administrator without a name, and a site called `main`.
    pub fn new(login: impl Into<String>, password: Secret) -> Self {
        Self {
            login: login.into(),
            first: String::new(),
            last: String::new(),
            email: String::new(),
            password,
            site_code: String::from("main"),
            site_name: String::from("Customer portal"),
            website: String::new(),
        }
    }
}

impl Desk {
    /// Whether nobody has set this store up yet.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn is_empty(&self) -> Result<bool, DeskError> {
        if self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.is_some() {
            return Ok(false);
        }
        let totals = Query {
            list: List::Users,
            filter: Filter::default(),
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: 0,
            partly: false,
            stop: self.stop.clone(),
        };
        Ok(self.repo.query(&totals)?.all == 0)
    }

    /// Sets an empty store up: administrator, site, portal site group and job in one commit.
    ///
    /// The portal is on from the start. The administrator signs in afterwards like anyone.
    ///
    /// # Errors
    /// When the input has problems, and when somebody has set the store up already, be it at
    /// the same moment.
    pub fn set_up(&self, input: &FirstStart, origin: &Origin) -> Result<UserId, DeskError> {
        if !self.is_empty()? {
            return Err(set_up_already());
        }
        let mut problems = Vec::new();
        let mut user = first_administrator(input, self.clock.now(), &mut problems);
        let mut site = first_site(input, &mut problems);
        if !problems.is_empty() {
            return Err(DeskError::Problems(problems));
        }
        user.password_hash = Some(self.hasher.hash(&input.password, &*self.clock)?);
        user.id = UserId(self.repo.reserve(Kind::User, 1)?);
        site.id = SiteId(self.repo.reserve(Kind::Site, 1)?);
        let group =
            PortalGroup { code: "portal".into(), sites: vec![site.id], portal_enabled: true };
        let job = first_job(JobId(self.repo.reserve(Kind::Job, 1)?), user.created_at);
        let job =
            Job { next_run_at: job.schedule.next_after(job.created_at, self.clock.zone()), ..job };
        let actor = stranger("first start", origin);
        let draft = AuditDraft::new(user.created_at, &actor, Action::Setup)
            .on(Key::new(Kind::User, user.id.0), user.user_id())
            .on(Key::new(Kind::Site, site.id.0), site.code.clone())
            .on(Key::new(Kind::PortalGroup, PORTAL_GROUP), group.code.clone())
            .on(Key::new(Kind::Job, job.id.0), job.name.clone())
            .changing(created([
                ("login_name", Some(user.login_name.clone())),
                ("first", user.first.clone()),
                ("last", user.last.clone()),
                ("email", user.email.clone()),
                ("role", Some(user.role.name().into())),
                ("site", Some(site.code.clone())),
                ("job", Some(job.name.clone())),
            ]));
        let id = user.id;
        // Creating the one portal site group is what only one of two can do.
        let changes = Changes::new(draft).create(user).create(site).create(group).create(job);
        match self.repo.commit(changes) {
            Ok(_) => Ok(id),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(CommitError::Conflict(_) | CommitError::Taken { .. }) => Err(set_up_already()),
        }
    }
}

/// The account, without hash and number.
fn first_administrator(input: &FirstStart, now: Timestamp, problems: &mut Vec<Problem>) -> User {
    let names = Names {
        login_name: keep(problems, validate::staff_login(&input.login)).unwrap_or_default(),
        first: keep(problems, validate::optional(validate::FIRST, &input.first)).flatten(),
        last: keep(problems, validate::optional(validate::LAST, &input.last)).flatten(),
        email: keep(problems, validate::optional_email(&input.email)).flatten(),
    };
    let own = [&input.login, &input.first, &input.last, &input.email].map(String::as_str);
    keep(problems, password::check(&password::normalize(&input.password), &own, false));
    new_staff(names, Role::SecurityAdministrator, CreatedVia::FirstStart, now)
}

/// What staff are called.
pub(super) struct Names {
    pub login_name: Text,
    pub first: Option<Text>,
    pub last: Option<Text>,
    pub email: Option<Text>,
}

/// A staff account with a password to come: number and hash are still to be filled in.
pub(super) fn new_staff(names: Names, role: Role, via: CreatedVia, now: Timestamp) -> User {
    User {
        id: UserId(0),
        kind: UserKind::Staff,
        login_name: names.login_name,
        first: names.first,
        last: names.last,
        email: names.email,
        phone: None,
        role,
        groups: vec![Group::Staff],
        status: UserStatus::Active,
        password_hash: None,
        must_change_password: false,
        password_set_at: Some(now),
        failed_count: 0,
        throttled_until: None,
        last_login_at: None,
        created_at: now,
        created_via: via,
        login_follows_email: false,
        external_id: None,
        licence: None,
        portal_role: None,
        second_factor: None,
        factor_enrolled_at: None,
        temporary_until: None,
        invitation: None,
        last_mail: None,
    }
}

/// Minutes between two runs of the first job.
const OFTEN: u32 = 5;

/// The job that tells users whom Create User made of their profile, and sends what else waits.
fn first_job(id: JobId, now: Timestamp) -> Job {
    Job {
        id,
        name: "Notification".into(),
        schedule: Schedule::Every { minutes: OFTEN, from: now },
        steps: vec![Step::Notification, Step::ExpireInvitations],
        enabled: true,
        created_at: now,
        next_run_at: None,
        running: None,
        last_run: None,
    }
}

/// The site, without its number.
fn first_site(input: &FirstStart, problems: &mut Vec<Problem>) -> Site {
    let code = keep(problems, validate::required(validate::SITE_CODE, &input.site_code));
    let name = keep(problems, validate::optional(SITE_NAME, &input.site_name)).flatten();
    let website = keep(problems, validate::optional(validate::WEBSITE, &input.website)).flatten();
    let code = code.unwrap_or_default();
    Site {
        id: SiteId(0),
        name: name.unwrap_or_else(|| code.clone()),
        code,
        website: website.unwrap_or_default(),
        active: true,
        portal_enabled: true,
        sync_due: false,
    }
}

fn set_up_already() -> DeskError {
    DeskError::refused(
        Code::WrongState,
        "Portal Desk is set up already; sign in, or ask a Security Administrator for an account.",
    )
}
