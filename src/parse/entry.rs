//! From feed-rs's model to ours: texts cleaned, addresses absolute, identities only where the
//! outlet gave one.
//!
//! Large texts are moved, not copied. What feed-rs made up (identities, an `updated` copied from
//! `published`) is taken back; what it dropped is filled in by [`gaps`]. Pure: what is unusable is
//! left out, nothing fails.

use feed_rs::model as source;
use url::Url;

use crate::model::{Damage, Enclosure, Hints, ParsedEntry, ParsedFeed, Person};
use crate::parse::date::Zone;
use crate::parse::gaps;
use crate::parse::markup::{self, MAX_OF_A_KIND};
use crate::parse::person;
use crate::parse::xml::dialect::Format;
use crate::parse::xml::guard::AT_SIGN;
use crate::parse::xml::notes::Notes;
use crate::parse::xml::survey::NO_LINK;
use crate::text::url::absolute;
use crate::text::{html, plain};

/// The identity that feed-rs is told to make up. No document can hold this character.
pub(super) const NO_ID: &str = "\u{0}";

/// What all entries of a document have in common.
#[derive(Clone)]
pub(super) struct Context<'a> {
    /// What relative addresses start from.
    pub(super) base: Url,
    pub(super) zone: &'a Zone,
    /// In RSS, every text may be HTML, whatever feed-rs takes it for.
    pub(super) is_rss: bool,
}

/// Our view of what feed-rs read at `base`, with what was noted of the same document. `places` are
/// those of feed-rs's entries in the document; all of them in order, if there are none.
pub(super) fn feed(
    feed: source::Feed,
    notes: &Notes<'_>,
    base: &Url,
    zone: &Zone,
    places: Option<&[usize]>,
) -> ParsedFeed {
    let context = Context {
        base: gaps::base(notes, base),
        zone,
        is_rss: notes.format != Format::Atom,
    };
    let mut parsed = context.channel(&feed);
    gaps::fill_channel(&mut parsed, &notes.channel, &context);
    let mut noted = notes.entries.as_slice();
    for (nth, entry) in feed.entries.into_iter().enumerate() {
        let place = places.map_or(Some(nth), |places| places.get(nth).copied());
        let place = place.unwrap_or(usize::MAX);
        let before = noted.partition_point(|(at, _)| *at < place);
        let after = noted.partition_point(|(at, _)| *at <= place);
        let of_entry = &noted[before..after];
        noted = &noted[after..];
        let context = context.inside(of_entry);
        let mut entry = context.entry(entry);
        gaps::fill_entry(&mut entry, of_entry, &context);
        // RFC 4287 §4.2.1: the feed's authors are those of entries that name none.
        if entry.authors.is_empty() && !context.is_rss {
            entry.authors = person::inherited(&parsed.authors).to_vec();
        }
        parsed.entries.push(entry);
    }
    parsed
}

impl Context<'_> {
    fn channel(&self, feed: &source::Feed) -> ParsedFeed {
        let links = feed.links.iter().take(MAX_OF_A_KIND);
        let rel = |name: &'static str| {
            let is = move |link: &&source::Link| {
                let rels = link.rel.as_deref().unwrap_or_default();
                rels.split_ascii_whitespace()
                    .any(|rel| rel.eq_ignore_ascii_case(name))
            };
            let links = links.clone().filter(is);
            links.filter_map(|link| absolute(&link.href, &self.base))
        };
        let addresses = self.addresses(&feed.links);
        let images = feed.logo.iter().chain(&feed.icon);
        ParsedFeed {
            id: Some(plain::line(&feed.id)).filter(|id| !id.is_empty() && feed.id != NO_ID),
            title: feed
                .title
                .as_ref()
                .map(|title| self.title(title))
                .filter(|title| !title.is_empty()),
            description: feed.description.as_ref().and_then(|text| self.text(text)),
            site: page(&addresses),
            links: distinct(addresses),
            language: feed.language.as_deref().and_then(markup::language),
            authors: self.persons(&feed.authors),
            contributors: self.persons(&feed.contributors),
            categories: self.categories(&feed.categories),
            rights: feed.rights.as_ref().and_then(|text| self.text(text)),
            generator: feed
                .generator
                .as_ref()
                .map(|it| plain::line(&it.content))
                .filter(|it| !it.is_empty()),
            image: images
                .into_iter()
                .find_map(|image| absolute(&image.uri, &self.base)),
            published: feed.published,
            updated: feed.updated,
            hints: Hints {
                ttl_minutes: feed.ttl,
                hubs: rel("hub").collect(),
                topic: rel("self").next(),
                ..Hints::default()
            },
            damage: Damage::default(),
            entries: Vec::with_capacity(feed.entries.len()),
        }
    }

    fn entry(&self, entry: source::Entry) -> ParsedEntry {
        let guid = Some(plain::line(&entry.id)).filter(|id| !id.is_empty() && entry.id != NO_ID);
        let permalink = || markup::permalink(guid.as_deref()?, &self.base);
        let addresses = self.addresses(&entry.links);
        let link = page(&addresses).or_else(permalink);
        let updated = entry
            .updated
            .filter(|_| !self.is_rss || entry.updated != entry.published);
        let enclosures = self.enclosures(&entry);
        ParsedEntry {
            link,
            links: distinct(addresses),
            title: entry
                .title
                .map(|title| self.title(&title))
                .unwrap_or_default(),
            authors: self.persons(&entry.authors),
            contributors: self.persons(&entry.contributors),
            categories: self.categories(&entry.categories),
            language: entry.language.as_deref().and_then(markup::language),
            published: entry.published,
            updated,
            summary: entry.summary.and_then(|text| {
                let kind = self.kind(text.content_type.as_str()).to_owned();
                markup::of_text(text.content, &kind)
            }),
            content: entry.content.and_then(|content| {
                let kind = self.kind(content.content_type.as_str()).to_owned();
                markup::of_text(content.body?, &kind)
            }),
            rights: entry.rights.as_ref().and_then(|text| self.text(text)),
            comments: self.comments(&entry.links),
            image: self.image(&entry.media),
            enclosures,
            guid,
            ..ParsedEntry::default()
        }
    }

    /// The media type of a text that says it is of `kind`.
    fn kind<'k>(&self, kind: &'k str) -> &'k str {
        if self.is_rss { "text/html" } else { kind }
    }

    fn text(&self, text: &source::Text) -> Option<String> {
        markup::of_text(text.content.clone(), self.kind(text.content_type.as_str()))
    }

    fn title(&self, title: &source::Text) -> String {
        if title.content_type.as_str().contains("html") {
            html::to_line(&title.content)
        } else {
            self.label(&title.content)
        }
    }

    /// A text of one line that a feed calls plain.
    pub(super) fn label(&self, text: &str) -> String {
        if self.is_rss && markup::looks_like_html(text) {
            html::to_line(text)
        } else {
            plain::line(text)
        }
    }

    /// The page on which people reply (RFC 4685 §4).
    fn comments(&self, links: &[source::Link]) -> Option<Url> {
        let is_page = |link: &&source::Link| {
            let media_type = link.media_type.as_deref().unwrap_or("text/html");
            link.rel.as_deref() == Some("replies") && media_type.contains("html")
        };
        absolute(&links.iter().find(is_page)?.href, &self.base)
    }

    fn addresses<'l>(&self, links: &'l [source::Link]) -> Vec<(&'l source::Link, Url)> {
        let links = links.iter().filter(|link| link.href != NO_LINK);
        links
            .take(MAX_OF_A_KIND)
            .filter_map(|link| Some((link, absolute(&link.href, &self.base)?)))
            .collect()
    }

    /// Persons as Atom has them, with a part each. Those of RSS are noted: feed-rs takes their texts
    /// apart with some loss.
    fn persons(&self, of_feed: &[source::Person]) -> Vec<Person> {
        let mut persons = Vec::new();
        if self.is_rss {
            return persons;
        }
        for person in of_feed.iter().take(MAX_OF_A_KIND) {
            let name = person
                .name
                .as_deref()
                .map(|name| name.replace(AT_SIGN, "@"));
            let (email, uri) = (person.email.as_deref(), person.uri.as_deref());
            let person = person::of_parts(name.as_deref(), email, uri, &self.base);
            markup::push_new(&mut persons, person);
        }
        persons
    }

    fn categories(&self, categories: &[source::Category]) -> Vec<String> {
        let labels = categories.iter().flat_map(|category| {
            let nested = category.subcategories.iter().map(|it| &it.term);
            std::iter::once(category.label.as_ref().unwrap_or(&category.term)).chain(nested)
        });
        markup::labels(labels.map(|label| self.label(label)))
    }

    fn enclosures(&self, entry: &source::Entry) -> Vec<Enclosure> {
        let media = entry
            .media
            .iter()
            .flat_map(|media| &media.content)
            .filter_map(|content| {
                let url = absolute(content.url.as_ref()?.as_str(), &self.base)?;
                // An empty address, says feed-rs, is that of the feed.
                if url == self.base {
                    return None;
                }
                Some(Enclosure {
                    url: url.into(),
                    media_type: content.content_type.as_ref().map(ToString::to_string),
                    length: content.size.filter(|&length| length > 0),
                })
            });
        let is_media = |link: &&source::Link| match &link.rel {
            Some(rel) => rel == "enclosure",
            None => link.media_type.is_some(),
        };
        let links = entry.links.iter().filter(is_media).filter_map(|link| {
            Some(Enclosure {
                url: absolute(&link.href, &self.base)?.into(),
                media_type: link
                    .media_type
                    .as_deref()
                    .map(plain::line)
                    .filter(|it| !it.is_empty()),
                length: link.length.filter(|&length| length > 0),
            })
        });
        let mut enclosures: Vec<Enclosure> = Vec::new();
        for enclosure in links.chain(media).take(MAX_OF_A_KIND) {
            if !enclosures.iter().any(|it| it.url == enclosure.url) {
                enclosures.push(enclosure);
            }
        }
        enclosures
    }

    fn image(&self, media: &[source::MediaObject]) -> Option<Url> {
        let mut thumbnails = media.iter().flat_map(|media| &media.thumbnails);
        thumbnails.find_map(|thumbnail| absolute(&thumbnail.image.uri, &self.base))
    }
}

/// The address that a reader would open.
fn page(addresses: &[(&source::Link, Url)]) -> Option<Url> {
    let is_page = |(link, _): &&(&source::Link, Url)| {
        let is_attachment = link.rel.is_none() && link.media_type.is_some();
        let is_alternate = link.rel.as_deref().is_none_or(|rel| rel == "alternate");
        link.target.is_none() && is_alternate && !is_attachment
    };
    let is_html = |(link, _): &&(&source::Link, Url)| {
        let media_type = link.media_type.as_deref();
        media_type.is_none_or(|media_type| media_type.contains("html"))
    };
    let mut pages = addresses.iter().filter(is_page);
    let page = pages.clone().find(is_html).or_else(|| pages.next());
    page.map(|(_, address)| address.clone())
}

fn distinct(addresses: Vec<(&source::Link, Url)>) -> Vec<Url> {
    let mut distinct = Vec::with_capacity(addresses.len());
    for (_, address) in addresses {
        markup::push_new(&mut distinct, Some(address));
    }
    distinct
}
