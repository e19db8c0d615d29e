//! The folder of one office: its configuration `vanthu.toml`, its keys, its register.

pub mod authorization;
mod config;
mod error;
pub mod evidence;
pub mod expiry;
mod folder;
pub mod key_use;
mod pinning;
mod register;
pub mod seal;
pub mod webhook;

pub use config::{
    Agency, CONFIG_FILE, NumberingConfig, OfficeConfig, OnFailure, QrChoice, RegisterChoice, SealChoice,
    SeriesChoice, SignatureLevel, Signing,
};
pub use error::OfficeError;
pub use folder::{COPIES, Office, is_office};
