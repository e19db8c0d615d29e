//! What may happen to a form: an empty signature field is signed, a new one is added, a field is filled
//! in (ISO 32000-2 12.7). Every rule names the keys that may change with it.

use super::change::{Change, FieldChange};
use super::explain::{Explainer, changed_key, plain_dictionary, violation};
use super::spelling::differing;
use super::transition::EarlyEnd;
use crate::message;
use crate::pdf::form::{Field, Kind};
use crate::pdf::reader::{Dictionary, Object, ReadError, Value, lossy_text};

/// Keys of a signature field that signing sets.
const SIGNED_KEYS: [&[u8]; 5] = [b"V", b"AP", b"M", b"F", b"Ff"];
/// Keys of another field that filling it in sets: all of them show in its own rectangle.
const FILLED_KEYS: [&[u8]; 9] = [b"V", b"AP", b"AS", b"I", b"RV", b"M", b"Q", b"Ff", b"DA"];
/// Keys that a new signature field may have: none that act or draw anything but its appearance.
const NEW_FIELD_KEYS: [&[u8]; 28] = [
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
    b"H",
    b"DR",
    b"DV",
    b"Border",
    b"C",
];
/// The longest value of a field that is shown, in characters.
const MAX_SHOWN: usize = 200;

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
        let before = forms.before.form.dictionary.as_ref();
        let Some(after) = forms.after.form.dictionary.as_ref() else {
            return violation(message!("biểu mẫu bị hỏng", "the form was broken"));
        };
        let grew = self.form_keys(before, after)?;
        if let Some(number) = new_entry.object.as_reference() {
            self.clear(number);
        }
        let root = self.file.catalog(self.before)?.map(|catalog| catalog.number);
        let holders = [root, forms.before.form.number];
        self.list(
            before.and_then(|before| before.get("Fields")),
            after.get("Fields"),
            &holders,
            ("danh sách trường", "the list of fields"),
        )?;
        for field in &forms.after.form.fields {
            match forms.before.field(field.number) {
                None => self.new_field(field)?,
                Some(old) if self.changed.contains(&field.number) => self.changed_field(old, field)?,
                Some(_) => {}
            }
        }
        if grew {
            self.lent_to_nobody()?;
        }
        self.annotations()
    }

    /// A signature field, or a widget of one, that the revision adds.
    fn new_field(&mut self, field: &Field) -> Result<(), EarlyEnd> {
        let name = &field.name;
        if !self.new.contains(&field.number) || field.kind != Some(Kind::Signature) {
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
        let is = |key: &str, expected: &[u8]| {
            dictionary.get(key).is_none_or(|value| value.object == Object::Name(expected.to_vec()))
        };
        if !is("Type", b"Annot") || !is("Subtype", b"Widget") {
            return violation(changed_key("trường mới", "a new field", b"Subtype"));
        }
        if !self.has_narrow_border(dictionary)? {
            return violation(changed_key("trường mới", "a new field", b"Border"));
        }
        let forms = self.forms;
        if dictionary.get("T").is_some() && forms.after.namesakes(field).next().is_some() {
            return violation(message!(
                "thêm trường thứ hai tên \"{name}\"",
                "a second field \"{name}\" was added"
            ));
        }
        self.clear(field.number);
        for key in ["Lock", "SV", "MK", "DR", "DV", "BS", "Border", "Rect", "F"] {
            dictionary.get(key).map_or(Ok(()), |value| self.clear_reachable(value))?;
        }
        if let Some(kids) = dictionary.get("Kids") {
            self.list(None, Some(kids), &[], ("trường", "a field"))?;
        }
        if let Some(parent) = field.parent
            && self.changed.contains(&parent)
        {
            self.clear_grown_parent(parent)?;
        }
        self.appearance(None, dictionary.get("AP"), field.number)?;
        let region = self.region(field)?;
        let covers = match &region {
            Some(region) => self.covers(region, field.number)?,
            None => false,
        };
        let regions = region.into_iter().collect();
        let change = FieldChange { name: name.clone(), is_new: true, regions, covers };
        match self.new_value(field) {
            Some((value, holder)) => self.signed(&value, holder, change),
            None => self.unsigned(field, change),
        }
    }

    /// A new field that nobody has signed in: it says nothing on the pages.
    fn unsigned(&mut self, field: &Field, change: FieldChange) -> Result<(), EarlyEnd> {
        let name = &field.name;
        // A signature that was there already does not answer for what came after it.
        let is_signed_later =
            self.forms.after.lineage(field).any(|one| {
                one.dictionary().get("V").is_none() && self.signed_in_the_end.contains(&one.number)
            });
        if let Some(region) = change.regions.first().filter(|_| !is_signed_later)
            && self.draws(field.dictionary())?
        {
            let page = region.page;
            return violation(message!(
                "trường chữ ký \"{name}\" chưa ai ký mà hiện nội dung trên trang {page}",
                "the signature field \"{name}\", in which nobody signed, shows something on page {page}"
            ));
        }
        self.changes.push(Change::EmptyField { field: change, is_signed_later });
        Ok(())
    }

    /// The value that came to a signature field with this revision, its own or what it inherits; and the field
    /// that has it.
    fn new_value(&self, field: &Field) -> Option<(Value, u32)> {
        let forms = self.forms;
        let holder = forms.after.lineage(field).find(|one| one.dictionary().get("V").is_some())?;
        let had = forms.before.field(holder.number).is_some_and(|old| old.dictionary().get("V").is_some());
        let value = holder.dictionary().get("V").filter(|_| !had)?;
        Some((value.clone(), holder.number))
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
        if differing(old, new).into_iter().all(|key| key == b"Kids") {
            self.list(old.get("Kids"), new.get("Kids"), &[Some(parent)], ("trường", "a field"))?;
            self.clear(parent);
        }
        Ok(())
    }

    /// A field that was there.
    fn changed_field(&mut self, old: &Field, new: &Field) -> Result<(), EarlyEnd> {
        let (before, after) = (old.dictionary(), new.dictionary());
        let keys = differing(before, after);
        let name = &new.name;
        let (vi, en) = (format!("trường \"{name}\""), format!("the field \"{name}\""));
        if keys.is_empty() && old.name == *name {
            self.clear(new.number);
            return Ok(());
        }
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
        if keys.contains(&b"F".as_slice()) && !keeps_showing(before, after) {
            return violation(changed_key(&vi, &en, b"F"));
        }
        self.appearance(before.get("AP"), after.get("AP"), new.number)?;
        self.clear(new.number);
        if old.kind != Some(Kind::Signature) {
            return self.filled(old, new);
        }
        let regions = match keys.contains(&b"AP".as_slice()) {
            true => self.region(new)?.into_iter().collect(),
            false => Vec::new(),
        };
        let change = FieldChange { name: name.clone(), is_new: false, regions, covers: false };
        match self.new_value(new) {
            Some((value, holder)) => self.signed(&value, holder, change),
            None => violation(message!("{vi} bị sửa", "{en} was changed")),
        }
    }

    /// The value that the signature field `holder` got: a new signature or time-stamp, judged for itself.
    fn signed(&mut self, value: &Value, holder: u32, field: FieldChange) -> Result<(), EarlyEnd> {
        let name = &field.name;
        let number = value.object.as_reference().filter(|number| self.new.contains(number));
        let resolved = self.file.resolve(value, self.after)?;
        let dictionary = plain_dictionary(&resolved);
        let is_signature = dictionary.is_some_and(|dictionary| {
            dictionary.get("ByteRange").is_some() && dictionary.get("Contents").is_some()
        });
        // One signature stands in one field.
        let is_its_own = number.is_some_and(|number| *self.values.entry(number).or_insert(holder) == holder);
        if !is_signature || !is_its_own {
            return violation(message!(
                "giá trị mới của trường \"{name}\" không phải chữ ký",
                "the new value of the field \"{name}\" is no signature"
            ));
        }
        let forms = self.forms;
        let namesakes = forms.after.field(holder).into_iter().flat_map(|field| forms.after.namesakes(field));
        if namesakes.into_iter().any(|other| other.dictionary().get("V").is_some()) {
            return violation(message!(
                "hai trường cùng tên \"{name}\" có chữ ký",
                "two fields of the name \"{name}\" are signed"
            ));
        }
        self.clear_reachable(value)?;
        let is_stamp = dictionary.is_some_and(|dictionary| {
            dictionary.name("Type") == Some(b"DocTimeStamp")
                || dictionary.name("SubFilter") == Some(b"ETSI.RFC3161")
        });
        if let Some(region) = field.regions.first().filter(|_| is_stamp) {
            let page = region.page;
            return violation(message!(
                "dấu thời gian trong trường \"{name}\" hiện nội dung trên trang {page}",
                "the time-stamp in the field \"{name}\" shows something on page {page}"
            ));
        }
        self.changes.push(match is_stamp {
            true => Change::TimeStamp(field),
            false => Change::Signature(field),
        });
        Ok(())
    }

    /// The value that another field got. Its appearance shows that value, so it may not change alone; every widget
    /// of the field shows it.
    fn filled(&mut self, old: &Field, new: &Field) -> Result<(), EarlyEnd> {
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
        let mut regions = Vec::new();
        let forms = self.forms;
        for widget in forms.after.below(new.number) {
            if self.filled.insert(widget.number) {
                regions.extend(self.region(widget)?);
            }
        }
        // A field and its widgets are one change.
        let same = |known: &Change| matches!(known, Change::Filled { field, .. } if field.name == *name);
        match self.changes.iter().position(same).and_then(|index| self.changes.get_mut(index)) {
            Some(Change::Filled { field, .. }) => field.regions.extend(regions),
            _ => {
                let field = FieldChange { name: name.clone(), is_new: false, regions, covers: false };
                self.changes.push(Change::Filled { field, old: was, new: is });
            }
        }
        Ok(())
    }

    /// The value of a field, or of the one that it belongs to; `None` where it is empty.
    pub(super) fn value(&self, field: &Field, revision: usize) -> Result<Option<String>, ReadError> {
        let form = if revision == self.before { self.forms.before } else { self.forms.after };
        if let Some(value) = form.lineage(field).find_map(|field| field.dictionary().get("V")) {
            return Ok(shown(&self.file.resolve(value, revision)?));
        }
        // A check box without a value shows its state.
        Ok(field.dictionary().get("AS").and_then(shown))
    }
}

/// Whether the flags of a widget (ISO 32000-2 table 167) say as before whether and where it is drawn: only what may
/// be done with it changed.
fn keeps_showing(before: &Dictionary, after: &Dictionary) -> bool {
    const READ_ONLY: i64 = 1 << 6;
    const LOCKED: i64 = 1 << 7;
    const LOCKED_CONTENTS: i64 = 1 << 9;
    const PRINT: i64 = 1 << 2;
    let shown = |widget: &Dictionary| match widget.get("F") {
        None => Some(0),
        Some(flags) => flags.object.as_integer(),
    };
    let others = |flags: i64| flags & !(READ_ONLY | LOCKED | LOCKED_CONTENTS | PRINT);
    match (shown(before), shown(after)) {
        (Some(before), Some(after)) => others(before) == others(after),
        _ => false,
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
