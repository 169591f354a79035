//! Deleting users: what goes, what stays, who may, and what is free afterwards.

use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::domain::role::{Permission, Role};
use crate::domain::user::PortalProfile;
use crate::service::Credentials;
use crate::service::{DeskError, ListArgs, PortalSignIn, Session, Sort};
use crate::store::{Key, Kind, RepositoryExt};

use super::edit_user::member;
use super::new_user::{by_email, in_file};
use super::people::{RIGHT, WRONG, secret};
use super::{House, origin, zoe};

fn agent(house: &House) -> Session {
    house.staff(Role::CustomerService)
}

/// Zoë's user by workflow A, with some sign-ins behind it.
fn approved(house: &House, who: &Session) -> UserId {
    let acme = house.company("Acme Ltd", None);
    let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(acme));
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    house.desk.link_request(who, request, None, contact).unwrap();
    let user = house.desk.approve_request(who, request, None, None).unwrap().request.row.user;
    let id = user.unwrap();
    house.desk.set_password(who, id, None, &secret(RIGHT), false).unwrap();
    for password in [RIGHT, WRONG] {
        house
            .desk
            .portal_sign_in(&Credentials::new("zoe.obrien", &secret(password)), None, &origin())
            .unwrap();
    }
    id
}

#[test]
fn the_account_goes_and_its_past_stays() {
    let house = House::new();
    let anna = agent(&house);
    let id = approved(&house, &anna);
    let contact = house.repo.fetch::<PortalProfile>(id.0).unwrap().unwrap().value.contact;
    let base = Some(house.desk.user(&anna, id).unwrap().row.stamp);
    let receipt = house.desk.delete_user(&anna, id, base).unwrap();
    assert_eq!((receipt.user, receipt.user_id.raw()), (id, "zoe.obrien.P"));
    assert_eq!(
        receipt.gone,
        [
            "the account zoe.obrien.P, its login and password",
            "its email zoe@acme.example, free again",
            "acting for Acme Ltd",
            "its accounts at 1 site",
        ]
    );
    assert_eq!(
        receipt.stays,
        [
            "the contact CT-000001 Zoë O'Brien",
            "the request PR-000001",
            "2 sign-ins of the login history",
            "the audit trail",
        ]
    );
    assert!(matches!(house.desk.user(&anna, id), Err(DeskError::NotFound { .. })));
    assert!(house.repo.fetch::<PortalProfile>(id.0).unwrap().is_none());
    let waits = house.repo.get_many(&throttles()).unwrap();
    assert!(waits.iter().all(Option::is_none), "its counters of failures are gone");
    // What is left copes with a user that is gone.
    let request = house.desk.request(&anna, crate::domain::id::RequestId(1)).unwrap().row;
    assert_eq!((request.user, request.user_id), (Some(id), None));
    let kept = house.desk.contact(&anna, contact).unwrap();
    assert_eq!((kept.row.user, kept.history[0].did), (None, "deleted"));
    let note = kept.history[0].note.clone().unwrap();
    assert_eq!(note.raw(), "portal user zoe.obrien.P", "not the contact itself");
    assert_eq!(house.desk.logins(&anna, id, 1, 10).unwrap().total, 2);
    assert!(house.desk.logins(&anna, UserId(77), 1, 10).is_err());
    let told = house.last_entry(Key::new(Kind::User, id.0));
    assert_eq!((told.action, told.targets.len()), (Action::UserDelete, 3));
    assert!(told.changes.iter().all(|it| it.after.is_none() && it.before.is_some()));
    super::invariants::check(&*house.repo);
    // Nobody gets in, and the names are free at once, but the number is not.
    let out = house
        .desk
        .portal_sign_in(&Credentials::new("zoe.obrien", &secret(RIGHT)), None, &origin())
        .unwrap();
    assert!(matches!(out, PortalSignIn::Refused(_)));
    let acme = kept.row.company.unwrap();
    let again = house.desk.create_portal_user(&anna, &by_email(acme, "zoe@acme.example")).unwrap();
    assert!(again.row.id.0 > id.0);
    assert_eq!(again.row.contact, Some(contact), "the contact is free again too");
    let login = house.desk.create_portal_user(&anna, &in_file(acme, "zoe.obrien")).unwrap();
    assert!(login.row.id.0 > again.row.id.0);
    super::invariants::check(&*house.repo);
}

/// Every slot of the counters.
fn throttles() -> Vec<Key> {
    (0..131_072).map(|slot| Key::new(Kind::Throttle, slot)).collect()
}

#[test]
fn every_role_may_delete_whom_the_table_says() {
    for target in Role::ALL {
        let permission = match target {
            Role::PortalUser => Permission::DeletePortalUsers,
            Role::PortalAdmin | Role::SuperUser => Permission::ManagePrivilegedUsers,
            _ => Permission::Administer,
        };
        for role in Role::ALL {
            let house = House::new();
            let who = house.staff(role);
            let id = house.person(target, "target", None).user();
            if role.uses_console() {
                let view = house.desk.user(&who, id).unwrap();
                assert_eq!(view.why_not_delete.is_none(), role.may(permission), "{role} {target}");
            }
            let before = house.trail().len();
            match house.desk.delete_user(&who, id, None) {
                Ok(receipt) => {
                    assert!(role.may(permission), "{role} deleted a {target}");
                    assert_eq!(receipt.user, id);
                    let told = house.last_told();
                    assert_eq!(
                        (told.action, told.actor.user),
                        (Action::UserDelete, Some(who.user()))
                    );
                }
                Err(DeskError::Denied { may, .. }) => {
                    assert!(!role.may(permission), "{role} was refused: {target}");
                    assert_eq!(may, permission.holders_in_words());
                    assert_eq!((house.user(id).id, house.trail().len()), (id, before));
                }
                Err(DeskError::SignedOut(_)) => assert!(!role.uses_console()),
                Err(other) => panic!("{role}: {other}"),
            }
        }
    }
}

#[test]
fn nobody_deletes_themselves_and_one_security_administrator_remains() {
    let house = House::new();
    let (anna, bert) = (
        house.person(Role::SecurityAdministrator, "anna", None),
        house.person(Role::SecurityAdministrator, "bert", None),
    );
    let own = house.desk.delete_user(&anna, anna.user(), None).unwrap_err().to_string();
    assert!(own.contains("your own account"), "{own}");
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| house.desk.delete_user(&anna, bert.user(), None));
        let other = scope.spawn(|| house.desk.delete_user(&bert, anna.user(), None));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let late = one.err().or(other.err()).unwrap();
    assert!(matches!(late, DeskError::SignedOut(_)), "{late}");
}

#[test]
fn who_is_deleted_is_out_at_their_next_step() {
    let house = House::new();
    let boss = house.staff(Role::SecurityAdministrator);
    let bob = house.person(Role::CustomerService, "bob", None);
    let list = || house.desk.users(&bob, &ListArgs::all(Sort::Name, false)).map(drop);
    list().unwrap();
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    house.desk.reject_request(&bob, request, None, "spam").unwrap();
    house.desk.delete_user(&boss, bob.user(), None).unwrap();
    let out = list().unwrap_err().to_string();
    assert!(out.contains("bob has been deleted"), "{out}");
    let row = house.desk.request(&boss, request).unwrap().row;
    assert_eq!(row.handled_by.unwrap().raw(), bob.user().to_string(), "still told of");
}

#[test]
fn an_edit_since_the_question_was_asked_is_told_first() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let id = member(&house, "zoe", &[acme]);
    let base = Some(house.desk.user(&anna, id).unwrap().row.stamp);
    house.desk.portal_sign_in(&Credentials::new("zoe", &secret(WRONG)), None, &origin()).unwrap();
    house.desk.disable_user(&anna, id, None).unwrap();
    let late = house.desk.delete_user(&anna, id, base);
    assert!(matches!(late, Err(DeskError::Conflict(_))), "{late:?}");
    house.desk.delete_user(&anna, id, None).unwrap();
    let twice = house.desk.delete_user(&anna, id, None);
    assert!(matches!(twice, Err(DeskError::NotFound { .. })), "{twice:?}");
}

#[test]
fn ticked_rows_that_are_gone_or_no_longer_match_are_told_apart() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let [one, two, three] = ["one", "two", "three"].map(|login| member(&house, login, &[acme]));
    house.desk.delete_user(&anna, two, None).unwrap();
    house.desk.disable_user(&anna, three, None).unwrap();
    let listed = |text: &str| {
        let args = ListArgs { text: text.into(), per_page: 10, ..ListArgs::all(Sort::Name, false) };
        house.desk.still_listed(&anna, &args, &[three, two, one]).unwrap()
    };
    assert_eq!(listed(""), [three, one]);
    assert_eq!(listed("status:active"), [one]);
}
