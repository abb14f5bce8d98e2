//! Which addresses may be connected to, and the resolver that hands out no others.
//!
//! A URL's literal address is judged by [`Reach::permits`] before a request is made (the HTTP
//! library dials literals without asking a resolver); a name goes through [`Resolver`], so that
//! the address that was judged is the one that is dialled. Judged means: globally routable by the
//! registries of IANA (RFC 6890 and its successors), or inside `allow_networks` where the request
//! is a local feed's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::fetch::error::Refused;

/// Blocks of IPv4 that are not the public Internet.
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

/// How far a request may go: the public Internet, and some private networks beside it.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach(Arc<[IpNet]>);

impl Reach {
    /// The public Internet and these networks.
    pub(super) fn with(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    /// True if a connection to the address may be made.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        is_global(address) || self.opens(address)
    }

    /// True if the address lies in one of the private networks that were opened.
    fn opens(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// True if the host is, or resolves to, an address in one of the networks that were opened.
    pub(super) async fn opens_host_of(&self, url: &Url) -> bool {
        if self.0.is_empty() {
            return false;
        }
        match url.host() {
            Some(Host::Domain(name)) => match tokio::net::lookup_host((name, 0)).await {
                Ok(mut found) => found.any(|address| self.opens(address.ip())),
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

/// Finds addresses by the system's resolver and hands out those in reach.
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
            let (open, refused): (Vec<_>, Vec<_>) = tokio::net::lookup_host((name.as_str(), 0))
                .await?
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
mod tests {
    use super::*;

    fn judge(address: &str) -> bool {
        is_global(address.parse().unwrap())
    }

    #[test]
    fn addresses_of_the_public_internet_are_global() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.88.98.255",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2001:200::1",
            "2606:4700::1111",
            "2a00:1450:4001::200e",
            "3fff:1000::1",
        ] {
            assert!(judge(address), "{address} is public");
        }
    }

    #[test]
    fn every_closed_block_is_refused_from_its_first_to_its_last_address() {
        for (block, length) in CLOSED_V4 {
            let first = u32::from(block);
            let last = first | (u32::MAX >> length);
            for address in [first, first + 1, last] {
                let v4 = Ipv4Addr::from(address);
                assert!(!is_global(v4.into()), "{v4}");
                assert!(!is_global(v4.to_ipv6_mapped().into()), "::ffff:{v4}");
                let [a, b, c, d] = v4.octets().map(u16::from);
                let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a << 8 | b, c << 8 | d);
                assert!(!is_global(nat64.into()), "{nat64}");
            }
        }
    }

    #[test]
    fn ipv6_that_is_local_reserved_or_carries_ipv4_is_refused() {
        for address in [
            "::",
            "::1",
            "::8.8.8.8",
            "64:ff9b:1::808:808",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:db8::1",
            "2002:808:808::1",
            "3fff::1",
            "3fff:fff:ffff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!judge(address), "{address} is not public");
        }
    }

    #[test]
    fn every_spelling_of_a_literal_is_one_address() {
        for spelling in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.0.0.1./",
            "http://%31%32%37.0.0.1/",
            "http://１２７.0.0.1/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            let address = literal(&Url::parse(spelling).unwrap()).expect(spelling);
            assert_eq!(
                address.to_canonical(),
                IpAddr::V4(Ipv4Addr::LOCALHOST),
                "{spelling}"
            );
        }
    }

    #[test]
    fn an_opened_network_is_in_reach_in_mapped_spelling_too_and_no_other_is() {
        let reach = Reach::with(&["192.168.1.10/32".parse().unwrap()]);
        assert!(reach.permits("192.168.1.10".parse().unwrap()));
        assert!(reach.permits("::ffff:192.168.1.10".parse().unwrap()));
        assert!(!reach.permits("192.168.1.11".parse().unwrap()));
        assert!(reach.permits("8.8.8.8".parse().unwrap()));
        assert!(!Reach::default().permits("192.168.1.10".parse().unwrap()));
    }

    #[tokio::test]
    async fn a_host_is_local_only_if_its_address_was_opened() {
        let reach = Reach::with(&["127.0.0.0/8".parse().unwrap()]);
        for (url, local) in [
            ("http://127.0.0.1:8000/f", true),
            ("http://localhost/f", true),
            ("http://10.0.0.1/f", false),
            ("http://8.8.8.8/f", false),
        ] {
            assert_eq!(
                reach.opens_host_of(&Url::parse(url).unwrap()).await,
                local,
                "{url}"
            );
        }
        assert!(
            !Reach::default()
                .opens_host_of(&Url::parse("http://localhost/").unwrap())
                .await
        );
    }

    #[tokio::test]
    async fn the_resolver_keeps_back_what_is_out_of_reach() {
        let refused = Resolver::new(Reach::default(), None).resolve("localhost".parse().unwrap());
        assert!(refused.await.err().unwrap().is::<Refused>());
        let reach = Reach::with(&["127.0.0.0/8".parse().unwrap()]);
        let found = Resolver::new(reach, None)
            .resolve("localhost".parse().unwrap())
            .await;
        assert!(
            found
                .unwrap()
                .all(|address| address.ip() == Ipv4Addr::LOCALHOST)
        );
    }
}
