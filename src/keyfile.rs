//! The key file: where the key lies that secrets in the store are sealed under.
//!
//! Owns the file's form, its mode and how it is made: whole or not at all, never over another.
//! It lies outside the store's directory, so that a copy of the store gives nothing away; it
//! needs a copy of its own.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use zeroize::Zeroizing;

use crate::domain::problem::reason;
use crate::service::sealing::{KEY_BYTES, KeyPlace, SealingKey};

/// What its one line begins with.
const HEAD: &str = "portaldesk-key-1:";
/// Bytes of the file: the head, two digits a byte, the line's end.
const LENGTH: usize = HEAD.len() + 2 * KEY_BYTES + 1;

/// A key file at its place, there or still to be made.
#[derive(Debug, Clone)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The key file of that path; nothing is read or made yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The key file of the store in `dir`: at the place that is `named`; else, for the store at
    /// the platform's place (the first of `usual`), in the platform's configuration directory
    /// (the second); and beside any other store, in a directory that is named after it.
    ///
    /// It follows from where the store really lies, so that it is the same key however the
    /// store was named; and it is never inside, where a copy of the store would take it along.
    ///
    /// # Errors
    /// In a whole sentence, when the place that is named lies inside.
    pub fn of_store(
        dir: &Path,
        named: Option<&Path>,
        usual: Option<(&Path, &Path)>,
    ) -> Result<Self, String> {
        let dir = real(dir);
        if let Some(path) = named {
            if real(path).starts_with(&dir) {
                return Err(format!(
                    "The key file {} of the configuration lies inside the data directory {}, where a copy of the store would take it along; name a place outside as secrets.key_file, and move the file there if it exists.",
                    path.display(),
                    dir.display()
                ));
            }
            return Ok(Self::at(path));
        }
        let configuration = usual.filter(|(data, _)| real(data) == dir).map(|(_, it)| real(it));
        let place = configuration.filter(|it| !it.starts_with(&dir)).unwrap_or_else(|| {
            let mut name = dir.file_name().unwrap_or_default().to_owned();
            name.push(".keys");
            dir.with_file_name(name)
        });
        Ok(Self::at(place.join("secrets.key")))
    }
}

/// Where a path really leads: links followed as far as it is there already.
fn real(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|it| Some((it, fs::canonicalize(it).ok()?)));
    let Some((there, mut found)) = there else { return path.to_owned() };
    for part in path.strip_prefix(there).unwrap_or(path).components() {
        match part {
            Component::ParentDir => drop(found.pop()),
            part => found.push(part),
        }
    }
    found
}

impl KeyPlace for KeyFile {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn read(&self) -> Result<Option<SealingKey>, String> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("can't be read: {}", reason(&error))),
        };
        let unreadable = |error| format!("can't be read: {}", reason(&error));
        let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!("can be read by others (mode {mode:03o}; chmod 600 closes it)"));
        }
        // Room for one byte more than there may be: a buffer that never grows leaves no copies.
        let mut text = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
        let most = u64::try_from(LENGTH).unwrap_or(u64::MAX).saturating_add(1);
        file.take(most).read_to_end(&mut text).map_err(unreadable)?;
        parse(&text).map(Some).ok_or_else(|| String::from("is no key file of Portal Desk"))
    }

    fn keep(&self, key: SealingKey) -> Result<SealingKey, String> {
        let failed = |error: &dyn std::error::Error| format!("can't be made: {}", reason(error));
        let dir = self.path.parent().unwrap_or(Path::new("/"));
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
        made.map_err(|error| failed(&error))?;
        // Complete and on the disk before it has its name.
        let mut file = tempfile::Builder::new()
            .prefix(".portaldesk-key-")
            .permissions(fs::Permissions::from_mode(0o600))
            .tempfile_in(dir)
            .map_err(|error| failed(&error))?;
        let text = written(&key);
        let whole = file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all());
        whole.map_err(|error| failed(&error))?;
        match file.persist_noclobber(&self.path) {
            Ok(_) => {
                let synced = File::open(dir).and_then(|dir| dir.sync_all());
                synced.map(|()| key).map_err(|error| failed(&error))
            }
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                let theirs = self.read()?;
                theirs.ok_or_else(|| String::from("came and went; try again"))
            }
            Err(error) => Err(failed(&error.error)),
        }
    }
}

fn written(key: &SealingKey) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(LENGTH));
    text.push_str(HEAD);
    for byte in key.bytes() {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    text.push('\n');
    text
}

fn parse(text: &[u8]) -> Option<SealingKey> {
    let digits = text.strip_prefix(HEAD.as_bytes())?;
    let digits = digits.strip_suffix(b"\n").unwrap_or(digits);
    if digits.len() != 2 * KEY_BYTES {
        return None;
    }
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(SealingKey::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(Zeroizing::new([byte; KEY_BYTES]))
    }

    #[test]
    fn it_is_made_once_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys").join("secrets.key");
        let file = KeyFile::at(&path);
        assert!(file.read().unwrap().is_none());
        assert_eq!(file.keep(key(7)).unwrap().bytes(), &[7; KEY_BYTES]);
        assert_eq!(file.keep(key(8)).unwrap().bytes(), &[7; KEY_BYTES], "the first one stays");
        assert_eq!(file.read().unwrap().unwrap().bytes(), &[7; KEY_BYTES]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else");
    }

    #[test]
    fn it_is_the_same_however_the_store_was_named() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let (data, config) = (root.join("share/desk"), root.join("config/desk"));
        let usual = Some((&*data, &*config));
        let of = |store: &Path| KeyFile::of_store(store, None, usual).unwrap().path;
        let new = root.join("new/../share/desk");
        assert_eq!(of(&new), config.join("secrets.key"), "before anything is there");
        fs::create_dir_all(&data).unwrap();
        std::os::unix::fs::symlink(root.join("share"), root.join("link")).unwrap();
        std::os::unix::fs::symlink(&data, root.join("desk")).unwrap();
        for name in ["share/desk", "share/../share/./desk", "link/desk", "desk", "desk/"] {
            assert_eq!(of(&root.join(name)), config.join("secrets.key"), "{name}");
        }
        for name in ["share/other", "link/other", "link/../share/other", "share/desk/../other"] {
            assert_eq!(of(&root.join(name)), root.join("share/other.keys/secrets.key"), "{name}");
        }
        let within = KeyFile::of_store(&data, None, Some((&data, &data))).unwrap().path;
        assert_eq!(within, root.join("share/desk.keys/secrets.key"), "a platform with one place");
    }

    #[test]
    fn a_place_inside_the_store_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("desk");
        fs::create_dir_all(&store).unwrap();
        std::os::unix::fs::symlink(&store, dir.path().join("link")).unwrap();
        for name in ["desk/secrets.key", "desk/keys/secrets.key", "link/secrets.key"] {
            let named = dir.path().join(name);
            let refused = KeyFile::of_store(&store, Some(&named), None).unwrap_err();
            assert!(refused.contains("lies inside the data directory"), "{name}: {refused}");
        }
        let named = dir.path().join("desk-keys/secrets.key");
        assert_eq!(KeyFile::of_store(&store, Some(&named), None).unwrap().path, named);
    }

    #[test]
    fn what_is_wrong_with_it_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secrets.key");
        let file = KeyFile::at(&path);
        let wrong = |text: &[u8], mode| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            file.read().unwrap_err()
        };
        let good = written(&key(7));
        assert!(wrong(good.as_bytes(), 0o640).contains("mode 640; chmod 600"));
        for text in [&b""[..], b"\xff", &good.as_bytes()[..40], b"portaldesk-key-2:00"] {
            assert_eq!(wrong(text, 0o600), "is no key file of Portal Desk");
        }
        let long = [good.as_bytes(), b"more"].concat();
        assert_eq!(wrong(&long, 0o600), "is no key file of Portal Desk");
        let nowhere = KeyFile::at(path.join("below"));
        assert!(nowhere.keep(key(7)).unwrap_err().starts_with("can't be made: "));
    }
}
