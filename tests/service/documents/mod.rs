//! The service for an office's own programs: documents checked, drawn, issued, signed, sealed and recalled over
//! HTTP, with a real office behind it.

pub mod bench;
mod contract;
mod drafts;
mod duties;
mod issuing;
mod replicas;
mod signing;
