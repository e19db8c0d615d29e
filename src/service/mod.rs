//! The service: the recipient's page, and verification for programs, over HTTP.
//!
//! It is a face of the library as the command line is: a file comes in, [`crate::verify`] judges it,
//! the answer goes out, and nothing of it is kept. [`Service::router`] is the whole application, which
//! a test calls without a network; [`serve`] puts it on one.

#![allow(unused_qualifications, reason = "the macros of utoipa write them")]
#![allow(clippy::result_large_err, reason = "a problem is made once a request, and is its answer")]

mod api;
mod config;
mod frame;
mod gate;
mod health;
mod judge;
mod meters;
mod page;
mod problem;
mod rate;
mod register;
mod router;
mod server;
mod upload;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use time::OffsetDateTime;

use crate::verify::TrustStore;
use gate::Gate;
use meters::Meters;
use rate::Rate;

pub use config::{Config, Mebibytes, NotMebibytes, Tls};
pub use judge::{BeginLooking, Onlooker};
pub use problem::{PROBLEM_JSON, Problem};
pub use rate::ClientAddress;
pub use register::{Answer, Code, Entry, RegisterLookup, Standing, Unreachable};
pub use server::{ServeError, Stop, bind, serve};

/// What a service works with, beside its configuration.
pub struct Means {
    /// Whom it believes.
    pub trust: Arc<TrustStore>,
    /// Who looks at pages.
    pub begin_looking: BeginLooking,
    /// The register of the office; `None` where there is none to ask.
    pub register: Option<Arc<dyn RegisterLookup>>,
    /// The name of the office, as it stands on the page.
    pub office: Option<String>,
    /// What time it is: the time of checking.
    pub clock: fn() -> OffsetDateTime,
}

/// A service; clones are the same one.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    config: Config,
    means: Means,
    gate: Gate,
    rate: Rate,
    meters: Meters,
    ending: AtomicBool,
}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Service").field("config", &self.0.config).finish_non_exhaustive()
    }
}

impl Service {
    /// A service as `config` says.
    pub fn new(config: Config, means: Means) -> Service {
        let gate = Gate::new(config.workers.get(), config.queue);
        let rate = Rate::new(config.rate, config.client_address);
        let meters = Meters::new();
        let ending = AtomicBool::new(false);
        Service(Arc::new(Inner { config, means, gate, rate, meters, ending }))
    }

    /// The application: every route with all that surrounds it.
    pub fn router(&self) -> axum::Router {
        router::router(self.clone())
    }

    /// Says in `/readyz` that no new work should come.
    pub fn begin_to_end(&self) {
        self.0.ending.store(true, Ordering::Relaxed);
    }

    fn is_ending(&self) -> bool {
        self.0.ending.load(Ordering::Relaxed)
    }

    fn config(&self) -> &Config {
        &self.0.config
    }

    fn max_upload(&self) -> usize {
        self.0.config.max_upload.bytes()
    }

    fn trust(&self) -> Arc<TrustStore> {
        Arc::clone(&self.0.means.trust)
    }

    fn begin_looking(&self) -> BeginLooking {
        Arc::clone(&self.0.means.begin_looking)
    }

    fn register(&self) -> Option<&dyn RegisterLookup> {
        self.0.means.register.as_deref()
    }

    fn now(&self) -> OffsetDateTime {
        (self.0.means.clock)()
    }

    fn office(&self) -> Option<&str> {
        self.0.means.office.as_deref()
    }

    fn gate(&self) -> &Gate {
        &self.0.gate
    }

    fn rate(&self) -> &Rate {
        &self.0.rate
    }

    fn meters(&self) -> &Meters {
        &self.0.meters
    }
}
