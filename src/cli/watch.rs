//! Doing something again whenever a file, or one beside it, was saved.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use notify::{Event, RecursiveMode, Watcher};

use super::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::explain::Refusal;
use crate::message;

/// Editors save in several steps; this long without another one, and it is done.
const QUIET: Duration = Duration::from_millis(50);

/// Calls `work` now and after each save, until the process is ended. What `work` wrote (the paths that it
/// gives) is no reason to call it again; its failures are told, and the next save tries again.
pub fn run(
    file: &Path,
    console: &Console,
    mut work: impl FnMut() -> Result<Vec<PathBuf>, Failure>,
) -> Result<Exit, Failure> {
    let folder = file.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(|cause| Failure::disk(folder, &cause))?;
    let refused = |cause: notify::Error| {
        let folder = folder.display();
        Failure::new(
            Refusal::Environment,
            message!("không theo dõi được {folder}: {cause}", "{folder} can't be watched: {cause}"),
        )
    };
    let (sender, saves) = channel();
    // The folder is watched and not the file: many editors put a new file in its place.
    let mut watcher = notify::recommended_watcher(sender).map_err(refused)?;
    watcher.watch(&folder, RecursiveMode::NonRecursive).map_err(refused)?;
    let mut own: Vec<PathBuf> = Vec::new();
    let mut do_it = |own: &mut Vec<PathBuf>| match work() {
        Ok(written) => {
            let whole = written.iter().filter_map(|path| path.canonicalize().ok());
            *own = whole.collect();
        }
        Err(failure) => console.failure(&failure),
    };
    do_it(&mut own);
    let path = file.display();
    console.step(&message!("Đang theo dõi {path}; dừng bằng Ctrl+C", "Watching {path}; Ctrl+C ends it"));
    loop {
        let Ok(first) = saves.recv() else { return Ok(Exit::Done) };
        let mut concerns = is_save(&first, &own);
        loop {
            match saves.recv_timeout(QUIET) {
                Ok(next) => concerns |= is_save(&next, &own),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return Ok(Exit::Done),
            }
        }
        if concerns {
            do_it(&mut own);
        }
    }
}

/// Whether the event is a change of something that `work` did not write itself.
fn is_save(event: &notify::Result<Event>, own: &[PathBuf]) -> bool {
    let Ok(event) = event else { return true };
    let temporary =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".vanthu-"));
    let changes = event.kind.is_create() || event.kind.is_modify() || event.kind.is_remove();
    changes && event.paths.iter().any(|path| !own.contains(path) && !temporary(path))
}
