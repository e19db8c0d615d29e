//! How often one client may ask, and who a client is.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::Deserialize;

use super::party::{Party, network};
use super::problem::Problem;
use crate::access::Bearer;

/// Whose word counts for where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAddress {
    /// The connection's: nobody stands between.
    #[default]
    Connection,
    /// The last address of `X-Forwarded-For`, which the own proxy has put there.
    XForwardedFor,
}

/// More addresses than this are not kept without looking which of them can be forgotten.
const MANY: usize = 100_000;

/// How often each client has asked lately.
#[derive(Debug)]
pub(super) struct Rate {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    address: ClientAddress,
}

impl Rate {
    /// `per_minute` requests of one client in the long run, and as many at once.
    pub(super) fn new(per_minute: NonZeroU32, address: ClientAddress) -> Rate {
        let quota = Quota::per_minute(per_minute);
        Rate { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default(), address }
    }

    /// Counts a request of `client`; where it is one too many, how many seconds to wait.
    fn check(&self, client: IpAddr) -> Result<(), u64> {
        if self.limiter.len() > MANY {
            self.limiter.retain_recent();
        }
        let asked = self.limiter.check_key(&client);
        asked.map_err(|until| until.wait_time_from(self.clock.now()).as_secs() + 1)
    }

    /// Counts a request that came without a token that opens, and says whose it is.
    ///
    /// # Errors
    /// It is one too many.
    pub(super) fn stranger(&self, headers: &HeaderMap, extensions: &Extensions) -> Result<Party, Problem> {
        let client = self.client(headers, extensions);
        self.check(client).map_err(Problem::too_many_requests)?;
        Ok(Party::Stranger(client))
    }

    fn client(&self, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
        let forwarded = || {
            // The proxy adds the address that it sees at the end; what stands before is the client's word.
            let mut lists = headers.get_all("x-forwarded-for").iter().filter_map(|list| list.to_str().ok());
            lists.next_back()?.rsplit(',').next()?.trim().parse().ok()
        };
        let connection = || extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let address = match self.address {
            ClientAddress::Connection => connection(),
            ClientAddress::XForwardedFor => forwarded().or_else(connection),
        };
        network(address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
    }
}

/// How often each token was used lately.
#[derive(Debug)]
pub(super) struct TokenRate {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl TokenRate {
    /// `per_minute` requests of one token in the long run, and as many at once.
    pub(super) fn new(per_minute: NonZeroU32) -> TokenRate {
        TokenRate {
            limiter: RateLimiter::keyed(Quota::per_minute(per_minute)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of `bearer`.
    ///
    /// # Errors
    /// It is one too many.
    pub(super) fn count(&self, bearer: &Bearer) -> Result<(), Problem> {
        if self.limiter.len() > MANY {
            self.limiter.retain_recent();
        }
        let asked = self.limiter.check_key(&format!("{} {}", bearer.office, bearer.name));
        asked
            .map_err(|until| Problem::too_many_requests(until.wait_time_from(self.clock.now()).as_secs() + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(address: ClientAddress) -> Rate {
        Rate::new(NonZeroU32::new(2).unwrap(), address)
    }

    fn client(rate: &Rate, forwarded: &str) -> IpAddr {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 9))));
        rate.client(&headers, &extensions)
    }

    #[test]
    fn a_client_can_not_choose_who_it_is() {
        let direct = rate(ClientAddress::Connection);
        assert_eq!(client(&direct, "198.51.100.7"), IpAddr::from([192, 0, 2, 1]));
        let behind = rate(ClientAddress::XForwardedFor);
        assert_eq!(client(&behind, "10.0.0.1, 198.51.100.7"), IpAddr::from([198, 51, 100, 7]));
        assert_eq!(client(&behind, "nonsense"), IpAddr::from([192, 0, 2, 1]));
        assert_eq!(client(&behind, "2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn the_third_of_two_is_too_many_and_others_are_not_concerned() {
        let rate = rate(ClientAddress::Connection);
        let [one, other] = [IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2])];
        assert!(rate.check(one).is_ok() && rate.check(one).is_ok());
        assert!(rate.check(one).unwrap_err() <= 31);
        assert!(rate.check(other).is_ok());
    }
}
