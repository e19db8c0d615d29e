//! Receipts: proven without the register, and whatever else they are given, they say no.

use proptest::prelude::*;
use vanthu_keys::verifier_key;
use vanthu_verify::log::Leaf;
use vanthu_verify::log::receipt::{Receipt, ReceiptError};

use crate::desk::{ORIGIN, audit, file, issue, key, letter, open, run, series, vkey};

/// The receipts that `count` documents carry.
fn receipts(count: u32) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let register = open(file(folder.path())).await;
        let mut receipts = Vec::new();
        for n in 0..count {
            receipts.push(issue(&register, series("*"), letter(&format!("Việc {n}")), n).await.receipt);
        }
        assert_eq!(audit(&register).await.faults, []);
        receipts
    })
}

#[test]
fn every_document_s_receipt_is_proven_without_the_register() {
    for (n, text) in receipts(9).into_iter().enumerate() {
        let receipt = Receipt::parse(&text).unwrap();
        assert_eq!(receipt.to_text(), text);
        let leaf = receipt.verify(&vkey()).unwrap();
        assert_eq!((leaf.number as usize, leaf.office.as_str()), (n + 1, "H37.DN.001"));
        assert_eq!(leaf.previous_number, (n > 0).then_some(n as u32));
        let other = verifier_key(ORIGIN, &key(8)).unwrap();
        assert!(receipt.verify(&other).is_err());
    }
}

#[test]
fn a_receipt_says_nothing_of_what_is_not_public() {
    let text = receipts(1).remove(0);
    let leaf = Receipt::parse(&text).unwrap().leaf().to_json();
    assert!(!leaf.contains("Việc") && !leaf.contains("Nguyễn") && !leaf.contains("Sở Nội vụ"), "{leaf}");
}

#[test]
fn a_changed_leaf_is_not_in_the_log() {
    let text = receipts(5).remove(4);
    let receipt = Receipt::parse(&text).unwrap();
    let leaf = Leaf { number: 4, ..receipt.leaf().clone() };
    let path = text.lines().skip(3).take_while(|line| !line.is_empty());
    let path = path.map(|line| {
        use base64::prelude::{BASE64_STANDARD, Engine as _};
        BASE64_STANDARD.decode(line).unwrap().try_into().unwrap()
    });
    let forged = Receipt::new(leaf, receipt.index(), path.collect(), receipt.checkpoint().to_owned());
    assert_eq!(forged.verify(&vkey()), Err(ReceiptError::NotIncluded));
}

#[test]
fn any_changed_byte_is_noticed() {
    let text = receipts(6).remove(5);
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        let proven = Receipt::parse(&changed).is_ok_and(|receipt| receipt.verify(&vkey()).is_ok());
        assert!(!proven, "byte {at}: {changed}");
    }
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_as_it_was(text in "(c2sp.org/tlog-proof@v1\n)?(extra [A-Za-z0-9+/=]{0,40}\n)?(index [0-9]{1,3}\n)?([A-Za-z0-9+/]{43}=\n){0,3}\n?.{0,80}\n") {
        if let Ok(receipt) = Receipt::parse(&text) {
            prop_assert_eq!(receipt.to_text(), text);
        }
    }

    #[test]
    fn a_receipt_that_is_cut_or_joined_is_none(cut in 0_usize..1000, with in "\\PC{0,20}") {
        let text = &*RECEIPT;
        let cut = cut.min(text.len());
        if text.is_char_boundary(cut) && (cut < text.len() || !with.is_empty()) {
            let (head, tail) = text.split_at(cut);
            for other in [format!("{head}{with}"), format!("{with}{tail}"), format!("{head}{with}{with}{tail}")] {
                if other != *text {
                    prop_assert!(!Receipt::parse(&other).is_ok_and(|one| one.verify(&vkey()).is_ok()));
                }
            }
        }
    }
}

static RECEIPT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| receipts(3).remove(2));
