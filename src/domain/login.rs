//! Sign-ins: what happened at each, and how long the next one has to wait.

use serde::{Deserialize, Serialize};

use super::id::UserId;
use super::text::Text;
use super::time::{MINUTE, SECOND, Timestamp};

/// Failures at one door before waiting begins (DOMAIN.md §7).
pub const THROTTLE_FROM: u32 = 5;
/// The longest wait, in milliseconds (DOMAIN.md §7).
pub const THROTTLE_MAX: i64 = 5 * MINUTE;

/// Where somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Door {
    /// The customer portal.
    Portal,
    /// This console.
    Console,
    /// A command.
    Command,
}

impl Door {
    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Portal => "Portal",
            Self::Console => "Console",
            Self::Command => "Command",
        }
    }
}

/// What came of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoginOutcome {
    /// Signed in.
    #[serde(rename = "ok")]
    Ok,
    /// Right password, but it has to be changed first.
    #[serde(rename = "must-change-password")]
    MustChange,
    /// Wrong password.
    #[serde(rename = "wrong password")]
    WrongPassword,
    /// The account is disabled.
    #[serde(rename = "disabled")]
    Disabled,
    /// The account has no password yet.
    #[serde(rename = "pending")]
    Pending,
    /// Too many failures; it had to wait.
    #[serde(rename = "throttled")]
    Throttled,
    /// A hundred failures in a row; staff have to unlock it.
    #[serde(rename = "locked")]
    Locked,
    /// The portal is off.
    #[serde(rename = "portal off")]
    PortalOff,
    /// The account is not one for this door.
    #[serde(rename = "wrong door")]
    WrongDoor,
    /// Right password; the second factor is asked for.
    #[serde(rename = "second-factor")]
    SecondFactor,
    /// Right password, wrong or used code.
    #[serde(rename = "wrong code")]
    WrongCode,
    /// None of its companies does business with us.
    #[serde(rename = "company inactive")]
    CompanyInactive,
    /// Right password, but it came by mail and is too old.
    #[serde(rename = "password expired")]
    PasswordExpired,
    /// An activation link that can be used no more.
    #[serde(rename = "link not good")]
    StaleLink,
}

impl LoginOutcome {
    /// The words on the screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ok => "signed in",
            Self::MustChange => "must change password",
            Self::WrongPassword => "wrong password",
            Self::Disabled => "disabled",
            Self::Pending => "no password yet",
            Self::Throttled => "had to wait",
            Self::Locked => "locked",
            Self::PortalOff => "portal off",
            Self::WrongDoor => "no account for this door",
            Self::SecondFactor => "code asked for",
            Self::WrongCode => "wrong code",
            Self::CompanyInactive => "company inactive",
            Self::PasswordExpired => "temporary password expired",
            Self::StaleLink => "activation link no longer good",
        }
    }

    /// Whether the person was let in.
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Ok)
    }
}

/// One try to sign in to a known account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginEvent {
    /// Its number.
    pub id: u64,
    /// The account.
    pub user: UserId,
    /// When.
    pub at: Timestamp,
    /// At which door.
    pub door: Door,
    /// The site of the portal, or the host of a console.
    pub origin: Text,
    /// What came of it.
    pub outcome: LoginOutcome,
}

/// What slots are hashed with: random, made once for a store, shown to nobody.
///
/// Without it nobody can look for a name that shares somebody else's slot.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SlotKey(pub [u8; 32]);

impl std::fmt::Debug for SlotKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Failures of one account, or of one unknown name, at one door; success clears it.
///
/// Kept for known and unknown names alike, in a bounded number of slots, so that neither
/// waiting nor the store's size tells which names exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throttle {
    /// The slot that account or name, and door, hash to.
    pub slot: u64,
    /// Failures in a row.
    pub failed: u32,
    /// Until when the next try waits.
    pub until: Option<Timestamp>,
}

/// How long to wait after the `failed`th failure in a row, in milliseconds.
///
/// Nothing before the fifth; then 1 s, doubling up to 5 min.
pub fn wait_after(failed: u32) -> Option<i64> {
    let over = failed.checked_sub(THROTTLE_FROM)?;
    Some(if over >= 9 { THROTTLE_MAX } else { (SECOND << over).min(THROTTLE_MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_the_fifth_failure() {
        assert_eq!((0..5).filter_map(wait_after).count(), 0);
        let waits: Vec<i64> = (5..15).filter_map(wait_after).map(|ms| ms / SECOND).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        assert_eq!(wait_after(u32::MAX), Some(THROTTLE_MAX));
    }
}
