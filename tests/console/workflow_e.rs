//! Workflow E of DOMAIN.md, step by step, at both sizes that count.

use crate::desk::{Desk, PASSWORD};
use crate::terminal::Terminal;

/// A store with two customers, of which one has a contract, and the first Portal Admin, whom
/// the Security Administrator makes on the screen.
fn walk(size: (u16, u16)) {
    let desk = Desk::staffed();
    desk.company(&["--name", "Acme Ltd"]);
    desk.company(&["--name", "Bolt plc"]);
    let contract = ["contract", "create", "C000001", "--number", "ACME-1"];
    let config = ["--config-code", "EU-STD", "--config-name", "Europe", "--start", "2020-01-01"];
    let by = ["--as", "anna", "--password-file", "password"];
    desk.run(&[&contract[..], &config, &by].concat(), "");

    let mut console = desk.signed_in("root", size);
    // Create ▸ User.
    console.press(":").press("create").wait("Create ▸ User").press("<Enter>");
    console.wait("Personal Details").wait("Access Details").wait("Assigned Role");
    personal_details(&mut console, "pat", "pat@gmail.com");

    // Only Portal Admin and Super User are a Security Administrator's to give.
    console.wait("none chosen yet").press("<F4>").wait("not yours to give").press("<Enter>");
    console.wait("Only Portal Admin may").press("<Down><Enter>").wait("Portal Admin ▾");

    // Import Customers: several, gathered from more than one search.
    console.press("acme").wait("0 ticked").wait("Acme Ltd").press("<Down> ");
    console.wait("1 ticked").press("<C-u>bolt").wait("Bolt plc").press("<Down> ");
    console.wait("2 ticked").press("<Enter>").wait("Acme Ltd, Bolt plc");

    // Organization config, from the contracts of the imported customers.
    console.press("<F4>").wait("ACME-1").press(" ").wait("1 ticked").press("<Enter>");
    console.wait("C000001 EU-STD").wait("None ▾");

    // Submit: warnings stop it, an edit evaluates anew, exactly those shown are overridden.
    console
        .press("<C-s>")
        .wait("Warnings stop it: W1, W4")
        .wait("W1 pat@gmail.com")
        .wait("Override warnings      [ ]");
    console.press(" ").wait("Override warnings      [x]").press("<C-s>");
    console.wait("pat.P is created as Portal Admin for 2 customers");
    console.wait("Users ▸ pat.P").wait("EU-STD").wait("Pending");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    // A Portal Admin gives portal roles, from User Management ▸ Users.
    let set = ["user", "password", "pat", "--password-stdin", "--no-must-change"];
    desk.run(&[&set[..], &["--as", "root", "--password-file", "password"]].concat(), PASSWORD);
    let mut console = desk.signed_in("pat", size);
    console.press(":").press("user management").wait("User Management ▸ Users").press("<Enter>");
    console.wait("Admin ▸ Users").wait("pat.P").press("a").wait("Create ▸ User").press("<Enter>");
    personal_details(&mut console, "sue", "sue@acme.example");
    console.wait("Portal User ▾").press("<Tab><F4>").wait("Acme Ltd").press("<Enter>");
    console.wait("Acme Ltd").press("<C-s>").wait("sue.P is created as Portal User");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);
}

/// First Name, Last Name, Email, no phone, Login Name; the cursor is left on Assigned Role.
fn personal_details(console: &mut Terminal, login: &str, email: &str) {
    console
        .wait("F4 all roles")
        .press(login)
        .press("<Tab>Wong<Tab>")
        .press(email)
        .press("<Tab><Tab>");
    console.press(login).wait(&format!("becomes {login}.P")).press("<Tab>");
}

#[test]
fn at_80_by_24() {
    walk((80, 24));
}

#[test]
fn at_120_by_40() {
    walk((120, 40));
}
