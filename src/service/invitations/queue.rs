//! Queueing: a mail is made for a user, and goes with the commit of its cause.

use std::collections::HashMap;

use crate::domain::audit::{Action, Actor};
use crate::domain::id::{CompanyId, MailId, SiteId};
use crate::domain::mail::{Carries, HeldReason, Mail, MailState, Purpose};
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalProfile, User, UserStatus};
use crate::service::sealing::{SealError, owner};
use crate::service::{Desk, DeskError};
use crate::store::{AuditDraft, Changes, Kind, RepositoryExt, Versioned};

use super::deeds::without_access;
use super::{ended, mail_entry, mail_key, noted, remark};

/// Bytes of a Message-ID, which no other mail may ever have.
const MESSAGE_ID_BYTES: usize = 16;

/// What decides whether mails are held: the portal's switches, and whether mail is set up.
pub(in crate::service) struct Switches {
    group: PortalGroup,
    sites: HashMap<SiteId, Site>,
    set_up: bool,
}

impl Switches {
    /// Why a mail to a user of that home site would be held now.
    pub fn holding(&self, user: &User, site: SiteId) -> Option<HeldReason> {
        let open = || self.sites.get(&site).is_some_and(|it| self.group.open_at(it));
        if user.status == UserStatus::Disabled {
            Some(HeldReason::UserDisabled)
        } else if !open() {
            Some(HeldReason::PortalOff)
        } else {
            (!self.set_up).then_some(HeldReason::MailNotSetUp)
        }
    }
}

/// A mail that is to be queued, and the current one whose place it takes.
pub(in crate::service) struct Posting {
    /// The mail.
    pub mail: Mail,
    replaced: Option<Versioned<Mail>>,
}

impl Posting {
    /// Its user, as it is to be written in the same commit: the password that came with the
    /// mail whose place it takes is over at once, and not only once this one is out.
    pub fn noted(&self, user: User) -> User {
        let user = match &self.replaced {
            Some(old) => without_access(user, &old.value, self.mail.created_at),
            None => user,
        };
        noted(user, &self.mail)
    }

    /// Adds the mail to the commit of its cause.
    pub fn queued(self, changes: Changes, actor: &Actor, now: Timestamp) -> Changes {
        let changes = changes.also(self.entry(actor, now));
        self.written(changes)
    }

    /// The same as a commit of its own, which the user is still to be added to.
    pub fn alone(self, actor: &Actor, now: Timestamp) -> Changes {
        let changes = Changes::new(self.entry(actor, now));
        self.written(changes)
    }

    fn entry(&self, actor: &Actor, now: Timestamp) -> AuditDraft {
        let resent = self.mail.previous.is_some();
        let action = if resent { Action::InvitationResend } else { Action::InvitationQueue };
        let entry = mail_entry(now, actor, action, &self.mail).noting(remark(&self.mail));
        match &self.replaced {
            Some(old) => entry.on(mail_key(&old.value), old.value.id.to_string()),
            None => entry,
        }
    }

    fn written(self, changes: Changes) -> Changes {
        let changes = changes.create(self.mail);
        match self.replaced {
            Some(old) => changes.update(ended(old.value, MailState::Superseded), old.stamp),
            None => changes,
        }
    }
}

/// What is known of a mail before it is made.
pub(in crate::service) struct Order<'a> {
    /// Whom it is for, as it is to be written.
    pub user: &'a User,
    /// The home site.
    pub site: SiteId,
    /// The primary company.
    pub company: Option<CompanyId>,
    /// What it is for.
    pub purpose: Purpose,
    /// The password that staff typed.
    pub typed: Option<&'a Secret>,
    /// Why it is held.
    pub held: Option<HeldReason>,
    /// The current mail, whose place it takes.
    pub replaced: Option<Versioned<Mail>>,
}

impl Desk {
    /// What decides whether mails are held, as it stands.
    pub(in crate::service) fn switches(&self) -> Result<Switches, DeskError> {
        let group = self.portal_group()?.value;
        let sites = self.sites_by_id(group.sites.iter().copied())?;
        Ok(Switches { group, sites, set_up: self.post.why_not().is_none() })
    }

    /// Makes a mail to a user, without a word to anybody: it is written by [`Posting::queued`].
    ///
    /// A `typed` password is sealed in it where that is what it carries. The user is as it is to
    /// be written; of the profile only companies and home site are looked at.
    ///
    /// # Errors
    /// When the user has no email, a mail to it is being sent just now, or the password can't
    /// be sealed.
    pub(in crate::service) fn posting(
        &self,
        actor: &Actor,
        user: &User,
        profile: &PortalProfile,
        purpose: Purpose,
        typed: Option<&Secret>,
    ) -> Result<Posting, DeskError> {
        let replaced = self.last_mail(user)?.filter(|it| it.value.state.is_current());
        let held = self.switches()?.holding(user, profile.home_site);
        let (site, company) = (profile.home_site, profile.primary());
        self.post_to(actor, Order { user, site, company, purpose, typed, held, replaced })
    }

    /// The same with what is known already.
    pub(in crate::service) fn post_to(
        &self,
        actor: &Actor,
        order: Order<'_>,
    ) -> Result<Posting, DeskError> {
        let Order { user, site, company, purpose, typed, held, replaced } = order;
        let address = user.email.clone().ok_or_else(|| no_email(user))?;
        if let Some(old) = replaced.as_ref().filter(|it| it.value.state == MailState::Sending) {
            return Err(being_sent(&old.value).into());
        }
        let id = MailId(self.repo.reserve(Kind::Mail, 1)?);
        let policy = self.post.policy();
        let typed = typed.filter(|_| policy.carries == Carries::TemporaryPassword);
        let sealed_secret = match typed {
            Some(password) => Some(self.seal_for(id, password)?),
            None => None,
        };
        let now = self.clock.now();
        let mail = Mail {
            id,
            user: user.id,
            purpose,
            state: if held.is_some() { MailState::Held } else { MailState::Queued },
            name: user.label(),
            user_id: user.user_id(),
            address,
            company,
            site,
            carries: None,
            sealed_secret,
            token_hash: None,
            message_id: self.message_id()?,
            created_at: now,
            invited_by: actor.name.clone(),
            held,
            next_try_at: None,
            first_try_at: None,
            tries: 0,
            log: Vec::new(),
            handed_over_at: None,
            sent_at: None,
            expires_at: Some(now.plus_millis(policy.waits_for)),
            run: None,
            previous: user.last_mail,
        };
        Ok(Posting { mail, replaced })
    }

    /// The last mail that was made for a user, in whatever state.
    pub(in crate::service) fn last_mail(
        &self,
        user: &User,
    ) -> Result<Option<Versioned<Mail>>, DeskError> {
        Ok(match user.last_mail {
            Some(id) => self.repo.fetch::<Mail>(id.0)?,
            None => None,
        })
    }

    /// Seals a password that staff typed into a mail.
    fn seal_for(&self, id: MailId, password: &Secret) -> Result<Vec<u8>, DeskError> {
        let sealed = self.seal(password.expose().as_bytes(), &bound_to(id))?;
        sealed.map_err(|why| not_sealed(&why).into())
    }

    /// The password that staff typed for a mail, as long as it waits.
    pub(in crate::service) fn sealed_password(
        &self,
        mail: &Mail,
    ) -> Result<Option<Secret>, SealError> {
        let Some(sealed) = &mail.sealed_secret else { return Ok(None) };
        let plain = self.open_sealed(sealed, &bound_to(mail.id))?;
        let text = str::from_utf8(&plain).map_err(|_| SealError::Damaged)?;
        Ok(Some(Secret::new(text.to_owned())))
    }

    fn message_id(&self) -> Result<Text, DeskError> {
        let mut bytes = [0; MESSAGE_ID_BYTES];
        self.clock.random(&mut bytes)?;
        Ok(Text::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
    }
}

/// What is sealed in a mail belongs to that mail alone.
fn bound_to(id: MailId) -> Vec<u8> {
    owner("mail", id.0)
}

/// That a typed password can't wait for its mail.
pub(in crate::service) fn not_sealed(why: &SealError) -> Problem {
    const OR: &str = "leave the password empty, so that one is made when the mail is sent";
    let message = match why {
        SealError::Unusable { place, reason } => {
            format!("The key file {place} {reason}; see to it, or {OR}.")
        }
        why => format!("{why} Or {OR}."),
    };
    Problem::field(Code::Password, "password", message)
}

/// That somebody can't be mailed.
pub(in crate::service) fn no_email(user: &User) -> Problem {
    Problem::whole(
        Code::Missing,
        format!(
            "{} has no email, so no mail can be sent; enter an email, or set a password and hand it over.",
            user.user_id()
        ),
    )
}

/// That a mail is in the midst of being sent.
pub(super) fn being_sent(mail: &Mail) -> Problem {
    Problem::whole(
        Code::WrongState,
        format!("{} to {} is being sent right now; look again in a moment.", mail.id, mail.address),
    )
}
