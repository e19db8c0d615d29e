//! Certificates and revocation data that a file carries in its document security store
//! (ISO 32000-2 12.8.4.3).

use std::collections::BTreeSet;

use super::revocation::Revocations;
use crate::pdf::reader::{File, Object, ReadError, Value};

/// The most certificates, lists and answers that are taken from one file.
const MAX_ENTRIES: usize = 1000;
/// The most entries that are looked at, where many revisions list the same.
const MAX_LOOKED: usize = 20_000;

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

/// Reads the stores of all revisions, so that none can hide what an earlier one had; entries that can't be decoded are
/// left out, as they prove nothing.
pub(super) fn read(file: &File<'_>) -> Result<ValidationData, ReadError> {
    let mut data = ValidationData::default();
    let mut entries = Entries { file, revision: 0, seen: BTreeSet::new(), looked: 0 };
    for revision in 0..=file.last() {
        let catalog = file.catalog(revision)?;
        let store = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("DSS"));
        let Some(store) = store else { continue };
        data.since.get_or_insert(revision);
        let store = file.resolve(store, revision)?;
        let Some(store) = store.object.as_dictionary() else { continue };
        entries.revision = revision;
        data.certificates.extend(entries.streams(store.get("Certs"))?);
        data.revocations.crls.extend(entries.streams(store.get("CRLs"))?);
        data.revocations.ocsps.extend(entries.streams(store.get("OCSPs"))?);
    }
    Ok(data)
}

/// What is read of stores, each stream once.
struct Entries<'f> {
    file: &'f File<'f>,
    revision: usize,
    /// Where the streams begin that were met.
    seen: BTreeSet<usize>,
    /// How many entries were looked at, those that were met before too.
    looked: usize,
}

impl Entries<'_> {
    fn streams(&mut self, list: Option<&Value>) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut found = Vec::new();
        let Some(list) = list else { return Ok(found) };
        let list = self.file.resolve(list, self.revision)?;
        for entry in list.object.as_array().unwrap_or_default() {
            self.looked += 1;
            if self.seen.len() >= MAX_ENTRIES || self.looked >= MAX_LOOKED {
                break;
            }
            let entry = self.file.resolve(entry, self.revision)?;
            if !self.seen.insert(entry.span.start) {
                continue;
            }
            if let Object::Stream(dictionary, data) = entry.object {
                match self.file.stream(&dictionary, data) {
                    Ok(bytes) => found.push(bytes),
                    Err(cause @ ReadError::Budget { .. }) => return Err(cause),
                    Err(_) => {}
                }
            }
        }
        Ok(found)
    }
}
