//! A store of its own for each test, and the real binary run against it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// The password of every account that a test makes.
pub const PASSWORD: &str = "seven quiet harbour lights";

/// A home directory with a store in it.
pub struct Shop {
    home: TempDir,
}

/// What a run of the binary came to.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Shop {
    /// A home without a store.
    pub fn empty() -> Self {
        let shop = Self { home: tempfile::tempdir().unwrap() };
        shop.file("password", format!("{PASSWORD}\n"), 0o600);
        shop
    }

    /// A store with `root`, a Security Administrator, and `anna` of Customer Service.
    pub fn new() -> Self {
        let shop = Self::empty();
        shop.run_with(&["init", "--admin", "root", "--password-stdin"], PASSWORD).done();
        let anna = ["--login", "anna", "--role", "customer-service", "--no-must-change"];
        let create = [&["staff", "create", "--password-stdin"][..], &anna].concat();
        shop.by_with("root", &create, PASSWORD).done();
        shop
    }

    /// A path in the home directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Where the store is, by the platform's conventions.
    pub fn data_dir(&self) -> PathBuf {
        self.path(".local/share/portaldesk")
    }

    /// Writes a file of that mode into the home directory.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>, mode: u32) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The binary, at home here, with nothing else in its environment.
    pub fn command(&self) -> assert_cmd::Command {
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("portaldesk");
        command.env_clear().env("HOME", self.home.path()).env("LANG", "C.UTF-8");
        command
    }

    /// Runs the binary with nothing on standard input.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    /// Runs it with that on standard input.
    pub fn run_with(&self, args: &[&str], stdin: &str) -> Ran {
        let output = self.command().args(args).write_stdin(stdin).output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs it as that account.
    pub fn by(&self, login: &str, args: &[&str]) -> Ran {
        self.by_with(login, args, "")
    }

    /// Runs it as that account, with that on standard input.
    pub fn by_with(&self, login: &str, args: &[&str], stdin: &str) -> Ran {
        let file = self.path("password");
        let who = ["--as", login, "--password-file", file.to_str().unwrap()];
        self.run_with(&[args, &who].concat(), stdin)
    }

    /// Runs it as anna, and reads the JSON that it prints.
    pub fn anna(&self, args: &[&str]) -> Value {
        self.by("anna", &[args, &["--json"]].concat()).done().json()
    }

    /// A visitor's request; its number.
    pub fn submit(&self, first: &str, last: &str, email: &str) -> String {
        let name = ["portal", "submit", "--first-name", first, "--last-name", last];
        let rest = ["--email", email, "--phone", "+44 20 7946 0018", "--company", "Acme Ltd"];
        self.run(&[&name[..], &rest].concat()).done().out.trim().to_owned()
    }

    /// A request that has become a portal user; its User ID.
    pub fn approved(&self, first: &str, last: &str, email: &str) -> String {
        let number = self.submit(first, last, email);
        self.anna(&["request", "create-contact", &number, "--new-company", "Acme Ltd"]);
        self.anna(&["request", "approve", &number])["user_id"].as_str().unwrap().to_owned()
    }

    /// All that has been written to the log.
    pub fn log(&self) -> String {
        let texts = fs::read_dir(self.data_dir().join("log")).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            fs::read_to_string(path).unwrap()
        });
        texts.collect()
    }
}

/// The permission bits of a file.
pub fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

impl Ran {
    /// Checks that it was done, without a word on stderr.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!((self.status, self.err.as_str()), (0, ""), "{}", self.out);
        self
    }

    /// Checks that it was refused: nothing on stdout, one JSON document on stderr.
    #[track_caller]
    pub fn refused(&self) -> Refused {
        assert_eq!((self.status, self.out.as_str()), (1, ""), "{}", self.err);
        self.error()
    }

    /// The error document on stderr.
    #[track_caller]
    pub fn error(&self) -> Refused {
        let document: Value = serde_json::from_str(&self.err).unwrap_or_else(|error| {
            panic!("no JSON on stderr ({error}): {}", self.err);
        });
        let word = |name: &str| document["error"][name].as_str().map(str::to_owned);
        Refused {
            code: word("code").unwrap(),
            field: word("field").unwrap_or_default(),
            message: word("message").unwrap(),
        }
    }

    /// Stdout as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// An error as scripts see it.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    pub code: String,
    pub field: String,
    pub message: String,
}

/// The names of an object, sorted.
#[track_caller]
pub fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
