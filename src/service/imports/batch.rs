//! One commit's worth of rows, and what the trail says of it.
//!
//! New records share one entry, which names them all and the lines they come from; a record
//! that changes has an entry of its own with what it was before and after.

use std::collections::BTreeMap;

use crate::domain::audit::{Action, FieldChange};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::store::{AuditDraft, Changes, Key, Record, Stamp, UniqueKey};

use super::engine::Run;

/// What a chunk of rows does to the store.
#[derive(Default)]
pub(super) struct Batch {
    /// First and last line of the new records.
    lines: Option<(u64, u64)>,
    targets: Vec<(Key, Text)>,
    edits: Vec<Edit>,
    puts: Vec<(Record, Option<Stamp>)>,
    guards: BTreeMap<Key, Stamp>,
    free: Vec<UniqueKey>,
}

/// A record that changes.
struct Edit {
    line: u64,
    targets: Vec<(Key, Text)>,
    changes: Vec<FieldChange>,
}

impl Batch {
    /// Writes a new record that a line brings; the trail calls it `label`.
    pub(super) fn create(&mut self, line: u64, record: impl Into<Record>, label: Text) {
        let record = record.into();
        self.name(line, record.key(), label);
        self.puts.push((record, None));
    }

    /// Writes a new record that belongs to one that is named.
    pub(super) fn create_with(&mut self, record: impl Into<Record>) {
        self.puts.push((record.into(), None));
    }

    /// Names a record beside the new ones, because a line is about it too.
    pub(super) fn name(&mut self, line: u64, key: Key, label: Text) {
        let (first, last) = self.lines.unwrap_or((line, line));
        self.lines = Some((first.min(line), last.max(line)));
        self.targets.push((key, label));
    }

    /// Writes a record over what was read.
    pub(super) fn update(&mut self, record: impl Into<Record>, read: Stamp) {
        self.puts.push((record.into(), Some(read)));
    }

    /// Tells what a line changes in the records that it names.
    pub(super) fn tell(&mut self, line: u64, targets: Vec<(Key, Text)>, changes: Vec<FieldChange>) {
        self.edits.push(Edit { line, targets, changes });
    }

    /// Goes through only if that record still is what was read.
    pub(super) fn guard(&mut self, key: Key, read: Stamp) {
        self.guards.insert(key, read);
    }

    /// Goes through only if nobody holds that unique key.
    pub(super) fn guard_free(&mut self, unique: UniqueKey) {
        self.free.push(unique);
    }

    /// The changes, under that action; `None` when there are none.
    pub(super) fn into_changes(
        self,
        run: &Run<'_>,
        action: Action,
        now: Timestamp,
    ) -> Option<Changes> {
        let begin = |from: u64, to: u64| {
            let lines =
                if from == to { format!("line {from}") } else { format!("lines {from} to {to}") };
            AuditDraft::new(now, run.actor, action).noting(format!("{}, {lines}", run.args.file))
        };
        let name = |entry: AuditDraft, targets: Vec<(Key, Text)>| {
            targets.into_iter().fold(entry, |entry, (key, label)| entry.on(key, label))
        };
        let new = self.lines.map(|(from, to)| name(begin(from, to), self.targets));
        let edits = self
            .edits
            .into_iter()
            .map(|it| name(begin(it.line, it.line), it.targets).changing(it.changes));
        let mut entries = new.into_iter().chain(edits);
        let mut changes = Changes::new(entries.next()?);
        for entry in entries {
            changes = changes.also(entry);
        }
        // A record that is written is held against its version anyway.
        let mut guards = self.guards;
        for (record, read) in self.puts {
            guards.remove(&record.key());
            changes = match read {
                None => changes.create(record),
                Some(read) => changes.update(record, read),
            };
        }
        let changes = self.free.into_iter().fold(changes, Changes::guard_free);
        Some(guards.into_iter().fold(changes, |changes, (key, read)| changes.guard(key, read)))
    }
}

/// The numbers of records that rows of this file have named.
#[derive(Default)]
pub(super) struct Seen(Vec<u64>);

impl Seen {
    /// Whether an earlier row named that record.
    pub(super) fn has(&self, number: u64) -> bool {
        let (word, bit) = place(number);
        self.0.get(word).is_some_and(|it| it & bit != 0)
    }

    /// A row has named that record.
    pub(super) fn add(&mut self, number: u64) {
        let (word, bit) = place(number);
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= bit;
    }
}

fn place(number: u64) -> (usize, u64) {
    // Numbers are given one after the other; there are never so many that they don't fit.
    (usize::try_from(number / 64).unwrap_or(usize::MAX - 1), 1 << (number % 64))
}
