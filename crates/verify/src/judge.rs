//! How a file is judged: what is established about it, in which order, and the report on it.

use std::cell::RefCell;

use super::active_content;
use super::budget::PathBudget;
use super::candidates::{self, Candidate};
use super::changes::{Change, History};
use super::check::Outcome;
use super::check_id::CheckId;
use super::circular;
use super::context::{Context, ProofOfExistence};
use super::established::{Additions, Ambiguity, Established, cause};
use super::facts::{self, LateNumber};
use super::options::{Options, Require};
use super::permissions::{self, Certification, Permissions};
use super::printed_names;
use super::remake::{self, Origin};
use super::report::{ChangeReport, Facts, RemarkReport, Report, SignatureReport};
use super::roles::require_own_keys;
use super::signature;
use super::signature_kind::SignatureKind;
use super::signed_bytes::Beginnings;
use super::trust_scope::OfficeIdentity;
use super::unread::{has_byte_range, unread};
use super::verdict::Verdict;
use super::witness::{Sight, Witness};
use super::{registration, validation_data};
use crate::clock;
use crate::explain::Explain;
use crate::lang::Message;
use crate::message;
use crate::pdf::form::{self, Field, Form, Kind, Region};
use crate::pdf::names::{DATE_FIELD, NUMBER_FIELD, REPORT_DIGEST_KEY};
use crate::pdf::reader::{self, File, ReadError};
use crate::role::Role;

/// Judges the PDF `bytes` by `options`. It never fails: a file that can't be read has a report that says so.
pub fn verify(bytes: &[u8], options: &Options<'_>) -> Report {
    match reader::read(bytes).and_then(|file| judge(&file, options)) {
        Ok(report) => report,
        Err(cause) => unreadable(bytes, &cause, options),
    }
}

/// The report on a file that can't be read strictly.
fn unreadable(bytes: &[u8], cause: &ReadError, options: &Options<'_>) -> Report {
    // How it looks is not asked.
    let options = Options { witness: None, ..*options };
    let is_readable = |bytes: &[u8]| reader::read(bytes).and_then(|file| judge(&file, &options)).is_ok();
    Report::unreadable(unread(bytes, cause, &is_readable), cause.words())
}

/// Judges `file`.
///
/// # Errors
/// The file can't be read on, or uses what is not supported.
fn judge(file: &File<'_>, options: &Options<'_>) -> Result<Report, ReadError> {
    refuse_encryption(file)?;
    let form = form::read(file, file.last())?;
    let found = candidates::find(file, &form)?;
    let signed = found.iter().map(|candidate| candidate.revision).min();
    let own = facts::read(file, 0)?;
    let receipt = registration::carried(file)?;
    // What a document says of itself stands in its first revision, so that it is compared from there on; everything
    // else is from what was signed.
    let tells = own.is_some() || receipt.is_some() || found.iter().any(is_stamped);
    let first = signed.map(|signed| if tells { 0 } else { signed });
    let history = History::read(file, first.unwrap_or(file.last()))?;
    let office = own.as_ref().and_then(Facts::office);
    let mut signatures = signatures(file, options, &found, &history, office.as_ref())?;
    let require = required(options.require, &form);
    require_own_keys(&mut signatures, &require);
    let hides_signature = signatures.is_empty() && has_byte_range(file.bytes());
    let covered = covered(file, &signatures);
    if hides_signature {
        for index in 0..file.revisions().len() {
            file.check_coverage(index)?;
        }
    } else if let Some(signed) = signed {
        note_ambiguities(file, signed, covered)?;
    }
    let findings = file.findings();
    let place = |at| if at < covered { Ambiguity::Signed } else { Ambiguity::Unsigned };
    let mut known = Established {
        signatures: signatures.iter().map(|signature| (signature.kind, signature.cause)).collect(),
        hides_signature,
        ambiguity: findings.iter().map(|finding| place(finding.at)).max(),
        ..Established::default()
    };
    let mut report = Report::of(file, signatures, &findings);
    report.changes = signed.map(|signed| changes(&history, signed)).unwrap_or_default();
    if let Some(signed) = signed {
        let origins = remake::origins(file, signed);
        known.is_canonical = origins.iter().all(|origin| *origin == Origin::Ours);
        report.canonical = (!origins.is_empty()).then_some(known.is_canonical);
        let imitated = origins.iter().position(|origin| *origin == Origin::Imitated);
        report.imitated = imitated.map(|at| signed + 1 + at);
        if !known.is_canonical {
            look(file, &history, signed, options.witness, &mut report);
        }
    }
    known.pages_differ = report.pages_differ.as_ref().is_some_and(|regions| !regions.is_empty());
    known.is_unseen = report.unseen.is_some();
    known.has_both_roles = Role::ALL.iter().all(|role| report.is_signed_by(*role));
    let missing = require.iter().filter(|role| !report.is_signed_by(**role));
    report.missing = missing.copied().collect();
    let remarks = active_content::read(file, &form).into_iter();
    report.remarks =
        remarks.map(|remark| RemarkReport { id: remark.id(), message: remark.words() }).collect();
    report.claims.clone_from(&own);
    let unsigned = match own.is_some() || receipt.is_some() {
        true => facts::unsigned(file, &history, report.first_fitting())?,
        false => None,
    };
    let mut facts = own.filter(|_| unsigned.is_none() && cause(&known).verdict().shows_facts());
    let late = match &mut facts {
        Some(facts) => facts::add_late(facts, file, &form, &report)?,
        None => LateNumber::None,
    };
    if late == LateNumber::Unsealed && !report.missing.contains(&Role::Agency) {
        report.missing.push(Role::Agency);
    }
    report.facts = facts;
    known.missing.clone_from(&report.missing);
    known.lacks_number = late == LateNumber::Open;
    known.additions = signed.map_or(Additions::None, |signed| additions(&history, signed, late));
    if let Some(receipt) = receipt {
        let unsigned = unsigned.or_else(|| (!report.has_valid_signature()).then(nobody_trusted));
        report.receipt = Some(registration::judge(&receipt, file, &report, options.trust, unsigned)?);
    }
    known.receipt = report.receipt.as_ref().and_then(|receipt| receipt.check.cause());
    report.conclude(known);
    circular::tell(&mut report);
    if let Some(facts) = &report.facts {
        let differing = report.signatures.iter().filter_map(|one| printed_names::difference(one, facts));
        report.remarks.extend(differing);
    }
    Ok(report)
}

/// The roles that must have signed a document with this `form`, in the order in which they sign.
fn required(require: Require<'_>, form: &Form) -> Vec<Role> {
    let has_field = |role: &Role| {
        let is_its = |field: &Field| field.kind == Some(Kind::Signature) && field.name == role.field_name();
        form.fields.iter().any(is_its)
    };
    match require {
        Require::Roles(roles) => roles.to_vec(),
        Require::OwnFields => Role::ALL.into_iter().filter(has_field).collect(),
    }
}

/// # Errors
/// The file is encrypted: from its first revision on, which is not supported, or by an update, which can't be.
fn refuse_encryption(file: &File<'_>) -> Result<(), ReadError> {
    let mut encrypted = file.revisions().iter().map(|revision| revision.trailer.get("Encrypt"));
    if encrypted.next().flatten().is_some() {
        return Err(ReadError::Unsupported("mã hóa / encryption"));
    }
    match encrypted.flatten().next() {
        Some(added) => {
            Err(ReadError::Syntax { at: added.span.start, expected: "an update that is not encrypted" })
        }
        None => Ok(()),
    }
}

/// Whether a signature stamps the digest of the document as it was laid out.
fn is_stamped(candidate: &Candidate) -> bool {
    candidate.dictionary.as_ref().is_some_and(|known| known.get(REPORT_DIGEST_KEY).is_some())
}

/// The reports on the signatures and document time-stamps that were `found`, in the same order.
fn signatures(
    file: &File<'_>,
    options: &Options<'_>,
    found: &[Candidate],
    history: &History,
    office: Option<&OfficeIdentity>,
) -> Result<Vec<SignatureReport>, ReadError> {
    let validation = validation_data::read(file)?;
    let beginnings = Beginnings::new(file.bytes(), found.iter().filter_map(gap).collect());
    let mut context = Context {
        file,
        beginnings: &beginnings,
        options,
        history,
        validation: &validation,
        office: office.cloned(),
        certification: certification(file, found)?,
        paths: PathBudget::of_file(),
        looks: RefCell::default(),
        proven: None,
        later: Vec::new(),
    };
    // From the last to the first: a good document time-stamp proves when what is before it existed.
    let mut signatures: Vec<SignatureReport> = Vec::new();
    for candidate in found.iter().rev() {
        let report = signature::judge(&context, candidate)?;
        if report.kind == SignatureKind::DocumentTimeStamp && report.verdict == Verdict::Valid {
            let time = report.signing_time.as_ref().and_then(|time| clock::parse(&time.value).ok());
            let known = context.proven;
            context.proven = time.map(|time| ProofOfExistence {
                time: known.map_or(time, |known| known.time.min(time)),
                revision: known.map_or(candidate.revision, |known| known.revision),
            });
        }
        if report.kind == SignatureKind::Signature
            && report.verdict != Verdict::Invalid
            && let Some(signer) = &report.signer
        {
            context.later.push((candidate.revision, signer.subject.common_name.clone()));
        }
        signatures.push(report);
    }
    signatures.reverse();
    Ok(signatures)
}

/// A receipt is about a document's data; that its pages say the same is for whoever signed them.
fn nobody_trusted() -> Message {
    message!("không có chữ ký nào hợp lệ", "no signature on it is valid")
}

/// One past the bytes that the last signature over what is there covers, with the end of line after them; 0 where
/// there is none.
fn covered(file: &File<'_>, signatures: &[SignatureReport]) -> usize {
    let is_whole = |signature: &&SignatureReport| {
        signature.checks.iter().any(|check| check.id == CheckId::Digest && check.outcome == Outcome::Pass)
    };
    let revisions = signatures.iter().filter(is_whole).filter_map(|signature| signature.revision);
    let last = revisions.max().and_then(|number| file.revisions().get(number.checked_sub(1)?));
    last.map_or(0, |revision| revision.span.end)
}

/// Looks in what followed the first signature, in revision `signed`, for what other programs may read in another way;
/// and, where something follows all signatures, which cover `covered` bytes, for what they may find everywhere.
fn note_ambiguities(file: &File<'_>, signed: usize, covered: usize) -> Result<(), ReadError> {
    for index in signed + 1..file.revisions().len() {
        file.check_update(index)?;
    }
    let rest = file.bytes().get(covered..).unwrap_or_default();
    if rest.trim_ascii().is_empty() { Ok(()) } else { file.check_repair(covered) }
}

/// What followed revision `signed`, as far as rules explain it.
fn changes(history: &History, signed: usize) -> Vec<ChangeReport> {
    let transitions = history.after(signed);
    let changes = transitions.flat_map(|(revision, transition)| {
        transition.changes.iter().map(move |change| ChangeReport {
            revision: revision + 1,
            message: change.words(),
            regions: change.regions().to_vec(),
        })
    });
    changes.collect()
}

/// What followed revision `signed` beside what belongs to the decree's own flow or shows nowhere; the number is a part
/// of that flow once the agency has signed it.
fn additions(history: &History, signed: usize, late: LateNumber) -> Additions {
    let is_number = |field: &str| field == NUMBER_FIELD || field == DATE_FIELD;
    let weight = |change: &Change| match change {
        Change::Signature(field) if !field.is_new => Additions::None,
        Change::Metadata => Additions::None,
        Change::ValidationData | Change::TimeStamp(_) => Additions::Preservation,
        Change::Filled { field, .. } if late == LateNumber::Sealed && is_number(&field.name) => {
            Additions::Number
        }
        _ => Additions::Other,
    };
    let changes = history.after(signed).flat_map(|(_, transition)| &transition.changes);
    changes.map(weight).max().unwrap_or_default()
}

/// Where a candidate says that its gap begins.
fn gap(candidate: &Candidate) -> Option<usize> {
    let range = candidate.dictionary.as_ref()?.get("ByteRange")?.object.as_array()?;
    usize::try_from(range.get(1)?.object.as_integer()?).ok()
}

/// The signature that the catalog says certifies the document, and what it permits.
fn certification(file: &File<'_>, found: &[Candidate]) -> Result<Option<(u32, Certification)>, ReadError> {
    let Some(number) = permissions::certifying(file, file.last())? else {
        return Ok(None);
    };
    let Some(candidate) = found.iter().find(|candidate| candidate.number == number) else {
        return Ok(None);
    };
    // Where the signature itself does not say what it permits, that is the default, P 2 (ISO 32000-2 table 257).
    let permissions = Permissions::of(file, candidate)?;
    Ok(Some((number, permissions.certification.unwrap_or(Certification::FormFilling))))
}

/// Has the pages as they were signed compared with those of the last revision, where what followed can show there.
fn look(
    file: &File<'_>,
    history: &History,
    signed: usize,
    witness: Option<&dyn Witness>,
    report: &mut Report,
) {
    if !history.after(signed).any(|(_, transition)| transition.can_show()) {
        return;
    }
    let before = file.revisions().get(signed).and_then(|first| file.bytes().get(..first.span.end));
    let (Some(before), Some(witness)) = (before, witness) else {
        report.unseen = Some(message!("không ai xem các trang", "nobody looked at the pages"));
        return;
    };
    let changes = history.after(signed).flat_map(|(_, transition)| &transition.changes);
    let allowed: Vec<Region> = changes.flat_map(|change| change.regions().iter().copied()).collect();
    let Sight { differences, unseen } = witness.compare(before, file.bytes(), &allowed);
    // Without a difference, those who did not see everything saw nothing.
    report.pages_differ = (unseen.is_none() || !differences.is_empty()).then_some(differences);
    report.unseen = unseen;
}
