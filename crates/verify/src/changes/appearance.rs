//! What a widget is drawn with: new streams, or those that it had already (ISO 32000-2 12.5.5).

use std::collections::BTreeSet;

use super::explain::{Explainer, violation};
use super::transition::EarlyEnd;
use crate::message;
use crate::pdf::reader::{Dictionary, Object, ReadError, Value};

/// A matrix whose determinant is below this draws nothing, or everything.
const FLAT: f64 = 1e-9;

impl Explainer<'_, '_> {
    /// The appearance of the widget `owner`: what is new in it came with this revision, what is not was its own.
    pub(super) fn appearance(
        &mut self,
        old: Option<&Value>,
        new: Option<&Value>,
        owner: u32,
    ) -> Result<(), EarlyEnd> {
        let Some(new) = new else {
            return match old {
                None => Ok(()),
                Some(_) => violation(message!("hình của trường bị gỡ", "a field lost its appearance")),
            };
        };
        let mut known = BTreeSet::new();
        let mut holders = vec![Some(owner)];
        if let Some(old) = old {
            self.entries(old, self.before, &mut known, &mut holders)?;
        }
        let mut shown = BTreeSet::new();
        self.entries(new, self.after, &mut shown, &mut Vec::new())?;
        for number in shown {
            if self.new.contains(&number) {
                self.fits(number)?;
                let reference = Value { object: Object::Reference(number, 0), span: new.span };
                self.clear_reachable(&reference)?;
            } else if !known.contains(&number) {
                return violation(message!(
                    "hình của trường dùng đối tượng {number} có từ trước",
                    "the appearance of a field is object {number}, which was there before"
                ));
            } else if self.changed.contains(&number) && self.is_referred_only_by(number, &holders)? {
                self.fits(number)?;
                let located = self.file.object(number, self.after)?;
                self.clear(number);
                if let Some(located) = located {
                    self.clear_reachable(&located.value)?;
                }
            }
        }
        Ok(())
    }

    /// A stream is fitted into the rectangle of its widget by its /BBox and /Matrix: what can't be read of them,
    /// each program guesses in its own way.
    fn fits(&self, number: u32) -> Result<(), EarlyEnd> {
        let located = self.file.object(number, self.after)?;
        let Some(Object::Stream(dictionary, _)) = located.as_ref().map(|located| &located.value.object)
        else {
            return Ok(());
        };
        let unclear = |key: &str| {
            violation(message!(
                "/{key} của hình {number} không phải các số",
                "the /{key} of the appearance {number} is not made of numbers"
            ))
        };
        let Some(bounds) = dictionary.get("BBox") else {
            return unclear("BBox");
        };
        if self.numbers::<4>(&self.file.resolve(bounds, self.after)?, self.after)?.is_none() {
            return unclear("BBox");
        }
        if let Some(matrix) = dictionary.get("Matrix") {
            let matrix = self.numbers::<6>(&self.file.resolve(matrix, self.after)?, self.after)?;
            match matrix {
                Some([a, b, c, d, ..]) if (a * d - b * c).abs() > FLAT => {}
                _ => return unclear("Matrix"),
            }
        }
        Ok(())
    }

    /// Whether a widget has anything to be drawn with, be it by itself or by a program that makes up for it.
    pub(super) fn draws(&self, widget: &Dictionary) -> Result<bool, EarlyEnd> {
        if widget.get("MK").is_some() {
            return Ok(true);
        }
        let Some(appearance) = widget.get("AP") else {
            return Ok(false);
        };
        let mut shown = BTreeSet::new();
        self.entries(appearance, self.after, &mut shown, &mut Vec::new())?;
        for number in shown {
            let located = self.file.object(number, self.after)?;
            if let Some(Object::Stream(dictionary, data)) = located.as_ref().map(|known| &known.value.object)
            {
                let content = self.file.bytes().get(data.start..data.end).unwrap_or_default();
                let is_empty =
                    dictionary.get("Filter").is_none() && content.iter().all(u8::is_ascii_whitespace);
                if !is_empty {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The objects of an appearance dictionary: itself, its states, its streams; those that are
    /// dictionaries also go to `holders`.
    fn entries(
        &self,
        value: &Value,
        revision: usize,
        found: &mut BTreeSet<u32>,
        holders: &mut Vec<Option<u32>>,
    ) -> Result<(), ReadError> {
        let mut queue = vec![value.clone()];
        while let Some(value) = queue.pop() {
            let number = value.object.as_reference();
            if number.is_some_and(|number| !found.insert(number)) {
                continue;
            }
            let resolved = self.file.resolve(&value, revision)?;
            if let Object::Dictionary(dictionary) = resolved.object {
                holders.extend(number.map(Some));
                queue.extend(dictionary.0.into_iter().map(|(_, value)| value));
            }
        }
        Ok(())
    }
}
