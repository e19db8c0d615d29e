//! Receipts, notes and keys of a register's log: what is read is written as it was, and nobody is believed
//! who has not the key.

use vanthu_verify::log::receipt::Receipt;
use vanthu_verify::log::{Checkpoint, Note, VerifierKey};

const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

pub fn receipt(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(key) = KEY.parse::<VerifierKey>() else { return };
    if let Ok(receipt) = Receipt::parse(text) {
        assert_eq!(receipt.to_text(), text);
        assert!(receipt.verify(&key).is_err());
    }
    if let Ok(note) = Note::parse(text) {
        let _ = Checkpoint::parse(note.unverified());
        let _ = note.verified(&key);
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text.trim_end());
    }
}
