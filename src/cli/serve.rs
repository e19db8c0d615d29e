//! `vanthu serve`: the service, until it is told to end.

use std::path::Path;
use std::sync::Arc;

use tracing_subscriber::filter::LevelFilter;

use super::args::Serve;
use super::console::Console;
use super::inputs::read_bounded;
use super::look::Elsewhere;
use super::lookup::OwnRegister;
use super::standing::own_office;
use super::verify::trust;
use crate::clock;
use crate::failure::{Exit, Failure};
use crate::message;
use crate::service::{self, Config, Means, RegisterLookup, Service, Stop, Tls};

/// The longest configuration file, in bytes.
const MAX_CONFIG: u64 = 1 << 20;

pub fn run(args: &Serve, console: &Console) -> Result<Exit, Failure> {
    let config = configured(args)?;
    let trusted = trust(&config.trust)?;
    if trusted.is_empty() {
        console.warn(&message!(
            "chưa tin cậy chứng thư nào: mọi chữ ký sẽ là \"chưa đủ thông tin\"; dùng `vanthu trust add` hoặc --trust",
            "no certificate is trusted: every signature will be \"not enough to decide\"; use `vanthu trust add` or --trust"
        ));
    }
    let own = own_office()?;
    let means = Means {
        trust: Arc::new(trusted),
        begin_looking: Arc::new(|| Box::new(Elsewhere::begin())),
        register: own.clone().map(|office| Arc::new(OwnRegister::of(office)) as Arc<dyn RegisterLookup>),
        office: own.map(|office| office.config().agency.name.join(" ")),
        clock: clock::now,
    };
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let service = Service::new(config, means);
    let listener = service::bind(&service)?;
    let disk = |cause| Failure::disk(Path::new("."), &cause);
    let address = listener.local_addr().map_err(disk)?;
    // One line a request, for programs that collect them; people read the line below.
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_max_level(LevelFilter::INFO)
        .with_writer(std::io::stderr)
        .init();
    console.step(&message!(
        "Trang kiểm tra ở {scheme}://{address}/; dừng bằng Ctrl+C",
        "The page is at {scheme}://{address}/; Ctrl+C ends it"
    ));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(disk)?;
    runtime.block_on(async { service::serve(service, listener, stop()).await })?;
    Ok(Exit::Done)
}

/// The configuration file, with what the flags say in its place.
fn configured(args: &Serve) -> Result<Config, Failure> {
    let mut config = match &args.config {
        None => Config::default(),
        Some(path) => {
            let text = String::from_utf8_lossy(&read_bounded(path, MAX_CONFIG)?).into_owned();
            Config::read(&text).map_err(|cause| {
                let path = path.display();
                Failure::new(Exit::Rejected, message!("{path} viết sai: {cause}", "{path} is wrong: {cause}"))
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
