//! Reading on after a mistake in keys or types, so that a person sees every mistake of a file at
//! once: keys that are not known are taken out, values that are missing or of the wrong kind are
//! replaced by stand-ins. A file that was mended is always refused; only its diagnostics are kept.

use serde_json::Value;

use super::faults::{Faults, FormFault, Mend};
use super::form::DocumentForm;
use super::source::join;
use crate::diagnostic::{Diagnostic, MAX_FINDINGS};

/// Mistakes can hide others; what is still hidden after this many rounds waits for the next run.
const MAX_ROUNDS: usize = 8;

/// What could be read of a file.
pub(super) struct Salvaged {
    /// The form; `None` where even mending did not help.
    pub form: Option<DocumentForm>,
    /// What was wrong, in the order in which it was met.
    pub wrong: Vec<Diagnostic>,
    mended: Vec<String>,
}

/// Decodes `value`, mending it where it must.
pub(super) fn decode(mut value: Value) -> Salvaged {
    let mut salvaged = Salvaged { form: None, wrong: Vec::new(), mended: Vec::new() };
    for _ in 0..MAX_ROUNDS {
        match deserr::deserialize::<DocumentForm, _, Faults>(value.clone()) {
            Ok(form) => {
                salvaged.form = Some(form);
                break;
            }
            Err(Faults(faults)) => faults.into_iter().for_each(|fault| salvaged.take(fault, &mut value)),
        }
    }
    salvaged
}

impl Salvaged {
    fn take(&mut self, fault: FormFault, value: &mut Value) {
        let pointer = fault.diagnostic.pointer.clone();
        let place = match &fault.mend {
            Mend::Insert(key) => join(&pointer, key),
            Mend::Remove | Mend::Replace(_) => pointer,
        };
        let parent = place.rsplit_once('/').and_then(|(parent, key)| Some((value.pointer_mut(parent)?, key)));
        match (fault.mend, parent) {
            (Mend::Remove, Some((Value::Object(object), key))) => {
                object.remove(&unescape(key));
            }
            (Mend::Insert(key), Some((Value::Object(object), _))) => {
                object.insert(key, Value::Null);
            }
            (Mend::Replace(stand_in), _) => {
                if let Some(wrong) = value.pointer_mut(&place) {
                    *wrong = stand_in;
                }
            }
            _ => {}
        }
        // What is wrong with a stand-in is not the author's mistake.
        if self.wrong.len() < MAX_FINDINGS && !self.is_mended(&place) {
            self.wrong.push(fault.diagnostic);
            self.mended.push(place);
        }
    }

    /// Whether `pointer` is a mended place or inside of one.
    pub(super) fn is_mended(&self, pointer: &str) -> bool {
        self.mended.iter().any(|place| {
            pointer.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// A key as it stands in the object (RFC 6901 §4).
fn unescape(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}
