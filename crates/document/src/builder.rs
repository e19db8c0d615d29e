//! What builds every part of a document: texts, files, counts, and the findings about them.

use super::faults::suggestion;
use super::folder::Folder;
use super::form::TextOrFill;
use super::kind::DocumentKind;
use super::limits::{MAX_BLOCKS, MAX_CELLS, MAX_FILES};
use super::model::{Block, Run, Text};
use super::numbering::Counters;
use super::profile::Profile;
use super::source::{SourceMap, join};
use super::text::{self, FaultKind, TextFault};
use crate::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::fonts::{Measure, Style};
use crate::lang::Message;
use crate::message;

/// Builds the document and gathers what is wrong with it.
pub(super) struct DocumentBuilder<'a> {
    pub(super) places: &'a SourceMap<'a>,
    pub(super) measure: Measure<'a>,
    pub(super) folder: &'a Folder,
    pub(super) profile: &'static Profile,
    pub(super) sequence: Counters,
    /// Bytes of each image that was met.
    pub(super) images: Vec<usize>,
    /// Bytes of the files that were read, blocks and cells so far.
    read: usize,
    blocks: usize,
    cells: usize,
    pub(super) findings: Vec<Diagnostic>,
    /// Places still to be filled in.
    pub(super) fills: Vec<Diagnostic>,
}

/// Stands in the place of what is refused already, so that no rule finds another fault there.
pub(super) fn stand_in() -> Block {
    Block::Paragraph { text: Text(vec![Run::new("…".to_owned(), false, false)]) }
}

impl<'a> DocumentBuilder<'a> {
    /// A builder that has met nothing yet.
    pub(super) fn new(
        places: &'a SourceMap<'a>,
        measure: Measure<'a>,
        folder: &'a Folder,
        profile: &'static Profile,
    ) -> DocumentBuilder<'a> {
        DocumentBuilder {
            places,
            measure,
            folder,
            profile,
            sequence: Counters::default(),
            images: Vec::new(),
            read: 0,
            blocks: 0,
            cells: 0,
            findings: Vec::new(),
            fills: Vec::new(),
        }
    }
}

impl DocumentBuilder<'_> {
    pub(super) fn kind(&mut self, pointer: &str, found: &str) -> Option<&'static DocumentKind> {
        let kind = self.profile.kind(found);
        if kind.is_none() {
            let short = |kind: &&DocumentKind| {
                kind.abbreviation.as_deref().is_some_and(|short| short.eq_ignore_ascii_case(found.trim()))
            };
            let hint = match self.profile.kinds.iter().find(short) {
                Some(DocumentKind { slug, .. }) => {
                    message!("có phải là \"{slug}\"?", "did you mean \"{slug}\"?")
                }
                None => suggestion(found, &self.profile.slugs()),
            };
            self.error(
                "E-KIND",
                pointer,
                message!("không có loại văn bản \"{found}\"", "there is no kind of document \"{found}\""),
                Some(hint),
            );
        }
        kind
    }

    /// Reads a file that the document names.
    pub(super) fn read(&mut self, name: &str, limit: u64) -> Result<Vec<u8>, Message> {
        let bytes = self.folder.read(name, limit)?;
        self.read += bytes.len();
        if self.read > MAX_FILES {
            return Err(message!(
                "các tệp kèm theo cộng lại quá giới hạn {MAX_FILES} byte",
                "the document's files together are over the limit of {MAX_FILES} bytes"
            ));
        }
        Ok(bytes)
    }

    /// Counts blocks and rows; `None` where they are too many by now.
    pub(super) fn blocks(&mut self, count: usize, pointer: &str) -> Option<()> {
        self.blocks += count;
        self.limit("E-BODY-SIZE", pointer, self.blocks, MAX_BLOCKS)
    }

    /// Counts cells; `None` where they are too many by now.
    pub(super) fn cells(&mut self, count: usize, pointer: &str) -> Option<()> {
        self.cells += count;
        self.limit("E-TABLE-CELLS", pointer, self.cells, MAX_CELLS)
    }

    /// `None` where there are more than may be.
    pub(super) fn limit(
        &mut self,
        code: &'static str,
        pointer: &str,
        count: usize,
        limit: usize,
    ) -> Option<()> {
        if count <= limit {
            return Some(());
        }
        self.error(
            code,
            pointer,
            message!(
                "quá nhiều phần tử: {count}, giới hạn {limit}",
                "too many: {count}, the limit is {limit}"
            ),
            None,
        );
        None
    }

    /// Text with emphasis; what is wrong with it is noted and the text left empty.
    pub(super) fn text(&mut self, pointer: &str, written: &TextOrFill) -> Text {
        match written {
            TextOrFill::Text(written) => match text::parse(written) {
                Ok(text) => {
                    for run in &text.0 {
                        self.coverage(pointer, written, &run.text);
                        for noted in run.note.iter().flat_map(|note| &note.0) {
                            self.coverage(pointer, written, &noted.text);
                        }
                    }
                    text
                }
                Err(faults) => {
                    self.faults(pointer, &faults);
                    Text::default()
                }
            },
            TextOrFill::Fill { fill } => {
                let plain = self.fill(pointer, fill);
                Text(vec![Run::new(plain, false, false)])
            }
        }
    }

    pub(super) fn text_all(&mut self, pointer: &str, texts: &[TextOrFill]) -> Vec<Text> {
        let at = |index: usize| join(pointer, &index.to_string());
        texts.iter().enumerate().map(|(index, text)| self.text(&at(index), text)).collect()
    }

    /// Text without emphasis; empty where something is wrong with it, which is noted.
    pub(super) fn plain(&mut self, pointer: &str, written: &TextOrFill) -> String {
        match written {
            TextOrFill::Text(written) => match text::plain(written) {
                Ok(plain) => {
                    self.coverage(pointer, written, &plain);
                    plain
                }
                Err(faults) => {
                    self.faults(pointer, &faults);
                    String::new()
                }
            },
            TextOrFill::Fill { fill } => self.fill(pointer, fill),
        }
    }

    pub(super) fn plain_all(&mut self, pointer: &str, lines: &[TextOrFill]) -> Vec<String> {
        lines
            .iter()
            .enumerate()
            .map(|(index, line)| self.plain(&join(pointer, &index.to_string()), line))
            .collect()
    }

    fn fill(&mut self, pointer: &str, hint: &str) -> String {
        let hint = self.plain(&join(pointer, "fill"), &TextOrFill::Text(hint.to_owned()));
        let message = message!("chỗ này còn phải điền: {hint}", "this is still to be filled in: {hint}");
        if self.fills.len() >= MAX_FINDINGS {
            return format!("[{hint}]");
        }
        self.fills.push(Diagnostic {
            hint: Some(message!("thay {{\"fill\": …}} bằng chữ", "put text in the place of {{\"fill\": …}}")),
            ..Diagnostic::error("E-FILL", pointer, message)
        });
        format!("[{hint}]")
    }

    /// Notes characters of `text` (as normalised from `written`) that the font can't print.
    fn coverage(&mut self, pointer: &str, written: &str, text: &str) {
        if self.findings.len() >= MAX_FINDINGS {
            return;
        }
        let mut missing: Vec<char> = text
            .chars()
            .filter(|character| {
                *character != '\n'
                    && Style::ALL.iter().any(|style| self.measure.advance(*character, *style).is_none())
            })
            .collect();
        missing.sort_unstable();
        missing.dedup();
        for character in missing {
            let code = u32::from(character);
            let at = written.chars().position(|c| c == character);
            let message = message!(
                "phông chữ không có ký tự \"{character}\" (U+{code:04X})",
                "the font lacks the character \"{character}\" (U+{code:04X})"
            );
            self.findings.push(Diagnostic {
                position: at.and_then(|at| self.places.position_in_string(pointer, at)),
                hint: Some(message!(
                    "thay ký tự khác, hoặc dùng phông chữ có ký tự này",
                    "use another character, or a font that has it"
                )),
                ..Diagnostic::error("E-FONT-COVERAGE", pointer, message)
            });
        }
    }

    fn faults(&mut self, pointer: &str, faults: &[TextFault]) {
        for fault in faults.iter().take(MAX_FINDINGS.saturating_sub(self.findings.len())) {
            let (code, message, hint) = describe(fault.kind);
            self.findings.push(Diagnostic {
                position: self.places.position_in_string(pointer, fault.at),
                hint,
                ..Diagnostic::error(code, pointer, message)
            });
        }
    }

    pub(super) fn error(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        hint: Option<Message>,
    ) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Diagnostic { hint, ..Diagnostic::error(code, pointer, message) });
        }
    }

    pub(super) fn warning(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        article: Option<&str>,
    ) {
        if self.findings.len() < MAX_FINDINGS / 2 {
            let article = article.map(|article| self.profile.cite(article).into());
            self.findings.push(Diagnostic { article, ..Diagnostic::warning(code, pointer, message) });
        }
    }
}

fn describe(fault: FaultKind) -> (&'static str, Message, Option<Message>) {
    match fault {
        FaultKind::Control(character) => {
            let code = u32::from(character);
            (
                "E-TEXT-CONTROL",
                message!(
                    "ký tự điều khiển U+{code:04X} không in được",
                    "the control character U+{code:04X} can't be printed"
                ),
                Some(message!(
                    "xóa ký tự này; trong nội dung, xuống dòng viết là \\n",
                    "delete it; a line break in running text is \\n"
                )),
            )
        }
        FaultKind::Invisible(character) => {
            let code = u32::from(character);
            (
                "E-TEXT-INVISIBLE",
                message!(
                    "ký tự vô hình hoặc đảo chiều chữ U+{code:04X} không được dùng",
                    "the character U+{code:04X} is invisible or turns the reading direction"
                ),
                Some(message!("xóa ký tự này", "delete it")),
            )
        }
        FaultKind::Marks => (
            "E-TEXT-MARKS",
            message!("quá nhiều dấu chồng lên một chữ", "too many marks on one letter"),
            None,
        ),
        FaultKind::Unclosed(mark) => (
            "E-TEXT-EMPHASIS",
            message!("dấu {mark} mở ở đây mà không đóng", "{mark} opens here and nothing closes it"),
            Some(message!(
                "muốn in chính dấu đó thì viết \\\\* hoặc \\\\^",
                "the character itself is written \\\\* or \\\\^"
            )),
        ),
        FaultKind::Note => (
            "E-TEXT-NOTE",
            message!(
                "chú thích ^[…] phải có chữ, đứng sau chữ, không nằm trong chú thích khác",
                "a footnote ^[…] has text, stands after text, and not in another footnote"
            ),
            None,
        ),
    }
}
