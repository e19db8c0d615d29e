//! Copies (bản sao) as pages.

use std::sync::Arc;

use serde::Serialize;
use time::OffsetDateTime;

use super::error::LayoutError;
use super::pages::Pages;
use super::placement::{self, MarginTexts, Printed};
use super::world::{Engine, Inputs, image_path};
use crate::document::model::SignatureBlock;
use crate::document::profile::{Columns, Page, Profile, Sizes};

const TEMPLATE: &str = include_str!("../../../typst-templates/copy.typ");

/// A copy before it is laid out.
#[derive(Debug, Clone)]
pub struct CopyPages<'a> {
    /// The decree whose sizes and columns the copy has.
    pub profile: &'static Profile,
    /// The title in the PDF's metadata.
    pub title: String,
    /// The agency that copies.
    pub agency: &'a [String],
    /// The original's pages, in their order.
    pub sheets: Vec<SheetPicture>,
    /// What stands under the text on paper; `None` where the agency signs in the corner.
    pub block: Option<CopyBlock<'a>>,
}

/// A page of the original as a picture.
#[derive(Debug, Clone)]
pub struct SheetPicture {
    /// The picture, a PNG file.
    pub png: Arc<[u8]>,
    /// Width and height, in points.
    pub size: (f64, f64),
    /// How far down its text reaches, in points.
    pub ink: f64,
    /// What it shows, for readers that can't see it.
    pub alt: String,
}

/// Who copied it (mẫu 3.1).
#[derive(Debug, Clone, Serialize)]
pub struct CopyBlock<'a> {
    /// The copying agency, one entry a line.
    pub agency: &'a [String],
    /// Such as `Số: 05/SY-UBND`.
    pub number_line: String,
    /// Such as `SAO Y`.
    pub kind_title: &'a str,
    /// Place and date of the copy.
    pub date_line: String,
    /// Such as `Như trên;`.
    pub recipients: Vec<String>,
    /// Authority, position and name.
    #[serde(flatten)]
    pub signature: &'a SignatureBlock,
}

#[derive(Serialize)]
struct CopyData<'a> {
    family: &'a str,
    title: &'a str,
    author: String,
    page: &'a Page,
    columns: &'a Columns,
    sizes: &'a Sizes,
    labels: CopyLabels<'a>,
    corner: bool,
    pages: Vec<SheetData<'a>>,
    block: Option<&'a CopyBlock<'a>>,
}

#[derive(Serialize)]
struct CopyLabels<'a> {
    recipients: &'a str,
}

#[derive(Serialize)]
struct SheetData<'a> {
    path: String,
    alt: &'a str,
    width: f64,
    height: f64,
    ink: f64,
}

impl Engine {
    /// Lays a copy out.
    ///
    /// # Errors
    /// What stands under the text does not fit on pages as it is, or the program is at fault.
    pub fn lay_out_copy(&self, copy: &CopyPages<'_>, created: OffsetDateTime) -> Result<Pages, LayoutError> {
        let profile = copy.profile;
        let sheet = |(index, sheet): (usize, &'_ SheetPicture)| (image_path(index), sheet.size, sheet.ink);
        let placed: Vec<_> = copy.sheets.iter().enumerate().map(sheet).collect();
        let pages = placed.into_iter().zip(&copy.sheets).map(|((path, (width, height), ink), sheet)| {
            SheetData { path, alt: &sheet.alt, width, height, ink }
        });
        let data = CopyData {
            family: self.faces().family(),
            title: &copy.title,
            author: copy.agency.join(" "),
            page: &profile.page,
            columns: &profile.columns,
            sizes: profile.sizes(profile.style.size),
            labels: CopyLabels { recipients: &profile.labels.recipients },
            corner: copy.block.is_none(),
            pages: pages.collect(),
            block: copy.block.as_ref(),
        };
        let data = serde_json::to_value(&data).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
        let images = copy.sheets.iter().map(|sheet| sheet.png.clone()).collect();
        let pages = self.pages(TEMPLATE, Inputs { data: data.to_string(), source: "", images }, created)?;
        pages.hold(&placement::PAPER, &MarginTexts::default(), &Printed::of_parts(data.get("block")))?;
        Ok(pages)
    }
}
