//! Emails that look like something that they are not: letters of several scripts in one word,
//! and words that read like another one (Unicode Technical Standard #39).

use unicode_security::mixed_script::AugmentedScriptSet;
use unicode_security::restriction_level::{RestrictionLevel, RestrictionLevelDetection};

use super::fold;

/// The first word of an email whose letters are of several scripts, or that is of another
/// script and reads like plain ASCII letters.
///
/// Scripts that are written together (Latin beside Chinese, Japanese or Korean) are no mix.
pub fn odd_word(email: &str) -> Option<String> {
    let folded = fold::identity(email);
    let is_odd = |word: &&str| {
        let mixed = AugmentedScriptSet::for_str(word).is_empty()
            && word.detect_restriction_level() > RestrictionLevel::HighlyRestrictive;
        mixed || (!word.is_ascii() && plain(word).is_ascii())
    };
    folded.split(|c: char| !c.is_alphanumeric()).find(is_odd).map(str::to_owned)
}

/// What a name reads like when it is not looked at closely: look-alikes of other scripts as
/// ASCII letters; and the same with `0` as `o`, `1` as `l` and `rn` as `m` besides.
///
/// The name itself, folded, is not among them.
pub fn reads_like(name: &str) -> Vec<String> {
    let folded = fold::identity(name);
    let plain = plain(&folded);
    let coarse = coarse(&folded);
    let mut others = vec![plain, coarse];
    others.retain(|other| *other != folded);
    others.dedup();
    others
}

/// Whether two names differ, but not to a hasty eye.
pub fn is_lookalike(a: &str, b: &str) -> bool {
    fold::identity(a) != fold::identity(b)
        && coarse(&fold::identity(a)) == coarse(&fold::identity(b))
}

/// The name with letters of other scripts as the ASCII letters that they look like.
fn plain(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.extend(unicode_security::skeleton(c.encode_utf8(&mut [0; 4])));
        }
    }
    out.to_lowercase()
}

fn coarse(folded: &str) -> String {
    // The standard takes `m` for `rn`; people read it the other way round.
    let skeleton: String = unicode_security::skeleton(folded).collect();
    skeleton.to_lowercase().replace("rn", "m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_scripts_are_odd() {
        for odd in ["zoе@acme.example", "zoe@аcme.example", "асе@acme.example"] {
            assert!(odd_word(odd).is_some(), "{odd}");
        }
        for fine in [
            "zoe.o'brien@acme.example",
            "zoë@müller.example",
            "иван@пример.example",
            "山田taro@acme.example",
            "ωμεγα@acme.example",
            "k.lee2@acme-3.example",
        ] {
            assert_eq!(odd_word(fine), None, "{fine}");
        }
    }

    #[test]
    fn what_a_hasty_eye_reads() {
        assert_eq!(reads_like("zoе@acme.example"), ["zoe@acme.example"]);
        assert_eq!(reads_like("j0@acrne.example"), ["jo@acme.example"]);
        assert_eq!(reads_like("jo@acme.example"), Vec::<String>::new());
        assert_eq!(reads_like("paul1@acme.example"), ["paull@acme.example"]);
        assert!(is_lookalike("acme.example", "acrne.example"));
        assert!(is_lookalike("acme.example", "асme.example"));
        assert!(!is_lookalike("acme.example", "ACME.example"));
        assert!(!is_lookalike("acme.example", "acne.example"));
    }
}
