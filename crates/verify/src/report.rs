//! What verification found, for people and (as JSON, with stable names) for programs.

use serde::Serialize;

use super::cause::Cause;
use super::cause_words::{CauseReport, Named};
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::established::{self, Established};
use super::permissions::Certification;
use super::register_answer::RegisterAnswer;
use super::signature_kind::SignatureKind;
use super::trust_scope::{OfficeIdentity, TrustScope};
use super::unread::Unread;
use super::verdict::Verdict;
use crate::certificate::Subject;
use crate::clock;
use crate::lang::Message;
use crate::log::Leaf;
use crate::message;
use crate::number;
use crate::pdf::form::Region;
use crate::pdf::reader::{File, Finding};
use crate::role::Role;

/// The report on one file.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// The verdict: the worst of the signatures', and of what surrounds them.
    pub verdict: Verdict,
    /// Why it is what it is, and what to do next.
    pub cause: CauseReport,
    /// The cause's headline and sentence, as text that runs on.
    pub sentence: Message,
    /// The digest that was stamped, compared; `null` where the file has none.
    pub digest: Option<DigestReport>,
    /// The signatures, in the order in which they were made.
    pub signatures: Vec<SignatureReport>,
    /// Roles that must sign and have not.
    pub missing: Vec<Role>,
    /// How many times the file was saved.
    pub revisions: usize,
    /// What other programs may read in another way.
    pub findings: Vec<FindingReport>,
    /// What the signed document says of itself; `null` where nothing may be believed.
    pub facts: Option<Facts>,
    /// Where the pages look different from what was signed, outside of the fields that were added or
    /// filled in; `null` where nothing followed, or nobody looked.
    pub pages_differ: Option<Vec<Region>>,
    /// What was done after the first signature, and where it shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeReport>,
    /// What the file does or holds beside its pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<RemarkReport>,
    /// Why the pages could not be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Message>,
    /// Whether every save after the first signature is, byte for byte, what vanthu writes for what it did; `null` where
    /// nothing followed.
    pub canonical: Option<bool>,
    /// The first revision after the first signature, from 0, that passes for one of vanthu's and is written otherwise.
    #[serde(skip)]
    pub imitated: Option<usize>,
    /// Whether the pages say what the data in the file say, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reproduction: Option<Check>,
    /// What the office's register says of the document, where it carries a receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptReport>,
    /// What the register of the office that the document names answered; `null` where nobody asked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<RegisterAnswer>,
    /// What the first revision says of the document, whether or not it may be believed: to ask a register with, never to
    /// be shown.
    #[serde(skip)]
    pub claims: Option<Facts>,
    /// Why the file can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Message>,
    /// What the verdict was drawn from.
    #[serde(skip)]
    pub(super) established: Established,
}

/// Something that was done to the file after its first signature, and that a rule explains.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeReport {
    /// The revision that did it, from 1.
    pub revision: usize,
    /// What was done, in words without a full stop.
    pub message: Message,
    /// Where it can be seen; nowhere else, in whatever program.
    pub regions: Vec<Region>,
}

/// Something that a file does or holds beside its pages, whatever its signatures are worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemarkReport {
    /// Its stable name, as `javascript`.
    pub id: &'static str,
    /// What it is, in words without a full stop.
    pub message: Message,
}

/// The receipt of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptReport {
    /// What was logged; `null` where nobody who is believed vouches for it.
    pub leaf: Option<Leaf>,
    /// Which log it names.
    pub log: Option<String>,
    /// Whether it is believed, and is about this document.
    pub check: Check,
}

/// The stamped digest of the report revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DigestReport {
    /// The name of the algorithm: `SHA-256`.
    pub algorithm: &'static str,
    /// How many bytes, from the start of the file, it covers.
    pub length: u64,
    /// In hexadecimal, as stamped.
    pub value: String,
    /// Whether those bytes have it.
    pub matches: bool,
}

/// The report on one signature or document time-stamp.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignatureReport {
    /// Whether it is a signature or a document time-stamp.
    pub kind: SignatureKind,
    /// The name of its field.
    pub field: Option<String>,
    /// The role that signs there.
    pub role: Option<Role>,
    /// The verdict on it.
    pub verdict: Verdict,
    /// Why the verdict on it is what it is.
    pub cause: Cause,
    /// Who signed; `null` where nothing may be believed.
    pub signer: Option<CertificateReport>,
    /// When; `null` where nothing may be believed.
    pub signing_time: Option<TimeReport>,
    /// When by the signer's own word, RFC 3339.
    pub claimed_time: Option<String>,
    /// Name of the signature algorithm; `null` where the CMS can't be read.
    pub algorithm: Option<String>,
    /// The level of ETSI EN 319 142-1 that it reaches.
    pub level: Option<Level>,
    /// What it permits to be done later, where it certifies the document.
    pub certification: Option<Certification>,
    /// The bytes that it covers.
    pub byte_range: Option<[u64; 4]>,
    /// The revision that it covers, from 1.
    pub revision: Option<usize>,
    /// What was checked, in the order in which it was.
    pub checks: Vec<Check>,
    /// Time-stamps of the signature.
    pub time_stamps: Vec<TimeStampReport>,
    /// The path from the signer to the trust anchor, as far as there is one.
    pub chain: Vec<CertificateReport>,
    /// For whom that anchor vouches; `null` where the path leads to none.
    pub vouches_for: Option<TrustScope>,
    /// What was added to the file later, in words.
    pub changes_after: Vec<Message>,
    /// The digest that it stamps.
    pub digest: Option<DigestReport>,
    /// The seven things that the circular asks for.
    pub items: Vec<CircularItem>,
    /// What whoever checks could bring to settle whether the signer is to be trusted; `None` where nothing would.
    #[serde(skip)]
    pub lacks: Option<MissingProof>,
}

/// What the path from a signer to a trust anchor lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingProof {
    /// No anchor at hand vouches for the signer.
    TrustAnchor,
    /// No list or answer at hand says whether a certificate was revoked.
    RevocationData,
    /// The revocation list at hand ran out.
    CurrentList,
}

/// A level of ETSI EN 319 142-1 §6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Level {
    /// Basic: a signature with its certificate.
    #[serde(rename = "B-B")]
    BB,
    /// With a trusted time.
    #[serde(rename = "B-T")]
    BT,
    /// With all that is needed to validate it.
    #[serde(rename = "B-LT")]
    BLT,
    /// With a time-stamp over that.
    #[serde(rename = "B-LTA")]
    BLTA,
}

impl Level {
    /// Its name in the standard, as `B-LTA`.
    pub fn name(self) -> &'static str {
        match self {
            Level::BB => "B-B",
            Level::BT => "B-T",
            Level::BLT => "B-LT",
            Level::BLTA => "B-LTA",
        }
    }
}

/// What a certificate (RFC 5280) says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateReport {
    /// Whom the certificate names.
    pub subject: Subject,
    /// Who vouches for that.
    pub issuer: Subject,
    /// Its serial number in hexadecimal.
    pub serial: String,
    /// Its SHA-256 fingerprint in hexadecimal.
    pub fingerprint: String,
    /// Valid from, RFC 3339.
    pub not_before: String,
    /// Valid until, RFC 3339.
    pub not_after: String,
    /// The certificate itself, DER.
    #[serde(skip)]
    pub der: Vec<u8>,
}

/// When it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeReport {
    /// The time, RFC 3339, in Vietnam's zone (+07:00).
    pub value: String,
    /// How it is known.
    pub source: TimeSource,
}

impl TimeReport {
    pub(super) fn new(time: time::OffsetDateTime, source: TimeSource) -> TimeReport {
        TimeReport { value: clock::rfc3339(time), source }
    }
}

/// How a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// From the signer's clock.
    Claimed,
    /// From a trusted time-stamp: it was signed then or before.
    TimeStamp,
}

/// A time-stamp (RFC 3161) of the bytes that it should be of, with a signature that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeStampReport {
    /// When the authority had the digest, RFC 3339, in Vietnam's zone (+07:00).
    pub time: String,
    /// The certificate of the authority; `null` where it can't be written again.
    pub authority: Option<CertificateReport>,
    /// Whether that leads to a trust anchor.
    pub is_trusted: bool,
    /// The path from the authority to the trust anchor, as far as there is one.
    pub chain: Vec<CertificateReport>,
    /// Name of the algorithm that the token is signed with.
    pub algorithm: String,
}

/// Something that other programs may read in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingReport {
    /// Its stable name, as `trailing-bytes`.
    pub id: &'static str,
    /// The byte where it stands.
    pub at: usize,
    /// What is ambiguous, in words without a full stop.
    pub message: Message,
}

/// What the signed document says of itself, by the names of NĐ 30/2020, Phụ lục VI.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facts {
    /// Kind of the document (Loại văn bản).
    pub type_name: Option<String>,
    /// Number of the document (Số).
    pub code_number: Option<String>,
    /// Notation of the document (Ký hiệu).
    pub code_notation: Option<String>,
    /// Date of issue (Ngày ban hành); ISO 8601 in files that vanthu wrote.
    pub issued_date: Option<String>,
    /// Identifier of the issuing agency (mã định danh), where the document names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organ_id: Option<String>,
    /// Name of the issuing agency (Cơ quan ban hành).
    pub organ_name: Option<String>,
    /// Name of the person who signs, as it is printed (Họ và tên người ký).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer_full_name: Option<String>,
    /// Subject of the document (Trích yếu).
    pub subject: Option<String>,
}

impl Facts {
    /// The office that the document says it is of; `None` where it names none.
    pub fn office(&self) -> Option<OfficeIdentity> {
        let name = self.organ_name.clone()?;
        Some(OfficeIdentity { name, organ_id: self.organ_id.clone() })
    }

    /// Number and notation as they are printed, such as `07/TTr-UBND`; `None` where one of them is missing.
    pub fn code(&self) -> Option<String> {
        let (number, notation) = (self.code_number.as_deref()?, self.code_notation.as_deref()?);
        Some(match number.parse() {
            Ok(number) => number::code(number, notation),
            Err(_) => format!("{number}/{notation}"),
        })
    }

    /// The date of issue as readers know it, such as `18/06/2020`.
    pub fn date(&self) -> Option<Message> {
        self.issued_date.as_deref().map(clock::day)
    }
}

/// Whether a check tells when a signature was made.
fn tells_time(id: CheckId) -> bool {
    match id {
        CheckId::Time | CheckId::TimeStamp => true,
        CheckId::Field
        | CheckId::Structure
        | CheckId::Format
        | CheckId::Cms
        | CheckId::Digest
        | CheckId::Attributes
        | CheckId::Certificate
        | CheckId::Signature
        | CheckId::UnsignedAttributes
        | CheckId::Trust
        | CheckId::Office
        | CheckId::Role
        | CheckId::Revocation
        | CheckId::Validity
        | CheckId::DocumentDigest
        | CheckId::Document
        | CheckId::Changes
        | CheckId::Reproduction
        | CheckId::RegisterReceipt => false,
    }
}

impl Report {
    /// What is known of `file` before a verdict is drawn: its signatures and ambiguities.
    pub(super) fn of(file: &File<'_>, signatures: Vec<SignatureReport>, findings: &[Finding]) -> Report {
        Report {
            digest: signatures.iter().find_map(|signature| signature.digest.clone()),
            signatures,
            revisions: file.revisions().len(),
            findings: findings
                .iter()
                .map(|finding| FindingReport {
                    id: finding.kind.id(),
                    at: finding.at,
                    message: finding.kind.words(),
                })
                .collect(),
            ..Report::empty()
        }
    }

    /// The report on a file that could not be read, and why.
    pub(super) fn unreadable(unread: Unread, reason: Message) -> Report {
        let mut report = Report { reason: Some(reason), ..Report::empty() };
        report.conclude(Established { unread: Some(unread), ..Established::default() });
        report
    }

    /// A report that says nothing yet: its verdict comes with [`Report::conclude`].
    fn empty() -> Report {
        let cause = CauseReport::new(Cause::Unreadable, &Named::nothing());
        Report {
            verdict: cause.code.verdict(),
            sentence: cause.summary(),
            cause,
            digest: None,
            signatures: Vec::new(),
            missing: Vec::new(),
            revisions: 0,
            findings: Vec::new(),
            facts: None,
            pages_differ: None,
            changes: Vec::new(),
            remarks: Vec::new(),
            unseen: None,
            canonical: None,
            imitated: None,
            reproduction: None,
            receipt: None,
            register: None,
            claims: None,
            reason: None,
            established: Established::default(),
        }
    }

    /// Draws the verdict from what is `known`, says it, and takes away what may not be told with it.
    pub(super) fn conclude(&mut self, known: Established) {
        self.established = known;
        let cause = established::cause(&self.established);
        self.verdict = cause.verdict();
        self.cause = CauseReport::new(cause, &self.named(cause));
        self.sentence = self.cause.summary();
        if !self.verdict.shows_facts() {
            self.facts = None;
        }
        if self.verdict == Verdict::Invalid {
            self.withhold();
        }
    }

    /// That the office took the document back, where something else decides the verdict: whoever reads it is told that
    /// first.
    pub fn withdrawn(&self) -> Option<CauseReport> {
        let answer = self.register.as_ref().filter(|answer| answer.is_withdrawn())?;
        let cause = answer.cause().filter(|cause| *cause != self.cause.code)?;
        let what = answer.words().capitalised();
        Some(CauseReport::new(cause, &Named { what, ..Named::nothing() }))
    }

    /// Whether the office took the document back.
    pub fn is_withdrawn(&self) -> bool {
        self.register.as_ref().is_some_and(RegisterAnswer::is_withdrawn)
    }

    /// Whether a valid signature stands in the field of `role`.
    pub(super) fn is_signed_by(&self, role: Role) -> bool {
        self.signatures.iter().any(|signature| signature.role == Some(role) && signature.verdict.is_valid())
    }

    /// The earliest revision, from 0, with a signature that fits its content and is not known to be bad.
    pub(super) fn first_fitting(&self) -> Option<usize> {
        let fitting = self.approvals().filter(|one| one.verdict != Verdict::Invalid && one.fits());
        fitting.filter_map(|one| one.revision?.checked_sub(1)).min()
    }

    /// Whether a signature on it is valid.
    pub(super) fn has_valid_signature(&self) -> bool {
        self.approvals().any(|one| one.verdict.is_valid())
    }

    /// Takes away what an invalid file says of its signer.
    fn withhold(&mut self) {
        for signature in &mut self.signatures {
            signature.signer = None;
            signature.signing_time = None;
            signature.claimed_time = None;
            signature.chain.clear();
            signature.vouches_for = None;
            signature.time_stamps.clear();
            signature.level = None;
            signature.lacks = None;
            // When it was signed is as little a fact as who signed it.
            for check in &mut signature.checks {
                if tells_time(check.id) && check.outcome != Outcome::Fail {
                    check.outcome = Outcome::NotChecked;
                    check.message = message!(
                        "không nêu thời điểm ký vì tệp không hợp lệ",
                        "time not shown: the file is not valid"
                    );
                }
            }
        }
    }

    /// What a sentence about `cause` names.
    fn named(&self, cause: Cause) -> Named {
        let about: Vec<&SignatureReport> = self.signatures.iter().filter(|one| one.cause == cause).collect();
        // Of a doubt, the signatures that it is about; otherwise everybody who signed.
        let signed: Vec<&SignatureReport> = match cause.verdict() {
            Verdict::Indeterminate => about.clone(),
            _ => self.approvals().filter(|one| one.verdict.is_valid()).collect(),
        };
        let certificates = || signed.iter().filter_map(|one| one.signer.as_ref());
        let mut names: Vec<&str> = Vec::new();
        for certificate in certificates() {
            if !names.contains(&certificate.subject.common_name.as_str()) {
                names.push(&certificate.subject.common_name);
            }
        }
        let nothing = Named::nothing();
        let validity =
            certificates().next().map(|one| [&one.not_before, &one.not_after].map(|day| clock::day(day)));
        let check = about.iter().flat_map(|one| &one.checks).find(|check| check.cause() == Some(cause));
        let receipt = self.receipt.as_ref().map(|receipt| &receipt.check);
        let receipt = receipt.filter(|check| check.cause() == Some(cause)).map(|check| &check.message);
        let register = self.register.as_ref().filter(|answer| answer.cause() == Some(cause));
        let register = register.map(|answer| answer.words().capitalised());
        let finding = self.findings.first().map(|finding| &finding.message);
        let what = check.map(|check| &check.message).or(receipt).or(register.as_ref()).or(finding);
        let what = what.or(self.reason.as_ref()).cloned();
        let mut pages: Vec<usize> = self.pages_differ.iter().flatten().map(|region| region.page).collect();
        pages.dedup();
        Named {
            signers: if names.is_empty() { nothing.signers } else { listed(&names) },
            what: what.unwrap_or(nothing.what),
            validity: validity.unwrap_or(nothing.validity),
            pages: pages.iter().map(usize::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// The signatures, document time-stamps apart.
    fn approvals(&self) -> impl Iterator<Item = &SignatureReport> {
        self.signatures.iter().filter(|signature| signature.kind == SignatureKind::Signature)
    }
}

impl SignatureReport {
    /// What is to be thought of it in a file with the verdict `file`, with a sign: below a file that is not valid
    /// nothing is called valid.
    pub fn standing(&self, file: Verdict) -> (char, Message) {
        let is_intact = file == Verdict::Invalid && self.verdict != Verdict::Invalid && self.fits();
        let words = match self.kind {
            _ if is_intact => message!("phần được ký còn toàn vẹn", "the signed part is intact"),
            SignatureKind::DocumentTimeStamp if self.verdict.is_valid() => {
                message!("dấu thời gian hợp lệ", "time-stamp valid")
            }
            _ => self.cause.headline(),
        };
        (if is_intact { '–' } else { self.verdict.sign() }, words)
    }

    /// Whether it was computed, and fits the content.
    fn fits(&self) -> bool {
        let passed = |id| self.checks.iter().any(|check| check.id == id && check.outcome == Outcome::Pass);
        passed(CheckId::Digest)
            && (passed(CheckId::Signature) || self.kind == SignatureKind::DocumentTimeStamp)
    }
}

/// `names` as a sentence lists them.
fn listed(names: &[&str]) -> Message {
    let joined = |and: &str| match names {
        [first @ .., last] if !first.is_empty() => format!("{} {and} {last}", first.join(", ")),
        _ => names.join(", "),
    };
    let (vi, en) = (joined("và"), joined("and"));
    message!("{vi}", "{en}")
}

/// One of the seven things that a verifying program must show (TT 15/2025/TT-BKHCN Điều 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Item))]
pub struct CircularItem {
    /// Its number in the circular, from 1.
    pub number: usize,
    /// What the circular asks for, in words.
    pub label: Message,
    /// What was found of it, in words.
    pub value: Message,
    /// What came of it.
    pub outcome: Outcome,
}
