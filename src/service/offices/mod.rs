//! The offices whose documents the service issues, signs and registers: each with its register, its files, its key.
//! They come, change and go as their folders do; one that can't be used is told, and the others serve.

mod error;
mod folders;
mod office;
mod roster;

pub use error::OpenOfficeError;
pub use office::OpenOffice;
pub(super) use office::Present;
pub(super) use roster::Found;
pub use roster::{BrokenOffice, OpenOffices};
