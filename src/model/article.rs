//! What the archive answers: an article as `articles` shows it, for publishing and reading.

use chrono::{DateTime, Utc};

use crate::model::entry::Enclosure;

/// One entry of the archive with its article: a row of the view `articles`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Article {
    /// The archive's number.
    pub id: i64,
    /// The story that it belongs to.
    pub story: i64,
    /// Slug of its feed.
    pub feed: String,
    /// Name of the outlet: the configured title, else the feed's own, else the slug.
    pub outlet: String,
    /// As published, if it was.
    pub guid: Option<String>,
    /// Address of the article.
    pub url: Option<String>,
    /// Plain text; may be empty.
    pub title: String,
    /// Names of the authors.
    pub author: Vec<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// The outlet's labels.
    pub categories: Vec<String>,
    /// When the outlet says it was published; when we first saw it, if the outlet does not say.
    pub published: DateTime<Utc>,
    /// When its content last changed.
    pub updated: DateTime<Utc>,
    /// When we first saw it.
    pub first_seen: DateTime<Utc>,
    /// Place and agency that open the text ("عمان - بترا"), kept apart.
    pub dateline: Option<String>,
    /// The feed's summary: plain text.
    pub summary: Option<String>,
    /// Plain body, paragraphs separated by a blank line.
    pub text: String,
    /// HTML of the body as the outlet wrote it: sanitise before it leaves.
    pub html: Option<String>,
    /// Words of `text`.
    pub words: u32,
    /// A picture: absolute address.
    pub image: Option<String>,
    /// Media files.
    pub enclosures: Vec<Enclosure>,
    /// Where the text comes from and why, e.g. `page: article element`.
    pub extraction: String,
    /// True if the merged feed shows this one for its story.
    pub lead: bool,
}

/// An outlet that carries a story, with its own address of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlet {
    /// Name of the outlet.
    pub name: String,
    /// Address of its version.
    pub url: Option<String>,
}

/// The feed that an article came from, as published feeds name their source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFeed {
    /// Title of the feed.
    pub title: String,
    /// Address of the feed.
    pub url: String,
    /// The outlet's site.
    pub site: Option<String>,
}
