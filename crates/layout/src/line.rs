//! The lines of the letterhead that may be filled in once the document was signed: number, and place and date.

use serde::Serialize;
use time::OffsetDateTime;

use super::data::{date_line, number_line};
use super::error::LayoutError;
use super::world::Engine;
use crate::document::model::Document;
use crate::pdf::names::{DATE_FIELD, NUMBER_FIELD};

const TEMPLATE: &str = include_str!("../../../typst-templates/line.typ");

/// A line that may be filled in later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateLine {
    /// Number and notation (số, ký hiệu).
    Number,
    /// Place and date (địa danh và thời gian ban hành).
    Date,
}

impl LateLine {
    /// Both lines, in the order of the page.
    pub const ALL: [LateLine; 2] = [LateLine::Number, LateLine::Date];

    /// The name of its form field.
    pub fn field_name(self) -> &'static str {
        match self {
            LateLine::Number => NUMBER_FIELD,
            LateLine::Date => DATE_FIELD,
        }
    }

    /// What it says of `document`; with room for what the document has not got yet.
    pub fn words(self, document: &Document) -> String {
        match self {
            LateLine::Number => number_line(document),
            LateLine::Date => date_line(document),
        }
    }
}

#[derive(Serialize)]
struct LineData<'a> {
    family: &'a str,
    words: String,
    italic: bool,
    /// From the one that is meant to the smallest that still does, in points.
    sizes: [f64; 2],
    width: f64,
    height: f64,
}

impl Engine {
    /// Sets `line` of `document` as the page of the document would have it, as a PDF of one page of `size` (width and height
    /// of its field, in points).
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn late_line(
        &self,
        document: &Document,
        line: LateLine,
        size: (f64, f64),
        moment: OffsetDateTime,
    ) -> Result<Vec<u8>, LayoutError> {
        let known = document.profile.sizes(document.style.size);
        let (width, height) = size;
        let data = LineData {
            family: self.faces().family(),
            words: line.words(document),
            italic: line == LateLine::Date,
            sizes: match line {
                LateLine::Number => [known.number; 2],
                LateLine::Date => [known.date, known.date_least],
            },
            width,
            height,
        };
        let data = serde_json::to_string(&data).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
        self.appearance(TEMPLATE, data, Vec::new(), moment)
    }
}
