//! Second factors at the portal, and companies that keep their users out of it.

use crate::domain::audit::Action;
use crate::domain::company::Company;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::login::LoginOutcome;
use crate::domain::role::Role;
use crate::domain::user::{Membership, PortalProfile};
use crate::service::new_user::NewUser;
use crate::service::tests::new_user::in_file;
use crate::service::tests::people::{OTHER, RIGHT, WRONG, assert_told, problem, secret};
use crate::service::tests::{House, origin};
use crate::service::{Credentials, PasswordChange, PortalSignIn, Proven, RecoveryCodes};
use crate::store::{Record, RepositoryExt};

use super::{App, done};

/// Zoë, whose password need not be changed.
fn zoe(house: &House) -> UserId {
    let clerk = house.staff(Role::PortalAdmin);
    let company = house.company("Doe Ltd", None);
    let form = NewUser { must_change: false, ..in_file(company, "zoe") };
    house.desk.create_portal_user(&clerk, &form).unwrap().row.id
}

fn enter(house: &House, code: Option<&str>) -> PortalSignIn {
    let (password, code) = (secret(RIGHT), code.map(secret));
    let shown = Credentials::new("zoe", &password).with_code(code.as_ref());
    house.desk.portal_sign_in(&shown, None, &origin()).unwrap()
}

/// Has Zoë set an app up.
fn with_app(house: &House) -> (App, RecoveryCodes) {
    let password = secret(RIGHT);
    let shown = Credentials::new("zoe", &password);
    let app = App::told(&done(house.desk.portal_begin_enrolment(&shown, &origin()).unwrap()));
    let code = secret(&app.code(house));
    let shown = shown.with_code(Some(&code));
    (app, done(house.desk.portal_finish_enrolment(&shown, &origin()).unwrap()))
}

#[test]
fn it_is_set_up_and_asked_for_at_the_portal() {
    let house = House::new();
    let id = zoe(&house);
    house.give_app(id);
    let asked = enter(&house, None);
    assert_eq!(
        (asked.outcome(), asked),
        ("second-factor", PortalSignIn::SecondFactor { enrolled: false })
    );
    let (app, codes) = with_app(&house);
    assert_told(&house.last_told(), Some(id), Action::FactorEnrol, "");
    assert_eq!(codes.0.len(), 10);
    assert_eq!(enter(&house, None), PortalSignIn::SecondFactor { enrolled: true });
    assert_eq!(house.outcomes(id)[0], LoginOutcome::SecondFactor);
    assert!(matches!(enter(&house, Some(&app.code(&house))), PortalSignIn::Refused(_)), "used");
    assert_eq!(house.outcomes(id)[0], LoginOutcome::WrongCode);
    let next = app.next_code(&house);
    assert!(matches!(enter(&house, Some(&next)), PortalSignIn::Ok(_)));
    assert!(matches!(enter(&house, Some(codes.0[0].expose())), PortalSignIn::Ok(_)));
}

#[test]
fn nothing_is_set_up_without_the_password_or_the_code() {
    let house = House::new();
    let id = zoe(&house);
    let (wrong, right) = (secret(WRONG), secret(RIGHT));
    let shown = Credentials::new("zoe", &wrong);
    let out = house.desk.portal_begin_enrolment(&shown, &origin()).unwrap();
    assert!(matches!(out, Proven::Refused(_)));
    assert!(house.kept(id).is_none());
    let shown = Credentials::new("zoe", &right);
    let not_begun = house.desk.portal_finish_enrolment(&shown.with_code(Some(&wrong)), &origin());
    assert!(problem(not_begun).1.contains("begin again"));
    let no_code = house.desk.portal_finish_enrolment(&shown, &origin());
    assert_eq!(problem(no_code).0, Some("code"));
    done(house.desk.portal_begin_enrolment(&shown, &origin()).unwrap());
    let bad = house.desk.portal_finish_enrolment(&shown.with_code(Some(&wrong)), &origin());
    assert_eq!(problem(bad).0, Some("code"));
    assert!(matches!(enter(&house, None), PortalSignIn::Ok(_)), "nothing is asked for yet");
    with_app(&house);
    let again = house.desk.portal_begin_enrolment(&shown, &origin());
    assert!(problem(again).1.contains("set up already"));
}

#[test]
fn a_change_of_the_password_asks_for_the_code_too() {
    let house = House::new();
    let id = zoe(&house);
    let (old, new) = (secret(RIGHT), secret(OTHER));
    let change = |code: Option<&str>| {
        let code = code.map(secret);
        let shown = Credentials::new("zoe", &old).with_code(code.as_ref());
        house.desk.portal_change_password(&shown, &new, &origin()).unwrap()
    };
    house.give_app(id);
    assert!(matches!(change(None), PasswordChange::SecondFactor { enrolled: false }));
    let (app, codes) = with_app(&house);
    assert!(matches!(change(None), PasswordChange::SecondFactor { enrolled: true }));
    assert!(matches!(change(Some("000000")), PasswordChange::Refused(_)));
    assert_eq!(house.user(id).failed_count, 1);
    house.edit_user(id, |user| user.must_change_password = true);
    assert_eq!(enter(&house, None), PortalSignIn::SecondFactor { enrolled: true });
    let next = app.next_code(&house);
    assert_eq!(enter(&house, Some(&next)), PortalSignIn::MustChange);
    assert!(matches!(change(Some(codes.0[9].expose())), PasswordChange::Changed));
    assert!(!house.user(id).must_change_password);
    let told = house.last_told();
    assert_told(&told, Some(id), Action::OwnPassword, "recovery code used, 9 left");
}

#[test]
fn whose_companies_are_all_inactive_stays_out() {
    let house = House::new();
    let id = zoe(&house);
    let profile = house.repo.fetch::<PortalProfile>(id.0).unwrap().unwrap().value;
    let company: CompanyId = profile.primary().unwrap();
    let off = |it: &mut Company| it.active = false;
    house.edit_company(company, off);
    let PortalSignIn::Refused(refusal) = enter(&house, None) else { panic!("let in") };
    assert!(refusal.message.contains("none of its companies is active"), "{refusal}");
    assert_eq!(house.outcomes(id), [LoginOutcome::CompanyInactive]);
    assert_told(&house.last_told(), Some(id), Action::SignInRefused, "company inactive");
    assert_eq!(house.user(id).failed_count, 0);
    let password = secret(WRONG);
    let wrong = Credentials::new("zoe", &password);
    let PortalSignIn::Refused(refusal) =
        house.desk.portal_sign_in(&wrong, None, &origin()).unwrap()
    else {
        panic!("let in")
    };
    assert!(
        !refusal.message.contains("companies"),
        "who does not know the password is told nothing"
    );

    let other = house.company("Bolt", None);
    house.put(vec![Record::Profile(PortalProfile {
        memberships: vec![
            profile.memberships[0].clone(),
            Membership { company: other, primary: false },
        ],
        ..profile
    })]);
    assert!(matches!(enter(&house, None), PortalSignIn::Ok(_)), "one that is active will do");
}
