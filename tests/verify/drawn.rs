//! What a later save may draw, and where: places that are written in many ways, things that nobody signed, and what
//! honest programs do.

use vanthu_base::role::Role;
use vanthu_verify::Verdict::{self, Indeterminate, Invalid, Valid, ValidExtended};

use crate::attacks::{Attack, attack};
use crate::pdf::{self, AGENCY_FIELD, CATALOG, FONT, FORM, FREE, Numbered, PAGE, SIGNER_FIELD, Update};
use crate::signature::{Draft, Office};

/// Numbers beyond those of the report and of its signatures.
const SECOND_PAGE: u32 = 30;
const NAME: u32 = 31;
const TOWN: u32 = 32;
const NEW: u32 = 60;
const SHOWN: u32 = 61;
const HOLDER: u32 = 62;

const FIELDS: &str = "7 0 R 8 0 R 31 0 R 32 0 R";

/// Page 1 with these keys, and these annotations more.
fn page(keys: &str, more: &str) -> String {
    pdf::page(more).replace("/MediaBox", &format!("{keys}/MediaBox"))
}

/// Page 2, which lists the field "name" and these annotations more.
fn second_page(more: &str) -> String {
    format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [{NAME} 0 R {TOWN} 0 R{more}] >>")
}

/// A text field on page 2, which does not say so itself.
fn text(name: &str, state: &str) -> String {
    let top = if name == "name" { 620 } else { 520 };
    format!("<< /Type /Annot /Subtype /Widget /FT /Tx /T ({name}) /F 4 /Rect [50 500 200 {top}] {state} >>")
}

fn form(fields: &str, more: &str) -> String {
    pdf::form(fields).replace(">>", &format!("{more}>>"))
}

fn drawing(content: &str) -> String {
    pdf::stream("/Type /XObject /Subtype /Form /BBox [0 0 200 40] ", content)
}

/// A document of two pages that the chairman signed: with `permission`, and with `objects` in it.
fn signed(office: &Office, permission: Option<u8>, objects: &[Numbered]) -> Vec<u8> {
    let certified = if permission.is_some() { "/Perms << /DocMDP 10 0 R >> " } else { "" };
    let mut all = vec![
        (CATALOG, pdf::catalog(certified)),
        (2, format!("<< /Type /Pages /Kids [3 0 R {SECOND_PAGE} 0 R] /Count 2 >>")),
        (PAGE, page("", "")),
        (SECOND_PAGE, second_page("")),
        (FORM, form(FIELDS, "")),
        (NAME, text("name", "")),
        (TOWN, text("town", &format!("/V (Hoa An) /AP << /N {} 0 R >>", TOWN + 1))),
        (TOWN + 1, drawing("BT (Hoa An) Tj ET")),
    ];
    all.retain(|(number, _)| objects.iter().all(|(other, _)| other != number));
    all.extend_from_slice(objects);
    let base = Update::of(&pdf::write(&pdf::report_objects()), &all).whole();
    let draft =
        Draft::new(&base, Role::Signer, &office.chairman).without(vanthu_pdf::names::REPORT_DIGEST_KEY);
    match permission {
        None => draft.sign(),
        Some(level) => {
            let reference = format!(
                "[<< /Type /SigRef /TransformMethod /DocMDP \
                 /TransformParams << /Type /TransformParams /V /1.2 /P {level} >> >>]"
            );
            draft.and("Reference", &reference).sign()
        }
    }
}

/// A new signature field, with these keys.
fn new_field(keys: &str) -> String {
    format!("<< /Type /Annot /Subtype /Widget /FT /Sig /T (third) {keys} >>")
}

/// A new field on page 1, and what it is drawn with.
fn added(field: &str) -> Vec<Numbered> {
    let mut objects = vec![
        (PAGE, page("", &format!(" {NEW} 0 R"))),
        (FORM, form(&format!("{FIELDS} {NEW} 0 R"), "")),
        (NEW, new_field(field)),
    ];
    if field.contains("/AP") {
        objects.push((SHOWN, drawing("0 0 200 40 re f")));
    }
    objects
}

/// The agency's signature in a new field with these keys, on page 1.
fn signed_anew(office: &Office, file: &[u8], keys: &str, more: &[Numbered]) -> Vec<u8> {
    let mut draft =
        Draft::new(file, Role::Agency, &office.agency).without(vanthu_pdf::names::REPORT_DIGEST_KEY);
    let value = format!("/V {} 0 R", FREE + 2);
    draft.objects = added(&format!("{value} {keys}"));
    for (number, body) in more {
        draft = draft.object(*number, body.clone());
    }
    draft.sign()
}

/// A field of two widgets filled in, both without /P, of which one keeps its appearance; and their places.
pub fn filled_on_the_second_page(office: &Office) -> (Vec<u8>, Vec<(usize, [f64; 4])>) {
    let widget = |rect: &str, shown: u32| {
        format!(
            "<< /Type /Annot /Subtype /Widget /Parent {NAME} 0 R /F 4 /Rect [{rect}] /AP << /N {shown} 0 R >> >>"
        )
    };
    let (first, second) = (NAME + 10, NAME + 11);
    let field = |value: &str| format!("<< /FT /Tx /T (name) /Kids [{first} 0 R {second} 0 R] {value} >>");
    let listed = second_page(&format!(" {first} 0 R {second} 0 R")).replacen(&format!("{NAME} 0 R "), "", 1);
    let shown = NAME + 12;
    let objects = [
        (NAME, field("")),
        (first, widget("50 600 200 620", shown)),
        (second, widget("70 0 R 700 300 710", shown)),
        (shown, drawing("")),
        (70, "60".to_owned()),
        (SECOND_PAGE, listed),
    ];
    let file = signed(office, Some(2), &objects);
    let filled = [
        (NAME, field("/V (An)")),
        (first, widget("50 600 200 620", SHOWN)),
        (SHOWN, drawing("BT (An) Tj ET")),
    ];
    (
        Update::of(&file, &filled).whole(),
        vec![(2, [50.0, 600.0, 200.0, 620.0]), (2, [60.0, 700.0, 300.0, 710.0])],
    )
}

/// Each file, and what is said of it by rules alone: nobody looks at its pages.
pub fn cases(office: &Office) -> Vec<Attack> {
    let mut cases = Vec::new();
    let plain = signed(office, None, &[]);
    let mut case = |name: &str, file: Vec<u8>, verdict: Verdict| cases.push(attack(name, file, verdict));
    let update = |file: &[u8], objects: &[Numbered]| Update::of(file, objects).whole();

    // Nobody signed, so nothing is said.
    let drawn = format!("/F 4 /P 3 0 R /AP << /N {SHOWN} 0 R >>");
    for (name, keys, verdict) in [
        ("shows nothing", "/F 4 /P 3 0 R /Rect [0 0 0 0]".to_owned(), ValidExtended),
        ("has an appearance and no place", format!("/Rect [9 9 9 9] {drawn}"), ValidExtended),
        ("is hidden", format!("/Rect [9 9 99 99] {}", drawn.replace("/F 4", "/F 2")), ValidExtended),
        ("draws", format!("/Rect [9 9 99 99] {drawn}"), Invalid),
        (
            "draws by its states",
            format!("/Rect [9 9 99 99] /F 4 /AP << /N << /Off {SHOWN} 0 R >> >>"),
            Invalid,
        ),
        ("draws when pressed", format!("/Rect [9 9 99 99] /F 4 /AP << /D {SHOWN} 0 R >>"), Invalid),
        ("has a caption", "/Rect [9 9 99 99] /F 4 /MK << /CA (x) >>".into(), Invalid),
        ("has a frame in some programs", "/Rect [9 9 99 99] /F 4 /P 3 0 R".into(), Indeterminate),
        ("has a wide border", "/Rect [9 9 9 9] /F 4 /Border [0 0 99]".into(), Invalid),
        ("has a wide border by its style", "/Rect [9 9 9 9] /F 4 /BS << /W 99 >>".into(), Invalid),
    ] {
        case(&format!("an unsigned field {name}"), update(&plain, &added(&keys)), verdict);
    }

    // A place is four numbers, wherever they stand, on the page that lists the field.
    let numbers = |values: [&str; 4]| -> Vec<Numbered> {
        (NEW + 10..).zip(values).map(|(number, value)| (number, value.to_owned())).collect()
    };
    let indirect = |values| {
        let mut objects = added(&format!("{drawn} /Rect [70 0 R 71 0 R 72 0 R 73 0 R]"));
        objects.extend(numbers(values));
        objects
    };
    case("a place of indirect numbers", update(&plain, &indirect(["30", "190", "390", "230"])), Invalid);
    case("a place of indirect words", update(&plain, &indirect(["/a", "(b)", "null", "[1]"])), Invalid);
    for (name, rect) in [
        ("three numbers", "[1 2 3]"),
        ("five numbers", "[1 2 3 4 5]"),
        ("names", "[/a /b /c /d]"),
        ("an object that is not there", "99 0 R"),
        ("numbers far away", "[0 0 9999999 1]"),
    ] {
        case(
            &format!("a place of {name}"),
            update(&plain, &added(&format!("{drawn} /Rect {rect}"))),
            Invalid,
        );
    }
    let visible = "/Rect [300 300 400 350]";
    let signed_with = |keys: &str, more: &[Numbered]| signed_anew(office, &plain, keys, more);
    let stamp = format!("{visible} /F 4 /AP << /N {SHOWN} 0 R >>");
    case("a signature in a new field", signed_with(&format!("{stamp} /P 3 0 R"), &[]), Indeterminate);
    case("a signature in a new field without /P", signed_with(&stamp, &[]), Indeterminate);
    let elsewhere = format!("{stamp} /P {SECOND_PAGE} 0 R");
    case("a signature in a field that names another page", signed_with(&elsewhere, &[]), Invalid);
    let twice = [(SECOND_PAGE, second_page(&format!(" {NEW} 0 R")))];
    case("a signature in a field of two pages", signed_with(&stamp, &twice), Invalid);
    let again = [(PAGE, page("", &format!(" {NEW} 0 R {NEW} 0 R")))];
    case("a signature in a field that is listed twice", signed_with(&stamp, &again), Invalid);
    let nowhere = [(PAGE, page("", ""))];
    case("a signature in a field of no page", signed_with(&stamp, &nowhere), Invalid);
    for (name, flags, verdict) in [
        ("NoRotate", 4 | 16, Indeterminate),
        ("NoZoom", 4 | 8, Invalid),
        ("NoRotate and NoZoom", 4 | 8 | 16, Invalid),
    ] {
        let keys = stamp.replace("/F 4", &format!("/F {flags}"));
        case(&format!("a signature with the flag {name}"), signed_with(&keys, &[]), verdict);
    }
    let indirect_flags = [(NEW + 10, "20".to_owned())];
    let keys = stamp.replace("/F 4", &format!("/F {} 0 R", NEW + 10));
    case("a signature with indirect flags", signed_with(&keys, &indirect_flags), Indeterminate);
    for (name, turned) in [
        ("a turned page", vec![(PAGE, page("/Rotate 90 ", ""))]),
        ("a page turned by an object", vec![(PAGE, page("/Rotate 40 0 R ", "")), (40, "90".into())]),
        (
            "a page that inherits its turn",
            vec![(2, format!("<< /Type /Pages /Kids [3 0 R {SECOND_PAGE} 0 R] /Count 2 /Rotate 270 >>"))],
        ),
    ] {
        let file = signed(office, None, &turned);
        let listed = turned.iter().find(|(number, _)| *number == PAGE).map(|(_, page)| page.as_str());
        let listed = listed.unwrap_or(&page("", "")).replace("8 0 R]", &format!("8 0 R {NEW} 0 R]"));
        let keys = stamp.replace("/F 4", "/F 20");
        case(&format!("NoRotate on {name}"), signed_anew(office, &file, &keys, &[(PAGE, listed)]), Invalid);
    }
    for (name, keys) in [
        ("without /BBox", ""),
        ("with a /BBox of three numbers", "/BBox [0 0 9] "),
        ("with a /Matrix of words", "/BBox [0 0 9 9] /Matrix [/a 0 0 1 0 0] "),
        ("with a flat /Matrix", "/BBox [0 0 9 9] /Matrix [0 0 0 0 0 0] "),
    ] {
        let shown = [(SHOWN, pdf::stream(&format!("/Type /XObject /Subtype /Form {keys}"), "0 0 9 9 re f"))];
        case(&format!("a stamp {name}"), signed_with(&stamp, &shown), Invalid);
    }
    let subtype = format!("{stamp} /Subtype 70 0 R");
    let free_text = [
        (NEW, new_field(&format!("/V {} 0 R {subtype}", FREE + 2)).replacen("/Subtype /Widget", "", 1)),
        (NEW + 10, "/FreeText".to_owned()),
    ];
    case("a signature in what is no widget", signed_with(&subtype, &free_text), Invalid);

    // A time-stamp tells when, and shows nothing; its token is not what is looked at here.
    let stamped = |keys: &str| {
        let value = format!("/V {HOLDER} 0 R {keys}");
        let mut objects = added(&value);
        let token = "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 1 2 3] /Contents <00> >>";
        objects.push((HOLDER, token.into()));
        update(&plain, &objects)
    };
    case("a time-stamp that shows", stamped(&stamp), Invalid);
    case("a time-stamp that shows nothing, and proves nothing", stamped("/Rect [0 0 0 0]"), Invalid);

    // What honest programs write into fields that show nothing.
    let hidden = "/F 132 /P 3 0 R /Rect [0 0 0 0]";
    for keys in [
        "/H /N",
        "/DR << >>",
        "/DV (x)",
        "/Border [0 0 0]",
        "/BS << /W 1 >>",
        "/C [0 0 0]",
        "/MK << >>",
        "/Q 1 /DA (/Helv 0 Tf)",
    ] {
        case(
            &format!("a hidden signature with {keys}"),
            signed_with(&format!("{hidden} {keys}"), &[]),
            ValidExtended,
        );
    }
    let both = |second: &str| {
        let fields = format!("{FIELDS} {NEW} 0 R {HOLDER} 0 R");
        let objects = [
            (FORM, form(&fields, "")),
            (PAGE, page("", &format!(" {NEW} 0 R {HOLDER} 0 R"))),
            (HOLDER, new_field(&format!("{hidden} /AP {} 0 R", NEW + 10)).replace("third", second)),
            (NEW + 10, format!("<< /N {SHOWN} 0 R >>")),
            (SHOWN, drawing("")),
        ];
        signed_with(&format!("{hidden} /AP {} 0 R", NEW + 10), &objects)
    };
    case("two new fields of one appearance", both("fourth"), ValidExtended);
    case("two new fields of one name", both("third"), Invalid);
    case(
        "a new field of an old name",
        signed_with(hidden, &[(NEW, new_field(&format!("{hidden} /V 12 0 R")).replace("third", "signer"))]),
        Invalid,
    );
    let shared = [
        (FORM, form(&format!("{FIELDS} {NEW} 0 R {HOLDER} 0 R"), "")),
        (PAGE, page("", &format!(" {NEW} 0 R {HOLDER} 0 R"))),
        (HOLDER, new_field(&format!("{hidden} /V {} 0 R", FREE + 2)).replace("third", "fourth")),
    ];
    case("one signature in two fields", signed_with(hidden, &shared), Invalid);

    let below = [
        (SIGNER_FIELD, pdf::field(SIGNER_FIELD, &format!("/V 10 0 R /AP << /N 11 0 R >> /Kids [{NEW} 0 R]"))),
        (PAGE, page("", &format!(" {NEW} 0 R"))),
        (
            NEW,
            format!(
                "<< /Type /Annot /Subtype /Widget /Parent {SIGNER_FIELD} 0 R {visible} /F 4 /AP << /N {SHOWN} 0 R >> >>"
            ),
        ),
        (SHOWN, drawing("0 0 200 40 re f")),
    ];
    case("another widget of a field that is signed", update(&plain, &below), Invalid);

    // One text in another encoding; and another text.
    let agency = |words: &str, flags: &str| {
        let state = format!("/V {} 0 R /AP << /N {} 0 R >>", FREE + 2, FREE + 3);
        let field =
            pdf::field(AGENCY_FIELD, &state).replace("(Ch\\176 k\\375)", words).replace("/F 4", flags);
        let draft =
            Draft::new(&plain, Role::Agency, &office.agency).without(vanthu_pdf::names::REPORT_DIGEST_KEY);
        draft.object(AGENCY_FIELD, field).sign()
    };
    case("signed with its text in hexadecimal", agency("<43687E206BFD>", "/F 4"), Valid);
    case("signed with its text in UTF-16", agency("<FEFF00430068007E0020006B00FD>", "/F 4"), Valid);
    case("signed with its text in UTF-8", agency("<EFBBBF43687E206BC3BD>", "/F 4"), Valid);
    case("signed with another text", agency("(Chu ky)", "/F 4"), Invalid);
    case("signed with a text that can be read in two ways", agency("<43687E206B92>", "/F 4"), Invalid);
    case("signed and locked", agency("(Ch\\176 k\\375)", "/F 132"), Valid);
    case("signed and hidden", agency("(Ch\\176 k\\375)", "/F 6"), Invalid);

    // Fields that are filled in show where they are listed.
    let form_filled = signed(office, Some(2), &[]);
    let filled = |file: &[u8], state: &str| {
        update(
            file,
            &[
                (NAME, text("name", &format!("/V (An) /AP << /N {SHOWN} 0 R >> {state}"))),
                (SHOWN, drawing("BT (An) Tj ET")),
            ],
        )
    };
    case("filled in on the second page", filled(&form_filled, ""), ValidExtended);
    case("filled in with its style", filled(&form_filled, "/Q 1 /Ff 1 /DA (/Helv 9 Tf 0 g)"), ValidExtended);
    case("filled in and moved", filled(&form_filled, "/P 3 0 R"), Invalid);
    let twice = signed(office, Some(2), &[(PAGE, page("", &format!(" {NAME} 0 R")))]);
    case("filled in on two pages", filled(&twice, ""), Invalid);

    // What the form lends is content.
    let fonts = "/DR << /Font << /Evil 5 0 R >> >> ";
    let relies = text("town", "/V (Hoa An) /DA (/Evil 12 Tf)");
    let unlisted = [(FORM, form(FIELDS, "/DA (/Helv 0 Tf 0 g) /DR << /Font << >> >> "))];
    for (name, permission, objects, more, verdict) in [
        ("fonts that no field needs", Some(2), vec![], fonts, ValidExtended),
        ("fonts that no field needs, though closed", Some(1), vec![], fonts, Invalid),
        ("fonts that a field needs", Some(2), vec![(TOWN, relies.clone())], fonts, Invalid),
        ("fonts that a field of an open document needs", None, vec![(TOWN, relies.clone())], fonts, Invalid),
        (
            "fonts where all is drawn anew",
            Some(2),
            vec![(FORM, form(FIELDS, "/NeedAppearances true "))],
            "/NeedAppearances true /DR << /Font << /Evil 5 0 R >> >> ",
            Invalid,
        ),
        (
            "fonts where an object says that all is drawn anew",
            Some(2),
            vec![(FORM, form(FIELDS, "/NeedAppearances 40 0 R ")), (40, "true".into())],
            "/NeedAppearances 40 0 R /DR << /Font << /Evil 5 0 R >> >> ",
            Invalid,
        ),
        ("a default that no field needs", Some(2), vec![], "/DA (/Helv 0 Tf) ", ValidExtended),
        ("a default that a field needs", Some(2), vec![(TOWN, relies.clone())], "/DA (/Helv 0 Tf) ", Invalid),
        ("another default", Some(2), unlisted.to_vec(), "/DA (/Helv 9 Tf) /DR << /Font << >> >> ", Invalid),
        ("another alignment", Some(2), vec![], "/Q 2 ", Invalid),
        ("appearances made anew", Some(2), vec![], "/NeedAppearances true ", Invalid),
        ("appearances not made anew", Some(2), vec![], "/NeedAppearances false ", Valid),
        ("a form in XML", Some(2), vec![], "/XFA (x) ", Invalid),
    ] {
        let file = signed(office, permission, &objects);
        case(&format!("the form lends {name}"), update(&file, &[(FORM, form(FIELDS, more))]), verdict);
    }
    let anew = vec![(FORM, form(FIELDS, "/NeedAppearances 41 0 R ")), (41, "true".to_owned())];
    case("the form lends appearances made anew by an object", update(&form_filled, &anew), Invalid);
    let font = vec![(FONT, "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>".to_owned())];
    let lending = signed(office, Some(2), &[(FORM, form(FIELDS, fonts))]);
    case("a font of the form replaced", update(&lending, &font), Invalid);

    // What is listed again is drawn again, over what followed it.
    let again = page("", &format!(" {SIGNER_FIELD} 0 R"));
    case("an annotation listed again", update(&plain, &[(PAGE, again)]), Invalid);
    cases
}
