//! `vanthu extend`: makes the proof of signatures last.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;

use super::console::Console;
use super::flags::{OfficeArg, WriteArgs};
use super::inputs::{self, block_on, register, the_office};
use super::level::{LevelArg, LevelArgs, evidence};
use super::revision::{FileChange, WrittenFile};
use super::verify::{MAX_FILE, files, has_folder};
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::clock;
use crate::explain::Refusal;
use crate::file::{Existing, Staged};
use crate::lang::Message;
use crate::message;
use crate::office::evidence::EvidenceSources;
use crate::office::key_use::newest;
use crate::office::{Office, SignatureLevel};
use crate::register::Filter;

#[derive(Debug, Args)]
pub struct ExtendArgs {
    /// The signed PDFs, or folders of them.
    #[arg(required_unless_present = "registered", value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// The newest signed file of every document in the office's register, where it was written.
    #[arg(long, conflicts_with = "files")]
    pub registered: bool,
    /// Where to write it; over FILE otherwise, which stays as it is up to its end. For several files a folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub level: LevelArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn run(args: &ExtendArgs, console: &Console) -> Result<Exit, Failure> {
    let office = the_office(&args.office)?;
    let mut evidence = evidence(&args.level, office.as_ref())?;
    if args.level.level.is_none() && evidence.level == SignatureLevel::B {
        evidence.level = SignatureLevel::Lta;
    }
    if args.level.level == Some(LevelArg::B) {
        return Err(Failure::new(
            Refusal::Usage,
            message!(
                "chọn mức t, lt hoặc lta (b là mức khi ký)",
                "b is what a signature is; choose t, lt or lta"
            ),
        ));
    }
    let found = match args.registered {
        true => registered(&inputs::office(&args.office)?)?,
        false => files(&args.files)?,
    };
    let many = found.len() > 1 || has_folder(&args.files)?;
    if let (true, Some(folder)) = (many, &args.output) {
        std::fs::create_dir_all(folder).map_err(|cause| Failure::disk(folder, &cause))?;
    }
    let bar = if many { ProgressBar::new(found.len() as u64) } else { ProgressBar::hidden() };
    let mut failed = 0;
    for path in &found {
        let target = match (&args.output, path.file_name()) {
            (None, _) => path.clone(),
            (Some(folder), Some(name)) if many => folder.join(name),
            (Some(output), _) => output.clone(),
        };
        // The old bytes are the beginning of the new ones: nothing is lost by writing over them.
        let keep = if target == *path { Existing::Replace } else { existing_at(&args.write, &target)? };
        match (one(path, &target, &evidence, keep, office.as_ref(), console), many) {
            (Ok(added), _) => {
                let (path, name) = (target.display(), crate::verify::Level::from(evidence.level).name());
                let words = match added {
                    0 => message!("{path}: đã đạt mức {name}", "{path}: reaches {name} already"),
                    _ => message!("{path}: đạt mức {name}", "{path}: reaches {name}"),
                };
                bar.suspend(|| console.step(&words));
            }
            (Err(failure), false) => return Err(failure),
            (Err(failure), true) => {
                failed += 1;
                let path = path.display();
                let Message { vi, en } = failure.message.unwrap_or(message!("không được", "failed"));
                bar.suspend(|| console.warn(&message!("{path}: {vi}", "{path}: {en}")));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(if failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

/// The newest signed files that the register of `office` knows by where they were written.
fn registered(office: &Office) -> Result<Vec<PathBuf>, Failure> {
    let records = block_on(async {
        let register = register(office).await?;
        let records = register.records(&Filter::default()).await?;
        register.close().await?;
        Ok::<_, Failure>(records)
    })??;
    let newest = records.iter().flat_map(|record| newest(&record.events));
    let written = newest.map(|event| PathBuf::from(&event.particulars.file));
    Ok(written.filter(|path| !path.as_os_str().is_empty()).collect())
}

/// Extends the file at `path` into `target`, and gives how many bytes were added.
fn one(
    path: &Path,
    target: &Path,
    evidence: &EvidenceSources,
    keep: Existing,
    office: Option<&Office>,
    console: &Console,
) -> Result<u64, Failure> {
    let disk = |cause: std::io::Error| Failure::disk(target, &cause);
    // Before anybody is asked for a time.
    if keep == Existing::Keep && target.try_exists().map_err(disk)? {
        return Err(disk(std::io::ErrorKind::AlreadyExists.into()));
    }
    let source = File::open(path).map_err(|cause| Failure::disk(path, &cause))?;
    let mut staged = Staged::copy(source, target, MAX_FILE, |_| ()).map_err(disk)?;
    let added = evidence.extend(&mut staged, clock::now())?;
    if added == 0 && target == path {
        return Ok(0);
    }
    let written = match office {
        Some(_) => staged.map().map_err(disk)?.look(WrittenFile::of).map_err(disk)?,
        None => None,
    };
    staged.place(keep).map_err(disk)?;
    if let (Some(office), Some(written), true) = (office, written, added > 0) {
        written.tell(office, target, FileChange::Preserved, clock::now(), console);
    }
    Ok(added)
}
