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
    let mut mail = Message::builder()
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .date(UNIX_EPOCH + Duration::from_millis(written_at))
        .to(Mailbox::new(name(&head.name), to))
        .subject(one_line(&written.subject));
    if let Some(reply_to) = reply_to {
        mail = mail.reply_to(mailbox(reply_to)?);
    }
    // Sent by a machine, and no machine is to answer: RFC 3834, and Microsoft's own.
    for (name, value) in [(AUTO_SUBMITTED, "auto-generated"), (AUTO_RESPONSE_SUPPRESS, "All")] {
        mail = mail.raw_header(HeaderValue::new(name, value.to_owned()));
    }
    let part = |kind: ContentType, text: &Secret| {
        SinglePart::builder().header(kind).body(text.expose().to_owned())
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
