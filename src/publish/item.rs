//! One story on its way out: the article that leads it, made fit to be published.

use chrono::{DateTime, Utc};
use url::Url;

use crate::model::{Article, Outlet, SourceFeed};
use crate::publish::options::{Content, Options};
use crate::publish::{chars, date, language, link};
use crate::text::diff::{self, Change};
use crate::text::html::{self, SafeHtml};
use crate::text::{digest, plain};

/// Characters of a summary that stands for the article, and of one that is made from its text.
const SUMMARY_CHARS: usize = 300;

/// Characters of a title that is made from the text where the outlet gave none.
const TITLE_CHARS: usize = 80;

/// A revision that changed what an article says.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The article as it is now.
    pub article: Article,
    /// Where it came from.
    pub source: SourceFeed,
    /// The number of the revision.
    pub revision: u64,
    /// When it was first seen.
    pub seen: DateTime<Utc>,
    /// The title before it.
    pub old_title: String,
    /// The text before it.
    pub old_text: String,
}

/// One entry of a document.
#[derive(Debug, Clone)]
pub struct Item {
    /// `urn:uuid:`, from the archive and the story alone: it never changes and is never used for
    /// another. Readers know a story by it, whichever of its articles a channel shows.
    pub id: String,
    /// The article that stands for the story.
    pub article: Article,
    /// The body; none where only a summary leaves, or where there is no body.
    pub content: Option<SafeHtml>,
    /// Plain text; none where it would only repeat the body.
    pub summary: Option<String>,
    /// Where the article came from.
    pub source: SourceFeed,
    /// The other outlets that carry the story.
    pub others: Vec<Outlet>,
}

impl Item {
    /// Makes an article fit to leave: mints its id, sanitises its body (addresses in it are
    /// resolved against the article's own), and keeps as much of it as the options allow.
    pub fn from_article(
        article: Article,
        source: SourceFeed,
        others: Vec<Outlet>,
        archive_id: &str,
        options: &Options,
    ) -> Self {
        let id = Self::id_of(archive_id, article.story);
        let (content, summary) = match options.content {
            Content::Full => {
                let content = body(&article);
                let summary = article
                    .summary
                    .as_deref()
                    .filter(|s| !repeats(s, &article.text));
                (content, summary.map(str::to_owned))
            }
            Content::Summary => {
                let summary = article.summary.as_deref().filter(|s| !s.trim().is_empty());
                let summary = summary.unwrap_or(&article.text);
                (None, Some(plain::opening(summary, SUMMARY_CHARS)))
            }
        };
        let summary = summary
            .map(|text| chars::legal(&plain::display(&text)).into_owned())
            .filter(|text| !text.trim().is_empty());
        Self {
            id,
            article,
            content,
            summary,
            source,
            others,
        }
    }

    /// The id under which a story is published.
    pub fn id_of(archive_id: &str, story: i64) -> String {
        let story = story.to_string();
        format!("urn:uuid:{}", digest::uuid([archive_id, "entry", &story]))
    }

    /// What an article's last revision changed, as an entry of its own: titled as the article, dated
    /// by the revision, its content the new text with what went and what came marked.
    pub fn correction(correction: Correction, archive_id: &str) -> Self {
        let Correction {
            mut article,
            source,
            revision,
            seen,
            old_title,
            old_text,
        } = correction;
        let which = format!("{} {revision}", article.id);
        let id = digest::uuid([archive_id, "correction", &which]);
        let title = (old_title != article.title)
            .then(|| format!("<h2>{}</h2>", marked(&old_title, &article.title)));
        let marked = marked(&old_text, &article.text);
        let paragraphs = marked.split("\n\n").map(|p| format!("<p>{p}</p>"));
        let html: String = title.into_iter().chain(paragraphs).collect();
        article.published = seen;
        article.updated = seen;
        article.enclosures.clear();
        Self {
            id: format!("urn:uuid:{id}"),
            content: Some(html::sanitize(&html, None)),
            summary: None,
            article,
            source,
            others: Vec::new(),
        }
    }

    /// The title: the outlet's, else the opening of the text, else the outlet's name. Formats and
    /// readers alike do badly with none.
    pub(super) fn title(&self) -> String {
        chars::worded(&self.article.title)
            .or_else(|| chars::worded(&plain::opening(&self.article.text, TITLE_CHARS)))
            .or_else(|| chars::worded(&self.article.outlet))
            .unwrap_or_else(|| "–".to_owned())
    }

    /// The address of the article.
    pub(super) fn url(&self) -> Option<String> {
        self.article.url.as_deref().and_then(link::web)
    }

    /// The names of the authors; the outlet's where the article names none.
    pub(super) fn authors(&self) -> Vec<String> {
        let names: Vec<_> = self
            .article
            .author
            .iter()
            .filter_map(|n| chars::worded(n))
            .collect();
        if names.is_empty() {
            vec![self.outlet()]
        } else {
            names
        }
    }

    /// The name of the outlet.
    pub(super) fn outlet(&self) -> String {
        chars::worded(&self.article.outlet).unwrap_or_else(|| self.article.feed.clone())
    }

    /// The outlet's labels.
    pub(super) fn categories(&self) -> impl Iterator<Item = String> {
        self.article
            .categories
            .iter()
            .filter_map(|label| chars::worded(label))
    }

    /// The language tag.
    pub(super) fn language(&self) -> Option<String> {
        language::tag(self.article.language.as_deref())
    }

    /// The body with its direction said.
    pub(super) fn content_html(&self) -> Option<String> {
        let content = self.content.as_ref()?;
        let content = chars::legal(content.as_str());
        Some(language::directed(
            &content,
            self.article.language.as_deref(),
        ))
    }

    /// When the content last changed, with a fraction of a second from the entry's own id.
    ///
    /// Ties are normal where entries are dated by the poll that brought them, and validators and
    /// some readers take entries with equal times for one. The fraction is there whether or not
    /// there is a tie today: so it never moves.
    pub(super) fn updated(&self) -> DateTime<Utc> {
        let fraction = digest::parts([self.id.as_str()]).unsigned_abs() % 1_000_000_000;
        date::with_fraction(
            self.article.updated,
            u32::try_from(fraction).unwrap_or_default(),
        )
    }

    /// Its media files whose address and type are known, with their sizes where those are.
    pub(super) fn enclosures(&self) -> impl Iterator<Item = (String, String, Option<u64>)> {
        self.article.enclosures.iter().filter_map(|enclosure| {
            let url = link::web(&enclosure.url)?;
            let media_type = link::media_type(enclosure.media_type.as_deref()?)?;
            Some((url, media_type, enclosure.length))
        })
    }

    /// The other outlets with an address of their own: name and address.
    pub(super) fn others(&self) -> impl Iterator<Item = (String, String)> {
        self.others.iter().filter_map(|outlet| {
            let url = outlet.url.as_deref().and_then(link::web)?;
            Some((
                chars::worded(&outlet.name).unwrap_or_else(|| url.clone()),
                url,
            ))
        })
    }
}

/// The new text as HTML, with `<del>` and `<ins>` around what differs, none of them over the end of
/// a paragraph.
fn marked(old: &str, new: &str) -> String {
    let mut html_text = String::with_capacity(new.len() * 2);
    for change in diff::words(old, new) {
        let (tag, text) = match change {
            Change::Equal(text) => {
                html_text.push_str(&html::escape(text));
                continue;
            }
            Change::Deleted(text) => ("del", text),
            Change::Inserted(text) => ("ins", text),
        };
        for (n, part) in text.split("\n\n").enumerate() {
            if n > 0 {
                html_text.push_str("\n\n");
            }
            if !part.is_empty() {
                html_text.push_str(&format!("<{tag}>{}</{tag}>", html::escape(part)));
            }
        }
    }
    html_text
}

/// The body: the outlet's HTML, else the paragraphs of the text, else none.
fn body(article: &Article) -> Option<SafeHtml> {
    let base = article.url.as_deref().and_then(|url| Url::parse(url).ok());
    let sanitize = |html: &str| {
        let safe = html::sanitize(html, base.as_ref());
        (!safe.as_str().trim().is_empty()).then_some(safe)
    };
    article
        .html
        .as_deref()
        .and_then(sanitize)
        .or_else(|| sanitize(&html::paragraphs_to_html(&article.text)))
}

/// True if a summary says nothing that the text does not begin with.
fn repeats(summary: &str, text: &str) -> bool {
    let mut text = text.split_whitespace();
    summary
        .split_whitespace()
        .all(|word| text.next() == Some(word))
        && text.next().is_none()
}
