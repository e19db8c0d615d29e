//! Blocks of the content: headings, items, divisions, articles, and the numbers that are counted for them.

use super::builder::DocumentBuilder;
use super::faults::suggestion;
use super::form::{
    BlockForm, HeadingForm, ItemForm, LandscapeForm, ParagraphForm, PointForm, ProvisionForm, TextOrFill,
};
use super::model::{Block, Provision};
use super::numbering::Counted;
use super::source::join;
use crate::message;

impl DocumentBuilder<'_> {
    /// `depth` counts the blocks around these.
    pub(super) fn body(&mut self, pointer: &str, forms: &[BlockForm], depth: usize) -> Vec<Block> {
        let at = |index: usize| join(pointer, &index.to_string());
        forms.iter().enumerate().map(|(index, form)| self.block(&at(index), form, depth)).collect()
    }

    fn block(&mut self, pointer: &str, form: &BlockForm, depth: usize) -> Block {
        let text_pointer = join(pointer, "text");
        match form {
            BlockForm::Paragraph(ParagraphForm { text }) => {
                Block::Paragraph { text: self.text(&text_pointer, text) }
            }
            BlockForm::Heading(HeadingForm { level, number, text }) => {
                self.level(pointer, *level, 3);
                self.sequence.heading();
                let number = TextOrFill::Text(number.clone().unwrap_or_default());
                let number = self.plain(&join(pointer, "number"), &number);
                Block::Heading { level: *level, number, text: self.text(&text_pointer, text) }
            }
            BlockForm::Item(ItemForm { marker, level, text }) => {
                self.level(pointer, *level, 4);
                let at = join(pointer, "marker");
                let marker = self.plain(&at, &TextOrFill::Text(marker.clone()));
                if !(1..=8).contains(&marker.chars().count()) || marker.contains(char::is_whitespace) {
                    self.error(
                        "E-ITEM-MARKER",
                        &at,
                        message!(
                            "dấu đầu dòng có từ 1 đến 8 ký tự, không có dấu cách",
                            "a marker has 1 to 8 characters and no spaces"
                        ),
                        None,
                    );
                }
                Block::Item { marker, level: *level, text: self.text(&text_pointer, text) }
            }
            BlockForm::Division(form) => {
                let counted = Counted::division(&form.kind);
                if counted.is_none() {
                    let (found, known) = (&form.kind, &self.profile.labels.divisions);
                    let known: Vec<&str> = known.keys().map(String::as_str).collect();
                    self.error(
                        "E-DIVISION",
                        &join(pointer, "kind"),
                        message!("không có \"{found}\"", "there is no \"{found}\""),
                        Some(suggestion(found, &known)),
                    );
                }
                let number =
                    self.number(pointer, "number", form.number.as_deref(), counted.unwrap_or(Counted::Part));
                let title = self.text(&join(pointer, "title"), &form.title);
                Block::Division { division: form.kind.clone(), number, title }
            }
            BlockForm::Article(form) => Block::Article(self.provision(pointer, form, Counted::Article)),
            BlockForm::Clause(form) => Block::Clause(self.provision(pointer, form, Counted::Clause)),
            BlockForm::Point(PointForm { letter, text }) => {
                let letter = self.number(pointer, "letter", letter.as_deref(), Counted::Point);
                Block::Point { letter, text: self.text(&text_pointer, text) }
            }
            BlockForm::Table(form) => Block::Table(self.table(pointer, form)),
            BlockForm::Figure(form) => self.figure(pointer, form),
            BlockForm::Landscape(LandscapeForm { body }) => {
                if depth > 0 {
                    self.error(
                        "E-LANDSCAPE",
                        pointer,
                        message!("đã ở trong phần trang nằm ngang", "these pages lie on their side already"),
                        None,
                    );
                    return Block::Landscape { body: Vec::new() };
                }
                Block::Landscape { body: self.body(&join(pointer, "body"), body, depth + 1) }
            }
        }
    }

    fn level(&mut self, pointer: &str, level: u8, most: u8) {
        if !(1..=most).contains(&level) {
            self.error(
                "E-LEVEL",
                &join(pointer, "level"),
                message!("cấp phải từ 1 đến {most}", "a level is 1 to {most}"),
                None,
            );
        }
    }

    fn provision(&mut self, pointer: &str, form: &ProvisionForm, counted: Counted) -> Provision {
        let number = self.number(pointer, "number", form.number.as_deref(), counted);
        let title = form.title.as_ref().map(|title| self.text(&join(pointer, "title"), title));
        let text = form.text.as_ref().map(|text| self.text(&join(pointer, "text"), text));
        if title.is_none() && text.is_none() {
            self.error(
                "E-PROVISION-EMPTY",
                pointer,
                message!("phải có \"title\" hoặc \"text\"", "it needs a \"title\" or a \"text\""),
                None,
            );
        }
        Provision { number, title: title.unwrap_or_default(), text: text.unwrap_or_default() }
    }

    /// The number that the author wrote, or the next one.
    fn number(&mut self, pointer: &str, key: &str, written: Option<&str>, counted: Counted) -> String {
        let points = &self.profile.points;
        let Some(written) = written else { return self.sequence.next(counted, points) };
        // «Điều 1.» and «a)» are printed whole; the number alone is written.
        let bare = written.trim_end_matches(['.', ')']).trim();
        let pointer = join(pointer, key);
        let number = self.plain(&pointer, &TextOrFill::Text(bare.to_owned()));
        if number.is_empty() || number.chars().count() > 8 {
            self.error(
                "E-NUMBER-FORM",
                &pointer,
                message!("số phải có từ 1 đến 8 ký tự", "a number has 1 to 8 characters"),
                None,
            );
        }
        if let Some(expected) = self.sequence.take(counted, &number, &self.profile.points) {
            self.warning(
                "W-NUMBER-SEQUENCE",
                &pointer,
                message!(
                    "sau số trước phải là {expected}, không phải {number}",
                    "{expected} would follow, not {number}"
                ),
                Some(&self.profile.articles.numbering),
            );
        }
        number
    }
}

/// Blocks and rows together, inner ones counted.
pub(super) fn size(body: &[BlockForm]) -> usize {
    let inner = |block: &BlockForm| match block {
        BlockForm::Table(table) => table.rows.as_ref().map_or(0, Vec::len),
        BlockForm::Landscape(LandscapeForm { body }) => size(body),
        _ => 0,
    };
    body.iter().map(|block| 1 + inner(block)).sum()
}
