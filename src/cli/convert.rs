//! Drafts of other formats as Word documents, by LibreOffice where that is there.

use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::console::Console;
use super::inputs::read_bounded;
use crate::cli::failure::Failure;
use crate::import::{ForeignFormat, MAX_DRAFT};
use crate::message;

/// How long LibreOffice may take; its first start takes some seconds.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(50);

/// The Word document that LibreOffice makes of `bytes`; `None` where it is not there or makes none.
pub fn converted(bytes: &[u8], format: ForeignFormat, console: &Console) -> Result<Option<Vec<u8>>, Failure> {
    let folder = tempfile::tempdir().map_err(|cause| Failure::disk(&std::env::temp_dir(), &cause))?;
    let draft = folder.path().join(format!("draft.{}", format.ending()));
    std::fs::write(&draft, bytes).map_err(|cause| Failure::disk(&draft, &cause))?;
    for program in ["soffice", "libreoffice"] {
        let child = match start(program, folder.path(), &draft) {
            Ok(child) => child,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(Failure::disk(Path::new(program), &cause)),
        };
        let ended = wait(child).map_err(|cause| Failure::disk(Path::new(program), &cause))?;
        let word = folder.path().join("draft.docx");
        let is_there = word.try_exists().map_err(|cause| Failure::disk(&word, &cause))?;
        if ended.is_none_or(|status| !status.success()) || !is_there {
            console.warn(&message!(
                "LibreOffice không chuyển được tệp này",
                "LibreOffice could not convert this file"
            ));
            return Ok(None);
        }
        console.step(&message!(
            "LibreOffice đã chuyển tệp này thành .docx",
            "LibreOffice made a .docx of this file"
        ));
        return read_bounded(&word, MAX_DRAFT as u64 + 1).map(Some);
    }
    Ok(None)
}

/// Starts `program` with settings of its own, so that no window of the person's is in its way.
fn start(program: &str, folder: &Path, draft: &Path) -> io::Result<Child> {
    Command::new(program)
        .arg(format!("-env:UserInstallation=file://{}", folder.join("settings").display()))
        .args(["--headless", "--norestore", "--convert-to", "docx", "--outdir"])
        .arg(folder)
        .arg(draft)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// How `child` ended; `None` where it took too long.
fn wait(mut child: Child) -> io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(INTERVAL);
    }
}
