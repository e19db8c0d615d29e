//! The files of an issued document: complete on the disk before the number is final, in their places after it.

use std::path::{Path, PathBuf};

use super::error::IssueError;
use crate::document::model::Document;
use crate::file::{Existing, Staged};

/// Where an issued document goes.
#[derive(Debug, Clone, Copy)]
pub enum Output<'a> {
    /// To this folder, named after its number and notation.
    Folder(&'a Path),
    /// To the file with this path.
    File(&'a Path),
}

impl Output<'_> {
    /// The path of the PDF of `document`.
    pub(crate) fn path(self, document: &Document) -> PathBuf {
        match self {
            Output::Folder(folder) => folder.join(format!("{}.pdf", document.file_stem())),
            Output::File(file) => file.to_owned(),
        }
    }
}

/// A file that is complete on the disk beside its place, which is free or may be taken.
pub(crate) fn stage(path: &Path, bytes: &[u8], existing: Existing) -> Result<Staged, IssueError> {
    let disk = |cause| IssueError::Disk { path: path.to_owned(), cause };
    if existing == Existing::Keep && path.try_exists().map_err(disk)? {
        return Err(disk(std::io::ErrorKind::AlreadyExists.into()));
    }
    Staged::write(path, bytes).map_err(disk)
}

/// Whether the file at `path` is there.
pub(crate) fn is_there(path: &str) -> Result<bool, IssueError> {
    let path = Path::new(path);
    path.try_exists().map_err(|cause| IssueError::Disk { path: path.to_owned(), cause })
}

/// Puts it in its place.
pub(crate) fn place(file: Staged, existing: Existing) -> Result<PathBuf, IssueError> {
    let path = file.target().to_owned();
    file.place(existing).map_err(|cause| IssueError::Disk { path: path.clone(), cause })?;
    Ok(path)
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
