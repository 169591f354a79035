//! The hash chain of the trail: what each entry's hash is taken over, and how to check it.
//!
//! Owns the canonical form of an entry; must not know how entries are kept. The form is
//! JSON with its fields in the order below, so that an exported trail can be checked without
//! this program and the store's own encoding can be replaced.

use serde::Serialize;

use crate::domain::audit::{Action, Actor, AuditTarget, FieldChange};
use crate::domain::text::Text;

use super::error::StoreError;
use super::record::{AuditEntry, Key};

/// Number of the canonical form; a new one must keep the old entries checkable.
const FORM: u8 = 1;

#[derive(Serialize)]
struct Canonical<'a> {
    form: u8,
    seq: u64,
    at_millis: i64,
    actor: &'a Actor,
    action: Action,
    targets: &'a [AuditTarget<Key>],
    changes: &'a [FieldChange],
    overridden: &'a [String],
    note: Option<&'a Text>,
}

/// The hash that an entry has to carry: BLAKE3 of its `prev_hash` and its canonical form.
///
/// # Errors
/// When the entry has no canonical form, which none of its types allows.
pub fn hash(entry: &AuditEntry) -> Result<[u8; 32], StoreError> {
    let canonical = Canonical {
        form: FORM,
        seq: entry.seq,
        at_millis: entry.at.millis(),
        actor: &entry.actor,
        action: entry.action,
        targets: &entry.targets,
        changes: &entry.changes,
        overridden: &entry.overridden,
        note: entry.note.as_ref(),
    };
    let bytes = serde_json::to_vec(&canonical)
        .map_err(|e| StoreError::Io { deed: "written", reason: e.to_string() })?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&entry.prev_hash).update(&bytes);
    Ok(*hasher.finalize().as_bytes())
}

/// Checks that `entry` follows an entry of that number and hash (0 and zeros for none).
///
/// # Errors
/// [`StoreError::Damaged`] that says which entry was removed or altered.
pub fn check(entry: &AuditEntry, after: (u64, [u8; 32])) -> Result<(), StoreError> {
    let damaged = |what: String| Err(StoreError::Damaged { what });
    if entry.seq != after.0 + 1 {
        return damaged(format!("entry {} of the trail is missing", after.0 + 1));
    }
    if entry.prev_hash != after.1 {
        return damaged(format!("entry {} of the trail does not follow the one before", entry.seq));
    }
    if hash(entry)? != entry.hash {
        return damaged(format!("entry {} of the trail was altered", entry.seq));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{AuditDraft, Key, Kind};
    use super::*;
    use crate::domain::time::Timestamp;

    fn entry(seq: u64, prev_hash: [u8; 32]) -> AuditEntry {
        let actor = Actor {
            user: None,
            name: "visitor".into(),
            role: None,
            os_user: "agent".into(),
            origin: "EU".into(),
        };
        let draft = AuditDraft::new(Timestamp::from_millis(7), &actor, Action::RequestSubmit)
            .on(Key::new(Kind::Request, 1), "Zoë");
        let mut entry = draft.place(seq, prev_hash, |_| 0);
        entry.hash = hash(&entry).unwrap();
        entry
    }

    #[test]
    fn any_change_breaks_the_chain() {
        let first = entry(1, [0; 32]);
        let second = entry(2, first.hash);
        check(&first, (0, [0; 32])).unwrap();
        check(&second, (1, first.hash)).unwrap();
        assert!(check(&second, (0, [0; 32])).is_err(), "the first one is missing");
        assert!(check(&entry(2, [1; 32]), (1, first.hash)).is_err(), "it follows another");
        let mut altered = second.clone();
        altered.at = Timestamp::from_millis(8);
        assert!(check(&altered, (1, first.hash)).is_err());
        let mut altered = second;
        altered.targets[0].label = "Zoe".into();
        assert!(check(&altered, (1, first.hash)).is_err());
    }
}
