//! The file of an own root's revocation list. It is read, verified, extended and replaced as one step under a lock, and
//! what was published last is remembered beside it: a list that is gone, or an earlier one that is put back, would make
//! certificates good again that were revoked.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::certificate_files::{files_in, read_certificates};
use super::error::{KeyError, ListProblem};
use super::file::{Existing, Staged};
use super::private::PrivateKey;
use super::revocation_list::{self, Revocation, RevocationList};
use crate::certificate::Certificate;
use crate::hex;

/// No memory is longer than this many bytes: a number and a digest.
const MAX_MEMORY: u64 = 256;

/// The list of the root NAME in the folder of its keys: `NAME.crl`, beside it `NAME.crl.memory`.
#[derive(Debug, Clone)]
pub struct OwnList {
    path: PathBuf,
}

/// A list that was published.
#[derive(Debug)]
pub struct Published {
    /// What it says.
    pub list: RevocationList,
    /// How many of its certificates it revokes since this step, or since an earlier date.
    pub revoked: usize,
}

/// What is remembered of the list that was published last.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Memory {
    number: u64,
    /// SHA-256 of its DER, hexadecimal.
    sha256: String,
}

impl OwnList {
    /// The list of the root `name`, whose certificate is `NAME.crt` in `folder`.
    pub fn of(folder: &Path, name: &str) -> OwnList {
        OwnList { path: folder.join(format!("{name}.crl")) }
    }

    /// The lists of the roots whose keys are in `folder`, and those that something is remembered of.
    ///
    /// # Errors
    /// The folder can't be read.
    pub fn all(folder: &Path) -> Result<Vec<OwnList>, KeyError> {
        let mut own = Vec::new();
        for path in files_in(folder, "memory")? {
            // The register's memory lies there as well.
            let list = path.with_extension("");
            own.extend(
                list.extension().is_some_and(|ending| ending == "crl").then_some(OwnList { path: list }),
            );
        }
        for path in files_in(folder, "crl")? {
            let key = path.with_extension("key");
            let has_key = key.try_exists().map_err(|cause| KeyError::Disk { path: key, cause })?;
            if has_key && own.iter().all(|known| known.path != path) {
                own.push(OwnList { path });
            }
        }
        Ok(own)
    }

    /// As [`OwnList::read`], with the root that lies beside it.
    ///
    /// # Errors
    /// As there; or the root's certificate can't be read.
    pub fn read_by_root(&self) -> Result<Option<RevocationList>, KeyError> {
        let path = self.path.with_extension("crt");
        let root = read_certificates(&path)?.into_iter().next().ok_or(KeyError::NotACertificate(path))?;
        self.read(&root)
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The list that was published last, verified; `None` where none was.
    ///
    /// # Errors
    /// It is gone, damaged, older than what is remembered, or not signed by `root`.
    pub fn read(&self, root: &Certificate) -> Result<Option<RevocationList>, KeyError> {
        let (memory, list) = (self.memory()?, revocation_list::read(&self.path)?);
        let Some(list) = list else {
            return match memory {
                Some(Memory { number, .. }) => Err(self.problem(ListProblem::Missing { published: number })),
                None => Ok(None),
            };
        };
        if !revocation_list::is_by(&list, root) {
            return Err(self.problem(ListProblem::NotSigned));
        }
        if let Some(memory) = memory {
            let number = revocation_list::number(&list)?.unwrap_or(0);
            let published = memory.number;
            if number < published {
                return Err(self.problem(ListProblem::Older { number, published }));
            }
            // One that is newer was signed by the root and put in place when the program died.
            if number == published && memory != Memory::of(&list)? {
                return Err(self.problem(ListProblem::Other { number }));
            }
        }
        Ok(Some(list))
    }

    /// Publishes the list that follows the last one, with `revocation` in it: see [`revocation_list::follow`].
    ///
    /// # Errors
    /// As [`OwnList::read`] and [`revocation_list::follow`], or the disk refuses.
    pub fn publish(
        &self,
        (root, root_key): (&Certificate, &PrivateKey),
        revocation: Option<&Revocation<'_>>,
        now: OffsetDateTime,
        lifetime: Duration,
    ) -> Result<Published, KeyError> {
        let _lock = self.lock()?;
        let old = self.read(root)?;
        let (list, revoked) =
            revocation_list::follow(old.as_ref(), None, (root, root_key), revocation, now, lifetime)?;
        self.replace(list, revoked)
    }

    /// Publishes a list that goes on behind the last one, though that is gone or damaged: with what is in the file where
    /// the root signed it, and empty otherwise.
    ///
    /// # Errors
    /// As [`revocation_list::follow`]; or the file or the memory can't be read, or the disk refuses.
    pub fn recover(
        &self,
        (root, root_key): (&Certificate, &PrivateKey),
        now: OffsetDateTime,
        lifetime: Duration,
    ) -> Result<Published, KeyError> {
        let _lock = self.lock()?;
        let old = match revocation_list::read(&self.path) {
            Err(KeyError::NotAList(_)) => None,
            read => read?.filter(|list| revocation_list::is_by(list, root)),
        };
        let published = self.memory()?.map(|memory| memory.number);
        let (list, revoked) =
            revocation_list::follow(old.as_ref(), published, (root, root_key), None, now, lifetime)?;
        self.replace(list, revoked)
    }

    /// Puts `list` in place, and remembers it after: where the program dies in between, the list is newer than what is
    /// remembered, and signed.
    fn replace(&self, list: RevocationList, revoked: usize) -> Result<Published, KeyError> {
        let memory = Memory::of(&list)?;
        let path = self.memory_path();
        let text = format!("{} {}\n", memory.number, memory.sha256);
        let disk = |path: &Path, cause| KeyError::Disk { path: path.to_owned(), cause };
        let remembered = Staged::write(&path, text.as_bytes()).map_err(|cause| disk(&path, cause))?;
        // DER, as it has to be published (RFC 5280 §4.2.1.13).
        let staged = Staged::write(&self.path, &revocation_list::to_der(&list)?);
        let placed = staged.and_then(|staged| staged.place(Existing::Replace));
        placed.map_err(|cause| disk(&self.path, cause))?;
        remembered.place_private(Existing::Replace).map_err(|cause| disk(&path, cause))?;
        Ok(Published { list, revoked })
    }

    fn memory(&self) -> Result<Option<Memory>, KeyError> {
        let path = self.memory_path();
        let mut text = String::new();
        let read = File::open(&path).and_then(|file| file.take(MAX_MEMORY).read_to_string(&mut text));
        match read {
            Ok(_) => Memory::parse(&text).map(Some).ok_or_else(|| self.problem(ListProblem::Memory)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) if cause.kind() == io::ErrorKind::InvalidData => {
                Err(self.problem(ListProblem::Memory))
            }
            Err(cause) => Err(KeyError::Disk { path, cause }),
        }
    }

    /// Waits until no other process changes the list; the lock ends with the file that is returned.
    fn lock(&self) -> Result<File, KeyError> {
        let path = self.path.with_extension("crl.lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        file.and_then(|file| file.lock().map(|()| file)).map_err(|cause| KeyError::Disk { path, cause })
    }

    fn memory_path(&self) -> PathBuf {
        self.path.with_extension("crl.memory")
    }

    fn problem(&self, problem: ListProblem) -> KeyError {
        KeyError::List { path: self.path.clone(), problem }
    }
}

impl Memory {
    fn of(list: &RevocationList) -> Result<Memory, KeyError> {
        let sha256 = hex::lower(&Sha256::digest(revocation_list::to_der(list)?));
        Ok(Memory { number: revocation_list::number(list)?.unwrap_or(0), sha256 })
    }

    fn parse(text: &str) -> Option<Memory> {
        let (number, sha256) = text.strip_suffix('\n')?.split_once(' ')?;
        let is_digest = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Memory { number: number.parse().ok()?, sha256: sha256.to_owned() }).filter(|_| is_digest)
    }
}
