//! What a signature says beside who made it (ISO 32000-2 12.8.1).

use time::OffsetDateTime;

use crate::clock;

/// What a signature says beside who made it.
#[derive(Debug, Clone)]
pub struct SignatureDetails {
    /// When it is made (/M).
    pub time: OffsetDateTime,
    /// Who makes it (/Name), as the certificate has it.
    pub name: String,
    /// Where (/Location).
    pub location: Option<String>,
}

/// A date string (ISO 32000-2 7.9.4).
pub(super) fn pdf_date(moment: OffsetDateTime) -> String {
    let local = moment.to_offset(clock::ZONE);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}+07'00'",
        local.year(),
        u8::from(local.month()),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}
