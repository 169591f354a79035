//! What a portal user with Can Create Users may do at the portal: add users for its own
//! companies and, as a partner's, register customers. Nothing else.
//!
//! The password (and code) are proven as at any portal sign-in. Whoever is made never gets more
//! than who makes them: no flags, the same portal role, and claims that need authorization where
//! the maker's do. Of other people and companies nothing is told.

use crate::domain::audit::{Action, Actor};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::fold;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::{Role, RoleChoice};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::user::{PortalProfile, User, UserStatus};
use crate::store::{Changes, CommitError, Key, Kind, RepositoryExt, Stamp, Versioned};

use super::accounts::ROUNDS;
use super::companies::{CompanyForm, CompanyRow};
use super::new_user::asks::DELEGATED;
use super::new_user::{Entrance, Maker, NewUser};
use super::portal::PortalSignIn;
use super::user_views::UserRow;
use super::{Credentials, Desk, DeskError, Origin};

/// The sentence when who makes somebody was given another company or flag at that moment.
const CHANGED: &str = "Your account was changed just now; nobody was added, try again.";

/// What came of something that a portal user does by a password.
#[derive(Debug)]
pub enum Delegated<T> {
    /// It is done.
    Done(T),
    /// The sign-in came to something else than being let in; nothing was done.
    NotIn(PortalSignIn),
}

/// What a portal user fills in about somebody who is to use the portal, too.
#[derive(Debug, Clone, Default)]
pub struct ColleagueForm {
    /// The code of one of the maker's companies; without one the primary.
    pub company: Option<String>,
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Email.
    pub email: String,
    /// Phone; may be empty.
    pub phone: String,
    /// The login, with or without `.P`.
    pub login: String,
    /// The first password, to be changed at the first sign-in; without one the user is Pending.
    pub password: Option<Secret>,
}

/// A portal user who may create users, as it was read.
struct Delegate {
    user: Versioned<User>,
    profile: Versioned<PortalProfile>,
    companies: Vec<Company>,
}

impl Delegate {
    fn actor(&self, origin: &Origin) -> Actor {
        Actor {
            user: Some(self.user.value.id),
            name: self.user.value.user_id(),
            role: Some(self.user.value.role),
            os_user: origin.os_user.clone(),
            origin: origin.host.clone(),
        }
    }

    /// Account and profile: what is made goes through only while both are what they were.
    fn guards(&self) -> Vec<(Key, Stamp)> {
        let id = self.user.value.id.0;
        let user = (Key::new(Kind::User, id), self.user.stamp);
        vec![user, (Key::new(Kind::Profile, id), self.profile.stamp)]
    }

    /// The portal role of whoever is made: the same, or Portal User below a role for the console.
    fn role(&self) -> RoleChoice {
        match self.user.value.role_choice() {
            own @ RoleChoice::Own(_) => own,
            RoleChoice::BuiltIn(_) => RoleChoice::BuiltIn(Role::PortalUser),
        }
    }
}

impl Desk {
    /// Adds a user for a company of the portal user whose password that is.
    ///
    /// # Errors
    /// When the account may not create users, the company is none of its own or inactive, or
    /// something is wrong with the form; when the store or the machine fails. Who is not let in
    /// gets [`Delegated::NotIn`].
    pub fn portal_create_user(
        &self,
        by: &Credentials<'_>,
        site: Option<&str>,
        origin: &Origin,
        form: &ColleagueForm,
    ) -> Result<Delegated<UserRow>, DeskError> {
        let entered = self.portal_sign_in(by, site, origin)?;
        let PortalSignIn::Ok(visit) = &entered else { return Ok(Delegated::NotIn(entered)) };
        let delegate = self.delegate(&visit.user_id)?;
        let company = own_company(&delegate, form.company.as_deref())?;
        let new = NewUser {
            first: form.first.clone(),
            last: form.last.clone(),
            email: form.email.clone(),
            phone: form.phone.clone(),
            login: form.login.clone(),
            password: form.password.clone(),
            claim_authorization_required: delegate.profile.value.claim_authorization_required,
            ..NewUser::new(Entrance::CompanyFile, company.id)
        };
        let maker = || {
            let now = self.delegate(&visit.user_id)?;
            let claims = now.profile.value.claim_authorization_required;
            let company = own_company(&now, form.company.as_deref())?.id;
            if new.companies != [company] || new.claim_authorization_required != claims {
                return Err(DeskError::refused(Code::WrongState, CHANGED));
            }
            Ok(Maker {
                actor: now.actor(origin),
                giver: now.user.value.role,
                asks: &DELEGATED,
                same_role: Some(now.role()),
                guards: now.guards(),
            })
        };
        let id = self.make_portal_user(&new, maker, discreet)?;
        let row = self.user_rows(vec![self.user_record(id)?])?.pop();
        row.map(Delegated::Done).ok_or_else(|| DeskError::not_found("user", id))
    }

    /// Registers a customer for the partner of the portal user whose password that is.
    ///
    /// Of the form kind, hold and site are not looked at: it is a customer, at the site of who
    /// registers it.
    ///
    /// # Errors
    /// When the account may not create users or is no partner's, or something is wrong with the
    /// form; when the store or the machine fails. Who is not let in gets [`Delegated::NotIn`].
    pub fn portal_register_customer(
        &self,
        by: &Credentials<'_>,
        site: Option<&str>,
        origin: &Origin,
        form: &CompanyForm,
    ) -> Result<Delegated<CompanyRow>, DeskError> {
        let entered = self.portal_sign_in(by, site, origin)?;
        let PortalSignIn::Ok(visit) = &entered else { return Ok(Delegated::NotIn(entered)) };
        let form =
            CompanyForm { partner: false, on_hold: false, site: String::new(), ..form.clone() };
        for _ in 0..ROUNDS {
            let delegate = self.delegate(&visit.user_id)?;
            let partner = own_company(&delegate, None)?;
            if delegate.profile.value.account_type != CompanyKind::Partner {
                return Err(only_partners(&delegate.user.value));
            }
            let company = Company {
                home_site: delegate.profile.value.home_site,
                registered_by: Some(partner.id),
                ..self.new_company(&form)?
            };
            let mut entry = self.company_created(&delegate.actor(origin), &company);
            entry.action = Action::CompanyRegister;
            let entry = entry
                .on(Key::new(Kind::Company, partner.id.0), partner.name.clone())
                .noting(Text::new(format!("for {}", partner.name.raw())));
            let id = company.id;
            let mut changes = Changes::new(entry).create(company);
            for (key, stamp) in delegate.guards() {
                changes = changes.guard(key, stamp);
            }
            match self.commit_raw(changes) {
                Ok(_) => return Ok(Delegated::Done(self.company_record(id)?.into())),
                Err(CommitError::Conflict(_) | CommitError::Taken { .. }) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(DeskError::refused(
            Code::WrongState,
            "Others registered companies over and over just now; try again.",
        ))
    }

    /// The portal user of that User ID, once it may create users.
    fn delegate(&self, user_id: &Text) -> Result<Delegate, DeskError> {
        let gone = || DeskError::not_found("user", user_id.raw());
        let id = self.account_named(user_id.raw())?.ok_or_else(gone)?;
        let user = self.user_record(id)?;
        let profile = self.profile_of(&user.value)?.ok_or_else(gone)?;
        if !profile.value.can_create_users || user.value.status != UserStatus::Active {
            return Err(DeskError::Denied {
                role: user.value.role.name(),
                deed: "create users at the portal",
                may: String::from("a portal user with Can Create Users"),
            });
        }
        let mut members = profile.value.memberships.clone();
        members.sort_by_key(|it| !it.primary);
        let ids: Vec<u64> = members.iter().map(|it| it.company.0).collect();
        let companies = self.repo.fetch_many::<Company>(&ids)?;
        let companies = companies.into_iter().flatten().map(|it| it.value).collect();
        Ok(Delegate { user, profile, companies })
    }
}

/// The company of a delegate that is meant: the one of that code, or the primary one.
fn own_company<'a>(delegate: &'a Delegate, code: Option<&str>) -> Result<&'a Company, DeskError> {
    let wanted = code.map(fold::identity);
    let mut theirs = delegate.companies.iter();
    let found = theirs.find(|it| match &wanted {
        Some(code) => fold::identity(it.code.raw()) == *code,
        None => true,
    });
    let Some(company) = found else {
        let own: Vec<&str> = delegate.companies.iter().map(|it| it.code.raw()).collect();
        let message = format!(
            "That is no company of {}; leave it out, or give one of {}.",
            delegate.user.value.user_id(),
            Text::new(own.join(", "))
        );
        return Err(Problem::field(Code::CompanyMissing, "company", message).into());
    };
    if !company.active {
        let message = format!(
            "{} is inactive, and nobody is added for it; ask support about it.",
            company.name
        );
        return Err(Problem::field(Code::WrongState, "company", message).into());
    }
    Ok(company)
}

fn only_partners(user: &User) -> DeskError {
    DeskError::Denied {
        role: user.role.name(),
        deed: "register customers",
        may: String::from("a partner's portal user with Can Create Users"),
    }
}

/// The same problems, but for who has a taken name: that is nobody's affair at the portal.
fn discreet(mut problems: Vec<Problem>) -> Vec<Problem> {
    for problem in problems.iter_mut().filter(|it| it.code == Code::Taken) {
        problem.message = match problem.field {
            Some("email") => "This email is taken; an email can be used once, give another.",
            _ => "This login is taken; choose another.",
        }
        .to_owned();
    }
    problems
}
