//! The example report, issued and signed by a demonstration office: the files that judges get.

#![allow(dead_code, reason = "every test program uses some of it")]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use vanthu::certificate;
use vanthu::clock;
use vanthu::document::{self, model::Document};
use vanthu::fonts::Faces;
use vanthu::issue::compose;
use vanthu::keys::{self, Certificate, Issuer, KeyFile, PrivateKey, Subject};
use vanthu::layout::{DraftMark, Engine};
use vanthu::role::Role;
use vanthu::sign::FileSigner;
use vanthu::signing;

/// The example report as it goes through the office; every test shares it.
pub static CASE: LazyLock<Case> = LazyLock::new(Case::new);

/// A report, signed once and twice, and who signed it.
pub struct Case {
    /// Holds the files below, `signer.key` and `signer.crt`.
    pub folder: TempDir,
    pub engine: Engine,
    pub document: Document,
    pub root: Certificate,
    pub certificate: Certificate,
    pub agency: Certificate,
    pub agency_key: PrivateKey,
    /// `report.pdf`, unsigned.
    pub report: Vec<u8>,
    /// `signed.pdf`, signed by the chairman.
    pub signed: Vec<u8>,
    /// `sealed.pdf`, signed by the agency as well.
    pub sealed: Vec<u8>,
}

/// When the chairman signs.
pub fn signed_at() -> OffsetDateTime {
    clock::parse("2026-06-18T10:15:30+07:00").unwrap()
}

/// When the agency signs.
pub fn sealed_at() -> OffsetDateTime {
    signed_at() + Duration::hours(2)
}

impl Case {
    fn new() -> Case {
        let faces = Faces::embedded();
        let json = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/201-bc-ubnd.json")).unwrap();
        let document = document::parse(&json, &faces).unwrap().document;
        let date = signed_at().date();
        let document = document.issued(201, date);
        let engine = Engine::new(faces).unwrap();
        let report = compose::compose(&engine, &document, signed_at(), DraftMark::Issued).unwrap();

        let root_key = PrivateKey::generate().unwrap();
        let name = Subject { common_name: "Gốc (DEMO)".to_owned(), ..Subject::default() };
        let root = issue(&name, &root_key, Issuer::Itself);
        let issuer = Issuer::Root(&root_key, &root);
        let agency_name = "Ủy ban nhân dân huyện Hòa An".to_owned();
        let chairman = Subject {
            common_name: "Danh tính trình diễn (DEMO)".to_owned(),
            title: Some("Chủ tịch".to_owned()),
            organization: Some(agency_name.clone()),
            unit: None,
            locality: Some("Hòa An".to_owned()),
        };
        let key = PrivateKey::generate().unwrap();
        let certificate = issue(&chairman, &key, issuer);
        let agency_key = PrivateKey::generate().unwrap();
        let seal = Subject { common_name: agency_name, ..Subject::default() };
        let agency = issue(&seal, &agency_key, issuer);

        let folder = tempfile::tempdir().unwrap();
        key.write(&folder.path().join("signer.key"), None).unwrap();
        let pem = certificate::to_pem(std::slice::from_ref(&root)).unwrap();
        fs::write(folder.path().join("root.crt"), pem).unwrap();
        let mut case = Case {
            folder,
            engine,
            document,
            root,
            certificate,
            agency,
            agency_key,
            report,
            signed: Vec::new(),
            sealed: Vec::new(),
        };
        case.signed = case.sign(case.report.clone(), signed_at());
        case.sealed = case.seal(case.signed.clone(), sealed_at());
        for (name, bytes) in
            [("report.pdf", &case.report), ("signed.pdf", &case.signed), ("sealed.pdf", &case.sealed)]
        {
            fs::write(case.path(name), bytes).unwrap();
        }
        case
    }

    /// Where the file `name` lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The chairman's private key.
    pub fn key(&self) -> PrivateKey {
        KeyFile::read(&self.path("signer.key")).unwrap().open(None).unwrap()
    }

    /// Signs `report` as the chairman.
    pub fn sign(&self, report: Vec<u8>, time: OffsetDateTime) -> Vec<u8> {
        let chain = vec![self.root.clone()];
        let signer = FileSigner::new(self.key(), self.certificate.clone(), chain, time).unwrap();
        signing::sign(&self.engine, report, Role::Signer, &signer, time).unwrap()
    }

    /// Signs `report` for the agency.
    pub fn seal(&self, report: Vec<u8>, time: OffsetDateTime) -> Vec<u8> {
        let signer = FileSigner::new(self.agency_key(), self.agency.clone(), Vec::new(), time);
        signing::sign(&self.engine, report, Role::Agency, &signer.unwrap(), time).unwrap()
    }

    fn agency_key(&self) -> PrivateKey {
        let path = self.folder.path().join("agency.key");
        if !path.exists() {
            self.agency_key.write(&path, None).unwrap();
        }
        KeyFile::read(&path).unwrap().open(None).unwrap()
    }
}

/// A certificate for ten years, from a day before the chairman signs.
fn issue(subject: &Subject, key: &PrivateKey, issuer: Issuer<'_>) -> Certificate {
    let from = signed_at() - Duration::days(1);
    keys::issue(subject, key, issuer, from, Duration::days(3650)).unwrap()
}
