//! The text of a paragraph: runs, fields, notes, and what hangs on it.

use roxmltree::Node;

use super::super::account::spoken;
use super::super::pieces::TextBuilder;
use super::reader::{Field, PAGE_BREAK, Reader};
use super::styles::Toggles;
use super::symbols::{is_symbol_font, symbol};
use super::xml::{MAX_DEPTH, attribute, child, is_on, name, switch, value};
use crate::message;

/// How a run looks.
#[derive(Debug, Clone, Copy)]
struct Look<'a> {
    bold: bool,
    italic: bool,
    caps: bool,
    font: &'a str,
}

impl Reader {
    /// Reads the text of a paragraph; `style` is what its style says of runs.
    pub(super) fn inline(
        &mut self,
        parent: Node<'_, '_>,
        style: Toggles,
        builder: &mut TextBuilder,
        depth: usize,
    ) {
        if depth > MAX_DEPTH {
            return;
        }
        for node in self.unwrapped(parent) {
            match name(node) {
                "r" => self.run(node, style, builder, depth),
                "oMath" | "oMathPara" => self.drop(node, message!("công thức", "a formula")),
                _ => {}
            }
        }
    }

    fn run(&mut self, node: Node<'_, '_>, style: Toggles, builder: &mut TextBuilder, depth: usize) {
        let properties = child(node, "rPr");
        let of_style = properties.and_then(|properties| value(properties, "rStyle"));
        let of_style = of_style.map(|id| self.styles.character(id)).unwrap_or_default();
        let own = properties.map(Toggles::of).unwrap_or_default();
        let toggles = style.with(of_style).under(own);
        if toggles.hidden == Some(true) {
            return self.drop(node, message!("chữ ẩn", "hidden text"));
        }
        let fonts = properties.and_then(|properties| child(properties, "rFonts"));
        let font = fonts.and_then(|fonts| attribute(fonts, "ascii").or(attribute(fonts, "hAnsi")));
        let look = Look {
            bold: toggles.bold == Some(true),
            italic: toggles.italic == Some(true),
            caps: toggles.caps == Some(true),
            font: font.unwrap_or_default(),
        };
        if let Some(properties) = properties {
            self.lost_looks(node, properties);
        }
        for piece in self.unwrapped(node) {
            let code = self.fields.iter().any(|field| field.code);
            match name(piece) {
                "fldChar" => self.field(piece, look, builder),
                "rPr" | "instrText" => {}
                // What Word does not show of a field is no text, unless somebody wrote some.
                _ if code && !piece.descendants().any(super::xml::is_text) => {}
                _ if code => self.drop(piece, message!("mã của trường", "a field's code")),
                "t" if self.meet(piece) => push(piece.text().unwrap_or_default(), look, builder),
                "tab" | "ptab" => builder.push("\t", look.bold, look.italic),
                "br" if matches!(attribute(piece, "type"), Some("page" | "column")) => {
                    builder.push(&PAGE_BREAK.to_string(), look.bold, look.italic);
                }
                "br" | "cr" => builder.push("\n", look.bold, look.italic),
                "noBreakHyphen" => builder.push("-", look.bold, look.italic),
                "sym" | "symEx" => self.symbol(piece, look, builder),
                "footnoteReference" => self.reference("footnotes", piece, builder),
                "endnoteReference" => self.reference("endnotes", piece, builder),
                "drawing" | "pict" | "object" => self.drawing(piece, depth + 1),
                "ruby" => {
                    if let Some(above) = child(piece, "rt") {
                        self.drop(above, message!("chữ nhỏ phía trên", "small text above"));
                    }
                    if let Some(base) = child(piece, "rubyBase") {
                        self.inline(base, style, builder, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    /// What the form has no place for, though the words stay.
    fn lost_looks(&mut self, run: Node<'_, '_>, properties: Node<'_, '_>) {
        if value(properties, "u").is_some_and(|kind| kind != "none") {
            self.left_out(message!("gạch chân (giữ chữ)", "underlining (the text stays)"), "");
        }
        if switch(properties, "strike") == Some(true) || switch(properties, "dstrike") == Some(true) {
            self.left_out(message!("gạch ngang chữ (giữ chữ)", "strikethrough (the text stays)"), "");
        }
        if child(properties, "highlight").is_some() {
            self.left_out(message!("tô màu chữ (giữ chữ)", "highlighting (the text stays)"), "");
        }
        let note = ["footnoteReference", "footnoteRef", "endnoteReference", "endnoteRef"];
        let raised = value(properties, "vertAlign").is_some_and(|kind| kind != "baseline");
        if raised && note.iter().all(|mark| child(run, mark).is_none()) {
            self.left_out(
                message!("chỉ số trên, dưới (giữ chữ)", "super- or subscript (the text stays)"),
                "",
            );
        }
        // Letters of fonts from before Unicode are other letters.
        let fonts = child(properties, "rFonts");
        let font = fonts.and_then(|fonts| attribute(fonts, "ascii")).unwrap_or_default();
        if font.starts_with(".Vn") || font.starts_with("VNI-") {
            self.left_out(
                message!(
                    "phông {font} (chữ TCVN3 hay VNI giữ nguyên như trong tệp: chuyển sang Unicode trước)",
                    "the font {font} (its letters are not Unicode and stay as they are: convert them first)"
                ),
                "",
            );
        }
    }

    /// The beginning, middle or end of a field; boxes to tick and lists to pick from are text themselves.
    fn field(&mut self, node: Node<'_, '_>, look: Look<'_>, builder: &mut TextBuilder) {
        match attribute(node, "fldCharType") {
            Some("begin") if self.whole_fields.contains(&node.id().get_usize()) => {
                let data = child(node, "ffData");
                if let Some(tick) = data.and_then(|data| child(data, "checkBox")) {
                    let ticked = child(tick, "checked").or(child(tick, "default")).is_some_and(is_on);
                    builder.push(if ticked { "☒" } else { "☐" }, look.bold, look.italic);
                }
                if let Some(list) = data.and_then(|data| child(data, "ddList")) {
                    let picked = value(list, "result").and_then(|index| index.parse().ok()).unwrap_or(0);
                    let mut entries = list.children().filter(|node| name(*node) == "listEntry");
                    if let Some(entry) = entries.nth(picked) {
                        push(attribute(entry, "val").unwrap_or_default(), look, builder);
                    }
                }
                self.fields.push(Field { code: true });
            }
            Some("separate") => {
                self.fields.iter_mut().next_back().into_iter().for_each(|field| field.code = false);
            }
            Some("end") => _ = self.fields.pop(),
            _ => {}
        }
    }

    fn symbol(&mut self, node: Node<'_, '_>, look: Look<'_>, builder: &mut TextBuilder) {
        let (font, code) = (attribute(node, "font"), attribute(node, "char"));
        let font = font.unwrap_or(look.font);
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(|code| symbol(font, code)) {
            Some(known) => builder.push(&known.to_string(), look.bold, look.italic),
            None => {
                let code = code.unwrap_or("?");
                self.left_out(
                    message!(
                        "ký hiệu của phông {font} (mã {code})",
                        "a symbol of the font {font} (code {code})"
                    ),
                    "",
                );
            }
        }
    }

    fn reference(&mut self, kind: &'static str, node: Node<'_, '_>, builder: &mut TextBuilder) {
        let Some(id) = attribute(node, "id") else { return };
        if kind == "endnotes" {
            self.left_out(
                message!("chú thích cuối văn bản (thành chú thích chân trang)", "an endnote (as a footnote)"),
                "",
            );
        }
        match self.notes.remove(&(kind, id.to_owned())) {
            Some(note) if note.0.iter().all(|run| run.note.is_none()) => builder.note(note),
            Some(note) => {
                self.left_out(message!("chú thích trong chú thích", "a note in a note"), &spoken(&note));
            }
            None => self.left_out(
                message!(
                    "chú thích không có, hoặc đã dùng ở trên",
                    "a note that is not there, or was used above"
                ),
                "",
            ),
        }
    }

    /// Text boxes are read; the rest of a drawing is said to be left out.
    fn drawing(&mut self, node: Node<'_, '_>, depth: usize) {
        let there = |wanted: &[&str]| node.descendants().any(|node| wanted.contains(&name(node)));
        if there(&["OLEObject"]) {
            self.left_out(message!("đối tượng nhúng", "an embedded object"), "");
        } else if there(&["blip", "imagedata"]) {
            // A rule under a heading is a drawing too: the layout draws its own.
            self.left_out(message!("hình ảnh", "an image"), "");
        }
        let words = node.descendants().filter(|node| name(*node) == "textpath");
        for words in words.filter_map(|node| attribute(node, "string")) {
            self.left_out(message!("chữ nghệ thuật (WordArt)", "WordArt"), words);
        }
        self.text_boxes(node, depth);
    }

    fn text_boxes(&mut self, node: Node<'_, '_>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for node in self.unwrapped(node) {
            if name(node) == "txbxContent" {
                self.left_out(message!("khung chữ (giữ chữ)", "a text box (its text stays)"), "");
                let (mut pieces, paragraph) = (Vec::new(), self.paragraph);
                self.blocks(node, depth + 1, &mut pieces);
                self.paragraph = paragraph;
                self.boxes.extend(pieces);
            } else {
                self.text_boxes(node, depth + 1);
            }
        }
    }
}

/// Writes `text` as the run shows it.
fn push(text: &str, look: Look<'_>, builder: &mut TextBuilder) {
    let symbols = is_symbol_font(look.font);
    let shown = |c: char| {
        let private = (0xF000..=0xF0FF).contains(&u32::from(c));
        let found = if symbols || private {
            symbol(if symbols { look.font } else { "Symbol" }, u32::from(c))
        } else {
            None
        };
        match found {
            Some(known) => known,
            None if c.is_control() => ' ',
            None => c,
        }
    };
    let text: String = text.chars().map(shown).collect();
    let text = if look.caps { text.to_uppercase() } else { text };
    builder.push(&text, look.bold, look.italic);
}
