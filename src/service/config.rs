//! What a service is told: addresses, limits, whom it believes.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use serde::Deserialize;

use super::press::PressLimits;
use super::rate::ClientAddress;
use super::store::StorageConfig;
use crate::online::Networks;

/// The configuration of a service; every key has a default, so a file names what differs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceConfig {
    /// The address and port that it listens on; port 0 is any free one.
    pub listen: SocketAddr,
    /// Certificate and key for TLS; without them it speaks plain HTTP, for a proxy before it.
    pub tls: Option<Tls>,
    /// Files and folders of trust anchors; the office's own trust folder where none is named.
    pub trust: Vec<PathBuf>,
    /// Whose word counts for where a request comes from.
    pub client_address: ClientAddress,
    /// The longest file that is taken, in MiB.
    pub max_upload: Mebibytes,
    /// Requests of one client in a minute.
    pub rate: NonZeroU32,
    /// Requests with one token in a minute.
    pub token_rate: NonZeroU32,
    /// Folders of offices whose documents are issued, signed and registered here: each is an office's, or holds some.
    pub offices: Vec<PathBuf>,
    /// Where their files are kept; in each office's own folder where nothing is said.
    pub storage: Option<StorageConfig>,
    /// Networks of the offices' own systems that webhooks may be in, beside the open one.
    pub webhook_networks: Networks,
    /// What laying documents out may cost.
    pub press: PressLimits,
    /// Files of strangers that are looked at at once, and as many of the offices' programs.
    pub workers: NonZeroUsize,
    /// Requests with a file that may wait besides: of strangers, and of each office.
    pub queue: usize,
    /// Connections at once, where the system lets the process have as many files.
    pub connections: NonZeroUsize,
    /// For how many seconds it still takes work after it was told to end and `/readyz` has said so.
    pub drain_seconds: u8,
}

/// Files for TLS, PEM.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate, with those that lead to its root.
    pub cert: PathBuf,
    /// The private key of the first certificate.
    pub key: PathBuf,
}

/// A length in MiB, from 1 to 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub struct Mebibytes(u16);

impl Mebibytes {
    /// The number of bytes.
    pub fn bytes(self) -> usize {
        usize::from(self.0) << 20
    }
}

/// A length outside of what is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} MiB: from 1 to 1024 is possible")]
pub struct NotMebibytes(u16);

impl TryFrom<u16> for Mebibytes {
    type Error = NotMebibytes;

    fn try_from(number: u16) -> Result<Mebibytes, NotMebibytes> {
        if (1..=1024).contains(&number) { Ok(Mebibytes(number)) } else { Err(NotMebibytes(number)) }
    }
}

impl std::str::FromStr for Mebibytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Mebibytes, String> {
        let number: u16 = text.parse().map_err(|cause| format!("{cause}"))?;
        Mebibytes::try_from(number).map_err(|cause| cause.to_string())
    }
}

impl Default for ServiceConfig {
    fn default() -> ServiceConfig {
        const RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(119);
        const CONNECTIONS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);
        const TOKEN_RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(1_199);
        ServiceConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls: None,
            trust: Vec::new(),
            client_address: ClientAddress::default(),
            max_upload: Mebibytes(100),
            rate: RATE,
            token_rate: TOKEN_RATE,
            offices: Vec::new(),
            storage: None,
            webhook_networks: Networks::default(),
            press: PressLimits::default(),
            workers: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            queue: 32,
            connections: CONNECTIONS,
            drain_seconds: 2,
        }
    }
}

impl ServiceConfig {
    /// Reads a configuration from TOML.
    ///
    /// # Errors
    /// It is not written as it must be; the message says where.
    pub fn read(text: &str) -> Result<ServiceConfig, toml::de::Error> {
        toml::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_what_differs_and_nothing_strange() {
        assert_eq!(ServiceConfig::read("").unwrap(), ServiceConfig::default());
        let text = "listen = '[::1]:443'\nmax-upload = 1024\nclient-address = 'x-forwarded-for'\n\
                    [tls]\ncert = 'a.pem'\nkey = 'b.pem'\n[press]\nseconds = 5\n";
        let config = ServiceConfig::read(text).unwrap();
        assert_eq!(config.max_upload.bytes(), 1 << 30);
        assert_eq!(config.client_address, ClientAddress::XForwardedFor);
        assert_eq!((config.press.seconds.get(), config.press.memory.get()), (5, 1536));
        for wrong in [
            "max-upload = 1025",
            "rate = 0",
            "lisen = '[::1]:443'",
            "[press]\nseconds = 0",
            "[tls]\ncert = 'a.pem'",
        ] {
            assert!(ServiceConfig::read(wrong).is_err(), "{wrong}");
        }
    }
}
