//! Proofs about the table.

use super::*;
use crate::tui::place::Place;

/// Chords that terminals and multiplexers take.
const NEVER: [Chord; 6] = [
    Chord::ctrl('a'),
    Chord::ctrl('b'),
    Chord::ctrl('d'),
    Chord::ctrl('q'),
    Chord::ctrl('\\'),
    Chord::ctrl(' '),
];

#[test]
fn every_key_in_the_table_can_be_read() {
    let keymap = Keymap::default();
    for (row, binding) in table::rows().zip(&keymap.bindings) {
        assert_eq!(row.keys.len(), binding.keys.len(), "{row:?}");
    }
}

#[test]
fn no_chord_is_bound_twice_in_a_context_nor_begins_another() {
    let keymap = Keymap::default();
    for context in Context::ALL {
        let mut seen: Vec<(&[Chord], Action)> = Vec::new();
        for binding in keymap.in_context(context) {
            for keys in &binding.keys {
                for (other, action) in &seen {
                    let clash = keys.starts_with(other) || other.starts_with(keys);
                    assert!(!clash, "{context:?}: {keys:?} is {:?} and {action:?}", binding.action);
                }
                seen.push((keys, binding.action));
            }
        }
    }
}

#[test]
fn every_action_has_a_way_without_letters() {
    let keymap = Keymap::default();
    let letterless = |keys: &Vec<Chord>| {
        keys.iter().all(|c| c.ctrl || !c.typed().is_some_and(char::is_alphabetic))
    };
    for context in Context::ALL {
        // `q` is short for two rows that have ways of their own: Esc, and Leave in the palette.
        for binding in keymap.in_context(context).filter(|b| b.action != Action::BackOrQuit) {
            let other_row = || {
                let mut rows = keymap.in_context(context).filter(|b| b.action == binding.action);
                rows.any(|b| b.keys.iter().any(letterless))
            };
            assert!(
                binding.menu || binding.palette || other_row(),
                "{context:?} {:?}",
                binding.action
            );
        }
        let palette = keymap.in_context(context).any(|b| b.palette);
        let opened = keymap.in_context(context).any(|b| {
            b.action == Action::Palette && b.keys.contains(&vec![Chord::plain(Key::F(9))])
        });
        assert!(!palette || opened, "{context:?} offers commands that F9 does not reach");
    }
}

#[test]
fn nothing_from_the_never_bind_list() {
    let keymap = Keymap::default();
    for binding in &keymap.bindings {
        for chord in binding.keys.iter().flatten() {
            assert!(!NEVER.contains(chord), "{chord} is bound to {:?}", binding.action);
            assert!(!matches!(chord.key, Key::F(10 | 11)), "{chord} is bound");
        }
    }
}

#[test]
fn where_something_is_typed_no_single_character_is_a_command() {
    let keymap = Keymap::default();
    for context in [Context::Gate, Context::Filter, Context::Picker, Context::Palette] {
        for binding in keymap.in_context(context) {
            for keys in &binding.keys {
                assert!(keys[0].typed().is_none(), "{context:?} {keys:?}");
            }
        }
    }
    let form = keymap.in_context(Context::Form).flat_map(|b| &b.keys);
    for keys in form.filter(|k| k[0].typed().is_some()) {
        assert_eq!(keys[0], Chord::plain(Key::Char(' ')), "only Space, for what is no text");
    }
}

#[test]
fn every_row_explains_itself() {
    for row in table::rows() {
        assert!(!row.label.is_empty() && row.help.len() > 3, "{row:?}");
        assert!(row.help.chars().count() <= 50, "the help screen has no room for {row:?}");
        assert!(!row.contexts.is_empty(), "{row:?}");
        assert!(!row.keys.is_empty() || row.menu || row.palette, "nothing leads to {row:?}");
    }
}

#[test]
fn every_place_can_be_gone_to_from_every_room() {
    let keymap = Keymap::default();
    for place in Place::ALL {
        for context in [
            Context::Dashboard,
            Context::RequestList,
            Context::UserRecord,
            Context::SignIns,
            Context::ContactList,
            Context::AuditEntry,
        ] {
            assert!(keymap.in_context(context).any(|b| b.action == Action::Go(place)));
        }
    }
}

#[test]
fn sequences_resolve_step_by_step() {
    let keymap = Keymap::default();
    let g = Chord::plain(Key::Char('g'));
    let d = Chord::plain(Key::Char('d'));
    assert_eq!(keymap.resolve(Context::RequestList, &[g]), Resolved::Prefix);
    assert_eq!(
        keymap.resolve(Context::RequestList, &[g, d]),
        Resolved::Action(Action::Go(Place::Dashboard))
    );
    assert_eq!(keymap.resolve(Context::RequestList, &[d, d]), Resolved::Nothing);
    assert_eq!(keymap.resolve(Context::Form, &[g]), Resolved::Nothing);
    let next: Vec<_> = keymap.after(Context::RequestList, &[g]).iter().map(|(c, _)| *c).collect();
    assert!(next.contains(&d) && next.contains(&g));
}
