//! Where the signatures of a file are: in its form, and anywhere in its bytes
//! (ISO 32000-2 12.7.5.5, 12.8).

use std::collections::BTreeSet;

use memchr::memmem;

use crate::pdf::form::{Field, Form, Kind};
use crate::pdf::reader::{Dictionary, File, Located, Object, ReadError, Span, Value};

/// The most signatures that a file may have.
const MAX_SIGNATURES: usize = 100;

/// A signature dictionary somewhere in the file.
pub(super) struct Candidate {
    /// The number of the object that it is, or stands in.
    pub number: u32,
    /// The revision that defines it.
    pub revision: usize,
    /// The dictionary, where there is one.
    pub dictionary: Option<Dictionary>,
    /// The field that shows it in the last revision.
    pub field: Option<Field>,
    /// The bytes of the object; `None` in an object stream.
    span: Option<Span>,
}

impl Candidate {
    /// Whether it is a document time-stamp (ISO 32000-2 12.8.5).
    pub(super) fn is_time_stamp(&self) -> bool {
        let dictionary = self.dictionary.as_ref();
        dictionary.is_some_and(|dictionary| {
            dictionary.name("Type") == Some(b"DocTimeStamp")
                || dictionary.name("SubFilter") == Some(b"ETSI.RFC3161")
        })
    }
}

/// Finds the value of every signature field of the last revision, and every other dictionary with a
/// /ByteRange, in whatever revision: a signature that was taken out of the form was still made.
pub(super) fn find(file: &File<'_>, form: &Form) -> Result<Vec<Candidate>, ReadError> {
    let last = file.last();
    let mut candidates = Vec::new();
    let mut known: BTreeSet<(u32, usize)> = BTreeSet::new();
    for field in form.fields.iter().filter(|field| field.kind == Some(Kind::Signature)) {
        let Some(value) = field.dictionary().get("V") else {
            continue;
        };
        let number = value.object.as_reference().unwrap_or(field.number);
        let located = file.object(number, last)?;
        let (revision, dictionary, span) = match (&value.object, &located) {
            (Object::Dictionary(direct), _) => {
                (field.object.revision, Some(direct.clone()), field.object.span)
            }
            (_, Some(located)) => {
                (located.revision, located.value.object.as_dictionary().cloned(), located.span)
            }
            _ => (last, None, None),
        };
        if known.insert((number, revision)) {
            candidates.push(Candidate { number, revision, dictionary, field: Some(field.clone()), span });
        }
        enough(&candidates)?;
    }
    // The bytes of an honest signature are under it, so its name stands there as it was written.
    for at in memmem::find_iter(file.bytes(), b"/ByteRange") {
        let holds =
            |candidate: &Candidate| candidate.span.is_some_and(|span| (span.start..span.end).contains(&at));
        if candidates.iter().any(holds) {
            continue;
        }
        let Some(located) = file.holder(at)? else {
            continue;
        };
        if !known.insert((located.number, located.revision)) || is_usage_rights(file, &located)? {
            continue;
        }
        let mut found = Vec::new();
        collect(&located.value, &mut found);
        for dictionary in found {
            candidates.push(Candidate {
                number: located.number,
                revision: located.revision,
                dictionary: Some(dictionary),
                field: None,
                span: located.span,
            });
        }
        enough(&candidates)?;
    }
    candidates.sort_by_key(|candidate| (candidate.revision, candidate.number));
    Ok(candidates)
}

/// Whether an object was made to be the usage rights signature of the document, which no field shows
/// (ISO 32000-2 12.8.2.3): it switches functions of one viewer on and vouches for nothing.
fn is_usage_rights(file: &File<'_>, located: &Located) -> Result<bool, ReadError> {
    let catalog = file.catalog(located.revision)?;
    let permissions = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("Perms"));
    let Some(permissions) = permissions else {
        return Ok(false);
    };
    let permissions = file.resolve(permissions, located.revision)?;
    Ok(permissions.object.as_dictionary().is_some_and(|permissions| {
        let named = |key| permissions.get(key).and_then(|value| value.object.as_reference());
        ["UR3", "UR"].into_iter().any(|key| named(key) == Some(located.number))
    }))
}

fn enough(candidates: &[Candidate]) -> Result<(), ReadError> {
    if candidates.len() > MAX_SIGNATURES {
        return Err(ReadError::Budget { what: "signatures", limit: MAX_SIGNATURES as u64 });
    }
    Ok(())
}

/// Dictionaries in `value` that are signatures by their type or by what they hold.
fn collect(value: &Value, found: &mut Vec<Dictionary>) {
    match &value.object {
        Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => {
            let typed = matches!(dictionary.name("Type"), Some(b"Sig" | b"DocTimeStamp"));
            if typed || dictionary.get("ByteRange").is_some() {
                found.push(dictionary.clone());
            }
            dictionary.0.iter().for_each(|(_, value)| collect(value, found));
        }
        Object::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}
