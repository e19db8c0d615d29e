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
pub(crate) use files::{Made, absolute, is_there, make_folder};
pub use files::{Output, appendix_path, check_replaceable};
pub(crate) use foreseen::date_of;
pub use foreseen::{Foreseen, SeparateAppendix, series_of};
pub use held::{Begun, Held, Ready, Repeat};
pub use issuing::{ATTEMPTS, IssueOptions, Issued, issue};
pub(crate) use registration::registration;
