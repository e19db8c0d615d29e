//! What `--force` never replaces: a file that an office's register knows.

use std::path::Path;

use super::flags::WriteArgs;
use super::inputs::{block_on, here, register};
use crate::cli::failure::Failure;
use crate::file::{Existing, is_regular};
use crate::issue;
use crate::office::{Office, OfficeError};

/// What becomes of the file at `target`: replaced with `--force`, kept otherwise.
///
/// # Errors
/// It would be replaced, and an office's register knows it.
pub fn existing_at(args: &WriteArgs, target: &Path) -> Result<Existing, Failure> {
    if args.force {
        check_replaceable(target)?;
    }
    Ok(args.existing())
}

/// Makes sure that the file at `target`, where there is one, may be replaced: neither the register of the office in whose
/// folder it lies knows it nor that of the office that the working folder belongs to.
fn check_replaceable(target: &Path) -> Result<(), Failure> {
    if !is_regular(target).map_err(|cause| Failure::disk(target, &cause))? {
        return Ok(());
    }
    let path = std::path::absolute(target).map_err(|cause| Failure::disk(target, &cause))?;
    let around = match path.parent().map(Office::find) {
        Some(Ok(office)) => Some(office),
        Some(Err(OfficeError::NotAnOffice(_))) | None => None,
        Some(Err(cause)) => return Err(cause.into()),
    };
    for office in around.into_iter().chain(here()?) {
        block_on(async {
            let register = register(&office).await?;
            issue::check_replaceable(&register, target).await?;
            register.close().await?;
            Ok::<_, Failure>(())
        })??;
    }
    Ok(())
}
