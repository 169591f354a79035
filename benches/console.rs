//! From key to frame: how long the console takes to show what a key did.
//!
//! Two figures over a store on sled with 3,000 requests, at 120 × 40: the *echo*, from a key
//! in the filter line to the frame that shows it typed, and the *answer*, from the same key to
//! the frame that shows the filtered list. Frames are made into the bytes a terminal gets.
//!
//! `cargo bench --bench console`

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use portaldesk::clock::{Clock, SystemClock};
use portaldesk::domain::login::Door;
use portaldesk::domain::role::Role;
use portaldesk::domain::secret::Secret;
use portaldesk::service::hashing::HashCost;
use portaldesk::service::requests::RequestForm;
use portaldesk::service::session::Origin;
use portaldesk::service::setup::FirstStart;
use portaldesk::service::staff::StaffForm;
use portaldesk::service::{Desk, SignIn};
use portaldesk::store::sled::{Options, SledRepository};
use portaldesk::tui::ask::Answer;
use portaldesk::tui::effect::Effect;
use portaldesk::tui::input::Input;
use portaldesk::tui::keymap::{Chord, Key};
use portaldesk::tui::runner::Runner;
use portaldesk::tui::state::{Limits, Seen, State, Ticket, Zone};
use portaldesk::tui::theme::Theme;
use portaldesk::tui::update::{Msg, update};
use portaldesk::tui::view::view;

const REQUESTS: usize = 3_000;
const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
const PASSWORD: &str = "tolles Gewitter am Mittag";

/// A console without a terminal: keys in, frames into the void.
struct Console {
    state: State,
    runner: Runner,
    answers: Receiver<(Ticket, Answer)>,
    terminal: Terminal<CrosstermBackend<io::Sink>>,
    clock: SystemClock,
}

impl Console {
    fn start(desk: &Desk, origin: &Origin) -> Self {
        let clock = SystemClock;
        let seen = Seen {
            now: clock.now(),
            elapsed: 0,
            zone: Zone::UTC,
            columns: COLUMNS,
            rows: ROWS,
            who: None,
            welcome: None,
            per_page: 50,
        };
        let state = State::new(seen, Limits { idle: i64::MAX, absolute: i64::MAX });
        let (sender, answers) = channel();
        let desk = desk.clone();
        // The bench is over when nobody listens any more.
        let answered = move |ticket, answer| drop(sender.send((ticket, answer)));
        let runner = Runner::start(Box::new(move || Ok(desk)), origin, answered, drop)
            .expect("the system gives threads");
        let viewport = Viewport::Fixed(Rect::new(0, 0, COLUMNS, ROWS));
        let terminal =
            Terminal::with_options(CrosstermBackend::new(io::sink()), TerminalOptions { viewport })
                .expect("nothing can fail to be written to a sink");
        let mut console = Self { state, runner, answers, terminal, clock };
        console.hear(Msg::Begin);
        console.settle();
        console
    }

    fn hear(&mut self, msg: Msg) {
        update(&mut self.state, Msg::Tick(self.clock.now()));
        for effect in update(&mut self.state, msg) {
            match effect {
                Effect::Ask { ticket, from, ask } => {
                    self.runner.ask(ticket, from, self.state.seen.who.clone(), *ask);
                }
                Effect::Forget(ticket) => self.runner.forget(ticket),
                Effect::Stop(ticket) => self.runner.stop(ticket),
                Effect::Clear | Effect::Mouse(_) => {}
            }
        }
    }

    fn press(&mut self, key: &str) {
        let chord = Chord::parse(key).expect("a key of the table");
        self.hear(Msg::Input(Input::Chord(chord)));
    }

    fn draw(&mut self) {
        let Self { terminal, state, .. } = self;
        terminal
            .draw(|frame| {
                view(state, &THEME, frame);
            })
            .expect("nothing can fail to be written to a sink");
    }

    /// Hears answers until no question is under way.
    fn settle(&mut self) {
        while !self.state.pending.is_empty() {
            let (ticket, answer) = self.answers.recv().expect("the runner answers every question");
            self.hear(Msg::Answer(ticket, answer));
        }
        self.draw();
    }

    fn type_in(&mut self, text: &str) {
        for c in text.chars() {
            self.hear(Msg::Input(Input::Chord(Chord::plain(Key::Char(c)))));
        }
    }
}

const THEME: Theme = Theme { colour: true, ascii: false };

/// A desk with staff and requests, and a console on its list of requests, filter line open.
fn filtering(dir: &std::path::Path) -> Console {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let repo = SledRepository::open(dir, Options::at(clock.now())).expect("a new store opens");
    let desk = Desk::new(Arc::new(repo), clock).with_hashing(HashCost::CHEAP);
    let origin = Origin { os_user: "bench".into(), host: "bench".into() };
    let password = || Secret::new(PASSWORD.to_owned());
    desk.set_up(&FirstStart::new("root", password()), &origin).expect("an empty store is set up");
    let SignIn::SignedIn(root) =
        desk.sign_in("root", &password(), Door::Command, &origin).expect("root signs in")
    else {
        unreachable!("the first administrator need not change the password")
    };
    let anna = StaffForm {
        login: "anna".into(),
        role: Role::CustomerService,
        password: password(),
        must_change: false,
        first: "Anna".into(),
        last: "Berg".into(),
        email: String::new(),
    };
    desk.create_staff(&root, &anna).expect("staff are made");
    for n in 0..REQUESTS {
        let form = RequestForm {
            first: ["Zoë", "Jan", "太郎", "Łukasz", "Karl"][n % 5].into(),
            last: format!("Kowalski{}", n % 97),
            email: format!("user{n}@c{}.example", n % 311),
            phone: "+44 20 7946 0018".into(),
            company_name: format!("Acme {} Ltd", n % 311),
        };
        desk.submit_request(&form, None, &origin).expect("requests come in");
    }
    let mut console = Console::start(&desk, &origin);
    console.type_in("anna");
    console.press("Tab");
    console.type_in(PASSWORD);
    console.press("Enter");
    console.settle();
    console.press("2");
    console.settle();
    console.press("/");
    console.settle();
    console
}

/// The keys of a filter being typed and taken back, one a call.
fn keys() -> impl Iterator<Item = &'static str> {
    ["k", "o", "w", "a", "l", "Backspace", "Backspace", "Backspace", "Backspace", "Backspace"]
        .into_iter()
        .cycle()
}

fn key_to_frame(bench: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a place for a throw-away store");
    let mut console = filtering(dir.path());
    let mut typed = keys();
    let mut group = bench.benchmark_group("key to frame, 3,000 requests");
    group.bench_function("echo", |b| {
        b.iter_custom(|count| {
            timed(count, |spent| {
                let start = Instant::now();
                console.press(typed.next().unwrap_or("k"));
                console.draw();
                *spent += start.elapsed();
                console.settle();
            })
        });
    });
    group.bench_function("answer", |b| {
        b.iter_custom(|count| {
            timed(count, |spent| {
                let start = Instant::now();
                console.press(typed.next().unwrap_or("k"));
                console.settle();
                *spent += start.elapsed();
            })
        });
    });
    group.finish();
}

fn timed(count: u64, mut once: impl FnMut(&mut Duration)) -> Duration {
    let mut spent = Duration::ZERO;
    for _ in 0..count {
        once(&mut spent);
    }
    spent
}

criterion_group!(benches, key_to_frame);
criterion_main!(benches);
