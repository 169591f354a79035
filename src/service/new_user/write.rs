//! What a new portal user writes: one commit with the trail.

use crate::domain::audit::Action;
use crate::domain::audit::FieldChange;
use crate::domain::contact::Contact;
use crate::domain::id::{CompanyId, ContactId, UserId};
use crate::domain::text::Text;
use crate::domain::user::{CreatedVia, Group, Licence, Membership, PortalProfile, User};
use crate::service::delete_user::about_user;
use crate::service::portal_user::{created_fields, new_profile};
use crate::service::trail::created;
use crate::service::{Desk, DeskError};
use crate::store::{AuditDraft, Changes, Key, Kind, Versioned};

use super::draft::{Draft, company_gone};
use super::read::password_of;
use super::{Maker, NewUser};

impl Desk {
    /// Everything that a new portal user writes.
    pub(super) fn creation(
        &self,
        maker: &Maker,
        form: &NewUser,
        draft: Draft,
        overridden: Vec<String>,
    ) -> Result<(UserId, Changes), DeskError> {
        let Draft { user, companies, contact, sites, role, configs, .. } = &draft;
        let (Some(primary), Some(sites)) = (companies.first(), sites) else {
            return Err(company_gone().into());
        };
        let company = &primary.value;
        let id = UserId(self.repo.reserve(Kind::User, 1)?);
        let mut user = User { id, ..user.clone() };
        if maker.asks.via == CreatedVia::Utility {
            user.groups.push(Group::ServicePortal);
            user.licence = Some(Licence::Portal);
        }
        let (contact, found) = match contact {
            Some(Versioned { value, stamp }) => (value.clone(), Some(*stamp)),
            None => (self.contact_of(&user, company.id)?, None),
        };
        let memberships = companies
            .iter()
            .enumerate()
            .map(|(at, it)| Membership { company: it.value.id, primary: at == 0 });
        let profile = PortalProfile {
            memberships: memberships.collect(),
            organization_configs: configs.chosen.clone(),
            can_create_users: draft.can_create_users,
            claim_authorization_required: draft.claim_authorization_required,
            ..new_profile(id, company, contact.id, company.home_site, sites)
        };
        let posting = match maker.asks.mailing.purpose(form.invite) {
            Some(purpose) => {
                let typed = password_of(form);
                Some(self.posting(&maker.actor, &user, &profile, purpose, typed)?)
            }
            None => None,
        };
        if let Some(posting) = &posting {
            user = posting.noted(user);
        }
        let contact_key = Key::new(Kind::Contact, contact.id.0);
        let role_name = role.as_ref().map_or_else(|| user.role.name().into(), |it| it.name.clone());
        let names: Vec<&str> = companies.iter().map(|it| it.value.name.raw()).collect();
        let mut fields = created_fields(&user, role_name, Text::new(names.join(", ")));
        let in_words = self.configs_in_words(&profile.organization_configs)?;
        fields.extend(further_fields(&user, &profile, in_words));
        let mut entry = AuditDraft::new(self.clock.now(), &maker.actor, Action::UserCreate)
            .on(Key::new(Kind::User, id.0), user.user_id())
            .on(Key::new(Kind::Profile, id.0), user.user_id())
            .on(contact_key, contact.label())
            .noting(about_user(&user))
            .changing(fields);
        entry.overridden = overridden;
        let mut changes = Changes::new(entry).create(user).create(profile);
        if let Some(posting) = posting {
            changes = posting.queued(changes, &maker.actor, self.clock.now());
        }
        for it in companies {
            changes = changes.guard(Key::new(Kind::Company, it.value.id.0), it.stamp);
        }
        if let Some(role) = role {
            changes = role.guarding(changes);
        }
        changes = configs.guarding(changes);
        for (key, stamp) in &maker.guards {
            changes = changes.guard(*key, *stamp);
        }
        changes = match found {
            Some(stamp) => changes.guard(contact_key, stamp),
            None => changes
                .also(self.contact_created(&maker.actor, &contact, Some(company)))
                .create(contact),
        };
        Ok((id, sites.guarding(changes)))
    }

    /// The contact that is made for a user whom none fits.
    fn contact_of(&self, user: &User, company: CompanyId) -> Result<Contact, DeskError> {
        Ok(Contact {
            id: ContactId(self.repo.reserve(Kind::Contact, 1)?),
            first: user.first.clone(),
            last: user.last.clone(),
            email: user.email.clone(),
            phone: user.phone.clone(),
            company: Some(company),
            external_id: None,
        })
    }
}

/// What the trail says of a new user beyond what all have; nothing of what is not set.
fn further_fields(user: &User, profile: &PortalProfile, configs: Option<Text>) -> Vec<FieldChange> {
    let set = |it: bool| it.then(|| Text::from("yes"));
    created([
        ("licence", user.licence.map(|it| it.word().into())),
        ("second_factor", user.second_factor.map(|it| it.words().into())),
        ("can_create_users", set(profile.can_create_users)),
        ("claim_authorization_required", set(profile.claim_authorization_required)),
        ("organization_configs", configs),
    ])
}
