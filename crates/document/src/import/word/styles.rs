//! What styles say of paragraphs and runs (ISO/IEC 29500-1 17.7).

use std::collections::HashMap;

use roxmltree::Node;

use super::xml::{XmlPart, attribute, child, name, switch, value};

/// The longest chain of styles that each are based on the next.
const MAX_CHAIN: usize = 16;

/// Properties of runs that are on or off; `None` where nothing is said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Toggles {
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    pub(super) caps: Option<bool>,
    pub(super) hidden: Option<bool>,
}

impl Toggles {
    /// What `rPr` says itself.
    pub(super) fn of(properties: Node<'_, '_>) -> Toggles {
        Toggles {
            bold: switch(properties, "b"),
            italic: switch(properties, "i"),
            caps: switch(properties, "caps"),
            hidden: switch(properties, "vanish"),
        }
    }

    /// This, and where it says nothing, `other`.
    fn or(self, other: Toggles) -> Toggles {
        Toggles {
            bold: self.bold.or(other.bold),
            italic: self.italic.or(other.italic),
            caps: self.caps.or(other.caps),
            hidden: self.hidden.or(other.hidden),
        }
    }

    /// This of a paragraph's style with that of a run's: toggles of both undo each other (17.7.3).
    pub(super) fn with(self, run: Toggles) -> Toggles {
        let both = |paragraph: Option<bool>, run: Option<bool>| match (paragraph, run) {
            (Some(one), Some(other)) => Some(one != other),
            (one, other) => one.or(other),
        };
        Toggles {
            bold: both(self.bold, run.bold),
            italic: both(self.italic, run.italic),
            caps: both(self.caps, run.caps),
            hidden: both(self.hidden, run.hidden),
        }
    }

    /// What holds where `direct` stands at the run itself.
    pub(super) fn under(self, direct: Toggles) -> Toggles {
        direct.or(self)
    }
}

/// A paragraph's number: its list, and the level from 0 where it is said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ListPlace {
    pub(super) list: String,
    pub(super) level: Option<u8>,
}

impl ListPlace {
    /// What `pPr` says itself.
    pub(super) fn of(properties: Node<'_, '_>) -> Option<ListPlace> {
        let numbers = child(properties, "numPr")?;
        let level = value(numbers, "ilvl").and_then(|level| level.parse().ok());
        Some(ListPlace { list: value(numbers, "numId")?.to_owned(), level })
    }
}

/// What a style says.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    based_on: Option<String>,
    /// Level in the outline, from 0; `None` where the style says nothing of it.
    pub(super) outline: Option<u8>,
    pub(super) toggles: Toggles,
    pub(super) numbering: Option<ListPlace>,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    all: HashMap<String, Style>,
    /// The style of paragraphs that name none.
    usual: Option<String>,
    /// What holds of every run where no style says anything.
    defaults: Toggles,
}

impl Styles {
    pub(super) fn of(part: &XmlPart<'_>) -> Styles {
        let mut styles = Styles::default();
        for node in part.tree.root_element().children() {
            match name(node) {
                "docDefaults" => {
                    let run = child(node, "rPrDefault").and_then(|defaults| child(defaults, "rPr"));
                    styles.defaults = run.map(Toggles::of).unwrap_or_default();
                }
                "style" => styles.style(node),
                _ => {}
            }
        }
        styles
    }

    fn style(&mut self, node: Node<'_, '_>) {
        let Some(id) = attribute(node, "styleId") else { return };
        let usual = matches!(attribute(node, "default"), Some("1" | "true" | "on"));
        if usual && attribute(node, "type") == Some("paragraph") {
            self.usual = Some(id.to_owned());
        }
        let mut style = Style { based_on: value(node, "basedOn").map(str::to_owned), ..Style::default() };
        if let Some(paragraph) = child(node, "pPr") {
            style.outline = value(paragraph, "outlineLvl").and_then(|level| level.parse().ok());
            style.numbering = ListPlace::of(paragraph);
        }
        // Word knows its headings by name, whatever the file says of their outline.
        let named =
            value(node, "name").and_then(|name| name.to_lowercase().strip_prefix("heading ")?.parse().ok());
        style.outline =
            style.outline.or(named.filter(|level| (1..=9).contains(level)).map(|level: u8| level - 1));
        if let Some(run) = child(node, "rPr") {
            style.toggles = Toggles::of(run);
        }
        self.all.insert(id.to_owned(), style);
    }

    /// The paragraph style `id`, or the usual one, with what it inherits.
    pub(super) fn paragraph(&self, id: Option<&str>) -> Style {
        let mut style = self.whole(id.or(self.usual.as_deref()));
        style.toggles = style.toggles.or(self.defaults);
        style
    }

    /// The toggles of the character style `id`.
    pub(super) fn character(&self, id: &str) -> Toggles {
        self.whole(Some(id)).toggles
    }

    fn whole(&self, id: Option<&str>) -> Style {
        let mut whole = Style::default();
        let mut at = id.and_then(|id| self.all.get(id));
        for _ in 0..MAX_CHAIN {
            let Some(style) = at else { break };
            whole.outline = whole.outline.or(style.outline);
            whole.toggles = whole.toggles.or(style.toggles);
            whole.numbering = whole.numbering.or_else(|| style.numbering.clone());
            at = style.based_on.as_ref().and_then(|base| self.all.get(base));
        }
        whole
    }

    /// The list of the numbering style `id`.
    pub(super) fn list(&self, id: &str) -> Option<String> {
        self.whole(Some(id)).numbering.map(|place| place.list)
    }
}
