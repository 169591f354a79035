//! How a request looks: what was written to the left, who it may be to the right.

use ratatui::layout::Rect;

use crate::domain::text::Text;
use crate::service::matches::Candidate;
use crate::service::request_views::RequestView;
use crate::tui::theme::Ink;
use crate::tui::view::facts::draw_fact;
use crate::tui::view::pen::Pen;
use crate::tui::view::status;

/// Draws the request; returns the row below it.
pub(super) fn draw(view: &RequestView, area: Rect, pen: &mut Pen) -> u16 {
    draw_head(view, Rect { height: 1, ..area }, pen);
    let half = (area.width - 3) / 2;
    let facts = Rect { x: area.x + 3, y: area.y + 2, width: half - 1, height: 7 };
    draw_facts(view, facts, pen);
    let right = Rect {
        x: facts.right() + 2,
        y: facts.y,
        width: area.right() - facts.right() - 3,
        height: 7,
    };
    draw_who(view, right, pen);
    facts.bottom()
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

fn draw_facts(view: &RequestView, area: Rect, pen: &mut Pen) {
    let row = &view.row;
    let contact = match (&row.contact_name, row.contact) {
        (Some(name), Some(id)) => Text::new(format!("{}  {id}", name.raw())),
        _ => Text::default(),
    };
    let mut lines = vec![
        ("First Name", row.first.clone()),
        ("Last Name", row.last.clone()),
        ("Email", row.email.clone()),
        ("Phone", row.phone.clone()),
        ("Company Name", row.company_name.clone()),
        ("Contact", contact),
    ];
    if let Some(user) = &row.user_id {
        lines.push(("User ID", user.clone()));
    }
    for (at, (label, value)) in lines.iter().enumerate() {
        draw_fact(label, value, Rect { y: area.y + at as u16, height: 1, ..area }, pen);
    }
}

/// Likely contacts while none is linked, else the linked one.
fn draw_who(view: &RequestView, area: Rect, pen: &mut Pen) {
    if let Some(linked) = &view.linked {
        pen.put(area.x, area.y, area.width, "Linked contact", Ink::Strong);
        let none = Text::default();
        let facts = [
            ("Name", linked.label()),
            ("Company", linked.company_name.clone().unwrap_or(none.clone())),
            ("Email", linked.email.clone().unwrap_or(none.clone())),
            ("Portal user", linked.user_id.clone().unwrap_or(none)),
        ];
        for (at, (label, value)) in facts.iter().enumerate() {
            draw_fact(
                label,
                value,
                Rect { x: area.x + 1, y: area.y + 1 + at as u16, width: area.width - 1, height: 1 },
                pen,
            );
        }
        return;
    }
    if !view.row.status.is_open() {
        return;
    }
    pen.put(area.x, area.y, area.width, "Likely contacts", Ink::Strong);
    if view.candidates.is_empty() {
        pen.put(
            area.x + 1,
            area.y + 1,
            area.width - 1,
            "None found. + makes one, c searches.",
            Ink::Faint,
        );
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
    let reason = if contact.user.is_some() { "has a user" } else { candidate.likeness.words() };
    let ink = if contact.user.is_some() { Ink::Caution } else { Ink::Faint };
    let left_of = pen.put_right(line.right(), line.y, 20, reason, ink);
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
    if !view.row.status.is_open() {
        return out;
    }
    for warning in &view.warnings {
        out.push((format!("{}  {}", warning.code, warning.message), Ink::Caution));
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
