//! Keys made of passphrases as in RFC 7292, appendix B.2: for the MAC of every file, and for what old ones encrypt.

use der::asn1::BmpString;
use hmac::digest::Digest;
use hmac::digest::block_api::BlockSizeUser;
use zeroize::Zeroizing;

/// What a derived key is for: the byte of appendix B.3.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Encryption = 1,
    InitializationVector = 2,
    Mac = 3,
}

/// A key of `length` bytes.
///
/// # Errors
/// The passphrase has characters beyond the Basic Multilingual Plane.
pub(super) fn derive<D: Digest + BlockSizeUser>(
    passphrase: &str,
    salt: &[u8],
    purpose: Purpose,
    rounds: u32,
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, der::Error> {
    let mut password = Zeroizing::new(Vec::from(BmpString::from_utf8(passphrase)?.into_bytes()));
    password.extend([0, 0]);

    let block = D::block_size();
    let filled = |bytes: &[u8]| {
        let whole = bytes.len().next_multiple_of(block);
        Zeroizing::new(bytes.iter().copied().cycle().take(whole).collect::<Vec<u8>>())
    };
    let mut input = Zeroizing::new([filled(salt).as_slice(), filled(&password).as_slice()].concat());

    let mut key = Zeroizing::new(Vec::with_capacity(length + <D as Digest>::output_size()));
    while key.len() < length {
        let mut hash = D::new().chain_update(vec![purpose as u8; block]).chain_update(&*input).finalize();
        for _ in 1..rounds {
            hash = D::digest(&hash);
        }
        key.extend_from_slice(&hash);
        // Each block becomes the sum of itself, the hash filled up to its length, and one.
        let added = Zeroizing::new(hash.iter().copied().cycle().take(block).collect::<Vec<u8>>());
        for chunk in input.chunks_mut(block) {
            let mut carry = 1;
            for (byte, added) in chunk.iter_mut().zip(&*added).rev() {
                [carry, *byte] = (u16::from(carry) + u16::from(*byte) + u16::from(*added)).to_be_bytes();
            }
        }
    }
    key.truncate(length);
    Ok(key)
}

#[cfg(test)]
mod tests {
    use sha1::Sha1;
    use sha2::{Sha256, Sha384, Sha512};

    use super::*;
    use crate::hex;

    const PASSPHRASE: &str = "ge@äheim";
    const SALT: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

    fn hexadecimal<D: Digest + BlockSizeUser>(purpose: Purpose, rounds: u32, length: usize) -> String {
        hex::lower(&derive::<D>(PASSPHRASE, &SALT, purpose, rounds, length).unwrap())
    }

    /// What `openssl kdf … PKCS12KDF` gives (OpenSSL 3.0).
    #[test]
    fn keys_are_those_of_openssl() {
        use Purpose::{Encryption, InitializationVector, Mac};
        for (found, expected) in [
            (hexadecimal::<Sha1>(Encryption, 2048, 24), "85a8e03af32758f0b29e2c7ab4fd57bf5413072dcbe8bab8"),
            (hexadecimal::<Sha1>(InitializationVector, 2048, 8), "ebb9ba32718fff97"),
            (hexadecimal::<Sha1>(Mac, 1, 20), "15d208d7e5e340fd9917db1b09be5758083dc4ec"),
            (
                hexadecimal::<Sha256>(Encryption, 1000, 100),
                "2b95a0569b63f641fae1efca32e84db3699ab74540628ba66283b58cf5400527d8d0ebe2ccbf768c51c4d8fbd1bb156b\
                 e06c1c59cbb69e44052ffc37376fdb47b2de7f9e543de9d096d8e5474b220410ff1c5d8bb7e5bc0f61baeaa12fd0da1d\
                 7a970172",
            ),
            (
                hexadecimal::<Sha256>(Mac, 100, 32),
                "136355ed9434516682534f46d63956db5ff06b844702c2c1f3b46321e2524a4d",
            ),
            (
                hexadecimal::<Sha384>(Mac, 100, 48),
                "51cc6f569d8d9037058028f10ebd5add8661e3b6f398598a7a414e7fdbdc3378ca52e875168712612a5b4bf2e2f7c3c4",
            ),
            (
                hexadecimal::<Sha512>(Encryption, 100, 32),
                "b14a9f01bfd9dce4c9d66d2fe9937e5fd9f1afa59e370a6fa4fc81c1cc8ec8ee",
            ),
        ] {
            assert_eq!(found, expected);
        }
        let empty = derive::<Sha1>("", &[], Mac, 3, 20).unwrap();
        assert_eq!(hex::lower(&empty), "4a4214053092b2de81e1d0a5693a8eb053d7dc77");
    }

    #[test]
    fn characters_that_the_form_can_not_have_are_refused() {
        assert!(derive::<Sha256>("🔥", &SALT, Purpose::Mac, 1, 32).is_err());
    }
}
