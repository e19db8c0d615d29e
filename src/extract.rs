//! What a PDF carries beside its pages: attached files, metadata, the CMS of its signatures and their
//! certificates.

use std::collections::HashSet;

use der::Encode;
use x509_cert::Certificate;

use crate::certificate::to_pem;
use crate::pdf::attachments::attachments;
use crate::pdf::reader::{self, Object, ReadError};
use crate::verify::signed_messages;

/// The kinds of what can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceKind {
    /// The data that the document was laid out from.
    Source,
    /// A file that is attached for another reason.
    Attachment,
    /// The XMP packet of the catalog (ISO 32000-2 14.3).
    Metadata,
    /// The CMS of a signature or time-stamp, without the zeros after it.
    Cms,
    /// A certificate of a signature's CMS, in PEM.
    Certificate,
}

/// One thing that was taken out of a PDF.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Which kind of thing.
    pub kind: PieceKind,
    /// A name for its file: letters, digits and `-._` alone, no two the same.
    pub file_name: String,
    /// The bytes of its file.
    pub bytes: Vec<u8>,
}

/// Takes the last revision of the PDF `bytes` apart.
///
/// # Errors
/// The file can't be read strictly.
pub fn extract(bytes: &[u8]) -> Result<Vec<Piece>, ReadError> {
    let file = reader::read(bytes)?;
    let last = file.last();
    let mut pieces = Pieces::default();
    for attachment in attachments(&file, last)? {
        let kind = match attachment.relationship.as_deref() {
            Some("Source") => PieceKind::Source,
            _ => PieceKind::Attachment,
        };
        pieces.add(kind, &attachment.name, attachment.bytes);
    }
    if let Some(catalog) = file.catalog(last)?
        && let Some(metadata) = catalog.value.object.as_dictionary().and_then(|known| known.get("Metadata"))
        && let Object::Stream(keys, data) = file.resolve(metadata, last)?.object
    {
        pieces.add(PieceKind::Metadata, "metadata.xmp", file.stream(&keys, data)?);
    }
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    for (field, message) in signed_messages(&file)? {
        let mut certificates: Vec<Certificate> = Vec::new();
        for certificate in message.certificates {
            if seen.insert(certificate.to_der().unwrap_or_default()) {
                certificates.push(certificate);
            }
        }
        pieces.add(PieceKind::Cms, &format!("{field}.p7s"), message.cms);
        for certificate in certificates {
            let name =
                crate::certificate::Subject::of_name(certificate.tbs_certificate().subject()).common_name;
            if let Ok(pem) = to_pem(std::slice::from_ref(&certificate)) {
                pieces.add(PieceKind::Certificate, &format!("{name}.crt"), pem.into_bytes());
            }
        }
    }
    Ok(pieces.list)
}

#[derive(Default)]
struct Pieces {
    list: Vec<Piece>,
    names: HashSet<String>,
}

impl Pieces {
    fn add(&mut self, kind: PieceKind, name: &str, bytes: Vec<u8>) {
        let safe = safe_name(name);
        let (stem, ending) = match safe.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem.to_owned(), format!(".{ending}")),
            _ => (safe.clone(), String::new()),
        };
        let mut file_name = safe;
        let mut count = 1;
        // Some file systems don't tell capitals apart.
        while !self.names.insert(file_name.to_lowercase()) {
            count += 1;
            file_name = format!("{stem}-{count}{ending}");
        }
        self.list.push(Piece { kind, file_name, bytes });
    }
}

/// A name that is no path, no hidden file and no command: what stands in a PDF is its author's.
fn safe_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = name.chars().map(|letter| match letter {
        letter if letter.is_alphanumeric() || "-._".contains(letter) => letter,
        _ => '_',
    });
    let plain: String = plain.take(80).collect();
    let plain = plain.trim_matches(['.', '-', '_']);
    if plain.is_empty() { "unnamed".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere() {
        for (name, safe) in [
            ("/source.json", "source.json"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("-rf", "rf"),
            (".bashrc", "bashrc"),
            ("a\u{202e}b\n\u{0}c", "a_b__c"),
            ("", "unnamed"),
            ("..", "unnamed"),
            ("Báo cáo.pdf", "Báo_cáo.pdf"),
        ] {
            assert_eq!(safe_name(name), safe);
        }
    }

    #[test]
    fn no_piece_takes_the_place_of_another() {
        let mut pieces = Pieces::default();
        for name in ["a.json", "A.json", "x/a.json", "a"] {
            pieces.add(PieceKind::Attachment, name, Vec::new());
        }
        let names: Vec<&str> = pieces.list.iter().map(|piece| piece.file_name.as_str()).collect();
        assert_eq!(names, ["a.json", "A-2.json", "a-3.json", "a"]);
    }
}
