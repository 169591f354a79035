//! The history of a record, for people.

use crate::domain::audit::{Action, FieldChange};
use crate::service::trail::HistoryLine;

use super::output::{minute, or_nothing};

/// What the trail says of an edit.
const EDITED: &str = Action::UserEdit.phrase();

/// A heading and a line for each entry; nothing when there is none.
pub(super) fn words(history: &[HistoryLine]) -> String {
    if history.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = history.iter().map(line).collect();
    format!("\n\nHistory\n{}", lines.join("\n"))
}

fn line(it: &HistoryLine) -> String {
    let mut note = it.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    if !it.overridden.is_empty() {
        note.push_str(&format!(" ({})", overridden(&it.overridden)));
    }
    // Of something new the fields are on the record itself; what an edit adds is news.
    let shown = |change: &&FieldChange| change.before.is_some() || it.did == EDITED;
    let fields: Vec<String> = it.changes.iter().filter(shown).map(change).collect();
    let fields = if fields.is_empty() { String::new() } else { format!(": {}", fields.join(", ")) };
    format!("{}  {} by {}{note}{fields}", minute(it.at), it.did, it.actor)
}

/// The warnings that were overridden, by their codes.
pub(super) fn overridden(codes: &[String]) -> String {
    format!("overriding {}", codes.join(", "))
}

/// A field, before and after: `email a@b.example → c@d.example`.
pub(super) fn change(it: &FieldChange) -> String {
    format!("{} {} → {}", it.field, or_nothing(it.before.as_ref()), or_nothing(it.after.as_ref()))
}
