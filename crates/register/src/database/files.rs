//! The file of a SQLite database: who may read it, and where it can only be read.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::error::DatabaseError;

/// Makes the file at `path` where there is none, for its owner alone; one that others may read is closed to them.
///
/// # Errors
/// The folder or the file can't be written.
pub(super) fn make_private(path: &Path) -> Result<(), DatabaseError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(disk(path, cause)),
        Ok(_) | Err(_) => close_to_others(path),
    }
}

/// Takes from everybody but the owner what they may do with the file at `path` and with the two that SQLite puts beside
/// it. Nothing happens where it belongs to somebody else, whose word it is.
pub(super) fn close_to_others(path: &Path) -> Result<(), DatabaseError> {
    #[cfg(unix)]
    for path in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        use std::os::unix::fs::PermissionsExt;
        let mode = match fs::metadata(&path) {
            Ok(about) => about.permissions().mode(),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(disk(&path, cause)),
        };
        if mode & 0o077 != 0 {
            match fs::set_permissions(&path, fs::Permissions::from_mode(mode & !0o077)) {
                Err(cause) if cause.kind() != io::ErrorKind::PermissionDenied => {
                    return Err(disk(&path, cause));
                }
                Ok(()) | Err(_) => {}
            }
        }
    }
    Ok(())
}

/// Makes sure that the file at `path` can be read at all, to say so at once and in the system's words.
///
/// # Errors
/// There is none, or it can't be opened.
pub(super) fn check_readable(path: &Path) -> Result<(), DatabaseError> {
    match File::open(path).and_then(|file| file.metadata()) {
        Ok(about) if about.is_file() => Ok(()),
        Ok(_) => Err(DatabaseError::NotFound(path.to_owned())),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            Err(DatabaseError::NotFound(path.to_owned()))
        }
        Err(cause) => Err(disk(path, cause)),
    }
}

/// Whether all of the database stands in its one file: nothing waits beside it to be taken over.
pub(super) fn is_whole(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|about| about.len() == 0)
        || fs::symlink_metadata(beside(path, "-wal"))
            .is_err_and(|cause| cause.kind() == io::ErrorKind::NotFound)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn disk(path: &Path, cause: io::Error) -> DatabaseError {
    DatabaseError::Disk { path: path.to_owned(), cause }
}
