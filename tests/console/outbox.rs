//! The outbox in a real terminal, on the demonstration: an invitation until it is sent, its
//! letter without the secret, and what is asked before somebody who has signed in gets another.

use crate::terminal::Terminal;

fn demonstration(size: (u16, u16)) -> (tempfile::TempDir, Terminal) {
    let home = tempfile::tempdir().expect("a place for a throw-away home");
    let mut console = Terminal::start(&["--demo"], home.path(), size, &[]);
    console.wait("Login or email").press("anna<Tab>come in and look around<Enter>");
    console.wait("Needs a hand");
    (home, console)
}

fn walk(size: (u16, u16)) {
    let (_home, mut console) = demonstration(size);

    // Portal Access: the mail is read before anything is saved.
    console.press("gpa").wait("Add Portal User").press("acme").wait("C000001").press("<Enter>");
    console.wait("from the company").press("<C-u>").press("ida@acme.example");
    console.wait("ida@acme.example.P").wait("empty: one is mailed");
    console.press("<C-t>").wait("Subject").wait("••••••••••••");
    console.press("<Esc>").gone("Subject").wait("Add Portal User").press("<C-s>");
    console.wait("Users ▸ ida@acme.example.P");

    // It goes out behind the console.
    console.wait("✔ Sent, ends");
    console.press("m").wait("Outbox ▸ ida@acme.example").wait("250 2.0.0 Taken");
    console.press("v").wait("Subject").wait("••••••••••••").press("<Esc>").gone("Subject");

    // The outbox has mails of every kind, and what a server said.
    console.press("gm").wait("Jobs ▸ Outbox").press("/").press("bounce").wait("1 of ");
    console.press("<Enter><Enter>").wait("550 5.1.1").wait("nobody of that name is here");

    // Somebody who has signed in before gets another only after a question.
    console.press("gu/").press("maren.holt").wait("1 of ").press("<Enter><Enter>");
    console.wait("maren.holt@karlsson-norberg.example.P").wait("● Accepted");
    console.press("i").attentive("a new way in?").press("<Enter>").gone("a new way in?");
    console.press("i").attentive("a new way in?").press("<Tab><Enter>");
    console.wait("✔ Sent, ends");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);
}

#[test]
fn at_80_by_24() {
    walk((80, 24));
}

#[test]
fn at_120_by_40() {
    walk((120, 40));
}
