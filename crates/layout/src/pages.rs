//! A document laid out, and the forms that its pages can take.

use time::OffsetDateTime;
use typst::foundations::{Datetime, Label, Selector, Smart};
use typst::utils::PicoStr;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_render::RenderOptions;
use typst_svg::SvgOptions;

use super::code::CodeData;
use super::data::{DocumentData, DocumentPart, LayoutOptions, appendices, images};
use super::error::{LayoutError, Misfit, MisfitKind};
use super::line::LateLine;
use super::notes;
use super::placement::{self, MarginTexts, Printed};
use super::world::{Engine, Inputs, sentences};
use crate::clock;
use crate::document::model::Document;
use crate::document::profile::Page;
use crate::role::Role;

/// Pages of tables that can begin early for the sake of their notes; each of them costs a layout.
const MAX_CUTS: usize = 32;

const TEMPLATE: &str = include_str!("../../../typst-templates/document.typ");

/// The pages of a document.
pub struct Pages {
    paged: PagedDocument,
    created: OffsetDateTime,
}

/// Where a line stands that is filled in later.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinePlace {
    /// Which line it is the place of.
    pub line: LateLine,
    /// The page that it is on, from 0.
    pub page: usize,
    /// Its rectangle, as [`FieldPlace::rect`].
    pub rect: [f64; 4],
}

/// Where a signature field stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldPlace {
    /// In which capacity it is signed.
    pub role: Role,
    /// The page that it is on, from 0.
    pub page: usize,
    /// Left, bottom, right and top in points from the page's lower left corner (ISO 32000-2 7.9.5).
    pub rect: [f64; 4],
}

impl Engine {
    /// Lays `document` out, with the appendices that stand in its own file.
    ///
    /// # Errors
    /// The document does not fit on pages as it is, or the program is at fault.
    pub fn lay_out(&self, document: &Document, source: &LayoutOptions<'_>) -> Result<Pages, LayoutError> {
        self.lay_out_part(document, DocumentPart::Main, source)
    }

    /// Lays a part of `document` out.
    ///
    /// # Errors
    /// The document does not fit on pages as it is, or the program is at fault.
    pub fn lay_out_part(
        &self,
        document: &Document,
        part: DocumentPart,
        source: &LayoutOptions<'_>,
    ) -> Result<Pages, LayoutError> {
        let code = source.link.filter(|_| part == DocumentPart::Main).map(CodeData::of).transpose()?;
        let data = DocumentData::of(document, part, source, code, self.faces());
        let margins = margins(document, &data);
        let mut data = serde_json::to_value(&data).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
        let appendices = appendices(document, part);
        for _ in 0..MAX_CUTS {
            let (json, images) = (data.to_string(), images(document, part));
            let pages =
                self.pages(TEMPLATE, Inputs { data: json, source: source.json, images }, source.created)?;
            let printed = Printed::of(&data, &appendices);
            match pages.hold(&document.profile.page, &margins, &printed) {
                Ok(()) => return Ok(pages),
                Err(Misfit { kind: MisfitKind::NoteElsewhere, text, .. })
                    if notes::cut_before(&mut data, &text) => {}
                Err(misfit) => return Err(misfit.into()),
            }
        }
        Err(LayoutError::Typst("the notes of a table find no place".to_owned()))
    }

    /// Compiles a template of pages.
    pub(super) fn pages(
        &self,
        template: &'static str,
        inputs: Inputs<'_>,
        created: OffsetDateTime,
    ) -> Result<Pages, LayoutError> {
        Ok(Pages { paged: self.compile(template, inputs)?, created })
    }
}

impl Pages {
    /// Holds them against what they must show; see [`placement::hold`].
    pub(super) fn hold(
        &self,
        page: &Page,
        margins: &MarginTexts,
        printed: &Printed<'_>,
    ) -> Result<(), Misfit> {
        placement::hold(&self.paged, page, margins, printed)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.paged.pages().len()
    }

    /// Typst's PDF: PDF/A-3a and PDF/UA-1, the JSON attached as its source.
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn pdf(&self) -> Result<Vec<u8>, LayoutError> {
        let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
            .map_err(|cause| LayoutError::Typst(cause.message().to_string()))?;
        write_pdf(&self.paged, &options(standards, self.created))
    }

    /// Page `page` (from 0) as PNG.
    ///
    /// # Errors
    /// There is no such page.
    pub fn png(&self, page: usize, pixels_per_inch: f32) -> Result<Vec<u8>, LayoutError> {
        let options = RenderOptions {
            pixel_per_pt: (f64::from(pixels_per_inch) / 72.0).into(),
            ..RenderOptions::default()
        };
        let image = typst_render::render(self.page(page)?, &options);
        image.encode_png().map_err(|cause| LayoutError::Image(cause.to_string()))
    }

    /// Page `page` (from 0) as SVG.
    ///
    /// # Errors
    /// There is no such page.
    pub fn svg(&self, page: usize) -> Result<String, LayoutError> {
        Ok(typst_svg::svg(self.page(page)?, &SvgOptions::default()))
    }

    /// Where the signature fields stand.
    pub fn fields(&self) -> Vec<FieldPlace> {
        let field = |role: Role| {
            let (page, rect) = self.place(role.field_name())?;
            Some(FieldPlace { role, page, rect })
        };
        Role::ALL.into_iter().filter_map(field).collect()
    }

    /// Where the lines stand that are filled in later.
    pub fn late_lines(&self) -> Vec<LinePlace> {
        let place = |line: LateLine| {
            let (page, rect) = self.place(line.field_name())?;
            Some(LinePlace { line, page, rect })
        };
        LateLine::ALL.into_iter().filter_map(place).collect()
    }

    /// The page (from 0) and the rectangle of the field `name`.
    fn place(&self, name: &str) -> Option<(usize, [f64; 4])> {
        let corner = |which: &str| {
            let label = Label::new(PicoStr::intern(&format!("{name}-{which}")))?;
            let introspector = self.paged.introspector();
            let mark = introspector.elements().query(&Selector::Label(label)).into_iter().next()?;
            introspector.position(mark.location()?)
        };
        let (top_left, bottom_right) = (corner("top-left")?, corner("bottom-right")?);
        let page = top_left.page.get().checked_sub(1)?;
        let height = self.paged.pages().get(page)?.frame.height();
        let rect = [
            top_left.point.x.to_pt(),
            (height - bottom_right.point.y).to_pt(),
            bottom_right.point.x.to_pt(),
            (height - top_left.point.y).to_pt(),
        ];
        Some((page, rect))
    }

    fn page(&self, page: usize) -> Result<&typst_layout::Page, LayoutError> {
        let count = self.count();
        self.paged.pages().get(page).ok_or(LayoutError::NoPage { page, count })
    }
}

/// What stands outside of the text's area: above the letterhead, and beside the code in the foot.
fn margins(document: &Document, data: &DocumentData<'_>) -> MarginTexts {
    let profile = document.profile;
    let mark = document.circulation.as_ref().and_then(|name| profile.circulation.get(name));
    let texts = mark.map(|mark| mark.text.as_str()).into_iter().chain(data.code_caption());
    MarginTexts::of(texts)
}

pub(super) fn write_pdf(paged: &PagedDocument, options: &PdfOptions) -> Result<Vec<u8>, LayoutError> {
    typst_pdf::pdf(paged, options).map_err(|errors| LayoutError::Typst(sentences(&errors)))
}

/// How a PDF is written so that the same pages and time give the same bytes.
pub(super) fn options(standards: PdfStandards, created: OffsetDateTime) -> PdfOptions {
    PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some(concat!("vanthu ", env!("CARGO_PKG_VERSION")).to_owned())),
        timestamp: timestamp(created),
        page_ranges: None,
        standards,
        tagged: true,
        pretty: false,
    }
}

fn timestamp(moment: OffsetDateTime) -> Option<Timestamp> {
    let local = moment.to_offset(clock::ZONE);
    let datetime = Datetime::from_ymd_hms(
        local.year(),
        local.month().into(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
    )?;
    Timestamp::new_local(datetime, i32::from(clock::ZONE.whole_minutes()))
}
