//! The people whom the demonstration begins with: portal users of its companies, entered on
//! the first day in the company's file or under Portal Access, as staff would.
//!
//! Names and fates are put together from short lists by a fixed rule, so that every
//! demonstration has the same people.

use crate::domain::id::CompanyId;
use crate::service::Credentials;
use crate::service::contracts::ContractForm;
use crate::service::{Desk, DeskError, Entrance, NewUser, Origin, Session, UserForm};

use super::people::FIRMS;
use super::{Past, temporary};

/// First and last names; a person gets one of each.
const FIRST: [&str; 20] = [
    "Amélie",
    "Bartosz",
    "Chiara",
    "Dmitri",
    "Elif",
    "Farah",
    "Gustav",
    "Hanako",
    "Ines",
    "Jonas",
    "Kwame",
    "Lucía",
    "Mateusz",
    "Noor",
    "Oluwaseun",
    "Priya",
    "Quentin",
    "Rosa",
    "Søren",
    "Tomás",
];
const LAST: [&str; 18] = [
    "Andersson",
    "Böhm",
    "Castellanos",
    "Dąbrowski",
    "Eriksen",
    "Fitzgerald",
    "Grünwald",
    "Hashimoto",
    "Ivanova",
    "Jansen",
    "Kovács",
    "Lefebvre",
    "Müller",
    "Nakamura",
    "O'Connor",
    "Papadopoulos",
    "Ribeiro",
    "Żukowski",
];
/// How many people there are.
pub(super) const PEOPLE: usize = 120;
/// Minutes between two of them.
const APART: i64 = 9;

/// Who a person is: names, company, and how the account came to be.
struct Person {
    first: &'static str,
    last: &'static str,
    firm: usize,
    via: Entrance,
}

fn person(n: usize) -> Person {
    Person {
        first: FIRST[n * 7 % FIRST.len()],
        last: LAST[(n * 5 + n / FIRST.len()) % LAST.len()],
        firm: n * n % FIRMS.len(),
        via: if n.is_multiple_of(3) { Entrance::PortalAccess } else { Entrance::CompanyFile },
    }
}

/// The login of the `n`th person.
fn login(n: usize, first: &str, last: &str) -> String {
    let word = crate::domain::fold::ascii_word;
    let number = if n < 40 { String::new() } else { n.to_string() };
    format!("{}.{}{number}", word(first), word(last))
}

/// The logins of some who were entered in a company's file, and whom nothing else befalls.
pub(super) fn some_logins() -> Vec<String> {
    let told = |n: &usize| person(*n).via == Entrance::CompanyFile && matches!(n % 10, 1 | 2 | 7);
    (0..PEOPLE).filter(told).take(6).map(|n| login(n, person(n).first, person(n).last)).collect()
}

/// The organization configs that contracts name: code and name.
const CONFIGS: [(&str, &str); 3] =
    [("STD", "Standard"), ("EXT", "Extended warranty"), ("FLEET", "Fleet")];

/// Gives every company but the last its contracts.
///
/// # Errors
/// As the services have it.
pub(super) fn sign(desk: &Desk, who: &Session, companies: &[CompanyId]) -> Result<(), DeskError> {
    let known = companies.split_last().map_or(companies, |(_, known)| known);
    for (n, company) in known.iter().enumerate() {
        for (m, (code, name)) in CONFIGS.iter().take(n % CONFIGS.len() + 1).enumerate() {
            let form = ContractForm {
                number: format!("{}", 4100 + n * 10 + m),
                config_code: (*code).into(),
                config_name: (*name).into(),
                start: format!("202{}-0{}-01", 3 + m, 1 + n % 9),
                end: if m == 2 { "2029-12-31".into() } else { String::new() },
            };
            desk.create_contract(who, *company, &form)?;
        }
    }
    Ok(())
}

/// Enters everybody, from the moment at which `past` stands, one after the other.
///
/// # Errors
/// As the services have it.
pub(super) fn settle(
    desk: &Desk,
    past: &Past,
    who: &Session,
    companies: &[CompanyId],
    origin: &Origin,
) -> Result<(), DeskError> {
    for n in 0..PEOPLE {
        past.pass(APART);
        let Person { first, last, firm, via } = person(n);
        let (Some(company), Some(known)) = (companies.get(firm), FIRMS.get(firm)) else { continue };
        let domain = known.email.split_once('@').map_or("example", |(_, domain)| domain);
        let login = login(n, first, last);
        let email = format!("{login}@{domain}");
        let form = NewUser {
            first: first.into(),
            last: last.into(),
            login: if via == Entrance::CompanyFile { login } else { String::new() },
            email,
            phone: format!("+44 20 7946 {:04}", 200 + n),
            password: Some(temporary()),
            invite: false,
            must_change: !n.is_multiple_of(4),
            ..NewUser::new(via, *company)
        };
        let made = desk.create_portal_user(who, &form)?;
        let id = made.row.id;
        match n % 10 {
            3 => {
                desk.disable_user(who, id, None)?;
            }
            // Some act for a second company of the same kind.
            5 => {
                let second = (firm + 1..FIRMS.len() + firm)
                    .map(|at| at % FIRMS.len())
                    .find(|at| FIRMS[*at].partner == known.partner);
                if let Some(second) = second.and_then(|at| companies.get(at)) {
                    let form =
                        UserForm { companies: vec![*company, *second], ..UserForm::of(&made) };
                    desk.edit_user(who, id, None, &form)?;
                }
            }
            0 | 4 | 8 => {
                desk.portal_sign_in(
                    &Credentials::new(made.row.login_name.raw(), &temporary()),
                    None,
                    origin,
                )?;
            }
            _ => {}
        }
    }
    Ok(())
}
