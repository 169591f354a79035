//! Workflow C of DOMAIN.md, step by step, at both sizes that count.

use crate::desk::{Desk, PASSWORD};

const OWN: &str = "ruhiger Regen am Abend";

fn walk(size: (u16, u16)) {
    let desk = Desk::staffed();
    let as_anna = ["--as", "anna", "--password-file", "password"];
    let companies = "Customer Id,Company,Kind,Email\n\
                     C000001,Acme Ltd,Customer,office@acme.example\n\
                     C000002,Bolt SA,Customer,office@bolt.example\n";
    std::fs::write(desk.home.path().join("companies.csv"), companies).unwrap();
    desk.run(&[&["import", "companies", "companies.csv"][..], &as_anna].concat(), "");

    // Company ▸ Contacts ▸ Users, by its documented path.
    let mut console = desk.signed_in("anna", size);
    console.press(":").press("contacts users").wait("Company ▸ Contacts ▸ Users");
    console.press("<Enter>").wait("Bolt SA").press("<Enter>");
    console.wait("Companies ▸ Acme Ltd ▸ Users").wait("No users yet.");

    // Add new user: all four are required.
    console.press("a").wait("Add new user").press("<C-s>").wait("Name is missing");
    console.press("Zoë<Tab>O'Brien<Tab>zoe.P<Tab>").press(PASSWORD);
    console.wait("zoe.P ").wait("strong").press("<C-s>").wait("zoe.P can sign in");
    console.attentive("Tell the password").press("<Esc>").gone("Tell the password");
    console.wait("Users 1").wait("Zoë O'Brien").wait("Website").wait("Customer portal");

    // Forgotten password or username: edit and set new ones. One more company, too.
    console.press("e").wait("Edit zoe.P").press("<Tab><Tab>").press("zoe@acme.example");
    console.press("<Tab><Tab>").press("<C-u>").press("zoe.ob").press("<Tab>").press(OWN);
    console.press("<Tab>").press(" ").press("<C-s>").wait("zoe.ob.P is saved");
    console.attentive("Tell the password").press("<Esc>").gone("Tell the password");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);
    let sign_in = |login: &str, password: &str| {
        let args = ["portal", "sign-in", "--login", login, "--password-stdin"];
        desk.try_run(&args, password).1.trim().to_owned()
    };
    assert_eq!(sign_in("zoe.P", PASSWORD), "refused");
    assert_eq!(sign_in("zoe.ob.P", OWN), "ok");
    assert_eq!(sign_in("zoe@acme.example", OWN), "ok");

    // A user of several companies is removed from one.
    desk.run(&[&["user", "edit", "zoe.ob", "--add-company", "C000002"][..], &as_anna].concat(), "");
    let mut console = desk.signed_in("anna", size);
    console.press("5").wait("Bolt SA").press("<Down><Enter>").wait("Companies ▸ Bolt SA");
    console.press("<Tab><Tab>").wait("zoe.ob.P").press("d").attentive("Remove from this company");
    console.press("<Tab>").wait("▐ Remove").press("<Enter>").wait("No users yet.");

    // Delete: the user loses access.
    console.press("5").wait("2, by name").press("<Up><Enter>").wait("Companies ▸ Acme Ltd");
    console.press("<Tab><Tab>").wait("zoe.ob.P").press("d").wait("can't be undone");
    console.attentive("Delete zoe.ob.P").press("<Tab>").wait("▐ YES").press("<Enter>");
    console.wait("No users yet.").wait("zoe.ob.P");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);
    assert_eq!(sign_in("zoe.ob.P", OWN), "refused");
}

#[test]
fn at_80_by_24() {
    walk((80, 24));
}

#[test]
fn at_120_by_40() {
    walk((120, 40));
}
