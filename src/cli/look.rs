//! Looking at strangers' pages in a process of its own: whatever drawing them costs, it is bounded in
//! time and memory, and ends.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::explain::Refusal;
use crate::lang::Message;
use crate::message;
use crate::presentation::Painter;
use crate::verify::{Region, Witness};
use crate::witness::{DrawingLimits, Renderer};

/// The hidden command that looks.
pub const COMMAND: &str = "look";
/// How long looking may take.
const TIME: Duration = Duration::from_secs(3);
/// The address space of the process, in bytes: the program itself, its threads' stacks and the pages.
const MEMORY: u64 = 768 << 20;
/// The longest file whose pages are looked at, in bytes.
const MAX_FILE: usize = 64 << 20;
/// The longest answer, in bytes: a picture.
const MAX_ANSWER: u64 = 32 << 20;
/// The most places that are told.
const MAX_REGIONS: usize = 200;

/// What the looking process is asked: one line of JSON on its standard input, the files behind it.
#[derive(Debug, Serialize, Deserialize)]
enum LookQuestion {
    /// Is this region empty in the PDF that follows?
    IsBlank(Region),
    /// Where do the two PDFs that follow differ? The first has this many bytes.
    Differences { before: usize, allowed: Vec<Region> },
    /// How does this page of the PDF that follows look?
    Picture(usize),
}

/// What the looking process answers: JSON on its standard output.
#[derive(Debug, Serialize, Deserialize)]
enum LookAnswer {
    Blank(Option<bool>),
    Differences(Result<Vec<Region>, Message>),
    /// The page as a PNG, in base64.
    Picture(Option<String>),
}

/// Looks from other processes, at one file.
#[derive(Debug, Clone, Copy)]
pub struct WitnessProcess {
    /// When all looking ends.
    until: Instant,
}

impl WitnessProcess {
    /// Begins to look at a file.
    pub fn begin() -> WitnessProcess {
        WitnessProcess { until: Instant::now() + TIME }
    }

    /// Asks `question` about `files`; `None` where no answer comes in time.
    fn ask(self, question: &LookQuestion, files: &[&[u8]]) -> Option<LookAnswer> {
        if Instant::now() > self.until || files.iter().map(|file| file.len()).sum::<usize>() > MAX_FILE {
            return None;
        }
        let mut child = Command::new(std::env::current_exe().ok()?)
            .arg(COMMAND)
            // What the service was told by its environment is no business of a stranger's file.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let answer = converse(&mut child, question, files, self.until);
        // It has answered, or it never will.
        let _ = child.kill();
        let _ = child.wait();
        answer
    }
}

fn converse(
    child: &mut Child,
    question: &LookQuestion,
    files: &[&[u8]],
    until: Instant,
) -> Option<LookAnswer> {
    let mut input = child.stdin.take()?;
    // One line, and the files; the process reads all of it before it answers.
    let mut line = serde_json::to_vec(question).ok()?;
    line.push(b'\n');
    input.write_all(&line).ok()?;
    for file in files {
        input.write_all(file).ok()?;
    }
    drop(input);
    // On a thread, because a pipe holds less than a picture; it ends with the process at the latest.
    let output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut answer = String::new();
        let read = output.take(MAX_ANSWER).read_to_string(&mut answer);
        let _ = sender.send(read.map(|_| answer));
    });
    let left = until.saturating_duration_since(Instant::now());
    serde_json::from_str(&receiver.recv_timeout(left).ok()?.ok()?).ok()
}

impl Painter for WitnessProcess {
    fn picture(&self, bytes: &[u8], page: usize) -> Option<String> {
        match self.ask(&LookQuestion::Picture(page), &[bytes])? {
            LookAnswer::Picture(picture) => picture,
            _ => None,
        }
    }
}

impl Witness for WitnessProcess {
    fn is_blank(&self, bytes: &[u8], region: &Region) -> Option<bool> {
        match self.ask(&LookQuestion::IsBlank(*region), &[bytes])? {
            LookAnswer::Blank(answer) => answer,
            _ => None,
        }
    }

    fn differences(&self, before: &[u8], after: &[u8], allowed: &[Region]) -> Result<Vec<Region>, Message> {
        let question = LookQuestion::Differences { before: before.len(), allowed: allowed.to_vec() };
        match self.ask(&question, &[before, after]) {
            Some(LookAnswer::Differences(answer)) => answer,
            _ => Err(message!(
                "vẽ các trang tốn quá nhiều thời gian hoặc bộ nhớ",
                "drawing the pages takes too much time or memory"
            )),
        }
    }
}

/// `vanthu look`: answers one question on standard input.
pub fn run(console: &Console) -> Result<Exit, Failure> {
    limit_memory();
    let unusable = |cause: &dyn std::fmt::Display| {
        Failure::new(
            Refusal::Usage,
            message!("lệnh này chỉ do vanthu tự gọi: {cause}", "only vanthu itself calls this: {cause}"),
        )
    };
    let mut input = Vec::new();
    std::io::stdin().lock().read_to_end(&mut input).map_err(|cause| unusable(&cause))?;
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (line, files) = input.split_at(end);
    let files = files.get(1..).unwrap_or_default();
    let question: LookQuestion = serde_json::from_slice(line).map_err(|cause| unusable(&cause))?;
    let eyes = Renderer::new(DrawingLimits { time: TIME, ..DrawingLimits::default() });
    let answer = match question {
        LookQuestion::IsBlank(region) => LookAnswer::Blank(eyes.is_blank(files, &region)),
        LookQuestion::Picture(page) => {
            LookAnswer::Picture(eyes.picture(files, page).map(|png| STANDARD.encode(png)))
        }
        LookQuestion::Differences { before, allowed } => {
            let (before, after) = files.split_at_checked(before).unwrap_or((files, &[]));
            let mut answer = eyes.differences(before, after, &allowed);
            if let Ok(regions) = &mut answer {
                regions.truncate(MAX_REGIONS);
            }
            LookAnswer::Differences(answer)
        }
    };
    console.json(&answer)?;
    Ok(Exit::Done)
}

/// A picture can claim to have any size: the system refuses what no honest page needs.
#[cfg(unix)]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    // Where it can't be set, the time is still limited.
    let _ = setrlimit(Resource::As, limit);
}

#[cfg(not(unix))]
fn limit_memory() {}
