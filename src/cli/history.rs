//! The history of a record, for people.

use crate::domain::audit::{Action, FieldChange};
use crate::service::trail::{HistoryLine, remark};

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
    let remark = remark(it.note.as_ref(), &it.overridden);
    let note = if remark.is_empty() { remark } else { format!(" ({remark})") };
    // Of something new the fields are on the record itself; what an edit adds is news.
    let shown = |change: &&FieldChange| change.before.is_some() || it.did == EDITED;
    let fields: Vec<String> = it.changes.iter().filter(shown).map(change).collect();
    let fields = if fields.is_empty() { String::new() } else { format!(": {}", fields.join(", ")) };
    format!("{}  {} by {}{note}{fields}", minute(it.at), it.did, it.actor)
}

/// A field, before and after: `email a@b.example → c@d.example`.
pub(super) fn change(it: &FieldChange) -> String {
    format!("{} {} → {}", it.field, or_nothing(it.before.as_ref()), or_nothing(it.after.as_ref()))
}
