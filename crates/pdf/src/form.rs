//! The interactive form of a revision: its fields and where they show (ISO 32000-2 12.7).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::reader::{self, Dictionary, File, Located, Object, ReadError, Value};

/// How deep form fields and pages may nest.
const MAX_DEPTH: usize = 32;
/// The most fields that are looked at.
const MAX_FIELDS: usize = 20_000;
/// The longest full name of a field, in bytes.
const MAX_NAME: usize = 2048;

/// What a field is for (ISO 32000-2 table 226).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, a button or a choice: it is filled in.
    Fillable,
    /// It is signed.
    Signature,
}

/// A field of the form, or a widget of one.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its object.
    pub number: u32,
    /// The field that it belongs to.
    pub parent: Option<u32>,
    /// Its full name.
    pub name: String,
    /// What it is for, also where its parent says so.
    pub kind: Option<Kind>,
    /// Its dictionary.
    pub object: Rc<Located>,
}

impl Field {
    /// Its dictionary.
    pub fn dictionary(&self) -> &Dictionary {
        static NONE: Dictionary = Dictionary(Vec::new());
        self.object.value.object.as_dictionary().unwrap_or(&NONE)
    }
}

/// The form of one revision.
#[derive(Debug, Default)]
pub struct Form {
    /// The object that it is; `None` where it stands in the catalog.
    pub number: Option<u32>,
    /// Its dictionary, where the revision has a form.
    pub dictionary: Option<Dictionary>,
    /// Its fields and their widgets.
    pub fields: Vec<Field>,
}

/// Reads the form of revision `revision`.
///
/// # Errors
/// An object of the form can't be read, or there is more of it than the limits allow.
pub fn read(file: &File<'_>, revision: usize) -> Result<Form, ReadError> {
    let mut form = Form::default();
    let catalog = file.catalog(revision)?;
    let entry = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("AcroForm"));
    let Some(entry) = entry else {
        return Ok(form);
    };
    form.number = entry.object.as_reference();
    form.dictionary = file.resolve(entry, revision)?.object.as_dictionary().cloned();
    let Some(top) = form.dictionary.as_ref().and_then(|form| form.get("Fields")) else {
        return Ok(form);
    };
    let top = file.resolve(top, revision)?;
    let mut seen = BTreeSet::new();
    let top = top.object.as_array().unwrap_or_default().iter().rev();
    let mut queue: Vec<Pending> = top.filter_map(|field| Pending::of(field, None)).collect();
    while let Some(pending) = queue.pop() {
        if pending.depth > MAX_DEPTH || !seen.insert(pending.number) {
            continue;
        }
        if seen.len() > MAX_FIELDS {
            return Err(ReadError::Budget { what: "form fields", limit: MAX_FIELDS as u64 });
        }
        let Some(object) = file.object(pending.number, revision)? else {
            continue;
        };
        let Object::Dictionary(dictionary) = &object.value.object else {
            continue;
        };
        let partial = match dictionary.get("T") {
            Some(name) => {
                let name = file.resolve(name, revision)?;
                name.object.as_string().map(reader::lossy_text).unwrap_or_default()
            }
            None => String::new(),
        };
        let name = match (pending.parent_name.is_empty(), partial.is_empty()) {
            (true, _) => partial,
            (false, true) => pending.parent_name.clone(),
            (false, false) => format!("{}.{partial}", pending.parent_name),
        };
        if name.len() > MAX_NAME {
            return Err(ReadError::Budget { what: "bytes of a field's name", limit: MAX_NAME as u64 });
        }
        let kind = match dictionary.name("FT") {
            Some(b"Sig") => Some(Kind::Signature),
            Some(_) => Some(Kind::Fillable),
            None => pending.kind,
        };
        if let Some(kids) = dictionary.get("Kids") {
            let kids = file.resolve(kids, revision)?;
            let parent = Parent { number: pending.number, name: &name, kind, depth: pending.depth };
            let kids = kids.object.as_array().unwrap_or_default().iter().rev();
            queue.extend(kids.filter_map(|kid| Pending::of(kid, Some(&parent))));
        }
        form.fields.push(Field { number: pending.number, parent: pending.parent, name, kind, object });
    }
    Ok(form)
}

struct Parent<'a> {
    number: u32,
    name: &'a str,
    kind: Option<Kind>,
    depth: usize,
}

struct Pending {
    number: u32,
    parent: Option<u32>,
    parent_name: String,
    kind: Option<Kind>,
    depth: usize,
}

impl Pending {
    fn of(reference: &Value, parent: Option<&Parent<'_>>) -> Option<Pending> {
        let number = reference.object.as_reference()?;
        Some(match parent {
            None => Pending { number, parent: None, parent_name: String::new(), kind: None, depth: 0 },
            Some(parent) => Pending {
                number,
                parent: Some(parent.number),
                parent_name: parent.name.to_owned(),
                kind: parent.kind,
                depth: parent.depth + 1,
            },
        })
    }
}

/// Where a widget shows: its page and rectangle.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Region {
    /// The page, from 1.
    pub page: usize,
    /// Left, bottom, right and top in points, as /Rect has them.
    pub rect: [f64; 4],
}

/// The rectangle of a widget that is not hidden; `None` where nothing of it can be seen.
///
/// # Errors
/// An object that is needed for it can't be read.
pub fn visible_rect(
    file: &File<'_>,
    widget: &Dictionary,
    revision: usize,
) -> Result<Option<[f64; 4]>, ReadError> {
    /// Hidden, and shown neither on a screen nor on paper (ISO 32000-2 table 167).
    const HIDDEN: i64 = 1 << 1;
    if widget.integer("F").is_some_and(|flags| flags & HIDDEN != 0) {
        return Ok(None);
    }
    let shown = rectangle(file, widget, revision)?;
    Ok(shown.filter(|[left, bottom, right, top]| right > left && top > bottom))
}

/// The rectangle of a widget, even an empty one; `None` where it has none.
///
/// # Errors
/// An object that is needed for it can't be read.
pub fn rectangle(
    file: &File<'_>,
    widget: &Dictionary,
    revision: usize,
) -> Result<Option<[f64; 4]>, ReadError> {
    let Some(rect) = widget.get("Rect") else {
        return Ok(None);
    };
    let rect = file.resolve(rect, revision)?;
    let numbers: Vec<f64> = rect.object.as_array().unwrap_or_default().iter().filter_map(number).collect();
    let [a, b, c, d] = numbers.as_slice() else {
        return Ok(None);
    };
    Ok(Some([a.min(*c), b.min(*d), a.max(*c), b.max(*d)]))
}

fn number(value: &Value) -> Option<f64> {
    match value.object {
        #[expect(clippy::cast_precision_loss, reason = "a coordinate")]
        Object::Integer(number) => Some(number as f64),
        Object::Real(number) => Some(number),
        _ => None,
    }
}

/// The pages of a revision: their numbers from 1, by their objects (ISO 32000-2 7.7.3).
///
/// # Errors
/// An object that is needed for it can't be read.
pub fn pages(file: &File<'_>, revision: usize) -> Result<BTreeMap<u32, usize>, ReadError> {
    let mut pages = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let catalog = file.catalog(revision)?;
    let root = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("Pages"));
    let mut stack: Vec<(u32, usize)> =
        root.and_then(|root| root.object.as_reference()).map(|root| (root, 0)).into_iter().collect();
    while let Some((number, depth)) = stack.pop() {
        if depth > MAX_DEPTH || !seen.insert(number) {
            continue;
        }
        let Some(node) = file.object(number, revision)? else {
            continue;
        };
        let Some(dictionary) = node.value.object.as_dictionary() else {
            continue;
        };
        match dictionary.get("Kids") {
            Some(kids) => {
                let kids = file.resolve(kids, revision)?;
                let kids = kids.object.as_array().unwrap_or_default().iter().rev();
                stack.extend(kids.filter_map(|kid| Some((kid.object.as_reference()?, depth + 1))));
            }
            None => {
                let next = pages.len() + 1;
                pages.insert(number, next);
            }
        }
    }
    Ok(pages)
}

/// The `wanted`th page of a revision, from 1, without walking past whole branches of the tree.
///
/// # Errors
/// An object that is needed for it can't be read.
pub fn page(file: &File<'_>, revision: usize, wanted: usize) -> Result<Option<Rc<Located>>, ReadError> {
    let catalog = file.catalog(revision)?;
    let root = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("Pages"));
    let Some(mut number) = root.and_then(|root| root.object.as_reference()) else {
        return Ok(None);
    };
    let mut left = wanted;
    'level: for _ in 0..MAX_DEPTH {
        let Some(node) = file.object(number, revision)? else {
            return Ok(None);
        };
        let kids = match node.value.object.as_dictionary().and_then(|node| node.get("Kids")) {
            Some(kids) => file.resolve(kids, revision)?,
            None => return Ok((left == 1).then_some(node)),
        };
        for kid in kids.object.as_array().unwrap_or_default() {
            let Some(kid) = kid.object.as_reference() else {
                continue;
            };
            let Some(node) = file.object(kid, revision)? else {
                continue;
            };
            let dictionary = node.value.object.as_dictionary();
            let count = match dictionary.filter(|node| node.get("Kids").is_some()) {
                Some(node) => {
                    node.integer("Count").and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
                }
                None => 1,
            };
            if left <= count {
                number = kid;
                continue 'level;
            }
            left -= count;
        }
        return Ok(None);
    }
    Ok(None)
}
