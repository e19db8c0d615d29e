//! What levels of signatures are made with: time-stamping servers, revocation data, trust.

use std::path::PathBuf;

use super::args::LevelArgs;
use super::verify::trust;
use crate::authorization;
use crate::cli::failure::Failure;
use crate::evidence::EvidenceSources;
use crate::office::Office;
use crate::online::{Hosts, Network, TimeStampServer};
use crate::verify::Revocations;

/// What the flags and the office's configuration say.
pub fn attestation(args: &LevelArgs, office: Option<&Office>) -> Result<EvidenceSources, Failure> {
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
