//! What a file does or holds beside its pages: signed or not, its reader should know of it.

use std::collections::BTreeSet;

use memchr::memmem;

use super::remark::Remark;
use crate::pdf::form::{self, Form};
use crate::pdf::reader::{Dictionary, File, Object, ReadError, Value};

/// The most actions and annotations that are looked at.
const MAX_LOOKED_AT: usize = 20_000;
/// The most objects that are looked at because their bytes speak of another file.
const MAX_NAMED: usize = 256;

/// What the last revision of `file` does or holds beside its pages.
pub(super) fn read(file: &File<'_>, form: &Form) -> BTreeSet<Remark> {
    let mut search = Search { file, left: MAX_LOOKED_AT, found: BTreeSet::new() };
    // What is said of the file is no reason to say nothing of its signatures.
    if search.everything(form).is_err() || search.left == 0 {
        search.found.insert(Remark::Unread);
    }
    search.found
}

struct Search<'s, 'f> {
    file: &'s File<'f>,
    left: usize,
    found: BTreeSet<Remark>,
}

impl Search<'_, '_> {
    fn everything(&mut self, form: &Form) -> Result<(), ReadError> {
        self.external_streams()?;
        let last = self.file.last();
        if let Some(catalog) = self.file.catalog(last)?
            && let Some(catalog) = catalog.value.object.as_dictionary()
        {
            self.action(catalog.get("OpenAction"))?;
            self.additional_actions(catalog)?;
            if let Some(names) = self.dictionary(catalog.get("Names"))? {
                let has = |key| names.get(key).is_some_and(|value| value.object != Object::Null);
                self.found.extend(has("JavaScript").then_some(Remark::JavaScript));
                self.found.extend(has("Renditions").then_some(Remark::Multimedia));
            }
            if let Some(layers) = self.dictionary(catalog.get("OCProperties"))? {
                self.layers(&layers)?;
            }
        }
        for field in &form.fields {
            self.action(field.dictionary().get("A"))?;
            self.additional_actions(field.dictionary())?;
        }
        for page in form::pages(self.file, last)?.into_keys() {
            self.page(page)?;
        }
        Ok(())
    }

    fn page(&mut self, number: u32) -> Result<(), ReadError> {
        let page = self.file.object(number, self.file.last())?;
        let Some(page) = page.as_ref().and_then(|page| page.value.object.as_dictionary()) else {
            return Ok(());
        };
        self.additional_actions(page)?;
        let Some(annotations) = page.get("Annots") else {
            return Ok(());
        };
        let annotations = self.file.resolve(annotations, self.file.last())?;
        for annotation in annotations.object.as_array().unwrap_or_default() {
            if !self.take() {
                return Ok(());
            }
            let Some(annotation) = self.dictionary(Some(annotation))? else {
                continue;
            };
            let kind = self.name(annotation.get("Subtype"))?;
            if matches!(kind.as_deref(), Some(b"RichMedia" | b"Screen" | b"Movie" | b"Sound" | b"3D")) {
                self.found.insert(Remark::Multimedia);
            }
            if self.prints_only(&annotation)? {
                self.found.insert(Remark::PrintsOther);
            }
            self.action(annotation.get("A"))?;
            self.additional_actions(&annotation)?;
        }
        Ok(())
    }

    /// Whether an annotation is on paper and not on a screen (ISO 32000-2 table 167).
    fn prints_only(&self, annotation: &Dictionary) -> Result<bool, ReadError> {
        const HIDDEN: i64 = 1 << 1;
        const PRINT: i64 = 1 << 2;
        const NO_VIEW: i64 = 1 << 5;
        let Some(flags) = annotation.get("F") else {
            return Ok(false);
        };
        let flags = self.file.resolve(flags, self.file.last())?.object.as_integer().unwrap_or(0);
        Ok(flags & (HIDDEN | PRINT | NO_VIEW) == PRINT | NO_VIEW && annotation.get("AP").is_some())
    }

    /// Actions that events start (/AA, ISO 32000-2 12.6.3).
    fn additional_actions(&mut self, owner: &Dictionary) -> Result<(), ReadError> {
        if let Some(actions) = self.dictionary(owner.get("AA"))? {
            for (_, action) in &actions.0 {
                self.action(Some(action))?;
            }
        }
        Ok(())
    }

    /// An action (ISO 32000-2 12.6), and those that follow it.
    fn action(&mut self, action: Option<&Value>) -> Result<(), ReadError> {
        let mut queue: Vec<Value> = action.cloned().into_iter().collect();
        while let Some(action) = queue.pop() {
            if !self.take() {
                return Ok(());
            }
            let resolved = self.file.resolve(&action, self.file.last())?;
            let Object::Dictionary(action) = resolved.object else {
                // A destination, or a list of what follows.
                if let Object::Array(actions) = resolved.object {
                    queue.extend(actions.into_iter().filter(|one| one.object.as_reference().is_some()));
                }
                continue;
            };
            if action.get("JS").is_some() {
                self.found.insert(Remark::JavaScript);
            }
            match self.name(action.get("S"))?.as_deref() {
                // A page as the target of a link is no action.
                None | Some(b"GoTo" | b"Named") => {}
                Some(b"JavaScript") => {
                    self.found.insert(Remark::JavaScript);
                }
                Some(b"URI" | b"GoToR" | b"GoToE" | b"Thread") => {
                    self.found.insert(Remark::OutsideLink);
                }
                Some(b"Sound" | b"Movie" | b"Rendition" | b"RichMediaExecute" | b"GoTo3DView") => {
                    self.found.insert(Remark::Multimedia);
                }
                Some(_) => {
                    self.found.insert(Remark::Action);
                }
            }
            if action.get("S").is_some() {
                queue.extend(action.get("Next").cloned());
            }
        }
        Ok(())
    }

    /// Layers (ISO 32000-2 8.11): whether one is shown in one way and printed in another.
    fn layers(&mut self, properties: &Dictionary) -> Result<(), ReadError> {
        let last = self.file.last();
        let configuration = self.dictionary(properties.get("D"))?.unwrap_or_default();
        let listed = |key: &str| -> Result<BTreeSet<u32>, ReadError> {
            let Some(list) = configuration.get(key) else {
                return Ok(BTreeSet::new());
            };
            let list = self.file.resolve(list, last)?;
            Ok(list
                .object
                .as_array()
                .unwrap_or_default()
                .iter()
                .filter_map(|one| one.object.as_reference())
                .collect())
        };
        let (on, off) = (listed("ON")?, listed("OFF")?);
        let base = self.name(configuration.get("BaseState"))?;
        let Some(layers) = properties.get("OCGs") else {
            return Ok(());
        };
        let layers = self.file.resolve(layers, last)?;
        for layer in layers.object.as_array().unwrap_or_default() {
            if !self.take() {
                return Ok(());
            }
            let is_listed =
                |list: &BTreeSet<u32>| layer.object.as_reference().is_some_and(|one| list.contains(&one));
            let shows = if base.as_deref() == Some(b"OFF") { is_listed(&on) } else { !is_listed(&off) };
            let Some(layer) = self.dictionary(Some(layer))? else {
                continue;
            };
            let Some(usage) = self.dictionary(layer.get("Usage"))? else {
                continue;
            };
            let mut differs = usage.get("Zoom").is_some();
            for (kind, state) in [("Print", "PrintState"), ("View", "ViewState"), ("Export", "ExportState")] {
                if let Some(usage) = self.dictionary(usage.get(kind))?
                    && let Some(state) = self.name(usage.get(state))?
                {
                    differs |= (state != b"OFF") != shows;
                }
            }
            self.found.extend(differs.then_some(Remark::PrintsOther));
        }
        Ok(())
    }

    /// Streams whose data are in another file (/F, ISO 32000-2 table 5): what they hold, nobody signed.
    fn external_streams(&mut self) -> Result<(), ReadError> {
        let bytes = self.file.bytes();
        let mut named = 0;
        for key in [b"/F".as_slice(), b"/#46"] {
            for at in memmem::find_iter(bytes, key) {
                let rest = bytes.get(at + key.len()..).unwrap_or_default();
                let white =
                    rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
                // A file is named by a string, a dictionary or a reference; what is a number alone are flags.
                let names = match rest.get(white) {
                    Some(b'(' | b'<') => true,
                    Some(byte) if byte.is_ascii_digit() && white > 0 => {
                        is_reference(rest.get(white..).unwrap_or_default())
                    }
                    _ => false,
                };
                if !names {
                    continue;
                }
                named += 1;
                if named > MAX_NAMED {
                    self.found.insert(Remark::Unread);
                    return Ok(());
                }
                let holder = self.file.holder(at)?;
                if let Some(Object::Stream(dictionary, _)) =
                    holder.as_ref().map(|holder| &holder.value.object)
                    && dictionary.get("F").is_some()
                {
                    self.found.insert(Remark::ExternalStream);
                }
            }
        }
        Ok(())
    }

    /// One more thing is looked at; `false` where it is too much.
    fn take(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    fn dictionary(&self, value: Option<&Value>) -> Result<Option<Dictionary>, ReadError> {
        let Some(value) = value else {
            return Ok(None);
        };
        Ok(self.file.resolve(value, self.file.last())?.object.as_dictionary().cloned())
    }

    fn name(&self, value: Option<&Value>) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(value) = value else {
            return Ok(None);
        };
        Ok(match self.file.resolve(value, self.file.last())?.object {
            Object::Name(name) => Some(name),
            _ => None,
        })
    }
}

/// Whether bytes begin with `N G R`.
fn is_reference(bytes: &[u8]) -> bool {
    let mut words =
        bytes.split(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).filter(|word| !word.is_empty());
    let is_number = |word: Option<&[u8]>| word.is_some_and(|word| word.iter().all(u8::is_ascii_digit));
    is_number(words.next())
        && is_number(words.next())
        && words.next().is_some_and(|word| word.starts_with(b"R"))
}
