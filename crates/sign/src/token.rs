//! Signing with a token or HSM (PKCS#11): the key never leaves it.

use std::path::{Path, PathBuf};

use const_oid::db::{rfc5912, rfc8410};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::RvError;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use der::asn1::{Any, BitString, OctetString, Uint};
use der::{Decode, Encode};
use secrecy::{ExposeSecret, SecretString};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use time::OffsetDateTime;

use crate::certificate::moment;
use crate::cms::{RsaPublicKey, SignatureAlgorithm};
use crate::error::{SignError, WrongValue};
use crate::explain::{Explain, Refusal};
use crate::keys::Certificate;
use crate::lang::Message;
use crate::message;
use crate::signer::{Signer, algorithm_of, check_certificate};

/// The length of a point of Ed25519, in bytes (RFC 8032).
const ED25519_POINT: usize = 32;

/// Which token, and which key on it.
#[derive(Debug, Clone, Default)]
pub struct TokenChoice {
    /// The PKCS#11 module of the token's maker, a shared library.
    pub module: PathBuf,
    /// The token's label; needed where several are plugged in.
    pub token: Option<String>,
    /// The key's label; needed where the token has several.
    pub key: Option<String>,
}

/// A key in a token, with a session that is logged in.
pub struct TokenKey {
    session: Session,
    key: ObjectHandle,
    label: String,
    public: SubjectPublicKeyInfoOwned,
    algorithm: SignatureAlgorithm,
}

/// A key in a token, with its certificate.
pub struct TokenSigner {
    key: TokenKey,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

/// Why a token can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum TokenError {
    /// The module can't be loaded.
    Module {
        /// The module.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// There is not exactly one token that is meant; the labels of those that there are.
    Token(Vec<String>),
    /// There is not exactly one key that is meant; the labels of those that there are.
    Key(Vec<String>),
    /// The PIN is not the token's.
    Pin,
    /// The PIN was wrong too often, or has expired: it has to be set anew with the maker's program.
    PinLocked(String),
    /// The token was pulled.
    Gone,
    /// The key wants its PIN for every signature (CKA_ALWAYS_AUTHENTICATE), which is not supported.
    PinEachTime(String),
    /// The token has no certificate for the key, and none was given.
    NoCertificate(String),
    /// The token does not show the key's public half.
    NoPublicKey(String),
    /// A structure could not be encoded.
    Encoding(#[from] der::Error),
    /// The token refused something else.
    Refused(#[from] cryptoki::error::Error),
    /// The certificate or key does not fit.
    Sign(#[from] SignError),
}

impl Explain for TokenError {
    fn words(&self) -> Message {
        match self {
            TokenError::Module { path, cause } => {
                let path = path.display();
                message!(
                    "{path}: không phải mô-đun PKCS#11: {cause}",
                    "{path}: not a PKCS#11 module: {cause}"
                )
            }
            TokenError::Token(found) if found.is_empty() => message!(
                "mô-đun PKCS#11 không thấy thiết bị nào: hãy cắm thiết bị",
                "the PKCS#11 module sees no token: plug it in"
            ),
            TokenError::Token(found) => {
                let found = found.join(", ");
                message!("hãy chọn thiết bị; đang có: {found}", "choose the token; there is: {found}")
            }
            TokenError::Key(found) if found.is_empty() => {
                message!("thiết bị không có khóa nào để ký", "the token has no key that signs")
            }
            TokenError::Key(found) => {
                let found = found.join(", ");
                message!("hãy chọn khóa; thiết bị có: {found}", "choose the key; the token has: {found}")
            }
            TokenError::Pin => message!(
                "sai mã PIN của thiết bị; sai quá nhiều lần thì mã bị khóa",
                "the token's PIN is wrong; after too many wrong ones it is locked"
            ),
            TokenError::PinLocked(reason) => message!(
                "mã PIN đã bị khóa hoặc hết hạn ({reason}); hãy đặt lại bằng phần mềm của nhà cung cấp thiết bị",
                "the PIN is locked or has expired ({reason}); set it anew with the program of the token's maker"
            ),
            TokenError::Gone => {
                message!("thiết bị không còn đó: hãy cắm lại", "the token is gone: plug it in again")
            }
            TokenError::PinEachTime(label) => message!(
                "khóa “{label}” đòi mã PIN cho từng chữ ký (CKA_ALWAYS_AUTHENTICATE), chưa được hỗ trợ",
                "the key “{label}” wants its PIN for every signature (CKA_ALWAYS_AUTHENTICATE), which is not supported"
            ),
            TokenError::NoCertificate(label) => message!(
                "thiết bị không có chứng thư của khóa “{label}”",
                "the token has no certificate of the key “{label}”"
            ),
            TokenError::NoPublicKey(label) => message!(
                "thiết bị không cho thấy khóa công khai “{label}”",
                "the token shows no public key “{label}”"
            ),
            TokenError::Encoding(cause) => message!(
                "không đọc được khóa trong thiết bị: {cause}",
                "a key of the token can't be read: {cause}"
            ),
            TokenError::Refused(cause) => {
                message!("thiết bị từ chối: {cause}", "the token refused: {cause}")
            }
            TokenError::Sign(cause) => cause.words(),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            TokenError::Sign(cause) => cause.kind(),
            TokenError::Module { .. }
            | TokenError::Token(_)
            | TokenError::Key(_)
            | TokenError::Pin
            | TokenError::PinLocked(_)
            | TokenError::Gone
            | TokenError::PinEachTime(_)
            | TokenError::NoCertificate(_)
            | TokenError::NoPublicKey(_)
            | TokenError::Encoding(_)
            | TokenError::Refused(_) => Refusal::Key,
        }
    }
}

impl TokenKey {
    /// Logs in with `pin` and finds the key of `choice`.
    ///
    /// # Errors
    /// There is no such token or key, the PIN is wrong, or the key is of another kind.
    pub fn open(choice: &TokenChoice, pin: &SecretString) -> Result<TokenKey, TokenError> {
        let session = connect(&choice.module, choice.token.as_deref())?;
        session.login(UserType::User, Some(&AuthPin::from(pin.expose_secret()))).map_err(refused_pin)?;
        let found = find_key(&session, choice.key.as_deref())?;
        if found.pin_each_time {
            return Err(TokenError::PinEachTime(found.label));
        }
        let public = match public_key(&session, &found)? {
            Some(public) => public,
            // Some tokens keep the certificate alone.
            None => {
                let certificates = match found.identifier.as_slice() {
                    [] => Vec::new(),
                    identifier => certificates(&session, identifier)?,
                };
                let first =
                    certificates.first().ok_or_else(|| TokenError::NoPublicKey(found.label.clone()))?;
                first.tbs_certificate().subject_public_key_info().clone()
            }
        };
        let algorithm = algorithm_of(&public)?;
        Ok(TokenKey { session, key: found.handle, label: found.label, public, algorithm })
    }

    /// What certificates hold of the key.
    pub fn public_key_info(&self) -> &SubjectPublicKeyInfoOwned {
        &self.public
    }

    /// How it signs.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The signature value of `message`, as certificates and CMS have it.
    ///
    /// # Errors
    /// The token refuses.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let refused = |cause: cryptoki::error::Error| SignError::Refused(short(&cause));
        // Of ECDSA and RSA every token does the bare operation; not every one digests as well.
        let digest = self.algorithm.digest().digest(message);
        match self.algorithm {
            SignatureAlgorithm::Ed25519 => {
                let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
                self.session.sign(&mechanism, self.key, message).map_err(refused)
            }
            SignatureAlgorithm::EcdsaP256 => {
                let value = self.session.sign(&Mechanism::Ecdsa, self.key, &digest).map_err(refused)?;
                let value = p256::ecdsa::Signature::from_slice(&value);
                value.map(|value| value.to_der().as_bytes().to_vec()).map_err(|_| wrong())
            }
            SignatureAlgorithm::EcdsaP384 => {
                let value = self.session.sign(&Mechanism::Ecdsa, self.key, &digest).map_err(refused)?;
                let value = p384::ecdsa::Signature::from_slice(&value);
                value.map(|value| value.to_der().as_bytes().to_vec()).map_err(|_| wrong())
            }
            SignatureAlgorithm::RsaPss { .. } => {
                let parameters = PkcsPssParams {
                    hash_alg: MechanismType::SHA256,
                    mgf: PkcsMgfType::MGF1_SHA256,
                    s_len: 32.into(),
                };
                self.session.sign(&Mechanism::RsaPkcsPss(parameters), self.key, &digest).map_err(refused)
            }
        }
    }
}

impl TokenSigner {
    /// Takes `key` to sign at `time`. The certificate is the token's, unless one is `given`, followed by those
    /// that lead to its root. Of several in the token it is the one that is valid at `time` and ends last.
    ///
    /// # Errors
    /// There is no certificate, it is not the key's, or it is not for signing at `time`.
    pub fn new(
        key: TokenKey,
        given: Vec<Certificate>,
        time: OffsetDateTime,
    ) -> Result<TokenSigner, TokenError> {
        let mut certificates = given;
        if certificates.is_empty() {
            certificates = chain(self::certificates(&key.session, &[])?, &key.public, time);
        }
        if certificates.is_empty() {
            return Err(TokenError::NoCertificate(key.label));
        }
        let certificate = certificates.remove(0);
        if *certificate.tbs_certificate().subject_public_key_info() != key.public {
            return Err(SignError::KeyMismatch.into());
        }
        check_certificate(&certificate, time)?;
        Ok(TokenSigner { key, certificate, chain: certificates })
    }
}

impl Signer for TokenSigner {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.key.sign(message)
    }
}

fn wrong() -> SignError {
    WrongValue::Numbers.into()
}

/// Why the token refuses to log in.
fn refused_pin(cause: cryptoki::error::Error) -> TokenError {
    let cryptoki::error::Error::Pkcs11(code, _) = &cause else {
        return TokenError::Refused(cause);
    };
    match code {
        RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => TokenError::Pin,
        RvError::PinLocked | RvError::PinExpired => TokenError::PinLocked(format!("{code:?}")),
        RvError::TokenNotPresent | RvError::DeviceRemoved | RvError::DeviceError => TokenError::Gone,
        _ => TokenError::Refused(cause),
    }
}

/// The name of what went wrong; PKCS#11 has whole paragraphs for it.
fn short(cause: &cryptoki::error::Error) -> String {
    match cause {
        cryptoki::error::Error::Pkcs11(code, function) => format!("{function:?}: {code:?}"),
        other => other.to_string(),
    }
}

/// Opens a session with the token that is meant.
fn connect(module: &Path, label: Option<&str>) -> Result<Session, TokenError> {
    let failed = |cause: cryptoki::error::Error| TokenError::Module {
        path: module.to_owned(),
        cause: cause.to_string(),
    };
    let context = Pkcs11::new(module).map_err(failed)?;
    context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).map_err(failed)?;
    let mut fitting = Vec::new();
    let mut found = Vec::new();
    for slot in context.get_slots_with_initialized_token()? {
        let known = context.get_token_info(slot)?.label().trim().to_owned();
        if label.is_none_or(|label| label == known) {
            fitting.push(slot);
        }
        found.push(known);
    }
    match fitting.as_slice() {
        [slot] => Ok(context.open_ro_session(*slot)?),
        _ => Err(TokenError::Token(found)),
    }
}

/// A private key in the token.
struct Found {
    handle: ObjectHandle,
    label: String,
    identifier: Vec<u8>,
    pin_each_time: bool,
}

/// The private key that is meant.
fn find_key(session: &Session, wanted: Option<&str>) -> Result<Found, TokenError> {
    let template = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Sign(true)];
    let attributes = [AttributeType::Label, AttributeType::Id, AttributeType::AlwaysAuthenticate];
    let mut fitting = Vec::new();
    let mut labels = Vec::new();
    for handle in session.find_objects(&template)? {
        let mut found = Found { handle, label: String::new(), identifier: Vec::new(), pin_each_time: false };
        for attribute in session.get_attributes(handle, &attributes)? {
            match attribute {
                Attribute::Label(bytes) => found.label = String::from_utf8_lossy(&bytes).into_owned(),
                Attribute::Id(bytes) => found.identifier = bytes,
                Attribute::AlwaysAuthenticate(always) => found.pin_each_time = always,
                _ => {}
            }
        }
        labels.push(found.label.clone());
        if wanted.is_none_or(|wanted| wanted == found.label) {
            fitting.push(found);
        }
    }
    match fitting.pop() {
        Some(only) if fitting.is_empty() => Ok(only),
        _ => {
            labels.sort();
            Err(TokenError::Key(labels))
        }
    }
}

/// The certificates with `identifier` (PKCS#11 §4.6.3); all where it is empty.
fn certificates(session: &Session, identifier: &[u8]) -> Result<Vec<Certificate>, TokenError> {
    let mut template = vec![Attribute::Class(ObjectClass::CERTIFICATE)];
    if !identifier.is_empty() {
        template.push(Attribute::Id(identifier.to_vec()));
    }
    let mut certificates = Vec::new();
    for object in session.find_objects(&template)? {
        for attribute in session.get_attributes(object, &[AttributeType::Value])? {
            if let Attribute::Value(der) = attribute
                && let Ok(certificate) = Certificate::from_der(&der)
            {
                certificates.push(certificate);
            }
        }
    }
    Ok(certificates)
}

/// The certificate of the key `public` among `certificates`, and those that lead from it to its root. Of several it
/// is the one that is valid at `time` and ends last: an old one stays in the token when a new one comes.
fn chain(
    mut certificates: Vec<Certificate>,
    public: &SubjectPublicKeyInfoOwned,
    time: OffsetDateTime,
) -> Vec<Certificate> {
    let own = |certificate: &Certificate| certificate.tbs_certificate().subject_public_key_info() == public;
    let until = |certificate: &Certificate| moment(&certificate.tbs_certificate().validity().not_after);
    let best = certificates.iter().enumerate().filter(|(_, certificate)| own(certificate));
    let best = best
        .max_by_key(|(_, certificate)| (check_certificate(certificate, time).is_ok(), until(certificate)));
    let mut next = best.map(|(place, _)| place);
    let mut chain = Vec::new();
    // Each is taken once, whoever vouches for whom.
    while let Some(place) = next {
        let certificate = certificates.swap_remove(place);
        let tbs = certificate.tbs_certificate();
        next = certificates.iter().position(|other| {
            other.tbs_certificate().subject() == tbs.issuer() && tbs.issuer() != tbs.subject()
        });
        chain.push(certificate);
    }
    chain
}

/// The public half of a private key, as certificates have it.
fn public_key(session: &Session, of: &Found) -> Result<Option<SubjectPublicKeyInfoOwned>, TokenError> {
    // The identifier ties the two together; where the maker gave none, or one to several, the label does.
    let class = Attribute::Class(ObjectClass::PUBLIC_KEY);
    let label = Attribute::Label(of.label.clone().into_bytes());
    let both = [class.clone(), Attribute::Id(of.identifier.clone()), label];
    let [_, identifier, _] = &both;
    let mut objects = session.find_objects(&both)?;
    if objects.is_empty() && !of.identifier.is_empty() {
        objects = session.find_objects(&[class, identifier.clone()])?;
    }
    let [object] = objects.as_slice() else {
        return Ok(None);
    };
    let wanted = [
        AttributeType::KeyType,
        AttributeType::EcParams,
        AttributeType::EcPoint,
        AttributeType::Modulus,
        AttributeType::PublicExponent,
    ];
    let (mut kind, mut curve, mut point) = (None, Vec::new(), Vec::new());
    let (mut modulus, mut exponent) = (Vec::new(), Vec::new());
    for attribute in session.get_attributes(*object, &wanted)? {
        match attribute {
            Attribute::KeyType(known) => kind = Some(known),
            Attribute::EcParams(bytes) => curve = bytes,
            Attribute::EcPoint(bytes) => point = bytes,
            Attribute::Modulus(bytes) => modulus = bytes,
            Attribute::PublicExponent(bytes) => exponent = bytes,
            _ => {}
        }
    }
    // The point stands in an OCTET STRING (PKCS#11 §6.3.3), or with some modules plainly.
    let point = OctetString::from_der(&point).map_or(point.clone(), |point| point.as_bytes().to_vec());
    let (oid, parameters, key) = match kind {
        // The other curve of this kind, Ed448, has longer points.
        Some(KeyType::EC_EDWARDS) if point.len() == ED25519_POINT => (rfc8410::ID_ED_25519, None, point),
        Some(KeyType::EC) => (rfc5912::ID_EC_PUBLIC_KEY, Some(Any::from_der(&curve)?), point),
        Some(KeyType::RSA) => {
            let key = RsaPublicKey { modulus: Uint::new(&modulus)?, exponent: Uint::new(&exponent)? };
            (rfc5912::RSA_ENCRYPTION, Some(Any::null()), key.to_der()?)
        }
        Some(kind) => return Err(SignError::Algorithm(format!("{kind:?}")).into()),
        None => return Ok(None),
    };
    Ok(Some(SubjectPublicKeyInfoOwned {
        algorithm: AlgorithmIdentifierOwned { oid, parameters },
        subject_public_key: BitString::from_bytes(&key)?,
    }))
}

#[cfg(test)]
mod tests {
    use cryptoki::context::Function;
    use cryptoki::error::Error;

    use super::*;

    #[test]
    fn why_a_login_fails_is_told_apart() {
        // SoftHSM never locks a PIN, so that no test from outside can.
        let refused = |code| refused_pin(Error::Pkcs11(code, Function::Login));
        assert!(matches!(refused(RvError::PinIncorrect), TokenError::Pin));
        assert!(matches!(refused(RvError::PinLenRange), TokenError::Pin));
        assert!(matches!(refused(RvError::PinLocked), TokenError::PinLocked(_)));
        assert!(matches!(refused(RvError::PinExpired), TokenError::PinLocked(_)));
        assert!(matches!(refused(RvError::DeviceRemoved), TokenError::Gone));
        assert!(matches!(refused(RvError::FunctionFailed), TokenError::Refused(_)));
    }
}
