//! Changes: everything that one deed does to the store, as data.

use crate::domain::audit::{Action, Actor, AuditTarget, FieldChange};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

use super::record::{Key, Record, Stamp, UniqueKey};

/// What to write, on which versions it was decided, and what the trail says of it.
///
/// Made with at least one audit entry, because no change goes without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    puts: Vec<Put>,
    deletes: Vec<Guard>,
    guards: Vec<Guard>,
    free: Vec<UniqueKey>,
    audit: Vec<AuditDraft>,
}

/// A record to write and the version that it must have now; 0 when it must not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The record.
    pub record: Record,
    /// The version it was decided on.
    pub expected: u64,
}

/// A record and the version that it must have now; 0 when it must not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// The record.
    pub key: Key,
    /// The version that was read.
    pub expected: u64,
}

impl Changes {
    /// Changes that this entry tells of.
    pub fn new(audit: AuditDraft) -> Self {
        Self {
            puts: Vec::new(),
            deletes: Vec::new(),
            guards: Vec::new(),
            free: Vec::new(),
            audit: vec![audit],
        }
    }

    /// Adds another entry to the trail, when one deed does two things.
    #[must_use]
    pub fn also(mut self, audit: AuditDraft) -> Self {
        self.audit.push(audit);
        self
    }

    /// Writes a record that does not exist yet.
    #[must_use]
    pub fn create(mut self, record: impl Into<Record>) -> Self {
        self.puts.push(Put { record: record.into(), expected: 0 });
        self
    }

    /// Writes a record over the version that was read.
    #[must_use]
    pub fn update(mut self, record: impl Into<Record>, read: Stamp) -> Self {
        self.puts.push(Put { record: record.into(), expected: read.version });
        self
    }

    /// Writes a record over the version that was read, or anew when there was none.
    #[must_use]
    pub fn upsert(mut self, record: impl Into<Record>, read: Option<Stamp>) -> Self {
        let expected = read.map_or(0, |stamp| stamp.version);
        self.puts.push(Put { record: record.into(), expected });
        self
    }

    /// Deletes the version that was read.
    #[must_use]
    pub fn delete(mut self, key: Key, read: Stamp) -> Self {
        self.deletes.push(Guard { key, expected: read.version });
        self
    }

    /// Goes through only if that record still has the version that was read.
    #[must_use]
    pub fn guard(mut self, key: Key, read: Stamp) -> Self {
        self.guards.push(Guard { key, expected: read.version });
        self
    }

    /// Goes through only if there is still no such record.
    #[must_use]
    pub fn guard_absent(mut self, key: Key) -> Self {
        self.guards.push(Guard { key, expected: 0 });
        self
    }

    /// Goes through only if nobody holds that unique key.
    #[must_use]
    pub fn guard_free(mut self, unique: UniqueKey) -> Self {
        self.free.push(unique);
        self
    }

    /// The unique keys that nobody may hold; [`CommitError::Taken`](super::CommitError::Taken) else.
    pub fn free(&self) -> &[UniqueKey] {
        &self.free
    }

    /// The records to write.
    pub fn puts(&self) -> &[Put] {
        &self.puts
    }

    /// The records to delete.
    pub fn deletes(&self) -> &[Guard] {
        &self.deletes
    }

    /// The records that must not have moved.
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// The entries for the trail, in order; at least one.
    pub fn audit(&self) -> &[AuditDraft] {
        &self.audit
    }
}

/// An entry of the trail before the store gives it its place and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditDraft {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// To which records, and what people call them.
    pub targets: Vec<(Key, Text)>,
    /// Which fields, before and after.
    pub changes: Vec<FieldChange>,
    /// Codes of the warnings that were overridden.
    pub overridden: Vec<String>,
    /// A remark.
    pub note: Option<Text>,
}

impl AuditDraft {
    /// An entry about nothing yet.
    pub fn new(at: Timestamp, actor: &Actor, action: Action) -> Self {
        Self {
            at,
            actor: actor.clone(),
            action,
            targets: Vec::new(),
            changes: Vec::new(),
            overridden: Vec::new(),
            note: None,
        }
    }

    /// Names a record that it is about.
    #[must_use]
    pub fn on(mut self, key: Key, label: impl Into<Text>) -> Self {
        self.targets.push((key, label.into()));
        self
    }

    /// Adds fields, before and after.
    #[must_use]
    pub fn changing(mut self, changes: impl IntoIterator<Item = FieldChange>) -> Self {
        self.changes.extend(changes);
        self
    }

    /// Adds a remark.
    #[must_use]
    pub fn noting(mut self, note: impl Into<Text>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The entry at its place in the trail; `prev_seq` tells the last entry about a record.
    ///
    /// The hash is left zero for the store to fill in over its own canonical bytes.
    pub fn place(
        &self,
        seq: u64,
        prev_hash: [u8; 32],
        mut prev_seq: impl FnMut(Key) -> u64,
    ) -> super::AuditEntry {
        let target = |(key, label): &(Key, Text)| AuditTarget {
            key: *key,
            label: label.clone(),
            prev_seq: prev_seq(*key),
        };
        super::AuditEntry {
            seq,
            at: self.at,
            actor: self.actor.clone(),
            action: self.action,
            targets: self.targets.iter().map(target).collect(),
            changes: self.changes.clone(),
            overridden: self.overridden.clone(),
            note: self.note.clone(),
            prev_hash,
            hash: [0; 32],
        }
    }
}

/// What a commit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The `seq` of its last audit entry.
    pub audit_seq: u64,
    /// The stamps of the records that were written, in the order of the puts.
    pub stamps: Vec<Stamp>,
}
