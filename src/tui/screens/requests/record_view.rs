//! How a request looks: what was written to the left, who it may be to the right.

use ratatui::layout::Rect;

use crate::domain::text::Text;
use crate::domain::validate::{COMPANY_NAME, EMAIL, FIRST, LAST, PHONE};
use crate::service::matches::Candidate;
use crate::service::request_views::RequestView;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::view::{facts, status};
use crate::tui::widgets::column::Cell;

/// The rows of facts.
const FACTS: u16 = 7;
/// The cells that likely contacts need at least: a name, and why it is likely; and those of
/// the advice where there is none.
const LIKELY: u16 = 30;
const UNLIKELY: u16 = 26;

/// Draws the request; returns the row below it.
pub(super) fn draw(view: &RequestView, area: Rect, pen: &mut Pen) -> u16 {
    draw_head(view, Rect { height: 1, ..area }, pen);
    let inside = Rect {
        x: area.x + 3,
        y: area.y + 2,
        width: area.width - 4,
        height: facts::rows(FACTS, area),
    };
    let visitor = visitor(view);
    let who = who(view);
    let right = match &who {
        Some(cells) => facts::needed(cells) + 1,
        None if !view.row.status.is_open() => 0,
        None if view.candidates.is_empty() => UNLIKELY,
        None => LIKELY,
    };
    let usual = (area.width - 3) / 2 - 1;
    let [left, right] = facts::beside(inside, usual, [facts::needed(&visitor), right]);
    let mut below = facts::draw_cells(&visitor, left, pen);
    if let Some(cells) = who {
        pen.put(right.x, right.y, right.width, "Linked contact", Ink::Strong);
        let cut = Rect {
            x: right.x + 1,
            y: right.y + 1,
            width: right.width.saturating_sub(1),
            height: right.height - 1,
        };
        below = below.max(facts::draw_cells(&cells, cut, pen));
    } else if view.row.status.is_open() {
        draw_likely(view, Rect { height: FACTS, ..right }, pen);
    }
    below.max(inside.y + FACTS)
}

/// `● New   submitted 2 min ago at shop.example`
fn draw_head(view: &RequestView, line: Rect, pen: &mut Pen) {
    let seen = pen.seen();
    let cell = status::request(view.row.status);
    let mut x = line.x + 1;
    if let Some(mark) = cell.mark {
        x += pen.mark(x, line.y, mark, cell.ink) + 1;
    }
    x += pen.put(x, line.y, 12, &cell.text, cell.ink) + 3;
    let ago = seen.zone.ago(view.row.submitted_at, seen.now);
    let exact = seen.zone.exact(view.row.submitted_at);
    let text = format!("submitted {ago} at {}  ({exact})", view.row.site);
    pen.put(x, line.y, line.right().saturating_sub(x + 1), &text, Ink::Faint);
}

/// What the visitor wrote, and what has become of it.
fn visitor(view: &RequestView) -> Vec<(&'static str, Cell)> {
    let row = &view.row;
    let contact = match (&row.contact_name, row.contact) {
        (Some(name), Some(id)) => Cell::new(format!("{}  {id}", name.raw())),
        _ => Cell::new(""),
    };
    let mut cells = vec![
        (FIRST.label, Cell::new(row.first.raw())),
        (LAST.label, Cell::new(row.last.raw())),
        (EMAIL.label, Cell::new(row.email.raw())),
        (PHONE.label, Cell::new(row.phone.raw())),
        (COMPANY_NAME.label, Cell::new(row.company_name.raw())),
        ("Contact", contact),
    ];
    if let Some(user) = &row.user_id {
        cells.push(("User ID", Cell::new(user.raw())));
    }
    cells
}

/// The linked contact.
fn who(view: &RequestView) -> Option<Vec<(&'static str, Cell)>> {
    let linked = view.linked.as_ref()?;
    let maybe = |text: &Option<Text>| Cell::new(text.as_ref().map_or("", Text::raw));
    Some(vec![
        ("Name", Cell::new(linked.label().raw())),
        ("Company", maybe(&linked.company_name)),
        ("Email", maybe(&linked.email)),
        ("Portal user", maybe(&linked.user_id)),
    ])
}

fn draw_likely(view: &RequestView, area: Rect, pen: &mut Pen) {
    pen.put(area.x, area.y, area.width, "Likely contacts", Ink::Strong);
    if view.candidates.is_empty() {
        for (y, line) in (area.y + 1..).zip(["None found.", "+ makes one, c searches."]) {
            pen.put(area.x + 1, y, area.width - 1, line, Ink::Faint);
        }
    }
    let shown = usize::from(area.height) - 2;
    for (at, candidate) in view.candidates.iter().take(shown).enumerate() {
        draw_candidate(
            candidate,
            Rect { x: area.x + 1, y: area.y + 1 + at as u16, width: area.width - 1, height: 1 },
            pen,
        );
    }
    if view.candidates.len() > shown {
        let more = format!("{} more: c", view.candidates.len() - shown);
        pen.put(area.x + 1, area.y + area.height - 1, area.width - 1, &more, Ink::Faint);
    }
}

fn draw_candidate(candidate: &Candidate, line: Rect, pen: &mut Pen) {
    let contact = &candidate.contact;
    let likeness = candidate.likeness.words();
    let reason = match contact.user {
        Some(_) => format!("{likeness}, has a user"),
        None => likeness.to_owned(),
    };
    let ink = if contact.user.is_some() { Ink::Caution } else { Ink::Faint };
    let left_of = pen.put_right(line.right(), line.y, line.width * 2 / 3, &reason, ink);
    let room = left_of.saturating_sub(line.x + 1);
    let name = pen.put(line.x, line.y, room, contact.label().raw(), Ink::Plain);
    let rest = room.saturating_sub(name + 2);
    if let Some(company) = contact.company_name.as_ref().filter(|_| rest > 5) {
        pen.put(line.x + name + 2, line.y, rest, company.raw(), Ink::Faint);
    }
}

/// What has to be known before the next step.
pub(super) fn remarks(view: &RequestView) -> Vec<(String, Ink)> {
    let mut out = Vec::new();
    if let Some(reason) = &view.row.reject_reason {
        out.push((format!("Rejected: {reason}"), Ink::Plain));
    }
    if let Some(user) = &view.row.user_id {
        out.push((format!("It became {user}: o opens that user."), Ink::Plain));
    }
    if !view.row.status.is_open() {
        return out;
    }
    for warning in &view.warnings {
        out.push((warning.message.clone(), Ink::Caution));
    }
    out.push(match (&view.existing_user, &view.why_not_approve) {
        (Some(user), _) => (
            format!("{} has this email already and is {}.", user.user_id, user.status.word()),
            Ink::Caution,
        ),
        (None, Some(reason)) => (reason.clone(), Ink::Plain),
        (None, None) => ("It can be approved now: x, Approve.".to_owned(), Ink::Good),
    });
    out
}
