//! When a message that was not taken is sent again.

use std::time::Duration;

use sha2::{Digest, Sha256};

/// The longest wait between two tries, before it is spread by a fifth.
const LONGEST: Duration = Duration::from_secs(86_400);

/// When a message that was not taken is sent again: each wait is three times as long as the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// How long to wait after the first time; after each further time three times as long.
    pub first: Duration,
    /// How often one message is sent at the most.
    pub tries: u32,
}

impl Default for Schedule {
    /// Ten times: after 10 seconds, 30, 90 and so on up to 18 hours; a day and three hours together.
    fn default() -> Schedule {
        Schedule { first: Duration::from_secs(10), tries: 10 }
    }
}

impl Schedule {
    /// How long to wait after a message was sent for the `tries`th time: a fifth more or less, by `jitter`, so that
    /// receivers that were away are not all met at one moment.
    pub(super) fn wait(&self, tries: u32, jitter: &str) -> Duration {
        let grown = 3_u32.saturating_pow(tries.saturating_sub(1));
        let wait = self.first.saturating_mul(grown).min(LONGEST);
        let [first, second, ..] = <[u8; 32]>::from(Sha256::digest(jitter));
        // Four to six fifths.
        wait / 5 * 4 + wait / 5 * 2 / u32::from(u16::MAX) * u32::from(u16::from_be_bytes([first, second]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_take_about_a_day() {
        let schedule = Schedule::default();
        let waits = |jitter: &str| (1..schedule.tries).map(|tries| schedule.wait(tries, jitter)).sum();
        for n in 0..100 {
            let all: Duration = waits(&n.to_string());
            assert!(
                all > Duration::from_secs(21 * 3_600) && all < Duration::from_secs(33 * 3_600),
                "{all:?}"
            );
            let first = schedule.wait(1, &n.to_string());
            assert!(first >= Duration::from_secs(8) && first <= Duration::from_secs(12), "{first:?}");
        }
        assert_ne!(waits("1"), waits("2"));
        let at_once = Schedule { first: Duration::ZERO, ..schedule };
        assert_eq!(at_once.wait(9, "1"), Duration::ZERO);
    }
}
