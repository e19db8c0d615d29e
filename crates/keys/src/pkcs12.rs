//! PKCS#12 files (RFC 7292): a private key with its certificates, as other programs and authorities hand it out.

mod derivation;
mod opener;
mod structure;

use cms::encrypted_data::EncryptedData;
use const_oid::db::{rfc5911, rfc6268};
use der::asn1::OctetString;
use der::{Decode, Encode};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::error::KeyError;
use super::private::PrivateKey;
use crate::certificate::Certificate;
pub use crate::pkcs12_error::Pkcs12Error;
use opener::Opener;
use structure::{
    AuthenticatedSafe, CERT_BAG, CertBag, EncryptedPrivateKeyInfo, KEY_BAG, Pfx, SHROUDED_KEY_BAG, SafeBag,
    SafeContents, X509_CERTIFICATE,
};

/// The version of PKCS#12 that there is.
const VERSION: u8 = 3;

/// What was found in a file.
#[derive(Default)]
struct Contents {
    /// PKCS#8 in DER.
    keys: Vec<Zeroizing<Vec<u8>>>,
    certificates: Vec<Certificate>,
}

/// The key in the file `bytes` that `passphrase` opens, its certificate, and those that lead to its root.
///
/// # Errors
/// The passphrase is wrong, the file is not PKCS#12, or it holds no key with its certificate, or one of another
/// kind.
pub fn open(bytes: &[u8], passphrase: &SecretString) -> Result<(PrivateKey, Vec<Certificate>), KeyError> {
    let Contents { mut keys, certificates } = read(bytes, passphrase)?;
    let key = keys.pop().ok_or(Pkcs12Error::NoKey)?;
    if !keys.is_empty() {
        return Err(Pkcs12Error::SeveralKeys.into());
    }
    let key = PrivateKey::from_pkcs8_der(&key)?;
    let public = key.public_key_info()?;
    let own = |certificate: &Certificate| *certificate.tbs_certificate().subject_public_key_info() == public;
    let chain = chain(certificates, own).ok_or(Pkcs12Error::NoCertificate)?;
    Ok((key, chain))
}

/// The certificate that is the key's `own`, and those that lead to its root.
fn chain(mut certificates: Vec<Certificate>, own: impl Fn(&Certificate) -> bool) -> Option<Vec<Certificate>> {
    let mut chain: Vec<Certificate> = Vec::new();
    let mut next = certificates.iter().position(own);
    // Each is taken once, whoever vouches for whom.
    while let Some(place) = next {
        let certificate = certificates.swap_remove(place);
        let issuer = certificate.tbs_certificate().issuer();
        next = certificates.iter().position(|other| other.tbs_certificate().subject() == issuer);
        chain.push(certificate);
    }
    (!chain.is_empty()).then_some(chain)
}

fn read(bytes: &[u8], passphrase: &SecretString) -> Result<Contents, Pkcs12Error> {
    let file = Pfx::from_der(bytes)?;
    if file.version != VERSION {
        return Err(Pkcs12Error::Structure);
    }
    if file.safes.content_type != rfc5911::ID_DATA {
        return Err(Pkcs12Error::Unsupported(file.safes.content_type.to_string()));
    }
    let safes = file.safes.content.decode_as::<OctetString>()?;
    let mut opener = Opener::new(passphrase);
    if let Some(mac) = &file.mac {
        opener.check(mac, safes.as_bytes())?;
    }
    let mut contents = Contents::default();
    for safe in AuthenticatedSafe::from_der(safes.as_bytes())? {
        let bags = match safe.content_type {
            rfc5911::ID_DATA => Zeroizing::new(safe.content.decode_as::<OctetString>()?.as_bytes().to_vec()),
            rfc6268::ID_ENCRYPTED_DATA => {
                let data = safe.content.decode_as::<EncryptedData>()?.enc_content_info;
                let sealed = data.encrypted_content.ok_or(Pkcs12Error::Structure)?;
                opener.decrypt(&data.content_enc_alg, sealed.as_bytes())?
            }
            other => return Err(Pkcs12Error::Unsupported(other.to_string())),
        };
        for bag in SafeContents::from_der(&bags)? {
            take(&bag, &mut opener, &mut contents)?;
        }
    }
    Ok(contents)
}

/// Takes what is in `bag`, where it is a key or certificate.
fn take(bag: &SafeBag, opener: &mut Opener<'_>, contents: &mut Contents) -> Result<(), Pkcs12Error> {
    match bag.kind {
        KEY_BAG => contents.keys.push(Zeroizing::new(bag.value.to_der()?)),
        SHROUDED_KEY_BAG => {
            let sealed: EncryptedPrivateKeyInfo = bag.value.decode_as()?;
            contents.keys.push(opener.decrypt(&sealed.algorithm, sealed.encrypted.as_bytes())?);
        }
        CERT_BAG => {
            let bag: CertBag = bag.value.decode_as()?;
            if bag.kind == X509_CERTIFICATE {
                contents.certificates.push(Certificate::from_der(bag.value.as_bytes())?);
            }
        }
        _ => {}
    }
    Ok(())
}
