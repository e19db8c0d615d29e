//! Where files are kept, as a service's configuration says it.

use std::path::PathBuf;

use serde::Deserialize;

/// What `[storage]` in a service's configuration says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Keys")]
pub enum StorageConfig {
    /// Files are in this folder.
    Folder(PathBuf),
    /// Files are in a bucket.
    Bucket(Bucket),
}

/// A bucket of S3-compatible storage. Who may use it comes from the environment: `AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY` and the other variables of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The name of the bucket.
    pub name: String,
    /// What names of files begin with.
    pub prefix: String,
    /// The address of the server, where it is not Amazon's.
    pub endpoint: Option<String>,
    /// The region that requests are signed for (AWS Signature Version 4).
    pub region: Option<String>,
    /// Whether the endpoint may be one without TLS.
    pub transport: Transport,
}

/// How a bucket is spoken with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// With TLS only: an `http` endpoint is refused.
    Tls,
    /// Without it too: a server on the same machine or network.
    Plain,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Keys {
    folder: Option<PathBuf>,
    bucket: Option<String>,
    prefix: Option<String>,
    endpoint: Option<String>,
    region: Option<String>,
    allow_http: Option<bool>,
}

/// The keys of `[storage]` don't go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("[storage] has either `folder`, or `bucket` with `prefix`, `endpoint`, `region` and `allow-http`")]
pub struct MixedStorage;

impl TryFrom<Keys> for StorageConfig {
    type Error = MixedStorage;

    fn try_from(keys: Keys) -> Result<StorageConfig, MixedStorage> {
        let Keys { folder, bucket, prefix, endpoint, region, allow_http } = keys;
        match (folder, bucket) {
            (Some(folder), None)
                if prefix.is_none() && endpoint.is_none() && region.is_none() && allow_http.is_none() =>
            {
                Ok(StorageConfig::Folder(folder))
            }
            (None, Some(name)) => {
                let transport = if allow_http == Some(true) { Transport::Plain } else { Transport::Tls };
                let prefix = prefix.unwrap_or_default();
                Ok(StorageConfig::Bucket(Bucket { name, prefix, endpoint, region, transport }))
            }
            _ => Err(MixedStorage),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_is_a_folder_or_a_bucket() {
        let read = |text: &str| toml::from_str::<StorageConfig>(text);
        assert_eq!(read("folder = 'files'").unwrap(), StorageConfig::Folder(PathBuf::from("files")));
        let bucket = read("bucket = 'b'\nprefix = 'p/q'\nendpoint = 'http://127.0.0.1:1'\nallow-http = true");
        let Ok(StorageConfig::Bucket(bucket)) = bucket else { panic!("{bucket:?}") };
        assert_eq!((bucket.name.as_str(), bucket.transport), ("b", Transport::Plain));
        for wrong in
            ["", "folder = 'a'\nbucket = 'b'", "folder = 'a'\nregion = 'r'", "region = 'r'", "buket = 'b'"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
