//! The printed register (sổ đăng ký văn bản đi, NĐ 30/2020, Phụ lục IV.I): a cover and ten columns, on A4
//! lying on its side.

use std::collections::BTreeSet;

use serde::Serialize;
use time::OffsetDateTime;

use super::error::LayoutError;
use super::pages::Pages;
use super::world::{Engine, Inputs};
use crate::document::profile::{Profile, RegisterForm};
use crate::fonts::{Faces, Measure, Style};

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
    superior: Vec<String>,
    agency: Vec<String>,
    year: Option<i32>,
    volume: u32,
    dates: Option<(&'a str, &'a str)>,
    codes: Option<(String, String)>,
    lines: Vec<[String; 10]>,
}

/// A text with the font's letters alone: what it lacks is shown as its code point, such as `[U+4E09]`, because a book
/// has to be printed whatever somebody once wrote in it. Ends of lines and tabs are spaces.
fn shown(text: &str, faces: &Measure<'_>) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => shown.push(' '),
            letter if has(faces, letter) => shown.push(letter),
            letter => shown += &format!("[U+{:04X}]", u32::from(letter)),
        }
    }
    shown
}

fn has(faces: &Measure<'_>, letter: char) -> bool {
    !letter.is_control()
        && [Style::Regular, Style::Bold].into_iter().all(|style| faces.advance(letter, style).is_some())
}

impl BookData<'_> {
    /// The letters in it that `faces` lack: they are shown as their code points.
    pub fn lacking(&self, faces: &Faces) -> BTreeSet<char> {
        let measure = faces.measure();
        let names = self.superior.iter().chain(self.agency);
        let texts = names.chain(self.lines.iter().flat_map(|line| line.iter()));
        let letters = texts.flat_map(|text| text.chars());
        letters.filter(|letter| !matches!(letter, '\n' | '\r' | '\t') && !has(&measure, *letter)).collect()
    }
}

impl Engine {
    /// Sets a volume of the register, made at `created`.
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn lay_out_book(&self, book: &BookData<'_>, created: OffsetDateTime) -> Result<Pages, LayoutError> {
        let form = &book.profile.register;
        let measure = self.faces().measure();
        let shown = |text: &str| shown(text, &measure);
        let names = |names: &[String]| names.iter().map(|name| shown(name)).collect();
        let data = TemplateData {
            family: self.faces().family(),
            form,
            heading: form.name.to_uppercase(),
            superior: names(book.superior),
            agency: names(book.agency),
            year: book.year,
            volume: book.volume,
            dates: book.dates,
            codes: book.codes.map(|(first, last)| (shown(first), shown(last))),
            lines: book.lines.iter().map(|line| line.each_ref().map(|cell| shown(cell))).collect(),
        };
        let data = serde_json::to_string(&data).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
        self.pages(TEMPLATE, Inputs { data, source: "", images: Vec::new() }, created)
    }
}
