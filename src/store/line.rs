//! Lines: what a list needs to know of a record, to find it and to order it.
//!
//! Owns what each list searches, what its columns sort by, and what a filter lets through.
//! Where lines are kept is the affair of each repository; a line knows neither pages nor
//! the records beside its own, it is told by [`Related`].

use std::cmp::Ordering;

use chrono::NaiveTime;
use memchr::memmem::Finder;

use super::query::{Clause, Column, Filter, List, Mark, Sort, Status, Test};
use super::record::{AuditEntry, Record};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::contact::Contact;
use crate::domain::contract::Contract;
use crate::domain::fold;
use crate::domain::id::{CompanyId, SiteId, UserId};
use crate::domain::login::LoginEvent;
use crate::domain::request::PortalRequest;
use crate::domain::role::Role;
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
    /// Every searched field, folded, one a line; the first five are the columns.
    text: Box<str>,
    /// Where name, email, companies' names, login and phone end in it.
    ends: [u32; 5],
    time: Timestamp,
    status: Option<Status>,
    /// Until when a user's sign-in waits; the end of time for a locked one.
    throttled_until: Option<Timestamp>,
    last_login: Option<Timestamp>,
    actor: Option<UserId>,
    /// The bits of its [`Mark`]s.
    marks: u16,
    role: Option<Role>,
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
            Record::Site(_)
            | Record::PortalGroup(_)
            | Record::Profile(_)
            | Record::Throttle(_)
            | Record::SlotKey(_) => None,
        }
    }

    /// The line of an entry of the trail.
    pub fn of_audit(entry: &AuditEntry) -> Self {
        let targets: Vec<&str> = entry.targets.iter().map(|target| target.label.raw()).collect();
        let columns = Columns { name: entry.actor.name.raw(), ..Columns::default() };
        let more = [entry.action.phrase(), &targets.join("\n"), raw(entry.note.as_ref())];
        let line = Self::new(entry.seq, entry.at, &columns, &more);
        let status = (!entry.action.is_sign_in()).then_some(Status::Deed);
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
            company: &names(&companies, related),
            login: "",
            phone: raw(it.phone.as_ref()),
        };
        let (number, external) = (it.id.to_string(), raw(it.external_id.as_ref()));
        let marks =
            bits([(Mark::NoEmail, it.email.is_none()), (Mark::NoCompany, companies.is_empty())]);
        let line = Self::new(it.id.0, UNDATED, &columns, &[&number, external]);
        Self { companies, marks, ..line }
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
        ]);
        let columns = Columns {
            name: label.raw(),
            email: raw(it.email.as_ref()),
            company: &names(&companies, related),
            login: user_id.raw(),
            phone: raw(it.phone.as_ref()),
        };
        let more = [it.role.name(), raw(it.external_id.as_ref())];
        Self {
            companies,
            status: Some(Status::User(it.status)),
            throttled_until: if it.is_locked() { Some(NEVER) } else { it.throttled_until },
            last_login: it.last_login_at,
            marks,
            role: Some(it.role),
            site: related.site_of(it.id),
            ..Self::new(it.id.0, it.created_at, &columns, &more)
        }
    }

    fn of_login(it: &LoginEvent) -> Self {
        let more = [it.origin.raw(), it.outcome.words(), it.door.word()];
        Self::new(it.id, it.at, &Columns::default(), &more)
    }

    fn new(number: u64, time: Timestamp, columns: &Columns<'_>, more: &[&str]) -> Self {
        let mut text = String::new();
        let mut ends = [0; 5];
        let fields = [columns.name, columns.email, columns.company, columns.login, columns.phone];
        for (field, end) in fields.into_iter().zip(&mut ends) {
            text.push_str(&fold::search(field));
            // No record comes near four gigabytes.
            *end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            text.push('\n');
        }
        for field in more {
            text.push_str(&fold::search(field));
            text.push('\n');
        }
        Self {
            number,
            companies: Vec::new(),
            text: text.into_boxed_str(),
            ends,
            time,
            status: None,
            throttled_until: None,
            last_login: None,
            actor: None,
            marks: 0,
            role: None,
            site: None,
        }
    }

    /// One of the five columns of text, folded; companies' names one a line.
    fn column(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize + 1 };
        &self.text[start..self.ends[at] as usize]
    }

    fn has_status(&self, wanted: Status) -> bool {
        match wanted {
            Status::Throttled(now) => self.throttled_until.is_some_and(|until| until > now),
            wanted => self.status == Some(wanted),
        }
    }

    /// Whether a test comes out right; `finder` looks for the text of one that has a text.
    fn holds(&self, test: &Test, finder: Option<&Finder<'_>>) -> bool {
        let occurs_in = |text: &str| finder.is_none_or(|it| it.find(text.as_bytes()).is_some());
        let within = |at: Timestamp, since: Option<Timestamp>, until: Option<Timestamp>| {
            since.is_none_or(|since| at >= since) && until.is_none_or(|until| at < until)
        };
        match test {
            Test::Text(_) => occurs_in(&self.text),
            Test::In(column, _) => occurs_in(self.column(match column {
                Column::Name => 0,
                Column::Email => 1,
                Column::Company => 2,
                Column::Login => 3,
                Column::Phone => 4,
            })),
            Test::Is(mark) => self.marks & mark.bit() != 0,
            Test::Status(status) => self.has_status(*status),
            Test::Role(role) => self.role == Some(*role),
            Test::Company(company) => self.companies.contains(company),
            Test::Time(since, until) => within(self.time, *since, *until),
            Test::LastLogin(since, until) => {
                self.last_login.is_some_and(|at| within(at, *since, *until))
            }
        }
    }

    fn name(&self) -> &str {
        self.column(0)
    }

    fn email(&self) -> &str {
        self.column(1)
    }

    /// Its role's name, or a company's kind in words.
    fn rank_of_role(&self) -> &'static str {
        match self.role {
            Some(role) => role.name(),
            None if self.marks & Mark::Customer.bit() != 0 => CompanyKind::Customer.word(),
            None if self.marks & Mark::Partner.bit() != 0 => CompanyKind::Partner.word(),
            None => "",
        }
    }

    /// How it stands to another line in that order, ties by number; empty texts come last.
    pub fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let text = |at: usize| {
            let (a, b) = (self.column(at), other.column(at));
            a.is_empty().cmp(&b.is_empty()).then_with(|| a.cmp(b))
        };
        let order = match sort {
            Sort::Number => Ordering::Equal,
            Sort::Time => self.time.cmp(&other.time),
            Sort::Name => text(0),
            Sort::Email => text(1),
            Sort::Company => text(2),
            Sort::Login => text(3),
            Sort::Status => rank(self.status).cmp(&rank(other.status)),
            Sort::LastLogin => self.last_login.cmp(&other.last_login),
            Sort::Role => self.rank_of_role().cmp(other.rank_of_role()),
            Sort::Site => self.site.cmp(&other.site),
        };
        order.then_with(|| self.number.cmp(&other.number))
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

fn names(companies: &[CompanyId], related: &dyn Related) -> String {
    let names: Vec<String> = companies.iter().filter_map(|id| related.company_name(*id)).collect();
    names.join("\n")
}

fn rank(status: Option<Status>) -> u8 {
    match status {
        Some(Status::Request(status)) => status as u8,
        Some(Status::User(status)) => status as u8,
        Some(Status::Throttled(_) | Status::Deed) | None => u8::MAX,
    }
}

/// A filter made ready to be held against many lines.
#[derive(Debug)]
pub struct Matcher<'a> {
    filter: &'a Filter,
    words: Vec<Finder<'a>>,
    clauses: Vec<(&'a Clause, Option<Finder<'a>>)>,
}

impl<'a> Matcher<'a> {
    /// Prepares the words of a filter.
    pub fn new(filter: &'a Filter) -> Self {
        let finder = |clause: &'a Clause| match &clause.test {
            Test::Text(text) | Test::In(_, text) => Some(Finder::new(text)),
            _ => None,
        };
        let clauses = filter.clauses.iter().map(|clause| (clause, finder(clause))).collect();
        Self { filter, words: filter.words.iter().map(Finder::new).collect(), clauses }
    }

    /// Whether the filter lets a line through: every condition holds.
    pub fn lets_through(&self, line: &Line) -> bool {
        let filter = self.filter;
        filter.status.is_none_or(|status| line.has_status(status))
            && filter.since.is_none_or(|since| line.time >= since)
            && filter.until.is_none_or(|until| line.time < until)
            && filter.company.is_none_or(|company| line.companies.contains(&company))
            && filter.actor.is_none_or(|actor| line.actor == Some(actor))
            && filter.name.as_ref().is_none_or(|name| name == line.name())
            && (filter.emails.is_empty() || filter.emails.iter().any(|it| it == line.email()))
            && filter.domain.as_ref().is_none_or(|domain| {
                line.email().rsplit_once('@').is_some_and(|(_, theirs)| theirs == domain)
            })
            && self.words.iter().all(|word| word.find(line.text.as_bytes()).is_some())
            && self
                .clauses
                .iter()
                .all(|(clause, finder)| line.holds(&clause.test, finder.as_ref()) != clause.not)
    }
}
