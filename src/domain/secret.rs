//! Secrets: wiped on drop, printed as `[redacted]`, compared in constant time.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A password or another secret text.
///
/// It has no `Display`, no `Serialize` and no `PartialEq`: the few places that need the
/// text ask for it by [`Secret::expose`].
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Takes the text over; the caller's copy, if it kept one, is its own to wipe.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both hold the same text; takes as long whether they do or not.
    pub fn same_as(&self, other: &Self) -> bool {
        let (a, b) = (self.0.as_bytes(), other.0.as_bytes());
        let differing = a.iter().zip(b).fold(0u8, |acc, (x, y)| acc | (x ^ y));
        a.len() == b.len() && differing == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing_of_itself() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".into())), "[redacted]");
        assert!(Secret::new("a".into()).same_as(&Secret::new("a".into())));
        assert!(!Secret::new("a".into()).same_as(&Secret::new("ab".into())));
    }
}
