//! Files by their digests: kept, found, and looked at again when they are read.

use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::local::LocalFileSystem;
use object_store::path::{Path, PathPart};
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, PutMode, PutPayload, RetryConfig};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::client;
use super::config::{Bucket, StorageConfig, Transport};
use super::error::StoreError;
use super::limits::{CONNECT, DEPTH, LEFT, MAX_FILE, PATIENCE, READY, REQUEST, RETRIES, RETRY};
use crate::file::is_folder;
use crate::hex;

/// A store of files; clones are the same one.
#[derive(Debug, Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
    /// The folder, where it is one.
    folder: Option<PathBuf>,
}

impl Store {
    /// The store that `config` says.
    ///
    /// # Errors
    /// The folder can't be made, or the bucket's configuration does not make sense.
    pub fn open(config: &StorageConfig) -> Result<Store, StoreError> {
        match config {
            StorageConfig::Folder(path) => Store::folder(path),
            StorageConfig::Bucket(bucket) => Store::bucket(bucket),
        }
    }

    /// Files in the folder at `path`, which is made where there is none, for its owner only. What was put is on the
    /// disk when [`Store::put`] returns, its name too.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn folder(path: &FilePath) -> Result<Store, StoreError> {
        let disk = |cause| StoreError::Folder { path: path.to_owned(), cause };
        make_folder(path).map_err(disk)?;
        let objects = LocalFileSystem::new_with_prefix(path).map_err(StoreError::Storage)?.with_fsync(true);
        let folder = path.canonicalize().map_err(disk)?;
        Ok(Store { objects: Arc::new(objects), prefix: Path::default(), folder: Some(folder) })
    }

    /// Files in a bucket. It is not asked yet whether it is there: see [`Store::ready`].
    ///
    /// # Errors
    /// The configuration, or what the environment says, does not make sense.
    pub fn bucket(bucket: &Bucket) -> Result<Store, StoreError> {
        let plain = bucket.transport == Transport::Plain;
        let client =
            ClientOptions::new().with_timeout(REQUEST).with_connect_timeout(CONNECT).with_allow_http(plain);
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(&bucket.name)
            .with_http_connector(client::Connector)
            .with_crypto_provider(Arc::new(client::Cryptography))
            .with_client_options(client)
            .with_retry(retry)
            // The server refuses what changed on its way.
            .with_checksum_algorithm(Checksum::SHA256);
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = &bucket.region {
            builder = builder.with_region(region);
        }
        let prefix = Path::parse(&bucket.prefix)
            .map_err(|cause| StoreError::Storage(object_store::Error::InvalidPath { source: cause }))?;
        Ok(Store { objects: Arc::new(builder.build().map_err(StoreError::Storage)?), prefix, folder: None })
    }

    /// Keeps `bytes` for `office` and gives their SHA-256 digest in hexadecimal. What is there already stays.
    ///
    /// # Errors
    /// The storage refuses, or has another file under that digest.
    pub async fn put(&self, office: &str, bytes: Vec<u8>) -> Result<String, StoreError> {
        let length = bytes.len() as u64;
        if length > MAX_FILE {
            return Err(StoreError::TooLong(length));
        }
        let (bytes, sha256) = digested(bytes).await?;
        let place = self.place(office, &sha256)?;
        let once = PutMode::Create.into();
        let put = timeout(PATIENCE, self.objects.put_opts(&place, PutPayload::from(bytes), once)).await;
        match put.map_err(|_| StoreError::Late)? {
            Ok(_) => Ok(sha256),
            // Whoever put it may have died before it was safe.
            Err(object_store::Error::AlreadyExists { .. }) => {
                self.get(office, &sha256).await?;
                self.sync(&place).await?;
                Ok(sha256)
            }
            Err(cause) => Err(StoreError::Storage(cause)),
        }
    }

    /// The file of `office` with the digest `sha256`.
    ///
    /// # Errors
    /// There is none, what is there is another file, or the storage refuses.
    pub async fn get(&self, office: &str, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let place = self.place(office, sha256)?;
        let read = async {
            let found = self.objects.get(&place).await.map_err(|cause| missing(cause, sha256))?;
            if found.meta.size > MAX_FILE {
                return Err(StoreError::TooLong(found.meta.size));
            }
            found.bytes().await.map_err(|cause| missing(cause, sha256))
        };
        let bytes = timeout(PATIENCE, read).await.map_err(|_| StoreError::Late)??;
        let (bytes, found) = digested(bytes.into()).await?;
        if found == sha256 { Ok(bytes) } else { Err(StoreError::Changed(sha256.to_owned())) }
    }

    /// Whether `office` has a file with the digest `sha256`.
    ///
    /// # Errors
    /// The storage refuses.
    pub async fn exists(&self, office: &str, sha256: &str) -> Result<bool, StoreError> {
        let place = self.place(office, sha256)?;
        match timeout(PATIENCE, self.objects.head(&place)).await.map_err(|_| StoreError::Late)? {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(cause) => Err(StoreError::Storage(cause)),
        }
    }

    /// Whether files can be kept now: a folder can be written, a bucket answers and lets us list it.
    ///
    /// # Errors
    /// They can't, and why.
    pub async fn ready(&self) -> Result<(), StoreError> {
        let asked = async {
            let Some(path) = self.folder.clone() else {
                let nothing = self.prefix.clone().join(".ready");
                let listed = self.objects.list_with_delimiter(Some(&nothing)).await;
                return listed.map(|_| ()).map_err(StoreError::Storage);
            };
            blocking(move || {
                let probe = tempfile::tempfile_in(&path).map(|_| ());
                probe.map_err(|cause| StoreError::Folder { path, cause })
            })
            .await
        };
        timeout(READY, asked).await.map_err(|_| StoreError::Late)?
    }

    /// Whether it is the same store as `other`.
    pub(in crate::service) fn is_same(&self, other: &Store) -> bool {
        Arc::ptr_eq(&self.objects, &other.objects)
    }

    /// Takes away what writers that died have left in a folder: files that never got their names.
    ///
    /// # Errors
    /// The folder can't be read, or a file not be taken away.
    pub(in crate::service) async fn sweep(&self) -> Result<(), StoreError> {
        let Some(root) = self.folder.clone() else { return Ok(()) };
        let disk = |path: PathBuf| move |cause| StoreError::Folder { path, cause };
        blocking(move || sweep_folder(&root, DEPTH).map_err(disk(root))).await
    }

    /// The name of a file. An office's name becomes one part of it, whatever is in it.
    fn place(&self, office: &str, sha256: &str) -> Result<Path, StoreError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let first = sha256.get(..2).filter(|_| sha256.len() == 64 && sha256.bytes().all(is_digit));
        let first = first.ok_or_else(|| StoreError::Digest(sha256.chars().take(100).collect()))?;
        if office.is_empty() {
            return Err(StoreError::Office);
        }
        let folder = self.prefix.clone().join(PathPart::from(office)).join(first);
        Ok(folder.join(format!("{sha256}.pdf")))
    }

    /// Makes sure that a file that somebody else wrote is on the disk, with its name.
    async fn sync(&self, place: &Path) -> Result<(), StoreError> {
        let Some(root) = &self.folder else { return Ok(()) };
        let folders: Vec<PathBuf> = (0..place.parts_count())
            .map(|count| place.parts().take(count).fold(root.clone(), |path, part| path.join(part.as_ref())))
            .collect();
        blocking(move || {
            folders
                .into_iter()
                .try_for_each(|path| sync_folder(&path).map_err(|cause| StoreError::Folder { path, cause }))
        })
        .await
    }
}

fn missing(cause: object_store::Error, sha256: &str) -> StoreError {
    match cause {
        object_store::Error::NotFound { .. } => StoreError::Missing(sha256.to_owned()),
        cause => StoreError::Storage(cause),
    }
}

/// `bytes` and their digest, computed where it keeps nobody waiting.
async fn digested(bytes: Vec<u8>) -> Result<(Vec<u8>, String), StoreError> {
    blocking(move || {
        let digest = hex::lower(&Sha256::digest(&bytes));
        Ok((bytes, digest))
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|cause| StoreError::Storage(object_store::Error::JoinError { source: cause }))?
}

/// Takes away what was left in `folder` and the folders in it, `depth` deep. What is new may still be written.
fn sweep_folder(folder: &FilePath, depth: usize) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && depth > 0 {
            sweep_folder(&entry.path(), depth - 1)?;
        }
        // What a file is called before it has its name (object_store).
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.rsplit_once(".pdf#")).map(|(_, number)| number);
        let is_left = number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        if kind.is_file() && is_left {
            let age = entry.metadata()?.modified()?.elapsed();
            if age.is_ok_and(|age| age > LEFT) {
                std::fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

/// Makes a folder for its owner only, and makes sure that its name is on the disk.
fn make_folder(path: &FilePath) -> io::Result<()> {
    if is_folder(path)? {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)?;
    let parents = path.ancestors().skip(1).filter(|parent| *parent != FilePath::new(""));
    parents.take(1).try_for_each(sync_folder)
}

#[cfg(unix)]
fn sync_folder(path: &FilePath) -> io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &FilePath) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_writers_left_that_died_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::folder(folder.path()).unwrap();
        let kept = store.put("H37", b"%PDF-".to_vec()).await.unwrap();
        let beside = folder.path().join(format!("H37/{}", &kept[..2]));
        let [old, new, other] = ["a.pdf#1", "a.pdf#2", "a.pdf#x"].map(|name| beside.join(name));
        let long_ago = std::time::SystemTime::now() - LEFT * 2;
        for path in [&old, &new, &other] {
            let file = std::fs::File::create(path).unwrap();
            if path != &new {
                file.set_modified(long_ago).unwrap();
            }
        }
        store.sweep().await.unwrap();
        assert_eq!([&old, &new, &other].map(|path| path.exists()), [false, true, true]);
        store.get("H37", &kept).await.unwrap();
    }

    #[test]
    fn an_office_s_name_is_one_part_of_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::folder(folder.path()).unwrap();
        let digest = "ab".repeat(32);
        let place = |office: &str| store.place(office, &digest).unwrap().to_string();
        assert_eq!(place("H37.DN.001"), format!("H37.DN.001/ab/{digest}.pdf"));
        for odd in ["..", ".", "a/b", "/", "a\\b", "%2E%2E", "a\0b", "Sở Nội vụ"] {
            let place = place(odd);
            assert_eq!(place.split('/').count(), 3, "{odd}: {place}");
            assert!(!place.starts_with('.'), "{odd}: {place}");
        }
        assert!(matches!(store.place("", &digest), Err(StoreError::Office)));
        for wrong in ["", "../../x", &digest.to_uppercase(), &digest[1..]] {
            assert!(matches!(store.place("a", wrong), Err(StoreError::Digest(_))), "{wrong}");
        }
    }
}
