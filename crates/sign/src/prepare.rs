//! A file made ready to be signed: its field found or added, its digest known.

use sha2::{Digest, Sha256};

use super::base_digest::{BaseDigest, MessageDigest};
use super::details::{SignatureDetails, pdf_date};
use super::error::SignError;
use super::field::{self, NewField};
use super::number::{Numbering, numbering_of};
use super::pending::{Contents, Pending, Room};
use super::signer::Signer;
use crate::pdf::form::{self, Form};
use crate::pdf::names::{CORNER, REPORT_DIGEST_KEY};
use crate::pdf::reader::{self, File, Finding, FindingKind, lossy_text};
use crate::pdf::writer::{DocumentDigest, NewSignature, Rule, Shown, Update, blank};
use crate::pdf::{Appearance, PdfError};
use crate::role::Role;

/// How a file is to be signed.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// In which capacity.
    pub role: Role,
    /// The fields that a file of others gets; a document that was laid out here has its own.
    pub fields: &'a [NewField],
}

impl Request<'_> {
    /// In the field of `role` that the document has.
    pub fn of(role: Role) -> Request<'static> {
        Request { role, fields: &[] }
    }
}

/// A file that is ready to be signed in one of its fields.
#[derive(Debug)]
pub struct Prepared<'f> {
    update: Update<'f>,
    /// The field's object.
    field: u32,
    size: (f64, f64),
    is_new: bool,
    document: Option<DocumentDigest>,
    corner: Option<String>,
    rule: Rule,
    message: MessageDigest,
}

/// Finds the empty field of `request` in `file`, whose bytes have the digests `base`; a file of others gets
/// one. Whether earlier signatures hold is not asked here.
///
/// # Errors
/// The field is signed, it is not the role's turn, or the file was changed after it was issued.
pub fn prepare<'f>(
    file: &'f File<'f>,
    base: BaseDigest,
    request: &Request<'_>,
) -> Result<Prepared<'f>, SignError> {
    if base.length() != file.bytes().len() {
        return Err(SignError::Altered(base.length()));
    }
    let role = request.role;
    let form = form::read(file, file.last())?;
    check_structure(file, &form)?;
    if let Some(there) = request.fields.iter().find(|field| field::find(&form, field.role).is_some()) {
        return Err(SignError::FieldThere(there.role));
    }
    let is_document = is_document(file, &form)?;
    let mut update = Update::of(file)?;
    let added = match wanted(request, &form).as_slice() {
        [] => Vec::new(),
        // A document has the fields that it is to have from the start.
        _ if is_document => Vec::new(),
        fields => field::add(&mut update, &form, fields, role)?,
    };
    let known = field::find(&form, role);
    let field = match known {
        Some(known) => known.number,
        None => {
            let own = added.iter().find(|(of, _)| *of == role).map(|(_, number)| *number);
            own.ok_or(SignError::Pdf(PdfError::Missing("signature field for the role")))?
        }
    };
    if known.is_some_and(|known| known.dictionary().get("V").is_some()) {
        return Err(SignError::Signed(role));
    }
    // In the corner of an appendix or a copy the agency signs alone.
    let corner = known.and_then(|known| known.dictionary().string(CORNER)).map(lossy_text);
    let signed: Vec<&str> = field::signed(&form).map(|field| field.name.as_str()).collect();
    check_turn(&form, role, corner.is_some(), is_document, &signed)?;
    if role == Role::Agency && numbering_of(&form) == Numbering::Open {
        return Err(SignError::NotNumbered);
    }
    let first = file.first_revision_end();
    let unsigned = signed.is_empty();
    if is_document && unsigned && first != file.bytes().len() {
        return Err(SignError::Altered(first));
    }
    // Of a file that others saved several times, or that something stands behind, there is no one document.
    let document = match unsigned {
        true if file.revisions().len() == 1 && first == base.length() => {
            Some(DocumentDigest { length: base.length(), value: base.sha256() })
        }
        false if is_stamped(file, &form)? => {
            let first_revision = file.bytes().get(..first).unwrap_or_default();
            Some(DocumentDigest { length: first, value: Sha256::digest(first_revision).into() })
        }
        _ => None,
    };
    let closes = corner.is_some() || role == Role::Agency;
    let rule = match (unsigned, closes) {
        (true, true) => Rule::Certify(1),
        (true, false) => Rule::Certify(2),
        (false, true) => Rule::Lock,
        (false, false) => Rule::None,
    };
    let region = request.fields.iter().find(|field| field.role == role).and_then(|field| field.region);
    let size = match known {
        Some(known) => size(file, known.dictionary())?,
        None => region.map_or((0.0, 0.0), |region| {
            let [left, bottom, right, top] = region.rect;
            (right - left, top - bottom)
        }),
    };
    Ok(Prepared {
        update,
        field,
        size,
        is_new: known.is_none(),
        document,
        corner,
        rule,
        message: base.message(),
    })
}

/// Whether a signature in `file` holds the digest of a document: the following ones then do as well.
fn is_stamped(file: &File<'_>, form: &Form) -> Result<bool, SignError> {
    for field in field::signed(form) {
        let Some(value) = field.dictionary().get("V") else { continue };
        let signature = file.resolve(value, file.last())?;
        if signature.object.as_dictionary().is_some_and(|known| known.get(REPORT_DIGEST_KEY).is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether `file` has been made to be signed in its roles: the fields were there from the start.
fn is_document(file: &File<'_>, form: &Form) -> Result<bool, SignError> {
    for role in Role::ALL {
        if let Some(field) = field::find(form, role)
            && file.defining(field.number, 0)?.is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The fields that a file of others gets: those that were asked for, and one for the role where it has none.
fn wanted(request: &Request<'_>, form: &Form) -> Vec<NewField> {
    let mut fields = request.fields.to_vec();
    let role = request.role;
    if field::find(form, role).is_none() && !fields.iter().any(|field| field.role == role) {
        fields.push(NewField { role, region: None });
    }
    fields
}

/// What another program might read in another way must not be signed.
fn check_structure(file: &File<'_>, form: &Form) -> Result<(), SignError> {
    let mut signed = None;
    for field in field::signed(form) {
        let value = field.dictionary().get("V").and_then(|value| value.object.as_reference());
        let revision = file.defining(value.unwrap_or(field.number), file.last())?;
        signed = signed.into_iter().chain(revision).min();
    }
    for revision in signed.map_or(file.revisions().len(), |signed| signed + 1)..file.revisions().len() {
        file.check_update(revision)?;
    }
    // What stands behind an unsigned file is signed with it, and no part of anything.
    let counts = |finding: &&Finding| signed.is_some() || finding.kind != FindingKind::TrailingBytes;
    match file.findings().iter().find(counts) {
        Some(finding) => Err(SignError::Ambiguous { at: finding.at, reason: finding.kind.words() }),
        None => Ok(()),
    }
}

/// The agency signs after the authorised person (NĐ 30/2020 Điều 14), but where the corner of a copy or an
/// appendix is its own.
fn check_turn(
    form: &Form,
    role: Role,
    is_corner: bool,
    is_document: bool,
    signed: &[&str],
) -> Result<(), SignError> {
    if role == Role::Signer || is_corner {
        return Ok(());
    }
    match field::find(form, Role::Signer) {
        Some(person) if signed.contains(&person.name.as_str()) => Ok(()),
        // Whether somebody has to sign a file of others before, its maker knows.
        None if !is_document => Ok(()),
        _ => Err(SignError::OutOfOrder),
    }
}

/// Width and height of a widget, in points.
fn size(file: &File<'_>, widget: &reader::Dictionary) -> Result<(f64, f64), SignError> {
    let rect = form::rectangle(file, widget, file.last())?;
    Ok(rect.map_or((0.0, 0.0), |[left, bottom, right, top]| (right - left, top - bottom)))
}

impl<'f> Prepared<'f> {
    /// SHA-256 of the first revision; `None` where a file of others was saved several times.
    pub fn digest(&self) -> Option<&[u8; 32]> {
        self.document.as_ref().map(|document| &document.value)
    }

    /// Length of the first revision, in bytes: `head -c LENGTH FILE | sha256sum` gives the digest.
    pub fn document_length(&self) -> Option<usize> {
        self.document.map(|document| document.length)
    }

    /// What the stamp says before the time, where the field stands in the top right corner.
    pub fn corner(&self) -> Option<&str> {
        self.corner.as_deref()
    }

    /// Width and height of the field, in points; zero where it shows nowhere.
    pub fn field_size(&self) -> (f64, f64) {
        self.size
    }

    /// Signs, and gives the bytes that follow the file.
    ///
    /// # Errors
    /// The signer refuses, or gives something that is no signature.
    pub fn sign(
        self,
        signer: &dyn Signer,
        details: &SignatureDetails,
        appearance: Option<&Appearance>,
    ) -> Result<Vec<u8>, SignError> {
        let pending = self.pending(signer, details, appearance, Room::default())?;
        let value = signer.sign(pending.attributes())?;
        pending.complete(&value, None)
    }

    /// Writes everything but the signature itself, for a signer who is not asked here: only the certificate
    /// and the algorithm of `signer` are.
    ///
    /// # Errors
    /// The update can't be written.
    pub fn pending(
        self,
        signer: &dyn Signer,
        details: &SignatureDetails,
        appearance: Option<&Appearance>,
        room: Room,
    ) -> Result<Pending, SignError> {
        let Prepared { update, field, document, rule, message, size, is_new, .. } = self;
        let contents = Contents::of(signer)?;
        let shown = match appearance {
            Some(appearance) => Some(Shown::Appearance(appearance.0.clone())),
            // Every annotation that is seen must have an appearance (ISO 19005-3 6.3.3).
            None if is_new && size != (0.0, 0.0) => Some(Shown::Form(blank(size.0, size.1))),
            None => None,
        };
        let signature = NewSignature {
            field,
            time: pdf_date(details.time),
            name: details.name.clone(),
            location: details.location.clone(),
            document,
            rule,
            shown,
            room: contents.length(room)?,
        };
        Pending::around(signature.write(update)?, message, contents)
    }
}
