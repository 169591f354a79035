//! What an edit may give: another role, flags, organization configs, another second factor.

use crate::domain::audit::FieldChange;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::{Permission, Role};
use crate::domain::text::Text;
use crate::domain::user::{MemberConfig, PortalProfile, User};
use crate::service::configs::Configs;
use crate::service::memberships::Move;
use crate::service::new_user::claim_problem;
use crate::service::roles_to_give::{Given, why_not};
use crate::service::session::denied;
use crate::service::trail::differences;
use crate::service::{Desk, DeskError};

use super::UserForm;

impl Desk {
    /// Puts the flags and configs of a form into a profile; what is wrong with them goes to
    /// `problems`.
    pub(super) fn configure(
        &self,
        it: &mut Move,
        form: &UserForm,
        problems: &mut Vec<Problem>,
    ) -> Result<Configs, DeskError> {
        let after = &mut it.after;
        if let Some(may) = form.can_create_users {
            after.can_create_users = may;
        }
        if let Some(required) = form.claim_authorization_required {
            after.claim_authorization_required = required;
            problems.extend(claim_problem(required, Some(after.account_type)));
        }
        let Some(wanted) = &form.configs else { return Ok(Configs::default()) };
        // Those that stay as they are were held against the contracts when they were given.
        let before = &it.before.value.organization_configs;
        let is_kept = |config: &MemberConfig| {
            before.contains(config) && it.companies.iter().any(|of| of.value.id == config.company)
        };
        if wanted.len() == before.len() && wanted.iter().all(is_kept) {
            return Ok(Configs::default());
        }
        let configs = self.read_configs(wanted, &it.companies, problems)?;
        it.after.organization_configs = configs.chosen.clone();
        Ok(configs)
    }

    /// The other role that a form gives; what keeps it from that goes to `problems`.
    pub(super) fn other_role(
        &self,
        giver: Role,
        old: &User,
        form: &UserForm,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<Given>, DeskError> {
        let Some(choice) = form.role.filter(|it| *it != old.role_choice()) else {
            return Ok(None);
        };
        if let Some(sentence) = why_not(giver, old.role_choice()) {
            problems.push(Problem::field(Code::Role, "role", sentence));
            return Ok(None);
        }
        match self.given(giver, old.kind, choice) {
            Ok(given) => Ok(Some(given)),
            Err(DeskError::Problems(more)) => {
                problems.extend(more);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What the trail says of other companies, flags and organization configs.
    pub(in crate::service) fn profile_changes(
        &self,
        old: &PortalProfile,
        new: &PortalProfile,
    ) -> Result<Vec<FieldChange>, DeskError> {
        let said = |it: bool| Some(Text::from(if it { "yes" } else { "no" }));
        let mut changes = self.membership_changes(old, new)?;
        changes.extend(differences([
            ("can_create_users", said(old.can_create_users), said(new.can_create_users)),
            (
                "claim_authorization_required",
                said(old.claim_authorization_required),
                said(new.claim_authorization_required),
            ),
            (
                "organization_configs",
                self.configs_in_words(&old.organization_configs)?,
                self.configs_in_words(&new.organization_configs)?,
            ),
        ]));
        Ok(changes)
    }
}

/// Refuses other flags than before to who may not set them.
pub(super) fn expect_flags(giver: Role, it: &Move) -> Result<(), DeskError> {
    let flags = |of: &PortalProfile| (of.can_create_users, of.claim_authorization_required);
    match flags(&it.before.value) == flags(&it.after) || giver.may(Permission::SetPortalFlags) {
        true => Ok(()),
        false => Err(denied(giver, Permission::SetPortalFlags)),
    }
}

/// What the trail says of another kind of second factor.
pub(super) fn factor_fields(old: &User, new: &User) -> Vec<FieldChange> {
    let words = |user: &User| user.second_factor.map(|it| Text::from(it.words()));
    differences([("second_factor", words(old), words(new))])
}
