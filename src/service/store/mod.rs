//! Where a service keeps files: a folder, or storage that replicas share (S3-compatible). A file is named by its
//! office and its SHA-256 digest, written once, and never changed.

mod client;
mod config;
mod error;
mod files;
mod limits;

pub use config::{Bucket, MixedStorage, StorageConfig, Transport};
pub use error::StoreError;
pub use files::Store;
pub use limits::MAX_FILE;
