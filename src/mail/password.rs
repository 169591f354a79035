//! The password for the mail server: read when it is needed, from a file that is its owner's
//! alone or from a credential of systemd.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::config::Password;
use crate::domain::problem::reason;
use crate::domain::secret::Secret;

/// Bytes that a password may have.
const LONGEST: usize = 1_024;

/// The password. `credentials` is the directory in which systemd laid the credentials of the
/// service.
pub(super) fn read(place: &Password, credentials: Option<&Path>) -> Result<Secret, String> {
    match place {
        Password::File(path) => guarded(path).map_err(|why| {
            format!("The password file {} of mail.password_file {why}.", path.display())
        }),
        Password::Credential(name) => {
            let Some(dir) = credentials else {
                return Err(format!(
                    "There is no credential {name} (mail.password_credential): systemd hands out credentials to the service alone, by LoadCredential= in its unit; elsewhere use mail.password_file."
                ));
            };
            // systemd guards the directory; the modes within are its own affair.
            let path: PathBuf = dir.join(name);
            let file = File::open(&path).map_err(|error| reason(&error));
            file.and_then(text).map_err(|why| {
                format!(
                    "The credential {name} of mail.password_credential can't be used: {why}; see to LoadCredential= in the service's unit."
                )
            })
        }
    }
}

/// What is in a file that nobody else can read or put there.
fn guarded(path: &Path) -> Result<Secret, String> {
    let unreadable = |error: std::io::Error| format!("can't be read: {}", reason(&error));
    // Without waiting for whoever would write into it, if somebody made a pipe of it.
    let wait_for_nobody = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(wait_for_nobody).open(path);
    let file = file.map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err("is no ordinary file; put the password into one".into());
    }
    if about.mode() & 0o077 != 0 {
        return Err(format!(
            "can be read by others (mode {:03o}; chmod 600 closes it)",
            about.mode() & 0o777
        ));
    }
    let own = rustix::process::geteuid().as_raw();
    if ![own, 0].contains(&about.uid()) {
        return Err("belongs to another account; make it your own (chown)".into());
    }
    text(file)
}

fn text(file: File) -> Result<Secret, String> {
    // Room for a line's end and one byte more than there may be: a buffer that never grows
    // leaves no copies.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 3));
    let most = u64::try_from(LONGEST + 3).unwrap_or(u64::MAX);
    let read = file.take(most).read_to_end(&mut bytes);
    read.map_err(|error| format!("can't be read: {}", reason(&error)))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| "is no UTF-8 text")?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err("is empty; put the password into it".into());
    }
    if line.len() > LONGEST || line.contains(['\n', '\r', '\0']) {
        return Err("holds more than one line, or one that is too long for a password".into());
    }
    Ok(Secret::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_a_file_of_its_owner_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mail.password");
        let place = Password::File(path.clone());
        let of = |text: &[u8], mode| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            read(&place, None)
        };
        assert_eq!(of(b"correct horse\n", 0o600).unwrap().expose(), "correct horse");
        assert_eq!(of(b" spaces stay \r\n", 0o400).unwrap().expose(), " spaces stay ");
        let wrong = |text: &[u8], mode| {
            let sentence = of(text, mode).unwrap_err();
            let head = format!("The password file {} of mail.password_file ", path.display());
            sentence.strip_prefix(&head).unwrap_or(&sentence).to_owned()
        };
        assert_eq!(
            wrong(b"secret\n", 0o640),
            "can be read by others (mode 640; chmod 600 closes it)."
        );
        assert_eq!(wrong(b"\n", 0o600), "is empty; put the password into it.");
        let long = "holds more than one line, or one that is too long for a password.";
        assert_eq!(wrong(b"one\ntwo\n", 0o600), long);
        assert_eq!(wrong(&[b'a'; 1_025], 0o600), long);
        assert_eq!(wrong(b"\xff\n", 0o600), "is no UTF-8 text.");
        fs::remove_file(&path).unwrap();
        let missing = read(&place, None).unwrap_err();
        assert!(missing.ends_with("can't be read: no such file or directory."), "{missing}");
        let place = Password::File(dir.path().to_owned());
        let dir_sentence = read(&place, None).unwrap_err();
        assert!(dir_sentence.ends_with("is no ordinary file; put the password into one."));
    }

    #[test]
    fn a_credential_comes_from_systemds_directory() {
        let dir = tempfile::tempdir().unwrap();
        let place = Password::Credential("mail-password".into());
        let sentence = read(&place, None).unwrap_err();
        assert!(sentence.starts_with("There is no credential mail-password"), "{sentence}");
        let missing = read(&place, Some(dir.path())).unwrap_err();
        assert!(missing.contains("no such file or directory; see to LoadCredential="), "{missing}");
        fs::write(dir.path().join("mail-password"), "correct horse\n").unwrap();
        assert_eq!(read(&place, Some(dir.path())).unwrap().expose(), "correct horse");
    }
}
