//! A press whose workers can be watched, and documents for it.

use std::fs;
use std::num::{NonZeroU32, NonZeroUsize};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use lopdf::dictionary;
use serde_json::{Value, json};
use tempfile::TempDir;
use vanthu::document::{Files, StyleChoice};
use vanthu::service::press::{Paper, Press, PressLimits};

/// Whatever is waited for happens long before, however slow the machine is.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// A folder with a program that tells which workers it became.
pub struct Shop(TempDir);

impl Shop {
    pub fn new() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/press/program");
        symlink(here, folder.path().join("program")).unwrap();
        symlink(env!("CARGO_BIN_EXE_vanthu"), folder.path().join("vanthu")).unwrap();
        Shop(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn press(&self, limits: PressLimits) -> Press {
        press(self.path(), limits)
    }

    /// The workers so far, by their process ids.
    pub fn workers(&self) -> Vec<u32> {
        workers(self.path())
    }

    /// What they were told by their environment.
    pub fn environment(&self) -> String {
        fs::read_to_string(self.path().join("environment")).unwrap()
    }

    /// Waits for worker `number` (from 0).
    pub fn worker(&self, number: usize) -> u32 {
        worker(self.path(), number)
    }
}

/// A press in `folder`.
pub fn press(folder: &Path, limits: PressLimits) -> Press {
    Press::new(folder.join("program"), None, limits).unwrap()
}

fn workers(folder: &Path) -> Vec<u32> {
    let started = fs::read_to_string(folder.join("started")).unwrap_or_default();
    // A line is there when it has its end.
    let lines = started.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    lines.map(|line| line.parse().unwrap()).collect()
}

/// Waits for worker `number` (from 0) of the press in `folder`.
pub fn worker(folder: &Path, number: usize) -> u32 {
    wait_until(|| workers(folder).len() > number);
    workers(folder)[number]
}

pub fn wait_until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never came");
        sleep(Duration::from_millis(20));
    }
}

/// Kills a process as nothing can be prepared for.
pub fn kill(process: u32) {
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
}

/// Whether a thread of a process is there; one that only waits for somebody to ask how it ended is not.
pub fn is_running(process: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    threads.into_iter().any(|thread| {
        let status = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        let state = status.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
        state.is_some_and(|state| state != 'Z')
    })
}

/// One worker, which takes its time.
pub fn limits() -> PressLimits {
    PressLimits {
        workers: NonZeroUsize::MIN,
        seconds: NonZeroU32::new(600).unwrap(),
        ..PressLimits::default()
    }
}

pub fn paper(source: &[u8]) -> Paper {
    Paper { source: source.into(), files: Files::default(), style: StyleChoice::default(), today: None }
}

/// A page that another program made.
pub fn foreign_pdf() -> Vec<u8> {
    let mut pdf = lopdf::Document::with_version("1.7");
    let pages = pdf.new_object_id();
    let page = pdf.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Resources" => dictionary! {},
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let kids = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    pdf.objects.insert(pages, kids.into());
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

/// The seed report.
pub fn seed() -> Paper {
    paper(include_bytes!("../../../examples/201-bc-ubnd.json"))
}

/// A short document with this `body`.
pub fn document(body: &Value) -> Value {
    let mut form: Value = serde_json::from_str(include_str!("../../../examples/thong-bao.json")).unwrap();
    form["body"] = body.clone();
    form
}

/// A lawful document that takes very long, and very much memory: a table.
pub fn endless() -> Paper {
    let columns = vec![json!({ "title": "Cột" }); 10];
    let rows = vec![vec!["1"; 10]; 15_000];
    let end = json!({ "block": "paragraph", "text": "Hết./." });
    let body = json!([{ "block": "table", "columns": columns, "rows": rows }, end]);
    paper(document(&body).to_string().as_bytes())
}
