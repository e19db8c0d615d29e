//! A report as ETSI TS 119 102-2 V1.2.1 has it: indications and sub-indications of EN 319 102-1, the
//! proven time, the certificates.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use sha2::{Digest, Sha256};
use time::format_description::well_known::Rfc3339;

use super::judged::{About, signed};
use crate::verify::{Cause, CertificateReport, Report, SignatureKind, SignatureReport, TimeSource, Verdict};

const NAMESPACE: &str = "http://uri.etsi.org/19102/v1.2.1#";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const SHA_256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

type Xml = Writer<Vec<u8>>;

/// Writes `report` as a ValidationReport.
///
/// # Errors
/// Writing to memory fails; nothing in the report makes it fail.
pub fn etsi_xml(report: &Report, about: &About<'_>) -> std::io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let certificates = certificates(report);
    let of_file = of_file(report);
    writer
        .create_element("ValidationReport")
        .with_attributes([("xmlns", NAMESPACE), ("xmlns:ds", DSIG)])
        .write_inner_content(|writer| {
            for (index, signature) in report.signatures.iter().enumerate() {
                let found = Found { signature, cause: signature.cause.max(of_file) };
                signature_report(writer, index + 1, found, about, &certificates)?;
            }
            if report.signatures.is_empty() {
                nothing_signed(writer, report, about)?;
            }
            if certificates.is_empty() {
                return Ok(());
            }
            writer.create_element("SignatureValidationObjects").write_inner_content(|writer| {
                certificates.iter().try_for_each(|certificate| object(writer, certificate))
            })?;
            Ok(())
        })?;
    String::from_utf8(writer.into_inner()).map_err(std::io::Error::other)
}

/// A signature with what is to be thought of it in its file.
#[derive(Clone, Copy)]
struct Found<'a> {
    signature: &'a SignatureReport,
    cause: Cause,
}

/// What speaks against the file and is no signature's own: no signature in it passes then.
fn of_file(report: &Report) -> Cause {
    let code = report.cause.code;
    let is_own = report.signatures.iter().any(|signature| signature.cause == code);
    match code.verdict() {
        Verdict::Invalid | Verdict::Indeterminate if !is_own => code,
        _ => Cause::Signed,
    }
}

/// All certificates that the report names, each once.
fn certificates(report: &Report) -> Vec<&CertificateReport> {
    let mut found: Vec<&CertificateReport> = Vec::new();
    for signature in &report.signatures {
        let stamps =
            signature.time_stamps.iter().flat_map(|stamp| stamp.authority.iter().chain(&stamp.chain));
        for certificate in signature.signer.iter().chain(&signature.chain).chain(stamps) {
            if found.iter().all(|known| known.fingerprint != certificate.fingerprint) {
                found.push(certificate);
            }
        }
    }
    found
}

fn text(writer: &mut Xml, name: &str, value: &str) -> std::io::Result<()> {
    // XML 1.0 can't hold control characters, however they are spelt.
    let value: String = value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    writer.create_element(name).write_text_content(BytesText::new(&value))?;
    Ok(())
}

fn digest(writer: &mut Xml, bytes: &[u8]) -> std::io::Result<()> {
    writer.create_element("DigestAlgAndValue").write_inner_content(|writer| {
        writer.create_element("ds:DigestMethod").with_attribute(("Algorithm", SHA_256)).write_empty()?;
        text(writer, "ds:DigestValue", &STANDARD.encode(Sha256::digest(bytes)))
    })?;
    Ok(())
}

fn reference(writer: &mut Xml, name: &str, certificate: &CertificateReport) -> std::io::Result<()> {
    let target = format!("#{}", identifier(certificate));
    writer.create_element(name).with_attribute(("VOReference", target.as_str())).write_empty()?;
    Ok(())
}

fn identifier(certificate: &CertificateReport) -> String {
    format!("C-{}", certificate.fingerprint.to_uppercase())
}

fn signature_report(
    writer: &mut Xml,
    index: usize,
    found: Found<'_>,
    about: &About<'_>,
    known: &[&CertificateReport],
) -> std::io::Result<()> {
    let signature = found.signature;
    writer.create_element("SignatureValidationReport").write_inner_content(|writer| {
        let id = format!("S-{index}");
        writer
            .create_element("SignatureIdentifier")
            .with_attribute(("id", id.as_str()))
            .write_inner_content(|writer| {
                digest(writer, covered(signature, about))?;
                text(writer, "HashOnly", "false")?;
                text(writer, "DocHashOnly", "false")
            })?;
        times(writer, signature, about)?;
        writer
            .create_element("SignersDocument")
            .write_inner_content(|writer| digest(writer, covered(signature, about)))?;
        attributes(writer, signature)?;
        if let Some(signer) = &signature.signer
            && known.iter().any(|one| one.fingerprint == signer.fingerprint)
        {
            writer.create_element("SignerInformation").write_inner_content(|writer| {
                reference(writer, "SignerCertificate", signer)?;
                text(writer, "Signer", &signer.subject.common_name)
            })?;
        }
        writer.create_element("SignatureValidationProcess").write_inner_content(|writer| {
            let process = "urn:etsi:019102:validationprocess:LTA";
            text(writer, "SignatureValidationProcessID", process)
        })?;
        status(writer, found)
    })?;
    Ok(())
}

/// The file up to the end of what the signature covers.
fn covered<'a>(signature: &SignatureReport, about: &About<'a>) -> &'a [u8] {
    signed(signature, about.bytes).unwrap_or(about.bytes)
}

fn times(writer: &mut Xml, signature: &SignatureReport, about: &About<'_>) -> std::io::Result<()> {
    let checked = about.at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default();
    let proven = signature.signing_time.as_ref().filter(|time| time.source == TimeSource::TimeStamp);
    let best = proven.map_or(checked.as_str(), |time| time.value.as_str());
    writer.create_element("ValidationTimeInfo").write_inner_content(|writer| {
        text(writer, "ValidationTime", &checked)?;
        writer.create_element("BestSignatureTime").write_inner_content(|writer| {
            text(writer, "POETime", best)?;
            text(writer, "TypeOfProof", "urn:etsi:019102:poetype:validation")
        })?;
        Ok(())
    })?;
    Ok(())
}

fn attributes(writer: &mut Xml, signature: &SignatureReport) -> std::io::Result<()> {
    let claimed = signature.claimed_time.as_ref();
    let filter = match signature.kind {
        SignatureKind::Signature if signature.level.is_some() => Some("ETSI.CAdES.detached"),
        SignatureKind::Signature => None,
        SignatureKind::DocumentTimeStamp => Some("ETSI.RFC3161"),
    };
    if claimed.is_none() && filter.is_none() {
        return Ok(());
    }
    writer.create_element("SignatureAttributes").write_inner_content(|writer| {
        if let Some(claimed) = claimed {
            let element = writer.create_element("SigningTime").with_attribute(("Signed", "true"));
            element.write_inner_content(|writer| text(writer, "Time", claimed))?;
        }
        if let Some(filter) = filter {
            let element = writer.create_element("SubFilter").with_attribute(("Signed", "true"));
            element.write_inner_content(|writer| text(writer, "SubFilterElement", filter))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn status(writer: &mut Xml, Found { signature, cause }: Found<'_>) -> std::io::Result<()> {
    let main = indication(cause.verdict());
    let sub = match cause.verdict() {
        Verdict::Valid | Verdict::ValidExtended => None,
        _ => Some(cause.sub_indication().unwrap_or("GENERIC")),
    };
    writer.create_element("SignatureValidationStatus").write_inner_content(|writer| {
        text(writer, "MainIndication", &format!("urn:etsi:019102:mainindication:{main}"))?;
        if let Some(sub) = sub {
            text(writer, "SubIndication", &format!("urn:etsi:019102:subindication:{sub}"))?;
        }
        if let ([_, ..], Some(signer), Some(anchor)) =
            (signature.chain.as_slice(), &signature.signer, signature.chain.last())
        {
            writer.create_element("AssociatedValidationReportData").write_inner_content(|writer| {
                writer.create_element("CertificateChain").write_inner_content(|writer| {
                    reference(writer, "SigningCertificate", signer)?;
                    let between = signature.chain.iter().skip(1).rev().skip(1).rev();
                    between
                        .into_iter()
                        .try_for_each(|one| reference(writer, "IntermediateCertificate", one))?;
                    if anchor.fingerprint != signer.fingerprint {
                        reference(writer, "TrustAnchor", anchor)?;
                    }
                    Ok(())
                })?;
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

fn indication(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid | Verdict::ValidExtended => "total-passed",
        Verdict::Invalid => "total-failed",
        Verdict::Unsigned => "no-signature-found",
        Verdict::Incomplete | Verdict::Indeterminate | Verdict::Unreadable => "indeterminate",
    }
}

/// The report on a file without a signature that could be read.
fn nothing_signed(writer: &mut Xml, report: &Report, about: &About<'_>) -> std::io::Result<()> {
    writer.create_element("SignatureValidationReport").write_inner_content(|writer| {
        writer.create_element("SignersDocument").write_inner_content(|writer| digest(writer, about.bytes))?;
        writer.create_element("SignatureValidationStatus").write_inner_content(|writer| {
            text(
                writer,
                "MainIndication",
                &format!("urn:etsi:019102:mainindication:{}", indication(report.verdict)),
            )
        })?;
        Ok(())
    })?;
    Ok(())
}

fn object(writer: &mut Xml, certificate: &CertificateReport) -> std::io::Result<()> {
    let id = identifier(certificate);
    writer.create_element("ValidationObject").with_attribute(("id", id.as_str())).write_inner_content(
        |writer| {
            text(writer, "ObjectType", "urn:etsi:019102:validationObject:certificate")?;
            writer
                .create_element("ValidationObjectRepresentation")
                .write_inner_content(|writer| text(writer, "base64", &STANDARD.encode(&certificate.der)))?;
            Ok(())
        },
    )?;
    Ok(())
}
