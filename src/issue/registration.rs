//! What the register is told of a document.

use crate::diacritics;
use crate::document;
use crate::document::model::Document;
use crate::office::Office;
use crate::register::{Metadata, Organ, Registration, SignerInfo};

/// What the register is told of `document`, which has `pages`.
pub(crate) fn registration(
    office: &Office,
    document: &Document,
    draft_sha256: &str,
    pages: usize,
) -> Registration {
    let header = &document.header;
    let date = header.date.map(|date| date.to_string()).unwrap_or_default();
    let copies = document.recipients.drafter.as_deref().map_or(0, copies);
    let recipients = recipients(document);
    let organ = |name: &String| Organ { organ_id: String::new(), organ_name: name.clone() };
    let metadata = Metadata {
        type_name: document.kind.name.clone(),
        code_number: header.number.map(|number| number.to_string()).unwrap_or_default(),
        code_notation: header.notation.clone(),
        issued_date: date.clone(),
        organ_name: office.config().agency.name.join(" "),
        subject: document.subject.plain(),
        language: "Tiếng Việt".to_owned(),
        page_amount: u32::try_from(pages).unwrap_or(0),
        signer_info: SignerInfo {
            position: document.signature.position.clone(),
            full_name: document.signature.name.clone(),
        },
        to: recipients.iter().map(organ).collect(),
        priority: document.urgency.clone().unwrap_or_default(),
        issued_amount: copies,
        ..Metadata::default()
    };
    Registration {
        code: document.code().unwrap_or_default(),
        date,
        kind: document.kind.name.clone(),
        subject: document.subject.plain(),
        signer: format!("{} {}", document.signature.position, document.signature.name),
        recipients: recipients.join("; "),
        archive: document.recipients.archive.clone(),
        copies,
        note: String::new(),
        metadata,
        draft_sha256: draft_sha256.to_owned(),
        source: document::to_json(document),
    }
}

/// To whom `document` goes: where its recipients begin with «Như trên» (NĐ 30/2020, Phụ lục I, II.9), that is its
/// addressees, whom a register has to name.
fn recipients(document: &Document) -> Vec<String> {
    let addressees = || {
        let names = document.addressees.iter().map(|name| name.plain());
        names.map(|name| name.trim().trim_end_matches(['.', ';']).to_owned()).filter(|name| !name.is_empty())
    };
    let mut recipients: Vec<String> = Vec::new();
    for item in &document.recipients.items {
        let is_above = diacritics::strip(item.trim()) == "nhu tren";
        if is_above && !document.addressees.is_empty() {
            recipients.extend(addressees());
        } else {
            recipients.push(item.clone());
        }
    }
    recipients
}

/// The number of copies that stands behind the drafter's initials, as in `PL(300)` or `PL.300`.
fn copies(drafter: &str) -> u32 {
    let digits = drafter.trim_end_matches(|c: char| !c.is_ascii_digit());
    let start = digits.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |last| last + 1);
    digits.get(start..).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
