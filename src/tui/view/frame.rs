//! The frame: title line, status line, hint line, the keys that may follow.

use ratatui::layout::Rect;

use super::pen::Pen;
use crate::tui::event::{Can, Tone};
use crate::tui::keymap::{Action, Binding, Context, write_keys};
use crate::tui::layout;
use crate::tui::state::{Layer, Pending, State};
use crate::tui::text::{presentable, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::update::time::{SHOW_KEYS, SHOW_PROGRESS};

/// The place in the hint line from which on a hint stays, however narrow it gets.
const LASTING: u8 = 25;

/// The most rows that a message takes.
const SENTENCE: usize = 3;

/// ` Portal Desk  Setup ▸ Portal ▸ Portal Requests      anna · Portal Admin  14:02`
pub(super) fn draw_title(state: &State, page: &Layer, line: Rect, pen: &mut Pen) {
    let seen = &state.seen;
    let right = line.right().saturating_sub(1);
    let mut left_of = pen.put_right(right, line.y, 5, &seen.zone.clock(seen.now), Ink::Plain);
    if let Some(who) = seen.who.as_ref().filter(|_| !state.locked) {
        let text = format!("{} · {}", who.user_id(), who.role());
        left_of =
            pen.put_right(left_of.saturating_sub(2), line.y, line.width / 2, &text, Ink::Faint);
    }
    let used = pen.put(line.x + 1, line.y, line.width - 1, "Portal Desk", Ink::Brand);
    let x = line.x + 1 + used + 2;
    let room = left_of.saturating_sub(x + 2);
    let path = fitting_path(&page.screen.path(), room, pen);
    pen.put(x, line.y, room, &path, Ink::Strong);
}

/// The end of a path says where we are: what does not fit goes from its beginning.
fn fitting_path(path: &str, room: u16, pen: &Pen) -> String {
    let mut shown = path.to_owned();
    let mut rest = path;
    while pen.measure(&shown) > room {
        let Some((_, tail)) = rest.split_once(" ▸ ") else { break };
        rest = tail;
        shown = format!("… ▸ {tail}");
    }
    if pen.measure(&shown) > room { rest.to_owned() } else { shown }
}

/// What is under way, else the last message, else that something can be undone.
pub(super) fn draw_status(state: &State, line: Rect, pen: &mut Pen) {
    if let Some(slow) = slow(state) {
        let room = line.width.saturating_sub(2);
        let waited = state.seen.elapsed - slow.since;
        let spinner = pen.theme().spinner((waited / 100) as usize);
        let stop = if slow.changes && !slow.long { "" } else { "  Ctrl-C stops it" };
        pen.put(line.x + 1, line.y, 1, spinner, Ink::Brand);
        let text = format!("{}… {} s{stop}", slow.doing, waited / 1_000);
        pen.put(line.x + 3, line.y, room.saturating_sub(2), &text, Ink::Plain);
    } else if let Some(message) = message(state, line, pen) {
        draw_message(&message, line, pen);
    }
}

/// The question that has been under way long enough to be told of.
fn slow(state: &State) -> Option<&Pending> {
    state.pending.iter().find(|p| state.seen.elapsed - p.since >= SHOW_PROGRESS)
}

/// The last message, in as many rows as it needs and may have.
struct Message {
    mark: Option<(Mark, Ink)>,
    lines: Vec<String>,
    undo: bool,
}

fn message(state: &State, line: Rect, pen: &Pen) -> Option<Message> {
    let status = state.status.as_ref()?;
    let mark = match status.tone {
        Tone::Done => Some((Mark::Check, Ink::Good)),
        Tone::Note => None,
        Tone::Refused => Some((Mark::Cross, Ink::Bad)),
    };
    let undo = state.undo.is_some() && status.tone == Tone::Done && undo_works(state);
    let beside = 2 + if mark.is_some() { 2 } else { 0 } + if undo { 8 } else { 0 };
    let shown = presentable(&status.text, pen.theme().ascii);
    let mut lines = wrap(&shown, usize::from(line.width.saturating_sub(beside)));
    if lines.len() > SENTENCE {
        let rest = lines.split_off(SENTENCE - 1).join(" ");
        lines.push(rest);
    }
    Some(Message { mark, lines, undo })
}

/// The rows that the last message takes above the status line.
pub(super) fn rows_above(state: &State, line: Rect, pen: &Pen) -> u16 {
    let message = message(state, line, pen).filter(|_| slow(state).is_none());
    message.map_or(0, |it| it.lines.len().saturating_sub(1) as u16)
}

/// A sentence that needs them takes the rows above, too: it must be read to its end.
fn draw_message(message: &Message, line: Rect, pen: &mut Pen) {
    let above = message.lines.len().saturating_sub(1) as u16;
    let top = line.y - above;
    pen.clear(Rect { y: top, height: above, ..line });
    let mut x = line.x + 1;
    if let Some((mark, ink)) = message.mark {
        pen.mark(x, top, mark, ink);
        x += 2;
    }
    let undo = if message.undo { 8 } else { 0 };
    let room = line.right().saturating_sub(x + 1 + undo);
    let mut used = 0;
    for (y, text) in (top..).zip(&message.lines) {
        used = pen.put(x, y, room, text, Ink::Plain);
    }
    if message.undo {
        pen.put(x + used + 2, line.y, 1, "u", Ink::Accent);
        pen.put(x + used + 4, line.y, 4, "undo", Ink::Faint);
    }
}

fn undo_works(state: &State) -> bool {
    let context = state.top().map(|l| l.screen.context());
    context.is_some_and(|c| state.keymap.written(c, Action::Undo, false).is_some())
}

/// The keys that work right here, as many as fit, help last.
pub(super) fn draw_hints(state: &State, line: Rect, pen: &mut Pen) {
    let Some(top) = state.top() else { return };
    let context = top.screen.context();
    let ascii = pen.theme().ascii;
    let mut rows = state.keymap.hints(context);
    let first = top.screen.favours();
    rows.sort_by_key(|row| first.iter().position(|it| *it == row.action).unwrap_or(first.len()));
    let works = |b: &&&Binding| top.screen.can(b.action, &state.seen) == Can::Yes;
    let mut hints: Vec<(String, String, u8)> = Vec::new();
    for row in rows.iter().filter(works) {
        let keys = write_keys(&row.keys[0], ascii);
        let called = top.screen.saving_is_called().filter(|_| row.action == Action::Save);
        match hints.last_mut() {
            Some((written, label, _)) if *label == row.short => {
                written.push(' ');
                written.push_str(&keys);
            }
            _ => {
                let label = called.map_or_else(|| row.short.to_owned(), str::to_lowercase);
                hints.push((keys, label, row.hint));
            }
        }
    }
    let cells =
        |(keys, label, _): &(String, String, u8)| pen.measure(keys) + 1 + pen.measure(label);
    let room = line.width.saturating_sub(2);
    let mut total: u16 = hints.iter().map(|h| cells(h) + 2).sum();
    while total > room + 2 && hints.len() > 2 {
        // The way back and help come last, and stay.
        let at = hints.iter().rposition(|(_, _, place)| *place < LASTING);
        let dropped = hints.remove(at.unwrap_or(hints.len() - 2));
        total -= cells(&dropped) + 2;
    }
    let mut x = line.x + 1;
    for (keys, label, _) in &hints {
        x += pen.put(x, line.y, line.right().saturating_sub(x), keys, Ink::Accent) + 1;
        x += pen.put(x, line.y, line.right().saturating_sub(x), label, Ink::Faint) + 2;
    }
}

/// After a moment's thought, the keys that may follow the one pressed.
pub(super) fn draw_which_key(state: &State, body: Rect, pen: &mut Pen) {
    let thought = state.seen.elapsed - state.pressed_at >= SHOW_KEYS;
    if state.pressed.is_empty() || !thought {
        return;
    }
    let context = state.top().map_or(Context::Dashboard, |l| l.screen.context());
    let rows = state.keymap.after(context, &state.pressed);
    let area = layout::window(body, 34, rows.len() as u16 + 2);
    let area = Rect {
        x: body.right().saturating_sub(area.width + 1),
        y: body.bottom() - area.height,
        ..area
    };
    let ascii = pen.theme().ascii;
    let inside = pen.window(area, &write_keys(&state.pressed, ascii));
    for (at, (chord, binding)) in rows.iter().take(usize::from(inside.height)).enumerate() {
        let y = inside.y + at as u16;
        pen.put(inside.x + 1, y, 4, &chord.name(ascii), Ink::Accent);
        pen.put(inside.x + 6, y, inside.width.saturating_sub(7), binding.label, Ink::Plain);
    }
}
