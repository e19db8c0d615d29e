//! `vanthu check`: says what is wrong with documents; writes nothing but what `--fix` mends.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::console::Console;
use super::flags::FontArgs;
use super::inputs::{SourceFile, faces};
use crate::cli::failure::{Exit, Failure};
use crate::diagnostic::{Diagnostic, Severity};
use crate::document;
use crate::explain::Refusal;
use crate::file::{self, Existing};
use crate::fonts::Faces;
use crate::message;
use crate::presentation::sarif;

#[derive(Serialize)]
struct CheckedFile {
    file: String,
    accepted: bool,
    findings: Vec<Diagnostic>,
}

/// Mending can bring out what it hid; more rounds than this never help.
const MAX_ROUNDS: usize = 4;

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The documents; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Findings as JSON.
    #[arg(long, conflicts_with = "sarif")]
    pub json: bool,
    /// Findings as SARIF 2.1.0, for editors and CI.
    #[arg(long)]
    pub sarif: bool,
    /// Mend what can be mended safely: dashes and marks that the layout prints, spaces, capitals.
    #[arg(long)]
    pub fix: bool,
    /// Refuse documents with warnings too.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub fonts: FontArgs,
}

pub fn run(args: &CheckArgs, console: &Console) -> Result<Exit, Failure> {
    let faces = faces(&args.fonts)?;
    let mut results = Vec::new();
    for path in &args.files {
        let mut source = SourceFile::read(path)?;
        let (mut accepted, mut findings) = judge(&source, &faces)?;
        if args.fix {
            let mended = mend(&mut source, &mut accepted, &mut findings, &faces)?;
            if mended > 0 {
                save(&source, console)?;
                let name = &source.name;
                console.step(&message!("{name}: đã sửa {mended} chỗ", "{name}: mended {mended} places"));
            }
        }
        let warned = findings.iter().any(|finding| finding.severity == Severity::Warning);
        accepted &= !(args.strict && warned);
        if !args.json && !args.sarif {
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
        results.push(CheckedFile { file: source.name, accepted, findings });
    }
    if args.json {
        console.json(&results)?;
    }
    if args.sarif {
        let files = results.iter().map(|result| (result.file.as_str(), result.findings.as_slice()));
        console.json(&sarif::log(files, console.lang()))?;
    }
    let all = results.iter().all(|result| result.accepted);
    Ok(if all { Exit::Done } else { Exit::Refused(Refusal::Rejected) })
}

fn judge(source: &SourceFile, faces: &Faces) -> Result<(bool, Vec<Diagnostic>), Failure> {
    Ok(match document::parse_in(&source.bytes, faces, &source.context(None)?) {
        Ok(draft) => (draft.fills.is_empty(), draft.fills.into_iter().chain(draft.warnings).collect()),
        Err(findings) => (false, findings),
    })
}

/// Mends the source as long as there is something to mend, and counts the places.
fn mend(
    source: &mut SourceFile,
    accepted: &mut bool,
    findings: &mut Vec<Diagnostic>,
    faces: &Faces,
) -> Result<usize, Failure> {
    let mut mended = 0;
    for _ in 0..MAX_ROUNDS {
        let Some((bytes, count)) = crate::diagnostic::fixed(&source.bytes, findings) else { break };
        source.bytes = bytes;
        mended += count;
        (*accepted, *findings) = judge(source, faces)?;
    }
    Ok(mended)
}

fn save(source: &SourceFile, console: &Console) -> Result<(), Failure> {
    let Some(path) = &source.path else {
        // What came by standard input goes out by standard output.
        return console.result_bytes(&source.bytes);
    };
    let disk = |cause: &std::io::Error| Failure::disk(path, cause);
    // A link is followed, so that the file that it leads to is mended.
    let target = fs::canonicalize(path).map_err(|cause| disk(&cause))?;
    file::write(&target, &source.bytes, Existing::Replace).map(drop).map_err(|cause| disk(&cause))
}
