//! What the program says: findings, steps and failures to standard error, results to standard output.

use std::io::{self, IsTerminal, Write};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::advice;
use crate::cli::failure::Failure;
use crate::diagnostic::{Diagnostic, Position, Severity};
use crate::explain::Refusal;
use crate::lang::{Lang, Message};
use crate::message;

/// Says things in one language.
#[derive(Debug)]
pub struct Console {
    lang: Lang,
}

impl Console {
    /// Speaks `lang`, or what the environment asks for.
    pub fn new(lang: Option<Lang>) -> Console {
        Console { lang: lang.unwrap_or_else(language_of_environment) }
    }

    /// The language in which everything is said.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Writes a result to standard output.
    pub fn result(&self, text: &str) -> Result<(), Failure> {
        self.result_bytes(text.as_bytes())
    }

    /// Writes a result that need not be text to standard output.
    pub fn result_bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            // Whoever reads us has seen enough.
            Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(cause) => Err(Failure::disk(Path::new("stdout"), &cause)),
            Ok(()) => Ok(()),
        }
    }

    /// Writes a value as JSON to standard output.
    pub fn json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(value).map_err(|cause| {
            Failure::new(
                Refusal::Internal,
                message!("lỗi của chương trình: {cause}", "a fault of the program: {cause}"),
            )
        })?;
        self.result(&format!("{json}\n"))
    }

    /// Writes a value as JSON to standard output, on one line.
    pub fn json_line(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string(value).map_err(|cause| {
            Failure::new(
                Refusal::Internal,
                message!("lỗi của chương trình: {cause}", "a fault of the program: {cause}"),
            )
        })?;
        self.result(&format!("{json}\n"))
    }

    /// Writes a line about what was done to standard error.
    pub fn step(&self, message: &Message) {
        self.note(message.in_lang(self.lang));
    }

    /// Writes `warning: MESSAGE` to standard error.
    pub fn warn(&self, message: &Message) {
        let word = message!("cảnh báo", "warning");
        self.note(&format!("{}: {}", word.in_lang(self.lang), message.in_lang(self.lang)));
    }

    /// Writes `error: MESSAGE` to standard error; nothing where the findings have said it already.
    pub fn failure(&self, failure: &Failure) {
        if let Some(message) = &failure.message {
            let word = message!("lỗi", "error");
            self.note(&format!("{}: {}", word.in_lang(self.lang), message.in_lang(self.lang)));
        }
    }

    /// Shows what is wrong with the file `name` whose text is `source`.
    pub fn findings(&self, name: &str, source: &str, findings: &[Diagnostic]) {
        let renderer = if io::stderr().is_terminal() {
            Renderer::styled().decor_style(DecorStyle::Unicode)
        } else {
            Renderer::plain()
        };
        for finding in findings {
            self.note(&renderer.render(&[self.group(name, source, finding)]));
            self.note("");
        }
    }

    fn group<'a>(&self, name: &'a str, source: &'a str, finding: &'a Diagnostic) -> Group<'a> {
        let (level, word) = match finding.severity {
            Severity::Error => (Level::ERROR, message!("lỗi", "error")),
            Severity::Warning => (Level::WARNING, message!("cảnh báo", "warning")),
            Severity::Note => (Level::NOTE, message!("xem lại", "note")),
        };
        let word = word.in_lang(self.lang).to_owned();
        let title =
            level.with_name(word).primary_title(finding.message.in_lang(self.lang)).id(&*finding.code);
        let article = finding.article.as_deref().unwrap_or_default();
        let mut group = match finding.position {
            Some(position) => title.element(
                Snippet::source(source)
                    .path(name)
                    .annotation(AnnotationKind::Primary.span(shown(source, position)).label(article)),
            ),
            None => Group::with_title(title),
        };
        if !finding.pointer.is_empty() {
            let word = message!("chỗ", "at");
            let place = format!("{}: {}", word.in_lang(self.lang), finding.pointer);
            group = group.element(Level::NOTE.no_name().message(place));
        }
        if let Some(hint) = advice::hint(finding) {
            let word = message!("gợi ý", "help").in_lang(self.lang).to_owned();
            group = group.element(Level::HELP.with_name(word).message(hint.in_lang(self.lang).to_owned()));
        }
        group
    }

    fn note(&self, text: &str) {
        // Nobody can be told that standard error is closed.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }
}

/// The place as whole characters of `source`: the renderer has no answer to any other.
fn shown(source: &str, position: Position) -> Range<usize> {
    let start = source.floor_char_boundary(position.start);
    start..source.ceil_char_boundary(position.end).max(start)
}

fn language_of_environment() -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match locale {
        Some(locale) if locale.starts_with("en") => Lang::En,
        _ => Lang::Vi,
    }
}
