//! Workflow A of DOMAIN.md, step by step, at both sizes that count.

use crate::desk::{Desk, PASSWORD};

fn walk(size: (u16, u16)) {
    let desk = Desk::staffed();
    assert_eq!(desk.submit("Zoë", "O'Brien", "zoe@acme.example", "Acme Ltd"), "PR-000001");

    // Setup ▸ Portal ▸ Portal Requests, by its documented path.
    let mut console = desk.signed_in("anna", size);
    console
        .press(":")
        .press("portal requests")
        .wait("Setup ▸ Portal ▸ Portal Requests")
        .press("<Enter>");
    console.wait("newest first").wait("● New").press("<Enter>");

    // Approval is impossible until a contact is linked.
    console.wait("needs a contact before it can be approved");

    // + makes the contact and its company, prefilled.
    console.press("+").wait("New contact for PR-000001").wait("zoe@acme.example").press("<C-s>");
    console.wait("◐ Resolved");

    // More Options ▸ Approve, with the login suggested and editable.
    console
        .press("x")
        .wait("Make the visitor a portal user")
        .press("<Enter>")
        .wait("zoe.obrien")
        .press("<C-s>");
    console.wait("✔ Processed").wait("zoe.obrien.P");

    // Admin ▸ Users: suffix .P, group Portals, Pending; Options ▸ Change Password.
    console.press(":").press("admin users").wait("Admin ▸ Users").press("<Enter>");
    console.wait("zoe.obrien.P").wait("Pending");
    console.press("/").press("zoe").wait("1 of 4").press("<Enter><Enter>").wait("Portals");
    console.press("x").wait("Change Password").press("<Enter>").wait("Change Password");
    console.press(PASSWORD).press("<Tab>").press(PASSWORD).press("<C-s>");
    console.attentive("Tell the password").press("<Esc>").gone("Tell the password");
    console.wait("Active");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    // The person signs in, must change the password, signs in again.
    let sign_in_with = |password: &str| {
        desk.try_run(
            &["portal", "sign-in", "--login", "zoe.obrien.P", "--password-stdin"],
            password,
        )
    };
    assert_eq!(sign_in_with(PASSWORD).1.trim(), "must-change-password");
    let both = format!("{PASSWORD}\nruhiger Regen am Abend\n");
    desk.run(&["portal", "change-password", "--login", "zoe.obrien.P", "--passwords-stdin"], &both);
    assert_eq!(sign_in_with(PASSWORD).0, 1);
    assert_eq!(sign_in_with("ruhiger Regen am Abend"), (0, "ok\n".to_owned(), String::new()));

    // On the contact, Options ▸ Portal User: status, last login, login history.
    let mut console = desk.signed_in("anna", size);
    console.press("4").wait("1, by name").press("<Enter>").wait("CT-000001");
    console.press("x").wait("Options").press("<Down><Enter>");
    console
        .wait("Active")
        .wait("Last login")
        .wait("signed in")
        .wait("must change password")
        .wait("wrong password");
}

#[test]
fn at_80_by_24() {
    walk((80, 24));
}

#[test]
fn at_120_by_40() {
    walk((120, 40));
}
