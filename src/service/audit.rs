//! The trail, as people and scripts read it.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::domain::audit::{Action, FieldChange};
use crate::domain::role::{Permission, Role};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::store::query::{List, Row, Status};
use crate::store::{AuditEntry, Key};

use super::trail::remark;
use super::{Desk, DeskError, ListArgs, Page, Session};

/// What the trail can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFilter {
    /// Everything but tries to sign in, which are most of it where scripts work.
    Deeds,
}

/// An entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// Its place in the trail, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, by User ID; `visitor` and the like for who was not signed in.
    pub actor: Text,
    /// The role that they had then.
    pub role: Option<Role>,
    /// The account of the operating system that ran the program.
    pub os_user: Text,
    /// The host that it came from.
    pub origin: Text,
    /// What, as the stable word.
    pub action: Action,
    /// To which records.
    pub targets: Vec<AuditTargetRow>,
    /// The fields that changed and what they were, as far as they were anything.
    pub before: BTreeMap<String, Text>,
    /// The fields that changed and what they are now, as far as they are anything.
    pub after: BTreeMap<String, Text>,
    /// Codes of the warnings that were overridden.
    pub overridden: Vec<String>,
    /// A remark.
    pub note: Option<Text>,
    /// The hash of the entry before, in hex.
    #[serde(serialize_with = "hex")]
    pub prev_hash: [u8; 32],
    /// The hash of this one, in hex.
    #[serde(serialize_with = "hex")]
    pub hash: [u8; 32],
    /// The same changes in the order of the form, for a screen.
    #[serde(skip)]
    pub changes: Vec<FieldChange>,
}

impl AuditRow {
    /// The remark, with the warnings that were overridden; empty without both.
    pub fn remark(&self) -> String {
        remark(self.note.as_ref(), &self.overridden)
    }
}

/// A record that an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditTargetRow {
    /// What kind of record, in a word.
    pub kind: &'static str,
    /// Its number.
    pub id: u64,
    /// What people called it then.
    pub label: Text,
    /// Its key, for a screen that opens it.
    #[serde(skip)]
    pub key: Key,
}

impl Desk {
    /// One page of the trail; who may read only their own deeds gets those.
    ///
    /// # Errors
    /// When the role may read none of it, or the store can't be read.
    pub fn audit(
        &self,
        who: &Session,
        args: &ListArgs<AuditFilter>,
    ) -> Result<Page<AuditRow>, DeskError> {
        let mut query = self.asked(List::Audit, args, |filter| match filter {
            AuditFilter::Deeds => Status::Deed,
        })?;
        if !self.role_of(who)?.may(Permission::ReadAllAudit) {
            self.authorize(who, Permission::ReadOwnAudit)?;
            query.filter.actor = Some(who.user());
        }
        let mut found = self.repo.query(&query)?;
        if let Some(actor) = query.filter.actor {
            // How long everybody's trail is does not concern who may read only their own.
            query.filter = crate::store::query::Filter { actor: Some(actor), ..Default::default() };
            query.per_page = 0;
            found.all = self.repo.query(&query)?.total;
        }
        let rows = std::mem::take(&mut found.rows)
            .into_iter()
            .filter_map(|row| match row {
                Row::Audit(entry) => Some(AuditRow::from(entry)),
                Row::Record(_) => None,
            })
            .collect();
        Ok(Page::of(&found, args.per_page, rows))
    }
}

impl From<AuditEntry> for AuditRow {
    fn from(entry: AuditEntry) -> Self {
        let targets = entry.targets.into_iter().map(|target| AuditTargetRow {
            kind: target.key.kind.word(),
            id: target.key.id,
            label: target.label,
            key: target.key,
        });
        let side = |pick: fn(&FieldChange) -> &Option<Text>| {
            let some = |change| Some((change, pick(change).clone()?));
            let named = |(change, text): (&FieldChange, Text)| (change.field.clone(), text);
            entry.changes.iter().filter_map(some).map(named).collect()
        };
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor.name,
            role: entry.actor.role,
            os_user: entry.actor.os_user,
            origin: entry.actor.origin,
            action: entry.action,
            targets: targets.collect(),
            before: side(|change| &change.before),
            after: side(|change| &change.after),
            overridden: entry.overridden,
            note: entry.note,
            prev_hash: entry.prev_hash,
            hash: entry.hash,
            changes: entry.changes,
        }
    }
}

fn hex<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    serializer.serialize_str(&text)
}
