//! What levels of signatures are made with: time-stamping servers, revocation data, trust.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::inputs::trust;
use crate::cli::failure::Failure;
use crate::office::authorization;
use crate::office::evidence::EvidenceSources;
use crate::office::{Office, SignatureLevel};
use crate::online::{Hosts, Network, TimeStampServer};
use crate::verify::Revocations;

/// How lasting a signature is, and with whose help.
#[derive(Debug, Args)]
pub struct LevelArgs {
    /// The level (ETSI EN 319 142-1): b, t with a time-stamp, lt with all that validates it, lta with a time-stamp
    /// over that. What vanthu.toml says, or b, otherwise.
    #[arg(long, value_enum)]
    pub level: Option<LevelArg>,
    /// A time-stamping server (RFC 3161); repeat for others that are asked where it fails.
    #[arg(long, value_name = "URL")]
    pub tsa: Vec<String>,
    /// A revocation list (CRL) or OCSP answer at hand; those in the office's keys/ count as well.
    #[arg(long, value_name = "FILE")]
    pub crl: Vec<PathBuf>,
    /// Whom to trust, for lt and lta; the office's trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Ask no server about revocation.
    #[arg(long)]
    pub offline: bool,
    /// Ask servers of this machine's own network about revocation as well.
    #[arg(long, conflicts_with = "offline")]
    pub private_hosts: bool,
}

/// A level of ETSI EN 319 142-1, as `--level` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LevelArg {
    /// A signature.
    B,
    /// With a time-stamp.
    T,
    /// With validation data.
    Lt,
    /// With an archive time-stamp.
    Lta,
}

impl From<LevelArg> for SignatureLevel {
    fn from(arg: LevelArg) -> SignatureLevel {
        match arg {
            LevelArg::B => SignatureLevel::B,
            LevelArg::T => SignatureLevel::T,
            LevelArg::Lt => SignatureLevel::Lt,
            LevelArg::Lta => SignatureLevel::Lta,
        }
    }
}

/// What the flags and the office's configuration say.
pub fn evidence(args: &LevelArgs, office: Option<&Office>) -> Result<EvidenceSources, Failure> {
    let signing = office.map(|office| &office.config().signing);
    let configured = signing.map(|signing| signing.level).unwrap_or_default();
    let urls = match args.tsa.as_slice() {
        [] => signing.map(|signing| signing.time_stamping.as_slice()).unwrap_or_default(),
        named => named,
    };
    let hosts = if args.private_hosts { Hosts::All } else { Hosts::Public };
    Ok(EvidenceSources {
        level: args.level.map_or(configured, Into::into),
        servers: urls.iter().map(|url| TimeStampServer::at(url)).collect(),
        revocations: at_hand(&args.crl, office)?,
        trust: trust(&args.trust)?,
        network: (!args.offline).then(|| Network::new(hosts)),
    })
}

/// The revocation lists and answers in `files`, and those of `office`.
pub fn at_hand(files: &[PathBuf], office: Option<&Office>) -> Result<Revocations, Failure> {
    let mut revocations = office.map(authorization::lists_of).transpose()?.unwrap_or_default();
    for path in files {
        authorization::add_list(&mut revocations, path)?;
    }
    Ok(revocations)
}
