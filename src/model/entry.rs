//! What a feed says: a channel and its entries, whatever format carried them.

use chrono::{DateTime, Utc};
use url::Url;

/// The archive's number of an entry. Minted once, never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

/// One feed document, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedFeed {
    /// The channel's own title: plain text.
    pub title: Option<String>,
    /// The site that the channel names as its own.
    pub site: Option<Url>,
    /// BCP 47 tag of the channel.
    pub language: Option<String>,
    /// RSS `ttl`: minutes that the document may be kept.
    pub ttl_minutes: Option<u32>,
    /// Entries in the document's order.
    pub entries: Vec<ParsedEntry>,
}

/// One entry of a feed document.
///
/// Texts hold no character that XML 1.0 forbids. Titles, names and categories are plain text (no
/// markup, no entities); summary and content are HTML as the outlet wrote it, *not* sanitised.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedEntry {
    /// RSS guid, Atom id, RDF about, JSON Feed id, trimmed. Never one that feed-rs made up.
    pub guid: Option<String>,
    /// The address of the article, absolute.
    pub link: Option<Url>,
    /// Plain text; empty if there is none.
    pub title: String,
    /// Names of the authors, in order.
    pub authors: Vec<String>,
    /// Labels that the outlet gave, in order, without repeats.
    pub categories: Vec<String>,
    /// BCP 47 tag, if the entry names its own.
    pub language: Option<String>,
    /// When the outlet says it was published.
    pub published: Option<DateTime<Utc>>,
    /// When the outlet says it was last changed.
    pub updated: Option<DateTime<Utc>>,
    /// HTML of the description or summary.
    pub summary: Option<String>,
    /// HTML of the full content, where the feed carries it.
    pub content: Option<String>,
    /// Media files that the entry carries.
    pub enclosures: Vec<Enclosure>,
    /// A picture for the entry: absolute.
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
