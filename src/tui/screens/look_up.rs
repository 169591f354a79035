//! Companies to take one from, for forms that can't make a new one on the way.

use crate::service::{ListArgs, NoStatus, Sort};
use crate::tui::ask::{Ask, Reply};
use crate::tui::popup::picker::{PickRow, Source};
use crate::tui::widgets::field::Taken;

/// Values shown at most.
const SHOWN: u64 = 50;

/// Companies, by any text in them.
pub const COMPANIES: Source = Source {
    title: "Search a company by name or number",
    empty: "No company fits. Ctrl-U starts again, Esc goes back.",
    ask: |text| {
        let args = ListArgs::<NoStatus>::all(Sort::Name, false);
        Ask::Companies(ListArgs { text: text.to_owned(), per_page: SHOWN, ..args })
    },
    rows: |reply| match reply {
        Reply::Companies(page) => page
            .rows
            .into_iter()
            .map(|row| PickRow {
                taken: Taken { id: row.id.0, label: row.name },
                beside: row.code,
                remark: if row.active { row.kind.word() } else { "inactive" }.to_owned(),
                refused: None,
            })
            .collect(),
        _ => Vec::new(),
    },
};
