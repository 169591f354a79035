//! Mails by command, to a server that no one here wrote: what is queued arrives in a mailbox, and
//! the sign-in works with what is read there. Where aiosmtpd is not installed, these tests say so
//! and end.

use serde_json::Value;

use crate::aiosmtpd::{ACCOUNT, MailServer};
use crate::shop::Shop;

const OWN: &str = "a boat that knows its harbour";

/// A shop whose mails go to that server.
fn shop(server: &MailServer) -> Shop {
    shop_with(server, "")
}

/// The same, with more in its configuration.
fn shop_with(server: &MailServer, more: &str) -> Shop {
    let shop = Shop::new();
    let password = shop.file("mail.password", format!("{}\n", ACCOUNT.1), 0o600);
    let config = format!(
        "[portal]\naddress = \"https://portal.example\"\n[mail]\nserver = \"localhost\"\nport = {}\nuser = \"{}\"\npassword_file = \"{password}\"\nroots = \"{}\"\nfrom = \"Portal Desk <desk@portal.example>\"\nsupport = \"help@portal.example\"\n{more}",
        server.port,
        ACCOUNT.0,
        server.roots.display(),
    );
    shop.file(".config/portaldesk/config.toml", config, 0o600);
    shop.anna(&["company", "create", "--name", "Acme Ltd", "--email", "office@acme.example"]);
    shop
}

/// What stands behind a word in the block of a letter.
fn behind(mail: &Value, word: &str) -> String {
    let text = mail["text"].as_str().unwrap();
    let line = text.lines().find_map(|it| it.trim().strip_prefix(word));
    line.unwrap_or_else(|| panic!("no {word} in {text}")).trim().to_owned()
}

fn sign_in(shop: &Shop, login: &str, password: &str) -> (i32, String) {
    let args = ["portal", "sign-in", "--login", login, "--password-stdin"];
    let ran = shop.run_with(&args, password);
    (ran.status, ran.out.trim().to_owned())
}

fn user(shop: &Shop, id: &str) -> Value {
    shop.anna(&["user", "show", id])
}

#[test]
fn portal_access_ends_with_the_mail_read_and_the_sign_in_with_what_it_carries() {
    let dir = tempfile::tempdir().unwrap();
    let Some(server) = MailServer::start(dir.path()) else { return };
    let shop = shop(&server);
    let create = ["user", "create", "--via", "portal-access", "--company", "C000001"];
    let made =
        shop.anna(&[&create[..], &["--email", "k.lee@acme.example", "--no-password"]].concat());
    assert_eq!(made["status"], "Active", "{made}");
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail["defects"].as_array().unwrap().len(), 0);
    assert_eq!(mail["to"][0][1], "k.lee@acme.example");
    assert_eq!(mail["heads"]["auto-submitted"], "auto-generated");
    let (id, password) = (behind(mail, "User ID"), behind(mail, "Password"));
    assert_eq!(
        (id.as_str(), behind(mail, "Portal").as_str()),
        ("k.lee@acme.example.P", "https://portal.example")
    );
    assert_eq!(sign_in(&shop, &id, &password), (1, "must-change-password".into()));
    let change = ["portal", "change-password", "--login", &id, "--passwords-stdin"];
    shop.run_with(&change, &format!("{password}\n{OWN}\n")).done();
    assert_eq!(sign_in(&shop, &id, OWN), (0, "ok".into()));
    assert_eq!(sign_in(&shop, &id, &password).0, 1);
    assert_eq!(user(&shop, &id)["invitation"]["state"], "accepted");
    assert_eq!(server.mails().len(), 1);
    let log = shop.log();
    assert!(!log.contains(&password) && !log.contains(OWN) && !log.contains(ACCOUNT.1), "{log}");
}

#[test]
fn create_user_ends_with_the_mail_that_the_notification_job_sends() {
    let dir = tempfile::tempdir().unwrap();
    let Some(server) = MailServer::start(dir.path()) else { return };
    let shop = shop(&server);
    let create = ["user", "create", "--via", "create-user", "--first-name", "Pam"];
    let access = ["--last-name", "Lee", "--email", "pam@acme.example", "--login", "pam"];
    let rest = ["--role", "portal-admin", "--import-customers", "C000001", "--json"];
    let rest = [&rest[..], &["--override", "W4"]].concat();
    let made = shop.by("root", &[&create[..], &access, &rest].concat()).done().json();
    assert_eq!(
        (&made["status"], &made["invitation"]["state"]),
        (&"Pending".into(), &"queued".into())
    );

    let run = shop.by("root", &["job", "run", "Notification", "--json"]).done().json();
    assert_eq!((&run["state"], &run["steps"][0]["ok"]), (&"done".into(), &1.into()));
    let mails = server.mails();
    assert_eq!((mails.len(), &mails[0]["to"][0][1]), (1, &"pam@acme.example".into()));
    let (id, password) = (behind(&mails[0], "User ID"), behind(&mails[0], "Password"));
    assert_eq!((id.as_str(), &user(&shop, &id)["status"]), ("pam.P", &"Active".into()));
    assert_eq!(sign_in(&shop, &id, &password), (1, "must-change-password".into()));
    let change = ["portal", "change-password", "--login", &id, "--passwords-stdin"];
    shop.run_with(&change, &format!("{password}\n{OWN}\n")).done();
    assert_eq!(sign_in(&shop, &id, OWN), (0, "ok".into()));

    // The next run finds nothing to send.
    let again = shop.by("root", &["job", "run", "Notification", "--json"]).done().json();
    assert_eq!((&again["state"], &again["steps"][0]["ok"]), (&"done".into(), &0.into()));
    assert_eq!(server.mails().len(), 1);
    // Both runs are kept, and nothing of the secret is.
    let history = shop.by("root", &["job", "history", "Notification"]).done().out;
    assert_eq!(history.matches("by hand").count(), 2, "{history}");
    assert!(!shop.log().contains(&password));
}

#[test]
fn an_activation_link_is_read_from_the_mailbox_and_is_good_once() {
    let dir = tempfile::tempdir().unwrap();
    let Some(server) = MailServer::start(dir.path()) else { return };
    let shop = shop_with(&server, "[invitations]\ncredentials = \"activation-link\"\n");
    let create = ["user", "create", "--via", "portal-access", "--company", "C000001"];
    let made =
        shop.anna(&[&create[..], &["--email", "k.lee@acme.example", "--no-password"]].concat());
    assert_eq!(made["invitation"]["state"], "sent", "{made}");
    let link = |mail: &Value| {
        let text = mail["text"].as_str().unwrap();
        let line = text.lines().map(str::trim);
        line.filter(|it| it.starts_with("https://portal.example/activate#")).collect::<String>()
    };
    let activate = |link: &str| {
        let activate = ["portal", "activate", "--token-stdin", "--json"];
        let ran = shop.run_with(&activate, &format!("{link}\n{OWN}\n"));
        (ran.status, ran.json()["outcome"].as_str().unwrap().to_owned())
    };
    let first = link(&server.mails()[0]);
    let id = behind(&server.mails()[0], "User ID");
    assert_eq!(sign_in(&shop, &id, OWN).0, 1);

    // A template of somebody's drives no terminal, and the preview has no link that is good.
    let template = "\u{1b}[2JHi {{ name }}\n{{ portal }} {{ user_id }} {{ link }} {{ expires }}\n";
    let file = ".config/portaldesk/templates/invitation.txt";
    shop.file(file, template, 0o600);
    let shown = shop.by("anna", &["invitation", "preview", "k.lee@acme.example"]).done().out;
    assert!(!shown.contains(['\u{1b}']) && shown.contains("Hi k.lee"), "{shown:?}");
    assert!(!shown.contains(&first), "{shown}");
    std::fs::remove_file(shop.path(file)).unwrap();

    // A new one ends the one before.
    shop.anna(&["invitation", "resend", "k.lee@acme.example"]);
    let mails = server.mails();
    let second = link(mails.iter().find(|it| link(it) != first).unwrap());
    assert_eq!((mails.len(), activate(&first)), (2, (1, "superseded".into())));
    assert_eq!(activate(&second), (0, "ok".into()));
    assert_eq!(sign_in(&shop, &id, OWN), (0, "ok".into()));
    assert_eq!(user(&shop, &id)["invitation"]["state"], "accepted");
    assert_eq!(activate(&second), (1, "used".into()));
    for token in [first, second].iter().filter_map(|it| it.split('#').nth(1)) {
        assert!(!shop.log().contains(token), "no log has a token");
    }
}
