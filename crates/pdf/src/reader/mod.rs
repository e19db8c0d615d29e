//! A strict reader of PDF revisions (ISO 32000-2 7.3, 7.5).
//!
//! It knows the bytes of every value and of every revision, and it never repairs: what a lenient
//! viewer might read in another way is a [`Finding`], and what can't be read at all is a
//! [`ReadError`]. Every input costs a bounded amount of time and memory ([`Budget`]).

mod budget;
mod error;
mod file;
mod finding;
mod markers;
mod object;
mod parser;
mod references;
mod repair;
mod section;
mod stream;
mod update;

pub use budget::Budget;
pub use error::ReadError;
pub use file::{File, Located, Revision, read};
pub use finding::{Finding, FindingKind};
pub use object::{Dictionary, Object, Span, Value, lossy_text, text};
pub use parser::parse_value;
pub use references::{Referrer, references};
