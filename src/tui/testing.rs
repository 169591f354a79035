//! A whole console in a test: real services over the strict model, effects carried out at
//! once, keys written as the key map writes them.

mod post;

use std::cell::RefCell;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Position;

use super::ask::Ask;
use super::effect::Effect;
use super::input::{Input, Pasted};
use super::keymap::{Chord, Context};
use super::runner::{deliver, perform, run_due};
use super::state::{Limits, Seen, State, Zone};
use super::theme::Theme;
use super::update::{Msg, update};
use super::view::pen::Drawn;
use super::view::view;
use crate::clock::{Clock, FixedClock};
use crate::domain::company::CompanyKind;
use crate::domain::factor::Factor;
use crate::domain::id::RequestId;
use crate::domain::login::Door;
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::time::{DAY, HOUR, MINUTE, Timestamp};
use crate::service::Credentials;
use crate::service::companies::{CompanyForm, CompanyRow};
use crate::service::contacts::ContactForm;
use crate::service::requests::RequestForm;
use crate::service::sealing::TestKeys;
use crate::service::{Desk, DeskError, FirstStart, HashCost, Origin, Session, SignIn, StaffForm};
use crate::store::memory::Memory;

/// The password of everybody in a test.
pub const PASSWORD: &str = "correct horse battery";
/// Colours and Unicode.
pub const THEME: Theme = Theme { colour: true, ascii: false };

/// A console and what stands behind it.
pub struct Console {
    pub state: State,
    pub desk: Desk,
    pub clock: Arc<FixedClock>,
    pub origin: Origin,
    pub theme: Theme,
    /// Effects that are held back instead of carried out.
    pub held: Option<Vec<Effect>>,
    /// Whether files are written when that is asked for.
    pub writes: bool,
    /// How many questions that change something were answered with a yes.
    pub changes: usize,
}

/// The visitors of the sample, oldest first.
const VISITORS: [[&str; 5]; 5] = [
    ["Karl", "Gustavsson", "karl@karlsson.example", "+46 8 123 45", "Karlsson & Norberg"],
    ["太郎", "山田", "taro@ito.example", "+81 3 1234 5678", "有限会社 伊藤"],
    ["Jan", "Kowalski", "jan@kozien.example", "+48 22 123 45 67", "PPUH Kozień Sp.k."],
    ["אבו", "כף-גרוסמן", "abu@shalom.example", "+972 2 123 4567", "חברה בע״מ"],
    ["Zoë", "O'Brien", "zoe@acme.example", "+44 20 7946 0018", "Acme Ltd"],
];

impl Console {
    /// A console at the sign-in screen of a store with five requests, a company with three
    /// contacts, the administrator `root` and the agents `anna` and `ben`.
    pub fn new() -> Self {
        let mut it = Self::over_an_empty_store();
        it.desk.set_up(&FirstStart::new("root", secret()), &it.origin).unwrap();
        let root = it.session("root");
        for login in ["anna", "ben"] {
            let form = StaffForm {
                login: login.into(),
                first: String::new(),
                last: String::new(),
                email: String::new(),
                role: Role::CustomerService,
                password: secret(),
                must_change: false,
            };
            it.desk.create_staff(&root, &form).unwrap();
        }
        it.fill();
        it.begin();
        it
    }

    /// A console whose first screen is not opened yet, over nothing.
    pub fn over_an_empty_store() -> Self {
        let clock = Arc::new(FixedClock::at(Timestamp::parse("2026-11-24T09:00:00Z").unwrap()));
        let desk = Desk::new(Arc::new(Memory::new()), clock.clone())
            .with_hashing(HashCost::CHEAP)
            .with_keys(Arc::new(TestKeys::default()));
        let seen = Seen {
            now: clock.now(),
            elapsed: 0,
            zone: Zone::UTC,
            columns: 80,
            rows: 24,
            who: None,
            welcome: None,
            per_page: 50,
        };
        let state = State::new(seen, Limits { idle: 10 * MINUTE, absolute: 12 * HOUR });
        let origin = Origin { os_user: "tester".into(), host: "here".into() };
        Self { state, desk, clock, origin, theme: THEME, held: None, writes: true, changes: 0 }
    }

    /// A console where `login` is signed in and looks at the Dashboard.
    pub fn signed_in(login: &str) -> Self {
        let mut it = Self::new();
        it.type_text(login).press("Enter").type_text(PASSWORD).press("Enter");
        assert!(it.state.seen.who.is_some(), "{}", it.screen());
        it
    }

    /// A console where a colleague of that role is signed in, whose login is `dora`.
    pub fn signed_in_as(role: Role) -> Self {
        let mut it = Self::new();
        let root = it.session("root");
        let form = StaffForm {
            login: "dora".into(),
            first: String::new(),
            last: String::new(),
            email: String::new(),
            role,
            password: secret(),
            must_change: false,
        };
        it.desk.create_staff(&root, &form).unwrap();
        it.type_text("dora").press("Enter").type_text(PASSWORD).press("Enter");
        assert!(it.state.seen.who.is_some(), "{}", it.screen());
        it
    }

    /// The same, where mail is set up; see [`post::TestPost`] for what becomes of it.
    pub fn mailing(mut self) -> Self {
        self.desk = self.desk.with_post(Arc::new(post::TestPost));
        self
    }

    /// Makes a company of that kind; its number is given by the store.
    pub fn company(&self, name: &str, kind: CompanyKind) -> CompanyRow {
        let partner = kind == CompanyKind::Partner;
        let form = CompanyForm { name: name.into(), partner, ..CompanyForm::default() };
        self.desk.create_company(&self.session("ben"), &form).unwrap().row
    }

    fn fill(&mut self) {
        let anna = self.session("anna");
        for (age, [first, last, email, phone, company]) in VISITORS.iter().enumerate() {
            let form = RequestForm {
                first: (*first).into(),
                last: (*last).into(),
                email: (*email).into(),
                phone: (*phone).into(),
                company_name: (*company).into(),
            };
            self.desk.submit_request(&form, None, &self.origin).unwrap();
            self.clock.advance(if age < 3 { DAY } else { 2 * HOUR });
        }
        let company = CompanyForm { name: "Acme Ltd".into(), ..CompanyForm::default() };
        let acme = self.desk.create_company(&anna, &company).unwrap().row.id;
        for [first, last, email] in [
            ["Zoë", "O'Brien", "zoe@acme.example"],
            ["Z.", "Obrien", "z@acme.example"],
            ["Joe", "Smith", "joe@bolt.example"],
        ] {
            let form = ContactForm {
                first: first.into(),
                last: last.into(),
                email: email.into(),
                phone: String::new(),
                company: Some(acme),
            };
            self.desk.create_contact(&anna, &form).unwrap();
        }
        self.state.seen.now = self.clock.now();
    }

    /// A session of somebody who sits elsewhere.
    pub fn session(&self, login: &str) -> Session {
        match self.desk.sign_in(&Credentials::new(login, &secret()), Door::Console, &self.origin) {
            Ok(SignIn::SignedIn(session)) => session,
            other => panic!("{login} is not let in: {other:?}"),
        }
    }

    /// The newest request: Zoë O'Brien's.
    pub fn newest(&self) -> RequestId {
        RequestId(VISITORS.len() as u64)
    }

    /// Opens the first screen.
    pub fn begin(&mut self) {
        self.send(Msg::Begin);
    }

    /// Presses keys: `2 Enter C-s`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split(' ') {
            let chord = Chord::parse(name).unwrap_or_else(|| panic!("no key {name}"));
            self.send(Msg::Input(Input::Chord(chord)));
        }
        self
    }

    /// Types a text, key by key.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.send(Msg::Input(Input::Chord(Chord::plain(super::keymap::Key::Char(c)))));
        }
        self
    }

    /// Presses the mouse on the first cell of a text on the screen.
    pub fn click(&mut self, text: &str) -> &mut Self {
        let (lines, _) = self.frame();
        let row = lines.iter().position(|line| line.contains(text)).expect(text);
        let before = lines[row].split(text).next().unwrap_or("");
        let column = super::text::width(before) as u16;
        assert!(self.drawn().spot(column, row as u16).is_some(), "nothing to press on at {text}");
        self.click_at(column, row as u16)
    }

    /// Presses the mouse somewhere.
    pub fn click_at(&mut self, column: u16, row: u16) -> &mut Self {
        if let Some(spot) = self.drawn().spot(column, row) {
            self.send(Msg::Input(Input::Hit(spot)));
        }
        self
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.send(Msg::Input(Input::Paste(Pasted::read(text))));
        self
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.send(Msg::Input(Input::Size(columns, rows)));
        self
    }

    /// Lets milliseconds pass.
    pub fn wait(&mut self, millis: i64) -> &mut Self {
        self.clock.advance(millis);
        self.send(Msg::Tick(self.clock.now()));
        self
    }

    /// Handles a message and carries out what comes of it, unless effects are held back.
    pub fn send(&mut self, msg: Msg) {
        let mut effects = update(&mut self.state, msg);
        if let Some(held) = &mut self.held {
            held.append(&mut effects);
            return;
        }
        self.carry_out(effects);
    }

    /// Carries out effects and whatever comes of them.
    pub fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Ask { ticket, ask, .. } = effect {
                let changes = ask.changes();
                let file = matches!(*ask, Ask::Export { .. } | Ask::Handout { .. });
                let answer = if file && !self.writes {
                    Err(DeskError::Machine("This test writes no files.".to_owned()))
                } else {
                    perform(&self.desk, &self.origin, self.state.seen.who.as_ref(), *ask, &())
                };
                self.changes += usize::from(changes && answer.is_ok());
                self.send(Msg::Answer(ticket, answer));
            }
        }
    }

    /// Lets the console do what it does by itself while it is open.
    pub fn behind(&mut self) -> &mut Self {
        let told = RefCell::new(Vec::new());
        let tell = |it| told.borrow_mut().push(it);
        deliver(&self.desk, &(), &tell);
        run_due(&self.desk, &self.origin, &(), &tell);
        for it in told.into_inner() {
            self.send(Msg::Behind(it));
        }
        self
    }

    /// What the status line says.
    pub fn status(&self) -> &str {
        self.state.status.as_ref().map_or("", |s| s.text.as_str())
    }

    fn drawn(&self) -> Drawn {
        let size = TestBackend::new(self.state.seen.columns, self.state.seen.rows);
        let mut drawn = Drawn::default();
        let mut terminal = Terminal::new(size).unwrap();
        terminal.draw(|frame| drawn = view(&self.state, &self.theme, frame)).unwrap();
        drawn
    }

    /// The screen as text, one line a row, and where the cursor is.
    pub fn frame(&self) -> (Vec<String>, Option<Position>) {
        let mut terminal =
            Terminal::new(TestBackend::new(self.state.seen.columns, self.state.seen.rows)).unwrap();
        let mut cursor = None;
        terminal.draw(|frame| cursor = view(&self.state, &self.theme, frame).cursor).unwrap();
        let buffer = terminal.backend().buffer();
        let width = usize::from(buffer.area.width);
        let lines = buffer.content.chunks(width).map(row_text).collect();
        (lines, cursor)
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.frame().0.join("\n")
    }

    /// What a camera reads off the screen, on a terminal with a dark ground or a light one.
    pub fn scan(&self, dark: bool) -> Option<String> {
        super::camera::scan(&self.buffer(), dark)
    }

    fn buffer(&self) -> ratatui::buffer::Buffer {
        let size = TestBackend::new(self.state.seen.columns, self.state.seen.rows);
        let mut terminal = Terminal::new(size).unwrap();
        terminal
            .draw(|frame| {
                view(&self.state, &self.theme, frame);
            })
            .unwrap();
        terminal.backend().buffer().clone()
    }

    /// Gives somebody an authenticator app to set up at the next sign-in.
    pub fn give_app(&self, login: &str) {
        let (root, factor) = (self.session("root"), Some(Factor::AuthenticatorApp));
        let id = self.desk.user_by_name(&root, login).unwrap().row.id;
        self.desk.set_second_factor(&root, id, None, factor).unwrap();
    }

    /// Sets up the app that somebody was given, as if they sat elsewhere.
    pub fn set_up_app(&self, login: &str) {
        let password = secret();
        let shown = Credentials::new(login, &password);
        let answer = self.desk.sign_in(&shown, Door::Console, &self.origin);
        let Ok(SignIn::NeedsEnrolment(leave)) = answer else { panic!("{login}: {answer:?}") };
        let offer = self.desk.begin_enrolment(&leave).unwrap();
        let code = super::camera::App::told(offer.uri.expose()).code(self);
        self.desk.finish_enrolment(&leave, &Secret::new(code)).unwrap();
    }

    /// The screen as text with the style of each cell below its row, for snapshots.
    pub fn styled(&self) -> String {
        let buffer = self.buffer();
        let width = usize::from(buffer.area.width);
        let rows = buffer.content.chunks(width).map(|row| {
            let styles: String = row.iter().map(style_letter).collect();
            let styles = styles.trim_end();
            let below = if styles.is_empty() { String::new() } else { format!("\n┊{styles}") };
            format!("{}{below}", row_text(row))
        });
        rows.collect::<Vec<_>>().join("\n")
    }
}

/// The password of everybody.
pub fn secret() -> Secret {
    Secret::new(PASSWORD.to_owned())
}

/// A row's text; the second cell of a wide character is left out.
fn row_text(row: &[ratatui::buffer::Cell]) -> String {
    let mut text = String::new();
    let mut skip = 0;
    for cell in row {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        text.push_str(cell.symbol());
        skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
    }
    text.trim_end().to_owned()
}

/// The context of the screen on top.
pub fn context(console: &Console) -> Context {
    console.state.top().unwrap().screen.context()
}

/// The text has to be on the screen.
///
/// # Panics
/// When it is not.
pub fn shows(console: &Console, text: &str) {
    let screen = console.screen();
    assert!(screen.contains(text), "no “{text}” on\n{screen}");
}

/// The text must not be on the screen.
///
/// # Panics
/// When it is.
pub fn hides(console: &Console, text: &str) {
    let screen = console.screen();
    assert!(!screen.contains(text), "“{text}” is on\n{screen}");
}

/// One letter for how a cell is dressed: what a reader of a snapshot can tell apart.
fn style_letter(cell: &ratatui::buffer::Cell) -> char {
    use ratatui::style::{Color, Modifier};
    let modifier = cell.modifier;
    match (cell.fg, modifier) {
        (_, m) if m.contains(Modifier::REVERSED) => 'S',
        (Color::Cyan, m) if m.contains(Modifier::BOLD) => 'A',
        (Color::Cyan, _) => 'c',
        (Color::Yellow, _) => 'y',
        (Color::Green, _) => 'g',
        (Color::Red, _) => 'r',
        (_, m) if m.contains(Modifier::UNDERLINED | Modifier::BOLD) => 'F',
        (_, m) if m.contains(Modifier::UNDERLINED) => '_',
        (_, m) if m.contains(Modifier::BOLD) => 'b',
        (_, m) if m.contains(Modifier::DIM) => '.',
        _ => ' ',
    }
}
