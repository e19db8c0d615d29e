//! Files of certificates and of requests for them, as authorities and applicants hand them out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use der::{Decode, DecodePem, Encode};
use x509_cert::request::CertReq;

use super::error::KeyError;
use super::issuing::CertificateRequest;
use crate::certificate::{Certificate, Subject};

/// How a certificate in DER begins.
const SEQUENCE: u8 = 0x30;
/// No certificate file is longer than this many bytes.
const MAX_FILE: u64 = 1 << 20;

/// Reads the file at `path`: one or more certificates in PEM, or one in DER, as authorities hand it out.
///
/// # Errors
/// It can't be read, or holds no certificate or something else.
pub fn read_certificates(path: &Path) -> Result<Vec<Certificate>, KeyError> {
    let disk = |cause| KeyError::Disk { path: path.to_owned(), cause };
    if fs::metadata(path).map_err(disk)?.len() > MAX_FILE {
        return Err(KeyError::NotACertificate(path.to_owned()));
    }
    let bytes = fs::read(path).map_err(disk)?;
    if bytes.first() == Some(&SEQUENCE) {
        let certificate = Certificate::from_der(&bytes);
        return certificate.map(|one| vec![one]).map_err(|_| KeyError::NotACertificate(path.to_owned()));
    }
    match Certificate::load_pem_chain(&bytes) {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(KeyError::NotACertificate(path.to_owned())),
    }
}

/// Reads the request in the file at `path` (PEM).
///
/// # Errors
/// It can't be read, or is no request.
pub fn read_request(path: &Path) -> Result<CertificateRequest, KeyError> {
    let disk = |cause| KeyError::Disk { path: path.to_owned(), cause };
    if fs::metadata(path).map_err(disk)?.len() > MAX_FILE {
        return Err(KeyError::NotARequest(path.to_owned()));
    }
    let request = CertReq::from_pem(fs::read(path).map_err(disk)?);
    let CertReq { info, algorithm, signature } =
        request.map_err(|_| KeyError::NotARequest(path.to_owned()))?;
    Ok(CertificateRequest {
        subject: Subject::of_name(&info.subject),
        signed: (info.to_der()?, signature.raw_bytes().to_vec()),
        algorithm,
        key: info.public_key,
    })
}

/// The files in `folder` whose names end with `ending`, by name; none where there is no such folder.
///
/// # Errors
/// The folder can't be read: what is in it is not known then.
pub fn files_in(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, KeyError> {
    let disk = |cause| KeyError::Disk { path: folder.to_owned(), cause };
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(disk)?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(disk)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|own| own == ending));
    paths.sort();
    Ok(paths)
}
