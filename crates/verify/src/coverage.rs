//! What a signature covers: /ByteRange, the gap, and the form that both have (ISO 32000-2 12.8.1, 12.8.3).

use super::check::Check;
use super::check_id::CheckId;
use super::signature_kind::SignatureKind;
use super::signed_bytes::{Beginnings, SignedBytes};
use super::signed_data::CmsProfile;
use crate::message;
use crate::pdf::reader::{Dictionary, File, Object, Span, Value};

/// What a signature covers.
pub(super) struct Covered<'a> {
    /// /ByteRange (ISO 32000-2 12.8.1): offset and length, twice, in bytes.
    pub range: [usize; 4],
    /// The bytes after the gap.
    pub rest: &'a [u8],
    /// The bytes of /Contents.
    pub contents: Vec<u8>,
    /// The revision that it covers, from 0.
    pub revision: usize,
}

impl<'a> Covered<'a> {
    /// Them, to be digested.
    pub(super) fn bytes(&self, beginnings: &'a Beginnings<'a>) -> SignedBytes<'a> {
        let [_, gap, ..] = self.range;
        SignedBytes::Around { file: beginnings, gap, rest: self.rest }
    }
}

/// /ByteRange must be [0 a b c]; the gap exactly this dictionary's /Contents; the end that of the
/// revision that the dictionary stands in. Anything else lets bytes go unsigned.
pub(super) fn cover<'a>(file: &File<'a>, own: usize, dictionary: &Dictionary) -> Result<Covered<'a>, Check> {
    let wrong = |vi: &str, en: &str| {
        Check::fail(
            CheckId::Structure,
            message!("cấu trúc chữ ký sai: {vi}", "the signature's structure is wrong: {en}"),
        )
    };
    let range = dictionary.get("ByteRange").and_then(|range| range.object.as_array()).unwrap_or_default();
    let numbers: Option<Vec<usize>> =
        range.iter().map(|value| usize::try_from(value.object.as_integer()?).ok()).collect();
    let range: Option<[usize; 4]> = numbers.and_then(|numbers| numbers.try_into().ok());
    let Some(range @ [start, first, second, length]) = range else {
        return Err(wrong("/ByteRange không phải bốn số", "/ByteRange is not four numbers"));
    };
    let Some(Value { object: Object::Hexadecimal(contents), span }) = dictionary.get("Contents") else {
        return Err(wrong("thiếu /Contents", "/Contents is missing"));
    };
    // The span counts in the file only where the dictionary itself stands in the file.
    let written = file.bytes().get(span.start..span.end);
    let exact = written.is_some_and(|written| {
        let digits = written.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
        digits.is_some_and(|digits| {
            digits.iter().all(u8::is_ascii_hexdigit) && digits.len() == 2 * contents.len()
        })
    });
    if start != 0 || !exact || *span != (Span { start: first, end: second }) {
        return Err(wrong(
            "phần không ký không đúng là /Contents",
            "the unsigned gap is not exactly /Contents",
        ));
    }
    let end = second.checked_add(length);
    let revision = file
        .revisions()
        .iter()
        .position(|revision| end.is_some_and(|end| (revision.mark_end..=revision.span.end).contains(&end)));
    let Some((revision, end)) = revision.zip(end).filter(|(revision, _)| *revision == own) else {
        return Err(wrong(
            "phần được ký không kết thúc ở cuối lần lưu của nó",
            "the signed bytes do not end where its revision ends",
        ));
    };
    let Some(rest) = file.bytes().get(second..end).filter(|_| first <= second) else {
        return Err(wrong("/ByteRange ra ngoài tệp", "/ByteRange leaves the file"));
    };
    Ok(Covered { range, rest, contents: contents.clone(), revision })
}

pub(super) fn profile(dictionary: &Dictionary, kind: SignatureKind) -> Result<CmsProfile, Check> {
    let expected: &[u8] = if kind == SignatureKind::DocumentTimeStamp { b"DocTimeStamp" } else { b"Sig" };
    if dictionary.get("Type").is_some() && dictionary.name("Type") != Some(expected) {
        return Err(Check::fail(
            CheckId::Format,
            message!("/Type không hợp với /SubFilter", "/Type does not go with /SubFilter"),
        ));
    }
    match (kind, dictionary.name("SubFilter")) {
        (SignatureKind::Signature, Some(b"ETSI.CAdES.detached")) => Ok(CmsProfile::Pades),
        (SignatureKind::Signature, Some(b"adbe.pkcs7.detached")) => Ok(CmsProfile::Pkcs7),
        (SignatureKind::DocumentTimeStamp, Some(b"ETSI.RFC3161")) => Ok(CmsProfile::TimeStamp),
        (SignatureKind::Signature, Some(b"ETSI.RFC3161"))
        | (SignatureKind::DocumentTimeStamp, Some(b"ETSI.CAdES.detached" | b"adbe.pkcs7.detached")) => {
            Err(Check::fail(
                CheckId::Format,
                message!("/Type không hợp với /SubFilter", "/Type does not go with /SubFilter"),
            ))
        }
        (_, Some(other)) => {
            let name = String::from_utf8_lossy(other).into_owned();
            Err(Check::unknown(
                CheckId::Format,
                message!(
                    "dạng chữ ký {name} không được hỗ trợ",
                    "signatures of the form {name} are not supported"
                ),
            ))
        }
        (_, None) => Err(Check::fail(CheckId::Format, message!("thiếu /SubFilter", "/SubFilter is missing"))),
    }
}
