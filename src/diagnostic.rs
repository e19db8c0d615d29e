//! What is wrong with an input file: which rule, where, why, and what to do about it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::lang::Message;

/// The most findings of one kind (keys and types, texts, rules, places to fill in) that are reported of
/// one file: more help nobody, and a hostile file could have millions.
pub const MAX_FINDINGS: usize = 100;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file is refused.
    Error,
    /// The file is taken; a person should look.
    Warning,
    /// Nothing may be wrong: only a person can tell.
    Note,
}

/// Where in the source text something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
    /// First byte of the place in the source.
    #[serde(skip)]
    pub start: usize,
    /// One past its last byte.
    #[serde(skip)]
    pub end: usize,
}

/// One finding about an input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diagnostic {
    /// The rule's stable id, such as `E-JSON-UNKNOWN-KEY`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: Cow<'static, str>,
    /// Whether the file is refused for it.
    pub severity: Severity,
    /// JSON Pointer (RFC 6901) to the value; the empty string is the whole file.
    pub pointer: String,
    /// Where that value stands in the source.
    pub position: Option<Position>,
    /// What is wrong.
    pub message: Message,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Message>,
    /// The article that it comes from, such as `NĐ 30/2020, Phụ lục I, II.3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub article: Option<Cow<'static, str>>,
    /// The string that the value can safely be replaced by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Diagnostic {
    /// An error about the value at `pointer`.
    pub fn error(code: &'static str, pointer: impl Into<String>, message: Message) -> Diagnostic {
        Diagnostic {
            code: Cow::Borrowed(code),
            severity: Severity::Error,
            pointer: pointer.into(),
            position: None,
            message,
            hint: None,
            article: None,
            fix: None,
        }
    }

    /// A warning about the value at `pointer`.
    pub fn warning(code: &'static str, pointer: impl Into<String>, message: Message) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, pointer, message) }
    }

    /// Something about the value at `pointer` that only a person can judge.
    pub fn note(code: &'static str, pointer: impl Into<String>, message: Message) -> Diagnostic {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(code, pointer, message) }
    }
}

/// The source with the strings that `findings` would have replaced, and how many those are; `None`
/// where there is nothing to mend. Everything else stays byte for byte.
pub fn fixed(source: &[u8], findings: &[Diagnostic]) -> Option<(Vec<u8>, usize)> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let offset = if source.starts_with(MARK) { MARK.len() } else { 0 };
    let place = |finding: &Diagnostic| {
        let position = finding.position?;
        let span = position.start + offset..position.end + offset;
        // Only a whole string is replaced; a finding may point into one.
        let old: String = serde_json::from_slice(source.get(span.clone())?).ok()?;
        let new = finding.fix.clone().filter(|new| *new != old)?;
        Some((span, serde_json::Value::from(new).to_string()))
    };
    let mut places: Vec<_> = findings.iter().filter_map(place).collect();
    places.sort_by_key(|(span, _)| span.start);
    places.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    let count = places.len();
    let mut text = source.to_vec();
    for (span, new) in places.into_iter().rev() {
        text.splice(span, new.into_bytes());
    }
    (count > 0).then_some((text, count))
}
