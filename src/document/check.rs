//! From JSON text to a checked document: everything that is wrong is reported at once, with its place.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::Date;
use time::macros::format_description;

use super::folder::Folder;
use super::form::{
    AppendixForm, BlockForm, DocumentForm, Faults, HeadingForm, ItemForm, LandscapeForm, MediumForm,
    ParagraphForm, PointForm, ProvisionForm, SignatureForm, StyleForm, TextOrFill, suggestion,
};
use super::kind::{DocumentKind, IssuerPlace, Presence};
use super::limits::{MAX_APPENDICES, MAX_APPENDIX_FILE, MAX_BLOCKS, MAX_CELLS, MAX_FILES, MAX_SOURCE};
use super::model::{
    Appendix, Block, Content, Document, DocumentStyle, Figure, ForeignFile, Header, Medium, Profile,
    Provision, Recipients, Run, SignatureBlock, Text,
};
use super::numbering::{Counted, Counters, roman};
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

fn readable(source: &[u8]) -> Result<&str, Box<Diagnostic>> {
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
    profile: &'static Profile,
    sequence: Counters,
    /// Bytes of each image that was met.
    pub(super) images: Vec<usize>,
    /// Bytes of the files that were read, blocks and cells so far.
    read: usize,
    blocks: usize,
    cells: usize,
    findings: Vec<Diagnostic>,
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
            self.findings.push(rules::state_secret("/secrecy"));
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

    fn kind(&mut self, pointer: &str, found: &str) -> Option<&'static DocumentKind> {
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

    fn appendices(&mut self, forms: &[AppendixForm]) -> Vec<Appendix> {
        // Enclosed documents are named by their titles and not counted.
        let count = forms.iter().filter(|form| form.kind.is_none()).count();
        let mut counted = 0;
        let mut appendices = Vec::with_capacity(forms.len());
        for (index, form) in forms.iter().enumerate() {
            counted += usize::from(form.kind.is_none());
            let usual = if form.kind.is_none() && count > 1 { roman(counted) } else { String::new() };
            appendices.push(self.appendix(&format!("/appendices/{index}"), form, &usual));
        }
        appendices
    }

    fn appendix(&mut self, pointer: &str, form: &AppendixForm, usual: &str) -> Appendix {
        self.sequence = Counters::default();
        let mut appendix = Appendix {
            number: form.number.clone().map_or_else(
                || usual.to_owned(),
                |number| self.plain(&join(pointer, "number"), &TextOrFill::Text(number)),
            ),
            kind: form.kind.as_deref().and_then(|kind| self.kind(&join(pointer, "type"), kind)),
            title: form
                .title
                .as_ref()
                .map(|title| self.text(&join(pointer, "title"), title))
                .unwrap_or_default(),
            landscape: form.landscape,
            separate: form.separate,
            content: Content::Body(vec![stand_in()]),
        };
        match (&form.body, &form.file) {
            (Some(body), None) => {
                appendix.content = Content::Body(self.body(&join(pointer, "body"), body, 0));
            }
            (None, Some(name)) => self.appendix_file(pointer, form, name, &mut appendix),
            _ => self.error(
                "E-APPENDIX-CONTENT",
                pointer,
                message!(
                    "phụ lục phải có \"body\" hoặc \"file\", và chỉ một trong hai",
                    "an appendix has a \"body\" or a \"file\", and one of them only"
                ),
                None,
            ),
        }
        appendix
    }

    /// Reads the file that holds an appendix: JSON and images become part of the document, a PDF stays
    /// what it is.
    fn appendix_file(&mut self, pointer: &str, form: &AppendixForm, name: &str, appendix: &mut Appendix) {
        let place = join(pointer, "file");
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let refuse = |check: &mut Self, said: Message| check.error("E-FILE", &place, said, None);
        // The data in an issued file name the PDF that went out beside it, by its digest.
        if ending == "pdf" && !self.folder.is_there() {
            match &form.sha256 {
                Some(sha256) => {
                    appendix.separate = true;
                    let file = ForeignFile { name: name.to_owned(), sha256: sha256.clone(), bytes: None };
                    appendix.content = Content::Pdf(file);
                }
                None => drop(self.folder.read(name, 0).map_err(|said| refuse(self, said))),
            }
            return;
        }
        let bytes = match self.read(name, MAX_APPENDIX_FILE) {
            Ok(bytes) => bytes,
            Err(said) => return refuse(self, said),
        };
        match ending.as_str() {
            "pdf" => {
                if !bytes.starts_with(b"%PDF-") {
                    return refuse(self, message!("\"{name}\" không phải PDF", "\"{name}\" is not a PDF"));
                }
                let sha256 = crate::hex::lower(&Sha256::digest(&bytes));
                if form.sha256.as_ref().is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&sha256)) {
                    return refuse(
                        self,
                        message!(
                            "tệp \"{name}\" đã bị thay đổi",
                            "the file \"{name}\" is another one by its digest"
                        ),
                    );
                }
                appendix.separate = true;
                appendix.content =
                    Content::Pdf(ForeignFile { name: name.to_owned(), sha256, bytes: Some(bytes.into()) });
            }
            "json" => match appendix_source(&bytes) {
                Ok(inner) if inner.file.is_none() => {
                    // Its findings stand under this place: the text is another file's.
                    let before = self.findings.len();
                    let inner_pointer = join(pointer, "file");
                    if let Some(title) = inner.title.as_ref().filter(|_| form.title.is_none()) {
                        appendix.title = self.text(&inner_pointer, title);
                    }
                    let body = inner.body.unwrap_or_default();
                    if self.blocks(size(&body), &place).is_some() {
                        appendix.content = Content::Body(self.body(&inner_pointer, &body, 0));
                    }
                    appendix.landscape |= inner.landscape;
                    for finding in self.findings.iter_mut().skip(before) {
                        let at = finding.pointer.strip_prefix(&place).unwrap_or_default();
                        let (vi, en) = (&finding.message.vi, &finding.message.en);
                        finding.message = message!("{name}{at}: {vi}", "{name}{at}: {en}");
                        finding.pointer.clone_from(&place);
                        finding.position = None;
                    }
                }
                Ok(_) => refuse(
                    self,
                    message!("\"{name}\" lại trỏ đến tệp khác", "\"{name}\" names a file itself"),
                ),
                Err(said) => refuse(self, message!("{name}: {said}", "{name}: {said}")),
            },
            _ => {
                if let Some(image) = self.image(&place, bytes) {
                    let alt = appendix.title.plain();
                    let figure = Figure { image, alt, caption: None, width: None };
                    appendix.content = Content::Body(vec![Block::Figure(figure)]);
                }
            }
        }
    }

    /// `depth` counts the blocks around these.
    fn body(&mut self, pointer: &str, forms: &[BlockForm], depth: usize) -> Vec<Block> {
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
                Some("NĐ 30/2020, Phụ lục I, II.6.d"),
            );
        }
        number
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

    /// Text without emphasis.
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
                    "thay ký tự khác, hoặc dùng --font-dir với phông chữ có ký tự này",
                    "use another character, or --font-dir with a font that has it"
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

    fn warning(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: Message,
        article: Option<&'static str>,
    ) {
        if self.findings.len() < MAX_FINDINGS / 2 {
            let article = article.map(Cow::Borrowed);
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

/// Blocks and rows together, inner ones counted.
fn size(body: &[BlockForm]) -> usize {
    let inner = |block: &BlockForm| match block {
        BlockForm::Table(table) => table.rows.as_ref().map_or(0, Vec::len),
        BlockForm::Landscape(LandscapeForm { body }) => size(body),
        _ => 0,
    };
    body.iter().map(|block| 1 + inner(block)).sum()
}

/// Reads an appendix that is a JSON file of its own.
fn appendix_source(bytes: &[u8]) -> Result<AppendixForm, String> {
    let text = readable(bytes).map_err(|diagnostic| diagnostic.message.en.clone())?;
    let value: serde_json::Value = serde_json::from_str(text).map_err(|cause| cause.to_string())?;
    deserr::deserialize::<AppendixForm, _, Faults>(value).map_err(|Faults(faults)| {
        let said = |fault: &super::form::FormFault| {
            format!(
                "{}: {} / {}",
                fault.diagnostic.pointer, fault.diagnostic.message.vi, fault.diagnostic.message.en
            )
        };
        faults.first().map(said).unwrap_or_default()
    })
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
