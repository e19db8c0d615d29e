//! The pages of a revision, and what they list among their annotations (ISO 32000-2 7.7.3, 12.5.2).

use std::collections::BTreeMap;

use crate::pdf::form;
use crate::pdf::reader::{File, ReadError};

/// The pages of one revision, and which of them lists an annotation.
pub(super) struct PageIndex {
    /// Numbers from 1, by object.
    pub numbers: BTreeMap<u32, usize>,
    /// The objects of the pages that list an annotation, as often as they do.
    pub listed: BTreeMap<u32, Vec<u32>>,
}

impl PageIndex {
    pub(super) fn read(file: &File<'_>, revision: usize) -> Result<PageIndex, ReadError> {
        let numbers = form::pages(file, revision)?;
        let mut listed: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for page in numbers.keys() {
            for annotation in annotations(file, *page, revision)? {
                listed.entry(annotation).or_default().push(*page);
            }
        }
        Ok(PageIndex { numbers, listed })
    }
}

/// The annotations that the page `page` lists, those that are objects of their own.
fn annotations(file: &File<'_>, page: u32, revision: usize) -> Result<Vec<u32>, ReadError> {
    let page = file.object(page, revision)?;
    let list = page.as_ref().and_then(|page| page.value.object.as_dictionary()?.get("Annots"));
    let Some(list) = list else {
        return Ok(Vec::new());
    };
    let list = file.resolve(list, revision)?;
    let listed = list.object.as_array().unwrap_or_default();
    Ok(listed.iter().filter_map(|annotation| annotation.object.as_reference()).collect())
}
