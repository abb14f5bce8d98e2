//! From feed-rs's model to ours: texts cleaned, addresses absolute, identities only where the
//! outlet gave one.
//!
//! Large texts are moved, not copied. What feed-rs made up (identities, an `updated` copied from
//! `published`) is taken back; what it could not know (thumbnails without media) is filled in from
//! the scan of the document. Pure: what is unusable is left out, nothing fails.

use std::borrow::Cow;

use feed_rs::model::{self as source, FeedType};
use url::Url;

use crate::model::{Enclosure, ParsedEntry, ParsedFeed};
use crate::parse::guard::AT_SIGN;
use crate::text::url::absolute;
use crate::text::{html, plain};

/// The identity that feed-rs is told to make up. No document can hold this character.
pub(super) const NO_ID: &str = "\u{0}";

/// The most names, labels or media files of one entry that are kept: each is compared with those
/// before it.
const MAX_OF_A_KIND: usize = 100;

/// Elements that outlets write into the plain titles of RSS.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "div", "em", "font", "h1",
    "h2", "h3", "i", "img", "ins", "mark", "p", "q", "s", "small", "span", "strike", "strong",
    "sub", "sup", "u", "wbr",
];

/// What all entries of a document have in common.
struct Context<'a> {
    base: &'a Url,
    /// In RSS, every text may be HTML, whatever feed-rs takes it for.
    is_rss: bool,
    /// Authors of the whole feed: those of entries that name none (RFC 4287 §4.2.1).
    authors: Vec<String>,
}

/// Our view of what feed-rs read at `base`; no more than `max_entries`. `thumbnails` are addresses
/// by place of the entry, used where no entry was left out.
pub(super) fn feed(
    feed: source::Feed,
    base: &Url,
    max_entries: usize,
    (count, thumbnails): (usize, &[(usize, &str)]),
) -> ParsedFeed {
    let is_rss = matches!(
        feed.feed_type,
        FeedType::RSS0 | FeedType::RSS1 | FeedType::RSS2
    );
    let mut context = Context {
        base,
        is_rss,
        authors: Vec::new(),
    };
    if !is_rss {
        context.authors = context.persons(feed.authors);
    }
    let thumbnails = if count == feed.entries.len() {
        thumbnails
    } else {
        &[]
    };
    let mut thumbnails = thumbnails.iter().peekable();
    let entry = |(place, entry)| {
        let mut entry = context.entry(entry);
        if let Some((_, thumbnail)) = thumbnails.next_if(|(at, _)| *at == place) {
            let image = || absolute(&plain::entities(thumbnail), base);
            entry.image = entry.image.take().or_else(image);
        }
        entry
    };
    let entries = feed
        .entries
        .into_iter()
        .take(max_entries)
        .enumerate()
        .map(entry)
        .collect();
    ParsedFeed {
        title: feed
            .title
            .map(|title| context.title(&title))
            .filter(|title| !title.is_empty()),
        site: context.link(&feed.links),
        language: feed.language.and_then(|language| self::language(&language)),
        ttl_minutes: feed.ttl,
        entries,
    }
}

impl Context<'_> {
    fn entry(&self, entry: source::Entry) -> ParsedEntry {
        let guid = Some(plain::line(&entry.id)).filter(|id| !id.is_empty() && entry.id != NO_ID);
        let link = self
            .link(&entry.links)
            .or_else(|| self.permalink(guid.as_deref()));
        let updated = entry
            .updated
            .filter(|_| !self.is_rss || entry.updated != entry.published);
        let enclosures = self.enclosures(&entry);
        let image = self.image(&entry.media, &enclosures);
        let mut authors = self.persons(entry.authors);
        if authors.is_empty() {
            authors.clone_from(&self.authors);
        }
        ParsedEntry {
            guid,
            link,
            title: entry
                .title
                .map(|title| self.title(&title))
                .unwrap_or_default(),
            authors,
            categories: self.categories(&entry.categories),
            language: entry
                .language
                .and_then(|language| self::language(&language)),
            published: entry.published,
            updated,
            summary: entry.summary.and_then(|text| {
                let kind = text.content_type.as_str();
                let kind = if self.is_rss { "text/html" } else { kind };
                markup(text.content, kind)
            }),
            content: entry.content.and_then(|content| {
                let kind = content.content_type.as_str();
                let kind = if self.is_rss { "text/html" } else { kind };
                markup(content.body?, kind)
            }),
            enclosures,
            image,
        }
    }

    fn title(&self, title: &source::Text) -> String {
        if title.content_type.as_str().contains("html") {
            html::to_line(&title.content)
        } else {
            self.label(&title.content)
        }
    }

    /// A text of one line that a feed calls plain.
    fn label(&self, text: &str) -> String {
        if self.is_rss && looks_like_html(text) {
            html::to_line(text)
        } else {
            plain::line(text)
        }
    }

    /// The address that a reader would open.
    fn link(&self, links: &[source::Link]) -> Option<Url> {
        let is_page = |link: &&source::Link| {
            let is_attachment = link.rel.is_none() && link.media_type.is_some();
            let is_alternate = link.rel.as_deref().is_none_or(|rel| rel == "alternate");
            link.target.is_none() && is_alternate && !is_attachment
        };
        let is_html = |link: &&source::Link| {
            link.media_type
                .as_deref()
                .is_none_or(|media_type| media_type.contains("html"))
        };
        let pages = || links.iter().filter(is_page);
        let address = |link: &source::Link| absolute(&link.href, self.base);
        pages()
            .filter(is_html)
            .find_map(address)
            .or_else(|| pages().find_map(address))
    }

    /// The identity, where it is an address: what RSS means by it, and JSON Feed and many an Atom
    /// feed do.
    fn permalink(&self, guid: Option<&str>) -> Option<Url> {
        let guid = guid?;
        let is_address = guid.starts_with("http://") || guid.starts_with("https://");
        if is_address {
            absolute(guid, self.base)
        } else {
            None
        }
    }

    fn persons(&self, persons: Vec<source::Person>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for person in persons.into_iter().take(MAX_OF_A_KIND) {
            let name = self.person(&person);
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The name of a person; the address where there is none.
    fn person(&self, person: &source::Person) -> String {
        let name = person.name.as_deref().unwrap_or_default();
        let name = self.label(&name.replace(AT_SIGN, "@"));
        // "desk@n.example (Name)", "Name <desk@n.example>", which feed-rs may have left whole.
        let is_rest = |part: &&str| !part.contains('@') || !part.contains('.');
        let is_bracket = |c: char| "()<>[]،,;:«»- ".contains(c) || c.is_whitespace();
        let separators = |c: char| c.is_whitespace() || "()<>[]،,;«»".contains(c);
        let bare = if name.split(separators).any(|part| !is_rest(&part)) {
            let rest: Vec<&str> = name.split(separators).filter(is_rest).collect();
            plain::line(&rest.join(" "))
        } else {
            name.strip_prefix('(')
                .and_then(|it| it.strip_suffix(')'))
                .unwrap_or(&name)
                .to_owned()
        };
        let bare = bare.trim_matches(is_bracket);
        match (bare, &person.email) {
            ("", Some(email)) => plain::line(email),
            ("", None) => name,
            _ => bare.to_owned(),
        }
    }

    fn categories(&self, categories: &[source::Category]) -> Vec<String> {
        let mut labels: Vec<String> = Vec::new();
        for category in categories.iter().take(MAX_OF_A_KIND) {
            let label = self.label(category.label.as_deref().unwrap_or(&category.term));
            if !label.is_empty() && !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels
    }

    fn enclosures(&self, entry: &source::Entry) -> Vec<Enclosure> {
        let media = entry
            .media
            .iter()
            .flat_map(|media| &media.content)
            .filter_map(|content| {
                let url = absolute(content.url.as_ref()?.as_str(), self.base)?;
                Some(Enclosure {
                    url: url.into(),
                    media_type: content.content_type.as_ref().map(ToString::to_string),
                    length: content.size,
                })
            });
        let is_media = |link: &&source::Link| match &link.rel {
            Some(rel) => rel == "enclosure",
            None => link.media_type.is_some(),
        };
        let links = entry.links.iter().filter(is_media).filter_map(|link| {
            Some(Enclosure {
                url: absolute(&link.href, self.base)?.into(),
                media_type: link.media_type.as_deref().map(plain::line),
                length: link.length,
            })
        });
        let mut enclosures: Vec<Enclosure> = Vec::new();
        for mut enclosure in media.chain(links).take(MAX_OF_A_KIND) {
            // Outlets state 0 where they do not know.
            enclosure.length = enclosure.length.filter(|&length| length > 0);
            enclosure.media_type = enclosure.media_type.filter(|it| !it.is_empty());
            if !enclosures.iter().any(|it| it.url == enclosure.url) {
                enclosures.push(enclosure);
            }
        }
        enclosures
    }

    /// A thumbnail, else the first picture among the media.
    fn image(&self, media: &[source::MediaObject], enclosures: &[Enclosure]) -> Option<Url> {
        let mut thumbnails = media.iter().flat_map(|media| &media.thumbnails);
        thumbnails
            .find_map(|thumbnail| absolute(&thumbnail.image.uri, self.base))
            .or_else(|| Url::parse(&enclosures.iter().find(|it| is_picture(it))?.url).ok())
    }
}

fn is_picture(enclosure: &Enclosure) -> bool {
    const SUFFIXES: &[&str] = &[".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"];
    match &enclosure.media_type {
        Some(media_type) => media_type.starts_with("image/"),
        None => {
            let path = enclosure.url.split(['?', '#']).next().unwrap_or_default();
            SUFFIXES
                .iter()
                .any(|suffix| path.to_ascii_lowercase().ends_with(suffix))
        }
    }
}

/// A BCP 47 tag, where the text is one by its letters.
fn language(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let is_tag = !tag.is_empty()
        && tag.len() <= 35
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && tag.starts_with(|c: char| c.is_ascii_alphabetic());
    is_tag.then_some(tag)
}

/// HTML of a text of the given media type; none for other media and for white space.
fn markup(text: String, media_type: &str) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let cleaned = match plain::clean(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(cleaned) => Some(cleaned),
    };
    let text = cleaned.unwrap_or(text);
    // Atom that forgot its type attribute.
    let is_enclosed_in_tags =
        || text.trim_start().starts_with('<') && text.trim_end().ends_with('>');
    if media_type.contains("html") || media_type.contains("xml") || is_enclosed_in_tags() {
        Some(text)
    } else if media_type.starts_with("text/") {
        Some(escaped(text))
    } else {
        None
    }
}

/// Plain text as HTML that shows the same lines.
fn escaped(text: String) -> String {
    if !text.contains(['&', '<', '>', '\n']) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.trim().chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' => escaped.push_str("<br>\n"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// True if a text that calls itself plain holds a character reference or a tag of HTML.
fn looks_like_html(text: &str) -> bool {
    if !text.contains(['&', '<']) {
        return false;
    }
    let is_reference = |after: &str| {
        let name = after.strip_prefix('#').unwrap_or(after);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric());
        end.is_some_and(|end| end > 0 && end < 32 && name[end..].starts_with(';'))
    };
    let is_tag = |after: &str| {
        let name = after.strip_prefix('/').unwrap_or(after);
        let end = name
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(name.len());
        let ends = name[end..].starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace());
        ends && INLINE.contains(&name[..end].to_ascii_lowercase().as_str())
    };
    text.split('&').skip(1).any(is_reference) || text.split('<').skip(1).any(is_tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_titles_with_markup_look_like_html() {
        for text in [
            "a &amp; b",
            "&#8217;",
            "<b>x</b>",
            "x<br/>y",
            "x</p>",
            "<A HREF='x'>",
        ] {
            assert!(looks_like_html(text), "{text}");
        }
        for text in [
            "a & b",
            "a < b > c",
            "Vec<String> &x;y&",
            "1 <2",
            "<3",
            "AT&T",
        ] {
            let expected = text.contains("&x;");
            assert_eq!(looks_like_html(text), expected, "{text}");
        }
    }

    #[test]
    fn plain_text_shows_the_same_as_html() {
        assert_eq!(
            markup("a < b\nc & d\n".into(), "text/plain").as_deref(),
            Some("a &lt; b<br>\nc &amp; d")
        );
        assert_eq!(
            markup("<p>x</p>\u{0}".into(), "text/html").as_deref(),
            Some("<p>x</p>")
        );
        assert_eq!(
            markup(" <p>x</p> ".into(), "text/plain").as_deref(),
            Some(" <p>x</p> ")
        );
        assert_eq!(markup("aGVsbG8=".into(), "image/png"), None);
        assert_eq!(markup(" \n".into(), "text/html"), None);
    }

    #[test]
    fn a_language_is_a_tag_or_nothing() {
        assert_eq!(language(" ar_JO ").as_deref(), Some("ar-JO"));
        assert_eq!(language("العربية"), None);
        assert_eq!(language(""), None);
    }
}
