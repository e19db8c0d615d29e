//! What the signed document says of itself in its XMP metadata (ISO 32000-2 14.3.2).

use memchr::memmem;

use super::report::Facts;
use crate::pdf::reader::{File, Object, ReadError};

/// The longest XMP packet that is looked at, in bytes.
const MAX_PACKET: usize = 1 << 20;

/// Reads the facts of the file's first revision; `None` where it has none.
pub(super) fn read(file: &File<'_>) -> Result<Option<Facts>, ReadError> {
    let Some(root) = file.revisions().first().and_then(|revision| revision.trailer.get("Root")) else {
        return Ok(None);
    };
    let catalog = file.resolve(root, 0)?;
    let Some(metadata) = catalog.object.as_dictionary().and_then(|catalog| catalog.get("Metadata")) else {
        return Ok(None);
    };
    let Object::Stream(dictionary, data) = file.resolve(metadata, 0)?.object else {
        return Ok(None);
    };
    let Ok(packet) = file.stream(&dictionary, data) else {
        return Ok(None);
    };
    let Some(packet) = String::from_utf8(packet).ok().filter(|packet| packet.len() <= MAX_PACKET) else {
        return Ok(None);
    };
    let property = |name: &str| {
        let (opening, closing) = (format!("<vanthu:{name}>"), format!("</vanthu:{name}>"));
        let start = memmem::find(packet.as_bytes(), opening.as_bytes())? + opening.len();
        let after = packet.get(start..)?;
        let value = after.get(..memmem::find(after.as_bytes(), closing.as_bytes())?)?;
        Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    };
    let facts = Facts {
        type_name: property("TypeName"),
        code_number: property("CodeNumber"),
        code_notation: property("CodeNotation"),
        issued_date: property("IssuedDate"),
        organ_name: property("OrganName"),
        subject: property("Subject"),
    };
    Ok((facts != Facts::default()).then_some(facts))
}
