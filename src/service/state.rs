//! What a service is made of: its configuration, what it works with, and what it counts and bounds.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use time::OffsetDateTime;

use super::admission::Admission;
use super::config::ServiceConfig;
use super::doors::Doors;
use super::kept_trust::{KeptTrust, ReadTrust};
use super::metrics::Metrics;
use super::offices::OpenOffices;
use super::party::Party;
use super::press::Press;
use super::problem::Problem;
use super::rate::{ClientAddress, Rate, TokenRate};
use super::readiness::Readiness;
use crate::layout::Engine;
use crate::lookup::RegisterLookup;
use crate::presentation::Painter;
use crate::verify::Witness;

/// Somebody who looks at the pages of one file, bounded in time and memory.
pub trait Onlooker: Witness + Painter {}

impl<T: Witness + Painter> Onlooker for T {}

/// Begins to look at a file.
pub type BeginLooking = Arc<dyn Fn() -> Box<dyn Onlooker> + Send + Sync>;

/// What a service works with, beside its configuration.
pub struct Dependencies {
    /// The anchors whose certificates its verdicts trust, as they are when it is asked.
    pub trust: ReadTrust,
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
    doors: Arc<Doors>,
    rate: Rate,
    token_rate: TokenRate,
    metrics: Metrics,
    readiness: Readiness,
    trust: KeptTrust,
    is_shutting_down: AtomicBool,
}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Service").field("config", &self.0.config).finish_non_exhaustive()
    }
}

impl Service {
    /// A service as `config` says.
    pub fn new(config: ServiceConfig, dependencies: Dependencies) -> Service {
        let admission = Admission::new(&config);
        let is_proxied = config.client_address == ClientAddress::XForwardedFor;
        let doors = Doors::new(config.connections.get(), is_proxied);
        let rate = Rate::new(config.rate, config.client_address);
        let token_rate = TokenRate::new(config.token_rate);
        let metrics = Metrics::new();
        let trust = KeptTrust::new(Arc::clone(&dependencies.trust));
        let is_shutting_down = AtomicBool::new(false);
        Service(Arc::new(Inner {
            config,
            dependencies,
            admission,
            doors,
            rate,
            token_rate,
            metrics,
            readiness: Readiness::default(),
            trust,
            is_shutting_down,
        }))
    }

    /// Says in `/readyz` that no new work should come.
    pub fn begin_shutdown(&self) {
        self.0.is_shutting_down.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_shutting_down(&self) -> bool {
        self.0.is_shutting_down.load(Ordering::Relaxed)
    }

    pub(super) fn config(&self) -> &ServiceConfig {
        &self.0.config
    }

    pub(super) fn max_upload(&self) -> usize {
        self.0.config.max_upload.bytes()
    }

    /// Whom verdicts believe. It may read files: not for the runtime.
    pub(super) fn trust(&self) -> &KeptTrust {
        &self.0.trust
    }

    pub(super) fn begin_looking(&self) -> BeginLooking {
        Arc::clone(&self.0.dependencies.begin_looking)
    }

    pub(super) fn register(&self) -> Option<&dyn RegisterLookup> {
        match self.issuing() {
            Some(issuing) => Some(&issuing.offices),
            None => self.0.dependencies.register.as_deref(),
        }
    }

    pub(super) fn clock(&self) -> fn() -> OffsetDateTime {
        self.0.dependencies.clock
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        (self.clock())()
    }

    pub(super) fn office(&self) -> Option<&str> {
        self.0.dependencies.office.as_deref()
    }

    pub(super) fn admission(&self) -> &Admission {
        &self.0.admission
    }

    pub(super) fn doors(&self) -> &Arc<Doors> {
        &self.0.doors
    }

    pub(super) fn rate(&self) -> &Rate {
        &self.0.rate
    }

    pub(super) fn token_rate(&self) -> &TokenRate {
        &self.0.token_rate
    }

    pub(super) fn issuing(&self) -> Option<&Issuing> {
        self.0.dependencies.issuing.as_ref()
    }

    /// The processes that lay documents out, on the account of `party`.
    pub(super) fn press(&self, party: &Party) -> Result<Press, Problem> {
        self.issuing().map(|issuing| issuing.press.on_account_of(party)).ok_or_else(Problem::unauthorized)
    }

    pub(super) fn engine(&self) -> Result<Arc<Engine>, Problem> {
        self.issuing().map(|issuing| Arc::clone(&issuing.engine)).ok_or_else(Problem::unauthorized)
    }

    pub(super) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}
