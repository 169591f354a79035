//! Every error of DOMAIN.md §4 about new users: each provoked, and beside it what does not
//! provoke it. The table must have all of them.

use std::collections::BTreeSet;

use crate::domain::company::CompanyKind;
use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, ContactId, RoleId};
use crate::domain::problem::Code;
use crate::domain::role::{Role, RoleChoice};
use crate::domain::user::MemberConfig;
use crate::service::{DeskError, NewUser, Session, UserForm};

use super::create_user::own_role;
use super::edit_user::member;
use super::new_user::{by_email, by_role, by_utility, faults, in_file, switch};
use super::people::{OTHER, RIGHT, secret};
use super::{House, origin, zoe};

type Deed = fn(&House) -> Result<(), DeskError>;

/// The errors, in the words of DOMAIN.md.
const ERRORS: [&str; 13] = [
    "missing field of that form",
    "bad email",
    "email or login taken",
    "passwords differ or fail the policy",
    "role missing, inactive or not yours to give",
    "account type and company kind differ",
    "Claim Authorization on a customer",
    "organization config of another customer",
    "contact already has a user",
    "contact without company",
    "no active site in the portal group",
    "changed by someone else since you opened it",
    "second factor that can't be used",
];

/// The error that a code of a problem is about; what no form of a new user has is left out.
fn error_of(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::Missing | Code::CompanyMissing => ERRORS[0],
        Code::Malformed => ERRORS[1],
        Code::Taken => ERRORS[2],
        Code::Password => ERRORS[3],
        Code::Role => ERRORS[4],
        Code::AccountType => ERRORS[5],
        Code::ClaimAuthorization => ERRORS[6],
        Code::OrganizationConfig => ERRORS[7],
        Code::ContactHasUser => ERRORS[8],
        Code::NoActiveSite => ERRORS[10],
        Code::WrongState => ERRORS[11],
        Code::SecondFactor => ERRORS[12],
        Code::TooLong | Code::ContactMissing | Code::PortalOff | Code::Override | Code::Mail => {
            return None;
        }
    })
}

fn create(house: &House, role: Role, form: &NewUser) -> Result<(), DeskError> {
    house.desk.create_portal_user(&house.staff(role), form).map(drop)
}

fn by_boss(house: &House, change: impl FnOnce(NewUser) -> NewUser) -> Result<(), DeskError> {
    let form = change(by_role(house, Role::PortalUser, "zoe"));
    create(house, Role::PortalAdmin, &form)
}

fn by_data(house: &House, change: impl FnOnce(NewUser) -> NewUser) -> Result<(), DeskError> {
    let form = change(by_utility(house.company("Acme", None), "zoe"));
    create(house, Role::PortalDataAdministrator, &form)
}

fn agent(house: &House) -> Session {
    house.staff(Role::CustomerService)
}

fn partner(house: &House, name: &str) -> CompanyId {
    let id = house.company(name, None);
    house.edit_company(id, |it| it.kind = CompanyKind::Partner);
    id
}

/// A request whose contact is that one, approved.
fn approved(house: &House, contact: ContactId) -> Result<(), DeskError> {
    let (desk, anna) = (&house.desk, agent(house));
    let request = desk.submit_request(&zoe(), None, &origin())?.id;
    desk.link_request(&anna, request, None, contact)?;
    desk.approve_request(&anna, request, None, None).map(drop)
}

/// What is told of, where, what provokes it, and what does not beside it.
struct Trial {
    code: Code,
    field: &'static str,
    cause: Deed,
    beside: Deed,
}

const fn trial(code: Code, field: &'static str, cause: Deed, beside: Deed) -> Trial {
    Trial { code, field, cause, beside }
}

fn trials() -> Vec<Trial> {
    let e: Deed = |h| by_boss(h, |form| form);
    let b: Deed = |h| by_data(h, |form| form);
    let c: Deed = |h| {
        let form = in_file(h.company("Acme", None), "zoe");
        create(h, Role::CustomerService, &form)
    };
    let mut all = Vec::new();
    all.extend([
        trial(Code::Missing, "first", |h| by_boss(h, |f| NewUser { first: " ".into(), ..f }), e),
        trial(Code::Missing, "last", |h| by_boss(h, |f| NewUser { last: "".into(), ..f }), e),
        trial(Code::Missing, "email", |h| by_boss(h, |f| NewUser { email: "".into(), ..f }), e),
        trial(
            Code::Missing,
            "login_name",
            |h| by_boss(h, |f| NewUser { login: "".into(), ..f }),
            e,
        ),
        trial(
            Code::CompanyMissing,
            "companies",
            |h| by_boss(h, |f| NewUser { companies: vec![], ..f }),
            e,
        ),
        trial(
            Code::Missing,
            "account_type",
            |h| by_data(h, |f| NewUser { account_type: None, ..f }),
            b,
        ),
        trial(Code::Missing, "first", |h| by_data(h, |f| NewUser { first: "".into(), ..f }), b),
        trial(Code::Missing, "last", |h| by_data(h, |f| NewUser { last: "".into(), ..f }), b),
        trial(Code::Missing, "email", |h| by_data(h, |f| NewUser { email: "".into(), ..f }), b),
        trial(
            Code::Missing,
            "login_name",
            |h| by_data(h, |f| NewUser { login: "".into(), ..f }),
            b,
        ),
        trial(Code::Missing, "password", |h| by_data(h, |f| NewUser { password: None, ..f }), b),
        trial(Code::Missing, "retyped", |h| by_data(h, |f| NewUser { retyped: None, ..f }), b),
        trial(
            Code::CompanyMissing,
            "company",
            |h| by_data(h, |f| NewUser { companies: vec![], ..f }),
            b,
        ),
        trial(
            Code::CompanyMissing,
            "company",
            |h| {
                let second = h.company("Bolt", None);
                by_data(h, |mut f| {
                    f.companies.push(second);
                    f
                })
            },
            b,
        ),
        trial(
            Code::Malformed,
            "email",
            |h| by_boss(h, |f| NewUser { email: "zoe".into(), ..f }),
            e,
        ),
        trial(
            Code::Malformed,
            "email",
            |h| by_data(h, |f| NewUser { email: "zoe@".into(), ..f }),
            b,
        ),
        trial(
            Code::Taken,
            "email",
            |h| {
                let bolt = h.company("Bolt", None);
                create(h, Role::PortalAdmin, &by_email(bolt, "ZOE@acme.example"))?;
                by_boss(h, |f| f)
            },
            |h| {
                let bolt = h.company("Bolt", None);
                create(h, Role::PortalAdmin, &by_email(bolt, "joe@acme.example"))?;
                by_boss(h, |f| f)
            },
        ),
        trial(
            Code::Taken,
            "login_name",
            |h| {
                let bolt = h.company("Bolt", None);
                create(h, Role::PortalAdmin, &in_file(bolt, "ZOE.P"))?;
                by_data(h, |f| f)
            },
            |h| {
                let bolt = h.company("Bolt", None);
                create(h, Role::PortalAdmin, &in_file(bolt, "zoe2"))?;
                by_data(h, |f| f)
            },
        ),
        trial(
            Code::Password,
            "retyped",
            |h| by_data(h, |f| NewUser { retyped: Some(secret(OTHER)), ..f }),
            b,
        ),
        trial(
            Code::Password,
            "password",
            |h| {
                let short = Some(secret("too short"));
                by_data(h, |f| NewUser { password: short.clone(), retyped: short, ..f })
            },
            b,
        ),
        trial(
            Code::Password,
            "password",
            |h| by_boss(h, |f| NewUser { password: Some(secret(RIGHT)), ..f }),
            e,
        ),
    ]);
    all.extend([
        trial(Code::Role, "role", |h| by_boss(h, |f| NewUser { role: None, ..f }), e),
        trial(
            Code::Role,
            "role",
            |h| {
                let role = own_role(h, "Claims", false);
                by_boss(h, |f| NewUser { role: Some(role), ..f })
            },
            |h| {
                let role = own_role(h, "Claims", true);
                by_boss(h, |f| NewUser { role: Some(role), ..f })
            },
        ),
        trial(
            Code::Role,
            "role",
            |h| {
                let role = RoleChoice::Own(RoleId(77));
                by_boss(h, |f| NewUser { role: Some(role), ..f })
            },
            e,
        ),
        trial(
            Code::Role,
            "role",
            |h| {
                let role = Some(RoleChoice::BuiltIn(Role::SuperUser));
                by_boss(h, |f| NewUser { role, ..f })
            },
            |h| create(h, Role::SecurityAdministrator, &by_role(h, Role::SuperUser, "zoe")),
        ),
        trial(
            Code::Role,
            "role",
            |h| {
                let role = Some(RoleChoice::BuiltIn(Role::SuperUser));
                by_data(h, |f| NewUser { role, ..f })
            },
            |h| {
                let role = Some(RoleChoice::BuiltIn(Role::PortalUser));
                by_data(h, |f| NewUser { role, ..f })
            },
        ),
        trial(
            Code::AccountType,
            "account_type",
            |h| by_data(h, |f| NewUser { account_type: Some(CompanyKind::Partner), ..f }),
            b,
        ),
        trial(
            Code::AccountType,
            "companies",
            |h| {
                let hub = partner(h, "Hub");
                h.contract(hub, "2026-01-01", None);
                by_boss(h, |mut f| {
                    f.companies.push(hub);
                    f
                })
            },
            |h| {
                let bolt = h.company("Bolt", None);
                h.contract(bolt, "2026-01-01", None);
                by_boss(h, |mut f| {
                    f.companies.push(bolt);
                    f
                })
            },
        ),
        trial(
            Code::ClaimAuthorization,
            "claim_authorization_required",
            |h| by_data(h, |f| NewUser { claim_authorization_required: true, ..f }),
            |h| {
                let hub = partner(h, "Hub");
                by_data(h, |f| NewUser {
                    claim_authorization_required: true,
                    account_type: Some(CompanyKind::Partner),
                    companies: vec![hub],
                    ..f
                })
            },
        ),
        trial(
            Code::OrganizationConfig,
            "configs",
            |h| {
                let bolt = h.company("Bolt", None);
                h.contract(bolt, "2026-01-01", None);
                by_boss(h, |f| NewUser {
                    configs: vec![MemberConfig { company: bolt, code: "EU".into() }],
                    ..f
                })
            },
            |h| {
                by_boss(h, |f| NewUser {
                    configs: vec![MemberConfig { company: f.companies[0], code: "EU".into() }],
                    ..f
                })
            },
        ),
        trial(
            Code::OrganizationConfig,
            "configs",
            |h| {
                by_boss(h, |f| NewUser {
                    configs: vec![MemberConfig { company: f.companies[0], code: "US".into() }],
                    ..f
                })
            },
            e,
        ),
        trial(
            Code::ContactHasUser,
            "contact",
            |h| {
                let acme = h.company("Acme", None);
                let taken = h.contact(("Jo", "Doe"), "jo@acme.example", Some(acme));
                create(h, Role::PortalAdmin, &by_email(acme, "jo@acme.example"))?;
                approved(h, taken)
            },
            |h| {
                let acme = h.company("Acme", None);
                let free = h.contact(("Jo", "Doe"), "jo@acme.example", Some(acme));
                approved(h, free)
            },
        ),
        trial(
            Code::CompanyMissing,
            "company",
            |h| approved(h, h.contact(("Jo", "Doe"), "jo@acme.example", None)),
            |h| {
                let acme = h.company("Acme", None);
                approved(h, h.contact(("Jo", "Doe"), "jo@acme.example", Some(acme)))
            },
        ),
        trial(
            Code::NoActiveSite,
            "-",
            |h| {
                let form = in_file(h.company("Acme", None), "zoe");
                h.edit_site(|site| site.active = false);
                create(h, Role::CustomerService, &form)
            },
            c,
        ),
        trial(Code::WrongState, "company", |h| since(h, false), |h| since(h, true)),
        trial(
            Code::SecondFactor,
            "second_factor",
            |h| by_boss(h, |f| NewUser { second_factor: Some(Factor::EmailCode), ..f }),
            |h| by_boss(h, |f| NewUser { second_factor: Some(Factor::AuthenticatorApp), ..f }),
        ),
    ]);
    all
}

/// A company that somebody deactivates, or activates, while the form is open.
fn since(house: &House, active: bool) -> Result<(), DeskError> {
    let (anna, bert) = (agent(house), house.staff(Role::PortalAdmin));
    let acme = house.company("Acme", None);
    let mut form = in_file(acme, "zoe");
    form.seen = house.desk.check_new_user(&anna, &form)?.seen;
    switch(house, &bert, acme, active);
    house.desk.create_portal_user(&anna, &form).map(drop)
}

#[test]
fn every_error_has_its_cause_and_stays_away_without_it() {
    let mut found = BTreeSet::new();
    for Trial { code, field, cause, beside } in trials() {
        let house = House::new();
        let before = house.trail().len();
        let outcome = cause(&house);
        let said = outcome.as_ref().map_or_else(ToString::to_string, |()| String::new());
        assert_eq!(faults(outcome), [(code, field)]);
        let told = house.trail();
        let made =
            told[before..].iter().flat_map(|it| &it.targets).filter(|it| it.label.raw() == "zoe.P");
        assert_eq!(made.count(), 0, "{code:?} {field}: nobody is half made");
        let alone = said.contains("no company");
        let error = if alone { "contact without company" } else { error_of(code).unwrap() };
        found.insert(error);
        let house = House::new();
        beside(&house).unwrap_or_else(|error| panic!("beside {code:?} {field}: {error}"));
        super::invariants::check(&*house.repo);
    }
    assert_eq!(found, BTreeSet::from(ERRORS));
}

/// The sentence says what is wrong and what to do: two parts at least, and it ends.
#[test]
fn every_error_is_a_sentence_with_a_way_out() {
    for Trial { code, cause, .. } in trials() {
        let house = House::new();
        let Err(error) = cause(&house) else { panic!("{code:?} stops nothing") };
        let said = error.to_string();
        assert!(said.ends_with('.') && said.contains([';', ':', ',']), "{said}");
        assert!(said.starts_with(|c: char| c.is_uppercase() || !c.is_alphabetic()), "{said}");
    }
}

#[test]
fn a_user_changed_by_someone_else_since_is_told() {
    let house = House::new();
    let (anna, bert) = (agent(&house), house.staff(Role::PortalAdmin));
    let acme = house.company("Acme", None);
    let id = member(&house, "zoe", &[acme]);
    let view = house.desk.user(&anna, id).unwrap();
    let form = |phone: &str| UserForm { phone: phone.into(), ..UserForm::of(&view) };
    house.desk.edit_user(&bert, id, Some(view.row.stamp), &form("0123456789")).unwrap();
    let late = house.desk.edit_user(&anna, id, Some(view.row.stamp), &form("0999"));
    assert_eq!(late.unwrap_err().code(), "conflict");
    let now = house.desk.user(&anna, id).unwrap().row.stamp;
    house.desk.edit_user(&anna, id, Some(now), &form("0999")).unwrap();
}
