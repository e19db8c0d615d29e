//! One more file for a PDF of Typst's, associated with the document (ISO 32000-2 14.13, ISO 19005-3).

use lopdf::{Document, Object, Stream, dictionary};

use super::error::PdfError;
use super::objects::text_string;

/// A text file to attach.
#[derive(Debug, Clone, Copy)]
pub struct TextFile<'a> {
    /// Its name, in ASCII.
    pub name: &'a str,
    /// What it is, for people.
    pub description: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// Attaches `file` beside the source that Typst attached, and gives the file as it was but for that.
///
/// # Errors
/// `typst_pdf` is not what Typst writes.
pub fn attach(typst_pdf: &[u8], file: &TextFile<'_>) -> Result<Vec<u8>, PdfError> {
    let mut pdf = Document::load_mem(typst_pdf)?;
    let information = pdf.trailer.get(b"Info")?.as_reference()?;
    let made = pdf.get_dictionary(information)?.get(b"CreationDate")?.clone();
    let length = i64::try_from(file.text.len()).map_err(|_| PdfError::Missing("length"))?;
    let stream = dictionary! {
        "Type" => "EmbeddedFile",
        "Subtype" => "text/plain",
        "Params" => dictionary! { "Size" => length, "ModDate" => made },
    };
    let stream = pdf.add_object(Stream::new(stream, file.text.as_bytes().to_vec()));
    let name = || Object::string_literal(file.name);
    let specification = pdf.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => name(),
        "UF" => name(),
        "Desc" => text_string(file.description),
        "AFRelationship" => "Supplement",
        "EF" => dictionary! { "F" => stream, "UF" => stream },
    });
    let catalog = pdf.trailer.get(b"Root")?.as_reference()?;
    let catalog = pdf.get_dictionary_mut(catalog)?;
    catalog.get_mut(b"AF")?.as_array_mut()?.push(specification.into());
    let names = catalog.get_mut(b"Names")?.as_dict_mut()?.get_mut(b"EmbeddedFiles")?.as_dict_mut()?;
    let names = names.get_mut(b"Names")?.as_array_mut()?;
    // The tree is sorted (ISO 32000-2 7.9.6), in pairs.
    let at = names.chunks(2).take_while(|pair| is_before(pair, file.name)).count() * 2;
    names.splice(at..at, [name(), specification.into()]);
    let mut bytes = Vec::with_capacity(typst_pdf.len() + file.text.len() + 1024);
    pdf.save_to(&mut bytes)?;
    Ok(bytes)
}

fn is_before(pair: &[Object], name: &str) -> bool {
    pair.first().and_then(|own| own.as_str().ok()).is_some_and(|own| own < name.as_bytes())
}
