//! Word documents (ISO/IEC 29500-1, WordprocessingML): the parts are unwrapped in one pass, and what
//! Word shows becomes pieces. Text that the pass meets nowhere is said to be left out.

mod inline;
mod numbering;
mod package;
mod reader;
mod styles;
mod symbols;
mod table;
mod xml;

use super::error::ImportError;
use super::foreign::foreign_format;
use super::imported::{Imported, LeftOut};
use super::recognise::recognise;
use crate::limits::{MAX_DRAFT, MAX_PIECES};
use crate::message;
use numbering::Numbering;
use package::Package;
use reader::Reader;
use styles::Styles;
use xml::{XmlPart, shown_text};

/// Reads a Word draft.
///
/// # Errors
/// It is not a Word document, or too large.
pub fn docx(bytes: &[u8]) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_DRAFT {
        return Err(ImportError::TooLarge { limit: MAX_DRAFT });
    }
    if let Some(format) = foreign_format(bytes) {
        return Err(ImportError::Foreign(format));
    }
    let mut package = Package::open(bytes)?;
    let main = package.main()?;
    let mut reader = Reader::default();
    if let Some(text) = package.related(&main, "styles", "word/styles.xml")? {
        reader.styles = Styles::of(&XmlPart::parse(&text)?);
    }
    if let Some(text) = package.related(&main, "numbering", "word/numbering.xml")? {
        reader.numbering = Numbering::of(&XmlPart::parse(&text)?);
    }
    for (kind, name) in [("footnotes", "word/footnotes.xml"), ("endnotes", "word/endnotes.xml")] {
        if let Some(text) = package.related(&main, kind, name)? {
            reader.notes(kind, &XmlPart::parse(&text)?)?;
        }
    }
    let body = package.text(&main)?.unwrap_or_default();
    reader.body(&XmlPart::parse(&body)?)?;
    // What stands beside the text: it is no part of the form, and its words are told.
    for (kind, what) in [
        ("header", message!("phần trên của trang (header)", "a page's header")),
        ("footer", message!("phần dưới của trang (footer)", "a page's footer")),
        ("comments", message!("các nhận xét", "comments")),
        ("diagramData", message!("sơ đồ (SmartArt)", "a diagram (SmartArt)")),
        ("chart", message!("biểu đồ", "a chart")),
        ("aFChunk", message!("tệp khác nhúng vào (altChunk)", "another file within (altChunk)")),
    ] {
        for name in package.all_related(&main, kind) {
            let words = match package.text(&name) {
                Ok(Some(text)) => XmlPart::parse(&text).map(|part| shown_text(part.tree.root_element())),
                Ok(None) => Ok(String::new()),
                // Another file within need not be text.
                Err(ImportError::NotWord(_)) => Ok(String::new()),
                Err(other) => return Err(other),
            };
            let words = words.unwrap_or_default();
            let silent = matches!(kind, "header" | "footer") && !words.contains(char::is_alphabetic);
            if !silent {
                let place = message!("toàn văn bản", "the whole document");
                reader.draft.left_out.push(LeftOut { place, what: what.clone(), words });
            }
        }
    }
    if reader.draft.pieces.len() > MAX_PIECES {
        return Err(ImportError::TooLarge { limit: MAX_PIECES });
    }
    recognise(reader.draft)
}
