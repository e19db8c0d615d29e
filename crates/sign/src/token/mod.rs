//! Signing with a token or HSM (PKCS#11): the key never leaves it.

mod error;
mod module;
mod objects;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use cryptoki::error::Error;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectHandle;
use cryptoki::session::Session;
use secrecy::SecretString;
use spki::SubjectPublicKeyInfoOwned;
use time::OffsetDateTime;

use crate::cms::SignatureAlgorithm;
use crate::error::{SignError, WrongValue};
use crate::explain::Explain;
use crate::keys::Certificate;
use crate::signer::{Signer, algorithm_of, check_certificate};
use error::{is_lost, short};
use module::{Module, Running};
use objects::{Found, certificates, chain, find_key, public_key};

pub use error::TokenError;

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

/// A key in a token, with a session that is logged in. One that is lost, because the token was pulled or its server
/// restarted, is opened again when the key signs next.
pub struct TokenKey {
    module: Arc<Module>,
    choice: TokenChoice,
    label: String,
    public: SubjectPublicKeyInfoOwned,
    algorithm: SignatureAlgorithm,
    access: Mutex<Access>,
}

/// How a key is reached.
struct Access {
    /// Taken away when the token refuses it: tried again and again, it would be locked.
    pin: Option<SecretString>,
    open: Option<Open>,
}

/// A session with a token, in which the key has a number.
struct Open {
    module: Arc<Module>,
    session: Option<Session>,
    start: u64,
    key: ObjectHandle,
}

impl Open {
    /// Logs in and finds the key, and what there is to know of it.
    fn at(
        module: &Arc<Module>,
        running: &Running,
        choice: &TokenChoice,
        pin: &SecretString,
    ) -> Result<(Open, Found, SubjectPublicKeyInfoOwned), TokenError> {
        let session = running.log_in(choice.token.as_deref(), pin)?;
        let found = find_key(&session, choice.key.as_deref())?;
        let public = public_key(&session, &found)?;
        let (session, start) = (Some(session), module.start());
        Ok((Open { module: Arc::clone(module), session, start, key: found.handle }, found, public))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // The number of a session of an earlier start may be another's now, which is not to be closed.
        if self.module.start() != self.start
            && let Some(session) = self.session.take()
        {
            std::mem::forget(session);
        }
    }
}

/// Why the key could not sign now.
enum Refused {
    /// Its session is gone, or the token is not there.
    Lost(SignError),
    /// Something else.
    Final(SignError),
}

impl Refused {
    fn of(cause: &TokenError) -> Refused {
        let said = SignError::Refused(cause.words().en);
        match cause {
            TokenError::Token(_) | TokenError::Gone => Refused::Lost(said),
            TokenError::Refused(cause) if is_lost(cause) => Refused::Lost(said),
            _ => Refused::Final(said),
        }
    }
}

/// A key in a token, with its certificate.
pub struct TokenSigner {
    key: TokenKey,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl TokenKey {
    /// Logs in with `pin` and finds the key of `choice`.
    ///
    /// # Errors
    /// There is no such token or key, the PIN is wrong, or the key is of another kind.
    pub fn open(choice: &TokenChoice, pin: &SecretString) -> Result<TokenKey, TokenError> {
        let module = Module::at(&choice.module)?;
        let opened = Open::at(&module, &module.running(), choice, pin);
        let (open, found, public) = match opened {
            // What was plugged in since the module was started.
            Err(TokenError::Token(_)) => {
                module.restart(module.start())?;
                Open::at(&module, &module.running(), choice, pin)?
            }
            opened => opened?,
        };
        if found.pin_each_time {
            return Err(TokenError::PinEachTime(found.label));
        }
        let algorithm = algorithm_of(&public)?;
        let access = Mutex::new(Access { pin: Some(pin.clone()), open: Some(open) });
        Ok(TokenKey { module, choice: choice.clone(), label: found.label, public, algorithm, access })
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
    /// The token refuses, or is not there.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        // As it is; with a new session; with the module started anew.
        for again in [false, true] {
            let start = self.module.start();
            for _ in 0..2 {
                match self.try_to_sign(&mut access, message) {
                    Ok(value) => return Ok(value),
                    Err(Refused::Final(cause)) => return Err(cause),
                    Err(Refused::Lost(cause)) if again => {
                        access.open = None;
                        return Err(cause);
                    }
                    Err(Refused::Lost(_)) => access.open = None,
                }
            }
            self.module.restart(start).map_err(|cause| SignError::Refused(cause.words().en))?;
        }
        Err(SignError::Refused(TokenError::Gone.words().en))
    }

    fn try_to_sign(&self, access: &mut Access, message: &[u8]) -> Result<Vec<u8>, Refused> {
        let running = self.module.running();
        if access.open.as_ref().is_none_or(|open| open.start != self.module.start()) {
            access.open = None;
            access.open = Some(self.open_again(&running, access)?);
        }
        let open = access.open.as_ref();
        let open = open.and_then(|open| Some((open.session.as_ref()?, open.key)));
        let (session, key) = open.ok_or_else(|| Refused::of(&TokenError::Gone))?;
        self.sign_in(session, key, message)
    }

    fn open_again(&self, running: &Running, access: &mut Access) -> Result<Open, Refused> {
        let pin = access.pin.clone().ok_or_else(|| Refused::of(&TokenError::Pin))?;
        let (open, _, public) = Open::at(&self.module, running, &self.choice, &pin).map_err(|cause| {
            if matches!(cause, TokenError::Pin | TokenError::PinLocked(_)) {
                access.pin = None;
            }
            Refused::of(&cause)
        })?;
        if public != self.public {
            return Err(Refused::Final(SignError::KeyMismatch));
        }
        Ok(open)
    }

    fn sign_in(&self, session: &Session, key: ObjectHandle, message: &[u8]) -> Result<Vec<u8>, Refused> {
        let sign = |mechanism: &Mechanism<'_>, data: &[u8]| {
            session.sign(mechanism, key, data).map_err(|cause: Error| {
                let said = SignError::Refused(short(&cause));
                if is_lost(&cause) { Refused::Lost(said) } else { Refused::Final(said) }
            })
        };
        // Of ECDSA and RSA every token does the bare operation; not every one digests as well.
        let digest = self.algorithm.digest().digest(message);
        match self.algorithm {
            SignatureAlgorithm::Ed25519 => {
                sign(&Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519)), message)
            }
            SignatureAlgorithm::EcdsaP256 => {
                let value = p256::ecdsa::Signature::from_slice(&sign(&Mechanism::Ecdsa, &digest)?);
                value.map(|value| value.to_der().as_bytes().to_vec()).map_err(|_| wrong())
            }
            SignatureAlgorithm::EcdsaP384 => {
                let value = p384::ecdsa::Signature::from_slice(&sign(&Mechanism::Ecdsa, &digest)?);
                value.map(|value| value.to_der().as_bytes().to_vec()).map_err(|_| wrong())
            }
            SignatureAlgorithm::RsaPss { .. } => {
                let parameters = PkcsPssParams {
                    hash_alg: MechanismType::SHA256,
                    mgf: PkcsMgfType::MGF1_SHA256,
                    s_len: 32.into(),
                };
                sign(&Mechanism::RsaPkcsPss(parameters), &digest)
            }
        }
    }

    /// The certificates in the token.
    fn certificates(&self) -> Result<Vec<Certificate>, TokenError> {
        let access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        let _running = self.module.running();
        let open = access.open.as_ref().filter(|open| open.start == self.module.start());
        let session = open.and_then(|open| open.session.as_ref()).ok_or(TokenError::Gone)?;
        certificates(session, &[])
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
            certificates = chain(key.certificates()?, &key.public, time);
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

fn wrong() -> Refused {
    Refused::Final(WrongValue::Numbers.into())
}
