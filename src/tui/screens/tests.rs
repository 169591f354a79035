//! What holds for every screen.

use crate::tui::event::Can;
use crate::tui::input::Input;
use crate::tui::keymap::{Action, Binding};
use crate::tui::testing::Console;
use crate::tui::update::Msg;

/// Keys from the Dashboard to every room and to the windows over them.
const WAYS: [&str; 93] = [
    "3 1",
    "2",
    "2 f",
    "2 /",
    "2 Enter",
    "2 Enter e",
    "2 Enter c",
    "2 Enter +",
    "2 Enter x",
    "3",
    "3 f",
    "3 x",
    "3 a",
    "3 a Enter",
    "3 a Enter Tab Tab Tab Tab Tab",
    "3 a Enter Tab Tab Tab Tab Tab F4",
    "3 a Enter Tab Tab Tab Tab Tab Tab",
    "3 a Enter Tab Tab Tab Tab Tab Tab F4",
    "3 Space",
    "3 + x",
    "g p",
    "g p f",
    "g p x",
    "g p a",
    "3 Enter x Enter",
    "3 Enter x Enter C-g",
    "3 End e",
    "3 Down Enter e",
    "3 Down Enter",
    "3 Down Enter x Enter C-g F2",
    "3 Down Enter x Enter C-g F2 w",
    "3 F9 s e c o n d Enter",
    "3 F9 s e c o n d Enter c o r r e c t Space h o r s e Space b a t t e r y Enter",
    "3 Down Enter l",
    "3 Down Enter w",
    "3 Down w",
    "3 Down Down Enter x",
    "4",
    "4 a",
    "4 f F4",
    "4 Enter",
    "4 Enter e",
    "4 Enter x",
    "5",
    "5 a",
    "5 f",
    "5 Enter",
    "5 Enter e",
    "5 Enter x",
    "5 Enter Tab",
    "5 Enter Tab a",
    "5 Enter Tab Tab",
    "5 Enter Tab Tab a",
    "5 Enter S-Tab",
    "5 Enter S-Tab a",
    "6",
    "6 a",
    "6 a Tab Space Tab Tab Tab Right Tab",
    "g m",
    "g m f",
    "g m x",
    "g m H",
    "g p a a c m e Enter F2",
    "g p a a c m e Enter F2 x",
    "g p a a c m e Enter F2 m",
    "g p a a c m e Enter F2 m v",
    "g p a a c m e Enter C-t",
    "g p a a c m e Enter F2 g m x",
    "7",
    "7 f",
    "7 Enter",
    "8",
    "8 /",
    "8 x",
    "8 a",
    "8 Enter",
    "8 Enter e",
    "8 Enter x",
    "8 Tab",
    "8 Tab a",
    "8 Tab x",
    "8 Tab Enter",
    "8 Tab Enter e",
    "8 Tab Tab",
    "8 Tab Tab a",
    "8 Tab Tab Enter",
    "8 Tab Tab Enter x",
    "8 Tab Tab Tab",
    "8 Tab Tab Tab x",
    "8 Tab Tab Tab a",
    "8 S-Tab",
    "8 S-Tab x",
    "8 m",
];

fn at(login: &str, way: &str) -> Console {
    let mut console = Console::signed_in(login);
    // A window that must not be closed by accident hears nothing at first.
    for keys in way.split(' ') {
        console.press(keys).wait(if keys == "F2" { 300 } else { 0 });
    }
    console
}

/// The rows of the key map that the hint line of a screen is made of.
fn hinted(console: &Console) -> Vec<Binding> {
    let top = console.state.top().unwrap();
    let rows = console.state.keymap.hints(top.screen.context());
    let works = |row: &&&Binding| top.screen.can(row.action, &console.state.seen) == Can::Yes;
    rows.iter().filter(works).map(|row| (*row).clone()).collect()
}

/// Whether pressing the first keys of `row` changes the screen or asks for something.
fn has_effect(mut console: Console, row: &Binding) -> bool {
    if row.action == Action::Reveal {
        console.type_text("a");
    }
    let before = console.styled();
    console.held = Some(Vec::new());
    for chord in &row.keys[0] {
        console.send(Msg::Input(Input::Chord(*chord)));
    }
    console.styled() != before || console.held.is_some_and(|effects| !effects.is_empty())
}

#[test]
fn no_key_in_the_hint_line_is_without_effect() {
    for (login, way) in ["anna", "root"].into_iter().flat_map(|l| WAYS.map(|way| (l, way))) {
        let rows = hinted(&at(login, way));
        for row in &rows {
            // Up does nothing on the first row; it shares its hint with Down.
            let mut same = rows.iter().filter(|other| other.label == row.label);
            let moved = same.any(|row| has_effect(at(login, way), row));
            assert!(moved, "{login}, {way}: “{}” does nothing", row.label);
        }
    }
}

#[test]
fn every_place_is_where_the_palette_says() {
    for place in crate::tui::place::Place::ALL {
        for path in place.paths() {
            let mut console = Console::signed_in("anna");
            console.press("2 F9").type_text(path).press("Enter");
            let screen = console.screen();
            let title = screen.lines().next().unwrap();
            assert!(title.contains(place.paths()[0]), "{path} leads to {title}");
        }
    }
}

#[test]
fn every_room_stands_in_a_small_terminal_and_in_a_large_one() {
    for (columns, rows) in [(60, 18), (80, 24), (100, 30), (120, 40), (200, 60)] {
        for way in WAYS {
            let mut console = at("anna", way);
            console.resize(columns, rows);
            let (lines, cursor) = console.frame();
            let cursor = cursor.unwrap_or_else(|| panic!("no cursor at {way} in {columns}×{rows}"));
            assert!(cursor.x < columns && cursor.y < rows, "{way}: {cursor:?}");
            assert!(lines.last().unwrap().len() > 5, "no hints at {way} in {columns}×{rows}");
        }
    }
}
