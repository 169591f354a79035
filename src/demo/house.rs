//! What the demonstration's portal stands on: its sites, site groups and roles, and the portal
//! users who may use the console; and the troubles that somebody can have with signing in.

use crate::domain::factor::Factor;
use crate::domain::id::CompanyId;
use crate::domain::role::{PortalRight, Role, RoleChoice};
use crate::domain::site::PortalScope;
use crate::domain::user::MemberConfig;
use crate::service::companies::CompanyForm;
use crate::service::roles::RoleForm;
use crate::service::site_groups::SiteGroupForm;
use crate::service::sites::SiteForm;
use crate::service::{Desk, DeskError, Entrance, NewUser, Overriding, Session, UserForm};

use super::{password, temporary};

/// The portal users who may use the console: login, first and last name, role.
pub(super) const HELPERS: [(&str, &str, &str, Role); 2] = [
    ("paula", "Paula", "Weiss", Role::PortalAdmin),
    ("stefan", "Stefan", "Marek", Role::SuperUser),
];
/// The role of one's own that some people of the first company get.
const CLAIMS: &str = "Claims Desk";

/// A second site, a group of sites beside the portal's, and roles of one's own.
///
/// # Errors
/// As the services have it.
pub(super) fn build(desk: &Desk, who: &Session) -> Result<(), DeskError> {
    let partner = desk.create_site(who, &site("PARTNER", "Partner portal"))?.row.id;
    desk.site_sync(who, &())?;
    let group = SiteGroupForm { code: "PARTNERS".into(), sites: vec![partner] };
    desk.create_site_group(who, &group)?;
    let rights = [PortalRight::ReportCases, PortalRight::ReadCompanyCases];
    desk.create_role(who, &role(CLAIMS, "Files claims for the whole company", &rights))?;
    let reader = role("Reader", "Reads and reports nothing", &[PortalRight::ReadOwnCases]);
    if let Some(id) = desk.create_role(who, &reader)?.row.id {
        desk.deactivate_role(who, id, None)?;
    }
    Ok(())
}

/// A Portal Admin and a Super User, of that company.
///
/// # Errors
/// As the services have it.
pub(super) fn help(desk: &Desk, who: &Session, company: CompanyId) -> Result<(), DeskError> {
    for (login, first, last, role) in HELPERS {
        let form = NewUser {
            first: first.into(),
            last: last.into(),
            login: login.into(),
            email: format!("{login}@acme.example"),
            role: Some(RoleChoice::BuiltIn(role)),
            ..NewUser::new(Entrance::CreateUser, company)
        };
        let warnings = desk.check_new_user(who, &form)?.warnings;
        let codes: Vec<String> = warnings.iter().map(|it| it.code.to_owned()).collect();
        let overriding = if codes.is_empty() { Overriding::None } else { Overriding::Codes(codes) };
        let made = desk.create_portal_user(who, &NewUser { overriding, ..form })?;
        desk.set_password(who, made.row.id, None, &password(), false)?;
    }
    Ok(())
}

/// What keeps people out: a second factor that is still to be set up, a company that does no
/// business any more, one on hold; and organization configs that people work with.
///
/// # Errors
/// As the services have it.
pub(super) fn trouble(
    desk: &Desk,
    who: &Session,
    companies: &[CompanyId],
    people: &[&str],
) -> Result<(), DeskError> {
    for (n, login) in people.iter().enumerate() {
        let view = desk.user_by_name(who, login)?;
        let id = view.row.id;
        if n.is_multiple_of(2) {
            desk.set_second_factor(who, id, None, Some(Factor::AuthenticatorApp))?;
        }
        let Some(company) = view.row.company else { continue };
        if let Some(offer) = desk.configs_of(who, &[company])?.into_iter().next() {
            let view = desk.user(who, id)?;
            let configs = Some(vec![MemberConfig { company, code: offer.code }]);
            desk.edit_user(who, id, None, &UserForm { configs, ..UserForm::of(&view) })?;
        }
    }
    let closed = CompanyForm { name: "Fabrique Ancienne SARL".into(), ..CompanyForm::default() };
    let closed = desk.create_company(who, &closed)?.row.id;
    let form = NewUser {
        first: "Odile".into(),
        last: "Marchand".into(),
        login: "odile.marchand".into(),
        password: Some(temporary()),
        ..NewUser::new(Entrance::CompanyFile, closed)
    };
    desk.create_portal_user(who, &form)?;
    desk.deactivate_company(who, closed, None)?;
    if let Some(held) = companies.get(1) {
        let view = desk.company(who, *held)?;
        let form = CompanyForm { on_hold: true, ..view.form() };
        desk.edit_company(who, *held, None, &form)?;
    }
    Ok(())
}

/// The portal of the second site is off, and a third site is new: its accounts are to be made.
///
/// # Errors
/// As the services have it.
pub(super) fn leave(desk: &Desk, who: &Session) -> Result<(), DeskError> {
    let partner = desk.site_by_code(who, "PARTNER")?.id;
    desk.set_portal(who, PortalScope::At(partner), false)?;
    desk.create_site(who, &site("NORDIC", "Nordic shop")).map(drop)
}

fn site(code: &str, name: &str) -> SiteForm {
    SiteForm {
        code: code.into(),
        name: name.into(),
        website: format!("https://{}.example", code.to_lowercase()),
        in_portal: true,
    }
}

fn role(name: &str, description: &str, rights: &[PortalRight]) -> RoleForm {
    RoleForm { name: name.into(), description: description.into(), rights: rights.to_vec() }
}
