//! The feeds that an HTML page offers (`<link rel="alternate">`, RSS autodiscovery).

use ::url::Url;

use crate::text::{html, url};

/// A feed that a page names as its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedFeed {
    /// Its address.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
}

const FEED_TYPES: [&str; 5] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
];

/// The feeds that the page at `base` offers, in its order; feeds of comments come last.
pub fn offered_feeds(page: &str, base: &Url) -> Vec<OfferedFeed> {
    let mut offered: Vec<OfferedFeed> = Vec::new();
    let mut rest = page;
    while let Some(start) = find_link(rest) {
        rest = &rest[start..];
        let end = rest.find('>').unwrap_or(rest.len());
        offered.extend(offer(&rest[..end], base));
        rest = &rest[end..];
    }
    let mut seen = std::collections::HashSet::new();
    offered.retain(|feed| seen.insert(feed.url.clone()));
    offered.sort_by_key(|feed| feed.url.path().contains("comments"));
    offered
}

fn find_link(html: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let mut from = 0;
    while let Some(found) = html[from..].find('<') {
        let at = from + found;
        if bytes
            .get(at + 1..at + 5)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"link"))
            && bytes.get(at + 5).is_some_and(u8::is_ascii_whitespace)
        {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn offer(tag: &str, base: &Url) -> Option<OfferedFeed> {
    let rel = attribute(tag, "rel")?.to_ascii_lowercase();
    let kind = attribute(tag, "type")?.to_ascii_lowercase();
    let alternate = rel.split_ascii_whitespace().any(|word| word == "alternate");
    if !alternate || !FEED_TYPES.contains(&kind.trim()) {
        return None;
    }
    let address = url::absolute(&html::to_line(&attribute(tag, "href")?), base)?;
    let title = attribute(tag, "title").map(|title| html::to_line(&title));
    Some(OfferedFeed {
        url: address,
        title: title.filter(|title| !title.is_empty()),
    })
}

/// The value of an attribute of a tag, as it is written.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(name) {
        let at = from + found;
        from = at + name.len();
        let apart =
            lower[..at].ends_with(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'');
        let Some(value) = lower[from..]
            .trim_start()
            .strip_prefix('=')
            .filter(|_| apart)
        else {
            continue;
        };
        // Lower-casing ASCII moves nothing, so places in `lower` are places in `tag`.
        let value = &tag[tag.len() - value.trim_start().len()..];
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        return Some(match quote {
            Some(quote) => value[1..]
                .split(quote)
                .next()
                .unwrap_or_default()
                .to_owned(),
            None => value
                .split([' ', '\t', '\n', '\r'])
                .next()
                .unwrap_or_default()
                .to_owned(),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_feeds_of_a_page_are_found_however_the_links_are_written() {
        let page = "<html><head><link rel=stylesheet href=/x.css>
            <LINK TITLE='تعليقات' rel='alternate' type='application/rss+xml' href='/comments/feed/'>
            <link rel=\"alternate\" type=\"application/rss+xml\" title=\"أخبار &amp; رأي\" href=\"/feed/?a=1&amp;b=2\"/>
            <link rel=\"alternate\" hreflang=\"en\" href=\"/en/\">
            <link data-href=\"/no\" rel=\"alternate nofollow\" type=application/atom+xml href=https://x.example/atom></head>";
        let base = Url::parse("https://outlet.example/home").unwrap();
        let offered = offered_feeds(page, &base);
        let urls: Vec<&str> = offered.iter().map(|feed| feed.url.as_str()).collect();
        assert_eq!(
            urls,
            [
                "https://outlet.example/feed/?a=1&b=2",
                "https://x.example/atom",
                "https://outlet.example/comments/feed/"
            ]
        );
        assert_eq!(offered[0].title.as_deref(), Some("أخبار & رأي"));
    }
}
