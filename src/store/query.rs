//! Queries: a list, a filter, an order and a page in; rows, totals and the page out.
//!
//! Owns the words in which a list is asked for; what a filter lets through and how rows are
//! ordered is said once, by [`super::facts`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::fold;
use crate::domain::id::{CompanyId, JobId, RoleId, UserId};
use crate::domain::mail::MailState;
use crate::domain::request::RequestStatus;
use crate::domain::role::Role;
use crate::domain::time::Timestamp;
use crate::domain::user::UserStatus;

use super::record::{AuditEntry, Stored};

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
    /// Whether, while the list is still being read from the disk, an answer from what has been
    /// read so far will do; who decides by the answer must not ask so, and waits.
    pub partly: bool,
    /// Set by who asked when the answer is no longer wanted.
    pub stop: Stop,
}

/// A flag that whoever asks sets when nobody waits for the answer any more; the one who
/// answers may then end with [`StoreError::Stopped`](super::StoreError::Stopped).
///
/// All flags are equal: it is no part of what is asked.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks to stop; all clones hear it.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl PartialEq for Stop {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Stop {}

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
    /// The contracts of one company.
    Contracts(CompanyId),
    /// The trail.
    Audit,
    /// Sites.
    Sites,
    /// Site groups other than the portal's.
    SiteGroups,
    /// Portal roles of one's own.
    Roles,
    /// Second factors, by the numbers of their users.
    SecondFactors,
    /// Mails to portal users.
    Mails,
    /// Jobs.
    Jobs,
    /// The runs of one job.
    Runs(JobId),
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
    /// With exactly this name only, folded as [`fold::search`] does.
    pub name: Option<String>,
    /// With one of these emails only, folded as [`fold::search`] does; empty for any.
    pub emails: Vec<String>,
    /// With an email of this folded domain only.
    pub domain: Option<String>,
    /// Done by this user only (the trail).
    pub actor: Option<UserId>,
    /// What else must hold, see [`Clause`].
    pub clauses: Vec<Clause>,
}

/// A condition, or its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Whether it must not hold.
    pub not: bool,
    /// What is looked at.
    pub test: Test,
}

/// What a clause looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// This folded text occurs in one of the searched fields.
    Text(String),
    /// This folded text occurs in that column.
    In(Column, String),
    /// The row is marked so.
    Is(Mark),
    /// The status.
    Status(Status),
    /// The built-in role of a user who has no role of one's own.
    Role(Role),
    /// The role of one's own of a user.
    OwnRole(RoleId),
    /// One of its companies.
    Company(CompanyId),
    /// Created, submitted or done at or after the first and before the second moment.
    Time(Option<Timestamp>, Option<Timestamp>),
    /// Last signed in, or last tried to be sent, at or after the first and before the second
    /// moment; never is neither.
    LastLogin(Option<Timestamp>, Option<Timestamp>),
}

/// A column of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// The name.
    Name,
    /// The email.
    Email,
    /// The name of any of its companies.
    Company,
    /// The User ID, or a company's code.
    Login,
    /// The phone.
    Phone,
}

/// What a row is marked as: one bit each, see [`Mark::bit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// A staff account.
    Staff,
    /// A portal user.
    Portal,
    /// A user who never signed in.
    NeverSignedIn,
    /// A user who has to choose a new password at the next sign-in.
    MustChange,
    /// A user whom too many failures have locked.
    Locked,
    /// A customer.
    Customer,
    /// A partner.
    Partner,
    /// A company that does no business with us.
    Inactive,
    /// A company that business is held up with.
    OnHold,
    /// A record without an email.
    NoEmail,
    /// A contact without a company, or a user.
    NoCompany,
    /// A user whose invitation is held.
    InvitationHeld,
    /// A user whose invitation was not sent, or nobody knows whether it was.
    InvitationFailed,
    /// A user whose invitation has expired.
    InvitationExpired,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 14] = [
        Self::Staff,
        Self::Portal,
        Self::NeverSignedIn,
        Self::MustChange,
        Self::Locked,
        Self::Customer,
        Self::Partner,
        Self::Inactive,
        Self::OnHold,
        Self::NoEmail,
        Self::NoCompany,
        Self::InvitationHeld,
        Self::InvitationFailed,
        Self::InvitationExpired,
    ];

    /// Its bit.
    pub const fn bit(self) -> u16 {
        1 << self as u16
    }
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
    /// Of a mail.
    Mail(MailState),
    /// Of a user: throttled or locked at that moment.
    Throttled(Timestamp),
    /// Of an entry of the trail: anything but routine (see `Action::is_routine`).
    Deed,
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
    /// The last sign-in; of a mail, the last try to send it.
    LastLogin,
    /// The role of a user, by its name; the kind of a company, by its word.
    Role,
    /// The site that a user or company belongs to, by its number.
    Site,
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
    /// How far the list has been read, while it still is; rows and figures are then those of
    /// what has been read so far.
    pub loading: Option<Loading>,
}

/// How far a list has been read from the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loading {
    /// Records that have been read.
    pub read: u64,
    /// Records that there are.
    pub of: u64,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A record.
    Record(Stored),
    /// An entry of the trail.
    Audit(AuditEntry),
}

impl Row {
    /// The number that tells it from the other rows of its list.
    pub fn number(&self) -> u64 {
        match self {
            Self::Record(stored) => {
                let key = stored.record.key();
                key.number().unwrap_or(key.id)
            }
            Self::Audit(entry) => entry.seq,
        }
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
    (page, pages, start..start.saturating_add(per_page).min(total))
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
