//! The talk with a mail server that does as it is told: what comes of it, and what it saw.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::config::Sender;
use crate::domain::mail::{Carries, Purpose};
use crate::service::post::Delivery;

mod left;

#[path = "../../tests/support/aiosmtpd.rs"]
mod aiosmtpd;
#[path = "../../tests/support/sink.rs"]
pub(crate) mod sink;

use sink::{Act, Authority, Setup as Server, Sink, Step};

const MAIL: &str = "Subject: a\r\n\r\nHello.\r\n.\r\nBye.\r\n";

fn setup(port: u16, security: Security) -> Setup {
    Setup {
        mail: Mail {
            server: Some("localhost".into()),
            port: Some(port),
            security,
            from: Some(Sender {
                name: Some("Portal Desk".into()),
                address: "desk@portal.example".into(),
            }),
            hello_name: Some("desk.portal.example".into()),
            ..Mail::default()
        },
        invitations: Invitations::default(),
        portal: Portal { address: Some("https://portal.example".into()), ..Portal::default() },
        file: "/etc/portaldesk/config.toml".into(),
        templates: None,
        credentials: None,
        patience: Patience {
            connect: Duration::from_secs(10),
            command: Duration::from_secs(10),
            text: Duration::from_secs(10),
        },
        zone: |_| 0,
    }
}

fn plain(sink: &Sink) -> Setup {
    setup(sink.port(), Security::None)
}

fn open(setup: Setup) -> Box<dyn Carrier> {
    SmtpPost::new(setup).connect().unwrap()
}

fn refused(setup: Setup) -> String {
    let port = format!(":{}", setup.mail.port());
    SmtpPost::new(setup).connect().err().unwrap().replace(&port, "")
}

fn send(carrier: &mut dyn Carrier, asked: &mut u32) -> Delivery {
    carrier.send("jo@acme.example", &Secret::new(MAIL.into()), &mut || {
        *asked += 1;
        true
    })
}

#[test]
fn a_mail_arrives_as_it_was_written() {
    let sink = Sink::taking_all();
    let mut carrier = open(plain(&sink));
    for n in 1..=2 {
        let mut asked = 0;
        let delivery = carrier.send("jo@acme.example", &Secret::new(MAIL.into()), &mut || {
            asked += 1;
            assert_eq!(sink.count(), n - 1, "asked before the text");
            true
        });
        assert_eq!(delivery, Delivery::Accepted("250 2.0.0 Queued as 4711".into()));
        assert_eq!((asked, carrier.is_open(), sink.count()), (1, true, n));
    }
    let got = &sink.mails()[0];
    assert_eq!(
        (&*got.from, &*got.to, &*got.text),
        ("desk@portal.example", "jo@acme.example", MAIL)
    );
    drop(carrier);
    sink.settle();
    let mail = ["MAIL FROM:<desk@portal.example>", "RCPT TO:<jo@acme.example>", "DATA"];
    let all = [&["EHLO desk.portal.example"], &mail[..], &mail[..], &["QUIT"]].concat();
    assert_eq!(
        (sink.lines(), sink.connections()),
        (all.iter().map(ToString::to_string).collect(), 1)
    );
}

#[test]
fn a_no_is_for_now_or_for_good_and_the_next_mail_goes_on() {
    let refused = |text: &str| Delivery::Refused(text.into());
    let deferred = |text: &str| Delivery::Deferred(text.into());
    for (step, said, wanted, asked, open) in [
        (Step::Mail, "451 4.3.0 Later", deferred("451 4.3.0 Later"), 0, true),
        (
            // Nothing that the next ten thousand mails should fail for.
            Step::Mail,
            "553 5.7.1 Not you",
            deferred("553 5.7.1 Not you (see to mail.from and mail.user in the configuration)"),
            0,
            true,
        ),
        (
            Step::Mail,
            "530 5.7.0 Sign in",
            deferred("530 5.7.0 Sign in (see to mail.user and its password in the configuration)"),
            0,
            true,
        ),
        (Step::Recipient, "450 4.2.0 Greylisted", deferred("450 4.2.0 Greylisted"), 0, true),
        (
            Step::Recipient,
            "550-5.1.1 No such user.\r\n550 5.1.1 Ask around.",
            refused("550 5.1.1 No such user. Ask around."),
            0,
            true,
        ),
        (Step::Recipient, "421 4.3.2 Closing", deferred("421 4.3.2 Closing"), 0, false),
        (Step::Data, "452 4.3.1 Full", deferred("452 4.3.1 Full"), 0, true),
        (Step::Data, "554 5.5.1 No", refused("554 5.5.1 No"), 0, true),
        (Step::Text, "451 4.7.1 Busy", deferred("451 4.7.1 Busy"), 1, true),
        (Step::Text, "554 5.6.0 Spam", refused("554 5.6.0 Spam"), 1, true),
        (Step::Text, "421 4.4.2 Bye", deferred("421 4.4.2 Bye"), 1, false),
    ] {
        let sink = Sink::start(Server::at(step, Act::say(said)));
        let mut carrier = SmtpPost::new(plain(&sink)).connect().unwrap();
        let mut handed_over = 0;
        let delivery = send(carrier.as_mut(), &mut handed_over);
        assert_eq!((delivery, handed_over, carrier.is_open()), (wanted, asked, open), "{said}");
        // A refusal leaves nothing behind that the next mail could fall over.
        let last = sink.lines().last().cloned().unwrap_or_default();
        assert_eq!(last == "RSET", open && step != Step::Text, "{said}: {last}");
    }
    let one = |_: Step, line: &str| {
        if line.contains("nobody") { Act::say("550 5.1.1 No such user") } else { Act::Usual }
    };
    let sink = Sink::start(Server::by(one));
    let mut carrier = open(plain(&sink));
    let mut to = |address| carrier.send(address, &Secret::new(MAIL.into()), &mut || true);
    assert_eq!(to("nobody@acme.example"), refused("550 5.1.1 No such user"));
    assert_eq!(to("jo@acme.example"), Delivery::Accepted("250 2.0.0 Queued as 4711".into()));
    assert_eq!((sink.count(), sink.connections()), (1, 1));
}

#[test]
fn of_a_server_that_says_much_a_few_sentences_are_kept() {
    let pages = "550-5.7.1 é nö.\r\n".repeat(2_000) + "550 5.7.1 No.";
    for (step, sentences) in [(Step::Recipient, pages.clone()), (Step::Text, pages)] {
        let sink = Sink::start(Server::at(step, Act::say(&sentences)));
        let mut carrier = open(plain(&sink));
        let Delivery::Refused(words) = send(carrier.as_mut(), &mut 0) else { panic!("{step:?}") };
        let words = words.raw();
        assert!(words.starts_with("550 5.7.1 é nö. é nö.") && words.ends_with('…'), "{words}");
        assert_eq!(words.chars().count(), 501);
    }
}

#[test]
fn a_lost_connection_is_unknown_only_once_the_text_is_out() {
    let late = "did not answer within 1 seconds";
    let closed = "closed the connection";
    let garbled = "answered with something that is no reply of a mail server";
    for (step, act, how, asked) in [
        (Step::Mail, Act::Close, closed, 0),
        (Step::Recipient, Act::Close, closed, 0),
        (Step::Data, Act::Close, closed, 0),
        (Step::Data, Act::Stall, late, 0),
        (Step::Recipient, Act::say("soon"), garbled, 0),
        (Step::Recipient, Act::say("354 Go on"), garbled, 0),
        (Step::Data, Act::say("250 What?"), garbled, 0),
        (Step::Text, Act::Close, closed, 1),
        (Step::Text, Act::Stall, late, 1),
        (Step::Text, Act::say("hello"), garbled, 1),
        (Step::Text, Act::say("354 More?"), garbled, 1),
    ] {
        let sink = Sink::start(Server::at(step, act.clone()));
        let mut setup = plain(&sink);
        if act == Act::Stall {
            let second = Duration::from_secs(1);
            setup.patience = Patience { command: second, text: second, ..setup.patience };
        }
        let server = format!("The mail server localhost:{}", sink.port());
        let mut carrier = open(setup);
        let mut handed_over = 0;
        let delivery = send(carrier.as_mut(), &mut handed_over);
        let what = match step {
            Step::Mail => "the sender",
            Step::Recipient => "the address",
            _ => "the text's announcement",
        };
        let wanted = if step == Step::Text {
            Delivery::Unknown(format!("{server} {how}, after it was sent the whole text; whether it has it is not known.").into())
        } else {
            Delivery::Deferred(format!("{server} {how}, when it was given {what}.").into())
        };
        assert_eq!((delivery, handed_over), (wanted, asked), "{step:?} {act:?}");
        assert!(!carrier.is_open());
        let again = send(carrier.as_mut(), &mut handed_over);
        assert_eq!(
            again,
            Delivery::Deferred("The connection to the mail server is closed; open another.".into())
        );
        drop(carrier);
        sink.settle();
        assert!(!sink.lines().contains(&"QUIT".to_owned()), "nobody is there to take leave of");
    }
}

#[test]
fn addresses_go_over_the_wire_in_plain_letters() {
    let sink = Sink::taking_all();
    let mut carrier = open(plain(&sink));
    let mut to = |address| carrier.send(address, &Secret::new(MAIL.into()), &mut || true);
    assert!(matches!(to("jo@bücher.example"), Delivery::Accepted(_)));
    assert_eq!(
        to("zoë@acme.example"),
        Delivery::Refused("“zoë@acme.example” can't be mailed to: before the @ it has letters that mail servers do not take everywhere; ask for an address in plain letters.".into())
    );
    for address in ["jo@acme.example>\r\nRCPT TO:<x@y.example", "jo", "a b@acme.example"] {
        assert!(matches!(to(address), Delivery::Refused(_)), "{address}");
    }
    let rcpt: Vec<String> = sink.lines().into_iter().filter(|it| it.starts_with("RCPT")).collect();
    assert_eq!(rcpt, ["RCPT TO:<jo@xn--bcher-kva.example>"]);
}

#[test]
fn who_is_not_there_or_turns_us_away_is_told() {
    let gone = {
        let sink = Sink::taking_all();
        sink.port()
    };
    assert_eq!(
        refused(setup(gone, Security::None)),
        "The mail server localhost is not reached: connection refused; see whether it runs, and check mail.server and mail.port."
    );
    let mut nowhere = setup(25, Security::StartTls);
    nowhere.mail.server = Some("mail.invalid".into());
    let sentence = refused(nowhere);
    assert!(sentence.starts_with("The mail server mail.invalid is not found: "), "{sentence}");
    assert!(sentence.ends_with("; see to mail.server, and to the network."), "{sentence}");
    for (step, act, how) in [
        (Step::Greeting, Act::say("554 5.7.1 Go away"), "turns us away: 554 5.7.1 Go away."),
        (Step::Greeting, Act::SayAndClose("421 Busy".into()), "turns us away: 421 Busy."),
        (Step::Greeting, Act::Close, "closed the connection."),
        (Step::Greeting, Act::Stall, "did not answer within 1 seconds."),
        (
            Step::Greeting,
            Act::say("HTTP/1.1 400 Bad Request"),
            "answered with something that is no reply of a mail server.",
        ),
        (
            Step::Hello,
            Act::say("501 5.5.4 Invalid name"),
            "does not take our greeting: 501 5.5.4 Invalid name; set the full name of this computer as mail.hello_name.",
        ),
        (Step::Hello, Act::Close, "closed the connection, when it was greeted."),
    ] {
        let sink = Sink::start(Server::at(step, act.clone()));
        let mut setup = plain(&sink);
        if act == Act::Stall {
            setup.patience.command = Duration::from_secs(1);
        }
        assert_eq!(refused(setup), format!("The mail server localhost {how}"), "{step:?} {act:?}");
    }
    let sink = Sink::taking_all();
    let mut far = plain(&sink);
    far.mail.server = Some("192.0.2.1".into());
    assert_eq!(
        refused(far),
        "The mail server 192.0.2.1 is not on this computer but at 192.0.2.1: set mail.security to \"starttls\" or \"tls\"."
    );
    let mut nameless = plain(&sink);
    nameless.mail.hello_name = None;
    drop(open(nameless));
    sink.settle();
    assert_eq!(sink.lines(), ["EHLO [127.0.0.1]", "QUIT"]);
}

/// A file with a certificate authority, and servers that it vouches for.
struct Trusted {
    dir: tempfile::TempDir,
    authority: Authority,
}

impl Trusted {
    fn new() -> Self {
        let (dir, authority) = (tempfile::tempdir().unwrap(), Authority::new());
        std::fs::write(dir.path().join("roots.pem"), authority.pem()).unwrap();
        Self { dir, authority }
    }

    fn setup(&self, sink: &Sink, security: Security) -> Setup {
        let mut setup = setup(sink.port(), security);
        setup.mail.roots = Some(self.dir.path().join("roots.pem"));
        setup
    }
}

#[test]
fn tls_is_spoken_by_starttls_and_from_the_first_byte_on() {
    let trusted = Trusted::new();
    let server = || Server::default().with(trusted.authority.vouch(&["localhost"]));
    let hello = "EHLO desk.portal.example";
    for (security, server, before) in [
        (Security::StartTls, server(), &[hello, "STARTTLS", hello][..]),
        (Security::Tls, Server { tls_at_once: true, ..server() }, &[hello][..]),
    ] {
        let sink = Sink::start(server);
        let mut carrier = open(trusted.setup(&sink, security));
        assert!(matches!(send(carrier.as_mut(), &mut 0), Delivery::Accepted(_)));
        drop(carrier);
        sink.settle();
        assert_eq!(sink.lines()[..before.len()], *before);
        let got = &sink.mails()[0];
        assert!(got.guarded && got.text == MAIL);
    }
}

#[test]
fn without_tls_that_can_be_trusted_nothing_is_sent() {
    let trusted = Trusted::new();
    let vouch = |name| trusted.authority.vouch(&[name]);
    let expired = trusted.authority.vouch_in(&["localhost"], 2020, 2021);
    let early = trusted.authority.vouch_in(&["localhost"], 2088, 2090);
    let stranger = Authority::new().vouch(&["localhost"]);
    let injected = Server::at(Step::StartTls, Act::say("220 Go ahead\r\n250 sink.example"));
    for (server, how) in [
        (
            Server::default(),
            "offers no STARTTLS, and without it nothing is sent: turn it on there, or set mail.security = \"tls\" when its port speaks TLS from the start.",
        ),
        (
            Server::at(Step::StartTls, Act::say("454 4.7.0 Not now")).with(vouch("localhost")),
            "offers STARTTLS and does not do it: 454 4.7.0 Not now.",
        ),
        (
            injected.with(vouch("localhost")),
            "sent more in the clear behind its answer to STARTTLS, as somebody between it and us would.",
        ),
        (
            Server::default().with(vouch("mail.example")),
            "has a certificate for mail.example; set mail.server to the name that it is for.",
        ),
        (
            Server::default().with(expired),
            "has a certificate that has expired; it has to be renewed there.",
        ),
        (
            Server::default().with(early),
            "has a certificate that is not valid yet (is the date of this computer right?).",
        ),
        (
            Server::default().with(stranger),
            "has a certificate that nobody vouches for who is trusted here; name the file of its authority as mail.roots.",
        ),
    ] {
        let sink = Sink::start(server);
        assert_eq!(
            refused(trusted.setup(&sink, Security::StartTls)),
            format!("The mail server localhost {how}")
        );
        sink.settle();
        let told = sink.lines().iter().any(|it| it.starts_with("MAIL") || it.starts_with("AUTH"));
        assert!(!told && sink.count() == 0, "{how}");
    }
    let sink =
        Sink::start(Server { tls_at_once: true, ..Server::default().with(vouch("other.example")) });
    assert_eq!(
        refused(trusted.setup(&sink, Security::Tls)),
        "The mail server localhost has a certificate for other.example; set mail.server to the name that it is for."
    );
    let sink = Sink::start(Server::at(Step::Greeting, Act::Stall));
    let mut silent = trusted.setup(&sink, Security::Tls);
    silent.patience.command = Duration::from_secs(1);
    assert_eq!(refused(silent), "The mail server localhost did not answer within 1 seconds.");
    let sink = Sink::taking_all();
    let not_tls = refused(trusted.setup(&sink, Security::Tls));
    assert!(
        not_tls.starts_with("The mail server localhost does not speak TLS with us ("),
        "{not_tls}"
    );
}

#[test]
fn roots_that_can_not_be_read_are_told_before_anybody_is_called() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("roots.pem");
    let sentence = |path: &Path| {
        let mut setup = setup(9, Security::Tls);
        setup.mail.roots = Some(path.to_owned());
        let head = format!("The file {} of mail.roots ", path.display());
        refused(setup).replace(&head, "")
    };
    let missing = sentence(&path);
    assert!(missing.starts_with("can't be read ("), "{missing}");
    std::fs::write(&path, "nothing here\n").unwrap();
    assert_eq!(
        sentence(&path),
        "holds no certificate (PEM is looked for); mend it, or leave mail.roots out."
    );
    std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    let garbage = sentence(&path);
    assert!(garbage.starts_with("holds what is no certificate ("), "{garbage}");
}

#[test]
fn we_sign_in_where_that_is_set_and_only_under_guard() {
    let trusted = Trusted::new();
    let file = trusted.dir.path().join("mail.password");
    let keep = |password: &str| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(&file, format!("{password}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    keep("correct horse");
    let server = || {
        Server::default()
            .with(trusted.authority.vouch(&["localhost"]))
            .asking("desk", "correct horse")
    };
    let signing_in = |sink: &Sink| {
        let mut setup = trusted.setup(sink, Security::StartTls);
        setup.mail.user = Some("desk".into());
        setup.mail.password = Some(Password::File(file.clone()));
        setup
    };
    for mechanisms in ["PLAIN LOGIN", "login", "CRAM-MD5 PLAIN"] {
        let sink = Sink::start(Server { mechanisms, ..server() });
        let mut carrier = open(signing_in(&sink));
        assert!(matches!(send(carrier.as_mut(), &mut 0), Delivery::Accepted(_)), "{mechanisms}");
        assert_eq!(sink.mails()[0].signed_in.as_deref(), Some("desk"));
        let auth = sink.lines().iter().position(|it| it.starts_with("AUTH")).unwrap();
        let tls = sink.lines().iter().position(|it| it == "STARTTLS").unwrap();
        assert!(tls < auth, "{mechanisms}");
    }
    let sink = Sink::start(Server { mechanisms: "GSSAPI", ..server() });
    assert_eq!(
        refused(signing_in(&sink)),
        "The mail server localhost offers GSSAPI, and PLAIN or LOGIN is needed: leave mail.user out when it asks for no sign-in, or see to mail.port."
    );
    let sink = Sink::start(Server { account: None, ..server() });
    assert_eq!(
        refused(signing_in(&sink)),
        "The mail server localhost offers no sign-in, and PLAIN or LOGIN is needed: leave mail.user out when it asks for no sign-in, or see to mail.port."
    );
    // Who asks for it and is not told, says so at the first mail; the mail is put off.
    let sink = Sink::start(server());
    let mut carrier = open(trusted.setup(&sink, Security::StartTls));
    assert_eq!(
        send(carrier.as_mut(), &mut 0),
        Delivery::Deferred("530 5.7.0 Authentication required (see to mail.user and its password in the configuration)".into())
    );
    keep("wrong horse");
    for mechanisms in ["PLAIN", "LOGIN"] {
        let sink = Sink::start(Server { mechanisms, ..server() });
        assert_eq!(
            refused(signing_in(&sink)),
            "The mail server localhost does not let desk in: 535 5.7.8 Who are you?; see to mail.user and its password."
        );
        sink.settle();
        assert_eq!(sink.lines().last().unwrap(), "QUIT");
    }
    std::fs::remove_file(&file).unwrap();
    let sink = Sink::start(server());
    let missing = refused(signing_in(&sink));
    assert!(missing.starts_with("The password file "), "{missing}");
    assert_eq!(sink.connections(), 0, "told before anybody is called");
}

#[test]
fn no_secret_is_in_what_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let mut setup = setup(25, Security::StartTls);
    setup.mail.user = Some("desk".into());
    let credential = dir.path().join("mail-password");
    std::fs::write(&credential, "correct horse").unwrap();
    setup.mail.password = Some(Password::Credential("mail-password".into()));
    setup.credentials = Some(dir.path().to_owned());
    let debug = format!("{setup:?}");
    let lines = SmtpPost::new(setup).settings();
    assert!(lines.contains(&("Password", "the credential mail-password".into())), "{lines:?}");
    assert!(lines.contains(&("Mail server", "localhost:25, STARTTLS".into())));
    assert!(!format!("{lines:?}{debug}").contains("horse"));
}

#[test]
fn what_is_missing_is_named_all_at_once() {
    let mut setup = setup(25, Security::StartTls);
    assert_eq!(SmtpPost::new(setup.clone()).why_not(), None);
    let says = |setup: &Setup| SmtpPost::new(setup.clone()).why_not().unwrap();
    setup.portal.address = None;
    assert_eq!(
        says(&setup),
        "Mail is not set up: set portal.address (the address of the portal that mails lead to) in /etc/portaldesk/config.toml; config.example.toml explains it."
    );
    setup.mail.from = None;
    assert!(says(&setup).contains("set mail.from (whom mails come from) and portal.address ("));
    setup.mail.server = None;
    let all = says(&setup);
    assert!(all.contains("set mail.server (the mail server), mail.from (whom"), "{all}");
    assert!(all.contains("lead to) in /etc") && all.ends_with("explains them."), "{all}");
    assert_eq!(SmtpPost::new(setup.clone()).connect().err(), Some(says(&setup)));
}

#[test]
fn the_example_configures_what_the_desk_decides_by() {
    let policy = SmtpPost::new(setup(25, Security::StartTls)).policy();
    assert_eq!(policy, MailPolicy::default());
    let _shared: Arc<dyn Post> = Arc::new(SmtpPost::new(setup(25, Security::Tls)));
}

#[test]
fn a_server_of_others_takes_our_letters() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let Some(server) = aiosmtpd::MailServer::start(dir.path()) else { return };
    let file = dir.path().join("mail.password");
    std::fs::write(&file, aiosmtpd::ACCOUNT.1).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let mut setup = setup(server.port, Security::StartTls);
    setup.mail.roots = Some(server.roots.clone());
    setup.mail.user = Some(aiosmtpd::ACCOUNT.0.into());
    setup.mail.password = Some(Password::File(file.clone()));
    let post = SmtpPost::new(setup.clone());
    let at = Timestamp::parse("2026-11-22T08:00:00Z").unwrap();
    let mut carrier = post.connect().unwrap();
    for carries in Carries::ALL {
        let letter = Letter::sample(Purpose::Invitation, carries, at);
        let head = Head {
            message_id: format!("a1.{}", carries.word()).into(),
            name: "Zoë O'Brien, Jr.\r\nBcc: x@y.example".into(),
            address: "zoe@acme.example".into(),
            date: at,
        };
        let written = post.write(&letter).unwrap();
        let mail = post.compose(&head, &written).unwrap();
        let delivery = carrier.send("zoe@acme.example", &mail, &mut || true);
        assert_eq!(delivery, Delivery::Accepted("250 OK".into()));
        let mails = server.mails();
        let got = mails
            .iter()
            .find(|it| {
                it["heads"]["message-id"] == format!("<a1.{}@portal.example>", carries.word())
            })
            .unwrap();
        assert_eq!(got["defects"].as_array().unwrap().len(), 0, "{got}");
        let name = "Zoë O'Brien, Jr.⟨U+000D⟩⟨U+000A⟩Bcc: x@y.example";
        assert_eq!(got["to"], serde_json::json!([[name, "zoe@acme.example"]]));
        assert_eq!(got["heads"]["subject"], written.subject.raw());
        assert_eq!(got["heads"]["auto-submitted"], "auto-generated");
        assert_eq!(got["heads"].get("bcc"), None);
        let same = |key: &str, own: &Secret| {
            assert_eq!(got[key].as_str().unwrap().trim_end(), own.expose().trim_end());
        };
        same("text", &written.text);
        same("html", &written.html);
    }
    drop(carrier);
    std::fs::write(&file, "somebody else's dog").unwrap();
    assert_eq!(
        refused(setup),
        "The mail server localhost does not let desk in: 535 5.7.8 Authentication credentials invalid; see to mail.user and its password."
    );
    assert_eq!(server.mails().len(), 2);
}
