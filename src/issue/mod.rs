//! Issuing (phát hành): number, PDF, signature and register entry, all of them or none.

pub mod compose;
pub mod copy;
mod error;
mod files;
mod foreseen;
mod held;
mod issuing;
pub mod number_later;
mod registration;
pub mod reproduce;

pub use error::IssueError;
pub use files::{Output, appendix_path};
pub(crate) use files::{absolute, is_there, place, stage};
pub(crate) use foreseen::date_of;
pub use foreseen::{Foreseen, series_of};
pub use held::{Begun, Held, Ready, Repeat, SeparateAppendix};
pub use issuing::{IssueOptions, Issued, issue};
pub(crate) use registration::registration;
