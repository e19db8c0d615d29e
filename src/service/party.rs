//! On whose account something is done: what is bounded and shared out is counted by party, so that none of them can
//! take what the others need.

use std::net::{IpAddr, Ipv6Addr};

/// Who takes a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A client without a token, by its network.
    Stranger(IpAddr),
    /// The programs of an office, by its identifier.
    Office(String),
}

/// One IPv6 subscriber has a network of 64 bits: its addresses are one client.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}
