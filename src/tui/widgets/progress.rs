//! How far something is that takes long: a bar, the count, how long it will still take.

use ratatui::layout::Rect;

use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;

/// Draws the bar in the first row of `area` and the count in the third; `spent` are the
/// milliseconds since it began.
pub fn draw(done: u64, of: u64, spent: i64, area: Rect, pen: &mut Pen) {
    let (done, of) = (done.min(of), of.max(1));
    let full = (u128::from(done) * u128::from(area.width) / u128::from(of)) as u16;
    let bar = pen.theme().bar(8).repeat(usize::from(full));
    pen.put(area.x, area.y, full, &bar, Ink::Brand);
    let empty = area.width.saturating_sub(full);
    let rest = pen.theme().mark(Mark::Between).repeat(usize::from(empty));
    pen.put(area.x + full, area.y, empty, &rest, Ink::Faint);
    pen.put(area.x, area.y + 2, area.width, &words(done, of, spent), Ink::Plain);
}

/// `412,000 of 1,000,000   3,100 a second   about 3 min left`, from milliseconds spent.
pub fn words(done: u64, of: u64, spent: i64) -> String {
    let mut text = format!("{} of {}", thousands(done), thousands(of));
    // The first moments say nothing of the rest.
    if done > 0 && spent >= 1_000 && done < of {
        let spent = spent.unsigned_abs();
        let rate = (done * 1_000 / spent).max(1);
        let left = (of - done) / rate;
        let left = match left {
            0..60 => format!("{} s", left.max(1)),
            60..7_200 => format!("{} min", left.div_ceil(60)),
            _ => format!("{} h", left.div_ceil(3_600)),
        };
        text.push_str(&format!("   {} a second   about {left} left", thousands(rate)));
    }
    text
}
