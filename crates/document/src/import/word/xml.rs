//! XML as Word has it: names without their namespaces, which strict and transitional documents have
//! different ones of, and the texts that were met.

use roxmltree::{Document, Node, ParsingOptions};

use super::super::error::ImportError;

/// The most XML nodes of a part, and the most attributes: each takes some 60 bytes of memory.
const MAX_NODES: u32 = 2_000_000;
const MAX_ATTRIBUTES: usize = 4_000_000;

/// The deepest element that is looked at.
pub(super) const MAX_DEPTH: usize = 200;

/// A part of the package as a tree.
pub(super) struct XmlPart<'a> {
    pub(super) tree: Document<'a>,
}

impl XmlPart<'_> {
    pub(super) fn parse(text: &str) -> Result<XmlPart<'_>, ImportError> {
        if text.bytes().filter(|byte| *byte == b'=').count() > MAX_ATTRIBUTES {
            return Err(ImportError::TooLarge { limit: MAX_ATTRIBUTES });
        }
        let options =
            ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let tree = Document::parse_with_options(text, options);
        Ok(XmlPart { tree: tree.map_err(|cause| ImportError::NotWord(cause.to_string()))? })
    }
}

/// The name of an element without its namespace.
pub(super) fn name<'a>(node: Node<'a, '_>) -> &'a str {
    node.tag_name().name()
}

/// The child of `node` named `wanted`.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, wanted: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.tag_name().name() == wanted)
}

/// The attribute of `node` named `wanted`.
pub(super) fn attribute<'a>(node: Node<'a, '_>, wanted: &str) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name() == wanted).map(|attribute| attribute.value())
}

/// The value of the property `wanted` of `node`.
pub(super) fn value<'a>(node: Node<'a, '_>, wanted: &str) -> Option<&'a str> {
    child(node, wanted).and_then(|property| attribute(property, "val"))
}

/// Whether the switch `wanted` of `node` is on; `None` where it says nothing.
pub(super) fn switch(node: Node<'_, '_>, wanted: &str) -> Option<bool> {
    child(node, wanted).map(is_on)
}

/// Whether the switch `node` is on.
pub(super) fn is_on(node: Node<'_, '_>) -> bool {
    !matches!(attribute(node, "val"), Some("0" | "false" | "off"))
}

/// Whether `node` is a text that somebody wrote, deleted or not.
pub(super) fn is_text(node: Node<'_, '_>) -> bool {
    matches!(name(node), "t" | "delText")
}

/// All texts below `node`, with spaces between paragraphs and cells.
pub(super) fn shown_text(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    for node in node.descendants() {
        if is_text(node) {
            text.push_str(node.text().unwrap_or_default());
        } else if matches!(name(node), "p" | "tc" | "br" | "tab" | "cr") && !text.ends_with([' ', '\0']) {
            text.push(' ');
        }
    }
    text.trim().to_owned()
}
