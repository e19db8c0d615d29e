//! The parts of a signed CMS (RFC 5652 §5) as they stand in its bytes. What wraps them may be BER; whatever is signed or
//! has a digest in it (signed attributes, certificates, lists, tokens) is kept as it was written, and nothing is judged.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911;
use der::DecodeOwned;
use spki::AlgorithmIdentifierOwned;

use super::ber::{Element, Elements};

const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// Context-specific tags, of which the constructed ones hold elements.
const CONTEXT_0: u8 = 0xA0;
const CONTEXT_1: u8 = 0xA1;
/// The most elements of one kind.
const MAX_ELEMENTS: usize = 1000;

/// `SignedData` (RFC 5652 §5.1).
pub(super) struct Parts<'a> {
    pub version: Vec<u8>,
    pub digest_algorithms: Vec<AlgorithmIdentifierOwned>,
    pub content_type: ObjectIdentifier,
    /// What is signed, where it is inside.
    pub content: Option<Vec<u8>>,
    /// Whatever is among the certificates, of any kind.
    pub certificates: Vec<&'a [u8]>,
    /// Whatever is among the revocation data, of any kind.
    pub revocations: Vec<Element<'a>>,
    pub signers: Vec<SignerParts<'a>>,
    /// All of the CMS.
    pub whole: &'a [u8],
    /// What follows it.
    pub rest: &'a [u8],
}

/// `SignerInfo` (RFC 5652 §5.3).
pub(super) struct SignerParts<'a> {
    pub version: Vec<u8>,
    /// `SignerIdentifier`.
    pub id: Element<'a>,
    pub digest_algorithm: AlgorithmIdentifierOwned,
    pub signed: Option<SignedAttributes<'a>>,
    pub signature_algorithm: AlgorithmIdentifierOwned,
    pub value: Vec<u8>,
    pub unsigned: Vec<Attribute>,
}

/// The attributes that are signed.
pub(super) struct SignedAttributes<'a> {
    pub list: Vec<Attribute>,
    element: Element<'a>,
    /// In the order in which they stand.
    each: Vec<&'a [u8]>,
}

/// `Attribute` (RFC 5652 §5.3), its values as they stand.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub oid: ObjectIdentifier,
    pub values: Vec<Vec<u8>>,
}

/// Why there are no parts.
pub(super) enum NoParts {
    /// It is no CMS with signed data.
    NotSignedData,
    /// It is one, and something in it is not written as it must be.
    Malformed,
}

/// Reads the CMS that `bytes` begin with.
pub(super) fn read(bytes: &[u8]) -> Result<Parts<'_>, NoParts> {
    let signed_data = || {
        let (info, rest) = Element::first(bytes)?;
        let mut info_parts = info.inside().filter(|_| info.tag == SEQUENCE)?;
        let kind = oid(&info_parts.take(OBJECT_IDENTIFIER)?)?;
        let explicit = info_parts.take(CONTEXT_0).filter(|_| info_parts.is_over())?;
        let [signed] = explicit.all(CONTEXT_0, 1)?.try_into().ok()?;
        (kind == rfc5911::ID_SIGNED_DATA && signed.tag == SEQUENCE).then_some((info, signed, rest))
    };
    let (info, signed, rest) = signed_data().ok_or(NoParts::NotSignedData)?;
    parts(&signed, info.whole, rest).ok_or(NoParts::Malformed)
}

fn parts<'a>(signed: &Element<'a>, whole: &'a [u8], rest: &'a [u8]) -> Option<Parts<'a>> {
    let mut fields = signed.inside()?;
    let version = fields.take(INTEGER)?.content.to_vec();
    let digest_algorithms = fields.take(SET)?.all(SET, MAX_ELEMENTS)?;
    let digest_algorithms = digest_algorithms.iter().map(decode).collect::<Option<_>>()?;
    let (content_type, content) = encapsulated(&fields.take(SEQUENCE)?)?;
    let mut choices = |tag| match fields.take(tag) {
        Some(set) => set.all(tag, MAX_ELEMENTS),
        None => Some(Vec::new()),
    };
    let certificates = choices(CONTEXT_0)?.iter().map(|choice| choice.whole).collect();
    let revocations = choices(CONTEXT_1)?;
    let signers = fields.take(SET)?.all(SET, MAX_ELEMENTS)?;
    let signers = signers.iter().map(signer).collect::<Option<_>>()?;
    let parts = Parts {
        version,
        digest_algorithms,
        content_type,
        content,
        certificates,
        revocations,
        signers,
        whole,
        rest,
    };
    fields.is_over().then_some(parts)
}

/// `EncapsulatedContentInfo` (RFC 5652 §5.2).
fn encapsulated(element: &Element<'_>) -> Option<(ObjectIdentifier, Option<Vec<u8>>)> {
    let mut fields = element.inside()?;
    let content_type = oid(&fields.take(OBJECT_IDENTIFIER)?)?;
    let content = match fields.take(CONTEXT_0) {
        Some(explicit) => {
            let mut inside = explicit.inside()?;
            Some(octet_string(&mut inside).filter(|_| inside.is_over())?)
        }
        None => None,
    };
    fields.is_over().then_some((content_type, content))
}

fn signer<'a>(element: &Element<'a>) -> Option<SignerParts<'a>> {
    let mut fields = element.inside().filter(|_| element.tag == SEQUENCE)?;
    let version = fields.take(INTEGER)?.content.to_vec();
    let id = fields.next()?;
    let digest_algorithm = decode(&fields.take(SEQUENCE)?)?;
    let signed = match fields.take(CONTEXT_0) {
        Some(set) => {
            let each = set.all(CONTEXT_0, MAX_ELEMENTS)?;
            let list = each.iter().map(attribute).collect::<Option<_>>()?;
            let each = each.iter().map(|attribute| attribute.whole).collect();
            Some(SignedAttributes { list, element: set, each })
        }
        None => None,
    };
    let signature_algorithm = decode(&fields.take(SEQUENCE)?)?;
    let value = octet_string(&mut fields)?;
    let unsigned = match fields.take(CONTEXT_1) {
        Some(set) => set.all(CONTEXT_1, MAX_ELEMENTS)?.iter().map(attribute).collect::<Option<_>>()?,
        None => Vec::new(),
    };
    let signer = SignerParts { version, id, digest_algorithm, signed, signature_algorithm, value, unsigned };
    fields.is_over().then_some(signer)
}

fn octet_string(fields: &mut Elements<'_>) -> Option<Vec<u8>> {
    let element = fields.next().filter(|element| matches!(element.tag, 0x04 | 0x24))?;
    Some(element.octets()?.into_owned())
}

fn attribute(element: &Element<'_>) -> Option<Attribute> {
    let mut fields = element.inside().filter(|_| element.tag == SEQUENCE)?;
    let oid = oid(&fields.take(OBJECT_IDENTIFIER)?)?;
    let values = fields.take(SET)?.all(SET, MAX_ELEMENTS)?;
    let values = values.iter().map(|value| value.whole.to_vec()).collect();
    fields.is_over().then_some(Attribute { oid, values })
}

impl SignedAttributes<'_> {
    /// What is signed of them: a SET, which stands under another tag (RFC 5652 §5.4).
    pub(super) fn message(&self) -> Vec<u8> {
        let mut message = self.element.whole.to_vec();
        if let Some(tag) = message.first_mut() {
            *tag = SET;
        }
        message
    }

    /// The same in the order of DER (X.690 §11.6), where they stand in another one.
    pub(super) fn sorted(&self) -> Option<Vec<u8>> {
        let mut each = self.each.clone();
        each.sort_unstable();
        let header = self.element.whole.len() - self.element.content.len();
        let header = self.message().into_iter().take(header);
        (each != self.each).then(|| header.chain(each.concat()).collect())
    }

    /// Whether their lengths are those of DER (X.690 §10.1).
    pub(super) fn has_der_lengths(&self) -> bool {
        self.element.is_der()
    }
}

/// What is written in an element, read as DER.
pub(super) fn decode<T: DecodeOwned>(element: &Element<'_>) -> Option<T> {
    T::from_der(&element.der()?).ok()
}

fn oid(element: &Element<'_>) -> Option<ObjectIdentifier> {
    decode(element)
}
