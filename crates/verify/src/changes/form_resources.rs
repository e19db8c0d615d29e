//! What a form lends to its fields: fonts, how text is set, whether appearances are made anew (ISO 32000-2 12.7.3).
//!
//! It is content: a field that is drawn by it looks different with a new font of the name that it asks for.

use super::change::Change;
use super::explain::{Explainer, changed_key, plain_dictionary, violation};
use super::transition::EarlyEnd;
use crate::pdf::form::{Field, Kind};
use crate::pdf::reader::{Dictionary, Object, ReadError, Value};

/// Keys of the form that new fields bring with them.
const FIELD_KEYS: [&[u8]; 2] = [b"Fields", b"SigFlags"];
/// Kinds of the form's resources in which new ones may come.
const RESOURCE_KEYS: [&[u8]; 2] = [b"Font", b"Encoding"];

/// Which part of the form's resources is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ResourceLevel {
    /// The whole: kinds by their names.
    Resources,
    /// One kind: resources by their names.
    Kind,
}

impl Explainer<'_, '_> {
    /// The keys of the form; whether it lends more to its fields than before.
    pub(super) fn form_keys(
        &mut self,
        before: Option<&Dictionary>,
        after: &Dictionary,
    ) -> Result<bool, EarlyEnd> {
        let none = Dictionary::default();
        let mut lends_more = false;
        for key in before.unwrap_or(&none).differing(after) {
            let is_new = before.is_none_or(|before| !before.0.iter().any(|(known, _)| known == key));
            let allowed = match key {
                b"DR" => true,
                b"DA" => is_new,
                // Absent is false (ISO 32000-2 table 224).
                b"NeedAppearances" => is_new && !self.makes_appearances(after)?,
                _ => FIELD_KEYS.contains(&key),
            };
            if !allowed {
                return violation(changed_key("biểu mẫu", "the form", key));
            }
            lends_more |= matches!(key, b"DR" | b"DA");
        }
        self.resources(before.and_then(|before| before.get("DR")), after.get("DR"))?;
        Ok(lends_more)
    }

    /// What a form lends may grow where none of the fields that were there is drawn by it.
    pub(super) fn lent_to_nobody(&mut self) -> Result<(), EarlyEnd> {
        let forms = self.forms;
        let makes_all = match &forms.after.form.dictionary {
            Some(form) => self.makes_appearances(form)?,
            None => false,
        };
        for field in &forms.before.form.fields {
            if !self.filled.contains(&field.number) && self.borrows(field, makes_all)? {
                return violation(changed_key("biểu mẫu", "the form", b"DR"));
            }
        }
        self.changes.push(Change::FormResources);
        Ok(())
    }

    /// Whether programs draw `field` by what the form lends: it has no appearance of its own, or that is made anew.
    fn borrows(&self, field: &Field, makes_all: bool) -> Result<bool, ReadError> {
        let widget = field.dictionary();
        if field.kind == Some(Kind::Signature) || widget.get("Rect").is_none() {
            return Ok(false);
        }
        let has_own = match widget.get("AP") {
            Some(appearance) => {
                let appearance = self.file.resolve(appearance, self.before)?;
                appearance.object.as_dictionary().is_some_and(|appearance| appearance.get("N").is_some())
            }
            None => false,
        };
        if has_own && !makes_all {
            return Ok(false);
        }
        // Text alone is nothing where it is empty; a button has a caption, a list its choices.
        let is_text = self.forms.before.inherited(field, "FT").is_some_and(|kind| kind == b"Tx");
        Ok(!is_text || self.value(field, self.before)?.is_some() || widget.get("MK").is_some())
    }

    /// Whether a form asks programs to make all appearances anew; also where that can't be told.
    fn makes_appearances(&self, form: &Dictionary) -> Result<bool, ReadError> {
        let Some(entry) = form.get("NeedAppearances") else {
            return Ok(false);
        };
        let value = self.file.resolve(entry, self.after)?.object;
        Ok(!matches!(value, Object::Boolean(false) | Object::Null))
    }

    /// Fonts that fields without an appearance are set in (/DR, ISO 32000-2 table 224): new ones may come.
    fn resources(&mut self, old: Option<&Value>, new: Option<&Value>) -> Result<(), EarlyEnd> {
        let none = Dictionary::default();
        let replaced = || violation(changed_key("biểu mẫu", "the form", b"DR"));
        let Some(entry) = new else {
            return if old.is_some() { replaced() } else { Ok(()) };
        };
        let holder = self.forms.before.form.number;
        let mut pairs = vec![(old.cloned(), entry.clone(), holder, ResourceLevel::Resources)];
        while let Some((old, new, holder, part)) = pairs.pop() {
            let was = match &old {
                Some(old) => Some(self.file.resolve(old, self.before)?),
                None => None,
            };
            let is = self.file.resolve(&new, self.after)?;
            let before = was.as_ref().map_or(Some(&none), plain_dictionary);
            let (Some(before), Some(after)) = (before, plain_dictionary(&is)) else {
                return replaced();
            };
            let number = new.object.as_reference();
            if let Some(number) = number.filter(|number| self.changed.contains(number)) {
                if !self.is_referred_only_by(number, &[holder])? {
                    return replaced();
                }
                self.clear(number);
            }
            for key in before.differing(after) {
                let name = String::from_utf8_lossy(key);
                match (before.get(&name), after.get(&name)) {
                    (None, Some(added)) => self.clear_reachable(added)?,
                    (Some(old), Some(new))
                        if part == ResourceLevel::Resources && RESOURCE_KEYS.contains(&key) =>
                    {
                        pairs.push((Some(old.clone()), new.clone(), number.or(holder), ResourceLevel::Kind));
                    }
                    _ => return replaced(),
                }
            }
            if old.is_none() {
                self.clear_reachable(&new)?;
            }
        }
        Ok(())
    }
}
