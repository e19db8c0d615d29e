//! Pages as pictures beside a report: as they were signed, and as they are.

use super::judged::signed;
use crate::verify::{Report, Verdict};

/// The most pages that are shown.
const MAX_PAGES: usize = 5;

/// A page as it was signed, and as it is now.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// Its number, from 1.
    pub page: usize,
    /// As it was signed, PNG in base64; `None` where nothing followed the signature.
    pub before: Option<String>,
    /// As it is, PNG in base64.
    pub after: Option<String>,
}

/// Somebody who draws pages.
pub trait Painter {
    /// Page `page` of the PDF `bytes`, from 1, as PNG in base64; `None` where it can't be drawn.
    fn picture(&self, bytes: &[u8], page: usize) -> Option<String>;
}

/// The pages that look different from what was signed, as they were and as they are; of a signed file
/// whose pages don't, its first page. Nothing is shown of a file that nobody may rely on.
pub fn pictures(report: &Report, bytes: &[u8], painter: &dyn Painter) -> Vec<Pictures> {
    let mut pages: Vec<usize> = report.pages_differ.iter().flatten().map(|region| region.page).collect();
    pages.dedup();
    if pages.is_empty() && (report.verdict.is_valid() || report.verdict == Verdict::Incomplete) {
        pages.push(1);
    }
    let first = report.signatures.iter().filter_map(|one| signed(one, bytes)).min_by_key(|part| part.len());
    let first = first.filter(|part| part.len() < bytes.len());
    let draw = |page| Pictures {
        page,
        before: first.and_then(|signed| painter.picture(signed, page)),
        after: painter.picture(bytes, page),
    };
    pages.into_iter().take(MAX_PAGES).map(draw).collect()
}
