//! What is wrong with the keys and types of a document's JSON: every mistake, and what lets reading go on after it.

use std::ops::ControlFlow;

use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, Value, ValueKind, ValuePointerRef};
use strsim::damerau_levenshtein;

use super::source::join;
use crate::diagnostic::Diagnostic;
use crate::lang::Message;
use crate::message;
use vanthu_base::diacritics;

pub(super) fn wrong_kind<V: IntoValue>(
    actual: Value<V>,
    accepted: &[ValueKind],
    location: ValuePointerRef<'_>,
) -> Faults {
    Faults::of(ErrorKind::IncorrectValueKind { actual, accepted }, location)
}

/// Every mistake met while decoding.
#[derive(Debug)]
pub(super) struct Faults(pub(super) Vec<FormFault>);

/// A mistake, and what would let decoding go on; its position is still missing.
#[derive(Debug)]
pub(super) struct FormFault {
    pub diagnostic: Diagnostic,
    pub mend: Mend,
}

/// What lets decoding go on after a mistake.
#[derive(Debug)]
pub(super) enum Mend {
    /// Take the value out.
    Remove,
    /// Put this in its place.
    Replace(serde_json::Value),
    /// Put something under this key.
    Insert(String),
}

impl Faults {
    pub(super) fn of<V: IntoValue>(error: ErrorKind<'_, V>, location: ValuePointerRef<'_>) -> Faults {
        match <Faults as DeserializeError>::error(None, error, location) {
            ControlFlow::Continue(faults) | ControlFlow::Break(faults) => faults,
        }
    }

    pub(super) fn one(
        location: &ValuePointerRef<'_>,
        code: &'static str,
        message: Message,
        hint: Option<Message>,
        mend: Mend,
    ) -> Faults {
        let diagnostic = Diagnostic { hint, ..Diagnostic::error(code, pointer(location), message) };
        Faults(vec![FormFault { diagnostic, mend }])
    }
}

impl MergeWithError<Faults> for Faults {
    fn merge(self_: Option<Self>, other: Faults, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let mut faults = self_.map_or_else(Vec::new, |faults| faults.0);
        faults.extend(other.0);
        ControlFlow::Continue(Faults(faults))
    }
}

impl DeserializeError for Faults {
    fn error<V: IntoValue>(
        self_: Option<Self>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let fault = match error {
            ErrorKind::IncorrectValueKind { actual, accepted } => {
                let vi = accepted.iter().map(|kind| kind_name(kind).vi).collect::<Vec<_>>().join(" hoặc ");
                let en = accepted.iter().map(|kind| kind_name(kind).en).collect::<Vec<_>>().join(" or ");
                let found = kind_name(&actual.kind());
                let (found_vi, found_en) = (found.vi, found.en);
                let hint = accepted.contains(&ValueKind::String).then(|| in_quotes(actual)).flatten();
                Faults::one(
                    &location,
                    "E-JSON-KIND",
                    message!(
                        "ở đây phải là {vi}, không phải {found_vi}",
                        "expected {en} here, not {found_en}"
                    ),
                    hint,
                    Mend::Replace(stand_in(accepted)),
                )
            }
            ErrorKind::MissingField { field } => Faults::one(
                &location,
                "E-JSON-MISSING",
                message!("thiếu \"{field}\"", "\"{field}\" is missing"),
                None,
                Mend::Insert(field.to_owned()),
            ),
            ErrorKind::UnknownKey { key, accepted } => Faults::one(
                &location.push_key(key),
                "E-JSON-UNKNOWN-KEY",
                message!("không có mục nào tên là \"{key}\" ở đây", "there is no key \"{key}\" here"),
                Some(suggestion(key, accepted)),
                Mend::Remove,
            ),
            ErrorKind::UnknownValue { value, accepted } => Faults::one(
                &location,
                "E-JSON-UNKNOWN-VALUE",
                message!("không nhận giá trị \"{value}\"", "\"{value}\" is not a value for this"),
                Some(suggestion(value, accepted)),
                Mend::Replace(accepted.first().copied().unwrap_or_default().into()),
            ),
            ErrorKind::BadSequenceLen { actual: _, expected } => Faults::one(
                &location,
                "E-JSON-KIND",
                message!("danh sách phải có {expected} phần tử", "the list must have {expected} elements"),
                None,
                Mend::Replace(serde_json::json!([])),
            ),
            ErrorKind::Unexpected { msg } => Faults::one(
                &location,
                "E-JSON-VALUE",
                message!("giá trị không hợp lệ: {msg}", "not a fit value: {msg}"),
                None,
                Mend::Replace(1.into()),
            ),
        };
        Faults::merge(self_, fault, location)
    }
}

/// How a number or a missing value is written where text stands.
fn in_quotes<V: IntoValue>(actual: Value<V>) -> Option<Message> {
    let number = match actual {
        Value::Integer(number) => number.to_string(),
        Value::NegativeInteger(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Null => return Some(message!("chỗ trống viết là \"\"", "write \"\" for nothing")),
        _ => return None,
    };
    Some(message!(
        "đặt số trong dấu ngoặc kép: \"{number}\"",
        "put the number in quotation marks: \"{number}\""
    ))
}

/// A value of the first of `accepted` kinds.
fn stand_in(accepted: &[ValueKind]) -> serde_json::Value {
    match accepted.first() {
        Some(ValueKind::String) => "—".into(),
        Some(ValueKind::Sequence) => serde_json::json!([]),
        Some(ValueKind::Map) => serde_json::json!({}),
        Some(ValueKind::Boolean) => false.into(),
        Some(ValueKind::Float) => 10.0.into(),
        Some(ValueKind::Integer | ValueKind::NegativeInteger) => 1.into(),
        Some(ValueKind::Null) | None => serde_json::Value::Null,
    }
}

/// «Did you mean», or what there is.
pub(super) fn suggestion(found: &str, accepted: &[&str]) -> Message {
    // People write these words as they read them: with diacritics, capitals and spaces.
    let plain = diacritics::slug(found);
    let distance = |known: &str| damerau_levenshtein(found, known).min(damerau_levenshtein(&plain, known));
    let nearest = accepted
        .iter()
        .map(|known| (distance(known), known))
        .filter(|(distance, known)| *distance <= 1 + known.chars().count() / 3)
        .min();
    let all = accepted.iter().filter(|known| !known.starts_with('$')).copied().collect::<Vec<_>>().join(", ");
    match nearest {
        Some((_, known)) => message!("có phải là \"{known}\"?", "did you mean \"{known}\"?"),
        None => message!("có thể dùng: {all}", "there is: {all}"),
    }
}

fn kind_name(kind: &ValueKind) -> Message {
    match kind {
        ValueKind::Null => message!("null", "null"),
        ValueKind::Boolean => message!("true/false", "true or false"),
        ValueKind::Integer => message!("số nguyên không âm", "a whole number from 0"),
        ValueKind::NegativeInteger => message!("số nguyên âm", "a negative whole number"),
        ValueKind::Float => message!("số thập phân", "a decimal number"),
        ValueKind::String => message!("chuỗi chữ", "a string"),
        ValueKind::Sequence => message!("danh sách [ ]", "a list [ ]"),
        ValueKind::Map => message!("đối tượng {{ }}", "an object {{ }}"),
    }
}

fn pointer(location: &ValuePointerRef<'_>) -> String {
    match location {
        ValuePointerRef::Origin => String::new(),
        ValuePointerRef::Key { key, prev } => join(&pointer(prev), key),
        ValuePointerRef::Index { index, prev } => join(&pointer(prev), &index.to_string()),
    }
}
