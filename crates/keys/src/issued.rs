//! What an office's roots have issued: every certificate is kept in the folder `issued` beside the keys, so that a key
//! can be revoked whatever became of the files that its certificates were handed out in.

use std::fs;
use std::io;
use std::path::Path;

use der::Encode;
use spki::SubjectPublicKeyInfoOwned;

use super::certificate_files::{files_in, read_certificates};
use super::error::KeyError;
use super::file::{self, Existing};
use crate::certificate::{Certificate, fingerprint, to_pem};
use crate::verify::signature_holds_as;

/// The folder in the folder of keys.
const FOLDER: &str = "issued";

/// Keeps `certificate` with those that were issued by roots in the folder `keys`: before it is handed out.
///
/// # Errors
/// The disk refuses.
pub fn keep(keys: &Path, certificate: &Certificate) -> Result<(), KeyError> {
    let folder = keys.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|cause| KeyError::Disk { path: folder.clone(), cause })?;
    let path = folder.join(format!("{}.crt", fingerprint(certificate)?));
    let pem = to_pem(std::slice::from_ref(certificate))?;
    match file::write(&path, pem.as_bytes(), Existing::Keep) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(KeyError::Disk { path, cause }),
        _ => Ok(()),
    }
}

/// The certificates of the public key `key` in the folder `keys`: those that were issued, and those that lie there.
///
/// # Errors
/// A file of certificates can't be read.
pub fn of_key(keys: &Path, key: &SubjectPublicKeyInfoOwned) -> Result<Vec<Certificate>, KeyError> {
    let mut found: Vec<Certificate> = Vec::new();
    for folder in [keys, &keys.join(FOLDER)] {
        for path in files_in(folder, "crt")? {
            for certificate in read_certificates(&path)? {
                if has_key(&certificate, key) && !found.contains(&certificate) {
                    found.push(certificate);
                }
            }
        }
    }
    Ok(found)
}

/// Whether `certificate` is of the public key `key`.
pub fn has_key(certificate: &Certificate, key: &SubjectPublicKeyInfoOwned) -> bool {
    let own = certificate.tbs_certificate().subject_public_key_info();
    // The same key may be spelled with and without parameters of its algorithm.
    own.algorithm.oid == key.algorithm.oid && own.subject_public_key == key.subject_public_key
}

/// Whether the key of `root` signed `certificate`, in its name.
pub fn is_by(certificate: &Certificate, root: &Certificate) -> bool {
    let (tbs, above) = (certificate.tbs_certificate(), root.tbs_certificate());
    tbs.issuer() == above.subject()
        && tbs.to_der().is_ok_and(|signed| {
            let value = certificate.signature().raw_bytes();
            let (key, algorithm) = (above.subject_public_key_info(), certificate.signature_algorithm());
            signature_holds_as(key, algorithm, &signed, value)
        })
}
