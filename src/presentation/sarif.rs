//! Findings about documents as SARIF 2.1.0 (OASIS), which editors and CI services show.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::lang::Lang;

/// The log of one run over `files`, each with its findings, with messages in `lang`.
pub fn log<'a>(files: impl Iterator<Item = (&'a str, &'a [Diagnostic])>, lang: Lang) -> Value {
    let mut rules: Vec<&'a str> = Vec::new();
    let mut results = Vec::new();
    for (file, findings) in files {
        for finding in findings {
            let rule = rules.iter().position(|rule| *rule == finding.code).unwrap_or_else(|| {
                rules.push(&finding.code);
                rules.len() - 1
            });
            results.push(result(file, finding, rule, lang));
        }
    }
    let rules: Vec<Value> = rules.into_iter().map(|rule| json!({ "id": rule })).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "vanthu", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(file: &str, finding: &Diagnostic, rule: usize, lang: Lang) -> Value {
    let hint = finding.hint.as_ref().map(|hint| format!(" — {}", hint.in_lang(lang))).unwrap_or_default();
    let article = finding.article.as_ref().map(|article| format!(" ({article})")).unwrap_or_default();
    let text = format!("{}{hint}{article}", finding.message.in_lang(lang));
    let file = json!({ "uri": uri(file) });
    let place = match finding.position {
        Some(at) => json!({
            "artifactLocation": file,
            "region": { "startLine": at.line, "startColumn": at.column },
        }),
        None => json!({ "artifactLocation": file }),
    };
    json!({
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": { "text": text },
        "locations": [{
            "physicalLocation": place,
            "logicalLocations": [{ "fullyQualifiedName": finding.pointer, "kind": "value" }],
        }],
    })
}

/// A path as a relative reference (RFC 3986).
fn uri(path: &str) -> String {
    const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(&path.replace('\\', "/"), &PLAIN).to_string()
}
