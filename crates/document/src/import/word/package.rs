//! The package (ISO/IEC 29500-2): parts in a ZIP archive, and the relationships that name them.

use std::io::{Cursor, Read};

use super::super::error::ImportError;
use super::super::foreign::ForeignFormat;
use super::xml::{XmlPart, attribute};

/// The longest part, inflated, and all that are read together, in bytes.
const MAX_PART: u64 = 64 << 20;
const MAX_PARTS: u64 = 96 << 20;
/// The most relationships of a part that are looked at.
const MAX_RELATED: usize = 200;

/// An open package.
pub(super) struct Package<'a> {
    archive: zip::ZipArchive<Cursor<&'a [u8]>>,
    /// The main part's relationships: the last word of their types, and the parts that they lead to.
    related: Vec<(String, String)>,
    /// Bytes that were inflated so far.
    inflated: u64,
}

impl Package<'_> {
    pub(super) fn open(bytes: &[u8]) -> Result<Package<'_>, ImportError> {
        let archive = zip::ZipArchive::new(Cursor::new(bytes));
        let archive = archive.map_err(|cause| ImportError::NotWord(cause.to_string()))?;
        Ok(Package { archive, related: Vec::new(), inflated: 0 })
    }

    /// The name of the main part: the package says which one it is.
    pub(super) fn main(&mut self) -> Result<String, ImportError> {
        let named = self.relationships("_rels/.rels", "")?;
        let named = named.into_iter().find(|(kind, _)| kind == "officeDocument").map(|(_, name)| name);
        let main = named
            .filter(|name| self.archive.index_for_name(name).is_some())
            .unwrap_or_else(|| "word/document.xml".to_owned());
        if self.archive.index_for_name(&main).is_none() || !main.ends_with(".xml") {
            return Err(ImportError::Foreign(ForeignFormat::Archive));
        }
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let rels = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        self.related = self.relationships(&rels, folder)?;
        Ok(main)
    }

    /// The relationships in the part `name`, whose targets stand in `folder`.
    fn relationships(&mut self, name: &str, folder: &str) -> Result<Vec<(String, String)>, ImportError> {
        let Some(text) = self.text(name)? else { return Ok(Vec::new()) };
        let part = XmlPart::parse(&text)?;
        let mut found = Vec::new();
        for node in part.tree.root_element().children().take(10 * MAX_RELATED) {
            let (Some(kind), Some(target)) = (attribute(node, "Type"), attribute(node, "Target")) else {
                continue;
            };
            if attribute(node, "TargetMode") != Some("External") {
                let kind = kind.rsplit('/').next().unwrap_or_default();
                found.push((kind.to_owned(), resolved(folder, target)));
            }
        }
        Ok(found)
    }

    /// The text of the part that the main one has as its `kind`, or that is called `usual`.
    pub(super) fn related(
        &mut self,
        main: &str,
        kind: &str,
        usual: &str,
    ) -> Result<Option<String>, ImportError> {
        let named = self.all_related(main, kind).into_iter().next();
        self.text(named.as_deref().unwrap_or(usual))
    }

    /// The parts that the main one has as its `kind`.
    pub(super) fn all_related(&self, main: &str, kind: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .related
            .iter()
            .filter(|(known, name)| known == kind && name != main)
            .map(|(_, name)| name.clone())
            .take(MAX_RELATED)
            .collect();
        if names.is_empty()
            && kind == "comments"
            && self.archive.index_for_name("word/comments.xml").is_some()
        {
            names.push("word/comments.xml".to_owned());
        }
        names.sort();
        names.dedup();
        names
    }

    /// The text of a part, as far as it may be inflated; `None` where there is none.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ImportError> {
        if self.archive.index_for_name(name).is_none() {
            return Ok(None);
        }
        let broken = |cause: &dyn std::fmt::Display| ImportError::NotWord(format!("{name}: {cause}"));
        let file = self.archive.by_name(name).map_err(|cause| broken(&cause))?;
        let mut bytes = Vec::new();
        file.take(MAX_PART + 1).read_to_end(&mut bytes).map_err(|cause| broken(&cause))?;
        self.inflated += bytes.len() as u64;
        if bytes.len() as u64 > MAX_PART || self.inflated > MAX_PARTS {
            return Err(ImportError::TooLarge { limit: usize::try_from(MAX_PARTS).unwrap_or(usize::MAX) });
        }
        String::from_utf8(bytes).map(Some).map_err(|cause| broken(&cause))
    }
}

/// The part that `target` names in `folder`.
fn resolved(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    steps.join("/")
}
