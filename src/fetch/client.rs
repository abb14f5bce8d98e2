//! The HTTP clients, each made when it is first needed.
//!
//! There are four, by reach (public, local) and by scheme: a reach has its own resolver and pool
//! of connections, so that a public request never travels a local connection; and a client for
//! https reads the system's root certificates, which costs more than all else that a poll of
//! unchanged feeds over plain http does.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy};
use url::Url;

use crate::fetch::addresses::{Reach, Resolver};

/// How long a connection stands idle: not long, as there may be one for each host.
const POOL_IDLE: Duration = Duration::from_secs(10);

/// Connections that stand idle for one host. Public hosts need one; local ones, which have no limit
/// of requests at once, reuse what they can.
const POOL_IDLE_PER_HOST: usize = 8;

/// The clients for one reach.
#[derive(Debug)]
pub(super) struct Clients {
    reach: Reach,
    user_agent: HeaderValue,
    proxy: Option<Url>,
    connect_timeout: Duration,
    plain: OnceLock<Client>,
    secure: OnceLock<Client>,
}

impl Clients {
    pub(super) fn new(
        reach: Reach,
        user_agent: HeaderValue,
        proxy: Option<Url>,
        connect_timeout: Duration,
    ) -> Self {
        let (plain, secure) = (OnceLock::new(), OnceLock::new());
        Self {
            reach,
            user_agent,
            proxy,
            connect_timeout,
            plain,
            secure,
        }
    }

    /// The addresses that these clients connect to.
    pub(super) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The client for the URL's scheme.
    pub(super) fn client_for(&self, url: &Url) -> Result<&Client, reqwest::Error> {
        // A proxy may be spoken to by https whatever the page is.
        let secure = url.scheme() == "https" || self.proxy.is_some();
        let cell = if secure { &self.secure } else { &self.plain };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let client = self.build(secure)?;
        Ok(cell.get_or_init(|| client))
    }

    fn build(&self, secure: bool) -> Result<Client, reqwest::Error> {
        // An error says that there is a provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(self.user_agent.clone())
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            // As curl and browsers do: a header that no header may be like is passed over.
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .dns_resolver(Resolver::new(self.reach.clone(), self.proxy.as_ref()))
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(POOL_IDLE_PER_HOST);
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(Proxy::all(proxy.clone())?);
        }
        if !secure {
            // No roots: this client never speaks TLS.
            builder = builder.tls_certs_only([]);
        }
        builder.build()
    }
}
