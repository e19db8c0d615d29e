//! The register of the office whose page is served, opened when it is first asked.

use tokio::sync::OnceCell;

use super::inputs::register;
use crate::office::Office;
use crate::office_name::is_same_name;
use crate::register::Register;
use crate::service::{Code, LookupAnswer, RegisterLookup, Unreachable, look_up};

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
    fn has_office(&self, name: &str) -> bool {
        is_same_name(name, &self.office.config().agency.name.join(" "))
    }

    fn find<'a>(&'a self, code: &'a Code, _: Option<&'a str>) -> LookupAnswer<'a> {
        Box::pin(async move {
            let opened = self.register.get_or_try_init(|| register(&self.office)).await;
            let register = opened.map_err(|_| Unreachable)?;
            look_up([&self.office], register, code).await
        })
    }
}
