//! The feeds that a web page offers.
//!
//! A page names its feeds in `link` elements of the relation `alternate` (HTML §4.6.7.1), with
//! the media type of a feed. [`offered_feeds`] reads only these: nothing is guessed, nothing
//! fetched. It looks for the tags, not at the tree, since pages may be as broken as they like.

use std::borrow::Cow;

use url::Url;

use crate::parse::xml::scan;
use crate::text::plain;
use crate::text::url::absolute;

/// Media types of feeds.
const FEED_TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
];

/// Pages offer a feed for each section at most.
const MAX_OFFERED: usize = 50;

/// Longer tags are none.
const MAX_TAG_BYTES: usize = 4096;

/// A feed as a page offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedFeed {
    /// Its address, absolute.
    pub url: Url,
    /// What the page calls it: plain text.
    pub title: Option<String>,
}

/// The feeds that the page at `base` offers, in its order, each once.
pub fn offered_feeds(html: &str, base: &Url) -> Vec<OfferedFeed> {
    let mut base = Cow::Borrowed(base);
    let mut offered: Vec<OfferedFeed> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end..]);
        } else if let Some(tag) = tag(rest, "<base") {
            // The first one that names an address holds (HTML §4.2.3).
            if let (Cow::Borrowed(fetched_from), Some(href)) = (&base, scan::attribute(tag, "href"))
                && let Some(address) = absolute(&plain::entities(href), fetched_from)
            {
                base = Cow::Owned(address);
            }
        } else if let Some(tag) = tag(rest, "<link") {
            let is_new = |feed: &OfferedFeed| !offered.iter().any(|it| it.url == feed.url);
            let feed = offer(tag, &base).filter(is_new);
            offered.extend(feed);
            if offered.len() == MAX_OFFERED {
                break;
            }
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    offered
}

/// The start tag at the start of `text`, if it is the one that is meant.
fn tag<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let head = text.get(..start.len())?;
    let is_it = head.eq_ignore_ascii_case(start)
        && text[start.len()..].starts_with(|c: char| c.is_ascii_whitespace());
    if !is_it {
        return None;
    }
    let text = &text[..text.floor_char_boundary(MAX_TAG_BYTES)];
    scan::first_tag(text).map(|tag| &text[tag.range])
}

fn offer(tag: &str, base: &Url) -> Option<OfferedFeed> {
    let is = |value: &str, wanted: &str| value.trim().eq_ignore_ascii_case(wanted);
    let rel = scan::attribute(tag, "rel")?;
    if !rel.split_ascii_whitespace().any(|rel| is(rel, "alternate")) {
        return None;
    }
    let media_type = scan::attribute(tag, "type")?.split(';').next()?;
    if !FEED_TYPES.iter().any(|feed_type| is(media_type, feed_type)) {
        return None;
    }
    let url = absolute(&plain::entities(scan::attribute(tag, "href")?), base)?;
    let title = scan::attribute(tag, "title").map(|title| plain::line(&plain::entities(title)));
    Some(OfferedFeed {
        url,
        title: title.filter(|title| !title.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_s_feeds_are_found_in_its_order() {
        let page = r#"<!DOCTYPE html><html><head>
            <!-- <link rel="alternate" type="application/rss+xml" href="/old"> -->
            <LINK REL=alternate TYPE=application/rss+xml HREF=/rss?a=1&amp;b=2>
            <link href="https://other.example/atom" type="application/atom+xml; charset=utf-8"
                  title="الأخبار &amp; الرياضة" rel="alternate nofollow"/>
            <link rel="alternate" type="application/rss+xml" href="/rss?a=1&b=2" title="again">
            <link rel="alternate" hreflang="en" href="/en">
            <link rel="stylesheet" type="text/css" href="/x.css">
            <link rel="alternate" type="application/feed+json" href="javascript:0">
            <linkx rel="alternate" type="application/rss+xml" href="/no">"#;
        let base = Url::parse("https://news.example/ar/").unwrap();
        let found = offered_feeds(page, &base);
        let found: Vec<(&str, Option<&str>)> = found
            .iter()
            .map(|feed| (feed.url.as_str(), feed.title.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("https://news.example/rss?a=1&b=2", None),
                ("https://other.example/atom", Some("الأخبار & الرياضة")),
            ]
        );
    }

    #[test]
    fn the_base_of_a_page_holds_for_its_feeds() {
        let page = "<base href='/sub/'><link rel=alternate type=application/rss+xml href=feed>";
        let base = Url::parse("https://news.example/").unwrap();
        assert_eq!(
            offered_feeds(page, &base)[0].url.as_str(),
            "https://news.example/sub/feed"
        );
        let page = format!("<base href='mailto:a@b.example'><base href=/a/><base href=/b/>{page}");
        assert_eq!(
            offered_feeds(&page, &base)[0].url.as_str(),
            "https://news.example/a/feed"
        );
    }
}
