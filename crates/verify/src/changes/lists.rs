//! Lists that may only grow: the fields of the form, the kids of a field, the annotations of a page.

use std::collections::BTreeSet;

use super::explain::{Explainer, plain_dictionary, violation};
use super::transition::EarlyEnd;
use crate::message;
use crate::pdf::reader::{Object, ReadError, Value, references};

impl Explainer<'_, '_> {
    /// A list of references that may only grow, by what is new. Where it is an object of its own, nothing but
    /// `holders` may have shown it.
    pub(super) fn list(
        &mut self,
        old: Option<&Value>,
        new: Option<&Value>,
        holders: &[Option<u32>],
        name: (&str, &str),
    ) -> Result<(), EarlyEnd> {
        let (vi, en) = name;
        let replaced = || violation(message!("{vi} bị thay", "{en} was replaced"));
        let resolve = |value: Option<&Value>, revision| match value {
            Some(value) => self.file.resolve(value, revision).map(Some),
            None => Ok(None),
        };
        let (was, is) = (resolve(old, self.before)?, resolve(new, self.after)?);
        let elements = |value: Option<Value>| match value.map(|value| value.object) {
            None | Some(Object::Null) => Some(Vec::new()),
            Some(Object::Array(values)) => Some(values),
            Some(_) => None,
        };
        let (Some(was), Some(is)) = (elements(was), elements(is)) else {
            return replaced();
        };
        // What was there stays, in its order, and once: what is drawn again covers what followed it.
        let mut rest = was.iter().peekable();
        let mut added = BTreeSet::new();
        for value in &is {
            if rest.peek().is_some_and(|old| old.object.same(&value.object)) {
                rest.next();
                continue;
            }
            let number = value.object.as_reference().filter(|number| self.new.contains(number));
            if !number.is_some_and(|number| added.insert(number)) {
                return replaced();
            }
        }
        if rest.next().is_some() {
            return replaced();
        }
        if let Some(number) = new.and_then(|new| new.object.as_reference()) {
            if self.changed.contains(&number) && !self.is_referred_only_by(number, holders)? {
                return replaced();
            }
            self.clear(number);
        }
        Ok(())
    }

    /// Pages on which new widgets were placed: nothing else of them may change.
    pub(super) fn annotations(&mut self) -> Result<(), EarlyEnd> {
        let forms = self.forms;
        let changed: Vec<u32> = self.changed.iter().copied().collect();
        for number in changed {
            let (old, new) = (self.file.object(number, self.before)?, self.file.object(number, self.after)?);
            let (Some(old), Some(new)) = (old, new) else {
                continue;
            };
            let placed = |old: &Value, new: &Value| -> bool {
                let mut was = BTreeSet::new();
                references(old, &mut |number| {
                    was.insert(number);
                });
                let mut only = true;
                references(new, &mut |number| {
                    let is_widget = self.new.contains(&number) && forms.after.field(number).is_some();
                    only &= was.contains(&number) || is_widget;
                });
                only
            };
            match (&old.value.object, &new.value.object) {
                (Object::Dictionary(before), Object::Dictionary(after)) => {
                    let keys = before.differing(after);
                    if before.name("Type") != Some(b"Page") || keys != [b"Annots".as_slice()] {
                        continue;
                    }
                    let (was, is) = (before.get("Annots"), after.get("Annots"));
                    let null = Value { object: Object::Null, span: old.value.span };
                    let was_list = self.file.resolve(was.unwrap_or(&null), self.before)?;
                    let is_list = self.file.resolve(is.unwrap_or(&null), self.after)?;
                    if placed(&was_list, &is_list) {
                        self.list(was, is, &[Some(number)], ("chú thích của trang", "a page's annotations"))?;
                        self.clear(number);
                    }
                }
                (Object::Array(_), Object::Array(_)) if placed(&old.value, &new.value) => {
                    let pages: Vec<Option<u32>> = self.annotation_holders(number)?;
                    let reference = Value { object: Object::Reference(number, 0), span: new.value.span };
                    if self.is_referred_only_by(number, &pages)? {
                        let names = ("chú thích của trang", "a page's annotations");
                        self.list(Some(&reference), Some(&reference), &pages, names)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The pages whose /Annots is the array `number`.
    fn annotation_holders(&self, number: u32) -> Result<Vec<Option<u32>>, ReadError> {
        let mut pages = Vec::new();
        for referrer in self.referrers_before(number)? {
            let located = self.file.object(referrer, self.before)?;
            let dictionary = located.as_ref().and_then(|located| plain_dictionary(&located.value));
            let is_page = dictionary.is_some_and(|page| {
                let others = page.0.iter().filter(|(key, _)| key != b"Annots");
                let mut elsewhere = false;
                for (_, value) in others {
                    references(value, &mut |other| elsewhere |= other == number);
                }
                page.name("Type") == Some(b"Page") && !elsewhere
            });
            if is_page {
                pages.push(Some(referrer));
            }
        }
        Ok(pages)
    }
}
