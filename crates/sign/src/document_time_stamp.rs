//! A document time-stamp (ISO 32000-2 12.8.5): everything before it existed at its time.

use std::ops::Range;

use super::base_digest::BaseDigest;
use super::error::SignError;
use super::pending::{digest_around, fill, write_with_gap};
use super::{dictionary, field};
use crate::pdf::PdfError;
use crate::pdf::form;
use crate::pdf::reader::File;
use crate::pdf::writer::{Dictionary, Object, Update};

/// A revision with an empty place for the token.
#[derive(Debug)]
pub struct PendingStamp {
    bytes: Vec<u8>,
    gap: Range<usize>,
    digest: Vec<u8>,
}

impl PendingStamp {
    /// Adds a field to `file`, whose bytes have the digests `base`, with room for a token of `room` bytes.
    ///
    /// # Errors
    /// The file can't be updated.
    pub fn prepare(file: &File<'_>, base: BaseDigest, room: usize) -> Result<PendingStamp, SignError> {
        let form = form::read(file, file.last())?;
        let mut update = Update::of(file)?;
        let page = form::page(file, file.last(), 1)?.ok_or(SignError::NoPage(1))?;
        let stamp = update.add(dictionary::time_stamp(room));
        let taken = |name: &String| form.fields.iter().any(|field| field.name == *name);
        let name = (1..).map(|number| format!("timestamp-{number}")).find(|name| !taken(name));
        // It shows nowhere: an empty rectangle beside the page, so that a tagged file stays one
        // (ISO 14289-1 7.18.1).
        let widget = Dictionary::new()
            .with("Type", "Annot")
            .with("Subtype", "Widget")
            .with("FT", "Sig")
            .with("T", Object::literal(&name.unwrap_or_default()))
            // Print, and Locked.
            .with("F", 132)
            .with("P", (page.number, page.generation))
            .with("Rect", vec![Object::Integer(0); 4])
            .with("V", stamp);
        let widget = update.add(widget);
        update.extend(page.number, "Annots", &[widget.into()])?;
        field::join(&mut update, &form, &[widget.into()])?;
        let length = file.bytes().len();
        if base.length() != length {
            return Err(PdfError::Missing("digest of the whole file").into());
        }
        let (bytes, gap) = write_with_gap(update, stamp, room, length)?;
        let digest = digest_around(&bytes, &gap, base.message());
        Ok(PendingStamp { bytes, gap, digest })
    }

    /// The digest that is time-stamped.
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// Puts the DER of the token in its place, and gives the bytes that follow the file.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn complete(self, token: &[u8]) -> Result<Vec<u8>, SignError> {
        let PendingStamp { mut bytes, gap, .. } = self;
        fill(&mut bytes, gap, token)?;
        Ok(bytes)
    }
}
