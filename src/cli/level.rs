//! What levels of signatures are made with: time-stamping servers, revocation data, trust.

use std::path::{Path, PathBuf};

use super::args::LevelArgs;
use super::failure::{Exit, Failure};
use super::inputs::read_bounded;
use super::verify::trust;
use crate::keys::revocation_list;
use crate::lang::Message;
use crate::message;
use crate::office::{Office, SignatureLevel};
use crate::online::{Hosts, Network, TimeStampServer};
use crate::preserve::Chains;
use crate::time_stamping::TimeStampAuthority;
use crate::verify::{Revocations, TrustStore};

/// The longest revocation list or answer, in bytes.
const MAX_LIST: u64 = 32 << 20;

/// What the flags and the office's configuration say.
pub struct Level {
    pub level: SignatureLevel,
    servers: Vec<TimeStampServer>,
    pub revocations: Revocations,
    pub trust: TrustStore,
    network: Option<Network>,
}

impl Level {
    pub fn of(args: &LevelArgs, office: Option<&Office>) -> Result<Level, Failure> {
        let signing = office.map(|office| &office.config().signing);
        let configured = signing.map(|signing| signing.level).unwrap_or_default();
        let urls = match args.tsa.as_slice() {
            [] => signing.map(|signing| signing.time_stamping.as_slice()).unwrap_or_default(),
            named => named,
        };
        let hosts = if args.private_hosts { Hosts::All } else { Hosts::Public };
        let revocations = at_hand(&args.crl, office)?;
        Ok(Level {
            level: args.level.map_or(configured, Into::into),
            servers: urls.iter().map(|url| TimeStampServer::at(url)).collect(),
            revocations,
            trust: trust(&args.trust)?,
            network: (!args.offline).then(|| Network::new(hosts)),
        })
    }

    /// The servers that are asked for the time.
    pub fn authorities(&self) -> Vec<&dyn TimeStampAuthority> {
        self.servers.iter().map(|server| server as &dyn TimeStampAuthority).collect()
    }

    /// What the network says of `chains`.
    pub fn ask(&self, chains: &Chains) -> (Revocations, Vec<Message>) {
        match &self.network {
            Some(network) => network.revocations(chains),
            None => (Revocations::default(), Vec::new()),
        }
    }
}

/// The revocation lists and answers in `files`, and those of `office`.
pub fn at_hand(files: &[PathBuf], office: Option<&Office>) -> Result<Revocations, Failure> {
    let mut revocations = office.map(office_lists).transpose()?.unwrap_or_default();
    for path in files {
        add(&mut revocations, path)?;
    }
    Ok(revocations)
}

/// The revocation lists in an office's folder of keys.
pub fn office_lists(office: &Office) -> Result<Revocations, Failure> {
    let entries = std::fs::read_dir(office.keys()).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut lists: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "crl")).collect();
    lists.sort();
    let mut revocations = Revocations::default();
    for path in &lists {
        add(&mut revocations, path)?;
    }
    Ok(revocations)
}

/// Reads a revocation list, PEM or DER, or an OCSP answer in DER.
fn add(revocations: &mut Revocations, path: &Path) -> Result<(), Failure> {
    let mut bytes = read_bounded(path, MAX_LIST)?;
    if let Ok(Some(list)) = revocation_list::read(path) {
        bytes = revocation_list::to_der(&list)?;
    }
    revocations.add(bytes).map_err(|_| {
        let path = path.display();
        Failure::new(
            Exit::Rejected,
            message!(
                "{path}: không phải danh sách thu hồi (CRL) hay trả lời OCSP",
                "{path}: neither a revocation list (CRL) nor an OCSP answer"
            ),
        )
    })
}
