//! What was found, for those who keep it: reports of verification as a page for people and XML for
//! archives, findings about documents for editors.

mod etsi;
mod html;
mod judged;
mod pictures;
pub mod sarif;

pub use etsi::etsi_xml;
pub use html::{ReportView, STYLE, body, html, remarks};
pub use judged::{About, Judged, signed, signed_length};
pub use pictures::{Painter, Pictures, pictures};
