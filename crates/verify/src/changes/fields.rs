//! What may happen to a form: an empty signature field is signed, a new one is added, a field is filled
//! in (ISO 32000-2 12.7). Every rule names the keys that may change with it.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, FieldChange};
use super::explain::{Explainer, changed_key, plain_dictionary, violation};
use super::transition::EarlyEnd;
use crate::message;
use crate::pdf::form::{Field, Kind, Region, visible_rect};
use crate::pdf::reader::{Dictionary, Object, ReadError, Value, lossy_text, references};

/// Keys of the form that new fields bring with them.
const FORM_KEYS: [&[u8]; 2] = [b"Fields", b"SigFlags"];
/// Keys that a form may get where it had none.
const NEW_FORM_KEYS: [&[u8]; 3] = [b"DA", b"DR", b"NeedAppearances"];
/// Kinds of the form's resources in which new ones may come.
const RESOURCE_KEYS: [&[u8]; 2] = [b"Font", b"Encoding"];
/// Keys of a signature field that signing sets.
const SIGNED_KEYS: [&[u8]; 3] = [b"V", b"AP", b"M"];
/// Keys of another field that filling it in sets.
const FILLED_KEYS: [&[u8]; 6] = [b"V", b"AP", b"AS", b"I", b"RV", b"M"];
/// Keys that a new signature field may have: none that act or draw anything but its appearance.
const NEW_FIELD_KEYS: [&[u8]; 23] = [
    b"Type",
    b"Subtype",
    b"FT",
    b"T",
    b"TU",
    b"TM",
    b"Ff",
    b"V",
    b"F",
    b"Rect",
    b"P",
    b"AP",
    b"Parent",
    b"Kids",
    b"Lock",
    b"SV",
    b"MK",
    b"DA",
    b"StructParent",
    b"M",
    b"NM",
    b"BS",
    b"Q",
];
/// The longest value of a field that is shown, in characters.
const MAX_SHOWN: usize = 200;

/// Which part of the form's resources is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ResourceLevel {
    /// The whole: kinds by their names.
    Resources,
    /// One kind: resources by their names.
    Kind,
}

impl Explainer<'_, '_> {
    /// The form, its fields, and the pages that show new ones.
    pub(super) fn form(&mut self, old: Option<&Value>, new: Option<&Value>) -> Result<(), EarlyEnd> {
        let Some(new_entry) = new else {
            return match old {
                None => Ok(()),
                Some(_) => violation(message!("biểu mẫu bị gỡ", "the form was taken out")),
            };
        };
        let forms = self.forms;
        let none = Dictionary::default();
        let before = forms.before.dictionary.as_ref();
        let Some(after) = forms.after.dictionary.as_ref() else {
            return violation(message!("biểu mẫu bị hỏng", "the form was broken"));
        };
        for key in before.unwrap_or(&none).differing(after) {
            let is_new = before.is_none_or(|before| !before.0.iter().any(|(known, _)| known == key));
            let allowed = FORM_KEYS.contains(&key) || key == b"DR" || is_new && NEW_FORM_KEYS.contains(&key);
            if !allowed {
                return violation(changed_key("biểu mẫu", "the form", key));
            }
        }
        self.resources(before.and_then(|before| before.get("DR")), after.get("DR"))?;
        if after.get("NeedAppearances").is_some_and(|value| value.object == Object::Boolean(true))
            && before.and_then(|before| before.get("NeedAppearances")).is_none()
        {
            return violation(changed_key("biểu mẫu", "the form", b"NeedAppearances"));
        }
        if let Some(number) = new_entry.object.as_reference() {
            self.clear(number);
        }
        let root = self.file.catalog(self.before)?.map(|catalog| catalog.number);
        let holders = [root, forms.before.number];
        self.list(
            before.and_then(|before| before.get("Fields")),
            after.get("Fields"),
            &holders,
            ("danh sách trường", "the list of fields"),
        )?;
        let known: BTreeMap<u32, &Field> =
            forms.before.fields.iter().map(|field| (field.number, field)).collect();
        let mut widgets = BTreeSet::new();
        for field in &forms.after.fields {
            match known.get(&field.number) {
                None => {
                    self.new_field(field)?;
                    widgets.insert(field.number);
                }
                Some(old) if self.changed.contains(&field.number) => self.changed_field(old, field)?,
                Some(_) => {}
            }
        }
        self.annotations(&widgets)
    }

    /// Fonts that fields without an appearance are set in (/DR, ISO 32000-2 table 224): new ones may come.
    fn resources(&mut self, old: Option<&Value>, new: Option<&Value>) -> Result<(), EarlyEnd> {
        let none = Dictionary::default();
        let replaced = || violation(changed_key("biểu mẫu", "the form", b"DR"));
        let Some(entry) = new else {
            return if old.is_some() { replaced() } else { Ok(()) };
        };
        let mut pairs =
            vec![(old.cloned(), entry.clone(), self.forms.before.number, ResourceLevel::Resources)];
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

    /// A list of references that may only grow. Where it is an object of its own, nothing but `holders`
    /// may have shown it.
    fn list(
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
        // What was there stays, in its order; what is new is an object of its own, so that it is seen.
        let mut rest = was.iter().peekable();
        for value in &is {
            if rest.peek().is_some_and(|old| old.object.same(&value.object)) {
                rest.next();
            } else if value.object.as_reference().is_none() {
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

    /// A signature field that the revision adds.
    fn new_field(&mut self, field: &Field) -> Result<(), EarlyEnd> {
        let name = &field.name;
        if !self.added.contains(&field.number) || field.kind != Some(Kind::Signature) {
            return violation(message!(
                "thêm trường \"{name}\" không phải trường chữ ký",
                "the field \"{name}\" was added, which is no signature field"
            ));
        }
        let dictionary = field.dictionary();
        let strange = dictionary.0.iter().find(|(key, _)| !NEW_FIELD_KEYS.contains(&key.as_slice()));
        if let Some((key, _)) = strange {
            return violation(changed_key("trường mới", "a new field", key));
        }
        let typed = |key: &str, expected: &[u8]| dictionary.name(key).is_none_or(|name| name == expected);
        if !typed("Type", b"Annot") || !typed("Subtype", b"Widget") {
            return violation(changed_key("trường mới", "a new field", b"Subtype"));
        }
        self.clear(field.number);
        for key in ["Lock", "SV", "MK"] {
            dictionary.get(key).map_or(Ok(()), |value| self.clear_reachable(value))?;
        }
        if let Some(parent) = field.parent
            && self.changed.contains(&parent)
        {
            self.clear_grown_parent(parent)?;
        }
        self.appearance(None, dictionary.get("AP"), field.number)?;
        let regions = self.regions(field)?;
        let change = FieldChange { name: field.name.clone(), is_new: true, regions };
        match dictionary.get("V") {
            Some(value) => self.signed(value, change),
            // A widget of a field that holds the value.
            None if field.parent.is_some() && dictionary.get("T").is_none() => {
                self.changes.push(Change::EmptyField(change));
                Ok(())
            }
            None => {
                self.changes.push(Change::EmptyField(change));
                Ok(())
            }
        }
    }

    /// A field that was there and got new kids, and nothing else.
    fn clear_grown_parent(&mut self, parent: u32) -> Result<(), EarlyEnd> {
        let (old, new) = (self.file.object(parent, self.before)?, self.file.object(parent, self.after)?);
        let (Some(old), Some(new)) = (old, new) else {
            return Ok(());
        };
        let (Some(old), Some(new)) = (plain_dictionary(&old.value), plain_dictionary(&new.value)) else {
            return Ok(());
        };
        if old.differing(new).into_iter().all(|key| key == b"Kids") {
            self.list(old.get("Kids"), new.get("Kids"), &[Some(parent)], ("trường", "a field"))?;
            self.clear(parent);
        }
        Ok(())
    }

    /// A field that was there.
    fn changed_field(&mut self, old: &Field, new: &Field) -> Result<(), EarlyEnd> {
        let (before, after) = (old.dictionary(), new.dictionary());
        let keys = before.differing(after);
        let name = &new.name;
        let (vi, en) = (format!("trường \"{name}\""), format!("the field \"{name}\""));
        let allowed: &[&[u8]] = match old.kind {
            Some(Kind::Signature) => &SIGNED_KEYS,
            Some(Kind::Fillable) => &FILLED_KEYS,
            None => &[],
        };
        if keys == [b"Kids".as_slice()] {
            return self.clear_grown_parent(new.number);
        }
        if let Some(key) = keys.iter().find(|key| !allowed.contains(key)) {
            return violation(changed_key(&vi, &en, key));
        }
        self.appearance(before.get("AP"), after.get("AP"), new.number)?;
        self.clear(new.number);
        let change = FieldChange { name: name.clone(), is_new: false, regions: self.regions(new)? };
        match old.kind {
            Some(Kind::Signature) => {
                let value = after.get("V").filter(|_| before.get("V").is_none());
                match value {
                    Some(value) => self.signed(value, change),
                    None => violation(message!("{vi} bị sửa", "{en} was changed")),
                }
            }
            _ => self.filled(old, new, change),
        }
    }

    /// The value that a signature field got: a new signature or time-stamp, judged for itself.
    fn signed(&mut self, value: &Value, field: FieldChange) -> Result<(), EarlyEnd> {
        let name = &field.name;
        let is_new = value.object.as_reference().is_some_and(|number| self.added.contains(&number));
        let resolved = self.file.resolve(value, self.after)?;
        let kind = plain_dictionary(&resolved).map(|dictionary| {
            let is_stamp = dictionary.name("Type") == Some(b"DocTimeStamp");
            (is_stamp, dictionary.get("ByteRange").is_some() && dictionary.get("Contents").is_some())
        });
        let Some((is_stamp, true)) = kind.filter(|_| is_new) else {
            return violation(message!(
                "giá trị mới của trường \"{name}\" không phải chữ ký",
                "the new value of the field \"{name}\" is no signature"
            ));
        };
        self.clear_reachable(value)?;
        self.changes.push(match is_stamp {
            true => Change::TimeStamp(field),
            false => Change::Signature(field),
        });
        Ok(())
    }

    /// The value that another field got. Its appearance shows that value, so it may not change alone.
    fn filled(&mut self, old: &Field, new: &Field, change: FieldChange) -> Result<(), EarlyEnd> {
        let was = self.value(old, self.before)?;
        let is = self.value(new, self.after)?;
        let name = &new.name;
        if was == is {
            return violation(message!(
                "trường \"{name}\" hiện thứ khác mà giá trị không đổi",
                "the field \"{name}\" shows something else, though its value did not change"
            ));
        }
        for key in ["V", "RV"] {
            new.dictionary().get(key).map_or(Ok(()), |value| self.clear_reachable(value))?;
        }
        let change = Change::Filled { field: change, old: was, new: is };
        // A field and its widgets are one change.
        let same = |known: &Change| match (known, &change) {
            (Change::Filled { field: a, .. }, Change::Filled { field: b, .. }) => a.name == b.name,
            _ => false,
        };
        match self.changes.iter().position(same).and_then(|index| self.changes.get_mut(index)) {
            Some(Change::Filled { field, .. }) => field.regions.extend(change.regions()),
            _ => self.changes.push(change),
        }
        Ok(())
    }

    /// The value of a field, or of the one that it belongs to; `None` where it is empty.
    fn value(&self, field: &Field, revision: usize) -> Result<Option<String>, ReadError> {
        let form = if revision == self.before { self.forms.before } else { self.forms.after };
        let mut holder = Some(field);
        let mut steps = 0;
        while let Some(field) = holder.filter(|_| steps < 32) {
            if let Some(value) = field.dictionary().get("V") {
                let value = self.file.resolve(value, revision)?;
                return Ok(shown(&value));
            }
            holder = field.parent.and_then(|parent| form.fields.iter().find(|field| field.number == parent));
            steps += 1;
        }
        // A check box without a value shows its state.
        Ok(field.dictionary().get("AS").and_then(shown))
    }

    /// Where a field or widget shows.
    fn regions(&mut self, field: &Field) -> Result<Vec<Region>, ReadError> {
        let Some(rect) = visible_rect(self.file, field.dictionary(), self.after)? else {
            return Ok(Vec::new());
        };
        let page = field.dictionary().get("P").and_then(|page| page.object.as_reference());
        let page = match page {
            Some(page) => self.page(page)?,
            None => None,
        };
        // Without a known page it may show anywhere: the first stands for that.
        Ok(vec![Region { page: page.unwrap_or(1), rect }])
    }

    /// An appearance (ISO 32000-2 12.5.5): new streams, or those that it had already.
    fn appearance(&mut self, old: Option<&Value>, new: Option<&Value>, owner: u32) -> Result<(), EarlyEnd> {
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
        // Each leads to others, which clears them as well: what is new was new before any was cleared.
        let added: BTreeSet<u32> = shown.intersection(&self.added).copied().collect();
        for number in shown {
            if added.contains(&number) {
                let reference = Value { object: Object::Reference(number, 0), span: new.span };
                self.clear_reachable(&reference)?;
            } else if !known.contains(&number) {
                return violation(message!(
                    "hình của trường dùng đối tượng {number} có từ trước",
                    "the appearance of a field is object {number}, which was there before"
                ));
            } else if self.changed.contains(&number) && self.is_referred_only_by(number, &holders)? {
                let located = self.file.object(number, self.after)?;
                self.clear(number);
                if let Some(located) = located {
                    self.clear_reachable(&located.value)?;
                }
            }
        }
        Ok(())
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

    /// Pages on which the new `widgets` were placed: nothing else of them may change.
    fn annotations(&mut self, widgets: &BTreeSet<u32>) -> Result<(), EarlyEnd> {
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
                references(new, &mut |number| only &= was.contains(&number) || widgets.contains(&number));
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

/// A value as people see it; `None` where there is none, or a box is off.
fn shown(value: &Value) -> Option<String> {
    let text = match &value.object {
        Object::Literal(bytes) | Object::Hexadecimal(bytes) => lossy_text(bytes),
        Object::Name(name) if name == b"Off" => return None,
        Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
        Object::Null => return None,
        Object::Array(values) => values.iter().filter_map(shown).collect::<Vec<String>>().join(", "),
        Object::Stream(..) | Object::Dictionary(_) => "…".to_owned(),
        Object::Integer(number) => number.to_string(),
        Object::Real(number) => number.to_string(),
        Object::Boolean(value) => value.to_string(),
        Object::Reference(number, _) => format!("{number} 0 R"),
    };
    let text: String = text.chars().take(MAX_SHOWN).collect();
    (!text.is_empty()).then_some(text)
}
