//! A mail server that no one here wrote: aiosmtpd, from Debian's `python3-aiosmtpd`. It wants
//! TLS and a sign-in, and puts mails into a mailbox that Python's parser reads.
//!
//! Included by `#[path]`, beside the sink's certificates.

#![allow(dead_code, reason = "every test that includes it uses a part")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::sink::Authority;

const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/mail_server.py");
/// Who may send, and by what.
pub const ACCOUNT: (&str, &str) = ("desk", "lighthouse keeper's dog");

/// A running server; it ends when it is dropped.
pub struct MailServer {
    python: &'static str,
    process: Child,
    /// Its port.
    pub port: u16,
    /// The file with the authority that vouches for it.
    pub roots: PathBuf,
    mailbox: PathBuf,
}

impl MailServer {
    /// Starts one that keeps its files in that directory; none where aiosmtpd is not installed.
    pub fn start(dir: &Path) -> Option<Self> {
        let has_it = |python: &&str| {
            let asked = Command::new(python).args(["-c", "import aiosmtpd"]).output();
            asked.is_ok_and(|it| it.status.success())
        };
        // The system's own first: Debian's package is found by no other.
        let Some(python) = ["/usr/bin/python3", "python3"].into_iter().find(has_it) else {
            eprintln!("skipped: aiosmtpd is not installed (apt-get install python3-aiosmtpd)");
            return None;
        };
        let authority = Authority::new();
        let identity = authority.vouch(&["localhost"]);
        let file = |name: &str, text: &str| {
            let path = dir.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let roots = file("roots.pem", &authority.pem());
        let mailbox = dir.join("mailbox");
        let mut process = Command::new(python)
            .args([DRIVER, "serve"])
            .arg(&mailbox)
            .arg(file("server.pem", &identity.pem))
            .arg(file("server.key", &identity.key_pem()))
            .args([ACCOUNT.0, ACCOUNT.1])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap();
        Some(Self { python, process, port, roots, mailbox })
    }

    /// The mails in its mailbox, in the order of their coming: heads, parts, and whom they are
    /// to, as Python's parser reads them.
    pub fn mails(&self) -> Vec<Value> {
        let args = [DRIVER, "read", self.mailbox.to_str().unwrap()];
        let ran = Command::new(self.python).args(args).output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
        let mails: Value = serde_json::from_slice(&ran.stdout).unwrap();
        mails.as_array().unwrap().clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It ends with its standard input; killed in case that it hangs.
        drop(self.process.stdin.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
