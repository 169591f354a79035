//! A form of **Add Portal User** held against what there is: everything that stops it.

use crate::domain::audit::Action;
use crate::domain::company::Company;
use crate::domain::contact::{Contact, label};
use crate::domain::id::CompanyId;
use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::role::{Role, RoleChoice};
use crate::domain::site::Site;
use crate::domain::text::Text;
use crate::domain::user::{User, UserKind};
use crate::service::companies::keep;
use crate::service::configs::Configs;
use crate::service::passwords::check_password;
use crate::service::portal_user::{PortalSites, new_portal_user};
use crate::service::roles_to_give::{Given, role_missing};
use crate::service::{Desk, DeskError};
use crate::store::{Key, Kind, RepositoryExt, Stamp, Versioned};

use super::read::{account_type, claim_problem, in_order, password_of};
use super::read::{password_problems, person};
use super::{Asks, Maker, NewUser};
use crate::service::second_factor::factor_problem;

/// The companies that one user can act for.
const MOST_COMPANIES: usize = 500;

/// A form as it was read, beside what there is.
pub(super) struct Draft {
    pub problems: Vec<Problem>,
    /// The account, as far as it can be read; without number and hash.
    pub user: User,
    /// The companies that are there, the primary one first.
    pub companies: Vec<Versioned<Company>>,
    pub contact: Option<Versioned<Contact>>,
    pub sites: Option<PortalSites>,
    /// The role that is given, when it is chosen.
    pub role: Option<Given>,
    pub configs: Configs,
    pub can_create_users: bool,
    pub claim_authorization_required: bool,
    /// Whether the form takes an account without an email.
    may_lack_email: bool,
}

impl Draft {
    /// What follows from a form and is no trouble.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.may_lack_email && self.user.email.is_none() {
            remarks.push("Without an email the user can be neither invited nor mailed.".into());
        }
        if let Some(contact) = &self.contact {
            let contact = &contact.value;
            remarks.push(format!("Contact {} {} becomes this user.", contact.id, contact.label()));
        }
        remarks
    }
}

impl Desk {
    /// Reads a form and holds it against what there is.
    pub(super) fn draft(&self, maker: &Maker, form: &NewUser) -> Result<Draft, DeskError> {
        let asks = maker.asks;
        let mut problems = Vec::new();
        let companies = self.companies_of_form(form, asks, &mut problems)?;
        let person = person(form, asks, &mut problems);
        let mut user = new_portal_user(person, asks.via, self.clock.now());
        user.login_follows_email = asks.email_is_login;
        user.second_factor = form.second_factor;
        let login = (!user.login_name.is_blank()).then_some(&user.login_name);
        problems.extend(self.names_taken(login, user.email.as_ref(), None)?);
        problems.extend(password_problems(form, asks));
        if let Some(password) = password_of(form) {
            let own: Vec<Text> = companies.iter().map(|it| it.value.name.clone()).collect();
            keep(&mut problems, check_password(&user, &own, password));
        }
        let known: Vec<&Company> = companies.iter().map(|it| &it.value).collect();
        let kind = account_type(form, asks, &known, &mut problems);
        problems.extend(claim_problem(form.claim_authorization_required, kind));
        problems.extend(factor_problem(&user));
        problems.extend(self.mailing_problem(maker, form)?);
        let role = self.role_of_form(maker, form, &mut problems)?;
        if let Some(role) = &role {
            user = role.to(user);
        }
        let configs = self.read_configs(&form.configs, &companies, &mut problems)?;
        let contact = match companies.first() {
            Some(company) => {
                let name = label(user.first.as_ref(), user.last.as_ref());
                self.unlinked_contact(company.value.id, user.email.as_ref(), name.as_ref())?
            }
            None => None,
        };
        let sites = match self.portal_sites() {
            Ok(sites) => Some(sites),
            Err(DeskError::Problems(more)) => {
                problems.extend(more);
                None
            }
            Err(error) => return Err(error),
        };
        in_order(&mut problems, asks.order);
        Ok(Draft {
            problems,
            user,
            companies,
            contact,
            sites,
            role,
            configs,
            can_create_users: form.can_create_users,
            claim_authorization_required: form.claim_authorization_required,
            may_lack_email: !asks.mailed,
        })
    }

    /// What is worth a second look about a draft.
    pub(super) fn warnings_of(&self, draft: &Draft) -> Result<Vec<Warning>, DeskError> {
        let companies: Vec<&Company> = draft.companies.iter().map(|it| &it.value).collect();
        let contact = draft.contact.as_ref().map(|it| &it.value);
        self.newcomer_warnings(&draft.user, &companies, contact)
    }

    /// That the site of a new user has no address, so that none can be handed over.
    pub(super) fn address_missing(&self, draft: &Draft) -> Result<Option<String>, DeskError> {
        let Some(company) = draft.companies.first() else { return Ok(None) };
        let site = self.repo.fetch::<Site>(company.value.home_site.0)?.map(|it| it.value);
        Ok(site.filter(|it| self.sign_in_address(it).is_none()).map(|it| {
            format!("Site {} has no website, so no sign-in address is handed over.", it.code)
        }))
    }

    /// The companies of a form that are there, each once.
    fn companies_of_form(
        &self,
        form: &NewUser,
        asks: &Asks,
        problems: &mut Vec<Problem>,
    ) -> Result<Vec<Versioned<Company>>, DeskError> {
        let mut ids: Vec<u64> = Vec::new();
        for CompanyId(id) in &form.companies {
            if !ids.contains(id) {
                ids.push(*id);
            }
        }
        let most = if asks.many { MOST_COMPANIES } else { 1 };
        match ids.len() {
            0 => problems.push(company_missing(asks)),
            n if n > most => {
                problems.push(too_many(n, asks));
                ids.truncate(most);
            }
            _ => {}
        }
        let found = self.repo.fetch_many::<Company>(&ids)?;
        if found.iter().any(Option::is_none) {
            problems.push(match asks.many {
                false => company_gone(),
                true => one_gone(),
            });
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// The role of a form that asks for one.
    fn role_of_form(
        &self,
        maker: &Maker,
        form: &NewUser,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<Given>, DeskError> {
        let portal_user = RoleChoice::BuiltIn(Role::PortalUser);
        if let Some(choice) = maker.same_role {
            return match self.read_role(UserKind::Portal, choice) {
                // It is no field of the form, and not its maker's to choose.
                Err(DeskError::Problems(_)) => Err(own_role_unusable().into()),
                other => other.map(Some),
            };
        }
        let choice = match (maker.asks.role, form.role) {
            (false, None) => return Ok(None),
            (false, Some(choice)) if choice == portal_user => return Ok(None),
            (false, Some(_)) => {
                problems.push(portal_users_only());
                return Ok(None);
            }
            (true, None) => {
                problems.push(role_missing());
                return Ok(None);
            }
            (true, Some(choice)) => choice,
        };
        match self.given(maker.giver, UserKind::Portal, choice) {
            Ok(given) => Ok(Some(given)),
            Err(DeskError::Problems(more)) => {
                problems.extend(more);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// That the company was deactivated since the form saw it, by whom.
    pub(super) fn deactivated_since(
        &self,
        company: &Versioned<Company>,
        seen: Stamp,
        field: &'static str,
    ) -> Result<Option<Problem>, DeskError> {
        if company.value.active || company.stamp.version == seen.version {
            return Ok(None);
        }
        let key = Key::new(Kind::Company, company.value.id.0);
        let edits = self.edits_since(key, seen.audit_seq)?;
        let edit = edits.into_iter().find(|it| it.action == Action::CompanyDeactivate);
        Ok(edit.map(|edit| {
            Problem::field(
                Code::WrongState,
                field,
                format!(
                    "{} was deactivated by {} meanwhile; choose another company, or save again to add the user all the same.",
                    company.value.name, edit.actor.name
                ),
            )
        }))
    }
}

pub(in crate::service) fn company_gone() -> Problem {
    Problem::field(Code::CompanyMissing, "company", "There is no such company; choose another.")
}

fn company_missing(asks: &Asks) -> Problem {
    let message = match asks.many {
        true => "No customer is imported; import at least one.",
        false => "The company is missing; give its ID, or take it from the list.",
    };
    Problem::field(Code::CompanyMissing, asks.company(), message)
}

fn one_gone() -> Problem {
    let message = "One of the companies is gone; take it off and import another.";
    Problem::field(Code::CompanyMissing, "companies", message)
}

fn too_many(count: usize, asks: &Asks) -> Problem {
    let message = match asks.many {
        true => format!(
            "{count} companies are imported; a user acts for {MOST_COMPANIES} at most, take some off."
        ),
        false => format!("This form takes one company, and {count} are given; give one."),
    };
    Problem::field(Code::CompanyMissing, asks.company(), message)
}

fn own_role_unusable() -> Problem {
    Problem::whole(
        Code::Role,
        "Whoever you add gets your own role at the portal, and that one is inactive; ask support about it.",
    )
}

fn portal_users_only() -> Problem {
    Problem::field(
        Code::Role,
        "role",
        "This form makes accounts with the role Portal User; use Create User for another role.",
    )
}
