//! How files are written, by honest programs and by forgers: what was signed is read as the common readers do, what
//! followed in one way only (ISO 32000-2 7.5).

use vanthu_base::role::Role;
use vanthu_verify::Verdict::{self, Indeterminate, Invalid, Valid};

use crate::attacks::{Attack, attack};
use crate::pdf::{self, CATALOG, CONTENT, FREE, Packing, Update};
use crate::signature::{Draft, Office};

const NEW: u32 = FREE + 10;
const FORGED: &str = "BT /F1 14 Tf 72 720 Td (23 of 23 households) Tj ET";

fn report() -> Vec<u8> {
    pdf::write(&pdf::report_objects())
}

fn sign(base: &[u8], office: &Office) -> Vec<u8> {
    Draft::new(base, Role::Signer, &office.chairman).sign()
}

/// The file with the last `from` written as `to`; what follows moves.
fn replace(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    pdf::splice(file, pdf::find_last(file, from.as_bytes()), to.as_bytes())
}

/// An update that adds XMP, which is permitted: `content` stands in the stream, unsigned.
fn metadata(file: &[u8], content: &str) -> Update {
    let stream = pdf::stream("/Type /Metadata /Subtype /XML ", content);
    let catalog = pdf::catalog(&format!("/Metadata {NEW} 0 R "));
    Update::of(file, &[(CATALOG, catalog), (NEW, stream)])
}

/// Under the signature: what honest programs write, and what can be read in two ways.
pub fn signed(office: &Office) -> Vec<Attack> {
    let file = report();
    let start = pdf::last_number(&file, "startxref\n");
    let spaces = format!("{}%%EOF", " ".repeat(3000));
    let bases: [(&str, Vec<u8>, Verdict); 12] = [
        ("a comment before startxref", replace(&file, "startxref", "%maker 1.2.3\nstartxref"), Valid),
        (
            "two comments before startxref",
            replace(&file, "startxref", "%maker\n%version\r\nstartxref"),
            Valid,
        ),
        ("startxref names the end of line before xref", name_start(&file, start - 1), Valid),
        ("rows of nineteen bytes", rows_of_nineteen(&file), Valid),
        ("white space before startxref", replace(&file, "startxref", "\r\n\r\n  startxref"), Valid),
        ("white space after %%EOF", [&file[..], b"\n   \r\n"].concat(), Valid),
        ("zeros after %%EOF", [&file[..], &[0; 40]].concat(), Valid),
        ("text after %%EOF", [&file[..], "<html></html>\n".repeat(9).as_bytes()].concat(), Valid),
        ("a row of an object that was never used", unused_row(&file), Valid),
        ("a revision that nothing leads to", [&file[..], &unreached(&file)].concat(), Valid),
        ("NUL before %%EOF", replace(&file, "\n%%EOF", "\0%%EOF"), Indeterminate),
        ("spaces before %%EOF", replace(&file, "%%EOF", &spaces), Indeterminate),
    ];
    let mut cases: Vec<Attack> =
        bases.map(|(name, base, verdict)| attack(name, sign_any(&base, office), verdict)).into();
    let misled = [&file[..], &unreached(&file)].concat();
    let (first, second) = (start, pdf::find_last(&misled, b"\nxref\n").start + 1);
    let mut draft = unstamped(&misled, office);
    draft.update =
        Box::new(move |update| update.trailer(&format!("/Prev {first}"), &format!("/Prev {second}")));
    cases.push(attack("startxref of a revision leads elsewhere", draft.sign(), Indeterminate));
    cases
}

fn name_start(file: &[u8], offset: usize) -> Vec<u8> {
    let start = pdf::last_number(file, "startxref\n");
    replace(file, &format!("startxref\n{start}"), &format!("startxref\n{offset}"))
}

fn unused_row(file: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(&file[pdf::find(file, b"xref\n0 10\n").start..]).into_owned();
    let text = text.replace("xref\n0 10\n", "xref\n0 11\n").replace("/Size 10", "/Size 11");
    let text = text.replace("trailer\n", "0000000000 00000 n\r\ntrailer\n");
    [&file[..pdf::find(file, b"xref\n0 10\n").start], text.as_bytes()].concat()
}

/// A revision of nothing, whose `startxref` leads to the one before it.
fn unreached(file: &[u8]) -> Vec<u8> {
    let [objects, table, trailer, _, end] = Update::of(file, &[]).pieces();
    let start = format!("startxref\n{}\n", pdf::last_number(file, "startxref\n"));
    [objects, table, trailer, start, end].concat().into_bytes()
}

fn sign_any(base: &[u8], office: &Office) -> Vec<u8> {
    unstamped(base, office).sign()
}

/// A signature that does not say which document it signs: the base is none of ours.
fn unstamped<'a>(base: &[u8], office: &'a Office) -> Draft<'a> {
    let mut draft = Draft::new(base, Role::Signer, &office.chairman);
    draft.entries.retain(|(key, _)| *key != vanthu_pdf::names::REPORT_DIGEST_KEY);
    draft
}

fn rows_of_nineteen(file: &[u8]) -> Vec<u8> {
    let table = pdf::find(file, b"xref\n0 ").start;
    let text = String::from_utf8_lossy(&file[table..]).replace(" n\r\n", " n\n").replace(" f\r\n", " f\n");
    [&file[..table], text.as_bytes()].concat()
}

/// After the signature: what honest programs append, in the shapes that they write.
pub fn appended(office: &Office) -> Vec<Attack> {
    let file = sign(&report(), office);
    let plain = metadata(&file, "<x:xmpmeta/>");
    let whole = plain.whole();
    let [objects, table, trailer, start, end] = plain.pieces();
    let joined = |pieces: &[&str]| [&file[..], pieces.concat().as_bytes()].concat();
    let at = file.len() + objects.len();
    let named = start.replace(&at.to_string(), &(at - 1).to_string());
    let prev = pdf::last_number(&file, "startxref\n");
    let mut known = Update::of(&file, &[]);
    known.trailer += " /DocChecksum /00112233445566778899AABBCCDDEEFF";
    let cases: Vec<(&str, Vec<u8>, Verdict)> = vec![
        ("metadata", whole.clone(), Valid),
        ("metadata, by a cross-reference stream", plain.with_objects(Packing::Plain), Valid),
        ("metadata, nothing else in an object stream", catalog_in_stream(&file), Valid),
        (
            "the maker's comment",
            joined(&[&objects, &table, &trailer, "%maker-9.1.0-SNAPSHOT\n", &start, &end]),
            Valid,
        ),
        (
            "all ends of line CR LF",
            joined(&[&objects, &table, &trailer, &start.replace('\n', "\r\n"), "%%EOF\r\n"]),
            Valid,
        ),
        ("startxref names the end of line", joined(&[&objects, &table, &trailer, &named, &end]), Valid),
        ("a row names the end of line", row_before(&file), Valid),
        (
            "/Prev names the end of line",
            { plain.clone().trailer(&format!("/Prev {prev}"), &format!("/Prev {}", prev - 1)).whole() },
            Valid,
        ),
        (
            "no /ID",
            plain
                .clone()
                .trailer("/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]", "")
                .whole(),
            Valid,
        ),
        ("a checksum in the trailer", known.whole(), Valid),
        ("white space after %%EOF", [&whole[..], b"\r\n\r\n\r\n"].concat(), Valid),
        ("zeros after %%EOF", [&whole[..], &[0; 100]].concat(), Valid),
    ];
    cases.into_iter().map(|(name, file, verdict)| attack(name, file, verdict)).collect()
}

/// The catalog in an object stream; streams can't be in one.
fn catalog_in_stream(file: &[u8]) -> Vec<u8> {
    Update::of(file, &[(CATALOG, pdf::catalog(""))]).with_objects(Packing::Stream)
}

fn row_before(file: &[u8]) -> Vec<u8> {
    let update = metadata(file, "");
    let at = file.len();
    // The byte before the first object of the update is the end of line after %%EOF.
    let rows: Vec<_> = update
        .rows
        .iter()
        .map(|(number, row)| (*number, row.replace(&format!("{at:010}"), &format!("{:010}", at - 1))))
        .collect();
    update.rows(&rows).whole()
}

/// After the signature: what some program reads otherwise, by its cross-references or by repairing the file.
pub fn forged(office: &Office) -> Vec<Attack> {
    let file = sign(&report(), office);
    let plain = metadata(&file, "<x:xmpmeta/>");
    let whole = plain.whole();
    let payload = format!("{CONTENT} 0 obj\n{}\nendobj\n", pdf::stream("", FORGED));
    let hidden = metadata(&file, &payload).whole();
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, file: Vec<u8>| cases.push((name.to_owned(), file));

    add("a table that says that it is a stream", plain.clone().trailer("/Root", "/Type /XRef /Root").whole());
    add("a table that says that it is a stream, and has one", hybrid(&file));
    for key in ["/W [2 4 1]", "/XRefStm 9", "/Encrypt 4 0 R", "/Extends 9 0 R", "/Unheard 1", "/Index [0 1]"]
    {
        add(
            &format!("{key} in the trailer"),
            plain.clone().trailer("/Root", &format!("{key} /Root")).whole(),
        );
    }
    let size = format!("/Size {}", NEW + 1);
    for other in ["/Size 5", "/Size 2000000000", "/Size 0", "/Size -1"] {
        add(&format!("{other} in the trailer"), plain.clone().trailer(&size, other).whole());
    }
    let prev = format!("/Prev {}", pdf::last_number(&file, "startxref\n"));
    let first = format!("/Prev {}", pdf::last_number(&report(), "startxref\n"));
    add("/Prev leaves out the signed revision", plain.clone().trailer(&prev, &first).whole());
    for (name, generation) in [("1", 1), ("65535", 65535)] {
        add(&format!("an object written again with generation {name}"), again(&file, CONTENT, generation));
    }
    add("a reference with another generation", {
        let catalog = pdf::catalog(&format!("/Metadata {NEW} 0 R ")).replace("/Pages 2 0 R", "/Pages 2 1 R");
        Update::of(&file, &[(CATALOG, catalog), (NEW, pdf::stream("/Type /Metadata /Subtype /XML ", ""))])
            .whole()
    });
    add("a new reference with another generation", {
        let catalog = pdf::catalog(&format!("/Metadata {NEW} 7 R "));
        Update::of(&file, &[(CATALOG, catalog), (NEW, pdf::stream("/Type /Metadata /Subtype /XML ", ""))])
            .whole()
    });
    for (name, between) in [
        ("NUL", "\0".to_owned()),
        ("form feed", "\x0C".into()),
        ("a tab", "\t".into()),
        ("spaces", " ".repeat(3000)),
        ("a comment", "% 9\n".into()),
        ("two ends of line", "\n\n".into()),
    ] {
        add(
            &format!("{name} after startxref"),
            replace(&whole, "startxref\n", &format!("startxref{between}")),
        );
        add(&format!("{name} before %%EOF"), replace(&whole, "\n%%EOF", &format!("{between}%%EOF")));
        add(
            &format!("{name} before startxref, hidden objects"),
            replace(&hidden, "startxref\n", &format!("startxref{between}")),
        );
    }
    for marker in [
        "5 0 obj",
        "endobj",
        "endstream",
        "xref\n0 1",
        "trailer <<",
        "startxref",
        "%%EOF",
        "7 0\0obj",
        "7  0\r\nobj<<",
    ] {
        add(&format!("{marker:?} in a stream"), metadata(&file, &format!("<x> {marker} </x>")).whole());
    }
    add("an object in a stream", hidden.clone());
    add("an object in a string", in_string(&file, &payload));
    add("a comment in the catalog", in_catalog(&file, "% a comment\n"));
    add("an object in a comment", in_catalog(&file, "% 4 0 obj\n"));
    add("NUL in the catalog", in_catalog(&file, "\0"));
    add("an object in an object stream that no row lists", unlisted_in_stream(&file));
    add("rows of nineteen bytes", rows_of_nineteen_at_end(&plain));
    add("spaces between objects", {
        let mut update = plain.clone();
        update.between = " ".repeat(200);
        update.whole()
    });
    add("a comment between objects", {
        let mut update = plain.clone();
        update.between = "% x\n".into();
        update.whole()
    });
    add(
        "a long comment before startxref",
        replace(&whole, "startxref", &format!("%{}\nstartxref", "x".repeat(2000))),
    );
    add("an object in the comment before startxref", replace(&whole, "startxref", "%4 0 obj\nstartxref"));
    add("a leading zero too many", replace(&whole, "startxref\n", "startxref\n00000000000"));
    add("a second table in the update", {
        let mut update = plain.clone();
        update.between = "xref\n0 0\ntrailer\n<<>>\n".into();
        update.whole()
    });
    add("white space without end after %%EOF", [&whole[..], " ".repeat(5000).as_bytes()].concat());
    add("a letter after %%EOF", [&whole[..], b"a"].concat());
    add("object 0 in use", in_use(&file));
    for (name, row) in
        [("a row without an object", "0000000000 00000 n"), ("a row of no known kind", "0000000000 00000 x")]
    {
        add(
            name,
            plain.clone().rows(&[plain.rows.as_slice(), &[(NEW + 5, row.to_owned())]].concat()).whole(),
        );
    }
    let packed = plain.with_objects(Packing::Plain);
    let section = pdf::last_number(&packed, "startxref\n");
    let inside = format!("startxref\n{}\n", section + 1);
    add("startxref leads into a number", replace(&packed, &format!("startxref\n{section}\n"), &inside));
    for (name, from, to) in [
        ("more rows than listed", format!("[{CATALOG} 1 "), "[1 0 ".to_owned()),
        ("narrow types", "/W [1 4 1]".into(), "/W [0 5 1]".into()),
        ("other kinds of rows", "/W [1 4 1]".into(), "/W [2 3 1]".into()),
    ] {
        add(name, replace(&packed, &from, &to));
    }
    cases.into_iter().map(|(name, file)| attack(name, file, Invalid)).collect()
}

/// `number`, written again as it was, with another generation.
fn again(file: &[u8], number: u32, generation: u16) -> Vec<u8> {
    let objects = pdf::report_objects();
    let (_, body) = objects.iter().find(|(known, _)| *known == number).unwrap();
    let mut update = Update::of(file, &[]);
    update.between = format!("{number} {generation} obj\n{body}\nendobj\n");
    let row = format!("{:010} {generation:05} n", file.len());
    update.rows(&[(number, row)]).whole()
}

/// A table with /XRefStm, which names a stream with another place for the page's content.
fn hybrid(file: &[u8]) -> Vec<u8> {
    let forged = file.len();
    let mut update = Update::of(file, &[]);
    let content = format!("{CONTENT} 0 obj\n{}\nendobj\n", pdf::stream("", FORGED));
    let at = forged + content.len();
    let row = [&[1_u8][..], &u32::try_from(forged).unwrap().to_be_bytes(), &[0]].concat();
    let hex: String = row.iter().map(|byte| format!("{byte:02x}")).collect();
    let keys = format!(
        "/Type /XRef /Size {} /W [1 4 1] /Index [{CONTENT} 1] /Root 1 0 R /Filter /ASCIIHexDecode ",
        NEW + 1
    );
    let stream = format!("{NEW} 0 obj\n{}\nendobj\n", pdf::stream(&keys, &hex));
    update.between = content + &stream;
    update.trailer("/Root", &format!("/Type /XRef /XRefStm {at} /Root")).whole()
}

fn in_catalog(file: &[u8], what: &str) -> Vec<u8> {
    let catalog = pdf::catalog("").replace("/AcroForm", &format!("{what}/AcroForm"));
    Update::of(file, &[(CATALOG, catalog)]).whole()
}

/// A time of change in the information dictionary that holds `payload`.
fn in_string(file: &[u8], payload: &str) -> Vec<u8> {
    let escaped = payload.replace('(', "\\(").replace(')', "\\)");
    let information = format!("<< /ModDate ({escaped}) >>");
    Update::of(file, &[(NEW, information)]).trailer("/Root", &format!("/Info {NEW} 0 R /Root")).whole()
}

/// The catalog in an object stream, and with it a page's content that no row lists.
fn unlisted_in_stream(file: &[u8]) -> Vec<u8> {
    let update = Update::of(file, &[(CATALOG, pdf::catalog("")), (NEW, "<< /Type /Font >>".into())]);
    let whole = update.with_objects(Packing::Stream);
    // The row of the second object becomes one of the first again.
    let index = format!("{NEW} 1 ");
    let at = pdf::find_last(&whole, index.as_bytes());
    pdf::splice(&whole, at.start..at.end, &format!("{:<width$}", "", width = index.len()).into_bytes())
}

fn rows_of_nineteen_at_end(update: &Update) -> Vec<u8> {
    let whole = update.whole();
    let at = pdf::find_last(&whole, b"\nxref\n").start;
    let text = String::from_utf8_lossy(&whole[at..]).replace(" n\r\n", " n\n");
    [&whole[..at], text.as_bytes()].concat()
}

fn in_use(file: &[u8]) -> Vec<u8> {
    let mut update = Update::of(file, &[]);
    update.between = "0 0 obj\nnull\nendobj\n".into();
    let row = format!("{:010} 00000 n", file.len());
    update.rows(&[(0, row)]).whole()
}

/// Files that can't be read: what is proven of each.
pub fn unreadable(office: &Office) -> Vec<Attack> {
    let file = sign(&report(), office);
    let broken = |file: &[u8]| replace(file, "startxref", "startxxxx");
    let mut odd = Draft::new(&report(), Role::Signer, &office.chairman);
    odd.update = Box::new(|mut update| {
        update.trailer = update.trailer.replace("/Size", "/Sizf");
        update
    });
    let followed = metadata(&file, "").whole();
    vec![
        attack("the signer wrote what can't be read", odd.sign(), Indeterminate),
        attack("a byte of what was signed is another one", broken(&file), Invalid),
        attack("what followed can't be read", broken(&followed), Invalid),
        attack("cut before the signed bytes end", file[..file.len() - 30].to_vec(), Invalid),
        attack("cut in the signature", file[..pdf::gap(&file).start + 40].to_vec(), Invalid),
        attack("cut in /ByteRange", file[..pdf::byte_range(&file).start + 4].to_vec(), Invalid),
        attack("a lawful update", followed, Valid),
    ]
}

/// A signed file with an update, and where the update has bytes that may be anything: the stream, the identifier,
/// the number of objects, the end of line at the end.
pub fn with_free_bytes(office: &Office) -> (Vec<u8>, usize, Vec<std::ops::Range<usize>>) {
    let file = sign(&report(), office);
    let whole = metadata(&file, "<x:xmpmeta/>").whole();
    let id = pdf::find_last(&whole, b"> <00112233445566778899aabbccddeeff>");
    let size = pdf::find_last(&whole, b"/Size ").end;
    let free = vec![
        pdf::find_last(&whole, b"<x:xmpmeta/>"),
        id.start + 3..id.end,
        // A greater number, too.
        size..size + 3,
        whole.len() - 1..whole.len(),
    ];
    (whole, file.len(), free)
}
