//! Files that are whole or not there: written beside, synced, then put in place.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use mmap_io::{MemoryMappedFile, MmapAdvice, MmapMode};
use tempfile::NamedTempFile;

/// What to do where the target exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Refuse with [`io::ErrorKind::AlreadyExists`].
    Keep,
    /// Put the new file in its place.
    Replace,
}

/// A complete file that waits beside its target; dropping it leaves the target as it was.
#[derive(Debug)]
pub struct Staged {
    file: NamedTempFile,
    target: PathBuf,
}

impl Staged {
    /// Writes `bytes` to the disk beside `target`, readable by the owner only until it is placed.
    ///
    /// # Errors
    /// The folder can't be written, or the disk is full.
    pub fn write(target: &Path, bytes: &[u8]) -> io::Result<Staged> {
        let mut file = tempfile::Builder::new().prefix(".vanthu-").tempfile_in(folder_of(target))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(Staged { file, target: target.to_owned() })
    }

    /// Copies `source` beside `target`, readable by the owner only until it is placed, and shows each piece to
    /// `see`: a file of any size passes through little memory.
    ///
    /// # Errors
    /// `source` can't be read or is longer than `limit` bytes, or as [`Staged::write`].
    pub fn copy(
        source: impl Read,
        target: &Path,
        limit: u64,
        mut see: impl FnMut(&[u8]),
    ) -> io::Result<Staged> {
        let mut file = tempfile::Builder::new().prefix(".vanthu-").tempfile_in(folder_of(target))?;
        let mut source = source.take(limit.saturating_add(1));
        let mut buffer = vec![0; 1 << 18];
        let mut length = 0;
        loop {
            let count = source.read(&mut buffer)?;
            let Some(piece) = buffer.get(..count).filter(|piece| !piece.is_empty()) else {
                break;
            };
            length += count as u64;
            if length > limit {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            see(piece);
            file.write_all(piece)?;
        }
        Ok(Staged { file, target: target.to_owned() })
    }

    /// The bytes so far, mapped: they are read from the disk where they are looked at. The file is this
    /// process's own, beside its target, so that nobody writes to it meanwhile.
    ///
    /// # Errors
    /// The system can't map it.
    pub fn map(&mut self) -> io::Result<Mapped> {
        self.file.flush()?;
        let file = self.file.as_file().try_clone()?;
        let mapped = MemoryMappedFile::from_file(file, MmapMode::ReadOnly, self.file.path());
        mapped.map(Mapped).map_err(io::Error::other)
    }

    /// Adds `bytes` at the end, and makes sure that all of it is on the disk.
    ///
    /// # Errors
    /// The disk is full.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(bytes)?;
        self.file.as_file().sync_all()
    }

    /// Where the file will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Puts the file in place and returns where it is; others may read it as the process's umask
    /// lets them read any new file.
    ///
    /// # Errors
    /// The target exists and `existing` keeps it, or the folder can't be written.
    pub fn place(self, existing: Existing) -> io::Result<PathBuf> {
        let Staged { file, target } = self;
        // What was copied and not added to is not on the disk yet.
        file.as_file().sync_all()?;
        publish(file.as_file(), folder_of(&target))?;
        put(file, &target, existing)?;
        Ok(target)
    }

    /// Puts the file in place, readable by the owner only.
    ///
    /// # Errors
    /// As [`Staged::place`].
    pub fn place_private(self, existing: Existing) -> io::Result<PathBuf> {
        let Staged { file, target } = self;
        put(file, &target, existing)?;
        Ok(target)
    }
}

/// A staged file's bytes.
#[derive(Debug)]
pub struct Mapped(MemoryMappedFile);

impl Mapped {
    /// Lets `work` look at the bytes, and meanwhile gives back what was read: however long the file is, little of it
    /// stays in memory.
    ///
    /// # Errors
    /// The system can't give them.
    pub fn look<T>(&self, work: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        /// What is searched at ten gigabytes in a second is two megabytes long by then.
        const PAUSE: Duration = Duration::from_micros(200);
        /// So much may stay.
        const LITTLE: u64 = 16 << 20;
        let length = self.0.len();
        let bytes = self.0.as_slice_bytes(0, length).map_err(io::Error::other)?;
        if length <= LITTLE {
            return Ok(work(bytes));
        }
        thread::scope(|scope| {
            let (working, done) = mpsc::channel::<()>();
            scope.spawn(move || {
                while done.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                    // What is read-only and shared with the disk comes again when it is looked at; where the
                    // system does not know the advice, it keeps more.
                    let _ = self.0.advise(0, length, MmapAdvice::DontNeed);
                }
            });
            let result = work(bytes);
            drop(working);
            Ok(result)
        })
    }
}

/// Whether there is a folder at `path`.
///
/// # Errors
/// What is there can't be told: that is not the same as nothing.
pub fn is_folder(path: &Path) -> io::Result<bool> {
    Ok(kind(path)?.is_some_and(|kind| kind.is_dir()))
}

/// Whether there is a file at `path`.
///
/// # Errors
/// As [`is_folder`].
pub fn is_regular(path: &Path) -> io::Result<bool> {
    Ok(kind(path)?.is_some_and(|kind| kind.is_file()))
}

/// What is at `path`; `None` where nothing is.
fn kind(path: &Path) -> io::Result<Option<std::fs::FileType>> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        // Above it is a file, so that nothing can be there.
        Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(cause) => Err(cause),
    }
}

/// Writes `bytes` to `target`, whole or not at all.
///
/// # Errors
/// As [`Staged::write`] and [`Staged::place`].
pub fn write(target: &Path, bytes: &[u8], existing: Existing) -> io::Result<PathBuf> {
    Staged::write(target, bytes)?.place(existing)
}

fn put(file: NamedTempFile, target: &Path, existing: Existing) -> io::Result<()> {
    match existing {
        Existing::Keep => file.persist_noclobber(target)?,
        Existing::Replace => file.persist(target)?,
    };
    // The rename itself is on the disk only once the folder is.
    #[cfg(unix)]
    File::open(folder_of(target))?.sync_all()?;
    Ok(())
}

/// Gives `file` the access that a plainly created file in `folder` gets.
#[cfg(unix)]
fn publish(file: &File, folder: &Path) -> io::Result<()> {
    let probe = tempfile::Builder::new().prefix(".vanthu-").make_in(folder, |path| File::create_new(path))?;
    file.set_permissions(probe.as_file().metadata()?.permissions())
}

#[cfg(not(unix))]
fn publish(_file: &File, _folder: &Path) -> io::Result<()> {
    Ok(())
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staged_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.pdf");
        drop(Staged::write(&target, b"one").unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        write(&target, b"two", Existing::Keep).unwrap();
        let refused = write(&target, b"three", Existing::Keep).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&target).unwrap(), b"two");
        write(&target, b"three", Existing::Replace).unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"three");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.key");
        Staged::write(&target, b"k").unwrap().place_private(Existing::Keep).unwrap();
        assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
