//! Companies to take one from, for forms that can't make a new one on the way.

use crate::domain::search::{self, Term};
use crate::service::{ListArgs, NoStatus, Sort};
use crate::tui::ask::{Ask, Reply};
use crate::tui::popup::picker::{PickRow, Source};
use crate::tui::widgets::field::Taken;

/// Values shown at most.
const SHOWN: u64 = 50;

/// The filter line for what was typed: words that must occur as they stand, whatever a list
/// would make of them.
pub fn words(typed: &str) -> String {
    let literal = |word| Term { quoted: true, ..Term::text(word) };
    search::line(&typed.split_whitespace().map(literal).collect::<Vec<_>>())
}

/// Companies, by any text in them.
pub const COMPANIES: Source = Source {
    title: "Search a company by name or number",
    empty: "No company fits. Ctrl-U starts again, Esc goes back.",
    ask: |text, page| {
        let args = ListArgs::<NoStatus>::all(Sort::Name, false);
        Ask::Companies(ListArgs { text: words(text), page, per_page: SHOWN, ..args })
    },
    rows: |reply| match reply {
        Reply::Companies(page) => {
            let rows = page.rows.into_iter().map(|row| PickRow {
                taken: Taken { id: row.id.0, label: row.name },
                beside: row.code,
                remark: if row.active { row.kind.word() } else { "inactive" }.to_owned(),
                refused: None,
            });
            (rows.collect(), page.total)
        }
        _ => (Vec::new(), 0),
    },
};

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn what_is_typed_is_searched_for_as_it_stands() {
        for (typed, line) in [
            ("acme ltd", r#""acme" "ltd""#),
            (r#"status:gone -a "b"#, r#""status:gone" "-a" """b""#),
            ("no-email ", r#""no-email""#),
            (" ", ""),
        ] {
            assert_eq!(words(typed), line);
        }
    }
}
