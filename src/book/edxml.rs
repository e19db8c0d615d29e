//! The header of one document as offices exchange it: edXML (QCVN 102:2016/BTTTT).

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::register::Entry;

const NAMESPACE: &str = "http://www.mic.gov.vn/TBT/QCVN_102_2016";

type Xml = Writer<Vec<u8>>;

/// The agency that sends the message.
#[derive(Debug, Clone, Copy)]
pub struct EdxmlSender<'a> {
    /// Its identifier (mã định danh).
    pub organ_id: &'a str,
    /// The agency in charge of it (cơ quan chủ quản); often none.
    pub in_charge: &'a str,
    /// The agency's name.
    pub name: &'a str,
    /// The place of its documents (địa danh).
    pub place: &'a str,
}

/// The `MessageHeader` of the document of `entry`, which `sender` sends.
///
/// # Errors
/// Only where memory is at an end.
pub fn header(entry: &Entry, sender: &EdxmlSender<'_>) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("edXML:MessageHeader")
        .with_attribute(("xmlns:edXML", NAMESPACE))
        .write_inner_content(|xml| parts(xml, entry, sender))?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn parts(xml: &mut Xml, entry: &Entry, sender: &EdxmlSender<'_>) -> std::io::Result<()> {
    let document = &entry.document;
    let metadata = &document.metadata;
    let date = document.date.replace('-', "/");
    let own = [
        ("OrganId", sender.organ_id),
        ("OrganizationInCharge", sender.in_charge),
        ("OrganName", sender.name),
    ];
    group(xml, "From", &own)?;
    if metadata.to.is_empty() {
        for name in document.recipients.split("; ") {
            group(xml, "To", &[("OrganName", name)])?;
        }
    }
    for organ in &metadata.to {
        group(xml, "To", &[("OrganId", &organ.organ_id), ("OrganName", &organ.organ_name)])?;
    }
    let number = entry.key.number.to_string();
    let notation = &metadata.code_notation;
    group(xml, "Code", &[("CodeNumber", &number), ("CodeNotation", notation)])?;
    group(xml, "PromulgationInfo", &[("Place", sender.place), ("PromulgationDate", &date)])?;
    // Type 2: an administrative document (văn bản hành chính).
    group(xml, "DocumentType", &[("Type", "2"), ("TypeName", &document.kind)])?;
    text(xml, "Subject", &document.subject)?;
    let signer = &metadata.signer_info;
    group(xml, "SignerInfo", &[("Position", &signer.position), ("FullName", &signer.full_name)])?;
    text(xml, "DueDate", &metadata.due_date.as_deref().unwrap_or_default().replace('-', "/"))?;
    let places: Vec<(&str, &str)> = document.recipients.split("; ").map(|place| ("Place", place)).collect();
    group(xml, "ToPlaces", &places)?;
    let (copies, pages) = (metadata.issued_amount.to_string(), metadata.page_amount.to_string());
    let other = [
        ("Priority", metadata.priority.as_str()),
        ("PromulgationAmount", if metadata.issued_amount == 0 { "" } else { &copies }),
        ("PageAmount", if metadata.page_amount == 0 { "" } else { &pages }),
    ];
    group(xml, "OtherInfo", &other)?;
    text(xml, "DocumentId", &format!("{},{date},{}", sender.organ_id, document.code))
}

/// An element with those of `children` that say something; none where none does.
fn group(xml: &mut Xml, name: &str, children: &[(&str, &str)]) -> std::io::Result<()> {
    if children.iter().all(|(_, value)| value.is_empty()) {
        return Ok(());
    }
    xml.create_element(format!("edXML:{name}"))
        .write_inner_content(|xml| children.iter().try_for_each(|(name, value)| text(xml, name, value)))?;
    Ok(())
}

fn text(xml: &mut Xml, name: &str, value: &str) -> std::io::Result<()> {
    if !value.is_empty() {
        xml.create_element(format!("edXML:{name}")).write_text_content(BytesText::new(value))?;
    }
    Ok(())
}
