//! What several commands read in the same way: documents, fonts, offices, signers.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::args::{FontArgs, OfficeArg, PassphraseArgs};
use super::console::Console;
use super::failure::Failure;
use super::passphrase;
use crate::clock;
use crate::diagnostic::Diagnostic;
use crate::document::{self, Desk, Draft, Folder, MAX_SOURCE, StyleChoice};
use crate::fonts::Faces;
use crate::keys::{KeyError, certificate};
use crate::office::{Office, OfficeError};
use crate::sign::FileSigner;

/// A source file: its name for messages, and its bytes.
pub struct Source {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Where it is; `None` for standard input.
    pub path: Option<PathBuf>,
}

impl Source {
    /// Reads the file at `path`, or standard input for `-`, up to a little over what can be accepted.
    pub fn read(path: &Path) -> Result<Source, Failure> {
        let bytes = read_bounded(path, MAX_SOURCE as u64 + 1)?;
        let own = (path != Path::new("-")).then(|| path.to_owned());
        Ok(Source { name: path.display().to_string(), bytes, path: own })
    }

    /// What lies around the document: its folder's files, and the choices of `office`, or of the office
    /// that the folder belongs to.
    pub fn desk(&self, office: Option<&Office>) -> Result<Desk, Failure> {
        let today = Some(clock::now().to_offset(clock::ZONE).date());
        let folder = match self.path.as_deref() {
            Some(path) => path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new(".")),
            None => {
                return Ok(Desk {
                    folder: Folder::none(),
                    style: office.map(|office| office.config().style).unwrap_or_default(),
                    today,
                });
            }
        };
        let style = match office {
            Some(office) => office.config().style,
            None => match Office::find(&std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())) {
                Ok(office) => office.config().style,
                Err(OfficeError::NotAnOffice(_)) => StyleChoice::default(),
                Err(other) => return Err(other.into()),
            },
        };
        Ok(Desk { folder: Folder::at(folder), style, today })
    }

    /// Checks the document and shows every finding.
    pub fn parse(&self, faces: &Faces, office: Option<&Office>, console: &Console) -> Result<Draft, Failure> {
        match document::parse_in(&self.bytes, faces, &self.desk(office)?) {
            Ok(draft) => {
                self.show(&draft.warnings, console);
                Ok(draft)
            }
            Err(findings) => {
                self.show(&findings, console);
                Err(Failure::rejected())
            }
        }
    }

    /// Shows findings about this file.
    pub fn show(&self, findings: &[Diagnostic], console: &Console) {
        // Positions count without the mark that some editors put before a text.
        let text = String::from_utf8_lossy(&self.bytes);
        console.findings(&self.name, text.trim_start_matches('\u{FEFF}'), findings);
    }
}

/// Reads the file at `path`, or standard input for `-`, no further than `limit` bytes.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|cause| Failure::disk(path, &cause))?;
    Ok(bytes)
}

/// The fonts to set documents in.
pub fn faces(args: &FontArgs) -> Result<Faces, Failure> {
    match &args.font_dir {
        Some(folder) => Ok(Faces::from_dir(folder)?),
        None => Ok(Faces::embedded()),
    }
}

/// The office that is meant.
pub fn office(args: &OfficeArg) -> Result<Office, Failure> {
    match &args.office {
        Some(folder) => Ok(Office::open(folder)?),
        None => {
            let here = std::env::current_dir().map_err(|cause| Failure::disk(Path::new("."), &cause))?;
            Ok(Office::find(&here)?)
        }
    }
}

/// The key file at `key` with its certificate.
pub fn signer(
    key: &Path,
    certificate_file: Option<&Path>,
    time: OffsetDateTime,
    args: &PassphraseArgs,
    console: &Console,
) -> Result<FileSigner, Failure> {
    let certificate_file = certificate_file.map_or_else(|| key.with_extension("crt"), Path::to_owned);
    let mut chain = certificate::read(&certificate_file)?;
    if chain.is_empty() {
        return Err(KeyError::NotACertificate(certificate_file).into());
    }
    let certificate = chain.remove(0);
    let key = passphrase::open(key, args, console)?;
    Ok(FileSigner::new(key, certificate, chain, time)?)
}

/// Runs what the register and its database do.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Failure::disk(Path::new("tokio"), &cause))?;
    Ok(runtime.block_on(future))
}
