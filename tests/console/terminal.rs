//! A real terminal for the real binary: a PTY, and a parser that knows what it shows.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a text may take to show before the test gives up; far beyond what it takes.
const LIMIT: Duration = Duration::from_secs(60);

/// How long an answer to a key is waited for before the key is pressed again.
const PATIENCE: Duration = Duration::from_millis(100);

/// What the terminal has received so far.
struct Shown {
    parser: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
}

/// The console in a terminal of its own.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    input: Box<dyn Write + Send>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
}

impl Terminal {
    /// Starts `portaldesk` with those arguments in a terminal of `cols` × `rows`.
    pub fn start(
        args: &[&str],
        home: &Path,
        (cols, rows): (u16, u16),
        env: &[(&str, &str)],
    ) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_portaldesk"));
        command.args(args);
        command.cwd(home);
        command.env_clear();
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("USER", "tester"),
            ("PATH", "/usr/bin:/bin"),
        ] {
            command.env(name, value);
        }
        command.env("HOME", home);
        for (name, value) in env {
            command.env(name, value);
        }
        let pair = native_pty_system()
            .openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })
            .expect("the system gives pseudo-terminals");
        let child = pair.slave.spawn_command(command).expect("the binary starts");
        drop(pair.slave);
        let reader = pair.master.try_clone_reader().expect("the terminal can be read");
        let input = pair.master.take_writer().expect("the terminal can be written");
        let shown = Arc::new((
            Mutex::new(Shown {
                parser: vt100::Parser::new(cells(rows), cells(cols), 0),
                raw: Vec::new(),
                ended: false,
            }),
            Condvar::new(),
        ));
        std::thread::spawn({
            let shown = shown.clone();
            move || receive(reader, &shown)
        });
        Self { child, master: pair.master, input, shown }
    }

    /// Presses keys: plain text is typed, `<Enter>`, `<Esc>`, `<Tab>`, `<S-Tab>`, `<Up>`,
    /// `<Down>`, `<Left>`, `<Right>`, `<F2>` and `<C-x>` are pressed.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        let bytes = bytes_of(keys);
        self.send(&bytes)
    }

    /// Pastes text as a terminal does: bracketed.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        let bytes = format!("\u{1b}[200~{text}\u{1b}[201~").into_bytes();
        self.send(&bytes)
    }

    fn send(&mut self, bytes: &[u8]) -> &mut Self {
        self.input.write_all(bytes).expect("the terminal takes input");
        self.input.flush().expect("the terminal takes input");
        self
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub fn wait(&mut self, text: &str) -> &mut Self {
        self.until(&format!("“{text}” shows"), |shown| {
            shown.parser.screen().contents().contains(text)
        });
        self
    }

    /// Waits until `text` has left the screen.
    #[track_caller]
    pub fn gone(&mut self, text: &str) -> &mut Self {
        self.until(&format!("“{text}” is gone"), |shown| {
            !shown.parser.screen().contents().contains(text)
        });
        self
    }

    /// Waits until a question shows `text` and hears keys: one that destroys something is
    /// deaf at first, so Ctrl-L is pressed until the text is drawn anew.
    #[track_caller]
    pub fn attentive(&mut self, text: &str) -> &mut Self {
        let drawn =
            |raw: &[u8]| raw.windows(text.len()).filter(|it| *it == text.as_bytes()).count();
        self.wait(text);
        let before = drawn(&self.lock().raw);
        let end = Instant::now() + LIMIT;
        loop {
            self.press("<C-l>");
            let late = {
                let shown = self.lock();
                let same = |it: &mut Shown| drawn(&it.raw) == before && !it.ended;
                let waited = self.shown.1.wait_timeout_while(shown, PATIENCE, same);
                waited.unwrap_or_else(PoisonError::into_inner).1
            };
            if !late.timed_out() {
                return self;
            }
            assert!(
                Instant::now() < end,
                "“{text}” never heard a key; the screen:\n{}",
                self.screen()
            );
        }
    }

    /// Changes the size of the terminal.
    pub fn resize(&mut self, cols: u16, rows: u16) -> &mut Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.lock().parser.screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(size).expect("a terminal can be resized");
        self
    }

    /// What the screen shows, a line a row.
    pub fn screen(&self) -> String {
        self.lock().parser.screen().contents()
    }

    /// What a camera reads off the screen, as soon as there is a whole QR code.
    #[track_caller]
    pub fn scan(&self) -> String {
        let mut read = None;
        self.until("a QR code can be read", |shown| {
            read = scan(shown.parser.screen());
            read.is_some()
        });
        read.unwrap_or_default()
    }

    /// Whether the screen shows `text` now.
    pub fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    /// Everything that was written to the terminal.
    pub fn raw(&self) -> Vec<u8> {
        self.lock().raw.clone()
    }

    /// Whether the alternate screen is in use.
    pub fn is_alternate(&self) -> bool {
        self.lock().parser.screen().alternate_screen()
    }

    /// The process number.
    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("a started process has a number")
    }

    /// Waits until the program has ended; its exit status.
    #[track_caller]
    pub fn exit(&mut self) -> u32 {
        self.until("the program ends", |shown| shown.ended);
        self.child.wait().expect("a child can be waited for").exit_code()
    }

    #[track_caller]
    fn until(&self, what: &str, mut holds: impl FnMut(&Shown) -> bool) {
        let end = Instant::now() + LIMIT;
        let mut shown = self.lock();
        while !holds(&shown) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !shown.ended,
                "waited in vain until {what}{}; the screen:\n{}",
                if shown.ended { ", but the program ended" } else { "" },
                shown.parser.screen().contents()
            );
            shown =
                self.shown.1.wait_timeout(shown, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The test is over; a program that has ended already can't be killed, which is fine.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has cells")
}

fn receive(mut reader: Box<dyn Read + Send>, shown: &(Mutex<Shown>, Condvar)) {
    let mut buffer = [0; 65_536];
    loop {
        let count = reader.read(&mut buffer).unwrap_or(0);
        let mut now = shown.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.parser.process(&buffer[..count]);
        now.raw.extend_from_slice(&buffer[..count]);
        now.ended = count == 0;
        shown.1.notify_all();
        if count == 0 {
            return;
        }
    }
}

fn bytes_of(keys: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|tail| tail.split_once('>'));
        match named.and_then(|(name, tail)| Some((key(name)?, tail))) {
            Some((sequence, tail)) => {
                bytes.extend(sequence);
                rest = tail;
            }
            None => {
                bytes.extend(c.to_string().bytes());
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    bytes
}

fn key(name: &str) -> Option<Vec<u8>> {
    let fixed: &[u8] = match name {
        "Enter" => b"\r",
        "Esc" => b"\x1b",
        "Tab" => b"\t",
        "S-Tab" => b"\x1b[Z",
        "Up" => b"\x1b[A",
        "Down" => b"\x1b[B",
        "Right" => b"\x1b[C",
        "Left" => b"\x1b[D",
        "F1" => b"\x1bOP",
        "F2" => b"\x1bOQ",
        "F4" => b"\x1bOS",
        "F6" => b"\x1b[17~",
        "F9" => b"\x1b[20~",
        "F12" => b"\x1b[24~",
        _ => {
            let letter = name.strip_prefix("C-")?.bytes().next()?;
            return Some(vec![letter & 0x1f]);
        }
    };
    Some(fixed.to_vec())
}

/// What a camera reads off a terminal with a dark ground: a QR code.
fn scan(screen: &vt100::Screen) -> Option<String> {
    const SCALE: usize = 4;
    let (rows, columns) = screen.size();
    let light = |x: usize, y: usize| {
        let (row, column) = ((y / SCALE / 2) as u16, (x / SCALE) as u16);
        let cell = screen.cell(row, column)?;
        let upper = (y / SCALE).is_multiple_of(2);
        let ink = match cell.contents() {
            "▀" => upper,
            "▄" => !upper,
            _ => false,
        };
        let colour = if ink { cell.fgcolor() } else { cell.bgcolor() };
        Some(colour == vt100::Color::Idx(15))
    };
    let (width, height) = (usize::from(columns.get()) * SCALE, usize::from(rows.get()) * 2 * SCALE);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        if light(x, y).unwrap_or(false) { 255 } else { 0 }
    });
    image.detect_grids().first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
}
