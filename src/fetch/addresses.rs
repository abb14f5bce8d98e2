//! Which addresses may be connected to, and the resolver that hands out no others.
//!
//! A URL's literal address is judged by [`Reach::permits`] before a request is made (the HTTP
//! library dials literals without asking a resolver); a name goes through [`Resolver`], so that
//! the address that was judged is the one that is dialled. Judged means: globally routable by the
//! registries of IANA (RFC 6890 and its successors), or inside `allow_networks` where the request
//! is a local feed's.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::fetch::error::Refused;
use crate::fetch::hosts::key;

/// Blocks of IPv4 that are not the public Internet. Here and in [`CLOSED_V6`], what the registries
/// call reachable inside a closed block (anycast addresses of protocols, ORCHIDs) is closed, too.
const CLOSED_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // carriers' NAT
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, cloud metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // IETF protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast
];

/// The only block of IPv6 that holds unicast addresses of the public Internet. Outside lie, among
/// others, `::1`, `::/96`, `100::/64`, `5f00::/16`, `fc00::/7`, `fe80::/10`, `ff00::/8`.
const OPEN_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks inside [`OPEN_V6`] that are not public, or that carry an IPv4 address nobody judged.
const CLOSED_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // IETF protocols, Teredo among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// NAT64: how IPv4 is reached from a network without it (RFC 6052).
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// True if the address is one of the public Internet.
pub(super) fn is_global(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => !CLOSED_V4.iter().any(|block| in_v4(v4, *block)),
        IpAddr::V6(v6) if in_v6(v6, NAT64) => {
            let [.., a, b, c, d] = v6.octets();
            is_global(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
        }
        IpAddr::V6(v6) => in_v6(v6, OPEN_V6) && !CLOSED_V6.iter().any(|block| in_v6(v6, *block)),
    }
}

fn in_v4(address: Ipv4Addr, (block, length): (Ipv4Addr, u32)) -> bool {
    (u32::from(address) ^ u32::from(block)) >> (32 - length) == 0
}

fn in_v6(address: Ipv6Addr, (block, length): (Ipv6Addr, u32)) -> bool {
    (u128::from(address) ^ u128::from(block)) >> (128 - length) == 0
}

/// Asks for the addresses of names; clones share the answers that were given in advance.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(Arc<Mutex<BTreeMap<String, VecDeque<Vec<IpAddr>>>>>);

impl Names {
    /// Takes these answers ([`Options::names`](crate::fetch::options::Options::names)) and asks the
    /// system's resolver for all other names.
    pub(super) fn new(given: &BTreeMap<String, Vec<Vec<IpAddr>>>) -> Self {
        let answers = given
            .iter()
            .map(|(name, answers)| (name.clone(), answers.iter().cloned().collect()));
        Self(Arc::new(Mutex::new(answers.collect())))
    }

    /// One look-up. The only one in this crate.
    async fn look_up(&self, name: &str) -> std::io::Result<Vec<SocketAddr>> {
        if let Some(answer) = self.given(name) {
            return Ok(answer.into_iter().map(|ip| (ip, 0).into()).collect());
        }
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }

    /// The next of the answers that were given in advance; the last one stays.
    fn given(&self, name: &str) -> Option<Vec<IpAddr>> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = names.get_mut(key(name))?;
        if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        }
    }
}

/// How far a request may go: the public Internet, and some private networks beside it.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    networks: Arc<[IpNet]>,
    names: Names,
}

impl Reach {
    /// The public Internet and these networks, where names are found by `names`.
    pub(super) fn with(networks: &[IpNet], names: Names) -> Self {
        Self {
            networks: networks.into(),
            names,
        }
    }

    /// True if a connection to the address may be made.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        is_global(address) || self.opens(address)
    }

    /// True if the address lies in one of the private networks that were opened.
    fn opens(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }

    /// True if the host is, or resolves to, an address in one of the networks that were opened.
    pub(super) async fn opens_host_of(&self, url: &Url) -> bool {
        if self.networks.is_empty() {
            return false;
        }
        match url.host() {
            Some(Host::Domain(name)) => match self.names.look_up(name).await {
                Ok(found) => found.iter().any(|address| self.opens(address.ip())),
                Err(_) => false,
            },
            _ => literal(url).is_some_and(|address| self.opens(address)),
        }
    }
}

/// The address that a URL names in place of a host's name.
pub(super) fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

/// Finds addresses and hands out those in reach: what is not handed out is never dialled.
pub(super) struct Resolver {
    reach: Reach,
    /// The configured proxy's name: may lie anywhere.
    proxy: Option<Box<str>>,
}

impl Resolver {
    pub(super) fn new(reach: Reach, proxy: Option<&Url>) -> Self {
        Self {
            reach,
            proxy: proxy.and_then(Url::host_str).map(Box::from),
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let trusted = self.proxy.as_deref() == Some(name.as_str());
        let reach = self.reach.clone();
        Box::pin(async move {
            let found = reach.names.look_up(name.as_str()).await?;
            let (open, refused): (Vec<_>, Vec<_>) = found
                .into_iter()
                .partition(|address| trusted || reach.permits(address.ip()));
            match refused.first() {
                Some(address) if open.is_empty() => Err(Refused {
                    address: address.ip().to_canonical(),
                }
                .into()),
                _ if open.is_empty() => Err("the name has no address".into()),
                _ => Ok(Box::new(open.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests;
