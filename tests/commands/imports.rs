//! Imports by command: 3,000 rows, one of them bad; twice; files that are none.

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::shop::{Shop, mode, names};

const HEADER: &str = "First Name,Last Name,Email,Phone,Company,Submitted At";

/// A file of so many rows.
fn rows(count: usize) -> Vec<String> {
    let mut lines = vec![HEADER.to_owned()];
    for n in 1..=count {
        let mut line = String::new();
        write!(
            line,
            "Zoë,\"O'Brien, {n}\",zoe{n}@acme.example,+44 20 7946 {n:04},Acme Ltd,2026-02-01"
        )
        .unwrap();
        lines.push(line);
    }
    lines
}

fn documents(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn one_bad_row_in_three_thousand() {
    let shop = Shop::new();
    let mut lines = rows(3_000);
    lines[1_500] = "Jan,Kowalski,jan@,+48 1,PPUH Kozień,2026-02-01".into();
    let file = shop.file("requests.csv", lines.join("\n"), 0o600);
    let ran = shop.by("anna", &["import", "requests", &file]);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    let said: Vec<&str> = ran.out.lines().collect();
    assert_eq!(said.len(), 2, "{}", ran.out);
    assert!(said[0].starts_with("Line 1501: Email “jan@” is no address"), "{}", said[0]);
    assert!(
        said[1].starts_with("3000 rows: 2999 imported, 0 already there, 1 refused."),
        "{}",
        said[1]
    );
    assert_eq!(shop.anna(&["request", "list"])["total"], 2_999);

    lines[1_500] = "Jan,Kowalski,jan@kozien.example,+48 1,PPUH Kozień,2026-02-01".into();
    shop.file("requests.csv", lines.join("\r\n"), 0o600);
    let again = shop.by("anna", &["import", "requests", &file]).done();
    assert_eq!(again.out, "3000 rows: 1 imported, 2999 already there, 0 refused.\n");
    assert_eq!(shop.anna(&["request", "list"])["total"], 3_000);
}

#[test]
fn scripts_get_a_document_a_row_and_a_summary() {
    let shop = Shop::new();
    let mut lines = rows(3);
    lines.push(lines[1].clone());
    lines.push("\"Jan,Kowalski".into());
    let file = shop.file("requests.csv", lines.join("\n"), 0o600);
    let result = shop.path("result.csv");
    let dry = shop.by("anna", &["import", "requests", &file, "--dry-run", "--json"]);
    assert_eq!(
        (dry.status, documents(&dry.out)[0]["outcome"].as_str()),
        (1, Some("would-be-imported"))
    );
    assert_eq!(shop.anna(&["request", "list"])["total"], 0);

    let args = ["import", "requests", &file, "--json", "--result", result.to_str().unwrap()];
    let ran = shop.by("anna", &args);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    let found = documents(&ran.out);
    assert_eq!(found.len(), 6);
    let outcomes: Vec<&str> = found[..5].iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["imported", "imported", "imported", "already-there", "refused"]);
    assert_eq!(names(&found[0]), ["line", "name", "outcome", "problems", "request"]);
    assert_eq!((&found[3]["request"], &found[4]["line"]), (&found[0]["request"], &6.into()));
    assert_eq!(names(&found[4]["problems"][0]), ["code", "field", "message"]);
    let summary = &found[5]["summary"];
    let all = ["already_there", "changed", "dry_run", "ignored_columns", "imported"];
    assert_eq!(names(summary), [&all[..], &["refused", "rows", "stopped"]].concat());
    assert_eq!((&summary["imported"], &summary["refused"]), (&3.into(), &1.into()));
    let written = std::fs::read_to_string(&result).unwrap();
    let lines: Vec<&str> = written.split_terminator("\r\n").collect();
    assert_eq!(lines[..2], ["Line,Outcome,Name,Message", "2,imported,PR-000001,"]);
    assert_eq!(lines[4], "5,already there,PR-000001,");
    assert!(lines[5].starts_with("6,refused,,\"The row opens a quote"), "{written}");
    assert_eq!(mode(&result), 0o600);
    let again = shop.by("anna", &args).refused();
    assert_eq!((again.code.as_str(), again.field.as_str()), ("result", "result"), "{again:?}");
}

#[test]
fn standard_input_can_be_the_file() {
    let shop = Shop::new();
    let ran = shop.by_with("anna", &["import", "requests", "-"], &rows(2).join("\n")).done();
    assert_eq!(ran.out, "2 rows: 2 imported, 0 already there, 0 refused.\n");
    let again = shop.by_with("anna", &["import", "requests", "-"], &rows(1).join("\r")).done();
    assert_eq!(again.out, "1 row: 0 imported, 1 already there, 0 refused.\n");
    let trail = shop.anna(&["audit", "list", "--filter", "imported"]);
    assert_eq!(trail["rows"][0]["note"], "standard input, lines 2 to 3");
}

#[test]
fn files_that_are_none_are_refused_whole() {
    let shop = Shop::new();
    let good = rows(1).remove(1);
    for (bytes, says) in [
        (Vec::new(), "The file is empty"),
        (b"F\0i\0".to_vec(), "UTF-16 without a byte order mark, or no text at all; save it as CSV"),
        (format!("{HEADER}\nZo\0,x").into_bytes(), "Line 2 holds a NUL byte"),
        (
            [HEADER.as_bytes(), b"\nZo\xeb,B,a@b.example,1,Acme,\n"].concat(),
            "Line 2 is not UTF-8 (Latin-1",
        ),
        (HEADER.replace(',', "|").into_bytes(), "Line 1: this is not the header; it has to be"),
        (good.clone().into_bytes(), "Line 1: this is not the header; it has to be First Name,"),
        (HEADER.replace("Phone,", "").into_bytes(), "the column “Phone” is missing"),
        (format!("\"{HEADER}\n{good}").into_bytes(), "after a closing quote"),
    ] {
        let file = shop.file("bad.csv", bytes, 0o600);
        let refused = shop.by("anna", &["import", "requests", &file, "--json"]).refused();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            ("malformed", "file"),
            "{refused:?}"
        );
        assert!(refused.message.contains(says), "{refused:?}");
    }
    let missing = shop.by("anna", &["import", "requests", "no.csv", "--json"]).refused();
    assert_eq!((missing.code.as_str(), missing.field.as_str()), ("file", "file"));
    let denied = shop.file("good.csv", rows(1).join("\n"), 0o600);
    let denied = shop.by("root", &["import", "requests", &denied, "--json"]).refused();
    assert_eq!(denied.code, "denied");
    assert_eq!(shop.anna(&["request", "list"])["total"], 0);
}

#[test]
fn an_import_that_is_killed_is_done_by_the_next_one() {
    let shop = Shop::new();
    let file = shop.file("requests.csv", rows(3_000).join("\n"), 0o600);
    let mut child = Command::new(env!("CARGO_BIN_EXE_portaldesk"))
        .env_clear()
        .env("HOME", shop.path(""))
        .args(["import", "requests", &file, "--json", "--as", "anna", "--password-file"])
        .arg(shop.path("password"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut told = String::new();
    for _ in 0..250 {
        out.read_line(&mut told).unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let there = shop.anna(&["request", "list"])["total"].as_u64().unwrap();
    assert!(there >= 250, "what was told is there: {there}");
    let rest = shop.by("anna", &["import", "requests", &file, "--json"]).done().out;
    let summary = documents(&rest).pop().unwrap();
    assert_eq!(summary["summary"]["already_there"], there);
    assert_eq!(shop.anna(&["request", "list"])["total"], 3_000);
    for document in documents(&told) {
        let id = document["request"].to_string();
        let line = document["line"].as_u64().unwrap() - 1;
        let kept = shop_row(&rest, line);
        assert_eq!(kept["request"].to_string(), id, "line {line} kept its number");
    }
}

/// The document of the nth row.
fn shop_row(text: &str, row: u64) -> Value {
    let line = text.lines().nth(usize::try_from(row).unwrap() - 1).unwrap();
    serde_json::from_str(line).unwrap()
}

/// The sample of twenty locales lies beside the house, not in it.
#[test]
fn the_sample_of_twenty_locales_comes_in_once() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/requests.csv");
    let shared =
        [sample, Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/requests.csv")];
    let Some(sample) = shared.iter().find(|path| path.exists()) else {
        println!("skipped: ../shared/data/requests.csv is not there");
        return;
    };
    let shop = Shop::new();
    let import = ["import", "requests", sample.to_str().unwrap(), "--json"];
    let first = documents(&shop.by("anna", &import).done().out);
    assert_eq!(first.len(), 3_001);
    assert_eq!(first[3_000]["summary"]["imported"], 3_000);
    let second = documents(&shop.by("anna", &import).done().out);
    assert_eq!(second[3_000]["summary"]["already_there"], 3_000);
    assert_eq!(shop.anna(&["request", "list"])["total"], 3_000);
}

const USERS: &str = "External Id,First Name,Last Name,Email,Phone,Company,Customer Id,Login";

/// A file of so many users of C1, and the company in the store.
fn users(shop: &Shop, count: usize) -> String {
    let firm = shop.file("firm.csv", "Customer Id,Company\nC1,Acme Ltd\n", 0o600);
    shop.by("anna", &["import", "companies", &firm]).done();
    let mut text = format!("{USERS}\r\n");
    for n in 1..=count {
        write!(text, "X{n},Jo,Doe,jo{n}@acme.example,'+44 20 {n},Acme Ltd,C1,\r\n").unwrap();
    }
    shop.file("users.csv", text, 0o600)
}

/// The import of users as a process of its own, whose results nobody reads yet.
fn importing(shop: &Shop, file: &str) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_portaldesk"))
        .env_clear()
        .env("HOME", shop.path(""))
        .args(["import", "users", file, "--json", "--as", "anna", "--password-file"])
        .arg(shop.path("password"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn an_import_of_users_goes_on_after_ctrl_c_and_after_a_kill() {
    let shop = Shop::new();
    let file = users(&shop, 6_000);
    let mut there = 0;
    for signal in ["-INT", "-KILL"] {
        let mut child = importing(&shop, &file);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut told = String::new();
        for _ in 0..there + 250 {
            out.read_line(&mut told).unwrap();
        }
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        std::io::Read::read_to_string(&mut out, &mut told).unwrap();
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        let total = shop.anna(&["user", "list", "--filter", "kind:portal"])["total"].clone();
        let total = usize::try_from(total.as_u64().unwrap()).unwrap();
        assert!(total >= there + 250 && total < 6_000, "{signal}: {total}");
        if signal == "-INT" {
            assert_eq!(ended.status.code(), Some(1), "{said}");
            assert!(said.contains("Run the same command again to go on."), "{said}");
            let summary = documents(&told).pop().unwrap();
            assert_eq!(
                (&summary["summary"]["stopped"], &summary["summary"]["imported"]),
                (&true.into(), &total.into())
            );
        }
        there = total;
    }
    let rest = shop.by("anna", &["import", "users", &file]).done().out;
    assert!(rest.ends_with(&format!("{there} already there, 0 refused.\n")), "{rest}");
    let last = shop.anna(&["user", "show", "jo.doe6000"]);
    assert_eq!(
        (&last["email"], &last["status"]),
        (&"jo6000@acme.example".into(), &"Pending".into())
    );
}

#[test]
fn files_of_other_programs_come_in() {
    let shop = Shop::new();
    let wide = |text: &str, big: bool| -> Vec<u8> {
        let unit = |it: u16| if big { it.to_be_bytes() } else { it.to_le_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let header = "code;Name;Fax";
    let row = |code: &str, end: &str| format!("{header}{end}{code};\"Zoë; Söhne\";1{end}");
    let files = [
        ("semicolons, CRLF", row("C1", "\r\n").into_bytes()),
        ("BOM, CR", [b"\xEF\xBB\xBF", row("C2", "\r").as_bytes()].concat()),
        ("tabs", row("C3", "\n").replace("; Söhne", ", Söhne").replace(';', "\t").into_bytes()),
        ("UTF-16 LE", wide(&row("C4", "\r\n"), false)),
        ("UTF-16 BE", wide(&row("C5", "\n"), true)),
    ];
    for (what, bytes) in files {
        let file = shop.file("firms.csv", bytes, 0o600);
        let ran = shop.by("anna", &["import", "companies", &file]).done();
        assert_eq!(
            ran.out,
            "Nothing was read from the columns “Fax”.\n1 row: 1 imported, 0 already there, 0 refused.\n",
            "{what}"
        );
    }
    let names = shop.anna(&["company", "list", "--filter", "zoe"]);
    assert_eq!((&names["total"], &names["rows"][0]["name"]), (&5.into(), &"Zoë, Söhne".into()));
    for (bytes, says) in [
        (b"Email,Customer Id\n".to_vec(), "The file has a header and no rows; nothing was done.\n"),
        (
            b"Email,Customer Id\n\n \r\n".to_vec(),
            "The file has a header and no rows; nothing was done.\n",
        ),
    ] {
        let file = shop.file("none.csv", bytes, 0o600);
        assert_eq!(shop.by("anna", &["import", "users", &file]).done().out, says);
    }
    for (bytes, says) in [
        (
            b"First Name,Last Name\nA,B\n".to_vec(),
            "the columns “Email” and “Customer Id” are missing",
        ),
        (b"Email,Customer Id\nz\xeb@x,C1\n".to_vec(), "Line 2 is not UTF-8 (Latin-1"),
    ] {
        let file = shop.file("bad.csv", bytes, 0o600);
        let refused = shop.by("anna", &["import", "users", &file, "--json"]).refused();
        assert!(refused.message.contains(says), "{refused:?}");
    }
}

#[test]
fn each_bad_row_of_users_is_told_with_its_line() {
    let shop = Shop::new();
    let mut text = std::fs::read_to_string(users(&shop, 2)).unwrap();
    let long = "x".repeat(2_000_000);
    for row in [
        "X1,Jo,Other,jo1@acme.example,,,C1,",
        "X3,Jo,Doe,JO2@ACME.example,,,C1,",
        "X4,Jo,Doe,jo4@acme.example,,C1,",
        "X6,J\u{7}o,Doe,jo6@acme.example,,,C1,",
        &format!("X7,{long},Doe,jo7@acme.example,,,C1,"),
        "\"X5,Jo,Doe,jo5@acme.example,,,C1,",
        "X8,Jo,Doe,jo8@acme.example,,,C1,anna",
        "X9,Jo,Doe,jo9@acme.example,,,C1,",
    ] {
        text.push_str(row);
        text.push_str("\r\n");
    }
    let file = shop.file("users.csv", text, 0o600);
    let ran = shop.by("anna", &["import", "users", &file]);
    let said: Vec<&str> = ran.out.lines().collect();
    let wanted = [
        "Line 4: External Id X1 is on an earlier line of this file with other data",
        "Line 5: Email JO2@ACME.example is taken by jo.doe2.P",
        "Line 6: The row has 7 cells and the header 8",
        "Line 7: First Name holds the control character U+0007",
        "Line 8: The row has more than 1024 KiB",
        "Line 9: The row opens a quote that is never closed",
        "Line 10: Login anna is taken by the staff account anna;",
        "10 rows: 3 imported, 0 already there, 7 refused.",
    ];
    assert_eq!((ran.status, said.len()), (1, wanted.len()), "{}", ran.out);
    for (line, wanted) in said.iter().zip(wanted) {
        assert!(line.starts_with(wanted), "{line}");
    }
}
