//! A signature or a document time-stamp: both stand in signature fields.

use serde::Serialize;

/// What stands in a signature field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Kind))]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// A signature of a person or an agency.
    Signature,
    /// A document time-stamp (ISO 32000-2 12.8.5).
    DocumentTimeStamp,
}
