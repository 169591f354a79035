//! A phone before the console, in a test: reads the QR code on the screen, and then is the
//! authenticator app.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;

use super::testing::Console;
use crate::clock::Clock;
use crate::domain::totp::Seed;

/// Pixels of a module.
const SCALE: usize = 4;

/// What a camera reads off a terminal whose own ground is dark, or light.
pub fn scan(screen: &Buffer, dark: bool) -> Option<String> {
    let (width, height) = (usize::from(screen.area.width), usize::from(screen.area.height));
    let shade = |x: usize, y: usize| {
        let (column, module) = (x / SCALE, y / SCALE);
        shade_of(&screen.content[module / 2 * width + column], module % 2 == 0, dark)
    };
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width * SCALE, height * 2 * SCALE, shade);
    let grids = image.detect_grids();
    grids.first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
}

/// How light the upper or the lower half of a cell is.
fn shade_of(cell: &Cell, upper: bool, dark: bool) -> u8 {
    let ground = match cell.bg {
        Color::White => 255,
        Color::Black => 0,
        _ if dark => 20,
        _ => 240,
    };
    let ink = if cell.fg == Color::Black { 0 } else { 255 - ground };
    match cell.symbol() {
        "▀" if upper => ink,
        "▄" if !upper => ink,
        _ => ground,
    }
}

/// An authenticator app that was told a key.
pub struct App(Seed);

impl App {
    /// The app that was told the key of that address.
    pub fn told(uri: &str) -> Self {
        let (_, rest) = uri.split_once("secret=").unwrap();
        Self::typed(rest.split('&').next().unwrap())
    }

    /// The app that the key was typed into.
    pub fn typed(key: &str) -> Self {
        let bytes = totp_rs::Secret::try_from_base32(key.replace(' ', "")).unwrap();
        Self(Seed::from_bytes(bytes.as_bytes()).unwrap())
    }

    /// The code that it shows now.
    pub fn code(&self, console: &Console) -> String {
        self.0.code_at(console.clock.now())
    }

    /// The code that it shows next, once that time has come.
    pub fn next_code(&self, console: &mut Console) -> String {
        console.wait(30_000);
        self.code(console)
    }
}
