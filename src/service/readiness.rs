//! What was found the last time that the offices were asked whether they are ready: however often somebody wants to
//! know, they are asked once a second.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// For how long an answer is good.
const FRESH: Duration = Duration::from_secs(1);

/// What works of each office and what does not, by what it is called.
pub(super) type OfficeStates = Vec<(String, Result<(), String>)>;

/// The last answer, and when it came.
#[derive(Debug, Default)]
pub(super) struct Readiness(Mutex<Option<(Instant, OfficeStates)>>);

impl Readiness {
    /// The last answer where it is good, or what `asking` gives. Who comes meanwhile waits for the same.
    pub(super) async fn of(&self, asking: impl Future<Output = OfficeStates>) -> OfficeStates {
        let mut last = self.0.lock().await;
        if let Some((when, found)) = &*last
            && when.elapsed() < FRESH
        {
            return found.clone();
        }
        let found = asking.await;
        *last = Some((Instant::now(), found.clone()));
        found
    }
}
