//! Known attacks on signed PDFs, each in several variants. Those that a broken digest would give away
//! are also made by the trusted key itself, so that the check of structure is what refuses them.

use cms::content_info::CmsVersion;
use const_oid::db::{rfc5911, rfc5912};
use der::asn1::{Any, OctetString, SetOfVec};
use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use spki::AlgorithmIdentifierOwned;
use time::Duration;
use vanthu_base::role::Role;
use vanthu_keys::{self as keys, Issuer, PrivateKey, Subject};
use vanthu_verify::Verdict::{self, Indeterminate, Invalid, Valid};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

use crate::pdf::{
    self, AGENCY_FIELD, CATALOG, CONTENT, FONT, FORM, FREE, PAGE, Packing, SIGNER_FIELD, Update,
};
use crate::signature::{self, Draft, Identity, Office};

/// A manipulated file and what must be said of it.
pub struct Attack {
    pub name: String,
    pub file: Vec<u8>,
    /// `None`: anything but [`Verdict::Valid`]; which one is a matter of judgement.
    pub verdict: Option<Verdict>,
}

pub fn attack(name: impl Into<String>, file: Vec<u8>, verdict: impl Into<Option<Verdict>>) -> Attack {
    Attack { name: name.into(), file, verdict: verdict.into() }
}

/// An object number that no file uses.
const NEW: u32 = FREE + 10;
const FORGED: &str = "BT /F1 14 Tf 72 720 Td (23 of 23 households) Tj ET";

fn forged_content() -> String {
    pdf::stream("", FORGED)
}

fn signed(office: &Office) -> Vec<u8> {
    draft(office).sign()
}

/// A lawful draft of the chairman's signature.
fn draft(office: &Office) -> Draft<'_> {
    Draft::new(&report(), Role::Signer, &office.chairman)
}

fn report() -> Vec<u8> {
    pdf::write(&pdf::report_objects())
}

/// Universal signature forgery: the values that say what is signed are missing or make no sense.
pub fn universal_forgery(office: &Office) -> Vec<Attack> {
    let file = signed(office);
    let contents = pdf::gap(&file);
    let mut attacks = Vec::new();
    for value in ["null", "<>", "()", "99 0 R", "<00>", "[]", "<30>", "/Name", "0"] {
        let forged = pdf::overwrite_at(&file, contents.clone(), value);
        attacks.push(attack(format!("/Contents {value}"), forged, Invalid));
    }
    let zeros = format!("<{}>", "0".repeat(contents.len() - 2));
    attacks.push(attack("/Contents all zero", pdf::overwrite_at(&file, contents.clone(), &zeros), Invalid));
    attacks.push(attack("no /Contents", pdf::overwrite(&file, "/Contents", "/Contentz"), Invalid));
    attacks.push(attack("no /ByteRange", pdf::overwrite(&file, "/ByteRange", "/ByteRangf"), Invalid));
    let (gap, length) = (contents.clone(), file.len());
    let tail = length - gap.end;
    let ranges = [
        "null".to_owned(),
        "[]".into(),
        "[0 0 0 0]".into(),
        "0".into(),
        "()".into(),
        "99 0 R".into(),
        format!("[0 {} {}]", gap.start, gap.end),
        format!("[0 {} {} {tail} 0]", gap.start, gap.end),
        format!("[0 -1 {} {tail}]", gap.end),
        format!("[-1 {} {} {tail}]", gap.start, gap.end),
        format!("[0 {} -1 {tail}]", gap.start),
        format!("[0 {} {} -1]", gap.start, gap.end),
        format!("[0 {}.0 {} {tail}]", gap.start, gap.end),
        format!("[0 {} {} 2147483648]", gap.start, gap.end),
        format!("[0 {} 4294967296 {tail}]", gap.start),
        "[0 1 9223372036854775807 2]".into(),
        "[0 9223372036854775807 1 1]".into(),
        "[1 9223372036854775807 1 1]".into(),
        "[0 1 99999999999999999999 2]".into(),
        format!("[1 {} {} {tail}]", gap.start - 1, gap.end),
        format!("[0 {} {} 0]", gap.start, gap.end),
        format!("[0 0 {} {tail}]", gap.end),
        format!("[0 {length} {length} 0]"),
        format!("[{} {tail} 0 {}]", gap.end, gap.start),
        format!("[0 {} {} {tail}]", gap.end, gap.start),
        "[0 true 1 1]".into(),
        "<< >>".into(),
    ];
    // The numbers of this file are shorter than the room that it has for them.
    let room = pdf::byte_range(&file);
    let numbers = room.start..room.start + file[room.start..].iter().position(|byte| *byte == b'/').unwrap();
    for range in ranges {
        let forged = pdf::overwrite_at(&file, numbers.clone(), &range);
        // The lawful numbers are named by letters: they move when certificates grow.
        let letter = |word: &str| match word.trim_matches(['[', ']']).parse::<usize>() {
            Ok(number) if number == gap.start => "a".to_owned(),
            Ok(number) if number == gap.end => "b".into(),
            Ok(number) if number == tail => "c".into(),
            Ok(number) if number == length => "d".into(),
            _ => word.trim_matches(['[', ']']).to_owned(),
        };
        // A number that no program holds is no proof of anything.
        let verdict = if range.contains("99999999999999999999") { Indeterminate } else { Invalid };
        let name = range.split(' ').map(letter).collect::<Vec<_>>().join(" ");
        let name =
            name.replace(&format!("{}", gap.start - 1), "a-1").replace(&format!("{}.", gap.start), "a.");
        attacks.push(attack(format!("/ByteRange {name}"), forged, verdict));
    }
    attacks.push(attack(
        "signature dictionary null",
        Update::of(&file, &[(FREE, "null".into())]).whole(),
        Invalid,
    ));
    attacks.push(attack(
        "field signed with nothing",
        Update::of(&report(), &[(SIGNER_FIELD, pdf::field(SIGNER_FIELD, "/V << /Type /Sig >>"))]).whole(),
        Invalid,
    ));
    attacks
}

/// Incremental saving attack: an update after the signature, whole or in pieces.
pub fn incremental_saving(office: &Office) -> Vec<Attack> {
    let file = signed(office);
    let mut attacks = Vec::new();
    let page = Update::of(&file, &[(CONTENT, forged_content())]);
    attacks.push(attack("page replaced", page.whole(), Invalid));
    let pieces: [(&str, &[usize]); 11] = [
        ("objects only", &[0]),
        ("objects and %%EOF", &[0, 4]),
        ("no table", &[0, 2, 3, 4]),
        ("no trailer", &[0, 1, 3, 4]),
        ("no table, no trailer", &[0, 3, 4]),
        ("no startxref", &[0, 1, 2, 4]),
        ("no %%EOF", &[0, 1, 2, 3]),
        ("no startxref, no %%EOF", &[0, 1, 2]),
        ("a trailer only", &[2]),
        ("table, trailer and end, no objects", &[1, 2, 3, 4]),
        ("trailer and %%EOF", &[2, 4]),
    ];
    for (name, wanted) in pieces {
        attacks.push(attack(name, page.with(wanted), Invalid));
    }
    attacks.push(attack(
        "page replaced, by a cross-reference stream",
        page.with_objects(Packing::Plain),
        Invalid,
    ));
    attacks.push(attack(
        "page replaced, in an object stream",
        {
            Update::of(&file, &[(PAGE, pdf::page("").replace("/Contents 4 0 R", ""))])
                .with_objects(Packing::Stream)
        },
        Invalid,
    ));
    let nothing = Update::of(&file, &[]);
    attacks.push(attack("an update of nothing", nothing.whole(), Valid));
    let mut orphan = nothing.clone();
    orphan.between = format!("{CONTENT} 0 obj\n{}\nendobj\n", forged_content());
    attacks.push(attack("an object that no table lists", orphan.whole(), Invalid));
    let mut comment = nothing;
    comment.between = "% nothing to see\n".into();
    attacks.push(attack("a comment in an update", comment.whole(), Invalid));
    let unused = Update::of(&file, &[(NEW, forged_content())]);
    attacks.push(attack("a new object that nothing uses", unused.whole(), Indeterminate));
    for (name, objects) in [
        ("font replaced", vec![(FONT, "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>".to_owned())]),
        ("page with an annotation", vec![
            (PAGE, pdf::page(&format!(" {NEW} 0 R"))),
            (NEW, "<< /Type /Annot /Subtype /FreeText /Rect [60 700 400 760] /Contents (23 of 23) /DA (/F1 14 Tf) >>".into()),
        ]),
        ("page with other content", vec![(PAGE, pdf::page("").replace("/Contents 4 0 R", "/Contents 20 0 R")), (NEW, forged_content())]),
        ("one more page", vec![
            (2, "<< /Type /Pages /Kids [3 0 R 20 0 R] /Count 2 >>".into()),
            (NEW, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".into()),
        ]),
        ("JavaScript when opened", vec![(CATALOG, pdf::catalog("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> "))]),
        ("additional actions", vec![(CATALOG, pdf::catalog("/AA << /WC << /S /JavaScript /JS (1) >> >> "))]),
        ("names", vec![(CATALOG, pdf::catalog("/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (1) >>] >> >> "))]),
        ("layers", vec![(CATALOG, pdf::catalog("/OCProperties << /OCGs [] /D << >> >> "))]),
        ("field removed from the form", vec![(FORM, pdf::form("8 0 R"))]),
        ("all fields removed", vec![(FORM, pdf::form(""))]),
        ("no form", vec![(CATALOG, "<< /Type /Catalog /Pages 2 0 R >>".into())]),
        ("field without its value", vec![(SIGNER_FIELD, pdf::field(SIGNER_FIELD, ""))]),
        ("field null", vec![(SIGNER_FIELD, "null".into())]),
        ("field with another stamp", vec![
            (SIGNER_FIELD, pdf::field(SIGNER_FIELD, "/V 10 0 R /AP << /N 20 0 R >>")),
            (NEW, pdf::stream("/Type /XObject /Subtype /Form /BBox [0 0 200 60] ", "1 0 0 rg 0 0 200 60 re f")),
        ]),
        ("field moved", vec![(
            SIGNER_FIELD,
            pdf::field(SIGNER_FIELD, "/V 10 0 R /AP << /N 11 0 R >>").replace("[300 100", "[0 0"),
        )]),
        ("stamp replaced", vec![(11, pdf::stream("/Type /XObject /Subtype /Form /BBox [0 0 200 60] ", "1 0 0 rg 0 0 200 60 re f"))]),
        ("field turned into text", vec![(SIGNER_FIELD, pdf::field(SIGNER_FIELD, "/V (x)").replace("/FT /Sig", "/FT /Tx"))]),
        ("laundering: a page as validation data", vec![
            (CATALOG, pdf::catalog(&format!("/DSS {NEW} 0 R "))),
            (NEW, format!("<< /Type /DSS /Certs [{CONTENT} 0 R] >>")),
            (CONTENT, forged_content()),
        ]),
        ("validation data with a key of its own", vec![
            (CATALOG, pdf::catalog(&format!("/DSS {NEW} 0 R "))),
            (NEW, format!("<< /Type /DSS /Certs [{} 0 R] /Names 7 0 R >>", NEW + 1)),
            (NEW + 1, pdf::stream("", "certificate")),
        ]),
        ("one more field", vec![
            (FORM, pdf::form("7 0 R 8 0 R 20 0 R")),
            (NEW, pdf::field(AGENCY_FIELD, "").replace("agency", "third")),
        ]),
        ("the other field filled with nothing", vec![
            (AGENCY_FIELD, pdf::field(AGENCY_FIELD, "/V 10 0 R /AP << /N 11 0 R >>")),
        ]),
    ] {
        attacks.push(attack(name, Update::of(&file, &objects).whole(), Invalid));
    }
    for (name, objects, verdict) in [
        ("the catalog written again", vec![(CATALOG, pdf::catalog(""))], Valid),
        ("the form written again", vec![(FORM, pdf::form("7 0 R 8 0 R"))], Valid),
        (
            "validation data",
            vec![
                (CATALOG, pdf::catalog(&format!("/DSS {NEW} 0 R "))),
                (NEW, format!("<< /Type /DSS /Certs [{} 0 R] >>", NEW + 1)),
                (NEW + 1, pdf::stream("", "certificate")),
            ],
            Valid,
        ),
    ] {
        attacks.push(attack(name, Update::of(&file, &objects).whole(), verdict));
    }
    let first = String::from_utf8_lossy(&file[pdf::find(&file, b"10 0 obj\n").end..]).into_owned();
    let dictionary = first.split_once("\nendobj").unwrap().0.to_owned();
    let other = Draft::new(&report(), Role::Signer, &office.agency).sign();
    let transplant = String::from_utf8_lossy(&other[pdf::find(&other, b"10 0 obj\n").end..]).into_owned();
    let transplant = transplant.split_once("\nendobj").unwrap().0.to_owned();
    attacks.push(attack(
        "signature dictionary written again as it was",
        Update::of(&file, &[(FREE, dictionary.clone())]).whole(),
        Invalid,
    ));
    attacks.push(attack(
        "signature dictionary of another file",
        Update::of(&file, &[(FREE, transplant)]).whole(),
        Invalid,
    ));
    attacks.push(attack(
        "field pointed at a copy of its signature",
        Update::of(
            &file,
            &[
                (SIGNER_FIELD, pdf::field(SIGNER_FIELD, &format!("/V {NEW} 0 R /AP << /N 11 0 R >>"))),
                (NEW, dictionary),
            ],
        )
        .whole(),
        Invalid,
    ));
    attacks
}

/// What a reader of cross-references might take in two ways.
pub fn structure(office: &Office) -> Vec<Attack> {
    let file = signed(office);
    let mut attacks = Vec::new();
    for (name, tail) in [
        ("a byte", "x"),
        ("a null byte", "\0"),
        ("a space", " "),
        ("a line", "\n"),
        ("a comment", "% comment\n"),
        ("another end", "%%EOF\n"),
        ("a page of nothing", &" ".repeat(4096)),
        ("an object", "4 0 obj\nnull\nendobj\n"),
        ("the end once more", &format!("startxref\n{}\n%%EOF\n", pdf::last_number(&file, "startxref\n"))),
        (
            "rollback to the report",
            &format!("startxref\n{}\n%%EOF\n", pdf::last_number(&report(), "startxref\n")),
        ),
        (
            "rollback to the report in a comment",
            &format!("%startxref\n{}\n%%EOF\n", pdf::last_number(&report(), "startxref\n")),
        ),
        ("a start at the start", "startxref\n0\n%%EOF\n"),
        ("a start far away", "startxref\n999999999\n%%EOF\n"),
    ] {
        // Mail gateways add white space; so little of it hides nothing from anybody.
        let little = tail.len() == 1 && tail != "x";
        let verdict = if little { Valid } else { Invalid };
        attacks.push(attack(format!("after the end: {name}"), [&file, tail.as_bytes()].concat(), verdict));
    }
    for (name, head) in
        [("a byte", "x"), ("a space", " "), ("a line", "\n"), ("another header", "%PDF-1.4\n")]
    {
        let name = format!("before the start: {name}");
        attacks.push(attack(name, [head.as_bytes(), &file].concat(), Indeterminate));
    }
    let other_root = Update::of(
        &file,
        &[
            (NEW, format!("<< /Type /Catalog /Pages {} 0 R >>", NEW + 1)),
            (NEW + 1, format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", NEW + 2)),
            (
                NEW + 2,
                format!(
                    "<< /Type /Page /Parent {} 0 R /MediaBox [0 0 595 842] /Contents {} 0 R >>",
                    NEW + 1,
                    NEW + 3
                ),
            ),
            (NEW + 3, forged_content()),
        ],
    );
    attacks.push(attack("another /Root", other_root.trailer("/Root 1 0 R", "/Root 20 0 R").whole(), Invalid));
    let nothing = Update::of(&file, &[]);
    let prev = format!("/Prev {}", pdf::last_number(&file, "startxref\n"));
    let own = file.len();
    let first = pdf::last_number(&report(), "startxref\n");
    for (name, from, to) in [
        ("/Root twice", "/Root 1 0 R", "/Root 1 0 R /Root 20 0 R".to_owned()),
        ("no /Root", "/Root 1 0 R", String::new()),
        ("/Root null", "/Root 1 0 R", "/Root null".into()),
        ("/Root that isn't there", "/Root 1 0 R", "/Root 77 0 R".into()),
        ("/Encrypt", "/Root 1 0 R", "/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /P -1 >>".into()),
        ("/Prev in a circle", &prev, format!("/Prev {own}")),
        ("/Prev that leaves out the signature", &prev, format!("/Prev {first}")),
        ("no /Prev", &prev, String::new()),
        ("/Prev far away", &prev, "/Prev 999999999".into()),
        ("/Prev negative", &prev, "/Prev -1".into()),
        ("/Prev null", &prev, "/Prev null".into()),
        ("/Prev real", &prev, format!("{prev}.0")),
        ("/XRefStm", &prev, format!("{prev} /XRefStm 15")),
        ("another /ID", "<0011", "<1111".into()),
        ("no /Size", "/Size", "/Sizf".into()),
        ("/Info", "/Root 1 0 R", "/Root 1 0 R /Info 20 0 R".into()),
    ] {
        attacks.push(attack(format!("trailer: {name}"), nothing.clone().trailer(from, &to).whole(), Invalid));
    }
    let content = Update::of(&file, &[(CONTENT, forged_content())]);
    let at = |offset: usize| format!("{offset:010} 00000 n");
    let font = pdf::find(&file, b"5 0 obj").start;
    for (name, rows) in [
        ("to another object", vec![(CONTENT, at(font))]),
        ("to the middle of an object", vec![(CONTENT, at(font + 2))]),
        ("past the end", vec![(CONTENT, at(9_999_999_999))]),
        ("to nothing", vec![(CONTENT, at(0))]),
        ("of another generation", vec![(CONTENT, format!("{:010} 00001 n", own))]),
        ("twice", vec![(CONTENT, at(font - 1)), (CONTENT, at(own))]),
        ("under another number", vec![(PAGE, at(own))]),
        ("freed", vec![(CONTENT, "0000000000 00001 f".into())]),
        ("field freed", vec![(SIGNER_FIELD, "0000000000 00001 f".into()), (CONTENT, at(own))]),
        ("signature freed", vec![(FREE, "0000000000 00001 f".into()), (CONTENT, at(own))]),
        ("of nineteen bytes", vec![(CONTENT, format!("{own:09} 00000 n"))]),
        ("of an unknown kind", vec![(CONTENT, format!("{own:010} 00000 x"))]),
        ("back to an old object", vec![(CONTENT, at(own)), (FORM, at(pdf::find(&file, b"6 0 obj").start))]),
        ("that lists the unsigned field again", vec![(SIGNER_FIELD, at(pdf::find(&file, b"7 0 obj").start))]),
    ] {
        attacks.push(attack(format!("row: {name}"), content.clone().rows(&rows).whole(), Invalid));
    }
    attacks.push(attack(
        "update between report and signature",
        {
            let changed = Update::of(&report(), &[(CONTENT, forged_content())]).whole();
            Draft::new(&changed, Role::Signer, &office.chairman).sign()
        },
        Invalid,
    ));
    for (name, depth) in [("nested as deep as one may", 5_000), ("nested deeper than any stack", 400_000)] {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let file = Update::of(&file, &[(CATALOG, pdf::catalog(&format!("/Deep {deep} ")))]).whole();
        attacks.push(attack(name, file, Indeterminate));
    }
    attacks
}

/// Signature wrapping and gaps: what lies between the two signed ranges. All are signed by the
/// trusted key, so that the digest is right.
pub fn wrapping(office: &Office) -> Vec<Attack> {
    let mut attacks = Vec::new();
    type Change = fn(usize, usize, usize) -> [usize; 4];
    let ranges: [(&str, Change); 11] = [
        ("a byte before /Contents is left out", |s, e, l| [0, s - 1, e, l - e]),
        ("the key /Contents is left out", |s, e, l| [0, s - 12, e, l - e]),
        ("a byte after /Contents is left out", |s, e, l| [0, s, e + 1, l - e - 1]),
        ("the end of the dictionary is left out", |s, e, l| [0, s, e + 12, l - e - 12]),
        ("the rest of the file is left out", |s, e, _| [0, s, e, 0]),
        ("the %%EOF is left out", |s, e, l| [0, s, e, l - e - 6]),
        ("the first byte is left out", |s, e, l| [1, s - 1, e, l - e]),
        ("the report is left out", |s, e, l| [1500, s - 1500, e, l - e]),
        ("the first < is covered", |s, e, l| [0, s + 1, e, l - e]),
        ("the last > is covered", |s, e, l| [0, s, e - 1, l - e + 1]),
        ("the ranges overlap", |s, e, l| [0, s, s / 2, l - e]),
    ];
    for (name, range) in ranges {
        attacks.push(attack(name, draft(office).range(range).sign(), Invalid));
    }
    // The < and > are covered, with the digits left out: not what ISO 32000-2 says.
    attacks.push(attack(
        "both brackets are covered",
        draft(office).range(|s, e, l| [0, s + 1, e - 1, l - e + 1]).sign(),
        Invalid,
    ));
    attacks.push(attack(
        "zero bytes and then something after the CMS",
        {
            let file = draft(office).room(64).sign();
            let end = pdf::gap(&file).end - 1;
            pdf::splice(&file, end - 2..end, b"01")
        },
        Indeterminate,
    ));
    for (name, padding) in [
        ("garbage", "de".repeat(64)),
        ("white space", " ".repeat(128)),
        ("lines", "\n".repeat(128)),
        ("not hexadecimal", "zz".repeat(64)),
        ("an early end and a key", format!("> /Reason (forged) /X <{}", "0".repeat(105))),
        ("an early end, a comment", format!("> %{}", "x".repeat(125))),
        ("an early end and spaces", format!(">{}", " ".repeat(127))),
        ("an early end of the dictionary", format!("> >> endobj {}", " ".repeat(116))),
        ("an odd number of digits", format!("{} ", "0".repeat(127))),
        ("a NUL byte", format!("\0{}", "0".repeat(127))),
        ("a comment", format!("%{}", "0".repeat(127))),
    ] {
        let file = draft(office).room(64).sign();
        let end = pdf::gap(&file).end - 1;
        // Where no value ends nothing can be read, and of what was signed not a byte is another one.
        let unreadable =
            ["not hexadecimal", "an early end, a comment", "an early end and spaces", "a comment"]
                .contains(&name);
        attacks.push(attack(
            format!("in the padding of /Contents: {name}"),
            pdf::splice(&file, end - 128..end, padding.as_bytes()),
            // Whoever left the room may have left something in it.
            if unreadable || name == "garbage" { Indeterminate } else { Invalid },
        ));
    }
    // The second range moves behind bytes of the attacker, who writes /ByteRange anew.
    let file = signed(office);
    let gap = pdf::gap(&file);
    let inserted = " /Reason (forged) ";
    let moved = pdf::splice(&file, gap.end..gap.end, inserted.as_bytes());
    let [start, end] = [gap.start, gap.end + inserted.len()];
    let range = format!("[0 {start} {end} {}]", moved.len() - end);
    attacks.push(attack(
        "the second range moved",
        pdf::overwrite_at(&moved, pdf::byte_range(&moved), &range),
        Invalid,
    ));
    let appended = Update::of(&file, &[(CONTENT, forged_content())]).whole();
    let range = format!("[0 {} {} {}]", gap.start, gap.end, appended.len() - gap.end);
    attacks.push(attack(
        "the second range made longer over an update",
        pdf::overwrite_at(&appended, pdf::byte_range(&appended), &range),
        Invalid,
    ));
    let copied = [&file, b" ".repeat(gap.start).as_slice(), &file[gap.end..]].concat();
    let end = copied.len() - (file.len() - gap.end);
    let range = format!("[0 {} {end} {}]", gap.start, file.len() - gap.end);
    attacks.push(attack(
        "the second range copied to the end",
        pdf::overwrite_at(&copied, pdf::byte_range(&copied), &range),
        Invalid,
    ));
    attacks
}

/// Signature dictionaries that say a thing twice, or the wrong one; signed by the trusted key.
pub fn dictionaries(office: &Office) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let digest = Sha256::digest(report());
    let length = report().len();
    let key = vanthu_pdf::names::REPORT_DIGEST_KEY;
    for (twice, value) in [
        ("Contents", "<00>"),
        ("ByteRange", "[0 1 2 3]"),
        ("SubFilter", "/adbe.pkcs7.detached"),
        ("Type", "/Sig"),
        ("M", "(D:20190618101530+07'00')"),
        (key, "null"),
    ] {
        // What the signer wrote twice can't be told; where neither is right it is known.
        let verdict = if ["SubFilter", "Type", "M"].contains(&twice) { Indeterminate } else { Invalid };
        attacks.push(attack(format!("{twice} twice"), draft(office).and(twice, value).sign(), verdict));
    }
    attacks.push(attack(
        "/Contents twice, once in another spelling",
        draft(office).and("Content#73", "<00>").sign(),
        Invalid,
    ));
    for (entry, value) in
        [("SubFilter", "/adbe.pkcs7.sha1"), ("SubFilter", "/adbe.x509.rsa_sha1"), ("SubFilter", "/Unknown")]
    {
        attacks.push(attack(
            format!("/{entry} {value}"),
            draft(office).entry(entry, value).sign(),
            Indeterminate,
        ));
    }
    for value in ["/ETSI.RFC3161", "(ETSI.CAdES.detached)", "null", "[]"] {
        attacks.push(attack(
            format!("/SubFilter {value}"),
            draft(office).entry("SubFilter", value).sign(),
            Invalid,
        ));
    }
    attacks.push(attack("no /SubFilter", draft(office).without("SubFilter").sign(), Invalid));
    attacks.push(attack("/Type /DocTimeStamp", draft(office).entry("Type", "/DocTimeStamp").sign(), Invalid));
    let mut flipped = digest.to_vec();
    flipped[31] ^= 1;
    for (name, stamp) in [
        ("wrong digest", signature::stamped(length, &flipped)),
        ("short digest", signature::stamped(length, &digest[..31])),
        ("no digest", signature::stamped(length, &[])),
        ("wrong length", signature::stamped(length - 1, &digest)),
        ("length of nothing", signature::stamped(0, &Sha256::digest(b""))),
        (
            "length of less than the report",
            signature::stamped(length - 6, &Sha256::digest(&report()[..length - 6])),
        ),
        ("length of more than the file", signature::stamped(length * 100, &digest)),
        ("huge length", signature::stamped(usize::MAX >> 1, &digest)),
        ("negative length", signature::stamped(length, &digest).replace("/Length ", "/Length -")),
        ("no length", signature::stamped(length, &digest).replace("/Length", "/Lengtj")),
        ("unknown algorithm", signature::stamped(length, &digest).replace("/SHA256", "/SHA1")),
        ("not a dictionary", "(stamp)".into()),
        ("two digests", signature::stamped(length, &digest).replace("/Value", "/Value <00> /Value")),
    ] {
        attacks.push(attack(format!("stamp: {name}"), draft(office).entry(key, &stamp).sign(), Invalid));
    }
    let file = signed(office);
    let stamp = pdf::find(&file, signature::hex(&digest).as_bytes());
    attacks.push(attack(
        "stamp: another digest after signing",
        pdf::splice(&file, stamp, signature::hex(&flipped).as_bytes()),
        Invalid,
    ));
    for (name, time) in [
        ("before the certificate", "(D:20100618101530+07'00')"),
        ("after the certificate", "(D:20400618101530+07'00')"),
        ("no date", "(yesterday)"),
        ("an impossible date", "(D:20201399101530+07'00')"),
        ("not a string", "2020"),
        ("after now", "(D:20210618101530+07'00')"),
    ] {
        attacks.push(attack(format!("/M: {name}"), draft(office).entry("M", time).sign(), None));
    }
    // Who signs decides what a revision may change, and never the whole file.
    for (name, extra) in [
        ("the page", (CONTENT, forged_content())),
        ("the catalog", (CATALOG, pdf::catalog("/OpenAction << /S /JavaScript /JS (1) >> "))),
        ("the other field", (AGENCY_FIELD, pdf::field(AGENCY_FIELD, "").replace("[250 100", "[0 0"))),
        ("nothing, with an object that nothing uses", (NEW, forged_content())),
    ] {
        let file = draft(office).object(extra.0, extra.1).sign();
        attacks.push(attack(format!("the signing revision changes {name}"), file, Invalid));
    }
    attacks
}

/// A second signature that does more than sign, or is not what it seems.
pub fn second_signature(office: &Office) -> Vec<Attack> {
    let first = signed(office);
    let second = || Draft::new(&first, Role::Agency, &office.agency);
    let mut attacks = Vec::new();
    for (name, number, body) in [
        ("page changed", CONTENT, forged_content()),
        ("annotation added", PAGE, pdf::page(" << /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] >>")),
        ("JavaScript added", CATALOG, pdf::catalog("/OpenAction << /S /JavaScript /JS (1) >> ")),
        ("first field emptied", SIGNER_FIELD, pdf::field(SIGNER_FIELD, "")),
        ("first signature replaced", FREE, "<< /Type /Sig >>".into()),
        ("first stamp replaced", FREE + 1, pdf::stream("/Subtype /Form /BBox [0 0 9 9] ", "0 0 9 9 re f")),
        ("form rewritten", FORM, pdf::form("8 0 R")),
        ("unused object", NEW, forged_content()),
        ("field moved over the page", AGENCY_FIELD, {
            pdf::field(AGENCY_FIELD, "/V 12 0 R /AP << /N 13 0 R >>")
                .replace("[250 100 360 160]", "[0 0 595 842]")
        }),
        ("field with an action", AGENCY_FIELD, {
            pdf::field(AGENCY_FIELD, "/V 12 0 R /AP << /N 13 0 R >> /A << /S /JavaScript /JS (1) >>")
        }),
        ("field named as the first", AGENCY_FIELD, {
            pdf::field(AGENCY_FIELD, "/V 12 0 R /AP << /N 13 0 R >>").replace("(agency)", "(signer)")
        }),
        ("field of no page", AGENCY_FIELD, {
            pdf::field(AGENCY_FIELD, "/V 12 0 R /AP << /N 13 0 R >>").replace("/P 3 0 R", "/P 2 0 R")
        }),
        ("its stamp is the page", AGENCY_FIELD, {
            pdf::field(AGENCY_FIELD, &format!("/V 12 0 R /AP << /N {CONTENT} 0 R >>"))
        }),
        ("its signature is the first one", AGENCY_FIELD, {
            pdf::field(AGENCY_FIELD, "/V 10 0 R /AP << /N 13 0 R >>")
        }),
    ] {
        attacks.push(attack(name, second().object(number, body).sign(), Invalid));
    }
    attacks.push(attack(
        "first field written again as it was",
        second().object(SIGNER_FIELD, pdf::field(SIGNER_FIELD, "/V 10 0 R /AP << /N 11 0 R >>")).sign(),
        Valid,
    ));
    let stamp = pdf::stream(
        &format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {CONTENT} 0 R >> >> "
        ),
        "/X Do",
    );
    attacks.push(attack(
        "laundering: a page as part of the stamp",
        second().object(FREE + 3, stamp).object(CONTENT, forged_content()).sign(),
        Invalid,
    ));
    type Change = fn(Update) -> Update;
    // What another program reads otherwise is in what the second signer signed: it is uncertain, not proven.
    let changes: [(&str, Change, Verdict); 4] = [
        ("/Info named", |update| update.trailer("/Root 1 0 R", "/Root 1 0 R /Info 5 0 R"), Invalid),
        (
            "page freed",
            |update| {
                let rows = [&[(CONTENT, "0000000000 00001 f".to_owned())], update.rows.as_slice()].concat();
                update.rows(&rows)
            },
            Invalid,
        ),
        (
            "page listed again",
            |update| {
                let rows = [&[(CONTENT, "0000000300 00000 n".to_owned())], update.rows.as_slice()].concat();
                update.rows(&rows)
            },
            Indeterminate,
        ),
        (
            "bytes that no table lists",
            |mut update| {
                update.between = "4 0 obj\nnull\nendobj\n".into();
                update
            },
            Indeterminate,
        ),
    ];
    for (name, change, verdict) in changes {
        attacks.push(attack(name, second().update(change).sign(), verdict));
    }
    // The report promises an annotation that the second signature brings, dressed as part of its stamp.
    let mut promising = pdf::report_objects();
    promising[2].1 = pdf::page(&format!(" {NEW} 0 R"));
    let promising = Draft::new(&pdf::write(&promising), Role::Signer, &office.chairman).sign();
    let stamp = format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /X {NEW} 0 R >> ");
    attacks.push(attack(
        "an object that the report had promised",
        Draft::new(&promising, Role::Agency, &office.agency)
            .object(FREE + 3, pdf::stream(&stamp, ""))
            .object(NEW, "<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] >>".into())
            .sign(),
        Invalid,
    ));
    let right = pdf::last_number(&report(), "startxref\n");
    let misleading =
        pdf::overwrite(&report(), &format!("startxref\n{right}"), &format!("startxref\n{}", right - 2));
    attacks.push(attack(
        "a report whose startxref leads elsewhere",
        Draft::new(&misleading, Role::Signer, &office.chairman)
            .update(|update| update.trailer(&format!("/Prev {}", right - 2), &format!("/Prev {right}")))
            .sign(),
        Indeterminate,
    ));
    attacks.push(attack(
        "update between the signatures",
        {
            let changed = Update::of(&first, &[(CONTENT, forged_content())]).whole();
            Draft::new(&changed, Role::Agency, &office.agency).sign()
        },
        Invalid,
    ));
    attacks.push(attack(
        "update between the signatures that is undone",
        {
            let changed = Update::of(&first, &[(CONTENT, forged_content())]).whole();
            Draft::new(&changed, Role::Agency, &office.agency)
                .object(CONTENT, pdf::report_objects()[3].1.clone())
                .sign()
        },
        Invalid,
    ));
    let whole = second().sign();
    attacks.push(attack(
        "update after both",
        Update::of(&whole, &[(CONTENT, forged_content())]).whole(),
        Invalid,
    ));
    // The last digits are those of the signature value.
    let last = pdf::gap(&first).end - 2;
    let digit = if first[last] == b'0' { b"1" } else { b"0" };
    let broken = pdf::splice(&whole, last..last + 1, digit);
    attacks.push(attack("first signature broken", broken, Invalid));
    let stranger = Office::new();
    attacks.push(attack(
        "by somebody unknown",
        Draft::new(&first, Role::Agency, &stranger.agency).sign(),
        Indeterminate,
    ));
    attacks.push(attack(
        "by somebody unknown, page changed",
        Draft::new(&first, Role::Agency, &stranger.agency).object(CONTENT, forged_content()).sign(),
        Invalid,
    ));
    attacks
}

/// Forms of CMS that honest programs could write, or that tell nothing: they prove no forgery.
const UNSUPPORTED: [&str; 13] = [
    "two message digest attributes",
    "no signing certificate",
    "two signers",
    "content inside",
    "another type of content",
    "no certificates",
    "unsigned attributes with garbage",
    "signature algorithm with parameters",
    "digest algorithms empty",
    "digest algorithms name another",
    "a version of its own",
    "signed attributes out of order",
    "CMS twice",
];

/// A CMS that breaks a rule, and what is right for it.
fn cms_attack(name: &'static str, file: Vec<u8>) -> Attack {
    attack(name, file, if UNSUPPORTED.contains(&name) { Indeterminate } else { Invalid })
}

/// CMS that breaks a rule. Where it can, the trusted key signs it as it is.
pub fn cms_structures(office: &Office) -> Vec<Attack> {
    let mut attacks = Vec::new();
    type Attributes = fn(&mut Vec<Attribute>);
    let attributes: [(&str, Attributes); 12] = [
        ("no content type", |list| list.retain(|known| known.oid != rfc5911::ID_CONTENT_TYPE)),
        ("another content type", |list| set(list, rfc5911::ID_CONTENT_TYPE, any(&rfc5911::ID_SIGNED_DATA))),
        ("no message digest", |list| list.retain(|known| known.oid != rfc5911::ID_MESSAGE_DIGEST)),
        ("another message digest", |list| set(list, rfc5911::ID_MESSAGE_DIGEST, signature::octets(&[7; 64]))),
        ("a short message digest", |list| set(list, rfc5911::ID_MESSAGE_DIGEST, signature::octets(&[]))),
        ("two message digests in one attribute", |list| {
            let known = list.iter_mut().find(|known| known.oid == rfc5911::ID_MESSAGE_DIGEST).unwrap();
            known.values.insert(signature::octets(&[7; 64])).unwrap();
        }),
        ("two message digest attributes", |list| {
            let values = SetOfVec::try_from(vec![signature::octets(&[7; 64])]).unwrap();
            list.push(Attribute { oid: rfc5911::ID_MESSAGE_DIGEST, values });
        }),
        ("no signing certificate", |list| {
            list.retain(|known| known.oid != vanthu_verify::cms::SIGNING_CERTIFICATE_V2);
        }),
        ("the signing certificate is empty", |list| {
            set(
                list,
                vanthu_verify::cms::SIGNING_CERTIFICATE_V2,
                Any::from_der(&[0x30, 2, 0x30, 0]).unwrap(),
            );
        }),
        ("the signing certificate is another", |list| {
            let known = list
                .iter_mut()
                .find(|known| known.oid == vanthu_verify::cms::SIGNING_CERTIFICATE_V2)
                .unwrap();
            let mut der = known.values.get(0).unwrap().to_der().unwrap();
            *der.last_mut().unwrap() ^= 1;
            known.values = SetOfVec::try_from(vec![Any::from_der(&der).unwrap()]).unwrap();
        }),
        ("the signing certificate is garbage", |list| {
            set(list, vanthu_verify::cms::SIGNING_CERTIFICATE_V2, signature::octets(b"garbage"));
        }),
        ("the algorithm protection names SHA-256", |list| {
            let known =
                list.iter_mut().find(|known| known.oid == vanthu_verify::cms::ALGORITHM_PROTECTION).unwrap();
            let mut der = known.values.get(0).unwrap().to_der().unwrap();
            // The last arc of id-sha512 is 3, that of id-sha256 is 1.
            let sha512 = rfc5912::ID_SHA_512.to_der().unwrap();
            let place = pdf::find(&der, &sha512);
            der[place.end - 1] = 1;
            known.values = SetOfVec::try_from(vec![Any::from_der(&der).unwrap()]).unwrap();
        }),
    ];
    for (name, change) in attributes {
        let file =
            draft(office).cms(move |by, digest| signature::cms_with_attributes(by, digest, change)).sign();
        attacks.push(cms_attack(name, file));
    }
    type Change = fn(&mut cms::signed_data::SignedData);
    let changes: [(&str, Change); 15] = [
        ("no signer", |cms| cms.signer_infos.0 = SetOfVec::new()),
        ("two signers", |cms| {
            let mut second = cms.signer_infos.0.get(0).unwrap().clone();
            second.signature = OctetString::new([1; 64]).unwrap();
            cms.signer_infos.0.insert(second).unwrap();
        }),
        ("content inside", |cms| {
            cms.encap_content_info.econtent = Some(Any::from_der(&[4, 2, 1, 2]).unwrap());
        }),
        ("another type of content", |cms| cms.encap_content_info.econtent_type = rfc5911::ID_SIGNED_DATA),
        ("no certificates", |cms| cms.certificates = None),
        ("no signed attributes", |cms| change_signer(cms, |signer| signer.signed_attrs = None)),
        ("unsigned attributes with garbage", |cms| {
            change_signer(cms, |signer| {
                let values = SetOfVec::try_from(vec![signature::octets(b"garbage")]).unwrap();
                let attribute = Attribute { oid: rfc5911::ID_MESSAGE_DIGEST, values };
                signer.unsigned_attrs = Some(SetOfVec::try_from(vec![attribute]).unwrap());
            });
        }),
        ("digest algorithm SHA-256", |cms| {
            change_signer(cms, |signer| signer.digest_alg = algorithm(rfc5912::ID_SHA_256));
        }),
        ("signature algorithm SHA-512", |cms| {
            change_signer(cms, |signer| signer.signature_algorithm = algorithm(rfc5912::ID_SHA_512));
        }),
        ("signature algorithm with parameters", |cms| {
            change_signer(cms, |signer| {
                signer.signature_algorithm.parameters = Some(Any::from_der(&[5, 0]).unwrap());
            });
        }),
        ("digest algorithms empty", |cms| cms.digest_algorithms = SetOfVec::new()),
        ("digest algorithms name another", |cms| {
            cms.digest_algorithms = SetOfVec::try_from(vec![algorithm(rfc5912::ID_SHA_256)]).unwrap();
        }),
        ("a version of its own", |cms| cms.version = CmsVersion::V5),
        ("a signature value of zeros", |cms| {
            change_signer(cms, |signer| signer.signature = OctetString::new([0; 64]).unwrap());
        }),
        ("a short signature value", |cms| {
            change_signer(cms, |signer| signer.signature = OctetString::new([0; 63]).unwrap());
        }),
    ];
    for (name, change) in changes {
        let file = draft(office).cms(move |by, digest| signature::cms_changed(by, digest, change)).sign();
        attacks.push(cms_attack(name, file));
    }
    attacks.push(cms_attack("a signature value that is not canonical", {
        draft(office)
            .cms(|by, digest| {
                signature::cms_changed(by, digest, |cms| {
                    change_signer(cms, |signer| {
                        signer.signature = OctetString::new(plus_order(signer.signature.as_bytes())).unwrap();
                    });
                })
            })
            .sign()
    }));
    attacks.push(cms_attack(
        "signed attributes out of order",
        draft(office).cms(signature::cms_unsorted).sign(),
    ));
    attacks.push(cms_attack("not CMS at all", draft(office).cms(|_, _| b"not CMS at all".to_vec()).sign()));
    attacks.push(cms_attack("empty CMS", draft(office).cms(|_, _| Vec::new()).room(16).sign()));
    attacks.push(cms_attack("CMS cut short", {
        draft(office)
            .cms(|by, digest| {
                let mut cms = signature::cms(by, digest);
                cms.truncate(cms.len() - 10);
                cms
            })
            .sign()
    }));
    attacks.push(cms_attack(
        "CMS twice",
        draft(office).cms(|by, digest| signature::cms(by, digest).repeat(2)).sign(),
    ));
    attacks
}

/// Keys and certificates that are not those of the signer.
pub fn identities(office: &Office) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let stranger = Office::new();
    let root = &office.root;
    let from = signature::signing_time() - Duration::days(50);
    let years = Duration::days(1000);
    attacks.push(attack(
        "same names, another root",
        Draft::new(&report(), Role::Signer, &stranger.chairman).sign(),
        Indeterminate,
    ));
    attacks.push(attack(
        "another root, brought along",
        {
            let other = &stranger;
            Draft::new(&report(), Role::Signer, &other.chairman)
                .cms(move |by, digest| {
                    signature::cms_changed(by, digest, |cms| {
                        signature::set_certificates(cms, &[&by.certificate, &other.root.certificate]);
                    })
                })
                .sign()
        },
        Indeterminate,
    ));
    attacks.push(attack(
        "the certificate of another, unsigned for",
        {
            draft(office)
                .cms(|by, digest| {
                    signature::cms_changed(by, digest, |cms| {
                        signature::set_certificates(cms, &[&office.agency.certificate]);
                    })
                })
                .sign()
        },
        None,
    ));
    let impostor =
        Identity { key: PrivateKey::generate().unwrap(), certificate: office.chairman.certificate.clone() };
    attacks.push(attack(
        "the chairman's certificate with another key",
        Draft::new(&report(), Role::Signer, &impostor).sign(),
        Invalid,
    ));
    let same_serial = same_names(root, &office.chairman);
    attacks.push(attack(
        "a certificate of the same issuer and serial number",
        {
            let same_serial = &same_serial;
            draft(office)
                .cms(move |by, digest| {
                    signature::cms_changed(by, digest, |cms| {
                        signature::set_certificates(cms, &[same_serial]);
                    })
                })
                .sign()
        },
        Invalid,
    ));
    attacks.push(attack(
        "two certificates of the same issuer and serial number",
        {
            let same_serial = &same_serial;
            draft(office)
                .cms(move |by, digest| {
                    signature::cms_changed(by, digest, |cms| {
                        signature::set_certificates(cms, &[&by.certificate, same_serial]);
                    })
                })
                .sign()
        },
        None,
    ));
    attacks.push(attack(
        "the certificate had expired",
        Draft::new(&report(), Role::Signer, &root.vouch("Chairman", from, Duration::days(10))).sign(),
        None,
    ));
    let later = signature::signing_time() + Duration::days(10);
    attacks.push(attack(
        "the certificate was not valid yet",
        Draft::new(&report(), Role::Signer, &root.vouch("Chairman", later, years)).sign(),
        None,
    ));
    attacks.push(attack(
        "a root signs the document itself",
        Draft::new(&report(), Role::Signer, root).sign(),
        None,
    ));
    let own = PrivateKey::generate().unwrap();
    let subject = Subject::of(&office.chairman.certificate);
    let certificate = keys::issue(&subject, &own, Issuer::Itself, from, years).unwrap();
    attacks.push(attack(
        "a root of one's own with the chairman's name",
        Draft::new(&report(), Role::Signer, &Identity { key: own, certificate }).sign(),
        None,
    ));
    // The chairman's key vouches for a friend, as no leaf may.
    let friend = by_leaf(&office.chairman);
    attacks.push(attack(
        "a leaf that vouches for another leaf",
        {
            let chairman = &office.chairman;
            Draft::new(&report(), Role::Signer, &friend)
                .cms(move |by, digest| {
                    signature::cms_changed(by, digest, |cms| {
                        signature::set_certificates(cms, &[&by.certificate, &chairman.certificate]);
                    })
                })
                .sign()
        },
        None,
    ));
    let file = signed(office);
    let other = Draft::new(
        &pdf::write(&{
            let mut objects = pdf::report_objects();
            objects[3].1 = forged_content();
            objects
        }),
        Role::Signer,
        &office.chairman,
    )
    .sign();
    let value = &other[pdf::gap(&other)];
    attacks.push(attack(
        "the signature of another file",
        pdf::splice(&file, pdf::gap(&file), value),
        Invalid,
    ));
    attacks
}

/// A certificate with the issuer, serial number and names of `model`, but another key.
fn same_names(root: &Identity, model: &Identity) -> Certificate {
    let other = root.vouch("Chairman", signature::signing_time() - Duration::days(99), Duration::days(3000));
    let mut der = other.certificate.tbs_certificate().to_der().unwrap();
    let (serial, known) = (
        other.certificate.tbs_certificate().serial_number().as_bytes().to_vec(),
        model.certificate.tbs_certificate().serial_number().as_bytes(),
    );
    let place = pdf::find(&der, &serial);
    der.splice(place, known.iter().copied());
    Certificate::from_der(&resign(root, &der, &other.certificate)).unwrap()
}

/// A certificate for a new key that a leaf has signed.
fn by_leaf(leaf: &Identity) -> Identity {
    // Another root with the leaf's name makes it; the leaf's key then signs it.
    let key = PrivateKey::generate().unwrap();
    let (from, years) = (signature::signing_time() - Duration::days(90), Duration::days(3000));
    let name = Subject::of(&leaf.certificate);
    let certificate = keys::issue(&name, &key, Issuer::Itself, from, years).unwrap();
    let pretender = Identity { key, certificate };
    let friend = pretender.vouch("Friend", from + Duration::days(1), Duration::days(1000));
    let der = friend.certificate.tbs_certificate().to_der().unwrap();
    let certificate = Certificate::from_der(&resign(leaf, &der, &friend.certificate)).unwrap();
    Identity { key: friend.key, certificate }
}

/// The certificate (DER) with the body `tbs`, signed by `issuer`; `model` has the algorithm.
pub fn resign(issuer: &Identity, tbs: &[u8], model: &Certificate) -> Vec<u8> {
    let value = issuer.sign(tbs);
    let algorithm = model.signature_algorithm().to_der().unwrap();
    let bits = [&[0x03, 0x41, 0x00], value.as_slice()].concat();
    let body = [tbs, &algorithm, &bits].concat();
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82, length[0], length[1]], body.as_slice()].concat()
}

fn set(list: &mut [Attribute], oid: const_oid::ObjectIdentifier, value: Any) {
    let known = list.iter_mut().find(|known| known.oid == oid).unwrap();
    known.values = SetOfVec::try_from(vec![value]).unwrap();
}

fn any(value: &impl Encode) -> Any {
    Any::from_der(&value.to_der().unwrap()).unwrap()
}

fn algorithm(oid: const_oid::ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

fn change_signer(cms: &mut cms::signed_data::SignedData, change: impl Fn(&mut cms::signed_data::SignerInfo)) {
    let mut signer = cms.signer_infos.0.get(0).unwrap().clone();
    change(&mut signer);
    cms.signer_infos.0 = SetOfVec::try_from(vec![signer]).unwrap();
}

/// The Ed25519 signature with the group's order added to S: the same point, another value
/// (RFC 8032 §5.1.7 refuses it).
fn plus_order(signature: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0_u16;
    let mut result = signature.to_vec();
    for (byte, order) in result[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = (sum & 0xFF) as u8;
        carry = sum >> 8;
    }
    result
}
