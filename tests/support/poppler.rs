//! Pages as Poppler reads them: words and their boxes, sizes and styles, rules.

#![allow(dead_code, reason = "every test file uses some of it")]

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;
use vanthu::clock;
use vanthu::document::{self, model::Document};
use vanthu::fonts::Faces;
use vanthu::issue::compose;
use vanthu::layout::{DraftMark, Engine};

pub const MM: f64 = 72.0 / 25.4;
pub const TIME: &str = "2026-06-18T10:15:30+07:00";
pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Faces::embedded()).unwrap());

pub fn parse(document: &Value) -> Document {
    document::parse(document.to_string().as_bytes(), &Faces::embedded()).unwrap().document
}

/// A report on the disk, and what Poppler reads of it.
pub struct Page {
    pub folder: TempDir,
    pub words: Vec<Word>,
    pub pages: usize,
    /// Width and height of each page, in points.
    pub sizes: Vec<(f64, f64)>,
}

/// A word and its box, in points from the page's upper left corner.
#[derive(Debug, Clone)]
pub struct Word {
    pub page: usize,
    pub text: String,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Word {
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }
}

impl Page {
    pub fn of(document: &Value) -> Page {
        let mark = if document["header"]["number"].is_null() { DraftMark::Draft } else { DraftMark::Issued };
        Page::read(compose::compose(&ENGINE, &parse(document), clock::parse(TIME).unwrap(), mark).unwrap())
    }

    pub fn read(bytes: Vec<u8>) -> Page {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("r.pdf"), bytes).unwrap();
        let xml = poppler("pdftotext", &["-bbox"], &folder.path().join("r.pdf"));
        let mut words = Vec::new();
        let mut sizes = Vec::new();
        for line in xml.lines() {
            let number = |name: &str| -> Option<f64> {
                line.split_once(&format!("{name}=\""))?.1.split_once('"')?.0.parse().ok()
            };
            if line.contains("<page ") {
                sizes.push((number("width").unwrap(), number("height").unwrap()));
            }
            let page = sizes.len();
            if let Some((_, text)) = line.split_once("\">").filter(|_| line.contains("<word ")) {
                let text = text.trim_end_matches("</word>").replace("&amp;", "&").replace("&lt;", "<");
                words.push(Word {
                    page,
                    text: text.replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'"),
                    left: number("xMin").unwrap(),
                    top: number("yMin").unwrap(),
                    right: number("xMax").unwrap(),
                    bottom: number("yMax").unwrap(),
                });
            }
        }
        Page { folder, words, pages: sizes.len(), sizes }
    }

    pub fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("r.pdf")
    }

    /// The words of the first place where `text` stands, which must be on one line.
    #[track_caller]
    pub fn line(&self, text: &str) -> Word {
        let wanted: Vec<&str> = text.split_whitespace().collect();
        let found = self
            .words
            .windows(wanted.len())
            .find(|words| words.iter().map(|word| word.text.as_str()).eq(wanted.iter().copied()));
        let Some(found) = found else { panic!("«{text}» is not on the page") };
        let (first, last) = (&found[0], &found[found.len() - 1]);
        assert!(found.iter().all(|word| (word.top - first.top).abs() < 1.0), "«{text}» is broken");
        Word { text: text.to_owned(), right: last.right, ..first.clone() }
    }

    /// The same of the last place.
    #[track_caller]
    pub fn last_line(&self, text: &str) -> Word {
        let wanted: Vec<&str> = text.split_whitespace().collect();
        let mut places = self.words.windows(wanted.len());
        let found =
            places.rfind(|words| words.iter().map(|word| word.text.as_str()).eq(wanted.iter().copied()));
        let Some(found) = found else { panic!("«{text}» is not on the page") };
        Word { text: text.to_owned(), right: found[found.len() - 1].right, ..found[0].clone() }
    }

    /// Text as Poppler reads it, white space folded.
    pub fn text(&self) -> String {
        folded(&poppler("pdftotext", &["-enc", "UTF-8"], &self.file()))
    }
}

pub fn poppler(program: &str, options: &[&str], file: &Path) -> String {
    let output = Command::new(program).args(options).arg(file).arg("-").output();
    let output = output.unwrap_or_else(|cause| panic!("{program}: {cause}; run tests/judges/setup.sh"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Horizontal lines that page 1 draws, as (left, right, distance from the top), in points.
pub fn rules(file: &Path) -> Vec<(f64, f64, f64)> {
    use lopdf::content::Content;
    let pdf = lopdf::Document::load(file).unwrap();
    let page = pdf.page_iter().next().unwrap();
    let content = Content::decode(&pdf.get_page_content(page)).unwrap();
    let number = |operand: &lopdf::Object| f64::from(operand.as_float().unwrap());
    let mut stack: Vec<[f64; 6]> = Vec::new();
    let mut matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    let (mut points, mut lines) = (Vec::new(), Vec::new());
    for operation in &content.operations {
        let operands: Vec<f64> = match operation.operator.as_str() {
            "cm" | "m" | "l" => operation.operands.iter().map(number).collect(),
            _ => Vec::new(),
        };
        let apply = |m: &[f64; 6], x: f64, y: f64| (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]);
        match (operation.operator.as_str(), operands.as_slice()) {
            ("q", _) => stack.push(matrix),
            ("Q", _) => matrix = stack.pop().unwrap(),
            ("cm", [a, b, c, d, e, f]) => {
                let m = matrix;
                let (x, y) = apply(&m, *e, *f);
                matrix = [
                    m[0] * a + m[2] * b,
                    m[1] * a + m[3] * b,
                    m[0] * c + m[2] * d,
                    m[1] * c + m[3] * d,
                    x,
                    y,
                ];
            }
            ("m" | "l", [x, y]) => points.push(apply(&matrix, *x, *y)),
            ("S", _) => {
                if let [(left, y), (right, end)] = points[..]
                    && (y - end).abs() < 0.01
                {
                    lines.push((left.min(right), left.max(right), 841.89 - y));
                }
                points.clear();
            }
            ("n" | "f" | "W", _) => points.clear(),
            _ => {}
        }
    }
    lines
}

/// Sizes and styles of the lines of a file.
pub struct Styles {
    xml: String,
    sizes: std::collections::HashMap<String, u32>,
}

impl Page {
    pub fn styles(&self) -> Styles {
        let output =
            Command::new("pdftohtml").args(["-xml", "-i", "-stdout", "-zoom", "1"]).arg(self.file()).output();
        let xml = String::from_utf8(output.unwrap().stdout).unwrap();
        let sizes = xml
            .lines()
            .filter(|line| line.contains("<fontspec"))
            .map(|line| (attribute(line, "id"), attribute(line, "size").parse().unwrap()))
            .collect();
        Styles { xml, sizes }
    }
}

fn attribute(line: &str, name: &str) -> String {
    line.split_once(&format!("{name}=\"")).unwrap().1.split_once('"').unwrap().0.to_owned()
}

impl Styles {
    /// Size and style of the first line that has `text`.
    #[track_caller]
    pub fn of(&self, text: &str) -> (u32, &'static str) {
        self.at(text, false)
    }

    /// The same of the last line.
    #[track_caller]
    pub fn of_last(&self, text: &str) -> (u32, &'static str) {
        self.at(text, true)
    }

    #[track_caller]
    fn at(&self, text: &str, last: bool) -> (u32, &'static str) {
        let plain = |line: &str| {
            ["<b>", "</b>", "<i>", "</i>"].iter().fold(line.to_owned(), |line, tag| line.replace(tag, ""))
        };
        let mut lines =
            self.xml.lines().filter(|line| line.starts_with("<text") && plain(line).contains(text));
        let line = if last { lines.next_back() } else { lines.next() };
        let line = line.unwrap_or_else(|| panic!("«{text}» is not there"));
        let style = match (line.contains("<b>"), line.contains("<i>")) {
            (false, false) => "Regular",
            (true, false) => "Bold",
            (false, true) => "Italic",
            (true, true) => "BoldItalic",
        };
        (self.sizes[&attribute(line, "font")], style)
    }
}
