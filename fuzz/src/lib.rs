//! The fuzz targets as functions: each takes bytes from a stranger and panics where something does not hold.
//! `fuzz_targets/` gives them to libFuzzer, `tests/corpus.rs` gives them seeds and what comes of these.

mod answers;
mod changes;
mod cms;
mod document;
mod files;
mod import;
mod reader;
mod receipt;
pub mod seeds;
mod sign;
mod verify;

#[path = "../../tests/support/pdf.rs"]
mod pdf;
#[path = "../../tests/support/signature.rs"]
mod signature;

pub use self::answers::answers;
pub use self::changes::changes;
pub use self::cms::cms;
pub use self::document::document;
pub use self::files::files;
pub use self::import::import;
pub use self::reader::reader;
pub use self::receipt::receipt;
pub use self::sign::sign;
pub use self::verify::verify;
