//! Queries: a list, a filter, an order and a page in; rows, totals and the page out.
//!
//! What a filter means and how rows are ordered is defined here once, over [`Line`]s: what
//! a list needs to know of a record. Implementations decide where the lines come from.

use std::cmp::Ordering;

use crate::domain::company::CompanyKind;
use crate::domain::fold;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::request::RequestStatus;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalProfile, UserKind, UserStatus};

use super::record::{AuditEntry, Record, Stored};

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Which list.
    pub list: List,
    /// Which of its rows.
    pub filter: Filter,
    /// In which order, see [`List::order`]; ties go by number, in the same direction.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub reverse: bool,
    /// Which page, from 1; a page beyond the last one is the last one.
    pub page: u64,
    /// How many rows a page has; 0 asks for the totals only.
    pub per_page: u64,
}

/// The lists that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// Portal requests.
    Requests,
    /// Contacts.
    Contacts,
    /// Companies.
    Companies,
    /// Users, staff and portal.
    Users,
    /// The sign-ins of one user.
    Logins(UserId),
    /// The trail.
    Audit,
}

impl List {
    /// The order that a list is really given in: the trail only ever in that of its numbers.
    pub const fn order(self, asked: Sort) -> Sort {
        match self {
            Self::Audit => Sort::Number,
            _ => asked,
        }
    }
}

/// Which rows; every condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that must all occur in the searched text, folded by [`Filter::with_text`].
    pub words: Vec<String>,
    /// The status; none for any.
    pub status: Option<Status>,
    /// At or after this moment (submitted, created, signed in, done).
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Of this company only: its contacts, its users.
    pub company: Option<CompanyId>,
    /// With one of these emails only, folded as [`fold::search`] does; empty for any.
    pub emails: Vec<String>,
    /// With an email of this folded domain only.
    pub domain: Option<String>,
    /// Done by this user only (the trail).
    pub actor: Option<UserId>,
}

impl Filter {
    /// Adds the words of a typed text, any case, accents ignored.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        self.words = fold::search(text).split_whitespace().map(str::to_owned).collect();
        self
    }
}

/// A status, of whichever list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Of a request.
    Request(RequestStatus),
    /// Of a user.
    User(UserStatus),
    /// Of a user: throttled or locked at that moment.
    Throttled(Timestamp),
}

/// What a list is ordered by. A list that has no such column falls back on its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The number, which is the order of creation.
    Number,
    /// When it was submitted, created, signed in or done.
    Time,
    /// The name.
    Name,
    /// The email.
    Email,
    /// The company's name.
    Company,
    /// The status.
    Status,
    /// The login, or a company's code.
    Login,
    /// The last sign-in.
    LastLogin,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The rows of the page.
    pub rows: Vec<Row>,
    /// How many rows match the filter.
    pub total: u64,
    /// How many rows the list has without one.
    pub all: u64,
    /// The page that this is, from 1.
    pub page: u64,
    /// How many pages there are, at least 1.
    pub pages: u64,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A record.
    Record(Stored),
    /// An entry of the trail.
    Audit(AuditEntry),
}

/// What a list needs to know of a record to filter and order it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The number that rows are told apart by.
    pub number: u64,
    /// Every searched field, folded, one a line.
    pub text: String,
    /// When, for [`Sort::Time`] and the dates of the filter.
    pub time: Timestamp,
    /// The name, folded.
    pub name: String,
    /// The email, folded.
    pub email: String,
    /// The company's name, folded.
    pub company_name: String,
    /// The login or code, folded.
    pub login: String,
    /// The companies it belongs to.
    pub companies: Vec<CompanyId>,
    /// The status.
    pub status: Option<Status>,
    /// Until when a user's sign-in waits; the end of time for a locked one.
    pub throttled_until: Option<Timestamp>,
    /// The last sign-in.
    pub last_login: Option<Timestamp>,
    /// Who did it (the trail).
    pub actor: Option<UserId>,
}

/// What a line takes from records beside its own.
pub trait Related {
    /// The name of a company, as it is kept.
    fn company_name(&self, id: CompanyId) -> Option<String>;
    /// The companies of a portal user, the primary one first.
    fn companies_of(&self, user: UserId) -> Vec<CompanyId>;
}

/// The companies that a profile acts for, the primary one first.
pub fn companies_of(profile: &PortalProfile) -> Vec<CompanyId> {
    let (mut primary, others): (Vec<_>, Vec<_>) =
        profile.memberships.iter().partition(|membership| membership.primary);
    primary.extend(others);
    primary.into_iter().map(|membership| membership.company).collect()
}

impl Line {
    fn blank(number: u64, time: Timestamp) -> Self {
        Self {
            number,
            text: String::new(),
            time,
            name: String::new(),
            email: String::new(),
            company_name: String::new(),
            login: String::new(),
            companies: Vec::new(),
            status: None,
            throttled_until: None,
            last_login: None,
            actor: None,
        }
    }

    /// The line of a record and the list that it is in; `None` for what no list shows.
    pub fn of(record: &Record, related: &dyn Related) -> Option<(List, Self)> {
        let start = Timestamp::from_millis(0);
        match record {
            Record::Request(it) => {
                let mut line = Self::blank(it.id.0, it.submitted_at);
                line.status = Some(Status::Request(it.status));
                line.name = fold::search(it.label().raw());
                line.email = fold::search(it.email.raw());
                line.company_name = fold::search(it.company_name.raw());
                let shown = it.id.to_string();
                line.search_in(&[it.phone.raw(), &shown]);
                Some((List::Requests, line))
            }
            Record::Contact(it) => {
                let mut line = Self::blank(it.id.0, start);
                line.name = fold::search(it.label().raw());
                line.email = folded(it.email.as_ref());
                line.join(it.company.into_iter().collect(), related);
                let shown = it.id.to_string();
                line.search_in(&[it.phone.as_ref().map_or("", |p| p.raw()), &shown]);
                Some((List::Contacts, line))
            }
            Record::Company(it) => {
                let mut line = Self::blank(it.id.0, start);
                line.name = fold::search(it.name.raw());
                line.company_name.clone_from(&line.name);
                line.login = fold::search(it.code.raw());
                line.email = folded(it.email.as_ref());
                let kind = match it.kind {
                    CompanyKind::Customer => "customer",
                    CompanyKind::Partner => "partner",
                };
                line.search_in(&[it.phone.as_ref().map_or("", |p| p.raw()), kind]);
                Some((List::Companies, line))
            }
            Record::User(it) => {
                let mut line = Self::blank(it.id.0, it.created_at);
                line.name = fold::search(it.label().raw());
                line.email = folded(it.email.as_ref());
                line.login = fold::search(it.user_id().raw());
                line.status = Some(Status::User(it.status));
                line.throttled_until = if it.is_locked() {
                    Some(Timestamp::from_millis(i64::MAX))
                } else {
                    it.throttled_until
                };
                line.last_login = it.last_login_at;
                if it.kind == UserKind::Portal {
                    line.join(related.companies_of(it.id), related);
                }
                line.search_in(&[it.phone.as_ref().map_or("", |p| p.raw()), it.role.name()]);
                Some((List::Users, line))
            }
            Record::LoginEvent(it) => {
                let mut line = Self::blank(it.id, it.at);
                line.search_in(&[it.origin.raw(), it.outcome.words(), it.door.word()]);
                Some((List::Logins(it.user), line))
            }
            Record::Site(_) | Record::PortalGroup(_) | Record::Profile(_) | Record::Throttle(_) => {
                None
            }
        }
    }

    /// The line of an entry of the trail.
    pub fn of_audit(entry: &AuditEntry) -> Self {
        let mut line = Self::blank(entry.seq, entry.at);
        line.actor = entry.actor.user;
        line.name = fold::search(entry.actor.name.raw());
        let targets: Vec<&str> = entry.targets.iter().map(|t| t.label.raw()).collect();
        let note = entry.note.as_ref().map_or("", |n| n.raw());
        line.search_in(&[entry.action.phrase(), &targets.join("\n"), note]);
        line
    }

    fn join(&mut self, companies: Vec<CompanyId>, related: &dyn Related) {
        let names: Vec<String> = companies
            .iter()
            .filter_map(|id| related.company_name(*id))
            .map(|name| fold::search(&name))
            .collect();
        self.company_name = names.join("\n");
        self.companies = companies;
    }

    fn search_in(&mut self, more: &[&str]) {
        let mut text = [&self.name, &self.email, &self.company_name, &self.login]
            .map(String::as_str)
            .join("\n");
        for part in more {
            text.push('\n');
            text.push_str(&fold::search(part));
        }
        self.text = text;
    }

    /// Whether the filter lets it through.
    pub fn passes(&self, filter: &Filter) -> bool {
        let status = match filter.status {
            None => true,
            Some(Status::Throttled(now)) => self.throttled_until.is_some_and(|until| until > now),
            wanted => self.status == wanted,
        };
        status
            && filter.since.is_none_or(|since| self.time >= since)
            && filter.until.is_none_or(|until| self.time < until)
            && filter.company.is_none_or(|company| self.companies.contains(&company))
            && filter.actor.is_none_or(|actor| self.actor == Some(actor))
            && (filter.emails.is_empty() || filter.emails.contains(&self.email))
            && filter.domain.as_ref().is_none_or(|domain| {
                self.email.rsplit_once('@').is_some_and(|(_, theirs)| theirs == domain)
            })
            && filter.words.iter().all(|word| self.text.contains(word.as_str()))
    }

    /// How it stands to another line in that order, ties by number; empty texts come last.
    pub fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let text = |a: &str, b: &str| a.is_empty().cmp(&b.is_empty()).then_with(|| a.cmp(b));
        let order = match sort {
            Sort::Number => Ordering::Equal,
            Sort::Time => self.time.cmp(&other.time),
            Sort::Name => text(&self.name, &other.name),
            Sort::Email => text(&self.email, &other.email),
            Sort::Company => text(&self.company_name, &other.company_name),
            Sort::Login => text(&self.login, &other.login),
            Sort::Status => rank(self.status).cmp(&rank(other.status)),
            Sort::LastLogin => self.last_login.cmp(&other.last_login),
        };
        order.then_with(|| self.number.cmp(&other.number))
    }
}

fn folded(text: Option<&crate::domain::text::Text>) -> String {
    text.map(|t| fold::search(t.raw())).unwrap_or_default()
}

fn rank(status: Option<Status>) -> u8 {
    match status {
        Some(Status::Request(status)) => status as u8,
        Some(Status::User(status)) => status as u8,
        Some(Status::Throttled(_)) | None => u8::MAX,
    }
}

/// Where a page lies among `total` rows: the page itself, how many there are, its range.
pub fn place(total: u64, page: u64, per_page: u64) -> (u64, u64, std::ops::Range<u64>) {
    if per_page == 0 {
        return (1, 1, 0..0);
    }
    let pages = total.div_ceil(per_page).max(1);
    let page = page.clamp(1, pages);
    let start = (page - 1) * per_page;
    (page, pages, start..(start + per_page).min(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_clamped() {
        assert_eq!(place(0, 3, 50), (1, 1, 0..0));
        assert_eq!(place(101, 3, 50), (3, 3, 100..101));
        assert_eq!(place(101, 9, 50), (3, 3, 100..101));
        assert_eq!(place(100, 0, 50), (1, 2, 0..50));
        assert_eq!(place(100, 1, 0), (1, 1, 0..0));
    }
}
