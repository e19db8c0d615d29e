//! What each target begins with: files of the project's own, and PDFs that are made here.

use std::fs;
use std::path::Path;

use vanthu_base::role::Role;

use crate::pdf::{self, Packing, Update};
use crate::signature::{self, Draft, Office};

/// A name, for whoever reads that something failed, and bytes.
pub type Seed = (String, Vec<u8>);

/// PDFs: as they are laid out, signed, sealed, with an update that means nothing, and with other tables.
pub fn pdfs() -> Vec<Seed> {
    let office = Office::new();
    let report = pdf::write(&pdf::report_objects());
    let signed = Draft::new(&report, Role::Signer, &office.chairman).sign();
    let sealed = Draft::new(&signed, Role::Agency, &office.agency).sign();
    let update = Update::of(&sealed, &[(pdf::PAGE, pdf::page(""))]);
    let (whole, end) = (update.whole(), pdf::find_last(&sealed, b"startxref").start);
    let own = pdf::find_last(&whole, b"startxref").start;
    let seeds = [
        ("signed after a maker's comment", pdf::splice(&sealed, end..end, b"%maker 1.0\n")),
        ("updated with a maker's comment", pdf::splice(&whole, own..own, b"%maker 1.0\n")),
        ("white space at the end", [&whole[..], b"\r\n\0 "].concat()),
        ("an object in a comment", pdf::splice(&whole, own..own, b"%4 0 obj\n")),
        ("updated", update.whole()),
        ("stream of the table", update.with_objects(Packing::Plain)),
        ("stream of objects", update.with_objects(Packing::Stream)),
        ("report", report),
        ("signed", signed),
        ("sealed", sealed),
    ];
    seeds.map(|(name, bytes)| (name.to_owned(), bytes)).into()
}

/// The CMS that another office made.
pub fn signatures() -> Vec<Seed> {
    vec![("of another office".to_owned(), signature::cms(&Office::new().chairman, &[0; 64]))]
}

/// Updates in the form that `changes` takes: each object is the byte of its number, less one, and its text.
pub fn updates() -> Vec<Seed> {
    let update = |objects: &[pdf::Numbered]| {
        let chunks = objects.iter().map(|(number, body)| {
            let number = u8::try_from(number - 1).expect("the report has few objects");
            [&[number], body.as_bytes()].concat()
        });
        chunks.collect::<Vec<_>>().join(&0xFF)
    };
    let objects = pdf::report_objects();
    let all = ("all objects as they were".to_owned(), update(&objects));
    objects.chunks(2).map(|some| (format!("object {}", some[0].0), update(some))).chain([all]).collect()
}

/// The files of `folder`, from the root of the project, that end with one of `endings`; `first` goes before each.
pub fn files(folder: &str, endings: &[&str], first: &[u8]) -> Vec<Seed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let mut seeds: Vec<Seed> = fs::read_dir(&folder)
        .unwrap_or_else(|cause| panic!("{}: {cause}", folder.display()))
        .map(|entry| entry.expect("a folder is listed").path())
        .filter(|path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)))
        .map(|path| {
            let bytes = [first, &fs::read(&path).expect("a file is read")].concat();
            (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes)
        })
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "no seed in {}", folder.display());
    seeds
}
