//! The printed register (sổ đăng ký văn bản đi, NĐ 30/2020, Phụ lục IV.I): a cover and ten columns, on A4
//! lying on its side.

use serde::Serialize;
use time::OffsetDateTime;

use super::pages::Pages;
use super::world::Inputs;
use super::{Engine, LayoutError};
use crate::book::{Book, COLUMNS};

const TEMPLATE: &str = include_str!("../../typst-templates/register.typ");

#[derive(Serialize)]
struct BookData<'a> {
    family: &'a str,
    columns: [&'a str; 10],
    volume: u32,
    book: &'a Book,
}

impl Engine {
    /// Sets `book` as its volume `volume`, made at `created`.
    ///
    /// # Errors
    /// Only where the program is at fault.
    pub fn lay_out_book(
        &self,
        book: &Book,
        volume: u32,
        created: OffsetDateTime,
    ) -> Result<Pages, LayoutError> {
        let data = BookData { family: self.faces().family(), columns: COLUMNS, volume, book };
        let data = serde_json::to_string(&data).map_err(|cause| LayoutError::Typst(cause.to_string()))?;
        self.pages(TEMPLATE, Inputs { data, source: "", images: Vec::new() }, created)
    }
}
