//! The application on a network: plain or with TLS, until it is told to end.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::crypto::ring;

use super::shutdown::{Shutdown, Stop};
use super::watched::Doorkeeper;
use super::{Service, Tls};
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::message;

/// How long the head of a further request on a connection may take; [`super::doors`] bounds the first one, and what is
/// idle.
const HEADERS: Duration = Duration::from_secs(15);
/// How long the beginning of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long requests under way may go on when the service ends.
const GRACE: Duration = Duration::from_secs(30);
/// Requests on one HTTP/2 connection at once, and how many of them the client may take back (RFC 9113 §6.4) before the
/// connection is closed.
const MAX_STREAMS: u32 = 32;
const MAX_RESETS: usize = 64;
/// How many bytes of a request on HTTP/2 may come before they are looked at.
const WINDOW: u32 = 256 << 10;
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
        let (offices, shutdown) = (issuing.offices.clone(), shutdown.clone());
        tokio::spawn(async move { offices.work(shutdown).await });
    }
    let stopped = (handle.clone(), service.clone());
    let mut shutdown = shutdown;
    tokio::spawn(async move {
        shutdown.wait().await;
        let (handle, service) = stopped;
        service.begin_shutdown();
        // Who sends work here asks `/readyz`, and has to hear it before the door is shut.
        tokio::time::sleep(Duration::from_secs(service.config().drain_seconds.into())).await;
        handle.graceful_shutdown(Some(GRACE));
    });
    let app = service.router().into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
    patience(server.http_builder());
    let keeper = Doorkeeper(Arc::clone(service.doors()));
    match &service.config().tls {
        None => server.acceptor(keeper).serve(app).await?,
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(rustls(tls).await?).handshake_timeout(HANDSHAKE);
            server.acceptor(acceptor.acceptor(keeper)).serve(app).await?;
        }
    }
    Ok(())
}

/// Slow and large heads cost a connection, and no more.
fn patience(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder.http1().header_read_timeout(HEADERS).max_buf_size(MAX_HEAD);
    builder
        .http2()
        .max_concurrent_streams(MAX_STREAMS)
        .max_pending_accept_reset_streams(MAX_RESETS)
        .max_local_error_reset_streams(MAX_RESETS)
        .max_header_list_size(32 << 10)
        .max_send_buf_size(64 << 10)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW * 4)
        .keep_alive_interval(GRACE);
}

async fn rustls(tls: &Tls) -> Result<RustlsConfig, ServeError> {
    // The one that certificates are asked about with; an error says that it is set already.
    let _ = ring::default_provider().install_default();
    let read = RustlsConfig::from_pem_file(&tls.cert, &tls.key).await;
    read.map_err(|cause| ServeError::Tls { cert: tls.cert.clone(), key: tls.key.clone(), cause })
}
