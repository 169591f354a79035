//! The password policy, and passwords made for people.
//!
//! Length instead of composition rules (NIST SP 800-63B-4 §3.1.1.2: at least 15 characters
//! for a password on its own, 8 beside a second factor), a list of common ones, and nothing made of the person's own
//! name, email or company.

use unicode_normalization::UnicodeNormalization;

use super::fold;
use super::problem::{Code, Problem};
use super::secret::Secret;

/// The fewest characters of a password that is the only factor.
pub const MIN_CHARS: usize = 15;
/// The fewest characters beside a second factor.
pub const MIN_CHARS_WITH_FACTOR: usize = 8;
/// The most bytes, so that nobody keeps the hasher busy with a book.
pub const MAX_BYTES: usize = 1_024;
/// What must remain of a password once common words and the person's own are taken out.
const MIN_OWN_CHARS: usize = 6;

/// What people type one after the other: the alphabet, the digits round and round, and the
/// rows of English, German and French keyboards.
const ROWS: [&str; 12] = [
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789012",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];
/// How far the next character of a sequence is along its row.
const STEPS: [isize; 4] = [1, -1, 2, -2];
/// The fewest characters of a sequence: `four` and `best` hold shorter ones.
const SEQUENCE: usize = 4;

/// Words and rows of keys that passwords are made of too often, one a line.
const COMMON: &str = include_str!("../../assets/common-passwords.txt");

/// Brings a typed password to NFC, so that two keyboards type the same one.
pub fn normalize(typed: &Secret) -> Secret {
    Secret::new(typed.expose().nfc().collect())
}

/// The fewest characters of a password of an account that has a second factor, or has none.
pub const fn least(with_factor: bool) -> usize {
    if with_factor { MIN_CHARS_WITH_FACTOR } else { MIN_CHARS }
}

/// Checks a new password; `own` are the person's names, email and company, `with_factor` says
/// whether the account has a second factor.
///
/// # Errors
/// When it is too short or too long, common, or made of `own`.
pub fn check(password: &Secret, own: &[&str], with_factor: bool) -> Result<(), Problem> {
    let least = least(with_factor);
    let text = password.expose();
    let problem = |message: String| Err(Problem::field(Code::Password, "password", message));
    if text.is_empty() {
        return problem(format!("Password is missing; type one of at least {least} characters."));
    }
    if text.len() > MAX_BYTES {
        return problem(format!(
            "The password is longer than {MAX_BYTES} bytes; choose a shorter one."
        ));
    }
    let chars = text.chars().count();
    if chars < least {
        return problem(format!(
            "The password has {chars} characters; it needs at least {least}. A few words in a row make a good one."
        ));
    }
    if text.chars().any(char::is_control) {
        return problem("The password holds a control character; type it again without it.".into());
    }
    let folded = fold::search(text);
    if own_rest(&folded, own) < MIN_OWN_CHARS {
        return problem(
            "The password is made of the person's own name, email or company; choose other words."
                .into(),
        );
    }
    if common_rest(&folded) < MIN_OWN_CHARS {
        return problem(
            "The password is among the common ones that are tried first; choose other words."
                .into(),
        );
    }
    Ok(())
}

/// Characters left once the person's own words are taken out; all when none of them occurs.
fn own_rest(folded: &str, own: &[&str]) -> usize {
    let mut words: Vec<String> = own
        .iter()
        .flat_map(|text| {
            fold::search(text)
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.chars().count() >= 3)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    rest_without(folded, words.iter().map(String::as_str))
}

/// Characters left once common words, and runs of one repeated character, are taken out.
fn common_rest(folded: &str) -> usize {
    let sequences = sequences(folded);
    let mut words: Vec<&str> = COMMON
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .chain(sequences.iter().map(String::as_str))
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut distinct = String::new();
    for c in folded.chars() {
        if !distinct.ends_with(c) {
            distinct.push(c);
        }
    }
    let variety = {
        let mut seen: Vec<char> = distinct.chars().collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    };
    // Few different characters, however often repeated, are as good as common.
    if variety < 5 { 0 } else { rest_without(folded, words.into_iter()) }
}

/// Stretches of `text` in which every character follows from the one before: the alphabet and
/// the digits by one or by two (`abcd`, `9753`), the rows of a keyboard, in either direction.
fn sequences(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    for row in ROWS {
        let row: Vec<char> = row.chars().collect();
        for step in STEPS {
            let next = |at: usize| at.checked_add_signed(step).and_then(|at| row.get(at));
            let follows = |pair: &[char]| {
                (0..row.len()).any(|at| row[at] == pair[0] && next(at) == Some(&pair[1]))
            };
            let mut start = 0;
            for end in 1..=chars.len() {
                if end < chars.len() && follows(&chars[end - 1..=end]) {
                    continue;
                }
                if end - start >= SEQUENCE {
                    found.push(chars[start..end].iter().collect());
                }
                start = end;
            }
        }
    }
    found
}

/// Characters left of `text` without `words` and without digits and punctuation around them.
fn rest_without<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> usize {
    let mut rest = text.to_owned();
    let mut found = false;
    for word in words {
        if rest.contains(word) {
            rest = rest.replace(word, " ");
            found = true;
        }
    }
    if found { rest.chars().filter(|c| c.is_alphabetic()).count() } else { rest.chars().count() }
}

/// Letters and digits without those that are taken for one another (0 O 1 l I).
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Makes a password of 20 characters in five groups out of 20 random bytes: 100 bits.
///
/// 32 letters and digits, so that each byte's low five bits choose one without bias.
pub fn generate(random: [u8; 20]) -> Secret {
    let mut text = String::with_capacity(24);
    for (i, byte) in random.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> Option<String> {
        let own = ["Zoë", "O'Brien", "zoe.obrien@acme.example", "Acme Ltd"];
        check(&Secret::new(password.into()), &own, false).err().map(|p| p.message)
    }

    #[test]
    fn the_policy() {
        for good in [
            "correct horse battery staple",
            "tolles Gewitter am Mittag",
            "the best four tunes 1234",
            "a duvet, an astute zebra",
            "山田太郎は毎朝六時に起きて走る人です",
        ] {
            assert_eq!(refused(good), None, "{good}");
        }
        for (bad, why) in [
            ("", "missing"),
            ("short one", "9 characters"),
            ("passwordpassword", "common"),
            ("Password123456789", "common"),
            ("qwertyuiopasdfgh", "common"),
            ("aaaaaaaaaaaaaaaa", "common"),
            ("1212121212121212", "common"),
            ("abcdefghijklmno", "common"),
            ("zyxwvutsrqponmlk", "common"),
            ("acegikmoqsuwybdf", "common"),
            ("1357913579135791", "common"),
            ("9876543210987654", "common"),
            ("Abcdefg-7654321-Gfedcba", "common"),
            ("poiuytrewqlkjhgfdsa", "common"),
            ("mnbvcxzasdfghjkl", "common"),
            ("1qaz2wsx3edc4rfv5tgb", "common"),
            ("1q2w3e4r5t6y7u8i", "common"),
            ("azertyuiopqsdfghjklm", "common"),
            ("zoeobrienacme2026", "own name"),
            ("Zoe.OBrien@acme.example", "own name"),
            ("fifteen \u{7} characters", "control"),
        ] {
            let message = refused(bad).unwrap_or_default();
            assert!(message.contains(why), "{bad}: {message}");
        }
        assert!(refused(&"long words ".repeat(100)).unwrap().contains("1024"));
    }

    #[test]
    fn eight_characters_do_beside_a_second_factor() {
        let check = |password: &str, with_factor| {
            check(&Secret::new(password.into()), &["Acme Ltd"], with_factor)
        };
        assert!(check("vivid-ox", true).is_ok());
        assert!(check("vivid-ox", false).unwrap_err().message.contains("at least 15"));
        let short = check("vividox", true).unwrap_err().message;
        assert!(short.contains("7 characters; it needs at least 8"), "{short}");
        assert!(check("", true).unwrap_err().message.contains("at least 8"));
        assert!(check("password", true).unwrap_err().message.contains("common"));
        assert!(check("acme ltd", true).unwrap_err().message.contains("own name"));
    }

    #[test]
    fn made_passwords_pass_and_differ() {
        let one = generate(std::array::from_fn(|i| u8::try_from(i * 37 % 256).unwrap()));
        assert_eq!(one.expose().len(), 24);
        assert_eq!(refused(one.expose()), None);
        assert!(!one.same_as(&generate([7; 20])));
    }
}
