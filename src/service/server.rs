//! The application on a network: plain or with TLS, until it is told to end.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::crypto::ring;

use super::shutdown::{Shutdown, Stop};
use super::{Service, Tls};
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// How long a client may take to say what it wants.
const HEADERS: Duration = Duration::from_secs(15);
/// How long requests under way may go on when the service ends.
const GRACE: Duration = Duration::from_secs(30);
/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 32 << 10;

/// Why a service does not run.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum ServeError {
    /// The address can't be listened at.
    Listen {
        /// The address and port that were asked for.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// Certificate and key can't be used for TLS.
    Tls {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The network failed.
    Network(#[from] io::Error),
}

impl Explain for ServeError {
    fn words(&self) -> Message {
        match self {
            ServeError::Listen { address, cause } => {
                message!("không nghe được ở {address}: {cause}", "{address} can't be listened at: {cause}")
            }
            ServeError::Tls { cert, key, cause } => {
                let (cert, key) = (cert.display(), key.display());
                message!(
                    "không dùng được {cert} và {key} cho TLS: {cause}",
                    "{cert} and {key} can't be used for TLS: {cause}"
                )
            }
            ServeError::Network(cause) => message!("lỗi mạng: {cause}", "the network failed: {cause}"),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            ServeError::Tls { .. } => Refusal::Key,
            ServeError::Listen { .. } | ServeError::Network(_) => Refusal::Environment,
        }
    }
}

/// Listens where the configuration of `service` says.
///
/// # Errors
/// The address is taken, or not this machine's.
pub fn bind(service: &Service) -> Result<TcpListener, ServeError> {
    let address = service.config().listen;
    TcpListener::bind(address).map_err(|cause| ServeError::Listen { address, cause })
}

/// Serves on `listener` until `stop` is there; requests under way are finished.
///
/// # Errors
/// TLS can't be set up, or the network fails.
pub async fn serve(service: Service, listener: TcpListener, stop: Stop) -> Result<(), ServeError> {
    let handle = Handle::new();
    let shutdown = Shutdown::at(stop);
    if let Some(issuing) = service.issuing() {
        let mut shutdown = shutdown.clone();
        issuing.offices.deliver(Box::pin(async move { shutdown.wait().await }));
    }
    let stopped = (handle.clone(), service.clone());
    let mut shutdown = shutdown;
    tokio::spawn(async move {
        shutdown.wait().await;
        let (handle, service) = stopped;
        service.begin_shutdown();
        handle.graceful_shutdown(Some(GRACE));
    });
    let app = service.router().into_make_service_with_connect_info::<SocketAddr>();
    match &service.config().tls {
        None => {
            let mut server = axum_server::from_tcp(listener)?.handle(handle);
            patience(server.http_builder());
            server.serve(app).await?;
        }
        Some(tls) => {
            let mut server = axum_server::from_tcp_rustls(listener, rustls(tls).await?)?.handle(handle);
            patience(server.http_builder());
            server.serve(app).await?;
        }
    }
    Ok(())
}

/// Slow and large heads cost a connection, and no more.
fn patience(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder.http1().header_read_timeout(HEADERS).max_buf_size(MAX_HEAD);
    builder.http2().max_concurrent_streams(32).max_header_list_size(32 << 10).keep_alive_interval(GRACE);
}

async fn rustls(tls: &Tls) -> Result<RustlsConfig, ServeError> {
    // The one that certificates are asked about with; an error says that it is set already.
    let _ = ring::default_provider().install_default();
    let read = RustlsConfig::from_pem_file(&tls.cert, &tls.key).await;
    read.map_err(|cause| ServeError::Tls { cert: tls.cert.clone(), key: tls.key.clone(), cause })
}
