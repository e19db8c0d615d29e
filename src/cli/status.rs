//! `vanthu status`: who has signed a report, and who has still to.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use time::OffsetDateTime;

use super::console::Console;
use super::inputs::{read_bounded, trust};
use super::look::WitnessProcess;
use super::verify::{MAX_FILE, unreadable};
use crate::cli::failure::{Exit, Failure};
use crate::clock;
use crate::lang::Message;
use crate::message;
use crate::pdf::reader;
use crate::printable::printable;
use crate::role::Role;
use crate::sign::{self, FieldState, Numbering};
use crate::verify::{Options, Report, Verdict, verify};

/// What a report has, and what it lacks.
#[derive(Debug, Serialize)]
struct SigningStatus {
    file: String,
    verdict: Verdict,
    steps: Vec<SigningStep>,
    complete: bool,
}

/// One step of the way, and how far it is.
#[derive(Debug, Serialize)]
struct SigningStep {
    step: &'static str,
    state: StepState,
    words: Message,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum StepState {
    Done,
    Missing,
    Broken,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The PDF; `-` is standard input.
    pub file: PathBuf,
    /// Whom to trust; the office's trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &StatusArgs, console: &Console) -> Result<Exit, Failure> {
    let bytes = read_bounded(&args.file, MAX_FILE)?;
    let file = reader::read(&bytes).map_err(|cause| unreadable(&args.file, &cause))?;
    let trust = trust(&args.trust)?;
    let at: OffsetDateTime = clock::now();
    let witness = WitnessProcess::begin();
    let report = verify(&bytes, &Options { witness: Some(&witness), ..Options::new(&trust, at) });
    let fields = sign::role_fields(&file)?;
    let mut steps = Vec::new();
    for (role, state) in fields {
        if role == Role::Agency {
            steps.extend(number_step(sign::numbering(&file)?));
        }
        steps.push(step(role, state, &report));
    }
    if steps.is_empty() {
        steps.push(SigningStep {
            step: "signer",
            state: StepState::Missing,
            words: message!(
                "tệp không có trường chữ ký của vanthu",
                "the file has no signature fields of vanthu's"
            ),
        });
    }
    let complete = steps.iter().all(|step| step.state == StepState::Done);
    let broken = report.verdict == Verdict::Invalid;
    let state =
        SigningStatus { file: args.file.display().to_string(), verdict: report.verdict, steps, complete };
    if args.json {
        console.json(&state)?;
    } else {
        let mut text = String::new();
        for step in &state.steps {
            let mark = match step.state {
                StepState::Done => '✔',
                StepState::Missing => '–',
                StepState::Broken => '✖',
            };
            text += &format!("{mark} {}\n", step.words.in_lang(console.lang()));
        }
        text += &format!("{}\n", report.sentence.in_lang(console.lang()));
        console.result(&printable(&text))?;
    }
    Ok(match (broken, complete) {
        (true, _) => Exit::Verdict(Verdict::Invalid),
        (false, true) => Exit::Done,
        (false, false) => Exit::Verdict(Verdict::Incomplete),
    })
}

/// The number that comes between the two signatures, where it was not printed.
fn number_step(numbering: Numbering) -> Option<SigningStep> {
    let (state, words) = match numbering {
        Numbering::Printed => return None,
        Numbering::Open => (StepState::Missing, message!("chưa cấp số", "the number was not given yet")),
        Numbering::Filled => {
            (StepState::Done, message!("đã cấp số sau khi ký", "the number was given after the signature"))
        }
    };
    Some(SigningStep { step: "number", state, words })
}

fn step(role: Role, state: FieldState, report: &Report) -> SigningStep {
    let Message { vi, en } = crate::role::role_name(role);
    let signature = report.signatures.iter().find(|signature| signature.role == Some(role));
    match (state, signature) {
        (FieldState::Signed, Some(signature)) if signature.verdict == Verdict::Invalid => SigningStep {
            step: role.field_name(),
            state: StepState::Broken,
            words: message!("{vi}: chữ ký không hợp lệ", "{en}: the signature is not valid"),
        },
        (FieldState::Signed, signature) => {
            let signer = signature.and_then(|signature| signature.signer.as_ref());
            let name = signer.map(|signer| signer.subject.common_name.clone()).unwrap_or_default();
            let level = signature.and_then(|signature| signature.level).map(|level| level.name());
            let level = level.map(|level| format!(", {level}")).unwrap_or_default();
            SigningStep {
                step: role.field_name(),
                state: StepState::Done,
                words: message!("{vi} đã ký: {name}{level}", "{en} has signed: {name}{level}"),
            }
        }
        (FieldState::Empty, _) => SigningStep {
            step: role.field_name(),
            state: StepState::Missing,
            words: message!("{vi} chưa ký", "{en} has not signed yet"),
        },
    }
}
