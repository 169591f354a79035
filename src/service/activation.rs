//! Activation links: whoever has the token of one chooses a password with it, once.
//!
//! A token has 256 random bits, so nobody guesses one and a try of one costs no hash. What was
//! a link of ours is told what has become of it; what never was one is told nothing of who has
//! an account. A new password that is not good enough does not use the link up.

use crate::domain::activation::{token_hash, token_in};
use crate::domain::audit::Action;
use crate::domain::login::LoginOutcome;
use crate::domain::mail::{Mail, MailState};
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::store::{
    AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt, UniqueKey, Versioned,
};

use super::acceptance::MailEnd;
use super::accounts::ROUNDS;
use super::attempt::{Claim, Refusal, actor};
use super::passwords::{field_changes, with_password};
use super::portal::{PORTAL_OFF, Portal, at_door};
use super::session::Origin;
use super::{Desk, DeskError};

/// The sentence for what is no link of ours, or was cut.
const UNKNOWN: &str = "This activation link is none of ours, or not whole; open it again from the mail, or ask support for a new invitation.";
/// What is said when others moved the account each time.
const BUSY: &str = "Something else happens to this account at the same moment; try again.";

/// What came of an activation link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activated {
    /// The password is chosen; they sign in with it now.
    Ok {
        /// The User ID, with `.P`.
        user_id: Text,
    },
    /// It is not set.
    Refused {
        /// What is the matter.
        why: LinkTrouble,
        /// The sentence.
        refusal: Refusal,
    },
}

impl Activated {
    /// The word that scripts may rely on.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Ok { .. } => "ok",
            Self::Refused { why, .. } => why.word(),
        }
    }
}

/// Why an activation link lets nobody choose a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkTrouble {
    /// It was used, or its person has chosen a password since.
    Used,
    /// It is too old.
    Expired,
    /// A later mail, or a password that staff set, took its place.
    Superseded,
    /// Staff took it back.
    Cancelled,
    /// It is none of ours.
    Unknown,
    /// It is good, but its account may not come in: the portal is off, or it is disabled.
    Refused,
}

impl LinkTrouble {
    /// Every trouble.
    pub const ALL: [Self; 6] = [
        Self::Used,
        Self::Expired,
        Self::Superseded,
        Self::Cancelled,
        Self::Unknown,
        Self::Refused,
    ];

    /// The word that scripts may rely on.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }
}

/// The mail that a link was in, and its user.
type Behind = (Versioned<Mail>, Versioned<User>);

impl Desk {
    /// Chooses a password with the token of an activation link, or the whole link; `site` is a
    /// site's code, without one the user's home site is meant. They sign in with it then.
    ///
    /// # Errors
    /// When token or password is missing, the password fails the policy (the link stays good),
    /// there is no such site, or the store or the machine fails. A link that is good no more
    /// gives [`Activated::Refused`].
    pub fn portal_activate(
        &self,
        token: &Secret,
        new: &Secret,
        site: Option<&str>,
        origin: &Origin,
    ) -> Result<Activated, DeskError> {
        let token = token_in(token);
        if token.is_empty() {
            let problem = "The activation link is missing; give it whole.";
            return Err(Problem::field(Code::Missing, "token", problem).into());
        }
        if new.is_empty() {
            let problem = "The new password is missing; fill it in.";
            return Err(Problem::field(Code::Missing, "password", problem).into());
        }
        for _ in 0..ROUNDS {
            let Some((mail, user)) = self.behind(&token)? else {
                return self.no_link(new, site, origin);
            };
            let portal = self.portal(user.value.user_id().raw(), site)?;
            if let Some((why, outcome, message)) =
                self.link_trouble(&mail.value, &user.value, &portal)?
            {
                let user_id = user.value.user_id();
                let claim = Claim::Account(user.value.id, &user_id);
                let it = at_door(claim, new, origin, &portal.site.code);
                let refusal = self.turn_away(&it, outcome, &message)?;
                return Ok(Activated::Refused { why, refusal });
            }
            let changes = self.activating(&mail, &user, new, origin)?;
            match self.repo.commit(changes) {
                Ok(_) => return Ok(Activated::Ok { user_id: user.value.user_id() }),
                // Of two who use it at the same moment, one finds it used at the next look.
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(DeskError::refused(Code::WrongState, BUSY))
    }

    /// The mail whose link has that token, and its user.
    fn behind(&self, token: &Secret) -> Result<Option<Behind>, DeskError> {
        let hash = token_hash(token);
        let Some(id) = self.repo.owner(&UniqueKey::MailToken(hash))? else { return Ok(None) };
        let mail = self.repo.fetch::<Mail>(id)?.filter(|it| it.value.token_hash == Some(hash));
        let Some(mail) = mail.filter(|it| is_out(&it.value)) else { return Ok(None) };
        let user = self.repo.fetch::<User>(mail.value.user.0)?;
        Ok(user.map(|user| (mail, user)))
    }

    /// The refusal of what is no link of ours.
    fn no_link(
        &self,
        new: &Secret,
        site: Option<&str>,
        origin: &Origin,
    ) -> Result<Activated, DeskError> {
        let portal = self.portal("", site)?;
        let it = at_door(Claim::Nobody, new, origin, &portal.site.code);
        let refusal = self.turn_away(&it, LoginOutcome::StaleLink, UNKNOWN)?;
        Ok(Activated::Refused { why: LinkTrouble::Unknown, refusal })
    }

    /// Why a link of ours lets nobody choose a password now.
    fn link_trouble(
        &self,
        mail: &Mail,
        user: &User,
        portal: &Portal,
    ) -> Result<Option<(LinkTrouble, LoginOutcome, String)>, DeskError> {
        if let Some((why, message)) = stale(mail, self.clock.now()) {
            return Ok(Some((why, LoginOutcome::StaleLink, message)));
        }
        if !portal.open {
            let message = PORTAL_OFF.to_owned();
            return Ok(Some((LinkTrouble::Refused, LoginOutcome::PortalOff, message)));
        }
        let refusal = self.not_for_portal(user, portal)?;
        Ok(refusal.map(|(outcome, message)| (LinkTrouble::Refused, outcome, message)))
    }

    /// Everything that choosing a password by a link writes.
    fn activating(
        &self,
        mail: &Versioned<Mail>,
        read: &Versioned<User>,
        new: &Secret,
        origin: &Origin,
    ) -> Result<Changes, DeskError> {
        let now = self.clock.now();
        let hash = self.new_hash(&read.value, new)?;
        let user = with_password(&read.value, hash, false, now);
        let actor = actor(&read.value, origin);
        let key = Key::new(Kind::User, user.id.0);
        let entry = AuditDraft::new(now, &actor, Action::OwnPassword)
            .on(key, user.user_id())
            .changing(field_changes(&read.value, &user))
            .noting("by the activation link");
        let changes = Changes::new(entry).update(user.clone(), read.stamp);
        let changes = MailEnd::accepted(mail.clone()).ending(changes, &actor, now);
        self.forget_waits(changes, &user)
    }
}

/// Whether somebody can have the link that a mail has a token of: one that was put off was not.
const fn is_out(mail: &Mail) -> bool {
    match mail.state {
        MailState::Queued | MailState::Held | MailState::Retrying | MailState::Failed => false,
        MailState::Sending => mail.handed_over_at.is_some(),
        MailState::Sent
        | MailState::Unknown
        | MailState::Accepted
        | MailState::Expired
        | MailState::Superseded
        | MailState::Cancelled => true,
    }
}

/// What has become of a link of ours, and what to do; `None` while it is good.
fn stale(mail: &Mail, now: Timestamp) -> Option<(LinkTrouble, String)> {
    let trouble = match mail.state {
        MailState::Accepted => LinkTrouble::Used,
        MailState::Superseded => LinkTrouble::Superseded,
        MailState::Cancelled => LinkTrouble::Cancelled,
        MailState::Expired => LinkTrouble::Expired,
        _ if mail.expires_at.is_some_and(|at| at <= now) => LinkTrouble::Expired,
        _ => return None,
    };
    let message = match trouble {
        LinkTrouble::Used => String::from(
            "This activation link was used already, or a password has been chosen since; sign in with that password, or ask support for a new one.",
        ),
        LinkTrouble::Superseded => String::from(
            "Something newer has taken the place of this activation link; use the link in the last mail or the password that support gave you, or ask support for a new invitation.",
        ),
        LinkTrouble::Cancelled => {
            String::from("This invitation was taken back; ask support for a new one.")
        }
        _ => {
            let when =
                mail.expires_at.map_or_else(String::new, |at| format!(" on {}", at.in_utc()));
            format!("This activation link expired{when}; ask support for a new invitation.")
        }
    };
    Some((trouble, message))
}
