//! What one feed is asked with beyond the usual: headers, a name, credentials, a proxy.
//!
//! [`Access`] is what the configuration says. All of it but the proxy goes to the feed's own origin
//! only (`redirects::is_home` is the rule), decided anew for every hop: there, [`Access::read`]
//! makes a [`Pass`] of it just before the request, so that a secret that was changed counts from
//! then on. What was read is dropped with the request. The proxy is a way and no secret: every
//! request for the feed and its pages takes it, wherever it leads.
//!
//! Errors: [`Error::Access`] for a secret that cannot be read or sent; it names the key and the
//! place, never the content, and nothing is sent.
//!
//! Sources: RFC 9110 §5.1 and §11, RFC 7617 (Basic), RFC 6750 (Bearer), RFC 6265 (Cookie).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use url::Url;

use crate::fetch::error::Error;
use crate::model::Secret;
use crate::text::digest;

/// The access keys of a `[[feed]]`. The default is plain, anonymous access.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Header fields in the file's alphabetical order, names as written; see [`check_header`].
    pub headers: Vec<(String, String)>,
    /// Replaces the User-Agent.
    pub user_agent: Option<String>,
    /// HTTP Basic authentication (RFC 7617).
    pub basic: Option<Basic>,
    /// A bearer token (RFC 6750).
    pub bearer: Option<Secret>,
    /// The value of the Cookie header.
    pub cookie: Option<Secret>,
    /// PEM: a client certificate and its key, shown over https only.
    pub client_certificate: Option<Secret>,
    /// The proxy of all requests for this feed; http, https, socks5 or socks5h. None: that of
    /// [`Options`](crate::fetch::Options).
    pub proxy: Option<Url>,
}

/// A user's name and where the password is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basic {
    /// The name.
    pub user: String,
    /// The password's place.
    pub password: Secret,
}

/// Why a feed may not set a header field itself, by the field's name.
const RESERVED: [(&[&str], &str); 7] = [
    (
        &[
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
        ],
        "is for the connection to say, not for a feed",
    ),
    (
        &[
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "range",
        ],
        "is sent by rawi's own rules: whole documents, and only if they changed",
    ),
    (
        &["accept-encoding"],
        "is sent by rawi itself: it names what rawi can decompress",
    ),
    (&["user-agent"], "has a key of its own: `user_agent`"),
    (
        &["authorization"],
        "would put a secret into this file; use the key `basic` or `bearer`",
    ),
    (
        &["cookie", "cookie2"],
        "would put a secret into this file; use the key `cookie`",
    ),
    (
        &["proxy-authorization"],
        "is for the proxy, not for the feed's server",
    ),
];

/// Says if a feed may set the header field of this name.
///
/// # Errors
///
/// Why not, to stand behind the name.
pub fn check_header(name: &str) -> Result<(), &'static str> {
    let name =
        HeaderName::from_bytes(name.as_bytes()).map_err(|_| "is no name of a header field")?;
    let reserved = RESERVED
        .iter()
        .find(|(names, _)| names.contains(&name.as_str()));
    reserved.map_or(Ok(()), |(_, why)| Err(why))
}

/// What one request carries at its feed's own origin; the default carries nothing.
#[derive(Default)]
pub(super) struct Pass {
    /// Take the place of the request's own.
    pub(super) headers: HeaderMap,
    pub(super) certificate: Option<Certificate>,
}

/// A client certificate as it was read just now.
pub(super) struct Certificate {
    pub(super) place: Secret,
    pub(super) pem: String,
    /// Of the PEM: tells if it is another one than the last time.
    pub(super) digest: Vec<u8>,
}

impl Access {
    /// True if nothing goes to the feed's own origin that does not go elsewhere.
    pub(super) fn is_anonymous(&self) -> bool {
        let Self {
            headers,
            user_agent,
            basic,
            bearer,
            cookie,
            client_certificate,
            proxy: _,
        } = self;
        headers.is_empty()
            && user_agent.is_none()
            && basic.is_none()
            && bearer.is_none()
            && cookie.is_none()
            && client_certificate.is_none()
    }

    /// Reads what is sent to `here`, an address at the feed's own origin. Blocks on files.
    ///
    /// # Errors
    ///
    /// [`Error::Access`].
    pub(super) fn read(&self, here: &Url) -> Result<Pass, Error> {
        let unusable = |key, reason| Error::unusable(here, key, reason);
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            check_header(name).map_err(|why| unusable("headers", format!("`{name}` {why}")))?;
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|error| unusable("headers", error.to_string()))?;
            let value = sensitive(value)
                .ok_or_else(|| unusable("headers", format!("the value of {name} {UNSENDABLE}")))?;
            headers.insert(name, value);
        }
        if let Some(name) = &self.user_agent {
            let value = HeaderValue::from_str(name)
                .map_err(|_| unusable("user_agent", format!("it {UNSENDABLE}")))?;
            headers.insert(USER_AGENT, value);
        }
        let secret = |key, place: &Secret| {
            place
                .read()
                .map_err(|error| unusable(key, error.to_string()))
        };
        let field = |key, place: &Secret, value: String| {
            sensitive(&value)
                .ok_or_else(|| unusable(key, format!("{place}: the secret {UNSENDABLE}")))
        };
        if let Some(Basic { user, password }) = &self.basic {
            let pair = format!("{user}:{}", secret("basic", password)?);
            let value = format!("Basic {}", STANDARD.encode(pair));
            headers.insert(AUTHORIZATION, field("basic", password, value)?);
        }
        if let Some(token) = &self.bearer {
            let value = format!("Bearer {}", secret("bearer", token)?.trim());
            headers.insert(AUTHORIZATION, field("bearer", token, value)?);
        }
        if let Some(cookie) = &self.cookie {
            let value = secret("cookie", cookie)?.trim().to_owned();
            headers.insert(COOKIE, field("cookie", cookie, value)?);
        }
        let place = self.client_certificate.as_ref();
        let certificate = match place.filter(|_| here.scheme() == "https") {
            None => None,
            Some(place) => {
                let pem = secret("client_certificate", place)?;
                Some(Certificate {
                    place: place.clone(),
                    digest: digest::body(pem.as_bytes()),
                    pem,
                })
            }
        };
        Ok(Pass {
            headers,
            certificate,
        })
    }
}

/// What is wrong with a text that is no [`HeaderValue`].
const UNSENDABLE: &str = "holds characters that no header may carry, such as a line break";

/// The value of a header that no log shows.
fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use tempfile::NamedTempFile;

    use super::*;

    fn url() -> Url {
        Url::parse("https://a.example/f").unwrap()
    }

    fn file(content: &str) -> (NamedTempFile, Secret) {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(&file, content).unwrap();
        let place = Secret::File(file.path().to_owned());
        (file, place)
    }

    #[test]
    fn fields_that_break_the_protocol_or_have_a_key_of_their_own_are_refused() {
        for name in ["Accept-Language", "X-Key", "Accept", "Referer", "x"] {
            assert_eq!(check_header(name), Ok(()), "{name}");
        }
        let table = [
            ("", "no name"),
            ("a b", "no name"),
            ("a:", "no name"),
            ("اسم", "no name"),
            ("HOST", "connection"),
            ("Connection", "connection"),
            ("Content-Length", "connection"),
            ("Transfer-Encoding", "connection"),
            ("If-None-Match", "own rules"),
            ("if-modified-since", "own rules"),
            ("Range", "own rules"),
            ("Accept-Encoding", "decompress"),
            ("User-Agent", "`user_agent`"),
            ("Authorization", "`basic` or `bearer`"),
            ("cookie", "`cookie`"),
            ("Proxy-Authorization", "proxy"),
        ];
        for (name, why) in table {
            assert!(check_header(name).unwrap_err().contains(why), "{name}");
        }
    }

    #[test]
    fn e6_every_secret_and_header_is_read_anew_and_shown_in_no_log() {
        let (password_file, password) = file("pa:ss\n");
        let (_cookie_file, cookie) = file(" id=7; lang=ar \r\n");
        let access = Access {
            headers: vec![("X-Key".to_owned(), "k3y".to_owned())],
            user_agent: Some("reader".to_owned()),
            basic: Some(Basic {
                user: "ليلى".to_owned(),
                password,
            }),
            cookie: Some(cookie),
            ..Access::default()
        };
        let pass = access.read(&url()).unwrap();
        let basic = format!("Basic {}", STANDARD.encode("ليلى:pa:ss"));
        assert_eq!(pass.headers["authorization"], basic.as_str());
        assert_eq!(pass.headers["cookie"], "id=7; lang=ar");
        assert_eq!(pass.headers["x-key"], "k3y");
        assert_eq!(pass.headers["user-agent"], "reader");
        for name in ["authorization", "cookie", "x-key"] {
            assert!(pass.headers[name].is_sensitive(), "{name}");
        }
        assert!(!format!("{:?}", pass.headers).contains("k3y"));

        std::fs::write(&password_file, "new").unwrap();
        let pass = access.read(&url()).unwrap();
        let basic = format!("Basic {}", STANDARD.encode("ليلى:new"));
        assert_eq!(pass.headers["authorization"], basic.as_str());
    }

    #[test]
    fn a_secret_that_cannot_be_sent_is_named_and_not_repeated() {
        let (_file, place) = file("tok\nen");
        let access = Access {
            bearer: Some(place.clone()),
            ..Access::default()
        };
        let error = access.read(&url()).err().unwrap().to_string();
        assert!(error.contains("bearer") && error.contains(&place.to_string()));
        assert!(
            !error.contains("tok\n") && error.contains("line break"),
            "{error}"
        );
    }

    #[test]
    fn a_certificate_is_read_for_https_only() {
        let access = Access {
            client_certificate: Some(Secret::File("/nowhere/at/all".into())),
            ..Access::default()
        };
        let plain = Url::parse("http://a.example/f").unwrap();
        assert!(access.read(&plain).unwrap().certificate.is_none());
        let error = access.read(&url()).err().unwrap().to_string();
        assert!(error.contains("client_certificate") && error.contains("/nowhere/at/all"));
    }
}
