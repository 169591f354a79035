//! Activation links: the token in one, and what is kept of it.
//!
//! A link is the portal's address, `/activate#` and the token. What stands behind the `#` is
//! not sent to a server by a browser, so it gets into no log of one.

use super::secret::Secret;

/// Random bytes of a token: 256 bits, which nobody guesses.
pub const TOKEN_BYTES: usize = 32;
/// What stands before the token in a link.
const BEFORE_TOKEN: char = '#';
/// The letters of a token, six bits each (RFC 4648, 5).
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The token of those bytes, which have to be random: base64url without padding.
pub fn new_token(random: [u8; TOKEN_BYTES]) -> Secret {
    let mut text = String::with_capacity(TOKEN_BYTES.div_ceil(3) * 4);
    for three in random.chunks(3) {
        let bits = (0..3).fold(0u32, |bits, at| {
            bits << 8 | u32::from(three.get(at).copied().unwrap_or_default())
        });
        for at in 0..=three.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    Secret::new(text)
}

/// What is kept of a token: its hash. 256 random bits can't be guessed, so a fast one does.
pub fn token_hash(token: &Secret) -> [u8; 32] {
    blake3::derive_key("portaldesk 2026-11 activation token", token.expose().as_bytes())
}

/// The token in what somebody gives: it alone, or the whole link.
pub fn token_in(given: &Secret) -> Secret {
    let text = given.expose().trim();
    let token = text.rsplit_once(BEFORE_TOKEN).map_or(text, |(_, token)| token);
    Secret::new(token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_43_letters_that_a_link_takes() {
        for (random, text) in [
            ([0; 32], "A".repeat(43)),
            ([0xff; 32], format!("{}8", "_".repeat(42))),
            (
                std::array::from_fn(|at| u8::try_from(at).unwrap()),
                String::from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
            ),
        ] {
            assert_eq!(new_token(random).expose(), text);
        }
    }

    #[test]
    fn a_token_is_found_in_its_link_and_known_by_its_hash() {
        let token = new_token([7; 32]);
        let hash = token_hash(&token);
        for given in [
            token.expose().to_owned(),
            format!(" {}\r", token.expose()),
            format!("https://portal.example/activate#{}", token.expose()),
        ] {
            assert_eq!(token_hash(&token_in(&Secret::new(given))), hash);
        }
        assert_ne!(token_hash(&new_token([8; 32])), hash);
        assert!(token_in(&Secret::new("https://portal.example/activate#".into())).is_empty());
    }
}
