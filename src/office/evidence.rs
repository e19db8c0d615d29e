//! What an office's signatures are proven with, at which level (ETSI EN 319 142-1 §6): time-stamping servers,
//! revocation data, trust, the network.

use time::OffsetDateTime;

use crate::augment::{self, AugmentError, AugmentOptions, Chains, Growing};
use crate::lang::Message;
use crate::office::authorization::{self, AuthorizationError};
use crate::office::{Office, SignatureLevel};
use crate::online::{Hosts, Network, TimeStampServer};
use crate::role::Role;
use crate::sign::Signer;
use crate::time_stamping::TimeStampAuthority;
use crate::verify::{Revocations, TrustStore};

/// Where the proof of an office's signatures comes from.
pub struct EvidenceSources {
    /// The level that they are to have.
    pub level: SignatureLevel,
    /// Time-stamping servers, in the order in which they are asked.
    pub servers: Vec<TimeStampServer>,
    /// Revocation lists and OCSP answers that need not be asked for.
    pub revocations: Revocations,
    /// The anchors that the signatures' certificates must lead to.
    pub trust: TrustStore,
    /// Is asked for more revocation data; with `None`, nobody is.
    pub network: Option<Network>,
}

impl EvidenceSources {
    /// As the configuration and the folders of `office` say.
    ///
    /// # Errors
    /// One of its anchors or lists can't be used.
    pub fn of(office: &Office) -> Result<EvidenceSources, AuthorizationError> {
        let signing = &office.config().signing;
        Ok(EvidenceSources {
            level: signing.level,
            servers: signing.time_stamping.iter().map(|url| TimeStampServer::at(url)).collect(),
            revocations: authorization::lists_of(office)?,
            trust: authorization::trust_of(Some(office), &[], &TrustStore::new())?,
            network: Some(Network::new(Hosts::Public)),
        })
    }

    /// Checks that `signer` may sign in `role` at `at`, for `office` where it is one's: see
    /// [`authorization::check_signer`].
    ///
    /// # Errors
    /// As there.
    pub fn check_signer(
        &self,
        signer: &dyn Signer,
        role: Role,
        office: Option<&Office>,
        at: OffsetDateTime,
    ) -> Result<(), AuthorizationError> {
        authorization::check_signer(signer, role, office, &self.trust, &self.revocations, at)
    }

    /// The time-stamping servers, as signing asks for them.
    pub fn authorities(&self) -> Vec<&dyn TimeStampAuthority> {
        self.servers.iter().map(|server| server as &dyn TimeStampAuthority).collect()
    }

    /// Whether signatures need a trusted time and nobody is there to give one.
    pub fn lacks_servers(&self) -> bool {
        self.level >= SignatureLevel::T && self.servers.is_empty()
    }

    /// What the network says of `chains`.
    pub fn ask(&self, chains: &Chains) -> (Revocations, Vec<Message>) {
        match &self.network {
            Some(network) => network.revocations(chains),
            None => (Revocations::default(), Vec::new()),
        }
    }

    /// Adds to the signed `file` what the level asks for, and says how many bytes that took.
    ///
    /// # Errors
    /// The signatures don't hold, or the level can't be reached: see [`augment::extend`].
    pub fn extend(&self, file: &mut impl Growing, at: OffsetDateTime) -> Result<u64, AugmentError> {
        let authorities = self.authorities();
        let ask = |chains: &Chains| self.ask(chains);
        let options = AugmentOptions {
            trust: &self.trust,
            authorities: &authorities,
            revocations: &self.revocations,
            source: Some(&ask),
            at,
        };
        augment::extend(file, self.level.into(), &options)
    }
}
