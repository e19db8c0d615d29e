//! The document security store (ISO 32000-2 12.8.4.3): certificates, revocation lists and answers that
//! may be added at any time, because nothing of them is shown.

use super::change::Change;
use super::explain::{Explainer, changed_key, plain_dictionary, violation};
use super::transition::EarlyEnd;
use crate::message;
use crate::pdf::reader::{Dictionary, Object, Value};

/// The lists of the store.
const LISTS: [&str; 3] = ["Certs", "CRLs", "OCSPs"];
/// Keys of the store.
const STORE_KEYS: [&[u8]; 5] = [b"Type", b"VRI", b"Certs", b"CRLs", b"OCSPs"];
/// Keys of an entry of /VRI.
const ENTRY_KEYS: [&[u8]; 6] = [b"Type", b"Cert", b"CRL", b"OCSP", b"TU", b"TS"];

impl Explainer<'_, '_> {
    /// The store may come, grow and be written anew: what an earlier one had is read from the revision that had it
    /// ([`crate::validation_data`]), so that nothing is hidden by leaving it out. What it points to is either new or was
    /// there and stays: an object that is changed is not cleared by being called a certificate.
    pub(super) fn validation_data(
        &mut self,
        old: Option<&Value>,
        new: Option<&Value>,
    ) -> Result<(), EarlyEnd> {
        let Some(entry) = new else {
            if old.is_some() {
                self.changes.push(Change::ValidationData);
            }
            return Ok(());
        };
        let pending = self.pending();
        let was = match old {
            Some(old) => self.file.resolve(old, self.before)?,
            None => Value { object: Object::Dictionary(Dictionary::default()), span: entry.span },
        };
        let is = self.file.resolve(entry, self.after)?;
        let (Some(before), Some(after)) = (plain_dictionary(&was), plain_dictionary(&is)) else {
            return violation(message!("dữ liệu xác thực bị hỏng", "validation data was broken"));
        };
        let strange = after.0.iter().map(|(key, _)| key.as_slice()).find(|key| !STORE_KEYS.contains(key));
        if let Some(key) = strange {
            return violation(changed_key("dữ liệu xác thực", "the validation data", key));
        }
        let root = self.file.catalog(self.before)?.map(|catalog| catalog.number);
        let store = old.and_then(|old| old.object.as_reference());
        let holders = [root, store];
        for list in LISTS {
            self.grown(before.get(list), after.get(list), &holders)?;
        }
        self.entries_of(before.get("VRI"), after.get("VRI"), &holders)?;
        if let Some(number) = entry.object.as_reference() {
            self.clear(number);
        }
        if self.pending() < pending {
            self.changes.push(Change::ValidationData);
        }
        Ok(())
    }

    /// One list of streams.
    fn grown(
        &mut self,
        old: Option<&Value>,
        new: Option<&Value>,
        holders: &[Option<u32>],
    ) -> Result<(), EarlyEnd> {
        let Some(entry) = new else { return Ok(()) };
        let was = match old {
            Some(old) => self.file.resolve(old, self.before)?.object,
            None => Object::Array(Vec::new()),
        };
        let is = self.file.resolve(entry, self.after)?;
        if was.as_array().is_none() || is.object.as_array().is_none() {
            return violation(message!("dữ liệu xác thực bị hỏng", "validation data was broken"));
        }
        self.streams(entry, holders)
    }

    /// A list of streams, whatever was in it before.
    fn streams(&mut self, entry: &Value, holders: &[Option<u32>]) -> Result<(), EarlyEnd> {
        let list = self.file.resolve(entry, self.after)?;
        if let Some(number) = entry.object.as_reference()
            && (!self.changed.contains(&number) || self.is_referred_only_by(number, holders)?)
        {
            self.clear(number);
        }
        for value in list.object.as_array().unwrap_or_default() {
            let Some(number) = value.object.as_reference() else {
                continue;
            };
            let Some(located) = self.file.object(number, self.after)? else {
                continue;
            };
            if matches!(located.value.object, Object::Stream(..)) && self.new.contains(&number) {
                self.clear_reachable(value)?;
            }
        }
        Ok(())
    }

    /// /VRI: validation data per signature.
    fn entries_of(
        &mut self,
        old: Option<&Value>,
        new: Option<&Value>,
        holders: &[Option<u32>],
    ) -> Result<(), EarlyEnd> {
        let Some(entry) = new else { return Ok(()) };
        let none = Dictionary::default();
        let was = match old {
            Some(old) => Some(self.file.resolve(old, self.before)?),
            None => None,
        };
        let is = self.file.resolve(entry, self.after)?;
        let before = was.as_ref().map_or(Some(&none), plain_dictionary);
        let (Some(before), Some(after)) = (before, plain_dictionary(&is)) else {
            return violation(message!("dữ liệu xác thực bị hỏng", "validation data was broken"));
        };
        for (key, value) in &after.0 {
            let name = String::from_utf8_lossy(key);
            let resolved = self.file.resolve(value, self.after)?;
            let Some(dictionary) = plain_dictionary(&resolved) else {
                continue;
            };
            let strange = dictionary.0.iter().map(|(key, _)| key.as_slice());
            if let Some(key) = strange.into_iter().find(|key| !ENTRY_KEYS.contains(key)) {
                return violation(changed_key("dữ liệu xác thực", "the validation data", key));
            }
            let known = before.get(&name);
            let entry_holders = [known.and_then(|known| known.object.as_reference())];
            let all: Vec<Option<u32>> = holders.iter().chain(&entry_holders).copied().collect();
            for list in ["Cert", "CRL", "OCSP"] {
                dictionary.get(list).map_or(Ok(()), |list| self.streams(list, &all))?;
            }
            if let Some(stamp) = dictionary.get("TS") {
                self.clear_reachable(stamp)?;
            }
            if let Some(number) = value.object.as_reference()
                && (!self.changed.contains(&number) || self.is_referred_only_by(number, &all)?)
            {
                self.clear(number);
            }
        }
        if let Some(number) = entry.object.as_reference()
            && (!self.changed.contains(&number) || self.is_referred_only_by(number, holders)?)
        {
            self.clear(number);
        }
        Ok(())
    }
}
