//! Random calls at the entrances of workflows B and E and of portal users, between edits of
//! roles, flags, organization configs and contracts: the invariants hold after every call, and a
//! refused call changes nothing.

use proptest::prelude::*;

use crate::domain::company::CompanyKind;
use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, ContractId, RoleId, UserId};
use crate::domain::role::{Role, RoleChoice};
use crate::domain::user::{MemberConfig, User, UserStatus};
use crate::service::contracts::ContractForm;
use crate::service::{
    ColleagueForm, Credentials, DeskError, Entrance, NewUser, Overriding, Session, UserForm,
};
use crate::store::query::List;

use super::House;
use super::create_user::own_role;
use super::invariants::{all, check, dump};
use super::people::{RIGHT, secret};

/// A person of one of the forms.
#[derive(Debug, Clone)]
struct Who {
    name: u8,
    companies: Vec<u64>,
    role: usize,
    config: Option<(u64, bool)>,
    flags: (bool, bool),
    factor: Option<bool>,
}

/// One call; numbers choose among what there is, and a little beyond.
#[derive(Debug, Clone)]
enum Call {
    Make(Entrance, Who),
    Edit(u64, Who),
    Delegate { by: u8, name: u8, company: u64 },
    Contract { company: u64, other: bool },
    NoContract(u64),
    Recode(u64),
    Role { role: u64, deed: u8 },
    Leave(u64, u64),
    Delete(u64),
}

fn who() -> impl Strategy<Value = Who> {
    let company = || prop_oneof![9 => 1..4u64, 1 => Just(5u64)];
    (
        0..6u8,
        proptest::collection::vec(company(), 0..3),
        0..ROLES,
        proptest::option::of((company(), any::<bool>())),
        (any::<bool>(), any::<bool>()),
        proptest::option::weighted(0.3, any::<bool>()),
    )
        .prop_map(|(name, companies, role, config, flags, factor)| Who {
            name,
            companies,
            role,
            config,
            flags,
            factor,
        })
}

fn call() -> impl Strategy<Value = Call> {
    let company = || 1..5u64;
    let user = || 0..60u64;
    let via = prop_oneof![
        3 => Just(Entrance::CreateUser), 2 => Just(Entrance::Utility), 1 => Just(Entrance::CompanyFile)
    ];
    prop_oneof![
        6 => (via, who()).prop_map(|(via, who)| Call::Make(via, who)),
        6 => (user(), who()).prop_map(|(user, who)| Call::Edit(user, who)),
        2 => (0..6u8, 0..6u8, company())
            .prop_map(|(by, name, company)| Call::Delegate { by, name, company }),
        2 => (company(), any::<bool>())
            .prop_map(|(company, other)| Call::Contract { company, other }),
        2 => (0..8u64).prop_map(Call::NoContract),
        1 => (0..8u64).prop_map(Call::Recode),
        2 => (1..4u64, 0..3u8).prop_map(|(role, deed)| Call::Role { role, deed }),
        1 => (user(), company()).prop_map(|(user, company)| Call::Leave(user, company)),
        1 => user().prop_map(Call::Delete),
    ]
}

/// Of the table, two of one's own, and one that nobody has.
const ROLES: usize = 7;

fn role(n: usize) -> RoleChoice {
    match n {
        0 => RoleChoice::BuiltIn(Role::PortalUser),
        1 => RoleChoice::BuiltIn(Role::PortalAdmin),
        2 => RoleChoice::BuiltIn(Role::SuperUser),
        3 => RoleChoice::BuiltIn(Role::Auditor),
        n => RoleChoice::Own(RoleId(n as u64 - 3)),
    }
}

fn code(other: bool) -> &'static str {
    if other { "US" } else { "EU" }
}

fn email(name: u8) -> String {
    format!("u{name}@acme.example")
}

fn configs(it: &Who) -> Vec<MemberConfig> {
    let config = |(company, other): (u64, bool)| MemberConfig {
        company: CompanyId(company),
        code: code(other).into(),
    };
    it.config.map(config).into_iter().collect()
}

fn pick(house: &House, n: u64) -> UserId {
    let users = all::<User>(&*house.repo, List::Users);
    let at = usize::try_from(n).unwrap() % (users.len() + 1);
    users.get(at).map_or(UserId(n), |it| it.value.id)
}

/// The contract of that place among all.
fn contract(house: &House, n: u64) -> (CompanyId, ContractId) {
    let of = |id| all::<crate::domain::contract::Contract>(&*house.repo, List::Contracts(id));
    let found: Vec<_> =
        (1..5).flat_map(|id| of(CompanyId(id))).map(|it| (it.value.company, it.value.id)).collect();
    let at = usize::try_from(n).unwrap();
    found.get(at).copied().unwrap_or((CompanyId(1), ContractId(99)))
}

fn factor(it: &Who) -> Option<Factor> {
    it.factor.map(|app| if app { Factor::AuthenticatorApp } else { Factor::EmailCode })
}

fn run(house: &House, by: &Session, call: &Call) -> Result<(), DeskError> {
    let desk = &house.desk;
    match call {
        Call::Make(via, it) => {
            let password = (*via != Entrance::CreateUser).then(|| secret(RIGHT));
            let form = NewUser {
                companies: it.companies.iter().copied().map(CompanyId).collect(),
                account_type: Some(CompanyKind::Customer),
                first: "Zoë".into(),
                last: "O'Brien".into(),
                email: email(it.name),
                login: format!("u{}", it.name),
                retyped: password.clone(),
                password,
                must_change: false,
                role: (*via == Entrance::CreateUser).then(|| role(it.role)),
                can_create_users: it.flags.0,
                claim_authorization_required: it.flags.1,
                configs: configs(it),
                second_factor: factor(it),
                ..NewUser::empty(*via)
            };
            let warnings = desk.check_new_user(by, &form)?.warnings;
            let form = NewUser { overriding: Overriding::Shown(warnings), ..form };
            desk.create_portal_user(by, &form).map(drop)
        }
        Call::Edit(user, it) => {
            let id = pick(house, *user);
            let view = desk.user(by, id)?;
            let mut form = UserForm::of(&view);
            if !it.companies.is_empty() {
                form.companies = it.companies.iter().copied().map(CompanyId).collect();
            }
            if it.name < 2 {
                form.email = String::new();
            }
            let form = UserForm {
                role: (it.role != 0).then(|| role(it.role)),
                can_create_users: it.flags.0.then_some(it.flags.1),
                claim_authorization_required: it.flags.1.then_some(it.flags.0),
                configs: it.config.map(|_| configs(it)),
                second_factor: it.factor.map(|_| factor(it)),
                ..form
            };
            desk.edit_user(by, id, Some(view.row.stamp), &form).map(drop)
        }
        Call::Delegate { by, name, company } => {
            let (login, password) = (format!("u{by}"), secret(RIGHT));
            let form = ColleagueForm {
                company: Some(format!("C{company:06}")),
                first: "Kim".into(),
                last: "Lee".into(),
                email: email(*name),
                login: format!("u{name}"),
                ..ColleagueForm::default()
            };
            let shown = Credentials::new(&login, &password);
            desk.portal_create_user(&shown, None, &super::origin(), &form).map(drop)
        }
        Call::Contract { company, other } => {
            let count = all::<crate::domain::contract::Contract>(
                &*house.repo,
                List::Contracts(CompanyId(*company)),
            )
            .len();
            let form = ContractForm {
                number: format!("K-{count}"),
                config_code: code(*other).into(),
                config_name: "Config".into(),
                start: "2026-01-01".into(),
                end: String::new(),
            };
            desk.create_contract(by, CompanyId(*company), &form).map(drop)
        }
        Call::NoContract(n) => {
            let (company, id) = contract(house, *n);
            desk.delete_contract(by, company, id, None).map(drop)
        }
        Call::Recode(n) => {
            let (company, id) = contract(house, *n);
            let form = ContractForm {
                number: format!("R-{n}"),
                config_code: code(n % 2 == 0).into(),
                config_name: "Config".into(),
                start: "2026-01-01".into(),
                end: String::new(),
            };
            desk.edit_contract(by, company, id, None, &form).map(drop)
        }
        Call::Role { role, deed } => {
            let id = RoleId(*role);
            match deed {
                0 => desk.activate_role(by, id, None).map(drop),
                1 => desk.deactivate_role(by, id, None).map(drop),
                _ => desk.delete_role(by, id, None).map(drop),
            }
        }
        Call::Leave(user, company) => {
            desk.remove_from_company(by, pick(house, *user), None, CompanyId(*company)).map(drop)
        }
        Call::Delete(user) => desk.delete_user(by, pick(house, *user), None).map(drop),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_invariants_hold_whichever_way_people_come(
        calls in proptest::collection::vec((0..4usize, call()), 20..80)
    ) {
        let house = House::new();
        let hands = [
            Role::PortalAdmin,
            Role::PortalDataAdministrator,
            Role::SecurityAdministrator,
            Role::SecurityAdministrator,
        ]
        .map(|role| house.staff(role));
        for name in ["Acme", "Bolt", "Cord", "Hub"] {
            let id = house.company(name, None);
            if name == "Hub" {
                house.edit_company(id, |it| it.kind = CompanyKind::Partner);
            } else {
                house.contract(id, "2026-01-01", None);
            }
        }
        own_role(&house, "Claims Desk", true);
        own_role(&house, "Old Desk", false);
        // Somebody who may create users is there from the start.
        let first = Who {
            name: 0, companies: vec![1], role: 0, config: Some((1, false)), flags: (true, false),
            factor: None,
        };
        run(&house, &hands[1], &Call::Make(Entrance::Utility, first)).unwrap();
        for (hand, call) in &calls {
            let before = dump(&*house.repo);
            match run(&house, &hands[*hand], call) {
                Ok(()) => {
                    check(&*house.repo);
                    let bosses = all::<User>(&*house.repo, List::Users).into_iter().filter(|it| {
                        it.value.role == Role::SecurityAdministrator
                            && it.value.status == UserStatus::Active
                    });
                    prop_assert!(bosses.count() >= 1, "10");
                }
                Err(DeskError::Store(_) | DeskError::Machine(_)) => {
                    prop_assert!(false, "nobody else is there: {call:?}");
                }
                Err(_) if matches!(call, Call::Delegate { .. }) => {
                    // The sign-in before it counts.
                    let after = dump(&*house.repo);
                    prop_assert_eq!(before.profiles, after.profiles, "{:?}", call);
                    prop_assert_eq!(before.contacts, after.contacts, "{:?}", call);
                }
                Err(_) => prop_assert_eq!(&before, &dump(&*house.repo), "{:?}", call),
            }
        }
    }
}
