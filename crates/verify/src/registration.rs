//! Whether the receipt that a document carries is one of a register that the recipient believes, and is
//! about this document: its number, its date, its content, before anybody signed.

use sha2::{Digest, Sha256};

use super::cause::Cause;
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use super::facts;
use super::report::{ReceiptReport, Report};
use super::trust::{TrustStore, TrustedLog};
use super::trust_scope::{OfficeIdentity, TrustScope};
use crate::clock;
use crate::diacritics;
use crate::explain::Explain;
use crate::lang::Message;
use crate::log::receipt::{FILE_NAME, MAX_RECEIPT, Receipt, ReceiptError};
use crate::log::{CheckpointError, Event, Leaf, NoteError};
use crate::message;
use crate::pdf::attachments::attachments;
use crate::pdf::reader::{File, ReadError};

const ID: CheckId = CheckId::RegisterReceipt;

/// A receipt that a document carries, with what it is a receipt of.
pub(super) struct Carried {
    receipt: Result<Receipt, ReceiptError>,
    /// The digest of the data that the pages were laid out from, in hexadecimal; `None` where there are none, or some.
    contents: Option<String>,
}

/// The receipt in the first revision of `file`; `None` where it carries none.
pub(super) fn carried(file: &File<'_>) -> Result<Option<Carried>, ReadError> {
    let attached = attachments(file, 0)?;
    let Some(own) = attached.iter().find(|one| one.name == FILE_NAME) else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&own.bytes).ok().filter(|text| text.len() <= MAX_RECEIPT);
    let receipt = text.ok_or(ReceiptError::Form).and_then(Receipt::parse);
    let mut sources = attached.iter().filter(|one| one.relationship.as_deref() == Some("Source"));
    let contents = match (sources.next(), sources.next()) {
        (Some(source), None) => Some(crate::hex::lower(&Sha256::digest(&source.bytes))),
        _ => None,
    };
    Ok(Some(Carried { receipt, contents }))
}

/// Judges the receipt that `file` carries. `unsigned` is why it is not what was signed, where it isn't.
pub(super) fn judge(
    carried: &Carried,
    file: &File<'_>,
    report: &Report,
    trust: &TrustStore,
    unsigned: Option<Message>,
) -> Result<ReceiptReport, ReadError> {
    let receipt = match &carried.receipt {
        Ok(receipt) => receipt,
        Err(cause) => return Ok(ReceiptReport { leaf: None, log: None, check: unreadable(cause) }),
    };
    let office = facts::read(file, 0)?.and_then(|facts| facts.office());
    let check = match (contradiction(file, report, receipt.leaf(), carried.contents.as_deref())?, unsigned) {
        (Some(words), _) => Check::fail(ID, words),
        (None, unsigned) => match (vouched(receipt, trust, office.as_ref()), unsigned) {
            (Check { outcome: Outcome::Pass, .. }, Some(Message { vi, en })) => Check::not_checked(
                ID,
                message!(
                    "xác nhận đăng ký kèm theo chưa có giá trị cho tệp này: {vi}",
                    "the attached registration receipt does not count for this file: {en}"
                ),
            ),
            (check, _) => check,
        },
    };
    let believed = check.outcome == Outcome::Pass;
    let log = receipt.checkpoint().lines().next().map(str::to_owned);
    let leaf = believed.then(|| receipt.leaf().clone());
    Ok(ReceiptReport { leaf, log, check })
}

fn unreadable(cause: &ReceiptError) -> Check {
    let Message { vi, en } = cause.words();
    Check::fail(
        ID,
        message!(
            "xác nhận đăng ký kèm theo không đọc được: {vi}",
            "the attached registration receipt can't be read: {en}"
        ),
    )
}

/// What the receipt says and the document does not.
fn contradiction(
    file: &File<'_>,
    report: &Report,
    leaf: &Leaf,
    content: Option<&str>,
) -> Result<Option<Message>, ReadError> {
    let facts = facts::read(file, 0)?.unwrap_or_default();
    // Printed with a zero where it is below 10.
    let number = facts.code_number.as_deref().and_then(|number| number.parse::<u32>().ok());
    let notation = leaf.code.as_deref().and_then(|code| code.split_once('/')).map(|(_, notation)| notation);
    let signed = report.signatures.iter().filter_map(|one| one.claimed_time.as_deref());
    let mut signed = signed.filter_map(|time| clock::parse(time).ok());
    let at = clock::parse(&leaf.at).ok();
    Ok(if leaf.event != Event::Issue {
        Some(message!(
            "xác nhận đăng ký kèm theo không phải của việc cấp số",
            "the attached registration receipt is not about assigning a number"
        ))
    } else if number != Some(leaf.number) || facts.code_notation.as_deref() != notation {
        let code = leaf.code.as_deref().unwrap_or_default();
        Some(message!(
            "xác nhận đăng ký kèm theo là của số {code}, không phải số của văn bản này",
            "the attached registration receipt is of number {code}, which is not this document's"
        ))
    } else if facts.issued_date.is_none() || facts.issued_date != leaf.date {
        Some(message!(
            "xác nhận đăng ký kèm theo ghi ngày khác ngày của văn bản",
            "the attached registration receipt names another date than the document"
        ))
    } else if content.is_none() || content != leaf.content_sha256.as_deref() {
        Some(message!(
            "xác nhận đăng ký kèm theo là của nội dung khác",
            "the attached registration receipt is of another content"
        ))
    } else if at.is_none_or(|at| signed.any(|signed| signed < at)) {
        Some(message!(
            "số được đăng ký sau khi văn bản đã ký",
            "the number was registered after the document was signed"
        ))
    } else {
        None
    })
}

/// Whether a log that the recipient believes for the document's `office` vouches for it.
fn vouched(receipt: &Receipt, trust: &TrustStore, office: Option<&OfficeIdentity>) -> Check {
    let leaf = receipt.leaf();
    let code = leaf.code.as_deref().unwrap_or_default();
    let at = clock::shown(&leaf.at);
    let mut unknown = true;
    for TrustedLog { key, scope } in trust.logs() {
        match receipt.verify(key) {
            Ok(_) => {
                let log = key.name();
                return stranger(leaf, scope, office).unwrap_or_else(|| {
                    Check::pass(
                        ID,
                        message!(
                            "số {code} đã được đăng ký vào sổ {log} lúc {at}, đúng với nội dung này, trước khi ký",
                            "number {code} was registered in {log} at {at}, for this content, before it was signed"
                        ),
                    )
                });
            }
            Err(ReceiptError::Checkpoint(
                CheckpointError::Note(NoteError::Unknown) | CheckpointError::Origin,
            )) => {}
            Err(_) => unknown = false,
        }
    }
    if unknown {
        return Check::not_checked(
            ID,
            message!(
                "văn bản kèm xác nhận đăng ký số; chưa kiểm tra được vì chưa có khóa công khai của sổ",
                "the registration receipt could not be checked: the register's key is not trusted yet"
            ),
        );
    }
    Check::against(
        ID,
        Cause::ReceiptForged,
        message!(
            "xác nhận đăng ký không phải của sổ này: chữ ký của sổ không khớp",
            "the registration receipt is not this register's: its signature does not match"
        ),
    )
}

/// What speaks against a register that is believed for those of `scope` and logged `leaf`, on a document of `office`.
fn stranger(leaf: &Leaf, scope: &TrustScope, office: Option<&OfficeIdentity>) -> Option<Check> {
    let office = office?;
    let (own, named) = (&office.name, &leaf.office);
    match scope.names() {
        Some(_) if scope.vouches_for(office) => None,
        Some(names) => Some(Check::against(
            ID,
            Cause::OtherOffice,
            message!(
                "xác nhận đăng ký là của sổ của {names}, không phải của cơ quan ghi trên văn bản ({own})",
                "the registration receipt is of the register of {names}, not of the office that the document names ({own})"
            ),
        )),
        // A register that is believed for everyone says itself whose it is.
        None if office.organ_id.as_ref() == Some(named) || diacritics::slug(own) == *named => None,
        None => Some(Check::not_checked(
            ID,
            message!(
                "chưa xác định được sổ {named} đã xác nhận có phải của {own} hay không: chưa rõ khóa của sổ là của cơ quan nào",
                "it was not established that the register {named}, which gave the receipt, is that of {own}: the key was not added for an office"
            ),
        )),
    }
}
