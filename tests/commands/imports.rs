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
