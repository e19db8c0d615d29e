//! `vanthu sign`: signs an issued report.

use super::args::Sign;
use super::console::Console;
use super::failure::{Exit, Failure, existing};
use super::inputs::{faces, read_bounded, signer};
use crate::file;
use crate::keys::Subject;
use crate::layout::Engine;
use crate::message;
use crate::sign::Signer;
use crate::signing;

/// The longest report that is signed, in bytes.
const MAX_REPORT: u64 = 1 << 30;

pub fn run(args: &Sign, console: &Console) -> Result<Exit, Failure> {
    let time = args.time.moment();
    let report = read_bounded(&args.file, MAX_REPORT)?;
    let target = args.output.clone().unwrap_or_else(|| signing::signed_path(&args.file));
    let signer = signer(&args.key, args.cert.as_deref(), time, &args.passphrase, console)?;
    let engine = Engine::new(faces(&args.fonts)?)?;
    let signed = signing::sign(&engine, report, args.role.into(), &signer, time)?;
    file::write(&target, &signed, existing(&args.write)).map_err(|cause| Failure::disk(&target, &cause))?;
    let (path, name) = (target.display(), Subject::of(signer.certificate()).common_name);
    console.step(&message!("Ký thành công với tên «{name}»: {path}", "Signed as «{name}»: {path}"));
    Ok(Exit::Done)
}
