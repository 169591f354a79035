//! How a mail looks: whom it is for, its moments, and every try with the server's words.

use ratatui::layout::Rect;

use super::list_view::{moments, standing};
use crate::domain::mail::MailTry;
use crate::service::invitations::MailView;
use crate::tui::screens::contacts::maybe;
use crate::tui::text::{thousands, width, wrap};
use crate::tui::theme::Ink;
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::Cell;

/// The cells that the person has at least; the moments take what they need of the rest.
const LEFT: u16 = 28;
/// The rows of facts.
const FACTS: u16 = 6;
/// The cells that the moment of a try takes, with a gap.
const WHEN: u16 = 14;
/// The rows that tries leave to the history and the remarks.
const BELOW: u16 = 5;

/// Draws the mail; returns the row below.
pub(super) fn draw(view: &MailView, area: Rect, pen: &mut Pen) -> u16 {
    let (row, seen) = (&view.row, pen.seen());
    let cell = standing(row, seen);
    let mut x = area.x + 1;
    if let Some(mark) = cell.mark {
        x += pen.mark(x, area.y, mark, cell.ink) + 1;
    }
    x += pen.put(x, area.y, area.right().saturating_sub(x + 1), &cell.text, cell.ink) + 3;
    let queued =
        format!("queued {} by {}", seen.zone.ago(row.created_at, seen.now), row.invited_by);
    let room = area.right().saturating_sub(x + 1);
    if usize::from(room) >= width(&queued) {
        pen.put_right(area.right() - 1, area.y, room, &queued, Ink::Faint);
    }
    let inside = Rect { x: area.x + 3, y: area.y + 2, width: area.width - 4, height: FACTS };
    let person = [
        ("To", Cell::inked(row.address.to_string(), Ink::Strong)),
        ("Name", Cell::new(row.name.to_string())),
        ("User ID", Cell::new(row.user_id.to_string())),
        ("Company", maybe(row.company.as_ref())),
        ("For", Cell::new(row.purpose.words())),
        ("Invited by", Cell::new(row.invited_by.to_string())),
    ];
    let moments = moments(row, seen);
    let needs = [facts::needed(&person), facts::needed(&moments)];
    let [left, right] = facts::beside(inside, LEFT, needs);
    let below = facts::draw_cells(&person, left, pen);
    let below = facts::draw_cells(&moments, right, pen).max(below);
    let height = area.bottom().saturating_sub(below + 1 + BELOW);
    draw_tries(&view.log, Rect { y: below + 1, height, ..inside }, pen)
}

/// The tries, the last one first; returns the row below.
fn draw_tries(log: &[MailTry], area: Rect, pen: &mut Pen) -> u16 {
    if log.is_empty() || area.height < 2 {
        return area.y.saturating_sub(1);
    }
    pen.put(area.x, area.y, area.width, "Tries", Ink::Strong);
    let (seen, room) = (pen.seen(), area.width.saturating_sub(WHEN));
    let mut y = area.y + 1;
    for (at, one) in log.iter().rev().enumerate() {
        let lines = wrap(&one.outcome.to_string(), usize::from(room));
        let left = usize::from(area.bottom().saturating_sub(y));
        let last = at + 1 == log.len();
        if left == 0 || (lines.len().min(2) + usize::from(!last) > left && at > 0) {
            let more = format!("and {} before", thousands((log.len() - at) as u64));
            pen.put(area.x + WHEN, y.min(area.bottom() - 1), room, &more, Ink::Faint);
            return y.min(area.bottom() - 1) + 1;
        }
        pen.put(area.x, y, WHEN - 1, &seen.zone.ago(one.at, seen.now), Ink::Faint);
        for line in lines.iter().take(left.min(3)) {
            pen.put(area.x + WHEN, y, room, line, Ink::Plain);
            y += 1;
        }
    }
    y
}
