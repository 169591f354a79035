//! A store in a directory of its own, prepared by commands.

use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::terminal::Terminal;

/// The password of every account here.
pub const PASSWORD: &str = "tolles Gewitter am Mittag";

/// A store, and the home directory of whoever uses it.
pub struct Desk {
    pub home: TempDir,
}

impl Desk {
    /// No store yet.
    pub fn empty() -> Self {
        Self { home: tempfile::tempdir().expect("a place for a throw-away store") }
    }

    /// A store with `root` (Security Administrator), and `anna` and `boris` (Customer Service).
    pub fn staffed() -> Self {
        let desk = Self::empty();
        desk.run(&["init", "--admin", "root", "--password-stdin"], PASSWORD);
        let file = desk.home.path().join("password");
        std::fs::write(&file, PASSWORD).expect("a file can be written");
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("a file's mode can be set");
        for (login, first) in [("anna", "Anna"), ("boris", "Boris")] {
            desk.run(
                &[
                    "staff",
                    "create",
                    "--login",
                    login,
                    "--first-name",
                    first,
                    "--last-name",
                    "Berg",
                    "--role",
                    "customer-service",
                    "--no-must-change",
                    "--password-stdin",
                    "--as",
                    "root",
                    "--password-file",
                    "password",
                ],
                PASSWORD,
            );
        }
        desk
    }

    /// A colleague of that role, besides.
    pub fn colleague(&self, login: &str, role: &str) {
        let who = ["staff", "create", "--login", login, "--role", role, "--no-must-change"];
        let by = ["--password-stdin", "--as", "root", "--password-file", "password"];
        self.run(&[&who[..], &by].concat(), PASSWORD);
    }

    /// A company, made by anna.
    pub fn company(&self, args: &[&str]) {
        let by = ["--as", "anna", "--password-file", "password"];
        self.run(&[&["company", "create"], args, &by].concat(), "");
    }

    /// What New User? ▸ Submit does.
    pub fn submit(&self, first: &str, last: &str, email: &str, company: &str) -> String {
        let phone = "+44 20 7946 0018";
        let out = self.run(
            &[
                "portal",
                "submit",
                "--first-name",
                first,
                "--last-name",
                last,
                "--email",
                email,
                "--phone",
                phone,
                "--company",
                company,
            ],
            "",
        );
        out.trim().to_owned()
    }

    /// Runs a command with `input` on its standard input; its output.
    pub fn run(&self, args: &[&str], input: &str) -> String {
        let (status, out, err) = self.try_run(args, input);
        assert_eq!(status, 0, "{args:?}: {err}");
        out
    }

    /// Runs a command; its exit status, its output and its errors.
    pub fn try_run(&self, args: &[&str], input: &str) -> (i32, String, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_portaldesk"))
            .args(["--data-dir", "store"])
            .args(args)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        // A command that asks for nothing may have ended before it is written to.
        drop(stdin.write_all(input.as_bytes()));
        drop(stdin);
        let output = child.wait_with_output().expect("the binary ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
    }

    /// The console on this store.
    pub fn console(&self, size: (u16, u16)) -> Terminal {
        self.console_with(&[], size, &[])
    }

    /// The console on this store, with further arguments and environment.
    pub fn console_with(&self, args: &[&str], size: (u16, u16), env: &[(&str, &str)]) -> Terminal {
        let args: Vec<&str> =
            ["--data-dir", "store"].into_iter().chain(args.iter().copied()).collect();
        Terminal::start(&args, self.home.path(), size, env)
    }

    /// The console on this store, with `login` signed in and on the Dashboard.
    pub fn signed_in(&self, login: &str, size: (u16, u16)) -> Terminal {
        let mut console = self.console(size);
        sign_in(&mut console, login);
        console
    }
}

/// Signs in, up to the Dashboard.
pub fn sign_in(console: &mut Terminal, login: &str) {
    console
        .wait("Login or email")
        .press(login)
        .press("<Tab>")
        .press(PASSWORD)
        .press("<Enter>")
        .wait("Welcome");
}
