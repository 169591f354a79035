//! How passwords come in: a file, standard input, or a prompt; never an argument, never
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

/// The first line of a file that only its owner can read.
///
/// # Errors
/// When it can't be read, others can read it, or its first line is too long or no UTF-8.
pub(super) fn from_file(path: &Path) -> Result<Secret, Failure> {
    let shown = Text::new(path.display().to_string());
    let refused =
        |message: String| Failure::outside("password_file", Some("password_file"), message);
    let unreadable = |error: io::Error| {
        refused(format!(
            "The password file {shown} can't be read: {}; name another.",
            reason(&error)
        ))
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(refused(format!(
            "The password file {shown} can be read by others (mode {:03o}); run chmod 600 on it first.",
            mode & 0o777
        )));
    }
    lines(&mut file, 1, "password_file")?.pop().ok_or_else(|| {
        refused(format!(
            "The password file {shown} is empty; write the password on its first line."
        ))
    })
}

/// The first `count` lines of standard input.
///
/// # Errors
/// When there are fewer, or one is too long or no UTF-8.
fn from_stdin(count: usize) -> Result<Vec<Secret>, Failure> {
    let lines = lines(&mut io::stdin().lock(), count, "password")?;
    if lines.len() < count || lines.iter().any(Secret::is_empty) {
        return Err(too_few(count));
    }
    Ok(lines)
}

/// Asks for a password on the terminal, without showing it.
///
/// # Errors
/// When standard input is no terminal: `instead` says what to give then.
pub(super) fn ask(prompt: &str, instead: &str) -> Result<Secret, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::outside(
            "no_terminal",
            Some("password"),
            format!("There is no terminal to ask for the password; {instead}."),
        ));
    }
    rpassword::prompt_password(prompt).map(Secret::new).map_err(|error| {
        Failure::outside(
            "no_terminal",
            Some("password"),
            format!("The password can't be asked for ({}); {instead}.", reason(&error)),
        )
    })
}

/// A new password: a line of standard input, or asked for twice.
///
/// # Errors
/// As [`from_stdin`] and [`ask`], and when the two that were typed differ.
pub(super) fn new_password(stdin: bool, prompt: &str) -> Result<Secret, Failure> {
    const INSTEAD: &str = "give it on standard input with --password-stdin";
    if stdin {
        return first(from_stdin(1)?);
    }
    let typed = ask(prompt, INSTEAD)?;
    if typed.same_as(&ask("The same again: ", INSTEAD)?) {
        return Ok(typed);
    }
    Err(Failure::outside("password", Some("password"), "The two passwords differ; try again."))
}

/// The password of an account: a line of standard input, or asked for.
///
/// # Errors
/// As [`from_stdin`] and [`ask`].
pub(super) fn password(stdin: bool, prompt: &str) -> Result<Secret, Failure> {
    if stdin {
        return first(from_stdin(1)?);
    }
    ask(prompt, "give it on standard input with --password-stdin")
}

/// An old and a new password: two lines of standard input, or asked for.
///
/// # Errors
/// As [`from_stdin`] and [`new_password`].
pub(super) fn old_and_new(stdin: bool) -> Result<(Secret, Secret), Failure> {
    const INSTEAD: &str = "give both on standard input with --passwords-stdin, a line each";
    if stdin {
        let mut both = from_stdin(2)?.into_iter();
        if let (Some(old), Some(new)) = (both.next(), both.next()) {
            return Ok((old, new));
        }
    }
    let old = ask("Old password: ", INSTEAD)?;
    Ok((old, new_password(false, "New password: ")?))
}

fn first(lines: Vec<Secret>) -> Result<Secret, Failure> {
    lines.into_iter().next().ok_or_else(|| too_few(1))
}

fn too_few(count: usize) -> Failure {
    let wanted = match count {
        1 => "one line with the password",
        _ => "two lines, the old password and the new one",
    };
    let message = format!("Standard input ended too early; give {wanted}.");
    Failure::outside("missing", Some("password"), message)
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
        let Err(Failure::Outside { message, .. }) = from_file(&path) else {
            panic!("it was taken")
        };
        assert!(message.contains("mode 640") && message.contains("chmod 600"), "{message}");
        chmod(0o600).unwrap();
        assert_eq!(from_file(&path).unwrap().expose(), "walk right in please");
    }
}
