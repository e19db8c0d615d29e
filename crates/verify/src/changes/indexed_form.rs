//! A form whose fields are found by their objects and their names.

use std::collections::BTreeMap;

use crate::pdf::form::{Field, Form};

/// How deep form fields may nest.
const MAX_DEPTH: usize = 32;

/// The form of one revision, with its fields in order.
pub(super) struct IndexedForm {
    pub form: Form,
    /// The places of fields, by their objects.
    places: BTreeMap<u32, usize>,
    /// The places of the kids of a field, by its object.
    kids: BTreeMap<u32, Vec<usize>>,
    /// The places of the fields that have a name of their own, ordered by their full names.
    named: Vec<usize>,
}

impl IndexedForm {
    pub(super) fn of(form: Form) -> IndexedForm {
        let mut kids: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        let mut named = Vec::new();
        for (place, field) in form.fields.iter().enumerate() {
            places.insert(field.number, place);
            if let Some(parent) = field.parent {
                kids.entry(parent).or_default().push(place);
            }
            if field.dictionary().get("T").is_some() {
                named.push(place);
            }
        }
        named.sort_by_key(|place| form.fields.get(*place).map(|field| field.name.as_str()));
        IndexedForm { form, places, kids, named }
    }

    /// The field or widget that object `number` is.
    pub(super) fn field(&self, number: u32) -> Option<&Field> {
        self.places.get(&number).and_then(|place| self.form.fields.get(*place))
    }

    /// `field` and everything below it: its widgets are among them.
    pub(super) fn below(&self, number: u32) -> Vec<&Field> {
        let mut found: Vec<&Field> = self.field(number).into_iter().collect();
        let mut index = 0;
        while let Some(field) = found.get(index) {
            let kids = self.kids.get(&field.number).into_iter().flatten();
            found.extend(kids.filter_map(|place| self.form.fields.get(*place)));
            index += 1;
        }
        found
    }

    /// `field` and the fields that it belongs to, from below.
    pub(super) fn lineage<'s>(&'s self, field: &'s Field) -> impl Iterator<Item = &'s Field> {
        let parents = std::iter::successors(Some(field), |field| self.field(field.parent?));
        parents.take(MAX_DEPTH + 1)
    }

    /// A name that a field has or inherits.
    pub(super) fn inherited<'s>(&'s self, field: &'s Field, key: &str) -> Option<&'s [u8]> {
        self.lineage(field).find_map(|field| field.dictionary().name(key))
    }

    /// The other fields that have the full name of `field` for their own.
    pub(super) fn namesakes<'s>(&'s self, field: &'s Field) -> impl Iterator<Item = &'s Field> {
        let name = field.name.as_str();
        let known = |place: &usize| self.form.fields.get(*place);
        let start =
            self.named.partition_point(|place| known(place).is_some_and(|field| field.name.as_str() < name));
        let rest = self.named.get(start..).unwrap_or_default().iter().filter_map(known);
        rest.take_while(move |other| other.name == name).filter(|other| other.number != field.number)
    }
}
