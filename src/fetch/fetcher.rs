//! The fetcher: one GET, with its redirects, inside one deadline.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION,
};
use reqwest::{Method, Request, Response};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::clock::Clock;
use crate::fetch::access::{Access, Pass};
use crate::fetch::addresses::{Names, Reach, literal};
use crate::fetch::body::{self, Body, Broken, Places};
use crate::fetch::budget::Budget;
use crate::fetch::challenge;
use crate::fetch::client::Clients;
use crate::fetch::encoding;
use crate::fetch::error::{Error, Phase, broken_body, classify};
use crate::fetch::headers;
use crate::fetch::hosts::{HostPermit, Hosts, Purpose, key};
use crate::fetch::options::Options;
use crate::fetch::redirects::{Route, is_home, is_redirect};
use crate::fetch::robots::Robots;
use crate::model::{PagesAsked, Validators};
use crate::text::{charset, html};

/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest wait for the answer of a hub.
pub(super) const PING_WITHIN: Duration = Duration::from_secs(20);

/// The longest wait for the beginning of an answer, connecting included.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// Feed types first, then whatever a badly configured server may call a feed.
const ACCEPT_FEED: HeaderValue = HeaderValue::from_static(
    "application/atom+xml, application/rss+xml, application/feed+json, \
     application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, \
     text/html;q=0.4, */*;q=0.1",
);

const ACCEPT_PAGE: HeaderValue =
    HeaderValue::from_static("text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1");

/// Asks the world. Clones share connections, hosts and limits.
#[derive(Debug, Clone)]
pub struct Fetcher(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    options: Options,
    pub(super) clock: Clock,
    hosts: Hosts,
    pub(super) robots: Robots,
    pub(super) budget: Budget,
    pub(super) places: Places,
    public: Clients,
    local: Clients,
}

/// A feed to be asked for.
#[derive(Debug)]
pub struct FeedRequest<'a> {
    /// Where it is. User info and fragment are not sent.
    pub url: &'a Url,
    /// What makes the request conditional; none makes it plain.
    pub validators: &'a Validators,
    /// The feed is a local one (its configured host lies in `allow_networks`), so that these
    /// networks are open to it and its redirects.
    pub local: bool,
    /// The place at the URL's host.
    pub permit: HostPermit,
    /// What the feed is asked with at its own origin, and by which proxy.
    pub access: &'a Access,
    /// The feed's configured address: its origin is the feed's own.
    pub home: &'a Url,
}

/// A page to be asked for.
#[derive(Debug)]
pub struct PageRequest<'a> {
    /// Where it is. User info and fragment are not sent.
    pub url: &'a Url,
    /// What makes the request conditional; none makes it plain.
    pub validators: &'a Validators,
    /// The feed that it belongs to is a local one; see [`FeedRequest::local`].
    pub local: bool,
    /// The place at the URL's host, from [`Hosts::try_reserve_page`].
    pub permit: HostPermit,
    /// The access of the feed that it belongs to: a page at the feed's own origin gets all of it,
    /// one elsewhere goes by the same proxy and gets nothing else.
    pub access: &'a Access,
    /// The configured address of that feed; see [`FeedRequest::home`].
    pub home: &'a Url,
}

/// An answer that can be worked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The HTTP status: 304 or of the 200s.
    pub status: u16,
    /// What came.
    pub body: Answer,
    /// The `Content-Type`, parameters included.
    pub content_type: Option<String>,
    /// The address that answered: what the document's relative addresses refer to.
    pub final_url: Url,
    /// The new address, if the old one moved for good: all redirects were permanent.
    pub moved_to: Option<Url>,
    /// What to make the next request conditional by. Of a 304 the ones that it carried: another
    /// field than those stays as it is. Empty if another origin answered, for these are never
    /// sent there.
    pub validators: Validators,
    /// How long the server calls its answer fresh.
    pub fresh_for: Option<Duration>,
    /// The moment before which the server asks for silence, though it answered: its limit of
    /// requests is used up.
    pub retry_after: Option<DateTime<Utc>>,
    /// True if the request was conditional.
    pub sent_validators: bool,
}

/// What an answer brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What is known is still right.
    NotModified,
    /// The decompressed body.
    Body(Body),
}

impl Fetched {
    /// Bytes of the body after decompression; 0 for a 304.
    pub fn body_bytes(&self) -> u64 {
        match &self.body {
            Answer::NotModified => 0,
            Answer::Body(body) => body.len() as u64,
        }
    }
}

/// What is the same in every request of one fetch.
#[derive(Clone)]
pub(super) struct Wanted<'a> {
    pub(super) accept: HeaderValue,
    pub(super) validators: Option<&'a Validators>,
    pub(super) purpose: Purpose,
    pub(super) local: bool,
    pub(super) deadline: Instant,
    pub(super) access: &'a Access,
    pub(super) home: &'a Url,
}

impl Fetcher {
    /// Sets up a fetcher. Nothing is read or connected before the first request.
    ///
    /// # Errors
    ///
    /// [`Error::Contact`].
    pub fn new(options: Options, clock: Clock) -> Result<Self, Error> {
        let user_agent = user_agent(&options.contact)?;
        let connect_timeout = CONNECT_TIMEOUT.min(options.timeout);
        let clients = |reach, user_agent| {
            Clients::new(reach, user_agent, options.proxy.clone(), connect_timeout)
        };
        let names = Names::new(&options.names);
        Ok(Self(Arc::new(Inner {
            hosts: Hosts::new(&options, clock.clone()),
            robots: Robots::default(),
            budget: Budget::new(options.host_pages_a_day),
            places: Places::default(),
            clock,
            public: clients(Reach::with(&[], names.clone()), user_agent.clone()),
            local: clients(Reach::with(&options.allow_networks, names), user_agent),
            options,
        })))
    }

    /// Whose turn it is.
    pub fn hosts(&self) -> &Hosts {
        &self.0.hosts
    }

    /// True if the URL's host is, or resolves to, an address in `allow_networks`: its place is
    /// reserved as a local one. Costs a look-up of the name where there are such networks.
    pub async fn is_local(&self, url: &Url) -> bool {
        self.0.is_local(url).await
    }

    /// The client that asks at this address, which must not be a literal one out of reach.
    pub(super) fn client_of(&self, url: &Url, local: bool) -> Result<reqwest::Client, Error> {
        let clients = if local { &self.0.local } else { &self.0.public };
        match literal(url) {
            Some(address) if !clients.reach().permits(address) => Err(Error::ForbiddenAddress {
                url: Box::new(url.clone()),
                address: address.to_canonical(),
                redirected: false,
            }),
            _ => clients.client_for(url, None, None),
        }
    }

    /// When the next page of this public host may be asked for, if those of today are used up.
    pub fn pages_spent_until(&self, url: &Url) -> Option<DateTime<Utc>> {
        let host = key(url.host_str()?);
        self.0.budget.spent_until(host, self.0.clock.now())
    }

    /// What the archive is to remember of the pages that were asked for, since the last time.
    pub fn take_pages_asked(&self) -> Vec<PagesAsked> {
        self.0.budget.take(self.0.clock.now())
    }

    /// Takes notice of pages that were asked for before this process started.
    pub fn learn_pages_asked(&self, asked: Vec<PagesAsked>) {
        self.0.budget.learn(asked, self.0.clock.now());
    }

    /// Asks for a feed, conditionally if there are validators.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; nothing was kept, and the place at the host is free.
    pub async fn get_feed(&self, request: FeedRequest<'_>) -> Result<Fetched, Error> {
        let wanted = Wanted {
            accept: ACCEPT_FEED,
            validators: Some(request.validators).filter(|validators| !validators.is_empty()),
            purpose: Purpose::Other,
            local: request.local,
            deadline: Instant::now() + self.0.options.timeout,
            access: request.access,
            home: request.home,
        };
        self.0.get(request.url, &wanted, request.permit).await
    }

    /// Asks for a page, conditionally if there are validators, where its host's robots.txt and
    /// the day's budget allow it.
    ///
    /// A robots.txt that is not known is asked for first, with the same permit and deadline.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; nothing was kept, and the place at the host is free.
    pub async fn get_page(&self, request: PageRequest<'_>) -> Result<Fetched, Error> {
        let wanted = Wanted {
            accept: ACCEPT_PAGE,
            validators: Some(request.validators).filter(|validators| !validators.is_empty()),
            purpose: Purpose::Page,
            local: request.local,
            deadline: Instant::now() + self.0.options.timeout,
            access: request.access,
            home: request.home,
        };
        self.0.get(request.url, &wanted, request.permit).await
    }
}

impl Inner {
    async fn get(
        &self,
        url: &Url,
        wanted: &Wanted<'_>,
        mut permit: HostPermit,
    ) -> Result<Fetched, Error> {
        let mut route = Route::start(url)?;
        self.check_reach(&route, wanted)?;
        loop {
            let pass = self.pass(&route, wanted).await?;
            if wanted.purpose == Purpose::Page {
                permit = self.leave(&route, wanted, permit).await?;
            }
            let (response, sent_validators) = self.ask(&route, wanted, pass).await?;
            let status = response.status().as_u16();
            if !is_redirect(status) {
                let fetched = self.receive(route, wanted, response, sent_validators).await;
                drop(permit);
                return fetched;
            }
            let location = response.headers().get(LOCATION).map(HeaderValue::as_bytes);
            route.follow(status, location)?;
            self.check_reach(&route, wanted)?;
            // The next host is waited for without holding this one.
            drop((response, permit));
            permit = self.turn(&route, wanted).await?;
        }
    }

    fn clients(&self, wanted: &Wanted<'_>) -> &Clients {
        if wanted.local {
            &self.local
        } else {
            &self.public
        }
    }

    /// A name that nobody can resolve in time is not local: its request will tell the same.
    pub(super) async fn is_local(&self, url: &Url) -> bool {
        let until = Instant::now() + CONNECT_TIMEOUT.min(self.options.timeout) / 2;
        let answer = timeout_at(until, self.local.reach().opens_host_of(url)).await;
        answer.unwrap_or(false)
    }

    /// Refuses a literal address that is out of reach; names are judged by the resolver.
    pub(super) fn check_reach(&self, route: &Route, wanted: &Wanted<'_>) -> Result<(), Error> {
        match literal(route.here()) {
            Some(address) if !self.clients(wanted).reach().permits(address) => {
                Err(Error::ForbiddenAddress {
                    url: Box::new(route.here().clone()),
                    address: address.to_canonical(),
                    redirected: route.is_redirected(),
                })
            }
            _ => Ok(()),
        }
    }

    /// What the next request carries beyond the usual: what the feed's keys say at its own origin,
    /// read now, and nothing anywhere else.
    async fn pass(&self, route: &Route, wanted: &Wanted<'_>) -> Result<Pass, Error> {
        let here = route.here();
        if wanted.access.is_anonymous() || !is_home(wanted.home, here) {
            return Ok(Pass::default());
        }
        let (access, url) = (wanted.access.clone(), here.clone());
        let reading = tokio::task::spawn_blocking(move || access.read(&url));
        match timeout_at(wanted.deadline, reading).await {
            Ok(Ok(pass)) => pass,
            // A file that hangs, or the end of the process.
            Ok(Err(_)) | Err(_) => {
                let reason = "its secrets could not be read in time".to_owned();
                Err(Error::unusable(here, "access", reason))
            }
        }
    }

    /// Sends one request and waits for the head of its answer. Also says if it was conditional.
    pub(super) async fn ask(
        &self,
        route: &Route,
        wanted: &Wanted<'_>,
        pass: Pass,
    ) -> Result<(Response, bool), Error> {
        let url = route.here();
        let proxy = wanted.access.proxy.as_ref();
        let clients = self.clients(wanted);
        let client = clients.client_for(url, proxy, pass.certificate.as_ref())?;
        let mut request = Request::new(Method::GET, url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, wanted.accept.clone());
        headers.insert(ACCEPT_ENCODING, encoding::ACCEPTED);
        for (name, value) in &pass.headers {
            headers.insert(name, value.clone());
        }
        let validators = wanted.validators.filter(|_| route.is_at_first_origin());
        let sent_validators =
            validators.is_some_and(|validators| make_conditional(&mut request, validators));

        let (until, limit) = match Instant::now() + ANSWER_TIMEOUT {
            soon if soon < wanted.deadline => (soon, ANSWER_TIMEOUT),
            _ => (wanted.deadline, self.options.timeout),
        };
        match timeout_at(until, client.execute(request)).await {
            Ok(Ok(response)) => Ok((response, sent_validators)),
            Ok(Err(error)) => {
                let connect_timeout = CONNECT_TIMEOUT.min(self.options.timeout);
                Err(classify(url, route.is_redirected(), connect_timeout, error))
            }
            Err(_) => Err(Error::Timeout {
                url: Box::new(url.clone()),
                limit,
                waiting_for: Phase::Answer,
            }),
        }
    }

    /// Takes the answer that is no redirect.
    async fn receive(
        &self,
        route: Route,
        wanted: &Wanted<'_>,
        mut response: Response,
        sent_validators: bool,
    ) -> Result<Fetched, Error> {
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = match status {
            304 if sent_validators => Answer::NotModified,
            304 => {
                let url = Box::new(route.into_final_url());
                return Err(Error::UnsolicitedNotModified { url });
            }
            _ if challenge::by_headers(&headers).is_some() => {
                return Err(self.refusal(route.here(), wanted, &headers, response).await);
            }
            200..=299 => Answer::Body(self.read(&route, wanted, &headers, response).await?),
            _ => return Err(self.refusal(route.here(), wanted, &headers, response).await),
        };
        let keeps_validators = matches!(status, 200 | 304) && route.is_at_first_origin();
        Ok(Fetched {
            status,
            body,
            content_type: headers::content_type(&headers),
            moved_to: route.moved_to().cloned(),
            validators: if keeps_validators {
                headers::validators(&headers)
            } else {
                Validators::default()
            },
            fresh_for: headers::fresh_for(&headers, self.clock.now()),
            retry_after: headers::retry_after(&headers, self.clock.now()),
            sent_validators,
            final_url: route.into_final_url(),
        })
    }

    async fn read(
        &self,
        route: &Route,
        wanted: &Wanted<'_>,
        headers: &HeaderMap,
        response: Response,
    ) -> Result<Body, Error> {
        let url = || Box::new(route.here().clone());
        if wanted.purpose == Purpose::Page
            && let Some(media_type) = headers::no_text(headers)
        {
            return Err(Error::NoText {
                url: url(),
                media_type,
            });
        }
        let encoding = headers::encoding(headers).map_err(|encoding| Error::Encoding {
            url: url(),
            encoding,
        })?;
        let limit = self.options.max_body_bytes;
        let body = body::read(response, encoding, limit, &self.places);
        match timeout_at(wanted.deadline, body).await {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(Broken::TooLarge)) => Err(Error::TooLarge { url: url(), limit }),
            Ok(Err(Broken::Wire(source))) => Err(broken_body(route.here(), source)),
            Err(_) => Err(self.slow_body(route.here())),
        }
    }

    pub(super) fn slow_body(&self, url: &Url) -> Error {
        Error::Timeout {
            url: Box::new(url.clone()),
            limit: self.options.timeout,
            waiting_for: Phase::Body,
        }
    }

    /// An answer that brings nothing, with its reason as far as it comes in time.
    pub(super) async fn refusal(
        &self,
        url: &Url,
        wanted: &Wanted<'_>,
        headers: &HeaderMap,
        response: Response,
    ) -> Error {
        let status = response.status().as_u16();
        let page = match headers::encoding(headers) {
            Ok(encoding) => {
                let page = body::read_error_page(response, encoding, &self.places);
                timeout_at(wanted.deadline, page).await.unwrap_or_default()
            }
            Err(_) => Vec::new(),
        };
        Error::Status {
            status,
            retry_after: headers::retry_after(headers, self.clock.now()),
            challenge: challenge::by_headers(headers).or_else(|| challenge::challenge_of(&page)),
            snippet: first_words(headers, &page),
            url: Box::new(url.clone()),
        }
    }

    /// Waits for the turn at a host that was not free when the fetch began: one that a redirect
    /// leads to, or that has just given its robots.txt.
    pub(super) async fn turn(
        &self,
        route: &Route,
        wanted: &Wanted<'_>,
    ) -> Result<HostPermit, Error> {
        let url = route.here();
        let busy = |until| Error::HostBusy {
            url: Box::new(url.clone()),
            until,
        };
        let turn = async {
            let local = wanted.local && self.is_local(url).await;
            if !local && let Some(until) = self.hosts.paused_until(url) {
                return Err(busy(Some(until)));
            }
            Ok(self.hosts.reserve_for(wanted.purpose, url, local).await)
        };
        timeout_at(wanted.deadline, turn)
            .await
            .unwrap_or_else(|_| Err(busy(None)))
    }
}

/// The first words of an answer that brings nothing.
fn first_words(headers: &HeaderMap, page: &[u8]) -> String {
    let content_type = headers::content_type(headers);
    html::first_words(&charset::decode(
        page,
        content_type.as_deref(),
        charset::Kind::Html,
    ))
}

/// Adds the validators that can be sent; true if any was.
fn make_conditional(request: &mut Request, validators: &Validators) -> bool {
    let headers: &mut HeaderMap = request.headers_mut();
    let etag = headers::validator_to_send(validators.etag.as_deref());
    let last_modified = headers::validator_to_send(validators.last_modified.as_deref());
    let sent = etag.is_some() || last_modified.is_some();
    if let Some(value) = etag {
        headers.insert(IF_NONE_MATCH, value);
    }
    if let Some(value) = last_modified {
        headers.insert(IF_MODIFIED_SINCE, value);
    }
    sent
}

/// Who we are: `rawi/VERSION (+contact)`.
fn user_agent(contact: &str) -> Result<HeaderValue, Error> {
    let product = concat!("rawi/", env!("CARGO_PKG_VERSION"));
    if contact.is_empty() {
        return Ok(HeaderValue::from_static(product));
    }
    HeaderValue::from_str(&format!("{product} (+{contact})")).map_err(|_| Error::Contact {
        contact: contact.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_the_contact_if_there_is_one() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(user_agent("").unwrap(), format!("rawi/{version}"));
        let contact = "https://example.org/bot";
        assert_eq!(
            user_agent(contact).unwrap(),
            format!("rawi/{version} (+{contact})")
        );
        assert!(matches!(user_agent("a\nb"), Err(Error::Contact { .. })));
    }
}
