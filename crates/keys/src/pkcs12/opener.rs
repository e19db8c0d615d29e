//! What a passphrase opens in a PKCS#12 file: PBES2 (RFC 8018 §6.2), and for old files the ways of RFC 7292,
//! appendices B and C. The arithmetic is RustCrypto's.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use const_oid::db::rfc5912;
use der::{Decode, Encode};
use hmac::digest::Digest;
use hmac::digest::block_api::{BlockSizeUser, EagerHash};
use hmac::{Hmac, Mac};
use pkcs8::pkcs5::pbes2::{Kdf, PBES2_OID, Parameters};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use super::derivation::{self, Purpose};
use super::structure::{MacData, PbeParameters, RC2_40, TRIPLE_DES};
use crate::pkcs12_error::Pkcs12Error;

/// The most rounds of key derivation for one file: some seconds. Programs take from 2,048 to 600,000.
const MAX_ROUNDS: u64 = 10_000_000;
/// The most memory for one derivation by scrypt, in bytes.
const MAX_SCRYPT: u64 = 64 << 20;

/// A passphrase, and how much work may still be done with it.
pub(super) struct Opener<'a> {
    passphrase: &'a SecretString,
    rounds: u64,
}

impl<'a> Opener<'a> {
    pub(super) fn new(passphrase: &'a SecretString) -> Opener<'a> {
        Opener { passphrase, rounds: MAX_ROUNDS }
    }

    /// Checks that the file's contents are what whoever knew the passphrase wrote (RFC 7292, appendix B.4).
    pub(super) fn check(&mut self, mac: &MacData, contents: &[u8]) -> Result<(), Pkcs12Error> {
        match mac.mac.algorithm.oid {
            rfc5912::ID_SHA_1 => self.check_with::<Sha1>(mac, contents),
            rfc5912::ID_SHA_256 => self.check_with::<Sha256>(mac, contents),
            rfc5912::ID_SHA_384 => self.check_with::<Sha384>(mac, contents),
            rfc5912::ID_SHA_512 => self.check_with::<Sha512>(mac, contents),
            other => Err(Pkcs12Error::Unsupported(other.to_string())),
        }
    }

    fn check_with<D: EagerHash + BlockSizeUser>(
        &mut self,
        mac: &MacData,
        contents: &[u8],
    ) -> Result<(), Pkcs12Error> {
        let length = <D as Digest>::output_size();
        let key = self.derive::<D>(mac.salt.as_bytes(), Purpose::Mac, mac.rounds, length)?;
        let mut hmac = Hmac::<D>::new_from_slice(&key).map_err(|_| Pkcs12Error::Structure)?;
        hmac.update(contents);
        hmac.verify_slice(mac.mac.digest.as_bytes()).map_err(|_| Pkcs12Error::Passphrase)
    }

    /// What is encrypted in `sealed`.
    pub(super) fn decrypt(
        &mut self,
        algorithm: &AlgorithmIdentifierOwned,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        let parameters = algorithm.parameters.as_ref().ok_or(Pkcs12Error::Structure)?.to_der()?;
        let unsupported = || Pkcs12Error::Unsupported(algorithm.oid.to_string());
        match algorithm.oid {
            PBES2_OID => {
                let scheme = Parameters::from_der(&parameters).map_err(|_| unsupported())?;
                self.spend(match &scheme.kdf {
                    Kdf::Pbkdf2(parameters) => u64::from(parameters.iteration_count),
                    Kdf::Scrypt(parameters) => {
                        let block = 128 * u64::from(parameters.block_size);
                        let memory = parameters.cost_parameter.saturating_mul(block);
                        if memory > MAX_SCRYPT || parameters.parallelization > 4 {
                            return Err(Pkcs12Error::Work);
                        }
                        0
                    }
                    _ => return Err(unsupported()),
                })?;
                let plain = scheme.decrypt(self.passphrase.expose_secret(), sealed);
                plain.map(Zeroizing::new).map_err(|_| Pkcs12Error::Passphrase)
            }
            TRIPLE_DES => self.decrypt_with::<des::TdesEde3>(&parameters, 24, sealed),
            RC2_40 => self.decrypt_with::<rc2::Rc2>(&parameters, 5, sealed),
            _ => Err(unsupported()),
        }
    }

    fn decrypt_with<C: BlockCipherDecrypt + KeyInit>(
        &mut self,
        parameters: &[u8],
        length: usize,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        let PbeParameters { salt, rounds } = PbeParameters::from_der(parameters)?;
        let mut derive = |purpose, length| self.derive::<Sha1>(salt.as_bytes(), purpose, rounds, length);
        let key = derive(Purpose::Encryption, length)?;
        let start = derive(Purpose::InitializationVector, C::block_size())?;
        let cipher =
            cbc::Decryptor::<C>::new_from_slices(&key, &start).map_err(|_| Pkcs12Error::Structure)?;
        cipher.decrypt_padded_vec::<Pkcs7>(sealed).map(Zeroizing::new).map_err(|_| Pkcs12Error::Passphrase)
    }

    fn derive<D: Digest + BlockSizeUser>(
        &mut self,
        salt: &[u8],
        purpose: Purpose,
        rounds: u32,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        self.spend(rounds.into())?;
        // A passphrase with characters that this form can't have is not the one of the file.
        derivation::derive::<D>(self.passphrase.expose_secret(), salt, purpose, rounds, length)
            .map_err(|_| Pkcs12Error::Passphrase)
    }

    fn spend(&mut self, rounds: u64) -> Result<(), Pkcs12Error> {
        self.rounds = self.rounds.checked_sub(rounds).ok_or(Pkcs12Error::Work)?;
        Ok(())
    }
}
