//! Mails to portal users: what each is for, how it stands, and when it is tried again.

use serde::{Deserialize, Serialize};

use super::id::{CompanyId, JobId, MailId, RunId, SiteId, UserId};
use super::text::Text;
use super::time::{HOUR, MINUTE, Timestamp};

/// What a mail is for. All of them carry what one signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Invites somebody who has never signed in; sent at once.
    Invitation,
    /// Tells a user whom Create User made of the profile; sent by a job's Notification step only.
    ProfileCreated,
    /// Gives somebody who has signed in before a new way in; sent at once.
    PasswordReset,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::Invitation, Self::ProfileCreated, Self::PasswordReset];

    /// The words on the screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Invitation => "Invitation",
            Self::ProfileCreated => "Profile created",
            Self::PasswordReset => "New sign-in",
        }
    }

    /// Whether it leaves the queue inside a run of a job only.
    pub const fn waits_for_job(self) -> bool {
        matches!(self, Self::ProfileCreated)
    }
}

/// How a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// Waits for its turn.
    Queued,
    /// Waits until staff release it, see [`HeldReason`].
    Held,
    /// Somebody is at it right now.
    Sending,
    /// Was put off by the mail server; is tried again by itself.
    Retrying,
    /// The mail server took it.
    Sent,
    /// It may have gone out: the connection was lost after the text was sent and before the
    /// server said that it has it. Nobody sends it again but staff.
    Unknown,
    /// It did not go out and is not tried again but by staff.
    Failed,
    /// The person has chosen a password of their own since.
    Accepted,
    /// What it carried is too old to be used.
    Expired,
    /// A later mail took its place.
    Superseded,
    /// Staff took it back.
    Cancelled,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 11] = [
        Self::Queued,
        Self::Held,
        Self::Sending,
        Self::Retrying,
        Self::Sent,
        Self::Unknown,
        Self::Failed,
        Self::Accepted,
        Self::Expired,
        Self::Superseded,
        Self::Cancelled,
    ];

    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Held => "Held",
            Self::Sending => "Sending",
            Self::Retrying => "Retrying",
            Self::Sent => "Sent",
            Self::Unknown => "Unknown",
            Self::Failed => "Failed",
            Self::Accepted => "Accepted",
            Self::Expired => "Expired",
            Self::Superseded => "Superseded",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The state of that name, in any case.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether it is its user's one current mail: the one that an acceptance, an expiry or a
    /// resend is about. The store lets a user have one of them at most.
    pub const fn is_current(self) -> bool {
        !matches!(self, Self::Accepted | Self::Superseded | Self::Cancelled)
    }

    /// Whether it waits to be sent, by itself or once it is released.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Queued | Self::Held | Self::Retrying)
    }

    /// Whether a typed password may still lie sealed in it: it can be sent, or sent again as it is.
    pub const fn may_hold_secret(self) -> bool {
        self.is_waiting() || matches!(self, Self::Sending | Self::Failed)
    }

    /// What is wrong with its user's invitation, for a badge; none when it takes its course.
    pub const fn trouble(self) -> Option<InvitationTrouble> {
        match self {
            Self::Held => Some(InvitationTrouble::Held),
            Self::Failed | Self::Unknown => Some(InvitationTrouble::Failed),
            Self::Expired => Some(InvitationTrouble::Expired),
            _ => None,
        }
    }
}

/// What is wrong with the current invitation of a user: a badge beside the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationTrouble {
    /// It is held.
    Held,
    /// It failed, or nobody knows whether it went out.
    Failed,
    /// It expired before it was accepted.
    Expired,
}

impl InvitationTrouble {
    /// The words on the screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Held => "Invitation held",
            Self::Failed => "Invitation not sent",
            Self::Expired => "Invitation expired",
        }
    }
}

/// Why a mail is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// The portal is off, as a whole or at the user's home site.
    PortalOff,
    /// No mail server, sender or portal address is configured.
    MailNotSetUp,
    /// The user is disabled.
    UserDisabled,
}

impl HeldReason {
    /// Why, to follow “held:”.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PortalOff => "the portal is off",
            Self::MailNotSetUp => "mail is not set up",
            Self::UserDisabled => "the user is disabled",
        }
    }
}

/// What a mail carries: the configuration's `invitations.credentials`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carries {
    /// The User ID and a password that has to be changed at the first sign-in.
    TemporaryPassword,
    /// A link at which the person chooses a password, once.
    ActivationLink,
}

impl Carries {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::TemporaryPassword, Self::ActivationLink];

    /// The word in the configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TemporaryPassword => "temporary-password",
            Self::ActivationLink => "activation-link",
        }
    }
}

/// One try to send a mail, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTry {
    /// When it ended.
    pub at: Timestamp,
    /// What came of it: the server's words, or why it was not reached.
    pub outcome: Text,
}

/// Tries of a mail that are kept; of more, the oldest go.
pub const TRIES_KEPT: usize = 12;

/// A mail to a portal user. Holds no secret that can be read: a typed password is sealed, of
/// everything else there is only a hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its identity.
    pub id: MailId,
    /// Whom it is for.
    pub user: UserId,
    /// What it is for.
    pub purpose: Purpose,
    /// How it stands.
    pub state: MailState,
    /// The person's name, as it stood when the mail was queued or last tried.
    pub name: Text,
    /// The User ID, likewise.
    pub user_id: Text,
    /// Where it goes; follows the user's email until it is sent.
    pub address: Text,
    /// The user's primary company, as it stood when the mail was queued or last tried.
    pub company: Option<CompanyId>,
    /// The user's home site, likewise, whose portal it leads to.
    pub site: SiteId,
    /// What it carries; decided when it is sent, by the configuration then.
    pub carries: Option<Carries>,
    /// A password that staff typed, sealed for this mail; gone once it was sent, is expired,
    /// superseded or cancelled, or the person has chosen another.
    pub sealed_secret: Option<Vec<u8>>,
    /// The hash of the token in its activation link, once one was sent. Kept, so that a used
    /// or old link can be told what it is.
    pub token_hash: Option<[u8; 32]>,
    /// The part of its Message-ID before the `@`: the same for every try, no other mail has it.
    pub message_id: Text,
    /// When it was queued.
    pub created_at: Timestamp,
    /// Who caused it: the User ID of who invited.
    pub invited_by: Text,
    /// Why it is held.
    pub held: Option<HeldReason>,
    /// Before when it is not tried; none for at once.
    pub next_try_at: Option<Timestamp>,
    /// When it was first tried.
    pub first_try_at: Option<Timestamp>,
    /// Tries so far, those that are no longer kept included.
    pub tries: u32,
    /// The last tries, the oldest first; at most [`TRIES_KEPT`].
    pub log: Vec<MailTry>,
    /// Set on the disk before its text goes to the server and taken away when the server has
    /// answered: a mail that is found Sending with it may have gone out, without it has not.
    pub handed_over_at: Option<Timestamp>,
    /// When the server took it, or it became unknown whether it did.
    pub sent_at: Option<Timestamp>,
    /// Until when what it carries can be used; before it is sent, until when it may wait.
    pub expires_at: Option<Timestamp>,
    /// The run that sent it, when a job did.
    pub run: Option<(JobId, RunId)>,
    /// The mail that was made for its user before it.
    pub previous: Option<MailId>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {} {:?} [redacted]", self.id, self.user, self.state)
    }
}

impl Mail {
    /// The same, with a try more in its log.
    #[must_use]
    pub fn tried(mut self, at: Timestamp, outcome: impl Into<Text>) -> Self {
        self.tries = self.tries.saturating_add(1);
        self.first_try_at.get_or_insert(at);
        self.noted(at, outcome)
    }

    /// The same, with a line more in its log that is no try: the server was not asked.
    #[must_use]
    pub fn noted(mut self, at: Timestamp, outcome: impl Into<Text>) -> Self {
        self.log.push(MailTry { at, outcome: outcome.into() });
        let surplus = self.log.len().saturating_sub(TRIES_KEPT);
        self.log.drain(..surplus);
        self
    }

    /// The state in which it waits for its turn again.
    pub const fn state_in_queue(&self) -> MailState {
        if self.tries > 0 && !self.purpose.waits_for_job() {
            MailState::Retrying
        } else {
            MailState::Queued
        }
    }

    /// Whether staff can let it go: it is held, has failed, or waits for another try.
    pub const fn can_be_released(&self) -> bool {
        match self.state {
            MailState::Held | MailState::Failed | MailState::Retrying => true,
            MailState::Queued => self.next_try_at.is_some(),
            _ => false,
        }
    }

    /// The last try, when there was one.
    pub fn last_try(&self) -> Option<&MailTry> {
        self.log.last()
    }
}

/// What waits how long after which try that the server put off: issue of 2026-11, and the
/// rough shape that RFC 5321, 4.5.4.1 asks for; the last one repeats.
const RETRY_AFTER: [i64; 5] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR];
/// How long after its first try a mail is given up.
pub const GIVEN_UP_AFTER: i64 = 24 * HOUR;
/// Runs of a job that have to have tried a notification before it is given up (DOMAIN.md §5).
pub const RUNS_AT_LEAST: u32 = 3;

/// When a mail is tried again that was put off now; `None` when it is given up. `tries` counts
/// this one, `chance` is random and spreads the tries by up to a tenth.
pub fn next_try(
    purpose: Purpose,
    tries: u32,
    first: Timestamp,
    now: Timestamp,
    chance: u16,
) -> Option<Timestamp> {
    let place = (tries.max(1) as usize - 1).min(RETRY_AFTER.len() - 1);
    let wait = RETRY_AFTER[place];
    let next = now.plus_millis(wait + wait / 10 * i64::from(chance) / i64::from(u16::MAX));
    let spent = next.millis_since(first) > GIVEN_UP_AFTER;
    let waits_on = purpose.waits_for_job() && tries < RUNS_AT_LEAST;
    (!spent || waits_on).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_spread_over_a_day_and_then_end() {
        for chance in [0, u16::MAX / 2, u16::MAX] {
            let first = Timestamp::from_millis(1_000_000);
            let (mut now, mut tries, mut waits) = (first, 0, Vec::new());
            loop {
                tries += 1;
                let Some(next) = next_try(Purpose::Invitation, tries, first, now, chance) else {
                    break;
                };
                waits.push(next.millis_since(now));
                now = next;
            }
            for (wait, least) in waits.iter().zip(RETRY_AFTER) {
                assert!((least..=least + least / 10).contains(wait), "{wait} after {least}");
            }
            assert!(waits.len() >= RETRY_AFTER.len());
            assert!(now.millis_since(first) <= GIVEN_UP_AFTER);
        }
    }

    #[test]
    fn a_notification_is_not_given_up_before_its_third_run() {
        let (first, late) = (Timestamp::from_millis(0), Timestamp::from_millis(50 * HOUR));
        assert!(next_try(Purpose::ProfileCreated, 2, first, late, 0).is_some());
        assert_eq!(next_try(Purpose::ProfileCreated, 3, first, late, 0), None);
        assert_eq!(next_try(Purpose::Invitation, 2, first, late, 0), None);
    }

    #[test]
    fn the_log_keeps_the_last_tries_and_counts_all() {
        let mut mail = sample();
        for at in 0..20 {
            mail = mail.tried(Timestamp::from_millis(at), format!("try {at}"));
        }
        assert_eq!((mail.tries, mail.log.len()), (20, TRIES_KEPT));
        assert_eq!(mail.first_try_at, Some(Timestamp::from_millis(0)));
        assert_eq!(mail.last_try().unwrap().outcome.raw(), "try 19");
    }

    fn sample() -> Mail {
        Mail {
            id: MailId(1),
            user: UserId(2),
            purpose: Purpose::Invitation,
            state: MailState::Queued,
            name: "Jo Berg".into(),
            user_id: "jo.P".into(),
            address: "jo@acme.example".into(),
            company: None,
            site: SiteId(1),
            carries: None,
            sealed_secret: Some(vec![1, 2, 3]),
            token_hash: None,
            message_id: "a1b2".into(),
            created_at: Timestamp::from_millis(0),
            invited_by: "anna".into(),
            held: None,
            next_try_at: None,
            first_try_at: None,
            tries: 0,
            log: Vec::new(),
            handed_over_at: None,
            sent_at: None,
            expires_at: None,
            run: None,
            previous: None,
        }
    }
}
