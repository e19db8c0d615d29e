//! What verification found, for people and (as JSON, with stable names) for programs.

use serde::Serialize;

use super::circular::{self, Item};
use super::describe;
use super::permissions::Certification;
use super::verdict::Verdict;
use crate::keys::Subject;
use crate::lang::Message;
use crate::log::Leaf;
use crate::message;
use crate::pdf::form::Region;
use crate::pdf::reader::{File, Finding};
use crate::role::Role;

/// The report on one file.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// The verdict: the worst of the signatures', and of what surrounds them.
    pub verdict: Verdict,
    /// One sentence that a clerk understands.
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
    /// Why the pages could not be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Message>,
    /// Whether the pages say what the data in the file say, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reproduction: Option<Check>,
    /// What the office's register says of the document, where it carries a receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptReport>,
    /// Why the file can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Message>,
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
    /// `SHA-256`.
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
    /// What it is.
    pub kind: Kind,
    /// The name of its field.
    pub field: Option<String>,
    /// The role that signs there.
    pub role: Option<Role>,
    /// The verdict on it.
    pub verdict: Verdict,
    /// Who signed; `null` where nothing may be believed.
    pub signer: Option<CertificateReport>,
    /// When; `null` where nothing may be believed.
    pub signing_time: Option<TimeReport>,
    /// When by the signer's own word, RFC 3339.
    pub claimed_time: Option<String>,
    /// The algorithm.
    pub algorithm: Option<String>,
    /// The level of ETSI EN 319 142-1 that it reaches.
    pub level: Option<Level>,
    /// What it permits to be done later, where it certifies the document.
    pub certification: Option<Certification>,
    /// The bytes that it covers.
    pub byte_range: Option<[u64; 4]>,
    /// The revision that it covers, from 1.
    pub revision: Option<usize>,
    /// What was checked.
    pub checks: Vec<Check>,
    /// Time-stamps of the signature.
    pub time_stamps: Vec<TimeStampReport>,
    /// The path from the signer to the trust anchor, as far as there is one.
    pub chain: Vec<CertificateReport>,
    /// What was added to the file later, in words.
    pub changes_after: Vec<Message>,
    /// The digest that it stamps.
    pub digest: Option<DigestReport>,
    /// The seven things that the circular asks for.
    pub items: Vec<Item>,
}

/// What stands in a signature field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A signature.
    Signature,
    /// A document time-stamp (ISO 32000-2 12.8.5).
    DocumentTimeStamp,
}

/// A level of ETSI EN 319 142-1 §6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Level {
    /// A signature.
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
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Level::BB => "B-B",
            Level::BT => "B-T",
            Level::BLT => "B-LT",
            Level::BLTA => "B-LTA",
        }
    }
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateReport {
    /// Whom it names.
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
    /// RFC 3339.
    pub value: String,
    /// How it is known.
    pub source: TimeSource,
}

impl TimeReport {
    pub(super) fn new(time: time::OffsetDateTime, source: TimeSource) -> TimeReport {
        TimeReport { value: crate::clock::rfc3339(time), source }
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

/// A time-stamp (RFC 3161) that is one of what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeStampReport {
    /// RFC 3339.
    pub time: String,
    /// Who made it.
    pub authority: Option<CertificateReport>,
    /// Whether that leads to a trust anchor.
    pub is_trusted: bool,
    /// The path from the authority to the trust anchor, as far as there is one.
    pub chain: Vec<CertificateReport>,
    /// The algorithm.
    pub algorithm: String,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// Its stable name.
    pub id: &'static str,
    /// What came of it.
    pub outcome: Outcome,
    /// In words.
    pub message: Message,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It can't be told.
    Unknown,
    /// It was not asked for.
    NotChecked,
}

/// Something that other programs may read in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingReport {
    /// Its stable name.
    pub id: &'static str,
    /// The byte where it stands.
    pub at: usize,
    /// In words.
    pub message: Message,
}

/// What the signed document says of itself, by the names of NĐ 30/2020, Phụ lục VI.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facts {
    /// Kind.
    pub type_name: Option<String>,
    /// Number.
    pub code_number: Option<String>,
    /// Notation.
    pub code_notation: Option<String>,
    /// Date of issue.
    pub issued_date: Option<String>,
    /// Agency.
    pub organ_name: Option<String>,
    /// Subject.
    pub subject: Option<String>,
}

impl Check {
    pub(super) fn pass(id: &'static str, message: Message) -> Check {
        Check { id, outcome: Outcome::Pass, message }
    }

    pub(super) fn fail(id: &'static str, message: Message) -> Check {
        Check { id, outcome: Outcome::Fail, message }
    }

    pub(super) fn unknown(id: &'static str, message: Message) -> Check {
        Check { id, outcome: Outcome::Unknown, message }
    }
}

/// The verdict that some checks come to.
pub(super) fn verdict_of(checks: &[Check]) -> Verdict {
    let any = |outcome| checks.iter().any(|check| check.outcome == outcome);
    if any(Outcome::Fail) {
        Verdict::Invalid
    } else if any(Outcome::Unknown) {
        Verdict::Indeterminate
    } else {
        Verdict::Valid
    }
}

impl Report {
    pub(super) fn of(file: &File<'_>, signatures: Vec<SignatureReport>, findings: &[Finding]) -> Report {
        let verdict = signatures.iter().map(|signature| signature.verdict).max().unwrap_or(Verdict::Unsigned);
        Report {
            verdict,
            sentence: verdict.words(),
            digest: signatures.iter().find_map(|signature| signature.digest.clone()),
            signatures,
            missing: Vec::new(),
            revisions: file.revisions().len(),
            findings: findings
                .iter()
                .map(|finding| {
                    let (id, message) = describe(finding.kind);
                    FindingReport { id, at: finding.at, message }
                })
                .collect(),
            facts: None,
            pages_differ: None,
            unseen: None,
            reproduction: None,
            receipt: None,
            reason: None,
        }
    }

    /// Takes in whether the pages say what the data in the file say: where they don't, somebody is
    /// deceived, whatever the signatures are worth.
    pub fn add_reproduction(&mut self, check: Check) {
        if check.outcome == Outcome::Fail && self.verdict.is_valid() {
            self.verdict = Verdict::Indeterminate;
            self.sentence = self.headline();
        }
        self.reproduction = Some(check);
    }

    /// Takes in what the register's receipt says: one that contradicts the document is a forgery of one of
    /// them, whatever the signatures are worth.
    pub(super) fn add_receipt(&mut self, receipt: Option<ReceiptReport>) {
        if receipt.as_ref().is_some_and(|receipt| receipt.check.outcome == Outcome::Fail) {
            self.verdict = Verdict::Invalid;
        }
        self.receipt = receipt;
    }

    pub(super) fn unreadable(verdict: Verdict, reason: Message) -> Report {
        let mut report = Report {
            verdict,
            sentence: verdict.words(),
            digest: None,
            signatures: Vec::new(),
            missing: Vec::new(),
            revisions: 0,
            findings: Vec::new(),
            facts: None,
            pages_differ: None,
            unseen: None,
            reproduction: None,
            receipt: None,
            reason: Some(reason),
        };
        report.sentence = report.headline();
        report
    }

    /// Whether a valid signature stands in the field of `role`.
    pub(super) fn is_signed_by(&self, role: Role) -> bool {
        self.signatures.iter().any(|signature| signature.role == Some(role) && signature.verdict.is_valid())
    }

    /// Says the seven things of each signature, when all else is known.
    pub(super) fn itemize(&mut self) {
        for signature in &mut self.signatures {
            signature.items = circular::items(signature).into();
        }
    }

    /// Takes away what an invalid file says of its signer.
    pub(super) fn withhold(&mut self) {
        for signature in &mut self.signatures {
            signature.signer = None;
            signature.signing_time = None;
            signature.claimed_time = None;
            signature.chain.clear();
            signature.time_stamps.clear();
            signature.level = None;
            // When it was signed is as little a fact as who signed it.
            for check in &mut signature.checks {
                if matches!(check.id, "time" | "time-stamp") && check.outcome != Outcome::Fail {
                    check.outcome = Outcome::NotChecked;
                    check.message = message!(
                        "không xét thời gian của tệp không hợp lệ",
                        "of an invalid file no time is told"
                    );
                }
            }
        }
    }

    /// The sentence for the verdict.
    pub(super) fn headline(&self) -> Message {
        let Message { vi, en } = self.verdict.words();
        let signers = self.signers();
        let agency = self.facts.as_ref().and_then(|facts| facts.organ_name.clone()).unwrap_or_default();
        match self.verdict {
            Verdict::ValidExtended => {
                let (added_vi, added_en) = self.additions();
                message!(
                    "{vi}. Người ký: {signers}. Nội dung đã ký không thay đổi; sau đó tệp được bổ sung hợp lệ: {added_vi}.",
                    "{en}. Signed by: {signers}. What was signed has not changed; lawful additions since: {added_en}."
                )
            }
            Verdict::Valid if self.count() > 1 => message!(
                "{vi}. Người ký: {signers}. Nội dung không thay đổi từ khi ký; sau chữ ký đầu, tệp chỉ được thêm chữ ký.",
                "{en}. Signed by: {signers}. The content has not changed since; after the first signature only signatures were added."
            ),
            Verdict::Valid => message!(
                "{vi}. Người ký: {signers}. Nội dung không thay đổi từ khi ký.",
                "{en}. Signed by: {signers}. The content has not changed since."
            ),
            Verdict::Incomplete => {
                let missing =
                    self.missing.iter().map(|role| super::text::role_name(*role)).collect::<Vec<_>>();
                let missing_vi = missing.iter().map(|name| name.vi.as_str()).collect::<Vec<_>>().join(", ");
                let missing_en = missing.iter().map(|name| name.en.as_str()).collect::<Vec<_>>().join(", ");
                message!(
                    "{vi}: chưa có chữ ký của {missing_vi} (NĐ 30/2020, Điều 5).",
                    "{en}: the signature of {missing_en} is missing (Decree 30/2020, article 5)."
                )
            }
            Verdict::Unsigned => message!(
                "{vi}. Không có gì cho biết ai đã phát hành tệp này.",
                "{en}. Nothing tells who issued this file."
            ),
            Verdict::Indeterminate if !self.fits() => message!("{vi}.", "{en}."),
            Verdict::Indeterminate => {
                let Message { vi: why_vi, en: why_en } = self.doubt(&agency);
                message!(
                    "{vi}: chữ ký khớp với nội dung, nhưng {why_vi}.",
                    "{en}: it fits the content, but {why_en}."
                )
            }
            Verdict::Unreadable => message!(
                "{vi}. Điều đó không có nghĩa là tệp bị giả mạo.",
                "{en}. That does not mean that it is forged."
            ),
            Verdict::Invalid if self.contradicts_register() => {
                let words = self.receipt.as_ref().map(|receipt| receipt.check.message.clone());
                let Message { vi: why_vi, en: why_en } = words.unwrap_or_else(|| message!("", ""));
                message!("{vi}: {why_vi}. Không sử dụng tệp này.", "{en}: {why_en}. Do not use this file.")
            }
            Verdict::Invalid if self.pages_differ.iter().flatten().next().is_some() => {
                let mut pages: Vec<usize> =
                    self.pages_differ.iter().flatten().map(|region| region.page).collect();
                pages.dedup();
                let pages = pages.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
                message!(
                    "{vi}: tệp đã bị sửa sau khi ký (trang {pages}). Không sử dụng tệp này.",
                    "{en}: the file was changed after it was signed (page {pages}). Do not use it."
                )
            }
            Verdict::Invalid => message!(
                "{vi}: tệp đã bị thay đổi sau khi ký hoặc chữ ký bị giả mạo. Không sử dụng tệp này.",
                "{en}: the file was changed after it was signed, or the signature is forged. Do not use it."
            ),
        }
    }

    /// The first thing that is not known, in words.
    fn doubt(&self, agency: &str) -> Message {
        let checks = self.signatures.iter().flat_map(|signature| &signature.checks);
        match checks.into_iter().find(|check| check.outcome == Outcome::Unknown) {
            Some(check) if check.id == "trust" && !agency.is_empty() => message!(
                "chưa xác định được khóa này có thuộc {agency} hay không",
                "whether the key belongs to {agency} is not known"
            ),
            Some(check) => check.message.clone(),
            None => message!(
                "trang in không đúng với dữ liệu kèm theo",
                "the pages don't say what the attached data say"
            ),
        }
    }

    /// Whether the register's receipt is all that speaks against the file.
    fn contradicts_register(&self) -> bool {
        let fails = self.receipt.as_ref().is_some_and(|receipt| receipt.check.outcome == Outcome::Fail);
        fails && self.signatures.iter().all(|signature| signature.verdict != Verdict::Invalid)
    }

    /// Whether every signature was computed, and fits the content.
    fn fits(&self) -> bool {
        let passed = |signature: &SignatureReport, id| {
            signature.checks.iter().any(|check| check.id == id && check.outcome == Outcome::Pass)
        };
        let computed = |one: &SignatureReport| passed(one, "digest") && passed(one, "signature");
        !self.signatures.is_empty() && self.signatures.iter().all(computed)
    }

    /// The signatures, document time-stamps apart.
    fn approvals(&self) -> impl Iterator<Item = &SignatureReport> {
        self.signatures.iter().filter(|signature| signature.kind == Kind::Signature)
    }

    fn count(&self) -> usize {
        self.approvals().count()
    }

    fn signers(&self) -> String {
        let names = self.approvals().filter_map(|signature| signature.signer.as_ref());
        names.map(|signer| signer.subject.common_name.as_str()).collect::<Vec<_>>().join("; ")
    }

    /// What was added after the first signature, in words.
    fn additions(&self) -> (String, String) {
        let changes = self.signatures.first().map(|first| first.changes_after.as_slice()).unwrap_or_default();
        let mut seen: Vec<&Message> = Vec::new();
        for change in changes {
            if !seen.contains(&change) {
                seen.push(change);
            }
        }
        let vi = seen.iter().map(|change| change.vi.as_str()).collect::<Vec<_>>().join("; ");
        let en = seen.iter().map(|change| change.en.as_str()).collect::<Vec<_>>().join("; ");
        (vi, en)
    }
}
