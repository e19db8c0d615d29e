//! Signing a report: one incremental update with a PAdES baseline B-B signature
//! (ETSI EN 319 142-1) in a field that the report already has.
//!
//! An update changes nothing but that field, which gains /V and /AP; everything else in it is new.

mod file_signer;

use der::Encode;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256, Sha512};
use time::OffsetDateTime;

use crate::clock;
use crate::cms::{self, SignatureAlgorithm};
use crate::keys::Certificate;
use crate::pdf::reader::{self, ReadError, lossy_text};
use crate::pdf::report::CORNER;
use crate::pdf::update::Update;
use crate::pdf::{PdfError, text_string};
use crate::role::Role;

pub use file_signer::FileSigner;

/// The private key of the signature dictionary that holds the report's digest (a second-class name,
/// ISO 32000-2 Annex E).
pub const REPORT_DIGEST_KEY: &str = "VTHU_ReportDigest";

/// Somebody or something that signs: a key file, later a token or a remote service.
pub trait Signer {
    /// The signer's certificate.
    fn certificate(&self) -> &Certificate;
    /// The certificates that lead from it to its root, which need not be among them.
    fn chain(&self) -> &[Certificate];
    /// How it signs.
    fn algorithm(&self) -> SignatureAlgorithm;
    /// Signs `message` (the message itself, not a digest of it).
    ///
    /// # Errors
    /// The key refuses.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Why a report can't be signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The file is not a PDF that the strict reader takes.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The file can't be updated.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The file has no field for the role: it is not a report of this program.
    #[error("the file has no signature field \"{}\": it is not a report that vanthu issued", .0.field_name())]
    NoField(Role),
    /// The file is more, or other, than the report as issued and the signatures before this one.
    #[error("the file is not as it was issued and signed: it was changed at byte {0}")]
    Altered(usize),
    /// The field is signed already.
    #[error("the signature field \"{}\" is signed already", .0.field_name())]
    Signed(Role),
    /// The agency signs after the authorised person (NĐ 30/2020 Điều 14, 32).
    #[error("the authorised person has not signed yet, and the agency signs after")]
    OutOfOrder,
    /// The key is not the one that the certificate names.
    #[error("the private key does not belong to the certificate")]
    KeyMismatch,
    /// The certificate is not valid at the signing time.
    #[error("the certificate is valid from {not_before} to {not_after}, not at {time}")]
    NotValid {
        /// Valid from, RFC 3339.
        not_before: String,
        /// Valid until, RFC 3339.
        not_after: String,
        /// The signing time, RFC 3339.
        time: String,
    },
    /// The certificate is not for signing.
    #[error("the certificate is not for signing documents (key usage)")]
    KeyUsage,
    /// A structure could not be encoded.
    #[error("the signature could not be encoded: {0}")]
    Encoding(#[from] der::Error),
}

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

/// A report that is ready to be signed in one of its fields.
#[derive(Debug)]
pub struct Prepared {
    bytes: Vec<u8>,
    update: Update,
    field: ObjectId,
    widget: Dictionary,
    report_length: usize,
    digest: [u8; 32],
    corner: Option<String>,
}

/// Finds the empty field of `role` in `bytes`, a report as issued or already signed by another role.
///
/// # Errors
/// The file is not such a report, or the field is signed, or it is not the role's turn.
pub fn prepare(bytes: Vec<u8>, role: Role) -> Result<Prepared, SignError> {
    let ends = revision_ends(&bytes)?;
    let report_length = ends.first().copied().unwrap_or(bytes.len());
    let report = bytes.get(..report_length).unwrap_or(&bytes);
    let digest = Sha256::digest(report).into();
    let update = Update::of(&bytes)?;
    let field = find(update.base(), role)?.ok_or(SignError::NoField(role))?;
    let widget = update.base().get_dictionary(field).map_err(PdfError::from)?.clone();
    if widget.has(b"V") {
        return Err(SignError::Signed(role));
    }
    // In the corner of an appendix or a copy the agency signs alone.
    let corner = widget.get(CORNER.as_bytes()).and_then(Object::as_str).ok().map(lossy_text);
    let second = role == Role::Agency && corner.is_none();
    if second {
        let person = find(update.base(), Role::Signer)?.ok_or(SignError::NoField(Role::Signer))?;
        if !update.base().get_dictionary(person).map_err(PdfError::from)?.has(b"V") {
            return Err(SignError::OutOfOrder);
        }
    }
    // Whatever else was saved on top would be signed as well, while the stamp names the report alone.
    let signatures = usize::from(second);
    match ends.get(signatures) {
        Some(end) if *end == bytes.len() => {}
        Some(end) => return Err(SignError::Altered(*end)),
        None => return Err(SignError::Altered(0)),
    }
    Ok(Prepared { bytes, update, field, widget, report_length, digest, corner })
}

/// Where each revision of `bytes` ends.
fn revision_ends(bytes: &[u8]) -> Result<Vec<usize>, SignError> {
    let file = reader::read(bytes)?;
    for revision in 1..file.revisions().len() {
        file.check_coverage(revision)?;
    }
    match file.findings().first() {
        Some(finding) => Err(SignError::Altered(finding.at)),
        None => Ok(file.revisions().iter().map(|revision| revision.span.end).collect()),
    }
}

/// The signature field of `role`.
fn find(pdf: &Document, role: Role) -> Result<Option<ObjectId>, PdfError> {
    let catalog = pdf.catalog()?;
    let Ok(form) = pdf.get_dict_in_dict(catalog, b"AcroForm") else {
        return Ok(None);
    };
    let Ok(fields) = form.get(b"Fields").and_then(Object::as_array) else {
        return Ok(None);
    };
    for field in fields {
        let id = field.as_reference()?;
        let dictionary = pdf.get_dictionary(id)?;
        let is_signature = matches!(dictionary.get(b"FT"), Ok(Object::Name(name)) if name == b"Sig");
        let name = dictionary.get(b"T").and_then(Object::as_str).unwrap_or_default();
        if is_signature && name == role.field_name().as_bytes() {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

impl Prepared {
    /// SHA-256 of the report revision.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Length of the report revision, in bytes: `head -c LENGTH FILE | sha256sum` gives the digest.
    pub fn report_length(&self) -> usize {
        self.report_length
    }

    /// What the stamp says before the time, where the field stands in the top right corner.
    pub fn corner(&self) -> Option<&str> {
        self.corner.as_deref()
    }

    /// Width and height of the field, in points.
    pub fn field_size(&self) -> (f64, f64) {
        let side = |index: usize| {
            let rect = self.widget.get(b"Rect").and_then(Object::as_array).ok();
            rect.and_then(|rect| rect.get(index)?.as_float().ok()).map_or(0.0, f64::from)
        };
        (side(2) - side(0), side(3) - side(1))
    }

    /// Signs and gives the whole signed file; `appearance` is a PDF of one page as large as the
    /// field.
    ///
    /// # Errors
    /// The appearance is not a PDF, or the signer refuses.
    pub fn sign(
        self,
        signer: &dyn Signer,
        details: &SignatureDetails,
        appearance: &[u8],
    ) -> Result<Vec<u8>, SignError> {
        let Prepared { mut bytes, mut update, field, mut widget, report_length, digest, .. } = self;
        // The CMS has the same length whatever is signed, so that nothing has to be padded.
        let length = encode(signer, &[0; 64], &vec![0; signer.algorithm().signature_length()])?.len();
        let stamp = Stamp { length: report_length, digest };
        let signature = update.add(dictionary(details, &stamp, length));
        let appearance = import(&mut update, appearance)?;
        widget.set("V", signature);
        widget.set("AP", dictionary! { "N" => appearance });
        update.set(field, widget);
        let places = update.append_to(&mut bytes)?;
        let start = places.get(&signature).ok_or(PdfError::Missing("signature dictionary"))?.start;
        let gap = Gap::fill_byte_range(&mut bytes, start, length)?;
        let covered = [bytes.get(..gap.start), bytes.get(gap.end..)];
        let covered = covered.into_iter().flatten();
        let message_digest = covered.fold(Sha512::new(), |digest, part| digest.chain_update(part)).finalize();
        let attributes = cms::signed_attributes(signer.algorithm(), &message_digest, signer.certificate())?;
        let value = signer.sign(&attributes.to_der()?)?;
        let cms = encode(signer, &message_digest, &value)?;
        gap.put(&mut bytes, &cms)?;
        Ok(bytes)
    }
}

/// The CMS over `message_digest` with the signature value `value`.
fn encode(signer: &dyn Signer, message_digest: &[u8], value: &[u8]) -> Result<Vec<u8>, SignError> {
    let algorithm = signer.algorithm();
    let attributes = cms::signed_attributes(algorithm, message_digest, signer.certificate())?;
    Ok(cms::signed_data(algorithm, attributes, value, signer.certificate(), signer.chain())?)
}

/// The machine-readable stamp.
struct Stamp {
    length: usize,
    digest: [u8; 32],
}

/// The signature dictionary (ISO 32000-2 12.8.1), with room for /ByteRange and for a CMS of `length`
/// bytes.
fn dictionary(details: &SignatureDetails, stamp: &Stamp, length: usize) -> Dictionary {
    let mut signature = dictionary! {
        "Type" => "Sig",
        "Filter" => "Adobe.PPKLite",
        "SubFilter" => "ETSI.CAdES.detached",
        "M" => Object::string_literal(pdf_date(details.time)),
        "Name" => text_string(&details.name),
        REPORT_DIGEST_KEY => dictionary! {
            "Type" => REPORT_DIGEST_KEY,
            "Algorithm" => "SHA256",
            "Length" => Object::Integer(i64::try_from(stamp.length).unwrap_or(i64::MAX)),
            "Value" => Object::String(stamp.digest.to_vec(), StringFormat::Hexadecimal),
        },
    };
    if let Some(location) = &details.location {
        signature.set("Location", text_string(location));
    }
    signature.set("ByteRange", vec![Object::Integer(0), ROOM.into(), ROOM.into(), ROOM.into()]);
    signature.set("Contents", Object::String(vec![0; length], StringFormat::Hexadecimal));
    signature
}

/// Stands for a number of /ByteRange until it is known: ten digits hold any offset of a
/// cross-reference table.
const ROOM: i64 = 9_999_999_999;

/// A date string (ISO 32000-2 7.9.4).
fn pdf_date(moment: OffsetDateTime) -> String {
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

/// Takes the only page of `appearance` as a form XObject (ISO 32000-2 8.10).
fn import(update: &mut Update, appearance: &[u8]) -> Result<ObjectId, SignError> {
    let stamp = Document::load_mem(appearance).map_err(PdfError::from)?;
    let page = stamp.page_iter().next().ok_or(PdfError::Missing("page in the appearance"))?;
    let inherited = |key: &[u8]| {
        let mut node = stamp.get_dictionary(page).ok()?;
        loop {
            if let Ok(value) = node.get(key) {
                return Some(value.clone());
            }
            node = stamp.get_dictionary(node.get(b"Parent").and_then(Object::as_reference).ok()?).ok()?;
        }
    };
    let bounds = inherited(b"MediaBox").ok_or(PdfError::Missing("MediaBox in the appearance"))?;
    let resources = inherited(b"Resources").unwrap_or_else(|| Dictionary::new().into());
    let resources = update.import(&stamp, &resources)?;
    let content = stamp.get_page_content(page);
    let mut form = Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds, "Resources" => resources },
        content,
    );
    form.compress().map_err(PdfError::from)?;
    Ok(update.add(form))
}

/// Where /Contents stands: what a signature does not cover.
struct Gap {
    start: usize,
    end: usize,
}

impl Gap {
    /// Finds the room in the signature dictionary that begins at `start`, for a CMS of `length` bytes,
    /// and writes /ByteRange.
    fn fill_byte_range(bytes: &mut [u8], start: usize, length: usize) -> Result<Gap, PdfError> {
        const MISSING: PdfError = PdfError::Missing("room for the signature");
        let find = |bytes: &[u8], key: &[u8]| {
            let tail = bytes.get(start..)?;
            Some(start + tail.windows(key.len()).position(|window| window == key)? + key.len())
        };
        // Names and places are written as hexadecimal strings, so that they can't be taken for keys.
        let contents = find(bytes, b"/Contents").ok_or(MISSING)?;
        let gap = Gap { start: contents, end: contents + 2 * length + 2 };
        let range = find(bytes, b"/ByteRange").ok_or(MISSING)?;
        let room = format!("[0 {ROOM} {ROOM} {ROOM}]");
        let after = bytes.len().checked_sub(gap.end).ok_or(MISSING)?;
        let filled = format!("[0 {} {} {after}]", gap.start, gap.end);
        let place = bytes.get_mut(range..range + room.len()).filter(|place| *place == room.as_bytes());
        let padded = format!("{filled:<width$}", width = room.len());
        place.ok_or(MISSING)?.copy_from_slice(padded.as_bytes());
        Ok(gap)
    }

    /// Writes the CMS into the gap, which it fills.
    fn put(&self, bytes: &mut [u8], cms: &[u8]) -> Result<(), PdfError> {
        let hex = format!("<{}>", crate::hex::lower(cms));
        let place = bytes.get_mut(self.start..self.end).filter(|place| place.len() == hex.len());
        place.ok_or(PdfError::Missing("room for the signature"))?.copy_from_slice(hex.as_bytes());
        Ok(())
    }
}
