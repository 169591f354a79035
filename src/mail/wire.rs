//! The wire to a mail server: commands, replies and TLS, each within its time.
//!
//! Owns the socket. lettre has one of its own, which is not used: it keeps what came in the
//! clear behind the answer to STARTTLS and reads it as answers of the guarded connection, its
//! time limits begin anew with every byte, and it can't say at which step a mail failed.

use std::fmt::{self, Display};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, StreamOwned};
use zeroize::Zeroizing;

use crate::domain::problem::reason;

/// Bytes of a reply that are read; no server has that much to say.
const LONGEST_REPLY: usize = 64 * 1024;

/// How often a wait looks whether the program ends.
const GLANCE: Duration = Duration::from_millis(100);

/// Set when the program ends: what still can be is broken off then.
pub(super) type Ending = Arc<AtomicBool>;

/// Why a socket is used no more: the program ends.
#[derive(Debug, thiserror::Error)]
#[error("the program ends")]
struct Ended;

/// What a server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// Its three digits.
    pub(super) code: u16,
    /// What stands behind them, line by line.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// Whether it did what it was asked for.
    pub(super) fn is_done(&self) -> bool {
        self.code / 100 == 2
    }
}

impl Display for Reply {
    /// The server's words on one line; an enhanced code that every line repeats stands once.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        let is_code = |word: &&str| {
            word.split('.').count() == 3 && word.bytes().all(|it| it.is_ascii_digit() || it == b'.')
        };
        let first = self.lines.first().and_then(|it| it.split(' ').next()).filter(is_code);
        for (at, line) in self.lines.iter().enumerate() {
            let again = first.filter(|_| at > 0).and_then(|code| line.strip_prefix(code));
            let line = again.unwrap_or(line).trim();
            if !line.is_empty() {
                write!(f, " {line}")?;
            }
        }
        Ok(())
    }
}

/// Why a connection can't be used any more. Shown, it goes on after the server's name.
#[derive(Debug)]
pub(super) enum Broken {
    /// It took longer than that.
    Late(Duration),
    /// The server closed it.
    Closed,
    /// It was left, because the program ends.
    Left,
    /// It failed.
    Failed(io::Error),
    /// What came is no reply.
    Garbled,
    /// Something came in the clear behind the answer to STARTTLS.
    Injected,
    /// There is no TLS to be had with it.
    Tls(rustls::Error),
}

impl Broken {
    fn of(error: io::Error, patience: Duration) -> Self {
        if error.get_ref().is_some_and(|it| it.is::<Ended>()) {
            return Self::Left;
        }
        let tls = error.get_ref().and_then(|it| it.downcast_ref::<rustls::Error>());
        match (tls, error.kind()) {
            (Some(tls), _) => Self::Tls(tls.clone()),
            (None, ErrorKind::TimedOut | ErrorKind::WouldBlock) => Self::Late(patience),
            (None, ErrorKind::UnexpectedEof) => Self::Closed,
            (None, _) => Self::Failed(error),
        }
    }
}

impl Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(patience) if patience.subsec_nanos() == 0 => {
                write!(f, "did not answer within {} seconds", patience.as_secs())
            }
            Self::Late(patience) => write!(f, "did not answer within {} ms", patience.as_millis()),
            Self::Closed => f.write_str("closed the connection"),
            Self::Left => f.write_str("was left, because the program ends"),
            Self::Failed(error) => write!(f, "is not reached any more ({})", reason(error)),
            Self::Garbled => f.write_str("answered with something that is no reply of a mail server"),
            Self::Injected => f.write_str(
                "sent more in the clear behind its answer to STARTTLS, as somebody between it and us would",
            ),
            Self::Tls(rustls::Error::InvalidCertificate(it)) => certificate(f, it),
            Self::Tls(error) => write!(f, "does not speak TLS with us ({error})"),
        }
    }
}

/// What is wrong with the server's certificate, and what to do.
fn certificate(f: &mut fmt::Formatter<'_>, error: &CertificateError) -> fmt::Result {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } => {
            f.write_str("has a certificate that has expired; it has to be renewed there")
        }
        E::NotValidYet | E::NotValidYetContext { .. } => f.write_str(
            "has a certificate that is not valid yet (is the date of this computer right?)",
        ),
        E::NotValidForNameContext { presented, .. } => {
            // Debug output of a name: `DnsName("mail.example")`.
            let name = |it: &String| it.split('"').nth(1).unwrap_or(it).to_owned();
            let names: Vec<String> = presented.iter().map(name).collect();
            write!(
                f,
                "has a certificate for {}; set mail.server to the name that it is for",
                names.join(", ")
            )
        }
        E::NotValidForName => f.write_str(
            "has a certificate for another name; set mail.server to the name that it is for",
        ),
        E::UnknownIssuer => f.write_str(
            "has a certificate that nobody vouches for who is trusted here; name the file of its authority as mail.roots",
        ),
        other => write!(f, "has a certificate that can't be trusted ({other})"),
    }
}

/// A socket whose reads and writes end at a point in time, whatever trickles in until then, or
/// when the program ends.
struct Timed {
    tcp: TcpStream,
    until: Instant,
    ending: Ending,
    /// Whether it goes on although the program ends: nobody would know what became of it.
    through: bool,
}

impl Timed {
    fn is_ending(&self) -> bool {
        !self.through && self.ending.load(Ordering::Relaxed)
    }

    /// How long the next wait may last; a glance at most.
    fn glance(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if self.is_ending() {
            Err(io::Error::other(Ended))
        } else if left.is_zero() {
            Err(ErrorKind::TimedOut.into())
        } else {
            Ok(left.min(GLANCE))
        }
    }
}

/// Whether a wait ended with nothing.
fn is_late<T>(done: &io::Result<T>) -> bool {
    let late = |it: &io::Error| matches!(it.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock);
    done.as_ref().is_err_and(late)
}

impl Read for Timed {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            self.tcp.set_read_timeout(Some(self.glance()?))?;
            let done = self.tcp.read(buf);
            if !is_late(&done) {
                return done;
            }
        }
    }
}

impl Write for Timed {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        loop {
            self.tcp.set_write_timeout(Some(self.glance()?))?;
            let done = self.tcp.write(buf);
            if !is_late(&done) {
                return done;
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

enum Stream {
    Plain(Timed),
    Guarded(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Stream {
    fn timed(&mut self) -> &mut Timed {
        match self {
            Self::Plain(timed) => timed,
            Self::Guarded(tls) => tls.get_mut(),
        }
    }

    fn both(&mut self) -> &mut dyn ReadWrite {
        match self {
            Self::Plain(timed) => timed,
            Self::Guarded(tls) => tls.as_mut(),
        }
    }
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

/// An open connection.
pub(super) struct Wire {
    stream: Stream,
    /// What came and is not part of a reply yet.
    unread: Vec<u8>,
}

impl Wire {
    /// Connects to the first of the addresses that answers.
    pub(super) fn connect(
        addresses: &[SocketAddr],
        patience: Duration,
        ending: &Ending,
    ) -> io::Result<Self> {
        let mut last = io::Error::from(ErrorKind::AddrNotAvailable);
        for address in addresses {
            if ending.load(Ordering::Relaxed) {
                return Err(io::Error::other(Ended));
            }
            match TcpStream::connect_timeout(address, patience) {
                Ok(tcp) => {
                    // Commands are short and each waits for its answer.
                    tcp.set_nodelay(true)?;
                    let (until, ending) = (Instant::now() + patience, Arc::clone(ending));
                    let timed = Timed { tcp, until, ending, through: false };
                    return Ok(Self { stream: Stream::Plain(timed), unread: Vec::new() });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Whether the program ends, and so no text is begun any more.
    pub(super) fn is_ending(&mut self) -> bool {
        self.stream.timed().is_ending()
    }

    /// Sees what comes now through, although the program may end; or no longer.
    pub(super) fn see_through(&mut self, through: bool) {
        self.stream.timed().through = through;
    }

    /// The address of our end.
    pub(super) fn own_address(&mut self) -> Option<IpAddr> {
        self.stream.timed().tcp.local_addr().ok().map(|it| it.ip())
    }

    /// Whether nobody on the way can read along: it is guarded, or does not leave this computer.
    pub(super) fn is_private(&mut self) -> bool {
        let far = self.stream.timed().tcp.peer_addr();
        matches!(self.stream, Stream::Guarded(_)) || far.is_ok_and(|it| it.ip().is_loopback())
    }

    /// Guards the connection by TLS; the server has to prove that it is of that name.
    pub(super) fn guard(
        self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        patience: Duration,
    ) -> Result<Self, Broken> {
        let Stream::Plain(mut timed) = self.stream else { return Ok(self) };
        if !self.unread.is_empty() {
            return Err(Broken::Injected);
        }
        timed.until = Instant::now() + patience;
        let connection = ClientConnection::new(config, name).map_err(Broken::Tls)?;
        let mut tls = StreamOwned::new(connection, timed);
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock).map_err(|error| Broken::of(error, patience))?;
        }
        Ok(Self { stream: Stream::Guarded(Box::new(tls)), unread: Vec::new() })
    }

    /// Sends a command with its line's end, and reads what the server says to it.
    pub(super) fn ask(&mut self, command: &[u8], patience: Duration) -> Result<Reply, Broken> {
        self.write(command, patience)?;
        self.reply_by(patience)
    }

    /// Sends bytes; all of them, or the connection is broken.
    pub(super) fn write(&mut self, bytes: &[u8], patience: Duration) -> Result<(), Broken> {
        self.stream.timed().until = Instant::now() + patience;
        let stream = self.stream.both();
        stream
            .write_all(bytes)
            .and_then(|()| stream.flush())
            .map_err(|error| Broken::of(error, patience))
    }

    /// Reads what the server says next.
    pub(super) fn reply(&mut self, patience: Duration) -> Result<Reply, Broken> {
        self.stream.timed().until = Instant::now() + patience;
        self.reply_by(patience)
    }

    /// The same, until the time that is already set.
    fn reply_by(&mut self, patience: Duration) -> Result<Reply, Broken> {
        let (mut code, mut lines) = (None, Vec::new());
        loop {
            let line = self.line(patience)?;
            let (own, rest) = line.split_at_checked(3).ok_or(Broken::Garbled)?;
            let own: u16 = own.parse().map_err(|_| Broken::Garbled)?;
            if !(200..600).contains(&own) || *code.get_or_insert(own) != own {
                return Err(Broken::Garbled);
            }
            let last = match rest.as_bytes().first() {
                Some(b'-') => false,
                Some(b' ') | None => true,
                _ => return Err(Broken::Garbled),
            };
            lines.push(rest.get(1..).unwrap_or_default().trim_end().to_owned());
            if lines.iter().map(String::len).sum::<usize>() + lines.len() > LONGEST_REPLY {
                return Err(Broken::Garbled);
            }
            if last {
                return Ok(Reply { code: own, lines });
            }
        }
    }

    /// The next line, without its end.
    fn line(&mut self, patience: Duration) -> Result<String, Broken> {
        let mut chunk = [0; 4096];
        loop {
            if let Some(end) = self.unread.iter().position(|it| *it == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line)
                    .trim_end_matches(['\r', '\n'])
                    .to_owned());
            }
            if self.unread.len() > LONGEST_REPLY {
                return Err(Broken::Garbled);
            }
            match self.stream.both().read(&mut chunk) {
                Ok(0) => return Err(Broken::Closed),
                Ok(read) => self.unread.extend_from_slice(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Broken::of(error, patience)),
            }
        }
    }

    /// Takes leave: what the server says to it is not waited for long.
    pub(super) fn leave(mut self, quit: &[u8]) {
        self.see_through(true);
        let _ = self.ask(quit, Duration::from_secs(1));
        if let Stream::Guarded(tls) = &mut self.stream {
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
        let _ = self.stream.timed().tcp.shutdown(Shutdown::Both);
    }
}

/// A mail's text as it goes over the wire: every line ended by CR LF, and a dot more where one
/// begins with a dot, so that nothing in it can end it early.
pub(super) fn stuffed(mail: &str) -> Zeroizing<Vec<u8>> {
    // Room for all of it from the start: a buffer that never grows leaves no copies.
    let mut out = Zeroizing::new(Vec::with_capacity(mail.len() * 2 + 2));
    let mut at_start = true;
    let mut bytes = mail.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'\r' || byte == b'\n' {
            if byte == b'\r' && bytes.peek() == Some(&b'\n') {
                bytes.next();
            }
            out.extend_from_slice(b"\r\n");
            at_start = true;
            continue;
        }
        if at_start && byte == b'.' {
            out.push(b'.');
        }
        out.push(byte);
        at_start = false;
    }
    if !at_start {
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_not_end_itself() {
        for (text, wire) in [
            ("a\r\nb\r\n", "a\r\nb\r\n"),
            ("a\nb", "a\r\nb\r\n"),
            (".\r\n.a\r\n", "..\r\n..a\r\n"),
            ("a\n.\nMAIL FROM:<x@y.example>\n", "a\r\n..\r\nMAIL FROM:<x@y.example>\r\n"),
            ("a\r.\r\nb", "a\r\n..\r\nb\r\n"),
            ("a\r\r\n.", "a\r\n\r\n..\r\n"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&stuffed(text)), wire, "{text:?}");
        }
    }

    #[test]
    fn a_reply_of_several_lines_is_one_sentence() {
        let reply = |code, lines: &[&str]| {
            Reply { code, lines: lines.iter().map(|it| (*it).to_owned()).collect() }.to_string()
        };
        assert_eq!(
            reply(550, &["5.1.1 No such user.", "5.1.1 See https://help.example"]),
            "550 5.1.1 No such user. See https://help.example"
        );
        assert_eq!(reply(250, &[""]), "250");
        assert_eq!(reply(250, &["OK", "OK queued"]), "250 OK OK queued");
    }
}
