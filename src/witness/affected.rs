//! Which pages of a file can look different after an update: those from which something leads to an object that is
//! not the same in both, as hayro reads them. All others are drawn from the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Dict, MaybeRef, Object, ObjectIdentifier};

/// The most objects that are compared; beyond, any page may differ.
const MAX_OBJECTS: usize = 500_000;
/// The most values of one object that are looked at.
const MAX_VALUES: usize = 1_000_000;

/// The pages, from 0, that can look different in `after`; `None` where any can.
pub(super) fn affected(before: &Pdf, after: &Pdf) -> Option<Vec<usize>> {
    let (old, new) = (before.pages(), after.pages());
    let mut graph = Graph { before, after, nodes: BTreeMap::new() };
    let mut numbered: Vec<(usize, Option<ObjectIdentifier>)> = Vec::new();
    for index in 0..old.len().max(new.len()) {
        let id =
            |page: Option<&hayro::hayro_syntax::page::Page<'_>>| page.and_then(|page| page.raw().obj_id());
        let (old, new) = (id(old.get(index)), id(new.get(index)));
        numbered.push((index, new.filter(|_| old == new)));
    }
    let layers = graph.layers()?;
    let roots = numbered.iter().filter_map(|(_, id)| *id).chain(layers.iter().copied());
    graph.visit(roots.collect())?;
    let differing = graph.differing();
    if layers.iter().any(|id| differing.contains(id)) {
        return None;
    }
    let can_differ = |id: &Option<ObjectIdentifier>| id.is_none_or(|id| differing.contains(&id));
    Some(numbered.iter().filter(|(_, id)| can_differ(id)).map(|(index, _)| *index).collect())
}

/// What kind of object something is, as far as that says where references lead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    /// A node of the page tree: pages inherit from it.
    Pages,
    Other,
}

struct Node {
    kind: Kind,
    differs: bool,
    leads_to: Vec<ObjectIdentifier>,
}

/// Objects that are reached, and what they lead to.
struct Graph<'p> {
    before: &'p Pdf,
    after: &'p Pdf,
    nodes: BTreeMap<ObjectIdentifier, Node>,
}

impl Graph<'_> {
    /// The objects that say which layers are shown; `None` where that was said in another place.
    fn layers(&self) -> Option<Vec<ObjectIdentifier>> {
        let layers = |pdf: &Pdf| -> (Vec<ObjectIdentifier>, Vec<u8>) {
            let root: Option<Dict<'_>> = pdf.xref().get(pdf.xref().root_id());
            match root.and_then(|root| root.get_raw::<Object<'_>>("OCProperties")) {
                None => (Vec::new(), Vec::new()),
                Some(MaybeRef::Ref(reference)) => (vec![reference.into()], Vec::new()),
                Some(MaybeRef::NotRef(direct)) => {
                    let bytes =
                        direct.clone().into_dict().map(|dict| dict.data().to_vec()).unwrap_or_default();
                    (references(&direct), bytes)
                }
            }
        };
        let (old, new) = (layers(self.before), layers(self.after));
        (old == new).then_some(new.0)
    }

    /// Compares everything that `queue` leads to; `None` where it is too much.
    fn visit(&mut self, mut queue: Vec<ObjectIdentifier>) -> Option<()> {
        while let Some(id) = queue.pop() {
            if self.nodes.contains_key(&id) {
                continue;
            }
            if self.nodes.len() >= MAX_OBJECTS {
                return None;
            }
            let (old, new) =
                (self.before.xref().get::<Object<'_>>(id), self.after.xref().get::<Object<'_>>(id));
            let kind = new.as_ref().map_or(Kind::Other, kind);
            let differs = match (&old, &new) {
                (Some(Object::Dict(old)), Some(Object::Dict(new))) if kind == Kind::Pages => {
                    inherited(old) != inherited(new)
                }
                (Some(old), Some(new)) => !same(old, new),
                (None, None) => false,
                _ => true,
            };
            let leads_to = match &new {
                // The other pages are not what a page inherits.
                Some(Object::Dict(node)) if kind == Kind::Pages => {
                    inherited(node).into_iter().flat_map(|(_, value)| value_references(value)).collect()
                }
                Some(new) => references(new),
                None => Vec::new(),
            };
            queue.extend(&leads_to);
            self.nodes.insert(id, Node { kind, differs, leads_to });
        }
        Some(())
    }

    /// What differs, and what leads to it.
    fn differing(&self) -> BTreeSet<ObjectIdentifier> {
        let mut led_from: BTreeMap<ObjectIdentifier, Vec<ObjectIdentifier>> = BTreeMap::new();
        for (id, node) in &self.nodes {
            for target in &node.leads_to {
                // A link to a page draws nothing of it; only pages inherit.
                let follows = match self.nodes.get(target).map(|target| target.kind) {
                    Some(Kind::Page) | None => false,
                    Some(Kind::Pages) => node.kind != Kind::Other,
                    Some(Kind::Other) => true,
                };
                if follows {
                    led_from.entry(*target).or_default().push(*id);
                }
            }
        }
        let differing = self.nodes.iter().filter(|(_, node)| node.differs);
        let mut queue: Vec<ObjectIdentifier> = differing.map(|(id, _)| *id).collect();
        let mut found = BTreeSet::new();
        while let Some(id) = queue.pop() {
            if found.insert(id) {
                queue.extend(led_from.get(&id).into_iter().flatten());
            }
        }
        found
    }
}

fn kind(object: &Object<'_>) -> Kind {
    let Object::Dict(dict) = object else {
        return Kind::Other;
    };
    match dict.get::<hayro::hayro_syntax::object::Name<'_>>("Type").as_deref() {
        Some(b"Page") => Kind::Page,
        Some(b"Pages") => Kind::Pages,
        _ => Kind::Other,
    }
}

/// What the pages below a node of the page tree inherit.
fn inherited<'a>(node: &Dict<'a>) -> Vec<(Vec<u8>, MaybeRef<Object<'a>>)> {
    let entries = node.entries().map(|(key, value)| (key.to_vec(), value));
    entries.filter(|(key, _)| !matches!(key.as_slice(), b"Kids" | b"Count")).collect()
}

/// Whether two objects are written alike.
fn same(old: &Object<'_>, new: &Object<'_>) -> bool {
    match (old, new) {
        (Object::Dict(old), Object::Dict(new)) => old.data() == new.data(),
        (Object::Array(old), Object::Array(new)) => old.data() == new.data(),
        (Object::Stream(old), Object::Stream(new)) => {
            old.dict().data() == new.dict().data() && old.raw_data() == new.raw_data()
        }
        (old, new) => old == new,
    }
}

/// The objects that `object` leads to at once.
fn references(object: &Object<'_>) -> Vec<ObjectIdentifier> {
    value_references(MaybeRef::NotRef(object.clone()))
}

fn value_references(value: MaybeRef<Object<'_>>) -> Vec<ObjectIdentifier> {
    let mut found = Vec::new();
    let mut queue = vec![value];
    let mut seen = 0;
    while let Some(value) = queue.pop() {
        seen += 1;
        if seen > MAX_VALUES {
            break;
        }
        match value {
            MaybeRef::Ref(reference) => found.push(reference.into()),
            MaybeRef::NotRef(Object::Dict(dict)) => queue.extend(dict.entries().map(|(_, value)| value)),
            MaybeRef::NotRef(Object::Stream(stream)) => {
                queue.extend(stream.dict().entries().map(|(_, value)| value));
            }
            MaybeRef::NotRef(Object::Array(array)) => queue.extend(array.raw_iter()),
            MaybeRef::NotRef(_) => {}
        }
    }
    found
}
