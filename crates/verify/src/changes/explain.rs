//! One revision against the one before it: the trailer, the catalog, and what is left when every rule
//! has cleared what it explains.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::page_index::PageIndex;
use super::spelling::{differing, is_same_text};
use super::transition::{EarlyEnd, Forms, Referrers, Transition};
use crate::lang::Message;
use crate::message;
use crate::pdf::form;
use crate::pdf::reader::{Dictionary, File, Object, ReadError, Value, references};

/// Keys of the catalog that a rule looks at (ISO 32000-2 table 29). /Extensions and /Version only say
/// what the file uses.
const CATALOG_KEYS: [&[u8]; 6] = [b"AcroForm", b"DSS", b"Metadata", b"Extensions", b"Version", b"Perms"];
/// Entries of the information dictionary that programs write without being told to.
const INFORMATION_KEYS: [&[u8]; 2] = [b"ModDate", b"Producer"];
/// How many objects that nobody uses may lead to each other in a row.
const LONGEST_CHAIN: usize = 8;

/// Explains revision `revision` of `file`.
pub(super) fn transition(
    file: &File<'_>,
    revision: usize,
    forms: Forms<'_>,
    referrers: &Referrers,
    signed_in_the_end: &BTreeSet<u32>,
) -> Result<Transition, ReadError> {
    let mut explainer = Explainer {
        file,
        before: revision.saturating_sub(1),
        after: revision,
        forms,
        referrers,
        signed_in_the_end,
        new: BTreeSet::new(),
        changed: BTreeSet::new(),
        added: BTreeSet::new(),
        changes: Vec::new(),
        values: BTreeMap::new(),
        filled: BTreeSet::new(),
        pages: None,
    };
    let violation = match explainer.explain() {
        Ok(()) => None,
        Err(EarlyEnd::Violation(reason)) => Some(reason),
        Err(EarlyEnd::Read(cause)) => return Err(cause),
    };
    Ok(Transition { changes: explainer.changes, violation })
}

/// A comparison in the making.
pub(super) struct Explainer<'f, 'a> {
    pub(super) file: &'f File<'a>,
    pub(super) before: usize,
    pub(super) after: usize,
    pub(super) forms: Forms<'f>,
    referrers: &'f Referrers,
    /// The signature fields that have a value in the last revision of the file.
    pub(super) signed_in_the_end: &'f BTreeSet<u32>,
    /// Objects that were not there. What is new stays new, whichever rule clears it first.
    pub(super) new: BTreeSet<u32>,
    /// Objects that were there and say something else now, not cleared yet.
    pub(super) changed: BTreeSet<u32>,
    /// Objects that were not there, not cleared yet.
    added: BTreeSet<u32>,
    pub(super) changes: Vec<Change>,
    /// The signatures that came into fields, each with its field.
    pub(super) values: BTreeMap<u32, u32>,
    /// Fields that were filled in, and their widgets.
    pub(super) filled: BTreeSet<u32>,
    pub(super) pages: Option<PageIndex>,
}

/// Nothing more can be explained.
pub(super) fn violation<T>(reason: Message) -> Result<T, EarlyEnd> {
    Err(EarlyEnd::Violation(reason))
}

impl Explainer<'_, '_> {
    fn explain(&mut self) -> Result<(), EarlyEnd> {
        self.objects()?;
        self.trailer()?;
        let (old, new) = (self.file.catalog(self.before)?, self.file.catalog(self.after)?);
        let (Some(old), Some(new)) = (old, new) else {
            return violation(message!("danh mục của tệp bị mất", "the document catalog was lost"));
        };
        let (Object::Dictionary(old), Object::Dictionary(new)) = (&old.value.object, &new.value.object)
        else {
            return violation(message!("danh mục của tệp bị hỏng", "the document catalog was broken"));
        };
        if let Some(key) = differing(old, new).into_iter().find(|key| !CATALOG_KEYS.contains(key)) {
            return violation(changed_key("danh mục của tệp", "the document catalog", key));
        }
        self.certification(old.get("Perms"), new.get("Perms"))?;
        self.clear_root();
        self.form(old.get("AcroForm"), new.get("AcroForm"))?;
        self.validation_data(old.get("DSS"), new.get("DSS"))?;
        self.metadata(old.get("Metadata"), new.get("Metadata"))?;
        self.declarations(new)?;
        self.information()?;
        self.structure()?;
        self.rest()
    }

    /// Sorts what the revision defines into what is new and what says something else.
    fn objects(&mut self) -> Result<(), EarlyEnd> {
        for number in self.file.freed(self.after) {
            if number != 0 && self.file.defining(number, self.before)?.is_some() {
                return violation(message!("đối tượng {number} bị xóa", "object {number} was deleted"));
            }
        }
        for number in self.file.defined(self.after) {
            let Some(old) = self.file.object(number, self.before)? else {
                // Something that already pointed to it would change with it.
                if self.referrers_before(number)?.next().is_some() {
                    return violation(message!(
                        "đối tượng {number} xuất hiện sau khi ký",
                        "object {number} appeared"
                    ));
                }
                self.new.insert(number);
                self.added.insert(number);
                continue;
            };
            let new = self.file.object(number, self.after)?;
            if !new.is_some_and(|new| self.file.same(&old.value, &new.value)) {
                self.changed.insert(number);
            }
        }
        Ok(())
    }

    /// The trailers of both revisions must name the same document.
    fn trailer(&mut self) -> Result<(), EarlyEnd> {
        let revisions = self.file.revisions();
        let Some(new) = revisions.get(self.after) else {
            return Ok(());
        };
        // What one update leaves out, a later one may say again, as it was.
        let earlier = revisions.get(..=self.before).unwrap_or_default();
        let last_said = |key: &str| earlier.iter().rev().find_map(|revision| revision.trailer.get(key));
        let same = |key: &str| match (last_said(key), new.trailer.get(key)) {
            (None, None) => true,
            // Its own rule looks at what it says; it may not be something that was there before.
            (None, Some(new)) => {
                key == "Info" && new.object.as_reference().is_some_and(|number| self.new.contains(&number))
            }
            (Some(old), Some(new)) => old.object.same(&new.object),
            // Information shows nowhere, and whoever leaves it out takes nothing away from what was signed.
            (Some(_), None) => key == "Info",
        };
        // The first identifier stays what it was when the file was made (ISO 32000-2 14.4).
        let permanent = |identifiers: Option<&Value>| {
            let first = identifiers.and_then(|value| value.object.as_array()?.first()?.object.as_string());
            first.map(<[u8]>::to_vec)
        };
        let (old_id, new_id) = (permanent(last_said("ID")), permanent(new.trailer.get("ID")));
        if old_id.zip(new_id).is_some_and(|(old, new)| old != new) {
            return violation(message!("/ID bị thay", "/ID was replaced"));
        }
        match ["Root", "Info", "Encrypt"].into_iter().find(|key| !same(key)) {
            Some(key) => violation(message!("/{key} bị thay", "/{key} was replaced")),
            None => Ok(()),
        }
    }

    fn clear_root(&mut self) {
        let trailer = self.file.revisions().get(self.after).map(|revision| &revision.trailer);
        if let Some(root) = trailer.and_then(|trailer| trailer.get("Root")?.object.as_reference()) {
            self.clear(root);
        }
    }

    /// A certification signature (ISO 32000-2 12.8.6): /Perms comes with it, and names nothing else.
    fn certification(&mut self, old: Option<&Value>, new: Option<&Value>) -> Result<(), EarlyEnd> {
        let replaced = || violation(changed_key("danh mục của tệp", "the document catalog", b"Perms"));
        let (old, new) = match (old, new) {
            (None, Some(new)) => (None, new),
            (Some(old), Some(new)) => (Some(old), new),
            (None, None) => return Ok(()),
            (Some(_), None) => return replaced(),
        };
        if let Some(old) = old {
            return if old.object.same(&new.object) { Ok(()) } else { replaced() };
        }
        let Object::Dictionary(permissions) = &new.object else {
            return replaced();
        };
        let [(key, signature)] = permissions.0.as_slice() else {
            return replaced();
        };
        let named = signature.object.as_reference().filter(|number| self.new.contains(number));
        let signs = |field: &form::Field| {
            field.kind == Some(form::Kind::Signature)
                && field.dictionary().get("V").is_some_and(|value| value.object.as_reference() == named)
        };
        if key != b"DocMDP" || named.is_none() || !self.forms.after.form.fields.iter().any(signs) {
            return replaced();
        }
        self.changes.push(Change::Certification);
        Ok(())
    }

    /// The XMP packet (ISO 32000-2 14.3.2): a stream that nothing but the catalog shows.
    fn metadata(&mut self, old: Option<&Value>, new: Option<&Value>) -> Result<(), EarlyEnd> {
        let number = |value: Option<&Value>| value.and_then(|value| value.object.as_reference());
        let (old, new) = (number(old), number(new));
        let Some(number) = new else {
            return match old {
                None => Ok(()),
                Some(_) => violation(message!("siêu dữ liệu bị gỡ", "the metadata was taken out")),
            };
        };
        if !self.changed.contains(&number) && !self.added.contains(&number) {
            if old.is_some_and(|old| old != number) {
                return violation(message!("siêu dữ liệu bị thay", "the metadata was replaced"));
            }
            return Ok(());
        }
        let is_xmp = |revision| -> Result<bool, ReadError> {
            let located = self.file.object(number, revision)?;
            Ok(located.is_some_and(|located| match &located.value.object {
                Object::Stream(dictionary, _) => {
                    dictionary.name("Type") == Some(b"Metadata") && dictionary.name("Subtype") == Some(b"XML")
                }
                _ => false,
            }))
        };
        let root = self.file.catalog(self.before)?.map(|catalog| catalog.number);
        let is_new = self.new.contains(&number);
        let known = is_new || is_xmp(self.before)? && self.is_referred_only_by(number, &[root])?;
        if known && is_xmp(self.after)? {
            self.clear(number);
            self.changes.push(Change::Metadata);
        }
        Ok(())
    }

    /// /Extensions, where it is an object of its own, says only what the file uses.
    fn declarations(&mut self, catalog: &Dictionary) -> Result<(), EarlyEnd> {
        if let Some(extensions) = catalog.get("Extensions") {
            let root = self.file.catalog(self.before)?.map(|catalog| catalog.number);
            if let Some(number) = extensions.object.as_reference()
                && (!self.changed.contains(&number) || self.is_referred_only_by(number, &[root])?)
            {
                self.clear(number);
            }
            self.clear_reachable(extensions)?;
        }
        Ok(())
    }

    /// The information dictionary (ISO 32000-2 14.3.3): when and with what it was saved.
    fn information(&mut self) -> Result<(), EarlyEnd> {
        let reference = |revision: usize| {
            let trailer = self.file.revisions().get(revision).map(|revision| &revision.trailer);
            trailer.and_then(|trailer| trailer.get("Info")?.object.as_reference())
        };
        let Some(number) = reference(self.after) else {
            return Ok(());
        };
        if !self.changed.contains(&number) && !self.added.contains(&number) {
            return Ok(());
        }
        let none = Dictionary::default();
        let (old, new) = (self.file.object(number, self.before)?, self.file.object(number, self.after)?);
        let old = old.as_ref().map_or(Some(&none), |old| plain_dictionary(&old.value));
        let new = new.as_ref().and_then(|new| plain_dictionary(&new.value));
        let (Some(old), Some(new)) = (old, new) else {
            return Ok(());
        };
        let strange = old
            .differing(new)
            .into_iter()
            .find(|key| !INFORMATION_KEYS.contains(key) && !is_same_text(old, new, key));
        if let Some(key) = strange {
            return violation(changed_key("thông tin tài liệu", "the document information", key));
        }
        self.clear(number);
        self.changes.push(Change::Metadata);
        Ok(())
    }

    /// Streams that hold cross-references or other objects are not shown by anything.
    fn structure(&mut self) -> Result<(), EarlyEnd> {
        let candidates: Vec<u32> = self.added.iter().chain(&self.changed).copied().collect();
        for number in candidates {
            let kind = |revision| -> Result<Option<Vec<u8>>, ReadError> {
                let located = self.file.object(number, revision)?;
                Ok(located.and_then(|located| match &located.value.object {
                    Object::Stream(dictionary, _) => dictionary.name("Type").map(<[u8]>::to_vec),
                    _ => None,
                }))
            };
            let new = kind(self.after)?;
            let is_referred = self.referrers_since(number).next().is_some();
            let cleared = match new.as_deref() {
                // A table of cross-references may take the number of the one before it.
                Some(b"XRef") => !is_referred && (self.new.contains(&number) || kind(self.before)? == new),
                // One that held objects already would change them.
                Some(b"ObjStm") => !is_referred && self.new.contains(&number),
                _ => false,
            };
            if cleared {
                self.clear(number);
            }
        }
        Ok(())
    }

    /// What no rule cleared. New objects that nothing leads to, or only such ones, are drawn by nobody, and some programs
    /// leave them behind.
    fn rest(&mut self) -> Result<(), EarlyEnd> {
        if let Some(number) = self.changed.first() {
            let (vi, en) = what(self.file.object(*number, self.before)?.as_ref().map(|old| &old.value));
            return violation(message!(
                "đối tượng {number} ({vi}) bị sửa",
                "object {number} ({en}) was changed"
            ));
        }
        let mut unused = BTreeSet::new();
        for _ in 0..LONGEST_CHAIN {
            let added: Vec<u32> = self.added.iter().copied().collect();
            for number in added {
                let leads_nowhere = self.referrers_since(number).all(|referrer| unused.contains(&referrer));
                if leads_nowhere && self.is_no_root(number)? {
                    self.clear(number);
                    self.changes.push(Change::Unused(number));
                    unused.insert(number);
                }
            }
        }
        if let Some(number) = self.added.first() {
            let (vi, en) = what(self.file.object(*number, self.after)?.as_ref().map(|new| &new.value));
            return violation(message!(
                "đối tượng {number} ({vi}) được thêm mà không thuộc phần bổ sung nào được phép",
                "object {number} ({en}) was added, and is no part of anything that may be"
            ));
        }
        Ok(())
    }

    /// Whether no program that looks for the beginning of a document, or of what it holds, takes an object for it.
    fn is_no_root(&self, number: u32) -> Result<bool, ReadError> {
        const PLAIN: [&[u8]; 4] = [b"Font", b"FontDescriptor", b"Encoding", b"XObject"];
        let located = self.file.object(number, self.after)?;
        let dictionary = located.as_ref().and_then(|located| located.value.object.as_dictionary());
        Ok(dictionary.and_then(|dictionary| dictionary.get("Type")).is_none_or(
            |kind| matches!(&kind.object, Object::Name(name) if PLAIN.contains(&name.as_slice())),
        ))
    }

    /// How many objects no rule has explained yet.
    pub(super) fn pending(&self) -> usize {
        self.changed.len() + self.added.len()
    }

    /// A rule explains object `number`.
    pub(super) fn clear(&mut self, number: u32) {
        self.changed.remove(&number);
        self.added.remove(&number);
    }

    /// Clears the new objects that `value` leads to. What was there before is not followed: a new object
    /// that points to a changed one does not explain it.
    pub(super) fn clear_reachable(&mut self, value: &Value) -> Result<(), EarlyEnd> {
        let mut queue = Vec::new();
        references(value, &mut |number| queue.push(number));
        while let Some(number) = queue.pop() {
            if self.added.remove(&number)
                && let Some(located) = self.file.object(number, self.after)?
            {
                references(&located.value, &mut |number| queue.push(number));
            }
        }
        Ok(())
    }

    /// The objects that referred to `number` before this revision.
    pub(super) fn referrers_before(&self, number: u32) -> Result<impl Iterator<Item = u32>, ReadError> {
        let mut live = Vec::new();
        for (referrer, revision) in self.referrers.get(&number).into_iter().flatten() {
            if *revision <= self.before && self.file.defining(*referrer, self.before)? == Some(*revision) {
                live.push(*referrer);
            }
        }
        Ok(live.into_iter())
    }

    /// The objects that ever refer to `number`.
    fn referrers_since(&self, number: u32) -> impl Iterator<Item = u32> {
        let known = self.referrers.get(&number).into_iter().flatten();
        known.filter(|(_, revision)| *revision <= self.after).map(|(referrer, _)| *referrer)
    }

    /// Whether nothing but `allowed` referred to `number` before this revision: only then is a rule
    /// about them a rule about everything that a viewer reaches it from.
    pub(super) fn is_referred_only_by(
        &self,
        number: u32,
        allowed: &[Option<u32>],
    ) -> Result<bool, ReadError> {
        Ok(self.referrers_before(number)?.all(|referrer| allowed.contains(&Some(referrer))))
    }
}

/// The dictionary that `value` is, and no stream's.
pub(super) fn plain_dictionary(value: &Value) -> Option<&Dictionary> {
    match &value.object {
        Object::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }
}

/// A key that may not change.
pub(super) fn changed_key(vi: &str, en: &str, key: &[u8]) -> Message {
    let key = String::from_utf8_lossy(key);
    message!("/{key} của {vi} bị thay đổi", "/{key} of {en} was changed")
}

/// What an object is, for people.
pub(crate) fn what(value: Option<&Value>) -> (&'static str, &'static str) {
    let Some(value) = value else {
        return ("trống", "nothing");
    };
    let Some(dictionary) = value.object.as_dictionary() else {
        return ("giá trị", "a value");
    };
    match (dictionary.name("Type"), dictionary.name("Subtype")) {
        (Some(b"Page"), _) => ("trang", "a page"),
        (Some(b"Pages"), _) => ("danh sách trang", "the list of pages"),
        (Some(b"Annot"), Some(b"Widget")) => ("trường biểu mẫu", "a form field"),
        (Some(b"Annot"), _) | (_, Some(b"FreeText" | b"Stamp" | b"Square" | b"Highlight" | b"Ink")) => {
            ("chú thích", "an annotation")
        }
        (Some(b"Font" | b"FontDescriptor"), _) => ("phông chữ", "a font"),
        (Some(b"XObject"), _) | (_, Some(b"Image" | b"Form")) => ("hình", "a picture"),
        (Some(b"Catalog"), _) => ("danh mục của tệp", "the document catalog"),
        (Some(b"ObjStm"), _) => ("luồng đối tượng", "an object stream"),
        (Some(b"OCG" | b"OCMD"), _) => ("lớp nội dung", "a layer"),
        (Some(b"Sig" | b"DocTimeStamp"), _) => ("chữ ký", "a signature"),
        (Some(b"Action"), _) => ("hành động", "an action"),
        _ if matches!(value.object, Object::Stream(..)) => ("nội dung", "a stream of content"),
        _ => ("từ điển", "a dictionary"),
    }
}
