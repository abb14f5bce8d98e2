//! Atom 1.0 (RFC 4287), with archive documents (RFC 5005) and tombstones (RFC 6721).
//!
//! Atom cannot say the direction of a text, so bodies are wrapped in an element that does, and
//! titles are `type="text"`: a reader judges them by their letters.

use crate::publish::channel::{Channel, HISTORY};
use crate::publish::document::Document;
use crate::publish::item::Item;
use crate::publish::xml::{Attribute, Draft};
use crate::publish::{chars, date, format::Format, language, link};

/// Writes the document.
pub fn atom(channel: &Channel, items: &[Item]) -> Document {
    let language = language::tag(channel.language.as_deref());
    let mut root = vec![("xmlns", "http://www.w3.org/2005/Atom")];
    if channel.archived.current.is_some() {
        root.push(("xmlns:fh", HISTORY));
    }
    if !channel.gone.is_empty() {
        root.push(("xmlns:at", "http://purl.org/atompub/tombstones/1.0"));
    }
    root.extend(language.as_deref().map(|tag| ("xml:lang", tag)));
    let mut document = Draft::new("feed", &root);
    document.text("id", &[], &channel.id);
    let title = chars::worded(&channel.title).unwrap_or_else(|| "rawi".to_owned());
    document.text("title", &[("type", "text")], &title);
    document.text("updated", &[], &date::rfc3339(channel.updated));
    let media_type = Format::Atom.media_type();
    let this = [
        ("rel", "self"),
        ("type", media_type),
        ("href", channel.self_url.as_str()),
    ];
    document.empty("link", &this);
    let home = [
        ("rel", "alternate"),
        ("type", "text/html"),
        ("href", channel.home_url.as_str()),
    ];
    document.empty("link", &home);
    for (rel, address) in channel.links() {
        document.empty("link", &[("rel", rel), ("href", address)]);
    }
    if channel.archived.current.is_some() {
        document.empty("fh:archive", &[]);
    }
    document.text(
        "generator",
        &[("version", env!("CARGO_PKG_VERSION"))],
        "rawi",
    );
    for gone in &channel.gone {
        let when = date::rfc3339_seconds(gone.at);
        document.empty("at:deleted-entry", &[("ref", &gone.id), ("when", &when)]);
    }
    for item in items {
        entry(&mut document, item);
    }
    document.finish()
}

fn entry(document: &mut Draft, item: &Item) {
    let language = item.language();
    let language: Vec<Attribute<'_>> = language
        .as_deref()
        .map(|tag| ("xml:lang", tag))
        .into_iter()
        .collect();
    document.entry("entry", &language, |document| fields(document, item));
}

fn fields(document: &mut Draft, item: &Item) {
    document.text("id", &[], &item.id);
    document.text("title", &[("type", "text")], &item.title());
    document.text("updated", &[], &date::rfc3339(item.updated()));
    document.text(
        "published",
        &[],
        &date::rfc3339_seconds(item.article.published),
    );
    for name in item.authors() {
        document.open("author", &[]);
        document.text("name", &[], &name);
        document.close();
    }
    links(document, item);
    for label in item.categories() {
        document.empty("category", &[("term", &label)]);
    }
    body(document, item);
    source(document, item);
}

fn links(document: &mut Draft, item: &Item) {
    let url = item.url();
    if let Some(url) = &url {
        document.empty("link", &[("rel", "alternate"), ("href", url)]);
    }
    // The guid is the outlet's own name of the entry; where it is an address of its own, it says
    // where the entry came from.
    let guid = item.article.guid.as_deref().and_then(link::web);
    if let Some(guid) = guid.filter(|guid| Some(guid) != url.as_ref()) {
        document.empty("link", &[("rel", "via"), ("href", &guid)]);
    }
    for (name, url) in item.others() {
        document.empty(
            "link",
            &[("rel", "related"), ("title", &name), ("href", &url)],
        );
    }
    for (url, media_type, length) in item.enclosures() {
        let length = length.map(|length| length.to_string());
        let mut attributes = vec![("rel", "enclosure"), ("type", &media_type), ("href", &url)];
        attributes.extend(length.as_deref().map(|length| ("length", length)));
        document.empty("link", &attributes);
    }
}

fn body(document: &mut Draft, item: &Item) {
    if let Some(summary) = &item.summary {
        document.text("summary", &[("type", "text")], summary);
    }
    if let Some(html) = item.content_html() {
        document.text("content", &[("type", "html")], &html);
    } else if item.url().is_none() {
        // RFC 4287 §4.1.3.2: an entry without an alternate link must have content.
        let text = item.summary.clone().unwrap_or_else(|| item.title());
        document.text("content", &[("type", "text")], &text);
    }
}

/// The feed that the entry came from (§4.2.11). The archive keeps no Atom id of it, which most
/// feeds do not have, so its address names it; and it is known to have changed when the entry did.
fn source(document: &mut Draft, item: &Item) {
    let Some(url) = link::web(&item.source.url) else {
        return;
    };
    document.open("source", &[]);
    document.text("id", &[], &url);
    let title = chars::worded(&item.source.title).unwrap_or_else(|| item.outlet());
    document.text("title", &[("type", "text")], &title);
    document.text("updated", &[], &date::rfc3339_seconds(item.article.updated));
    document.empty("link", &[("rel", "self"), ("href", &url)]);
    if let Some(site) = item.source.site.as_deref().and_then(link::web) {
        document.empty("link", &[("rel", "alternate"), ("href", &site)]);
    }
    document.close();
}
