//! A strip of tabs: the parts of one record, side by side.

use ratatui::layout::Rect;

use crate::tui::event::Spot;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;

/// The cells between two tabs.
const GAP: u16 = 2;

/// Draws the tabs in one row, the one at `shown` as chosen. The mouse can be pressed on each.
pub fn draw(labels: &[String], shown: usize, row: Rect, pen: &mut Pen) {
    let mut x = row.x + 1;
    for (at, label) in labels.iter().enumerate() {
        let room = row.right().saturating_sub(x);
        let ink = if at == shown { Ink::Selected } else { Ink::Accent };
        let used = pen.put(x, row.y, room, &format!(" {label} "), ink);
        pen.spot(Rect { x, y: row.y, width: used, height: 1 }, Spot::Tab(at));
        x += used + GAP;
    }
}

/// The tab after `at` of `count`, or before it, round the end.
pub fn step(at: usize, count: usize, forward: bool) -> usize {
    let count = count.max(1);
    (at + if forward { 1 } else { count - 1 }) % count
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn goes_round() {
        assert_eq!((step(0, 3, true), step(2, 3, true), step(0, 3, false)), (1, 0, 2));
        assert_eq!(step(0, 0, true), 0);
    }
}
