//! How much the workers may cost.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use serde::Deserialize;

/// How many workers there are, and what a job may cost; the table `[press]` of a service's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PressLimits {
    /// Documents that are laid out at once, each in a process of its own.
    pub workers: NonZeroUsize,
    /// Documents that may wait besides.
    pub queue: usize,
    /// How long a job may take, in seconds.
    pub seconds: NonZeroU32,
    /// The address space of a worker's process, in MiB.
    pub memory: NonZeroU32,
    /// After how many jobs a worker makes place for a new one: Typst keeps some of what it has seen.
    pub jobs: NonZeroU32,
}

impl PressLimits {
    /// How long a job may take.
    pub fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.get().into())
    }
}

impl Default for PressLimits {
    fn default() -> PressLimits {
        const fn number(number: u32) -> NonZeroU32 {
            NonZeroU32::MIN.saturating_add(number - 1)
        }
        PressLimits {
            workers: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            queue: 32,
            seconds: number(20),
            memory: number(1536),
            jobs: number(100),
        }
    }
}
