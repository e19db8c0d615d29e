//! Webhooks: other systems are told what happens to the office's documents.
//!
//! There is no outbox. The register's log is the queue: its events have places 0, 1, 2 …, are only ever added, and in
//! the transaction that took the number. A webhook has a cursor in it ([`Cursor`](crate::register::Cursor)), and to deliver is to read from
//! there on, send, and move the cursor. So nothing is lost when a process dies, events of the command line are told
//! as well, and each webhook hears of them in their order, at least once.

mod delivery;
mod message;
mod rounds;
mod schedule;
mod sender;

pub use delivery::{DeliverySettings, Hooks, News};
pub use rounds::Rounds;
pub use schedule::Schedule;
