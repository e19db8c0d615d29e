//! A registered document as programs see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::id::DocumentId;
use crate::log::Event;
use crate::register::{Record, RecordState, RecordedEvent, RevisionKind};
use crate::role::Role;

/// A registered document: its line of the register, its files, and what happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::service) struct DocumentView {
    /// Its name in addresses: year, series (`all` where all kinds are numbered together) and number.
    #[schema(example = "2026-all-201")]
    pub id: String,
    /// Number and notation (số, ký hiệu).
    #[schema(example = "201/BC-UBND")]
    pub code: String,
    /// The date of issue, ISO 8601.
    pub date: String,
    /// Its kind (tên loại).
    pub kind: String,
    /// Its subject (trích yếu).
    pub subject: String,
    /// Position and name of who signs (người ký).
    pub signer: String,
    /// To whom it goes (nơi nhận).
    pub recipients: String,
    /// Where it is filed (lưu).
    pub archive: String,
    /// When it was registered, RFC 3339.
    pub registered: String,
    /// What has become of it.
    pub state: RecordState,
    /// Who has still to sign, in the order in which they do (NĐ 30/2020 Điều 14).
    pub missing: Vec<Role>,
    /// Its files, the oldest first.
    pub files: Vec<FileView>,
    /// What happened to it besides, the oldest first.
    pub events: Vec<EventView>,
}

/// A file of a document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::service) struct FileView {
    /// What it is.
    pub kind: RevisionKind,
    /// Which appendix, from 1, where it is one in a file of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appendix: Option<usize>,
    /// Its SHA-256 digest, hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub length: u64,
    /// When the register was told, RFC 3339.
    pub at: String,
    /// Whom the signer's certificate names.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub signer: String,
    /// When it was signed, RFC 3339, by the signer's word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub signed_at: String,
}

/// An appendix in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) struct AppendixFile {
    /// Which, from 1.
    pub number: usize,
    /// The digest of its newest file, hexadecimal.
    pub sha256: String,
}

/// Something that happened to a document.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::service) struct EventView {
    /// What.
    pub event: Event,
    /// When, RFC 3339.
    pub at: String,
    /// Who ordered it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Number and notation of the document that takes its place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub replacement: String,
    /// To whom it went, or who has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// By which way.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub way: String,
}

impl DocumentView {
    /// What is told of `record`.
    pub(in crate::service) fn of(record: Record) -> DocumentView {
        let Record { entry, state, events } = record;
        let (files, events): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| event.event == Event::Revision);
        let files: Vec<FileView> = files.into_iter().filter_map(FileView::of).collect();
        let has = |kind| files.iter().any(|file| file.kind == kind);
        let kinds = [(Role::Signer, RevisionKind::Signed), (Role::Agency, RevisionKind::Sealed)];
        // Paper, and lines of an older book, are signed elsewhere.
        let is_missing = |(_, kind): &(Role, RevisionKind)| has(RevisionKind::Report) && !has(*kind);
        let missing = kinds.into_iter().filter(is_missing).map(|(role, _)| role);
        let document = entry.document;
        DocumentView {
            id: DocumentId(entry.key).to_string(),
            code: document.code,
            date: document.date,
            kind: document.kind,
            subject: document.subject,
            signer: document.signer,
            recipients: document.recipients,
            archive: document.archive,
            registered: entry.registered,
            state,
            missing: missing.collect(),
            files,
            events: events.into_iter().map(EventView::of).collect(),
        }
    }

    /// The appendices in files of their own that nobody sealed yet.
    pub(in crate::service) fn unsealed_appendices(&self) -> Vec<AppendixFile> {
        let numbers: std::collections::BTreeSet<usize> =
            self.files.iter().filter_map(|file| file.appendix).collect();
        let newest = |number: usize| self.files.iter().rev().find(|file| file.appendix == Some(number));
        let unsealed = numbers.into_iter().filter_map(|number| {
            let file = newest(number).filter(|file| file.signer.is_empty())?;
            Some(AppendixFile { number, sha256: file.sha256.clone() })
        });
        unsealed.collect()
    }

    /// The newest file of the document itself.
    pub(in crate::service) fn newest(&self) -> Option<&FileView> {
        self.files.iter().rev().find(|file| file.kind != RevisionKind::Appendix)
    }
}

impl FileView {
    fn of(act: RecordedEvent) -> Option<FileView> {
        let particulars = act.particulars;
        Some(FileView {
            kind: particulars.revision?,
            appendix: particulars.appendix,
            sha256: act.file_sha256,
            length: particulars.length.unwrap_or_default(),
            at: act.at,
            signer: particulars.signer,
            signed_at: particulars.signed_at,
        })
    }
}

impl EventView {
    fn of(act: RecordedEvent) -> EventView {
        let particulars = act.particulars;
        EventView {
            event: act.event,
            at: act.at,
            by: particulars.by,
            reason: particulars.reason,
            replacement: particulars.replacement,
            to: particulars.to,
            way: particulars.way,
        }
    }
}
