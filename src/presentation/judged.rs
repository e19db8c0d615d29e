//! A file with what was found of it.

use serde::Serialize;

use crate::verify::{Report, SignatureReport};

/// What a report is about.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// The name of the file.
    pub file: &'a str,
    /// The whole file.
    pub bytes: &'a [u8],
    /// When it was checked.
    pub at: time::OffsetDateTime,
}

/// A report with the name of its file, as programs get it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Judged {
    /// The name of the file.
    pub file: String,
    /// What the verifier found, with its keys beside the name.
    #[serde(flatten)]
    pub report: Report,
}

/// How many bytes from the start of the file the signature covers, its own value included; `None` where
/// it does not say, or says nonsense.
pub fn signed_length(signature: &SignatureReport) -> Option<u64> {
    let [_, _, start, length] = signature.byte_range?;
    start.checked_add(length)
}

/// The part of `bytes` that the signature covers.
pub fn signed<'a>(signature: &SignatureReport, bytes: &'a [u8]) -> Option<&'a [u8]> {
    bytes.get(..usize::try_from(signed_length(signature)?).ok()?)
}
