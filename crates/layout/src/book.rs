//! The printed register (sổ đăng ký văn bản đi, NĐ 30/2020, Phụ lục IV.I): a cover and ten columns, on A4
//! lying on its side.

use serde::Serialize;
use time::OffsetDateTime;

use super::error::LayoutError;
use super::pages::Pages;
use super::world::{Engine, Inputs};
use crate::document::profile::{Profile, RegisterForm};

const TEMPLATE: &str = include_str!("../../../typst-templates/register.typ");

/// A volume of the register before it is laid out.
#[derive(Debug, Clone)]
pub struct BookData<'a> {
    /// The decree whose form it has.
    pub profile: &'static Profile,
    /// The office's superior, one entry a line.
    pub superior: &'a [String],
    /// The office, one entry a line.
    pub agency: &'a [String],
    /// The year, where it is of one.
    pub year: Option<i32>,
    /// The number of the volume, from 1.
    pub volume: u32,
    /// First and last date.
    pub dates: Option<(&'a str, &'a str)>,
    /// First and last number and notation.
    pub codes: Option<(&'a str, &'a str)>,
    /// The lines, column by column.
    pub lines: Vec<&'a [String; 10]>,
}

#[derive(Serialize)]
struct TemplateData<'a> {
    family: &'a str,
    form: &'a RegisterForm,
    heading: String,
    superior: &'a [String],
    agency: &'a [String],
    year: Option<i32>,
    volume: u32,
    dates: Option<(&'a str, &'a str)>,
    codes: Option<(&'a str, &'a str)>,
    lines: &'a [&'a [String; 10]],
}

impl Engine {
    /// Sets a volume of the register, made at `created`.
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn lay_out_book(&self, book: &BookData<'_>, created: OffsetDateTime) -> Result<Pages, LayoutError> {
        let form = &book.profile.register;
        let data = TemplateData {
            family: self.faces().family(),
            form,
            heading: form.name.to_uppercase(),
            superior: book.superior,
            agency: book.agency,
            year: book.year,
            volume: book.volume,
            dates: book.dates,
            codes: book.codes,
            lines: &book.lines,
        };
        let data = serde_json::to_string(&data).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
        self.pages(TEMPLATE, Inputs { data, source: "", images: Vec::new() }, created)
    }
}
