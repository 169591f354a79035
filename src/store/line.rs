//! Lines: what a list needs to know of a record, to find it and to order it.
//!
//! Owns what each list searches and what its columns sort by; what a filter lets through and
//! how two lines stand in an order is said by [`super::facts`]. Where lines are kept is the
//! affair of each repository; a line knows neither pages nor the records beside its own, it
//! is told by [`Related`].

use chrono::NaiveTime;

use super::facts::{Facts, folded};
use super::query::{List, Mark, Status};
use super::record::{AuditEntry, Record};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::contact::Contact;
use crate::domain::contract::Contract;
use crate::domain::factor::SecondFactor;
use crate::domain::id::{CompanyId, RoleId, SiteId, UserId};
use crate::domain::job::{Job, JobRun};
use crate::domain::login::LoginEvent;
use crate::domain::mail::{InvitationTrouble, Mail};
use crate::domain::request::PortalRequest;
use crate::domain::role::{PortalRole, Role};
use crate::domain::site::{Site, SiteGroup};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalProfile, User, UserKind};

/// What a list needs to know of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The number that rows are told apart by.
    pub number: u64,
    /// The companies it belongs to.
    pub companies: Vec<CompanyId>,
    /// What they are called, folded, in the same order.
    names: Vec<String>,
    /// Its own searched fields, see [`Facts::text`].
    text: Box<str>,
    time: Timestamp,
    status: Option<Status>,
    /// Until when a user's sign-in waits; the end of time for a locked one.
    throttled_until: Option<Timestamp>,
    last_login: Option<Timestamp>,
    actor: Option<UserId>,
    /// The bits of its [`Mark`]s.
    marks: u16,
    role: Option<Role>,
    own_role: Option<RoleId>,
    site: Option<SiteId>,
}

/// What a line takes from records beside its own.
pub trait Related {
    /// The name of a company, as it is kept.
    fn company_name(&self, id: CompanyId) -> Option<String>;
    /// The companies of a portal user, the primary one first.
    fn companies_of(&self, user: UserId) -> Vec<CompanyId>;
    /// The site that a portal user belongs to.
    fn site_of(&self, user: UserId) -> Option<SiteId>;
}

/// The companies that a profile acts for, the primary one first.
pub fn companies_of(profile: &PortalProfile) -> Vec<CompanyId> {
    let (mut primary, others): (Vec<_>, Vec<_>) =
        profile.memberships.iter().partition(|membership| membership.primary);
    primary.extend(others);
    primary.into_iter().map(|membership| membership.company).collect()
}

/// The columns of a line that hold text, as they are kept.
#[derive(Default)]
struct Columns<'a> {
    name: &'a str,
    email: &'a str,
    company: &'a str,
    login: &'a str,
    phone: &'a str,
}

impl Line {
    /// The line of a record and the list that it is in; `None` for what no list shows.
    pub fn of(record: &Record, related: &dyn Related) -> Option<(List, Self)> {
        match record {
            Record::Request(it) => Some((List::Requests, Self::of_request(it))),
            Record::Contact(it) => Some((List::Contacts, Self::of_contact(it, related))),
            Record::Company(it) => Some((List::Companies, Self::of_company(it))),
            Record::User(it) => Some((List::Users, Self::of_user(it, related))),
            Record::LoginEvent(it) => Some((List::Logins(it.user), Self::of_login(it))),
            Record::Contract(it) => Some((List::Contracts(it.company), Self::of_contract(it))),
            Record::Site(it) => Some((List::Sites, Self::of_site(it))),
            Record::SiteGroup(it) => Some((List::SiteGroups, Self::of_group(it))),
            Record::PortalRole(it) => Some((List::Roles, Self::of_role(it))),
            Record::SecondFactor(it) => Some((List::SecondFactors, Self::of_factor(it))),
            Record::Mail(it) => Some((List::Mails, Self::of_mail(it, related))),
            Record::Job(it) => Some((List::Jobs, Self::of_job(it))),
            Record::JobRun(it) => Some((List::Runs(it.job), Self::of_run(it))),
            Record::PortalGroup(_)
            | Record::Profile(_)
            | Record::Throttle(_)
            | Record::SlotKey(_) => None,
        }
    }

    /// The line of an entry of the trail.
    pub fn of_audit(entry: &AuditEntry) -> Self {
        let targets: Vec<&str> = entry.targets.iter().map(|target| target.label.raw()).collect();
        let columns = Columns { name: entry.actor.name.raw(), ..Columns::default() };
        let mut more = vec![entry.action.phrase(), raw(entry.note.as_ref())];
        more.extend(targets);
        let line = Self::new(entry.seq, entry.at, &columns, &more);
        let status = (!entry.action.is_routine()).then_some(Status::Deed);
        Self { actor: entry.actor.user, status, ..line }
    }

    fn of_request(it: &PortalRequest) -> Self {
        let label = it.label();
        let columns = Columns {
            name: label.raw(),
            email: it.email.raw(),
            company: it.company_name.raw(),
            login: "",
            phone: it.phone.raw(),
        };
        let more = [it.id.to_string()];
        let more = more.each_ref().map(String::as_str);
        let line = Self::new(it.id.0, it.submitted_at, &columns, &more);
        Self { status: Some(Status::Request(it.status)), ..line }
    }

    fn of_contact(it: &Contact, related: &dyn Related) -> Self {
        let companies: Vec<CompanyId> = it.company.into_iter().collect();
        let label = it.label();
        let columns = Columns {
            name: label.raw(),
            email: raw(it.email.as_ref()),
            phone: raw(it.phone.as_ref()),
            ..Columns::default()
        };
        let (number, external) = (it.id.to_string(), raw(it.external_id.as_ref()));
        let marks =
            bits([(Mark::NoEmail, it.email.is_none()), (Mark::NoCompany, companies.is_empty())]);
        let line = Self::new(it.id.0, UNDATED, &columns, &[&number, external]);
        Self { names: names(&companies, related), companies, marks, ..line }
    }

    fn of_company(it: &Company) -> Self {
        let columns = Columns {
            name: it.name.raw(),
            email: raw(it.email.as_ref()),
            company: it.name.raw(),
            login: it.code.raw(),
            phone: raw(it.phone.as_ref()),
        };
        let [city, country, website] =
            [&it.city, &it.country, &it.website].map(|text| raw(text.as_ref()));
        let more = [it.kind.word(), city, country, website];
        let marks = bits([
            (Mark::Customer, it.kind == CompanyKind::Customer),
            (Mark::Partner, it.kind == CompanyKind::Partner),
            (Mark::Inactive, !it.active),
            (Mark::OnHold, it.on_hold),
            (Mark::NoEmail, it.email.is_none()),
        ]);
        let line = Self::new(it.id.0, UNDATED, &columns, &more);
        Self { marks, site: Some(it.home_site), ..line }
    }

    fn of_contract(it: &Contract) -> Self {
        let columns =
            Columns { name: it.config_name.raw(), login: it.number.raw(), ..Columns::default() };
        let start = it.start.and_time(NaiveTime::MIN).and_utc();
        Self::new(it.id.0, Timestamp::from_utc(start), &columns, &[it.config_code.raw()])
    }

    fn of_site(it: &Site) -> Self {
        let columns = Columns { name: it.name.raw(), login: it.code.raw(), ..Columns::default() };
        let marks = bits([(Mark::Inactive, !it.active)]);
        let line = Self::new(it.id.0, UNDATED, &columns, &[it.website.raw()]);
        Self { marks, ..line }
    }

    fn of_group(it: &SiteGroup) -> Self {
        let columns = Columns { login: it.code.raw(), ..Columns::default() };
        Self::new(it.id.0, UNDATED, &columns, &[])
    }

    fn of_role(it: &PortalRole) -> Self {
        let columns = Columns { name: it.name.raw(), ..Columns::default() };
        let marks = bits([(Mark::Inactive, !it.active)]);
        let line = Self::new(it.id.0, UNDATED, &columns, &[raw(it.description.as_ref())]);
        Self { marks, ..line }
    }

    fn of_factor(it: &SecondFactor) -> Self {
        Self::new(it.user.0, it.begun_at, &Columns::default(), &[])
    }

    fn of_mail(it: &Mail, related: &dyn Related) -> Self {
        let columns = Columns {
            name: it.name.raw(),
            email: it.address.raw(),
            login: it.user_id.raw(),
            ..Columns::default()
        };
        let (number, last) = (it.id.to_string(), it.last_try());
        let more = [number.as_str(), it.purpose.words(), last.map_or("", |it| it.outcome.raw())];
        let companies: Vec<CompanyId> = it.company.into_iter().collect();
        Self {
            names: names(&companies, related),
            companies,
            status: Some(Status::Mail(it.state)),
            last_login: last.map(|it| it.at),
            site: Some(it.site),
            ..Self::new(it.id.0, it.created_at, &columns, &more)
        }
    }

    fn of_job(it: &Job) -> Self {
        let columns = Columns { name: it.name.raw(), ..Columns::default() };
        let steps: Vec<&str> = it.steps.iter().map(|step| step.words()).collect();
        let marks = bits([(Mark::Inactive, !it.enabled)]);
        Self { marks, ..Self::new(it.id.0, it.created_at, &columns, &steps) }
    }

    fn of_run(it: &JobRun) -> Self {
        let columns = Columns { name: it.by.raw(), ..Columns::default() };
        let more = [it.trigger.words(), it.state.word()];
        Self::new(it.id.0, it.started_at, &columns, &more)
    }

    fn of_user(it: &User, related: &dyn Related) -> Self {
        let companies = match it.kind {
            UserKind::Staff => Vec::new(),
            UserKind::Portal => related.companies_of(it.id),
        };
        let (label, user_id) = (it.label(), it.user_id());
        let marks = bits([
            (Mark::Staff, it.kind == UserKind::Staff),
            (Mark::Portal, it.kind == UserKind::Portal),
            (Mark::NeverSignedIn, it.last_login_at.is_none()),
            (Mark::MustChange, it.must_change_password && it.password_hash.is_some()),
            (Mark::Locked, it.is_locked()),
            (Mark::NoEmail, it.email.is_none()),
            (Mark::NoCompany, companies.is_empty()),
            (Mark::InvitationHeld, it.invitation == Some(InvitationTrouble::Held)),
            (Mark::InvitationFailed, it.invitation == Some(InvitationTrouble::Failed)),
            (Mark::InvitationExpired, it.invitation == Some(InvitationTrouble::Expired)),
        ]);
        let columns = Columns {
            name: label.raw(),
            email: raw(it.email.as_ref()),
            login: user_id.raw(),
            phone: raw(it.phone.as_ref()),
            ..Columns::default()
        };
        let line = Self::new(it.id.0, it.created_at, &columns, &[raw(it.external_id.as_ref())]);
        Self {
            names: names(&companies, related),
            companies,
            status: Some(Status::User(it.status)),
            throttled_until: if it.is_locked() { Some(NEVER) } else { it.throttled_until },
            last_login: it.last_login_at,
            marks,
            role: it.portal_role.is_none().then_some(it.role),
            own_role: it.portal_role,
            site: related.site_of(it.id),
            ..line
        }
    }

    fn of_login(it: &LoginEvent) -> Self {
        let more = [it.origin.raw(), it.outcome.words(), it.door.word()];
        Self::new(it.id, it.at, &Columns::default(), &more)
    }

    fn new(number: u64, time: Timestamp, columns: &Columns<'_>, more: &[&str]) -> Self {
        let mut text = String::new();
        let fields = [columns.name, columns.email, columns.company, columns.login, columns.phone];
        for field in fields.iter().chain(more) {
            text.push_str(&folded(field));
            text.push('\n');
        }
        Self {
            number,
            companies: Vec::new(),
            names: Vec::new(),
            text: text.into_boxed_str(),
            time,
            status: None,
            throttled_until: None,
            last_login: None,
            actor: None,
            marks: 0,
            role: None,
            own_role: None,
            site: None,
        }
    }
}

impl Facts for Line {
    fn number(&self) -> u64 {
        self.number
    }

    fn text(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn companies(&self) -> impl Iterator<Item = CompanyId> {
        self.companies.iter().copied()
    }

    fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.iter().map(String::as_bytes)
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn status(&self) -> Option<Status> {
        self.status
    }

    fn throttled_until(&self) -> Option<Timestamp> {
        self.throttled_until
    }

    fn last_login(&self) -> Option<Timestamp> {
        self.last_login
    }

    fn actor(&self) -> Option<UserId> {
        self.actor
    }

    fn marks(&self) -> u16 {
        self.marks
    }

    fn role(&self) -> Option<Role> {
        self.role
    }

    fn own_role(&self) -> Option<RoleId> {
        self.own_role
    }

    fn site(&self) -> Option<SiteId> {
        self.site
    }
}

/// The time of what has none.
const UNDATED: Timestamp = Timestamp::from_millis(0);
/// The end of time.
const NEVER: Timestamp = Timestamp::from_millis(i64::MAX);

fn bits<const N: usize>(marks: [(Mark, bool); N]) -> u16 {
    marks.iter().filter(|(_, is)| *is).fold(0, |bits, (mark, _)| bits | mark.bit())
}

fn raw(text: Option<&Text>) -> &str {
    text.map_or("", Text::raw)
}

fn names(companies: &[CompanyId], related: &dyn Related) -> Vec<String> {
    let name = |id: &CompanyId| related.company_name(*id).unwrap_or_default();
    companies.iter().map(|id| folded(&name(id))).collect()
}
