//! The register of the office that this folder belongs to, opened when it is first asked.

use std::path::Path;

use tokio::sync::OnceCell;

use super::inputs::{block_on, register};
use crate::cli::failure::Failure;
use crate::lookup::{self, Code, LookupAnswer, NoAnswer, RegisterLookup, look_up};
use crate::office::{Office, OfficeError};
use crate::register::Register;
use crate::verify::{OfficeIdentity, Report};

/// The register of an office.
pub struct OwnRegister {
    office: Office,
    register: OnceCell<Register>,
}

impl OwnRegister {
    /// The register of `office`, which is not opened yet.
    pub fn of(office: Office) -> OwnRegister {
        OwnRegister { office, register: OnceCell::new() }
    }
}

impl RegisterLookup for OwnRegister {
    fn has_office(&self, office: &OfficeIdentity) -> bool {
        self.office.identity().is_same(office)
    }

    fn find<'a>(&'a self, code: &'a Code, _: Option<&'a OfficeIdentity>) -> LookupAnswer<'a> {
        Box::pin(async move {
            let opened = self.register.get_or_try_init(|| register(&self.office)).await;
            let register = opened.map_err(|_| NoAnswer::Unreachable)?;
            look_up([&self.office], register, code).await
        })
    }
}

/// The office that this folder belongs to, where it has a register.
pub fn own_office() -> Result<Option<Office>, Failure> {
    let here = std::env::current_dir().map_err(|cause| Failure::disk(Path::new("."), &cause))?;
    match Office::find(&here) {
        Ok(office) => Ok(Some(office)),
        Err(OfficeError::NotAnOffice(_)) => Ok(None),
        Err(cause) => Err(cause.into()),
    }
}

/// Asks the register of `office` about the file `bytes` that `report` is on. A register that can't be asked keeps nobody
/// from reading a verdict: the report says so, and no more.
pub fn consult(office: &Office, report: &mut Report, bytes: &[u8]) -> Result<(), Failure> {
    let answer = block_on(async {
        let own = OwnRegister::of(office.clone());
        let answer = lookup::ask(&own, report, bytes).await;
        if let Some(register) = own.register.into_inner() {
            register.close().await?;
        }
        Ok::<_, Failure>(answer)
    })??;
    if let Some(answer) = answer {
        report.add_register(answer);
    }
    Ok(())
}
