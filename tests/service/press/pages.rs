//! What a press gives is what the program gives on the command line.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use vanthu::clock;
use vanthu::document::{self, Files, Folder, ParseContext, StyleChoice};
use vanthu::fonts::Faces;
use vanthu::issue::{Begun, Held, Repeat};
use vanthu::keys::KeyFile;
use vanthu::register::{DocumentRevision, Register, RevisionKind};
use vanthu::service::press::{Paper, Press, PressError, PressFormat, Resolution};

use super::shop::{Shop, document, foreign_pdf, limits, paper, seed};
use crate::office::{Office, TIME, example};

fn time() -> time::OffsetDateTime {
    clock::parse(TIME).unwrap()
}

#[tokio::test]
async fn the_seed_is_checked_and_drawn_as_on_the_command_line() {
    let (office, shop) = (Office::new(), Shop::new());
    let press = shop.press(limits());
    let example = example();
    let example = example.to_str().unwrap();
    let remarks = press.check(&seed()).await.unwrap();
    let checked = office.json(&["check", example, "--json"]);
    assert_eq!(serde_json::to_value(&remarks.warnings).unwrap(), checked[0]["findings"]);
    assert_eq!(remarks.fills, []);
    let rendered = press.render(&seed(), PressFormat::Pdf, time()).await.unwrap();
    let expected = office.run(&["render", example, "-o", "-", "--time", TIME]).stdout;
    assert!(rendered.bytes.starts_with(b"%PDF-") && rendered.bytes == expected);
    assert_eq!((rendered.appendices.len(), &rendered.remarks), (0, &remarks));
    office.ok(&["render", example, "--to", "png", "--ppi", "40", "-o", "p.png", "--time", TIME]);
    let resolution = Resolution::try_from(40).unwrap();
    let second = press.render(&seed(), PressFormat::Png { page: 1, resolution }, time()).await.unwrap();
    assert!(second.bytes == fs::read(office.path("p-2.png")).unwrap());
    assert_eq!(second.pages, rendered.pages);
    let beyond = PressFormat::Png { page: second.pages, resolution };
    let refused = press.render(&seed(), beyond, time()).await.unwrap_err();
    assert!(matches!(refused, PressError::NoPage { page, count } if page == count), "{refused}");
    // One worker did all of it, and knew nothing of this process.
    assert_eq!((shop.workers().len(), press.counts().starts, press.counts().jobs), (1, 1, 5 - 1));
    assert!(std::env::var("CARGO_MANIFEST_DIR").is_ok());
    assert_eq!(shop.environment(), "nothing\n");
}

#[tokio::test]
async fn what_the_office_chose_and_its_font_reach_the_worker() {
    let shop = Shop::new();
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let press = Press::new(shop.path().join("program"), Some(fonts), limits()).unwrap();
    let chosen = StyleChoice { size: Some(13), ..StyleChoice::default() };
    let mut form: Value = serde_json::from_slice(&seed().source).unwrap();
    form.as_object_mut().unwrap().remove("style");
    let usual = paper(form.to_string().as_bytes());
    let small = Paper { style: chosen, ..usual.clone() };
    let (usual, small) = (press.accept(&usual).await.unwrap(), press.accept(&small).await.unwrap());
    assert_eq!((usual.document.style.size, small.document.style.size), (14, 13));
    assert!(Press::new(shop.path().join("program"), Some(shop.path().to_owned()), limits()).is_err());
}

#[tokio::test]
async fn everything_that_is_wrong_is_said() {
    let shop = Shop::new();
    let press = shop.press(limits());
    let mistakes = include_bytes!("../../fixtures/mistakes.json");
    let expected = document::parse(mistakes, &Faces::embedded()).unwrap_err();
    for refused in [
        press.check(&paper(mistakes)).await.unwrap_err(),
        press.accept(&paper(mistakes)).await.map(drop).unwrap_err(),
        press.render(&paper(mistakes), PressFormat::Pdf, time()).await.map(drop).unwrap_err(),
    ] {
        // Positions in the text too.
        let PressError::Rejected(findings) = refused else { panic!("{refused}") };
        assert_eq!(findings, expected);
    }
    for wrong in [&b"not JSON"[..], b"", b"\xFF", "[".repeat(1 << 20).as_bytes(), &vec![b' '; 50 << 20]] {
        let refused = press.check(&paper(wrong)).await.unwrap_err();
        assert!(matches!(refused, PressError::Rejected(_)), "{refused}");
    }
    // What is still to be filled in can be drawn, and not be issued.
    let mut form = document(&json!([{ "block": "paragraph", "text": "Nội dung./." }]));
    form["subject"] = json!({ "fill": "trích yếu" });
    let unfinished = paper(form.to_string().as_bytes());
    assert_eq!(press.check(&unfinished).await.unwrap().fills.len(), 1);
    let drawn = press.render(&unfinished, PressFormat::Pdf, time()).await.unwrap();
    assert_eq!((drawn.remarks.fills.len(), drawn.pages), (1, 1));
    let refused = press.accept(&unfinished).await.map(drop).unwrap_err();
    assert!(matches!(&refused, PressError::Rejected(findings) if findings[0].code == "E-FILL"), "{refused}");
    assert_eq!(press.counts().deaths, 0);
}

#[tokio::test]
async fn files_that_came_along_are_those_of_the_folder() {
    let (office, shop) = (Office::new(), Shop::new());
    let press = shop.press(limits());
    let form = {
        let mut form = document(&json!([
            { "block": "figure", "file": "a/bieu-do.svg", "alt": "Biểu đồ" },
            { "block": "table", "data": { "file": "so.csv" } },
        ]));
        form["issuer"] = "Ủy ban nhân dân xã Bình An".into();
        form["appendices"] = json!([
            { "title": "Có sẵn", "file": "co-san.pdf" },
            { "title": "Tệp riêng", "separate": true, "body": [{ "block": "paragraph", "text": "Chữ." }] },
        ]);
        form.to_string()
    };
    let chart = include_bytes!("../../../examples/bieu-do.svg").to_vec();
    let csv = "Thôn,Hộ\nMột,12\nHai,7\n".as_bytes().to_vec();
    let files = [("a/bieu-do.svg", chart), ("so.csv", csv), ("co-san.pdf", foreign_pdf())];
    fs::create_dir(office.path("a")).unwrap();
    for (name, bytes) in &files {
        fs::write(office.path(name), bytes).unwrap();
    }
    fs::write(office.path("d.json"), &form).unwrap();
    office.ok(&["render", "d.json", "-o", "d.pdf", "--time", TIME]);
    let expected = |name: &str| fs::read(office.path(name)).unwrap();
    let files = Files::gather(files.map(|(name, bytes)| (name.to_owned(), bytes))).unwrap();
    let whole = Paper { files, ..paper(form.as_bytes()) };
    let rendered = press.render(&whole, PressFormat::Pdf, time()).await.unwrap();
    assert!(rendered.bytes == expected("d.pdf"));
    let appendices = [(0, expected("d-PL1.pdf")), (1, expected("d-PL2.pdf"))];
    assert!(rendered.appendices == appendices);
    // The accepted document has them all, and needs nobody's files any more.
    let accepted = press.accept(&whole).await.unwrap().document;
    let there = document::parse_in(
        form.as_bytes(),
        &Faces::embedded(),
        &ParseContext { folder: Folder::at(office.folder.path()), ..ParseContext::default() },
    );
    assert_eq!(accepted, there.unwrap().document);
    assert_eq!(press.lay_out(&accepted, 41, time(), None).await.unwrap().number(), Some(41));
    // A PDF that no field fits into is its sender's fault, not the program's.
    let broken = |(name, bytes): (&str, &std::sync::Arc<[u8]>)| {
        (
            name.to_owned(),
            if name.ends_with(".pdf") { b"%PDF-1.7 and no more"[..].into() } else { bytes.clone() },
        )
    };
    let broken = Paper { files: Files::gather(whole.files.iter().map(broken)).unwrap(), ..whole };
    let broken = press.accept(&broken).await.unwrap().document;
    let refused = press.lay_out(&broken, 41, time(), None).await.map(drop).unwrap_err();
    assert!(matches!(&refused, PressError::Rejected(findings) if findings[0].code == "E-FILE"), "{refused}");
    // Nothing is read that did not come along, even where the worker could.
    let PressError::Rejected(findings) = press.check(&paper(form.as_bytes())).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(
        findings.iter().filter(|finding| finding.message.en.contains("did not come along")).count(),
        3
    );
}

/// As the service issues: the number is held, the pages come from a worker, the register records them.
#[tokio::test]
async fn what_was_laid_out_is_registered_and_made_again_byte_for_byte() {
    let (own, shop) = (Office::new(), Shop::new());
    let press = shop.press(limits());
    own.draft("d.json", "Một việc");
    let source = fs::read(own.path("d.json")).unwrap();
    let draft = press.accept(&paper(&source)).await.unwrap().document;
    let expected = document::parse(&source, &Faces::embedded()).unwrap().document;
    assert_eq!(draft, expected);
    let office = vanthu::office::Office::open(own.folder.path()).unwrap();
    let key = KeyFile::read(&office.register_key()).unwrap().open(None).unwrap();
    let register = Register::open(office.register()).await.unwrap().signing_with(key);
    let begun = Held::begin(&office, &register, draft.clone(), time(), Repeat::Refuse, None).await.unwrap();
    let Begun::Held(held) = begun else { panic!("it is not registered yet") };
    let laid_out = press.lay_out(&draft, held.number(), time(), None).await.unwrap();
    let ready = held.log(laid_out).await.unwrap();
    let (report, _) = ready.files().unwrap();
    let path = own.path("01-BC-UBND.pdf");
    let revision = DocumentRevision::of(RevisionKind::Report, &report, path.to_str().unwrap(), None);
    ready.record(revision, Vec::new()).await.unwrap();
    register.close().await.unwrap();
    // The file was never written: the command line makes it again, which it only does where its digest is that
    // of the register.
    own.ok(&["issue", "d.json", "-o", "01-BC-UBND.pdf", "--time", TIME]);
    assert!(fs::read(path).unwrap() == report);
}
