//! Who may do what: one table.

use serde::{Deserialize, Serialize};

/// The duty (chức trách) that a token was made for. One token has one: who has two duties in the office has two
/// tokens, and the same person should not be both signer and clerk (NĐ 30/2020 Điều 32: the seal is set by the
/// clerk, after the signature).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Duty {
    /// Who drafts (soạn thảo). He reads, because the dossier that he keeps has the issued document (Điều 29).
    Drafter,
    /// The authorised person (người có thẩm quyền).
    Signer,
    /// The clerk (văn thư), who numbers, seals, sends and keeps the register.
    Clerk,
    /// Who looks over what the others did (kiểm tra), and changes nothing.
    Auditor,
    /// A citizen's or another office's program (công dân, phần mềm bên ngoài).
    Public,
}

/// What somebody may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Act {
    /// To have a draft checked (kiểm tra thể thức).
    Check,
    /// To see a draft laid out, without a number.
    Render,
    /// To take a number and register (phát hành).
    Issue,
    /// To read states, files and the register.
    Read,
    /// To prepare and complete the signature of the authorised person.
    SignAsPerson,
    /// To prepare and complete the agency's signature, or have the service's key make it (đóng dấu).
    Seal,
    /// To record a recall, a replacement, a dispatch, a receipt.
    Change,
    /// To read who did what, as the trail has it.
    ReadTrail,
    /// To have a file verified.
    Verify,
}

impl Duty {
    /// Every duty: the columns of the table in docs/access.md.
    pub const ALL: [Duty; 5] = [Duty::Drafter, Duty::Signer, Duty::Clerk, Duty::Auditor, Duty::Public];

    /// Whether who has this duty may do `act`. This is the whole table; docs/access.md shows it.
    pub fn may(self, act: Act) -> bool {
        use Act::{Change, Check, Issue, Read, ReadTrail, Render, Seal, SignAsPerson, Verify};
        match self {
            Duty::Drafter => matches!(act, Check | Render | Read | Verify),
            Duty::Signer => matches!(act, Check | Render | Read | SignAsPerson | Verify),
            Duty::Clerk => matches!(act, Check | Render | Issue | Read | Seal | Change | Verify),
            Duty::Auditor => matches!(act, Read | ReadTrail | Verify),
            Duty::Public => matches!(act, Verify),
        }
    }

    /// Its name in databases, trails and flags.
    pub fn name(self) -> &'static str {
        match self {
            Duty::Drafter => "drafter",
            Duty::Signer => "signer",
            Duty::Clerk => "clerk",
            Duty::Auditor => "auditor",
            Duty::Public => "public",
        }
    }

    /// The duty with this name.
    pub fn named(name: &str) -> Option<Duty> {
        Duty::ALL.into_iter().find(|duty| duty.name() == name)
    }
}

impl Act {
    /// Every act: the rows of the table in docs/access.md.
    pub const ALL: [Act; 9] = [
        Act::Check,
        Act::Render,
        Act::Issue,
        Act::Read,
        Act::SignAsPerson,
        Act::Seal,
        Act::Change,
        Act::ReadTrail,
        Act::Verify,
    ];

    /// Its name in trails. What does several things under one permission says which by a name of its own.
    pub fn name(self) -> &'static str {
        match self {
            Act::Check => "check",
            Act::Render => "render",
            Act::Issue => "issue",
            Act::Read => "read",
            Act::SignAsPerson => "sign-as-person",
            Act::Seal => "seal",
            Act::Change => "change",
            Act::ReadTrail => "read-trail",
            Act::Verify => "verify",
        }
    }
}
