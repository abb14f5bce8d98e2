//! What a feed says: a channel and its entries, whatever format carried them.

use std::time::Duration;

use chrono::{DateTime, Utc, Weekday};
use url::Url;

/// The archive's number of an entry. Minted once, never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

/// One feed document, read.
///
/// Texts hold no character that XML 1.0 forbids, and are plain (no markup, no entities), except where
/// they are said to be HTML, which is as the outlet wrote it, *not* sanitised. Addresses are absolute.
/// The archive keeps title, site and language; the rest is for those who ask the parser.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedFeed {
    /// Atom id, RDF about, JSON Feed's own address: what the feed calls itself.
    pub id: Option<String>,
    /// The channel's own title.
    pub title: Option<String>,
    /// What the channel says it is about: HTML.
    pub description: Option<String>,
    /// The site that the channel names as its own.
    pub site: Option<Url>,
    /// All addresses that the channel names, in order.
    pub links: Vec<Url>,
    /// BCP 47 tag of the channel.
    pub language: Option<String>,
    /// Who is responsible for all of it.
    pub authors: Vec<Person>,
    /// Who else has a part in it.
    pub contributors: Vec<Person>,
    /// Labels of the channel, without repeats.
    pub categories: Vec<String>,
    /// Its terms of use: HTML.
    pub rights: Option<String>,
    /// The program that wrote it.
    pub generator: Option<String>,
    /// Its logo, else its icon.
    pub image: Option<Url>,
    /// When the channel says it was published.
    pub published: Option<DateTime<Utc>>,
    /// When the channel says it was last changed.
    pub updated: Option<DateTime<Utc>>,
    /// What it says of how it wants to be polled.
    pub hints: Hints,
    /// What was wrong with the document.
    pub damage: Damage,
    /// Entries in the document's order.
    pub entries: Vec<ParsedEntry>,
}

/// What had to be done to read a document, and what it cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damage {
    /// It was not well-formed, and has been repaired.
    pub is_repaired: bool,
    /// It stops in the middle. Complete entries before that were read; what follows may be had by
    /// asking again, so this answer must not be taken for the last word.
    pub is_cut_off: bool,
    /// Entries that could not be read, and were left out.
    pub entries_refused: usize,
    /// Panics of the parser that were caught.
    pub panics: usize,
}

/// What a feed says of how it wants to be polled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// RSS `ttl`: minutes that the document may be kept.
    pub ttl_minutes: Option<u32>,
    /// RSS `skipHours`: hours of the day, 0 to 23 in UTC, in which nothing new comes.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`: days of the week in which nothing new comes.
    pub skip_days: Vec<Weekday>,
    /// `sy:updatePeriod` and `sy:updateFrequency`: the time between two updates.
    pub update_interval: Option<Duration>,
    /// WebSub hubs (`rel=hub`).
    pub hubs: Vec<Url>,
    /// The address that the feed gives as its own (`rel=self`): WebSub's topic.
    pub topic: Option<Url>,
}

/// A person, or whoever else a feed calls an author. At least one of the fields is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: Option<String>,
    /// Address of e-mail.
    pub email: Option<String>,
    /// A page about the person.
    pub url: Option<Url>,
}

impl Person {
    /// Somebody of whom only the name is known.
    pub fn named(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// What to call the person: the name, else the address of e-mail, else the page.
    pub fn label(&self) -> &str {
        let name = self.name.as_deref().or(self.email.as_deref());
        name.or_else(|| self.url.as_ref().map(Url::as_str))
            .unwrap_or_default()
    }
}

/// The feed that an entry was taken over from (RSS `source`, RFC 4287 §4.2.11).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Its title.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<Url>,
}

/// One entry of a feed document; texts are as [`ParsedFeed`] says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedEntry {
    /// RSS guid, Atom id, RDF about, JSON Feed id, trimmed. Never one that feed-rs made up.
    pub guid: Option<String>,
    /// The address of the article, as the feed gives it.
    pub link: Option<Url>,
    /// The address behind `link`, where that is a counting redirect (`feedburner:origLink`).
    pub original_link: Option<Url>,
    /// All addresses that the entry names, in order.
    pub links: Vec<Url>,
    /// The title; the opening of the text where the outlet gave none, else the address. Empty if there
    /// is nothing at all.
    pub title: String,
    /// Who wrote it, in order.
    pub authors: Vec<Person>,
    /// Who else had a part in it.
    pub contributors: Vec<Person>,
    /// Labels that the outlet gave, in order, without repeats.
    pub categories: Vec<String>,
    /// BCP 47 tag, if the entry names its own.
    pub language: Option<String>,
    /// When the outlet says it was published.
    pub published: Option<DateTime<Utc>>,
    /// When the outlet says it was last changed.
    pub updated: Option<DateTime<Utc>>,
    /// The description or summary: HTML.
    pub summary: Option<String>,
    /// The full content, where the feed carries it: HTML.
    pub content: Option<String>,
    /// Terms of use: HTML.
    pub rights: Option<String>,
    /// The page on which it is discussed.
    pub comments: Option<Url>,
    /// Where an aggregating feed took it from.
    pub source: Option<Source>,
    /// Media files that the entry carries.
    pub enclosures: Vec<Enclosure>,
    /// A picture for the entry.
    pub image: Option<Url>,
}

/// A media file of an entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enclosure {
    /// Absolute address.
    pub url: String,
    /// Media type, e.g. `audio/mpeg`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub media_type: Option<String>,
    /// Size in bytes as the outlet states it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub length: Option<u64>,
}
