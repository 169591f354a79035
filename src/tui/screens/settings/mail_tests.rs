//! The Mail tab: what it says, the letters that it shows, and a test by a server in the test.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::config;
use crate::mail::tests::sink::{self, Act, Sink, Step};
use crate::mail::{Patience, Setup, SmtpPost};
use crate::service::post::Post;
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context};
use crate::tui::theme::Theme;

/// How mail is set up, with a server on this computer.
fn setup(port: u16) -> Setup {
    let sender = config::Sender { name: None, address: "desk@portal.example".into() };
    let wait = Duration::from_secs(10);
    Setup {
        mail: config::Mail {
            server: Some("localhost".into()),
            port: Some(port),
            security: config::Security::None,
            from: Some(sender),
            support: Some("help@portal.example".into()),
            hello_name: Some("desk.portal.example".into()),
            ..config::Mail::default()
        },
        invitations: config::Invitations::default(),
        portal: config::Portal {
            address: Some("https://portal.example".into()),
            ..config::Portal::default()
        },
        file: "/etc/portaldesk/config.toml".into(),
        templates: None,
        credentials: None,
        patience: Patience { connect: wait, command: wait, text: wait },
        zone: |_| 0,
    }
}

/// A console at the Mail tab.
fn at_mail(login: &str, setup: Setup) -> Console {
    let mut console = Console::signed_in(login);
    let post: Arc<dyn Post> = Arc::new(SmtpPost::new(setup));
    console.desk = console.desk.clone().with_post(post);
    console.press("8 S-Tab");
    assert_eq!(context(&console), Context::MailSettings);
    console
}

fn shows(console: &Console, text: &str) {
    let screen = console.screen();
    assert!(screen.contains(text), "no {text} in\n{screen}");
}

#[test]
fn the_tab_80x24() {
    insta::assert_snapshot!(at_mail("root", setup(25)).styled());
}

#[test]
fn the_tab_60x18() {
    let mut console = at_mail("root", setup(25));
    console.resize(60, 18);
    insta::assert_snapshot!(console.screen());
    console.press("PgDn");
    insta::assert_snapshot!(console.screen());
}

#[test]
fn a_letter_out_of_sight_is_scrolled_to_before_it_opens() {
    let mut console = at_mail("root", setup(25));
    console.resize(60, 18).press("Enter");
    assert_eq!(context(&console), Context::MailSettings);
    insta::assert_snapshot!(console.screen());
    console.press("Enter");
    assert_eq!(context(&console), Context::Letter);
}

#[test]
fn the_tab_120x40() {
    insta::assert_snapshot!(at_mail("root", setup(25)).resize(120, 40).screen());
}

#[test]
fn the_tab_in_ascii_and_without_colours() {
    let mut console = at_mail("root", setup(25));
    console.theme = Theme { colour: false, ascii: true };
    insta::assert_snapshot!(console.styled());
    for keys in ["Down", "Enter", "Esc", "t", "Esc", "x"] {
        console.press(keys);
        assert!(console.screen().is_ascii(), "after {keys}\n{}", console.screen());
    }
}

#[test]
fn what_is_missing_is_said_and_no_test_goes_out() {
    let mut without = setup(25);
    without.mail.server = None;
    let mut console = at_mail("root", without);
    shows(&console, "✖ Mail is not set up: set mail.server");
    shows(&console, "/etc/portaldesk/config.toml");
    console.press("t");
    assert!(console.status().contains("mail.server"), "{}", console.status());
    assert_eq!(context(&console), Context::MailSettings);
}

#[test]
fn who_may_not_try_it_may_look() {
    let mut console = at_mail("anna", setup(25));
    console.press("t");
    assert!(console.status().contains("Security Administrator"), "{}", console.status());
    console.press("Enter");
    shows(&console, "Your access to portal.example");
}

#[test]
fn each_letter_is_read_before_it_goes_out() {
    let mut console = at_mail("root", setup(25));
    for (keys, subject) in [
        ("Enter", "Your access to portal.example"),
        ("Down Enter", "Your profile at portal.example"),
        ("Down Enter", "Your new sign-in at portal.example"),
        ("Down Enter", "A test by Portal Desk"),
    ] {
        console.press(keys);
        assert_eq!(context(&console), Context::Letter);
        shows(&console, subject);
        console.press("Esc");
    }
    console.click("Profile created").click("Profile created");
    shows(&console, "Your profile at");
    shows(&console, "Password  ••••••••••••");
}

#[test]
fn a_letter_80x24() {
    insta::assert_snapshot!(at_mail("root", setup(25)).press("Enter").styled());
}

#[test]
fn a_test_goes_out_and_the_servers_words_stay_on_the_screen() {
    let sink = Sink::taking_all();
    let mut console = at_mail("root", setup(sink.port()));
    console.press("t").type_text("jo@acme.example").press("F2");
    assert!(console.status().starts_with("A test went to jo@acme.example"), "{}", console.status());
    shows(&console, "Last test");
    let mails = sink.mails();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "jo@acme.example"));
    assert_eq!(mails[0].header("Subject").unwrap(), "A test by Portal Desk");
    assert!(mails[0].plain().contains("root asked Portal Desk"), "{}", mails[0].plain());
    assert!(mails[0].html().contains("root asked Portal Desk"), "{}", mails[0].html());
}

#[test]
fn a_test_that_is_refused_says_why_and_can_be_sent_elsewhere() {
    let sink = Sink::start(sink::Setup::by(|step, line| match step {
        Step::Recipient if line.contains("nobody") => Act::say("550 5.1.1 no such person"),
        _ => Act::Usual,
    }));
    let mut console = at_mail("root", setup(sink.port()));
    console.press("t").type_text("nobody@acme.example").press("F2");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "no such person");
    console.press("C-u").type_text("nobody@acme.example").press("Tab Enter");
    shows(&console, "no such person");
    console.press("C-u").type_text("nobody").press("F2");
    shows(&console, "is no address");
    assert_eq!(sink.count(), 0);
    console.press("C-u").type_text("jo@acme.example").press("F2");
    assert_eq!(context(&console), Context::MailSettings);
    assert_eq!(sink.count(), 1);
}

#[test]
fn what_several_letters_share_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("base.html"), "{{ sujbect }}").unwrap();
    let with = Setup { templates: Some(PathBuf::from(dir.path())), ..setup(25) };
    let mut console = at_mail("root", with);
    let screen = console.resize(120, 40).screen();
    assert_eq!(screen.matches("can't be sent").count(), 4, "{screen}");
    assert_eq!(screen.matches("there is no “sujbect”").count(), 1, "{screen}");
}

#[test]
fn a_broken_template_is_told_with_its_line_until_it_is_mended() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("invitation.txt");
    fs::write(&file, "Hello,\n{{ pasword }}\n").unwrap();
    fs::write(dir.path().join("invite.txt"), "is none").unwrap();
    let with = Setup { templates: Some(PathBuf::from(dir.path())), ..setup(25) };
    let mut console = at_mail("root", with);
    console.resize(120, 40);
    shows(&console, "✖ can't be sent");
    shows(&console, "invitation.txt, line 2: there is no “pasword”");
    shows(&console, "invite.txt is none of the templates");
    console.press("Enter");
    shows(&console, "line 2");
    console.press("Esc");
    fs::write(&file, "{{ portal }} {% if link %}{{ link }}{% else %}{{ password }}{% endif %}")
        .unwrap();
    console.press("r");
    assert!(!console.screen().contains("can't be sent"), "{}", console.screen());
    console.press("Enter");
    shows(&console, "https://portal.example ••••••••••••");
}
