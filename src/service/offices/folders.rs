//! The folders of offices, and whether something in them changed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use super::error::OpenOfficeError;
use crate::office::{CONFIG_FILE, Office, OfficeError, is_office};

/// How deep a folder of keys or anchors is looked through, and for how many files.
const DEPTH: usize = 3;
const MOST: usize = 10_000;

/// The state of the files that an office is opened with: their names, lengths and times; without these, what can't be
/// asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Print(Vec<(PathBuf, Option<(u64, SystemTime)>)>);

/// The folders of offices that `folder` stands for.
pub(super) fn offices_in(folder: &Path) -> Result<Vec<PathBuf>, OpenOfficeError> {
    if is_office(folder)? {
        return Ok(vec![folder.to_owned()]);
    }
    let disk = |cause| OpenOfficeError::Disk { path: folder.to_owned(), cause };
    let mut offices = Vec::new();
    for entry in fs::read_dir(folder).map_err(disk)? {
        let path = entry.map_err(disk)?.path();
        if is_office(&path)? {
            offices.push(path);
        }
    }
    offices.sort();
    if offices.is_empty() {
        return Err(OfficeError::NotAnOffice(folder.to_owned()).into());
    }
    Ok(offices)
}

impl Print {
    /// Of the office in `folder`: its configuration, what that names, its keys, whom it believes.
    pub(super) fn of(folder: &Path) -> Print {
        let mut print = Print::default();
        for name in [CONFIG_FILE, "keys", "trust", "register.vkey"] {
            print.add(&folder.join(name), DEPTH);
        }
        let seal = Office::open(folder).ok().and_then(|office| office.config().seal.clone());
        let named = seal.iter().flat_map(|seal| {
            [&seal.key, &seal.certificate, &seal.passphrase_file, &seal.image].into_iter().flatten()
        });
        named.for_each(|path| print.add(&folder.join(path), 0));
        print
    }

    fn add(&mut self, path: &Path, depth: usize) {
        // The register's memory changes with every act.
        let is_memory = path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.contains("memory"));
        if is_memory || self.0.len() >= MOST {
            return;
        }
        match state(path) {
            Ok(State::File(length, time)) => self.0.push((path.to_owned(), Some((length, time)))),
            Ok(State::Folder(mut paths)) => {
                paths.sort();
                paths.iter().filter(|_| depth > 0).for_each(|path| self.add(path, depth - 1));
            }
            Err(_) => self.0.push((path.to_owned(), None)),
        }
    }
}

/// What lies at a path.
enum State {
    /// A file, with its length and when it was written.
    File(u64, SystemTime),
    /// A folder, with what is in it.
    Folder(Vec<PathBuf>),
}

fn state(path: &Path) -> io::Result<State> {
    let about = fs::metadata(path)?;
    if !about.is_dir() {
        return Ok(State::File(about.len(), about.modified()?));
    }
    let entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
    Ok(State::Folder(entries.collect::<io::Result<_>>()?))
}
