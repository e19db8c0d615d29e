//! The footnotes of a Markdown text, which stand apart from their marks.

use std::collections::HashMap;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::html;
use super::pieces::{DraftPiece, TextBuilder};
use crate::model::Text;

/// The footnotes of a text by their names.
pub(super) fn footnotes(source: &str, options: Options) -> HashMap<String, Text> {
    let mut notes: HashMap<String, Text> = HashMap::new();
    let mut open: Vec<(String, TextBuilder)> = Vec::new();
    let (mut bold, mut italic) = (0_u32, 0_u32);
    for event in Parser::new_ext(source, options) {
        if let Event::Start(Tag::FootnoteDefinition(name)) = &event {
            open.push((name.to_string(), TextBuilder::default()));
            continue;
        }
        let Some((_, builder)) = open.last_mut() else { continue };
        match event {
            Event::End(TagEnd::FootnoteDefinition) => {
                if let Some((name, mut builder)) = open.pop() {
                    // A name that stands twice is a note that nothing refers to; no name has a line break.
                    let again = notes.contains_key(&name);
                    let name = if again { format!("{name}\n{}", notes.len()) } else { name };
                    notes.insert(name, builder.finish());
                }
            }
            Event::Start(Tag::Strong) => bold += 1,
            Event::End(TagEnd::Strong) => bold = bold.saturating_sub(1),
            Event::Start(Tag::Emphasis) => italic += 1,
            Event::End(TagEnd::Emphasis) => italic = italic.saturating_sub(1),
            Event::Text(text) | Event::Code(text) => builder.push(&text, bold > 0, italic > 0),
            Event::Html(html) | Event::InlineHtml(html) => {
                let html::Fragment { pieces, hidden } = html::fragment(&html);
                for piece in pieces {
                    if let DraftPiece::Paragraph(text) = piece {
                        builder.push(&format!(" {} ", text.plain()), false, false);
                    }
                }
                builder.push(&format!(" {hidden}"), false, false);
            }
            // What ends here and what follows are no word together.
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::Heading(_)) => {
                builder.push(" ", bold > 0, italic > 0);
            }
            _ => {}
        }
    }
    notes
}
