//! What is counted, for Prometheus: requests, how long they took, verdicts. No names, no addresses, no
//! content.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::press::Counts;
use crate::verify::Verdict;

/// The media type of what [`Metrics::write`] writes.
pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Bounds of the durations, in seconds.
const BOUNDS: [f64; 10] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Judgement {
    verdict: &'static str,
}

/// What can happen to the processes that lay documents out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PressEvent {
    event: &'static str,
}

/// Whether offices can be used.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfficeState {
    state: &'static str,
}

/// All that is counted.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram>,
    verdicts: Family<Judgement, Counter>,
    issued: Counter,
    press: Family<PressEvent, Gauge>,
    offices: Family<OfficeState, Gauge>,
}

impl Metrics {
    pub(super) fn new() -> Metrics {
        let requests = Family::<Request, Counter>::default();
        let histogram: fn() -> Histogram = || Histogram::new(BOUNDS);
        let durations = Family::<Route, Histogram>::new_with_constructor(histogram);
        let verdicts = Family::<Judgement, Counter>::default();
        let mut registry = Registry::with_prefix("vanthu");
        registry.register("http_requests", "Requests that were answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "How long answers took",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("verdicts", "Files that were judged", verdicts.clone());
        let (issued, press) = (Counter::default(), Family::<PressEvent, Gauge>::default());
        registry.register("documents_issued", "Documents that got a number", issued.clone());
        registry.register(
            "press",
            "What the processes that lay documents out did since the start",
            press.clone(),
        );
        let offices = Family::<OfficeState, Gauge>::default();
        registry.register("offices", "Offices that can be used, and that can not", offices.clone());
        Metrics { registry, requests, durations, verdicts, issued, press, offices }
    }

    /// A request was answered; `route` is the template of its address.
    pub(super) fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.durations.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { method, route, status }).inc();
    }

    /// A file was judged.
    pub(super) fn judged(&self, verdict: Verdict) {
        self.verdicts.get_or_create(&Judgement { verdict: name(verdict) }).inc();
    }

    /// A document got a number.
    pub(super) fn issued(&self) {
        self.issued.inc();
    }

    /// What the processes that lay documents out did until now.
    pub(super) fn press(&self, counts: Counts) {
        let Counts { jobs, late, deaths, starts } = counts;
        for (event, count) in [("job", jobs), ("late", late), ("death", deaths), ("start", starts)] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.press.get_or_create(&PressEvent { event }).set(count);
        }
    }

    /// So many offices can be used, and so many can not.
    pub(super) fn offices(&self, open: usize, broken: usize) {
        for (state, count) in [("open", open), ("broken", broken)] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.offices.get_or_create(&OfficeState { state }).set(count);
        }
    }

    /// Writes all of it as OpenMetrics.
    ///
    /// # Errors
    /// A metric can't be formatted.
    pub(super) fn write(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// The word for a verdict, as JSON has it.
fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::ValidExtended => "valid_extended",
        Verdict::Incomplete => "incomplete",
        Verdict::Unsigned => "unsigned",
        Verdict::Indeterminate => "indeterminate",
        Verdict::Unreadable => "unreadable",
        Verdict::Invalid => "invalid",
    }
}
