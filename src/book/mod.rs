//! The register as it is printed and exchanged: the ten columns of the «Sổ đăng ký văn bản đi»
//! (NĐ 30/2020, Phụ lục IV.I), always in Vietnamese, because the decree's form is.

mod edxml;
mod lines;
mod sheet;

pub use edxml::{EdxmlSender, header};
pub use lines::{Book, Line, headings};
pub use sheet::{BookError, ByteOrderMark, read_csv, write_csv, write_xlsx};
