//! From JSON text to a checked document: everything that is wrong is reported at once, with its place.

use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::format_description;

use super::blocks::size;
use super::faults::suggestion;
use super::folder::Folder;
use super::form::{DocumentForm, MediumForm, SignatureForm, StyleForm, TextOrFill};
use super::kind::{DocumentKind, IssuerPlace, Presence};
use super::limits::{MAX_APPENDICES, MAX_BLOCKS, MAX_CELLS, MAX_FILES, MAX_SOURCE};
use super::model::{
    Block, Document, DocumentStyle, Header, Medium, Profile, Recipients, Run, SignatureBlock, Text,
};
use super::numbering::Counters;
use super::prose;
use super::rules;
use super::salvage;
use super::source::{SourceMap, join};
use super::text::{self, FaultKind, TextFault};
use crate::diagnostic::{Diagnostic, MAX_FINDINGS, Position, Severity};
use crate::fonts::{Faces, Measure, Style};
use crate::lang::Message;
use crate::message;

/// A document that may be laid out, and what keeps it from being issued or deserves a look.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The document; places still to be filled in show what is to be written there in brackets.
    pub document: Document,
    /// The places still to be filled in: with any of them, the document can't be issued.
    pub fills: Vec<Diagnostic>,
    /// What a person should look at.
    pub warnings: Vec<Diagnostic>,
}

/// Reads and checks a document that names no other files; `faces` is the font that it will be set in.
///
/// # Errors
/// See [`parse_in`].
pub fn parse(source: &[u8], faces: &Faces) -> Result<Draft, Vec<Diagnostic>> {
    parse_in(source, faces, &ParseContext::default())
}

/// What lies around a document: the files that it names, and what its office usually chooses.
#[derive(Debug, Clone, Default)]
pub struct ParseContext {
    /// Where its files are.
    pub folder: Folder,
    /// What the office chooses where the document says nothing.
    pub style: StyleChoice,
    /// The day on which it is read, where that matters.
    pub today: Option<Date>,
}

/// What an office chooses where the decree leaves a choice; `None` is the profile's.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StyleChoice {
    /// Size of body text, in points: 13 or 14.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u8>,
    /// Indent of first lines, in millimetres: 10 or 12.7.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indent: Option<f64>,
    /// Space between paragraphs, in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing: Option<f64>,
    /// Line spacing; 1 is single.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leading: Option<f64>,
}

/// Reads and checks a document; `faces` is the font that it will be set in.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text; a file that is not JSON gives one
/// diagnostic.
pub fn parse_in(source: &[u8], faces: &Faces, context: &ParseContext) -> Result<Draft, Vec<Diagnostic>> {
    let text = readable(source).map_err(|diagnostic| vec![*diagnostic])?;
    let value: serde_json::Value = serde_json::from_str(text).map_err(|cause| vec![syntax(text, &cause)])?;
    let places = SourceMap::index(text);
    let salvaged = salvage::decode(value);
    let mut findings: Vec<Diagnostic> = places.repeated().iter().map(repeated).collect();
    findings.extend(salvaged.wrong.iter().cloned());
    let Some(form) = &salvaged.form else { return Err(placed(findings, &places)) };
    let profile = form.profile.as_deref().and_then(Profile::named).unwrap_or(Profile::default_profile());
    let mut check = DocumentBuilder {
        places: &places,
        measure: faces.measure(),
        folder: &context.folder,
        choice: context.style,
        profile,
        sequence: Counters::default(),
        images: Vec::new(),
        read: 0,
        blocks: 0,
        cells: 0,
        findings: Vec::new(),
        fills: Vec::new(),
    };
    let document = check.document(form);
    let DocumentBuilder { findings: mut said, fills, .. } = check;
    if let Some(document) = &document {
        let mut ruled = Vec::new();
        rules::check(document, &faces.measure(), context.today, &mut ruled);
        prose::check(document, &mut ruled);
        // A text at fault was left out of the document: rules would find it empty.
        // What is still to be filled in needs no other remark.
        let is_filled = |pointer: &str| {
            let inside = |fill: &Diagnostic| {
                fill.pointer
                    .strip_prefix(pointer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            fills.iter().any(inside)
        };
        ruled.retain(|finding| {
            !is_filled(&finding.pointer) && said.iter().all(|fault| fault.pointer != finding.pointer)
        });
        said.extend(ruled);
    }
    findings.extend(said.into_iter().filter(|finding| !salvaged.is_mended(&finding.pointer)));
    let findings = placed(findings, &places);
    match document {
        Some(document) if findings.iter().all(|finding| finding.severity != Severity::Error) => {
            Ok(Draft { document, fills: placed(fills, &places), warnings: findings })
        }
        _ => Err(findings),
    }
}

pub(super) fn readable(source: &[u8]) -> Result<&str, Box<Diagnostic>> {
    if source.len() > MAX_SOURCE {
        let (length, limit) = (source.len(), MAX_SOURCE);
        return Err(Box::new(Diagnostic::error(
            "E-JSON-SIZE",
            "",
            message!(
                "tệp dài {length} byte, quá giới hạn {limit} byte",
                "the file has {length} bytes, over the limit of {limit}"
            ),
        )));
    }
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    std::str::from_utf8(source).map_err(|cause| {
        let byte = cause.valid_up_to();
        Box::new(Diagnostic::error(
            "E-JSON-UTF8",
            "",
            message!("tệp không phải UTF-8 (từ byte {byte})", "the file is not UTF-8 (from byte {byte})"),
        ))
    })
}

fn syntax(text: &str, cause: &serde_json::Error) -> Diagnostic {
    let start = text.split_inclusive('\n').take(cause.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    // serde_json counts the bytes up to and with the offending one.
    let mut offset = cause.column().saturating_sub(1).min(line.len());
    while !line.is_char_boundary(offset) {
        offset -= 1;
    }
    let reason = cause.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
    let mut diagnostic =
        Diagnostic::error("E-JSON-SYNTAX", "", message!("tệp JSON viết sai: {reason}", "not JSON: {reason}"));
    diagnostic.position = Some(Position {
        line: cause.line(),
        column: line[..offset].chars().count() + 1,
        start: start + offset,
        end: (start + offset + 1).min(text.len()),
    });
    diagnostic
}

fn repeated((pointer, position): &(String, Position)) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(
        "E-JSON-REPEATED-KEY",
        "",
        message!(
            "mục này đã có ở trên; chỉ được viết một lần",
            "this key stands above already; it may stand once"
        ),
    );
    diagnostic.pointer.clone_from(pointer);
    diagnostic.position = Some(*position);
    diagnostic
}

/// Gives every diagnostic its position and puts them in the order of the text.
fn placed(mut diagnostics: Vec<Diagnostic>, places: &SourceMap<'_>) -> Vec<Diagnostic> {
    for diagnostic in &mut diagnostics {
        if diagnostic.position.is_none() {
            diagnostic.position = places.position(&diagnostic.pointer);
        }
        // Messages quote the author, who may be hostile to whoever reads them.
        for text in [&mut diagnostic.message.vi, &mut diagnostic.message.en] {
            if let Some(quotable) = quotable(text) {
                *text = quotable;
            }
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.position.map(|position| position.start));
    diagnostics
}

/// `said` without its middle where it is long, and with names for characters that nobody sees; `None`
/// where it can stay as it is.
fn quotable(said: &str) -> Option<String> {
    const MAX: usize = 400;
    let odd = |c: char| c.is_control() || text::is_invisible(c);
    if said.len() <= MAX && !said.contains(odd) {
        return None;
    }
    let letters: Vec<char> = said.chars().collect();
    let shown = |part: &[char]| -> String {
        let name = |c: &char| if odd(*c) { format!("U+{:04X}", u32::from(*c)) } else { c.to_string() };
        part.iter().map(name).collect()
    };
    Some(match (letters.get(..MAX / 2), letters.get(letters.len().saturating_sub(MAX / 2)..)) {
        (Some(first), Some(last)) if letters.len() > MAX => format!("{}…{}", shown(first), shown(last)),
        _ => shown(&letters),
    })
}

/// Builds the document and gathers what is wrong with it.
pub(super) struct DocumentBuilder<'a> {
    pub(super) places: &'a SourceMap<'a>,
    pub(super) measure: Measure<'a>,
    pub(super) folder: &'a Folder,
    choice: StyleChoice,
    pub(super) profile: &'static Profile,
    pub(super) sequence: Counters,
    /// Bytes of each image that was met.
    pub(super) images: Vec<usize>,
    /// Bytes of the files that were read, blocks and cells so far.
    read: usize,
    blocks: usize,
    cells: usize,
    pub(super) findings: Vec<Diagnostic>,
    fills: Vec<Diagnostic>,
}

/// Stands in the place of what is refused already, so that no rule finds another fault there.
pub(super) fn stand_in() -> Block {
    Block::Paragraph { text: Text(vec![Run::new("…".to_owned(), false, false)]) }
}

impl DocumentBuilder<'_> {
    /// What could not be read has something in its place, beside its finding; `None` where the
    /// document is too large to look at.
    fn document(&mut self, form: &DocumentForm) -> Option<Document> {
        let profile = self.profile;
        self.outline(form);
        let kind = self.kind("/type", &form.kind);
        let header = Header {
            superior: self.plain_all("/header/superior", &form.header.superior),
            agency: self.plain_all("/header/agency", &form.header.agency),
            number: form.header.number,
            notation: self.plain("/header/notation", &form.header.notation),
            place: self.plain("/header/place", &form.header.place),
            date: form.header.date.as_deref().and_then(|date| self.date("/header/date", date)),
        };
        let issuer = form.issuer.as_ref().map(|issuer| self.plain("/issuer", issuer));
        let subject = self.text("/subject", &form.subject);
        let addressees = self.text_all("/addressees", &form.addressees);
        let bases = self.text_all("/bases", &form.bases);
        let size = size(&form.body)
            + form.appendices.iter().filter_map(|appendix| appendix.body.as_deref()).map(size).sum::<usize>();
        self.blocks(size, "/body")?;
        self.limit("E-APPENDICES", "/appendices", form.appendices.len(), MAX_APPENDICES)?;
        let body = self.body("/body", &form.body, 0);
        let recipients = Recipients {
            items: self.plain_all("/recipients/items", &form.recipients.items),
            archive: self.plain("/recipients/archive", &form.recipients.archive),
            drafter: form
                .recipients
                .drafter
                .as_ref()
                .map(|drafter| self.plain("/recipients/drafter", drafter)),
        };
        let signature = self.signature("/signature", &form.signature);
        let cosignature = form.cosignature.as_ref().map(|form| self.signature("/cosignature", form));
        let contact = self.plain_all("/contact", &form.contact);
        let appendices = self.appendices(&form.appendices);
        // Where the kind is not known, the one that asks the least is no further source of findings.
        let asks_least = |kind: &&DocumentKind| {
            kind.form.addressees == Presence::Optional && kind.form.issuer == IssuerPlace::None
        };
        let fallback = || {
            let kinds = &profile.kinds;
            kinds
                .iter()
                .find(asks_least)
                .or(kinds.first())
                .unwrap_or_else(|| unreachable!("a profile has kinds"))
        };
        Some(Document {
            profile,
            kind: kind.unwrap_or_else(fallback),
            style: style(&form.style, &self.choice, profile),
            medium: match form.medium {
                MediumForm::Electronic => Medium::Electronic,
                MediumForm::Paper => Medium::Paper,
            },
            urgency: form.urgency.clone(),
            circulation: form.circulation.clone(),
            header,
            issuer,
            subject,
            addressees,
            bases,
            body,
            recipients,
            signature,
            cosignature,
            contact,
            appendices,
        })
    }

    /// Version, profile and marks.
    fn outline(&mut self, form: &DocumentForm) {
        if form.version != super::FORM_VERSION {
            let (found, known) = (form.version, super::FORM_VERSION);
            self.error(
                "E-JSON-VERSION",
                "/version",
                message!(
                    "phiên bản {found} không đọc được; chương trình này đọc phiên bản {known}",
                    "version {found} can't be read; this program reads version {known}"
                ),
                None,
            );
        }
        if let Some(found) = form.profile.as_deref().filter(|name| Profile::named(name).is_none()) {
            self.error(
                "E-PROFILE",
                "/profile",
                message!("không có bộ quy định \"{found}\"", "there is no profile \"{found}\""),
                Some(suggestion(found, &Profile::names())),
            );
        }
        if form.secrecy.is_some() {
            self.findings.push(rules::state_secret("/secrecy", self.profile));
        }
        let profile = self.profile;
        let urgency: Vec<&str> = profile.urgency.keys().map(String::as_str).collect();
        let circulation: Vec<&str> = profile.circulation.keys().map(String::as_str).collect();
        for (pointer, value, known) in
            [("/urgency", &form.urgency, urgency), ("/circulation", &form.circulation, circulation)]
        {
            if let Some(found) = value.as_deref().filter(|value| !known.contains(value)) {
                self.error(
                    "E-MARK",
                    pointer,
                    message!("không có dấu \"{found}\"", "there is no mark \"{found}\""),
                    Some(suggestion(found, &known)),
                );
            }
        }
    }

    pub(super) fn kind(&mut self, pointer: &str, found: &str) -> Option<&'static DocumentKind> {
        let kind = self.profile.kind(found);
        if kind.is_none() {
            self.error(
                "E-KIND",
                pointer,
                message!("không có loại văn bản \"{found}\"", "there is no kind of document \"{found}\""),
                Some(suggestion(found, &self.profile.slugs())),
            );
        }
        kind
    }

    fn signature(&mut self, pointer: &str, form: &SignatureForm) -> SignatureBlock {
        SignatureBlock {
            authority: self.plain_all(&join(pointer, "authority"), &form.authority),
            position: self.plain(&join(pointer, "position"), &form.position),
            name: self.plain(&join(pointer, "name"), &form.name),
        }
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
    fn limit(&mut self, code: &'static str, pointer: &str, count: usize, limit: usize) -> Option<()> {
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

    fn date(&mut self, pointer: &str, written: &str) -> Option<Date> {
        let date = Date::parse(written, format_description!("[year]-[month]-[day]")).ok();
        let date = date.filter(|date| (1945..=9999).contains(&date.year()));
        if date.is_none() {
            self.error(
                "E-DATE",
                pointer,
                message!(
                    "\"{written}\" không phải một ngày viết năm-tháng-ngày, từ năm 1945",
                    "\"{written}\" is not a date written year-month-day, from 1945 on"
                ),
                Some(message!(
                    "viết năm-tháng-ngày, ví dụ 2020-06-18",
                    "write year-month-day, such as 2020-06-18"
                )),
            );
        }
        date
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

    fn text_all(&mut self, pointer: &str, texts: &[TextOrFill]) -> Vec<Text> {
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

    fn plain_all(&mut self, pointer: &str, lines: &[TextOrFill]) -> Vec<String> {
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

/// What the document says, then what the office chose, then the usual.
fn style(form: &StyleForm, choice: &StyleChoice, profile: &Profile) -> DocumentStyle {
    let usual = &profile.style;
    DocumentStyle {
        size: form.size.or(choice.size).unwrap_or(usual.size),
        indent: form.indent.or(choice.indent).unwrap_or(usual.indent),
        spacing: form.spacing.or(choice.spacing).unwrap_or(usual.spacing),
        leading: form.leading.or(choice.leading).unwrap_or(usual.leading),
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
