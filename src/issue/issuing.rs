//! Issuing with files on a disk: a draft becomes a number, a PDF, a signature and a line in the register.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::error::IssueError;
use super::files::{Output, absolute, appendix_path, is_there, place, stage};
use super::foreseen::Foreseen;
use super::held::{Begun, Held, Repeat};
use crate::clock;
use crate::document::model::Document;
use crate::file::{Existing, Staged};
use crate::hex::lower as hex;
use crate::layout::Engine;
use crate::office::Office;
use crate::register::{DocumentRevision, Entry, Register, RevisionKind};
use crate::role::Role;
use crate::sign::Signer;
use crate::signing;

/// The draft to issue, and where the result goes.
pub struct IssueOptions<'a> {
    /// The document; where it names no number or date itself, it gets them.
    pub draft: Document,
    /// The time that is written down everywhere.
    pub time: OffsetDateTime,
    /// Where the issued document goes.
    pub output: Output<'a>,
    /// What to do where that file exists.
    pub existing: Existing,
    /// What to do where the same draft is registered already.
    pub repeat: Repeat,
    /// Signs for the authorised person, where given.
    pub signer: Option<&'a dyn Signer>,
    /// The document laid out before its number was certain.
    pub foreseen: Option<Foreseen>,
}

/// An issued document, registered and written to its files.
#[derive(Debug)]
pub struct Issued {
    /// Its line in the register.
    pub entry: Entry,
    /// The document with its number and date.
    pub document: Document,
    /// The path of the document's PDF.
    pub file: PathBuf,
    /// The path of its signed PDF, where it was signed.
    pub signed: Option<PathBuf>,
    /// The appendices that are files of their own, in their order.
    pub appendices: Vec<PathBuf>,
    /// Whether it had its number before and only the lost file was written again.
    pub restored: bool,
}

/// Takes a number, lays the document out, logs it, signs it where a signer is given, registers it and writes
/// the files.
///
/// The files are complete on the disk before the number is final, and are put in place right after:
/// killed in between, the same call again writes them again under the number they have.
///
/// # Errors
/// See [`IssueError`]; the number is given back or cancelled, as the office chose, and no file is left. Only
/// where a file can't be put in place after the number became final is the number used; the same call again
/// then restores it.
pub async fn issue(
    engine: &Engine,
    office: &Office,
    register: &Register,
    mut options: IssueOptions<'_>,
) -> Result<Issued, IssueError> {
    let begun =
        Held::begin(office, register, options.draft.clone(), options.time, options.repeat, None).await?;
    let held = match begun {
        Begun::Held(held) => held,
        Begun::Answered(twin) | Begun::Registered(twin) => return restore(engine, office, options, *twin),
    };
    let number = held.number();
    let laid_out = match options.foreseen.take().filter(|it| it.number() == Some(number)) {
        Some(foreseen) => Ok(foreseen),
        None => Foreseen::lay_out(engine, office, &options.draft, number, options.time),
    };
    let ready = match laid_out {
        Ok(laid_out) => held.log(laid_out).await?,
        Err(cause) => {
            held.fail(&cause.to_string()).await?;
            return Err(cause.into());
        }
    };
    let target = options.output.path(ready.document());
    let (files, report, later) =
        match Files::stage(engine, &options, &target, &ready.laid_out, ready.receipt()) {
            Ok(staged) => staged,
            Err(cause) => {
                ready.fail(&cause.to_string()).await?;
                return Err(cause);
            }
        };
    let (entry, document) = ready.record(report, later).await?;
    let Placed { report, signed, appendices } = files.place(options.existing)?;
    Ok(Issued { entry, document, file: report, signed, appendices, restored: false })
}

/// Writes the PDF of a registered document again where it was lost.
fn restore(
    engine: &Engine,
    office: &Office,
    options: IssueOptions<'_>,
    twin: Entry,
) -> Result<Issued, IssueError> {
    if is_there(&twin.file)? {
        return Err(IssueError::Repeated(Box::new(twin)));
    }
    let again = clock::parse(&twin.registered).ok().and_then(|registered| {
        let date = &twin.document.date;
        let date = Date::parse(date, format_description!("[year]-[month]-[day]")).ok()?;
        let mut draft = options.draft.clone();
        draft.header.date = Some(date);
        // The office may have switched its code on since.
        [office.page(), None].into_iter().find_map(|page| {
            let again = Foreseen::with_page(engine, page, &draft, twin.key.number, registered).ok()?;
            let report = again.report.complete(Some(&twin.receipt)).ok()?;
            (hex(&Sha256::digest(&report)) == twin.report_sha256).then_some(again)
        })
    });
    let Some(again) = again else {
        return Err(IssueError::NotReproducible(Box::new(twin)));
    };
    let document = again.document.clone();
    let target = options.output.path(&document);
    let (files, _, _) = Files::stage(engine, &options, &target, &again, &twin.receipt)?;
    let Placed { report, signed, appendices } = files.place(options.existing)?;
    Ok(Issued { entry: twin, document, file: report, signed, appendices, restored: true })
}

/// The files of an issued document, complete on the disk beside their places.
struct Files {
    report: Staged,
    signed: Option<Staged>,
    appendices: Vec<Staged>,
}

/// The same in their places.
struct Placed {
    report: PathBuf,
    signed: Option<PathBuf>,
    appendices: Vec<PathBuf>,
}

impl Files {
    /// Completes the PDF with its `receipt`, signs it, and gives what the register is told of the files.
    fn stage(
        engine: &Engine,
        options: &IssueOptions<'_>,
        target: &Path,
        laid_out: &Foreseen,
        receipt: &str,
    ) -> Result<(Files, DocumentRevision, Vec<DocumentRevision>), IssueError> {
        let Foreseen { report, appendices, .. } = laid_out;
        let report = report.complete(Some(receipt))?;
        let staged = stage(target, &report, options.existing)?;
        let revision = DocumentRevision::of(RevisionKind::Report, &report, &absolute(target), None);
        let mut later = Vec::new();
        let mut staged_appendices = Vec::new();
        for (index, bytes) in appendices {
            let path = appendix_path(target, *index);
            later.push(DocumentRevision::of_appendix(*index, bytes, &absolute(&path), None));
            staged_appendices.push(stage(&path, bytes, options.existing)?);
        }
        let signed = match options.signer {
            Some(signer) => {
                let signed_target = signing::signed_path(target);
                let bytes = signing::sign(engine, report, Role::Signer, signer, options.time)?;
                let name = signer.certificate().tbs_certificate().subject().to_string();
                let by = (name, clock::rfc3339(options.time));
                let revision =
                    DocumentRevision::of(RevisionKind::Signed, &bytes, &absolute(&signed_target), Some(by));
                later.push(revision);
                Some(stage(&signed_target, &bytes, options.existing)?)
            }
            None => None,
        };
        Ok((Files { report: staged, signed, appendices: staged_appendices }, revision, later))
    }

    fn place(self, existing: Existing) -> Result<Placed, IssueError> {
        let place = |file| place(file, existing);
        Ok(Placed {
            report: place(self.report)?,
            signed: self.signed.map(place).transpose()?,
            appendices: self.appendices.into_iter().map(place).collect::<Result<_, _>>()?,
        })
    }
}
