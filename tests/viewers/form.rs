//! A form that others made: two pages, one of them turned and cropped, with fields of every type.

use vanthu::pdf::names::REPORT_DIGEST_KEY;
use vanthu::role::Role;

use crate::pdf::{self, CATALOG, CONTENT, FORM, PAGE, Update};
use crate::signature::{Draft, Office};

const NAME: u32 = 30;
const AMOUNT: u32 = 31;
const AGREE: u32 = 33;
const GROUP: u32 = 36;
const CITY: u32 = 37;
const METADATA: u32 = 38;
const SECOND: u32 = 40;
const REMARK: u32 = 42;
const COLOUR: u32 = 43;
const HELVETICA: u32 = 44;
const INFORMATION: u32 = 45;
/// Something is referred to that is not there.
const NOWHERE: u32 = 70;

/// How the first signature restricts what follows.
#[derive(Clone, Copy)]
pub enum By {
    Nobody,
    /// DocMDP with this /P.
    Certified(u8),
    /// FieldMDP of one field.
    Locking,
}

fn widget(number: u32, kind: &str, name: &str, page: u32, rect: &str, state: &str) -> (u32, String) {
    let page = if page == 0 { String::new() } else { format!("/P {page} 0 R ") };
    let field =
        format!("<< /Type /Annot /Subtype /Widget {kind} /T ({name}) /F 4 {page}/Rect [{rect}] {state} >>");
    (number, field)
}

fn drawing(number: u32, content: &str) -> (u32, String) {
    let keys = format!(
        "/Type /XObject /Subtype /Form /BBox [0 0 150 20] /Resources << /Font << /Helv {HELVETICA} 0 R >> >> "
    );
    (number, pdf::stream(&keys, content))
}

fn text(words: &str) -> String {
    format!("/Tx BMC q BT /Helv 12 Tf 2 5 Td ({words}) Tj ET Q EMC")
}

/// The form, not signed; `more` stands in the catalog.
fn unsigned(more: &str) -> Vec<u8> {
    let appearance = "/DA (/Helv 12 Tf 0 g)";
    let objects = [
        (CATALOG, pdf::catalog(&format!("/Metadata {METADATA} 0 R {more}"))),
        (2, format!("<< /Type /Pages /Kids [{PAGE} 0 R {SECOND} 0 R] /Count 2 >>")),
        (
            PAGE,
            pdf::page(" 30 0 R 31 0 R 33 0 R 37 0 R")
                .replace("/Font", &format!("/XObject << /Ghost {NOWHERE} 0 R >> /Font")),
        ),
        (
            CONTENT,
            pdf::stream(
                "",
                "BT /F1 14 Tf 72 720 Td (1 of 23 households) Tj ET q 50 0 0 50 300 600 cm /Ghost Do Q \
            BT /F1 11 Tf 72 400 Td (It is agreed that the sum above is paid.) Tj ET 72 390 300 2 re f",
            ),
        ),
        (
            FORM,
            format!(
                "<< /Fields [7 0 R 8 0 R 30 0 R 31 0 R 33 0 R 36 0 R 42 0 R 43 0 R] /SigFlags 3 /DR << /Font << /Helv {HELVETICA} 0 R >> >> {appearance} >>"
            ),
        ),
        widget(NAME, "/FT /Tx", "name", PAGE, "50 600 200 620", appearance),
        widget(
            AMOUNT,
            "/FT /Tx",
            "amount",
            PAGE,
            "50 560 200 580",
            &format!("{appearance} /V (100) /AP << /N 32 0 R >>"),
        ),
        drawing(32, &text("100")),
        widget(
            AGREE,
            "/FT /Btn",
            "agree",
            PAGE,
            "50 520 70 540",
            "/AP << /N << /Yes 34 0 R /Off 35 0 R >> >> /V /Off /AS /Off /MK << /CA (4) >>",
        ),
        drawing(34, "0 0 m 150 20 l S 0 20 m 150 0 l S"),
        drawing(35, ""),
        (GROUP, format!("<< /FT /Tx /T (address) /Kids [{CITY} 0 R] {appearance} >>")),
        widget(CITY, &format!("/Parent {GROUP} 0 R"), "city", PAGE, "50 480 200 500", ""),
        (
            METADATA,
            pdf::stream(
                "/Type /Metadata /Subtype /XML ",
                "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/></x:xmpmeta>",
            ),
        ),
        (39, pdf::stream("", "BT /F1 14 Tf 40 200 Td (Annex: 1000000 dong) Tj ET 40 190 200 3 re f")),
        (
            SECOND,
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 500] /CropBox [20 30 380 470] /Rotate 90 /Contents 39 0 R \
            /Resources << /Font << /F1 5 0 R >> >> /Annots [{REMARK} 0 R {COLOUR} 0 R] >>"
            ),
        ),
        widget(REMARK, "/FT /Tx", "remark", 0, "60 100 210 120", appearance),
        widget(
            COLOUR,
            "/FT /Ch /Ff 131072 /Opt [(red) (blue)]",
            "colour",
            SECOND,
            "60 60 210 80",
            appearance,
        ),
        (
            HELVETICA,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".into(),
        ),
        (INFORMATION, "<< /Producer (form) /ModDate (D:20200101000000Z) >>".into()),
    ];
    let update = Update::of(&pdf::write(&pdf::report_objects()), &objects);
    update.trailer("/Root 1 0 R", &format!("/Root 1 0 R /Info {INFORMATION} 0 R")).whole()
}

/// The form, for other programs to sign.
pub fn plain() -> Vec<u8> {
    unsigned("")
}

/// The form as the chairman of `office` signed it; `more` stands in the catalog.
pub fn file(more: &str, office: &Office, by: By) -> Vec<u8> {
    let reference = |method: &str, parameters: &str| {
        format!(
            "[<< /Type /SigRef /TransformMethod /{method} \
             /TransformParams << /Type /TransformParams /V /1.2 {parameters} >> >>]"
        )
    };
    let certified = if matches!(by, By::Certified(_)) { "/Perms << /DocMDP 10 0 R >> " } else { "" };
    let base = unsigned(&format!("{certified}{more}"));
    let draft = Draft::new(&base, Role::Signer, &office.chairman).without(REPORT_DIGEST_KEY);
    let info = format!("/Root 1 0 R /Info {INFORMATION} 0 R");
    let draft = draft.update(move |update| update.trailer("/Root 1 0 R", &info));
    match by {
        By::Nobody => draft.sign(),
        By::Certified(level) => draft.and("Reference", &reference("DocMDP", &format!("/P {level}"))).sign(),
        By::Locking => {
            draft.and("Reference", &reference("FieldMDP", "/Action /Include /Fields [(amount)]")).sign()
        }
    }
}
