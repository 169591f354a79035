//! How mail is set up, by command: what is said of it, the letters, and a test.

use crate::shop::{Shop, mode};
use crate::sink::{Act, Setup, Sink, Step};

/// A shop whose mails go to that server.
fn shop(sink: &Sink) -> Shop {
    let shop = Shop::new();
    let config = format!(
        "[mail]\nserver = \"localhost\"\nport = {}\nsecurity = \"none\"\nfrom = \"Desk <desk@portal.example>\"\n\
         support = \"help@portal.example\"\n\n[portal]\naddress = \"https://portal.example\"\n",
        sink.port()
    );
    shop.file(".config/portaldesk/config.toml", config, 0o600);
    shop
}

#[test]
fn a_test_goes_out_and_the_trail_has_what_the_server_said() {
    let sink = Sink::taking_all();
    let shop = shop(&sink);
    let sent = shop.by("root", &["mail", "test", "--to", "jo@acme.example", "--json"]);
    let sent = sent.done().json();
    assert_eq!(sent["to"], "jo@acme.example");
    assert!(sent["answer"].as_str().unwrap().starts_with("250"), "{sent}");
    let mails = sink.mails();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "jo@acme.example"));
    assert_eq!(mails[0].header("Subject").unwrap(), "A test by Portal Desk");
    let trail = shop.by("root", &["audit", "list", "--json"]).done().json();
    let rows = trail["rows"].as_array().unwrap();
    let test = rows.iter().find(|row| row["action"] == "mail.test").unwrap();
    assert!(test["note"].as_str().unwrap().starts_with("to jo@acme.example: 250"), "{test}");
    let refused = shop.by("anna", &["mail", "test", "--to", "jo@acme.example", "--json"]).refused();
    assert_eq!(refused.code, "denied");
    assert_eq!(sink.count(), 1);
}

#[test]
fn a_test_that_is_refused_ends_with_the_servers_words() {
    let sink = Sink::start(Setup::at(Step::Recipient, Act::say("550 5.1.1 no such person")));
    let shop = shop(&sink);
    let refused = shop.by("root", &["mail", "test", "--to", "jo@acme.example", "--json"]).refused();
    assert_eq!(refused.code, "mail");
    assert!(refused.message.contains("no such person"), "{refused:?}");
    let refused = shop.by("root", &["mail", "test", "--to", "jo", "--json"]).refused();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("malformed", "to"));
}

#[test]
fn settings_say_what_is_missing_and_which_template_is_broken() {
    let empty = Shop::new();
    let out = empty.by("anna", &["mail", "settings"]).done().out;
    assert!(out.starts_with("Mail is not set up: set mail.server"), "{out}");
    let sink = Sink::taking_all();
    let shop = shop(&sink);
    let out = shop.by("anna", &["mail", "settings"]).done().out;
    assert!(out.starts_with("Mail is set up.\n\n"), "{out}");
    assert!(out.contains("invitation       —              reads well"), "{out}");
    let file = ".config/portaldesk/templates/invitation.txt";
    let path = shop.file(file, "Hello {{ nam }}\n", 0o600);
    assert_eq!(mode(&shop.path(file)), 0o600);
    let out = shop.by("anna", &["mail", "settings"]).done().out;
    assert!(out.contains(&format!("{path}, line 1: there is no “nam”")), "{out}");
    let read = shop.by("anna", &["mail", "settings", "--json"]).done().json();
    let models = read["templates"]["models"].as_array().unwrap();
    assert_eq!(models[0]["model"], "invitation");
    assert_eq!(
        (&models[0]["replaced"][0], models[0]["faults"].as_array().unwrap().len()),
        (&path.into(), 1)
    );
    let refused = shop.by("anna", &["mail", "preview", "invitation", "--json"]).refused();
    assert!(refused.message.contains("invitation.txt, line 1"), "{refused:?}");
    assert_eq!(sink.connections(), 0, "looking opens no connection");
}

#[test]
fn letters_are_previewed_without_a_secret() {
    let shop = shop(&Sink::taking_all());
    let out = shop.by("anna", &["mail", "preview", "invitation"]).done().out;
    assert!(out.starts_with("Subject: Your access to portal.example\n\nHello"), "{out}");
    assert!(out.contains("Password  ••••••••••••"), "{out}");
    let html = shop.by("anna", &["mail", "preview", "profile-created", "--html"]).done().out;
    assert!(html.starts_with("<!doctype html>") && html.contains("••••••••••••"), "{html}");
    let read = shop.by("anna", &["mail", "preview", "test", "--json"]).done().json();
    assert_eq!(read["subject"], "A test by Portal Desk");
    let ran = shop.run(&["mail", "preview", "welcome"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("invitation, profile-created, password-reset, test"), "{}", ran.err);
}
