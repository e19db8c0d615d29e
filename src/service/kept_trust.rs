//! Whom the service's verdicts believe: read again every few seconds, so that what an office trusts or trusts no longer
//! counts without a restart.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::error;

use super::problem::Problem;
use crate::lang::Message;
use crate::verify::TrustStore;

/// Reads whom verdicts believe; where that can't be told, why, for the operator.
pub type ReadTrust = Arc<dyn Fn() -> Result<TrustStore, Message> + Send + Sync>;

/// How long what was read counts: as long as the folders of offices are not looked at again.
const FRESH: Duration = Duration::from_secs(5);

/// The anchors, and how they are read.
pub(super) struct KeptTrust {
    read: ReadTrust,
    kept: Mutex<Option<(Instant, Arc<TrustStore>)>>,
}

impl KeptTrust {
    pub(super) fn new(read: ReadTrust) -> KeptTrust {
        KeptTrust { read, kept: Mutex::default() }
    }

    /// The anchors as they are now, or were a moment ago. Who comes while they are read waits for them.
    ///
    /// # Errors
    /// They can't be read: older ones may believe somebody whom nobody believes any more.
    pub(super) fn current(&self) -> Result<Arc<TrustStore>, Problem> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, trust)) = &*kept
            && read.elapsed() < FRESH
        {
            return Ok(Arc::clone(trust));
        }
        *kept = None;
        let trust = (self.read)().map_err(|cause| {
            error!(cause = cause.en, "whom verdicts believe can't be told");
            Problem::internal()
        })?;
        let trust = Arc::new(trust);
        *kept = Some((Instant::now(), Arc::clone(&trust)));
        Ok(trust)
    }
}

impl fmt::Debug for KeptTrust {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeptTrust").finish_non_exhaustive()
    }
}
