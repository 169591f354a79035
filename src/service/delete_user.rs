//! Deleting a user, for good: what goes, what stays, and the receipt.
//!
//! The account, its profile with companies and site accounts, its second factor, its mails and
//! its counters of failures go in one commit, and with them login and email are free; whoever is signed in with it is out
//! at their next step. The contact, the request that it came from, the login history and the
//! trail stay: they name the user by a number that no other user ever gets.

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::audit::{Action, Actor, FieldChange};
use crate::domain::contact::Contact;
use crate::domain::id::{CompanyId, RequestId, UserId};
use crate::domain::mail::Mail;
use crate::domain::text::Text;
use crate::domain::user::{PortalProfile, User};
use crate::store::line::companies_of;
use crate::store::query::{Filter, List, Query};
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt, Versioned};

use super::accounts::{ROUNDS, busy, permission_to_delete};
use super::invitations::mail_key;
use super::trail::differences;
use super::{Desk, DeskError, Session, Sort, Stamp};

/// Entries of a user's trail looked through for the request that it came from.
const LOOKED_THROUGH: usize = 2_000;

/// What a deletion came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The user that was; no other ever gets the number.
    pub user: UserId,
    /// The User ID, free from now on.
    pub user_id: Text,
    /// What is gone, a phrase each.
    pub gone: Vec<String>,
    /// What stays, a phrase each.
    pub stays: Vec<String>,
}

impl Desk {
    /// Deletes a user for good; email and login are free at once.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when somebody else changed the user since `base`; when there is
    /// none, it is one's own account, or the role may not.
    pub fn delete_user(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
    ) -> Result<Receipt, DeskError> {
        for _ in 0..ROUNDS {
            let reached = self.reach(who, id, base, permission_to_delete)?;
            let user = &reached.read;
            let receipt = self.receipt(&user.value)?;
            let past = self.pasts(&[&user.value])?.remove(&id);
            let mails = self.all_mails([&user.value].into_iter())?;
            let entry = self.deletion(&reached.actor, &user.value, past.as_ref(), &mails);
            let profile = past.as_ref().map(|it| &it.profile);
            let changes = deleting(Changes::new(entry), user, profile);
            let changes = self.forget_factor(reached.guarding(changes), id)?;
            let changes = self.forget_waits(changes, &user.value)?;
            let changes = without_mails(changes, &mails);
            match self.commit_raw(changes) {
                Ok(_) => return Ok(receipt),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy(id))
    }

    /// What the trail keeps of portal users that go, for many in three reads.
    pub(super) fn pasts(&self, users: &[&User]) -> Result<HashMap<UserId, Past>, DeskError> {
        let ids: Vec<u64> = users.iter().map(|it| it.id.0).collect();
        let profiles: Vec<Versioned<PortalProfile>> =
            self.repo.fetch_many::<PortalProfile>(&ids)?.into_iter().flatten().collect();
        let contacts: Vec<u64> = profiles.iter().map(|it| it.value.contact.0).collect();
        let contacts = self.repo.fetch_many::<Contact>(&contacts)?;
        let members = profiles.iter().flat_map(|it| &it.value.memberships);
        let companies = self.companies_by_id(members.map(|it| it.company))?;
        let roles = self.roles_of(users.iter().copied())?;
        let past = |(profile, contact): (Versioned<PortalProfile>, Option<Versioned<Contact>>)| {
            let name = |id: &CompanyId| companies.get(id).map(|it| it.name.raw());
            let ids = companies_of(&profile.value);
            let names: Vec<&str> = ids.iter().filter_map(name).collect();
            let companies = Text::new(names.join(", "));
            let id = profile.value.user;
            let own = users.iter().find(|it| it.id == id).and_then(|it| it.portal_role);
            let own_role = own.and_then(|id| roles.get(&id)).cloned();
            (id, Past { profile, contact: contact.map(|it| it.value), companies, own_role })
        };
        Ok(profiles.into_iter().zip(contacts).map(past).collect())
    }

    /// The entry of the trail for a deletion: about the user, its profile, contact and mails.
    pub(super) fn deletion(
        &self,
        actor: &Actor,
        user: &User,
        past: Option<&Past>,
        mails: &[Versioned<Mail>],
    ) -> AuditDraft {
        let mut entry = AuditDraft::new(self.clock.now(), actor, Action::UserDelete)
            .on(Key::new(Kind::User, user.id.0), user.user_id());
        if let Some(past) = past {
            entry = entry.on(Key::new(Kind::Profile, user.id.0), user.user_id());
            if let Some(contact) = &past.contact {
                // In the contact's history it would read as if the contact were deleted.
                entry = entry
                    .noting(about_user(user))
                    .on(Key::new(Kind::Contact, contact.id.0), contact.label());
            }
        }
        for mail in mails {
            entry = entry.on(mail_key(&mail.value), mail.value.id.to_string());
        }
        entry.changing(gone_fields(user, past))
    }

    /// What goes with a user and what stays, in phrases.
    pub(super) fn receipt(&self, user: &User) -> Result<Receipt, DeskError> {
        let past = self.pasts(&[user])?.remove(&user.id);
        let mut gone = vec![format!("the account {}, its login and password", user.user_id())];
        let mut stays = Vec::new();
        let mails = self.all_mails([user].into_iter())?.len() as u64;
        gone.extend(user.email.as_ref().map(|email| format!("its email {email}, free again")));
        if let Some(past) = past {
            gone.push(format!("acting for {}", past.companies));
            let sites = past.profile.value.site_accounts.len() as u64;
            gone.push(format!("its accounts at {sites} site{}", plural(sites)));
            stays.extend(past.contact.map(|it| format!("the contact {} {}", it.id, it.label())));
        }
        if mails > 0 {
            gone.push(format!("its {mails} mail{} in the outbox", plural(mails)));
        }
        stays.extend(self.request_behind(user.id)?.map(|id| format!("the request {id}")));
        let logins = self.sign_ins_of(user.id)?;
        if logins > 0 {
            stays.push(format!("{logins} sign-in{} of the login history", plural(logins)));
        }
        stays.push(String::from("the audit trail"));
        Ok(Receipt { user: user.id, user_id: user.user_id(), gone, stays })
    }

    /// How many sign-ins the history of a user holds.
    fn sign_ins_of(&self, id: UserId) -> Result<u64, DeskError> {
        let query = Query {
            list: List::Logins(id),
            filter: Filter::default(),
            sort: Sort::Time,
            reverse: false,
            page: 1,
            per_page: 0,
            partly: false,
            stop: self.stop.clone(),
        };
        Ok(self.repo.query(&query)?.total)
    }

    /// The request whose approval made a user.
    fn request_behind(&self, id: UserId) -> Result<Option<RequestId>, DeskError> {
        let entries = self.repo.history(Key::new(Kind::User, id.0), LOOKED_THROUGH)?;
        let approval = entries.into_iter().find(|it| it.action == Action::RequestApprove);
        let target = approval
            .and_then(|entry| entry.targets.into_iter().find(|it| it.key.kind == Kind::Request));
        Ok(target.map(|it| RequestId(it.key.id)))
    }
}

/// The remark by which a contact's history tells its user from itself.
pub(super) fn about_user(user: &User) -> Text {
    Text::new(format!("portal user {}", user.user_id().raw()))
}

/// What the trail keeps of a portal user that goes.
pub(super) struct Past {
    pub profile: Versioned<PortalProfile>,
    pub contact: Option<Contact>,
    /// The names of its companies, the primary one first.
    pub companies: Text,
    /// The name of its role of one's own, when it has one.
    pub own_role: Option<Text>,
}

/// Adds that an account and its profile go.
pub(super) fn deleting(
    changes: Changes,
    user: &Versioned<User>,
    profile: Option<&Versioned<PortalProfile>>,
) -> Changes {
    let id = user.value.id.0;
    let changes = changes.delete(Key::new(Kind::User, id), user.stamp);
    match profile {
        Some(profile) => changes.delete(Key::new(Kind::Profile, id), profile.stamp),
        None => changes,
    }
}

/// Adds that mails go.
pub(super) fn without_mails(changes: Changes, mails: &[Versioned<Mail>]) -> Changes {
    mails.iter().fold(changes, |changes, it| changes.delete(mail_key(&it.value), it.stamp))
}

/// What the trail keeps of an account that is gone.
fn gone_fields(user: &User, past: Option<&Past>) -> Vec<FieldChange> {
    let companies = past.map(|it| it.companies.clone());
    let own_role = past.and_then(|it| it.own_role.clone());
    differences([
        ("login_name", Some(user.login_name.clone()), None),
        ("first", user.first.clone(), None),
        ("last", user.last.clone(), None),
        ("email", user.email.clone(), None),
        ("phone", user.phone.clone(), None),
        ("role", own_role.or_else(|| Some(user.role.name().into())), None),
        ("status", Some(Text::from(user.status.word())), None),
        ("companies", companies, None),
        ("external_id", user.external_id.clone(), None),
    ])
}

const fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
