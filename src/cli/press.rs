//! The worker that lays documents out for the service: one question after another on standard input, until
//! there are no more.

use std::io::{self, BufWriter};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use clap::Args;

use super::console::Console;
use super::flags::FontArgs;
use super::inputs::faces;
use crate::cli::failure::{Exit, Failure};
use crate::explain::Refusal;
use crate::message;
use crate::service::press::{self, Compositor, MAX_QUESTION, PressQuestion, Received};

#[derive(Debug, Args)]
pub struct PressArgs {
    /// The most memory that it may take, in MiB.
    #[arg(long, value_name = "MIB")]
    pub memory: u32,
    #[command(flatten)]
    pub fonts: FontArgs,
}

pub fn run(args: &PressArgs, _: &Console) -> Result<Exit, Failure> {
    limit_memory(u64::from(args.memory) << 20).map_err(|cause| unusable(&cause))?;
    go_first();
    // There is a worker for each processor; more threads would cost memory, and gain nothing.
    let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build_global();
    threads.map_err(|cause| unusable(&cause))?;
    let compositor = Compositor::new(faces(&args.fonts)?)?;
    let questions = listen();
    let mut answers = BufWriter::new(io::stdout().lock());
    for question in questions {
        let question = question.map_err(|cause| unusable(&cause))?;
        let (answer, parts) = compositor.answer(question);
        press::write(&mut answers, &answer, &parts).map_err(|cause| unusable(&cause))?;
    }
    Ok(Exit::Done)
}

/// Questions as they come. Where the service is gone, the process ends at once, whatever is under way.
fn listen() -> Receiver<io::Result<Received<PressQuestion>>> {
    let (sender, receiver) = sync_channel(0);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let question = match press::read(&mut input, MAX_QUESTION) {
                Ok(Some(question)) => Ok(question),
                Ok(None) => std::process::exit(0),
                // As any other allocation that fails.
                Err(cause) if cause.kind() == io::ErrorKind::OutOfMemory => std::process::abort(),
                Err(cause) => Err(cause),
            };
            let is_over = question.is_err();
            if sender.send(question).is_err() || is_over {
                return;
            }
        }
    });
    receiver
}

fn unusable(cause: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Refusal::Usage,
        message!("lệnh này chỉ do vanthu tự gọi: {cause}", "only vanthu itself calls this: {cause}"),
    )
}

/// A document can ask for any amount of memory: the system refuses what no job may take.
#[cfg(unix)]
fn limit_memory(bytes: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // A limit that is stricter already stays.
    let most = getrlimit(Resource::As).maximum.map_or(bytes, |most| most.min(bytes));
    Ok(setrlimit(Resource::As, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// Where it can't be set, the time is still limited.
#[cfg(not(unix))]
fn limit_memory(_: u64) -> io::Result<()> {
    Ok(())
}

/// Where the machine has no memory left, the system ends a worker rather than the service.
fn go_first() {
    // Only Linux knows it; elsewhere there is no such file.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
}
