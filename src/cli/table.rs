//! Tables for people: columns as wide as they need, aligned also for wide characters.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The most cells of a column; what is longer ends in `…`. Scripts take `--json`.
const WIDEST: usize = 40;
/// Cells between two columns.
const GAP: usize = 2;

/// Rows under headers, as lines; the texts are escaped already.
pub(super) fn table(headers: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| cut(cell, WIDEST)).collect()).collect();
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let mut widths: Vec<usize> = headers.iter().map(|header| header.width()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    std::iter::once(&headers)
        .chain(&rows)
        .map(|row| line(row, &widths))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Labels and their values, one a line, the values aligned.
pub(super) fn record(fields: &[(&str, String)]) -> String {
    let widest = fields.iter().map(|(label, _)| label.width()).max().unwrap_or_default();
    fields
        .iter()
        .map(|(label, value)| format!("{}{value}", padded(label, widest + GAP)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(&padded(cell, width + GAP));
    }
    line.truncate(line.trim_end().len());
    line
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// A text of at most `width` cells, cut between graphemes.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for grapheme in text.graphemes(true) {
        if short.width() + grapheme.width() >= width {
            break;
        }
        short.push_str(grapheme);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_for_wide_characters() {
        let rows = [vec!["山田".into(), "a".into()], vec!["Zoë".into(), "b".into()]];
        assert_eq!(table(&["NAME", "X"], &rows), "NAME  X\n山田  a\nZoë   b");
        assert_eq!(record(&[("Name", "Zoë".into()), ("Id", "7".into())]), "Name  Zoë\nId    7");
    }

    #[test]
    fn long_cells_are_cut_between_graphemes() {
        let cell = cut(&"有限会社".repeat(20), WIDEST);
        assert!(cell.ends_with('…') && cell.width() <= WIDEST, "{cell}");
        assert_eq!(cut("short", WIDEST), "short");
    }
}
