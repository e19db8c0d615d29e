//! Looking at a file that somebody sent: the same verification as the command line's, beside the
//! runtime.

use time::OffsetDateTime;

use super::Service;
use super::party::Party;
use super::problem::Problem;
use super::upload::Upload;
use crate::lookup;
use crate::presentation::{Judged, Pictures, pictures};
use crate::role::Role;
use crate::verify::{Options, Require, Witness, verify};

/// Who must have signed, as a request that outlives its caller says it.
#[derive(Debug, Clone)]
pub(super) enum Required {
    /// Those for whose signatures the file has fields.
    OwnFields,
    /// All of these roles.
    Roles(Vec<Role>),
}

/// Whether pictures of pages are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    Pages,
    Nothing,
}

/// A file with what was found.
#[derive(Debug)]
pub(super) struct Seen {
    pub judged: Judged,
    pub bytes: Vec<u8>,
    pub at: OffsetDateTime,
    pub pictures: Vec<Pictures>,
}

/// Judges the file, and says on whose account. The worker is free again before a register is asked.
///
/// # Errors
/// The service itself failed.
pub(super) async fn judge(
    service: &Service,
    upload: Upload,
    require: Required,
    show: Show,
) -> Result<(Seen, Party), Problem> {
    let (file, spool, party) = upload.into_parts();
    let worker = service.admission().worker(&party).await?;
    let at = service.now();
    let (asked, begin_looking) = (service.clone(), service.begin_looking());
    let job = move || {
        let bytes = spool.read().map_err(|_| Problem::internal())?;
        let trust = asked.trust().current()?;
        let require = match &require {
            Required::OwnFields => Require::OwnFields,
            Required::Roles(roles) => Require::Roles(roles),
        };
        let onlooker = begin_looking();
        let witness: &dyn Witness = &*onlooker;
        let options = Options { require, witness: Some(witness), ..Options::new(&trust, at) };
        let report = verify(&bytes, &options);
        let pictures = match show {
            Show::Pages => pictures(&report, &bytes, &*onlooker),
            Show::Nothing => Vec::new(),
        };
        Ok::<_, Problem>((report, bytes, pictures))
    };
    let (mut report, bytes, pictures) = worker.run(job).await??;
    drop(worker);
    if let Some(register) = service.register()
        && let Some(answer) = lookup::ask(register, &report, &bytes).await
    {
        report.add_register(answer);
    }
    service.metrics().judged(report.verdict);
    Ok((Seen { judged: Judged { file, report }, bytes, at, pictures }, party))
}
