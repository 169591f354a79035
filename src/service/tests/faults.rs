//! The fault sweep: workflow A, and each deed to users, with operation N failing, for every N.
//!
//! Whatever fails, a step has happened whole or not at all, every invariant holds, and the
//! same step asked again afterwards gets through or says that it is done.

use std::sync::Arc;

use crate::domain::id::{CompanyId, MailId, RequestId, UserId};
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::service::Credentials;
use crate::service::approve::CompanyChoice;
use crate::service::companies::CompanyForm;
use crate::service::hashing::HashCost;
use crate::service::{Deed, Desk, DeskError, NewUser, Selection, Session, UserForm};
use crate::store::failing::{Failing, Failure};

use super::delivery::post::Script;
use super::edit_user::member;
use super::invariants::{check, dump};
use super::new_user::{by_email, in_file};
use super::{House, origin, zoe};

pub(super) type Step = fn(&Desk, &Session) -> Result<(), DeskError>;

/// The one request, the first of its store.
const REQUEST: RequestId = RequestId(1);

/// Workflow A, a step a line; each depends on all before it.
const STEPS: [(&str, Step); 10] = [
    ("submit", |desk, _| desk.submit_request(&zoe(), None, &origin()).map(drop)),
    ("edit", |desk, who| {
        let form = super::RequestForm { phone: "0123456789".into(), ..zoe() };
        desk.save_request(who, REQUEST, None, &form, None).map(drop)
    }),
    ("reject", |desk, who| desk.reject_request(who, REQUEST, None, "who is that?").map(drop)),
    ("reopen", |desk, who| desk.reopen_request(who, REQUEST, None).map(drop)),
    ("make the contact and its company", |desk, who| {
        let company = CompanyForm { name: "Acme Ltd".into(), ..CompanyForm::default() };
        desk.create_contact_for_request(who, REQUEST, None, None, &CompanyChoice::New(company))
            .map(drop)
    }),
    ("approve", |desk, who| desk.approve_request(who, REQUEST, None, None).map(drop)),
    ("set a password", |desk, who| {
        desk.set_password(
            who,
            zoes_user(desk, who)?,
            None,
            &secret("tolles Gewitter am Mittag"),
            true,
        )
        .map(drop)
    }),
    ("sign in, must change", |desk, _| {
        desk.portal_sign_in(
            &Credentials::new("zoe.obrien.P", &secret("tolles Gewitter am Mittag")),
            None,
            &origin(),
        )
        .map(drop)
    }),
    ("change the password", |desk, _| {
        let (old, new) = (secret("tolles Gewitter am Mittag"), secret("ruhiger Regen am Abend"));
        desk.portal_change_password(&Credentials::new("zoe@acme.example", &old), &new, &origin())
            .map(drop)
    }),
    ("sign in with a wrong password", |desk, _| {
        desk.portal_sign_in(
            &Credentials::new("zoe.obrien", &secret("tolles Gewitter am Mittag")),
            None,
            &origin(),
        )
        .map(drop)
    }),
];

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn zoes_user(desk: &Desk, who: &Session) -> Result<UserId, DeskError> {
    let user = desk.request(who, REQUEST)?.row.user;
    user.ok_or_else(|| DeskError::not_found("user", "zoe.obrien"))
}

/// A house in which the first `steps` steps have been taken, and who takes them.
fn house_after(steps: usize) -> (House, Session) {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let desk = quick(&house, Failure::Never).0;
    for (name, step) in &STEPS[..steps] {
        step(&desk, &anna).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    (house, anna)
}

/// A desk over the house's store that fails as told, and hashes cheaply.
fn quick(house: &House, failure: Failure) -> (Desk, Arc<Failing<crate::store::SharedRepository>>) {
    let failing = Arc::new(Failing::new(house.repo.clone(), failure));
    let desk = Desk::new(failing.clone(), house.clock.clone())
        .with_hashing(HashCost::CHEAP)
        .with_keys(house.keys.clone())
        .with_post(Arc::new(Script::default()));
    (desk, failing)
}

/// Fails operation N of a step for every N: it has happened whole or not at all, and asked
/// again it gets through.
pub(super) fn sweep(name: &str, house_before: impl Fn() -> (House, Session), step: Step) {
    let (house, anna) = house_before();
    let before = dump(&*house.repo);
    let (desk, counting) = quick(&house, Failure::Never);
    step(&desk, &anna).unwrap_or_else(|error| panic!("{name}: {error}"));
    let after = dump(&*house.repo).without_hashes();
    assert_ne!(before.without_hashes(), after, "{name} changes something");
    assert!(counting.operations() >= 2, "{name} reads and commits");

    for nth in 1..=counting.operations() {
        let (house, anna) = house_before();
        let before = dump(&*house.repo).without_hashes();
        let (desk, _) = quick(&house, Failure::Nth(nth));
        let outcome = step(&desk, &anna);
        assert!(outcome.is_err(), "{name}: operation {nth} failed and nobody noticed");
        let now = dump(&*house.repo).without_hashes();
        assert!(now == before || now == after, "{name}: operation {nth} left something half done");
        check(&*house.repo);
        if now == before {
            let (desk, _) = quick(&house, Failure::Never);
            step(&desk, &anna).unwrap_or_else(|error| panic!("{name} after a failure: {error}"));
            check(&*house.repo);
        }
    }
}

#[test]
fn every_operation_of_workflow_a_may_fail() {
    for (at, (name, step)) in STEPS.iter().enumerate() {
        sweep(name, || house_after(at), *step);
    }
}

/// Deeds to users, each to a house in which Zoë is a user of two companies.
const DEEDS: [(&str, Step); 11] = [
    ("add in a company's file", |desk, who| {
        let form = NewUser { email: "jo@acme.example".into(), ..in_file(ACME, "jo") };
        desk.create_portal_user(who, &form).map(drop)
    }),
    ("add under portal access", |desk, who| {
        desk.create_portal_user(who, &by_email(ACME, "new@acme.example")).map(drop)
    }),
    ("edit everything", |desk, who| {
        let zoe = desk.user_by_name(who, "zoe")?;
        let form = UserForm {
            first: "Zo".into(),
            email: "zo@acme.example".into(),
            login: "zo".into(),
            companies: vec![BOLT],
            password: Some(secret("ruhiger Regen am Abend")),
            ..UserForm::of(&zoe)
        };
        desk.edit_user(who, zoe.row.id, None, &form).map(drop)
    }),
    ("take off a company", |desk, who| {
        let zoe = desk.user_by_name(who, "zoe")?.row.id;
        desk.remove_from_company(who, zoe, None, ACME).map(drop)
    }),
    ("delete", |desk, who| {
        let zoe = desk.user_by_name(who, "zoe")?.row.id;
        desk.delete_user(who, zoe, None).map(drop)
    }),
    ("invite, and once more", |desk, who| {
        let zoe = desk.user_by_name(who, "zoe")?.row.id;
        desk.invite(who, zoe, None, false).map(drop)
    }),
    ("cancel a mail", |desk, who| desk.cancel_mail(who, KIMS).map(drop)),
    ("let all go that are held", |desk, who| {
        let released = desk.send_held(who, &())?;
        assert_eq!((released.released, released.still_held), (1, 0));
        Ok(())
    }),
    ("delete whom a mail waits for", |desk, who| {
        let kim = desk.user_by_name(who, "kim@acme.example")?.row.id;
        desk.delete_user(who, kim, None).map(drop)
    }),
    ("invite in bulk", |desk, who| {
        let zoe = desk.user_by_name(who, "zoe")?.row.id;
        let outcome = desk.bulk(who, Deed::Invite, &Selection::These(vec![zoe]), 1, &())?;
        assert_eq!((outcome.done, outcome.failed), (1, None));
        Ok(())
    }),
    ("disable in bulk", |desk, who| {
        let zoe = desk.user_by_name(who, "zoe")?.row.id;
        let outcome = desk.bulk(who, Deed::Disable, &Selection::These(vec![zoe]), 1, &())?;
        assert_eq!((outcome.done, outcome.failed), (1, None));
        Ok(())
    }),
];

/// Kim's mail, which is held.
const KIMS: MailId = MailId(1);
/// The companies of that house.
const ACME: CompanyId = CompanyId(1);
const BOLT: CompanyId = CompanyId(2);

#[test]
fn every_operation_of_a_deed_to_users_may_fail() {
    for (name, step) in DEEDS {
        let before = || {
            let house = House::new();
            let anna = house.staff(Role::PortalAdmin);
            let companies = ["Acme", "Bolt"].map(|name| house.company(name, None));
            assert_eq!(companies, [ACME, BOLT]);
            house.contact(("Jo", "Doe"), "jo@acme.example", Some(ACME));
            member(&house, "zoe", &companies);
            // Kim's mail was held while mail was not set up.
            let kim = by_email(ACME, "kim@acme.example");
            let kim = house.desk.create_portal_user(&anna, &kim).unwrap();
            assert_eq!(kim.invitation.map(|it| it.id), Some(KIMS));
            // With a failure behind it, so that there are counters to end.
            let wrong = secret("a bird in the hand is wrong");
            house.desk.portal_sign_in(&Credentials::new("zoe", &wrong), None, &origin()).unwrap();
            (house, anna)
        };
        sweep(name, before, step);
    }
}
