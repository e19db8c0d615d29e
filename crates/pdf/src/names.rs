//! Names in PDFs that both who writes and who reads them must know.

/// The key of a signature dictionary that holds the digest of the report revision (ISO 32000-2 Annex E: a
/// private name, second class).
pub const REPORT_DIGEST_KEY: &str = "VTHU_ReportDigest";

/// The key of a signature field whose stamp stands in the top right corner; it holds what the stamp says before
/// the time (ISO 32000-2 Annex E: a private name, second class).
pub const CORNER: &str = "VTHU_Corner";

/// The name of the text field for number and notation (số, ký hiệu).
pub const NUMBER_FIELD: &str = "number";

/// How the names of the fields of document time-stamps begin; a number follows.
pub const TIME_STAMP_FIELD: &str = "timestamp-";

/// The name of the text field for place and date (địa danh và thời gian ban hành).
pub const DATE_FIELD: &str = "date";

/// The namespace of the properties in which a document says what it is (ISO 16684-1 §6.2).
pub const XMP_NAMESPACE: &str = "urn:vanthu:nd30-2020:metadata:1.0";
