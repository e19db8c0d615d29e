//! A document's first revision: Typst's PDF with its signature fields, tagged, and the decree's metadata.
//!
//! Every field is there from the start, so that signing changes nothing but the field itself.

use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use super::appearance::Appearance;
use super::error::PdfError;
use super::metadata::{DocumentMetadata, describe};
use super::objects::{ascii, real, text_string};
use super::signature_field::{SignatureField, annotate, place_field};

/// An empty text field, for what is filled in after the document was signed.
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

/// Completes `typst_pdf` and gives the first revision, the same bytes for the same
/// input.
///
/// # Errors
/// `typst_pdf` is not what Typst writes.
pub fn assemble(
    typst_pdf: &[u8],
    fields: &[SignatureField],
    blanks: &[Blank],
    metadata: &DocumentMetadata,
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
        "ExtensionRevision" => ascii(":2022"),
        "URL" => ascii("https://www.iso.org/standard/45875.html"),
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
        "T" => ascii(blank.name),
        "TU" => text_string(&blank.tooltip),
        "DA" => ascii("0 g"),
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
fn add_field(pdf: &mut Document, catalog: ObjectId, field: &SignatureField) -> Result<ObjectId, PdfError> {
    let page = page(pdf, field.page)?;
    let widget = place_field(pdf, page, field)?;
    tag(pdf, catalog, page, widget, &field.tooltip)?;
    Ok(widget)
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
