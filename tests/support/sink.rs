//! A mail server for tests that does as it is told: it speaks SMTP on a port of this computer,
//! keeps what it was sent, and at any step answers, says nothing or hangs up by a script.
//!
//! Included by `#[path]` where it is needed; it stands on std, rustls and rcgen alone.

#![allow(dead_code, reason = "every test that includes it uses a part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server is asked for when the script is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Somebody has connected.
    Greeting,
    /// EHLO; after STARTTLS once more.
    Hello,
    /// STARTTLS.
    StartTls,
    /// AUTH, and each further line of it.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The whole text has come.
    Text,
    /// RSET.
    Reset,
    /// QUIT.
    Quit,
}

/// What the server does then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// What a server does: it says yes.
    Usual,
    /// It says this; of what is no yes nothing follows.
    Say(String),
    /// It says this and hangs up.
    SayAndClose(String),
    /// It hangs up.
    Close,
    /// It says nothing more until the other end hangs up.
    Stall,
}

impl Act {
    /// It says this.
    pub fn say(text: &str) -> Self {
        Self::Say(text.to_owned())
    }
}

type Script = dyn Fn(Step, &str) -> Act + Send + Sync;

/// How the server is set up.
#[derive(Clone)]
pub struct Setup {
    /// Asked at every step, with the line that came; it may block.
    pub script: Arc<Script>,
    /// Its certificate; without one there is no TLS.
    pub identity: Option<Identity>,
    /// Whether TLS is spoken from the first byte on.
    pub tls_at_once: bool,
    /// The name and password that it asks for.
    pub account: Option<(String, String)>,
    /// What it offers to sign in by.
    pub mechanisms: &'static str,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            script: Arc::new(|_, _| Act::Usual),
            identity: None,
            tls_at_once: false,
            account: None,
            mechanisms: "PLAIN LOGIN",
        }
    }
}

impl Setup {
    /// A server that does as `script` says.
    pub fn by(script: impl Fn(Step, &str) -> Act + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), ..Self::default() }
    }

    /// A server that does this at that step, and what is usual at the others.
    pub fn at(step: Step, act: Act) -> Self {
        Self::by(move |it, _| if it == step { act.clone() } else { Act::Usual })
    }

    /// The same with that certificate, offered by STARTTLS.
    #[must_use]
    pub fn with(self, identity: Identity) -> Self {
        Self { identity: Some(identity), ..self }
    }

    /// The same, asking for a name and a password.
    #[must_use]
    pub fn asking(self, user: &str, password: &str) -> Self {
        Self { account: Some((user.into(), password.into())), ..self }
    }
}

/// A mail as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    /// The sender of its envelope.
    pub from: String,
    /// The recipient of its envelope.
    pub to: String,
    /// Its text, head and all, without the dots that the wire adds.
    pub text: String,
    /// Whether it came over TLS.
    pub guarded: bool,
    /// Who had signed in.
    pub signed_in: Option<String>,
}

impl Got {
    /// A header's value, its lines joined.
    pub fn header(&self, name: &str) -> Option<String> {
        header(&self.text, name)
    }

    /// The Message-ID.
    pub fn message_id(&self) -> String {
        self.header("Message-ID").unwrap_or_default()
    }

    /// The text part, as a person reads it.
    pub fn plain(&self) -> String {
        part(&self.text, "text/plain")
    }

    /// The HTML part, likewise.
    pub fn html(&self) -> String {
        part(&self.text, "text/html")
    }
}

/// A header's value in a mail or a part of one, its lines joined.
pub fn header(text: &str, name: &str) -> Option<String> {
    let head = text.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
    head.split("\r\n").find_map(|line| {
        let (own, value) = line.split_once(':')?;
        own.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

/// The part of that type of a mail, decoded.
pub fn part(text: &str, kind: &str) -> String {
    let of = header(text, "Content-Type").unwrap_or_default();
    let boundary = of.split("boundary=").nth(1).map(|it| it.trim_matches('"').to_owned());
    let Some(boundary) = boundary.filter(|it| !it.is_empty()) else { return decoded(text) };
    let (first, next) = (format!("--{boundary}\r\n"), format!("\r\n--{boundary}"));
    let parts = text.split(&first).skip(1).map(|it| it.split(&next).next().unwrap_or_default());
    let mut found =
        parts.filter(|it| header(it, "Content-Type").unwrap_or_default().starts_with(kind));
    found.next().map(decoded).unwrap_or_default()
}

fn decoded(part: &str) -> String {
    let body = part.split_once("\r\n\r\n").map_or("", |it| it.1);
    let bytes = match header(part, "Content-Transfer-Encoding").as_deref() {
        Some("quoted-printable") => quoted_printable(body),
        Some("base64") => base64(body),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

fn quoted_printable(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "");
    let mut out = Vec::new();
    let mut bytes = joined.bytes();
    while let Some(byte) = bytes.next() {
        let mut digit = || char::from(bytes.next().unwrap()).to_digit(16).unwrap();
        out.push(if byte == b'=' { u8::try_from(digit() * 16 + digit()).unwrap() } else { byte });
    }
    out
}

fn base64(body: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for digit in body.bytes().filter_map(|it| LETTERS.iter().position(|own| *own == it)) {
        bits = bits << 6 | u32::try_from(digit).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 255).unwrap());
        }
    }
    out
}

/// What was seen.
#[derive(Default)]
struct Seen {
    lines: Vec<String>,
    mails: Vec<Got>,
    connections: usize,
    open: usize,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
    over: AtomicBool,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen());
        self.changed.notify_all();
    }
}

/// A running server; it ends when it is dropped.
pub struct Sink {
    port: u16,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

impl Sink {
    /// Starts a server on a free port of 127.0.0.1.
    pub fn start(setup: Setup) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let listening = thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                if own.over.load(Ordering::SeqCst) {
                    return;
                }
                tcp.set_nodelay(true).unwrap();
                own.change(|seen| {
                    seen.connections += 1;
                    seen.open += 1;
                });
                let (setup, shared) = (setup.clone(), Arc::clone(&own));
                thread::spawn(move || {
                    let hang_up = tcp.try_clone().unwrap();
                    // The other end may be gone at any step: that ends the talk, not the test.
                    let _ = Talk::new(&setup, &shared).go(tcp);
                    let _ = hang_up.shutdown(Shutdown::Both);
                    shared.change(|seen| seen.open -= 1);
                });
            }
        });
        Self { port, shared, listening: Some(listening) }
    }

    /// A server that takes everything, in the clear.
    pub fn taking_all() -> Self {
        Self::start(Setup::default())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The mails that it said it has, or would have said.
    pub fn mails(&self) -> Vec<Got> {
        self.shared.seen().mails.clone()
    }

    /// How many these are.
    pub fn count(&self) -> usize {
        self.shared.seen().mails.len()
    }

    /// The lines that came, texts left out.
    pub fn lines(&self) -> Vec<String> {
        self.shared.seen().lines.clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.shared.seen().connections
    }

    /// Waits until all connections are closed, so that all that came was seen.
    pub fn settle(&self) {
        let seen = self.shared.seen();
        drop(self.shared.changed.wait_while(seen, |seen| seen.open > 0));
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

trait Both: Read + Write + Send {}
impl<T: Read + Write + Send> Both for T {}

/// The talk on one connection.
struct Talk<'a> {
    setup: &'a Setup,
    shared: &'a Shared,
    guarded: bool,
    signed_in: Option<String>,
}

type Wire = BufReader<Box<dyn Both>>;

/// The talk is over.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl<'a> Talk<'a> {
    fn new(setup: &'a Setup, shared: &'a Shared) -> Self {
        Self { setup, shared, guarded: setup.tls_at_once, signed_in: None }
    }

    fn go(mut self, tcp: TcpStream) -> Result<(), Over> {
        let mut raw = tcp.try_clone()?;
        let mut wire: Wire = match self.setup.identity.as_ref().filter(|_| self.guarded) {
            Some(identity) => BufReader::new(identity.guard(tcp)?),
            None => BufReader::new(Box::new(tcp)),
        };
        self.step(&mut wire, Step::Greeting, "", "220 sink.example ready")?;
        let (mut from, mut to) = (None, None);
        loop {
            let line = self.line(&mut wire)?;
            let upper = line.to_uppercase();
            match upper.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => {
                    let offers = self.offers();
                    self.step(&mut wire, Step::Hello, &line, &offers)?;
                }
                "STARTTLS" => {
                    let Some(identity) = &self.setup.identity else {
                        say(&mut wire, "454 4.7.0 No TLS here")?;
                        continue;
                    };
                    if self.step(&mut wire, Step::StartTls, &line, "220 2.0.0 Go ahead")? {
                        self.guarded = true;
                        let tcp = raw.try_clone()?;
                        wire = BufReader::new(identity.guard(tcp)?);
                        raw = raw.try_clone()?;
                    }
                }
                "AUTH" => self.sign_in(&mut wire, &line)?,
                "MAIL" => {
                    let may = self.setup.account.is_none() || self.signed_in.is_some();
                    let usual = if may {
                        "250 2.1.0 Sender ok"
                    } else {
                        "530 5.7.0 Authentication required"
                    };
                    if self.step(&mut wire, Step::Mail, &line, usual)? && may {
                        from = Some(bracketed(&line));
                    }
                }
                "RCPT" => {
                    if self.step(&mut wire, Step::Recipient, &line, "250 2.1.5 Recipient ok")? {
                        to = Some(bracketed(&line));
                    }
                }
                "DATA" => {
                    let (Some(from), Some(to)) = (from.take(), to.take()) else {
                        say(&mut wire, "503 5.5.1 No sender or no recipient")?;
                        continue;
                    };
                    if self.step(&mut wire, Step::Data, &line, "354 Go on")? {
                        self.text(&mut wire, from, to)?;
                    }
                }
                "RSET" => {
                    (from, to) = (None, None);
                    self.step(&mut wire, Step::Reset, &line, "250 2.0.0 Ok")?;
                }
                "NOOP" => say(&mut wire, "250 2.0.0 Ok")?,
                "QUIT" => {
                    self.step(&mut wire, Step::Quit, &line, "221 2.0.0 Bye")?;
                    return Ok(());
                }
                _ => say(&mut wire, "500 5.5.2 What?")?,
            }
        }
    }

    fn line(&self, wire: &mut Wire) -> Result<String, Over> {
        let mut line = String::new();
        if wire.read_line(&mut line)? == 0 {
            return Err(Over);
        }
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        self.shared.change(|seen| seen.lines.push(line.clone()));
        Ok(line)
    }

    /// What the script says to a step; whether it went as usual.
    fn step(&self, wire: &mut Wire, step: Step, line: &str, usual: &str) -> Result<bool, Over> {
        match (self.setup.script)(step, line) {
            Act::Usual => say(wire, usual).map(|()| true),
            Act::Say(text) => {
                say(wire, &text)?;
                Ok(text.as_bytes().first() == usual.as_bytes().first())
            }
            Act::SayAndClose(text) => say(wire, &text).and(Err(Over)),
            Act::Close => Err(Over),
            Act::Stall => {
                let _ = wire.read_to_end(&mut Vec::new());
                Err(Over)
            }
        }
    }

    fn offers(&self) -> String {
        let mut lines = vec![String::from("sink.example"), String::from("8BITMIME")];
        if self.setup.identity.is_some() && !self.guarded {
            lines.push("STARTTLS".into());
        }
        if self.setup.account.is_some() {
            lines.push(format!("AUTH {}", self.setup.mechanisms));
        }
        let last = lines.len() - 1;
        let line =
            |(at, it): (usize, String)| format!("250{}{it}", if at == last { " " } else { "-" });
        lines.into_iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }

    fn sign_in(&mut self, wire: &mut Wire, line: &str) -> Result<(), Over> {
        let words: Vec<&str> = line.split(' ').collect();
        let mut given = match words.get(1).map(|it| it.to_uppercase()).as_deref() {
            Some("PLAIN") => String::from_utf8_lossy(&base64(words.get(2).unwrap_or(&"")))
                .split('\0')
                .skip(1)
                .map(str::to_owned)
                .collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        if given.is_empty() {
            for prompt in ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"] {
                if !self.step(wire, Step::Auth, line, prompt)? {
                    return Ok(());
                }
                given.push(String::from_utf8_lossy(&base64(&self.line(wire)?)).into_owned());
            }
        }
        let right = self.setup.account.as_ref().is_some_and(|(user, password)| {
            given.first() == Some(user) && given.get(1) == Some(password)
        });
        let usual = if right { "235 2.7.0 Welcome" } else { "535 5.7.8 Who are you?" };
        if self.step(wire, Step::Auth, line, usual)? && right {
            self.signed_in = given.into_iter().next();
        }
        Ok(())
    }

    fn text(&self, wire: &mut Wire, from: String, to: String) -> Result<(), Over> {
        let mut text = String::new();
        loop {
            let mut line = String::new();
            if wire.read_line(&mut line)? == 0 {
                return Err(Over);
            }
            if line == ".\r\n" {
                break;
            }
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        let got = Got { from, to, text, guarded: self.guarded, signed_in: self.signed_in.clone() };
        self.shared.change(|seen| seen.mails.push(got));
        self.step(wire, Step::Text, "", "250 2.0.0 Queued as 4711").map(|_| ())
    }
}

fn say(wire: &mut Wire, text: &str) -> Result<(), Over> {
    let wire = wire.get_mut();
    wire.write_all(format!("{text}\r\n").as_bytes())?;
    wire.flush()?;
    Ok(())
}

fn bracketed(line: &str) -> String {
    let inner = line.split_once('<').and_then(|it| it.1.split_once('>'));
    inner.map(|it| it.0.to_owned()).unwrap_or_default()
}

/// A certificate and its key.
#[derive(Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: Arc<KeyPair>,
    /// The certificate, as a file holds it.
    pub pem: String,
}

impl Identity {
    /// The key, as a file holds it.
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    fn guard(&self, tcp: TcpStream) -> Result<Box<dyn Both>, Over> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)
            .unwrap();
        let connection = ServerConnection::new(Arc::new(config)).map_err(|_| Over)?;
        Ok(Box::new(StreamOwned::new(connection, tcp)))
    }
}

/// A certificate authority of its own.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// A new one, which nobody trusts who is not told to.
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        // Two of one name would be taken for one with a wrong signature.
        let name: String = key.public_key_raw().iter().map(|it| format!("{it:02x}")).collect();
        params.distinguished_name.push(DnType::CommonName, format!("Authority {}", &name[..16]));
        let issuer = CertifiedIssuer::self_signed(params, key).unwrap();
        Self { issuer }
    }

    /// Its own certificate, as a file of roots holds it.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A certificate for those names.
    pub fn vouch(&self, names: &[&str]) -> Identity {
        self.vouch_in(names, 2020, 2090)
    }

    /// A certificate for those names that is valid from one year to another.
    pub fn vouch_in(&self, names: &[&str], from: i32, to: i32) -> Identity {
        let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity {
            certificate: certificate.der().clone(),
            pem: certificate.pem(),
            key: Arc::new(key),
        }
    }
}
