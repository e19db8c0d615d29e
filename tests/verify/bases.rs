//! Files of others as bases of a signature: whatever has one reading is signed, and every judge is content.

use std::fs;

use time::Duration;
use vanthu_base::role::Role;
use vanthu_pdf::reader;
use vanthu_sign::{BaseDigest, FileSigner, Request, SignError, SignatureDetails, Signer, prepare};
use vanthu_verify::Verdict;

use crate::judges;
use crate::signature::{Identity, signing_time};

/// A page with one line, written by hand: `objects` beside it, from number 5 on.
fn plain(objects: &[&[u8]]) -> Vec<u8> {
    let page: [&[u8]; 4] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length 27>>\nstream\n0 0 1 rg 50 600 200 90 re f\nendstream",
    ];
    let mut bytes = b"%PDF-1.5\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = String::new();
    for (index, object) in page.iter().chain(objects).enumerate() {
        table += &format!("{:010} 00000 n\r\n", bytes.len());
        let header = format!("{} 0 obj\n", index + 1);
        bytes.extend([header.as_bytes(), object, b"\nendobj\n"].concat());
    }
    let (start, size) = (bytes.len(), 5 + objects.len());
    let table = format!("xref\n0 {size}\n0000000000 65535 f\r\n{table}");
    let id = "<00112233445566778899aabbccddeeff>";
    let trailer = format!("trailer\n<</Size {size}/Root 1 0 R/ID[{id} {id}]>>\nstartxref\n{start}\n%%EOF\n");
    bytes.extend_from_slice((table + &trailer).as_bytes());
    bytes
}

fn place(bytes: &[u8], part: &str) -> usize {
    bytes.windows(part.len()).position(|window| window == part.as_bytes()).unwrap()
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

/// `base`, signed in the name of `role`.
fn sign(base: &[u8], role: Role) -> Result<Vec<u8>, SignError> {
    let (time, root) = (signing_time(), &crate::OFFICE.root);
    let Identity { key, certificate } = root.vouch("Hoa An", time - Duration::days(1), Duration::days(1000));
    let signer = FileSigner::new(key, certificate, vec![root.certificate.clone()], time)?;
    let digest = BaseDigest::of(base, signer.algorithm().digest());
    let details = SignatureDetails { time, name: "Hoa An".to_owned(), location: None };
    let file = reader::read(base)?;
    let update = prepare(&file, digest, &Request::of(role))?.sign(&signer, &details, None)?;
    Ok([base, &update].concat())
}

/// Signs `base` in both roles, and asks the judges: pyHanko reads no hybrid files in its strict mode.
fn assert_takes_both(name: &str, base: &[u8], is_hybrid: bool) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    let certificate = std::slice::from_ref(&crate::OFFICE.root.certificate);
    fs::write(&root, vanthu_verify::certificate::to_pem(certificate).unwrap()).unwrap();
    let mut file = base.to_vec();
    for (count, role) in [Role::Signer, Role::Agency].into_iter().enumerate() {
        file = sign(&file, role).unwrap_or_else(|cause| panic!("{name}: {cause}"));
        let report = crate::judge(&file);
        // The agency's field is new, and shows nowhere.
        let expected = if count == 0 { Verdict::Valid } else { Verdict::ValidExtended };
        assert_eq!(report.verdict, expected, "{name}: {:?}", crate::codes(&report));
        let path = folder.path().join("signed.pdf");
        fs::write(&path, &file).unwrap();
        judges::assert_sound_for_qpdf(&path);
        if !is_hybrid {
            let signatures = judges::pyhanko_at(&path, &root, "2020-06-20T10:00:00+07:00");
            assert_eq!(signatures.len(), count + 1, "{name}: {signatures:#?}");
            for signature in signatures {
                assert_eq!(signature["bottom_line"], true, "{name}: {signature:#?}");
            }
        }
    }
}

#[test]
fn what_others_write_in_their_own_way_takes_both_signatures() {
    let file = plain(&[]);
    let start = place(&file, "xref\n0 ");
    let text = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    let short = text(&file[start..]).replace(" n\r\n", " n\n").replace(" f\r\n", " f\n");
    let dangling = plain(&[b"<</Type/Metadata/A[6 0 R 7 0 R 9 0 R 9000000 0 R]>>"]);
    for (name, bytes) in [
        ("comment", replaced(&file, "startxref", "%maker 1.0\nstartxref")),
        ("named", replaced(&file, &format!("startxref\n{start}"), &format!("startxref\n{}", start - 1))),
        ("short", [&file[..start], short.as_bytes()].concat()),
        ("dangling", dangling),
        ("tail", [&file[..], b"<html></html>\n"].concat()),
        ("white", [&file[..], b"\r\n\r\n"].concat()),
    ] {
        assert_takes_both(name, &bytes, false);
    }
}

/// As Microsoft Word saves: a table with everything, then one with nothing and a stream with everything again.
#[test]
fn a_file_of_word_takes_both_signatures() {
    let mut rows = vec![0_u8; 6];
    for number in 1..5 {
        let at = place(&plain(&[]), &format!("{number} 0 obj"));
        rows.extend([&[1], &u32::try_from(at).unwrap().to_be_bytes()[..], &[0]].concat());
    }
    let head = "<</Type/XRef/Size 6/W[1 4 1]/Index[0 5]/Root 1 0 R/Length 30>>\nstream\n";
    let mut file = plain(&[&[head.as_bytes(), &rows, b"\nendstream"].concat()]);
    let (first, hidden, second) = (place(&file, "xref\n0 "), place(&file, "5 0 obj"), file.len());
    let again = format!(
        "xref\n0 0\ntrailer\n<</Size 6/Root 1 0 R/Prev {first}/XRefStm {hidden}>>\nstartxref\n{second}\n%%EOF\n"
    );
    file.extend_from_slice(again.as_bytes());
    assert_takes_both("Word", &file, true);
}

/// Two readings are not signed: what is wrong is said, and what to do.
#[test]
fn what_programs_read_in_two_ways_is_refused() {
    let file = plain(&[]);
    for (name, base) in [
        ("root", replaced(&file, "/Root 1 0 R", "/Root 1 0 R/Root 2 0 R")),
        ("end", replaced(&file, "%%EOF", &format!("{}%%EOF", " ".repeat(3000)))),
        ("start", replaced(&file, "startxref\n", &format!("startxref\n{}", " ".repeat(3000)))),
    ] {
        let refused = sign(&base, Role::Signer);
        let Err(cause @ SignError::Ambiguous { .. }) = refused else {
            panic!("{name}: {:?}", refused.map(|_| "signed"));
        };
        assert!(cause.to_string().contains("export it to a new PDF"), "{name}: {cause}");
    }
}
