//! `vanthu verify`: what to believe of PDFs.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::Verify;
use super::console::Console;
use super::failure::{Exit, Failure};
use super::inputs::{faces, read_bounded};
use super::look::Elsewhere;
use crate::clock;
use crate::layout::Engine;
use crate::message;
use crate::office::{Office, OfficeError};
use crate::online::{Hosts, Network};
use crate::pdf::reader::ReadError;
use crate::reproduce::reproduce;
use crate::role::Role;
use crate::trust_folder::TrustFolder;
use crate::verify::{CertificateReport, Options, Report, TrustStore, Verdict, render, verify};

/// The longest file that is judged, in bytes.
pub const MAX_FILE: u64 = 1 << 30;
/// The longest file of trust anchors, in bytes.
const MAX_TRUST: u64 = 64 << 20;

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
    let hosts = if args.private_hosts { Hosts::All } else { Hosts::Public };
    let network = args.online.then(|| Network::new(hosts));
    let mut judged = Vec::new();
    for path in &args.files {
        let bytes = read_bounded(path, MAX_FILE)?;
        let mut report = verify(&bytes, &options);
        if let Some(network) = &network {
            report = ask(network, report, &bytes, &options, console);
        }
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

/// Judges again with what the network says of the certificates in `report`.
fn ask(network: &Network, report: Report, bytes: &[u8], options: &Options<'_>, console: &Console) -> Report {
    let chain = |certificates: &[CertificateReport]| -> Vec<Vec<u8>> {
        certificates.iter().map(|certificate| certificate.der.clone()).collect()
    };
    let signers = report.signatures.iter().map(|signature| chain(&signature.chain));
    let stamps = report.signatures.iter().flat_map(|signature| &signature.time_stamps);
    let chains: Vec<Vec<Vec<u8>>> = signers.chain(stamps.map(|stamp| chain(&stamp.chain))).collect();
    let (found, problems) = network.revocations(&chains);
    problems.iter().for_each(|problem| console.step(problem));
    if found.crls.is_empty() && found.ocsps.is_empty() {
        return report;
    }
    verify(bytes, &Options { revocations: &found, ..*options })
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

/// The trust anchors in the files and folders at `paths`; where none is named, those of the office that
/// this folder belongs to.
pub fn trust(paths: &[PathBuf]) -> Result<TrustStore, Failure> {
    let mut trust = TrustStore::new();
    if paths.is_empty() {
        let here = std::env::current_dir().map_err(|cause| Failure::disk(Path::new("."), &cause))?;
        match Office::find(&here) {
            Ok(office) => TrustFolder::new(&office.trust()).add_to(&mut trust)?,
            Err(OfficeError::NotAnOffice(_)) => {}
            Err(cause) => return Err(cause.into()),
        }
    }
    for path in paths {
        if path.is_dir() {
            TrustFolder::new(path).add_to(&mut trust)?;
        } else {
            add(&mut trust, path)?;
        }
    }
    Ok(trust)
}

fn add(trust: &mut TrustStore, path: &Path) -> Result<(), Failure> {
    let bytes = read_bounded(path, MAX_TRUST)?;
    trust.add_file(&bytes).map_err(|cause| {
        let path = path.display();
        Failure::new(
            Exit::Key,
            message!(
                "{path} không phải tệp chứng thư hay danh sách tin cậy: {cause}",
                "{path} is not a file of certificates or a trusted list: {cause}"
            ),
        )
    })
}
