//! The terminal: taken over, written to in whole frames, given back however it ends.
//!
//! Owns raw mode, the alternate screen and the bytes of a frame. Must not know what is drawn.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use crossterm::cursor::{SetCursorStyle, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::style::{ResetColor, force_color_output};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, ClearType as Region, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use unicode_width::UnicodeWidthStr;

/// Collects the bytes of a frame, and writes them in one go between synchronized-update marks.
///
/// It is told its size; neither the size nor the cursor is ever asked of the process's own
/// terminal, which need not be the one that is drawn on.
pub struct Screen<W: Write> {
    inner: CrosstermBackend<Held>,
    held: Held,
    out: W,
    /// What the terminal shows, as far as it did what it was told.
    shown: Buffer,
    cursor: Position,
}

/// Bytes held back until the frame is complete; shared, because the backend that writes them
/// does not hand its writer out.
#[derive(Default, Clone)]
struct Held(Rc<RefCell<Vec<u8>>>);

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Screen<W> {
    /// A screen of that many columns and rows that writes to `out`.
    pub fn new(out: W, columns: u16, rows: u16) -> Self {
        let held = Held::default();
        Self {
            inner: CrosstermBackend::new(held.clone()),
            held,
            out,
            shown: blank(columns, rows),
            cursor: Position::ORIGIN,
        }
    }

    /// Notes that the terminal has a new size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.shown = blank(columns, rows);
    }
}

fn blank(columns: u16, rows: u16) -> Buffer {
    Buffer::empty(Rect::new(0, 0, columns, rows))
}

fn row_is_disputed(shown: &Buffer, y: u16) -> bool {
    (0..shown.area.width).any(|x| disputed(shown[(x, y)].symbol()))
}

/// Draws a row with a disputed character from end to end: a terminal that gave it more cells
/// than it has must not keep anything in the others. Each such character ends a run, so that
/// the next one is put in its place whatever the terminal thinks; and one that takes several
/// cells is put on blanks, in case the terminal gives it fewer.
fn draw_row(inner: &mut CrosstermBackend<Held>, shown: &Buffer, y: u16) -> io::Result<()> {
    let mut run = Vec::new();
    let mut x = 0;
    while x < shown.area.width {
        let cell = &shown[(x, y)];
        let cells = cell.symbol().width().max(1) as u16;
        if disputed(cell.symbol()) && cells > 1 {
            let mut blank = cell.clone();
            blank.set_symbol(" ");
            inner.draw(run.drain(..))?;
            inner.draw((x..x + cells).map(|x| (x, y, &blank)))?;
        }
        run.push((x, y, cell));
        if disputed(cell.symbol()) {
            inner.draw(run.drain(..))?;
        }
        x += cells;
    }
    inner.draw(run.into_iter())
}

/// Whether terminals may disagree about the width of a symbol: clusters, scripts that join or
/// run from right to left, pictographs.
fn disputed(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let first = chars.next().map_or(0, u32::from);
    chars.next().is_some() || matches!(first, 0x590..=0x10FF | 0x1780..=0x18AF | 0x1F000..)
}

impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut changed = BTreeSet::new();
        let mut whole = BTreeSet::new();
        let mut plain = Vec::new();
        for (x, y, cell) in content {
            let Some(shown) = self.shown.cell_mut((x, y)) else { continue };
            if disputed(shown.symbol()) || disputed(cell.symbol()) {
                whole.insert(y);
            }
            shown.clone_from(cell);
            // The cells that a wide one covers are not told of; what stood there is gone.
            for x in x + 1..x + cell.symbol().width().max(1) as u16 {
                if let Some(covered) = self.shown.cell_mut((x, y)) {
                    covered.reset();
                    covered.set_style(cell.style());
                }
            }
            changed.insert(y);
            plain.push((x, y));
        }
        whole.extend(changed.into_iter().filter(|y| row_is_disputed(&self.shown, *y)));
        plain.retain(|(_, y)| !whole.contains(y));
        let shown = &self.shown;
        self.inner.draw(plain.into_iter().map(|(x, y)| (x, y, &shown[(x, y)])))?;
        whole.into_iter().try_for_each(|y| draw_row(&mut self.inner, shown, y))
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        self.inner.set_cursor_position(self.cursor)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.shown.reset();
        self.inner.clear()
    }

    fn clear_region(&mut self, region: Region) -> io::Result<()> {
        // Only ever asked for the whole: the console draws on all of the terminal.
        self.shown.reset();
        self.inner.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.shown.area.as_size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.shown.area.as_size(), pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut held = self.held.0.borrow_mut();
        if held.is_empty() {
            return Ok(());
        }
        let mut frame = Vec::with_capacity(held.len() + 32);
        queue!(frame, BeginSynchronizedUpdate)?;
        frame.append(&mut held);
        queue!(frame, EndSynchronizedUpdate)?;
        self.out.write_all(&frame)?;
        self.out.flush()
    }
}

/// Checks that there is a terminal to take over.
///
/// # Errors
/// When stdin or stdout is none.
pub fn expect() -> io::Result<()> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    Err(io::Error::other(
        "The console needs a terminal for input and output; use the commands in scripts (portaldesk --help).",
    ))
}

/// The terminal while the console has it; dropping it gives it back.
pub struct Taken {
    previous: Arc<dyn Fn(&PanicHookInfo) + Send + Sync>,
}

impl Taken {
    /// Takes the process's terminal over.
    ///
    /// # Errors
    /// When stdin or stdout is no terminal, or it can't be switched.
    pub fn take() -> io::Result<Self> {
        expect()?;
        force_color_output(true);
        enter()?;
        Ok(Self { previous: hook_panics() })
    }

    /// Takes the terminal over once more, after the process was stopped and goes on: whoever
    /// had it meanwhile left it as they liked.
    ///
    /// # Errors
    /// When it can't be switched.
    pub fn take_again(&self) -> io::Result<()> {
        disable_raw_mode()?;
        enter()
    }
}

/// Takes the mouse from the terminal, or gives it back.
///
/// # Errors
/// When the terminal can't be written to.
pub fn use_mouse(on: bool) -> io::Result<()> {
    if on {
        execute!(io::stdout(), EnableMouseCapture)
    } else {
        execute!(io::stdout(), DisableMouseCapture)
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Clear(ClearType::All))
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
        if !thread::panicking() {
            let previous = Arc::clone(&self.previous);
            std::panic::set_hook(Box::new(move |info| previous(info)));
        }
    }
}

/// A panic of the drawing thread gives the terminal back before it is reported. One of
/// another thread becomes an answer there, and must not write over the screen.
fn hook_panics() -> Arc<dyn Fn(&PanicHookInfo) + Send + Sync> {
    let previous: Arc<dyn Fn(&PanicHookInfo) + Send + Sync> = Arc::from(std::panic::take_hook());
    let (report, drawing) = (Arc::clone(&previous), thread::current().id());
    std::panic::set_hook(Box::new(move |info| {
        if thread::current().id() == drawing {
            give_back();
            report(info);
        } else {
            tracing::error!("a thread broke: {info}");
        }
    }));
    previous
}

/// Clears what was shown and restores the terminal. Nothing more can be done about errors:
/// the terminal may be gone.
fn give_back() {
    let mut out = io::stdout();
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        ResetColor,
        Clear(ClearType::All),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        SetCursorStyle::DefaultUserShape,
        Show
    );
    let _ = disable_raw_mode();
}

#[cfg(test)]
mod tests {
    use std::cell::Cell as Count;

    use ratatui::style::{Modifier, Style};

    use super::*;

    /// Counts the writes that reach a terminal.
    #[derive(Default)]
    struct Wire {
        bytes: Vec<u8>,
        writes: Rc<Count<usize>>,
    }

    impl Write for Wire {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes.set(self.writes.get() + 1);
            self.bytes.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn drawn(text: &str) -> (String, usize) {
        force_color_output(true);
        let writes = Rc::new(Count::new(0));
        let mut screen = Screen::new(Wire { writes: Rc::clone(&writes), ..Wire::default() }, 40, 1);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
        buffer.set_string(0, 0, text, Style::new().add_modifier(Modifier::REVERSED));
        let blank = Buffer::empty(buffer.area);
        screen.draw(blank.diff(&buffer).into_iter()).unwrap();
        screen.set_cursor_position((3, 0)).unwrap();
        screen.show_cursor().unwrap();
        screen.flush().unwrap();
        screen.flush().unwrap();
        (String::from_utf8(screen.out.bytes).unwrap(), writes.get())
    }

    #[test]
    fn a_frame_is_one_write_between_its_marks() {
        let (bytes, writes) = drawn("abc");
        assert_eq!(writes, 1);
        assert!(bytes.starts_with("\x1b[?2026h") && bytes.ends_with("\x1b[?2026l"), "{bytes:?}");
        assert!(bytes.contains("\x1b[7m"), "reverse video survives: {bytes:?}");
    }

    #[test]
    fn a_row_with_a_disputed_character_is_drawn_from_end_to_end() {
        let mut screen = Screen::new(Wire::default(), 8, 2);
        let mut before = Buffer::empty(Rect::new(0, 0, 8, 2));
        before.set_string(0, 0, "\u{939}\u{93f}b   z", Style::new());
        before.set_string(0, 1, "ab   z", Style::new());
        let blank = Buffer::empty(before.area);
        screen.draw(blank.diff(&before).into_iter()).unwrap();
        screen.flush().unwrap();
        let mut after = before.clone();
        after.set_string(5, 0, "c", Style::new());
        after.set_string(4, 1, "c", Style::new());
        screen.out.bytes.clear();
        screen.draw(before.diff(&after).into_iter()).unwrap();
        screen.flush().unwrap();
        let bytes = String::from_utf8(screen.out.bytes).unwrap();
        assert_eq!(
            bytes.matches('z').count(),
            1,
            "the upper row whole, the lower one as little as needed: {bytes:?}"
        );
        assert!(bytes.contains("\u{939}\u{93f}"), "{bytes:?}");
        assert_eq!(bytes.matches('c').count() - bytes.matches("\x1b[c").count(), 2, "{bytes:?}");
    }

    /// What stood in the second cell of a wide character was drawn again when the character
    /// left, and stayed on the screen.
    #[test]
    fn what_a_wide_character_covered_does_not_come_back() {
        let mut screen = Screen::new(Wire::default(), 6, 1);
        let frames = ["──────", "\u{928}\u{94d}\u{926} ab", "x  yz"].map(|text| {
            let mut frame = Buffer::empty(Rect::new(0, 0, 6, 1));
            frame.set_string(0, 0, text, Style::new());
            frame
        });
        let mut before = Buffer::empty(frames[0].area);
        for frame in &frames {
            screen.out.bytes.clear();
            screen.draw(before.diff(frame).into_iter()).unwrap();
            screen.flush().unwrap();
            before.clone_from(frame);
        }
        let bytes = String::from_utf8(screen.out.bytes).unwrap();
        assert!(bytes.contains('x') && !bytes.contains('─'), "{bytes:?}");
    }

    #[test]
    fn what_follows_a_disputed_character_is_put_in_its_place() {
        let (bytes, _) = drawn("ab");
        assert_eq!(bytes.matches(";1H").count() + bytes.matches(";2H").count(), 1, "{bytes:?}");
        let (bytes, _) = drawn("\u{5d0}b");
        assert!(bytes.contains("\x1b[1;2H"), "{bytes:?}");
    }
}
