//! How large a document may be: bounds that no honest document reaches, and that keep a hostile one from filling
//! memory or time. What the decree bounds stands in its profile.

/// The longest source that is read, in bytes; images may stand in it.
pub const MAX_SOURCE: usize = 40 << 20;
/// The most bytes of all the files that a document names.
pub const MAX_FILES: usize = 256 << 20;
/// The most files that come along with a document.
pub(super) const MAX_FILE_COUNT: usize = 1_000;
/// The longest name of such a file, in bytes: as long as file systems take.
pub(super) const MAX_FILE_NAME: usize = 255;

/// The most blocks a document may have, and the most rows all its tables together.
pub(super) const MAX_BLOCKS: usize = 100_000;
/// The most cells of a document's tables: each takes some 20 kB of memory to lay out.
pub(super) const MAX_CELLS: usize = 200_000;
/// The most columns of a table.
pub(super) const MAX_COLUMNS: usize = 40;
/// The longest CSV or XLSX file of a table, in bytes.
pub(super) const MAX_DATA: u64 = 32 << 20;
/// The most bytes that an XLSX file may hold once it is unpacked.
pub(super) const MAX_INFLATED: u64 = 256 << 20;

/// The most appendices of a document.
pub(super) const MAX_APPENDICES: usize = 99;
/// The longest PDF of an appendix, in bytes.
pub(super) const MAX_APPENDIX_FILE: u64 = 200 << 20;

/// The longest draft that is imported, in bytes.
pub const MAX_DRAFT: usize = 64 << 20;
/// The most pieces that are taken from one.
pub(super) const MAX_PIECES: usize = 100_000;

/// The longest image file, in bytes.
pub(super) const MAX_IMAGE: usize = 10 << 20;
/// The most pixels of an image.
pub(super) const MAX_PIXELS: u64 = 40_000_000;
/// The most images of a document.
pub const MAX_IMAGES: usize = 64;
/// The most bytes of all images together.
pub(super) const MAX_IMAGES_SIZE: usize = 20 << 20;
/// The most elements of a drawing (SVG).
pub(super) const MAX_ELEMENTS: usize = 20_000;

/// The highest number of a document: what the line of number and notation is measured for.
pub(super) const MAX_NUMBER: u32 = 99_999;
/// The most lines of a letterhead, an authority or a contact.
pub(super) const MAX_LINES: usize = 10;
/// The most legal bases, addressees or recipients.
pub(super) const MAX_NAMES: usize = 2_000;
/// The longest text that stands in the file's outline or metadata as well, in characters: PDF/A has no strings
/// of more than 32,767 bytes (ISO 19005-3, 6.1.13).
pub(super) const MAX_LABEL: usize = 2_000;
/// The most combining marks on one letter; Vietnamese needs two.
pub(super) const MAX_COMBINING_MARKS: usize = 3;
/// The narrowest figure or column whose width is given, in millimetres.
pub(super) const MIN_WIDTH: f64 = 5.0;
