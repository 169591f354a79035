//! A QR code in half blocks: dark on light on any terminal, or not at all.
//!
//! Owns how large a code may become. What it holds may be a secret: it is made for each frame
//! and kept nowhere.

use qrcode::{Color, EcLevel, QrCode, Version};
use ratatui::layout::Rect;

use crate::tui::view::pen::Pen;

/// Light modules around a code, as the standard has them.
const QUIET: u16 = 4;
/// The largest version that is drawn: 57 modules, far more than an address needs.
const LARGEST: i16 = 10;

/// A code that fits its room.
pub struct Qr {
    modules: u16,
    dark: Vec<bool>,
}

impl Qr {
    /// The code of the first of `texts` that fits `columns` × `rows` cells.
    pub fn fitting(texts: &[&str], columns: u16, rows: u16) -> Option<Self> {
        texts.iter().find_map(|text| Self::of(text, columns, rows))
    }

    /// The smallest code of `text`, if it fits; it forgives as much as its size allows.
    fn of(text: &str, columns: u16, rows: u16) -> Option<Self> {
        let made = |version, level| QrCode::with_version(text, Version::Normal(version), level);
        let version = (1..=LARGEST).find(|it| made(*it, EcLevel::L).is_ok())?;
        let levels = [EcLevel::H, EcLevel::Q, EcLevel::M, EcLevel::L];
        let code = levels.into_iter().find_map(|level| made(version, level).ok())?;
        let modules = u16::try_from(code.width()).ok()?;
        let dark = code.into_colors().into_iter().map(|it| it == Color::Dark).collect();
        let it = Self { modules, dark };
        (it.columns() <= columns && it.rows() <= rows).then_some(it)
    }

    /// The cells that it is wide.
    pub fn columns(&self) -> u16 {
        self.modules + 2 * QUIET
    }

    /// The cells that it is high: two modules each. The last row of the light around it goes,
    /// for the sake of terminals with 24 rows.
    pub fn rows(&self) -> u16 {
        (self.modules + 2 * QUIET) / 2
    }

    /// Whether the module there is dark; around the code, all are light.
    fn is_dark(&self, x: u16, y: u16) -> bool {
        let at = |it: u16| it.checked_sub(QUIET).filter(|it| *it < self.modules);
        let (Some(x), Some(y)) = (at(x), at(y)) else { return false };
        let place = usize::from(y) * usize::from(self.modules) + usize::from(x);
        self.dark.get(place).copied().unwrap_or(false)
    }

    /// Draws it with its upper left corner at (x, y).
    pub fn draw(&self, x: u16, y: u16, pen: &mut Pen) {
        let cells = Rect { x, y, width: self.columns(), height: self.rows() };
        for at in cells.positions() {
            let (column, row) = (at.x - x, 2 * (at.y - y));
            pen.modules(at.x, at.y, self.is_dark(column, row), self.is_dark(column, row + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "otpauth://totp/Portal%20Desk:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn an_address_of_an_app_fits_a_terminal_with_24_rows() {
        let code = Qr::fitting(&[TEXT], 41, 20).unwrap();
        assert_eq!((code.columns(), code.rows()), (41, 20));
        assert!(Qr::fitting(&[TEXT], 40, 20).is_none());
        assert!(Qr::fitting(&[TEXT], 41, 19).is_none());
    }

    #[test]
    fn the_first_text_that_fits_is_taken() {
        let long = format!("{TEXT}&issuer=Portal%20Desk&algorithm=SHA1&digits=6&period=30");
        let code = Qr::fitting(&[&long, TEXT], 41, 20).unwrap();
        assert_eq!(code.columns(), 41);
        assert!(Qr::fitting(&[&long, TEXT], 60, 36).unwrap().columns() > 41);
        assert!(Qr::fitting(&["x".repeat(500).as_str()], 200, 100).is_none());
    }

    #[test]
    fn it_is_light_all_around() {
        let code = Qr::fitting(&[TEXT], 41, 20).unwrap();
        for at in 0..code.columns() {
            for edge in 0..QUIET {
                assert!(!code.is_dark(at, edge) && !code.is_dark(edge, at));
                assert!(!code.is_dark(code.columns() - 1 - edge, at));
            }
        }
        assert!(code.is_dark(QUIET, QUIET), "the corner of the first finder");
    }
}
