//! Looking at a file that somebody sent: the same verification as the command line's, beside the
//! runtime.

use time::OffsetDateTime;

use super::Service;
use super::lookup;
use super::party::Party;
use super::problem::Problem;
use super::upload::Upload;
use crate::pdf::reader;
use crate::presentation::{Judged, Pictures, RegisterAnswer, pictures};
use crate::role::Role;
use crate::sign::role_fields;
use crate::verify::{Options, Witness, verify};

/// Who must have signed.
#[derive(Debug, Clone)]
pub(super) enum Require {
    /// All of these roles.
    Roles(Vec<Role>),
    /// Those for whose signatures the file has fields.
    OwnFields,
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
    pub register: RegisterAnswer,
}

/// Judges the file, and says on whose account. The worker is free again before a register is asked.
///
/// # Errors
/// The service itself failed.
pub(super) async fn judge(
    service: &Service,
    upload: Upload,
    require: Require,
    show: Show,
) -> Result<(Seen, Party), Problem> {
    let (file, spool, party) = upload.into_parts();
    let worker = service.admission().worker(&party).await?;
    let at = service.now();
    let (trust, begin_looking) = (service.trust(), service.begin_looking());
    let job = move || {
        let bytes = spool.read()?;
        let require = match require {
            Require::Roles(roles) => roles,
            Require::OwnFields => own_fields(&bytes),
        };
        let onlooker = begin_looking();
        let witness: &dyn Witness = &*onlooker;
        let options = Options { require: &require, witness: Some(witness), ..Options::new(&trust, at) };
        let report = verify(&bytes, &options);
        let pictures = match show {
            Show::Pages => pictures(&report, &bytes, &*onlooker),
            Show::Nothing => Vec::new(),
        };
        Ok::<_, std::io::Error>((report, bytes, pictures))
    };
    let (report, bytes, pictures) = worker.run(job).await?.map_err(|_| Problem::internal())?;
    drop(worker);
    let register = lookup::ask(service.register(), &report, &bytes).await;
    service.metrics().judged(report.verdict);
    Ok((Seen { judged: Judged { file, report }, bytes, at, pictures, register }, party))
}

/// The roles for which a document has signature fields: it is complete when they are all signed
/// (NĐ 30/2020 Điều 5).
fn own_fields(bytes: &[u8]) -> Vec<Role> {
    let fields = reader::read(bytes).ok().and_then(|file| role_fields(&file).ok());
    fields.into_iter().flatten().map(|(role, _)| role).collect()
}
