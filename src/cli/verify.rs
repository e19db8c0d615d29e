//! `vanthu verify`: what to believe of PDFs.

use std::path::Path;

use serde::Serialize;

use super::args::Verify;
use super::console::Console;
use super::failure::{Exit, Failure};
use super::inputs::{faces, read_bounded};
use super::look::Elsewhere;
use crate::clock;
use crate::layout::Engine;
use crate::message;
use crate::pdf::reader::ReadError;
use crate::reproduce::reproduce;
use crate::role::Role;
use crate::verify::{Options, Report, TrustStore, Verdict, render, verify};

/// The longest file that is judged, in bytes.
pub const MAX_FILE: u64 = 1 << 30;
/// The longest file of trust anchors, in bytes.
const MAX_TRUST: u64 = 16 << 20;

#[derive(Serialize)]
struct Judged {
    file: String,
    #[serde(flatten)]
    report: Report,
}

pub fn run(args: &Verify, console: &Console) -> Result<Exit, Failure> {
    let trust = trust(&args.trust)?;
    let require: Vec<Role> = args.require.iter().map(|role| (*role).into()).collect();
    let at = args.at.unwrap_or_else(clock::now);
    let options = Options { require: &require, witness: Some(&Elsewhere), ..Options::new(&trust, at) };
    let layout = match args.reproduce {
        true => Some((Engine::new(faces(&args.fonts)?)?, faces(&args.fonts)?)),
        false => None,
    };
    let mut judged = Vec::new();
    for path in &args.files {
        let bytes = read_bounded(path, MAX_FILE)?;
        let mut report = verify(&bytes, &options);
        if let Some((engine, faces)) = &layout {
            report.add_reproduction(reproduce(engine, faces, &bytes));
        }
        let file = path.display().to_string();
        if !args.json {
            if args.files.len() > 1 {
                console.result(&format!("── {file}\n"))?;
            }
            console.result(&render(&report, console.lang()))?;
        }
        judged.push(Judged { file, report });
    }
    if let (true, [only]) = (args.json, judged.as_slice()) {
        console.json(only)?;
    } else if args.json {
        console.json(&judged)?;
    }
    let worst = judged.iter().map(|judged| judged.report.verdict).max_by_key(|verdict| rank(*verdict));
    Ok(worst.map_or(Exit::Done, Exit::Verdict))
}

/// Of several files the worst verdict counts: forged, not signed, not decided, not read, valid.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Valid | Verdict::ValidExtended => 0,
        Verdict::Unreadable => 1,
        Verdict::Indeterminate => 2,
        Verdict::Incomplete => 3,
        Verdict::Unsigned => 4,
        Verdict::Invalid => 5,
    }
}

/// `path` can't be read strictly.
pub fn unreadable(path: &Path, cause: &ReadError) -> Failure {
    let path = path.display();
    Failure::new(
        Exit::Unreadable,
        message!("không đọc được {path}: {cause}", "{path} can't be read: {cause}"),
    )
}

/// The trust anchors in the files at `paths`.
pub fn trust(paths: &[std::path::PathBuf]) -> Result<TrustStore, Failure> {
    let mut trust = TrustStore::new();
    for path in paths {
        add(&mut trust, path)?;
    }
    Ok(trust)
}

fn add(trust: &mut TrustStore, path: &Path) -> Result<(), Failure> {
    let pem = read_bounded(path, MAX_TRUST)?;
    trust.add_pem(&pem).map_err(|cause| {
        let path = path.display();
        Failure::new(
            Exit::Key,
            message!(
                "{path} không phải tệp chứng thư (PEM): {cause}",
                "{path} is not a file of certificates (PEM): {cause}"
            ),
        )
    })
}
