//! The child process: started by the tests, plays one part in one directory.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use portaldesk::domain::mail::Carries;

use super::deeds;
use super::full;
use super::mail::{self, At};

const DIRECTORY: &str = "CRASH_TEST_DIRECTORY";
const PART: &str = "CRASH_TEST_PART";

/// What the child does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Deeds without end; says `done N` after each.
    Work,
    /// Opens the store, says `open`, and waits to be killed.
    Hold,
    /// Deeds until a file has so many bytes; says what comes of it.
    Fill(u64),
    /// Sends the mails that wait to a server at that port, and stops at that step.
    Send(u16, Carries, At),
}

/// A running child; killed when dropped.
pub struct Running {
    process: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    /// Starts a child in that directory.
    pub fn start(dir: &Path, part: Part) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child::plays_its_part", "--ignored", "--nocapture"])
            .env(DIRECTORY, dir)
            .env(PART, format!("{part:?}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        Self { process, lines }
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The next thing it says; `None` when it has ended.
    pub fn says(&mut self) -> Option<String> {
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap() > 0 {
            // The test harness has things of its own to say.
            if let Some((_, said)) = line.split_once("child: ") {
                return Some(said.trim_end().to_owned());
            }
            line.clear();
        }
        None
    }

    /// Kills it outright, and hears what it had said until then.
    pub fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::iter::from_fn(|| self.says()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Says something to the parent, past the test harness.
pub fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("child: {what}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "only the other tests start it"]
#[expect(clippy::disallowed_methods, reason = "the parent tells the child its part this way")]
fn plays_its_part() {
    let dir = PathBuf::from(std::env::var_os(DIRECTORY).unwrap());
    match std::env::var(PART).unwrap().as_str() {
        "Work" => {
            say("starting");
            let repo = deeds::open(&dir).unwrap();
            loop {
                let n = deeds::next(&repo).unwrap();
                say(&format!("done {n}"));
            }
        }
        "Hold" => {
            let _repo = deeds::open(&dir).unwrap();
            say("open");
            loop {
                std::thread::park();
            }
        }
        part if part.starts_with("Send(") => {
            let said = part.trim_start_matches("Send(").trim_end_matches(')');
            let words: Vec<&str> = said.split(", ").collect();
            let named = |it: &At| format!("{it:?}") == words[2];
            let at = At::ALL.into_iter().find(named).unwrap();
            let carried = |it: &Carries| format!("{it:?}") == words[1];
            let carries = Carries::ALL.into_iter().find(carried).unwrap();
            let delivered = mail::send(&dir, words[0].parse().unwrap(), carries, at);
            say(&format!("was not stopped: {delivered:?}"));
        }
        part => {
            let bytes = part.trim_matches(|c: char| !c.is_ascii_digit());
            full::fill(&dir, bytes.parse().unwrap());
        }
    }
}
