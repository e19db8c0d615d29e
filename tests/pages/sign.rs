//! The signed report as others see it: pyHanko, veraPDF, qpdf, BouncyCastle, GnuTLS, asn1crypto,
//! OpenSSL and the command line of every Unix.

use std::fs;
use std::path::Path;
use std::process::Command;

use lopdf::{Dictionary, Document, Object, ObjectId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};
use time::Duration;
use vanthu::certificate;
use vanthu::cms::{DigestAlgorithm, SignatureAlgorithm};
use vanthu::hex;
use vanthu::issue::compose;
use vanthu::keys::{self, Certificate, PrivateKey, Subject};
use vanthu::layout::{DraftMark, StampText};
use vanthu::pdf::PdfError;
use vanthu::pdf::reader;
use vanthu::role::Role;
use vanthu::sign::{
    self, Appearance, BaseDigest, FileSigner, Prepared, Request, SignError, SignatureDetails, Signer,
};
use vanthu::signing;
use vanthu::signing::SigningError;
use vanthu::verify::{Options, Require, TrustStore, Verdict, verify};

use crate::judges::{self, approve, python};
use crate::report::{CASE, sealed_at, signed_at};

const FILES: [&str; 3] = ["report.pdf", "signed.pdf", "sealed.pdf"];

/// What pyHanko says of each signature of `file`, by `keys`.
fn pyhanko(file: &Path, keys: &[&str]) -> Value {
    let verdicts = judges::pyhanko_at(file, &CASE.path("root.crt"), "2026-06-20T00:00:00+07:00");
    let said = |verdict: &Value| keys.iter().map(|key| verdict[*key].clone()).collect::<Value>();
    verdicts.iter().map(said).collect()
}

/// A signature as it lies in a file.
struct Signature {
    dictionary: Dictionary,
    /// First byte of the value of /Contents, and one past its last.
    gap: (usize, usize),
    /// One past the last byte that it covers.
    end: usize,
    cms: Vec<u8>,
}

impl Signature {
    /// The signature of `role` in `file`.
    fn of(file: &[u8], role: Role) -> Signature {
        let pdf = Document::load_mem(file).unwrap();
        let field = pdf.get_dictionary(field(&pdf, role)).unwrap();
        let value = field.get(b"V").unwrap().as_reference().unwrap();
        let dictionary = pdf.get_dictionary(value).unwrap().clone();
        let range: Vec<usize> = dictionary
            .get(b"ByteRange")
            .and_then(Object::as_array)
            .unwrap()
            .iter()
            .map(|number| usize::try_from(number.as_i64().unwrap()).unwrap())
            .collect();
        assert_eq!((range.len(), range[0]), (4, 0));
        let cms = dictionary.get(b"Contents").and_then(Object::as_str).unwrap().to_vec();
        Signature { dictionary, gap: (range[1], range[2]), end: range[2] + range[3], cms }
    }

    /// What it covers of `file`.
    fn covered(&self, file: &[u8]) -> Vec<u8> {
        [&file[..self.gap.0], &file[self.gap.1..self.end]].concat()
    }
}

fn field(pdf: &Document, role: Role) -> ObjectId {
    let form = pdf.get_dict_in_dict(pdf.catalog().unwrap(), b"AcroForm").unwrap();
    let fields = form.get(b"Fields").and_then(Object::as_array).unwrap();
    let named = |id: &ObjectId| {
        let name = pdf.get_dictionary(*id).unwrap().get(b"T").and_then(Object::as_str);
        name.unwrap() == role.field_name().as_bytes()
    };
    fields.iter().map(|field| field.as_reference().unwrap()).find(named).unwrap()
}

/// Makes `file` ready to be signed in the field of `role`, and gives what `with` makes of it.
fn prepared<T>(
    file: &[u8],
    role: Role,
    with: impl FnOnce(Prepared<'_>) -> Result<T, SignError>,
) -> Result<T, SignError> {
    let read = reader::read(file)?;
    let base = BaseDigest::of(file, DigestAlgorithm::Sha512);
    with(sign::prepare(&read, base, &Request::of(role))?)
}

/// Whether `file` can be made ready.
fn ready(file: &[u8], role: Role) -> Result<(), SignError> {
    prepared(file, role, |_| Ok(()))
}

fn name_of<'a>(dictionary: &'a Dictionary, key: &str) -> &'a [u8] {
    dictionary.get(key.as_bytes()).and_then(Object::as_name).unwrap()
}

#[test]
fn pyhanko_trusts_the_chairmans_signature() {
    let file = CASE.path("signed.pdf");
    let keys = ["field", "intact", "valid", "trusted", "coverage", "modification_level", "suspicion"];
    let expected = json!(["signer", true, true, true, "ENTIRE_FILE", "NONE", null]);
    assert_eq!(pyhanko(&file, &keys), json!([expected]));
    let algorithms = pyhanko(&file, &["signature_algorithm", "message_digest", "subfilter"]);
    assert_eq!(algorithms, json!([["ed25519", "sha512", "/ETSI.CAdES.detached"]]));
}

#[test]
fn pyhanko_accepts_the_agencys_signature_after_the_chairmans() {
    let keys = ["field", "intact", "valid", "trusted", "docmdp_ok", "coverage", "modification_level"];
    let first = json!(["signer", true, true, true, true, "ENTIRE_REVISION", "FORM_FILLING"]);
    let second = json!(["agency", true, true, true, true, "ENTIRE_FILE", "NONE"]);
    assert_eq!(pyhanko(&CASE.path("sealed.pdf"), &keys), json!([first, second]));
}

#[test]
fn the_judges_notice_a_changed_byte() {
    let signature = Signature::of(&CASE.sealed, Role::Signer);
    let mut changed = CASE.sealed.clone();
    // In the middle of the report: in a page's content, whatever it says.
    let place = CASE.report.len() / 2;
    changed[place] ^= 1;
    let file = CASE.path("changed.pdf");
    fs::write(&file, &changed).unwrap();
    assert_eq!(pyhanko(&file, &["bottom_line", "intact"]), json!([[false, false], [false, false]]));
    let (cms, content) = (CASE.path("changed.der"), CASE.path("changed.bin"));
    fs::write(&cms, &signature.cms).unwrap();
    fs::write(&content, signature.covered(&changed)).unwrap();
    let verdict = judges::cms(&cms, &content);
    assert_eq!((&verdict["bouncycastle"]["valid"], &verdict["gnutls"]), (&json!(false), &json!(false)));
}

#[test]
fn bouncycastle_and_gnutls_verify_both_cms() {
    for (file, role) in
        [(&CASE.signed, Role::Signer), (&CASE.sealed, Role::Signer), (&CASE.sealed, Role::Agency)]
    {
        let signature = Signature::of(file, role);
        let stem = format!("{}-{}", role.field_name(), file.len());
        let (cms, content) = (CASE.path(&format!("{stem}.der")), CASE.path(&format!("{stem}.bin")));
        fs::write(&cms, &signature.cms).unwrap();
        fs::write(&content, signature.covered(file)).unwrap();
        let verdict = judges::cms(&cms, &content);
        assert_eq!(verdict["valid"], true, "{verdict:#}");
    }
}

#[test]
fn qpdf_finds_no_fault_before_or_after_signing() {
    for name in FILES {
        judges::assert_sound_for_qpdf(&CASE.path(name));
    }
}

#[test]
fn the_report_stays_pdf_a_3a_and_pdf_ua_1_when_it_is_signed() {
    for name in FILES {
        judges::assert_pdfa_3a_and_ua_1(&CASE.path(name));
    }
}

#[test]
fn the_bytes_of_the_report_stay_the_beginning_of_every_signed_file() {
    assert!(CASE.signed.starts_with(&CASE.report));
    assert!(CASE.sealed.starts_with(&CASE.signed));
    for file in [&CASE.report, &CASE.signed, &CASE.sealed] {
        assert!(file.ends_with(b"\n%%EOF\n"));
    }
}

#[test]
fn a_signature_changes_its_field_and_nothing_else() {
    for (before, after, role) in
        [(&CASE.report, &CASE.signed, Role::Signer), (&CASE.signed, &CASE.sealed, Role::Agency)]
    {
        let (before, after) = (Document::load_mem(before).unwrap(), Document::load_mem(after).unwrap());
        let field = field(&before, role);
        assert!(after.objects.len() > before.objects.len());
        let root = before.trailer.get(b"Root").unwrap().as_reference().unwrap();
        for (id, object) in &before.objects {
            if *id != field && *id != root {
                assert_eq!(after.objects.get(id), Some(object), "{id:?}");
            }
        }
        // The first signature certifies the document; the second changes not even that.
        let mut catalog = after.get_dictionary(root).unwrap().clone();
        if role == Role::Signer {
            let signature = after.get_dictionary(field).unwrap().get(b"V").unwrap();
            let permissions = catalog.remove(b"Perms").unwrap();
            assert_eq!(permissions.as_dict().unwrap().get(b"DocMDP").unwrap(), signature);
        }
        assert_eq!(&catalog, before.get_dictionary(root).unwrap());
        let (empty, mut filled) =
            (before.get_dictionary(field).unwrap(), after.get_dictionary(field).unwrap().clone());
        assert!(!empty.has(b"V"));
        assert!(filled.remove(b"V").is_some());
        assert_ne!(empty.get(b"AP").unwrap(), filled.get(b"AP").unwrap());
        filled.set("AP", empty.get(b"AP").unwrap().clone());
        assert_eq!(&filled, empty);
        for key in [b"Root".as_slice(), b"Info"] {
            assert_eq!(after.trailer.get(key).ok(), before.trailer.get(key).ok());
        }
    }
}

#[test]
fn a_signature_covers_its_whole_revision_but_its_own_value() {
    for (file, role, end) in [
        (&CASE.signed, Role::Signer, CASE.signed.len()),
        (&CASE.sealed, Role::Signer, CASE.signed.len()),
        (&CASE.sealed, Role::Agency, CASE.sealed.len()),
    ] {
        let signature = Signature::of(file, role);
        assert_eq!(signature.end, end);
        let (start, after) = signature.gap;
        assert_eq!(&file[start - 9..start], b"/Contents");
        // The CMS fills it: there is no padding in which something could hide.
        let value = format!("<{}>", hex::lower(&signature.cms));
        assert_eq!(&file[start..after], value.as_bytes());
        let contents = b"/Contents<";
        let revision = &file[..end];
        let count = revision.windows(contents.len()).filter(|window| window == contents).count();
        assert_eq!(count, if role == Role::Signer { 1 } else { 2 });
    }
}

#[test]
fn the_signature_dictionary_is_a_pades_baseline_one() {
    for (file, role, time, name) in [
        (&CASE.signed, Role::Signer, "D:20260618101530+07'00'", &CASE.certificate),
        (&CASE.sealed, Role::Agency, "D:20260618121530+07'00'", &CASE.agency),
    ] {
        let dictionary = Signature::of(file, role).dictionary;
        assert_eq!(name_of(&dictionary, "Type"), b"Sig");
        assert_eq!(name_of(&dictionary, "Filter"), b"Adobe.PPKLite");
        assert_eq!(name_of(&dictionary, "SubFilter"), b"ETSI.CAdES.detached");
        assert_eq!(dictionary.get(b"M").and_then(Object::as_str).unwrap(), time.as_bytes());
        let said = lopdf::decode_text_string(dictionary.get(b"Name").unwrap()).unwrap();
        assert_eq!(said, Subject::of(name).common_name);
        // What PAdES forbids (/Cert), and what would need a policy (/Reason).
        for key in ["Cert", "Reason", "Changes", "Prop_Build"] {
            assert!(!dictionary.has(key.as_bytes()), "{key}");
        }
        // The chairman certifies, and lets the agency sign; the agency closes the file.
        let references = dictionary.get(b"Reference").and_then(Object::as_array).unwrap();
        let reference = references[0].as_dict().unwrap();
        let parameters = reference.get(b"TransformParams").and_then(Object::as_dict).unwrap();
        let permission = parameters.get(b"P").and_then(Object::as_i64).unwrap();
        match role {
            Role::Signer => {
                assert_eq!((name_of(reference, "TransformMethod"), permission), (&b"DocMDP"[..], 2));
            }
            Role::Agency => {
                assert_eq!((name_of(reference, "TransformMethod"), permission), (&b"FieldMDP"[..], 1));
                assert_eq!(name_of(parameters, "Action"), b"All");
            }
        }
    }
}

#[test]
fn the_stamped_digest_is_the_one_that_sha256sum_prints() {
    for (name, file, role) in [
        ("signed.pdf", &CASE.signed, Role::Signer),
        ("sealed.pdf", &CASE.sealed, Role::Signer),
        ("sealed.pdf", &CASE.sealed, Role::Agency),
    ] {
        let dictionary = Signature::of(file, role).dictionary;
        let stamp = dictionary.get(b"VTHU_ReportDigest").and_then(Object::as_dict).unwrap();
        assert_eq!(name_of(stamp, "Type"), b"VTHU_ReportDigest");
        assert_eq!(name_of(stamp, "Algorithm"), b"SHA256");
        let length = stamp.get(b"Length").and_then(Object::as_i64).unwrap();
        assert_eq!(usize::try_from(length).unwrap(), CASE.report.len());
        let value = hex::lower(stamp.get(b"Value").and_then(Object::as_str).unwrap());
        let script = format!("head -c {length} \"$0\" | sha256sum");
        let printed = approve(Command::new("sh").args(["-c", &script]).arg(CASE.path(name)));
        assert_eq!(printed.split_whitespace().next(), Some(value.as_str()));
    }
}

#[test]
fn a_reader_sees_who_signed_when_and_what() {
    let digest = hex::lower(&Sha256::digest(&CASE.report));
    let text = |name: &str| {
        let printed = approve(Command::new("pdftotext").args(["-raw"]).arg(CASE.path(name)).arg("-"));
        printed.split_whitespace().collect::<String>()
    };
    assert!(!text("report.pdf").contains(&digest));
    let signed = text("signed.pdf");
    let time = "Thờigianký:18/06/202610:15:30+07:00";
    for shown in [&digest, "Danhtínhtrìnhdiễn(DEMO)", "Chủtịch", time] {
        assert!(signed.contains(shown), "{shown} is not in {signed}");
    }
    let sealed = text("sealed.pdf");
    assert_eq!(sealed.matches(&digest).count(), 2, "{sealed}");
    assert!(sealed.contains("Thờigianký:18/06/202612:15:30+07:00"), "{sealed}");
}

#[test]
fn the_cms_is_what_rfc_8419_and_pades_ask_for() {
    const SHA512: &str = "300b0609608648016503040203";
    const ED25519: &str = "300506032b6570";
    let fingerprint = |certificate: &Certificate| certificate::fingerprint(certificate).unwrap();
    for (file, role, certificate, sent) in [
        (&CASE.signed, Role::Signer, &CASE.certificate, vec![&CASE.certificate, &CASE.root]),
        (&CASE.sealed, Role::Agency, &CASE.agency, vec![&CASE.agency]),
    ] {
        let signature = Signature::of(file, role);
        let path = CASE.path(&format!("facts-{}.der", role.field_name()));
        fs::write(&path, &signature.cms).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/cms_facts.py");
        let printed = approve(python().arg(script).arg(&path));
        let facts: Value = serde_json::from_str(&printed).unwrap();
        let mut certificates: Vec<String> = sent.into_iter().map(fingerprint).collect();
        certificates.sort();
        let own = fingerprint(certificate);
        let digest = hex::lower(&Sha512::digest(signature.covered(file)));
        let expected = json!({
            "content_type": "signed_data",
            "version": "v1",
            "digest_algorithms": [SHA512],
            "encapsulated_type": "data",
            "detached": true,
            "certificates": certificates,
            "revocation_lists": null,
            "signers": 1,
            "signer_version": "v1",
            "signer_identifier": "issuer_and_serial_number",
            "signer_issuer": true,
            "signer_certificate": own,
            "digest_algorithm": SHA512,
            "signature_algorithm": ED25519,
            "signature_length": 64,
            // Exactly these; above all no signing time (1.2.840.113549.1.9.5), which PAdES forbids.
            "attributes": {
                // contentType: id-data.
                "1.2.840.113549.1.9.3": ["06092a864886f70d010701"],
                "1.2.840.113549.1.9.4": [format!("0440{digest}")],
                // signingCertificateV2: SHA-256 by default, so that DER leaves its name out.
                "1.2.840.113549.1.9.16.2.47": [format!("3026302430220420{own}")],
                // CMSAlgorithmProtection: the two algorithms again, the second one as [1].
                "1.2.840.113549.1.9.52": [format!("3014{SHA512}a105{}", &ED25519[4..])],
            },
            "sorted": true,
            "unsigned_attributes": null,
        });
        assert_eq!(facts, expected);
    }
}

#[test]
fn the_same_document_time_and_key_give_the_same_bytes() {
    let again = compose::compose(&CASE.engine, &CASE.document, signed_at(), DraftMark::Issued).unwrap();
    assert!(again == CASE.report);
    assert!(CASE.sign(CASE.report.clone(), signed_at()) == CASE.signed);
    assert!(CASE.seal(CASE.signed.clone(), sealed_at()) == CASE.sealed);
    assert!(CASE.sign(CASE.report.clone(), signed_at() + Duration::seconds(1)) != CASE.signed);
}

/// Signs with OpenSSL, as a token or a remote service would: message out, signature in.
struct OpenSsl;

impl Signer for OpenSsl {
    fn certificate(&self) -> &Certificate {
        &CASE.certificate
    }

    fn chain(&self) -> &[Certificate] {
        std::slice::from_ref(&CASE.root)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Ed25519
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let (input, output) = (CASE.path("message.bin"), CASE.path("signature.bin"));
        fs::write(&input, message).unwrap();
        let mut command = Command::new("openssl");
        command.args(["pkeyutl", "-sign", "-rawin", "-inkey"]).arg(CASE.path("signer.key"));
        approve(command.arg("-in").arg(&input).arg("-out").arg(&output));
        Ok(fs::read(&output).unwrap())
    }
}

#[test]
fn a_signer_outside_the_program_makes_the_same_file() {
    let report = CASE.report.clone();
    let signed = signing::sign(&CASE.engine, report, Role::Signer, &OpenSsl, signed_at()).unwrap();
    assert!(signed == CASE.signed);
}

/// Gives a signature of the wrong length.
struct Short;

impl Signer for Short {
    fn certificate(&self) -> &Certificate {
        &CASE.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &[]
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::Ed25519
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(vec![1; 63])
    }
}

#[test]
fn a_signature_that_does_not_fit_gives_no_file() {
    let report = CASE.report.clone();
    let signed = signing::sign(&CASE.engine, report, Role::Signer, &Short, signed_at());
    assert!(signed.is_err());
}

#[test]
fn a_field_is_signed_once_and_in_its_turn() {
    let early = ready(&CASE.report, Role::Agency);
    assert!(matches!(early, Err(SignError::OutOfOrder)), "{early:?}");
    for (file, role) in
        [(&CASE.signed, Role::Signer), (&CASE.sealed, Role::Signer), (&CASE.sealed, Role::Agency)]
    {
        let again = ready(file, role);
        assert!(matches!(again, Err(SignError::Signed(of)) if of == role), "{again:?}");
    }
    let (length, digest) = prepared(&CASE.signed, Role::Agency, |prepared| {
        Ok((prepared.document_length(), prepared.digest().copied()))
    })
    .unwrap();
    assert_eq!(length, Some(CASE.report.len()));
    assert_eq!(digest.unwrap().as_slice(), Sha256::digest(&CASE.report).as_slice());
}

#[test]
fn a_file_that_is_no_report_is_refused() {
    let qpdf = |name: &str, options: &[&str]| {
        let output = CASE.path(name);
        approve(Command::new("qpdf").args(options).arg(CASE.path("report.pdf")).arg(&output));
        fs::read(output).unwrap()
    };
    let encrypted = qpdf("encrypted.pdf", &["--encrypt", "", "owner", "256", "--"]);
    let refused = ready(&encrypted, Role::Signer);
    assert!(matches!(refused, Err(SignError::Pdf(PdfError::Encrypted))), "{refused:?}");
    for (what, file) in [
        ("nothing", Vec::new()),
        ("text", b"%PDF-1.7\n%%EOF\n".to_vec()),
        ("half", CASE.report[..CASE.report.len() / 2].to_vec()),
    ] {
        assert!(ready(&file, Role::Signer).is_err(), "{what}");
    }
}

#[test]
fn a_report_that_was_changed_after_it_was_issued_is_refused() {
    let report = &CASE.report;
    // An update that leaves everything as it is: it could as well replace a page.
    let update = |file: &[u8], object: &str| {
        let start = file.windows(9).rposition(|window| window == b"startxref").unwrap();
        let previous = String::from_utf8_lossy(&file[start + 9..]);
        let previous = previous.split_whitespace().next().unwrap();
        let pdf = Document::load_mem(file).unwrap();
        let (number, root) = (pdf.max_id + 1, pdf.trailer.get(b"Root").unwrap());
        let root = root.as_reference().unwrap().0;
        let at = file.len();
        let object = format!("{number} 0 obj\n{object}\nendobj\n");
        let table = at + object.len();
        let size = number + 1;
        let end = format!(
            "xref\n{number} 1\n{at:010} 00000 n\r\ntrailer\n\
             <</Size {size}/Root {root} 0 R/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n"
        );
        [file, object.as_bytes(), end.as_bytes()].concat()
    };
    for (what, file) in [
        ("a byte after the end", [&report[..], b"x"].concat()),
        ("an update of the report", update(report, "null")),
    ] {
        let (refused, end) = (ready(&file, Role::Signer), report.len());
        assert!(matches!(refused, Err(SignError::Altered(byte)) if byte == end), "{what}: {refused:?}");
    }
    // Saved anew, the signature is still there and the report is gone.
    let path = CASE.path("rewritten.pdf");
    approve(Command::new("qpdf").arg(CASE.path("signed.pdf")).arg(&path));
    for (what, file) in [("saved anew", fs::read(path).unwrap()), ("updated", update(&CASE.signed, "null"))] {
        let signer = FileSigner::new(CASE.key(), CASE.certificate.clone(), Vec::new(), signed_at()).unwrap();
        let refused = signing::sign(&CASE.engine, file, Role::Agency, &signer, signed_at());
        assert!(matches!(refused, Err(SigningError::Invalid)), "{what}: {refused:?}");
    }
}

#[test]
fn a_key_or_certificate_that_does_not_fit_is_refused() {
    let new = |key, certificate: &Certificate, time| {
        FileSigner::new(key, certificate.clone(), Vec::new(), time).map(|_| ())
    };
    let stranger = PrivateKey::generate().unwrap();
    let refused = new(stranger, &CASE.certificate, signed_at());
    assert!(matches!(refused, Err(SignError::KeyMismatch)), "{refused:?}");
    for time in [signed_at() - Duration::days(2), signed_at() + Duration::days(3650)] {
        let refused = new(CASE.key(), &CASE.certificate, time);
        assert!(matches!(refused, Err(SignError::NotValid { .. })), "{refused:?}");
    }
    // A root vouches for others and signs no documents.
    let (key, name) = (CASE.key(), Subject::of(&CASE.root));
    let issuer = keys::Issuer::Itself;
    let own = keys::issue(&name, &key, issuer, signed_at(), Duration::days(1)).unwrap();
    let refused = new(key, &own, signed_at());
    assert!(matches!(refused, Err(SignError::KeyUsage)), "{refused:?}");
    new(CASE.key(), &CASE.certificate, signed_at()).unwrap();
}

#[test]
fn an_appearance_that_is_no_pdf_is_refused() {
    for appearance in [&b""[..], b"%PDF-1.7\n"] {
        assert!(Appearance::of(appearance).is_err());
    }
}

#[test]
fn a_name_can_not_be_taken_for_a_part_of_the_dictionary() {
    let time = signed_at();
    let signer = FileSigner::new(CASE.key(), CASE.certificate.clone(), Vec::new(), time).unwrap();
    let name = ") /Contents <00> /ByteRange [0 9999999999 9999999999 9999999999] (".to_owned();
    let details = SignatureDetails { time, name: name.clone(), location: Some(name.clone()) };
    let stamp = |prepared: &Prepared<'_>| {
        let stamp = CASE.engine.stamp(&StampText {
            role: Role::Signer,
            name: &name,
            lines: ["", ""],
            time,
            digest: &hex::lower(prepared.digest().unwrap()),
            size: prepared.field_size(),
            text: true,
            image: None,
        });
        Appearance::of(&stamp.unwrap()).unwrap()
    };
    let revision = prepared(&CASE.report, Role::Signer, |prepared| {
        let stamp = stamp(&prepared);
        prepared.sign(&signer, &details, Some(&stamp))
    });
    let file = [CASE.report.clone(), revision.unwrap()].concat();
    let path = CASE.path("named.pdf");
    fs::write(&path, &file).unwrap();
    assert_eq!(pyhanko(&path, &["bottom_line"]), json!([[true]]));
    let said = Signature::of(&file, Role::Signer).dictionary;
    assert_eq!(lopdf::decode_text_string(said.get(b"Name").unwrap()).unwrap(), name);
}

#[test]
fn what_the_program_signs_it_believes() {
    let mut trust = TrustStore::new();
    trust.add_pem(&fs::read(CASE.path("root.crt")).unwrap()).unwrap();
    let verdict = |file: &[u8], require: &[Role]| {
        let at = sealed_at() + Duration::days(1);
        verify(file, &Options { require: Require::Roles(require), ..Options::new(&trust, at) }).verdict
    };
    assert_eq!(verdict(&CASE.report, &[Role::Signer]), Verdict::Unsigned);
    assert_eq!(verdict(&CASE.signed, &[Role::Signer]), Verdict::Valid);
    assert_eq!(verdict(&CASE.signed, &Role::ALL), Verdict::Incomplete);
    assert_eq!(verdict(&CASE.sealed, &Role::ALL), Verdict::Valid);
}

#[test]
fn a_screen_reader_says_who_signs_in_each_field() {
    let pdf = Document::load_mem(&CASE.report).unwrap();
    let document = &CASE.document;
    for (role, who) in [
        (Role::Signer, vec![&document.signature.position, &document.signature.name]),
        (Role::Agency, document.header.agency.iter().collect()),
    ] {
        let widget = pdf.get_dictionary(field(&pdf, role)).unwrap();
        let said = lopdf::decode_text_string(widget.get(b"TU").unwrap()).unwrap();
        assert!(said.starts_with("Chữ ký số của "), "{said}");
        for words in who {
            assert!(said.contains(words.as_str()), "{words} is not in {said}");
        }
    }
}

#[test]
fn the_report_says_what_it_is_in_the_decrees_words() {
    let printed = approve(Command::new("pdfinfo").arg("-meta").arg(CASE.path("sealed.pdf")));
    for property in [
        "<vanthu:TypeName>Báo cáo<",
        "<vanthu:CodeNumber>201<",
        "<vanthu:CodeNotation>BC-UBND<",
        "<vanthu:IssuedDate>2026-06-18<",
        "<vanthu:OrganName>",
        "<vanthu:Subject>",
    ] {
        assert!(printed.contains(property), "{property} is not in {printed}");
    }
}
