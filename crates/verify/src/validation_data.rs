//! Certificates and revocation data that a file carries in its document security store
//! (ISO 32000-2 12.8.4.3).

use std::collections::BTreeSet;

use super::revocation::Revocations;
use crate::pdf::reader::{File, Object, ReadError};

/// The most certificates, lists and answers that are taken from one file.
const MAX_ENTRIES: usize = 1000;

/// What a file carries to prove its signatures with.
#[derive(Debug, Default)]
pub(super) struct ValidationData {
    /// Certificates, each in DER.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation lists and answers.
    pub revocations: Revocations,
    /// The first revision that has a store.
    pub since: Option<usize>,
}

/// Reads the store of the last revision; entries that can't be decoded are left out, as they prove
/// nothing.
pub(super) fn read(file: &File<'_>) -> Result<ValidationData, ReadError> {
    let mut data = ValidationData::default();
    let last = file.last();
    let catalog = file.catalog(last)?;
    let store = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("DSS"));
    let Some(store) = store else {
        return Ok(data);
    };
    let store = file.resolve(store, last)?;
    let Some(store) = store.object.as_dictionary() else {
        return Ok(data);
    };
    data.certificates = streams(file, store.get("Certs"))?;
    data.revocations.crls = streams(file, store.get("CRLs"))?;
    data.revocations.ocsps = streams(file, store.get("OCSPs"))?;
    for revision in 0..=last {
        let catalog = file.catalog(revision)?;
        let has = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("DSS"));
        if has.is_some() {
            data.since = Some(revision);
            break;
        }
    }
    Ok(data)
}

fn streams(file: &File<'_>, list: Option<&crate::pdf::reader::Value>) -> Result<Vec<Vec<u8>>, ReadError> {
    let last = file.last();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let Some(list) = list else {
        return Ok(found);
    };
    let list = file.resolve(list, last)?;
    for entry in list.object.as_array().unwrap_or_default().iter().take(MAX_ENTRIES) {
        if entry.object.as_reference().is_some_and(|number| !seen.insert(number)) {
            continue;
        }
        if let Object::Stream(dictionary, data) = file.resolve(entry, last)?.object {
            match file.stream(&dictionary, data) {
                Ok(bytes) => found.push(bytes),
                Err(cause @ ReadError::Budget { .. }) => return Err(cause),
                Err(_) => {}
            }
        }
    }
    Ok(found)
}
