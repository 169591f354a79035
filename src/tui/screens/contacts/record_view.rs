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
    let inside = Rect {
        x: area.x + 3,
        y: area.y + 2,
        width: area.width - 4,
        height: facts::rows(FACTS, area),
    };
    let (person, user) = (person(view), user(view));
    let needs = [facts::needed(&person), 1 + user.as_ref().map_or(0, |it| facts::needed(it))];
    let [left, right] = facts::beside(inside, (area.width - 3) / 2 - 1, needs);
    let below = facts::draw_cells(&person, left, pen);
    draw_user(user, right, pen).max(below).max(inside.y + FACTS)
}

fn person(view: &ContactView) -> [(&'static str, Cell); 6] {
    let row = &view.row;
    [
        (FIRST.label, maybe(row.first.as_ref())),
        (LAST.label, maybe(row.last.as_ref())),
        (EMAIL.label, maybe(row.email.as_ref())),
        (PHONE.label, maybe(row.phone.as_ref())),
        ("Company", maybe(row.company_name.as_ref())),
        ("Code", maybe(row.company_code.as_ref())),
    ]
}

fn user(view: &ContactView) -> Option<[(&'static str, Cell); 2]> {
    let user_status = view.row.user_status?;
    let user = Cell { mark: None, ..portal_user(&view.row) };
    Some([("User ID", Cell { ink: Ink::Strong, ..user }), ("Status", status::user(user_status))])
}

fn draw_user(user: Option<[(&str, Cell); 2]>, area: Rect, pen: &mut Pen) -> u16 {
    pen.put(area.x, area.y, area.width, "Portal user", Ink::Strong);
    let (y, height) = (area.y + 1, area.height - 1);
    let below = Rect { x: area.x + 1, y, width: area.width.saturating_sub(1), height };
    match user {
        Some(cells) => facts::draw_cells(&cells, below, pen),
        None => {
            pen.put(below.x, below.y, below.width, "None.", Ink::Faint);
            below.y + 1
        }
    }
}

/// What has to be known before the next step.
pub(super) fn remark(view: &ContactView) -> &'static str {
    match (view.row.user, view.row.company) {
        (Some(_), _) => "x, Portal User shows status, last login and login history.",
        (None, Some(_)) => "A portal request linked to this contact can be approved.",
        (None, None) => "Without a company, a request linked to this contact can't be approved.",
    }
}
