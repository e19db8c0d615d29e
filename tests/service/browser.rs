//! The page in a real browser.

use std::path::Path;
use std::process::Command;

use crate::app::files;
use crate::network::{Served, content, judge};

#[test]
fn the_page_works_in_chromium() {
    let served = Served::start();
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
