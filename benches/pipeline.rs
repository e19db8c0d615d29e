//! The parts in one process, on the example report: laying out, signing, verifying.

#![allow(clippy::unwrap_used, reason = "a bench that fails should stop")]

use divan::{Bencher, black_box};
use time::{Duration, OffsetDateTime};
use vanthu::certificate;
use vanthu::cms::DigestAlgorithm;
use vanthu::document::{self, model::Document};
use vanthu::fonts::Faces;
use vanthu::issue::compose;
use vanthu::keys::{self, Issuer, PrivateKey, Subject};
use vanthu::layout::{DraftMark, Engine};
use vanthu::pdf::reader;
use vanthu::role::Role;
use vanthu::sign::{self, Appearance, BaseDigest, FileSigner, Prepared, Request, SignatureDetails};
use vanthu::signing::SignOptions;
use vanthu::verify::{Options, TrustStore, verify};
use vanthu::{clock, signing};

const EXAMPLE: &[u8] = include_bytes!("../examples/201-bc-ubnd.json");

fn main() {
    divan::main();
}

fn now() -> OffsetDateTime {
    clock::parse("2026-06-18T10:15:30+07:00").unwrap()
}

fn example() -> Document {
    document::parse(EXAMPLE, &Faces::embedded()).unwrap().document
}

fn engine() -> Engine {
    Engine::new(Faces::embedded()).unwrap()
}

/// A signed report, once by the chairman and once by the agency too, and what verifies it.
struct Signed {
    report: Vec<u8>,
    once: Vec<u8>,
    twice: Vec<u8>,
    stamp: Appearance,
    signer: FileSigner,
    trust: TrustStore,
}

impl Signed {
    fn new() -> Signed {
        let subject = |name: &str| Subject { common_name: name.to_owned(), ..Subject::default() };
        let (root_key, key) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
        let root =
            keys::issue(&subject("root"), &root_key, Issuer::Itself, now(), Duration::days(900)).unwrap();
        let issuer = Issuer::Root(&root_key, &root);
        let certificate = keys::issue(&subject("signer"), &key, issuer, now(), Duration::days(365)).unwrap();
        let signer = FileSigner::new(key, certificate, Vec::new(), now()).unwrap();
        let engine = engine();
        let report = compose::compose(&engine, &example(), now(), DraftMark::Issued).unwrap();
        let once = signing::sign(&engine, report.clone(), Role::Signer, &signer, now()).unwrap();
        let twice = signing::sign(&engine, once.clone(), Role::Agency, &signer, now()).unwrap();
        let stamp = with_prepared(&report, |prepared| {
            signing::stamp(&engine, &prepared, &SignOptions::new(Role::Signer, &signer, now())).unwrap()
        });
        let stamp = Appearance::of(&stamp).unwrap();
        let mut trust = TrustStore::new();
        trust.add_pem(certificate::to_pem(&[root]).unwrap().as_bytes()).unwrap();
        Signed { report, once, twice, stamp, signer, trust }
    }
}

/// Reads `report`, hashes it, and makes it ready for the chairman.
fn with_prepared<T>(report: &[u8], with: impl FnOnce(Prepared<'_>) -> T) -> T {
    let file = reader::read(report).unwrap();
    let base = BaseDigest::of(report, DigestAlgorithm::Sha512);
    with(sign::prepare(&file, base, &Request::of(Role::Signer)).unwrap())
}

#[divan::bench]
fn check_the_json(bencher: Bencher) {
    let faces = Faces::embedded();
    bencher.bench_local(|| document::parse(black_box(EXAMPLE), &faces).unwrap());
}

/// With the fonts and Typst's library opened anew, as a process that was just started does.
#[divan::bench]
fn lay_out_cold(bencher: Bencher) {
    let document = example();
    bencher.bench_local(|| compose::compose(&engine(), &document, now(), DraftMark::Issued).unwrap());
}

#[divan::bench]
fn lay_out_warm(bencher: Bencher) {
    let (engine, document) = (engine(), example());
    bencher.bench_local(|| compose::compose(&engine, &document, now(), DraftMark::Issued).unwrap());
}

#[divan::bench]
fn set_a_stamp(bencher: Bencher) {
    let (engine, signed) = (engine(), Signed::new());
    let options = SignOptions::new(Role::Signer, &signed.signer, now());
    with_prepared(&signed.report, |prepared| {
        bencher.bench_local(|| signing::stamp(&engine, &prepared, &options).unwrap());
    });
}

/// With a stamp that was set before.
#[divan::bench]
fn sign_a_report(bencher: Bencher) {
    let signed = Signed::new();
    let details = SignatureDetails { time: now(), name: "signer".to_owned(), location: None };
    bencher.bench_local(|| {
        with_prepared(&signed.report, |prepared| {
            prepared.sign(&signed.signer, &details, Some(&signed.stamp)).unwrap()
        })
    });
}

/// A file of others with a thousand pages, thirty thousand objects and eight megabytes.
fn thousand_pages() -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |bytes: &mut Vec<u8>, text: &str| {
        offsets.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n{text}\nendobj\n", offsets.len()).as_bytes());
    };
    object(&mut bytes, "<</Type/Catalog/Pages 2 0 R>>");
    let kids: String = (0..1000).map(|page| format!("{} 0 R ", 3 + 30 * page)).collect();
    object(&mut bytes, &format!("<</Type/Pages/Count 1000/Kids[{kids}]>>"));
    for page in 0..1000 {
        let contents = 4 + 30 * page;
        object(
            &mut bytes,
            &format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents {contents} 0 R>>"
            ),
        );
        let drawn = "50 50 m 100 100 l S\n".repeat(300);
        object(&mut bytes, &format!("<</Length {}>>\nstream\n{drawn}endstream", drawn.len()));
        for _ in 0..28 {
            object(&mut bytes, "<</Type/Something/Of[0 1 2 3 4 5]>>");
        }
    }
    let table = bytes.len();
    let count = offsets.len() + 1;
    bytes.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f\r\n").as_bytes());
    for offset in offsets {
        bytes.extend_from_slice(format!("{offset:010} 00000 n\r\n").as_bytes());
    }
    let trailer = format!("trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
    bytes.extend_from_slice(trailer.as_bytes());
    bytes
}

/// To be read beside the next: what signing costs beside hashing.
#[divan::bench]
fn hash_a_thousand_pages(bencher: Bencher) {
    let file = thousand_pages();
    bencher.bench_local(|| BaseDigest::of(black_box(&file), DigestAlgorithm::Sha512));
}

#[divan::bench]
fn sign_a_thousand_pages(bencher: Bencher) {
    let (signed, file) = (Signed::new(), thousand_pages());
    let details = SignatureDetails { time: now(), name: "signer".to_owned(), location: None };
    bencher.bench_local(|| {
        with_prepared(&file, |prepared| prepared.sign(&signed.signer, &details, None).unwrap())
    });
}

#[divan::bench]
fn verify_one_signature(bencher: Bencher) {
    let signed = Signed::new();
    let options = Options::new(&signed.trust, now());
    bencher.bench_local(|| verify(black_box(&signed.once), &options));
}

#[divan::bench]
fn verify_two_signatures(bencher: Bencher) {
    let signed = Signed::new();
    let options = Options::new(&signed.trust, now());
    bencher.bench_local(|| verify(black_box(&signed.twice), &options));
}
