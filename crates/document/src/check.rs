//! From JSON text to a checked document: everything that is wrong is reported at once, with its place.

use time::Date;
use time::macros::format_description;

use super::blocks::size;
use super::builder::DocumentBuilder;
use super::context::{ParseContext, StyleChoice};
use super::faults::suggestion;
use super::form::{DocumentForm, FORM_VERSION, MediumForm, SignatureForm, StyleForm, TextOrFill};
use super::limits::MAX_APPENDICES;
use super::model::{Document, DocumentStyle, Header, Medium, Recipients, SignatureBlock};
use super::profile::Profile;
use super::prose;
use super::rules;
use super::salvage;
use super::source::{SourceMap, join, readable};
use super::syntax::syntax;
use super::text;
use crate::diagnostic::{Diagnostic, Position, Severity};
use crate::fonts::Faces;
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

/// Rules that ask what a kind of document asks.
const OF_KIND: [&str; 7] = [
    "E-NOTATION-KIND",
    "E-NOTATION-FORM",
    "E-ADDRESSEES-REQUIRED",
    "E-ADDRESSEES-NONE",
    "E-ISSUER",
    "W-BASES-NONE",
    "E-COSIGNATURE",
];

/// Reads and checks a document that names no other files; `faces` is the font that it will be set in.
///
/// # Errors
/// See [`parse_in`].
pub fn parse(source: &[u8], faces: &Faces) -> Result<Draft, Vec<Diagnostic>> {
    parse_in(source, faces, &ParseContext::default())
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
    let mut builder = DocumentBuilder::new(&places, faces.measure(), &context.folder, profile);
    let document = builder.document(form, &context.style);
    let DocumentBuilder { findings: mut said, fills, .. } = builder;
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
        // What a kind asks is nobody's mistake where the kind is not known.
        let kind = is_filled("/type") || said.iter().any(|fault| fault.pointer == "/type");
        ruled.retain(|finding| !(kind && OF_KIND.contains(&&*finding.code)));
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

impl DocumentBuilder<'_> {
    /// What could not be read has something in its place, beside its finding; `None` where the
    /// document is too large to look at.
    fn document(&mut self, form: &DocumentForm, choice: &StyleChoice) -> Option<Document> {
        let profile = self.profile;
        self.outline(form);
        let kind = match &form.kind {
            TextOrFill::Text(found) => self.kind("/type", found),
            fill => {
                self.plain("/type", fill);
                None
            }
        };
        let header = Header {
            superior: self.plain_all("/header/superior", &form.header.superior),
            agency: self.plain_all("/header/agency", &form.header.agency),
            number: form.header.number,
            notation: self.plain("/header/notation", &form.header.notation),
            place: self.plain("/header/place", &form.header.place),
            date: form.header.date.as_deref().and_then(|date| self.date("/header/date", date)),
        };
        let issuer = form.issuer.as_ref().map(|issuer| self.plain("/issuer", issuer));
        let subject = form.subject.as_ref().map(|subject| self.text("/subject", subject)).unwrap_or_default();
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
        // Where the kind is not known, none is named on the page.
        let fallback = || {
            let kinds = &profile.kinds;
            let untitled = kinds.iter().find(|kind| !kind.form.title);
            untitled.or(kinds.first()).unwrap_or_else(|| unreachable!("a profile has kinds"))
        };
        Some(Document {
            profile,
            kind: kind.unwrap_or_else(fallback),
            style: style(&form.style, choice, profile),
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
        if form.version != FORM_VERSION {
            let (found, known) = (form.version, FORM_VERSION);
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

    fn signature(&mut self, pointer: &str, form: &SignatureForm) -> SignatureBlock {
        SignatureBlock {
            authority: self.plain_all(&join(pointer, "authority"), &form.authority),
            position: self.plain(&join(pointer, "position"), &form.position),
            name: self.plain(&join(pointer, "name"), &form.name),
        }
    }

    fn date(&mut self, pointer: &str, written: &str) -> Option<Date> {
        let date = Date::parse(written, format_description!("[year]-[month]-[day]")).ok();
        let date = date.filter(|date| (1945..=9999).contains(&date.year()));
        if date.is_none() {
            let (message, hint) = not_a_date(written);
            self.error("E-DATE", pointer, message, Some(hint));
        }
        date
    }
}

/// Why `written` is not a date that a document can have, and what to write.
fn not_a_date(written: &str) -> (Message, Message) {
    let numbers: Option<Vec<i32>> =
        written.split(['-', '/', '.']).map(|part| part.trim().parse().ok()).collect();
    let date = |year, month, day| {
        let month = u8::try_from(month).ok().and_then(|month| time::Month::try_from(month).ok())?;
        Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()
    };
    match numbers.as_deref() {
        Some(&[year @ 1945..=9999, month, day]) if date(year, month, day).is_none() => (
            message!("lịch không có ngày \"{written}\"", "there is no day \"{written}\" in the calendar"),
            message!("viết năm-tháng-ngày, ví dụ 2020-06-18", "write year-month-day, such as 2020-06-18"),
        ),
        Some(&[first, second, year @ 1945..=9999]) if date(year, second, first).is_some() => (
            message!(
                "ngày \"{written}\" không viết theo thứ tự năm-tháng-ngày",
                "\"{written}\" is not written year-month-day"
            ),
            message!(
                "có phải là {year}-{second:02}-{first:02}?",
                "did you mean {year}-{second:02}-{first:02}?"
            ),
        ),
        _ => (
            message!(
                "\"{written}\" không phải một ngày viết năm-tháng-ngày, từ năm 1945",
                "\"{written}\" is not a date written year-month-day, from 1945 on"
            ),
            message!("viết năm-tháng-ngày, ví dụ 2020-06-18", "write year-month-day, such as 2020-06-18"),
        ),
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
