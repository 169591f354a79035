//! Conditions: what may be typed into the filter line of each list, and what it means there.
//!
//! Owns the fields and flags of each list. A console checks a line with [`Vocabulary::check`]
//! as it is typed, without asking anybody; the same words come from commands and forms.

use crate::domain::fold;
use crate::domain::mail::MailState;
use crate::domain::problem::{Code, Problem};
use crate::domain::request::RequestStatus;
use crate::domain::role::{PortalRole, Role, name_key};
use crate::domain::search::{self, SearchError, Term};
use crate::domain::time::{DAY, Timestamp};
use crate::domain::user::UserStatus;
use crate::store::query::{Clause, Column, Filter, List, Mark, Status, Test};
use crate::store::{RepositoryExt, UniqueKey};

use super::{Desk, DeskError, Sort};

/// The field of the problems with a filter line.
pub const FILTER: &str = "filter";

/// What may be typed into the filter line of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vocabulary {
    /// The fields, `name:value`.
    pub fields: &'static [Field],
    /// The flags, typed as they are.
    pub flags: &'static [Flag],
}

/// A field of the filter line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// What stands before the colon.
    pub name: &'static str,
    /// What may stand behind it.
    pub takes: Takes,
}

/// What may stand behind the colon of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A text that occurs in that column.
    Text(Column),
    /// The code of a company, or a text that occurs in its name.
    Company,
    /// One of these words, or the beginning of one.
    Choice(&'static [(&'static str, Meaning)]),
    /// The name of a role, or the beginning of one.
    Role,
    /// A day such as `2026-06-29`, or so many days ago, such as `30d`.
    Moment(Bound),
}

/// What a word of a choice stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A status.
    Status(Status),
    /// A user whose sign-in waits or is locked now.
    Throttled,
    /// A mark.
    Is(Mark),
    /// The absence of a mark.
    Not(Mark),
}

/// Which side of a moment is meant, of which column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Created or submitted at it or after it.
    Since,
    /// Created or submitted before it.
    Before,
    /// Last signed in at it or after it.
    SignedInSince,
    /// Last signed in before it.
    SignedInBefore,
}

/// A word of the filter line that is a condition of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// The word; it has a hyphen, so that nobody is called so.
    pub name: &'static str,
    /// The mark.
    pub mark: Mark,
}

const fn field(name: &'static str, takes: Takes) -> Field {
    Field { name, takes }
}

const fn flag(name: &'static str, mark: Mark) -> Flag {
    Flag { name, mark }
}

const NAME: Field = field("name", Takes::Text(Column::Name));
const EMAIL: Field = field("email", Takes::Text(Column::Email));
const PHONE: Field = field("phone", Takes::Text(Column::Phone));

/// Of the list of users.
pub const USERS: Vocabulary = Vocabulary {
    fields: &[
        field(
            "status",
            Takes::Choice(&[
                ("pending", Meaning::Status(Status::User(UserStatus::Pending))),
                ("active", Meaning::Status(Status::User(UserStatus::Active))),
                ("disabled", Meaning::Status(Status::User(UserStatus::Disabled))),
                ("throttled", Meaning::Throttled),
                ("locked", Meaning::Is(Mark::Locked)),
            ]),
        ),
        field("company", Takes::Company),
        NAME,
        EMAIL,
        field("login", Takes::Text(Column::Login)),
        PHONE,
        field("role", Takes::Role),
        field(
            "kind",
            Takes::Choice(&[
                ("staff", Meaning::Is(Mark::Staff)),
                ("portal", Meaning::Is(Mark::Portal)),
            ]),
        ),
        field(
            "invitation",
            Takes::Choice(&[
                ("held", Meaning::Is(Mark::InvitationHeld)),
                ("failed", Meaning::Is(Mark::InvitationFailed)),
                ("expired", Meaning::Is(Mark::InvitationExpired)),
            ]),
        ),
        field("created-since", Takes::Moment(Bound::Since)),
        field("created-before", Takes::Moment(Bound::Before)),
        field("signed-in-since", Takes::Moment(Bound::SignedInSince)),
        field("signed-in-before", Takes::Moment(Bound::SignedInBefore)),
    ],
    flags: &[
        flag("never-signed-in", Mark::NeverSignedIn),
        flag("must-change", Mark::MustChange),
        flag("no-email", Mark::NoEmail),
        flag("no-company", Mark::NoCompany),
    ],
};

/// Of the list of portal requests.
pub const REQUESTS: Vocabulary = Vocabulary {
    fields: &[
        field(
            "status",
            Takes::Choice(&[
                ("new", Meaning::Status(Status::Request(RequestStatus::New))),
                ("resolved", Meaning::Status(Status::Request(RequestStatus::Resolved))),
                ("processed", Meaning::Status(Status::Request(RequestStatus::Processed))),
                ("rejected", Meaning::Status(Status::Request(RequestStatus::Rejected))),
            ]),
        ),
        field("company", Takes::Text(Column::Company)),
        NAME,
        EMAIL,
        PHONE,
        field("submitted-since", Takes::Moment(Bound::Since)),
        field("submitted-before", Takes::Moment(Bound::Before)),
    ],
    flags: &[],
};

/// Of the list of contacts.
pub const CONTACTS: Vocabulary = Vocabulary {
    fields: &[field("company", Takes::Company), NAME, EMAIL, PHONE],
    flags: &[flag("no-email", Mark::NoEmail), flag("no-company", Mark::NoCompany)],
};

/// Of the list of companies.
pub const COMPANIES: Vocabulary = Vocabulary {
    fields: &[
        field(
            "status",
            Takes::Choice(&[
                ("active", Meaning::Not(Mark::Inactive)),
                ("inactive", Meaning::Is(Mark::Inactive)),
                ("on-hold", Meaning::Is(Mark::OnHold)),
            ]),
        ),
        field(
            "kind",
            Takes::Choice(&[
                ("customer", Meaning::Is(Mark::Customer)),
                ("partner", Meaning::Is(Mark::Partner)),
            ]),
        ),
        NAME,
        field("code", Takes::Text(Column::Login)),
        EMAIL,
        PHONE,
    ],
    flags: &[flag("no-email", Mark::NoEmail)],
};

/// Of the list of mails.
pub const MAILS: Vocabulary = Vocabulary {
    fields: &[
        field(
            "status",
            Takes::Choice(&[
                ("queued", Meaning::Status(Status::Mail(MailState::Queued))),
                ("held", Meaning::Status(Status::Mail(MailState::Held))),
                ("sending", Meaning::Status(Status::Mail(MailState::Sending))),
                ("retrying", Meaning::Status(Status::Mail(MailState::Retrying))),
                ("sent", Meaning::Status(Status::Mail(MailState::Sent))),
                ("unknown", Meaning::Status(Status::Mail(MailState::Unknown))),
                ("failed", Meaning::Status(Status::Mail(MailState::Failed))),
                ("accepted", Meaning::Status(Status::Mail(MailState::Accepted))),
                ("expired", Meaning::Status(Status::Mail(MailState::Expired))),
                ("superseded", Meaning::Status(Status::Mail(MailState::Superseded))),
                ("cancelled", Meaning::Status(Status::Mail(MailState::Cancelled))),
            ]),
        ),
        field("company", Takes::Company),
        NAME,
        EMAIL,
        field("login", Takes::Text(Column::Login)),
        field("queued-since", Takes::Moment(Bound::Since)),
        field("queued-before", Takes::Moment(Bound::Before)),
        field("tried-since", Takes::Moment(Bound::SignedInSince)),
        field("tried-before", Takes::Moment(Bound::SignedInBefore)),
    ],
    flags: &[],
};

/// Of lists that know words only: a colon is part of a word there.
pub const WORDS: Vocabulary = Vocabulary { fields: &[], flags: &[] };

impl Vocabulary {
    /// Says what is wrong with a line, if anything is.
    ///
    /// # Errors
    /// When a quotation mark is open, a field is not known here, or its value can't be read;
    /// it says where, and what there is.
    pub fn check(&self, line: &str) -> Result<(), SearchError> {
        self.terms(line)?
            .iter()
            .try_for_each(|term| self.meaning(term, Timestamp::from_millis(0)).map(drop))
    }

    /// What can be typed, a field a line, for a page of help.
    pub fn help(&self) -> String {
        let mut lines = vec![
            "Conditions of the filter: words that must all occur, \"phrases in quotes\", and"
                .to_owned(),
        ];
        lines.extend(self.fields.iter().map(|field| {
            let takes = match field.takes {
                Takes::Text(_) => "a part of it".to_owned(),
                Takes::Company => "a part of its name, or its code".to_owned(),
                Takes::Choice(words) => {
                    words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ")
                }
                Takes::Role => "a role such as portal-user, or the beginning of one".to_owned(),
                Takes::Moment(_) => "a day such as 2026-06-29, or 30d for 30 days ago".to_owned(),
            };
            format!("  {:<18}{takes}", format!("{}:", field.name))
        }));
        lines.extend(self.flags.iter().map(|flag| format!("  {}", flag.name)));
        lines.push("A - before any of these leaves out what it finds.".to_owned());
        lines.join("\n")
    }

    fn terms(&self, line: &str) -> Result<Vec<Term>, SearchError> {
        if self.fields.is_empty() {
            let words = line.split_whitespace();
            return Ok(words.map(|word| Term { quoted: true, ..Term::text(word) }).collect());
        }
        search::parse(line)
    }

    /// What a term asks for; a company's code is looked up by who has a store.
    fn meaning(&self, term: &Term, now: Timestamp) -> Result<Wanted, SearchError> {
        let wrong = |message: String| SearchError { at: term.at, message };
        let Some(name) = &term.field else {
            let flag = self
                .flags
                .iter()
                .find(|flag| !term.quoted && flag.name.eq_ignore_ascii_case(&term.value));
            return Ok(Wanted::Test(match flag {
                Some(flag) => Test::Is(flag.mark),
                None => Test::Text(fold::search(&term.value)),
            }));
        };
        let Some(field) = self.fields.iter().find(|field| field.name == name) else {
            let names: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
            return Err(wrong(format!(
                "There is no field “{name}” here; there are {}. In quotes it is searched for as it is.",
                names.join(", ")
            )));
        };
        Ok(match field.takes {
            Takes::Text(column) => Wanted::Test(Test::In(column, fold::search(&term.value))),
            Takes::Company => Wanted::Company(term.value.clone()),
            Takes::Choice(words) => {
                let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                let at = chosen(&known, &term.value).ok_or_else(|| {
                    wrong(format!("{name}: takes {}; not “{}”.", known.join(", "), term.value))
                })?;
                match words[at].1 {
                    Meaning::Status(status) => Wanted::Test(Test::Status(status)),
                    Meaning::Throttled => Wanted::Test(Test::Status(Status::Throttled(now))),
                    Meaning::Is(mark) => Wanted::Test(Test::Is(mark)),
                    Meaning::Not(mark) => Wanted::Absence(mark),
                }
            }
            Takes::Role => Wanted::Role(term.value.clone()),
            Takes::Moment(bound) => {
                let at = moment(&term.value, now).ok_or_else(|| {
                    wrong(format!(
                        "{name}: takes a day such as 2026-06-29, or so many days ago, such as 30d; not “{}”.",
                        term.value
                    ))
                })?;
                Wanted::Test(match bound {
                    Bound::Since => Test::Time(Some(at), None),
                    Bound::Before => Test::Time(None, Some(at)),
                    Bound::SignedInSince => Test::LastLogin(Some(at), None),
                    Bound::SignedInBefore => Test::LastLogin(None, Some(at)),
                })
            }
        })
    }
}

/// What a term asks for.
enum Wanted {
    Test(Test),
    Absence(Mark),
    /// A company by its code, else by a part of its name.
    Company(String),
    /// A role by its name, built in or of one's own; what there is, a store has to be asked.
    Role(String),
}

impl Desk {
    /// Adds to a filter what a typed line asks for.
    pub(super) fn narrowed(
        &self,
        mut filter: Filter,
        line: &str,
        vocabulary: &Vocabulary,
    ) -> Result<Filter, DeskError> {
        for term in vocabulary.terms(line).map_err(problem)? {
            let (not, test) = match vocabulary.meaning(&term, self.clock.now()).map_err(problem)? {
                // Plain words are what nearly every filter consists of.
                Wanted::Test(Test::Text(word)) if !term.not => {
                    filter.words.push(word);
                    continue;
                }
                Wanted::Test(test) => (term.not, test),
                Wanted::Absence(mark) => (!term.not, Test::Is(mark)),
                Wanted::Company(text) => (term.not, self.company_test(&text)?),
                Wanted::Role(text) => (term.not, self.role_test(&term, &text)?),
            };
            filter.clauses.push(Clause { not, test });
        }
        Ok(filter)
    }

    fn company_test(&self, text: &str) -> Result<Test, DeskError> {
        let code = UniqueKey::CompanyCode(fold::identity(text));
        Ok(match self.repo.owner(&code)? {
            Some(id) => Test::Company(crate::domain::id::CompanyId(id)),
            None => Test::In(Column::Company, fold::search(text)),
        })
    }

    fn role_test(&self, term: &Term, text: &str) -> Result<Test, DeskError> {
        let built_in = Role::ALL.map(|it| (hyphened(it.name()), Test::Role(it)));
        let own =
            self.all_of::<PortalRole>(List::Roles, Sort::Name)?.into_iter().map(|it| it.value);
        let own = own.map(|it| (hyphened(it.name.raw()), Test::OwnRole(it.id)));
        let mut roles: Vec<(String, Test)> = built_in.into_iter().chain(own).collect();
        let names: Vec<&str> = roles.iter().map(|(name, _)| name.as_str()).collect();
        let Some(at) = chosen(&names, &hyphened(text)) else {
            let names = names.join(", ");
            let message = format!("role: takes {names}; not “{text}”.");
            return Err(problem(SearchError { at: term.at, message }));
        };
        Ok(roles.swap_remove(at).1)
    }
}

fn problem(error: SearchError) -> DeskError {
    Problem::field(Code::Malformed, FILTER, error.message).into()
}

/// The one of `words` that is `text`, or the only one that begins with it, in any case.
fn chosen(words: &[&str], text: &str) -> Option<usize> {
    let text = text.trim().to_lowercase();
    let whole = words.iter().position(|word| *word == text);
    whole.or_else(|| {
        let mut begun =
            words.iter().enumerate().filter(|(_, word)| word.starts_with(&text)).map(|it| it.0);
        begun.next().filter(|_| begun.next().is_none())
    })
}

/// The name of a role as a word of the filter line.
fn hyphened(name: &str) -> String {
    name_key(name).replace(' ', "-")
}

/// The midnight (UTC) of a day, or so many days before `now`.
fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(days) = text.trim().strip_suffix(['d', 'D']) {
        let days: u32 = days.parse().ok()?;
        return Some(now.plus_millis(-i64::from(days) * DAY));
    }
    Timestamp::parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_line_is_good_in_its_list() {
        for line in [
            "",
            "acme jan",
            r#"status:pending company:"acme gmbh" never-signed-in"#,
            "status:DIS -kind:staff role:portal-u created-since:2026-01-01 signed-in-before:90d",
            r#""status:x" 12:30"#,
        ] {
            assert_eq!(USERS.check(line), Ok(()), "{line}");
        }
        assert_eq!(REQUESTS.check("status:new submitted-since:7d"), Ok(()));
        assert_eq!(COMPANIES.check("status:on-hold kind:partner code:C0001"), Ok(()));
        assert_eq!(CONTACTS.check("company:C000001 no-email"), Ok(()));
        let term = &search::parse("No-Email").unwrap()[0];
        let meaning = CONTACTS.meaning(term, Timestamp::from_millis(0)).unwrap();
        assert!(matches!(meaning, Wanted::Test(Test::Is(Mark::NoEmail))), "in any case");
        assert_eq!(WORDS.check(r#"any:thing "open"#), Ok(()));
    }

    #[test]
    fn a_bad_line_is_told_with_what_there_is() {
        for (line, at, words) in [
            ("zoe colour:red", 4, "no field “colour” here; there are status, company, name"),
            ("status:gone", 0, "pending, active, disabled, throttled, locked; not “gone”"),
            ("created-since:soon", 0, "a day such as 2026-06-29"),
            ("a \"b", 2, "A quotation mark is open"),
        ] {
            let error = USERS.check(line).unwrap_err();
            assert_eq!(error.at, at, "{line}");
            assert!(error.message.contains(words), "{}", error.message);
        }
    }

    #[test]
    fn the_help_names_every_field_and_flag() {
        for vocabulary in [USERS, REQUESTS, CONTACTS, COMPANIES] {
            let help = vocabulary.help();
            assert!(vocabulary.fields.iter().all(|it| help.contains(&format!("  {}:", it.name))));
            assert!(vocabulary.flags.iter().all(|it| help.contains(&format!("  {}", it.name))));
            assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
        }
    }

    #[test]
    fn flags_have_hyphens_and_fields_are_named_once() {
        for vocabulary in [USERS, REQUESTS, CONTACTS, COMPANIES] {
            assert!(vocabulary.flags.iter().all(|flag| flag.name.contains('-')));
            let mut names: Vec<&str> = vocabulary.fields.iter().map(|it| it.name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        }
    }
}
