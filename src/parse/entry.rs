//! From feed-rs's model to ours: which of its fields stands for what.

use std::collections::HashSet;

use ::url::Url;
use feed_rs::model::{Category, Entry, Feed, FeedType, Link, MediaObject, Person, Text};

use crate::model::entry::{Enclosure, ParsedEntry, ParsedFeed};
use crate::text::{html, plain, url};

/// What feed-rs is told to write where a document has no id: no document can hold it, since a
/// NUL is no character of XML or of a text that we keep.
pub(crate) const NO_ID: &str = "\0";

/// The most categories and enclosures that one entry is taken to have.
const MOST_LABELS: usize = 32;

/// Takes over a document; of its entries the first `most`.
pub(crate) fn feed(feed: Feed, base: &Url, most: usize) -> ParsedFeed {
    // Only Atom says of its titles whether they are text or HTML; in RSS they are in practice HTML
    // that was escaped once more.
    let says_plain = matches!(feed.feed_type, FeedType::Atom | FeedType::JSON);
    ParsedFeed {
        title: feed
            .title
            .as_ref()
            .map(|title| line(title, says_plain))
            .filter(|title| !title.is_empty()),
        site: site(&feed.links, base),
        language: feed.language.as_deref().and_then(language),
        ttl_minutes: feed.ttl,
        entries: feed
            .entries
            .into_iter()
            .take(most)
            .map(|one| entry(one, base, says_plain))
            .collect(),
    }
}

fn site(links: &[Link], base: &Url) -> Option<Url> {
    links
        .iter()
        .find(is_alternate)
        .and_then(|link| url::absolute(&link.href, base))
}

/// Whether a link leads to the thing itself; links to comments have a target.
fn is_alternate(link: &&Link) -> bool {
    link.target.is_none() && matches!(link.rel.as_deref(), None | Some("alternate"))
}

fn entry(entry: Entry, base: &Url, says_plain: bool) -> ParsedEntry {
    let guid = guid(&entry.id);
    let link = link(&entry, guid.as_deref(), base);
    let media = media(&entry.media, &entry.links, base);
    let content = entry.content.and_then(|content| {
        let plain = content.content_type.as_str().starts_with("text/plain");
        content.body.map(|body| markup(body, plain))
    });
    let summary = entry.summary.or(media.description).map(|summary| {
        let plain = summary.content_type.as_str().starts_with("text/plain");
        markup(summary.content, plain)
    });
    let published = entry.published.or(entry.updated);
    ParsedEntry {
        title: entry
            .title
            .as_ref()
            .map(|title| line(title, says_plain))
            .unwrap_or_default(),
        authors: names(entry.authors),
        categories: labels(entry.categories),
        language: entry.language.as_deref().and_then(language),
        published,
        // feed-rs gives RSS its publication once more as its update.
        updated: entry.updated.filter(|updated| Some(*updated) != published),
        summary: summary.filter(|summary| !summary.trim().is_empty()),
        content: content.filter(|content| !content.trim().is_empty()),
        enclosures: media.enclosures,
        image: media.image,
        guid,
        link,
    }
}

fn guid(id: &str) -> Option<String> {
    let id = id.trim();
    (id != NO_ID && !id.is_empty()).then(|| plain::clean(id).into_owned())
}

/// The article's address: the link that is one, else a guid that is one.
fn link(entry: &Entry, guid: Option<&str>, base: &Url) -> Option<Url> {
    let base = entry
        .base
        .as_deref()
        .and_then(|own| base.join(own).ok())
        .unwrap_or(base.clone());
    let linked = entry
        .links
        .iter()
        .find(is_alternate)
        .and_then(|l| url::absolute(&l.href, &base));
    linked.or_else(|| {
        let guid =
            guid.filter(|guid| guid.starts_with("http://") || guid.starts_with("https://"))?;
        url::absolute(guid, &base)
    })
}

/// Plain text in one line; `says_plain`: the format means it when it calls a text plain.
fn line(text: &Text, says_plain: bool) -> String {
    if says_plain && text.content_type.as_str().starts_with("text/plain") {
        plain::line(&plain::clean(&text.content))
    } else {
        html::to_line(&plain::clean(&text.content))
    }
}

/// HTML as the outlet wrote it; plain text is escaped.
fn markup(text: String, is_plain: bool) -> String {
    let escaped = if is_plain {
        html::escape(&text).into_owned()
    } else {
        text
    };
    match plain::clean(&escaped) {
        std::borrow::Cow::Borrowed(_) => escaped,
        std::borrow::Cow::Owned(clean) => clean,
    }
}

fn names(people: Vec<Person>) -> Vec<String> {
    let mut names: Vec<String> = people
        .into_iter()
        .filter_map(|person| person.name.or(person.email))
        .map(|name| html::to_line(&plain::clean(&name)))
        .filter(|name| !name.is_empty())
        .collect();
    names.truncate(MOST_LABELS);
    names
}

fn labels(categories: Vec<Category>) -> Vec<String> {
    let mut seen = HashSet::new();
    categories
        .into_iter()
        .map(|category| category.label.unwrap_or(category.term))
        .map(|label| html::to_line(&plain::clean(&label)))
        .filter(|label| !label.is_empty() && seen.insert(label.clone()))
        .take(MOST_LABELS)
        .collect()
}

/// A language tag as BCP 47 writes it, if it looks like one.
fn language(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-");
    let first = tag.split('-').next()?;
    let is_tag = (2..=3).contains(&first.len())
        && tag.len() <= 35
        && tag
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_tag.then_some(tag)
}

/// What an entry carries beside its text.
#[derive(Default)]
struct Media {
    enclosures: Vec<Enclosure>,
    image: Option<Url>,
    description: Option<Text>,
}

fn media(objects: &[MediaObject], links: &[Link], base: &Url) -> Media {
    let mut media = Media::default();
    for link in links
        .iter()
        .filter(|link| link.rel.as_deref() == Some("enclosure"))
    {
        media.carry(
            url::absolute(&link.href, base),
            link.media_type.clone(),
            link.length,
        );
    }
    for object in objects {
        for content in &object.content {
            let address = content
                .url
                .as_ref()
                .and_then(|url| url::absolute(url.as_str(), base));
            let kind = content.content_type.as_ref().map(ToString::to_string);
            media.carry(address, kind, content.size);
        }
        let thumbnail = object.thumbnails.first();
        let thumbnail = thumbnail.and_then(|thumbnail| url::absolute(&thumbnail.image.uri, base));
        media.image = media.image.take().or(thumbnail);
        if media.description.is_none() {
            media.description.clone_from(&object.description);
        }
    }
    media
}

impl Media {
    /// Takes a file: a picture illustrates the entry, anything else is an enclosure.
    fn carry(&mut self, address: Option<Url>, media_type: Option<String>, length: Option<u64>) {
        let Some(address) = address else { return };
        if media_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("image/"))
        {
            self.image.get_or_insert(address);
            return;
        }
        let enclosure = Enclosure {
            url: address.into(),
            media_type,
            length,
        };
        let repeated = self
            .enclosures
            .iter()
            .any(|known| known.url == enclosure.url);
        if !repeated && self.enclosures.len() < MOST_LABELS {
            self.enclosures.push(enclosure);
        }
    }
}
