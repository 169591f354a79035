//! A file for who sits there: nobody else may read it, and it is there whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::domain::problem::{Code, Problem, reason};
use crate::domain::text::Text;
use crate::service::DeskError;

use super::Exported;

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) enum IfThere {
    /// It goes.
    Replace,
    /// It stays, and this is what to do instead.
    Refuse(&'static str),
}

/// Has an export written to a file that only its owner may read; an export that fails or is
/// stopped leaves nothing. With `replace`, a file of that name goes.
///
/// # Errors
/// When there is such a file, it can't be written, and those of `write`.
pub fn to_file(
    path: &Path,
    replace: bool,
    write: impl FnOnce(&mut dyn Write) -> Result<Exported, DeskError>,
) -> Result<Exported, DeskError> {
    let otherwise = "name another file, or have it replaced (by command: --force)";
    let there = if replace { IfThere::Replace } else { IfThere::Refuse(otherwise) };
    write_whole(path, there, |out| write(out).map(|exported| (exported, !exported.stopped)))
}

/// Has a file written that only its owner may read; `write` says whether it is to stay.
///
/// It is written under another name beside it and renamed once it is on the disk.
///
/// # Errors
/// As [`to_file`].
pub(in crate::service) fn write_whole<T>(
    path: &Path,
    there: IfThere,
    write: impl FnOnce(&mut dyn Write) -> Result<(T, bool), DeskError>,
) -> Result<T, DeskError> {
    expect_free(path, there)?;
    let failed = |error: &io::Error| {
        let shown = Text::new(path.display().to_string());
        refused(
            Code::Malformed,
            format!("{shown} can't be written: {}; name another file.", reason(error)),
        )
    };
    let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Made with mode 0600 and removed when dropped.
    let mut file = NamedTempFile::new_in(dir).map_err(|error| failed(&error))?;
    let mut out = BufWriter::new(file.as_file_mut());
    let (written, stays) = write(&mut out)?;
    out.flush().map_err(|error| failed(&error))?;
    drop(out);
    if !stays {
        return Ok(written);
    }
    file.as_file().sync_all().map_err(|error| failed(&error))?;
    let (renamed, otherwise) = match there {
        IfThere::Replace => (file.persist(path), ""),
        IfThere::Refuse(otherwise) => (file.persist_noclobber(path), otherwise),
    };
    match renamed {
        Ok(_) => Ok(written),
        Err(it) if it.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(there_already(path, otherwise))
        }
        Err(it) => Err(failed(&it.error)),
    }
}

fn expect_free(path: &Path, there: IfThere) -> Result<(), DeskError> {
    match (fs::symlink_metadata(path), there) {
        (Err(_), _) => Ok(()),
        (Ok(_), IfThere::Refuse(otherwise)) => Err(there_already(path, otherwise)),
        (Ok(found), IfThere::Replace) if found.is_file() => Ok(()),
        (Ok(_), IfThere::Replace) => {
            let shown = Text::new(path.display().to_string());
            Err(refused(
                Code::Taken,
                format!("{shown} is no ordinary file and is not replaced; name another."),
            ))
        }
    }
}

fn there_already(path: &Path, otherwise: &str) -> DeskError {
    let shown = Text::new(path.display().to_string());
    refused(Code::Taken, format!("{shown} is there already; {otherwise}."))
}

fn refused(code: Code, message: String) -> DeskError {
    Problem::field(code, "file", message).into()
}
