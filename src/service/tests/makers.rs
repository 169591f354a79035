//! Who makes an account loses the right to between being asked and the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::company::CompanyKind;
use crate::domain::contact::Contact;
use crate::domain::id::{CompanyId, GroupId, RoleId, SiteId, UserId};
use crate::domain::role::Role;
use crate::domain::site::PortalScope;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalProfile, User, UserStatus};
use crate::service::companies::CompanyForm;
use crate::service::hashing::HashCost;

use crate::service::site_groups::{GroupChoice, SiteGroupForm};
use crate::service::sites::SiteForm;
use crate::service::{Credentials, Delegated, Desk, DeskError, Session, StaffForm};
use crate::store::query::List;
use crate::store::{Record, RepositoryExt};

use super::accounts::form as staff_form;
use super::create_user::own_role;
use super::delegated::{colleague, maker};
use super::invariants::{all, check};
use super::new_user::by_role;
use super::people::{RIGHT, secret};
use super::races::Before;
use super::{House, origin};

/// A desk at which something happens once, right before the commit of that number, from 0.
fn with_turn(house: &Arc<House>, at: usize, turn: impl Fn(&House) + Send + Sync + 'static) -> Desk {
    let (seen, commits) = (house.clone(), AtomicUsize::new(0));
    let before = Before::each(house.repo.clone(), move || {
        if commits.fetch_add(1, Ordering::SeqCst) == at {
            turn(&seen);
        }
    });
    Desk::new(Arc::new(before), house.clock.clone()).with_hashing(HashCost::CHEAP)
}

fn users(house: &House) -> usize {
    all::<User>(&*house.repo, List::Users).len()
}

/// What comes of a Portal Admin's account when that becomes of who makes it.
fn made(turn: fn(&mut User)) -> Result<(), DeskError> {
    let house = Arc::new(House::new());
    let who = house.staff(Role::SecurityAdministrator);
    let (form, id) = (by_role(&house, Role::PortalAdmin, "zoe"), who.user());
    let desk = with_turn(&house, 0, move |house| house.edit_user(id, turn));
    let outcome = desk.create_portal_user(&who, &form).map(drop);
    assert_eq!(users(&house), if outcome.is_ok() { 2 } else { 1 });
    outcome
}

#[test]
fn staff_who_lose_the_right_meanwhile_make_nobody() {
    let code = |turn| made(turn).unwrap_err().code();
    assert_eq!(code(|user| user.status = UserStatus::Disabled), "signed_out");
    assert_eq!(code(|user| user.role = Role::Auditor), "denied");
    // A sign-in of one's own at that moment takes nothing away.
    made(|user| user.last_login_at = Some(Timestamp::from_millis(1))).unwrap();
}

#[test]
fn staff_who_lose_the_right_meanwhile_make_no_staff() {
    let made = |turn: fn(&mut User)| {
        let house = Arc::new(House::new());
        let who = house.staff(Role::SecurityAdministrator);
        let id = who.user();
        let desk = with_turn(&house, 0, move |house| house.edit_user(id, turn));
        let form = StaffForm { role: Role::SecurityAdministrator, ..staff_form("eve") };
        let outcome = desk.create_staff(&who, &form).map(drop);
        assert_eq!(users(&house), if outcome.is_ok() { 2 } else { 1 });
        outcome
    };
    let code = |turn| made(turn).unwrap_err().code();
    assert_eq!(code(|user| user.status = UserStatus::Disabled), "signed_out");
    assert_eq!(code(|user| user.role = Role::PortalDataAdministrator), "denied");
    made(|user| user.last_login_at = Some(Timestamp::from_millis(1))).unwrap();
}

type Deed = fn(&Desk, &Session) -> Result<(), DeskError>;

/// What Security Administrators do in Settings, to a house with another site, group and role.
const SETTINGS: [Deed; 9] = [
    |desk, who| desk.create_site(who, &site_form("EAST")).map(drop),
    |desk, who| desk.edit_site(who, SiteId(2), None, &site_form("WEST")).map(drop),
    |desk, who| desk.set_portal(who, PortalScope::Everywhere, false).map(drop),
    |desk, who| desk.create_site_group(who, &group_form("MORE")).map(drop),
    |desk, who| {
        let group = GroupChoice::Other(GroupId(1));
        desk.edit_site_group(who, group, None, &group_form("LESS")).map(drop)
    },
    |desk, who| desk.delete_site_group(who, GroupId(1), None).map(drop),
    |desk, who| desk.make_portal_group(who, GroupId(1), None).map(drop),
    |desk, who| desk.deactivate_role(who, RoleId(1), None).map(drop),
    |desk, who| desk.delete_role(who, RoleId(1), None).map(drop),
];

fn site_form(code: &str) -> SiteForm {
    SiteForm { code: code.into(), ..SiteForm::default() }
}

fn group_form(code: &str) -> SiteGroupForm {
    SiteGroupForm { code: code.into(), sites: vec![SiteId(1)] }
}

#[test]
fn who_loses_the_right_meanwhile_changes_no_settings() {
    let tried = |deed: Deed, turn: fn(&mut User)| {
        let house = Arc::new(House::new());
        let who = house.staff(Role::SecurityAdministrator);
        house.desk.create_site(&who, &site_form("NORTH")).unwrap();
        house.desk.create_site_group(&who, &group_form("OTHER")).unwrap();
        own_role(&house, "Claims", true);
        let id = who.user();
        let desk = with_turn(&house, 0, move |house| house.edit_user(id, turn));
        let before = house.trail().len();
        let outcome = deed(&desk, &who);
        // The turn itself is told of, too.
        assert_eq!(house.trail().len() - before, if outcome.is_ok() { 2 } else { 1 });
        outcome
    };
    for (at, deed) in SETTINGS.into_iter().enumerate() {
        let deleting = at == SETTINGS.len() - 1;
        let error = tried(deed, |user| user.role = Role::Auditor).unwrap_err();
        assert_eq!(error.code(), if deleting { "wrong_state" } else { "denied" }, "{at}: {error}");
        let signed_in = tried(deed, |user| user.last_login_at = Some(Timestamp::from_millis(1)));
        assert_eq!(signed_in.is_ok(), !deleting, "{at}: {signed_in:?}");
    }
}

/// What comes of a deed of a partner's portal user when that happens between its sign-in and
/// the commit; Bolt is another partner.
fn delegated(
    turn: fn(&House, UserId),
    deed: fn(&Desk, &Credentials<'_>) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    let house = Arc::new(House::new());
    let (hub, bolt) = (house.company("Hub", None), house.company("Bolt", None));
    for id in [hub, bolt] {
        house.edit_company(id, |it| it.kind = CompanyKind::Partner);
    }
    let zoe = maker(&house, "zoe", &[hub]);
    let desk = with_turn(&house, 1, move |house| turn(house, zoe));
    let before = users(&house);
    let password = secret(RIGHT);
    let outcome = deed(&desk, &Credentials::new("zoe", &password));
    check(&*house.repo);
    assert!(outcome.is_ok() || users(&house) == before);
    outcome
}

fn done<T>(it: Delegated<T>) {
    assert!(matches!(it, Delegated::Done(_)), "the sign-in came before");
}

fn add(desk: &Desk, by: &Credentials<'_>) -> Result<(), DeskError> {
    desk.portal_create_user(by, None, &origin(), &colleague("kim")).map(done)
}

fn register(desk: &Desk, by: &Credentials<'_>) -> Result<(), DeskError> {
    let form = CompanyForm { name: "Cord".into(), ..CompanyForm::default() };
    desk.portal_register_customer(by, None, &origin(), &form).map(done)
}

#[test]
fn a_portal_user_who_is_disabled_meanwhile_adds_nobody_and_registers_nothing() {
    for deed in [add, register] {
        let error = delegated(|house, zoe| house.disable(zoe), deed).unwrap_err();
        assert_eq!(error.code(), "denied");
    }
}

#[test]
fn a_portal_user_who_is_moved_meanwhile_adds_nobody_to_the_company_that_it_left() {
    let turn: fn(&House, UserId) = |house, zoe| {
        let mut profile = house.repo.fetch::<PortalProfile>(zoe.0).unwrap().unwrap().value;
        profile.memberships[0].company = CompanyId(2);
        let contact = house.repo.fetch::<Contact>(profile.contact.0).unwrap().unwrap().value;
        let contact = Contact { company: Some(CompanyId(2)), ..contact };
        house.put(vec![Record::Profile(profile), Record::Contact(contact)]);
    };
    let error = delegated(turn, add).unwrap_err();
    assert!(error.to_string().contains("nobody was added, try again"), "{error}");
    delegated(turn, register).unwrap();
}
