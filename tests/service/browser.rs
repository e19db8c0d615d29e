//! The page in a real browser.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use vanthu::lookup::{Code, LookupAnswer, NoAnswer, PublicEntry, PublicStanding, RegisterLookup};
use vanthu::service::ServiceConfig;
use vanthu::verify::OfficeIdentity;

use crate::app::{config, files};
use crate::network::{Served, content, judge};

/// The office of the files here.
const OFFICE: &str = "ỦY BAN NHÂN DÂN XÃ HÒA AN";

/// A register that has one number of 2026, and one that was recalled; the files' own year it can't tell about.
struct Book;

impl RegisterLookup for Book {
    fn has_office(&self, office: &OfficeIdentity) -> bool {
        office.name == OFFICE
    }

    fn find<'a>(&'a self, code: &'a Code, _: Option<&'a OfficeIdentity>) -> LookupAnswer<'a> {
        let entry = |standing| PublicEntry {
            office: OfficeIdentity { name: OFFICE.into(), organ_id: None },
            date: "2026-06-18".into(),
            content: Some("5ec2e704".repeat(8)),
            digests: vec!["0123abcd".repeat(8)],
            standing,
        };
        let recalled =
            PublicStanding::Recalled { date: "2026-07-01".into(), reason: "sai số liệu".into() };
        let answer = match (code.year, code.number) {
            (2026, 201) => Ok(vec![entry(PublicStanding::Issued)]),
            (2026, 202) => Ok(vec![entry(recalled)]),
            (2026, _) => Ok(Vec::new()),
            _ => Err(NoAnswer::Unreachable),
        };
        Box::pin(async move { answer })
    }
}

#[test]
fn the_page_works_in_chromium() {
    let listening = ServiceConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..config() };
    let served = Served::knowing(listening, Some(Arc::new(Book)));
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files(&served.app.office) {
        std::fs::write(folder.path().join(format!("{name}.pdf")), bytes).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/browser.py");
    let mut command = Command::new(judge("venv/bin/python"));
    command.arg(script).arg(&served.address).arg(folder.path()).arg(judge("axe/package/axe.min.js"));
    // Where somebody wants to look at it: VANTHU_PICTURES=folder.
    command.args(std::env::var_os("VANTHU_PICTURES"));
    content(&mut command);
}
