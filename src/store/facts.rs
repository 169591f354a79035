//! Facts: what a filter asks of a line and what an order goes by, said once.
//!
//! Owns what every filter and every order means. It is told of a line through [`Facts`], so
//! that the plain lines of the model and the packed ones of the directory are judged alike.

use std::cmp::Ordering;

use memchr::memchr;
use memchr::memmem::Finder;

use super::query::{Clause, Column, Filter, Mark, Sort, Status, Test};
use crate::domain::company::CompanyKind;
use crate::domain::fold;
use crate::domain::id::{CompanyId, RoleId, SiteId, UserId};
use crate::domain::role::Role;
use crate::domain::time::Timestamp;

/// What is known of a line.
pub trait Facts {
    /// The number that rows are told apart by.
    fn number(&self) -> u64;
    /// Its own searched fields, folded, each ended by a line feed; the first five are the
    /// columns in the order of [`Column`].
    fn text(&self) -> &[u8];
    /// The companies it belongs to, the primary one first.
    fn companies(&self) -> impl Iterator<Item = CompanyId>;
    /// Their folded names, in the same order; nothing for one that there is not.
    fn names(&self) -> impl Iterator<Item = &[u8]>;
    /// When it was submitted, created, signed in or done.
    fn time(&self) -> Timestamp;
    /// Its status.
    fn status(&self) -> Option<Status>;
    /// Until when its sign-in waits; the end of time for a locked one.
    fn throttled_until(&self) -> Option<Timestamp>;
    /// The last sign-in that went through, or the last try to send a mail.
    fn last_login(&self) -> Option<Timestamp>;
    /// Who did it.
    fn actor(&self) -> Option<UserId>;
    /// The bits of its [`Mark`]s.
    fn marks(&self) -> u16;
    /// The built-in role; none for who has a role of one's own.
    fn role(&self) -> Option<Role>;
    /// The portal role of one's own.
    fn own_role(&self) -> Option<RoleId>;
    /// The site it belongs to.
    fn site(&self) -> Option<SiteId>;

    /// One of the columns of its own text.
    fn column(&self, column: Column) -> &[u8] {
        column_of(self.text(), column)
    }

    /// The name of its primary company, or the company that it says itself.
    fn company(&self) -> &[u8] {
        self.names().next().unwrap_or_else(|| self.column(Column::Company))
    }
}

/// One of the columns of a line's own text.
pub fn column_of(text: &[u8], column: Column) -> &[u8] {
    let mut rest = text;
    for _ in 0..column as usize {
        rest = memchr(b'\n', rest).map_or(&[], |end| &rest[end + 1..]);
    }
    memchr(b'\n', rest).map_or(rest, |end| &rest[..end])
}

/// A text as it is searched and ordered: folded, and what ends a field is not in it.
pub fn folded(text: &str) -> String {
    unended(fold::search(text))
}

/// A text of one field: what would end it is a space.
fn unended(text: String) -> String {
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        text.replace(|c: char| c.is_ascii_control(), " ")
    } else {
        text
    }
}

/// The column whose text an order goes by; none for an order of numbers, and for that of
/// companies, whose names are not kept with the line.
pub const fn text_of(sort: Sort) -> Option<Column> {
    match sort {
        Sort::Name => Some(Column::Name),
        Sort::Email => Some(Column::Email),
        Sort::Login => Some(Column::Login),
        _ => None,
    }
}

/// Where a line stands in an order of numbers.
pub fn rank(row: &impl Facts, sort: Sort) -> u64 {
    match sort {
        Sort::Number => row.number(),
        Sort::Time => ascending(row.time()),
        Sort::LastLogin => row.last_login().map_or(0, |at| ascending(at).max(1)),
        Sort::Status => match row.status() {
            Some(Status::Request(status)) => status as u64,
            Some(Status::User(status)) => status as u64,
            Some(Status::Mail(state)) => state as u64,
            Some(Status::Throttled(_) | Status::Deed) | None => u64::MAX,
        },
        Sort::Role => role_rank(row),
        Sort::Site => row.site().map_or(0, |site| site.0.saturating_add(1)),
        Sort::Name | Sort::Email | Sort::Company | Sort::Login => 0,
    }
}

/// What no place of a built-in role's name comes near.
const OWN_ROLES: u64 = 1 << 32;

fn ascending(at: Timestamp) -> u64 {
    at.millis().cast_unsigned() ^ 1 << 63
}

/// The place of a role's name, or of the word for a company's kind, among all of them; roles
/// of one's own come after the built-in ones, in the order of their numbers.
fn role_rank(row: &impl Facts) -> u64 {
    if let Some(own) = row.own_role() {
        return OWN_ROLES.saturating_add(own.0);
    }
    let name = match row.role() {
        Some(role) => role.name(),
        None if row.marks() & Mark::Customer.bit() != 0 => CompanyKind::Customer.word(),
        None if row.marks() & Mark::Partner.bit() != 0 => CompanyKind::Partner.word(),
        None => return 0,
    };
    let kinds = [CompanyKind::Customer.word(), CompanyKind::Partner.word()];
    let before = Role::ALL.iter().map(|it| it.name()).chain(kinds).filter(|it| *it < name);
    before.count() as u64 + 1
}

/// How two lines stand in an order, ties by number. Empty texts come last; of those of one
/// primary company, those with fewer companies come first.
pub fn compare<A: Facts, B: Facts>(a: &A, b: &B, sort: Sort) -> Ordering {
    let order = match (sort, text_of(sort)) {
        (_, Some(column)) => texts(a.column(column), b.column(column)),
        (Sort::Company, None) => {
            texts(a.company(), b.company()).then_with(|| a.names().count().cmp(&b.names().count()))
        }
        (_, None) => rank(a, sort).cmp(&rank(b, sort)),
    };
    order.then_with(|| a.number().cmp(&b.number()))
}

/// How two texts stand to each other; an empty one comes last.
pub fn texts(a: &[u8], b: &[u8]) -> Ordering {
    a.is_empty().cmp(&b.is_empty()).then_with(|| a.cmp(b))
}

/// A text that must, or must not, occur.
#[derive(Debug)]
pub struct TextTest {
    /// The text, folded.
    pub text: String,
    /// Looks for it.
    pub finder: Finder<'static>,
    /// In which column; none for any field.
    pub column: Option<Column>,
    /// Whether it must not.
    pub not: bool,
    /// The bits of the roles whose names it occurs in, see [`role_bit`].
    pub roles: u32,
}

impl TextTest {
    fn new(text: &str, column: Option<Column>, not: bool) -> Self {
        // Nobody looks for the end of one field and the beginning of the next.
        let text = unended(text.to_owned());
        let within = |role: &Role| folded(role.name()).contains(&text);
        let roles = if column.is_none() {
            Role::ALL.into_iter().filter(within).fold(0, |bits, role| bits | role_bit(Some(role)))
        } else {
            0
        };
        let finder = Finder::new(&text).into_owned();
        Self { text, finder, column, not, roles }
    }

    /// Whether it occurs in the line.
    pub fn occurs(&self, row: &impl Facts) -> bool {
        self.occurs_in_own(row) || self.occurs_in_names(row)
    }

    /// Whether it occurs in what the line says itself.
    pub fn occurs_in_own(&self, row: &impl Facts) -> bool {
        let own = self.column.map_or_else(|| row.text(), |column| row.column(column));
        self.finder.find(own).is_some() || role_bit(row.role()) & self.roles != 0
    }

    /// Whether names of companies count.
    pub fn looks_at_names(&self) -> bool {
        matches!(self.column, None | Some(Column::Company))
    }

    fn occurs_in_names(&self, row: &impl Facts) -> bool {
        self.looks_at_names() && row.names().any(|name| self.finder.find(name).is_some())
    }
}

/// A bit for each role, and none for no role.
pub fn role_bit(role: Option<Role>) -> u32 {
    role.map_or(0, |role| 1 << role as u32)
}

/// A filter made ready to be held against many lines.
#[derive(Debug)]
pub struct Matcher<'a> {
    filter: &'a Filter,
    name: Option<String>,
    texts: Vec<TextTest>,
    clauses: Vec<&'a Clause>,
}

impl<'a> Matcher<'a> {
    /// Prepares a filter.
    pub fn new(filter: &'a Filter) -> Self {
        let mut texts: Vec<TextTest> =
            filter.words.iter().map(|word| TextTest::new(word, None, false)).collect();
        let mut clauses = Vec::new();
        for clause in &filter.clauses {
            match &clause.test {
                Test::Text(text) => texts.push(TextTest::new(text, None, clause.not)),
                Test::In(column, text) => {
                    texts.push(TextTest::new(text, Some(*column), clause.not));
                }
                _ => clauses.push(clause),
            }
        }
        if let Some(domain) = &filter.domain {
            // What follows from the condition on the domain and is found faster.
            texts.push(TextTest::new(&format!("@{domain}"), Some(Column::Email), false));
        }
        Self { filter, name: filter.name.as_deref().map(folded), texts, clauses }
    }

    /// The texts that it looks for.
    pub fn texts(&self) -> &[TextTest] {
        &self.texts
    }

    /// Whether texts are all that it looks at.
    pub fn is_texts_only(&self) -> bool {
        let Filter {
            words: _,
            status,
            since,
            until,
            company,
            name,
            emails,
            domain,
            actor,
            clauses: _,
        } = self.filter;
        status.is_none()
            && since.is_none()
            && until.is_none()
            && company.is_none()
            && name.is_none()
            && emails.is_empty()
            && domain.is_none()
            && actor.is_none()
            && self.clauses.is_empty()
    }

    /// Whether the filter lets a line through: every condition holds.
    pub fn lets_through(&self, row: &impl Facts) -> bool {
        self.passes_but_for_texts(row) && self.texts.iter().all(|test| test.occurs(row) != test.not)
    }

    /// Whether every condition holds that is not about an occurring text.
    pub fn passes_but_for_texts(&self, row: &impl Facts) -> bool {
        let filter = self.filter;
        filter.status.is_none_or(|status| has_status(row, status))
            && within(row.time(), filter.since, filter.until)
            && filter.company.is_none_or(|wanted| row.companies().any(|it| it == wanted))
            && filter.actor.is_none_or(|actor| row.actor() == Some(actor))
            && self.name.as_ref().is_none_or(|it| it.as_bytes() == row.column(Column::Name))
            && (filter.emails.is_empty() || has_email(row, &filter.emails))
            && filter.domain.as_ref().is_none_or(|domain| has_domain(row, domain))
            && self.clauses.iter().all(|clause| holds(row, &clause.test) != clause.not)
    }
}

fn within(at: Timestamp, since: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    since.is_none_or(|since| at >= since) && until.is_none_or(|until| at < until)
}

fn has_status(row: &impl Facts, wanted: Status) -> bool {
    match wanted {
        Status::Throttled(now) => row.throttled_until().is_some_and(|until| until > now),
        wanted => row.status() == Some(wanted),
    }
}

fn has_email(row: &impl Facts, emails: &[String]) -> bool {
    let email = row.column(Column::Email);
    emails.iter().any(|it| it.as_bytes() == email)
}

fn has_domain(row: &impl Facts, domain: &str) -> bool {
    let email = row.column(Column::Email);
    let at = memchr::memrchr(b'@', email);
    at.is_some_and(|at| &email[at + 1..] == domain.as_bytes())
}

/// Whether a test comes out right that looks for no text.
fn holds(row: &impl Facts, test: &Test) -> bool {
    match test {
        // Looked for among the texts.
        Test::Text(_) | Test::In(..) => true,
        Test::Is(mark) => row.marks() & mark.bit() != 0,
        Test::Status(status) => has_status(row, *status),
        Test::Role(role) => row.role() == Some(*role),
        Test::OwnRole(role) => row.own_role() == Some(*role),
        Test::Company(company) => row.companies().any(|it| it == *company),
        Test::Time(since, until) => within(row.time(), *since, *until),
        Test::LastLogin(since, until) => {
            row.last_login().is_some_and(|at| within(at, *since, *until))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_field_is_in_none() {
        assert_eq!(folded("Zoë\nO'Brien\u{0}"), "zoe o'brien ");
        let text = b"name\nmail\nfirm\nlogin\nphone\nmore\n";
        assert_eq!(column_of(text, Column::Name), b"name");
        assert_eq!(column_of(text, Column::Phone), b"phone");
        assert_eq!(column_of(b"cut sho", Column::Email), b"", "a text that was too long");
    }

    #[test]
    fn empty_texts_come_last() {
        assert_eq!(texts(b"", b"z"), Ordering::Greater);
        assert_eq!(texts(b"ab", b"abc"), Ordering::Less);
    }

    #[test]
    fn a_word_may_be_part_of_a_role() {
        let test = TextTest::new("portal", None, false);
        assert_ne!(test.roles & role_bit(Some(Role::PortalAdmin)), 0);
        assert_eq!(test.roles & role_bit(Some(Role::Auditor)), 0);
        assert_eq!(TextTest::new("portal", Some(Column::Name), false).roles, 0);
    }

    #[test]
    fn no_text_is_found_across_two_fields() {
        let test = TextTest::new("a\nb", None, false);
        assert_eq!(test.text, "a b");
        assert!(test.finder.find(b"name a\nb@x.example\n").is_none());
        assert!(test.finder.find(b"name a b\n").is_some());
    }
}
