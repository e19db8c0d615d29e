//! Signing with keys in tokens.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::softhsm::{MODULE, PIN, SPY, Tokens, said};
use super::{assert_cms_holds, assert_valid, issued, names, verdict};
use crate::judges::{self, approve};
use crate::office::{Office, TIME};

/// An office, and a token with the key `chairman` and its certificate.
fn equipped() -> (Office, Tokens) {
    let (office, tokens) = (issued(), Tokens::new());
    tokens.key("EC:edwards25519", "chairman", "01");
    // The names of the office's own keys are taken.
    for ending in ["key", "crt"] {
        fs::remove_file(office.path(&format!("keys/chairman.{ending}"))).unwrap();
    }
    tokens.certify(&office, "chairman");
    (office, tokens)
}

/// The arguments that sign the report with the token into `signed.pdf`, and `more`.
fn sign<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["sign", "01-BC-UBND.pdf", "--token", MODULE, "--time", TIME, "-o", "signed.pdf"], more].concat()
}

#[test]
fn every_kind_of_key_signs_and_every_judge_agrees() {
    let (office, tokens) = (issued(), Tokens::new());
    for (index, (kind, label, name)) in [
        ("EC:edwards25519", "ed25519", "Ed25519"),
        ("EC:prime256v1", "p256", "ECDSA, SHA-256"),
        ("EC:secp384r1", "p384", "ECDSA, SHA-384"),
        ("RSA:2048", "rsa2048", "RSA-PSS, SHA-256"),
        ("RSA:3072", "rsa3072", "RSA-PSS, SHA-256"),
    ]
    .into_iter()
    .enumerate()
    {
        tokens.key(kind, label, &format!("0{}", index + 1));
        tokens.certify(&office, label);
        approve(
            Command::new("openssl")
                .args(["req", "-verify", "-noout", "-in"])
                .arg(office.path(&format!("keys/{label}.csr"))),
        );
        let (certificate, file) = (format!("keys/{label}.crt"), format!("{label}.pdf"));
        #[rustfmt::skip]
        let said = tokens.code(&office, &[
            "sign", "01-BC-UBND.pdf", "--token", MODULE, "--token-label", "office", "--key-label", label,
            "--cert", &certificate, "--time", TIME, "-o", &file,
        ], 0);
        assert!(said.contains(&format!("(signer: Người {label})")), "{said}");
        assert_eq!(verdict(&office, &file)["signatures"][0]["algorithm"], name);
        assert_valid(&office, &file, 1);
        assert_cms_holds(&office, &file, 0);
        judges::assert_pdfa_3a_and_ua_1(&office.path(&file));
    }
}

#[test]
fn both_roles_sign_from_tokens_with_the_certificates_in_them() {
    let (office, tokens) = equipped();
    tokens.certificate(&office.path("keys/chairman.crt"), "chairman", "01");
    tokens.key("RSA:2048", "seal", "02");
    tokens.certify(&office, "seal");
    tokens.certificate(&office.path("keys/seal.crt"), "seal", "02");
    tokens.certificate(&office.path("keys/root.crt"), "root", "99");
    tokens.code(&office, &sign(&["--key-label", "chairman"]), 0);
    #[rustfmt::skip]
    tokens.code(&office, &[
        "sign", "signed.pdf", "--as", "agency", "--token", MODULE, "--key-label", "seal", "--time", TIME,
        "-o", "sealed.pdf",
    ], 0);
    assert_valid(&office, "sealed.pdf", 2);
    assert_cms_holds(&office, "sealed.pdf", 1);
    judges::assert_pdfa_3a_and_ua_1(&office.path("sealed.pdf"));
    // What leads to the root comes along from the token.
    office.ok(&["extract", "signed.pdf", "--what", "certificates", "-o", "parts"]);
    assert_eq!(names(&office.path("parts")).len(), 2);
}

#[test]
fn of_several_certificates_in_the_token_the_one_that_is_valid_signs() {
    let (office, tokens) = equipped();
    // An old one of the same key, which stays in the token when a new one comes.
    #[rustfmt::skip]
    office.ok(&[
        "keys", "certify", "old", "keys/chairman.csr", "--issuer", "root", "--years", "1", "--time", TIME,
    ]);
    tokens.certificate(&office.path("keys/old.crt"), "old", "01");
    tokens.certificate(&office.path("keys/chairman.crt"), "new", "01");
    let later = "2027-12-01T08:00:00+07:00";
    #[rustfmt::skip]
    tokens.code(&office, &["sign", "01-BC-UBND.pdf", "--token", MODULE, "--time", later, "-o", "later.pdf"], 0);
    #[rustfmt::skip]
    let judged =
        office.json(&["verify", "later.pdf", "--require", "any", "--trust", "keys/root.crt", "--at", "2027-12-02T08:00:00+07:00", "--json"]);
    assert_eq!(judged["verdict"], "valid", "{judged:#}");
}

#[test]
fn the_pin_comes_from_a_file_or_a_descriptor_or_the_environment() {
    let (office, tokens) = equipped();
    fs::write(office.path("pin"), format!("{PIN}\nsomething else\n")).unwrap();
    let start = |more: &[&str]| {
        office.clear("signed.pdf");
        let arguments = sign(&[&["--cert", "keys/chairman.crt"], more].concat());
        let mut command = tokens.program(&office, &arguments);
        command.env_remove("VANTHU_PASSPHRASE").stdin(Stdio::null());
        command
    };
    said(&start(&["--passphrase-file", "pin"]).output().unwrap(), 0);
    // Standard input is a descriptor as any other.
    let mut child = start(&["--passphrase-fd", "0"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{PIN}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let none = said(&start(&[]).output().unwrap(), 8);
    assert!(none.contains("the token's PIN is needed"), "{none}");
    fs::write(office.path("long"), "7".repeat(5000)).unwrap();
    let long = said(&start(&["--passphrase-file", "long"]).output().unwrap(), 8);
    assert!(long.contains("at most 4096 bytes"), "{long}");
    assert!(!long.contains("7777"), "{long}");
    fs::write(office.path("latin"), b"m\xE3\n").unwrap();
    let latin = said(&start(&["--passphrase-file", "latin"]).output().unwrap(), 8);
    assert!(latin.contains("UTF-8"), "{latin}");
}

#[test]
fn what_is_wrong_is_said_and_no_file_is_left() {
    let (office, tokens) = equipped();
    tokens.key("EC:prime256v1", "other", "02");
    tokens.key("RSA:1024", "short", "03");
    tokens.key("EC:secp521r1", "p521", "04");
    fs::write(office.path("module.so"), "not a module").unwrap();
    let before = names(office.folder.path());
    let certificate = ["--cert", "keys/chairman.crt"];
    let cases: [(&[&str], &str); 8] = [
        // Several keys and no choice, or another one.
        (&[], "choose the key; the token has: chairman, other, p521, short (--key-label)"),
        (&["--key-label", "nobody"], "choose the key; the token has: "),
        (&["--token-label", "nobody"], "choose the token; there is: office (--token-label)"),
        (&["--key-label", "short"], "keys of the kind RSA-1024 don't sign here"),
        (&["--key-label", "p521"], "don't sign here"),
        // The certificate of another key.
        (&["--key-label", "other"], "the key does not belong to this certificate"),
        (&["--key-label", "chairman", "--token", "/nowhere.so"], "/nowhere.so: not a PKCS#11 module"),
        (&["--key-label", "chairman", "--token", "./module.so"], "./module.so: not a PKCS#11 module"),
    ];
    for (more, words) in cases {
        let mut arguments = sign(&[more, &certificate].concat());
        if more.contains(&"--token") {
            arguments.drain(2..4);
        }
        let said = tokens.code(&office, &arguments, 8);
        assert!(said.contains(words), "{more:?}: {said}");
        assert_eq!(names(office.folder.path()), before, "{more:?}");
    }
    // A library, and no module.
    let mut arguments = sign(&certificate);
    arguments[3] = "libm.so.6";
    assert!(tokens.code(&office, &arguments, 8).contains("not a PKCS#11 module"));
    // A key whose certificate is nowhere.
    let said = tokens.code(&office, &sign(&["--key-label", "chairman"]), 8);
    assert!(said.contains("the token has no certificate of the key “chairman”; use --cert"), "{said}");
    // A wrong PIN, in words of one line.
    let arguments = sign(&[&["--key-label", "chairman"], &certificate[..]].concat());
    let wrong = tokens.program(&office, &arguments).env("VANTHU_PASSPHRASE", "000000").output().unwrap();
    let wrong = super::softhsm::said(&wrong, 8);
    assert!(wrong.contains("the token's PIN is wrong") && wrong.lines().count() == 1, "{wrong}");
    let vi = tokens.program(&office, &[&["--lang", "vi"], &arguments[..]].concat());
    let vi = { vi }.env("VANTHU_PASSPHRASE", "000000").output().unwrap();
    assert!(super::softhsm::said(&vi, 8).contains("sai mã PIN"));
    // Two tokens and no choice, and none at all.
    tokens.plug_in("second");
    let two = tokens.code(&office, &arguments, 8);
    assert!(two.contains("choose the token; there is: ") && two.contains("(--token-label)"), "{two}");
    tokens.code(&office, &[&arguments[..], &["--token-label", "office"]].concat(), 0);
    let none = Tokens::none().code(&office, &[&arguments[..], &["--force"]].concat(), 8);
    assert!(none.contains("sees no token"), "{none}");
    let empty = Tokens::new().code(&office, &[&arguments[..], &["--force"]].concat(), 8);
    assert!(empty.contains("the token has no key that signs"), "{empty}");
}

#[test]
fn keys_that_their_maker_gave_no_identifier_are_told_apart_by_their_labels() {
    let (office, tokens) = (issued(), Tokens::new());
    for label in ["first", "second"] {
        tokens.tool(
            "office",
            &["--keypairgen", "--key-type", "EC:prime256v1", "--label", label, "--usage-sign"],
        );
    }
    for label in ["first", "second"] {
        tokens.certify(&office, label);
        let (certificate, file) = (format!("keys/{label}.crt"), format!("{label}.pdf"));
        #[rustfmt::skip]
        tokens.code(&office, &[
            "sign", "01-BC-UBND.pdf", "--token", MODULE, "--key-label", label, "--cert", &certificate,
            "--time", TIME, "-o", &file,
        ], 0);
        assert_eq!(verdict(&office, &file)["verdict"], "valid");
    }
}

#[test]
fn a_token_without_public_keys_has_its_certificate() {
    let (office, tokens) = equipped();
    tokens.certificate(&office.path("keys/chairman.crt"), "chairman", "01");
    tokens.tool("office", &["--delete-object", "--type", "pubkey", "--id", "01"]);
    tokens.code(&office, &sign(&[]), 0);
    assert_valid(&office, "signed.pdf", 1);
    tokens.tool("office", &["--delete-object", "--type", "cert", "--id", "01"]);
    let said = tokens.code(&office, &sign(&["--cert", "keys/chairman.crt", "--force"]), 8);
    assert!(said.contains("shows no public key “chairman”"), "{said}");
}

#[test]
fn a_key_that_wants_its_pin_each_time_is_told_as_such() {
    let (office, tokens) = (issued(), Tokens::new());
    #[rustfmt::skip]
    tokens.tool("office", &[
        "--keypairgen", "--key-type", "EC:prime256v1", "--label", "strict", "--id", "05", "--usage-sign",
        "--always-auth",
    ]);
    let said = tokens.code(&office, &["keys", "csr", "strict", "--token", MODULE, "--common-name", "A"], 8);
    assert!(said.contains("wants its PIN for every signature"), "{said}");
    assert!(!office.path("keys/strict.csr").exists());
}

#[test]
fn many_are_signed_with_one_login() {
    let (office, tokens) = equipped();
    let log = office.path("spy.log");
    for name in ["a.pdf", "b.pdf", "c.pdf"] {
        fs::copy(office.path("01-BC-UBND.pdf"), office.path(name)).unwrap();
    }
    #[rustfmt::skip]
    let mut command = tokens.program(&office, &[
        "sign", "a.pdf", "b.pdf", "c.pdf", "--token", SPY, "--cert", "keys/chairman.crt", "--time", TIME, "-o", "out",
    ]);
    command.env("PKCS11SPY", MODULE).env("PKCS11SPY_OUTPUT", &log);
    said(&command.output().unwrap(), 0);
    let log = fs::read_to_string(log).unwrap();
    let calls = |name: &str| log.lines().filter(|line| line.ends_with(name)).count();
    assert_eq!(calls(": C_Login"), 1, "{log}");
    assert_eq!(calls(": C_OpenSession"), 1);
    assert_eq!(calls(": C_SignInit"), 3);
    assert_eq!(calls(": C_CloseSession"), 1);
    assert_eq!(names(&office.path("out")), ["a.pdf", "b.pdf", "c.pdf"]);
}

#[test]
fn a_token_that_is_pulled_leaves_whole_files_or_none() {
    let (office, tokens) = equipped();
    fs::create_dir(office.path("in")).unwrap();
    let count = 60;
    for index in 0..count {
        fs::copy(office.path("01-BC-UBND.pdf"), office.path(&format!("in/{index:02}.pdf"))).unwrap();
    }
    #[rustfmt::skip]
    let child = tokens
        .program(&office, &["sign", "in", "--token", MODULE, "--cert", "keys/chairman.crt", "--time", TIME, "-o", "out"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !office.path("out/00.pdf").exists() {
        assert!(Instant::now() < until, "nothing was signed");
        thread::sleep(Duration::from_millis(1));
    }
    tokens.pull();
    let said = said(&child.wait_with_output().unwrap(), 10);
    let signed = names(&office.path("out"));
    assert!(!signed.is_empty() && signed.len() < count, "{said}");
    assert!(
        said.contains(&format!("Signed {} files; {} failed", signed.len(), count - signed.len())),
        "{said}"
    );
    for name in signed {
        assert_eq!(verdict(&office, &format!("out/{name}"))["verdict"], "valid", "{name}");
    }
}
