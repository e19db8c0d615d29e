//! Appendices: their content stands in the document, or in a file beside it.

use sha2::{Digest, Sha256};

use super::blocks::size;
use super::builder::{DocumentBuilder, stand_in};
use super::faults::{Faults, FormFault};
use super::form::{AppendixForm, TextOrFill};
use super::limits::MAX_APPENDIX_FILE;
use super::model::{Appendix, Block, Content, Figure, ForeignFile};
use super::numbering::{Counters, roman};
use super::source::{join, readable};
use crate::lang::Message;
use crate::message;

impl DocumentBuilder<'_> {
    pub(super) fn appendices(&mut self, forms: &[AppendixForm]) -> Vec<Appendix> {
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
}

/// Reads an appendix that is a JSON file of its own.
fn appendix_source(bytes: &[u8]) -> Result<AppendixForm, String> {
    let text = readable(bytes).map_err(|diagnostic| diagnostic.message.en.clone())?;
    let value: serde_json::Value = serde_json::from_str(text).map_err(|cause| cause.to_string())?;
    deserr::deserialize::<AppendixForm, _, Faults>(value).map_err(|Faults(faults)| {
        let said = |fault: &FormFault| {
            format!(
                "{}: {} / {}",
                fault.diagnostic.pointer, fault.diagnostic.message.vi, fault.diagnostic.message.en
            )
        };
        faults.first().map(said).unwrap_or_default()
    })
}
