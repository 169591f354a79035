//! What the trail says: drafts of new entries, the history of a record, conflicts.

use serde::Serialize;

use crate::domain::audit::FieldChange;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::store::{AuditEntry, Key, Stamp};

use super::error::Edit;
use super::{Conflict, Desk, DeskError};

/// Entries of a record's history that a screen gets.
const HISTORY: usize = 50;

/// A line of a record's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryLine {
    /// Its place in the trail.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Text,
    /// What, to follow the record's name.
    pub did: &'static str,
    /// Which fields.
    pub changes: Vec<FieldChange>,
    /// A remark.
    pub note: Option<Text>,
}

impl From<AuditEntry> for HistoryLine {
    fn from(entry: AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor.name,
            did: entry.action.phrase(),
            changes: entry.changes,
            note: entry.note,
        }
    }
}

impl Desk {
    /// What happened to a record, newest first.
    pub(super) fn history(&self, key: Key) -> Result<Vec<HistoryLine>, DeskError> {
        Ok(self.repo.history(key, HISTORY)?.into_iter().map(HistoryLine::from).collect())
    }

    /// Refuses when the record has moved on from what the form was opened with.
    ///
    /// `base` is `None` for a caller that decides on what is there now (commands).
    pub(super) fn expect_unmoved(
        &self,
        key: Key,
        label: &Text,
        base: Option<Stamp>,
        now: Stamp,
    ) -> Result<(), DeskError> {
        match base {
            Some(base) if base.version != now.version => Err(self.conflict(key, label, base)),
            _ => Ok(()),
        }
    }

    /// Who changed what since `base`.
    pub(super) fn conflict(&self, key: Key, label: &Text, base: Stamp) -> DeskError {
        let entries = match self.repo.history(key, HISTORY) {
            Ok(entries) => entries,
            Err(error) => return error.into(),
        };
        let mut edits: Vec<Edit> = entries
            .into_iter()
            .filter(|entry| entry.seq > base.audit_seq)
            .map(|entry| Edit {
                by: entry.actor.name,
                at: entry.at,
                did: entry.action.phrase(),
                changes: entry.changes,
            })
            .collect();
        edits.reverse();
        DeskError::Conflict(Box::new(Conflict { what: label.clone(), edits }))
    }
}

/// The fields that differ, in their order; each is name, before, after.
pub(super) fn differences<'a>(
    fields: impl IntoIterator<Item = (&'a str, Option<Text>, Option<Text>)>,
) -> Vec<FieldChange> {
    fields
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| FieldChange { field: field.to_owned(), before, after })
        .collect()
}

/// The fields of something new.
pub(super) fn created<'a>(
    fields: impl IntoIterator<Item = (&'a str, Option<Text>)>,
) -> Vec<FieldChange> {
    differences(fields.into_iter().map(|(name, after)| (name, None, after)))
}
