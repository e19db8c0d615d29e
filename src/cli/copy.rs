//! `vanthu copy`: a copy of a signed file or of a scan, with a number of its own.

use super::args::{Copy, MediumArg};
use super::console::Console;
use super::inputs::{block_on, faces, office, read_bounded, writing_register};
use super::verify::trust;
use crate::cli::failure::{Exit, Failure};
use crate::copy::{self, CopyOptions};
use crate::document::model::{Medium, Recipients, SignatureBlock};
use crate::explain::Refusal;
use crate::layout::Engine;
use crate::message;
use crate::trust_folder::TrustFolder;
use crate::verify::TrustStore;

/// The longest original, in bytes.
const MAX_ORIGINAL: u64 = 200 << 20;

pub fn run(args: &Copy, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let original = read_bounded(&args.file, MAX_ORIGINAL)?;
    let trust = if args.trust.is_empty() {
        let mut own = TrustStore::new();
        TrustFolder::new(&office.trust()).add_to(&mut own)?;
        own
    } else {
        trust(&args.trust)?
    };
    if args.medium == MediumArg::Paper && (args.position.is_none() || args.name.is_none()) {
        return Err(Failure::new(
            Refusal::Usage,
            message!(
                "bản sao giấy phải có người ký: --position và --name",
                "a copy on paper is signed by somebody: give --position and --name"
            ),
        ));
    }
    let engine = Engine::new(faces(&args.fonts)?)?;
    let name = args.file.file_stem().unwrap_or_default().to_string_lossy();
    let order = CopyOptions {
        original: &original,
        name: &name,
        kind: args.kind,
        medium: match args.medium {
            MediumArg::Paper => Medium::Paper,
            MediumArg::Electronic => Medium::Electronic,
        },
        scan: args.scan,
        pages: args.pages.map(|(first, last)| first..=last),
        signature: SignatureBlock {
            authority: args.authority.clone(),
            position: args.position.clone().unwrap_or_default(),
            name: args.name.clone().unwrap_or_default(),
        },
        recipients: Recipients {
            items: args.recipient.clone(),
            archive: args.archive.clone(),
            drafter: None,
        },
        issuer: args.issuer.clone().unwrap_or_default(),
        time: args.time.moment(),
        output: args.output.as_deref(),
        existing: args.write.existing(),
    };
    let copied = block_on(async {
        let register = writing_register(&office).await?;
        let copied = copy::copy(&engine, &office, &register, &trust, &order).await;
        register.close().await?;
        Ok::<_, Failure>(copied?)
    })??;
    let (kind, code, file) =
        (&copied.entry.document.kind, &copied.entry.document.code, copied.file.display());
    console.step(&message!("{kind} số {code}: {file}", "{kind} {code}: {file}"));
    if order.medium == Medium::Electronic {
        console.step(&message!(
            "Ký số của cơ quan: vanthu sign {file} --as agency --key …",
            "The agency signs it: vanthu sign {file} --as agency --key …"
        ));
    }
    Ok(Exit::Done)
}
