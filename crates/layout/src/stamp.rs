//! The visible stamp of a signature, as a page of its own.

use std::sync::Arc;

use serde::Serialize;
use time::OffsetDateTime;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::error::LayoutError;
use super::pages::{options, write_pdf};
use super::world::{Engine, Inputs, image_path};
use crate::clock;
use crate::role::Role;

const TEMPLATE: &str = include_str!("../../../typst-templates/stamp.typ");
const CORNER: &str = include_str!("../../../typst-templates/corner.typ");

/// What a stamp says.
#[derive(Debug, Clone)]
pub struct StampText<'a> {
    /// In which capacity it was signed.
    pub role: Role,
    /// Who signed, as the certificate names him.
    pub name: &'a str,
    /// Position and organisation, each on a line of its own; empty ones are left out.
    pub lines: [&'a str; 2],
    /// When it was signed.
    pub time: OffsetDateTime,
    /// SHA-256 digest of the revision that holds the document, in hexadecimal.
    pub digest: &'a str,
    /// Width and height of the field, in points.
    pub size: (f64, f64),
    /// Whether the text shows.
    pub text: bool,
    /// The handwritten signature or the seal, a PNG.
    pub image: Option<&'a [u8]>,
}

#[derive(Serialize)]
struct StampData<'a> {
    family: &'a str,
    heading: &'static str,
    name: &'a str,
    lines: Vec<String>,
    digest: Vec<&'a str>,
    width: f64,
    height: f64,
    free: f64,
    text: bool,
    image: Option<String>,
}

#[derive(Serialize)]
struct CornerData<'a> {
    family: &'a str,
    words: String,
    width: f64,
    height: f64,
}

impl Engine {
    /// Sets what the agency's signature says in the corner of an appendix or a copy, such as
    /// `Số: 201/BC-UBND; 18/06/2020; 10:15:30 +07:00` (NĐ 30/2020, Phụ lục I, III.1.e), as a PDF of one
    /// page of `size` (width and height, in points).
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn corner(
        &self,
        words: &str,
        moment: OffsetDateTime,
        size: (f64, f64),
    ) -> Result<Vec<u8>, LayoutError> {
        let (width, height) = size;
        // Date and time are two entries of the decree's line.
        let time = clock::display(moment).replacen(' ', "; ", 1);
        let words = if words.is_empty() { time } else { format!("{words}; {time}") };
        let data = CornerData { family: self.faces().family(), words, width, height };
        let data = serde_json::to_string(&data).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
        self.appearance(CORNER, data, Vec::new(), moment)
    }

    /// Sets a stamp as a PDF of one page (PDF/A-3b) that is as large as its field.
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn stamp(&self, text: &StampText<'_>) -> Result<Vec<u8>, LayoutError> {
        let (width, height) = text.size;
        let time = format!("Thời gian ký: {}", clock::display(text.time));
        let lines = text.lines.iter().filter(|line| !line.is_empty()).map(|line| (*line).to_owned());
        let data = StampData {
            family: self.faces().family(),
            heading: match text.role {
                Role::Signer => "Ký điện tử bởi",
                Role::Agency => "Ký điện tử của cơ quan",
            },
            name: text.name,
            lines: lines.chain([time]).collect(),
            digest: groups(text.digest),
            width,
            height,
            // The agency's seal covers the left third of the person's signature.
            free: if text.role == Role::Signer { width / 3.0 } else { 0.0 },
            text: text.text,
            image: text.image.map(|_| image_path(0)),
        };
        let images = text.image.map(Arc::from).into_iter().collect();
        let data = serde_json::to_string(&data).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
        self.appearance(TEMPLATE, data, images, text.time)
    }

    /// Sets the appearance of a field.
    pub(super) fn appearance(
        &self,
        template: &'static str,
        data: String,
        images: Vec<Arc<[u8]>>,
        time: OffsetDateTime,
    ) -> Result<Vec<u8>, LayoutError> {
        let standards = PdfStandards::new(&[PdfStandard::A_3b])
            .map_err(|cause| LayoutError::Typst(cause.message().to_string()))?;
        // Its tags would dangle: the field that it is put into is tagged as a whole.
        let options = PdfOptions { tagged: false, ..options(standards, time) };
        write_pdf(&self.compile(template, Inputs { data, source: "", images })?, &options)
    }
}

/// Hexadecimal digits in groups of eight, which a person can compare.
fn groups(digest: &str) -> Vec<&str> {
    let starts = (0..digest.len()).step_by(8);
    starts.filter_map(|start| digest.get(start..(start + 8).min(digest.len()))).collect()
}
