//! `vanthu check`: says what is wrong with documents and writes nothing.

use serde::Serialize;

use super::args::Check;
use super::console::Console;
use super::failure::{Exit, Failure};
use super::inputs::{Source, faces};
use crate::diagnostic::Diagnostic;
use crate::document;
use crate::message;

#[derive(Serialize)]
struct Checked {
    file: String,
    accepted: bool,
    findings: Vec<Diagnostic>,
}

pub fn run(args: &Check, console: &Console) -> Result<Exit, Failure> {
    let faces = faces(&args.fonts)?;
    let mut results = Vec::new();
    for path in &args.files {
        let source = Source::read(path)?;
        let (accepted, findings) = match document::parse_in(&source.bytes, &faces, &source.desk(None)?) {
            Ok(draft) => {
                let ready = draft.fills.is_empty();
                (ready, draft.fills.into_iter().chain(draft.warnings).collect())
            }
            Err(findings) => (false, findings),
        };
        if !args.json {
            source.show(&findings, console);
            let (name, count) = (&source.name, findings.len());
            console.step(&if accepted {
                message!("{name}: đạt ({count} nhận xét)", "{name}: accepted ({count} remarks)")
            } else {
                message!(
                    "{name}: chưa đạt ({count} lỗi và nhận xét)",
                    "{name}: rejected ({count} errors and remarks)"
                )
            });
        }
        results.push(Checked { file: source.name, accepted, findings });
    }
    if args.json {
        console.json(&results)?;
    }
    let all = results.iter().all(|result| result.accepted);
    Ok(if all { Exit::Done } else { Exit::Rejected })
}
