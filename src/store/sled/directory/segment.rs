//! A segment: some thousand lines of a list, packed into columns.
//!
//! Owns how a line is kept: its text among the others' in one haystack, its numbers in
//! columns. A line never changes once it is in; a changed one is added anew elsewhere.

use super::companies::Companies;
use super::packed::Packed;
use crate::domain::id::{CompanyId, RoleId, SiteId, UserId};
use crate::domain::mail::MailState;
use crate::domain::request::RequestStatus;
use crate::domain::role::Role;
use crate::domain::time::Timestamp;
use crate::domain::user::UserStatus;
use crate::store::facts::{Facts, column_of, role_bit};
use crate::store::query::{Column, Mark, Status};

/// How many lines a segment holds; in tests so few that a small list has several.
pub const LINES: usize = if cfg!(test) { 64 } else { 4096 };

/// No company, in a column of them.
pub const NOBODY: u32 = u32::MAX;

/// None, in a column of numbers of records.
pub const NONE: i64 = -1;

/// No moment, in a column of them.
const NEVER: i64 = i64::MIN;

/// Text of a line beyond this is not searched. No record comes near it; with it, the places
/// in the text of a segment can be told in 32 bits.
const TEXT: usize = 1_000_000;

/// Where in the column of flags what lies.
const STATUS: u32 = 16;
const ROLE: u32 = 20;
/// What the four bits of the status have no room for.
const HIGH_STATUS: u32 = 28;
const THROTTLED: u32 = 1 << 30;
const SEVERAL: u32 = 1 << 31;

/// Up to [`LINES`] lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// The text of all lines, one after the other.
    pub(super) text: Vec<u8>,
    /// Where each line's text ends.
    pub(super) ends: Vec<u32>,
    /// The letters that occur in each line, see [`letter`].
    pub(super) letters: Vec<u64>,
    pub(super) numbers: Packed,
    pub(super) times: Packed,
    pub(super) last_logins: Packed,
    pub(super) sites: Packed,
    pub(super) own_roles: Packed,
    /// Marks, status, role, and whether there is more in one of the lists below.
    pub(super) flags: Vec<u32>,
    /// The primary company of each line, by its place in the table of companies.
    pub(super) companies: Vec<u32>,
    /// Further companies, by lines.
    pub(super) several: Vec<(u16, u32)>,
    /// Until when sign-ins wait, by lines.
    pub(super) throttled: Vec<(u16, i64)>,
}

/// What goes into a segment as one line.
pub struct Entry<'a, F: Facts> {
    /// All that is known of it but for its companies.
    pub facts: &'a F,
    /// Its companies, by their places in the table, the primary one first.
    pub companies: &'a [u32],
    /// The site, in place of the one in the facts.
    pub site: Option<SiteId>,
    /// The marks, in place of those in the facts.
    pub marks: u16,
}

impl<'a, F: Facts> Entry<'a, F> {
    /// The entry of a line as it is.
    pub fn of(facts: &'a F, companies: &'a [u32]) -> Self {
        Self { facts, companies, site: facts.site(), marks: facts.marks() }
    }

    fn flags(&self) -> u32 {
        let mut flags = u32::from(self.marks);
        let status = status_code(self.facts.status());
        flags |= (status & 0xf) << STATUS | (status >> 4) << HIGH_STATUS;
        flags |= role_code(self.facts.role()) << ROLE;
        if self.facts.throttled_until().is_some() {
            flags |= THROTTLED;
        }
        if self.companies.len() > 1 {
            flags |= SEVERAL;
        }
        flags
    }

    fn last_login(&self) -> i64 {
        self.facts.last_login().map_or(NEVER, Timestamp::millis)
    }

    fn text(&self) -> &[u8] {
        let text = self.facts.text();
        &text[..text.len().min(TEXT)]
    }
}

/// Signs that searches begin with, beside letters and digits.
const SIGNS: &[u8] = b"@.-_+ /'&,()";

/// The bit of all that has none of its own.
const OTHER: u8 = 63;

/// The bit of each byte in a set of letters.
const BITS: [u8; 256] = {
    let mut bits = [OTHER; 256];
    let mut at = 0;
    while at < 26 {
        bits[b'a' as usize + at] = at as u8;
        at += 1;
    }
    while at < 36 {
        bits[b'0' as usize + at - 26] = at as u8;
        at += 1;
    }
    while at < 36 + SIGNS.len() {
        bits[SIGNS[at - 36] as usize] = at as u8;
        at += 1;
    }
    bits
};

/// The bit that tells of a text whether it occurs in a line, if one alone does. The first key
/// of a search is one letter, which occurs in most lines: the slowest to look for.
pub fn letter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [byte] => Some(BITS[usize::from(*byte)]).filter(|bit| *bit != OTHER),
        _ => None,
    }
}

fn letters(text: &[u8]) -> u64 {
    text.iter().fold(0, |letters, byte| letters | 1 << BITS[usize::from(*byte)])
}

fn status_code(status: Option<Status>) -> u32 {
    match status {
        Some(Status::Request(status)) => 1 + status as u32,
        Some(Status::User(status)) => 5 + status as u32,
        Some(Status::Mail(state)) => 8 + state as u32,
        Some(Status::Throttled(_) | Status::Deed) | None => 0,
    }
}

fn status_of(code: u32) -> Option<Status> {
    match code {
        1..=4 => RequestStatus::ALL.get(code as usize - 1).copied().map(Status::Request),
        5..=7 => UserStatus::ALL.get(code as usize - 5).copied().map(Status::User),
        8.. => MailState::ALL.get(code as usize - 8).copied().map(Status::Mail),
        _ => None,
    }
}

/// 0 for none, else the place of its bit, from 1.
fn role_code(role: Option<Role>) -> u32 {
    32 - role_bit(role).leading_zeros()
}

fn site_code(site: Option<SiteId>) -> i64 {
    site.map_or(NONE, |site| site.0.cast_signed())
}

fn own_role_code(role: Option<RoleId>) -> i64 {
    role.map_or(NONE, |role| role.0.cast_signed())
}

impl Segment {
    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a line at the end.
    pub fn push<F: Facts>(&mut self, entry: &Entry<'_, F>) {
        // A segment has few enough lines, and each little enough text.
        let line = self.len() as u16;
        self.text.extend_from_slice(entry.text());
        self.ends.push(self.text.len() as u32);
        self.letters.push(letters(entry.text()));
        self.numbers.push(entry.facts.number().cast_signed());
        self.times.push(entry.facts.time().millis());
        self.last_logins.push(entry.last_login());
        self.sites.push(site_code(entry.site));
        self.own_roles.push(own_role_code(entry.facts.own_role()));
        self.flags.push(entry.flags());
        self.companies.push(entry.companies.first().copied().unwrap_or(NOBODY));
        self.several.extend(entry.companies.iter().skip(1).map(|it| (line, *it)));
        self.throttled.extend(entry.facts.throttled_until().map(|at| (line, at.millis())));
    }

    /// Whether the line there says exactly the same.
    pub fn is_like<F: Facts>(&self, at: usize, entry: &Entry<'_, F>) -> bool {
        self.text(at) == entry.text()
            && self.number(at) == entry.facts.number()
            && self.times.get(at) == entry.facts.time().millis()
            && self.last_logins.get(at) == entry.last_login()
            && self.sites.get(at) == site_code(entry.site)
            && self.own_roles.get(at) == own_role_code(entry.facts.own_role())
            && self.flags[at] == entry.flags()
            && self.companies_of(at).eq(entry.companies.iter().copied())
            && self.throttled_until(at) == entry.facts.throttled_until()
    }

    /// Gives back the room that is not needed.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.letters.shrink_to_fit();
        self.numbers.shrink();
        self.times.shrink();
        self.last_logins.shrink();
        self.sites.shrink();
        self.own_roles.shrink();
        self.flags.shrink_to_fit();
        self.companies.shrink_to_fit();
        self.several.shrink_to_fit();
        self.throttled.shrink_to_fit();
    }

    /// The number of a line.
    pub fn number(&self, at: usize) -> u64 {
        self.numbers.get(at).cast_unsigned()
    }

    /// Where the text of a line begins.
    pub fn start(&self, at: usize) -> usize {
        if at == 0 { 0 } else { self.ends[at - 1] as usize }
    }

    /// The text of a line.
    pub fn text(&self, at: usize) -> &[u8] {
        &self.text[self.start(at)..self.ends[at] as usize]
    }

    /// The companies of a line, by their places in the table, the primary one first.
    pub fn companies_of(&self, at: usize) -> impl Iterator<Item = u32> {
        let first = self.companies[at];
        let more = if self.flags[at] & SEVERAL == 0 { &[] } else { self.of_line(at) };
        let first = (first != NOBODY).then_some(first);
        first.into_iter().chain(more.iter().map(|(_, company)| *company))
    }

    /// Marks the lines in which a letter occurs, see [`letter`].
    pub fn mark_letter(&self, letter: u8, block: &mut [u64]) {
        for (word, lines) in block.iter_mut().zip(self.letters.chunks(64)) {
            for (at, letters) in lines.iter().enumerate() {
                *word |= (letters >> letter & 1) << at;
            }
        }
    }

    /// Marks the lines that have one of these roles, see [`role_bit`].
    pub fn mark_roles(&self, roles: u32, block: &mut [u64]) {
        // As the codes of roles go: none is 0.
        let codes = u64::from(roles) << 1;
        for (word, lines) in block.iter_mut().zip(self.flags.chunks(64)) {
            for (at, flags) in lines.iter().enumerate() {
                *word |= (codes >> (flags >> ROLE & 0x3f) & 1) << at;
            }
        }
    }

    fn role(&self, at: usize) -> Option<Role> {
        let code = self.flags[at] >> ROLE & 0xff;
        Role::ALL.get((code as usize).checked_sub(1)?).copied()
    }

    fn of_line(&self, at: usize) -> &[(u16, u32)] {
        let start = self.several.partition_point(|(line, _)| usize::from(*line) < at);
        let rest = &self.several[start..];
        &rest[..rest.partition_point(|(line, _)| usize::from(*line) == at)]
    }

    fn throttled_until(&self, at: usize) -> Option<Timestamp> {
        if self.flags[at] & THROTTLED == 0 {
            return None;
        }
        let found = self.throttled.binary_search_by_key(&at, |(line, _)| usize::from(*line));
        found.ok().map(|found| Timestamp::from_millis(self.throttled[found].1))
    }
}

/// A line of a segment.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// Which of its lines.
    pub at: usize,
    /// What its companies are called.
    pub companies: &'a Companies,
}

impl Facts for Place<'_> {
    fn number(&self) -> u64 {
        self.segment.number(self.at)
    }

    fn text(&self) -> &[u8] {
        self.segment.text(self.at)
    }

    fn companies(&self) -> impl Iterator<Item = CompanyId> {
        self.segment.companies_of(self.at).map(|place| self.companies.id(place))
    }

    fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.segment.companies_of(self.at).map(|place| self.companies.name(place))
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_millis(self.segment.times.get(self.at))
    }

    fn status(&self) -> Option<Status> {
        let flags = self.segment.flags[self.at];
        status_of(flags >> STATUS & 0xf | (flags >> HIGH_STATUS & 1) << 4)
    }

    fn throttled_until(&self) -> Option<Timestamp> {
        self.segment.throttled_until(self.at)
    }

    fn last_login(&self) -> Option<Timestamp> {
        let at = self.segment.last_logins.get(self.at);
        (at != NEVER).then_some(Timestamp::from_millis(at))
    }

    fn actor(&self) -> Option<UserId> {
        // Only the trail knows one, and it is not kept here.
        None
    }

    fn marks(&self) -> u16 {
        // The lower half.
        self.segment.flags[self.at] as u16
    }

    fn role(&self) -> Option<Role> {
        self.segment.role(self.at)
    }

    fn own_role(&self) -> Option<RoleId> {
        let code = self.segment.own_roles.get(self.at);
        (code != NONE).then_some(RoleId(code.cast_unsigned()))
    }

    fn site(&self) -> Option<SiteId> {
        let code = self.segment.sites.get(self.at);
        (code != NONE).then_some(SiteId(code.cast_unsigned()))
    }
}

impl<'a> Place<'a> {
    /// What an order by a column of text goes by.
    pub fn text_in(&self, column: Column) -> &'a [u8] {
        column_of(self.segment.text(self.at), column)
    }

    /// What the order of companies goes by.
    pub fn company_text(&self) -> &'a [u8] {
        match self.segment.companies[self.at] {
            NOBODY => self.text_in(Column::Company),
            place => self.companies.name(place),
        }
    }

    /// Whether it is the line of a staff account.
    pub fn is_staff(&self) -> bool {
        self.marks() & Mark::Staff.bit() != 0
    }
}
