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
use admission::Gate;
use metrics::Meters;
use rate::{Rate, TokenRate};

pub use config::{Config, Mebibytes, NotMebibytes, Tls};
pub use judge::{BeginLooking, Onlooker};
pub use lookup::{Answer, Code, Entry, RegisterLookup, Standing, Unreachable, is_same_name, look_up};
pub use offices::{Bureau, Bureaus};
pub use press::{Limits, Press};
pub use problem::{PROBLEM_JSON, Problem};
pub use rate::ClientAddress;
pub use server::{ServeError, Stop, bind, serve};
pub use store::{StorageConfig, Store, StoreError};

/// What a service works with, beside its configuration.
pub struct Means {
    /// Whom it believes.
    pub trust: Arc<TrustStore>,
    /// Who looks at pages.
    pub begin_looking: BeginLooking,
    /// The register of the office whose page it is, where it has no desk; `None` where there is none to ask.
    pub register: Option<Arc<dyn RegisterLookup>>,
    /// The name of the office, as it stands on the page.
    pub office: Option<String>,
    /// The offices whose documents are issued and signed here; `None` where none are.
    pub desk: Option<Desk>,
    /// What time it is: the time of checking.
    pub clock: fn() -> OffsetDateTime,
}

/// What documents are made with.
pub struct Desk {
    /// The offices.
    pub bureaus: Bureaus,
    /// Who lays documents out.
    pub press: Press,
    /// Who draws stamps.
    pub engine: Arc<Engine>,
}

/// A service; clones are the same one.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    config: Config,
    means: Means,
    gate: Gate,
    rate: Rate,
    token_rate: TokenRate,
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
        let token_rate = TokenRate::new(config.token_rate);
        let meters = Meters::new();
        let ending = AtomicBool::new(false);
        Service(Arc::new(Inner { config, means, gate, rate, token_rate, meters, ending }))
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
        match self.desk() {
            Some(desk) => Some(&desk.bureaus),
            None => self.0.means.register.as_deref(),
        }
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

    fn token_rate(&self) -> &TokenRate {
        &self.0.token_rate
    }

    fn desk(&self) -> Option<&Desk> {
        self.0.means.desk.as_ref()
    }

    fn press(&self) -> Result<&Press, Problem> {
        self.desk().map(|desk| &desk.press).ok_or_else(Problem::unauthorized)
    }

    fn engine(&self) -> Result<Arc<Engine>, Problem> {
        self.desk().map(|desk| Arc::clone(&desk.engine)).ok_or_else(Problem::unauthorized)
    }

    fn meters(&self) -> &Meters {
        &self.0.meters
    }
}
