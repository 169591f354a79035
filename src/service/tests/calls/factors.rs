//! The calls about second factors.

use crate::domain::audit::Action;
use crate::domain::factor::Factor;
use crate::domain::login::Door;
use crate::domain::role::{Permission, Role};
use crate::service::Credentials;
use crate::service::tests::factors::{App, done, leave};
use crate::service::tests::origin;
use crate::service::tests::people::{RIGHT, secret};

use super::{Call, DoorCall, does, jo, reads};

pub(super) const FACTORS: [Call; 4] = [
    reads("factor_offers", |h, s| h.desk.factor_offers(s).map(drop)),
    reads("own_second_factor", |h, s| h.desk.own_second_factor(s).map(drop)),
    does("set_second_factor", Permission::ManagePortalUsers, Action::UserFactor, |h, s| {
        let factor = Some(Factor::AuthenticatorApp);
        h.desk.set_second_factor(s, jo(h), None, factor).map(drop)
    }),
    does("reset_second_factor", Permission::ManagePortalUsers, Action::FactorReset, |h, s| {
        let jo = jo(h);
        h.give_app(jo);
        h.edit_user(jo, |user| user.factor_enrolled_at = Some(user.created_at));
        h.desk.reset_second_factor(s, jo, None).map(drop)
    }),
];

pub(super) const FACTOR_DOORS: [DoorCall; 7] = [
    ("begin_enrolment", Some(Action::FactorEnrol), |h| {
        h.give_app(h.person(Role::Auditor, "anna", None).user());
        h.desk.begin_enrolment(&leave(h, "anna")).unwrap();
    }),
    ("finish_enrolment", Some(Action::SignIn), |h| {
        h.with_app(Role::Auditor, "anna");
    }),
    ("begin_own_enrolment", Some(Action::FactorEnrol), |h| {
        let anna = h.person(Role::Auditor, "anna", None);
        done(h.desk.begin_own_enrolment(&anna, &secret(RIGHT)).unwrap());
    }),
    ("finish_own_enrolment", Some(Action::FactorEnrol), |h| {
        let anna = h.person(Role::Auditor, "anna", None);
        let offer = done(h.desk.begin_own_enrolment(&anna, &secret(RIGHT)).unwrap());
        let code = secret(&App::told(&offer).code(h));
        h.desk.finish_own_enrolment(&anna, &code).unwrap();
    }),
    ("renew_recovery_codes", Some(Action::FactorRecovery), |h| {
        let (_, app, _) = h.with_app(Role::Auditor, "anna");
        let (password, code) = (secret(RIGHT), secret(&app.code(h)));
        let shown = Credentials::new("anna", &password).with_code(Some(&code));
        done(h.desk.renew_recovery_codes(&shown, Door::Command, &origin()).unwrap());
    }),
    ("portal_begin_enrolment", Some(Action::FactorEnrol), |h| {
        jo(h);
        let password = secret(RIGHT);
        let shown = Credentials::new("jo", &password);
        done(h.desk.portal_begin_enrolment(&shown, &origin()).unwrap());
    }),
    ("portal_finish_enrolment", Some(Action::FactorEnrol), |h| {
        jo(h);
        let password = secret(RIGHT);
        let shown = Credentials::new("jo", &password);
        let offer = done(h.desk.portal_begin_enrolment(&shown, &origin()).unwrap());
        let code = secret(&App::told(&offer).code(h));
        let shown = shown.with_code(Some(&code));
        done(h.desk.portal_finish_enrolment(&shown, &origin()).unwrap());
    }),
];
