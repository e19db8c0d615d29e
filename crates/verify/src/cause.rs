//! Why a file is judged as it is: every cause there is, the verdict that follows from it, and its name in ETSI
//! EN 319 102-1. What is said of each stands in [`cause_words`](super::cause_words).

use serde::Serialize;

use super::verdict::Verdict;

/// An enum with the list of all of its variants.
macro_rules! causes {
    ($($(#[$words:meta])* $name:ident,)*) => {
        /// Why the verdict is what it is, from best to worst: of several causes the worst counts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Cause {
            $($(#[$words])* $name,)*
        }

        impl Cause {
            /// All of them, from best to worst.
            pub const ALL: &'static [Cause] = &[$(Cause::$name,)*];
        }
    };
}

causes! {
    /// Signed, and nothing speaks against it.
    Signed,
    /// The authorised person and the agency have signed.
    BothSigned,
    /// Only time-stamps and validation data followed.
    Preserved,
    /// The clerk filled in number and date, and the agency signed them.
    NumberFilledIn,
    /// Something else followed that is permitted.
    Extended,
    /// The agency took the number back.
    NumberCancelled,
    /// Another document took its place.
    Replaced,
    /// The agency recalled it.
    Recalled,
    /// The number and the agency's signature are still to come.
    NotNumbered,
    /// The agency has not signed.
    AgencyMissing,
    /// The authorised person has not signed.
    SignerMissing,
    /// Nobody has signed.
    Unsigned,
    /// Nothing at hand says whether a certificate was revoked.
    RevocationUnknown,
    /// No time of signing is told, or one that can't be.
    TimeDoubtful,
    /// The certificate was not valid yet.
    NotYetValid,
    /// The certificate has expired, and no time-stamp proves that it was signed before.
    Expired,
    /// The authority of a time-stamp is not trusted, or the time-stamp can't be used.
    TimeStampUntrusted,
    /// No trust anchor vouches for the signer.
    UnknownRoot,
    /// The path to the trust anchor does not hold.
    PathBroken,
    /// The certificate is not for signing documents.
    WrongPurpose,
    /// The certificate was issued for another role than the one that it signed in.
    WrongRole,
    /// The office has named other certificates for the role.
    NotPinned,
    /// The anchor vouches for several offices, and the certificate does not say of which of them it is.
    OfficeNotEstablished,
    /// The key is one of another office than the document names.
    OtherOffice,
    /// An algorithm is too weak.
    Weak,
    /// A form of signature or an algorithm is not supported.
    Unsupported,
    /// The file uses what is not supported, or too much of what is.
    UnsupportedFile,
    /// The pages could not be compared with what was signed.
    NotCompared,
    /// A change that the signer neither allows nor forbids.
    ChangeDoubtful,
    /// The pages don't say what the attached data say.
    DataDiffer,
    /// The file can't be read with certainty: other programs may read it in another way.
    ReadUncertain,
    /// The office's register is not what its key signed: whether the document was recalled is not known.
    RegisterDiscontinued,
    /// A certificate was revoked, and nothing proves that it was signed before.
    Revoked,
    /// A certificate was revoked before the time at which it says it was signed.
    SignedAfterRevocation,
    /// The file can't be read, and nothing tells that it is signed.
    Unreadable,
    /// Bytes that no signature covers: damaged on the way, or something was inserted.
    Damaged,
    /// The signature is not written as it must be.
    Malformed,
    /// The register of the office that it names does not have it.
    NotInRegister,
    /// The register's receipt is of another document.
    ReceiptContradicts,
    /// The register has another document under the number.
    OtherInRegister,
    /// A signature was taken out.
    SignatureRemoved,
    /// What was signed is not what the printed digest stands for.
    NotAsLaidOut,
    /// Something was added or changed that the signer does not permit.
    Added,
    /// Pages look different from what was signed.
    PagesDiffer,
    /// The signed bytes were changed.
    Changed,
    /// The receipt is not one of the register that it names.
    ReceiptForged,
    /// The signature value is not one by the key of the certificate.
    ValueWrong,
}

impl Cause {
    /// The verdict that follows from it. That an office takes a document back takes nothing from its signatures; a document
    /// that the office's own register does not have was never issued by it.
    pub fn verdict(self) -> Verdict {
        use Cause::*;
        match self {
            Signed | BothSigned | Preserved => Verdict::Valid,
            NumberFilledIn | Extended | NumberCancelled | Replaced | Recalled => Verdict::ValidExtended,
            NotNumbered | AgencyMissing | SignerMissing => Verdict::Incomplete,
            Unsigned => Verdict::Unsigned,
            RevocationUnknown
            | TimeDoubtful
            | NotYetValid
            | Expired
            | TimeStampUntrusted
            | UnknownRoot
            | PathBroken
            | WrongPurpose
            | WrongRole
            | NotPinned
            | OfficeNotEstablished
            | OtherOffice
            | Weak
            | Unsupported
            | UnsupportedFile
            | NotCompared
            | ChangeDoubtful
            | DataDiffer
            | ReadUncertain
            | RegisterDiscontinued
            | Revoked
            | SignedAfterRevocation => Verdict::Indeterminate,
            Unreadable => Verdict::Unreadable,
            Damaged | Malformed | NotInRegister | ReceiptContradicts | OtherInRegister | SignatureRemoved
            | NotAsLaidOut | Added | PagesDiffer | Changed | ReceiptForged | ValueWrong => Verdict::Invalid,
        }
    }

    /// A sign beside the words, for those who don't see colours.
    pub fn sign(self) -> char {
        match self {
            Cause::Recalled | Cause::Replaced | Cause::NumberCancelled => '⛔',
            _ => self.verdict().sign(),
        }
    }

    /// Its sub-indication (ETSI EN 319 102-1, table 6); `None` where nothing speaks against the signature, or the
    /// standard has no name for it.
    pub fn sub_indication(self) -> Option<&'static str> {
        use Cause::*;
        Some(match self {
            Damaged | Malformed | SignatureRemoved | Added | PagesDiffer => "FORMAT_FAILURE",
            Changed | NotAsLaidOut => "HASH_FAILURE",
            ValueWrong => "SIG_CRYPTO_FAILURE",
            Revoked | SignedAfterRevocation => "REVOKED_NO_POE",
            NotYetValid | Expired => "OUT_OF_BOUNDS_NO_POE",
            RevocationUnknown => "TRY_LATER",
            UnknownRoot => "NO_CERTIFICATE_CHAIN_FOUND",
            PathBroken => "CERTIFICATE_CHAIN_GENERAL_FAILURE",
            WrongPurpose | WrongRole | NotPinned | OfficeNotEstablished | OtherOffice => {
                "CHAIN_CONSTRAINTS_FAILURE"
            }
            Weak => "CRYPTO_CONSTRAINTS_FAILURE",
            TimeDoubtful => "SIG_CONSTRAINTS_FAILURE",
            Signed | BothSigned | Preserved | NumberFilledIn | Extended | NotInRegister | NumberCancelled
            | Replaced | Recalled | NotNumbered | AgencyMissing | SignerMissing | Unsigned
            | TimeStampUntrusted | Unsupported | UnsupportedFile | NotCompared | ChangeDoubtful
            | DataDiffer | ReadUncertain | RegisterDiscontinued | Unreadable | ReceiptContradicts
            | OtherInRegister | ReceiptForged => return None,
        })
    }
}
