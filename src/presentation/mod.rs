//! What was found, for those who keep it: reports of verification as a page for people and XML for
//! archives, findings about documents for editors.

mod etsi;
mod html;
pub mod sarif;

pub use etsi::etsi_xml;
pub use html::html;

/// What a report is about.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The name of the file.
    pub file: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// When it was checked.
    pub at: time::OffsetDateTime,
}

/// A page as it was signed, and as it is now.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// Its number, from 1.
    pub page: usize,
    /// PNG, base64.
    pub before: Option<String>,
    /// PNG, base64.
    pub after: Option<String>,
}
