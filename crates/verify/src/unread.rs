//! Why a signed file can't be read: whether its bytes prove that they are not what was signed.

use memchr::memmem;

use super::check::Outcome;
use super::check_id::CheckId;
use super::signed_bytes::{Beginnings, SignedBytes};
use super::signed_data::{self, CmsProfile};
use super::time_stamp::{TimeStampError, TimeStampToken};
use crate::pdf::reader::{Object, ReadError, parse_value};

/// The name of what a signature covers (ISO 32000-2 12.8.1).
const BYTE_RANGE: &[u8] = b"/ByteRange";
/// The most signatures that are looked for.
const MAX_SIGNATURES: usize = 100;

/// Why a file can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It carries no signature that could be broken.
    Unsigned,
    /// It carries one, and uses what is not supported, or too much of what is.
    Unsupported,
    /// It carries one, and nothing proves that it is not as it was signed.
    Uncertain,
    /// It ends before the bytes do that were signed.
    Cut,
    /// What was signed is not what is there, or what follows it can't be read.
    Changed,
}

/// What a signature covers, by the bytes of its dictionary alone: the gap, and the end of what follows it.
struct Range {
    gap: [usize; 2],
    end: usize,
}

/// What the file ends too early for.
const CUT: Range = Range { gap: [0, 0], end: usize::MAX };

/// Whether the bytes look like those of a signed file.
pub(super) fn has_byte_range(bytes: &[u8]) -> bool {
    memmem::find(bytes, BYTE_RANGE).is_some()
}

/// Why `bytes` can't be read, of which the reader says `cause`; `is_readable` tells whether the first bytes of a file
/// can be.
pub(super) fn unread(bytes: &[u8], cause: &ReadError, is_readable: &dyn Fn(&[u8]) -> bool) -> Unread {
    if !has_byte_range(bytes) {
        return Unread::Unsigned;
    }
    // To look again would cost as much again.
    if matches!(cause, ReadError::Budget { .. }) {
        return Unread::Unsupported;
    }
    let ranges = ranges(bytes);
    if ranges.iter().any(|range| range.end > bytes.len()) {
        return Unread::Cut;
    }
    let beginnings = Beginnings::new(bytes, ranges.iter().map(|range| range.gap[0]).collect());
    if ranges.iter().any(|range| is_of_other_bytes(bytes, range, &beginnings)) {
        return Unread::Changed;
    }
    let signed = ranges.iter().map(|range| range.end).max().and_then(|end| bytes.split_at_checked(end));
    match signed {
        Some((signed, rest)) if !rest.trim_ascii().is_empty() && is_readable(signed) => Unread::Changed,
        _ if matches!(cause, ReadError::Unsupported(_)) => Unread::Unsupported,
        _ => Unread::Uncertain,
    }
}

/// Every /ByteRange of the form [0 a b c] whose gap begins as a string does, and those that the end of the file cuts.
fn ranges(bytes: &[u8]) -> Vec<Range> {
    const LONGEST: usize = 200;
    let mut ranges = Vec::new();
    for at in memmem::find_iter(bytes, BYTE_RANGE).take(MAX_SIGNATURES) {
        let start = at + BYTE_RANGE.len();
        let text = bytes.get(start..bytes.len().min(start + LONGEST)).unwrap_or_default();
        let Ok(value) = parse_value(text) else {
            if text.len() < LONGEST {
                ranges.push(CUT);
            }
            continue;
        };
        let Object::Array(values) = value.object else { continue };
        let number = |index: usize| usize::try_from(values.get(index)?.object.as_integer()?).ok();
        let (Some(0), Some(gap), Some(after), Some(length)) = (number(0), number(1), number(2), number(3))
        else {
            continue;
        };
        match (after.checked_add(length).filter(|_| gap < after), bytes.get(gap)) {
            (Some(end), Some(b'<')) => ranges.push(Range { gap: [gap, after], end }),
            (Some(_), None) => ranges.push(CUT),
            _ => {}
        }
    }
    ranges
}

/// Whether the signature in the gap of `range` holds the digest of other bytes than those around it.
fn is_of_other_bytes(bytes: &[u8], range: &Range, beginnings: &Beginnings<'_>) -> bool {
    let [gap, after] = range.gap;
    let contents = bytes.get(gap..after).and_then(|text| parse_value(text).ok());
    let Some(contents) = contents.as_ref().and_then(|value| value.object.as_string()) else {
        return false;
    };
    let rest = bytes.get(after..range.end).unwrap_or_default();
    let signed = SignedBytes::Around { file: beginnings, gap, rest };
    let message = [CmsProfile::Pades, CmsProfile::Pkcs7]
        .into_iter()
        .find_map(|profile| signed_data::read(contents, profile).ok());
    if let Some(message) = message {
        let fails =
            |check: super::check::Check| check.id == CheckId::Digest && check.outcome == Outcome::Fail;
        return message.check(&signed).into_iter().any(fails);
    }
    let token = TimeStampToken::read(contents);
    token.is_ok_and(|token| matches!(token.check(&signed), Err(TimeStampError::Imprint(_))))
}
