//! What every request must pass, and what every answer carries.
//!
//! The order: which host is asked for (a web page elsewhere may have pointed its own name at our
//! address, and must not read us by it), which method, then the token.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

use crate::serve::error::Error;
use crate::serve::options::Options;
use crate::serve::state::{Live, State};

/// On every answer, unless the handler has said something else.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// Lets a request through or not, and gives every answer its headers.
pub(super) async fn guard(state: Shared<State>, request: Request, next: Next) -> Response {
    let mut response = match admit(&state.live(), &request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

fn admit(live: &Live, request: &Request) -> Result<(), Error> {
    let host = host(request).ok_or(Error::NoHost)?;
    if !is_ours(&host, &live.settings.options) {
        return Err(Error::Misdirected);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Error::Method);
    }
    match &live.settings.token {
        Some(token) if request.uri().path() != "/healthz" => {
            if bears(request.headers(), token) {
                Ok(())
            } else {
                Err(Error::Token)
            }
        }
        _ => Ok(()),
    }
}

/// The one host that the request names: in its target, else in `Host` (RFC 9112 §3.2.2).
fn host(request: &Request) -> Option<Host> {
    let authority = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => {
            let mut values = request.headers().get_all(header::HOST).iter();
            let value = values.next()?.to_str().ok()?;
            if values.next().is_some() {
                return None;
            }
            value
        }
    };
    if authority.is_empty() || authority.contains(['/', '?', '#', '\\', '@']) {
        return None;
    }
    // The parser of addresses also folds case, dots at the end and the spellings of IP addresses.
    let url = Url::parse(&format!("http://{authority}/")).ok()?;
    match url.host()? {
        Host::Domain(name) => Some(Host::Domain(name.trim_end_matches('.').to_owned())),
        Host::Ipv4(address) => Some(Host::Ipv4(address)),
        Host::Ipv6(address) => Some(Host::Ipv6(address)),
    }
}

/// The public name is ours, and so is every address: only a *name* can be made to point at us by
/// somebody else. `localhost` is ours where we listen on the loopback.
fn is_ours(host: &Host, options: &Options) -> bool {
    match host {
        Host::Ipv4(_) | Host::Ipv6(_) => true,
        Host::Domain(name) => {
            let public = options
                .public_url
                .host_str()
                .map(|public| public.trim_end_matches('.'));
            let ip = options.listen.ip();
            let on_loopback = ip.is_loopback()
                || ip == IpAddr::V4(Ipv4Addr::UNSPECIFIED)
                || ip == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
            Some(name.as_str()) == public || (on_loopback && name == "localhost")
        }
    }
}

/// True if the request brings the token (RFC 6750 §2.1). An empty token is brought by nobody.
fn bears(headers: &HeaderMap, token: &str) -> bool {
    let token = token.trim();
    headers
        .get(header::AUTHORIZATION)
        .map(HeaderValue::as_bytes)
        .and_then(|value| value.split_at_checked("Bearer ".len()))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"Bearer "))
        .is_some_and(|(_, given)| !token.is_empty() && equal(given.trim_ascii(), token.as_bytes()))
}

/// Compares in a time that tells nothing of where the first difference is.
fn equal(given: &[u8], wanted: &[u8]) -> bool {
    let difference = given
        .iter()
        .zip(wanted)
        .fold(0, |sum, (a, b)| sum | (a ^ b));
    given.len() == wanted.len() && std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn options(listen: &str, public_url: &str) -> Options {
        Options {
            listen: listen.parse().unwrap(),
            public_url: public_url.parse().unwrap(),
            ..Options::default()
        }
    }

    fn serves(options: &Options, host_header: &str) -> bool {
        let request = Request::builder().uri("/").header("host", host_header);
        host(&request.body(Body::empty()).unwrap()).is_some_and(|host| is_ours(&host, options))
    }

    #[test]
    fn a_name_that_is_not_ours_is_not_served() {
        let behind_a_proxy = options("127.0.0.1:8077", "https://News.Example/rawi/");
        for name in [
            "news.example",
            "NEWS.example:443",
            "news.example.",
            "127.0.0.1:8077",
        ] {
            assert!(serves(&behind_a_proxy, name), "{name}");
        }
        for name in ["localhost:8077", "[::1]:8077", "192.168.1.5"] {
            assert!(serves(&behind_a_proxy, name), "{name}");
        }
        for name in [
            "evil.example",
            "news.example.evil.example",
            "",
            "news.example/x",
            "a@b",
        ] {
            assert!(!serves(&behind_a_proxy, name), "{name}");
        }
        let public = options("192.0.2.1:80", "http://news.example/");
        assert!(!serves(&public, "localhost"));
    }

    #[test]
    fn a_request_names_one_host() {
        let two = Request::builder()
            .header("host", "a.example")
            .header("host", "b.example");
        assert_eq!(host(&two.body(Body::empty()).unwrap()), None);
        assert_eq!(host(&Request::new(Body::empty())), None);
        let absolute = Request::builder()
            .uri("http://a.example/x")
            .header("host", "b.example");
        let named = host(&absolute.body(Body::empty()).unwrap());
        assert_eq!(named, Some(Host::Domain("a.example".to_owned())));
    }

    #[test]
    fn only_the_whole_token_opens() {
        let opens = |value: &str, token: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bears(&headers, token)
        };
        assert!(opens("Bearer s3cret", "s3cret"));
        assert!(opens("bearer s3cret", "s3cret\n"));
        for value in [
            "Bearer s3cre",
            "Bearer s3cret2",
            "Bearer ",
            "Basic s3cret",
            "s3cret",
            "",
        ] {
            assert!(!opens(value, "s3cret"), "{value}");
        }
        assert!(!opens("Bearer ", ""));
        assert!(!bears(&HeaderMap::new(), "s3cret"));
    }
}
