//! What may follow a signature, and for whom: one form, signed with every certification and lock, and
//! one change after it.

use vanthu_base::role::Role;
use vanthu_verify::Verdict::{Indeterminate, Invalid, Valid, ValidExtended};

use crate::attacks::{Attack, attack};
use crate::pdf::{self, AGENCY_FIELD, CATALOG, CONTENT, FORM, Numbered, PAGE, SIGNER_FIELD, Update};
use crate::signature::{Draft, Office};

/// Objects of the form beside the two signature fields.
const NAME: u32 = 30;
const AMOUNT: u32 = 31;
const AMOUNT_SHOWN: u32 = 32;
const AGREE: u32 = 33;
const GROUP: u32 = 36;
const GROUP_CITY: u32 = 37;
const METADATA: u32 = 38;
const STORE: u32 = 39;
/// A number that nothing uses.
const NEW: u32 = 60;

const FIELDS: &str = "7 0 R 8 0 R 30 0 R 31 0 R 33 0 R 36 0 R";
const ANNOTATIONS: &str = " 30 0 R 31 0 R 33 0 R 37 0 R";

fn catalog(more: &str) -> String {
    pdf::catalog(&format!("/Metadata {METADATA} 0 R {more}"))
}

fn text(name: &str, rect: &str, state: &str) -> String {
    format!("<< /Type /Annot /Subtype /Widget /FT /Tx /T ({name}) /F 4 /P 3 0 R /Rect [{rect}] {state} >>")
}

fn name(state: &str) -> String {
    text("name", "50 600 200 620", state)
}

fn amount(state: &str) -> String {
    text("amount", "50 560 200 580", state)
}

fn agree(state: &str) -> String {
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Btn /T (agree) /F 4 /P 3 0 R /Rect [50 520 60 530] \
         /AP << /N << /Yes 34 0 R /Off 35 0 R >> >> {state} >>"
    )
}

fn city(state: &str) -> String {
    format!(
        "<< /Type /Annot /Subtype /Widget /T (city) /Parent {GROUP} 0 R /F 4 /P 3 0 R /Rect [50 480 200 500] {state} >>"
    )
}

fn drawing(content: &str) -> String {
    pdf::stream("/Type /XObject /Subtype /Form /BBox [0 0 150 20] ", content)
}

fn packet(words: &str) -> String {
    pdf::stream(
        "/Type /Metadata /Subtype /XML ",
        &format!("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">{words}</x:xmpmeta>"),
    )
}

/// The report with a form to fill in; `more` stands in the catalog.
fn form(more: &str) -> Vec<u8> {
    let objects = [
        (CATALOG, catalog(more)),
        (PAGE, pdf::page(ANNOTATIONS)),
        (FORM, pdf::form(FIELDS)),
        (NAME, name("")),
        (AMOUNT, amount(&format!("/V (100) /AP << /N {AMOUNT_SHOWN} 0 R >>"))),
        (AMOUNT_SHOWN, drawing("100")),
        (AGREE, agree("/V /Off /AS /Off")),
        (34, drawing("yes")),
        (35, drawing("")),
        (GROUP, format!("<< /FT /Tx /T (address) /Kids [{GROUP_CITY} 0 R] >>")),
        (GROUP_CITY, city("")),
        (METADATA, packet("first")),
    ];
    Update::of(&pdf::write(&pdf::report_objects()), &objects).whole()
}

/// How the first signature restricts what follows.
#[derive(Clone, Copy)]
enum By {
    Nothing,
    P(u8),
    /// FieldMDP with these parameters.
    Fields(&'static str),
    /// /Lock of the field, with these entries.
    Lock(&'static str),
}

fn signed(office: &Office, by: By) -> Vec<u8> {
    let reference = |method: &str, parameters: &str| {
        format!(
            "[<< /Type /SigRef /TransformMethod /{method} \
             /TransformParams << /Type /TransformParams /V /1.2 {parameters} >> >>]"
        )
    };
    let base = match by {
        By::P(_) => form("/Perms << /DocMDP 10 0 R >> "),
        By::Lock(lock) => {
            let field = pdf::field(SIGNER_FIELD, "").replace("/FT", &format!("/Lock << {lock} >> /FT"));
            Update::of(&form(""), &[(SIGNER_FIELD, field)]).whole()
        }
        _ => form(""),
    };
    let draft =
        Draft::new(&base, Role::Signer, &office.chairman).without(vanthu_pdf::names::REPORT_DIGEST_KEY);
    match by {
        By::Nothing => draft.sign(),
        By::P(level) => draft.and("Reference", &reference("DocMDP", &format!("/P {level}"))).sign(),
        By::Fields(parameters) => draft.and("Reference", &reference("FieldMDP", parameters)).sign(),
        By::Lock(lock) => {
            let field = pdf::field(SIGNER_FIELD, "/V 10 0 R /AP << /N 11 0 R >>")
                .replace("/FT", &format!("/Lock << {lock} >> /FT"));
            draft.object(SIGNER_FIELD, field).sign()
        }
    }
}

fn filled_name() -> Vec<Numbered> {
    vec![(NAME, name(&format!("/V (An) /AP << /N {NEW} 0 R >>"))), (NEW, drawing("An"))]
}

/// A field filled in whose new appearance dictionary is an object of its own, and leads to a new stream.
pub fn filled_with_two_objects(office: &Office) -> Vec<u8> {
    let shown = NEW + 1;
    let objects = [
        (NAME, name(&format!("/V (An) /AP {NEW} 0 R"))),
        (NEW, format!("<< /N {shown} 0 R >>")),
        (shown, drawing("An")),
    ];
    Update::of(&signed(office, By::P(2)), &objects).whole()
}

fn changed_amount() -> Vec<Numbered> {
    vec![(AMOUNT, amount(&format!("/V (900) /AP << /N {NEW} 0 R >>"))), (NEW, drawing("900"))]
}

fn store(by: By) -> Vec<Numbered> {
    let certified = if matches!(by, By::P(_)) { "/Perms << /DocMDP 10 0 R >> " } else { "" };
    vec![
        (CATALOG, catalog(&format!("{certified}/DSS {STORE} 0 R "))),
        (
            STORE,
            format!(
                "<< /Type /DSS /CRLs [{NEW} 0 R] /VRI << /0123456789ABCDEF0123456789ABCDEF01234567 << /CRL [{NEW} 0 R] >> >> >>"
            ),
        ),
        (NEW, pdf::stream("", "a list")),
    ]
}

/// A signed file that got validation data, and nothing else.
pub fn with_validation_data(office: &Office) -> Vec<u8> {
    Update::of(&signed(office, By::Nothing), &store(By::Nothing)).whole()
}

/// A new field for a signature, without one.
fn new_field(rect: &str) -> Vec<Numbered> {
    let field =
        format!("<< /Type /Annot /Subtype /Widget /FT /Sig /T (third) /F 4 /P 3 0 R /Rect [{rect}] >>");
    vec![
        (PAGE, pdf::page(&format!("{ANNOTATIONS} {NEW} 0 R"))),
        (FORM, pdf::form(&format!("{FIELDS} {NEW} 0 R"))),
        (NEW, field),
    ]
}

/// Every change after every restriction, and what is said of it.
pub fn cases(office: &Office) -> Vec<Attack> {
    let mut cases = Vec::new();
    let mut case = |name: &str, by: By, objects: Vec<Numbered>, verdict| {
        let restriction = match by {
            By::Nothing => "no restriction".to_owned(),
            By::P(level) => format!("P {level}"),
            By::Fields(parameters) => format!("FieldMDP {parameters}"),
            By::Lock(lock) => format!("Lock {lock}"),
        };
        let file = Update::of(&signed(office, by), &objects).whole();
        cases.push(attack(format!("{restriction}: {name}"), file, verdict));
    };
    for (by, filled, changed, field, hidden) in [
        (By::Nothing, Indeterminate, Indeterminate, Indeterminate, ValidExtended),
        (By::P(1), Invalid, Invalid, Invalid, Invalid),
        (By::P(2), ValidExtended, Indeterminate, Invalid, ValidExtended),
        (By::P(3), ValidExtended, Indeterminate, Invalid, ValidExtended),
        (By::P(7), Invalid, Invalid, Invalid, Invalid),
        (By::Fields("/Action /All"), Invalid, Invalid, Invalid, Invalid),
        (
            By::Fields("/Action /Include /Fields [(name)]"),
            Invalid,
            Indeterminate,
            Indeterminate,
            ValidExtended,
        ),
        (
            By::Fields("/Action /Exclude /Fields [(name) (third)]"),
            Indeterminate,
            Invalid,
            Indeterminate,
            ValidExtended,
        ),
        (By::Fields("/Action /Unheard"), Invalid, Invalid, Invalid, Invalid),
        (By::Lock("/Action /All"), Invalid, Invalid, Invalid, Invalid),
        (
            By::Lock("/Action /Include /Fields [(amount)] /P 2"),
            ValidExtended,
            Invalid,
            Invalid,
            ValidExtended,
        ),
        (By::Lock("/Action /Include /Fields [] /P 1"), Invalid, Invalid, Invalid, Invalid),
    ] {
        case("an empty field filled in", by, filled_name(), filled);
        case("a filled field changed", by, changed_amount(), changed);
        case("a new field that shows", by, new_field("300 300 400 350"), field);
        case("a new field that can't be seen", by, new_field("0 0 0 0"), hidden);
        case("validation data", by, store(by), Valid);
        case("metadata", by, vec![(METADATA, packet("second"))], Valid);
        let annotated = vec![
            (PAGE, pdf::page(&format!("{ANNOTATIONS} {NEW} 0 R"))),
            (NEW, "<< /Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents (x) >>".to_owned()),
        ];
        case("an annotation", by, annotated, Invalid);
        case("the page", by, vec![(CONTENT, pdf::stream("", "BT ET"))], Invalid);
    }
    for (name, objects, verdict) in [
        ("a box ticked", vec![(AGREE, agree("/V /Yes /AS /Yes"))], ValidExtended),
        ("a box whose look alone changed", vec![(AGREE, agree("/V /Off /AS /Yes"))], Invalid),
        ("a field below another", vec![(GROUP_CITY, city("/V (Hoa An)"))], ValidExtended),
        ("an appearance changed without the value", vec![(AMOUNT_SHOWN, drawing("900"))], Invalid),
        (
            "an appearance replaced without the value",
            vec![(AMOUNT, amount(&format!("/V (100) /AP << /N {NEW} 0 R >>"))), (NEW, drawing("900"))],
            Invalid,
        ),
        (
            "an old stream as appearance",
            vec![(NAME, name(&format!("/V (An) /AP << /N {CONTENT} 0 R >>")))],
            Invalid,
        ),
        (
            "a field moved while it is filled in",
            vec![(NAME, name("/V (An)").replace("[50 600", "[50 100"))],
            Invalid,
        ),
        ("an action added", vec![(NAME, name("/V (An) /AA << /K << /S /JavaScript /JS (1) >> >>"))], Invalid),
        ("a calculation order", vec![(FORM, pdf::form(FIELDS).replace(">>", "/CO [30 0 R] >>"))], Invalid),
        (
            "appearances to be made anew",
            vec![(FORM, pdf::form(FIELDS).replace(">>", "/NeedAppearances true >>"))],
            Invalid,
        ),
        (
            "fonts for the form",
            vec![
                (FORM, pdf::form(FIELDS).replace(">>", &format!("/DR << /Font << /Helv {NEW} 0 R >> >> >>"))),
                (NEW, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into()),
            ],
            ValidExtended,
        ),
        ("metadata gone", vec![(CATALOG, pdf::catalog("/Perms << /DocMDP 10 0 R >> "))], Invalid),
        (
            "metadata that is a page",
            vec![(CATALOG, catalog("/Perms << /DocMDP 10 0 R >> ").replace("/Metadata 38", "/Metadata 4"))],
            Invalid,
        ),
        ("the certification taken out", vec![(CATALOG, catalog(""))], Invalid),
        ("the certification given away", vec![(CATALOG, catalog("/Perms << /DocMDP 12 0 R >> "))], Invalid),
        (
            "a text field added",
            vec![(FORM, pdf::form(&format!("{FIELDS} {NEW} 0 R"))), (NEW, text("more", "0 0 0 0", ""))],
            Invalid,
        ),
        ("a field taken out", vec![(FORM, pdf::form("7 0 R 8 0 R 30 0 R 31 0 R 33 0 R"))], Invalid),
        (
            "fields in another order",
            vec![(FORM, pdf::form("8 0 R 7 0 R 30 0 R 31 0 R 33 0 R 36 0 R"))],
            Invalid,
        ),
        (
            "the other signature field filled in with text",
            vec![(AGENCY_FIELD, pdf::field(AGENCY_FIELD, "/V (signed)"))],
            Invalid,
        ),
    ] {
        case(name, By::P(2), objects, verdict);
    }
    // Two things are one object in what was signed: changing it as one changes the other.
    let shared = |objects: &[Numbered]| {
        let base = Update::of(&form(""), objects).whole();
        Draft::new(&base, Role::Signer, &office.chairman).without(vanthu_pdf::names::REPORT_DIGEST_KEY).sign()
    };
    let as_page = shared(&[(
        PAGE,
        pdf::page(ANNOTATIONS).replace("/Contents 4 0 R", &format!("/Contents {METADATA} 0 R")),
    )]);
    let file = Update::of(&as_page, &[(METADATA, packet("BT ET"))]).whole();
    cases.push(attack("laundering: the metadata are the page's content", file, Invalid));
    let list = "7 0 R 8 0 R 30 0 R";
    let as_list = shared(&[
        (FORM, "<< /Fields 50 0 R /SigFlags 3 >>".to_owned()),
        (50, format!("[{list}]")),
        (PAGE, pdf::page("").replace("[7 0 R 8 0 R]", "50 0 R")),
    ]);
    let objects =
        [(50, format!("[{list} {NEW} 0 R]")), (NEW, "<< /FT /Sig /T (third) /Rect [0 0 0 0] >>".to_owned())];
    let file = Update::of(&as_list, &objects).whole();
    cases.push(attack("the list of fields is the page's annotations", file, Invalid));
    let alone = shared(&[(FORM, "<< /Fields 50 0 R /SigFlags 3 >>".to_owned()), (50, format!("[{list}]"))]);
    let file = Update::of(&alone, &objects).whole();
    cases.push(attack("the list of fields is an object of its own", file, ValidExtended));
    let listed = shared(&[
        (PAGE, pdf::page("").replace("[7 0 R 8 0 R]", "51 0 R")),
        (51, "[7 0 R 8 0 R 30 0 R]".to_owned()),
    ]);
    let objects = [
        (FORM, pdf::form(&format!("{FIELDS} {NEW} 0 R"))),
        (51, format!("[7 0 R 8 0 R 30 0 R {NEW} 0 R]")),
        (NEW, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (third) /Rect [0 0 0 0] /P 3 0 R >>".to_owned()),
    ];
    let file = Update::of(&listed, &objects).whole();
    cases.push(attack("the page's annotations are an object of its own", file, ValidExtended));
    let direct =
        [(51, "[7 0 R 8 0 R 30 0 R << /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] >>]".to_owned())];
    let file = Update::of(&listed, &direct).whole();
    cases.push(attack("an annotation without an object of its own", file, Invalid));
    cases
}

/// What an earlier store had is read where it was: leaving it out hides nothing, and is no forgery.
#[test]
fn a_store_may_be_written_anew() {
    let with = with_validation_data(&crate::OFFICE);
    let emptied = Update::of(&with, &[(STORE, "<< /Type /DSS >>".to_owned())]).whole();
    let without = Update::of(&with, &[(CATALOG, catalog(""))]).whole();
    for (name, file) in [("with", with), ("emptied", emptied), ("without", without)] {
        assert_eq!(crate::judge(&file).verdict, Valid, "{name}");
    }
}
