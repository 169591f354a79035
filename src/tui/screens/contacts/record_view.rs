//! How a contact looks: the person to the left, the portal user on the right.

use ratatui::layout::Rect;

use super::list_view::{maybe, portal_user};
use crate::domain::validate::{EMAIL, FIRST, LAST, PHONE};
use crate::service::contacts::ContactView;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::view::{facts, status};
use crate::tui::widgets::column::Cell;

/// The rows of facts.
const FACTS: u16 = 6;

/// Draws the contact; returns the row below it.
pub(super) fn draw(view: &ContactView, area: Rect, pen: &mut Pen) -> u16 {
    pen.put(area.x + 1, area.y, area.width / 2, view.row.label().raw(), Ink::Strong);
    let number = view.row.id.to_string();
    pen.put_right(area.right() - 1, area.y, area.width / 2, &number, Ink::Faint);
    let half = (area.width - 3) / 2;
    let left = Rect { x: area.x + 3, y: area.y + 2, width: half - 1, height: FACTS };
    draw_person(view, left, pen);
    let x = left.right() + 2;
    draw_user(view, Rect { x, width: area.right().saturating_sub(x + 1), ..left }, pen);
    left.bottom()
}

fn draw_person(view: &ContactView, area: Rect, pen: &mut Pen) {
    let row = &view.row;
    let cells = [
        (FIRST.label, maybe(row.first.as_ref())),
        (LAST.label, maybe(row.last.as_ref())),
        (EMAIL.label, maybe(row.email.as_ref())),
        (PHONE.label, maybe(row.phone.as_ref())),
        ("Company", maybe(row.company_name.as_ref())),
        ("Code", maybe(row.company_code.as_ref())),
    ];
    facts::draw_cells(&cells, area, pen);
}

fn draw_user(view: &ContactView, area: Rect, pen: &mut Pen) {
    pen.put(area.x, area.y, area.width, "Portal user", Ink::Strong);
    let below = Rect { x: area.x + 1, y: area.y + 1, width: area.width - 1, height: 3 };
    let Some(user_status) = view.row.user_status else {
        pen.put(below.x, below.y, below.width, "None.", Ink::Faint);
        return;
    };
    let user = Cell { mark: None, ..portal_user(&view.row) };
    let cells =
        [("User ID", Cell { ink: Ink::Strong, ..user }), ("Status", status::user(user_status))];
    facts::draw_cells(&cells, below, pen);
}

/// What has to be known before the next step.
pub(super) fn remark(view: &ContactView) -> &'static str {
    match (view.row.user, view.row.company) {
        (Some(_), _) => "x, Portal User shows status, last login and login history.",
        (None, Some(_)) => "A portal request linked to this contact can be approved.",
        (None, None) => "Without a company, a request linked to this contact can't be approved.",
    }
}
