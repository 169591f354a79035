//! The second factor in a real terminal: set up by what a camera reads, asked for by the lock,
//! and a recovery code in place of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use portaldesk::clock::{Clock, SystemClock};
use totp_rs::{Builder, Secret};

use crate::desk::{Desk, PASSWORD};
use crate::terminal::Terminal;

/// The code of an app some steps of thirty seconds from now.
fn code(uri: &str, steps: u64) -> String {
    let key = uri.split_once("secret=").unwrap().1.split('&').next().unwrap();
    let app = Builder::new().with_secret(Secret::try_from_base32(key).unwrap()).build().unwrap();
    let now = u64::try_from(SystemClock.now().millis() / 1_000).unwrap();
    app.generate(now + 30 * steps).to_string()
}

/// Name and password, up to what is asked next.
fn password(console: &mut Terminal) {
    console.wait("Login or email").press("anna<Tab>").press(PASSWORD).press("<Enter>");
}

fn walk(size: (u16, u16)) {
    let desk = Desk::staffed();
    let as_root = ["--as", "root", "--password-file", "password"];
    desk.run(&[&["user", "factor", "anna", "authenticator-app"][..], &as_root].concat(), "");

    // Setting up, by what a camera reads off the screen.
    let mut console = desk.console(size);
    password(&mut console);
    console.wait("Set up an authenticator app.").wait("Account  anna");
    let uri = console.scan();
    assert!(uri.starts_with("otpauth://totp/Portal%20Desk:anna?secret="), "{uri}");
    console.press(&code(&uri, 0)).press("<Enter>");

    // The recovery codes are shown once; a sheet of them is for nobody else.
    console.attentive("I have kept them");
    console.press("w").wait("./anna-recovery-codes.txt").press("<Enter>").wait("print it");
    let sheet = desk.home.path().join("anna-recovery-codes.txt");
    assert_eq!(fs::metadata(&sheet).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&sheet).unwrap();
    let words = text.split_whitespace().filter(|it| it.matches('-').count() == 3);
    let codes: Vec<String> = words.map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{text}");
    assert!(console.shows(&codes[9]));
    console.press("<Tab><Enter>").gone("I have kept them").wait("Dashboard");

    // The lock asks for the code, too: the next one, as this one is used up.
    console.press("gl").wait("The console is locked.").press(PASSWORD).press("<Enter>");
    console.wait("Code").press(&code(&uri, 1)).press("<Enter>").gone("locked");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    // Signing in by a recovery code, once.
    let mut console = desk.console(size);
    password(&mut console);
    console.wait("Now the code.").press(&codes[0]).press("<Enter>").wait("Welcome");
    console.press(":").press("sign out<Enter>");
    password(&mut console);
    console.wait("Now the code.").press(&codes[0]).press("<Enter>").wait("used before");
    console.press("<C-c><C-c>").wait("Leave Portal Desk?").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    // Nothing of it is in the trail.
    let trail = desk.run(&[&["audit", "list", "--json"][..], &as_root].concat(), "");
    let key = uri.split_once("secret=").unwrap().1;
    assert!(codes.iter().all(|code| !trail.contains(code)) && !trail.contains(&key[..32]));
}

#[test]
fn at_80_by_24() {
    walk((80, 24));
}

#[test]
fn at_120_by_40() {
    walk((120, 40));
}
