//! A whole mail, head and all, as it goes over the wire.
//!
//! Owns what may stand in a head: nothing that a name, a subject or an address holds can begin
//! a line of its own there.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};

use crate::config::Sender;
use crate::domain::secret::Secret;
use crate::domain::text::{Text, escape};
use crate::domain::validate;
use crate::service::post::{Head, Written};

const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
const AUTO_RESPONSE_SUPPRESS: HeaderName =
    HeaderName::new_from_ascii_str("X-Auto-Response-Suppress");

/// The address as mail servers are given it: ASCII, a domain in another script as punycode.
pub(super) fn wire_address(address: &str) -> Result<Address, String> {
    let shown = escape(address);
    let no =
        || format!("“{shown}” can't be mailed to: it is no email address; correct it at the user.");
    let checked = validate::email(address).map_err(|_| no())?;
    let (local, domain) = checked.raw().rsplit_once('@').ok_or_else(no)?;
    if !local.is_ascii() {
        return Err(format!(
            "“{shown}” can't be mailed to: before the @ it has letters that mail servers do not take everywhere; ask for an address in plain letters."
        ));
    }
    let domain = idna::domain_to_ascii_strict(domain).map_err(|_| no())?;
    Address::new(local, domain).map_err(|_| no())
}

/// The whole mail.
pub(super) fn compose(
    from: &Sender,
    reply_to: Option<&Sender>,
    head: &Head,
    written: &Written,
) -> Result<Secret, String> {
    let to = wire_address(head.address.raw())?;
    let from = mailbox(from)?;
    let id = head.message_id.raw();
    let plain = |it: u8| it.is_ascii_alphanumeric() || b".-_".contains(&it);
    if id.is_empty() || !id.bytes().all(plain) {
        return Err(format!("“{}” can't be part of a Message-ID.", head.message_id));
    }
    let written_at = u64::try_from(head.date.millis()).unwrap_or_default();
    // Who has no name is called by the address; said twice it looks like a trick.
    let to_name = name(&head.name).filter(|it| !it.eq_ignore_ascii_case(head.address.raw().trim()));
    let mut mail = Message::builder()
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .date(UNIX_EPOCH + Duration::from_millis(written_at))
        .to(Mailbox::new(to_name, to))
        .subject(one_line(&written.subject));
    if let Some(reply_to) = reply_to {
        mail = mail.reply_to(mailbox(reply_to)?);
    }
    // Sent by a machine, and no machine is to answer: RFC 3834, and Microsoft's own.
    for (name, value) in [(AUTO_SUBMITTED, "auto-generated"), (AUTO_RESPONSE_SUPPRESS, "All")] {
        mail = mail.raw_header(HeaderValue::new(name, value.to_owned()));
    }
    let part = |kind: ContentType, text: &Secret| {
        // A line ends by LF here, and by CR LF once lettre has encoded it; CR alone would stay.
        let text = text.expose().replace("\r\n", "\n").replace('\r', "\n");
        SinglePart::builder().header(kind).body(text)
    };
    // The boundary follows from the ID, which no text can know.
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("=_{id}"))
        .singlepart(part(ContentType::TEXT_PLAIN, &written.text))
        .singlepart(part(ContentType::TEXT_HTML, &written.html));
    let mail = mail
        .from(from)
        .multipart(parts)
        .map_err(|error| format!("The mail can't be put together: {error}."))?;
    String::from_utf8(mail.formatted())
        .map(Secret::new)
        .map_err(|_| "The mail can't be put together: it is no text.".to_owned())
}

/// A sender or whom to answer, as a head names them.
pub(super) fn mailbox(sender: &Sender) -> Result<Mailbox, String> {
    let shown = sender.name.as_deref().map(Text::from);
    Ok(Mailbox::new(shown.as_ref().and_then(name), wire_address(&sender.address)?))
}

/// A name as a head can hold it; none when there is nothing in it.
fn name(name: &Text) -> Option<String> {
    Some(one_line(name)).filter(|it| !it.is_empty())
}

/// Text without anything that could end its line: what nobody sees is made visible.
fn one_line(text: &Text) -> String {
    text.shown().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::sink;
    use super::*;
    use crate::domain::time::Timestamp;

    /// The lines of every head, in their order.
    const HEADS: [&str; 9] = [
        "Message-ID",
        "Date",
        "To",
        "Subject",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "From",
        "MIME-Version",
        "Content-Type",
    ];

    fn from() -> Sender {
        Sender { name: Some("Portal Desk".into()), address: "desk@portal.example".into() }
    }

    fn head(name: &str, address: &str) -> Head {
        Head {
            message_id: "a1b2.c3-d4".into(),
            name: name.into(),
            address: address.into(),
            date: Timestamp::parse("2026-11-22T08:00:00Z").unwrap(),
        }
    }

    fn written(subject: &str, text: &str) -> Written {
        let html = format!("<p>{text}</p>");
        Written { subject: subject.into(), text: Secret::new(text.into()), html: Secret::new(html) }
    }

    fn mail(name: &str, address: &str, subject: &str, text: &str) -> String {
        let mail = compose(&from(), None, &head(name, address), &written(subject, text)).unwrap();
        mail.expose().to_owned()
    }

    /// The lines of its head, folded ones joined.
    fn head_of(mail: &str) -> Vec<String> {
        let head = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        head.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_mail_is_whole() {
        let text = "Hello Jo,\r\n\r\nsign in at https://portal.example\r\n";
        assert_eq!(
            mail("Jo Berg", "jo@acme.example", "Your access", text),
            concat!(
                "Message-ID: <a1b2.c3-d4@portal.example>\r\n",
                "Date: Sun, 22 Nov 2026 08:00:00 +0000\r\n",
                "To: \"Jo Berg\" <jo@acme.example>\r\n",
                "Subject: Your access\r\n",
                "Auto-Submitted: auto-generated\r\n",
                "X-Auto-Response-Suppress: All\r\n",
                "From: \"Portal Desk\" <desk@portal.example>\r\n",
                "MIME-Version: 1.0\r\n",
                "Content-Type: multipart/alternative; boundary=\"=_a1b2.c3-d4\"\r\n\r\n",
                "--=_a1b2.c3-d4\r\n",
                "Content-Type: text/plain; charset=utf-8\r\n",
                "Content-Transfer-Encoding: 7bit\r\n\r\n",
                "Hello Jo,\r\n\r\nsign in at https://portal.example\r\n\r\n",
                "--=_a1b2.c3-d4\r\n",
                "Content-Type: text/html; charset=utf-8\r\n",
                "Content-Transfer-Encoding: 7bit\r\n\r\n",
                "<p>Hello Jo,\r\n\r\nsign in at https://portal.example\r\n</p>\r\n",
                "--=_a1b2.c3-d4--\r\n",
            )
        );
    }

    #[test]
    fn nothing_from_outside_begins_a_line_of_its_own() {
        let evil = "Jo\r\nBcc: everybody@acme.example";
        for tricked in [
            mail(evil, "jo@acme.example", "Hello", "Hello"),
            mail("Jo", "jo@acme.example", evil, "Hello"),
            mail(
                "Jo\nBcc: a@b.example\r\n\r\nHi",
                "jo@acme.example",
                "a\rBcc: x\u{2028}y\u{85}z",
                "Hello",
            ),
        ] {
            let head = head_of(&tricked);
            let names: Vec<&str> = head.iter().map(|it| it.split(':').next().unwrap()).collect();
            assert_eq!(names, HEADS, "{tricked}");
            let bare = tricked.replace("\r\n", "");
            assert!(!bare.contains(['\r', '\n']) && tricked.is_ascii(), "{tricked}");
        }
        for address in [
            "jo@acme.example\r\nBcc: x@y.example",
            "jo@acme.example>\r\nBcc: x",
            "a@b.example, c@d.example",
        ] {
            let refused = compose(&from(), None, &head("Jo", address), &written("a", "b"));
            let sentence = refused.unwrap_err();
            assert!(
                sentence.ends_with("it is no email address; correct it at the user."),
                "{sentence}"
            );
            assert!(!sentence.contains(['\r', '\n']));
        }
        for id in ["", "a\r\nBcc: x", "a@b", "a b", "a>"] {
            let head = Head { message_id: id.into(), ..head("Jo", "jo@acme.example") };
            assert!(compose(&from(), None, &head, &written("a", "b")).is_err(), "{id}");
        }
    }

    #[test]
    fn names_in_any_letters_go_as_words_that_every_server_takes() {
        for (name, line) in [
            ("Jo", "To: Jo <jo@acme.example>"),
            ("Berg, Jo (J.)", "To: =?utf-8?b?QmVyZywgSm8gKEouKQ==?= <jo@acme.example>"),
            ("Jo \"J\" \\", "To: \"Jo \\\"J\\\" \\\\\" <jo@acme.example>"),
            ("", "To: jo@acme.example"),
            ("   ", "To: jo@acme.example"),
            ("Jo@acme.example", "To: jo@acme.example"),
            ("Zoë", "To: =?utf-8?b?Wm/Dqw==?= <jo@acme.example>"),
        ] {
            let mail = mail(name, "jo@acme.example", "Hello", "Hello");
            assert!(head_of(&mail).contains(&line.to_owned()), "{name}: {:?}", head_of(&mail));
        }
        let long =
            mail(&"Ærøskøbing ".repeat(30), "jo@acme.example", &"Zugang für ".repeat(30), "ü");
        assert!(long.is_ascii());
        assert!(long.split("\r\n").all(|line| line.len() <= 78), "{long}");
    }

    #[test]
    fn domains_in_any_letters_are_written_as_servers_know_them() {
        let mail = mail("Jo", "jo@BÜCHER.example", "Hello", "Grüße");
        assert!(mail.contains("<jo@xn--bcher-kva.example>"), "{mail}");
        let reply_to = Sender { name: None, address: "help@bücher.example".into() };
        let head = head("Jo", "jo@acme.example");
        let mail = compose(&from(), Some(&reply_to), &head, &written("a", "b")).unwrap();
        assert!(mail.expose().contains("\r\nReply-To: help@xn--bcher-kva.example\r\n"));
        assert!(wire_address("zoë@acme.example").unwrap_err().contains("plain letters"));
        assert!(wire_address("jo@-acme.example").is_err());
    }

    #[test]
    fn every_text_goes_in_lines_of_plain_letters() {
        for text in ["Grüße aus Köln\n", &"a".repeat(5_000), "山田 太郎\n", "\u{0}\u{7}", ".\n.\n"]
        {
            let mail = mail("Jo", "jo@acme.example", "Hello", text);
            assert!(mail.is_ascii(), "{text}");
            assert!(mail.split("\r\n").all(|line| line.len() <= 998), "{text}");
            assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "{mail}");
        }
    }

    proptest! {
        /// Whatever people are called and letters say: the head has the lines that it has to
        /// have, the text comes out as it went in, and no line ends but by CR LF.
        #[test]
        fn no_text_gets_out_of_its_place(name in ".{0,80}", subject in ".{0,80}", text in "(.|[\\r\\n]){0,200}") {
            let mail = mail(&name, "jo@acme.example", &subject, &text);
            let head = head_of(&mail);
            let names: Vec<&str> = head.iter().map(|it| it.split(':').next().unwrap()).collect();
            prop_assert_eq!(names, HEADS);
            prop_assert!(mail.is_ascii());
            prop_assert!(!mail.replace("\r\n", "").contains(['\r', '\n']));
            prop_assert_eq!(mail.matches("\r\n--=_a1b2.c3-d4").count(), 3);
            let back = sink::part(&mail, "text/plain");
            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(back.trim_end(), lines.trim_end());
        }
    }
}
