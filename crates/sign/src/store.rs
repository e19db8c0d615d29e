//! The document security store (ISO 32000-2 12.8.4.3): what proves the signatures later, kept in the file.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::error::SignError;
use crate::pdf::reader::{self, File};
use crate::pdf::writer::{self, STORE_LISTS, StreamContent, Update};
use crate::pdf::{PdfError, compressed};

/// What a store gets, DER each.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Certificates.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation lists.
    pub crls: Vec<Vec<u8>>,
    /// OCSP answers.
    pub ocsps: Vec<Vec<u8>>,
}

/// The bytes that follow `file` when it keeps `evidence`, what it keeps already left out; `None` where that is
/// all of it.
///
/// # Errors
/// The file can't be updated.
pub fn store(file: &File<'_>, evidence: &Evidence) -> Result<Option<Vec<u8>>, SignError> {
    let last = file.last();
    let catalog = file.catalog(last)?.ok_or(PdfError::Missing("catalog"))?;
    let known = catalog.value.object.as_dictionary().and_then(|catalog| catalog.get("DSS"));
    let known = known.map(|known| file.resolve(known, last)).transpose()?;
    let known = known.as_ref().and_then(|store| store.object.as_dictionary());
    let mut lists: [Vec<StreamContent>; 3] = Default::default();
    let values = [&evidence.certificates, &evidence.crls, &evidence.ocsps];
    for ((list, values), streams) in STORE_LISTS.into_iter().zip(values).zip(&mut lists) {
        let mut kept = digests(file, known.and_then(|store| store.get(list)))?;
        for value in values {
            if kept.insert(Sha256::digest(value).into()) {
                streams.push(compressed(value.clone())?);
            }
        }
    }
    if lists.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    Ok(Some(writer::store(Update::of(file)?, &lists)?))
}

/// The digests of the streams in a list of the store.
fn digests(file: &File<'_>, list: Option<&reader::Value>) -> Result<HashSet<[u8; 32]>, SignError> {
    let mut digests = HashSet::new();
    let Some(list) = list else {
        return Ok(digests);
    };
    let list = file.resolve(list, file.last())?;
    for entry in list.object.as_array().unwrap_or_default() {
        if let reader::Object::Stream(dictionary, data) = file.resolve(entry, file.last())?.object {
            digests.insert(Sha256::digest(file.stream(&dictionary, data)?).into());
        }
    }
    Ok(digests)
}
