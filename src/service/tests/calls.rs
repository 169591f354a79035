//! Every call of the desk, in one table: who may make it, and what the trail says of it.
//!
//! A test reads the sources and fails on a call that is missing here.

pub(super) mod administration;
mod factors;
pub(super) mod jobs;
mod mail_settings;
mod mails;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::domain::audit::Action;
use crate::domain::company::CompanyKind;
use crate::domain::id::{CompanyId, ContactId, ContractId, RequestId, UserId};
use crate::domain::login::Door;
use crate::domain::mail::MailState;
use crate::domain::role::{Permission, Role};
use crate::domain::user::UserStatus;
use crate::service::Credentials;
use crate::service::approve::CompanyChoice;
use crate::service::bulk::Selection;
use crate::service::companies::CompanyForm;
use crate::service::contacts::ContactForm;
use crate::service::contracts::ContractForm;
use crate::service::imports::ImportArgs;
use crate::service::{DeskError, FirstStart, ListArgs, Session, SignIn, Sort, StaffForm, UserForm};

use self::factors::{FACTOR_DOORS, FACTORS};
use super::activation::pending;
use super::delegated::{colleague, maker};
use super::edit_user::member;
use super::new_user::{by_utility, in_file};
use super::people::{OTHER, RIGHT, secret};
use super::sources::calls_of_the_room;
use super::{House, SITE, origin, zoe};

type Outcome = Result<(), DeskError>;

/// A call by somebody who is signed in.
pub(super) struct Call {
    /// Its name in the source.
    pub name: &'static str,
    /// What it takes.
    pub permission: Permission,
    /// What the trail says of it; nothing for reading.
    told: Option<Action>,
    /// Makes what it needs, and makes it.
    pub run: fn(&House, &Session) -> Outcome,
}

const fn reads(name: &'static str, run: fn(&House, &Session) -> Outcome) -> Call {
    Call { name, permission: Permission::Read, told: None, run }
}

const fn does(
    name: &'static str,
    permission: Permission,
    told: Action,
    run: fn(&House, &Session) -> Outcome,
) -> Call {
    Call { name, permission, told: Some(told), run }
}

use Permission::{
    Administer, CreateByUtility, CreatePortalUsers, DeletePortalUsers, HandleRequests,
    KeepCompanyFile, ManagePortalUsers,
};

const READING: [Call; 16] = [
    reads("requests", |h, s| h.desk.requests(s, &ListArgs::all(Sort::Time, true)).map(drop)),
    reads("request", |h, s| h.desk.request(s, open(h)).map(drop)),
    reads("contact_prefill", |h, s| h.desk.contact_prefill(s, open(h)).map(drop)),
    reads("contacts", |h, s| h.desk.contacts(s, &ListArgs::all(Sort::Name, false)).map(drop)),
    reads("contact", |h, s| h.desk.contact(s, person(h)).map(drop)),
    reads("companies", |h, s| h.desk.companies(s, &ListArgs::all(Sort::Name, false)).map(drop)),
    reads("company", |h, s| h.desk.company(s, h.company("Bolt", None)).map(drop)),
    reads("company_by_code", |h, s| {
        h.company("Bolt", None);
        h.desk.company_by_code(s, "c000001").map(drop)
    }),
    reads("users", |h, s| h.desk.users(s, &ListArgs::all(Sort::Name, false)).map(drop)),
    reads("user", |h, s| h.desk.user(s, s.user()).map(drop)),
    reads("user_by_name", |h, s| h.desk.user_by_name(s, s.user_id().raw()).map(drop)),
    reads("explain", |h, s| h.desk.explain(s, s.user()).map(drop)),
    reads("logins", |h, s| h.desk.logins(s, s.user(), 1, 10).map(drop)),
    reads("roles_to_give", |h, s| h.desk.roles_to_give(s).map(drop)),
    reads("configs_of", |h, s| {
        let (company, _) = contract(h);
        h.desk.configs_of(s, &[company]).map(drop)
    }),
    reads("dashboard", |h, s| h.desk.dashboard(s, h.desk.clock.now()).map(drop)),
];

const REQUESTS: [Call; 8] = [
    does("save_request", HandleRequests, Action::RequestEdit, |h, s| {
        let form = super::RequestForm { phone: "0123456789".into(), ..zoe() };
        h.desk.save_request(s, open(h), None, &form, None).map(drop)
    }),
    does("link_request", HandleRequests, Action::RequestLink, |h, s| {
        h.desk.link_request(s, open(h), None, person(h)).map(drop)
    }),
    does("unlink_request", HandleRequests, Action::RequestUnlink, |h, s| {
        h.desk.unlink_request(s, resolved(h), None).map(drop)
    }),
    does("reject_request", HandleRequests, Action::RequestReject, |h, s| {
        h.desk.reject_request(s, open(h), None, "spam").map(drop)
    }),
    does("reopen_request", HandleRequests, Action::RequestReopen, |h, s| {
        let request = open(h);
        h.desk.reject_request(&h.staff(Role::PortalAdmin), request, None, "spam").unwrap();
        h.desk.reopen_request(s, request, None).map(drop)
    }),
    does("create_contact_for_request", HandleRequests, Action::ContactCreate, |h, s| {
        let choice = CompanyChoice::None;
        h.desk.create_contact_for_request(s, open(h), None, None, &choice).map(drop)
    }),
    does("approve_request", HandleRequests, Action::RequestApprove, |h, s| {
        h.desk.approve_request(s, resolved(h), None, None).map(drop)
    }),
    does("import_requests", HandleRequests, Action::RequestImport, |h, s| {
        let file = "First Name,Last Name,Email,Phone,Company,Submitted At\n\
                    Jo,Doe,jo@doe.example,0123456789,Doe Ltd,2026-01-01T00:00:00Z\n";
        let args = ImportArgs { file: "requests.csv", dry_run: false };
        let go_on = &mut |_: crate::service::imports::Progress<'_>| ControlFlow::Continue(());
        let source = &mut std::io::Cursor::new(file);
        h.desk.import_requests(s, args, Some(SITE), source, go_on).map(drop)
    }),
];

const fn exports(name: &'static str, run: fn(&House, &Session) -> Outcome) -> Call {
    Call { told: Some(Action::Export), ..reads(name, run) }
}

const EXPORTS: [Call; 4] = [
    exports("export_users", |h, s| {
        let all =
            Selection::Matching { args: ListArgs::all(Sort::Name, false), except: Vec::new() };
        h.desk.export_users(s, &all, &mut Vec::new(), &()).map(drop)
    }),
    exports("export_contacts", |h, s| {
        h.desk.export_contacts(s, &ListArgs::all(Sort::Name, false), &mut Vec::new(), &()).map(drop)
    }),
    exports("export_companies", |h, s| {
        let args = ListArgs::all(Sort::Name, false);
        h.desk.export_companies(s, &args, &mut Vec::new(), &()).map(drop)
    }),
    exports("export_requests", |h, s| {
        h.desk.export_requests(s, &ListArgs::all(Sort::Time, true), &mut Vec::new(), &()).map(drop)
    }),
];

/// A file of one row for each import.
fn import(file: &str) -> std::io::Cursor<Vec<u8>> {
    std::io::Cursor::new(file.as_bytes().to_vec())
}

const IMPORTED: ImportArgs<'static> = ImportArgs { file: "file.csv", dry_run: false };

const IMPORTS: [Call; 3] = [
    does("import_companies", KeepCompanyFile, Action::CompanyImport, |h, s| {
        let mut file = import("Customer Id,Company\nC1,Bolt\n");
        h.desk
            .import_companies(s, IMPORTED, &mut file, &mut |_| ControlFlow::Continue(()))
            .map(drop)
    }),
    does("import_contacts", KeepCompanyFile, Action::ContactImport, |h, s| {
        let mut file = import("First Name,Last Name,Email\nJo,Doe,jo@doe.example\n");
        h.desk.import_contacts(s, IMPORTED, &mut file, &mut |_| ControlFlow::Continue(())).map(drop)
    }),
    does("import_users", CreatePortalUsers, Action::UserImport, |h, s| {
        h.company("Bolt", None);
        let mut file = import("Email,Company,Customer Id\njo@doe.example,Bolt,\n");
        h.desk.import_users(s, IMPORTED, &mut file, &mut |_| ControlFlow::Continue(())).map(drop)
    }),
];

const NEW_USERS: [Call; 8] = [
    reads("still_listed", |h, s| {
        h.desk.still_listed(s, &ListArgs::all(Sort::Name, false), &[s.user()]).map(drop)
    }),
    does("delete_user", DeletePortalUsers, Action::UserDelete, |h, s| {
        h.desk.delete_user(s, jo(h), None).map(drop)
    }),
    Call {
        permission: ManagePortalUsers,
        ..reads("check_user", |h, s| h.desk.check_user(s, jo(h), &edited()).map(drop))
    },
    does("edit_user", ManagePortalUsers, Action::UserEdit, |h, s| {
        h.desk.edit_user(s, jo(h), None, &edited()).map(drop)
    }),
    does("remove_from_company", ManagePortalUsers, Action::UserLeave, |h, s| {
        let (acme, bolt) = (h.company("Acme", None), h.company("Bolt", None));
        let zoe = member(h, "zoe", &[acme, bolt]);
        h.desk.remove_from_company(s, zoe, None, bolt).map(drop)
    }),
    Call {
        permission: CreatePortalUsers,
        ..reads("check_new_user", |h, s| {
            h.desk.check_new_user(s, &in_file(h.company("Bolt", None), "zoe")).map(drop)
        })
    },
    does("create_portal_user", CreatePortalUsers, Action::ContactCreate, |h, s| {
        h.desk.create_portal_user(s, &in_file(h.company("Bolt", None), "zoe")).map(drop)
    }),
    does("create_portal_user", CreateByUtility, Action::ContactCreate, |h, s| {
        h.desk.create_portal_user(s, &by_utility(h.company("Bolt", None), "zoe")).map(drop)
    }),
];

const FILES_AND_USERS: [Call; 8] = [
    does("create_contact", KeepCompanyFile, Action::ContactCreate, |h, s| {
        let form = ContactForm { first: "Jo".into(), ..ContactForm::default() };
        h.desk.create_contact(s, &form).map(drop)
    }),
    does("edit_contact", KeepCompanyFile, Action::ContactEdit, |h, s| {
        let form = ContactForm { first: "Joe".into(), ..ContactForm::default() };
        h.desk.edit_contact(s, person(h), None, &form).map(drop)
    }),
    does("create_company", KeepCompanyFile, Action::CompanyCreate, |h, s| {
        let form = CompanyForm { name: "Bolt".into(), ..CompanyForm::default() };
        h.desk.create_company(s, &form).map(drop)
    }),
    does("set_password", ManagePortalUsers, Action::UserPassword, |h, s| {
        h.desk.set_password(s, jo(h), None, &secret(OTHER), true).map(drop)
    }),
    does("disable_user", ManagePortalUsers, Action::UserDisable, |h, s| {
        h.desk.disable_user(s, jo(h), None).map(drop)
    }),
    does("enable_user", ManagePortalUsers, Action::UserEnable, |h, s| {
        let jo = jo(h);
        h.disable(jo);
        h.desk.enable_user(s, jo, None).map(drop)
    }),
    does("unlock_user", ManagePortalUsers, Action::UserUnlock, |h, s| {
        let jo = jo(h);
        h.edit_user(jo, |user| user.failed_count = 7);
        h.desk.unlock_user(s, jo, None).map(drop)
    }),
    does("create_staff", Administer, Action::UserCreate, |h, s| {
        let form = StaffForm {
            login: "bert".into(),
            first: String::new(),
            last: String::new(),
            email: String::new(),
            role: Role::Auditor,
            password: secret(RIGHT),
            must_change: true,
        };
        h.desk.create_staff(s, &form).map(drop)
    }),
];

const COMPANIES: [Call; 8] = [
    reads("contracts", |h, s| {
        let args = ListArgs::all(Sort::Login, false);
        h.desk.contracts(s, h.company("Bolt", None), &args).map(drop)
    }),
    reads("contract_by_number", |h, s| {
        let (company, _) = contract(h);
        h.desk.contract_by_number(s, company, "k-1").map(drop)
    }),
    does("edit_company", KeepCompanyFile, Action::CompanyEdit, |h, s| {
        let (company, code) = (h.company("Bolt", None), String::from("C9"));
        let form = CompanyForm { name: "Bolt".into(), code, ..CompanyForm::default() };
        h.desk.edit_company(s, company, None, &form).map(drop)
    }),
    does("deactivate_company", KeepCompanyFile, Action::CompanyDeactivate, |h, s| {
        h.desk.deactivate_company(s, h.company("Bolt", None), None).map(drop)
    }),
    does("activate_company", KeepCompanyFile, Action::CompanyActivate, |h, s| {
        let company = h.company("Bolt", None);
        h.desk.deactivate_company(&h.staff(Role::PortalAdmin), company, None).unwrap();
        h.desk.activate_company(s, company, None).map(drop)
    }),
    does("create_contract", KeepCompanyFile, Action::ContractCreate, |h, s| {
        h.desk.create_contract(s, h.company("Bolt", None), &agreement()).map(drop)
    }),
    does("edit_contract", KeepCompanyFile, Action::ContractEdit, |h, s| {
        let (company, id) = contract(h);
        let form = ContractForm { end: "2027-12-31".into(), ..agreement() };
        h.desk.edit_contract(s, company, id, None, &form).map(drop)
    }),
    does("delete_contract", KeepCompanyFile, Action::ContractDelete, |h, s| {
        let (company, id) = contract(h);
        h.desk.delete_contract(s, company, id, None).map(drop)
    }),
];

/// A call that needs no session or proves the password again: name, what is told, itself.
type DoorCall = (&'static str, Option<Action>, fn(&House));

const DOORS: [DoorCall; 14] = [
    ("portal_activate", Some(Action::InvitationAccept), |h| {
        let (_, link) = h.mail(pending(h), MailState::Sent);
        h.desk.portal_activate(&link, &secret(OTHER), None, &origin()).unwrap();
    }),
    ("portal_create_user", Some(Action::ContactCreate), |h| {
        maker(h, "zoe", &[h.company("Acme", None)]);
        let password = secret(RIGHT);
        let by = Credentials::new("zoe", &password);
        h.desk.portal_create_user(&by, None, &origin(), &colleague("kim")).unwrap();
    }),
    ("portal_register_customer", Some(Action::CompanyRegister), |h| {
        let hub = h.company("Hub", None);
        h.edit_company(hub, |it| it.kind = CompanyKind::Partner);
        maker(h, "zoe", &[hub]);
        let password = secret(RIGHT);
        let by = Credentials::new("zoe", &password);
        let form = CompanyForm { name: "Bolt".into(), ..CompanyForm::default() };
        h.desk.portal_register_customer(&by, None, &origin(), &form).unwrap();
    }),
    ("is_empty", None, |h| assert!(!h.desk.is_empty().unwrap())),
    ("mail_why_not", None, |h| assert!(h.desk.mail_why_not().is_some())),
    ("generate_password", None, |h| drop(h.desk.generate_password().unwrap())),
    // Set up already; how it goes on an empty store has tests of its own.
    ("set_up", None, |h| {
        assert!(h.desk.set_up(&FirstStart::new("eve", secret(RIGHT)), &origin()).is_err());
    }),
    ("submit_request", Some(Action::RequestSubmit), |h| {
        open(h);
    }),
    ("sign_in", Some(Action::SignIn), |h| {
        h.person(Role::Auditor, "anna", None);
        h.desk
            .sign_in(&Credentials::new("anna", &secret(RIGHT)), Door::Command, &origin())
            .unwrap();
    }),
    ("reauthenticate", Some(Action::SignIn), |h| {
        let anna = h.person(Role::Auditor, "anna", None);
        h.desk.reauthenticate(&anna, &secret(RIGHT), None).unwrap();
    }),
    ("change_own_password", Some(Action::OwnPassword), |h| {
        let anna = h.person(Role::Auditor, "anna", None);
        h.desk.change_own_password(&anna, &secret(RIGHT), &secret(OTHER)).unwrap();
    }),
    ("change_first_password", Some(Action::SignIn), |h| {
        let anna = h.person(Role::Auditor, "anna", None).user();
        h.edit_user(anna, |user| user.must_change_password = true);
        let entered =
            h.desk.sign_in(&Credentials::new("anna", &secret(RIGHT)), Door::Console, &origin());
        let Ok(SignIn::MustChange(leave)) = entered else { panic!("{entered:?}") };
        h.desk.change_first_password(&leave, &secret(OTHER)).unwrap();
    }),
    ("portal_sign_in", Some(Action::SignIn), |h| {
        jo(h);
        h.desk.portal_sign_in(&Credentials::new("jo", &secret(RIGHT)), None, &origin()).unwrap();
    }),
    ("portal_change_password", Some(Action::OwnPassword), |h| {
        jo(h);
        let (old, new) = (secret(RIGHT), secret(OTHER));
        h.desk.portal_change_password(&Credentials::new("jo", &old), &new, &origin()).unwrap();
    }),
];

/// Reading the trail is granted twice over, whole or one's own, and tested where it is read;
/// deeds to many are granted user by user, and tested with them; mails go out for whoever had
/// them queued, and that is tested with their ways.
const ELSEWHERE: [&str; 8] =
    ["send_held", "held_plan", "audit", "bulk_plan", "bulk", "deliver", "recover_mails", "hang_up"];

pub(super) fn calls() -> impl Iterator<Item = Call> {
    let kept = READING.into_iter().chain(REQUESTS).chain(FILES_AND_USERS);
    let more = kept.chain(NEW_USERS).chain(IMPORTS).chain(EXPORTS).chain(COMPANIES);
    let more = more.chain(administration::SITES).chain(administration::PORTAL);
    let more = more.chain(administration::ROLES).chain(FACTORS);
    more.chain(mails::MAILS).chain(mail_settings::MAIL_SETTINGS).chain(jobs::JOBS)
}

fn doors() -> impl Iterator<Item = DoorCall> {
    DOORS.into_iter().chain(FACTOR_DOORS).chain(jobs::JOB_DOORS)
}

#[test]
fn every_role_may_make_the_calls_that_the_table_grants_and_each_is_told() {
    for call in calls() {
        for role in Role::ALL {
            let house = House::new();
            let who = house.staff(role);
            let outcome = (call.run)(&house, &who);
            let by_them =
                || house.trail().into_iter().rfind(|it| it.actor.user == Some(who.user()));
            match outcome {
                Ok(()) => {
                    assert!(role.may(call.permission), "{role} was allowed: {}", call.name);
                    let told = by_them();
                    assert_eq!(told.as_ref().map(|it| it.action), call.told, "{}", call.name);
                    assert!(told.is_none_or(|it| it.actor.role == Some(role)));
                }
                Err(DeskError::Denied { may, .. }) => {
                    assert!(!role.may(call.permission), "{role} was refused: {}", call.name);
                    assert_eq!(may, call.permission.holders_in_words());
                    assert_eq!(by_them(), None, "{} left a trace", call.name);
                }
                Err(DeskError::SignedOut(_)) => assert!(!role.uses_console(), "{role}"),
                Err(other) => panic!("{role}, {}: {other}", call.name),
            }
        }
    }
}

#[test]
fn who_is_disabled_meanwhile_makes_no_call_at_all() {
    for call in calls() {
        let house = House::new();
        let who = house.staff(Role::PortalAdmin);
        house.edit_user(who.user(), |user| user.status = UserStatus::Disabled);
        let outcome = (call.run)(&house, &who);
        assert!(matches!(outcome, Err(DeskError::SignedOut(_))), "{}: {outcome:?}", call.name);
    }
}

#[test]
fn every_door_is_told() {
    for (name, told, run) in doors() {
        let house = House::new();
        run(&house);
        let last = house.trail().pop().map(|it| it.action);
        // What changes nothing leaves the fixture's own entry as the last one.
        assert_eq!(last, Some(told.unwrap_or(Action::Setup)), "{name}");
    }
}

#[test]
fn no_call_is_missing_here() {
    let mut written = calls_of_the_room();
    for wiring in ["new", "with_clock", "with_hashing", "with_keys", "with_post", "stopping_at"] {
        assert!(written.remove(wiring), "{wiring} is how a desk is made");
    }
    let listed: BTreeSet<String> = calls()
        .map(|call| call.name)
        .chain(doors().map(|(name, ..)| name))
        .chain(ELSEWHERE)
        .map(str::to_owned)
        .collect();
    assert_eq!(written, listed);
}

fn open(house: &House) -> RequestId {
    house.desk.submit_request(&zoe(), None, &origin()).unwrap().id
}

fn person(house: &House) -> ContactId {
    let company = house.company("Doe Ltd", None);
    house.contact(("Jo", "Doe"), "jo@doe.example", Some(company))
}

/// A contract's form, filled in well.
fn agreement() -> ContractForm {
    ContractForm {
        number: "K-1".into(),
        config_code: "EU".into(),
        config_name: "Europe".into(),
        start: "2026-01-01".into(),
        end: String::new(),
    }
}

fn contract(house: &House) -> (CompanyId, ContractId) {
    let company = house.company("Bolt", None);
    let clerk = house.staff(Role::PortalAdmin);
    (company, house.desk.create_contract(&clerk, company, &agreement()).unwrap().id)
}

fn resolved(house: &House) -> RequestId {
    let (request, contact) = (open(house), person(house));
    let agent = house.staff(Role::CustomerService);
    house.desk.link_request(&agent, request, None, contact).unwrap();
    request
}

fn edited() -> UserForm {
    UserForm { login: "jo".into(), first: "Joanna".into(), ..UserForm::default() }
}

/// A portal user with the password [`RIGHT`].
fn jo(house: &House) -> UserId {
    house.person(Role::PortalUser, "jo", None).user()
}
