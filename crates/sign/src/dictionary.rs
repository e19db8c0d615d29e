//! The signature dictionary (ISO 32000-2 12.8.1).

use time::OffsetDateTime;

use crate::clock;
use crate::pdf::names::REPORT_DIGEST_KEY;
use crate::pdf::writer::{Dictionary, Object, ObjectId};

/// Stands for a number of /ByteRange until it is known: ten digits hold any offset.
pub(super) const ROOM: i64 = 9_999_999_999;

/// What a signature says beside who made it.
#[derive(Debug, Clone)]
pub struct SignatureDetails {
    /// When it is made (/M).
    pub time: OffsetDateTime,
    /// Who makes it (/Name), as the certificate has it.
    pub name: String,
    /// Where (/Location).
    pub location: Option<String>,
}

/// The machine-readable stamp: SHA-256 of the first revision, and how long that is.
#[derive(Debug, Clone, Copy)]
pub(super) struct DocumentDigest {
    pub length: usize,
    pub value: [u8; 32],
}

/// What a signature permits to follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// It says nothing.
    None,
    /// It certifies the document (DocMDP, ISO 32000-2 12.8.2.2): forms may be filled in and signed (P 2), or
    /// nothing may follow but validation data and time-stamps (P 1).
    Certify(i64),
    /// It locks every field (FieldMDP, ISO 32000-2 12.8.2.4), and nothing may follow but validation data.
    Lock,
}

/// The dictionary, with room for /ByteRange and for a CMS of `length` bytes; `catalog` is the object that
/// a lock refers to.
pub(super) fn signature(
    details: &SignatureDetails,
    document: Option<&DocumentDigest>,
    rule: Rule,
    catalog: ObjectId,
    length: usize,
) -> Dictionary {
    let mut signature = Dictionary::new()
        .with("Type", "Sig")
        .with("Filter", "Adobe.PPKLite")
        .with("SubFilter", "ETSI.CAdES.detached")
        .with("M", Object::literal(&pdf_date(details.time)))
        .with("Name", Object::text(&details.name));
    if let Some(DocumentDigest { length, value }) = document {
        let stamp = Dictionary::new()
            .with("Type", REPORT_DIGEST_KEY)
            .with("Algorithm", "SHA256")
            .with("Length", i64::try_from(*length).unwrap_or(i64::MAX))
            .with("Value", Object::Hexadecimal(value.to_vec()));
        signature.set(REPORT_DIGEST_KEY, stamp);
    }
    if let Some(location) = &details.location {
        signature.set("Location", Object::text(location));
    }
    if let Some(reference) = reference(rule, catalog) {
        signature.set("Reference", vec![Object::Dictionary(reference)]);
    }
    make_room(&mut signature, length);
    signature
}

/// A document time-stamp (ISO 32000-2 12.8.5), with room for a token of `length` bytes.
pub(super) fn time_stamp(length: usize) -> Dictionary {
    let mut stamp = Dictionary::new()
        .with("Type", "DocTimeStamp")
        .with("Filter", "Adobe.PPKLite")
        .with("SubFilter", "ETSI.RFC3161");
    make_room(&mut stamp, length);
    stamp
}

fn make_room(dictionary: &mut Dictionary, length: usize) {
    dictionary.set("ByteRange", vec![Object::Integer(0), ROOM.into(), ROOM.into(), ROOM.into()]);
    dictionary.set("Contents", Object::Hexadecimal(vec![0; length]));
}

/// The signature reference dictionary (ISO 32000-2 table 256) that states `rule`.
fn reference(rule: Rule, catalog: ObjectId) -> Option<Dictionary> {
    let (method, parameters) = match rule {
        Rule::None => return None,
        Rule::Certify(permission) => ("DocMDP", Dictionary::new().with("P", permission)),
        // /P beside the action: what the field's own lock says (ISO 32000-2 table 236).
        Rule::Lock => ("FieldMDP", Dictionary::new().with("Action", "All").with("P", 1)),
    };
    let mut parameters = parameters;
    parameters.set("Type", "TransformParams");
    parameters.set("V", "1.2");
    let mut reference = Dictionary::new()
        .with("Type", "SigRef")
        .with("TransformMethod", method)
        .with("TransformParams", parameters);
    if rule == Rule::Lock {
        reference.set("Data", catalog);
    }
    Some(reference)
}

/// A date string (ISO 32000-2 7.9.4).
fn pdf_date(moment: OffsetDateTime) -> String {
    let local = moment.to_offset(clock::ZONE);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}+07'00'",
        local.year(),
        u8::from(local.month()),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}
