//! Looking at strangers' pages in a process of its own: whatever drawing them costs, it is bounded in
//! time and memory, and ends.

use std::io::{BufRead, BufReader, Read, Write};
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
use crate::verify::{Region, Sight, Witness};
use crate::witness::{DrawingLimits, Renderer};

/// The hidden command that looks.
pub const COMMAND: &str = "look";
/// The most pages that are drawn and compared: work is what is limited, and not how fast it is done.
const MAX_PAGES: usize = 50;
/// The processor's time that one look may take, in seconds.
const PROCESSOR: u64 = 3;
/// How long all looking may take: whoever gets no processor in that time has seen nothing.
const TIME: Duration = Duration::from_secs(10);
/// The address space of the process, in bytes: the program itself, its threads' stacks and the pages.
const MEMORY: u64 = 768 << 20;
/// The longest file whose pages are looked at, in bytes.
const MAX_FILE: usize = 128 << 20;
/// The longest answer, in bytes: a picture, or all places.
const MAX_ANSWER: u64 = 32 << 20;
/// The most places that are told.
const MAX_REGIONS: usize = 200;

/// What the looking process is asked: one line of JSON on its standard input, the files behind it.
#[derive(Debug, Serialize, Deserialize)]
enum LookQuestion {
    /// Is this region empty in the PDF that follows?
    IsBlank(Region),
    /// Where does the PDF that follows differ from its first `before` bytes?
    Compare { before: usize, allowed: Vec<Region> },
    /// How does this page of the PDF that follows look?
    Picture(usize),
}

/// What the looking process answers: lines of JSON on its standard output. What was said counts, also where the
/// process dies after it.
#[derive(Debug, Serialize, Deserialize)]
enum LookAnswer {
    Blank(Option<bool>),
    /// Here they differ; more may follow.
    Difference(Region),
    /// All was compared, or in words why not.
    Compared(Option<Message>),
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

    /// Asks `question` about `file`, and hands each answer to `note` as it comes, until that says that it was the
    /// last; all else ends it as well.
    fn ask(self, question: &LookQuestion, file: &[u8], note: &mut dyn FnMut(LookAnswer) -> bool) {
        if Instant::now() > self.until || file.len() > MAX_FILE {
            return;
        }
        let Ok(program) = std::env::current_exe() else {
            return;
        };
        let child = Command::new(program)
            .arg(COMMAND)
            // What the service was told by its environment is no business of a stranger's file.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = child else {
            return;
        };
        let _ = converse(&mut child, question, file, self.until, note);
        // It has answered, or it never will.
        let _ = child.kill();
        let _ = child.wait();
    }

    /// The one answer to `question`; `None` where none comes in time.
    fn ask_once(self, question: &LookQuestion, file: &[u8]) -> Option<LookAnswer> {
        let mut answer = None;
        self.ask(question, file, &mut |first| {
            answer = Some(first);
            true
        });
        answer
    }
}

fn converse(
    child: &mut Child,
    question: &LookQuestion,
    file: &[u8],
    until: Instant,
    note: &mut dyn FnMut(LookAnswer) -> bool,
) -> Option<()> {
    let mut input = child.stdin.take()?;
    // One line, and the file; the process reads all of it before it answers.
    let mut line = serde_json::to_vec(question).ok()?;
    line.push(b'\n');
    input.write_all(&line).ok()?;
    input.write_all(file).ok()?;
    drop(input);
    // On a thread, because a pipe holds less than a picture; it ends with the process at the latest.
    let output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output.take(MAX_ANSWER)).lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let answer = serde_json::from_str(&receiver.recv_timeout(left).ok()?).ok()?;
        if note(answer) {
            return Some(());
        }
    }
}

impl Painter for WitnessProcess {
    fn picture(&self, bytes: &[u8], page: usize) -> Option<String> {
        match self.ask_once(&LookQuestion::Picture(page), bytes)? {
            LookAnswer::Picture(picture) => picture,
            _ => None,
        }
    }
}

impl Witness for WitnessProcess {
    fn is_blank(&self, bytes: &[u8], region: &Region) -> Option<bool> {
        match self.ask_once(&LookQuestion::IsBlank(*region), bytes)? {
            LookAnswer::Blank(answer) => answer,
            _ => None,
        }
    }

    fn compare(&self, before: &[u8], after: &[u8], allowed: &[Region]) -> Sight {
        let unseen = message!(
            "vẽ các trang tốn quá nhiều thời gian hoặc bộ nhớ",
            "drawing the pages takes too much time or memory"
        );
        let mut sight = Sight { differences: Vec::new(), unseen: Some(unseen) };
        // One file goes over the pipe: what was signed is its beginning.
        if !after.starts_with(before) {
            return sight;
        }
        let question = LookQuestion::Compare { before: before.len(), allowed: allowed.to_vec() };
        self.ask(&question, after, &mut |answer| match answer {
            LookAnswer::Difference(region) => {
                sight.differences.push(region);
                false
            }
            LookAnswer::Compared(unseen) => {
                sight.unseen = unseen;
                true
            }
            LookAnswer::Blank(_) | LookAnswer::Picture(_) => true,
        });
        sight
    }
}

/// `vanthu look`: answers one question on standard input.
pub fn run(console: &Console) -> Result<Exit, Failure> {
    limit_resources();
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
    let eyes = Renderer::new(DrawingLimits { pages: MAX_PAGES, time: TIME, ..DrawingLimits::default() });
    let answer = match question {
        LookQuestion::IsBlank(region) => LookAnswer::Blank(eyes.is_blank(files, &region)),
        LookQuestion::Picture(page) => {
            LookAnswer::Picture(eyes.picture(files, page).map(|png| STANDARD.encode(png)))
        }
        LookQuestion::Compare { before, allowed } => {
            let mut told = 0;
            let unseen = eyes.compare_with_beginning(before, files.to_vec(), &allowed, &mut |region| {
                told += 1;
                if told <= MAX_REGIONS {
                    // Whoever asked no longer listens where this fails.
                    let _ = console.json_line(&LookAnswer::Difference(region));
                }
            });
            LookAnswer::Compared(unseen)
        }
    };
    console.json_line(&answer)?;
    Ok(Exit::Done)
}

/// A picture can claim to have any size, and a page to have no end: the system refuses what no honest page needs.
#[cfg(unix)]
fn limit_resources() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    // Where it can't be set, the time is still limited.
    let _ = setrlimit(Resource::As, limit);
    let limit = Rlimit { current: Some(PROCESSOR), maximum: Some(PROCESSOR) };
    let _ = setrlimit(Resource::Cpu, limit);
}

#[cfg(not(unix))]
fn limit_resources() {}
