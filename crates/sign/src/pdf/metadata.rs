//! The decree's metadata in a document's XMP packet (ISO 32000-2 14.3.2), written and read again.

use lopdf::{Document, Object, ObjectId};
use time::Date;

use super::error::PdfError;
use crate::pdf::names::XMP_NAMESPACE;

/// Metadata of the document, by the names of NĐ 30/2020, Phụ lục VI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentMetadata {
    /// Where these names come from, such as the decree's appendix, in letters of ASCII.
    pub origin: String,
    /// Kind (tên loại).
    pub type_name: String,
    /// Number (số), where the document has one.
    pub code_number: Option<u32>,
    /// Notation (ký hiệu).
    pub code_notation: String,
    /// Date of issue, where the document has one.
    pub issued_date: Option<Date>,
    /// Agency.
    pub organ_name: String,
    /// Subject (trích yếu).
    pub subject: String,
    /// The signer's position.
    pub signer_position: String,
    /// The signer's name.
    pub signer_full_name: String,
    /// The address of the page where the code on the first page leads, where there is one: no name of the
    /// decree's. Who lays the document out again finds it here.
    pub verification: Option<String>,
}

/// The property of [`DocumentMetadata::verification`].
const VERIFICATION: &str = "VerificationPage";

/// Adds the decree's metadata to the XMP packet, with the description that PDF/A asks for
/// (ISO 19005-3 6.6.2.3.3).
pub(super) fn describe(
    pdf: &mut Document,
    catalog: ObjectId,
    metadata: &DocumentMetadata,
) -> Result<(), PdfError> {
    const SCHEMAS: &str = "<pdfaExtension:schemas><rdf:Bag>";
    const END: &str = "</rdf:RDF>";
    let id = pdf.get_dictionary(catalog)?.get(b"Metadata")?.as_reference()?;
    let Object::Stream(stream) = pdf.get_object_mut(id)? else {
        return Err(PdfError::Missing("Metadata stream"));
    };
    let packet = std::str::from_utf8(&stream.content).map_err(|_| PdfError::Missing("XMP packet"))?;
    let (before, after) = packet.split_once(SCHEMAS).ok_or(PdfError::Missing("XMP extension schemas"))?;
    let (middle, end) = after.split_once(END).ok_or(PdfError::Missing("XMP packet"))?;
    let (schema, values) = (xmp_schema(metadata), xmp_values(metadata));
    let packet = [before, SCHEMAS, &schema, middle, &values, END, end].concat();
    stream.set_content(packet.into_bytes());
    Ok(())
}

/// Name, value and English description of each property.
fn properties(metadata: &DocumentMetadata) -> Vec<(&'static str, Option<String>, &'static str)> {
    let mut properties = vec![
        ("TypeName", Some(metadata.type_name.clone()), "Kind of document (ten loai van ban)"),
        ("CodeNumber", metadata.code_number.map(vanthu_base::number::digits), "Number (so van ban)"),
        ("CodeNotation", Some(metadata.code_notation.clone()), "Notation (ky hieu van ban)"),
        (
            "IssuedDate",
            metadata.issued_date.map(|date| date.to_string()),
            "Date of issue (ngay ban hanh), ISO 8601",
        ),
        ("OrganName", Some(metadata.organ_name.clone()), "Issuing agency (co quan ban hanh)"),
        ("Subject", Some(metadata.subject.clone()), "Subject (trich yeu noi dung)"),
        ("SignerPosition", Some(metadata.signer_position.clone()), "Position of the signer (chuc vu)"),
        ("SignerFullName", Some(metadata.signer_full_name.clone()), "Name of the signer (ho va ten)"),
    ];
    if let Some(address) = &metadata.verification {
        properties.push((
            VERIFICATION,
            Some(address.clone()),
            "Page where the QR code leads (dia chi kiem tra)",
        ));
    }
    properties
}

fn xmp_schema(metadata: &DocumentMetadata) -> String {
    let origin = escape(&metadata.origin);
    let properties: String = properties(metadata)
        .iter()
        .map(|(name, _, description)| {
            format!(
                "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:category>external</pdfaProperty:category>\
                 <pdfaProperty:description>{description}</pdfaProperty:description>\
                 <pdfaProperty:name>{name}</pdfaProperty:name>\
                 <pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
            )
        })
        .collect();
    format!(
        "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>Metadata of official documents \
         ({origin})</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>{XMP_NAMESPACE}</pdfaSchema:namespaceURI>\
         <pdfaSchema:prefix>vanthu</pdfaSchema:prefix>\
         <pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
}

fn xmp_values(metadata: &DocumentMetadata) -> String {
    let values: String = properties(metadata)
        .iter()
        .filter_map(|(name, value, _)| Some((name, escape(value.as_deref()?))))
        .map(|(name, value)| format!("<vanthu:{name}>{value}</vanthu:{name}>"))
        .collect();
    format!("<rdf:Description rdf:about=\"\" xmlns:vanthu=\"{XMP_NAMESPACE}\">{values}</rdf:Description>")
}

/// What an XMP packet says of [`DocumentMetadata::verification`].
pub fn verification(packet: &str) -> Option<String> {
    let packet = roxmltree::Document::parse(packet).ok()?;
    let property = packet.descendants().find(|node| node.has_tag_name((XMP_NAMESPACE, VERIFICATION)))?;
    property.text().map(str::to_owned)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
