//! `vanthu register verify`, `prove` and `checkpoint`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::flags::{RegisterCodeArgs, entry};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, WriteArgs};
use crate::cli::inputs::{block_on, office, read_beginning, read_bounded, register};
use crate::cli::replace::existing_at;
use crate::explain::{Explain, Refusal};
use crate::file;
use crate::hex::grouped;
use crate::keys::{KeyFile, verifier_key};
use crate::lang::Message;
use crate::log::{Checkpoint, VerifierKey, follows};
use crate::message;
use crate::office::Office;
use crate::printable::printable;
use crate::receipt::{MAX_RECEIPT, Receipt, ReceiptError};
use crate::register::{Adoption, AuditFault, RegisterError};
use crate::verify::{Verdict, log_key};

/// The longest key or checkpoint that is read, in bytes.
const MAX_TEXT: u64 = 64 << 10;

#[derive(Debug, Args)]
pub struct RegisterVerifyArgs {
    /// A checkpoint of the register that was kept elsewhere; the register must continue it.
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Check this receipt alone, without the register.
    #[arg(long, value_name = "FILE", requires = "vkey")]
    pub receipt: Option<PathBuf>,
    /// The key of the register's log, as somebody made it known: a register.vkey that was kept elsewhere than beside the
    /// register. Otherwise the public half of keys/register.key.
    #[arg(long, alias = "key", value_name = "FILE")]
    pub vkey: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct RegisterProveArgs {
    #[command(flatten)]
    pub document: RegisterCodeArgs,
    /// Where to write it; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
}

#[derive(Debug, Args)]
pub struct RegisterCheckpointArgs {
    /// Where to write it; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

pub fn verify(args: &RegisterVerifyArgs, console: &Console) -> Result<Exit, Failure> {
    match (&args.receipt, &args.vkey) {
        (Some(receipt), Some(key)) => receipt_alone(receipt, key, args, console),
        _ => audit(args, console),
    }
}

/// Checks every line of the register against its log, and prints the faults.
fn audit(args: &RegisterVerifyArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let (key, source) = match &args.vkey {
        Some(path) => (vkey(path)?, path.clone()),
        None => (own_key(&office)?, office.register_key()),
    };
    let earlier = args.checkpoint.as_deref().map(text).transpose()?;
    let audit = block_on(async {
        let register = register(&office).await?;
        let audit = register.audit(&key, earlier.as_deref()).await?;
        register.close().await?;
        Ok::<_, Failure>(audit)
    })??;
    let (size, entries, found) = (audit.size, audit.entries, audit.faults.len());
    if args.json {
        let told =
            |fault: &AuditFault| json!({ "tampering": fault.is_tampering(), "message": fault.words() });
        let faults: Vec<_> = audit.faults.iter().map(told).collect();
        console.json(&json!({
            "acts": size, "lines": entries, "faults": faults, "checkpoint": audit.checkpoint,
            "key": { "name": key.name(), "fingerprint": key.fingerprint(), "file": source },
            "identity": audit.adoptions.iter().map(|(_, adoption)| adoption).collect::<Vec<_>>(),
        }))?;
    } else {
        let (name, print, source) = (key.name(), grouped(&key.fingerprint()), source.display());
        let words = message!(
            "Khóa {name}, vân tay (SHA-256) {print}, từ {source}\n",
            "Key {name}, fingerprint (SHA-256) {print}, from {source}\n"
        );
        console.result(&printable(words.in_lang(console.lang())))?;
        for (_, adoption) in audit.adoptions.iter().skip(1) {
            console.result(&printable(adopted(adoption).in_lang(console.lang())))?;
        }
        for fault in &audit.faults {
            let sign = if fault.is_tampering() { '✖' } else { '!' };
            let Message { vi, en } = fault.words();
            let words = message!("{sign} {vi}\n", "{sign} {en}\n");
            console.result(&printable(words.in_lang(console.lang())))?;
        }
        let words = message!(
            "{entries} dòng, {size} việc trong nhật ký, {found} lỗi\n",
            "{entries} lines, {size} acts in the log, {found} faults\n"
        );
        console.result(words.in_lang(console.lang()))?;
    }
    Ok(if audit.faults.iter().any(AuditFault::is_tampering) {
        Exit::Verdict(Verdict::Invalid)
    } else if audit.faults.is_empty() {
        Exit::Done
    } else {
        Exit::Refused(Refusal::Conflict)
    })
}

/// The public half of the key that signs the register. What lies beside the register, as register.vkey does, could have
/// been put there with it.
fn own_key(office: &Office) -> Result<VerifierKey, Failure> {
    let path = office.register_key();
    if !path.try_exists().map_err(|cause| Failure::disk(&path, &cause))? {
        let path = path.display();
        return Err(Failure::new(
            Refusal::Key,
            message!(
                "{path} không có ở đây: chỉ ra khóa đã công bố bằng --key",
                "{path} is not here: name the key that was made known with --key"
            ),
        ));
    }
    Ok(verifier_key(&office.origin(), &KeyFile::read(&path)?.open(None)?)?)
}

/// A change of who the office is.
fn adopted(adoption: &Adoption) -> Message {
    let Adoption { identity, since, predecessors, .. } = adoption;
    let name = |name: &str, organ_id: &Option<String>| match organ_id {
        Some(organ_id) => format!("{name} ({organ_id})"),
        None => name.to_owned(),
    };
    let own = name(&identity.name, &identity.organ_id);
    let before: Vec<String> = predecessors.iter().map(|one| name(&one.name, &one.organ_id)).collect();
    let before = before.join("; ");
    message!("Từ {since}: {own}, kế thừa {before}\n", "From {since} on: {own}, which goes on from {before}\n")
}

/// Judges a receipt without any register.
fn receipt_alone(
    path: &Path,
    key: &Path,
    args: &RegisterVerifyArgs,
    console: &Console,
) -> Result<Exit, Failure> {
    let key = vkey(key)?;
    let receipt = read_beginning(path, MAX_RECEIPT as u64 + 1)?;
    let judged = String::from_utf8(receipt)
        .map_err(|_| ReceiptError::Form)
        .and_then(|text| Receipt::parse(&text))
        .and_then(|receipt| Ok((receipt.verify(&key)?.clone(), receipt)));
    let (leaf, receipt) = match judged {
        Ok(judged) => judged,
        Err(cause) => {
            let Message { vi, en } = cause.words();
            let words =
                message!("✖ xác nhận đăng ký không hợp lệ: {vi}\n", "✖ the receipt is not valid: {en}\n");
            console.result(words.in_lang(console.lang()))?;
            return Ok(Exit::Verdict(Verdict::Invalid));
        }
    };
    if let Some(other) = &args.checkpoint {
        // Two checkpoints of one size are one; otherwise only the register can prove that one continues the
        // other.
        let kept = Checkpoint::verified(&text(other)?, &key).map_err(RegisterError::from)?;
        let own = Checkpoint::verified(receipt.checkpoint(), &key).map_err(RegisterError::from)?;
        let same = (own.root, own.size);
        if kept.size == own.size && !follows(same, (kept.root, kept.size), &[]) {
            let words = message!(
                "✖ xác nhận đăng ký và mốc kiểm tra thuộc hai nhật ký khác nhau\n",
                "✖ the receipt and the checkpoint are of two different logs\n"
            );
            console.result(words.in_lang(console.lang()))?;
            return Ok(Exit::Verdict(Verdict::Invalid));
        }
    }
    if args.json {
        console.json(&leaf)?;
        return Ok(Exit::Done);
    }
    let log = key.name();
    let code = leaf.code.as_deref().unwrap_or_default();
    let (at, date) = (&leaf.at, leaf.date.as_deref().unwrap_or_default());
    let content = leaf.content_sha256.as_deref().unwrap_or_default();
    let words = message!(
        "✔ {code}, ngày {date}: đã vào sổ đăng ký {log} lúc {at}\n  SHA-256 của nội dung: {content}\n",
        "✔ {code} of {date}: registered in {log} at {at}\n  SHA-256 of the content: {content}\n"
    );
    console.result(&printable(words.in_lang(console.lang())))?;
    Ok(Exit::Done)
}

pub fn prove(args: &RegisterProveArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.document.office)?;
    let receipt = block_on(async {
        let register = register(&office).await?;
        let entry = entry(&register, &args.document).await?;
        let receipt = register.prove(&entry).await?;
        register.close().await?;
        Ok::<_, Failure>(receipt.to_text())
    })??;
    write(&receipt, args.output.as_deref(), &args.write, console)
}

pub fn checkpoint(args: &RegisterCheckpointArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let checkpoint = block_on(async {
        let register = register(&office).await?;
        let checkpoint = register.checkpoint().await?;
        register.close().await?;
        Ok::<_, Failure>(checkpoint)
    })??;
    let Some(checkpoint) = checkpoint else {
        return Err(Failure::new(Refusal::Conflict, message!("sổ chưa có gì", "nothing was registered yet")));
    };
    write(&checkpoint, args.output.as_deref(), &args.write, console)
}

fn write(text: &str, target: Option<&Path>, args: &WriteArgs, console: &Console) -> Result<Exit, Failure> {
    match target {
        None => console.result(text)?,
        Some(path) => {
            file::write(path, text.as_bytes(), existing_at(args, path)?)
                .map_err(|cause| Failure::disk(path, &cause))?;
            let path = path.display();
            console.step(&message!("Đã ghi {path}", "Wrote {path}"));
        }
    }
    Ok(Exit::Done)
}

fn vkey(path: &Path) -> Result<VerifierKey, Failure> {
    log_key(&read_bounded(path, MAX_TEXT)?).ok_or_else(|| {
        let path = path.display();
        Failure::new(
            Refusal::Key,
            message!("{path} không phải khóa của sổ đăng ký", "{path} is no key of a register's log"),
        )
    })
}

fn text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_bounded(path, MAX_TEXT)?).map_err(|_| {
        let path = path.display();
        Failure::new(
            Refusal::Rejected,
            message!("{path} không phải văn bản UTF-8", "{path} is not UTF-8 text"),
        )
    })
}
