//! What is on its way in: how many bodies, of how many bytes, of each party and in all. A body takes nothing else as
//! long as it comes, and it has to come at a least rate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::party::Party;
use super::problem::Problem;

/// The least rate of a body, in bytes a second.
const LEAST_RATE: u32 = 16 << 10;
/// How far a body may fall behind that rate, and how long it may take to begin.
const GRACE: Duration = Duration::from_secs(20);

/// What may be on its way or wait, of one party and in all.
#[derive(Debug, Clone, Copy)]
pub(super) struct ArrivalLimits {
    pub bodies: usize,
    pub bodies_each: usize,
    pub bytes: usize,
    pub bytes_each: usize,
}

/// What is on its way, and what came and waits.
#[derive(Debug)]
pub(super) struct Arrivals {
    limits: ArrivalLimits,
    parties: Mutex<HashMap<Party, Amount>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Amount {
    bodies: usize,
    bytes: usize,
}

/// A body, for as long as its bytes are kept.
#[derive(Debug)]
pub(super) struct Arrival {
    arrivals: Arc<Arrivals>,
    party: Party,
    bytes: usize,
    pace: Pace,
}

impl Arrivals {
    pub(super) fn new(limits: ArrivalLimits) -> Arc<Arrivals> {
        Arc::new(Arrivals { limits, parties: Mutex::default() })
    }

    /// A body of `party` begins to come.
    ///
    /// # Errors
    /// As many come already as may.
    pub(super) fn begin(self: &Arc<Self>, party: &Party) -> Result<Arrival, Problem> {
        let mut parties = self.lock();
        let all: usize = parties.values().map(|amount| amount.bodies).sum();
        let own = parties.get(party).copied().unwrap_or_default();
        if all >= self.limits.bodies || own.bodies >= self.limits.bodies_each {
            return Err(Problem::busy());
        }
        parties.insert(party.clone(), Amount { bodies: own.bodies + 1, ..own });
        Ok(Arrival { arrivals: Arc::clone(self), party: party.clone(), bytes: 0, pace: Pace::begin() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Party, Amount>> {
        self.parties.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Arrival {
    /// Waits for what of it comes next.
    ///
    /// # Errors
    /// It does not come in time.
    pub(super) async fn next<T>(&self, coming: impl Future<Output = T>) -> Result<T, Problem> {
        timeout_at(self.pace.until, coming).await.map_err(|_| Problem::timeout())
    }

    /// So many bytes of it came, and are kept.
    ///
    /// # Errors
    /// There is no room for them now.
    pub(super) fn came(&mut self, bytes: usize) -> Result<(), Problem> {
        self.pace.came(bytes, Instant::now());
        let limits = self.arrivals.limits;
        let mut parties = self.arrivals.lock();
        let all: usize = parties.values().map(|amount| amount.bytes).sum();
        let own = parties.entry(self.party.clone()).or_default();
        if all.saturating_add(bytes) > limits.bytes || own.bytes.saturating_add(bytes) > limits.bytes_each {
            return Err(Problem::busy());
        }
        own.bytes += bytes;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        let mut parties = self.arrivals.lock();
        if let Some(own) = parties.get_mut(&self.party) {
            own.bodies = own.bodies.saturating_sub(1);
            own.bytes = own.bytes.saturating_sub(self.bytes);
            if own.bodies == 0 {
                parties.remove(&self.party);
            }
        }
    }
}

/// How a body comes: at the least rate, or it is given up. What came faster before is no credit for later.
#[derive(Debug)]
struct Pace {
    until: Instant,
}

impl Pace {
    fn begin() -> Pace {
        Pace { until: Instant::now() + GRACE }
    }

    fn came(&mut self, bytes: usize, now: Instant) {
        let earned = Duration::from_secs(bytes as u64) / LEAST_RATE;
        self.until = (self.until + earned).min(now + GRACE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_party_takes_the_room_of_all() {
        let limits = ArrivalLimits { bodies: 3, bodies_each: 2, bytes: 100, bytes_each: 60 };
        let arrivals = Arrivals::new(limits);
        let [one, other] = ["one", "other"].map(|name| Party::Office(name.to_owned()));
        let (mut first, second) = (arrivals.begin(&one).unwrap(), arrivals.begin(&one).unwrap());
        assert_eq!(arrivals.begin(&one).unwrap_err().status, 503);
        first.came(60).unwrap();
        assert!(first.came(1).is_err());
        let mut third = arrivals.begin(&other).unwrap();
        third.came(40).unwrap();
        assert!(third.came(1).is_err(), "in all");
        assert!(arrivals.begin(&other).is_err(), "in all");
        drop((first, second, third));
        assert!(arrivals.lock().is_empty());
    }

    #[test]
    fn a_body_that_trickles_is_given_up_and_one_that_comes_is_not() {
        // After how many seconds a body ends of which so many bytes come so often, `first` at once.
        let trickle = |first: usize, bytes: usize, every: u64| {
            let began = Instant::now();
            let mut pace = Pace { until: began + GRACE };
            pace.came(first, began);
            let mut now = began;
            while now < began + Duration::from_secs(600) {
                now += Duration::from_secs(every);
                if now > pace.until {
                    return Some((pace.until - began).as_secs());
                }
                pace.came(bytes, now);
            }
            None
        };
        assert_eq!(trickle(0, 1, 12), Some(20));
        // Much at once is no leave to trickle afterwards.
        assert_eq!(trickle(100 << 20, 1, 12), Some(20));
        assert_eq!(trickle(0, 8 << 10, 1), Some(39));
        assert_eq!(trickle(0, 16 << 10, 1), None);
    }
}
