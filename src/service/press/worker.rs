//! A worker from the service's side: another process of this program, which does one job at a time.

use std::io;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use super::job::{MAX_ANSWER, PressAnswer, PressQuestion};
use super::wire::{self, Frame};

/// The hidden command that works.
pub(crate) const COMMAND: &str = "press";

/// A worker; dropped, its process is ended.
#[derive(Debug)]
pub(super) struct Worker {
    child: Arc<Mutex<Child>>,
    input: ChildStdin,
    output: ChildStdout,
    /// How many jobs it did.
    pub jobs: u32,
}

/// Ends a worker's process when it is dropped, also while a job waits for its answer.
#[derive(Debug)]
pub(super) struct Leash(Option<Arc<Mutex<Child>>>);

impl Worker {
    /// Starts a process of `program` whose address space is limited to `memory` MiB.
    ///
    /// # Errors
    /// It can't be started.
    pub fn start(program: &Path, font_dir: Option<&Path>, memory: u32) -> io::Result<Worker> {
        let mut command = Command::new(program);
        command.args([COMMAND, "--memory", &memory.to_string()]);
        if let Some(folder) = font_dir {
            command.arg("--font-dir").arg(folder);
        }
        // What the service was told by its environment is no business of a stranger's document.
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Ctrl+C is for the service, which finishes what is under way.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Worker { child: Arc::new(Mutex::new(child)), input, output, jobs: 0 })
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// The process ended, or says something that is no answer.
    pub fn ask(&mut self, question: &PressQuestion, parts: &[Arc<[u8]>]) -> io::Result<Frame<PressAnswer>> {
        self.jobs += 1;
        wire::write(&mut self.input, question, parts)?;
        wire::read(&mut self.output, MAX_ANSWER)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// What can end it from elsewhere.
    pub fn leash(&self) -> Leash {
        Leash(Some(Arc::clone(&self.child)))
    }

    /// Whether its process is there.
    pub fn is_alive(&self) -> bool {
        matches!(lock(&self.child).try_wait(), Ok(None))
    }

    /// Ends it, and tells how it ended: of itself, where it had ended before.
    pub fn end(&self) -> Option<ExitStatus> {
        let mut child = lock(&self.child);
        let _ = child.kill();
        child.wait().ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

impl Leash {
    /// The worker may go on.
    pub fn loosen(mut self) {
        self.0 = None;
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        if let Some(child) = &self.0 {
            let _ = lock(child).kill();
        }
    }
}

fn lock(child: &Mutex<Child>) -> std::sync::MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}
