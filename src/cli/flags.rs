//! The flags that several commands share: which office, which fonts, what counts as now.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use time::OffsetDateTime;

use crate::clock;
use crate::diacritics;
use crate::document::profile::{DocumentKind, Profile};
use crate::file::Existing;
use crate::role::Role;

/// `--office`: the office whose register, keys and trust folder are used.
#[derive(Debug, Args)]
pub struct OfficeArg {
    /// The office's folder; otherwise the working folder or the nearest above it with a vanthu.toml.
    #[arg(long, env = "VANTHU_OFFICE", value_name = "DIR")]
    pub office: Option<PathBuf>,
}

/// `--font-dir`: the fonts that documents are set in.
#[derive(Debug, Args)]
pub struct FontArgs {
    /// A folder with the four faces of a font to use instead of Liberation Serif, such as Times New
    /// Roman.
    #[arg(long, env = "VANTHU_FONT_DIR", value_name = "DIR")]
    pub font_dir: Option<PathBuf>,
}

/// `--time`: what counts as now.
#[derive(Debug, Args)]
pub struct TimeArg {
    /// The time to write down (RFC 3339) instead of now: same input, same time, same bytes.
    #[arg(long, value_parser = moment, value_name = "TIME")]
    pub time: Option<OffsetDateTime>,
}

impl TimeArg {
    /// The clock, where no time was given.
    pub fn clock(&self) -> Option<fn() -> OffsetDateTime> {
        if self.time.is_some() { None } else { Some(clock::now) }
    }

    /// The time given, or now.
    pub fn moment(&self) -> OffsetDateTime {
        self.time.unwrap_or_else(clock::now)
    }
}

/// `--force`: what to do with output files that are there.
#[derive(Debug, Args)]
pub struct WriteArgs {
    /// Replace output files that exist.
    #[arg(long)]
    pub force: bool,
}

impl WriteArgs {
    /// What becomes of an output file that is there: replaced with `--force`, kept otherwise. Who writes to a path that
    /// is known asks `replace::existing_at`.
    pub fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Keep }
    }
}

/// Where a passphrase comes from. There is no flag for the passphrase itself: other users of the
/// machine could read it.
#[derive(Debug, Args)]
pub struct PassphraseArgs {
    /// Read the passphrase from the first line of this file; otherwise from the environment variable
    /// VANTHU_PASSPHRASE, otherwise ask.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    pub passphrase_file: Option<PathBuf>,
    /// Read the passphrase from the first line of this open file descriptor.
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
}

/// What signs: a key file, or a token.
#[derive(Debug, Args)]
pub struct SignerArgs {
    /// The private key's file.
    #[arg(long, value_name = "KEY", conflicts_with = "token")]
    pub key: Option<PathBuf>,
    /// The key is in a token or HSM: its PKCS#11 module, a shared library. The PIN is asked for as a passphrase is.
    #[arg(long, value_name = "MODULE")]
    pub token: Option<PathBuf>,
    /// The token's label, where there are several.
    #[arg(long, value_name = "LABEL", requires = "token")]
    pub token_label: Option<String>,
    /// The label of the key in the token, where it has several.
    #[arg(long, value_name = "LABEL", requires = "token")]
    pub key_label: Option<String>,
    /// The certificate, with its chain; the key's path ending in .crt, or the token's own, otherwise.
    #[arg(long, value_name = "CRT")]
    pub cert: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

/// In which capacity somebody signs: `--as`, `--require`, `--place`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleArg {
    /// The authorised person.
    Signer,
    /// The agency.
    Agency,
}

impl From<RoleArg> for Role {
    fn from(arg: RoleArg) -> Role {
        match arg {
            RoleArg::Signer => Role::Signer,
            RoleArg::Agency => Role::Agency,
        }
    }
}

/// Parses a time as RFC 3339 writes it.
pub fn moment(text: &str) -> Result<OffsetDateTime, String> {
    clock::parse(text).map_err(|_| "not an RFC 3339 time such as 2020-06-18T10:15:30+07:00".to_owned())
}

/// Parses the short name of a kind of document, such as bao-cao.
pub fn kind(text: &str) -> Result<&'static DocumentKind, String> {
    let profile = Profile::default_profile();
    let slug = diacritics::slug(text);
    let near = profile.kinds.iter().find(|kind| {
        let short = kind.abbreviation.as_deref();
        kind.slug == slug || short.is_some_and(|short| short.to_lowercase() == text.trim().to_lowercase())
    });
    profile.kind(text).ok_or_else(|| match near {
        Some(near) => format!("not a known kind; did you mean {}?", near.slug),
        None => format!("not a known kind; there is: {}", profile.slugs().join(", ")),
    })
}
