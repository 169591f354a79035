//! Codes of authenticator apps: TOTP (RFC 6238) with SHA-1, 30-second steps and six digits,
//! as every app has them.
//!
//! Owns the seed, what an app is told of it, and which step a code is of. Who may use a code
//! and what follows from a wrong one is the affair of the services.

use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use super::secret::Secret;
use super::time::{SECOND, Timestamp};

/// Bytes of a seed: the 160 bits that RFC 4226 recommends.
pub const SEED_BYTES: usize = 20;
/// Seconds that a code lasts.
const STEP: u64 = 30;
/// Digits of a code.
const DIGITS: u8 = 6;
/// How many steps a clock may be ahead or behind.
const SKEW: u64 = 1;
/// What an authenticator app files the account under.
const ISSUER: &str = "Portal Desk";

/// What codes are made of; wiped on drop, printed as `[redacted]`.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; SEED_BYTES]>);

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Seed {
    /// The seed of those bytes, which have to be random.
    pub fn new(bytes: Zeroizing<[u8; SEED_BYTES]>) -> Self {
        Self(bytes)
    }

    /// The seed of those bytes; `None` when they are not as many as a seed has.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// Its bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        &*self.0
    }

    /// The key as people type it into an app: base32 in groups of four.
    pub fn key(&self) -> Secret {
        let text = self.base32();
        let mut key = String::with_capacity(text.expose().len() * 5 / 4);
        for (at, letter) in text.expose().chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                key.push(' ');
            }
            key.push(letter);
        }
        Secret::new(key)
    }

    /// The address that an app reads off a QR code, for the account of that User ID. What it
    /// does not say is as apps take it to be: SHA-1, six digits, 30 seconds.
    pub fn uri(&self, user_id: &str) -> Secret {
        Secret::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={key}&issuer={issuer}",
            issuer = percent(ISSUER),
            account = percent(user_id),
            key = self.base32().expose(),
        ))
    }

    /// The step whose code was typed: the present one or one beside it, and later than
    /// `used`, the last one that was accepted; `None` for any other text.
    pub fn step_of(&self, code: &str, now: Timestamp, used: u64) -> Option<u64> {
        let totp = self.totp()?;
        let code: Zeroizing<String> = Zeroizing::new(code.split_whitespace().collect());
        let step = present_step(now);
        (step.saturating_sub(SKEW)..=step.saturating_add(SKEW))
            .filter(|step| *step > used)
            // Compares in constant time.
            .find(|step| totp.check(&code, step * STEP).is_some())
    }

    /// The code that an app shows at that moment.
    #[cfg(test)]
    pub fn code_at(&self, now: Timestamp) -> String {
        self.totp().unwrap().generate(present_step(now) * STEP).to_string()
    }

    fn base32(&self) -> Secret {
        Secret::new(totp_rs::Secret::new_stack(*self.0).to_base32())
    }

    /// `None` never happens: a seed is as long as the crate asks for.
    fn totp(&self) -> Option<Totp> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(0)
            .with_step_duration(STEP)
            .with_secret(totp_rs::Secret::new_stack(*self.0))
            .build()
            .ok()
    }
}

/// Whether a text has the form of an app's code, rather than of a recovery code.
pub fn is_app_code(typed: &str) -> bool {
    let mut digits = 0;
    let all = typed.chars().filter(|c| !c.is_whitespace()).all(|c| {
        digits += 1;
        c.is_ascii_digit()
    });
    all && digits == usize::from(DIGITS)
}

fn present_step(now: Timestamp) -> u64 {
    u64::try_from(now.millis() / SECOND).unwrap_or(0) / STEP
}

/// A text for a URI: everything but unreserved characters as `%XX` (RFC 3986, 2.3).
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::from_bytes(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * SECOND)
    }

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    const VECTORS: [(i64, &str); 6] = [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ];

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, code) in VECTORS {
            let step = u64::try_from(seconds).unwrap() / STEP;
            assert_eq!(seed().step_of(&code[2..], at(seconds), 0), Some(step), "{seconds}");
            assert_eq!(seed().code_at(at(seconds)), code[2..]);
        }
    }

    #[test]
    fn a_code_is_good_one_step_around_and_never_twice() {
        let code = &VECTORS[2].1[2..];
        let (at_step, step) = (1_111_111_111, 37_037_037);
        for (seconds, found) in [
            (at_step - 60, None),
            (at_step - 31, Some(step)),
            (at_step, Some(step)),
            (at_step + 30, Some(step)),
            (at_step + 59, None),
        ] {
            assert_eq!(seed().step_of(code, at(seconds), 0), found, "{seconds}");
        }
        assert_eq!(seed().step_of(code, at(at_step), step - 1), Some(step));
        assert_eq!(seed().step_of(code, at(at_step), step), None, "it is used");
        assert_eq!(seed().step_of(code, at(at_step), step + 1), None, "a later one is used");
    }

    #[test]
    fn what_is_typed_may_have_blanks_and_nothing_else() {
        let now = at(1_111_111_111);
        for typed in ["050471", " 050 471 ", "0 5 0 4 7 1"] {
            assert!(seed().step_of(typed, now, 0).is_some(), "{typed}");
            assert!(is_app_code(typed));
        }
        for typed in ["", "50471", "0504710", "+50471", "05047x", "٠٥٠٤٧١"] {
            assert_eq!(seed().step_of(typed, now, 0), None, "{typed}");
            assert!(!is_app_code(typed), "{typed}");
        }
        assert_eq!(seed().step_of("050471", Timestamp::from_millis(-1), 0), None);
    }

    #[test]
    fn an_app_is_told_the_key_and_whose_it_is() {
        let key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
        assert_eq!(seed().key().expose(), key);
        assert_eq!(
            seed().uri("zoë o'brien.P").expose(),
            "otpauth://totp/Portal%20Desk:zo%C3%AB%20o%27brien.P?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Portal%20Desk"
        );
        assert_eq!(format!("{:?}", seed()), "[redacted]");
        assert!(Seed::from_bytes(b"short").is_none());
    }
}
