//! A session with a mail server (RFC 5321): how it is opened, and how one mail is handed over.
//!
//! Owns at which step what means what: whether a mail was refused, can be tried again, or may
//! have gone out.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::ServerName;
use zeroize::Zeroizing;

use crate::config::Security;
use crate::domain::problem::reason;
use crate::domain::secret::Secret;
use crate::domain::text::{Text, escape};
use crate::service::post::{Carrier, Delivery};

use super::compose::wire_address;
use super::wire::{Broken, Ending, Reply, Wire, stuffed};
use super::{Setup, password, trust};

/// The step at which the server is told whom a mail is from.
const SENDER: &str = "the sender";

/// Characters of what a server said that are kept.
const LONGEST_WORDS: usize = 500;

/// How long a mail server may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To be reached at one of its addresses.
    pub connect: Duration,
    /// For a command, the greeting and TLS.
    pub command: Duration,
    /// For the text of a mail, and again to say that it has it.
    pub text: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            command: Duration::from_secs(30),
            text: Duration::from_secs(120),
        }
    }
}

/// An open session.
pub(super) struct Session {
    /// None once it can't be used any more.
    wire: Option<Wire>,
    /// The server's name and port, for sentences.
    server: String,
    from: Address,
    patience: Patience,
}

/// The name and the password to sign in with.
struct SignIn {
    user: String,
    password: Secret,
}

impl Session {
    /// Reaches the server, makes sure that it is the right one, and signs in where that is set;
    /// given up when the program ends.
    pub(super) fn open(setup: &Setup, ending: &Ending) -> Result<Self, String> {
        let mail = &setup.mail;
        let (Some(host), Some(from)) = (&mail.server, &mail.from) else {
            return Err(setup.why_not().unwrap_or_default());
        };
        let from = wire_address(&from.address)?;
        // What is wrong on this side is told before anybody is called.
        let sign_in = setup.sign_in()?;
        let tls = match mail.security {
            Security::None => None,
            Security::StartTls | Security::Tls => {
                let name = ServerName::try_from(host.clone()).map_err(|_| {
                    format!("A certificate can't be for “{host}”; correct mail.server.")
                })?;
                Some((trust::config(mail.roots.as_deref())?, name))
            }
        };
        let server = format!("{}:{}", escape(host), mail.port());
        let (patience, wait) = (setup.patience, setup.patience.command);
        let lost = |broken: Broken| format!("The mail server {server} {broken}.");
        let addresses = addresses(host, mail.port(), mail.security)?;
        let mut wire = Wire::connect(&addresses, patience.connect, ending).map_err(|error| {
            format!(
                "The mail server {server} is not reached: {}; see whether it runs, and check mail.server and mail.port.",
                reason(&error)
            )
        })?;
        if let (Security::Tls, Some((config, name))) = (mail.security, &tls) {
            wire = wire.guard(config.clone(), name.clone(), wait).map_err(lost)?;
        }
        let greeting = wire.reply(wait).map_err(lost)?;
        if greeting.code != 220 {
            wire.leave(&said(Quit));
            return Err(format!("The mail server {server} turns us away: {}.", told(&greeting)));
        }
        let hello = said(Ehlo::new(client_id(mail.hello_name.as_deref(), wire.own_address())));
        let mut offers = hail(&mut wire, &hello, &server, wait)?;
        if let (Security::StartTls, Some((config, name))) = (mail.security, &tls) {
            if !offers.has("STARTTLS") {
                wire.leave(&said(Quit));
                return Err(format!(
                    "The mail server {server} offers no STARTTLS, and without it nothing is sent: turn it on there, or set mail.security = \"tls\" when its port speaks TLS from the start."
                ));
            }
            let ready = wire.ask(&said(Starttls), wait).map_err(lost)?;
            if ready.code != 220 {
                wire.leave(&said(Quit));
                return Err(format!(
                    "The mail server {server} offers STARTTLS and does not do it: {}.",
                    told(&ready)
                ));
            }
            wire = wire.guard(config.clone(), name.clone(), wait).map_err(lost)?;
            // What it offered in the clear may have been somebody else's offer.
            offers = hail(&mut wire, &hello, &server, wait)?;
        }
        if let Some(sign_in) = sign_in {
            wire = sign_in.go(wire, &offers, &server, wait)?;
        }
        Ok(Self { wire: Some(wire), server, from, patience })
    }

    /// One mail, up to where the connection breaks. `sent` tells then how far it came.
    fn transaction(
        &mut self,
        to: Address,
        mail: &Secret,
        hand_over: &mut dyn FnMut() -> bool,
        sent: &mut Sent,
    ) -> Result<Delivery, Broken> {
        let patience = self.patience;
        let from = self.from.clone();
        let Some(wire) = &mut self.wire else { return Ok(Delivery::Deferred(not_open().into())) };
        let envelope = [
            (SENDER, said(Mail::new(Some(from), Vec::new()))),
            ("the address", said(Rcpt::new(to, Vec::new()))),
        ];
        for (what, command) in envelope {
            *sent = Sent::Envelope(what);
            let reply = wire.ask(&command, patience.command)?;
            if !reply.is_done() {
                return self.turned_down(what, &reply);
            }
        }
        *sent = Sent::Envelope("the text's announcement");
        let ready = wire.ask(&said(Data), patience.command)?;
        if ready.code != 354 {
            return self.turned_down("the text's announcement", &ready);
        }
        if wire.is_ending() || !hand_over() {
            // There is no way back from here but to hang up.
            self.wire = None;
            return Ok(Delivery::Withheld);
        }
        wire.see_through(true);
        *sent = Sent::Part;
        wire.write(&stuffed(mail.expose()), patience.text)?;
        // From the next byte on the server may have it.
        *sent = Sent::Whole;
        wire.write(b".\r\n", patience.text)?;
        let reply = wire.reply(patience.text)?;
        wire.see_through(false);
        if reply.code == 421 {
            self.wire = None;
        }
        Ok(match reply.code / 100 {
            2 => Delivery::Accepted(told(&reply)),
            4 => Delivery::Deferred(told(&reply)),
            5 => Delivery::Refused(told(&reply)),
            _ => return Err(Broken::Garbled),
        })
    }

    /// What a server's no comes to; the session goes on with the next mail where it can.
    fn turned_down(&mut self, what: &str, reply: &Reply) -> Result<Delivery, Broken> {
        let delivery = match reply.code {
            // Not this mail's fault: whoever sends may not, or has to sign in, or otherwise.
            530 | 534 | 535 | 538 => Delivery::Deferred(Text::from(format!(
                "{} (see to mail.user and its password in the configuration)",
                told(reply).raw()
            ))),
            500..=599 if what == SENDER => Delivery::Deferred(Text::from(format!(
                "{} (see to mail.from and mail.user in the configuration)",
                told(reply).raw()
            ))),
            500..=599 => Delivery::Refused(told(reply)),
            400..=499 => Delivery::Deferred(told(reply)),
            _ => return Err(Broken::Garbled),
        };
        if let Some(mut wire) = self.wire.take()
            && reply.code != 421
            && wire.ask(&said(Rset), self.patience.command).is_ok_and(|it| it.is_done())
        {
            self.wire = Some(wire);
        }
        Ok(delivery)
    }
}

/// How far a mail came.
#[derive(Clone, Copy)]
enum Sent {
    /// No further than this.
    Envelope(&'static str),
    /// Some of its text, and not its end: nobody has it.
    Part,
    /// All of it, perhaps.
    Whole,
}

impl Carrier for Session {
    fn send(
        &mut self,
        address: &str,
        mail: &Secret,
        hand_over: &mut dyn FnMut() -> bool,
    ) -> Delivery {
        let to = match wire_address(address) {
            Ok(to) => to,
            Err(sentence) => return Delivery::Refused(sentence.into()),
        };
        let mut sent = Sent::Envelope("a mail");
        self.transaction(to, mail, hand_over, &mut sent).unwrap_or_else(|broken| {
            // Dropped without a word more: nobody is there, or out of step.
            self.wire = None;
            let server = &self.server;
            match sent {
                Sent::Envelope(_) if matches!(broken, Broken::Left) => Delivery::Withheld,
                Sent::Envelope(what) => Delivery::Deferred(
                    format!("The mail server {server} {broken}, when it was given {what}.").into(),
                ),
                Sent::Part => Delivery::Deferred(
                    format!("The mail server {server} {broken}, before it had the whole text.").into(),
                ),
                Sent::Whole => Delivery::Unknown(
                    format!("The mail server {server} {broken}, after it was sent the whole text; whether it has it is not known.").into(),
                ),
            }
        })
    }

    fn is_open(&self) -> bool {
        self.wire.is_some()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(wire) = self.wire.take() {
            wire.leave(&said(Quit));
        }
    }
}

fn not_open() -> &'static str {
    "The connection to the mail server is closed; open another."
}

/// A command as it goes over the wire.
fn said(command: impl std::fmt::Display) -> Vec<u8> {
    command.to_string().into_bytes()
}

/// The server's words; every try of a mail keeps them, so no more than a few sentences.
fn told(reply: &Reply) -> Text {
    let mut words = reply.to_string();
    if let Some((end, _)) = words.char_indices().nth(LONGEST_WORDS) {
        words.truncate(end);
        words.push('…');
    }
    Text::from(words)
}

/// What a server can do, by the first words of its answer to EHLO and what follows them.
struct Offers(Vec<String>);

impl Offers {
    fn of(&self, keyword: &str) -> Option<impl Iterator<Item = &str>> {
        self.0.iter().find_map(|line| {
            let mut words = line.split([' ', '=']);
            words.next().filter(|it| it.eq_ignore_ascii_case(keyword)).map(|_| words)
        })
    }

    fn has(&self, keyword: &str) -> bool {
        self.of(keyword).is_some()
    }
}

/// Says who we are, and reads what is offered.
fn hail(wire: &mut Wire, hello: &[u8], server: &str, wait: Duration) -> Result<Offers, String> {
    let reply = wire
        .ask(hello, wait)
        .map_err(|broken| format!("The mail server {server} {broken}, when it was greeted."))?;
    if reply.code != 250 {
        return Err(format!(
            "The mail server {server} does not take our greeting: {}; set the full name of this computer as mail.hello_name.",
            told(&reply)
        ));
    }
    Ok(Offers(reply.lines.into_iter().skip(1).collect()))
}

/// How this computer names itself: as it is set, or else by its address.
fn client_id(name: Option<&str>, own: Option<IpAddr>) -> ClientId {
    let address = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => ClientId::Ipv4(ip),
        IpAddr::V6(ip) => ClientId::Ipv6(ip),
    };
    match (name.map(|it| (it, it.parse::<IpAddr>())), own) {
        (Some((_, Ok(ip))), _) | (None, Some(ip)) => address(ip),
        (Some((name, Err(_))), _) => ClientId::Domain(name.to_owned()),
        (None, None) => ClientId::default(),
    }
}

/// Where the server is; without a guard only on this computer.
fn addresses(host: &str, port: u16, security: Security) -> Result<Vec<SocketAddr>, String> {
    let found: Vec<SocketAddr> = (host, port)
        .to_socket_addrs()
        .map_err(|error| {
            format!(
                "The mail server {} is not found: {}; see to mail.server, and to the network.",
                escape(host),
                reason(&error)
            )
        })?
        .collect();
    match found.iter().find(|it| security == Security::None && !it.ip().is_loopback()) {
        Some(far) => Err(format!(
            "The mail server {} is not on this computer but at {}: set mail.security to \"starttls\" or \"tls\".",
            escape(host),
            far.ip()
        )),
        None => Ok(found),
    }
}

impl Setup {
    /// What to sign in with, when that is set.
    fn sign_in(&self) -> Result<Option<SignIn>, String> {
        let (Some(user), Some(place)) = (&self.mail.user, &self.mail.password) else {
            return Ok(None);
        };
        let password = password::read(place, self.credentials.as_deref())?;
        Ok(Some(SignIn { user: user.clone(), password }))
    }
}

impl SignIn {
    /// Signs in by what the server offers: PLAIN (RFC 4616), or else LOGIN; on a wire that
    /// others could read along never.
    fn go(
        self,
        mut wire: Wire,
        offers: &Offers,
        server: &str,
        wait: Duration,
    ) -> Result<Wire, String> {
        if !wire.is_private() {
            return Err(format!(
                "The mail server {server} is spoken to in the clear; nobody signs in so."
            ));
        }
        let offered: Vec<&str> = offers.of("AUTH").into_iter().flatten().collect();
        let can = |name: &str| offered.iter().any(|it| it.eq_ignore_ascii_case(name));
        let lines: Vec<Zeroizing<Vec<u8>>> = if can("PLAIN") {
            let mut token = Zeroizing::new(Vec::with_capacity(self.length() + 2));
            for part in [&self.user, self.password.expose()] {
                token.push(0);
                token.extend_from_slice(part.as_bytes());
            }
            vec![line("AUTH PLAIN ", &token)]
        } else if can("LOGIN") {
            let line_of = |text: &str| line("", text.as_bytes());
            vec![
                Zeroizing::new(b"AUTH LOGIN\r\n".to_vec()),
                line_of(&self.user),
                line_of(self.password.expose()),
            ]
        } else {
            wire.leave(&said(Quit));
            let offered = if offered.is_empty() {
                "no sign-in".to_owned()
            } else {
                escape(&offered.join(", ")).into_owned()
            };
            return Err(format!(
                "The mail server {server} offers {offered}, and PLAIN or LOGIN is needed: leave mail.user out when it asks for no sign-in, or see to mail.port."
            ));
        };
        let last = lines.len() - 1;
        for (at, line) in lines.iter().enumerate() {
            let reply = wire.ask(line, wait).map_err(|broken| {
                format!("The mail server {server} {broken}, when we signed in.")
            })?;
            if reply.code != if at == last { 235 } else { 334 } {
                wire.leave(&said(Quit));
                return Err(format!(
                    "The mail server {server} does not let {} in: {}; see to mail.user and its password.",
                    escape(&self.user),
                    told(&reply)
                ));
            }
        }
        Ok(wire)
    }

    fn length(&self) -> usize {
        self.user.len() + self.password.expose().len()
    }
}

/// A line with something in base64 behind a head.
fn line(head: &str, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    // Room for all of it from the start: a buffer that never grows leaves no copies.
    let mut out = Zeroizing::new(String::with_capacity(head.len() + bytes.len() * 2 + 8));
    out.push_str(head);
    STANDARD.encode_string(bytes, &mut out);
    out.push_str("\r\n");
    Zeroizing::new(std::mem::take(&mut *out).into_bytes())
}
