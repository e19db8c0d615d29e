//! Documents laid out in other processes: whatever a stranger's JSON costs, it is bounded in time and memory, and
//! ends. A [`Press`] does what [`crate::document`], [`crate::issue::compose`] and [`crate::issue`] do, and nothing else.
//!
//! A worker lays out; what a document *is* stays with the service: [`Press::accept`] parses the canonical JSON
//! itself, once a worker has read the same document within its limits, so that a
//! [`Document`](crate::document::model::Document) is a checked one here too, and [`Press::lay_out`] sends that document
//! and gets back pages only.

mod client;
mod compositor;
mod error;
mod job;
mod limits;
mod pool;
mod wire;
mod worker;

pub use client::{Accepted, Paper, Press, Remarks, Rendered};
pub(crate) use compositor::Compositor;
pub use error::PressError;
pub(crate) use job::{MAX_QUESTION, PressQuestion};
pub use job::{NotAResolution, PressFormat, Resolution};
pub use limits::PressLimits;
pub use pool::Counts;
pub(crate) use wire::{Frame as Received, read, write};
