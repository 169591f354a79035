//! Random keys, pastes, sizes and waits into the whole console.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::domain::text::is_invisible;
use crate::tui::keymap::{Chord, Context, Key};
use crate::tui::state::LayerId;
use crate::tui::testing::{Console, PASSWORD, context};
use crate::tui::theme::Theme;

/// Something that may happen to a console.
#[derive(Debug, Clone)]
enum Step {
    Key(Chord),
    Paste(String),
    Size(u16, u16),
    Wait(i64),
    Password,
    /// The mouse pressed there.
    Click(u16, u16),
    Wheel(bool),
    /// What was held back is answered: only in a slow console.
    Answers,
}

const NAMED: [&str; 34] = [
    "Enter",
    "Enter",
    "Esc",
    "Tab",
    "S-Tab",
    "Up",
    "Down",
    "Left",
    "Right",
    "Home",
    "End",
    "PgUp",
    "PgDn",
    "Backspace",
    "Delete",
    "Space",
    "F1",
    "F2",
    "F3",
    "F4",
    "F5",
    "F6",
    "F7",
    "F8",
    "F9",
    "F12",
    "C-s",
    "C-z",
    "C-r",
    "C-u",
    "C-w",
    "C-l",
    "C-c",
    "2",
];

fn step() -> impl Strategy<Value = Step> {
    let named = prop::sample::select(NAMED.to_vec())
        .prop_map(|name| Step::Key(Chord::parse(name).unwrap()));
    let letter = prop::sample::select(
        "crexs/fgpuhjklq?:+.,dS123456*v-<>yoa[]n\u{301}\u{a0}\u{3000}山\u{202e}ß"
            .chars()
            .collect::<Vec<_>>(),
    )
    .prop_map(|c| Step::Key(Chord::plain(Key::Char(c))));
    let paste = prop_oneof![
        any::<String>(),
        Just("a\u{1b}[2J\u{7}\r\nb".to_owned()),
        Just("x".repeat(9_000)),
    ]
    .prop_map(Step::Paste);
    let size = (1u16..140, 1u16..50).prop_map(|(columns, rows)| Step::Size(columns, rows));
    prop_oneof![
        10 => named,
        6 => letter,
        1 => paste,
        1 => prop_oneof![3 => Just(Step::Size(80, 24)), 1 => size],
        2 => prop::sample::select(vec![50, 300, 500, 3_000, 700_000]).prop_map(Step::Wait),
        1 => Just(Step::Password),
        3 => Just(Step::Answers),
        2 => (0u16..80, 0u16..24).prop_map(|(x, y)| Step::Click(x, y)),
        1 => any::<bool>().prop_map(Step::Wheel),
    ]
}

fn take(console: &mut Console, step: &Step) {
    match step {
        Step::Key(chord) => {
            console.send(crate::tui::update::Msg::Input(crate::tui::input::Input::Chord(*chord)));
        }
        Step::Paste(text) => drop(console.paste(text)),
        Step::Size(columns, rows) => drop(console.resize(*columns, *rows)),
        Step::Wait(millis) => drop(console.wait(*millis)),
        Step::Password => drop(console.type_text(PASSWORD)),
        Step::Click(x, y) => drop(console.click_at(*x, *y)),
        Step::Wheel(down) => {
            let wheel = crate::tui::input::Input::Wheel { down: *down };
            console.send(crate::tui::update::Msg::Input(wheel));
        }
        Step::Answers => {
            if let Some(held) = console.held.take() {
                console.carry_out(held);
                console.held = Some(Vec::new());
            }
        }
    }
}

fn dirty_layers(console: &Console) -> BTreeSet<LayerId> {
    console.state.layers.iter().filter(|l| l.screen.dirty()).map(|l| l.id).collect()
}

/// What must hold of every frame.
fn check_frame(console: &Console) {
    let (lines, cursor) = console.frame();
    for c in lines.iter().flat_map(|l| l.chars()) {
        assert!(!is_invisible(c), "{:?} in a cell", c);
        assert!(!console.theme.ascii || c.is_ascii(), "{c:?} in an ASCII frame");
    }
    let cursor = cursor.expect("the cursor stands somewhere");
    assert!(
        cursor.x < console.state.seen.columns && cursor.y < console.state.seen.rows,
        "{cursor:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_and_nothing_typed_is_lost(steps in prop::collection::vec(step(), 1..80), ascii: bool, slow: bool) {
        let mut console = Console::signed_in("anna");
        console.theme = Theme { colour: !ascii, ascii };
        console.writes = false;
        console.held = slow.then(Vec::new);
        for step in &steps {
            let (dirty, changes) = (dirty_layers(&console), console.changes);
            let asked = context(&console) == Context::Dialog;
            take(&mut console, step);
            if console.state.ended {
                break;
            }
            check_frame(&console);
            let open: BTreeSet<LayerId> = console.state.layers.iter().map(|l| l.id).collect();
            let lost = dirty.difference(&open).count();
            let meant = asked && matches!(step, Step::Key(Chord { key: Key::Enter, .. }) | Step::Click(..));
            prop_assert!(lost == 0 || meant || console.changes > changes, "{step:?} lost what was typed");
            let gone = open.is_empty();
            prop_assert!(!gone, "no layer is left");
        }
        take(&mut console, &Step::Answers);
        console.held = None;
        let lasting = !console.state.ended && !console.state.dirty();
        console.resize(80, 24);
        if lasting && !console.state.locked {
            for _ in 0..10 {
                console.wait(300).press("Esc");
            }
            prop_assert!(matches!(context(&console), Context::Dashboard | Context::Gate), "{}", console.screen());
        }
    }
}
