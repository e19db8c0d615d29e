//! The service: the recipient's page, and verification for programs, over HTTP.
//!
//! It is a face of the library as the command line is: a file comes in, [`crate::verify`] judges it,
//! the answer goes out, and nothing of it is kept. [`Service::router`] is the whole application, which
//! a test calls without a network; [`serve`] puts it on one.

#![allow(unused_qualifications, reason = "the macros of utoipa write them")]
#![allow(clippy::result_large_err, reason = "a problem is made once a request, and is its answer")]

mod admission;
mod api;
mod arrivals;
mod authentication;
mod config;
mod documents;
mod doors;
mod fair;
mod health;
pub mod hooks;
mod judge;
mod kept_trust;
mod metrics;
mod middleware;
mod offices;
mod page;
mod party;
pub mod press;
mod problem;
mod rate;
mod readiness;
mod refusal;
mod request_id;
mod responses;
mod router;
mod schemas;
mod server;
pub mod shutdown;
mod state;
pub mod store;
mod upload;
mod watched;

pub use config::{Mebibytes, NotMebibytes, ServiceConfig, Tls};
pub use kept_trust::ReadTrust;
pub use offices::{BrokenOffice, OpenOffice, OpenOfficeError, OpenOffices};
pub use party::Party;
pub use press::{Press, PressLimits};
pub use problem::{PROBLEM_JSON, Problem};
pub use rate::ClientAddress;
pub use server::{ServeError, bind, serve};
pub use shutdown::Stop;
pub use state::{BeginLooking, Dependencies, Issuing, Onlooker, Service};
pub use store::{StorageConfig, Store, StoreError};
