//! What one feed is asked with beyond the usual: headers, a name, credentials, a proxy.
//!
//! All of it goes to the feed's own origin only, never to another host on a redirect.

use crate::model::Secret;

/// The access keys of a `[[feed]]`. The default is plain, anonymous access.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Header fields in the file's alphabetical order, names as written.
    pub headers: Vec<(String, String)>,
    /// Replaces the User-Agent.
    pub user_agent: Option<String>,
    /// HTTP Basic authentication (RFC 7617).
    pub basic: Option<Basic>,
    /// A bearer token (RFC 6750).
    pub bearer: Option<Secret>,
    /// The value of the Cookie header.
    pub cookie: Option<Secret>,
    /// PEM: a client certificate and its key.
    pub client_certificate: Option<Secret>,
    /// A proxy for this feed; http, https, socks5 or socks5h.
    pub proxy: Option<String>,
}

/// A user's name and where the password is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basic {
    /// The name.
    pub user: String,
    /// The password's place.
    pub password: Secret,
}
