//! Inviting many users at once: the mails of one commit.

use std::collections::HashMap;

use crate::domain::audit::Actor;
use crate::domain::id::{MailId, UserId};
use crate::domain::mail::Mail;
use crate::domain::user::{PortalProfile, User};
use crate::service::{Deed, Desk, DeskError};
use crate::store::{Changes, RepositoryExt, Versioned};

use super::Order;
use super::deeds::purpose_for;

/// The last mails of some users, as far as a deed asks for them.
pub(in crate::service) struct LastMails(HashMap<UserId, Versioned<Mail>>);

impl LastMails {
    /// The last one of that user.
    pub fn of(&self, user: &User) -> Option<&Mail> {
        self.0.get(&user.id).map(|it| &it.value)
    }
}

impl Desk {
    /// The last mails of those users, for a deed that is decided by them.
    pub(in crate::service) fn mails_to_decide(
        &self,
        deed: Deed,
        users: &[Option<Versioned<User>>],
    ) -> Result<LastMails, DeskError> {
        Ok(LastMails(match deed {
            Deed::Invite => self.last_mails(users.iter().flatten().map(|it| &it.value))?,
            _ => HashMap::new(),
        }))
    }

    /// Everything that inviting some users writes, and the mails that it makes.
    pub(in crate::service) fn invite_changes(
        &self,
        actor: &Actor,
        users: &[(Versioned<User>, Option<User>)],
        made: &mut Vec<MailId>,
    ) -> Result<Option<Changes>, DeskError> {
        let (now, switches) = (self.clock.now(), self.switches()?);
        let mut last = self.last_mails(users.iter().map(|(user, _)| &user.value))?;
        let ids: Vec<u64> = users.iter().map(|(user, _)| user.value.id.0).collect();
        let profiles = self.repo.fetch_many::<PortalProfile>(&ids)?;
        let mut changes: Option<Changes> = None;
        for ((read, _), profile) in users.iter().zip(profiles) {
            let user = &read.value;
            let profile =
                profile.ok_or_else(|| DeskError::not_found("portal user", user.id))?.value;
            let replaced = last.remove(&user.id).filter(|it| it.value.state.is_current());
            let posting = self.post_to(
                actor,
                Order {
                    user,
                    site: profile.home_site,
                    company: profile.primary(),
                    purpose: purpose_for(user),
                    typed: None,
                    held: switches.holding(user, profile.home_site),
                    replaced,
                },
            )?;
            made.push(posting.mail.id);
            let after = posting.noted(user.clone());
            let with = match changes.take() {
                Some(changes) => posting.queued(changes, actor, now),
                None => posting.alone(actor, now),
            };
            changes = Some(with.update(after, read.stamp));
        }
        Ok(changes)
    }
}
