//! What the signed document says of itself in its XMP metadata (ISO 32000-2 14.3.2).

use roxmltree::{Document, ParsingOptions};

use super::changes::{Change, History};
use super::report::{Facts, Report};
use super::report_digest::estrangement;
use super::signature_kind::SignatureKind;
use crate::clock;
use crate::lang::Message;
use crate::message;
use crate::pdf::form::Form;
use crate::pdf::names::{DATE_FIELD, NUMBER_FIELD, XMP_NAMESPACE};
use crate::pdf::reader::{File, Object, ReadError, text};
use crate::role::Role;

/// The longest XMP packet that is looked at, in bytes.
const MAX_PACKET: usize = 1 << 20;
/// The most elements of an XMP packet.
const MAX_NODES: u32 = 20_000;

/// Whether the number of a report, filled in after the authorised person signed, has the agency's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LateNumber {
    /// The document has no such number.
    None,
    /// It is still to be filled in.
    Open,
    /// It was, and the agency signed it: the facts hold it.
    Sealed,
    /// It was, and nobody vouches for it yet: whoever has the file could have done it.
    Unsealed,
}

/// Adds number and date to the `facts` of a report without, where they were filled in later and the agency's
/// signature in `report` covers them.
pub(super) fn add_late(
    facts: &mut Facts,
    file: &File<'_>,
    form: &Form,
    report: &Report,
) -> Result<LateNumber, ReadError> {
    let last = file.last();
    let value = |name: &str| -> Result<Option<(String, usize)>, ReadError> {
        let Some(field) = form.fields.iter().find(|field| field.name == name) else {
            return Ok(None);
        };
        let was_there = file.defining(field.number, 0)?.is_some();
        let Some(value) = field.dictionary().get("V").filter(|_| was_there) else {
            return Ok(None);
        };
        let words = file.resolve(value, last)?.object.as_string().and_then(text);
        Ok(words.zip(file.defining(field.number, last)?))
    };
    let (Some(notation), None) = (&facts.code_notation, &facts.code_number) else {
        return Ok(LateNumber::None);
    };
    let Some((number, revision)) = value(NUMBER_FIELD)? else {
        let is_prepared = form.fields.iter().any(|field| field.name == NUMBER_FIELD);
        return Ok(if is_prepared { LateNumber::Open } else { LateNumber::None });
    };
    let date = value(DATE_FIELD)?;
    let revision = date.as_ref().map_or(revision, |(_, date)| revision.max(*date));
    let covers = |signed: usize| signed > revision;
    let sealed = report.signatures.iter().any(|signature| {
        signature.kind == SignatureKind::Signature
            && signature.role == Some(Role::Agency)
            && signature.revision.is_some_and(covers)
    });
    if !sealed {
        return Ok(LateNumber::Unsealed);
    }
    let digits = number.strip_suffix(&format!("/{notation}")).and_then(|rest| rest.split(' ').next_back());
    facts.code_number = digits.and_then(|digits| digits.parse::<u32>().ok()).map(|number| number.to_string());
    if let Some((words, _)) = date {
        facts.issued_date = date_of(&words);
    }
    Ok(LateNumber::Sealed)
}

/// The date in words such as `Hòa An, ngày 18 tháng 6 năm 2020`, as ISO 8601 has it.
fn date_of(words: &str) -> Option<String> {
    let (_, words) = words.rsplit_once("ngày ")?;
    let (day, words) = words.split_once(" tháng ")?;
    let (month, year) = words.split_once(" năm ")?;
    let date = format!("{year:0>4}-{month:0>2}-{day:0>2}");
    clock::parse(&format!("{date}T00:00:00Z")).ok().map(|_| date)
}

/// Why what the first revision says of itself is not what was signed, where it isn't; `None` where the signature in
/// revision `signed` is on that and nothing else. `history` begins with the first revision.
pub(super) fn unsigned(
    file: &File<'_>,
    history: &History,
    signed: Option<usize>,
) -> Result<Option<Message>, ReadError> {
    let Some(signed) = signed else {
        return Ok(Some(message!("chưa có chữ ký nào trên văn bản", "no signature is on the document")));
    };
    if let Some(reason) = estrangement(history, signed) {
        return Ok(Some(reason));
    }
    let mut changes = history.between(0, signed).flat_map(|(_, transition)| &transition.changes);
    let is_rewritten = changes.any(|change| *change == Change::Metadata);
    Ok((is_rewritten && read(file, 0)? != read(file, signed)?).then(|| {
        message!(
            "dữ liệu mô tả văn bản đã bị thay đổi trước khi ký",
            "what the document says of itself was changed before it was signed"
        )
    }))
}

/// Reads the facts of revision `revision`; `None` where it has none.
pub(super) fn read(file: &File<'_>, revision: usize) -> Result<Option<Facts>, ReadError> {
    let catalog = file.catalog(revision)?;
    let catalog = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary());
    let Some(metadata) = catalog.and_then(|catalog| catalog.get("Metadata")) else {
        return Ok(None);
    };
    let Object::Stream(dictionary, data) = file.resolve(metadata, revision)?.object else {
        return Ok(None);
    };
    let Ok(packet) = file.stream(&dictionary, data) else {
        return Ok(None);
    };
    let Some(packet) = String::from_utf8(packet).ok().filter(|packet| packet.len() <= MAX_PACKET) else {
        return Ok(None);
    };
    // No entities: they can make gigabytes of a line.
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let Ok(packet) = Document::parse_with_options(&packet, options) else {
        return Ok(None);
    };
    // Other programs write properties anew, as attributes (ISO 16684-1 §7.9.2.2).
    let property = |name: &str| {
        let elements = packet.descendants().filter(|node| node.has_tag_name((XMP_NAMESPACE, name)));
        let elements = elements.filter_map(|node| node.text());
        let attributes = packet.descendants().filter_map(|node| node.attribute((XMP_NAMESPACE, name)));
        let mut named = elements.chain(attributes);
        // What is told twice is not told.
        named.next().filter(|_| named.next().is_none()).map(str::to_owned)
    };
    let facts = Facts {
        type_name: property("TypeName"),
        code_number: property("CodeNumber"),
        code_notation: property("CodeNotation"),
        issued_date: property("IssuedDate"),
        organ_id: property("OrganId"),
        organ_name: property("OrganName"),
        signer_full_name: property("SignerFullName"),
        subject: property("Subject"),
    };
    Ok((facts != Facts::default()).then_some(facts))
}
