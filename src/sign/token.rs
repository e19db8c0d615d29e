//! Signing with a token or HSM (PKCS#11): the key never leaves it.

use std::path::{Path, PathBuf};

use const_oid::db::{rfc5912, rfc8410};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
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

use super::{SignError, Signer, algorithm_of, check_certificate};
use crate::cms::{RsaPublicKey, SignatureAlgorithm};
use crate::keys::Certificate;

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
    identifier: Vec<u8>,
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
#[non_exhaustive]
pub enum TokenError {
    /// The module can't be loaded.
    #[error("{}: not a PKCS#11 module: {cause}", path.display())]
    Module {
        /// The module.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// There is not exactly one that is meant.
    #[error("{} {what}s fit; there is: {}", .found.len(), .found.join(", "))]
    Choice {
        /// Of what: `token`, `key`.
        what: &'static str,
        /// The labels of those that there are.
        found: Vec<String>,
    },
    /// The PIN is wrong, or locked.
    #[error("the token refuses the PIN: {0}")]
    Pin(String),
    /// The token has no certificate for the key, and none was given.
    #[error("the token holds no certificate for the key \"{0}\"")]
    NoCertificate(String),
    /// The token does not show the key's public half.
    #[error("the token shows no public key \"{0}\"")]
    NoPublicKey(String),
    /// A structure could not be encoded.
    #[error("a key of the token can't be read: {0}")]
    Encoding(#[from] der::Error),
    /// The token refused something else.
    #[error("the token refused: {0}")]
    Refused(#[from] cryptoki::error::Error),
    /// The certificate or key does not fit.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl TokenKey {
    /// Logs in with `pin` and finds the key of `choice`.
    ///
    /// # Errors
    /// There is no such token or key, the PIN is wrong, or the key is of another kind.
    pub fn open(choice: &TokenChoice, pin: &SecretString) -> Result<TokenKey, TokenError> {
        let session = connect(&choice.module, choice.token.as_deref())?;
        session.login(UserType::User, Some(&AuthPin::from(pin.expose_secret()))).map_err(
            |cause| match cause {
                cryptoki::error::Error::Pkcs11(code, _) => TokenError::Pin(code.to_string()),
                other => TokenError::Refused(other),
            },
        )?;
        let (key, label, identifier) = find_key(&session, choice.key.as_deref())?;
        let public =
            public_key(&session, &identifier)?.ok_or_else(|| TokenError::NoPublicKey(label.clone()))?;
        let algorithm = algorithm_of(&public)?;
        Ok(TokenKey { session, key, label, identifier, public, algorithm })
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
        let refused = |cause: cryptoki::error::Error| SignError::Refused(cause.to_string());
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
    /// that lead to its root.
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
            certificates.extend(certificate_of(&key.session, &key.identifier)?);
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
    SignError::WrongValue("the token gave no pair of numbers")
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
        _ => Err(TokenError::Choice { what: "token", found }),
    }
}

/// The private key that is meant, with its label and identifier.
fn find_key(session: &Session, wanted: Option<&str>) -> Result<(ObjectHandle, String, Vec<u8>), TokenError> {
    let template = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Sign(true)];
    let mut fitting = Vec::new();
    let mut found = Vec::new();
    for key in session.find_objects(&template)? {
        let (mut label, mut identifier) = (String::new(), Vec::new());
        for attribute in session.get_attributes(key, &[AttributeType::Label, AttributeType::Id])? {
            match attribute {
                Attribute::Label(bytes) => label = String::from_utf8_lossy(&bytes).into_owned(),
                Attribute::Id(bytes) => identifier = bytes,
                _ => {}
            }
        }
        found.push(label.clone());
        if wanted.is_none_or(|wanted| wanted == label) {
            fitting.push((key, label, identifier));
        }
    }
    match fitting.pop() {
        Some(only) if fitting.is_empty() => Ok(only),
        _ => Err(TokenError::Choice { what: "key", found }),
    }
}

/// The certificate with the key's identifier (PKCS#11 §4.6.3).
fn certificate_of(session: &Session, identifier: &[u8]) -> Result<Option<Certificate>, TokenError> {
    let template = [Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Id(identifier.to_vec())];
    for object in session.find_objects(&template)? {
        for attribute in session.get_attributes(object, &[AttributeType::Value])? {
            if let Attribute::Value(der) = attribute
                && let Ok(certificate) = Certificate::from_der(&der)
            {
                return Ok(Some(certificate));
            }
        }
    }
    Ok(None)
}

/// The public key with the identifier of a private one, as certificates have it.
fn public_key(session: &Session, identifier: &[u8]) -> Result<Option<SubjectPublicKeyInfoOwned>, TokenError> {
    let template = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(identifier.to_vec())];
    let Some(object) = session.find_objects(&template)?.pop() else {
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
    for attribute in session.get_attributes(object, &wanted)? {
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
        Some(KeyType::EC_EDWARDS) => (rfc8410::ID_ED_25519, None, point),
        Some(KeyType::EC) => (rfc5912::ID_EC_PUBLIC_KEY, Some(Any::from_der(&curve)?), point),
        Some(KeyType::RSA) => {
            let key = RsaPublicKey { modulus: Uint::new(&modulus)?, exponent: Uint::new(&exponent)? };
            (rfc5912::RSA_ENCRYPTION, Some(Any::null()), key.to_der()?)
        }
        _ => return Ok(None),
    };
    Ok(Some(SubjectPublicKeyInfoOwned {
        algorithm: AlgorithmIdentifierOwned { oid, parameters },
        subject_public_key: BitString::from_bytes(&key)?,
    }))
}
