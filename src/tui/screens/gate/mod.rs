//! Before work: the first start, signing in, the first change of a password, the lock.
//!
//! Owns what is typed there; secrets are wiped as soon as they are handed over. Must not
//! know what a right password leads to: the services say so.

mod entrance;
mod forms;
mod lock;

pub use entrance::Entrance;
pub use lock::Lock;

use ratatui::layout::Rect;

use crate::domain::time::MINUTE;
use crate::tui::text::wrap;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::form::Form;

/// Milliseconds for which a password waits for the code that belongs to it.
const HELD: i64 = 5 * MINUTE;
/// The columns that a form before work takes.
const COLUMNS: u16 = 62;

/// Draws a heading, what there is to know, and the form, in the middle of the page.
fn draw_gate(heading: &str, text: &str, form: &Form, area: Rect, pen: &mut Pen) {
    let width = COLUMNS.min(area.width.saturating_sub(2));
    let x = area.x + (area.width - width) / 2;
    let lines = wrap(text, usize::from(width));
    let wanted = 2 + lines.len() as u16 + 1 + form.height(width);
    let mut y = area.y + area.height.saturating_sub(wanted) / 3;
    pen.put(x, y, width, heading, Ink::Strong);
    y += 2;
    for line in &lines {
        pen.put(x, y, width, line, Ink::Faint);
        y += 1;
    }
    y += u16::from(!lines.is_empty());
    let height = form.height(width).min(area.bottom().saturating_sub(y));
    form.draw(Rect { x, y, width, height }, pen);
}
