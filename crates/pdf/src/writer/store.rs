//! The document security store (ISO 32000-2 12.8.4.3): what proves the signatures later.

use super::error::UpdateError;
use super::object::{NewDictionary, NewObject, StreamContent};
use super::update::Update;

/// The lists of the store, in the order in which they are written.
pub const STORE_LISTS: [&str; 3] = ["Certs", "CRLs", "OCSPs"];

/// Adds streams to lists of the store, in the order of [`STORE_LISTS`], and gives the bytes that follow the file.
///
/// # Errors
/// The store of the file can't be read or extended.
pub fn store(mut update: Update<'_>, lists: &[Vec<StreamContent>; 3]) -> Result<Vec<u8>, UpdateError> {
    let (file, revision) = update.base();
    let catalog = file.catalog(revision)?.ok_or(UpdateError::Missing("catalog"))?;
    let known = catalog.value.object.as_dictionary().and_then(|catalog| catalog.get("DSS"));
    let added: Vec<(&str, Vec<NewObject>)> = STORE_LISTS
        .into_iter()
        .zip(lists)
        .map(|(list, streams)| {
            let objects =
                streams.iter().map(|content| update.add(content.stream(NewDictionary::new())).into());
            (list, objects.collect::<Vec<NewObject>>())
        })
        .filter(|(_, objects)| !objects.is_empty())
        .collect();
    match known.map(|store| store.object.as_reference()) {
        Some(Some(number)) => {
            for (list, objects) in &added {
                update.extend(number, list, objects)?;
            }
        }
        Some(None) => update.extend_inside(catalog.number, "DSS", &added)?,
        None => {
            let mut store = NewDictionary::new().with("Type", "DSS");
            for (list, objects) in added {
                store.set(list, objects);
            }
            let store = update.add(store);
            update.edit(catalog.number)?.set("DSS", store);
        }
    }
    Ok(update.finish()?.bytes)
}
