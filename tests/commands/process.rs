//! How the process begins and ends: statuses, configuration, who may read what, pipes.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use portaldesk::domain::time::Timestamp;
use portaldesk::store::sled::{Options, SledRepository};

use crate::shop::{PASSWORD, Shop, mode};

#[test]
fn wrong_usage_is_status_two() {
    let shop = Shop::empty();
    for (args, says) in [
        (&["request", "fly"][..], "Unrecognized subcommand 'fly'"),
        (&["request", "show", "12x", "--as", "anna"], "is no request number"),
        (&["request", "show", "CT-1", "--as", "anna"], "such as PR-000123 or 123"),
        (&["request", "list"], "say who you are with --as LOGIN"),
        (&["request", "list", "--per-page", "30"], "it is 10, 25, 50 or 100"),
        (&["request", "list", "--status", "Lost"], "it is New, Resolved, Processed or Rejected"),
        (&["request", "list", "--since", "soon"], "write it as 2026-06-29"),
        (
            &["request", "create-contact", "1", "--company", "C1", "--no-company"],
            "cannot be used with",
        ),
        (&["portal", "submit", "--first-name", "Zoë"], "required arguments were not provided"),
        (&["--demo", "request", "list"], "for the console"),
    ] {
        let plain = shop.run(args);
        assert_eq!((plain.status, plain.out.as_str()), (2, ""), "{args:?}");
        let json = shop.run(&[args, &["--json"]].concat());
        assert_eq!((json.status, json.error().code.as_str()), (2, "usage"), "{args:?}");
        let message = json.error().message;
        assert!(message.contains(says), "{args:?}: {message}");
        assert_eq!(json.err.lines().count(), 1);
    }
    let tricky = shop.run(&["request", "show", "\u{202e}12", "--as", "anna"]);
    assert!(tricky.err.contains("⟨U+202E⟩12") && !tricky.err.contains('\u{202e}'), "{tricky:?}");
    let sort = Shop::new().by("anna", &["request", "list", "--sort", "colour", "--json"]);
    assert_eq!(sort.status, 2);
    assert!(sort.error().message.contains("take one of submitted_at, id, name"), "{sort:?}");
}

#[test]
fn an_argument_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let shop = Shop::empty();
    for (args, says) in [
        (
            &[&b"portal"[..], b"submit", b"--first-name", b"Zo\xeb"][..],
            "The argument “Zo\u{fffd}” after --first-name is",
        ),
        (
            &[b"portal", b"submit", b"--last-name=O\xeb"],
            "The argument “--last-name=O\u{fffd}” is not",
        ),
        (&[b"request", b"show", b"\xff"], "The argument “\u{fffd}” is not"),
        (
            &[b"--data-dir", b"/\xff", b"request", b"list", b"--filter", b"\xeb"],
            "” after --filter is not",
        ),
    ] {
        let args: Vec<&OsStr> = args.iter().map(|it| OsStr::from_bytes(it)).collect();
        let ran = |more: &[&str]| shop.command().args(&args).args(more).output().unwrap();
        let plain = ran(&[]);
        let said = String::from_utf8(plain.stderr).unwrap();
        assert_eq!((plain.status.code(), plain.stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(says) && said.ends_with("write it in UTF-8.\n"), "{says}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        let json = String::from_utf8(ran(&["--json"]).stderr).unwrap();
        assert!(json.starts_with("{\"error\"") && json.contains(says), "{json}");
    }
}

#[test]
fn a_held_store_is_status_seventy_five_and_names_the_holder() {
    let shop = Shop::new();
    let now = Timestamp::from_millis(0);
    let held = SledRepository::open(&shop.data_dir(), Options::at(now)).unwrap();
    let ran = shop.by("anna", &["request", "list", "--json"]);
    assert_eq!((ran.status, ran.error().code.as_str()), (75, "store_held"));
    let message = ran.error().message;
    assert!(message.contains(&std::process::id().to_string()), "{message}");
    assert!(message.starts_with("The store is held by") && message.ends_with('.'), "{message}");
    drop(held);
    assert_eq!(shop.anna(&["request", "list"])["total"], 0);
}

#[test]
fn the_trail_tells_where_a_command_came_from() {
    let shop = Shop::new();
    let local = shop.anna(&["audit", "list"])["rows"][0].clone();
    assert!(!local["os_user"].as_str().unwrap().is_empty(), "{local}");
    let ssh = ("SSH_CONNECTION", "192.0.2.7 50022 198.51.100.1 22");
    let password = shop.path("password");
    let args = ["audit", "list", "--json", "--as", "anna", "--password-file"];
    let mut command = shop.command();
    let output = command.env(ssh.0, ssh.1).args(args).arg(&password).output().unwrap();
    let trail: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(trail["rows"][0]["origin"], "192.0.2.7");
    assert_eq!(trail["rows"][0]["os_user"], local["os_user"]);
    assert_ne!(trail["rows"][1]["origin"], "192.0.2.7", "the one before came from this host");
}

#[test]
fn sign_ins_can_be_left_out_of_the_trail() {
    let shop = Shop::new();
    shop.submit("Zoë", "O'Brien", "zoe@acme.example");
    shop.anna(&["request", "reject", "1", "--reason", "spam"]);
    let actions = |more: &[&str]| -> Vec<String> {
        let trail = shop.by("root", &[&["audit", "list", "--json"][..], more].concat());
        let rows = trail.done().json()["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| row["action"].as_str().unwrap().to_owned()).collect()
    };
    assert!(actions(&[]).iter().filter(|it| *it == "sign-in").count() > 2);
    let wanted = ["request.reject", "request.submit", "user.create", "setup"];
    assert_eq!(actions(&["--without-sign-ins"]), wanted);
    assert_eq!(actions(&["--without-sign-ins", "--filter", "reject"]), wanted[..1]);
}

#[test]
fn a_data_directory_that_can_not_be_used_is_said() {
    let shop = Shop::empty();
    let file = shop.file("a-file", "", 0o600);
    let init = ["init", "--admin", "root", "--password-stdin", "--json", "--data-dir"];
    let dir = format!("{file}/store");
    let refused = shop.run_with(&[&init[..], &[&dir]].concat(), PASSWORD).refused();
    assert_eq!(refused.code, "store");
    assert!(
        refused.message.contains(&dir) && refused.message.contains("--data-dir"),
        "{refused:?}"
    );
}

#[test]
fn a_data_directory_that_others_may_write_to_is_refused() {
    let shop = Shop::new();
    let dir = shop.data_dir();
    let open = |mode| std::fs::set_permissions(&dir, Permissions::from_mode(mode)).unwrap();
    open(0o777);
    let before = std::fs::read_dir(&dir).unwrap().count();
    let refused = shop.by("anna", &["request", "list", "--json"]).refused();
    assert_eq!(refused.code, "store");
    assert!(
        refused.message.contains("others may write to it (mode 777)")
            && refused.message.contains("chmod 700"),
        "{refused:?}"
    );
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), before, "nothing was put into it");
    open(0o700);
    shop.anna(&["request", "list"]);
}

#[test]
fn everything_belongs_to_its_owner_alone() {
    let shop = Shop::new();
    let mut dirs = vec![shop.data_dir()];
    while let Some(dir) = dirs.pop() {
        assert_eq!(mode(&dir), 0o700, "{}", dir.display());
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
            }
        }
    }
}

#[test]
fn the_configuration_is_found_checked_and_overruled() {
    let shop = Shop::new();
    let elsewhere = shop.path("elsewhere");
    let text = format!("data_dir = \"{}\"\n", elsewhere.display());
    shop.file(".config/portaldesk/config.toml", text, 0o600);
    shop.run_with(&["init", "--admin", "eve", "--password-stdin"], PASSWORD).done();
    assert!(elsewhere.join("log").exists());
    let data_dir = shop.data_dir();
    let data_dir = data_dir.to_str().unwrap();
    let users = shop.by("anna", &["user", "list", "--json", "--data-dir", data_dir]).done().json();
    assert_eq!(users["total"], 2, "--data-dir wins over the configuration");

    let wrong = shop.file("wrong.toml", "[console]\n\nidle_lock_minutes = 0\n", 0o600);
    let refused = shop.by("eve", &["user", "list", "--json", "--config", &wrong]).refused();
    assert_eq!(refused.code, "config");
    let says =
        format!("{wrong}, line 3: console.idle_lock_minutes takes a whole number from 1 to 120.");
    assert_eq!(refused.message, says);
    let missing = shop.by("eve", &["user", "list", "--json", "--config", "no.toml"]).refused();
    let says = "no.toml can't be read: there is no such file; name the right one with --config.";
    assert_eq!(missing.message, says);
}

#[test]
fn passwords_come_in_by_safe_ways_only() {
    let shop = Shop::new();
    let open = shop.file("open", format!("{PASSWORD}\n"), 0o644);
    let list =
        |file: &str| shop.run(&["user", "list", "--json", "--as", "anna", "--password-file", file]);
    let refused = list(&open).refused();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("password_file", "password_file"));
    assert!(
        refused.message.contains("mode 644") && refused.message.contains("chmod 600"),
        "{refused:?}"
    );
    let empty = shop.file("empty", "", 0o600);
    assert!(list(&empty).refused().message.contains("is empty"));
    assert!(list("no-file").refused().message.contains("can't be read"));

    let asked = shop.run(&["user", "list", "--json", "--as", "anna"]).refused();
    assert_eq!(asked.code, "no_terminal");
    assert!(asked.message.contains("--password-file"), "{asked:?}");
    let asked = shop.run(&["init", "--admin", "root", "--json"]).refused();
    assert!(asked.message.contains("--password-stdin"), "{asked:?}");
    let one = ["portal", "change-password", "--login", "zoe", "--passwords-stdin", "--json"];
    let one = shop.run_with(&one, "only one line\n").refused();
    assert!(one.message.contains("two lines"), "{one:?}");
}

/// A person who types the password presses Enter, not Ctrl-D.
#[test]
fn one_line_is_enough_while_standard_input_stays_open() {
    let shop = Shop::empty();
    let mut child = Command::new(env!("CARGO_BIN_EXE_portaldesk"))
        .env_clear()
        .env("HOME", shop.path(""))
        .args(["init", "--admin", "root", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{PASSWORD}").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(stdin);
}

#[test]
fn the_console_needs_a_terminal() {
    let shop = Shop::empty();
    for args in [&[][..], &["--demo"]] {
        let ran = shop.run(args);
        assert_eq!((ran.status, ran.out.as_str()), (1, ""));
        assert!(
            ran.err.contains("needs a terminal") && ran.err.lines().count() == 1,
            "{}",
            ran.err
        );
    }
    assert!(!shop.data_dir().exists(), "nothing was made on the way");
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let shop = Shop::new();
    for n in 0..40 {
        shop.submit("Zoë", &"O'Brien ".repeat(12), &format!("zoe{n}@acme.example"));
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_portaldesk"))
        .env_clear()
        .env("HOME", shop.path(""))
        .args(["request", "list", "--json", "--as", "anna", "--password-file"])
        .arg(shop.path("password"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[test]
fn help_completions_and_the_manual_need_no_store() {
    let shop = Shop::empty();
    for (args, says) in [
        (&["--help"][..], "Exit status: 0 done"),
        (&["--version"], "portaldesk 0."),
        (
            &["import", "requests", "--help"],
            "First Name,Last Name,Email,Phone,Company,Submitted At",
        ),
        (&["completions", "bash"], "create-contact"),
        (&["man"], ".TH portaldesk-request-approve"),
    ] {
        let ran = shop.run(args).done();
        assert!(ran.out.contains(says), "{args:?}: {}", ran.out);
    }
    assert!(!shop.data_dir().exists());
}
