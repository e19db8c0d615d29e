//! `vanthu status`: who has signed a document, and who has still to.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use time::OffsetDateTime;

use super::console::Console;
use super::inputs::{read_bounded, trust};
use super::look::WitnessProcess;
use super::lookup::{consult, own_office};
use super::verify::{MAX_FILE, unreadable};
use crate::cli::failure::{Exit, Failure};
use crate::clock;
use crate::explain::Refusal;
use crate::lang::Message;
use crate::message;
use crate::pdf::reader;
use crate::printable::printable;
use crate::role::Role;
use crate::sign::{self, FieldState, Numbering};
use crate::verify::{Options, RegisterAnswer, Report, Verdict, verify};

/// What a report has, and what it lacks.
#[derive(Debug, Serialize)]
struct SigningStatus {
    file: String,
    verdict: Verdict,
    steps: Vec<SigningStep>,
    complete: bool,
    /// What has become of the document, by the register of the office that this folder belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    register: Option<RegisterAnswer>,
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
    let fields = sign::role_fields(&file)?;
    let witness = WitnessProcess::begin();
    let options = Options { witness: Some(&witness), ..Options::new(&trust, at) };
    let mut report = verify(&bytes, &options);
    if let Some(office) = own_office()? {
        consult(&office, &mut report, &bytes)?;
    }
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
                "Tệp không phải văn bản do vanthu lập",
                "The file is not a document that vanthu laid out"
            ),
        });
    }
    let complete = steps.iter().all(|step| step.state == StepState::Done);
    let broken = report.verdict == Verdict::Invalid;
    let withdrawn = report.is_withdrawn();
    let file = args.file.display().to_string();
    let state =
        SigningStatus { file, verdict: report.verdict, steps, complete, register: report.register.clone() };
    if args.json {
        console.json(&state)?;
    } else {
        let mut text = String::new();
        for step in &state.steps {
            let mark = match step.state {
                // Nothing that stands in a file that is not valid is confirmed.
                StepState::Done if broken => '–',
                StepState::Done => '✔',
                StepState::Missing => '–',
                StepState::Broken => '✖',
            };
            text += &format!("{mark} {}\n", step.words.in_lang(console.lang()));
        }
        let [headline, sentence] = [&report.cause.headline, &report.cause.sentence];
        let [headline, sentence] = [headline, sentence].map(|words| words.in_lang(console.lang()));
        text += &format!("{} {headline}\n  {sentence}\n", report.cause.code.sign());
        if let Some(withdrawn) = report.withdrawn() {
            text += &format!("{} {}\n", withdrawn.code.sign(), withdrawn.summary().in_lang(console.lang()));
        } else if let Some(register) = &state.register {
            text += &format!("{}\n", register.words().capitalised().in_lang(console.lang()));
        }
        console.result(&printable(&text))?;
    }
    Ok(match (broken, complete) {
        (true, _) => Exit::Verdict(Verdict::Invalid),
        (false, _) if withdrawn => Exit::Refused(Refusal::Conflict),
        (false, true) => Exit::Done,
        (false, false) => Exit::Verdict(Verdict::Incomplete),
    })
}

/// The number that comes between the two signatures, where it was not printed.
fn number_step(numbering: Numbering) -> Option<SigningStep> {
    let (state, words) = match numbering {
        Numbering::Printed => return None,
        Numbering::Open => (StepState::Missing, message!("Chưa cấp số", "The number is not assigned yet")),
        Numbering::Filled => {
            (StepState::Done, message!("Đã cấp số sau khi ký", "The number was assigned after signing"))
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
            words: message!("{vi}: chữ ký không hợp lệ", "{en}: signature not valid").capitalised(),
        },
        (FieldState::Signed, _) if report.verdict == Verdict::Invalid => SigningStep {
            step: role.field_name(),
            state: StepState::Done,
            words: message!("{vi}: phần được ký còn toàn vẹn", "{en}: the signed part is intact")
                .capitalised(),
        },
        (FieldState::Signed, signature) => {
            let signer = signature.and_then(|signature| signature.signer.as_ref());
            let name = signer.map(|signer| signer.subject.common_name.clone()).unwrap_or_default();
            let level = signature.and_then(|signature| signature.level).map(|level| level.name());
            let level = level.map(|level| format!(", {level}")).unwrap_or_default();
            SigningStep {
                step: role.field_name(),
                state: StepState::Done,
                words: message!("{vi} đã ký số: {name}{level}", "{en} has signed: {name}{level}")
                    .capitalised(),
            }
        }
        (FieldState::Empty, _) => SigningStep {
            step: role.field_name(),
            state: StepState::Missing,
            words: message!("{vi} chưa ký số", "{en} has not signed yet").capitalised(),
        },
    }
}
