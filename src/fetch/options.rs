//! What the section `[fetch]` of feeds.toml sets.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use ipnet::IpNet;
use url::{Host, Url};

/// How the world is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// An address that tells a site's owner who reads: goes into the User-Agent.
    pub contact: String,
    /// Polls and page fetches under way at once, over all hosts.
    pub concurrency: usize,
    /// The whole of one poll or page, redirects included.
    pub timeout: Duration,
    /// The most bytes of one body, after decoding.
    pub max_body_bytes: u64,
    /// Private networks that configured feeds may lie in.
    pub allow_networks: Vec<IpNet>,
    /// Requests under way at once to one host. None: 1 for public hosts, no limit for local ones.
    pub host_concurrency: Option<usize>,
    /// The least time between two requests to one host. None: 1 s for public hosts, none for
    /// local ones.
    pub host_spacing: Option<Duration>,
    /// Pages that one public host is asked for on one day (UTC). No key of feeds.toml sets it.
    pub host_pages_a_day: u32,
    /// A proxy for every request; the environment's is ignored.
    pub proxy: Option<Url>,
    /// Answers that are taken in place of the resolver's, by name (lower case, without the root's
    /// dot), as curl's `--resolve` does. Each look-up takes the next answer of its name; the last
    /// one stays. They are judged as the resolver's are. No key of feeds.toml sets it.
    pub names: BTreeMap<String, Vec<Vec<IpAddr>>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            contact: String::new(),
            concurrency: 32,
            timeout: Duration::from_secs(60),
            max_body_bytes: 5 << 20,
            allow_networks: Vec::new(),
            host_concurrency: None,
            host_spacing: None,
            host_pages_a_day: 1000,
            proxy: None,
            names: BTreeMap::new(),
        }
    }
}

impl Options {
    /// True if the address names a host of the user's own network by what is written in it alone.
    ///
    /// That is an IP address inside [`allow_networks`](Self::allow_networks), or `localhost` and
    /// its subdomains where these networks hold a loopback address. Nothing is looked up.
    pub fn is_local(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(ip)) => self.allows(ip.into()),
            Some(Host::Ipv6(ip)) => self.allows(ip.into()),
            Some(Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                let is_localhost = name == "localhost" || name.ends_with(".localhost");
                is_localhost
                    && (self.allows(Ipv4Addr::LOCALHOST.into())
                        || self.allows(Ipv6Addr::LOCALHOST.into()))
            }
            None => false,
        }
    }

    /// True if `ip` lies in one of the allowed networks; `::ffff:a.b.c.d` counts as `a.b.c.d`.
    pub fn allows(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.allow_networks
            .iter()
            .any(|network| network.contains(&ip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_local_only_by_an_allowed_address_or_the_name_localhost() {
        let options = |networks: &[&str]| Options {
            allow_networks: networks.iter().map(|text| text.parse().unwrap()).collect(),
            ..Options::default()
        };
        let cases: [(&[&str], &str, bool); 11] = [
            (&[], "http://127.0.0.1/feed", false),
            (&[], "http://localhost/feed", false),
            (&["127.0.0.0/8"], "http://127.1.2.3:8080/feed", true),
            (&["127.0.0.0/8"], "http://0x7f.1/feed", true),
            (&["127.0.0.0/8"], "http://[::ffff:127.0.0.1]/feed", true),
            (&["127.0.0.0/8"], "http://localhost:9/feed", true),
            (&["::1/128"], "http://news.localhost./feed", true),
            (&["192.168.1.10/32"], "http://localhost/feed", false),
            (&["192.168.1.10/32"], "http://192.168.1.11/feed", false),
            (&["127.0.0.0/8"], "http://notlocalhost/feed", false),
            (&["0.0.0.0/0"], "http://127.0.0.1.example.org/feed", false),
        ];
        for (networks, url, expected) in cases {
            let found = options(networks).is_local(&Url::parse(url).unwrap());
            assert_eq!(found, expected, "{networks:?} {url}");
        }
    }
}
