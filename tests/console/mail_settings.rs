//! Settings ▸ Mail in a real terminal: what is missing, a letter before it goes out, and a test
//! that a server takes.

use crate::desk::Desk;

#[path = "../support/sink.rs"]
pub mod sink;

use sink::{Act, Setup, Sink, Step};

/// Writes the configuration of a server on this computer.
pub fn configure(desk: &Desk, sink: &Sink) {
    let dir = desk.home.path().join(".config/portaldesk");
    std::fs::create_dir_all(&dir).unwrap();
    let config = format!(
        "[mail]\nserver = \"localhost\"\nport = {}\nsecurity = \"none\"\nfrom = \"desk@portal.example\"\n\
         [portal]\naddress = \"https://portal.example\"\n",
        sink.port()
    );
    std::fs::write(dir.join("config.toml"), config).unwrap();
}

fn walk(size: (u16, u16)) {
    let desk = Desk::staffed();
    let mut console = desk.signed_in("root", size);
    console.press(":").press("Settings ▸ Mail<Enter>").wait("Mail is not set up: set mail.server");
    console.press("<Enter>").wait("set portal.address").press("<Esc>").gone("set portal.address");
    console.press("<C-c><C-c>").wait("Leave Portal Desk?").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    let sink = Sink::start(Setup::by(|step, line| match step {
        Step::Recipient if line.contains("nobody") => Act::say("550 5.1.1 no such person"),
        _ => Act::Usual,
    }));
    configure(&desk, &sink);
    let mut console = desk.signed_in("root", size);
    console.press("8<S-Tab>").wait("Mail is set up.").wait("reads well");
    console.press("<Enter>").wait("Your access to portal.example").wait("Hello Zoë O'Brien,");
    console.wait("••••••••••••").press("<Esc>").gone("Hello Zoë");
    console.press("t").wait("Send a test").press("nobody@acme.example<F2>").wait("no such person");
    console.press("<C-u>jo@acme.example<F2>").wait("A test went to jo@acme.example");
    console.press("<C-c><C-c>").wait("Leave Portal Desk?").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    let mails = sink.mails();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "jo@acme.example"));
    assert!(mails[0].plain().contains("root asked Portal Desk to send this mail"));
    let as_root = ["audit", "list", "--json", "--as", "root", "--password-file", "password"];
    let trail = desk.run(&as_root, "");
    for note in ["to nobody@acme.example: not sent: ", "to jo@acme.example: 250"] {
        assert!(trail.contains(note), "{trail}");
    }
}

#[test]
fn at_80_by_24() {
    walk((80, 24));
}

#[test]
fn at_120_by_40() {
    walk((120, 40));
}
