//! Sheets: headers, separators, broken rows, and rows at the border of a block.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;

const COLUMNS: [Column; 3] = [
    Column::required("Name", &["full name"]),
    Column::required("Email", &["e mail"]),
    Column::optional("Note", &[]),
];

fn rows(text: &str) -> Vec<(u64, Result<Vec<String>, String>)> {
    rows_of(text.as_bytes().to_vec())
}

fn rows_of(bytes: Vec<u8>) -> Vec<(u64, Result<Vec<String>, String>)> {
    let mut source = Cursor::new(bytes);
    let sheet = Sheet::open(&mut source, &COLUMNS).unwrap();
    sheet
        .map(Result::unwrap)
        .map(|row| (row.line, row.cells.map_err(|problem| problem.message)))
        .collect()
}

fn refusal(bytes: &[u8]) -> String {
    let mut source = Cursor::new(bytes);
    match Sheet::open(&mut source, &COLUMNS) {
        Ok(_) => panic!("{bytes:?} was taken"),
        Err(problem) => problem.message,
    }
}

#[test]
fn cells_come_in_the_wanted_order_with_the_line_they_begin_on() {
    let text = "\u{feff}email,NAME \r\na@b.example,\"O\"\"Brien, Zoë\"\r\n\r\nc@d.example,\"two\nlines\"\nlast,one";
    let ok = |cells: [&str; 3]| Ok(cells.map(str::to_owned).to_vec());
    assert_eq!(
        rows(text),
        [
            (2, ok(["O\"Brien, Zoë", "a@b.example", ""])),
            (4, ok(["two\nlines", "c@d.example", ""])),
            (6, ok(["one", "last", ""])),
        ]
    );
}

#[test]
fn a_broken_quote_spoils_its_own_row_only() {
    let text = "Name,Email\n\"Zoë,a@b.example\nJan,c@d.example\n\"Jo\" x,e@f.example\nKa\"rl,g@h.example\nshort\nLi,i@j.example\n";
    let all = rows(text);
    let lines: Vec<(u64, bool)> = all.iter().map(|(line, it)| (*line, it.is_ok())).collect();
    assert_eq!(lines, [(2, false), (3, true), (4, false), (5, false), (6, false), (7, true)]);
    let said = |at: usize| all[at].1.clone().unwrap_err();
    assert!(said(2).contains("after a closing quote"), "{}", said(2));
    assert!(said(3).contains("middle of a cell"), "{}", said(3));
    assert!(said(4).contains("1 cells and the header 2"), "{}", said(4));
    let open = rows("Name,Email\nJan,c@d.example\n\"Zoë,a@b.example\n");
    assert!(open[1].1.clone().unwrap_err().contains("never closed"));
}

#[test]
fn files_that_are_no_such_file_are_refused_as_a_whole() {
    for (bytes, sentence) in [
        (&b""[..], "The file is empty; its first line has to be Name,Email,Note."),
        (b"N\0a\0m\0e\0", "The file is UTF-16 without a byte order mark"),
        (b"Name,Email\nJ\0an,x", "Line 2 holds a NUL byte"),
        (b"Name,Email\nJan,x\nZo\xeb,y", "Line 3 is not UTF-8 (Latin-1"),
        (b"Name|Email\n", "Line 1: this is not the header; it has to be Name,Email,Note."),
        (b"Jan,c@d.example\n", "Line 1: this is not the header; it has to be Name,Email,Note."),
        (b"Name,Email,name\n", "Line 1: the column “name” occurs twice"),
        (b"\n\nName,Email,Full_Name\n", "Line 3: the column “Full_Name” means “Name”, which"),
        (b"Name,Note\n", "Line 1: the column “Email” is missing; add it to the header."),
        (b"Note,Fax\n", "Line 1: the columns “Name” and “Email” are missing; add them"),
        (b"Name,\"Email\n", "Line 1: The row opens a quote that is never closed"),
    ] {
        let said = refusal(bytes);
        assert!(said.starts_with(sentence), "{said}");
    }
}

#[test]
fn a_line_ends_in_any_of_three_ways() {
    let ok = |name: &str, email: &str| Ok(vec![name.to_owned(), email.into(), String::new()]);
    assert_eq!(
        rows(
            "Name,Email\rJan,a@b.example\r\r\nLi,\"c@d.example\"\r\nJo,\"two\r\nlines\"\rKa,e\rZo,f"
        ),
        [
            (2, ok("Jan", "a@b.example")),
            (4, ok("Li", "c@d.example")),
            (5, ok("Jo", "two\r\nlines")),
            (7, ok("Ka", "e")),
            (8, ok("Zo", "f")),
        ]
    );
    let broken = rows("Name,Email\r\"Jan,a\rLi,b\r");
    assert_eq!((broken[0].0, broken[0].1.is_err()), (2, true));
    assert_eq!(broken[1], (3, ok("Li", "b")));
    assert!(refusal(b"Name,Email\rJan,a\rZo\xeb,b\r").starts_with("Line 3 is not UTF-8"));
}

proptest! {
    /// What was written as RFC 4180 has it comes back, row by row, whatever is in it.
    #[test]
    fn every_row_that_was_written_is_read(
        written in prop::collection::vec((any::<[bool; 2]>(), "[a\", \r\né]{0,6}", "[a,\r\n\"]{0,6}", 0..3_usize), 0..12),
    ) {
        let mut text = String::from("Name,Email\r");
        for ([first, second], name, email, end) in &written {
            let cell = |text: &str, quoted: bool| match quoted || text.contains([',', '"', '\r', '\n']) {
                true => format!("\"{}\"", text.replace('"', "\"\"")),
                false => text.to_owned(),
            };
            text += &cell(name, *first);
            text += ",";
            text += &cell(email, *second);
            text += ["\n", "\r\n", "\r"][*end];
        }
        let read: Vec<_> = rows(&text).into_iter().map(|(_, cells)| cells).collect();
        let wanted: Vec<_> = written
            .into_iter()
            .map(|(_, name, email, _)| Ok(vec![name, email, String::new()]))
            .collect();
        prop_assert_eq!(read, wanted);
    }
}

#[test]
fn headers_have_synonyms_and_other_columns_are_told() {
    let mut source = Cursor::new("e-mail;Fax; ;FULL_name\na@b.example;1;2;Jan, Jr.\n");
    let mut sheet = Sheet::open(&mut source, &COLUMNS).unwrap();
    assert_eq!(sheet.ignored, [Text::from("Fax")]);
    let row = sheet.next().unwrap().unwrap();
    assert_eq!(row.cells.unwrap(), ["Jan, Jr.", "a@b.example", ""]);
}

#[test]
fn the_separator_is_the_one_that_makes_a_header() {
    let wanted = vec![(2, Ok(vec!["Jan".to_owned(), "a;b,c\td".into(), String::new()]))];
    for separator in [",", ";", "\t"] {
        let text = format!("Name{separator}Email\r\nJan{separator}\"a;b,c\td\"\r\n");
        assert_eq!(rows(&text), wanted, "{text}");
        let utf16: Vec<u8> =
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!(rows_of(utf16), wanted);
    }
}

#[test]
fn cells_come_back_as_they_were_before_an_export() {
    let found = rows("Name,Email\n'=1+1,'+44 20\n't Hooft,a⟨U+202E⟩b\n");
    let cells: Vec<_> = found.into_iter().map(|(_, cells)| cells.unwrap()).collect();
    assert_eq!(cells[0][..2], ["=1+1", "+44 20"]);
    assert_eq!(cells[1][..2], ["'t Hooft", "a\u{202e}b"]);
}

#[test]
fn a_row_that_is_too_long_is_passed_over_and_not_kept() {
    let long = "x".repeat(3 * MAX_ROW);
    let quoted = "x\n".repeat(15) + &"y".repeat(2 * MAX_ROW);
    let text = format!("Name,Email\r{long},a\r\nJan,b\n\"{quoted}\",c\nLi,d\n{long}");
    let mut source = Cursor::new(text.into_bytes());
    let mut sheet = Sheet::open(&mut source, &COLUMNS).unwrap();
    let mut good = Vec::new();
    let mut refused = Vec::new();
    while let Some(row) = sheet.next() {
        let row = row.unwrap();
        assert!(sheet.text.capacity() <= 2 * MAX_ROW, "{}", sheet.text.capacity());
        match row.cells {
            Ok(cells) => good.push((row.line, cells[1].clone())),
            Err(problem) => refused.push((row.line, problem.code)),
        }
    }
    assert_eq!(good, [(3, "b".to_owned()), (20, "d".to_owned())]);
    assert_eq!((refused[0], refused[1]), ((2, Code::TooLong), (4, Code::TooLong)));
    assert_eq!(refused.last(), Some(&(21, Code::TooLong)));
}

#[test]
fn rows_at_the_border_of_a_block_are_whole() {
    for shift in 0..64 {
        let first = format!("{},a@b.example", "x".repeat(64 * 1024 - 60 + shift));
        let text = format!("Name,Email\r\n{first}\r\n\"Zoë \"\"山\"\"\r\",c\r\rJan,d\r\n");
        let found = rows(&text);
        assert_eq!(found.len(), 3);
        assert_eq!((found[1].0, found[1].1.as_ref().unwrap()[0].as_str()), (3, "Zoë \"山\"\r"));
        assert_eq!((found[2].0, found[2].1.as_ref().unwrap()[1].as_str()), (6, "d"));
    }
}
