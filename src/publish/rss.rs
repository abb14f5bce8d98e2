//! RSS 2.0, as the profile of the RSS Advisory Board reads it, with the usual modules: `atom`
//! (the document's own address), `dc` (creators, language) and `content` (whole bodies).
//!
//! `description` holds HTML and `title` plain text that some readers take for HTML: the first is
//! escaped twice, the second with numeric references.

use chrono::DateTime;

use crate::publish::channel::{Channel, HISTORY};
use crate::publish::document::Document;
use crate::publish::format::{Format, MAX_AGE_SECS};
use crate::publish::item::Item;
use crate::publish::xml::Draft;
use crate::publish::{chars, date, language, link};
use crate::text::html;

/// Writes the document.
pub fn rss(channel: &Channel, items: &[Item]) -> Document {
    let mut root = vec![
        ("version", "2.0"),
        ("xmlns:atom", "http://www.w3.org/2005/Atom"),
        ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ];
    if channel.archived.current.is_some() {
        root.push(("xmlns:fh", HISTORY));
    }
    let mut document = Draft::new("rss", &root);
    document.open("channel", &[]);
    let title = chars::worded(&channel.title).unwrap_or_else(|| "rawi".to_owned());
    document.plain("title", &[], &title);
    document.text("link", &[], &channel.home_url);
    document.plain("description", &[], &title);
    let media_type = Format::Rss.media_type();
    let this = [
        ("rel", "self"),
        ("type", media_type),
        ("href", channel.self_url.as_str()),
    ];
    document.empty("atom:link", &this);
    for (rel, address) in channel.links() {
        document.empty("atom:link", &[("rel", rel), ("href", address)]);
    }
    if channel.archived.current.is_some() {
        document.empty("fh:archive", &[]);
    }
    let language = language::tag(channel.language.as_deref());
    if let Some(language) = &language {
        document.text("language", &[], language);
    }
    if channel.updated != DateTime::UNIX_EPOCH {
        document.text("lastBuildDate", &[], &date::rfc822(channel.updated));
    }
    document.text(
        "generator",
        &[],
        concat!("rawi ", env!("CARGO_PKG_VERSION")),
    );
    document.text("ttl", &[], &(MAX_AGE_SECS / 60).to_string());
    for item in items {
        document.entry("item", &[], |d| fields(d, item, language.as_deref()));
    }
    document.finish()
}

fn fields(document: &mut Draft, item: &Item, channel_language: Option<&str>) {
    document.plain("title", &[], &item.title());
    if let Some(url) = item.url() {
        document.text("link", &[], &url);
    }
    document.text("guid", &[("isPermaLink", "false")], &item.id);
    document.text("pubDate", &[], &date::rfc822(item.article.published));
    for name in item.authors() {
        document.plain("dc:creator", &[], &name);
    }
    if let Some(language) = item
        .language()
        .filter(|tag| Some(tag.as_str()) != channel_language)
    {
        document.text("dc:language", &[], &language);
    }
    for label in item.categories() {
        document.plain("category", &[], &label);
    }
    body(document, item);
    // Readers take the first of several, or trip over them.
    if let Some((url, media_type, length)) = item.enclosures().next() {
        let length = length.unwrap_or(0).to_string();
        let attributes = [("url", &*url), ("length", &*length), ("type", &*media_type)];
        document.empty("enclosure", &attributes);
    }
    if let Some(url) = link::web(&item.source.url) {
        let title = chars::worded(&item.source.title).unwrap_or_else(|| item.outlet());
        document.plain("source", &[("url", &url)], &title);
    }
}

/// `description` stands before `content:encoded`: readers that know only one element for the body
/// keep the last that they see.
fn body(document: &mut Draft, item: &Item) {
    let content = item.content_html();
    if let Some(summary) = &item.summary {
        let summary = html::escape(summary);
        let summary = match content {
            None => language::directed(&summary, item.article.language.as_deref()),
            Some(_) => summary.into_owned(),
        };
        document.text("description", &[], &summary);
    }
    if let Some(content) = content {
        document.text("content:encoded", &[], &content);
    }
}
