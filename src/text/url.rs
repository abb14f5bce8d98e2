//! Addresses: made absolute, and made comparable.
//!
//! [`absolute`] turns what a feed or page calls a link into an address that may be fetched.
//! [`canonical`] writes an address in the one form that all its spellings share, [`dedupe_key`] is
//! that form as the archive keeps it to recognise an article. Neither is for fetching or showing:
//! they drop what servers may well look at.
//!
//! What is not provably noise stays: `ref`, `source`, `index.html` or `m.` may tell articles
//! apart somewhere. Parsing is the `url` crate's (WHATWG URL Standard); the percent-encoding is
//! brought to RFC 3986 §6.2.2; the parameters are those that the makers of trackers document.

use std::borrow::Cow;

use url::Url;

/// Parameters that only say where a reader came from, in lower case.
const TRACKING: &[&str] = &[
    "__twitter_impression",
    "_openstat",
    "cmpid",
    "dclid",
    "epik",
    "fb_action_ids",
    "fb_action_types",
    "fb_ref",
    "fb_source",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "hsctatracking",
    "igsh",
    "igshid",
    "ito",
    "li_fat_id",
    "mkt_tok",
    "msclkid",
    "ocid",
    "rb_clickid",
    "ref_src",
    "ref_url",
    "s_cid",
    "scid",
    "spm",
    "srsltid",
    "ttclid",
    "twclid",
    "wbraid",
    "wickedid",
    "wt_mc",
    "wt_zmc",
    "xtor",
    "yclid",
    "ysclid",
];

/// Beginnings of such parameters.
const TRACKING_PREFIXES: &[&str] = &[
    "utm_", "mtm_", "pk_", "piwik_", "mc_", "_hs", "__hs", "vero_", "oly_", "at_", "ns_", "guce_",
    "amp_", "taboola_",
];

/// Parameters of sessions and of other views of the same article.
const VIEWS: &[&str] = &[
    "phpsessid",
    "jsessionid",
    "amp",
    "print",
    "replytocom",
    "share",
    "nb",
];

/// Services that wrap the address of an article: host, start of the path, parameters that hold it.
const WRAPPERS: &[(&str, &str, &[&str])] = &[
    ("google.com", "/url", &["url", "q"]),
    ("l.facebook.com", "/l.php", &["u"]),
    ("lm.facebook.com", "/l.php", &["u"]),
    ("out.reddit.com", "/", &["url"]),
];

/// Hosts that are other names of one site.
const ALIASES: &[(&str, &str)] = &[
    ("m.facebook.com", "facebook.com"),
    ("twitter.com", "x.com"),
    ("mobile.twitter.com", "x.com"),
    ("m.youtube.com", "youtube.com"),
];

/// Parameters that only say how a link was shared, at sites where the name may mean no other.
const SITE_TRACKING: &[(&str, &[&str])] = &[
    ("x.com", &["s", "t"]),
    ("youtube.com", &["feature", "si", "pp"]),
];

/// Longer addresses are none: servers take 8000 bytes (RFC 9110 §4.1), few take more.
const MAX_ADDRESS_BYTES: usize = 8192;

/// How deep wrappers may lie in each other.
const WRAPPERS_DEEP: usize = 3;

/// The absolute address that a link means on the page at `base`. None if it is not one of HTTP, or
/// longer than any. User names and passwords are dropped.
pub fn absolute(link: &str, base: &Url) -> Option<Url> {
    let link = trimmed(link);
    if link.is_empty() || link.len() > MAX_ADDRESS_BYTES {
        return None;
    }
    let mut url = base.join(link).ok()?;
    let is_address = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !is_address || url.as_str().len() > MAX_ADDRESS_BYTES {
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() {
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
    }
    Some(url)
}

/// A link without the signs around it that nobody sees: white space, and what comes along when
/// addresses are copied from right-to-left text.
pub fn trimmed(link: &str) -> &str {
    let is_unseen = |c: char| {
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
            || c.is_whitespace()
            || c == '\u{feff}'
    };
    link.trim_matches(is_unseen)
}

/// The key by which an article's address is recognised: [`canonical`] without `https://`. None
/// where path, query and fragment say nothing, as at a home page.
pub fn dedupe_key(address: &Url) -> Option<String> {
    let canonical = canonical(address)?;
    // `http://` stays where it stands: on a port of its own, the other scheme is another server.
    let key = canonical.strip_prefix("https://").unwrap_or(&canonical);
    let place = key.strip_prefix("http://").unwrap_or(key);
    match place.split_once('/') {
        Some((_, "")) | None => None,
        Some(_) => Some(key.to_owned()),
    }
}

/// The one form of an address: `https` for `http` on its own port, no `www.`, no user, no
/// fragment unless it is a route, no tracking parameters, the rest sorted by name, wrappers of
/// well-known services taken off. None if it is not an address of HTTP.
pub fn canonical(address: &Url) -> Option<String> {
    if !matches!(address.scheme(), "http" | "https") {
        return None;
    }
    let unwrapped = unwrapped(address);
    let url = unwrapped.as_ref();
    let (mut host, mut path) = (host(url)?, path(url));
    let mut video = None;
    if host == "youtu.be" && path.len() > 1 {
        video = Some(format!("v={}", &path[1..]));
        (host, path) = ("youtube.com".to_owned(), "/watch".to_owned());
    }
    let parameters = parameters(url, &host, video);
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let scheme = if port.is_empty() {
        "https"
    } else {
        url.scheme()
    };
    let mut canonical = format!("{scheme}://{host}{port}{path}");
    for (i, parameter) in parameters.iter().enumerate() {
        canonical.push(if i == 0 { '?' } else { '&' });
        canonical.push_str(parameter);
    }
    if let Some(route) = url
        .fragment()
        .filter(|it| it.starts_with("!") || it.starts_with('/'))
    {
        canonical.push('#');
        canonical.push_str(&unescaped(route));
    }
    Some(canonical)
}

/// The address inside the wrappers of well-known services.
fn unwrapped(address: &Url) -> Cow<'_, Url> {
    let mut url = Cow::Borrowed(address);
    for _ in 0..WRAPPERS_DEEP {
        match inner(&url) {
            Some(inside) => url = Cow::Owned(inside),
            None => break,
        }
    }
    url
}

fn inner(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    // AMP caches: /c/s/HOST/PATH, where s says https; Google's viewer: /amp/s/HOST/PATH.
    let cached = match host.strip_suffix(".cdn.ampproject.org") {
        Some(_) => url
            .path()
            .strip_prefix("/c/")
            .or_else(|| url.path().strip_prefix("/v/")),
        None if host == "google.com" => url.path().strip_prefix("/amp/"),
        None => None,
    };
    if let Some(cached) = cached {
        let inside = cached.strip_prefix("s/").unwrap_or(cached);
        return Url::parse(&format!("https://{inside}"))
            .ok()
            .filter(Url::has_host);
    }
    let (_, _, names) = WRAPPERS
        .iter()
        .find(|(wrapper, start, _)| *wrapper == host && url.path().starts_with(start))?;
    let mut pairs = url.query_pairs();
    let (_, target) = pairs.find(|(name, _)| names.contains(&name.as_ref()))?;
    Url::parse(&target)
        .ok()
        .filter(|inside| matches!(inside.scheme(), "http" | "https"))
}

/// The host as its site's other names would have it, too.
fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.');
    let host = host
        .strip_prefix("www.")
        .filter(|rest| rest.contains('.'))
        .unwrap_or(host);
    if let Some((_, site)) = ALIASES.iter().find(|(alias, _)| *alias == host) {
        return Some((*site).to_owned());
    }
    match host.strip_suffix(".m.wikipedia.org") {
        Some(language) => Some(format!("{language}.wikipedia.org")),
        None => Some(host.to_owned()),
    }
}

/// The path without empty segments, session identifiers and the suffix of AMP.
fn path(url: &Url) -> String {
    let mut path = String::with_capacity(url.path().len());
    let mut segments: Vec<&str> = url.path().split('/').filter(|it| !it.is_empty()).collect();
    if segments.len() > 1 && segments.last() == Some(&"amp") {
        segments.pop();
    }
    for segment in segments {
        path.push('/');
        path.push_str(&unescaped(without_session(segment)));
    }
    if path.is_empty() {
        "/".to_owned()
    } else {
        path
    }
}

fn without_session(segment: &str) -> &str {
    match segment.split_once(';') {
        Some((name, rest)) if starts_with_name(rest, "jsessionid") => name,
        _ => segment,
    }
}

fn starts_with_name(text: &str, name: &str) -> bool {
    text.split('=')
        .next()
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// The parameters that tell articles apart, with one `more`, sorted by name; those of one name in
/// their order.
fn parameters(url: &Url, host: &str, more: Option<String>) -> Vec<String> {
    let sites = SITE_TRACKING
        .iter()
        .find(|(site, _)| *site == host)
        .map(|(_, names)| *names);
    let mut parameters: Vec<String> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .filter(|parameter| {
            let name = parameter
                .split('=')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            let is_amp_view = name == "outputtype" && parameter.ends_with("=amp");
            !is_noise(&name) && !is_amp_view && !sites.is_some_and(|it| it.contains(&name.as_str()))
        })
        .map(|parameter| unescaped(parameter).into_owned())
        .chain(more)
        .collect();
    parameters.sort_by(|one, other| one.split('=').next().cmp(&other.split('=').next()));
    parameters
}

fn is_noise(name: &str) -> bool {
    TRACKING.contains(&name)
        || VIEWS.contains(&name)
        || TRACKING_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Escapes in upper case, none for unreserved characters, and one for a stray percent sign.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(percent) = rest.find('%') {
        plain.push_str(&rest[..percent]);
        let escape = rest
            .get(percent..percent + 3)
            .filter(|it| it.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit()));
        let Some(escape) = escape else {
            plain.push_str("%25");
            rest = &rest[percent + 1..];
            continue;
        };
        let byte = u8::from_str_radix(&escape[1..], 16).unwrap_or(b'%');
        match byte {
            b'-' | b'.' | b'_' | b'~' => plain.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => plain.push(char::from(byte)),
            _ => plain.push_str(&escape.to_ascii_uppercase()),
        }
        rest = &rest[percent + 3..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(address: &str) -> Option<String> {
        dedupe_key(&Url::parse(address).unwrap())
    }

    #[test]
    fn spellings_of_one_address_share_a_key() {
        let key_of_all = "news.example/a/%D8%AE%D8%A8%D8%B1?id=7&lang=ar";
        for address in [
            "https://news.example/a/خبر?id=7&lang=ar",
            "http://www.news.example/a/خبر/?lang=ar&id=7",
            "HTTPS://NEWS.example.:443/x/../a//%d8%ae%d8%a8%d8%b1?id=7&lang=ar#comments",
            "https://user:secret@news.example/a/خبر?utm_source=rss&id=7&UTM_Medium=x&lang=ar&fbclid=1",
            "https://news.example/%61/خبر/amp/?&id=7&&lang=ar&amp=1",
            "https://www.google.com/url?sa=t&url=https%3A%2F%2Fnews.example%2Fa%2F%D8%AE%D8%A8%D8%B1%3Fid%3D7%26lang%3Dar",
        ] {
            assert_eq!(key(address).as_deref(), Some(key_of_all), "{address}");
        }
    }

    #[test]
    fn what_may_tell_articles_apart_stays() {
        let addresses = [
            "https://news.example/",
            "https://news.example/a",
            "https://news.example/A",
            "https://news.example/a/index.html",
            "https://news.example/a?page=2",
            "https://news.example/a?ref=home",
            "https://news.example/a?q=utm_source",
            "https://news.example/a?b",
            "https://news.example/a?b=",
            "https://news.example/a%2Fb",
            "https://news.example/a/b",
            "https://news.example/#!/a",
            "https://news.example:8443/a",
            "http://news.example:8443/a",
            "https://m.news.example/a",
            "https://news.example/amplifier",
            "https://news.example/amp",
            "https://news.example/a/feed",
        ];
        for (i, one) in addresses.iter().enumerate() {
            for other in &addresses[i + 1..] {
                assert_ne!(key(one), key(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_home_page_has_no_key_but_a_query_on_it_has() {
        assert_eq!(key("https://news.example"), None);
        assert_eq!(key("http://www.news.example/?utm_source=rss#top"), None);
        assert_eq!(
            key("https://news.example/?p=12").as_deref(),
            Some("news.example/?p=12")
        );
        assert_eq!(
            key("https://news.example/#!/12").as_deref(),
            Some("news.example/#!/12")
        );
        assert_eq!(key("http://news.example:8080/"), None);
        assert_eq!(key("mailto:desk@news.example"), None);
    }

    #[test]
    fn repeated_parameters_keep_their_order() {
        assert_eq!(
            key("https://n.example/v?b=1&a=2&a=1").as_deref(),
            Some("n.example/v?a=2&a=1&b=1")
        );
    }

    #[test]
    fn sites_with_several_names_are_one_site() {
        for (one, other) in [
            (
                "https://youtu.be/abc?si=x",
                "https://www.youtube.com/watch?v=abc&feature=share",
            ),
            (
                "https://mobile.twitter.com/a/status/1?s=20",
                "https://x.com/a/status/1",
            ),
            (
                "https://ar.m.wikipedia.org/wiki/Amman",
                "https://ar.wikipedia.org/wiki/Amman",
            ),
        ] {
            assert_eq!(key(one), key(other));
        }
    }

    #[test]
    fn links_are_made_absolute() {
        let base = Url::parse("https://news.example/ar/feed.xml").unwrap();
        for (link, address) in [
            (
                " \n https://u:p@other.example/a b \n",
                Some("https://other.example/a%20b"),
            ),
            ("/خبر/1", Some("https://news.example/%D8%AE%D8%A8%D8%B1/1")),
            ("2?id=3", Some("https://news.example/ar/2?id=3")),
            ("//cdn.example/x", Some("https://cdn.example/x")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("mailto:a@b.example", None),
            ("http://", None),
            ("  ", None),
        ] {
            assert_eq!(
                absolute(link, &base).as_ref().map(Url::as_str),
                address,
                "{link}"
            );
        }
        for (count, is_address) in [(8000, true), (8192, false)] {
            let link = absolute(&"x".repeat(count), &base);
            assert_eq!(link.is_some(), is_address, "{count}");
        }
    }

    proptest! {
        #[test]
        fn a_canonical_address_is_its_own_canonical_form(
            path in "[a-z0-9/%;=.~ خبر]{0,20}",
            query in "[a-z0-9&=%_;+]{0,20}",
            fragment in "[!/a-z%]{0,5}",
        ) {
            let url = Url::parse(&format!("http://www.n.example/{path}?{query}#{fragment}")).unwrap();
            let once = canonical(&url).unwrap();
            let twice = canonical(&Url::parse(&once).unwrap()).unwrap();
            prop_assert_eq!(twice, once);
        }
    }
}
