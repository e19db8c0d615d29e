//! The two capacities in which an official document is signed (NĐ 30/2020 Điều 5).

use serde::{Deserialize, Serialize};

/// In which capacity a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The authorised person (người có thẩm quyền), who signs under the position.
    Signer,
    /// The agency (cơ quan, tổ chức), whose seal overlaps the left third of the signature.
    Agency,
}

impl Role {
    /// Both roles in the order in which they sign (NĐ 30/2020 Điều 14).
    pub const ALL: [Role; 2] = [Role::Signer, Role::Agency];

    /// The partial name (`/T`) of the role's signature field in a report.
    pub fn field_name(self) -> &'static str {
        match self {
            Role::Signer => "signer",
            Role::Agency => "agency",
        }
    }

    /// The role whose signature field has the partial name `name`.
    pub fn from_field_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.field_name() == name)
    }
}
