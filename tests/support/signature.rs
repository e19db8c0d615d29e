//! Signatures made by hand, right in every bit of cryptography and wrong wherever a test wants:
//! only so is a check of structure tested, and not the digest behind it.

#![allow(dead_code, reason = "every test program uses some of it")]

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{CertificateSet, SignedAttributes, SignedData};
use der::asn1::{Any, OctetString, SetOfVec};
use der::{Decode, Encode};
use sha2::{Digest, Sha256, Sha512};
use time::{Duration, OffsetDateTime};
use vanthu_base::role::Role;
use vanthu_keys::{self as keys, Certificate, Issuer, PrivateKey, Subject};
use vanthu_verify::cms::{SignatureAlgorithm, signed_attributes, signed_data};
use x509_cert::attr::Attribute;

use crate::pdf::{self, Numbered, Update};

/// When everything is signed.
pub fn signing_time() -> OffsetDateTime {
    vanthu_base::clock::parse("2020-06-18T10:15:30+07:00").unwrap()
}

/// A key with its certificate.
pub struct Identity {
    pub key: PrivateKey,
    pub certificate: Certificate,
}

/// A root with the identities that it vouches for.
pub struct Office {
    pub root: Identity,
    pub chairman: Identity,
    pub agency: Identity,
}

impl Office {
    pub fn new() -> Office {
        let root = PrivateKey::generate().unwrap();
        let founded = signing_time() - Duration::days(100);
        let root_name = subject("Root");
        let lifetime = Duration::days(4000);
        let certificate = keys::issue(&root_name, &root, Issuer::Itself, founded, lifetime).unwrap();
        let root = Identity { key: root, certificate };
        let chairman = root.vouch("Chairman", founded + Duration::days(1), Duration::days(3000));
        let agency = root.vouch("Agency", founded + Duration::days(1), Duration::days(3000));
        Office { root, chairman, agency }
    }
}

impl Identity {
    /// Makes a signer's certificate.
    pub fn vouch(&self, name: &str, from: OffsetDateTime, lifetime: Duration) -> Identity {
        let key = PrivateKey::generate().unwrap();
        let issuer = Issuer::Root(&self.key, &self.certificate);
        let certificate = keys::issue(&subject(name), &key, issuer, from, lifetime).unwrap();
        Identity { key, certificate }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message)
    }
}

fn subject(name: &str) -> Subject {
    Subject { common_name: name.into(), organization: Some("Hoa An".into()), ..Subject::default() }
}

type MakeCms<'a> = Box<dyn Fn(&Identity, &[u8]) -> Vec<u8> + 'a>;
type MakeRange<'a> = Box<dyn Fn(usize, usize, usize) -> [usize; 4] + 'a>;

/// A signing revision in the making; as it begins, it is lawful.
pub struct Draft<'a> {
    file: Vec<u8>,
    by: &'a Identity,
    /// The entries of the signature dictionary in their order.
    pub entries: Vec<(&'static str, String)>,
    /// The objects of the revision beside the signature dictionary.
    pub objects: Vec<Numbered>,
    /// Zero bytes after the CMS in /Contents.
    pub room: usize,
    /// Start and end of the value of /Contents, and the length of the file, to /ByteRange.
    pub range: MakeRange<'a>,
    /// The signer and the message digest, to the CMS; as long for every digest.
    pub cms: MakeCms<'a>,
    /// What becomes of the update that holds the signature, with all lengths kept.
    pub update: Box<dyn Fn(Update) -> Update + 'a>,
    number: u32,
}

const RANGE: &str = "[0 9999999999 9999999999 9999999999]";

impl<'a> Draft<'a> {
    /// A signature of `by` on `file` in the field of `role`.
    pub fn new(file: &[u8], role: Role, by: &'a Identity) -> Draft<'a> {
        let report = pdf::find(file, b"%%EOF\n").end;
        let (field, number) = match role {
            Role::Signer => (pdf::SIGNER_FIELD, pdf::FREE),
            Role::Agency => (pdf::AGENCY_FIELD, pdf::FREE + 2),
        };
        let state = format!("/V {number} 0 R /AP << /N {} 0 R >>", number + 1);
        let stamp = "/Type /XObject /Subtype /Form /BBox [0 0 200 60] /Resources << >> ";
        let entries = vec![
            ("Type", "/Sig".to_owned()),
            ("Filter", "/Adobe.PPKLite".into()),
            ("SubFilter", "/ETSI.CAdES.detached".into()),
            ("M", "(D:20200618101530+07'00')".into()),
            ("Name", "(Chairman)".into()),
            (vanthu_pdf::names::REPORT_DIGEST_KEY, stamped(report, &Sha256::digest(&file[..report]))),
            ("ByteRange", RANGE.into()),
            ("Contents", String::new()),
        ];
        Draft {
            file: file.to_vec(),
            by,
            entries,
            objects: vec![
                (field, pdf::field(field, &state)),
                (number + 1, pdf::stream(stamp, "0 0 200 60 re S")),
            ],
            room: 0,
            range: Box::new(|start, end, length| [0, start, end, length - end]),
            cms: Box::new(cms),
            update: Box::new(|update| update),
            number,
        }
    }

    /// With `value` for the entry `key`.
    pub fn entry(mut self, key: &str, value: &str) -> Draft<'a> {
        let entry = self.entries.iter_mut().find(|(known, _)| *known == key).unwrap();
        entry.1 = value.to_owned();
        self
    }

    /// With one more entry before all others.
    pub fn and(mut self, key: &'static str, value: &str) -> Draft<'a> {
        self.entries.insert(0, (key, value.to_owned()));
        self
    }

    /// Without the entry `key`.
    pub fn without(mut self, key: &str) -> Draft<'a> {
        self.entries.retain(|(known, _)| *known != key);
        self
    }

    /// With one more object, or another one in the place of its namesake.
    pub fn object(mut self, number: u32, body: String) -> Draft<'a> {
        self.objects.retain(|(known, _)| *known != number);
        self.objects.push((number, body));
        self
    }

    pub fn room(mut self, room: usize) -> Draft<'a> {
        self.room = room;
        self
    }

    pub fn range(mut self, range: impl Fn(usize, usize, usize) -> [usize; 4] + 'a) -> Draft<'a> {
        self.range = Box::new(range);
        self
    }

    pub fn cms(mut self, cms: impl Fn(&Identity, &[u8]) -> Vec<u8> + 'a) -> Draft<'a> {
        self.cms = Box::new(cms);
        self
    }

    pub fn update(mut self, change: impl Fn(Update) -> Update + 'a) -> Draft<'a> {
        self.update = Box::new(change);
        self
    }

    /// The signed file.
    pub fn sign(self) -> Vec<u8> {
        let length = (self.cms)(self.by, &[0; 64]).len() + self.room;
        let zeros = format!("<{}>", "0".repeat(2 * length));
        let entries: String = self
            .entries
            .iter()
            .map(|(key, value)| {
                let ours = *key == "Contents" && value.is_empty();
                format!("/{key} {} ", if ours { &zeros } else { value })
            })
            .collect();
        let mut objects = self.objects;
        objects.insert(0, (self.number, format!("<< {entries}>>")));
        let mut file = (self.update)(Update::of(&self.file, &objects)).whole();
        let gap = pdf::find_last(&file, zeros.as_bytes());
        let range = (self.range)(gap.start, gap.end, file.len());
        let [a, b, c, d] = range;
        if self.entries.iter().any(|(_, value)| value == RANGE) {
            file = pdf::overwrite(&file, RANGE, &format!("[{a} {b} {c} {d}]"));
        }
        let message_digest =
            Sha512::new().chain_update(&file[a..a + b]).chain_update(&file[c..c + d]).finalize();
        let mut cms = (self.cms)(self.by, &message_digest);
        assert!(cms.len() <= length);
        cms.resize(length, 0);
        pdf::splice(&file, gap, format!("<{}>", hex(&cms)).as_bytes())
    }
}

/// The machine-readable stamp.
pub fn stamped(length: usize, digest: &[u8]) -> String {
    let key = vanthu_pdf::names::REPORT_DIGEST_KEY;
    format!("<< /Type /{key} /Algorithm /SHA256 /Length {length} /Value <{}> >>", hex(digest))
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The lawful CMS.
pub fn cms(by: &Identity, message_digest: &[u8]) -> Vec<u8> {
    cms_with_attributes(by, message_digest, |_| {})
}

/// A CMS with other signed attributes, signed as they are.
pub fn cms_with_attributes(by: &Identity, digest: &[u8], change: impl Fn(&mut Vec<Attribute>)) -> Vec<u8> {
    let lawful = signed_attributes(SignatureAlgorithm::Ed25519, digest, &by.certificate).unwrap();
    let mut list: Vec<Attribute> = lawful.iter().cloned().collect();
    change(&mut list);
    let attributes: SignedAttributes = SetOfVec::try_from(list).unwrap();
    let value = by.sign(&attributes.to_der().unwrap());
    signed_data(SignatureAlgorithm::Ed25519, attributes, &value, &by.certificate, &[], None).unwrap()
}

/// A lawful CMS but for the order of two signed attributes, which DER sorts.
pub fn cms_unsorted(by: &Identity, digest: &[u8]) -> Vec<u8> {
    let attributes = signed_attributes(SignatureAlgorithm::Ed25519, digest, &by.certificate).unwrap();
    let [first, second] = [0, 1].map(|index| attributes.get(index).unwrap().to_der().unwrap());
    let cms = cms(by, digest);
    let place = pdf::find(&cms, &[first.as_slice(), &second].concat());
    pdf::splice(&cms, place, &[second, first].concat())
}

/// A CMS that is changed after it was signed.
pub fn cms_changed(by: &Identity, digest: &[u8], change: impl Fn(&mut SignedData)) -> Vec<u8> {
    let info = ContentInfo::from_der(&cms(by, digest)).unwrap();
    let mut signed = SignedData::from_der(&info.content.to_der().unwrap()).unwrap();
    change(&mut signed);
    let content = Any::from_der(&signed.to_der().unwrap()).unwrap();
    ContentInfo { content_type: info.content_type, content }.to_der().unwrap()
}

/// Puts `certificates` in the place of those that the CMS has.
pub fn set_certificates(signed: &mut SignedData, certificates: &[&Certificate]) {
    let choices: Vec<CertificateChoices> =
        certificates.iter().map(|known| CertificateChoices::Certificate((*known).clone())).collect();
    signed.certificates = Some(CertificateSet(SetOfVec::try_from(choices).unwrap()));
}

/// The value of a message-digest attribute.
pub fn octets(bytes: &[u8]) -> Any {
    Any::from_der(&OctetString::new(bytes).unwrap().to_der().unwrap()).unwrap()
}
