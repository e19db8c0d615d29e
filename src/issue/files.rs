//! The files of an issued document: complete on the disk before the number is final, in their places after it.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::IssueError;
use crate::document::model::Document;
use crate::file::{Existing, Staged};
use crate::hex::lower as hex;
use crate::office::Office;
use crate::register::{DocumentRevision, Register};

/// Where an issued document goes.
#[derive(Debug, Clone, Copy)]
pub enum Output<'a> {
    /// To the office's own folder of documents, by year.
    Office(&'a Office),
    /// To this folder, named after its number and notation.
    Folder(&'a Path),
    /// To the file with this path.
    File(&'a Path),
}

impl Output<'_> {
    /// The path of the PDF of `document`.
    pub(crate) fn path(self, document: &Document) -> PathBuf {
        let name = format!("{}.pdf", document.file_stem());
        match self {
            Output::Office(office) => {
                let year = document.header.date.map_or(0, |date| date.year());
                office.document_file(year, office.series_of(document), &name)
            }
            Output::Folder(folder) => folder.join(name),
            Output::File(file) => file.to_owned(),
        }
    }
}

/// A file that is complete on the disk beside its place, and what the register is told of it.
pub(crate) struct Made {
    staged: Staged,
    /// Its digest, its length, its path.
    pub revision: DocumentRevision,
}

impl Made {
    /// The file `bytes` beside its place at `path`, of which the register is told by `revision`.
    pub(crate) fn stage(
        path: &Path,
        bytes: &[u8],
        existing: Existing,
        revision: DocumentRevision,
    ) -> Result<Made, IssueError> {
        let disk = |cause| IssueError::Disk { path: path.to_owned(), cause };
        let is_there = path.try_exists().map_err(disk)?;
        if existing == Existing::Keep && is_there && !is_file(path, &revision.sha256)? {
            return Err(disk(io::ErrorKind::AlreadyExists.into()));
        }
        Ok(Made { staged: Staged::write(path, bytes).map_err(disk)?, revision })
    }

    /// Puts it in its place, where it may lie already; nobody but its owner reads it.
    pub(crate) fn place(self, existing: Existing) -> Result<PathBuf, IssueError> {
        let path = self.staged.target().to_owned();
        if !is_file(&path, &self.revision.sha256)? {
            let placed = self.staged.place_private(existing);
            placed.map_err(|cause| IssueError::Disk { path: path.clone(), cause })?;
        }
        Ok(path)
    }
}

/// Whether the file with the SHA-256 digest `sha256` (hexadecimal) lies at `path`.
///
/// # Errors
/// What lies there can't be read.
pub(crate) fn is_file(path: &Path, sha256: &str) -> Result<bool, IssueError> {
    match digest_of(path) {
        Ok(found) => Ok(found == sha256),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(IssueError::Disk { path: path.to_owned(), cause }),
    }
}

/// Whether the file at `path` is there.
pub(crate) fn is_there(path: &str) -> Result<bool, IssueError> {
    let path = Path::new(path);
    path.try_exists().map_err(|cause| IssueError::Disk { path: path.to_owned(), cause })
}

/// The SHA-256 digest (hexadecimal) of the file at `path`.
fn digest_of(path: &Path) -> io::Result<String> {
    let (mut file, mut hasher, mut piece) = (fs::File::open(path)?, Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hasher.finalize())),
            count => hasher.update(piece.get(..count).unwrap_or_default()),
        }
    }
}

/// Makes sure that what lies at `path` may be replaced: nobody does that with a file that the register knows.
///
/// # Errors
/// It knows the file ([`IssueError::Kept`]), can't be asked, or the file can't be read.
pub async fn check_replaceable(register: &Register, path: &Path) -> Result<(), IssueError> {
    let sha256 = match digest_of(path) {
        Ok(sha256) => sha256,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(IssueError::Disk { path: path.to_owned(), cause }),
    };
    match register.find_file(&sha256).await? {
        Some(entry) => Err(IssueError::Kept { path: path.to_owned(), code: entry.document.code }),
        None => Ok(()),
    }
}

/// Makes the folder that `path` is to lie in, for its owner alone, where it is not there.
pub(crate) fn make_folder(path: &Path) -> Result<(), IssueError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => return Ok(()),
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|cause| IssueError::Disk { path: folder.to_owned(), cause })
}

/// The path of the appendix with the place `index` (from 0), which is a file of its own: `-PL1` before the ending
/// of `report`.
pub fn appendix_path(report: &Path, index: usize) -> PathBuf {
    let stem = report.file_stem().unwrap_or_default().to_string_lossy();
    report.with_file_name(format!("{stem}-PL{}.pdf", index + 1))
}

/// The absolute path of a file, as the register keeps it.
pub(crate) fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}
