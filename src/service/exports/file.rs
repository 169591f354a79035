//! The file of an export: nobody else may read it, and it is there whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::domain::problem::{Code, Problem, reason};
use crate::domain::text::Text;
use crate::service::DeskError;

use super::Exported;

/// Has an export written to a file that only its owner may read.
///
/// It is written under another name beside it and renamed once it is on the disk; an export
/// that fails or is stopped leaves nothing. With `replace`, a file of that name goes.
///
/// # Errors
/// When there is such a file, it can't be written, and those of `write`.
pub fn to_file(
    path: &Path,
    replace: bool,
    write: impl FnOnce(&mut dyn Write) -> Result<Exported, DeskError>,
) -> Result<Exported, DeskError> {
    expect_free(path, replace)?;
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
    let exported = write(&mut out)?;
    out.flush().map_err(|error| failed(&error))?;
    drop(out);
    if exported.stopped {
        return Ok(exported);
    }
    file.as_file().sync_all().map_err(|error| failed(&error))?;
    let renamed = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    match renamed {
        Ok(_) => Ok(exported),
        Err(it) if it.error.kind() == io::ErrorKind::AlreadyExists => Err(there_already(path)),
        Err(it) => Err(failed(&it.error)),
    }
}

fn expect_free(path: &Path, replace: bool) -> Result<(), DeskError> {
    match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(_) if !replace => Err(there_already(path)),
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => {
            let shown = Text::new(path.display().to_string());
            Err(refused(
                Code::Taken,
                format!("{shown} is no ordinary file and is not replaced; name another."),
            ))
        }
    }
}

fn there_already(path: &Path) -> DeskError {
    let shown = Text::new(path.display().to_string());
    refused(
        Code::Taken,
        format!(
            "{shown} is there already; name another file, or have it replaced (by command: --force)."
        ),
    )
}

fn refused(code: Code, message: String) -> DeskError {
    Problem::field(code, "file", message).into()
}
