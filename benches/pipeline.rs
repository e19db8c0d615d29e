//! The parts in one process, on the example report: laying out, signing, verifying.

#![allow(clippy::unwrap_used, reason = "a bench that fails should stop")]

use divan::{Bencher, black_box};
use time::{Duration, OffsetDateTime};
use vanthu::cms::DigestAlgorithm;
use vanthu::document::{self, model::Document};
use vanthu::fonts::Faces;
use vanthu::keys::PrivateKey;
use vanthu::keys::certificate::{self, Issuer, Subject};
use vanthu::layout::{DraftMark, Engine};
use vanthu::pdf::reader;
use vanthu::role::Role;
use vanthu::sign::{self, Appearance, BaseDigest, FileSigner, Prepared, Request, SignatureDetails};
use vanthu::signing::Order;
use vanthu::verify::{Options, TrustStore, verify};
use vanthu::{clock, report, signing};

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
            certificate::issue(&subject("root"), &root_key, Issuer::Itself, now(), Duration::days(900))
                .unwrap();
        let issuer = Issuer::Root(&root_key, &root);
        let certificate =
            certificate::issue(&subject("signer"), &key, issuer, now(), Duration::days(365)).unwrap();
        let signer = FileSigner::new(key, certificate, Vec::new(), now()).unwrap();
        let engine = engine();
        let report = report::compose(&engine, &example(), now(), DraftMark::Issued).unwrap();
        let once = signing::sign(&engine, report.clone(), Role::Signer, &signer, now()).unwrap();
        let twice = signing::sign(&engine, once.clone(), Role::Agency, &signer, now()).unwrap();
        let stamp = with_prepared(&report, |prepared| {
            signing::stamp(&engine, &prepared, &Order::new(Role::Signer, &signer, now())).unwrap()
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
    bencher.bench_local(|| report::compose(&engine(), &document, now(), DraftMark::Issued).unwrap());
}

#[divan::bench]
fn lay_out_warm(bencher: Bencher) {
    let (engine, document) = (engine(), example());
    bencher.bench_local(|| report::compose(&engine, &document, now(), DraftMark::Issued).unwrap());
}

#[divan::bench]
fn set_a_stamp(bencher: Bencher) {
    let (engine, signed) = (engine(), Signed::new());
    let order = Order::new(Role::Signer, &signed.signer, now());
    with_prepared(&signed.report, |prepared| {
        bencher.bench_local(|| signing::stamp(&engine, &prepared, &order).unwrap());
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
