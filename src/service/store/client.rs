//! How a bucket is asked: with the HTTP client of everything else that asks the network, and requests are signed
//! with the cryptography of everything else.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use http::{Method, request};
use http_body_util::BodyExt;
use object_store::client::{
    ClientConfigKey, CryptoProvider, DigestAlgorithm, DigestContext, HmacContext, HttpClient, HttpConnector,
    HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService, Signer, SigningAlgorithm,
};
use object_store::{ClientOptions, Error};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Timeout};

use super::limits::{CONNECT, MAX_FILE, REQUEST};

/// How many requests go out at once. One whose answer nobody waits for any more holds a thread until its time is up.
const MAX_OPEN: usize = 64;

/// Makes the clients that ask a bucket, and who may use it.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let option = |key| options.get_config_value(&key).unwrap_or_default();
        // Whoever knows a cloud's machines is asked with less patience: mostly there is nobody.
        let seconds = option(ClientConfigKey::ConnectTimeout).strip_suffix('s').map(str::parse);
        let connect = seconds.and_then(Result::ok).map_or(CONNECT, Duration::from_secs);
        let config = Agent::config_builder()
            .https_only(option(ClientConfigKey::AllowHttp) != "true")
            .timeout_global(Some(REQUEST))
            .timeout_connect(Some(connect))
            // A request is signed for one address.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("vanthu/", env!("CARGO_PKG_VERSION")))
            // An office's own authority is known to its machines.
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build());
        let agent = config.build().new_agent();
        Ok(HttpClient::new(Client { agent, open: Arc::new(Semaphore::new(MAX_OPEN)) }))
    }
}

#[derive(Debug)]
struct Client {
    agent: Agent,
    open: Arc<Semaphore>,
}

impl Client {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let permit = Arc::clone(&self.open).acquire_owned().await.map_err(unknown)?;
        let agent = self.agent.clone();
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let sent = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            send(&agent, head, &body)
        });
        sent.await.map_err(unknown)?
    }
}

impl HttpService for Client {
    fn call<'client, 'sent>(
        &'client self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'sent>>
    where
        'client: 'sent,
    {
        Box::pin(self.send(request))
    }
}

fn send(agent: &Agent, head: request::Parts, body: &[u8]) -> Result<HttpResponse, HttpError> {
    // A length of zero is said where a body belongs to the method, and nowhere else.
    let has_body = !body.is_empty() || matches!(head.method, Method::PUT | Method::POST);
    let answer = if has_body {
        agent.run(http::Request::from_parts(head, body))
    } else {
        agent.run(http::Request::from_parts(head, ()))
    };
    let (head, body) = answer.map_err(failed)?.into_parts();
    // The store refuses what is too long by the length that its head says.
    let bytes = match body.content_length() {
        Some(length) if length > MAX_FILE => Vec::new(),
        _ => body.into_with_config().limit(MAX_FILE).read_to_vec().map_err(failed)?,
    };
    Ok(HttpResponse::from_parts(head, bytes.into()))
}

fn unknown<E: std::error::Error + Send + Sync + 'static>(cause: E) -> HttpError {
    HttpError::new(HttpErrorKind::Unknown, cause)
}

/// `cause`, and whether it is worth while to ask again.
fn failed(cause: ureq::Error) -> HttpError {
    let kind = match &cause {
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_) => HttpErrorKind::Connect,
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::Io(cause) => match cause.kind() {
            io::ErrorKind::ConnectionRefused => HttpErrorKind::Connect,
            // The other side closed a connection that was kept.
            io::ErrorKind::UnexpectedEof => HttpErrorKind::Request,
            io::ErrorKind::TimedOut => HttpErrorKind::Timeout,
            io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
                HttpErrorKind::Interrupted
            }
            _ => HttpErrorKind::Unknown,
        },
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, cause)
}

/// Digests of what is sent, and the MACs that requests are signed with.
#[derive(Debug)]
pub(super) struct Cryptography;

impl CryptoProvider for Cryptography {
    fn digest(&self, algorithm: DigestAlgorithm) -> object_store::Result<Box<dyn DigestContext>> {
        match algorithm {
            DigestAlgorithm::Sha256 => Ok(Box::new(Running { work: Sha256::new(), result: [0; 32] })),
            other => Err(unsupported(format!("the digest {other:?}"))),
        }
    }

    fn hmac(&self, algorithm: DigestAlgorithm, secret: &[u8]) -> object_store::Result<Box<dyn HmacContext>> {
        let work = Hmac::<Sha256>::new_from_slice(secret);
        match (algorithm, work) {
            (DigestAlgorithm::Sha256, Ok(work)) => Ok(Box::new(Running { work, result: [0; 32] })),
            (other, _) => Err(unsupported(format!("the MAC with {other:?}"))),
        }
    }

    /// Only another cloud's storage asks for it.
    fn sign(&self, algorithm: SigningAlgorithm, _pem: &[u8]) -> object_store::Result<Box<dyn Signer>> {
        Err(unsupported(format!("the signature {algorithm:?}")))
    }
}

fn unsupported(what: String) -> Error {
    Error::NotSupported { source: what.into() }
}

/// A digest or a MAC while it is computed, and when it is done.
struct Running<W> {
    work: W,
    result: [u8; 32],
}

impl DigestContext for Running<Sha256> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.work, data);
    }

    fn finish(&mut self) -> object_store::Result<&[u8]> {
        self.result = self.work.finalize_reset().into();
        Ok(&self.result)
    }
}

impl HmacContext for Running<Hmac<Sha256>> {
    fn update(&mut self, data: &[u8]) {
        Mac::update(&mut self.work, data);
    }

    fn finish(&mut self) -> object_store::Result<&[u8]> {
        self.result = self.work.clone().finalize().into_bytes().into();
        Ok(&self.result)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use http::StatusCode;
    use object_store::client::HttpRequestBody;

    use super::*;
    use crate::hex;

    /// FIPS 180-2, appendix B.1, and RFC 4231 §4.3.
    #[test]
    fn digests_and_macs_are_those_of_the_standards() {
        let mut digest = Cryptography.digest(DigestAlgorithm::Sha256).unwrap();
        digest.update(b"a");
        digest.update(b"bc");
        assert_eq!(
            hex::lower(digest.finish().unwrap()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        let mut mac = Cryptography.hmac(DigestAlgorithm::Sha256, b"Jefe").unwrap();
        mac.update(b"what do ya want ");
        mac.update(b"for nothing?");
        assert_eq!(
            hex::lower(mac.finish().unwrap()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    /// The status of what a server on this machine answers to one request.
    fn asked(answer: &'static str, options: &ClientOptions) -> Result<StatusCode, HttpError> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/files", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // The request ends with an empty line, and has come before an answer does.
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let client = Connector.connect(options).unwrap();
        let request = http::Request::get(url).body(HttpRequestBody::empty()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(client.execute(request)).map(|answer| answer.status())
    }

    #[test]
    fn an_answer_of_any_status_is_one_and_no_redirect_is_followed() {
        let plain = ClientOptions::new().with_allow_http(true);
        for (status, answer) in [
            (404, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"),
            (307, "HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"),
        ] {
            assert_eq!(asked(answer, &plain).unwrap().as_u16(), status);
        }
    }

    #[test]
    fn what_may_be_asked_again_is_told() {
        let plain = ClientOptions::new().with_allow_http(true);
        assert_eq!(asked("", &plain).unwrap_err().kind(), HttpErrorKind::Request);
        let long = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort";
        assert_eq!(asked(long, &plain).unwrap_err().kind(), HttpErrorKind::Request);
        // Without TLS only where that was said.
        assert_eq!(asked("", &ClientOptions::new()).unwrap_err().kind(), HttpErrorKind::Unknown);
    }
}
