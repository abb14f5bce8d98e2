//! Walls before a site: answers that ask a browser to prove what a reader cannot.
//!
//! A site that stands behind one is not broken and has not refused the feed as such: its owner may
//! let readers in when asked. Known by the header fields that the walls document, and by names in
//! their pages that no article holds.

use reqwest::header::HeaderMap;

/// The part of a page that is looked at: what a wall says, it says at the beginning.
const LOOKED_AT: usize = 16 << 10;

/// Header fields, what their values begin with, and whose they are.
const HEADERS: [(&str, &str, &str); 4] = [
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "c", "AWS WAF"), // challenge, captcha
    ("x-vercel-mitigated", "challenge", "Vercel"),
    ("x-datadome-cid", "", "DataDome"),
];

/// Names in lower case that stand in the pages of walls.
const PAGES: [(&str, &str); 11] = [
    ("<title>just a moment...</title>", "Cloudflare"),
    ("_cf_chl_opt", "Cloudflare"),
    ("<title>attention required! | cloudflare", "Cloudflare"),
    ("<title>ddos-guard", "DDoS-Guard"),
    ("/_incapsula_resource", "Imperva"),
    ("sucuri_cloudproxy_js", "Sucuri"),
    ("awswafcookiedomainlist", "AWS WAF"),
    ("sec-if-cpt-container", "Akamai"),
    ("captcha-delivery.com", "DataDome"),
    ("px-captcha", "HUMAN"),
    ("anubis_challenge", "Anubis"),
];

/// Whose challenge an answer is, by its header fields.
pub(super) fn by_headers(headers: &HeaderMap) -> Option<&'static str> {
    HEADERS.into_iter().find_map(|(name, start, whose)| {
        let value = headers.get(name)?.as_bytes();
        value
            .get(..start.len())?
            .eq_ignore_ascii_case(start.as_bytes())
            .then_some(whose)
    })
}

/// Whose challenge a page is that came in place of what was asked for.
pub fn challenge_of(page: &[u8]) -> Option<&'static str> {
    let start = &page[..page.len().min(LOOKED_AT)];
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    PAGES
        .into_iter()
        .find_map(|(name, whose)| start.contains(name).then_some(whose))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_known_by_its_header_or_its_page_and_an_article_about_it_is_none() {
        let headers = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
        };
        let table = [
            ("cf-mitigated", "challenge", Some("Cloudflare")),
            ("cf-mitigated", "block", None),
            ("x-amzn-waf-action", "captcha", Some("AWS WAF")),
            ("server", "cloudflare", None),
        ];
        for (name, value, whose) in table {
            assert_eq!(by_headers(&headers(name, value)), whose, "{name}: {value}");
        }
        let table = [
            (
                "<html><head><title>Just a moment...</title>",
                Some("Cloudflare"),
            ),
            ("<script>window._cf_chl_opt={}</script>", Some("Cloudflare")),
            (
                "<script id=\"anubis_challenge\" type=\"application/json\">",
                Some("Anubis"),
            ),
            ("<title>Cloudflare asks for just a moment</title>", None),
            (
                "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js>",
                None,
            ),
            ("", None),
        ];
        for (page, whose) in table {
            assert_eq!(challenge_of(page.as_bytes()), whose, "{page}");
        }
    }
}
