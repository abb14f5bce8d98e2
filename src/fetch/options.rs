//! What the section `[fetch]` of feeds.toml sets.

use std::time::Duration;

use ipnet::IpNet;
use url::Url;

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
    /// A proxy for every request; the environment's is ignored.
    pub proxy: Option<Url>,
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
            proxy: None,
        }
    }
}
