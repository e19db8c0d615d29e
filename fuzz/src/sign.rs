//! Signing what others made: whatever PDF takes a signature, the signature is a right one of it.

use std::sync::LazyLock;

use vanthu_base::role::Role;
use vanthu_keys::{Issuer, issue};
use vanthu_keys::{PrivateKey, Subject};
use vanthu_pdf::reader;
use vanthu_sign::{BaseDigest, FileSigner, Request, SignatureDetails, Signer, prepare, signed_fields};
use vanthu_verify::{CheckId, Options, Outcome, TrustStore, verify};

const TIME: time::OffsetDateTime = time::OffsetDateTime::UNIX_EPOCH;

static SIGNER: LazyLock<FileSigner> = LazyLock::new(|| {
    let name = |words: &str| Subject { common_name: words.to_owned(), ..Subject::default() };
    let (root_key, key) = (PrivateKey::generate().expect("a key"), PrivateKey::generate().expect("a key"));
    let now = TIME + time::Duration::days(20_000);
    let day = time::Duration::days(9);
    let root = issue(&name("Root"), &root_key, Issuer::Itself, now, day * 2).expect("a root");
    let certificate =
        issue(&name("Signer"), &key, Issuer::Root(&root_key, &root), now, day).expect("a signer");
    FileSigner::new(key, certificate, vec![root], now).expect("they fit")
});

pub fn sign(bytes: &[u8]) {
    let now = TIME + time::Duration::days(20_000);
    let Ok(file) = reader::read(bytes) else { return };
    let base = BaseDigest::of(bytes, SIGNER.algorithm().digest());
    // What was signed already may be broken, and stays so.
    if !matches!(signed_fields(&file), Ok(fields) if fields.is_empty()) {
        return;
    }
    let Ok(prepared) = prepare(&file, base, &Request::of(Role::Signer)) else { return };
    let details = SignatureDetails { time: now, name: "Signer".to_owned(), location: None };
    let Ok(revision) = prepared.sign(&*SIGNER, &details, None) else { return };
    let signed = [bytes, &revision].concat();
    let judged = verify(&signed, &Options::new(&TrustStore::new(), now));
    // What a damaged base makes of it is for whoever judges the result, before it is handed out; what was signed is
    // right in any case.
    let made = [CheckId::Cms, CheckId::Digest, CheckId::Attributes, CheckId::Certificate, CheckId::Signature];
    let checks =
        judged.signatures.iter().flat_map(|one| &one.checks).filter(|check| made.contains(&check.id));
    checks.for_each(|check| assert_ne!(check.outcome, Outcome::Fail, "{check:?}"));
}
