//! Several keys of one module in one process, as a service of many offices has them; and tokens that come and go.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use vanthu::sign::token::{TokenChoice, TokenError, TokenKey};

use super::softhsm::{MODULE, PIN, Tokens};
use crate::judges::approve;

const FOLDER: &str = "VANTHU_TEST_TOKENS";
/// A module is started anew once in ten seconds.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_process_has_many_tokens_and_finds_them_again_when_they_were_pulled() {
    let tokens = Tokens::new();
    tokens.plug_in("second");
    for token in ["office", "second"] {
        for (label, identifier) in [("first", "01"), ("other", "02")] {
            let make = ["--keypairgen", "--key-type", "EC:edwards25519", "--label", label];
            tokens.tool(token, &[&make[..], &["--id", identifier, "--usage-sign"]].concat());
        }
    }
    // Where tokens are, SoftHSM learns from the environment of the process.
    approve(
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "--nocapture", "tokens::kept::alone"])
            .env("SOFTHSM2_CONF", tokens.configuration())
            .env(FOLDER, tokens.plugged_in()),
    );
}

fn open(token: &str, key: &str, pin: &str) -> Result<TokenKey, TokenError> {
    let choice =
        TokenChoice { module: MODULE.into(), token: Some(token.to_owned()), key: Some(key.to_owned()) };
    TokenKey::open(&choice, &SecretString::from(pin))
}

#[test]
#[ignore = "the test above runs it in a process of its own"]
fn alone() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let (folder, away) = (Path::new(&folder).to_owned(), Path::new(&folder).with_extension("away"));
    let keys = [("office", "first"), ("office", "other"), ("second", "first")]
        .map(|(token, key)| open(token, key, PIN).unwrap());
    // Who comes second is logged in already, and has to know the PIN as well.
    assert!(matches!(open("second", "other", "000000"), Err(TokenError::Pin)));
    // Ed25519 signs the same alike: a signature says which key made it.
    let sign = |key: &TokenKey| key.sign(b"message");
    let signed = keys.each_ref().map(|key| sign(key).unwrap());
    assert!(signed[0] != signed[1] && signed[1] != signed[2]);
    for _ in 0..2 {
        std::fs::rename(&folder, &away).unwrap();
        std::fs::create_dir(&folder).unwrap();
        let until = Instant::now() + PATIENCE;
        while sign(&keys[0]).is_ok() {
            assert!(Instant::now() < until, "it signs without its token");
            std::thread::sleep(Duration::from_millis(500));
        }
        std::fs::remove_dir(&folder).unwrap();
        std::fs::rename(&away, &folder).unwrap();
        while sign(&keys[0]).is_err() {
            assert!(Instant::now() < until, "it does not find its token again");
            std::thread::sleep(Duration::from_millis(500));
        }
        assert_eq!(keys.each_ref().map(|key| sign(key).unwrap()), signed);
    }
}
