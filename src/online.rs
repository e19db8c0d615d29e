//! What the network knows of certificates: revocation lists, OCSP answers, and an office's published
//! certificate.
//!
//! The addresses stand in certificates, which are strangers' words: nothing is asked at private
//! addresses, no redirect is followed, and every answer is bounded in size and time. Nobody is believed
//! for having answered: what comes is signed, and [`crate::verify`] checks that.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use ureq::config::Config;
use ureq::http::{Response, Uri};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::lang::Message;
use crate::message;
use crate::time_stamping::TimeStampAuthority;
use crate::verify::Revocations;
use crate::verify::path::{Pointers, revocation_questions};

/// How long one answer may take.
const TIME: Duration = Duration::from_secs(10);
/// The longest revocation list, in bytes.
const MAX_LIST: u64 = 32 << 20;
/// The longest OCSP answer or certificate, in bytes.
const MAX_ANSWER: u64 = 1 << 20;
/// The most addresses that are asked for one file.
const MAX_ASKED: usize = 32;

/// Which hosts may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// Those that anybody can reach.
    Public,
    /// This machine and its network as well: an office's own servers.
    All,
    /// Those that anybody can reach, with TLS; and those in these networks, with TLS or without.
    Secured(Networks),
}

/// Networks of an office's own systems, as blocks of addresses (CIDR, RFC 4632) such as `10.1.2.0/24`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Networks(Vec<IpNet>);

impl TryFrom<Vec<String>> for Networks {
    type Error = NotANetwork;

    fn try_from(blocks: Vec<String>) -> Result<Networks, NotANetwork> {
        let parsed = blocks.into_iter().map(|block| block.parse().map_err(|_| NotANetwork(block)));
        Ok(Networks(parsed.collect::<Result<_, _>>()?))
    }
}

impl Networks {
    fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(&address))
    }
}

/// The text is no block of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no network such as 10.1.2.0/24")]
pub struct NotANetwork(String);

impl Hosts {
    /// Whether a connection to `address` may be made.
    fn let_through(&self, address: IpAddr, uri: &Uri) -> bool {
        // One address has one form, or a rule for it could be walked around.
        let address = address.to_canonical();
        match self {
            Hosts::All => true,
            Hosts::Public => is_public(address),
            Hosts::Secured(own) => {
                own.contain(address) || is_public(address) && uri.scheme_str() == Some("https")
            }
        }
    }

    /// A client that connects to these hosts alone, follows no redirect and knows no proxy. An answer of any
    /// status is one, and what it takes is bounded in time.
    pub(crate) fn agent(self) -> ureq::Agent {
        let config = Config::builder()
            .timeout_global(Some(TIME))
            .max_redirects(0)
            .http_status_as_error(false)
            // What stands in the environment is for programs that fetch what their user named.
            .proxy(None)
            .user_agent(concat!("vanthu/", env!("CARGO_PKG_VERSION")))
            .build();
        let resolver = Cautious { hosts: self, resolver: DefaultResolver::default() };
        ureq::Agent::with_parts(config, DefaultConnector::default(), resolver)
    }
}

/// Whether `cause` is that a host is not one of those that may be asked.
pub(crate) fn is_refused(cause: &ureq::Error) -> bool {
    matches!(cause, ureq::Error::Other(other) if other.is::<OwnNetwork>())
}

/// Asks authorities for revocation data, over HTTP.
#[derive(Debug)]
pub struct Network {
    agent: ureq::Agent,
}

impl Network {
    /// A client that reaches no hosts but `hosts`.
    pub fn new(hosts: Hosts) -> Network {
        Network { agent: hosts.agent() }
    }

    /// Gets what is published at `url`.
    ///
    /// # Errors
    /// There is no answer, or not within the limits; in words.
    pub fn get(&self, url: &str) -> Result<Vec<u8>, Message> {
        self.fetch(url, MAX_ANSWER)
    }

    fn fetch(&self, url: &str, limit: u64) -> Result<Vec<u8>, Message> {
        let response = self.agent.get(url).call().map_err(|cause| failed(url, &cause))?;
        read(url, response, limit)
    }

    fn ask(&self, url: &str, request: &[u8]) -> Result<Vec<u8>, Message> {
        let request = self.agent.post(url).header("content-type", "application/ocsp-request").send(request);
        read(url, request.map_err(|cause| failed(url, &cause))?, MAX_ANSWER)
    }

    /// Asks about every certificate of the paths `chains`, DER, each from the certificate to its anchor, and
    /// gives what came and what did not.
    pub fn revocations(&self, chains: &[Vec<Vec<u8>>]) -> (Revocations, Vec<Message>) {
        let mut found = Revocations::default();
        let mut problems = Vec::new();
        let mut asked: Vec<(String, Vec<u8>)> = Vec::new();
        for [certificate, issuer] in chains.iter().flat_map(|chain| chain.array_windows()) {
            let Some((Pointers { crls, ocsps, .. }, request)) = revocation_questions(certificate, issuer)
            else {
                continue;
            };
            let questions = ocsps.into_iter().map(|url| (url, request.clone()));
            for (url, request) in questions.chain(crls.into_iter().map(|url| (url, Vec::new()))) {
                let is_http = url.starts_with("http://") || url.starts_with("https://");
                if !is_http || asked.len() >= MAX_ASKED || asked.contains(&(url.clone(), request.clone())) {
                    continue;
                }
                let answer = match request.as_slice() {
                    [] => self.fetch(&url, MAX_LIST).map(|list| found.crls.push(list)),
                    request => self.ask(&url, request).map(|answer| found.ocsps.push(answer)),
                };
                problems.extend(answer.err());
                asked.push((url, request));
            }
        }
        (found, problems)
    }
}

/// A time-stamping server (RFC 3161 §3.4).
#[derive(Debug)]
pub struct TimeStampServer {
    network: Network,
    url: String,
}

impl TimeStampServer {
    /// The server at `url`, which the user named: it may be one of the office's own network.
    pub fn at(url: &str) -> TimeStampServer {
        TimeStampServer { network: Network::new(Hosts::All), url: url.to_owned() }
    }
}

impl TimeStampAuthority for TimeStampServer {
    fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Message> {
        let url = &self.url;
        let post = self.network.agent.post(url).header("content-type", "application/timestamp-query");
        read(url, post.send(request).map_err(|cause| failed(url, &cause))?, MAX_ANSWER)
    }

    fn name(&self) -> &str {
        &self.url
    }
}

fn failed(url: &str, cause: &ureq::Error) -> Message {
    if is_refused(cause) {
        return message!(
            "{url} ở trong mạng nội bộ nên chưa kết nối (--private-hosts)",
            "{url} is in this machine's own network, so it was not asked (--private-hosts)"
        );
    }
    message!("chưa kết nối được {url} (thông báo gốc: {cause})", "{url} could not be reached: {cause}")
}

fn read(url: &str, response: Response<ureq::Body>, limit: u64) -> Result<Vec<u8>, Message> {
    if response.status() != 200 {
        let status = response.status();
        return Err(message!("{url} trả lời {status}", "{url} answered {status}"));
    }
    let mut body = response.into_body();
    body.with_config().limit(limit).read_to_vec().map_err(|cause| failed(url, &cause))
}

/// Finds the addresses of hosts, and leaves out those that a stranger has no business to name.
#[derive(Debug)]
struct Cautious {
    hosts: Hosts,
    resolver: DefaultResolver,
}

impl Resolver for Cautious {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolver.resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        for address in found.iter() {
            if self.hosts.let_through(address.ip(), uri) {
                kept.push(*address);
            }
        }
        if kept.is_empty() { Err(ureq::Error::Other(Box::new(OwnNetwork))) } else { Ok(kept) }
    }
}

/// A host was named that is not one of those that may be asked: one of this machine's own network.
#[derive(Debug, thiserror::Error)]
#[error("a host of this machine's own network")]
struct OwnNetwork;

/// Whether an address is one of the open network (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_multicast()
                || first == 0
                || first == 100 && (64..128).contains(&second)
                || first >= 240
                || first == 198 && (18..20).contains(&second))
        }
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => is_public(IpAddr::V4(address)),
            None => {
                let [first, second, ..] = address.segments();
                // 2000::/3 is what is in use; 6to4, Teredo and NAT64 lead to other addresses.
                first & 0xE000 == 0x2000 && first != 0x2002 && (first, second) != (0x2001, 0)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_secured_stays_in_named_networks() {
        let own = Networks::try_from(vec!["10.1.2.0/24".to_owned(), "fd00::/64".to_owned()]).unwrap();
        let hosts = Hosts::Secured(own);
        let (plain, secured) =
            (Uri::from_static("http://a.example/"), Uri::from_static("https://a.example/"));
        let through = |address: &str, uri| hosts.let_through(address.parse().unwrap(), uri);
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "fd00::7"] {
            assert!(through(address, &plain) && through(address, &secured), "{address}");
        }
        assert!(through("1.1.1.1", &secured) && !through("1.1.1.1", &plain));
        for address in ["10.1.3.3", "127.0.0.1", "::1", "fe80::1", "169.254.169.254"] {
            assert!(!through(address, &plain) && !through(address, &secured), "{address}");
        }
        assert!(Networks::try_from(vec!["10.1.2.0/33".to_owned()]).is_err());
    }

    #[test]
    fn strangers_can_not_name_what_is_ours() {
        for ours in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.9.9",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001:0:1::",
        ] {
            assert!(!is_public(ours.parse().unwrap()), "{ours}");
        }
        for open in ["1.1.1.1", "203.162.0.1", "2606:4700::1111"] {
            assert!(is_public(open.parse().unwrap()), "{open}");
        }
    }
}
