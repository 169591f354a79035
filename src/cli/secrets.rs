//! How passwords and codes come in: a file, standard input, or a prompt; never an argument, never
//! the environment, where other processes and histories can see them.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::domain::password::MAX_BYTES;
use crate::domain::problem::reason;
use crate::domain::secret::Secret;
use crate::domain::text::Text;

use super::Failure;

/// What a file holds on its first line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Held {
    /// A password.
    Password,
    /// The code of a second factor.
    Code,
}

impl Held {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
        }
    }

    /// The option that names the file.
    const fn option(self) -> &'static str {
        match self {
            Self::Password => "password_file",
            Self::Code => "code_file",
        }
    }
}

/// The first line of a file that only its owner can read.
///
/// # Errors
/// When it can't be read, others can read it, or its first line is too long or no UTF-8.
pub(super) fn from_file(path: &Path, held: Held) -> Result<Secret, Failure> {
    let shown = Text::new(path.display().to_string());
    let (word, option) = (held.word(), held.option());
    let refused = |message: String| Failure::outside(option, Some(option), message);
    let unreadable = |error: io::Error| {
        refused(format!("The {word} file {shown} can't be read: {}; name another.", reason(&error)))
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(refused(format!(
            "The {word} file {shown} can be read by others (mode {:03o}); run chmod 600 on it first.",
            mode & 0o777
        )));
    }
    lines(&mut file, 1, option)?.pop().ok_or_else(|| {
        refused(format!("The {word} file {shown} is empty; write the {word} on its first line."))
    })
}

/// The first lines of standard input; `wanted` says which they are.
///
/// # Errors
/// When there are fewer, or one is too long or no UTF-8.
fn from_stdin<const N: usize>(wanted: &str) -> Result<[Secret; N], Failure> {
    let lines = lines(&mut io::stdin().lock(), N, "password")?;
    let whole: Result<[Secret; N], _> = lines.try_into();
    whole.ok().filter(|it| !it.iter().any(Secret::is_empty)).ok_or_else(|| {
        let message = format!("Standard input ended too early; give {wanted}.");
        Failure::outside("missing", Some("password"), message)
    })
}

/// Asks for a password on the terminal, without showing it.
///
/// # Errors
/// When standard input is no terminal: `instead` says what to give then.
pub(super) fn ask(prompt: &str, instead: &str) -> Result<Secret, Failure> {
    ask_for(Held::Password.word(), prompt, instead)
}

/// Asks for the code of a second factor in the same way.
///
/// # Errors
/// As [`ask`].
pub(super) fn ask_code(prompt: &str, instead: &str) -> Result<Secret, Failure> {
    ask_for(Held::Code.word(), prompt, instead)
}

/// Whether somebody can be asked at all.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal()
}

fn ask_for(word: &'static str, prompt: &str, instead: &str) -> Result<Secret, Failure> {
    let failed = |message: String| Failure::outside("no_terminal", Some(word), message);
    if !can_ask() {
        return Err(failed(format!("There is no terminal to ask for the {word}; {instead}.")));
    }
    rpassword::prompt_password(prompt).map(Secret::new).map_err(|error| {
        failed(format!("The {word} can't be asked for ({}); {instead}.", reason(&error)))
    })
}

/// A new password: a line of standard input, or asked for twice.
///
/// # Errors
/// As [`from_stdin`] and [`ask`], and when the two that were typed differ.
pub(super) fn new_password(stdin: bool, prompt: &str) -> Result<Secret, Failure> {
    const INSTEAD: &str = "give it on standard input with --password-stdin";
    if stdin {
        return one_line();
    }
    let typed = ask(prompt, INSTEAD)?;
    if typed.same_as(&ask("The same again: ", INSTEAD)?) {
        return Ok(typed);
    }
    Err(Failure::outside("password", Some("password"), "The two passwords differ; try again."))
}

/// The password of an account, and the code of its second factor where one is given: lines
/// of standard input, or the password asked for.
///
/// # Errors
/// As [`from_stdin`] and [`ask`].
pub(super) fn password_and_code(
    stdin: bool,
    code_stdin: bool,
) -> Result<(Secret, Option<Secret>), Failure> {
    if stdin && code_stdin {
        let [password, code] = from_stdin("two lines, the password and the code")?;
        return Ok((password, Some(code)));
    }
    if stdin {
        return Ok((one_line()?, None));
    }
    Ok((ask("Password: ", "give it on standard input with --password-stdin")?, None))
}

/// An old and a new password, and the code of the second factor where one is given: lines of
/// standard input, or the passwords asked for.
///
/// # Errors
/// As [`from_stdin`] and [`new_password`].
pub(super) fn old_and_new(
    stdin: bool,
    code_stdin: bool,
) -> Result<(Secret, Secret, Option<Secret>), Failure> {
    const INSTEAD: &str = "give both on standard input with --passwords-stdin, a line each";
    if stdin && code_stdin {
        let wanted = "three lines, the old password, the new one and the code";
        let [old, new, code] = from_stdin(wanted)?;
        return Ok((old, new, Some(code)));
    }
    if stdin {
        let [old, new] = from_stdin("two lines, the old password and the new one")?;
        return Ok((old, new, None));
    }
    let old = ask("Old password: ", INSTEAD)?;
    Ok((old, new_password(false, "New password: ")?, None))
}

/// The token or the whole of an activation link, and a new password: lines of standard input,
/// or asked for.
///
/// # Errors
/// As [`from_stdin`] and [`new_password`].
pub(super) fn link_and_new(stdin: bool) -> Result<(Secret, Secret), Failure> {
    if stdin {
        let [link, new] = from_stdin("two lines, the activation link and the new password")?;
        return Ok((link, new));
    }
    let link = ask_for(
        "link",
        "Activation link: ",
        "give it and the new password on standard input with --token-stdin, a line each",
    )?;
    Ok((link, new_password(false, "New password: ")?))
}

fn one_line() -> Result<Secret, Failure> {
    let [line] = from_stdin("one line with the password")?;
    Ok(line)
}

/// Up to `count` lines without their ends, and no byte beyond them.
fn lines(reader: &mut dyn Read, count: usize, field: &'static str) -> Result<Vec<Secret>, Failure> {
    (0..count).map_while(|_| line(reader, field).transpose()).collect()
}

/// The next line without its end; `None` when there is none. What was read is wiped.
fn line(reader: &mut dyn Read, field: &'static str) -> Result<Option<Secret>, Failure> {
    let refused = |message: String| Failure::outside("password", Some(field), message);
    // Room for the longest line and its end: a buffer that never grows leaves no copies.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 2));
    let mut byte = Zeroizing::new([0]);
    loop {
        match reader.read(&mut *byte) {
            Ok(0) if bytes.is_empty() => return Ok(None),
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            Ok(_) if bytes.len() > MAX_BYTES => {
                let most =
                    format!("A password has {MAX_BYTES} bytes at most; choose a shorter one.");
                return Err(refused(most));
            }
            Ok(_) => bytes.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                let why = reason(&error);
                return Err(refused(format!("The password can't be read: {why}; try again.")));
            }
        }
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Some(Secret::new(text.trim_end_matches('\r').to_owned()))),
        Err(_) => Err(refused("The password is not UTF-8; save it as UTF-8.".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], count: usize) -> Result<Vec<String>, String> {
        match lines(&mut &*text, count, "password") {
            Ok(found) => Ok(found.iter().map(|it| it.expose().to_owned()).collect()),
            Err(Failure::Outside { message, .. }) => Err(message),
            Err(other) => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn lines_are_secrets_without_their_ends() {
        assert_eq!(read(b"one two\r\nthree\n", 2), Ok(vec!["one two".into(), "three".into()]));
        assert_eq!(read(b" kept \nrest", 1), Ok(vec![" kept ".into()]));
        assert_eq!(
            read(b"only\n\xff", 1),
            Ok(vec!["only".into()]),
            "what follows is not looked at"
        );
        assert_eq!(read(b"", 1), Ok(vec![]));
        assert_eq!(read(b"one\n", 2), Ok(vec!["one".into()]));
        assert!(read(&[b'x'; 5_000], 1).unwrap_err().contains("1024 bytes at most"));
        assert!(read(b"caf\xe9\n", 1).unwrap_err().contains("not UTF-8"));
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        std::fs::write(&path, "walk right in please\n").unwrap();
        let chmod = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode));
        chmod(0o640).unwrap();
        let Err(Failure::Outside { message, .. }) = from_file(&path, Held::Password) else {
            panic!("it was taken")
        };
        assert!(message.contains("mode 640") && message.contains("chmod 600"), "{message}");
        chmod(0o600).unwrap();
        assert_eq!(from_file(&path, Held::Code).unwrap().expose(), "walk right in please");
    }
}
