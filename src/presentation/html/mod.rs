//! A report as people read it in a browser: on a page that needs nothing else (no script, no font, no
//! picture from elsewhere), or inside the page of the service.
//!
//! The order is the reader's: the verdict and what it means, the document, who signed, three questions,
//! the seven items of the circular, what changed, and the technical rest. maud builds it: what comes
//! from a PDF or a certificate is text to it, never HTML.

mod changes;
mod checks;
mod items;
mod page;
mod people;
mod technical;
mod verdict;
mod view;

pub use page::{STYLE, body, html, remarks};
pub use view::ReportView;
