//! What the office's register is told of a file that came to be: its digest, and who signed it when.

use std::path::Path;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::console::Console;
use super::inputs::{block_on, writing_register};
use crate::cli::failure::Failure;
use crate::clock;
use crate::hex::lower as hex;
use crate::issue::absolute;
use crate::lang::Message;
use crate::message;
use crate::office::Office;
use crate::pdf::reader;
use crate::register::{DocumentRevision, NewEvent, RevisionKind};
use crate::role::Role;

/// A file that was written: what the register is told of it.
#[derive(Debug)]
pub struct WrittenFile {
    report_sha256: String,
    sha256: String,
    length: u64,
}

/// What was done to the file.
#[derive(Debug)]
pub enum FileChange {
    /// Somebody signed it: in which role, and whom the certificate names.
    Signed(Role, String),
    /// It was given what proves its signatures later.
    Preserved,
}

impl WrittenFile {
    /// The file `bytes`; `None` where it can't be read, and nothing is told.
    pub fn of(bytes: &[u8]) -> Option<WrittenFile> {
        let report = bytes.get(..reader::read(bytes).ok()?.first_revision_end())?;
        let (report_sha256, sha256) = (hex(&Sha256::digest(report)), hex(&Sha256::digest(bytes)));
        Some(WrittenFile { report_sha256, sha256, length: bytes.len() as u64 })
    }

    /// Tells the register of `office`, where it knows the report. The file is there already: what keeps the register
    /// from writing that down is said, and no more.
    pub fn tell(self, office: &Office, path: &Path, act: FileChange, at: OffsetDateTime, console: &Console) {
        let WrittenFile { report_sha256, sha256, length } = self;
        let (kind, signed) = match act {
            FileChange::Signed(Role::Signer, name) => {
                (RevisionKind::Signed, Some((name, clock::rfc3339(at))))
            }
            FileChange::Signed(Role::Agency, name) => {
                (RevisionKind::Sealed, Some((name, clock::rfc3339(at))))
            }
            FileChange::Preserved => (RevisionKind::Preserved, None),
        };
        let told = block_on(async {
            let register = writing_register(office).await?;
            if let Some(entry) = register.find_document(&report_sha256).await? {
                let revision =
                    DocumentRevision { kind, sha256, length, file: absolute(path), appendix: None, signed };
                register.record_event(&entry.key, &NewEvent::Revision(revision), at).await?;
            }
            register.close().await?;
            Ok::<_, Failure>(())
        });
        if let Err(failure) = told.and_then(|told| told) {
            let Message { vi, en } = failure.message.unwrap_or_else(|| message!("", ""));
            let path = path.display();
            console.warn(&message!(
                "đã ghi {path}, nhưng chưa vào sổ được: {vi}",
                "{path} was written, but the register could not be told: {en}"
            ));
        }
    }
}
