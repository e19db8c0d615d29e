//! The report revision: Typst's PDF with its signature fields, tagged, and the decree's metadata.
//!
//! Every field is there from the start, so that signing changes nothing but the field itself.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::Date;

use super::names::CORNER;
use super::{Appearance, PdfError, real, text_string};
use crate::role::Role;

/// An empty signature field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Who signs in it.
    pub role: Role,
    /// The page that it stands on, from 0.
    pub page: usize,
    /// Left, bottom, right and top, in points.
    #[serde(with = "exact")]
    pub rect: [f64; 4],
    /// What a screen reader says of it (ISO 14289-1 7.18.1).
    pub tooltip: String,
    /// What its stamp says before the time, for a field in the top right corner.
    pub corner: Option<String>,
}

/// Numbers bit by bit: through decimal digits they could come out as their neighbours, and other bytes with them.
mod exact {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(numbers: &[f64; 4], to: S) -> Result<S::Ok, S::Error> {
        numbers.map(f64::to_bits).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[f64; 4], D::Error> {
        Ok(<[u64; 4]>::deserialize(from)?.map(f64::from_bits))
    }
}

/// An empty text field, for what is filled in after the report was signed.
#[derive(Debug, Clone)]
pub struct Blank {
    /// Its name: [`NUMBER_FIELD`](super::names::NUMBER_FIELD) or [`DATE_FIELD`](super::names::DATE_FIELD).
    pub name: &'static str,
    /// The page that it stands on, from 0.
    pub page: usize,
    /// Left, bottom, right and top, in points.
    pub rect: [f64; 4],
    /// What a screen reader says of it.
    pub tooltip: String,
    /// What it shows until it is filled in.
    pub appearance: Appearance,
}

/// Metadata of the document, by the names of NĐ 30/2020, Phụ lục VI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportMetadata {
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
    /// decree's. Who lays the report out again finds it here.
    pub verification: Option<String>,
}

/// The namespace of the metadata's XMP properties.
pub const XMP_NAMESPACE: &str = "urn:vanthu:nd30-2020:metadata:1.0";
/// The property of [`ReportMetadata::verification`].
const VERIFICATION: &str = "VerificationPage";

/// Completes `typst_pdf` and gives the report revision: one revision, the same bytes for the same
/// input.
///
/// # Errors
/// `typst_pdf` is not what Typst writes.
pub fn assemble(
    typst_pdf: &[u8],
    fields: &[Field],
    blanks: &[Blank],
    metadata: &ReportMetadata,
) -> Result<Vec<u8>, PdfError> {
    let mut pdf = Document::load_mem(typst_pdf)?;
    let catalog = pdf.trailer.get(b"Root")?.as_reference()?;
    describe(&mut pdf, catalog, metadata)?;
    let mut widgets = Vec::new();
    for blank in blanks {
        widgets.push(Object::Reference(add_blank(&mut pdf, catalog, blank)?));
    }
    for field in fields {
        widgets.push(Object::Reference(add_field(&mut pdf, catalog, field)?));
    }
    let form = pdf.add_object(dictionary! { "Fields" => widgets, "SigFlags" => 3 });
    let catalog = pdf.get_dictionary_mut(catalog)?;
    catalog.set("AcroForm", form);
    catalog.set("Extensions", extensions());
    let mut bytes = Vec::with_capacity(typst_pdf.len() + 8192);
    pdf.save_to(&mut bytes)?;
    identify(&mut pdf, &bytes)?;
    bytes.clear();
    pdf.save_to(&mut bytes)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Ed25519 in PDF signatures is an extension of PDF 2.0 (ISO/TS 32002).
fn extensions() -> Dictionary {
    let extension = dictionary! {
        "Type" => "DeveloperExtensions",
        "BaseVersion" => "2.0",
        "ExtensionLevel" => 32002,
        "ExtensionRevision" => text(":2022"),
        "URL" => text("https://www.iso.org/standard/45875.html"),
    };
    dictionary! { "ISO_" => vec![Object::Dictionary(extension)] }
}

/// The second half of /ID tells this file from the one that Typst wrote (ISO 32000-2 14.4).
fn identify(pdf: &mut Document, bytes: &[u8]) -> Result<(), PdfError> {
    let digest = Sha256::digest(bytes);
    let ids = pdf.trailer.get_mut(b"ID")?.as_array_mut()?;
    let changing = ids.get_mut(1).ok_or(PdfError::Missing("ID"))?;
    *changing = Object::String(digest.iter().take(16).copied().collect(), StringFormat::Hexadecimal);
    Ok(())
}

/// The object of the page `index`, from 0.
fn page(pdf: &Document, index: usize) -> Result<ObjectId, PdfError> {
    let number = u32::try_from(index + 1).map_err(|_| PdfError::Missing("page"))?;
    pdf.get_pages().get(&number).copied().ok_or(PdfError::Missing("page"))
}

/// Adds an empty text field, its widget and its place in the structure tree.
fn add_blank(pdf: &mut Document, catalog: ObjectId, blank: &Blank) -> Result<ObjectId, PdfError> {
    let page = page(pdf, blank.page)?;
    let [left, bottom, right, top] = blank.rect;
    let appearance = blank.appearance.add_to(pdf)?;
    let widget = pdf.add_object(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Tx",
        // Read-only: not whoever opens the file fills it in, but the clerk's program.
        "Ff" => 1,
        "T" => text(blank.name),
        "TU" => text_string(&blank.tooltip),
        "DA" => text("0 g"),
        "F" => 4,
        "P" => page,
        "Rect" => vec![real(left), real(bottom), real(right), real(top)],
        "AP" => dictionary! { "N" => appearance },
    });
    annotate(pdf, page, widget)?;
    tag(pdf, catalog, page, widget, &blank.tooltip)?;
    Ok(widget)
}

/// Adds an empty field, its widget and its place in the structure tree.
fn add_field(pdf: &mut Document, catalog: ObjectId, field: &Field) -> Result<ObjectId, PdfError> {
    let page = page(pdf, field.page)?;
    let widget = place_field(pdf, page, field)?;
    tag(pdf, catalog, page, widget, &field.tooltip)?;
    Ok(widget)
}

/// Puts an empty field and its widget on `page`.
pub(super) fn place_field(pdf: &mut Document, page: ObjectId, field: &Field) -> Result<ObjectId, PdfError> {
    let [left, bottom, right, top] = field.rect;
    // Every annotation that is seen must have an appearance (ISO 19005-3 6.3.3); this one is blank.
    let blank = pdf.add_object(blank(right - left, top - bottom));
    let mut widget = dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => text(field.role.field_name()),
        "TU" => text_string(&field.tooltip),
        "F" => 4,
        "P" => page,
        "Rect" => vec![real(left), real(bottom), real(right), real(top)],
        "AP" => dictionary! { "N" => blank },
    };
    if field.role == Role::Agency {
        // The seal closes the file (ISO 32000-2 12.7.5.5).
        widget.set("Lock", pdf.add_object(lock()));
    }
    if let Some(corner) = &field.corner {
        widget.set(CORNER, text_string(corner));
    }
    let widget = pdf.add_object(widget);
    annotate(pdf, page, widget)?;
    Ok(widget)
}

/// Puts the annotation `widget` on `page`.
fn annotate(pdf: &mut Document, page: ObjectId, widget: ObjectId) -> Result<(), PdfError> {
    // A page may share its list of annotations, or keep it elsewhere.
    let mut annotations = match pdf.get_dictionary(page)?.get(b"Annots") {
        Ok(Object::Reference(id)) => pdf.get_object(*id)?.as_array()?.clone(),
        Ok(list) => list.as_array()?.clone(),
        Err(_) => Vec::new(),
    };
    annotations.push(widget.into());
    pdf.get_dictionary_mut(page)?.set("Annots", annotations);
    Ok(())
}

/// What the agency's seal does: it closes the file (ISO 32000-2 12.7.5.5).
pub(crate) fn lock() -> Dictionary {
    dictionary! { "Type" => "SigFieldLock", "Action" => "All", "P" => 1 }
}

/// An appearance that shows nothing, `width` × `height` points.
pub(crate) fn blank(width: f64, height: f64) -> Stream {
    let mut blank = Stream::new(
        dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), real(width), real(height)],
            "Resources" => Dictionary::new(),
        },
        Vec::new(),
    );
    blank.allows_compression = false;
    blank
}

/// Puts a widget into the structure tree as a Form element (ISO 14289-1 7.18.4).
fn tag(
    pdf: &mut Document,
    catalog: ObjectId,
    page: ObjectId,
    widget: ObjectId,
    tooltip: &str,
) -> Result<(), PdfError> {
    let root = pdf.get_dictionary(catalog)?.get(b"StructTreeRoot")?.as_reference()?;
    let tree = pdf.get_dictionary(root)?;
    let document = match tree.get(b"K")? {
        Object::Reference(id) => *id,
        Object::Array(kids) => kids.first().ok_or(PdfError::Missing("structure tree"))?.as_reference()?,
        _ => return Err(PdfError::Missing("structure tree")),
    };
    let key = tree.get(b"ParentTreeNextKey")?.as_i64()?;
    let element = pdf.add_object(dictionary! {
        "Type" => "StructElem",
        "S" => "Form",
        "P" => document,
        "Alt" => text_string(tooltip),
        "K" => dictionary! { "Type" => "OBJR", "Obj" => widget, "Pg" => page },
    });
    pdf.get_dictionary_mut(widget)?.set("StructParent", key);
    match pdf.get_dictionary_mut(document)?.get_mut(b"K")? {
        Object::Array(kids) => kids.push(element.into()),
        only => *only = Object::Array(vec![only.clone(), element.into()]),
    }
    let tree = pdf.get_dictionary_mut(root)?;
    tree.set("ParentTreeNextKey", key + 1);
    let numbers = match tree.get_mut(b"ParentTree")? {
        Object::Dictionary(numbers) => numbers,
        Object::Reference(id) => {
            let id = *id;
            pdf.get_dictionary_mut(id)?
        }
        _ => return Err(PdfError::Missing("ParentTree")),
    };
    let entries = numbers.get_mut(b"Nums")?.as_array_mut()?;
    entries.push(key.into());
    entries.push(element.into());
    Ok(())
}

/// Adds the decree's metadata to the XMP packet, with the description that PDF/A asks for
/// (ISO 19005-3 6.6.2.3.3).
fn describe(pdf: &mut Document, catalog: ObjectId, metadata: &ReportMetadata) -> Result<(), PdfError> {
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
fn properties(metadata: &ReportMetadata) -> Vec<(&'static str, Option<String>, &'static str)> {
    let mut properties = vec![
        ("TypeName", Some(metadata.type_name.clone()), "Kind of document (ten loai van ban)"),
        ("CodeNumber", metadata.code_number.map(|number| format!("{number:02}")), "Number (so van ban)"),
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

fn xmp_schema(metadata: &ReportMetadata) -> String {
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

fn xmp_values(metadata: &ReportMetadata) -> String {
    let values: String = properties(metadata)
        .iter()
        .filter_map(|(name, value, _)| Some((name, escape(value.as_deref()?))))
        .map(|(name, value)| format!("<vanthu:{name}>{value}</vanthu:{name}>"))
        .collect();
    format!("<rdf:Description rdf:about=\"\" xmlns:vanthu=\"{XMP_NAMESPACE}\">{values}</rdf:Description>")
}

/// What an XMP packet says of [`ReportMetadata::verification`].
pub fn verification(packet: &str) -> Option<String> {
    let packet = roxmltree::Document::parse(packet).ok()?;
    let property = packet.descendants().find(|node| node.has_tag_name((XMP_NAMESPACE, VERIFICATION)))?;
    property.text().map(str::to_owned)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn text(ascii: &str) -> Object {
    Object::string_literal(ascii)
}
