//! The service: the recipient's page, and verification for programs, over HTTP.
//!
//! It is a face of the library as the command line is: a file comes in, [`crate::verify`] judges it,
//! the answer goes out, and nothing of it is kept. [`Service::router`] is the whole application, which
//! a test calls without a network; [`serve`] puts it on one.

#![allow(unused_qualifications, reason = "the macros of utoipa write them")]
#![allow(clippy::result_large_err, reason = "a problem is made once a request, and is its answer")]

mod admission;
mod api;
mod authentication;
mod config;
mod documents;
mod health;
pub mod hooks;
pub mod jobs;
mod judge;
mod lookup;
mod metrics;
mod middleware;
mod offices;
mod page;
pub mod press;
mod problem;
mod rate;
mod refusal;
mod responses;
mod router;
mod server;
pub mod shutdown;
pub mod store;
mod upload;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use time::OffsetDateTime;

use crate::layout::Engine;
use crate::verify::TrustStore;
use admission::Admission;
use metrics::Metrics;
use rate::{Rate, TokenRate};

pub use config::{Mebibytes, NotMebibytes, ServiceConfig, Tls};
pub use judge::{BeginLooking, Onlooker};
pub use lookup::{
    Code, LookupAnswer, PublicEntry, PublicStanding, RegisterLookup, Unreachable, is_same_name, look_up,
};
pub use offices::{OpenOffice, OpenOffices};
pub use press::{Press, PressLimits};
pub use problem::{PROBLEM_JSON, Problem};
pub use rate::ClientAddress;
pub use server::{ServeError, Stop, bind, serve};
pub use store::{StorageConfig, Store, StoreError};

/// What a service works with, beside its configuration.
pub struct Dependencies {
    /// Whom it believes.
    pub trust: Arc<TrustStore>,
    /// Who looks at pages.
    pub begin_looking: BeginLooking,
    /// The register of the office whose page it is, where no office is open here; `None` where there is none to ask.
    pub register: Option<Arc<dyn RegisterLookup>>,
    /// The name of the office, as it stands on the page.
    pub office: Option<String>,
    /// The offices whose documents are issued and signed here; `None` where none are.
    pub issuing: Option<Issuing>,
    /// What time it is: the time of checking.
    pub clock: fn() -> OffsetDateTime,
}

/// What documents are issued, signed and sealed with.
pub struct Issuing {
    /// The offices whose documents they are.
    pub offices: OpenOffices,
    /// The processes that lay documents out.
    pub press: Press,
    /// The engine that draws the stamps of signatures, in this process.
    pub engine: Arc<Engine>,
}

/// A service; clones are the same one.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    config: ServiceConfig,
    dependencies: Dependencies,
    admission: Admission,
    rate: Rate,
    token_rate: TokenRate,
    metrics: Metrics,
    is_ending: AtomicBool,
}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Service").field("config", &self.0.config).finish_non_exhaustive()
    }
}

impl Service {
    /// A service as `config` says.
    pub fn new(config: ServiceConfig, dependencies: Dependencies) -> Service {
        let admission = Admission::new(config.workers.get(), config.queue);
        let rate = Rate::new(config.rate, config.client_address);
        let token_rate = TokenRate::new(config.token_rate);
        let metrics = Metrics::new();
        let is_ending = AtomicBool::new(false);
        Service(Arc::new(Inner { config, dependencies, admission, rate, token_rate, metrics, is_ending }))
    }

    /// The application: every route with all that surrounds it.
    pub fn router(&self) -> axum::Router {
        router::router(self.clone())
    }

    /// Says in `/readyz` that no new work should come.
    pub fn begin_to_end(&self) {
        self.0.is_ending.store(true, Ordering::Relaxed);
    }

    fn is_ending(&self) -> bool {
        self.0.is_ending.load(Ordering::Relaxed)
    }

    fn config(&self) -> &ServiceConfig {
        &self.0.config
    }

    fn max_upload(&self) -> usize {
        self.0.config.max_upload.bytes()
    }

    fn trust(&self) -> Arc<TrustStore> {
        Arc::clone(&self.0.dependencies.trust)
    }

    fn begin_looking(&self) -> BeginLooking {
        Arc::clone(&self.0.dependencies.begin_looking)
    }

    fn register(&self) -> Option<&dyn RegisterLookup> {
        match self.issuing() {
            Some(issuing) => Some(&issuing.offices),
            None => self.0.dependencies.register.as_deref(),
        }
    }

    fn now(&self) -> OffsetDateTime {
        (self.0.dependencies.clock)()
    }

    fn office(&self) -> Option<&str> {
        self.0.dependencies.office.as_deref()
    }

    fn admission(&self) -> &Admission {
        &self.0.admission
    }

    fn rate(&self) -> &Rate {
        &self.0.rate
    }

    fn token_rate(&self) -> &TokenRate {
        &self.0.token_rate
    }

    fn issuing(&self) -> Option<&Issuing> {
        self.0.dependencies.issuing.as_ref()
    }

    fn press(&self) -> Result<&Press, Problem> {
        self.issuing().map(|issuing| &issuing.press).ok_or_else(Problem::unauthorized)
    }

    fn engine(&self) -> Result<Arc<Engine>, Problem> {
        self.issuing().map(|issuing| Arc::clone(&issuing.engine)).ok_or_else(Problem::unauthorized)
    }

    fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}
