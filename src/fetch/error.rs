//! Why something was not fetched: one fact a variant, with the address that it is about.
//!
//! The texts are for people and may change; callers match on the variants. What a failure means
//! for a feed (back off, pause the host, give up) is decided by `poll`, which sees them all.

use std::error::Error as StdError;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

/// A fetch that failed. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `[fetch] contact` holds characters that no header may carry.
    #[error("fetch.contact cannot be sent in a header: {contact:?}")]
    Contact {
        /// As configured.
        contact: String,
    },

    /// The HTTP client could not be made: no root certificates on this machine, or a proxy
    /// address that is none. It is tried again with the next request.
    #[error("cannot set up the HTTP client: {}", root_cause(.source))]
    Client {
        /// What the HTTP library says.
        #[source]
        source: reqwest::Error,
    },

    /// What the feed's own keys order cannot be done: a secret that cannot be read, or that no
    /// request can carry. Nothing was sent. The reason names the secret's place, never its content.
    #[error("{url}: the feed's `{key}` cannot be used: {reason}")]
    Access {
        /// What was to be asked for.
        url: Box<Url>,
        /// The key of feeds.toml.
        key: &'static str,
        /// What is wrong with it.
        reason: String,
    },

    /// The address is not one of `http` or `https` with a host.
    #[error("{url}: only http and https can be fetched")]
    UnsupportedUrl {
        /// What was asked for.
        url: Box<Url>,
    },

    /// The host lies in a network that is not public, and nobody opened it. Nothing was sent.
    #[error("{url}: {address} is no public address; {}", forbidden_hint(*.redirected))]
    ForbiddenAddress {
        /// Where the host lies.
        url: Box<Url>,
        /// The address that was refused, or the first of several.
        address: IpAddr,
        /// A redirect led here, so that opening the network would not be enough.
        redirected: bool,
    },

    /// The host's name has no address, or the name server did not answer.
    #[error("{url}: cannot find the host: {}", root_cause(.source))]
    Dns {
        /// Whose host.
        url: Box<Url>,
        /// What the resolver says.
        #[source]
        source: reqwest::Error,
    },

    /// A WebSub hub refused to be told of a change.
    #[error("{url}: the hub answered {status}; it is told again when a minute has passed")]
    Hub {
        /// Which.
        url: Box<Url>,
        /// Its HTTP status.
        status: u16,
    },

    /// No connection could be made.
    #[error("{url}: cannot connect: {}", root_cause(.source))]
    Connect {
        /// To which host.
        url: Box<Url>,
        /// What the network says.
        #[source]
        source: reqwest::Error,
    },

    /// The server's certificate or its TLS is not acceptable.
    #[error("{url}: no secure connection: {}", root_cause(.source))]
    Tls {
        /// To which host.
        url: Box<Url>,
        /// What rustls says.
        #[source]
        source: reqwest::Error,
    },

    /// The answer was not HTTP, broke off, or did not decompress.
    #[error("{url}: the answer is broken: {}", root_cause(&**source))]
    Protocol {
        /// What was asked for.
        url: Box<Url>,
        /// What the HTTP library or the decompression says.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },

    /// The body is compressed in a way that was not asked for, or more than once.
    #[error("{url}: the body is encoded as {encoding:?}, which was not asked for")]
    Encoding {
        /// What was asked for.
        url: Box<Url>,
        /// The `Content-Encoding`, cut where it is long.
        encoding: String,
    },

    /// The page is no text (a film, a picture, an archive), so it was not read.
    #[error("{url}: not a page but {media_type}; it was not read")]
    NoText {
        /// What was asked for, or where its redirects led.
        url: Box<Url>,
        /// The `Content-Type` without its parameters, cut where it is long.
        media_type: String,
    },

    /// A time limit passed.
    #[error("{url}: no {waiting_for} within {limit:?}")]
    Timeout {
        /// What was being asked for.
        url: Box<Url>,
        /// The limit that passed; for the whole fetch, redirects included, or a shorter one.
        limit: Duration,
        /// How far it had come.
        waiting_for: Phase,
    },

    /// The host that a redirect leads to, or that has just been asked for its robots.txt, is not
    /// free in time. No fault of the feed's: worth another try when the host is free.
    #[error("{url}: the host is not free{}", before(*.until))]
    HostBusy {
        /// What was to be asked for.
        url: Box<Url>,
        /// The end of the host's pause or of its day, if that is the reason.
        until: Option<DateTime<Utc>>,
    },

    /// robots.txt asks robots to leave the page alone. Nothing was sent to its address.
    #[error("{url}: refused by robots.txt")]
    RobotsRefused {
        /// The page, or where its redirects led.
        url: Box<Url>,
    },

    /// Nobody could say what robots may ask for, so nothing was sent to the page's address.
    #[error("{url}: its robots.txt cannot be had: {reason}")]
    RobotsUnreachable {
        /// The page, or where its redirects led.
        url: Box<Url>,
        /// What happened to the robots.txt, now or not long ago, with its address.
        reason: String,
        /// Its HTTP status, if there was an answer.
        status: Option<u16>,
        /// The moment before which the server asked not to be asked again (`Retry-After`).
        retry_after: Option<DateTime<Utc>>,
    },

    /// The body is larger than `max_body`; the rest was not read.
    #[error("{url}: the body is larger than {limit} bytes")]
    TooLarge {
        /// What was asked for.
        url: Box<Url>,
        /// In bytes, after decoding.
        limit: u64,
    },

    /// The server answered with a status that is neither a body, nor a redirect, nor a 304; or with
    /// a challenge for browsers, whatever its status.
    #[error("{url}: status {status}{}{}", of_challenge(*.challenge), quoted(.snippet))]
    Status {
        /// Who answered so: the last address of the redirects.
        url: Box<Url>,
        /// The HTTP status.
        status: u16,
        /// The moment before which the server asked not to be asked again (`Retry-After`).
        retry_after: Option<DateTime<Utc>>,
        /// Whose challenge for browsers it is, if it is one.
        challenge: Option<&'static str>,
        /// The beginning of the answer as plain text; may be empty.
        snippet: String,
    },

    /// The redirects do not end.
    #[error("{url}: more than {limit} redirects")]
    TooManyRedirects {
        /// Where they were left.
        url: Box<Url>,
        /// How many were followed.
        limit: usize,
    },

    /// A redirect leads to where we have been.
    #[error("{url}: the redirects go round in a circle")]
    RedirectLoop {
        /// The address that came twice.
        url: Box<Url>,
    },

    /// A redirect without an address that can be fetched.
    #[error("{url}: the redirect leads nowhere: {location:?}")]
    BadRedirect {
        /// Who redirects.
        url: Box<Url>,
        /// Its `Location`, if there is one.
        location: Option<String>,
    },

    /// A 304 to a request that was not conditional: there is nothing that it could refer to.
    #[error("{url}: 304 without having been asked conditionally")]
    UnsolicitedNotModified {
        /// Who answered so.
        url: Box<Url>,
    },
}

impl Error {
    /// [`Error::Access`].
    pub(super) fn unusable(url: &Url, key: &'static str, reason: String) -> Self {
        Self::Access {
            url: Box::new(url.clone()),
            key,
            reason,
        }
    }

    /// The HTTP status that the failure is about.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            Self::RobotsUnreachable { status, .. } => *status,
            Self::UnsolicitedNotModified { .. } => Some(304),
            _ => None,
        }
    }

    /// True if what came is a challenge for browsers.
    pub fn is_challenge(&self) -> bool {
        matches!(
            self,
            Self::Status {
                challenge: Some(_),
                ..
            }
        )
    }

    /// The moment before which the host asked not to be asked again.
    pub fn retry_after(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Status { retry_after, .. } | Self::RobotsUnreachable { retry_after, .. } => {
                *retry_after
            }
            Self::HostBusy { until, .. } => *until,
            _ => None,
        }
    }
}

/// What a fetch was waiting for when its time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The connection: address, TCP, TLS.
    Connection,
    /// The beginning of the answer.
    Answer,
    /// The end of the body.
    Body,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connection => "connection",
            Self::Answer => "answer",
            Self::Body => "end of the body",
        })
    }
}

/// An address that the resolver found and did not hand out; travels inside [`reqwest::Error`].
#[derive(Debug, thiserror::Error)]
#[error("{address} is no public address")]
pub(super) struct Refused {
    pub(super) address: IpAddr,
}

/// Sorts what the HTTP library reports while a request is under way.
pub(super) fn classify(
    url: &Url,
    redirected: bool,
    connect_timeout: Duration,
    error: reqwest::Error,
) -> Error {
    let url = Box::new(url.clone());
    let source = error.without_url();
    if let Some(Refused { address }) = find(&source) {
        Error::ForbiddenAddress {
            url,
            address: *address,
            redirected,
        }
    } else if source.is_connect() && source.is_timeout() {
        Error::Timeout {
            url,
            limit: connect_timeout,
            waiting_for: Phase::Connection,
        }
    } else if source.is_dns() {
        Error::Dns { url, source }
    } else if find::<rustls::Error>(&source).is_some() {
        Error::Tls { url, source }
    } else if source.is_connect() {
        Error::Connect { url, source }
    } else {
        let source = Box::new(source);
        Error::Protocol { url, source }
    }
}

/// A body that broke off or did not decompress.
pub(super) fn broken_body(url: &Url, error: std::io::Error) -> Error {
    let url = Box::new(url.clone());
    let source = match error.downcast::<reqwest::Error>() {
        Ok(error) => Box::new(error.without_url()) as Box<dyn StdError + Send + Sync>,
        Err(error) => Box::new(error),
    };
    Error::Protocol { url, source }
}

/// The first error of type `E` behind this one.
fn find<E: StdError + 'static>(error: &reqwest::Error) -> Option<&E> {
    causes(error).find_map(|cause| cause.downcast_ref::<E>())
}

/// The text of the last cause: the HTTP library's own layers say nothing to a reader.
pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// The errors behind this one, outermost first. An [`std::io::Error`] names the source of what it
/// wraps as its own, so that the thing itself has to be asked for.
fn causes<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |cause| {
        let cause: &(dyn StdError + 'static) = *cause;
        match cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

fn forbidden_hint(redirected: bool) -> &'static str {
    if redirected {
        "redirects do not lead into private networks"
    } else {
        "add it to allow_networks to open it"
    }
}

fn before(time: Option<DateTime<Utc>>) -> String {
    time.map(|time| format!(" before {}", time.format("%Y-%m-%dT%H:%M:%SZ")))
        .unwrap_or_default()
}

fn of_challenge(whose: Option<&'static str>) -> String {
    whose
        .map(|whose| format!(", a challenge of {whose} that only a browser can pass"))
        .unwrap_or_default()
}

fn quoted(snippet: &str) -> String {
    if snippet.is_empty() {
        String::new()
    } else {
        format!(": {snippet}")
    }
}
