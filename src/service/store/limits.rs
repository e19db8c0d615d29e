//! How much is kept, and for how long somebody waits for it.

use std::time::Duration;

/// The longest file, in bytes.
pub const MAX_FILE: u64 = 1 << 30;
/// How long writing or reading one file may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(300);
/// How long the storage may take to say that it is there.
pub(super) const READY: Duration = Duration::from_secs(5);
/// How long one request to a bucket may take, and a connection to it.
pub(super) const REQUEST: Duration = Duration::from_secs(120);
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// For how long, and how often, a request that failed is sent again.
pub(super) const RETRY: Duration = Duration::from_secs(30);
pub(super) const RETRIES: usize = 4;
/// How deep a folder of files is: the office, the first digits, the file.
pub(super) const DEPTH: usize = 2;
/// How old a file is that was left without its name: nobody writes one for so long.
pub(super) const LEFT: Duration = Duration::from_secs(3_600);
