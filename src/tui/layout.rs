//! Where things stand in the frame.

use ratatui::layout::Rect;

/// The smallest terminal that the console works in: columns, rows.
pub const SMALLEST: (u16, u16) = (60, 18);
/// From this many columns a list shows its selected record beside it.
pub const WIDE: u16 = 120;

/// The parts of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Product, path, person, clock.
    pub title: Rect,
    /// The rule below the title.
    pub rule: Rect,
    /// The screen.
    pub body: Rect,
    /// The last message.
    pub status: Rect,
    /// The keys that work.
    pub hint: Rect,
}

/// The parts of a frame of that size, which must not be below [`SMALLEST`].
pub fn parts(area: Rect) -> Parts {
    let row = |y| Rect { y, height: 1, ..area };
    Parts {
        title: row(area.y),
        rule: row(area.y + 1),
        body: Rect { y: area.y + 2, height: area.height.saturating_sub(4), ..area },
        status: row(area.bottom().saturating_sub(2)),
        hint: row(area.bottom().saturating_sub(1)),
    }
}

/// The place of a window that wants `columns` × `rows`, centred over `body`.
pub fn window(body: Rect, columns: u16, rows: u16) -> Rect {
    let width = columns.min(body.width.saturating_sub(2));
    let height = rows.min(body.height);
    Rect {
        x: body.x + (body.width - width) / 2,
        y: body.y + (body.height - height) / 3,
        width,
        height,
    }
}

/// The inside of a window with a frame around it.
pub fn framed(window: Rect) -> Rect {
    Rect {
        x: window.x + 1,
        y: window.y + 1,
        width: window.width.saturating_sub(2),
        height: window.height.saturating_sub(2),
    }
}

/// The inside of a window, less a margin.
pub fn padded(inside: Rect) -> Rect {
    Rect {
        x: inside.x + 2,
        y: inside.y + 1,
        width: inside.width.saturating_sub(4),
        height: inside.height.saturating_sub(2),
    }
}

/// Whether the console can work in that many columns and rows.
pub fn fits(columns: u16, rows: u16) -> bool {
    columns >= SMALLEST.0 && rows >= SMALLEST.1
}
