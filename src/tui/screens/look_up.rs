//! Companies to take one from, for forms that can't make a new one on the way.

use crate::domain::company::CompanyKind;
use crate::domain::search::{self, Term};
use crate::service::companies::CompanyRow;
use crate::service::{ListArgs, NoStatus, Sort};
use crate::tui::ask::{Ask, CompanyAsk, Reply};
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
    ask: |text, page| ask(None, text, page),
    rows,
};

/// Customers.
pub const CUSTOMERS: Source = Source {
    title: "Search a customer by name or number",
    empty: "No customer fits. Ctrl-U starts again, Esc goes back.",
    ask: |text, page| ask(Some(CompanyKind::Customer), text, page),
    rows,
};

/// Partners.
pub const PARTNERS: Source = Source {
    title: "Search a partner by name or ID",
    empty: "No partner fits. Ctrl-U starts again, Esc goes back.",
    ask: |text, page| ask(Some(CompanyKind::Partner), text, page),
    rows,
};

/// Companies to tick.
pub const IMPORTED: Source = Source { title: "Import Customers", ..COMPANIES };

/// The question for a page of the companies of that kind; the one whose number was typed comes
/// first.
fn ask(kind: Option<CompanyKind>, typed: &str, page: u64) -> Ask {
    let args = ListArgs::<NoStatus>::all(Sort::Name, false);
    let of = match kind {
        None => "",
        Some(CompanyKind::Customer) => "kind:customer ",
        Some(CompanyKind::Partner) => "kind:partner ",
    };
    let text = format!("{of}{}", words(typed));
    let args = ListArgs { text, page, per_page: SHOWN, ..args };
    Ask::Company(CompanyAsk::LookUp { args, kind, number: typed.trim().to_owned() })
}

fn rows(reply: Reply) -> (Vec<PickRow>, u64) {
    let Reply::Companies(page) = reply else { return (Vec::new(), 0) };
    let row = |row: CompanyRow| PickRow {
        taken: Taken { id: row.id.0, label: row.name },
        beside: row.code,
        remark: if row.active { row.kind.word() } else { "inactive" }.to_owned(),
        refused: None,
    };
    (page.rows.into_iter().map(row).collect(), page.total)
}

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
