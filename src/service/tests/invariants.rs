//! Random sequences of service calls: the invariants of DOMAIN.md §3 hold after each, and a
//! refused call changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::domain::company::{Company, CompanyKind};
use crate::domain::contact::Contact;
use crate::domain::contract::Contract;
use crate::domain::factor::{Factor, SecondFactor};
use crate::domain::fold;
use crate::domain::id::{CompanyId, ContactId, RequestId, UserId};
use crate::domain::mail::Mail;
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::role::{PortalRole, Role};
use crate::domain::secret::Secret;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::user::{CreatedVia, Group, PortalProfile, User, UserKind, UserStatus};
use crate::service::Credentials;
use crate::service::approve::CompanyChoice;
use crate::service::companies::CompanyForm;
use crate::service::contacts::ContactForm;
use crate::service::hashing::HashCost;
use crate::service::requests::RequestForm;
use crate::service::{DeskError, Session, Sort};
use crate::store::query::{Filter, Found, List, Query, Row};
use crate::store::record::PORTAL_GROUP;
use crate::store::{Entity, Record, Repository, RepositoryExt, Versioned};

use super::invitations::check_mails;
use super::{House, origin};

/// One call; numbers choose among what there is, and a little beyond.
#[derive(Debug, Clone)]
enum Call {
    Submit(u8),
    Save { request: u64, person: u8, contact: Option<u64> },
    Link { request: u64, contact: u64 },
    Unlink(u64),
    MakeContact { request: u64, company: u8 },
    Approve { request: u64, login: Option<u8> },
    Reject(u64, bool),
    Reopen(u64),
    NewContact { person: u8, company: Option<u64> },
    EditContact { contact: u64, person: u8, company: Option<u64> },
    NewCompany { name: u8, partner: bool },
    SetPassword { user: u64, must_change: bool },
    Disable(u64),
    Enable(u64),
    Unlock(u64),
    PortalSignIn { user: u8, right: bool },
}

fn call() -> impl Strategy<Value = Call> {
    let id = || 1..5u64;
    let some_id = || proptest::option::of(1..5u64);
    prop_oneof![
        3 => (0..6u8).prop_map(Call::Submit),
        2 => (id(), 0..5u8, some_id())
            .prop_map(|(request, person, contact)| Call::Save { request, person, contact }),
        2 => (id(), id()).prop_map(|(request, contact)| Call::Link { request, contact }),
        1 => id().prop_map(Call::Unlink),
        4 => (id(), 0..4u8).prop_map(|(request, company)| Call::MakeContact { request, company }),
        5 => (id(), proptest::option::of(0..6u8))
            .prop_map(|(request, login)| Call::Approve { request, login }),
        1 => (id(), any::<bool>()).prop_map(|(request, reason)| Call::Reject(request, reason)),
        1 => id().prop_map(Call::Reopen),
        1 => (0..5u8, some_id()).prop_map(|(person, company)| Call::NewContact { person, company }),
        2 => (id(), 0..5u8, some_id())
            .prop_map(|(contact, person, company)| Call::EditContact { contact, person, company }),
        1 => (0..4u8, any::<bool>()).prop_map(|(name, partner)| Call::NewCompany { name, partner }),
        3 => (id(), any::<bool>())
            .prop_map(|(user, must_change)| Call::SetPassword { user, must_change }),
        1 => id().prop_map(Call::Disable),
        1 => id().prop_map(Call::Enable),
        1 => id().prop_map(Call::Unlock),
        3 => (0..4u8, any::<bool>()).prop_map(|(user, right)| Call::PortalSignIn { user, right }),
    ]
}

fn person(n: u8) -> RequestForm {
    let names = [
        ("Zoë", "O'Brien"),
        ("Jan", "Kowalski"),
        ("太郎", "山田"),
        ("Zoe", "Obrien"),
        ("", "Lee"),
        ("Kim", "P"),
    ];
    let (first, last) = names[usize::from(n) % names.len()];
    RequestForm {
        first: first.into(),
        last: last.into(),
        email: format!("u{}@acme{}.example", n % 3, n % 2),
        phone: "12345".into(),
        company_name: format!("Acme {}", n % 2),
    }
}

fn contact_form(n: u8, company: Option<u64>) -> ContactForm {
    let RequestForm { first, last, email, phone, .. } = person(n);
    ContactForm { first, last, email, phone, company: company.map(CompanyId) }
}

fn run(house: &House, who: &Session, call: &Call) -> Result<(), DeskError> {
    let desk = &house.desk;
    match *call {
        Call::Submit(n) => desk.submit_request(&person(n), None, &origin()).map(drop),
        Call::Save { request, person: n, contact } => desk
            .save_request(who, RequestId(request), None, &person(n), contact.map(ContactId))
            .map(drop),
        Call::Link { request, contact } => {
            desk.link_request(who, RequestId(request), None, ContactId(contact)).map(drop)
        }
        Call::Unlink(request) => desk.unlink_request(who, RequestId(request), None).map(drop),
        Call::MakeContact { request, company } => {
            let company = match company {
                0 => CompanyChoice::None,
                1 => CompanyChoice::AsTyped,
                2 => CompanyChoice::Existing(CompanyId(1)),
                _ => CompanyChoice::New(company_form(company, false)),
            };
            desk.create_contact_for_request(who, RequestId(request), None, None, &company).map(drop)
        }
        Call::Approve { request, login } => {
            let login = login.map(|n| match n {
                3 => String::from("kim.P.p"),
                4.. => String::from("kim"),
                n => format!("user{n}.P"),
            });
            desk.approve_request(who, RequestId(request), None, login.as_deref()).map(drop)
        }
        Call::Reject(request, reason) => desk
            .reject_request(who, RequestId(request), None, if reason { "spam" } else { "" })
            .map(drop),
        Call::Reopen(request) => desk.reopen_request(who, RequestId(request), None).map(drop),
        Call::NewContact { person, company } => {
            desk.create_contact(who, &contact_form(person, company)).map(drop)
        }
        Call::EditContact { contact, person, company } => desk
            .edit_contact(who, ContactId(contact), None, &contact_form(person, company))
            .map(drop),
        Call::NewCompany { name, partner } => {
            desk.create_company(who, &company_form(name, partner)).map(drop)
        }
        Call::SetPassword { user, must_change } => {
            desk.set_password(who, UserId(user), None, &password(true), must_change).map(drop)
        }
        Call::Disable(user) => desk.disable_user(who, UserId(user), None).map(drop),
        Call::Enable(user) => desk.enable_user(who, UserId(user), None).map(drop),
        Call::Unlock(user) => desk.unlock_user(who, UserId(user), None).map(drop),
        Call::PortalSignIn { user, right } => desk
            .portal_sign_in(
                &Credentials::new(&format!("user{user}.p"), &password(right)),
                None,
                &origin(),
            )
            .map(drop),
    }
}

fn password(right: bool) -> Secret {
    let text = if right { "tolles Gewitter am Mittag" } else { "ruhiger Regen am Abend" };
    Secret::new(text.to_owned())
}

fn company_form(n: u8, partner: bool) -> CompanyForm {
    let code = if n == 0 { "FIXED".into() } else { String::new() };
    CompanyForm { name: format!("Acme {n}"), code, partner, ..CompanyForm::default() }
}

/// Everything that is kept, as one value that can be compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dump {
    requests: Vec<Versioned<PortalRequest>>,
    pub contacts: Vec<Versioned<Contact>>,
    companies: Vec<Versioned<Company>>,
    pub users: Vec<Versioned<User>>,
    pub profiles: BTreeMap<u64, PortalProfile>,
    factors: BTreeMap<u64, SecondFactor>,
    pub mails: Vec<Versioned<Mail>>,
    trail: u64,
}

impl Dump {
    /// Whether the trail has more to say than `before`.
    pub(super) fn is_told_of(&self, before: &Self) -> bool {
        self.trail > before.trail
    }

    /// The same without what differs from run to run: hashes, and numbers that were reserved.
    pub(super) fn without_hashes(mut self) -> Self {
        for user in &mut self.users {
            user.value.password_hash = None;
        }
        for factor in self.factors.values_mut() {
            factor.sealed_seed.clear();
            factor.recovery.iter_mut().for_each(|it| *it = [0; 32]);
        }
        for mail in &mut self.mails {
            mail.value.message_id = Text::default();
            mail.value.sealed_secret.iter_mut().for_each(Vec::clear);
        }
        self
    }
}

pub(super) fn ask(repo: &dyn Repository, list: List) -> Found {
    let query = Query {
        list,
        filter: Filter::default(),
        sort: Sort::Number,
        reverse: false,
        page: 1,
        per_page: 10_000,
        partly: false,
        stop: Default::default(),
    };
    repo.query(&query).unwrap()
}

/// Every entity of a list.
pub(super) fn all<E: Entity>(repo: &dyn Repository, list: List) -> Vec<Versioned<E>> {
    let rows = ask(repo, list).rows;
    rows.into_iter()
        .filter_map(|row| match row {
            Row::Record(stored) => Versioned::of(stored),
            Row::Audit(_) => None,
        })
        .collect()
}

/// Reads everything that is kept.
pub(super) fn dump(repo: &dyn Repository) -> Dump {
    let users: Vec<Versioned<User>> = all(repo, List::Users);
    let profiles = users
        .iter()
        .filter_map(|it| repo.fetch::<PortalProfile>(it.value.id.0).unwrap())
        .map(|it| (it.value.user.0, it.value))
        .collect();
    let factors = users
        .iter()
        .filter_map(|it| repo.fetch::<SecondFactor>(it.value.id.0).unwrap())
        .map(|it| (it.value.user.0, it.value))
        .collect();
    Dump {
        requests: all(repo, List::Requests),
        contacts: all(repo, List::Contacts),
        companies: all(repo, List::Companies),
        users,
        profiles,
        factors,
        mails: all(repo, List::Mails),
        trail: ask(repo, List::Audit).all,
    }
}

/// Checks the invariants of DOMAIN.md §3 that concern what exists so far.
pub(super) fn check(repo: &dyn Repository) {
    let dump = dump(repo);
    check_mails(&dump);
    let group = repo.fetch::<PortalGroup>(PORTAL_GROUP).unwrap().unwrap().value;
    let ids: Vec<u64> = group.sites.iter().map(|it| it.0).collect();
    let active: BTreeSet<_> = repo
        .fetch_many::<Site>(&ids)
        .unwrap()
        .into_iter()
        .flatten()
        .filter(|it| it.value.active && !it.value.sync_due)
        .map(|it| it.value.id)
        .collect();
    let mut names = BTreeMap::new();
    let mut contacts = BTreeSet::new();
    for user in dump.users.iter().map(|it| &it.value) {
        for name in [Some(&user.login_name), user.email.as_ref()].into_iter().flatten() {
            let other = names.insert(fold::identity(name.raw()), user.id);
            assert!(
                other.is_none_or(|it| it == user.id),
                "11: {name} is {}'s and {other:?}'s",
                user.id
            );
        }
        let factor = dump.factors.get(&user.id.0);
        assert_eq!(
            user.factor_enrolled_at,
            factor.and_then(|it| it.enrolled_at),
            "an account and what is kept of its second factor agree"
        );
        assert!(user.second_factor.is_some() || user.factor_enrolled_at.is_none());
        assert!(user.second_factor != Some(Factor::EmailCode) || user.email.is_some(), "7");
        if let Some(role) = user.portal_role {
            assert_eq!(user.role, Role::PortalUser, "an own role is a portal role");
            assert!(repo.fetch::<PortalRole>(role.0).unwrap().is_some(), "{role} is gone");
        }
        // Who runs the portal in these tests was not made by any of the forms.
        let is_fixture = user.created_via == CreatedVia::StaffAccounts;
        if user.kind == UserKind::Staff || (user.role != Role::PortalUser && is_fixture) {
            continue;
        }
        let profile = dump.profiles.get(&user.id.0).expect("1: a portal user has a profile");
        assert!(user.groups.contains(&Group::Portals), "1");
        assert_eq!(profile.memberships.iter().filter(|it| it.primary).count(), 1, "1");
        assert_eq!(
            user.status == UserStatus::Pending,
            user.password_hash.is_none() && user.status != UserStatus::Disabled,
            "§4"
        );
        for membership in &profile.memberships {
            let company =
                dump.companies.iter().find(|it| it.value.id == membership.company).expect("1");
            assert_eq!(company.value.kind, profile.account_type, "2");
        }
        assert!(
            !profile.claim_authorization_required || profile.account_type == CompanyKind::Partner,
            "2"
        );
        let mut configured = BTreeSet::new();
        for config in &profile.organization_configs {
            assert!(profile.memberships.iter().any(|it| it.company == config.company), "6");
            assert!(configured.insert(config.company), "6: one config a company");
            let contracts = all::<Contract>(repo, List::Contracts(config.company));
            assert!(contracts.iter().any(|it| it.value.config_code == config.code), "6");
        }
        assert!(contacts.insert(profile.contact), "3: one live user a contact");
        let contact = dump.contacts.iter().find(|it| it.value.id == profile.contact).expect("1");
        let companies: Vec<_> = profile.memberships.iter().map(|it| Some(it.company)).collect();
        assert!(
            companies.contains(&contact.value.company),
            "3: the contact's company is a member company"
        );
        // At sites that wait for Site sync those who were there before have none yet; accounts
        // stay when a site is deactivated or leaves the portal.
        let sites: BTreeSet<_> = profile.site_accounts.iter().map(|it| it.site).collect();
        assert!(sites.is_superset(&active), "5: {sites:?}, {active:?}");
        assert_eq!(sites.len(), profile.site_accounts.len(), "5: one account a site");
    }
    for request in dump.requests.iter().map(|it| &it.value) {
        assert_eq!(request.status == RequestStatus::Processed, request.user.is_some(), "4");
        let linked = matches!(request.status, RequestStatus::Resolved | RequestStatus::Processed);
        assert!(!linked || request.contact.is_some(), "4");
    }
}

/// Every User ID, and every login, names its own user.
pub(super) fn check_user_ids(house: &House, who: &Session) {
    for user in all::<User>(&*house.repo, List::Users) {
        for name in [user.value.user_id(), user.value.login_name] {
            let found = house.desk.user_by_name(who, name.raw()).unwrap();
            assert_eq!(found.row.id, user.value.id, "{name} names somebody else");
        }
    }
}

/// Every record's last change is in the trail, under the version that it has (9).
fn check_trail(repo: &dyn Repository) {
    for request in all::<PortalRequest>(repo, List::Requests) {
        let key = Record::Request(request.value.clone()).key();
        let history = repo.history(key, 1_000).unwrap();
        assert_eq!(history.len() as u64, request.stamp.version, "9: {}", request.value.id);
        assert_eq!(history[0].seq, request.stamp.audit_seq, "9");
        let last = history[0].changes.iter().find(|it| it.field == "status");
        if let Some(change) = last {
            assert_eq!(change.after.as_ref().unwrap().raw(), request.value.status.word(), "9");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn invariants_hold_after_every_call(calls in proptest::collection::vec(call(), 10..80)) {
        let mut house = House::new();
        house.desk = house.desk.with_hashing(HashCost::CHEAP);
        let anna = house.staff(Role::PortalAdmin);
        // Something to work on from the start, Kim P among them; random calls add the rest.
        for n in [0, 5, 1] {
            run(&house, &anna, &Call::Submit(n)).unwrap();
        }
        for call in &calls {
            let before = dump(&*house.repo);
            match run(&house, &anna, call) {
                Ok(()) => {
                    check(&*house.repo);
                    check_user_ids(&house, &anna);
                }
                Err(DeskError::Conflict(_) | DeskError::Store(_) | DeskError::Machine(_)) => {
                    prop_assert!(false, "nobody else is there: {call:?}");
                }
                Err(_) => prop_assert_eq!(&before, &dump(&*house.repo)),
            }
        }
        check_trail(&*house.repo);
    }
}

#[test]
fn a_visitor_called_p_does_not_take_a_user_id() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let acme = house.company("Acme", None);
    for (first, last, login) in
        [("Kim", "Lee", Some("kim")), ("Kim", "P", None), ("Zo", "Q", Some("zo.P.P"))]
    {
        let email = format!("{first}.{last}@acme.example");
        let contact = house.contact((first, last), &email, Some(acme));
        let form = RequestForm { first: first.into(), last: last.into(), email, ..super::zoe() };
        let request = house.desk.submit_request(&form, None, &origin()).unwrap().id;
        house.desk.link_request(&anna, request, None, contact).unwrap();
        house.desk.approve_request(&anna, request, None, login).unwrap();
    }
    check_user_ids(&house, &anna);
    let mut logins: Vec<String> = all::<User>(&*house.repo, List::Users)
        .into_iter()
        .filter(|it| it.value.role == Role::PortalUser)
        .map(|it| it.value.login_name.raw().to_owned())
        .collect();
    logins.sort();
    assert_eq!(logins, ["kim", "kimp", "zo"]);
}
