//! What each way to the dialog asks for: one table.

use crate::domain::company::CompanyKind;
use crate::domain::validate::{EMAIL, FIRST, Field as Rule, LAST, LOGIN, PHONE};
use crate::service::Entrance;
use crate::tui::screens::users::password::{self, MUST_CHANGE, PASSWORD};
use crate::tui::screens::users::portal_side::{CAN_CREATE, CLAIM, CONFIGS, FACTOR, ROLE};
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId, Taken};

/// Customer or partner.
pub(super) const TYPE: FieldId = "account_type";
/// The one company.
pub(super) const COMPANY: FieldId = "company";
/// The companies, where it takes several.
pub(super) const CUSTOMERS: FieldId = "companies";
/// The password once more.
pub(super) const RETYPED: FieldId = "retyped";
/// The User ID that it gives.
pub(super) const USER_ID: FieldId = "user_id";
/// Whether an invitation is mailed.
pub(super) const INVITE: FieldId = "invite";
/// Whether warnings are to be overridden.
pub(super) const OVERRIDE: FieldId = "overriding";

/// Customer or partner, in the order of the field.
pub(super) const KINDS: [CompanyKind; 2] = [CompanyKind::Customer, CompanyKind::Partner];

/// What a way to the dialog asks for.
pub(super) struct Shape {
    /// The title of the window.
    pub title: &'static str,
    /// The word on the button.
    pub saving: &'static str,
    /// Its parts, in their order.
    parts: &'static [Part],
}

/// Lines of the dialog under one head.
struct Part {
    head: Head,
    lines: &'static [Line],
}

/// What stands over a part.
enum Head {
    /// Nothing.
    None,
    /// A word.
    Over(FieldId, &'static str),
    /// A word; a key unfolds what is under it.
    Folded(FieldId, &'static str),
}

/// A line of the dialog.
enum Line {
    /// Text after a rule, with its word here.
    Text(Rule, &'static str),
    Type,
    Company(&'static str),
    Customers,
    Configs,
    Password(&'static str),
    Retyped,
    MustChange,
    /// Where the User ID comes from.
    UserId(&'static str),
    Role,
    CanCreate,
    Claim,
    Factor,
    /// Whether an invitation is sent; whether it is so at first.
    Invite(bool),
}

/// Lines that the dialog has wherever it is opened, folded where they are not asked for.
const ACCESS: Part = Part {
    head: Head::Folded("access", "Access"),
    lines: &[Line::CanCreate, Line::Claim, Line::Configs],
};
const SECOND_FACTOR: Part =
    Part { head: Head::Folded("factor", "Second factor"), lines: &[Line::Factor] };

/// Settings ▸ Client ▸ Portal Access: workflow D.
const PORTAL_ACCESS: Shape = Shape {
    title: "Add Portal User",
    saving: "Save",
    parts: &[
        Part {
            head: Head::None,
            lines: &[
                Line::Company("Company"),
                Line::Text(EMAIL, "Company email"),
                Line::Password("Enter Password"),
                Line::MustChange,
                Line::Invite(true),
                Line::UserId("the email is the login"),
            ],
        },
        Part {
            head: Head::Folded("more", "Person"),
            lines: &[
                Line::Text(FIRST, FIRST.label),
                Line::Text(LAST, LAST.label),
                Line::Text(PHONE, PHONE.label),
            ],
        },
        ACCESS,
        SECOND_FACTOR,
    ],
};

/// Company ▸ Contacts ▸ Users: workflow C.
const COMPANY_FILE: Shape = Shape {
    title: "Add new user",
    saving: "Confirm",
    parts: &[
        Part {
            head: Head::None,
            lines: &[
                Line::Company("Company"),
                Line::Text(FIRST, "Name"),
                Line::Text(LAST, "Surname"),
                Line::Text(LOGIN, "Username"),
                Line::Password("Password"),
                Line::MustChange,
                Line::UserId(""),
            ],
        },
        Part {
            head: Head::Folded("more", "Email and phone"),
            lines: &[Line::Text(EMAIL, EMAIL.label), Line::Text(PHONE, PHONE.label)],
        },
        ACCESS,
        SECOND_FACTOR,
    ],
};

/// Activity ▸ User Account Management Utility: workflow B.
const UTILITY: Shape = Shape {
    title: "User Account Management Utility",
    saving: "Create",
    parts: &[
        Part {
            head: Head::None,
            lines: &[
                Line::Type,
                Line::Text(LOGIN, "User ID"),
                Line::Password("Password"),
                Line::Retyped,
                Line::Text(FIRST, FIRST.label),
                Line::Text(LAST, LAST.label),
                Line::Text(EMAIL, EMAIL.label),
                Line::Company("Customer/Partner"),
                Line::CanCreate,
                Line::Claim,
            ],
        },
        Part {
            head: Head::Folded("more", "Phone, Notify and more"),
            lines: &[
                Line::Text(PHONE, PHONE.label),
                Line::Invite(false),
                Line::MustChange,
                Line::Configs,
                Line::Factor,
            ],
        },
    ],
};

/// User Management ▸ Users and Create ▸ User: workflow E.
const CREATE_USER: Shape = Shape {
    title: "Create User",
    saving: "Submit",
    parts: &[
        Part {
            head: Head::Over("person", "Personal Details"),
            lines: &[
                Line::Text(FIRST, FIRST.label),
                Line::Text(LAST, LAST.label),
                Line::Text(EMAIL, EMAIL.label),
                Line::Text(PHONE, PHONE.label),
            ],
        },
        Part {
            head: Head::Over("access", "Access Details"),
            lines: &[Line::Text(LOGIN, "Login Name"), Line::Role],
        },
        Part {
            head: Head::Over("customers", "Customers"),
            lines: &[Line::Customers, Line::Configs],
        },
        Part { head: Head::Over("factor", "TFA Details"), lines: &[Line::Factor] },
    ],
};

/// What the dialog asks for that way.
pub(super) const fn of(via: Entrance) -> &'static Shape {
    match via {
        Entrance::PortalAccess => &PORTAL_ACCESS,
        Entrance::CompanyFile => &COMPANY_FILE,
        Entrance::Utility => &UTILITY,
        Entrance::CreateUser => &CREATE_USER,
    }
}

impl Shape {
    /// The fields; `company` is the one that it is for, where that was settled before.
    pub(super) fn fields(&self, company: Option<&Taken>) -> Vec<Field> {
        let mut fields = Vec::new();
        for part in self.parts {
            let lines = part.lines.iter().map(|line| field(line, company));
            match part.head {
                Head::None => fields.extend(lines),
                Head::Over(id, word) => {
                    fields.push(Field::heading(id, word));
                    fields.extend(lines);
                }
                Head::Folded(id, word) => {
                    fields.push(Field::section(id, word));
                    fields.extend(lines.map(|field| field.in_section(id)));
                }
            }
        }
        fields.push(Field::toggle(OVERRIDE, "Override warnings", false).hidden());
        fields
    }

    /// The words that this dialog has for texts.
    pub(super) fn words(&self) -> impl Iterator<Item = (Rule, &'static str)> {
        self.parts.iter().flat_map(|part| part.lines).filter_map(|line| match line {
            Line::Text(rule, word) => Some((*rule, *word)),
            _ => None,
        })
    }
}

fn field(line: &Line, company: Option<&Taken>) -> Field {
    match *line {
        Line::Text(rule, word) if rule.name == PHONE.name => {
            Field::text(rule.name, word, "", rule.max).noted("may stay empty")
        }
        Line::Text(rule, word) => Field::text(rule.name, word, "", rule.max),
        Line::Type => {
            let kinds = KINDS.map(CompanyKind::word);
            Field::choice(TYPE, "Account Type", Choice::new(kinds, 0)).noted("Space chooses")
        }
        Line::Company(word) => match company {
            Some(company) => Field::fact(COMPANY, word, company.label.clone()),
            None => Field::look_up(COMPANY, word, None).noted("F4 list"),
        },
        Line::Customers => Field::many(CUSTOMERS, "Import Customers", Vec::new()).noted("F4 list"),
        Line::Configs => Field::many(CONFIGS, "Organization config", Vec::new()),
        Line::Password(word) => Field::secret(PASSWORD, word).noted(password::wanted(false)),
        Line::Retyped => Field::secret(RETYPED, "Retype Password"),
        Line::MustChange => {
            Field::toggle(MUST_CHANGE, "Must change", true).noted("at the next sign-in")
        }
        Line::UserId(note) => Field::fact(USER_ID, "User ID", "").noted(note),
        Line::Role => {
            Field::choice(ROLE, "Assigned Role", Choice::new(Vec::<String>::new(), 0)).listed()
        }
        Line::CanCreate => Field::toggle(CAN_CREATE, "Can Create Users", false),
        Line::Claim => Field::toggle(CLAIM, "Claim Authorization Required", false).hidden(),
        Line::Invite(at_first) => {
            Field::toggle(INVITE, "Send invitation", at_first).noted("Ctrl-T shows the mail")
        }
        Line::Factor => {
            let none = Choice::new(["None"], 0);
            Field::choice(FACTOR, "Authentication Factor Provider", none).listed()
        }
    }
}
