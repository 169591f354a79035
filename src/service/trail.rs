//! What the trail says: drafts of new entries, the history of a record, conflicts.

use serde::Serialize;

use crate::domain::audit::{Action, FieldChange};
use crate::domain::problem::Code;
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
    /// Codes of the warnings that were overridden.
    pub overridden: Vec<String>,
    /// A remark.
    pub note: Option<Text>,
}

/// The remark of an entry and the warnings that were overridden, as people read them; empty
/// without both.
pub fn remark(note: Option<&Text>, overridden: &[String]) -> String {
    let mut parts: Vec<String> = note.iter().map(ToString::to_string).collect();
    if !overridden.is_empty() {
        parts.push(format!("overriding {}", overridden.join(", ")));
    }
    parts.join(", ")
}

impl From<AuditEntry> for HistoryLine {
    fn from(entry: AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor.name,
            did: did(entry.action, &entry.changes),
            changes: entry.changes,
            overridden: entry.overridden,
            note: entry.note,
        }
    }
}

/// What was done, to follow the record's name. That a second factor went is no mere change.
fn did(action: Action, changes: &[FieldChange]) -> &'static str {
    let gone = |it: &FieldChange| it.before.is_some() && it.after.is_none();
    match action {
        Action::UserFactor if changes.iter().any(gone) => "second factor taken away",
        action => action.phrase(),
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

    /// Who changed what since `base`; neither sign-ins nor mails on their way are changes, and
    /// nobody is named for one.
    pub(super) fn conflict(&self, key: Key, label: &Text, base: Stamp) -> DeskError {
        let entries = match self.edits_since(key, base.audit_seq) {
            Ok(entries) => entries,
            Err(error) => return error,
        };
        if entries.is_empty() {
            return DeskError::refused(
                Code::WrongState,
                format!(
                    "{label} was being signed in to, or a mail to them was on its way, at the same moment; nothing was changed, try again."
                ),
            );
        }
        let edits = entries.into_iter().rev().map(|entry| Edit {
            by: entry.actor.name,
            at: entry.at,
            did: did(entry.action, &entry.changes),
            changes: entry.changes,
        });
        DeskError::Conflict(Box::new(Conflict { what: label.clone(), edits: edits.collect() }))
    }

    /// What was done to a record after that entry of the trail but for sign-ins and the ways of
    /// mails, newest first.
    pub(super) fn edits_since(&self, key: Key, seq: u64) -> Result<Vec<AuditEntry>, DeskError> {
        let mut entries = self.entries_back_to(key, |entry| entry.seq <= seq)?;
        entries.retain(|entry| !entry.action.edits_nothing());
        Ok(entries)
    }

    /// Everything about a record after the last entry that is `known`, or from the beginning,
    /// newest first.
    pub(super) fn entries_back_to(
        &self,
        key: Key,
        known: impl Fn(&AuditEntry) -> bool,
    ) -> Result<Vec<AuditEntry>, DeskError> {
        let mut limit = HISTORY;
        loop {
            let mut entries = self.repo.history(key, limit)?;
            let is_all = entries.len() < limit;
            let end = entries.iter().position(&known);
            if is_all || end.is_some() {
                entries.truncate(end.unwrap_or(entries.len()));
                return Ok(entries);
            }
            limit = limit.saturating_mul(4);
        }
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
