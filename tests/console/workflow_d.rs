//! Workflow D of DOMAIN.md, step by step, at both sizes that count.

use crate::desk::{Desk, PASSWORD};

const ACCESS: &str = "Settings ▸ Client ▸ Portal Access";

fn walk(size: (u16, u16)) {
    let desk = Desk::staffed();
    let as_anna = ["--as", "anna", "--password-file", "password"];
    let company = |name: &str, email: &str| {
        let args = ["company", "create", "--name", name, "--email", email];
        desk.run(&[&args[..], &as_anna].concat(), "");
    };
    company("Acme Ltd", "office@acme.example");
    company("Bolt SA", "office@bolt.example");

    // Settings ▸ Client ▸ Portal Access, by its documented path.
    let mut console = desk.signed_in("anna", size);
    console.press(":").press("portal access").wait(ACCESS).press("<Enter>");
    console.wait("No portal users yet.").wait("a adds one");

    // + Add New Portal User: the company's email is filled in.
    console.press("a").wait("Add Portal User").press("bolt").wait("C000002").press("<Enter>");
    console.wait("office@bolt.example").wait("from the company").wait("office@bolt.example.P");
    console.press("<Tab>").press(PASSWORD).wait("strong").press("<C-s>");
    console
        .wait("office@bolt.example.P is added; the invitation is held")
        .attentive("Tell the password");
    console.press("<Esc>").gone("Tell the password");

    // Another one of another company, with an email of its own and a generated password.
    console.press("<Esc>").wait(ACCESS).wait("office@bolt.example");
    console.press("a").wait("Add Portal User").press("acme").wait("C000001").press("<Enter>");
    console.wait("from the company").press("<C-u>").press("k.lee@acme.example");
    console.wait("k.lee@acme.example.P").press("<Tab>").press("<C-g>").wait("generated");
    console.press("<C-s>").wait("k.lee@acme.example.P is added; the invitation is held");
    let handed = password_shown(&console.screen());
    console.attentive("Tell the password").press("<Esc>").gone("Tell the password");
    console.press("<Esc>").wait(ACCESS);

    // An email may be used once.
    console.wait("k.lee@acme").press("a").wait("Add Portal User").press("acme");
    console.wait("C000001").press("<Enter>").wait("from the company");
    console.press("<C-u>").press("K.LEE@acme.example").wait("is taken by");
    console.press("<Esc>").attentive("Not saved").press("<Tab><Tab>").wait("▐ Discard");
    console.press("<Enter>").gone("Add Portal User");

    // Opening a row edits it; the email is the login, and moves it.
    console.wait("2, by company").press("<Up><Enter>").wait("Users ▸ k.lee@acme.example.P");
    console.press("e").wait("Edit k.lee@acme.example.P").press("Kim<Tab>Lee<Tab>").press("<C-u>");
    console.press("kim@acme.example").wait("kim@acme.example.P").press("<C-s>");
    console.wait("Users ▸ kim@acme.example.P").wait("edited by anna").press("<Esc>").wait(ACCESS);

    // Sorted by company; a filter, and all that match.
    console.wait("2, by company").press("s").wait("by email").press("/").press("company:acme");
    console.wait("1 of 2").press("<Enter>").press("+").wait("1 selected");
    console.press("/").press("<C-u>").press("example").wait("2, by email").gone("selected");
    console.press("<Enter>").press("+").wait("2 selected").press("x");
    console.wait("Delete the ticked users");

    // Actions ▸ Delete: a warning that it can't be undone, YES or Cancel; the number must be typed.
    console.press("<Enter>").wait("This can't be undone").attentive("Delete 2 users");
    console.press("3<Tab><Enter>").wait("2 users are selected, not 3. Nothing is deleted.");
    console.press("<C-u>").press("2").wait("confirm  2").press("<Enter>").wait("▐ YES");
    console.press("<Enter>");
    console.wait("2 users are deleted.").attentive("what came of it");
    console.press("<Enter>").gone("what came of it").wait("0, by email").gone("[x]");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    for (login, password) in [("office@bolt.example", PASSWORD), ("kim@acme.example", &handed)] {
        let sign_in = ["portal", "sign-in", "--login", login, "--password-stdin"];
        assert_eq!(desk.try_run(&sign_in, password).1.trim(), "refused");
    }
}

/// The password on the hand-over screen.
fn password_shown(screen: &str) -> String {
    let line = screen.lines().find_map(|line| line.split_once("Password  ")).unwrap();
    line.1.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn at_80_by_24() {
    walk((80, 24));
}

#[test]
fn at_120_by_40() {
    walk((120, 40));
}
