//! Where the signatures of a file are: in its form, and in any of its revisions
//! (ISO 32000-2 12.7.4, 12.8).

use std::collections::{HashMap, HashSet};

use crate::pdf::reader::{self, Dictionary, File, Object, ReadError, Value};

/// How deep form fields may nest.
const MAX_FIELD_DEPTH: usize = 32;

/// A signature dictionary somewhere in the file.
pub(super) struct Candidate {
    /// The number of the object that it is, or stands in.
    pub number: u32,
    /// The revision that defines it.
    pub revision: usize,
    /// The dictionary, where there is one.
    pub dictionary: Option<Dictionary>,
    /// The name of the field that shows it in the last revision.
    pub field: Option<String>,
}

/// Finds every signature dictionary of every revision, also those that no field shows any more, and
/// every signed field, also those whose dictionary is gone.
pub(super) fn find(file: &File<'_>) -> Result<Vec<Candidate>, ReadError> {
    let last = file.revisions().len().saturating_sub(1);
    let fields = signed_fields(file, last)?;
    let mut candidates = Vec::new();
    let mut shown = HashSet::new();
    for revision in 0..=last {
        for number in file.defined(revision) {
            let Some(located) = file.object(number, revision)? else {
                continue;
            };
            let mut found = Vec::new();
            collect(&located.value, &mut found);
            for dictionary in found {
                let field = fields.get(&number).cloned();
                if field.is_some() {
                    shown.insert(number);
                }
                candidates.push(Candidate { number, revision, dictionary: Some(dictionary), field });
            }
        }
    }
    for (number, field) in fields {
        if !shown.contains(&number) {
            candidates.push(Candidate { number, revision: last, dictionary: None, field: Some(field) });
        }
    }
    candidates.sort_by_key(|candidate| (candidate.revision, candidate.number));
    Ok(candidates)
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

/// The objects that signed fields have as value (or the fields themselves, where the value stands in
/// them), with the fields' names.
fn signed_fields(file: &File<'_>, revision: usize) -> Result<HashMap<u32, String>, ReadError> {
    let mut signed = HashMap::new();
    for field in fields(file, revision)? {
        let Some(value) = field.dictionary.get("V") else {
            continue;
        };
        if field.is_signature {
            let number = value.object.as_reference().unwrap_or(field.number);
            signed.insert(number, field.name);
        }
    }
    Ok(signed)
}

/// A field of the form.
pub(super) struct FormField {
    /// Its object.
    pub number: u32,
    /// Its full name.
    pub name: String,
    /// Whether it is for signatures.
    pub is_signature: bool,
    /// Its dictionary.
    pub dictionary: Dictionary,
}

/// The fields of the form of revision `revision` (ISO 32000-2 12.7.4).
pub(super) fn fields(file: &File<'_>, revision: usize) -> Result<Vec<FormField>, ReadError> {
    let mut found = Vec::new();
    let Some(root) = file.revisions().get(revision).and_then(|revision| revision.trailer.get("Root")) else {
        return Ok(found);
    };
    let catalog = file.resolve(root, revision)?;
    let Some(form) = catalog.object.as_dictionary().and_then(|catalog| catalog.get("AcroForm")) else {
        return Ok(found);
    };
    let form = file.resolve(form, revision)?;
    let Some(top) = form.object.as_dictionary().and_then(|form| form.get("Fields")) else {
        return Ok(found);
    };
    let top = file.resolve(top, revision)?;
    let mut seen = HashSet::new();
    let mut queue: Vec<(Value, String, bool, usize)> = top
        .object
        .as_array()
        .unwrap_or_default()
        .iter()
        .map(|field| (field.clone(), String::new(), false, 0))
        .collect();
    while let Some((reference, parent, inherited, depth)) = queue.pop() {
        let Some(number) = reference.object.as_reference() else {
            continue;
        };
        if depth > MAX_FIELD_DEPTH || !seen.insert(number) {
            continue;
        }
        let value = file.resolve(&reference, revision)?;
        let Some(dictionary) = value.object.as_dictionary() else {
            continue;
        };
        let partial = match dictionary.get("T") {
            Some(name) => {
                let name = file.resolve(name, revision)?;
                name.object.as_string().and_then(reader::text).unwrap_or_default()
            }
            None => String::new(),
        };
        let name = match (parent.is_empty(), partial.is_empty()) {
            (true, _) => partial,
            (false, true) => parent,
            (false, false) => format!("{parent}.{partial}"),
        };
        let is_signature = dictionary.name("FT").map_or(inherited, |kind| kind == b"Sig");
        if let Some(kids) = dictionary.get("Kids") {
            let kids = file.resolve(kids, revision)?;
            for kid in kids.object.as_array().unwrap_or_default() {
                queue.push((kid.clone(), name.clone(), is_signature, depth + 1));
            }
        }
        found.push(FormField { number, name, is_signature, dictionary: dictionary.clone() });
    }
    found.sort_by_key(|field| field.number);
    Ok(found)
}
