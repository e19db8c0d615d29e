//! One thing that was checked, and what came of it.

use serde::Serialize;

use super::cause::Cause;
use super::check_id::CheckId;
use super::verdict::Verdict;
use crate::lang::Message;

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// Its stable name, as `digest` or `trust`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: CheckId,
    /// What came of it.
    pub outcome: Outcome,
    /// What was found, in words without a full stop.
    pub message: Message,
    /// What it makes of the file, where that is not what failing this check mostly makes.
    #[serde(skip)]
    cause: Option<Cause>,
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was checked and holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It can't be told.
    Unknown,
    /// It was not asked for.
    NotChecked,
}

impl Check {
    /// It holds.
    pub fn pass(id: CheckId, message: Message) -> Check {
        Check { id, outcome: Outcome::Pass, message, cause: None }
    }

    /// It does not hold.
    pub fn fail(id: CheckId, message: Message) -> Check {
        Check { id, outcome: Outcome::Fail, message, cause: None }
    }

    /// It can't be told.
    pub fn unknown(id: CheckId, message: Message) -> Check {
        Check { id, outcome: Outcome::Unknown, message, cause: None }
    }

    /// It was not asked for.
    pub fn not_checked(id: CheckId, message: Message) -> Check {
        Check { id, outcome: Outcome::NotChecked, message, cause: None }
    }

    /// It does not hold, or can't be told, and that means `cause`, which decides which of the two it is.
    pub fn against(id: CheckId, cause: Cause, message: Message) -> Check {
        let outcome = match cause.verdict() {
            Verdict::Invalid => Outcome::Fail,
            _ => Outcome::Unknown,
        };
        Check { id, outcome, message, cause: Some(cause) }
    }

    /// What it says against the file; `None` where it says nothing against it.
    pub fn cause(&self) -> Option<Cause> {
        let (failed, unknown) = match self.id {
            CheckId::Field => (Cause::SignatureRemoved, Cause::Unsupported),
            CheckId::Structure => (Cause::Damaged, Cause::ReadUncertain),
            CheckId::Format | CheckId::Cms | CheckId::Attributes | CheckId::Certificate => {
                (Cause::Malformed, Cause::Unsupported)
            }
            CheckId::Digest => (Cause::Changed, Cause::Unsupported),
            CheckId::Signature | CheckId::UnsignedAttributes => (Cause::ValueWrong, Cause::Unsupported),
            CheckId::TimeStamp => (Cause::Malformed, Cause::TimeStampUntrusted),
            CheckId::Time => (Cause::Malformed, Cause::TimeDoubtful),
            CheckId::Trust => (Cause::Malformed, Cause::UnknownRoot),
            CheckId::Office => (Cause::Malformed, Cause::OfficeNotEstablished),
            CheckId::Role => (Cause::Malformed, Cause::WrongRole),
            CheckId::Revocation => (Cause::Malformed, Cause::RevocationUnknown),
            CheckId::Validity => (Cause::Malformed, Cause::Expired),
            CheckId::DocumentDigest | CheckId::Document => (Cause::NotAsLaidOut, Cause::ReadUncertain),
            CheckId::Changes => (Cause::Added, Cause::ChangeDoubtful),
            CheckId::Reproduction => (Cause::DataDiffer, Cause::DataDiffer),
            CheckId::RegisterReceipt => (Cause::ReceiptContradicts, Cause::ReadUncertain),
        };
        match self.outcome {
            Outcome::Fail => Some(self.cause.unwrap_or(failed)),
            Outcome::Unknown => Some(self.cause.unwrap_or(unknown)),
            Outcome::Pass | Outcome::NotChecked => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message;

    /// What failed proves something, what is unknown leaves a doubt: for every check alike.
    #[test]
    fn the_outcome_and_the_cause_of_a_check_agree() {
        let ids = [
            CheckId::Field,
            CheckId::Structure,
            CheckId::Format,
            CheckId::Cms,
            CheckId::Digest,
            CheckId::Attributes,
            CheckId::Certificate,
            CheckId::Signature,
            CheckId::TimeStamp,
            CheckId::Time,
            CheckId::Trust,
            CheckId::Office,
            CheckId::Role,
            CheckId::Revocation,
            CheckId::Validity,
            CheckId::DocumentDigest,
            CheckId::Document,
            CheckId::Changes,
            CheckId::RegisterReceipt,
        ];
        for id in ids {
            let cause_of = |check: Check| check.cause().map(Cause::verdict);
            let words = || message!("", "");
            assert_eq!(cause_of(Check::fail(id, words())), Some(Verdict::Invalid), "{id}");
            assert_eq!(cause_of(Check::unknown(id, words())), Some(Verdict::Indeterminate), "{id}");
            assert_eq!(cause_of(Check::pass(id, words())), None);
            assert_eq!(cause_of(Check::not_checked(id, words())), None);
        }
        for cause in Cause::ALL.iter().copied() {
            let check = Check::against(CheckId::Trust, cause, message!("", ""));
            assert_eq!(check.cause(), Some(cause));
            assert_eq!(check.outcome == Outcome::Fail, cause.verdict() == Verdict::Invalid);
        }
    }
}
