//! The HTTP clients, each made when it is first needed.
//!
//! There are four usual ones, by reach (public, local) and by scheme: a reach has its own resolver
//! and pool of connections, so that a public request never travels a local connection; and a
//! client for https reads the system's root certificates, which costs more than all else that a
//! poll of unchanged feeds over plain http does.
//!
//! A feed with a proxy or a client certificate of its own is asked by a client of its own, so that
//! neither connections nor certificate are ever another feed's. Of these the last used are kept,
//! and one whose certificate was changed in its file is made anew.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Client, Identity, Proxy};
use url::Url;

use crate::fetch::access::Certificate;
use crate::fetch::addresses::{Reach, Resolver};
use crate::fetch::error::{Error, root_cause};
use crate::model::Secret;

/// How long a connection stands idle: not long, as there may be one for each host.
const POOL_IDLE: Duration = Duration::from_secs(10);

/// Connections that stand idle for one host. Public hosts need one; local ones, which have no limit
/// of requests at once, reuse what they can.
const POOL_IDLE_PER_HOST: usize = 8;

/// Clients of single feeds that are kept; each holds the system's root certificates.
const MAX_OWN: usize = 32;

/// The clients for one reach.
#[derive(Debug)]
pub(super) struct Clients {
    reach: Reach,
    user_agent: HeaderValue,
    proxy: Option<Url>,
    connect_timeout: Duration,
    plain: OnceLock<Client>,
    secure: OnceLock<Client>,
    /// Those of single feeds, the one used last at the end.
    own: Mutex<Vec<Own>>,
}

/// A client that is not for everybody, and what it was made of.
#[derive(Debug)]
struct Own {
    proxy: Option<Url>,
    certificate: Option<Secret>,
    digest: Option<Vec<u8>>,
    client: Client,
}

impl Own {
    /// True if it was made for this way, whatever the certificate's file held then.
    fn is_for(&self, proxy: Option<&Url>, certificate: Option<&Certificate>) -> bool {
        self.proxy.as_ref() == proxy
            && self.certificate.as_ref() == certificate.map(|certificate| &certificate.place)
    }

    fn is_new_enough(&self, certificate: Option<&Certificate>) -> bool {
        self.digest.as_ref() == certificate.map(|certificate| &certificate.digest)
    }
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
            own: Mutex::default(),
        }
    }

    /// The addresses that these clients connect to.
    pub(super) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The client for the URL's scheme, a feed's own proxy and its certificate.
    ///
    /// # Errors
    ///
    /// [`Error::Client`]; [`Error::Access`] for a certificate that is none.
    pub(super) fn client_for(
        &self,
        url: &Url,
        proxy: Option<&Url>,
        certificate: Option<&Certificate>,
    ) -> Result<Client, Error> {
        let proxy = proxy.or(self.proxy.as_ref());
        if certificate.is_none() && proxy == self.proxy.as_ref() {
            return self.usual(url).map_err(|source| Error::Client { source });
        }
        if let Some(client) = self.known(proxy, certificate) {
            return Ok(client);
        }
        let client = match certificate {
            None => {
                let client = self.build(true, proxy, None);
                client.map_err(|source| Error::Client { source })?
            }
            Some(certificate) => self.build_certified(url, proxy, certificate)?,
        };
        self.keep(proxy, certificate, client.clone());
        Ok(client)
    }

    fn usual(&self, url: &Url) -> Result<Client, reqwest::Error> {
        // A proxy may be spoken to by https whatever the page is.
        let secure = url.scheme() == "https" || self.proxy.is_some();
        let cell = if secure { &self.secure } else { &self.plain };
        if let Some(client) = cell.get() {
            return Ok(client.clone());
        }
        let client = self.build(secure, self.proxy.as_ref(), None)?;
        Ok(cell.get_or_init(|| client).clone())
    }

    fn known(&self, proxy: Option<&Url>, certificate: Option<&Certificate>) -> Option<Client> {
        let mut own = self.own();
        let at = own
            .iter()
            .position(|it| it.is_for(proxy, certificate) && it.is_new_enough(certificate))?;
        let found = own.remove(at);
        let client = found.client.clone();
        own.push(found);
        Some(client)
    }

    fn keep(&self, proxy: Option<&Url>, certificate: Option<&Certificate>, client: Client) {
        let mut own = self.own();
        own.retain(|it| !it.is_for(proxy, certificate));
        if own.len() >= MAX_OWN {
            own.remove(0);
        }
        own.push(Own {
            proxy: proxy.cloned(),
            certificate: certificate.map(|certificate| certificate.place.clone()),
            digest: certificate.map(|certificate| certificate.digest.clone()),
            client,
        });
    }

    fn own(&self) -> MutexGuard<'_, Vec<Own>> {
        // No code that can panic runs under this lock.
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn build_certified(
        &self,
        url: &Url,
        proxy: Option<&Url>,
        certificate: &Certificate,
    ) -> Result<Client, Error> {
        let key = "client_certificate";
        if proxy.is_some_and(|proxy| proxy.scheme() == "https") {
            // The HTTP library speaks to both with one identity.
            let reason = "a proxy that is spoken to by https would be shown it as well";
            return Err(Error::unusable(url, key, reason.to_owned()));
        }
        let place = &certificate.place;
        let unusable = |source: &reqwest::Error| {
            let reason = format!("{place}: {}", root_cause(source));
            Error::unusable(url, key, reason)
        };
        let identity =
            Identity::from_pem(certificate.pem.as_bytes()).map_err(|source| unusable(&source))?;
        self.build(true, proxy, Some(identity)).map_err(|source| {
            // Whose fault it is shows without the certificate.
            match self.build(true, proxy, None) {
                Ok(_) => unusable(&source),
                Err(source) => Error::Client { source },
            }
        })
    }

    fn build(
        &self,
        secure: bool,
        proxy: Option<&Url>,
        identity: Option<Identity>,
    ) -> Result<Client, reqwest::Error> {
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
            .dns_resolver(Resolver::new(self.reach.clone(), proxy))
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(POOL_IDLE_PER_HOST);
        if let Some(proxy) = proxy {
            builder = builder.proxy(Proxy::all(proxy.clone())?);
        }
        if let Some(identity) = identity {
            builder = builder.identity(identity);
        }
        if !secure {
            // No roots: this client never speaks TLS.
            builder = builder.tls_certs_only([]);
        }
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::digest;

    fn clients() -> Clients {
        let agent = HeaderValue::from_static("rawi");
        Clients::new(Reach::default(), agent, None, Duration::from_secs(1))
    }

    fn url() -> Url {
        Url::parse("https://a.example/").unwrap()
    }

    fn certificate(name: &str, pem: &str) -> Certificate {
        Certificate {
            place: Secret::File(name.into()),
            digest: digest::body(pem.as_bytes()),
            pem: pem.to_owned(),
        }
    }

    #[test]
    fn a_certificate_that_was_changed_takes_the_place_of_the_old_one() {
        let clients = clients();
        let (reader, server) = (
            include_str!("../../tests/it/support/tls/reader.pem"),
            include_str!("../../tests/it/support/tls/server.pem"),
        );
        let kept = || {
            let own = clients.own();
            own.iter().map(|it| it.digest.clone()).collect::<Vec<_>>()
        };
        for pem in [reader, reader, server] {
            let certificate = certificate("c", pem);
            clients
                .client_for(&url(), None, Some(&certificate))
                .unwrap();
            assert_eq!(kept(), [Some(certificate.digest)]);
        }
        let other = certificate("d", reader);
        clients.client_for(&url(), None, Some(&other)).unwrap();
        assert_eq!(kept().len(), 2, "another file is another reader");
        clients.client_for(&url(), None, None).unwrap();
        assert_eq!(kept().len(), 2, "who has none takes the usual client");
    }

    #[test]
    fn of_the_clients_with_a_proxy_the_last_used_are_kept() {
        let clients = clients();
        let proxy = |n| Url::parse(&format!("http://p{n}.example/")).unwrap();
        for n in 0..=MAX_OWN {
            clients.client_for(&url(), Some(&proxy(n)), None).unwrap();
            clients.client_for(&url(), Some(&proxy(0)), None).unwrap();
        }
        let own = clients.own();
        let has = |n| own.iter().any(|it| it.proxy == Some(proxy(n)));
        assert_eq!(own.len(), MAX_OWN);
        assert!(has(0) && has(2) && !has(1));
    }
}
