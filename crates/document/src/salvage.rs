//! Reading on after a mistake in keys or types, so that a person sees every mistake of a file at
//! once: keys that are not known are taken out, values that are missing or of the wrong kind are
//! replaced by stand-ins. A file that was mended is always refused; only its diagnostics are kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::faults::{Faults, FormFault, Mend};
use super::form::DocumentForm;
use super::source::join;
use crate::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::lang::Message;
use crate::message;

/// Mistakes can hide others; what is still hidden after this many rounds waits for the next run.
const MAX_ROUNDS: usize = 8;

/// What could be read of a file.
pub(super) struct Salvaged {
    /// The form; `None` where even mending did not help.
    pub form: Option<DocumentForm>,
    /// What was wrong, in the order in which it was met.
    pub wrong: Vec<Diagnostic>,
    mended: BTreeSet<String>,
    /// How often each mistake was made, by its words and the places alike.
    counts: BTreeMap<(String, String), usize>,
}

/// Decodes `value`, mending it where it must.
pub(super) fn decode(mut value: Value) -> Salvaged {
    let mut salvaged =
        Salvaged { form: None, wrong: Vec::new(), mended: BTreeSet::new(), counts: BTreeMap::new() };
    for _ in 0..MAX_ROUNDS {
        match deserr::deserialize::<DocumentForm, _, Faults>(value.clone()) {
            Ok(form) => {
                salvaged.form = Some(form);
                break;
            }
            Err(Faults(faults)) => faults.into_iter().for_each(|fault| salvaged.take(fault, &mut value)),
        }
    }
    salvaged.told()
}

impl Salvaged {
    fn take(&mut self, fault: FormFault, value: &mut Value) {
        let pointer = fault.diagnostic.pointer.clone();
        let place = match &fault.mend {
            Mend::Insert(key) => join(&pointer, key),
            Mend::Remove | Mend::Replace(_) => pointer.clone(),
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
        if self.is_mended(&place) {
            return;
        }
        self.mended.insert(place);
        let kind = (fault.diagnostic.message.vi.clone(), places_alike(&pointer));
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count == 1 && self.wrong.len() < MAX_FINDINGS {
            self.wrong.push(fault.diagnostic);
        }
    }

    /// Says of each mistake how often it was made in places alike: a column of numbers is one mistake.
    fn told(mut self) -> Salvaged {
        for diagnostic in &mut self.wrong {
            let kind = (diagnostic.message.vi.clone(), places_alike(&diagnostic.pointer));
            let more = self.counts.get(&kind).copied().unwrap_or(1) - 1;
            if more > 0 {
                let Message { vi, en } = &diagnostic.message;
                diagnostic.message =
                    message!("{vi} (và {more} chỗ khác như vậy)", "{en} (and {more} more like it)");
            }
        }
        self
    }

    /// Whether `pointer` is a mended place or inside of one.
    pub(super) fn is_mended(&self, pointer: &str) -> bool {
        let ends = pointer.match_indices('/').map(|(end, _)| end).chain([pointer.len()]);
        ends.filter_map(|end| pointer.get(..end)).any(|place| self.mended.contains(place))
    }
}

/// `pointer` without the numbers of rows, cells and items.
fn places_alike(pointer: &str) -> String {
    let is_index = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    pointer.split('/').map(|key| if is_index(key) { "*" } else { key }).collect::<Vec<_>>().join("/")
}

/// A key as it stands in the object (RFC 6901 §4).
fn unescape(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}
