//! Workflow B of DOMAIN.md, step by step, at both sizes that count.

use crate::desk::{Desk, PASSWORD};

const PATH: &str = "Activity ▸ User Account Management Utility";

fn walk(size: (u16, u16)) {
    let desk = Desk::staffed();
    desk.colleague("dora", "portal-data-administrator");
    desk.company(&["--name", "Acme Ltd"]);
    desk.company(&["--name", "Bolt plc", "--partner"]);

    // Activity ▸ User Account Management Utility, by its documented path.
    let mut console = desk.signed_in("dora", size);
    console.press(":").press("activity").wait(PATH).press("<Enter>");
    console.wait("User Account Management Utility").wait("Account Type").wait("Customer ▾");
    console.gone("Claim Authorization");

    // Account Type, User ID, Password, Retype Password.
    console.press(" ").wait("Partner ▾").wait("Claim Authorization  [ ]");
    console.press("<Tab>jo.lee").wait("becomes jo.lee.P").press("<Tab>").press(PASSWORD);
    console.wait("strong").press("<Tab>wrong<Tab>").wait("passwords differ");
    console.press("<S-Tab><C-u>").press(PASSWORD).press("<Tab>").gone("passwords differ");

    // Name, Email, and the ID of the partner is enough.
    console.press("Jo<Tab>Lee<Tab>jo@bolt.example<Tab>P000002").wait("Bolt plc");
    console.gone("Acme Ltd").press("<Enter>").wait("▾  P000002");

    // Can Create Users, Claim Authorization Required, Create.
    console.press(" <Tab> ").press("<C-s>").wait("jo.lee.P can sign in");

    // The sign-in information is handed over, once.
    console.attentive("Tell the password").wait("jo.lee.P").wait(PASSWORD);
    console.press("<Esc>").gone(PASSWORD);
    console.wait("Users ▸ jo.lee.P").wait("Service Portal").wait("create users");
    console.wait("need authorization").wait("Licence       Portal").wait("Bolt plc");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    let sign_in = ["portal", "sign-in", "--login", "jo.lee.P", "--password-stdin"];
    assert_eq!(desk.try_run(&sign_in, PASSWORD).1.trim(), "must-change-password");
}

#[test]
fn at_80_by_24() {
    walk((80, 24));
}

#[test]
fn at_120_by_40() {
    walk((120, 40));
}

#[test]
fn who_may_not_is_told_who_may() {
    let desk = Desk::staffed();
    let mut console = desk.signed_in("anna", (80, 24));
    console.press(":").press("activity").wait(PATH).press("<Enter>");
    console.wait("Only Portal Data Administrator may create users by the User Account");
}
