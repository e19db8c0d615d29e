//! Signed files that do something, or hold something beside their pages.

use vanthu_base::role::Role;

use crate::pdf::{self, CATALOG, CONTENT, Numbered, PAGE, Update};
use crate::signature::{Draft, Office};

const NEW: u32 = 30;

/// An annotation of page 1 with these keys.
fn annotation(keys: &str) -> Vec<Numbered> {
    vec![
        (PAGE, pdf::page(&format!(" {NEW} 0 R"))),
        (NEW, format!("<< /Type /Annot /Rect [9 9 20 20] {keys} >>")),
    ]
}

fn catalog(keys: &str) -> Vec<Numbered> {
    vec![(CATALOG, pdf::catalog(keys))]
}

/// A layer with these states, in a document that shows all layers but those that are off.
fn layer(usage: &str, off: &str) -> Vec<Numbered> {
    let layers = format!("/OCProperties << /OCGs [{NEW} 0 R] /D << /OFF [{off}] >> >> ");
    vec![(CATALOG, pdf::catalog(&layers)), (NEW, format!("<< /Type /OCG /Name (x) /Usage << {usage} >> >>"))]
}

/// Each file, all signed with what they do, and what is to be said of it.
pub fn files(office: &Office) -> Vec<(&'static str, Vec<u8>, Vec<&'static str>)> {
    let script = "<< /S /JavaScript /JS (1) >>";
    let content = "BT /F1 14 Tf 72 720 Td (1 of 23 households) Tj ET";
    let shows = format!("{NEW} 0 R");
    let cases: Vec<(&str, Vec<Numbered>, Vec<&str>)> = vec![
        ("nothing", vec![], vec![]),
        ("a page to open at", catalog("/OpenAction [3 0 R /Fit] "), vec![]),
        ("a way to open", catalog("/OpenAction << /S /GoTo /D [3 0 R /Fit] >> "), vec![]),
        ("a script when opened", catalog(&format!("/OpenAction {script} ")), vec!["javascript"]),
        (
            "a script that an object names",
            vec![
                (CATALOG, pdf::catalog(&format!("/OpenAction {NEW} 0 R "))),
                (NEW, format!("<< /S {} 0 R /JS (1) >>", NEW + 1)),
                (NEW + 1, "/JavaScript".to_owned()),
            ],
            vec!["javascript"],
        ),
        (
            "a script after something else",
            catalog(&format!("/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next {script} >> ")),
            vec!["javascript"],
        ),
        ("a script when closed", catalog(&format!("/AA << /WC {script} >> ")), vec!["javascript"]),
        (
            "scripts of the document",
            catalog(&format!("/Names << /JavaScript << /Names [(a) {script}] >> >> ")),
            vec!["javascript"],
        ),
        (
            "a script of a page",
            vec![(PAGE, pdf::page("").replace("/Type", &format!("/AA << /O {script} >> /Type")))],
            vec!["javascript"],
        ),
        ("a script of a link", annotation(&format!("/Subtype /Link /A {script}")), vec!["javascript"]),
        (
            "a script of a field",
            annotation(&format!("/Subtype /Widget /FT /Tx /AA << /K {script} >>")),
            vec!["javascript"],
        ),
        (
            "a link to the network",
            annotation("/Subtype /Link /A << /S /URI /URI (x) >>"),
            vec!["outside-link"],
        ),
        ("a link to a file", annotation("/Subtype /Link /A << /S /GoToR /F (x) >>"), vec!["outside-link"]),
        ("a program", annotation("/Subtype /Link /A << /S /Launch /F (x) >>"), vec!["action"]),
        ("a form that is sent", annotation("/Subtype /Link /A << /S /SubmitForm /F (x) >>"), vec!["action"]),
        ("a film", annotation("/Subtype /Screen"), vec!["multimedia"]),
        ("a rich medium", annotation("/Subtype /RichMedia"), vec!["multimedia"]),
        (
            "what is printed alone",
            annotation("/Subtype /Stamp /F 36 /AP << /N 9 0 R >>"),
            vec!["prints-other"],
        ),
        ("a plain layer", layer("/Print << /PrintState /ON >> /View << /ViewState /ON >>", ""), vec![]),
        ("a layer that is not printed", layer("/Print << /PrintState /OFF >>", ""), vec!["prints-other"]),
        (
            "a layer that is printed alone",
            layer("/Print << /PrintState /ON >>", &shows),
            vec!["prints-other"],
        ),
        (
            "content in another file",
            vec![(CONTENT, pdf::stream("/F (other.bin) ", content))],
            vec!["external-stream"],
        ),
        (
            "content in a file that an object names",
            vec![
                (CONTENT, pdf::stream(&format!("/#46 {NEW} 0 R "), content)),
                (NEW, "<< /Type /Filespec /F (other.bin) >>".to_owned()),
            ],
            vec!["external-stream"],
        ),
        (
            "several things",
            [annotation("/Subtype /Movie"), catalog(&format!("/OpenAction {script} "))].concat(),
            vec!["javascript", "multimedia"],
        ),
    ];
    let signed = |objects: &[Numbered]| {
        let base = Update::of(&pdf::write(&pdf::report_objects()), objects).whole();
        let draft = Draft::new(&base, Role::Signer, &office.chairman);
        draft.without(vanthu_pdf::names::REPORT_DIGEST_KEY).sign()
    };
    cases.into_iter().map(|(name, objects, expected)| (name, signed(&objects), expected)).collect()
}
