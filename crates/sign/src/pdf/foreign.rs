//! PDFs that others made and that become files of an official document: appendices, scanned papers.

use lopdf::{Document, Object, ObjectId, dictionary};

use super::error::PdfError;
use super::objects::text_string;
use super::signature_field::{SignatureField, place_field};
use crate::role::Role;

/// The smallest margin to the page's edges, in points.
const EDGE: f64 = 10.0;
/// The most nodes up a page tree that attributes are looked for.
const MAX_DEPTH: usize = 64;

/// The file `bytes` with an empty field for the agency in the top right corner of its first page, whose
/// width and height are `size` (in points) and whose stamp will begin with `corner`.
///
/// # Errors
/// The file is not a PDF, is encrypted or signed, or its first page is turned.
pub fn with_corner(bytes: &[u8], size: [f64; 2], corner: &str, tooltip: &str) -> Result<Vec<u8>, PdfError> {
    let mut pdf = Document::load_mem(bytes)?;
    if pdf.is_encrypted() || pdf.was_encrypted() {
        return Err(PdfError::Encrypted);
    }
    if pdf.objects.values().any(is_signature) {
        return Err(PdfError::Signed);
    }
    let page = *pdf.get_pages().get(&1).ok_or(PdfError::Missing("page"))?;
    if inherited(&pdf, page, b"Rotate").is_some_and(|turn| turn.as_i64().is_ok_and(|turn| turn % 360 != 0)) {
        return Err(PdfError::Turned);
    }
    let [left, bottom, right, top] = shown(&pdf, page).ok_or(PdfError::Missing("MediaBox"))?;
    let [width, height] = [size[0].min(right - left - 2.0 * EDGE), size[1].min(top - bottom - 2.0 * EDGE)];
    if width <= 0.0 || height <= 0.0 {
        return Err(PdfError::Missing("room for a signature on the first page"));
    }
    let (right, top) = (right - EDGE, top - EDGE);
    let field = SignatureField {
        role: Role::Agency,
        page: 0,
        rect: [right - width, top - height, right, top],
        tooltip: tooltip.to_owned(),
        corner: Some(corner.to_owned()),
    };
    let widget = place_field(&mut pdf, page, &field)?;
    join_form(&mut pdf, widget)?;
    let mut written = Vec::with_capacity(bytes.len() + 4096);
    // Objects are written one by one, with a table that every reader knows.
    pdf.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
    pdf.trailer.remove(b"XRefStm");
    pdf.save_to(&mut written)?;
    written.push(b'\n');
    Ok(written)
}

/// Left, bottom, right and top of what is shown of `page`, in points.
fn shown(pdf: &Document, page: ObjectId) -> Option<[f64; 4]> {
    let shown = inherited(pdf, page, b"CropBox").or_else(|| inherited(pdf, page, b"MediaBox"));
    rectangle(pdf, &shown?)
}

/// How many dots an inch the widest image of each page of the PDF `bytes` has where it fills the page's width: page
/// numbers from 1, and pages without images left out.
///
/// # Errors
/// It is no PDF that can be read.
pub fn resolutions(bytes: &[u8]) -> Result<Vec<(u32, f64)>, PdfError> {
    let pdf = Document::load_mem(bytes)?;
    let of = |(number, page): (u32, ObjectId)| {
        let images = pdf.get_page_images(page).ok()?;
        let widest = images.iter().map(|image| image.width).max().filter(|widest| *widest > 0)?;
        let [left, _, right, _] = shown(&pdf, page)?;
        #[expect(clippy::cast_precision_loss, reason = "pixels of a page")]
        let dots = widest as f64 / ((right - left) / 72.0);
        Some((number, dots))
    };
    Ok(pdf.get_pages().into_iter().filter_map(of).collect())
}

fn is_signature(object: &Object) -> bool {
    object.as_dict().is_ok_and(|dictionary| dictionary.has(b"ByteRange"))
}

/// Puts a field into the file's form.
fn join_form(pdf: &mut Document, widget: ObjectId) -> Result<(), PdfError> {
    let catalog = pdf.trailer.get(b"Root")?.as_reference()?;
    let mut form = match pdf.get_dictionary(catalog)?.get(b"AcroForm") {
        Ok(Object::Reference(id)) => pdf.get_dictionary(*id)?.clone(),
        Ok(form) => form.as_dict()?.clone(),
        Err(_) => dictionary! {},
    };
    let mut fields = match form.get(b"Fields") {
        Ok(Object::Reference(id)) => pdf.get_object(*id)?.as_array()?.clone(),
        Ok(fields) => fields.as_array()?.clone(),
        Err(_) => Vec::new(),
    };
    // A foreign field of the same name would be taken for ours.
    for field in &fields {
        let name =
            field.as_reference().and_then(|id| pdf.get_dictionary(id)).and_then(|field| field.get(b"T"));
        if name.and_then(Object::as_str).is_ok_and(|name| name == Role::Agency.field_name().as_bytes()) {
            return Err(PdfError::FieldTaken(Role::Agency.field_name()));
        }
    }
    fields.push(widget.into());
    form.set("Fields", fields);
    form.set("SigFlags", 3);
    // What viewers would draw anew must not differ from what was signed.
    form.remove(b"NeedAppearances");
    form.remove(b"XFA");
    let form = pdf.add_object(form);
    pdf.get_dictionary_mut(catalog)?.set("AcroForm", form);
    let information = match pdf.trailer.get(b"Info") {
        Ok(Object::Reference(id)) => Some(*id),
        _ => None,
    };
    if let Some(id) = information.filter(|id| pdf.get_dictionary(*id).is_ok()) {
        pdf.get_dictionary_mut(id)?
            .set("Producer", text_string(concat!("vanthu ", env!("CARGO_PKG_VERSION"))));
    }
    Ok(())
}

/// An attribute of a page or of what it stands under (ISO 32000-2 7.7.3.4).
fn inherited(pdf: &Document, page: ObjectId, key: &[u8]) -> Option<Object> {
    let mut at = page;
    for _ in 0..MAX_DEPTH {
        let node = pdf.get_dictionary(at).ok()?;
        if let Ok(value) = node.get_deref(key, pdf) {
            return Some(value.clone());
        }
        at = node.get(b"Parent").and_then(Object::as_reference).ok()?;
    }
    None
}

/// Left, bottom, right and top.
fn rectangle(pdf: &Document, shown: &Object) -> Option<[f64; 4]> {
    let sides: Vec<f64> = shown
        .as_array()
        .ok()?
        .iter()
        .filter_map(|side| match side {
            Object::Reference(id) => pdf.get_object(*id).ok()?.as_float().ok(),
            side => side.as_float().ok(),
        })
        .map(f64::from)
        .collect();
    let [a, b, c, d] = *sides.as_slice() else { return None };
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}
