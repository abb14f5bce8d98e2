//! JSON Feed, of both versions and with what writers make of them.
//!
//! feed-rs refuses a whole feed for a missing title, an author that is a text or a version with http,
//! so serde reads it here, each value as whatever it came: numbers for texts, one thing for a list of
//! it, a text for an author. What is of no use is left out, and takes no memory; only a document that
//! is no JSON object with a list of items is an error. One that is no JSON goes through
//! [`repair`] first.
//!
//! Source: JSON Feed 1.0 and 1.1 (jsonfeed.org).

mod repair;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use url::Url;

use crate::model::{Enclosure, Hints, ParsedEntry, ParsedFeed, Person};
use crate::parse::date::{self, Zone};
use crate::parse::markup;
use crate::parse::mended::Mended;
use crate::parse::person;
use crate::text::url::absolute;
use crate::text::{html, plain};

/// Items beyond this many are not even looked at, whatever the caller would take; nor are labels,
/// persons and files beyond that of an item that are kept.
const MAX_ITEMS: usize = 2000;

/// Reads a document; no more than `max_entries` items.
///
/// # Errors
/// It is no JSON, or no object with items.
pub(super) fn parse(
    text: &str,
    base: &Url,
    zone: &Zone,
    max_entries: usize,
) -> serde_json::Result<ParsedFeed> {
    let fault = match read(text) {
        Ok(feed) => return of_json(feed, base, zone, max_entries),
        Err(fault) if fault.is_data() => return Err(fault),
        Err(fault) => fault,
    };
    let Some(Mended { text, is_cut_off }) = repair::repair(text) else {
        return Err(fault);
    };
    let feed = read(&text).map_err(|_| fault)?;
    let mut feed = of_json(feed, base, zone, max_entries)?;
    feed.damage.is_repaired = true;
    feed.damage.is_cut_off = is_cut_off;
    Ok(feed)
}

/// Reads the object that a text starts with. What stands behind it does not matter.
fn read(text: &str) -> serde_json::Result<JsonFeed> {
    JsonFeed::deserialize(&mut serde_json::Deserializer::from_str(text))
}

fn of_json(
    feed: JsonFeed,
    base: &Url,
    zone: &Zone,
    max_entries: usize,
) -> serde_json::Result<ParsedFeed> {
    let Some(List(items)) = feed.items else {
        return Err(serde_json::Error::custom("there is no list of items"));
    };
    let site = feed.home_page_url.address(base);
    let topic = feed.feed_url.address(base);
    let authors = persons(feed.author, feed.authors, base);
    let entries = items.into_iter().take(max_entries);
    let entries = entries
        .map(|item| item.into_entry(base, zone, &authors))
        .collect();
    let hubs = feed.hubs.0.into_iter();
    Ok(ParsedFeed {
        id: topic.as_ref().map(Url::to_string),
        title: feed
            .title
            .0
            .map(|title| title_of(&title))
            .filter(|title| !title.is_empty()),
        description: feed
            .description
            .0
            .and_then(|text| markup::of_text(text, "text/plain")),
        links: site.iter().chain(&topic).cloned().collect(),
        site,
        language: feed.language.0.and_then(|tag| markup::language(&tag)),
        image: feed
            .icon
            .address(base)
            .or_else(|| feed.favicon.address(base)),
        hints: Hints {
            hubs: hubs.filter_map(|hub| hub.url.address(base)).collect(),
            topic,
            ..Hints::default()
        },
        authors,
        entries,
        ..ParsedFeed::default()
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct JsonFeed {
    title: Text,
    home_page_url: Text,
    feed_url: Text,
    description: Text,
    icon: Text,
    favicon: Text,
    language: Text,
    author: List<Author>,
    authors: List<Author>,
    hubs: List<Hub>,
    items: Option<List<Item>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    id: Text,
    url: Text,
    external_url: Text,
    title: Text,
    content_html: Text,
    content_text: Text,
    summary: Text,
    image: Text,
    banner_image: Text,
    date_published: Text,
    date_modified: Text,
    language: Text,
    author: List<Author>,
    authors: List<Author>,
    tags: List<Text>,
    attachments: List<Attachment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Author {
    name: Text,
    url: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hub {
    url: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attachment {
    url: Text,
    mime_type: Text,
    size_in_bytes: Text,
}

impl Item {
    fn into_entry(self, base: &Url, zone: &Zone, authors: &[Person]) -> ParsedEntry {
        let guid = self.id.line();
        let external = self.external_url.address(base);
        let permalink = || guid.as_deref().and_then(|id| markup::permalink(id, base));
        let link = self.url.address(base).or_else(permalink);
        let links = link.iter().chain(&external).cloned().collect();
        let html = self
            .content_html
            .0
            .and_then(|text| markup::of_text(text, "text/html"))
            .map(|text| absolute_links(text, base));
        let text = self
            .content_text
            .0
            .and_then(|text| markup::of_text(text, "text/plain"));
        let summary = self
            .summary
            .0
            .and_then(|text| markup::of_text(text, "text/plain"));
        let mut of_item = persons(self.author, self.authors, base);
        if of_item.is_empty() {
            of_item = person::inherited(authors).to_vec();
        }
        let enclosures: Vec<Enclosure> = self
            .attachments
            .0
            .into_iter()
            .filter_map(|attachment| attachment.into_enclosure(base))
            .collect();
        let picture = || enclosures.iter().find(|it| markup::is_picture(it));
        let image = self
            .image
            .address(base)
            .or_else(|| self.banner_image.address(base));
        let mut entry = ParsedEntry {
            link: link.or(external),
            links,
            title: self
                .title
                .0
                .map(|title| title_of(&title))
                .unwrap_or_default(),
            authors: of_item,
            categories: markup::labels(self.tags.0.into_iter().filter_map(|tag| tag.0)),
            language: self.language.0.and_then(|tag| markup::language(&tag)),
            published: self
                .date_published
                .0
                .and_then(|text| date::parse(&text, zone)),
            updated: self
                .date_modified
                .0
                .and_then(|text| date::parse(&text, zone)),
            summary: summary.or_else(|| text.clone().filter(|_| html.is_some())),
            content: html.or(text),
            image: image.or_else(|| Url::parse(&picture()?.url).ok()),
            enclosures,
            guid,
            ..ParsedEntry::default()
        };
        if entry.title.is_empty() {
            entry.title = markup::heading(&entry);
        }
        entry
    }
}

impl Attachment {
    fn into_enclosure(self, base: &Url) -> Option<Enclosure> {
        Some(Enclosure {
            url: self.url.address(base)?.into(),
            media_type: self.mime_type.line(),
            length: self
                .size_in_bytes
                .0
                .and_then(|size| size.parse().ok())
                .filter(|&size| size > 0),
        })
    }
}

/// HTML with its addresses made absolute.
fn absolute_links(html: String, base: &Url) -> String {
    let absolute = match html::absolute_links(&html, base) {
        Cow::Borrowed(_) => None,
        Cow::Owned(absolute) => Some(absolute),
    };
    absolute.unwrap_or(html)
}

/// Titles are plain, says the standard; entities in them are meant all the same.
fn title_of(title: &str) -> String {
    if markup::looks_like_html(title) {
        html::to_line(title)
    } else {
        plain::line(title)
    }
}

fn persons(one: List<Author>, many: List<Author>, base: &Url) -> Vec<Person> {
    let mut persons = Vec::new();
    for author in many.0.into_iter().chain(one.0) {
        let (name, url) = (author.name.0, author.url.0);
        markup::push_new(
            &mut persons,
            person::of_parts(name.as_deref(), None, url.as_deref(), base),
        );
    }
    persons
}

/// A text, or what can stand for one.
#[derive(Default)]
struct Text(Option<String>);

impl Text {
    fn line(&self) -> Option<String> {
        let line = plain::line(self.0.as_deref()?);
        (!line.is_empty()).then_some(line)
    }

    fn address(&self, base: &Url) -> Option<Url> {
        absolute(self.0.as_deref()?, base)
    }
}

/// Texts that stand where an object is wanted.
trait OfText {
    /// The most of it in one list.
    const MOST: usize = markup::MAX_OF_A_KIND;

    fn of_text(text: &str) -> Option<Self>
    where
        Self: Sized;
}

impl OfText for Author {
    fn of_text(text: &str) -> Option<Self> {
        Some(Self {
            name: Text(Some(text.to_owned())),
            ..Self::default()
        })
    }
}

impl OfText for Attachment {
    fn of_text(text: &str) -> Option<Self> {
        Some(Self {
            url: Text(Some(text.to_owned())),
            ..Self::default()
        })
    }
}

impl OfText for Hub {
    fn of_text(text: &str) -> Option<Self> {
        Some(Self {
            url: Text(Some(text.to_owned())),
        })
    }
}

impl OfText for Item {
    const MOST: usize = MAX_ITEMS;

    fn of_text(_: &str) -> Option<Self> {
        None
    }
}

impl OfText for Text {
    fn of_text(text: &str) -> Option<Self> {
        Some(Self(Some(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Loose(text) = Loose::<Word>::deserialize(from)?;
        Ok(Self(
            text.map(|Word(text)| text).filter(|text| !text.is_empty()),
        ))
    }
}

/// A text and nothing else.
struct Word(String);

impl OfText for Word {
    fn of_text(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Word {
    /// Of an object: what it holds is passed over.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(from)?;
        Ok(Self(String::new()))
    }
}

/// One thing, if the value is one.
struct Loose<T>(Option<T>);

impl<'de, T: Deserialize<'de> + OfText> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Visit(PhantomData))
            .map(|mut list| Self(list.pop()))
    }
}

/// A list of things; one thing is a list, too.
struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de> + OfText> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Visit(PhantomData)).map(Self)
    }
}

struct Visit<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + OfText> Visitor<'de> for Visit<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<T>, E> {
        Ok(T::of_text(text).into_iter().collect())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Vec<T>, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Vec<T>, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Vec<T>, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|thing| vec![thing])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut things = Vec::new();
        while things.len() < T::MOST {
            match seq.next_element::<Loose<T>>()? {
                Some(Loose(thing)) => things.extend(thing),
                None => return Ok(things),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(things)
    }
}
