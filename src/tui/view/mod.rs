//! From state to frame. Never changes anything.
//!
//! Owns the frame around every screen and the order of layers. Must not know any screen but
//! by its trait.

pub mod facts;
mod frame;
pub mod pen;
pub mod status;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::pen::{Drawn, Pen};
use super::layout::{self, SMALLEST};
use super::state::{Layer, State};
use super::theme::{Ink, Theme};

/// Draws the console; returns where the cursor stands and what the mouse can be pressed on.
pub fn view(state: &State, theme: &Theme, frame: &mut Frame) -> Drawn {
    let area = frame.area();
    let mut pen = Pen::new(frame.buffer_mut(), theme, &state.seen);
    if layout::fits(area.width, area.height) {
        draw_all(state, area, &mut pen);
    } else {
        draw_too_small(state, area, &mut pen);
    }
    let drawn = pen.finish();
    if let Some(cursor) = drawn.cursor {
        frame.set_cursor_position(cursor);
    }
    drawn
}

fn draw_all(state: &State, area: Rect, pen: &mut Pen) {
    let parts = layout::parts(area);
    let page =
        state.layers.iter().rposition(|l| l.screen.window(&state.seen).is_none()).unwrap_or(0);
    let Some(layer) = state.layers.get(page) else { return };
    frame::draw_title(state, layer, parts.title, pen);
    pen.rule(parts.rule);
    // A page gives way to a long message; windows stay where they are.
    let above = frame::rows_above(state, parts.status, pen).min(parts.body.height);
    let page_body = Rect { height: parts.body.height - above, ..parts.body };
    layer.screen.draw(page_body, pen);
    let mut ground = parts.body;
    for layer in &state.layers[page + 1..] {
        pen.dress(parts.body, Ink::Faint);
        ground = draw_window(layer, parts.body, ground, pen);
    }
    frame::draw_status(state, parts.status, pen);
    frame::draw_hints(state, parts.hint, pen);
    frame::draw_which_key(state, parts.body, pen);
}

/// Draws a window on what lies below it: the page or the inside of another window; returns
/// the inside of this one.
fn draw_window(layer: &Layer, body: Rect, ground: Rect, pen: &mut Pen) -> Rect {
    let Some((columns, rows)) = layer.screen.window(pen.seen()) else { return ground };
    let area = layout::window(body, columns, rows);
    pen.lift();
    // What is left of the lines below, to both sides, would be scraps of words.
    pen.clear(Rect { x: ground.x, width: ground.width, ..area }.intersection(ground));
    let inside = pen.window(area, &layer.screen.path());
    layer.screen.draw(inside, pen);
    inside
}

fn draw_too_small(state: &State, area: Rect, pen: &mut Pen) {
    let (columns, rows) = SMALLEST;
    let text = format!(
        "Portal Desk needs {columns}×{rows}; this window has {}×{}. Nothing is lost: make it larger.",
        area.width, area.height
    );
    let mut lines = super::text::wrap(&text, usize::from(area.width.saturating_sub(1)));
    if state.interrupted.is_some() {
        let leaving =
            if state.dirty() { "Something is not saved yet." } else { "Ctrl-C once more leaves." };
        lines.push(leaving.to_owned());
    }
    for (at, line) in lines.iter().take(usize::from(area.height)).enumerate() {
        pen.put(area.x, area.y + at as u16, area.width, line, Ink::Plain);
    }
    pen.stand(area.x, area.y);
}

#[cfg(test)]
mod tests;
