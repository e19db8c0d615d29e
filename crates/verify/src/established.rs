//! What was established about a file, and the one place where a verdict is made of it.

use super::check::{Check, Outcome};
use super::signature_kind::SignatureKind;
use super::unread::Unread;
use super::verdict::Verdict;

/// Everything that the verdict on a file depends on. What is not known yet is as if it spoke neither for the
/// file nor against it.
#[derive(Debug, Clone, Default)]
pub(super) struct Established {
    /// Why the file could not be read, where it could not; nothing else is known then.
    pub unread: Option<Unread>,
    /// What each signature and document time-stamp is, and the verdict on it alone.
    pub signatures: Vec<(SignatureKind, Verdict)>,
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
    /// After the first signature something was added that has no part in the decree's own flow.
    pub is_extended: bool,
    /// A role that must sign has not, or its signature does not hold.
    pub lacks_signature: bool,
    /// The receipt of the register contradicts the document.
    pub register_contradicts: bool,
    /// The pages don't say what the attached data say.
    pub data_contradict: bool,
}

/// Where something stands that other programs may read in another way than this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ambiguity {
    /// In what was signed: so its signer wrote it.
    Signed,
    /// In what followed, where anybody could have put it.
    Unsigned,
}

/// The verdict on a file: the first line that applies.
pub(super) fn verdict(known: &Established) -> Verdict {
    match known.unread {
        None => {}
        Some(Unread::Unsigned) => return Verdict::Unreadable,
        Some(Unread::Unsupported | Unread::Uncertain) => return Verdict::Indeterminate,
        Some(Unread::Cut | Unread::Changed) => return Verdict::Invalid,
    }
    let worst = known.signatures.iter().map(|(_, verdict)| *verdict).max();
    // Behind a signature, whatever other programs may read differently can hide a forgery.
    let hides_forgery =
        known.ambiguity == Some(Ambiguity::Unsigned) && (worst.is_some() || known.hides_signature);
    if known.register_contradicts || known.pages_differ || hides_forgery {
        Verdict::Invalid
    } else if let Some(worst) = worst.filter(|worst| !worst.is_valid()) {
        worst
    } else if known.ambiguity.is_some() && worst.is_some() {
        // What a signer wrote is nobody's forgery, and not for certain what the recipient sees.
        Verdict::Indeterminate
    } else if known.signatures.iter().all(|(kind, _)| *kind == SignatureKind::DocumentTimeStamp) {
        // A time alone tells nobody's consent.
        Verdict::Unsigned
    } else if known.is_unseen && !known.is_canonical {
        Verdict::Indeterminate
    } else if known.lacks_signature {
        Verdict::Incomplete
    } else if known.data_contradict {
        Verdict::Indeterminate
    } else if known.is_extended {
        Verdict::ValidExtended
    } else {
        Verdict::Valid
    }
}

/// The verdict on one signature: what was checked of it, and nothing else.
pub(super) fn signature_verdict(checks: &[Check]) -> Verdict {
    let any = |outcome| checks.iter().any(|check| check.outcome == outcome);
    if any(Outcome::Fail) {
        Verdict::Invalid
    } else if any(Outcome::Unknown) {
        Verdict::Indeterminate
    } else {
        Verdict::Valid
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckId;
    use crate::message;

    const SIGNED: (SignatureKind, Verdict) = (SignatureKind::Signature, Verdict::Valid);
    const STAMPED: (SignatureKind, Verdict) = (SignatureKind::DocumentTimeStamp, Verdict::Valid);
    const DOUBTFUL: (SignatureKind, Verdict) = (SignatureKind::Signature, Verdict::Indeterminate);
    const FORGED: (SignatureKind, Verdict) = (SignatureKind::Signature, Verdict::Invalid);

    fn with(signatures: &[(SignatureKind, Verdict)]) -> Established {
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
            (vec![(SignatureKind::DocumentTimeStamp, Verdict::Indeterminate)], Verdict::Indeterminate),
            (vec![SIGNED, (SignatureKind::DocumentTimeStamp, Verdict::Invalid)], Verdict::Invalid),
        ] {
            assert_eq!(verdict(&with(&signatures)), expected, "{signatures:?}");
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
                    |one| one.is_extended = true,
                    [Unsigned, ValidExtended, Indeterminate, Invalid, Unsigned],
                ),
                (
                    "a missing role",
                    |one| one.lacks_signature = true,
                    [Unsigned, Incomplete, Indeterminate, Invalid, Unsigned],
                ),
                (
                    "a register that knows otherwise",
                    |one| one.register_contradicts = true,
                    [Invalid, Invalid, Invalid, Invalid, Invalid],
                ),
                (
                    "other data",
                    |one| one.data_contradict = true,
                    [Unsigned, Indeterminate, Indeterminate, Invalid, Unsigned],
                ),
            ]
        };
        let files: [&[(SignatureKind, Verdict)]; 5] = [&[], &[SIGNED], &[DOUBTFUL], &[FORGED], &[STAMPED]];
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
        let extended = Established { is_extended: true, lacks_signature: true, ..with(&[SIGNED]) };
        assert_eq!(verdict(&extended), Verdict::Incomplete);
        // Somebody has yet to sign: that is said first, and nobody takes the file for a finished one.
        let contradicted = Established { data_contradict: true, ..extended };
        assert_eq!(verdict(&contradicted), Verdict::Incomplete);
        let complete = Established { lacks_signature: false, ..contradicted };
        assert_eq!(verdict(&complete), Verdict::Indeterminate);
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
        let facts: [fn(&mut Established); 8] = [
            |one| one.ambiguity = one.ambiguity.max(Some(Ambiguity::Signed)),
            |one| one.ambiguity = Some(Ambiguity::Unsigned),
            |one| one.is_unseen = true,
            |one| one.pages_differ = true,
            |one| one.is_extended = true,
            |one| one.lacks_signature = true,
            |one| one.register_contradicts = true,
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
                    assert!(verdict(&worse) >= verdict(&known), "{known:?} {worse:?}");
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
        let aside = Check { id: CheckId::UnsignedAttributes, outcome: Outcome::NotChecked, message: words() };
        for (checks, expected) in [
            (vec![pass.clone()], Verdict::Valid),
            (vec![pass.clone(), aside.clone()], Verdict::Valid),
            (vec![pass.clone(), unknown.clone(), aside], Verdict::Indeterminate),
            (vec![unknown, pass, fail], Verdict::Invalid),
        ] {
            assert_eq!(signature_verdict(&checks), expected, "{checks:?}");
        }
    }
}
