//! The history of a record, for people.

use crate::domain::audit::FieldChange;
use crate::service::trail::HistoryLine;

use super::output::{minute, or_nothing};

/// A heading and a line for each entry; nothing when there is none.
pub(super) fn words(history: &[HistoryLine]) -> String {
    if history.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = history.iter().map(line).collect();
    format!("\n\nHistory\n{}", lines.join("\n"))
}

fn line(it: &HistoryLine) -> String {
    let note = it.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    let fields: Vec<String> =
        it.changes.iter().filter(|it| it.before.is_some()).map(change).collect();
    let fields = if fields.is_empty() { String::new() } else { format!(": {}", fields.join(", ")) };
    format!("{}  {} by {}{note}{fields}", minute(it.at), it.did, it.actor)
}

/// A field, before and after: `email a@b.example → c@d.example`.
pub(super) fn change(it: &FieldChange) -> String {
    format!("{} {} → {}", it.field, or_nothing(it.before.as_ref()), or_nothing(it.after.as_ref()))
}
