//! `vanthu serve`: the service, until it is told to end.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::console::Console;
use super::expiry;
use super::flags::FontArgs;
use super::inputs::{faces, named_trust, read_bounded, trust};
use super::look::WitnessProcess;
use super::lookup::{OwnRegister, own_office};
use crate::cli::failure::{Exit, Failure};
use crate::clock;
use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::layout::Engine;
use crate::lookup::RegisterLookup;
use crate::message;
use crate::office::authorization;
use crate::service::store::Store;
use crate::service::{
    self, ClientAddress, Dependencies, Issuing, Mebibytes, OpenOffices, Press, Service, ServiceConfig, Stop,
    Tls,
};
use crate::verify::TrustStore;

/// The longest configuration file, in bytes.
const MAX_CONFIG: u64 = 1 << 20;

/// `vanthu serve`; what is not given comes from the configuration file.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// A file with the configuration (TOML); flags count for more.
    #[arg(long, env = "VANTHU_SERVE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The offices whose documents are issued, signed and registered over HTTP: folders with vanthu.toml, or folders
    /// of such folders.
    #[arg(long, value_name = "DIR")]
    pub offices: Vec<PathBuf>,
    #[command(flatten)]
    pub fonts: FontArgs,
    /// Where to listen; otherwise 127.0.0.1:8080.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The certificate for TLS, PEM, with those that lead to its root; without it plain HTTP for a proxy.
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Whom to trust: files of certificates (PEM, DER) or trusted lists (XML), or folders of them. Inside an
    /// office, its trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Whose word counts for where a request comes from; otherwise the connection's.
    #[arg(long, value_enum)]
    pub client_address: Option<ClientAddressArg>,
    /// The longest file that is taken, in MiB, up to 1024; otherwise 100.
    #[arg(long, value_name = "MIB")]
    pub max_upload: Option<Mebibytes>,
    /// Requests of one client in a minute; otherwise 120.
    #[arg(long, value_name = "COUNT")]
    pub rate: Option<NonZeroU32>,
    /// Files that are looked at at once; otherwise as many as there are processors.
    #[arg(long, value_name = "COUNT")]
    pub workers: Option<NonZeroUsize>,
    /// Requests with a file that may wait besides; otherwise 32.
    #[arg(long, value_name = "COUNT")]
    pub queue: Option<usize>,
}

/// Where the address of a client comes from.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ClientAddressArg {
    /// The connection: nobody stands between.
    Connection,
    /// The last address of X-Forwarded-For, which the own proxy has put there.
    XForwardedFor,
}

impl From<ClientAddressArg> for ClientAddress {
    fn from(arg: ClientAddressArg) -> ClientAddress {
        match arg {
            ClientAddressArg::Connection => ClientAddress::Connection,
            ClientAddressArg::XForwardedFor => ClientAddress::XForwardedFor,
        }
    }
}

pub fn run(args: &ServeArgs, console: &Console) -> Result<Exit, Failure> {
    let config = configured(args)?;
    let disk = |cause| Failure::disk(Path::new("."), &cause);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(disk)?;
    let issuing = match config.offices.as_slice() {
        [] => None,
        _ => Some(runtime.block_on(issuing(args, &config))?),
    };
    for broken in issuing.iter().flat_map(|issuing| issuing.offices.broken()) {
        let (folder, Message { vi, en }) = (broken.folder.display(), &broken.cause);
        console.warn(&message!(
            "{folder}: chưa dùng được cơ quan này, các cơ quan khác vẫn hoạt động: {vi}",
            "{folder}: this office can't be used, others are at work: {en}"
        ));
    }
    for office in issuing.iter().flat_map(|issuing| issuing.offices.all()) {
        expiry::warn_of_office(office.office(), clock::now(), console);
    }
    let (named, offices) = (config.trust.clone(), issuing.as_ref().map(|issuing| issuing.offices.clone()));
    if trusted_by(&named, offices.as_ref(), &|words| console.warn(words))?.is_empty() {
        console.warn(&message!(
            "chưa có chứng thư gốc nào được tin cậy: mọi chữ ký sẽ chưa xác nhận được; dùng `vanthu trust add` hoặc --trust",
            "no certificate is trusted: every signature will be \"not enough to decide\"; use `vanthu trust add` or --trust"
        ));
    }
    let own = match &issuing {
        Some(issuing) => issuing.offices.only().map(|office| office.office().clone()),
        None => own_office()?,
    };
    let dependencies = Dependencies {
        // An office whose anchors can't be read is told of where it is opened.
        trust: Arc::new(move || {
            let read = trusted_by(&named, offices.as_ref(), &|_| ());
            read.map_err(|failure| failure.message.unwrap_or_else(|| message!("", "")))
        }),
        begin_looking: Arc::new(|| Box::new(WitnessProcess::begin())),
        register: own.clone().map(|office| Arc::new(OwnRegister::of(office)) as Arc<dyn RegisterLookup>),
        office: own.map(|office| office.config().agency.name.join(" ")),
        issuing,
        clock: clock::now,
    };
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let service = Service::new(config, dependencies);
    let listener = service::bind(&service)?;
    let address = listener.local_addr().map_err(disk)?;
    // One line a request, for programs that collect them; people read the line below.
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_target(false);
    let wanted = Targets::new().with_default(LevelFilter::INFO);
    lines.with_writer(std::io::stderr).finish().with(wanted).init();
    console.step(&message!(
        "Trang kiểm tra ở {scheme}://{address}/; dừng bằng Ctrl+C",
        "The page is at {scheme}://{address}/; Ctrl+C ends it"
    ));
    runtime.block_on(async { service::serve(service, listener, stop()).await })?;
    Ok(Exit::Done)
}

/// The offices, and what their documents are made with.
async fn issuing(args: &ServeArgs, config: &ServiceConfig) -> Result<Issuing, Failure> {
    let store = config.storage.as_ref().map(Store::open).transpose()?;
    let networks = &config.webhook_networks;
    let offices = OpenOffices::open(&config.offices, store.as_ref(), networks, clock::now).await?;
    let program = std::env::current_exe().map_err(|cause| Failure::disk(Path::new("vanthu"), &cause))?;
    let press = Press::new(program, args.fonts.font_dir.clone(), config.press)?;
    let engine = Arc::new(Engine::new(faces(&args.fonts)?)?);
    Ok(Issuing { offices, press, engine })
}

/// Whom the page believes: who was named; and each office's own root and whom it believes, for its own documents.
fn trusted_by(
    named: &[PathBuf],
    offices: Option<&OpenOffices>,
    warn: &dyn Fn(&Message),
) -> Result<TrustStore, Failure> {
    let Some(offices) = offices else { return trust(named) };
    let mut trusted = named_trust(named)?;
    for office in offices.all() {
        match authorization::trust_of(Some(office.office()), &[], &trusted) {
            Ok(with) => trusted = with,
            // The others are believed all the same.
            Err(cause) => {
                let (folder, Message { vi, en }) = (office.office().folder().display(), cause.words());
                warn(&message!("{folder}: {vi}", "{folder}: {en}"));
            }
        }
    }
    Ok(trusted)
}

/// The configuration file, with what the flags say in its place.
fn configured(args: &ServeArgs) -> Result<ServiceConfig, Failure> {
    let mut config = match &args.config {
        None => ServiceConfig::default(),
        Some(path) => {
            let text = String::from_utf8_lossy(&read_bounded(path, MAX_CONFIG)?).into_owned();
            ServiceConfig::read(&text).map_err(|cause| {
                let path = path.display();
                Failure::new(
                    Refusal::Rejected,
                    message!("{path} viết sai: {cause}", "{path} is wrong: {cause}"),
                )
            })?
        }
    };
    fn take<T>(place: &mut T, given: Option<T>) {
        if let Some(given) = given {
            *place = given;
        }
    }
    take(&mut config.listen, args.listen);
    take(&mut config.client_address, args.client_address.map(Into::into));
    take(&mut config.max_upload, args.max_upload);
    take(&mut config.rate, args.rate);
    take(&mut config.workers, args.workers);
    take(&mut config.queue, args.queue);
    if let (Some(cert), Some(key)) = (&args.tls_cert, &args.tls_key) {
        config.tls = Some(Tls { cert: cert.clone(), key: key.clone() });
    }
    if !args.offices.is_empty() {
        config.offices.clone_from(&args.offices);
    }
    if !args.trust.is_empty() {
        config.trust.clone_from(&args.trust);
    }
    Ok(config)
}

/// Ctrl+C, or the signal by which systems end services.
fn stop() -> Stop {
    Box::pin(async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            if let Ok(mut terminate) = signal(SignalKind::terminate()) {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
                return;
            }
        }
        let _ = tokio::signal::ctrl_c().await;
    })
}
