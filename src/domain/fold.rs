//! Folding: the forms in which texts are compared, searched and turned into logins.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form in which logins and emails are unique: trimmed, NFKC, case-folded, NFKC.
pub fn identity(text: &str) -> String {
    if text.is_ascii() {
        // All four steps come to this; most names in a store go this way, and it is quick.
        return text.trim().to_ascii_lowercase();
    }
    let composed: String = text.trim().nfkc().collect();
    caseless::default_case_fold_str(&composed).nfkc().collect()
}

/// The form in which text is searched and sorted: case folded, accents dropped.
///
/// Canonical decomposition without its marks, so that `zoe` finds `Zoë`; letters that do
/// not decompose (`ø`, `ł`, `ß`) fold to what people type for them.
pub fn search(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in caseless::default_case_fold_str(text).nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            _ => out.push(c),
        }
    }
    out
}

/// The letters and digits of a name in lower-case ASCII: `Zoë O'Brien` → `zoeobrien`.
///
/// Scripts without a Latin reading known to the `deunicode` tables come out empty.
pub fn ascii_word(text: &str) -> String {
    deunicode::deunicode_with_tofu(text, "")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_ignore_case_and_width() {
        assert_eq!(identity(" Anna@Example.COM "), identity("anna@example.com"));
        assert_eq!(identity("ａｎｎａ"), "anna");
        assert_eq!(identity("STRASSE"), identity("Straße"));
        for c in (0..128).filter_map(char::from_u32) {
            let word = format!("x{c}Y");
            let composed: String = word.trim().nfkc().collect();
            let folded: String = caseless::default_case_fold_str(&composed).nfkc().collect();
            assert_eq!(identity(&word), folded, "the short way for ASCII");
        }
    }

    #[test]
    fn searching_drops_accents() {
        for (raw, folded) in
            [("Zoë", "zoe"), ("Łódź", "lodz"), ("Ørsted", "orsted"), ("ÉCOLE", "ecole")]
        {
            assert_eq!(search(raw), folded);
        }
    }

    #[test]
    fn words_are_ascii() {
        assert_eq!(ascii_word("Zoë O'Brien"), "zoeobrien");
        assert_eq!(ascii_word("山田"), "shantian");
        assert_eq!(ascii_word("Müller"), "muller");
    }
}
