//! How the question before a deed looks, and the deed under way.

use ratatui::layout::Rect;

use super::ask::{Bulk, Running, Stage, Stopping};
use crate::service::user_views::UserRow;
use crate::service::{Deed, Plan};
use crate::tui::event::Spot;
use crate::tui::popup::question::draw_button;
use crate::tui::state::Seen;
use crate::tui::text::{thousands, width, wrap};
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::progress;

/// The columns of the window.
pub(super) const COLUMNS: u16 = 72;
/// The fewest rows of the sample that are worth showing.
const FEWEST: usize = 2;

/// The cells that text has in it.
fn inside(seen: &Seen) -> usize {
    usize::from(COLUMNS.min(seen.columns.saturating_sub(2)).saturating_sub(6))
}

/// The rows that the window would like to have.
pub(super) fn rows(bulk: &Bulk, seen: &Seen) -> u16 {
    let wanted = match &bulk.stage {
        Stage::Reading => 7,
        Stage::Failed(why) => wrap(why, inside(seen)).len() + 6,
        Stage::Running(..) => 9,
        Stage::Asking(plan) => {
            let around =
                above(bulk.deed, plan, inside(seen)).len() + below(plan, inside(seen)).len();
            let typed = if bulk.to_type().is_some() { 2 } else { 0 };
            around + plan.sample.len() + usize::from(more(plan, plan.sample.len()) > 0) + typed + 8
        }
    };
    (wanted as u16).min(seen.body_rows())
}

/// What it means for those that it is done to.
fn above(deed: Deed, plan: &Plan, room: usize) -> Vec<String> {
    let text = match (deed, plan.count) {
        _ if plan.count == 0 => "Nothing is selected any more.",
        // It won't be done: what it would mean must not read as if it were.
        _ if plan.can == 0 => return Vec::new(),
        (Deed::Delete, 1) => "This can't be undone. The user loses access at once.",
        (Deed::Delete, _) => "This can't be undone. They lose access at once.",
        (Deed::Disable, 1) => {
            "Who is disabled can't sign in, and is out at the next step. Enable takes it back."
        }
        (Deed::Disable, _) => {
            "They can't sign in any more, and are out at the next step. Enable takes it back."
        }
        (Deed::Enable, _) => "Who had a password can sign in again with it.",
        (Deed::Invite, _) => {
            "A mail with a way to sign in goes to each; one that was sent before no longer counts."
        }
        (Deed::Unlock, _) => "Waits and locks after failed sign-ins end; passwords stay.",
    };
    wrap(text, room)
}

/// What goes and stays, and to whom it can't be done.
fn below(plan: &Plan, room: usize) -> Vec<(String, Ink)> {
    if let (0, [only]) = (plan.can, &plan.refused[..]) {
        return wrap(&only.why, room).into_iter().map(|line| (line, Ink::Caution)).collect();
    }
    let mut lines = Vec::new();
    let kept =
        if plan.can > 0 { &[("Goes ", &plan.goes), ("Stays", &plan.stays)][..] } else { &[] };
    for (label, what) in kept {
        if !what.is_empty() {
            lines.extend(hanging(label, &what.join(", "), room, Ink::Plain));
        }
    }
    for refused in plan.refused.iter().take(3) {
        let whose = format!("Not for {}", thousands(refused.count));
        lines.extend(hanging(&whose, &refused.why, room, Ink::Caution));
    }
    if plan.refused.len() > 3 {
        let rest: u64 = plan.refused[3..].iter().map(|it| it.count).sum();
        let text = format!("Not for {} more, for other reasons.", thousands(rest));
        lines.push((text, Ink::Caution));
    }
    lines
}

/// A text behind its label, in as many lines as it needs.
fn hanging(label: &str, text: &str, room: usize, ink: Ink) -> Vec<(String, Ink)> {
    let indent = width(label) + 2;
    let lines = wrap(text, room.saturating_sub(indent));
    let begin = |at: usize| if at == 0 { format!("{label}  ") } else { " ".repeat(indent) };
    lines.iter().enumerate().map(|(at, line)| (format!("{}{line}", begin(at)), ink)).collect()
}

/// How many of the selected users are not among the first `shown`.
fn more(plan: &Plan, shown: usize) -> u64 {
    plan.count.saturating_sub(shown as u64)
}

pub(super) fn draw(bulk: &Bulk, area: Rect, pen: &mut Pen) {
    let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
    let line = |y: u16| Rect { y, height: 1, ..inside };
    pen.stand(inside.x, inside.y);
    match &bulk.stage {
        Stage::Reading => {
            let text = "Looking up what it touches…";
            pen.put(inside.x, area.y + 1, inside.width, text, Ink::Faint);
        }
        Stage::Failed(why) => {
            for (text, y) in wrap(why, usize::from(inside.width)).iter().zip(area.y + 1..) {
                pen.put(inside.x, y, inside.width, text, Ink::Bad);
            }
        }
        Stage::Asking(plan) => draw_plan(bulk, plan, inside, pen),
        Stage::Running(plan, running) => {
            return draw_running(plan, *running, inside, pen);
        }
    }
    draw_buttons(bulk, line(area.bottom().saturating_sub(2)), pen);
}

fn draw_plan(bulk: &Bulk, plan: &Plan, area: Rect, pen: &mut Pen) {
    let room = usize::from(area.width);
    let (above, below) = (above(bulk.deed, plan, room), below(plan, room));
    let typed = if bulk.to_type().is_some() { 2 } else { 0 };
    // Buttons and the rows around them.
    let fixed = above.len() + below.len() + typed + 3;
    let free = usize::from(area.height).saturating_sub(fixed);
    // Empty rows go first when there is little room.
    let loose = free >= plan.sample.len() + 3;
    let free = if loose { free - 3 } else { free };
    let whole = plan.sample.len() as u64 == plan.count && plan.sample.len() <= free;
    let shown = if whole { plan.sample.len() } else { free.saturating_sub(1).max(FEWEST) };
    let shown = shown.min(plan.sample.len());
    let mut y = area.y + u16::from(loose);
    let put = |text: &str, ink: Ink, y: &mut u16, pen: &mut Pen| {
        pen.put(area.x, *y, area.width, text, ink);
        *y += 1;
    };
    above.iter().for_each(|text| put(text, Ink::Plain, &mut y, pen));
    y += u16::from(loose);
    for row in &plan.sample[..shown] {
        draw_row(row, Rect { y, height: 1, ..area }, pen);
        y += 1;
    }
    if more(plan, shown) > 0 && shown > 0 {
        let text = format!("  … and {} more", thousands(more(plan, shown)));
        put(&text, Ink::Faint, &mut y, pen);
    }
    y += u16::from(loose);
    below.iter().for_each(|(text, ink)| put(text, *ink, &mut y, pen));
    if let Some(count) = bulk.to_type() {
        draw_typed(bulk, count, area, pen);
    }
}

/// ` jo@acme.example.P       Acme Ltd          signed in 2 h ago`
fn draw_row(row: &UserRow, line: Rect, pen: &mut Pen) {
    let seen = pen.seen();
    let room = line.width.saturating_sub(2);
    let [user, company] = [room * 2 / 5, room / 3];
    let x = line.x + 2;
    pen.put(x, line.y, user.saturating_sub(2), &row.user_id.to_string(), Ink::Strong);
    let of = row.company_name.as_ref().map_or_else(|| row.role.to_string(), |it| it.to_string());
    pen.put(x + user, line.y, company.saturating_sub(2), &of, Ink::Plain);
    let last = row.last_login_at.map_or_else(
        || "never signed in".to_owned(),
        |at| format!("signed in {}", seen.zone.ago(at, seen.now)),
    );
    let rest = room.saturating_sub(user + company);
    pen.put(x + user + company, line.y, rest, &last, Ink::Faint);
}

/// ` Type 3 to confirm  _`
fn draw_typed(bulk: &Bulk, count: u64, area: Rect, pen: &mut Pen) {
    let y = area.bottom().saturating_sub(4);
    let label = format!("Type {} to confirm", thousands(count));
    let used = pen.put(area.x, y, area.width, &label, Ink::Strong);
    let x = area.x + used + 2;
    let (shown, cursor) = bulk.typed.window(12, pen.theme().ascii);
    let ink = if bulk.focused().is_none() { Ink::Focused } else { Ink::Field };
    pen.put(x, y, 12, &" ".repeat(12), ink);
    pen.put(x, y, 12, &shown, ink);
    if let Some(wrong) = &bulk.wrong {
        pen.put(area.x, y + 1, area.width, wrong, Ink::Bad);
    }
    pen.stand(x + cursor as u16, y);
}

fn draw_buttons(bulk: &Bulk, line: Rect, pen: &mut Pen) {
    let buttons = bulk.buttons();
    let all: usize = buttons.iter().map(|(label, _)| width(label) + 6).sum::<usize>() - 2;
    let mut x = line.right().saturating_sub(all as u16).max(line.x);
    for (at, (label, _)) in buttons.iter().enumerate() {
        let focused = Some(at) == bulk.focused();
        let used = draw_button(label, focused, x, line.y, line, pen);
        pen.spot(Rect { x, width: used, ..line }, Spot::Button(at));
        x += used + 2;
    }
}

fn draw_running(plan: &Plan, running: Running, area: Rect, pen: &mut Pen) {
    let y = area.y + 1;
    let spent = pen.seen().elapsed - running.since;
    let bar = Rect { y, height: 3, ..area };
    progress::draw(running.done, plan.count, spent, bar, pen);
    let (text, ink) = match running.stopping {
        Stopping::No => ("Esc asks whether to stop.", Ink::Faint),
        Stopping::Asks => ("Stop? Esc once more stops; what is done stays done.", Ink::Caution),
        Stopping::Yes => ("It stops after the rows under way.", Ink::Caution),
    };
    pen.put(area.x, y + 4, area.width, text, ink);
    pen.stand(area.x, y);
}
