//! Trusted lists of the EU kind (ETSI TS 119 612): the certificates of the services that a state
//! supervises. The list's own signature is not checked here: who adds a list vouches for it.

use roxmltree::{Document, Node, ParsingOptions};

use super::trust_error::TrustError;

/// The most elements of a list.
const MAX_NODES: u32 = 2_000_000;

/// Kinds of services that issue certificates (ETSI TS 119 612 §5.5.1).
const ISSUING: [&str; 2] = ["/CA/QC", "/CA/PKC"];
/// Kinds of services that give time-stamps.
const TIME_STAMPING: [&str; 3] = ["/TSA", "/TSA/QTST", "/TSA/TSS-QC"];
/// The states of a service in which it may be relied on (§5.5.4).
const GOOD: [&str; 6] = [
    "/granted",
    "/accredited",
    "/undersupervision",
    "/supervisionincessation",
    "/recognisedatnationallevel",
    "/setbynationallaw",
];

/// A service that may be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TrustService {
    /// Its certificate, in DER.
    pub certificate: Vec<u8>,
    /// It is there for time-stamps, and for nothing else.
    pub gives_time_stamps: bool,
}

/// The services in the list `xml` that may be relied on now.
///
/// # Errors
/// It is no trusted list, or has none.
pub(super) fn services(xml: &[u8]) -> Result<Vec<TrustService>, TrustError> {
    let xml = std::str::from_utf8(xml).map_err(|_| TrustError::List)?;
    // No entities: they can make gigabytes of a line.
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml, options).map_err(|_| TrustError::List)?;
    let root = document.root_element();
    if root.tag_name().name() != "TrustServiceStatusList" {
        return Err(TrustError::List);
    }
    let mut found = Vec::new();
    for service in root.descendants().filter(|node| node.has_tag_name_of("ServiceInformation")) {
        let text = |name| child(service, name).and_then(|node| node.text()).unwrap_or_default().trim();
        let is = |text: &str, endings: &[&str]| endings.iter().any(|ending| text.ends_with(ending));
        let kind = text("ServiceTypeIdentifier");
        let gives_time_stamps = is(kind, &TIME_STAMPING);
        if !gives_time_stamps && !is(kind, &ISSUING) || !is(text("ServiceStatus"), &GOOD) {
            continue;
        }
        let identity = child(service, "ServiceDigitalIdentity");
        let certificates = identity.into_iter().flat_map(|identity| identity.descendants());
        for certificate in certificates.filter(|node| node.has_tag_name_of("X509Certificate")) {
            let text: String = certificate
                .text()
                .unwrap_or_default()
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .collect();
            let certificate = decode(&text).ok_or(TrustError::Certificate)?;
            let service = TrustService { certificate, gives_time_stamps };
            if !found.contains(&service) {
                found.push(service);
            }
        }
    }
    if found.is_empty() { Err(TrustError::Empty) } else { Ok(found) }
}

/// Base64, by way of PEM, which is at hand.
fn decode(base64: &str) -> Option<Vec<u8>> {
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
    Some(der::pem::decode_vec(pem.as_bytes()).ok()?.1)
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.has_tag_name_of(name))
}

/// The lists of several states and years differ in their namespaces' prefixes.
trait LocalName {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(kind: &str, status: &str) -> String {
        format!(
            "<tsl:TrustServiceStatusList xmlns:tsl=\"http://uri.etsi.org/02231/v2#\"><tsl:ServiceInformation>\
             <tsl:ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype{kind}</tsl:ServiceTypeIdentifier>\
             <tsl:ServiceDigitalIdentity><tsl:DigitalId><tsl:X509Certificate>\n AAEC\n AwQ=\n</tsl:X509Certificate>\
             </tsl:DigitalId></tsl:ServiceDigitalIdentity>\
             <tsl:ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus{status}</tsl:ServiceStatus>\
             </tsl:ServiceInformation></tsl:TrustServiceStatusList>"
        )
    }

    #[test]
    fn services_that_may_be_relied_on_are_taken() {
        let services = |xml: &str| services(xml.as_bytes());
        let service =
            |gives_time_stamps| TrustService { certificate: vec![0, 1, 2, 3, 4], gives_time_stamps };
        assert_eq!(services(&list("/CA/QC", "/granted")), Ok(vec![service(false)]));
        assert_eq!(services(&list("/TSA/QTST", "/granted")), Ok(vec![service(true)]));
        for (kind, status) in
            [("/CA/QC", "/withdrawn"), ("/EDS/Q", "/granted"), ("/Certstatus/OCSP/QC", "/granted")]
        {
            assert_eq!(services(&list(kind, status)), Err(TrustError::Empty));
        }
        assert_eq!(services("<a/>"), Err(TrustError::List));
        let bomb = format!("<!DOCTYPE a [<!ENTITY b \"x\">]>{}", list("/CA/QC", "/granted"));
        assert_eq!(services(&bomb), Err(TrustError::List));
    }
}
