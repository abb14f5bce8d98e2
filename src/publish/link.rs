//! Addresses and media types that may leave.

use url::Url;

/// The address in its canonical spelling, if it is one of the web. `javascript:` and whatever
/// else a feed may name never leaves as a link.
pub(super) fn web(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.into())
}

/// The media type without parameters, if it is one (RFC 9110 §8.3.1).
pub(super) fn media_type(value: &str) -> Option<String> {
    let essence = value.split(';').next()?.trim().to_ascii_lowercase();
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    let (kind, subtype) = essence.split_once('/')?;
    (token(kind) && token(subtype)).then_some(essence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_leave() {
        assert_eq!(
            web(" HTTPS://Outlet.Example:443/خبر ").unwrap(),
            "https://outlet.example/%D8%AE%D8%A8%D8%B1"
        );
        for address in [
            "javascript:alert(1)",
            "data:text/html,x",
            "/a",
            "",
            "ftp://a.example/",
        ] {
            assert_eq!(web(address), None, "{address}");
        }
    }

    #[test]
    fn a_media_type_is_one_or_it_is_none() {
        assert_eq!(media_type("Audio/MPEG; q=1").as_deref(), Some("audio/mpeg"));
        assert_eq!(
            media_type("image/svg+xml").as_deref(),
            Some("image/svg+xml")
        );
        for value in ["audio", "audio/", "/mpeg", "a b/c", "<b>/x", ""] {
            assert_eq!(media_type(value), None, "{value}");
        }
    }
}
