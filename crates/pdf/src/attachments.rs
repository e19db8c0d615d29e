//! Files that a PDF carries (ISO 32000-2 7.11.4): the data that a report was laid out from.

use std::collections::BTreeSet;

use super::reader::{File, Object, ReadError, Value, lossy_text};

/// The most files that are looked for.
const MAX_ATTACHMENTS: usize = 200;
/// How deep the name tree may be.
const MAX_DEPTH: usize = 32;

/// A file in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, as the PDF says: it may be anything.
    pub name: String,
    /// Its relation to the document (/AFRelationship), such as `Source`.
    pub relationship: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The files that revision `revision` of `file` carries.
///
/// # Errors
/// An object or a stream can't be read, or the reader's budget is used up.
pub fn attachments(file: &File<'_>, revision: usize) -> Result<Vec<Attachment>, ReadError> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for specification in specifications(file, revision)? {
        if let Object::Reference(number, _) = specification.object
            && !seen.insert(number)
        {
            continue;
        }
        let resolved = file.resolve(&specification, revision)?;
        let Some(dictionary) = resolved.object.as_dictionary() else {
            continue;
        };
        let name = ["UF", "F"].into_iter().find_map(|key| dictionary.string(key)).unwrap_or_default();
        let Some(embedded) = dictionary.get("EF") else {
            continue;
        };
        let embedded = file.resolve(embedded, revision)?;
        let stream = embedded.object.as_dictionary();
        let stream = stream.and_then(|stream| ["UF", "F"].into_iter().find_map(|key| stream.get(key)));
        let Some(stream) = stream else {
            continue;
        };
        if let Object::Stream(keys, data) = file.resolve(stream, revision)?.object {
            found.push(Attachment {
                name: lossy_text(name),
                relationship: dictionary
                    .name("AFRelationship")
                    .map(|name| String::from_utf8_lossy(name).into_owned()),
                bytes: file.stream(&keys, data)?,
            });
        }
        if found.len() >= MAX_ATTACHMENTS {
            break;
        }
    }
    Ok(found)
}

/// File specifications: those associated with the document, and those in the tree of names.
fn specifications(file: &File<'_>, revision: usize) -> Result<Vec<Value>, ReadError> {
    let mut found = Vec::new();
    let Some(catalog) = file.catalog(revision)? else {
        return Ok(found);
    };
    let Some(catalog) = catalog.value.object.as_dictionary() else {
        return Ok(found);
    };
    if let Some(associated) = catalog.get("AF") {
        let associated = file.resolve(associated, revision)?;
        found.extend(associated.object.as_array().unwrap_or_default().iter().cloned());
    }
    let Some(names) = catalog.get("Names") else {
        return Ok(found);
    };
    let names = file.resolve(names, revision)?;
    let tree = names.object.as_dictionary().and_then(|names| names.get("EmbeddedFiles")).cloned();
    let mut stack: Vec<(Value, usize)> = tree.into_iter().map(|tree| (tree, 0)).collect();
    let mut seen = BTreeSet::new();
    while let Some((node, depth)) = stack.pop() {
        let cyclic = node.object.as_reference().is_some_and(|number| !seen.insert(number));
        if cyclic || depth > MAX_DEPTH || found.len() >= MAX_ATTACHMENTS {
            continue;
        }
        let node = file.resolve(&node, revision)?;
        let Some(node) = node.object.as_dictionary() else {
            continue;
        };
        if let Some(pairs) = node.get("Names") {
            let pairs = file.resolve(pairs, revision)?;
            let values = pairs.object.as_array().unwrap_or_default().iter().skip(1).step_by(2);
            found.extend(values.cloned());
        }
        if let Some(kids) = node.get("Kids") {
            let kids = file.resolve(kids, revision)?;
            let kids = kids.object.as_array().unwrap_or_default().iter().rev();
            stack.extend(kids.map(|kid| (kid.clone(), depth + 1)));
        }
    }
    Ok(found)
}
