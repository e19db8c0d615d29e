//! What was established about a file, and the one place where a cause, and with it the verdict, is made of it.

use super::cause::Cause;
use super::check::Check;
use super::signature_kind::SignatureKind;
use super::unread::Unread;
use super::verdict::Verdict;
use crate::role::Role;

/// Everything that the verdict on a file depends on. What is not known yet is as if it spoke neither for the
/// file nor against it.
#[derive(Debug, Clone, Default)]
pub(super) struct Established {
    /// Why the file could not be read, where it could not; nothing else is known then.
    pub unread: Option<Unread>,
    /// What each signature and document time-stamp is, and what is to be said of it alone.
    pub signatures: Vec<(SignatureKind, Cause)>,
    /// Both roles have signed.
    pub has_both_roles: bool,
    /// No signature was found, but bytes that look like one: it may stand where the cross-references no longer
    /// lead, and then the file was cut or turned back.
    pub hides_signature: bool,
    /// Other programs may read the file in another way than this one: the worst place of that.
    pub ambiguity: Option<Ambiguity>,
    /// A witness saw pages that differ from what was signed.
    pub pages_differ: bool,
    /// What followed the first signature can show on the pages, and nobody compared all of them.
    pub is_unseen: bool,
    /// What followed the first signature is, byte for byte, what this project's own writer makes of it: then nobody
    /// has to look.
    pub is_canonical: bool,
    /// What was added after the first signature.
    pub additions: Additions,
    /// Roles that must sign and have not, or whose signature does not hold.
    pub missing: Vec<Role>,
    /// The number is still to be filled in.
    pub lacks_number: bool,
    /// What the receipt of the register says against the document.
    pub receipt: Option<Cause>,
    /// The pages don't say what the attached data say.
    pub data_contradict: bool,
    /// What the office's register says against the document.
    pub register: Option<Cause>,
}

/// What was added after the first signature, from little to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Additions {
    /// Nothing but what the decree's own flow makes: signatures in fields that were there.
    #[default]
    None,
    /// Time-stamps and validation data.
    Preservation,
    /// Number and date, which the agency signed.
    Number,
    /// Something else.
    Other,
}

/// Where something stands that other programs may read in another way than this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ambiguity {
    /// In what was signed: so its signer wrote it.
    Signed,
    /// In what followed, where anybody could have put it.
    Unsigned,
}

/// Why the verdict on a file is what it is: the worst of everything that is known.
pub(super) fn cause(known: &Established) -> Cause {
    match known.unread {
        None => {}
        Some(Unread::Unsigned) => return Cause::Unreadable,
        Some(Unread::Unsupported) => return Cause::UnsupportedFile,
        Some(Unread::Uncertain) => return Cause::ReadUncertain,
        Some(Unread::Cut | Unread::Changed) => return Cause::Damaged,
    }
    // A time alone tells nobody's consent.
    let is_signed = known.signatures.iter().any(|(kind, _)| *kind == SignatureKind::Signature);
    let is_any = !known.signatures.is_empty();
    // Behind a signature, whatever other programs may read differently can hide a forgery.
    let hides_forgery = known.ambiguity == Some(Ambiguity::Unsigned) && (is_any || known.hides_signature);
    let mut worst = match (is_signed, known.has_both_roles) {
        (false, _) => Cause::Unsigned,
        (true, false) => Cause::Signed,
        (true, true) => Cause::BothSigned,
    };
    let mut found = |applies: bool, cause: Cause| {
        if applies {
            worst = worst.max(cause);
        }
    };
    for (_, cause) in &known.signatures {
        found(true, *cause);
    }
    match known.additions {
        Additions::None => {}
        Additions::Preservation => found(is_signed, Cause::Preserved),
        Additions::Number => found(is_signed, Cause::NumberFilledIn),
        Additions::Other => found(is_signed, Cause::Extended),
    }
    let lacks_agency = known.missing.contains(&Role::Agency);
    found(
        is_signed && lacks_agency,
        if known.lacks_number { Cause::NotNumbered } else { Cause::AgencyMissing },
    );
    found(is_signed && known.missing.contains(&Role::Signer), Cause::SignerMissing);
    found(is_signed && known.is_unseen && !known.is_canonical, Cause::NotCompared);
    found(is_signed && known.data_contradict, Cause::DataDiffer);
    // What a signer wrote is nobody's forgery, and not for certain what the recipient sees.
    found(is_any && known.ambiguity.is_some(), Cause::ReadUncertain);
    found(hides_forgery, Cause::Damaged);
    found(known.pages_differ, Cause::PagesDiffer);
    known.receipt.into_iter().for_each(|cause| found(true, cause));
    // Whose key it is tells more than that the office does not know the document.
    let is_of_another = known.signatures.iter().any(|(_, cause)| *cause == Cause::OtherOffice);
    let is_unknown = |cause: Cause| cause.verdict() == Verdict::Invalid;
    known.register.into_iter().for_each(|cause| found(!(is_of_another && is_unknown(cause)), cause));
    worst
}

/// What is to be said of one signature: the worst of what was checked of it, and nothing else.
pub(super) fn signature_cause(checks: &[Check]) -> Cause {
    checks.iter().filter_map(Check::cause).max().unwrap_or(Cause::Signed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckId;
    use crate::message;

    const SIGNED: (SignatureKind, Cause) = (SignatureKind::Signature, Cause::Signed);
    const STAMPED: (SignatureKind, Cause) = (SignatureKind::DocumentTimeStamp, Cause::Signed);
    const DOUBTFUL: (SignatureKind, Cause) = (SignatureKind::Signature, Cause::UnknownRoot);
    const FORGED: (SignatureKind, Cause) = (SignatureKind::Signature, Cause::ValueWrong);

    fn verdict(known: &Established) -> Verdict {
        cause(known).verdict()
    }

    fn with(signatures: &[(SignatureKind, Cause)]) -> Established {
        Established { signatures: signatures.to_vec(), ..Established::default() }
    }

    #[test]
    fn signatures_alone() {
        for (signatures, expected) in [
            (vec![], Verdict::Unsigned),
            (vec![STAMPED], Verdict::Unsigned),
            (vec![SIGNED], Verdict::Valid),
            (vec![SIGNED, SIGNED, STAMPED], Verdict::Valid),
            (vec![SIGNED, DOUBTFUL], Verdict::Indeterminate),
            (vec![FORGED, DOUBTFUL, SIGNED], Verdict::Invalid),
            (vec![(SignatureKind::DocumentTimeStamp, Cause::TimeStampUntrusted)], Verdict::Indeterminate),
            (vec![SIGNED, (SignatureKind::DocumentTimeStamp, Cause::Changed)], Verdict::Invalid),
        ] {
            assert_eq!(verdict(&with(&signatures)), expected, "{signatures:?}");
        }
    }

    #[test]
    fn what_the_register_says() {
        let other_office = (SignatureKind::Signature, Cause::OtherOffice);
        for (said, signed, doubtful, foreign) in [
            (Cause::NotInRegister, Verdict::Invalid, Verdict::Invalid, Cause::OtherOffice),
            (Cause::OtherInRegister, Verdict::Invalid, Verdict::Invalid, Cause::OtherOffice),
            (
                Cause::RegisterDiscontinued,
                Verdict::Indeterminate,
                Verdict::Indeterminate,
                Cause::RegisterDiscontinued,
            ),
            (Cause::Recalled, Verdict::ValidExtended, Verdict::Indeterminate, Cause::OtherOffice),
        ] {
            let told = |one| Established { register: Some(said), ..with(&[one]) };
            assert_eq!(verdict(&told(SIGNED)), signed, "{said:?}");
            assert_eq!(verdict(&told(DOUBTFUL)), doubtful, "{said:?}");
            assert_eq!(cause(&told(other_office)), foreign, "{said:?}");
        }
    }

    /// What is worse than the signatures' own verdicts, and what counts only where they hold.
    #[test]
    fn what_surrounds_the_signatures() {
        type Fact = fn(&mut Established);
        // To files that are unsigned, signed, doubtful, forged and only time-stamped.
        let table: [(&str, Fact, [Verdict; 5]); 10] = {
            use Verdict::{Incomplete, Indeterminate, Invalid, Unsigned, Valid, ValidExtended};
            [
                ("nothing", |_| {}, [Unsigned, Valid, Indeterminate, Invalid, Unsigned]),
                (
                    "ambiguous where it was signed",
                    |one| one.ambiguity = Some(Ambiguity::Signed),
                    [Unsigned, Indeterminate, Indeterminate, Invalid, Indeterminate],
                ),
                (
                    "ambiguous in what followed",
                    |one| one.ambiguity = Some(Ambiguity::Unsigned),
                    [Unsigned, Invalid, Invalid, Invalid, Invalid],
                ),
                (
                    "a hidden signature",
                    |one| one.hides_signature = true,
                    [Unsigned, Valid, Indeterminate, Invalid, Unsigned],
                ),
                (
                    "another look",
                    |one| one.pages_differ = true,
                    [Invalid, Invalid, Invalid, Invalid, Invalid],
                ),
                (
                    "pages that nobody compared",
                    |one| one.is_unseen = true,
                    [Unsigned, Indeterminate, Indeterminate, Invalid, Unsigned],
                ),
                (
                    "an addition",
                    |one| one.additions = Additions::Other,
                    [Unsigned, ValidExtended, Indeterminate, Invalid, Unsigned],
                ),
                (
                    "a missing role",
                    |one| one.missing.push(Role::Agency),
                    [Unsigned, Incomplete, Indeterminate, Invalid, Unsigned],
                ),
                (
                    "a register that knows otherwise",
                    |one| one.receipt = Some(Cause::ReceiptContradicts),
                    [Invalid, Invalid, Invalid, Invalid, Invalid],
                ),
                (
                    "other data",
                    |one| one.data_contradict = true,
                    [Unsigned, Indeterminate, Indeterminate, Invalid, Unsigned],
                ),
            ]
        };
        let files: [&[(SignatureKind, Cause)]; 5] = [&[], &[SIGNED], &[DOUBTFUL], &[FORGED], &[STAMPED]];
        for (name, fact, expected) in table {
            let found = files.map(|signatures| {
                let mut known = with(signatures);
                fact(&mut known);
                verdict(&known)
            });
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn several_facts_at_once() {
        let hidden = Established { hides_signature: true, ambiguity: Some(Ambiguity::Unsigned), ..with(&[]) };
        assert_eq!(verdict(&hidden), Verdict::Invalid);
        let missing = vec![Role::Agency];
        let extended = Established { additions: Additions::Other, missing, ..with(&[SIGNED]) };
        assert_eq!(verdict(&extended), Verdict::Incomplete);
        let contradicted = Established { data_contradict: true, ..extended };
        assert_eq!(verdict(&contradicted), Verdict::Indeterminate);
    }

    /// Where our own writer makes the same bytes, nobody has to look; what somebody saw counts all the same.
    #[test]
    fn canonical_updates_need_no_witness() {
        let canonical = Established { is_unseen: true, is_canonical: true, ..with(&[SIGNED, SIGNED]) };
        assert_eq!(verdict(&canonical), Verdict::Valid);
        let different = Established { pages_differ: true, ..canonical };
        assert_eq!(verdict(&different), Verdict::Invalid);
    }

    #[test]
    fn files_that_cannot_be_read() {
        for (unread, expected) in [
            (Unread::Unsigned, Verdict::Unreadable),
            (Unread::Unsupported, Verdict::Indeterminate),
            (Unread::Uncertain, Verdict::Indeterminate),
            (Unread::Cut, Verdict::Invalid),
            (Unread::Changed, Verdict::Invalid),
        ] {
            let mut known = Established { unread: Some(unread), ..Established::default() };
            assert_eq!(verdict(&known), expected, "{unread:?}");
            known.data_contradict = true;
            assert_eq!(verdict(&known), expected, "{unread:?}");
        }
    }

    /// A verdict is not better than another one because more speaks against the file.
    #[test]
    fn nothing_against_a_file_helps_it() {
        let facts: [fn(&mut Established); 12] = [
            |one| one.ambiguity = one.ambiguity.max(Some(Ambiguity::Signed)),
            |one| one.ambiguity = Some(Ambiguity::Unsigned),
            |one| one.is_unseen = true,
            |one| one.pages_differ = true,
            |one| one.additions = Additions::Other,
            |one| one.missing.push(Role::Agency),
            |one| one.receipt = Some(Cause::ReceiptContradicts),
            |one| one.data_contradict = true,
            |one| one.lacks_number = true,
            |one| one.additions = one.additions.max(Additions::Preservation),
            |one| one.additions = one.additions.max(Additions::Number),
            |one| one.signatures.push(FORGED),
        ];
        for chosen in 0..1_u32 << facts.len() {
            for signatures in [vec![SIGNED], vec![SIGNED, STAMPED], vec![DOUBTFUL], vec![FORGED]] {
                let mut known = with(&signatures);
                for (index, fact) in facts.iter().enumerate() {
                    if chosen >> index & 1 == 1 {
                        fact(&mut known);
                    }
                }
                for fact in facts {
                    let mut worse = known.clone();
                    fact(&mut worse);
                    assert!(cause(&worse).verdict() >= cause(&known).verdict(), "{known:?} {worse:?}");
                }
            }
        }
    }

    #[test]
    fn one_signature() {
        let words = || message!("", "");
        let pass = Check::pass(CheckId::Digest, words());
        let unknown = Check::unknown(CheckId::Trust, words());
        let fail = Check::fail(CheckId::Attributes, words());
        let aside = Check::not_checked(CheckId::UnsignedAttributes, words());
        for (checks, expected) in [
            (vec![pass.clone()], Verdict::Valid),
            (vec![pass.clone(), aside.clone()], Verdict::Valid),
            (vec![pass.clone(), unknown.clone(), aside], Verdict::Indeterminate),
            (vec![unknown, pass, fail], Verdict::Invalid),
        ] {
            assert_eq!(signature_cause(&checks).verdict(), expected, "{checks:?}");
        }
    }

    /// The headline of a file whose signatures hold.
    #[test]
    fn what_a_good_file_is_called() {
        let both = Established { has_both_roles: true, ..with(&[SIGNED, SIGNED]) };
        for (known, expected) in [
            (with(&[SIGNED]), Cause::Signed),
            (both.clone(), Cause::BothSigned),
            (Established { additions: Additions::Preservation, ..both.clone() }, Cause::Preserved),
            (Established { additions: Additions::Number, ..both.clone() }, Cause::NumberFilledIn),
            (Established { additions: Additions::Other, ..both }, Cause::Extended),
            (Established { missing: vec![Role::Agency], ..with(&[SIGNED]) }, Cause::AgencyMissing),
            (Established { missing: Role::ALL.to_vec(), ..with(&[SIGNED]) }, Cause::SignerMissing),
            (
                Established { missing: vec![Role::Agency], lacks_number: true, ..with(&[SIGNED]) },
                Cause::NotNumbered,
            ),
            (Established { ambiguity: Some(Ambiguity::Signed), ..with(&[SIGNED]) }, Cause::ReadUncertain),
            (Established { ambiguity: Some(Ambiguity::Unsigned), ..with(&[SIGNED]) }, Cause::Damaged),
            (Established { pages_differ: true, ..with(&[FORGED]) }, Cause::ValueWrong),
        ] {
            assert_eq!(cause(&known), expected, "{known:?}");
        }
    }

    /// A worse cause never has a better verdict.
    #[test]
    fn causes_are_in_the_order_of_their_verdicts() {
        assert!(Cause::ALL.is_sorted() && Cause::ALL.is_sorted_by_key(|cause| cause.verdict()));
    }
}
