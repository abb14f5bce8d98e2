//! The head of a document: what the merged feed as a whole is called and where it lives.

use chrono::{DateTime, Utc};
use url::Url;

use crate::publish::format::Format;
use crate::publish::item::Item;
use crate::publish::language;
use crate::text::digest;

/// The namespace of RFC 5005.
pub(super) const HISTORY: &str = "http://purl.org/syndication/history/1.0";

/// Slug of the merged feed that leaves nothing out.
pub const ALL: &str = "all";

/// The head of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// A URN that stays whatever address or title the channel has: readers go by it.
    pub id: String,
    /// Plain text.
    pub title: String,
    /// The exact address of this very document.
    pub self_url: String,
    /// A page for people.
    pub home_url: String,
    /// BCP 47 tag of the language that all entries share.
    pub language: Option<String>,
    /// When the newest change among the items was; the epoch where there are none.
    pub updated: DateTime<Utc>,
    /// The WebSub hub that is told of changes.
    pub hub: Option<String>,
    /// Where older entries are.
    pub archived: Archived,
    /// Entries that were shown and are no more.
    pub gone: Vec<Gone>,
}

/// The place of a document in an archived feed (RFC 5005 §4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Archived {
    /// The address of the document with older entries.
    pub previous: Option<String>,
    /// Of an archive document, the address of the one to subscribe to.
    pub current: Option<String>,
}

/// An entry that was shown and is no more (RFC 6721).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Its id.
    pub id: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

impl Channel {
    /// The head of a channel's document. Its id comes from the archive and the slug alone.
    pub fn new(
        archive_id: &str,
        slug: &str,
        title: &str,
        public_url: &Url,
        format: Format,
        items: &[Item],
    ) -> Self {
        Self {
            id: Self::id_of(archive_id, "channel", slug),
            title: title.to_owned(),
            self_url: Self::address(public_url, slug, format).into(),
            home_url: public_url.to_string(),
            language: language::common(items.iter().map(|i| i.article.language.as_deref())),
            updated: items
                .iter()
                .map(Item::updated)
                .max()
                .unwrap_or(DateTime::UNIX_EPOCH),
            hub: None,
            archived: Archived::default(),
            gone: Vec::new(),
        }
    }

    /// The links of the head beside those to the document itself and to the page: relation and
    /// address.
    pub(super) fn links(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let hub = self.hub.as_deref().map(|url| ("hub", url));
        let current = self.archived.current.as_deref().map(|url| ("current", url));
        let previous = self.archived.previous.as_deref();
        let previous = previous.map(|url| ("prev-archive", url));
        hub.into_iter().chain(current).chain(previous)
    }

    /// The id of a feed: `kind` says what kind of feed it is, `name` which of them.
    pub fn id_of(archive_id: &str, kind: &str, name: &str) -> String {
        format!("urn:uuid:{}", digest::uuid([archive_id, kind, name]))
    }

    /// Where a channel's document is found.
    pub fn address(public_url: &Url, slug: &str, format: Format) -> Url {
        let mut url = public_url.clone();
        let extension = format.extension();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty();
            if slug == ALL {
                path.push(&format!("feed.{extension}"));
            } else {
                path.push("channel").push(&format!("{slug}.{extension}"));
            }
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lie_below_the_public_one() {
        let address = |base: &str, slug, format| {
            Channel::address(&Url::parse(base).unwrap(), slug, format).to_string()
        };
        let plain = "http://127.0.0.1:8077/";
        assert_eq!(
            address(plain, ALL, Format::Atom),
            "http://127.0.0.1:8077/feed.atom"
        );
        assert_eq!(
            address(plain, "jordan", Format::Rss),
            "http://127.0.0.1:8077/channel/jordan.rss"
        );
        let below = "https://news.example/rawi";
        assert_eq!(
            address(below, ALL, Format::Json),
            "https://news.example/rawi/feed.json"
        );
        assert_eq!(
            address(below, "a/b", Format::Atom),
            "https://news.example/rawi/channel/a%2Fb.atom"
        );
    }

    #[test]
    fn a_channel_keeps_its_id_when_title_and_address_change() {
        let make = |title, base: &str, format| {
            Channel::new(
                "archive",
                "jordan",
                title,
                &Url::parse(base).unwrap(),
                format,
                &[],
            )
            .id
        };
        let one = make("أخبار", "http://a.example/", Format::Atom);
        assert_eq!(one, make("News", "http://b.example/", Format::Rss));
        assert!(one.starts_with("urn:uuid:"));
    }
}
