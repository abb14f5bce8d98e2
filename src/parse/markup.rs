//! Texts, labels and files of feeds in the shapes that [`ParsedEntry`](crate::model::ParsedEntry)
//! keeps, whatever format they came in.

use std::borrow::Cow;

use url::Url;

use crate::model::{Enclosure, ParsedEntry};
use crate::text::url::absolute;
use crate::text::{html, plain};

/// The most names, labels or media files of one entry that are kept: each is compared with those
/// before it.
pub(super) const MAX_OF_A_KIND: usize = 100;

/// How much of a text is looked at for a heading, and how much of it is taken.
const HEADING_BYTES: usize = 4096;
const HEADING_CHARS: usize = 100;

/// Elements that outlets write into the plain titles of RSS.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "div", "em", "font", "h1",
    "h2", "h3", "i", "img", "ins", "mark", "p", "q", "s", "small", "span", "strike", "strong",
    "sub", "sup", "u", "wbr",
];

/// Adds what is not there yet, as long as there is room.
pub(super) fn push_new<T: PartialEq>(list: &mut Vec<T>, thing: Option<T>) {
    if let Some(thing) = thing
        && list.len() < MAX_OF_A_KIND
        && !list.contains(&thing)
    {
        list.push(thing);
    }
}

/// Labels as lines, each once.
pub(super) fn labels(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut labels = Vec::new();
    for text in texts.take(MAX_OF_A_KIND) {
        push_new(
            &mut labels,
            Some(plain::line(&text)).filter(|label| !label.is_empty()),
        );
    }
    labels
}

/// The identity, where it is an address: what RSS means by it, and JSON Feed and many an Atom feed
/// do.
pub(super) fn permalink(guid: &str, base: &Url) -> Option<Url> {
    let is_address = guid.starts_with("http://") || guid.starts_with("https://");
    if is_address {
        absolute(guid, base)
    } else {
        None
    }
}

/// True for a file that is a picture, by its type, else by its name.
pub(super) fn is_picture(enclosure: &Enclosure) -> bool {
    const SUFFIXES: &[&str] = &[".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"];
    match &enclosure.media_type {
        Some(media_type) => media_type.starts_with("image/"),
        None => {
            let path = enclosure.url.split(['?', '#']).next().unwrap_or_default();
            let path = path.to_ascii_lowercase();
            SUFFIXES.iter().any(|suffix| path.ends_with(suffix))
        }
    }
}

/// What to call an entry that has no title: the opening of its text, else its address.
pub(super) fn heading(entry: &ParsedEntry) -> String {
    let of_text = |html: &String| html::to_line(&html[..html.floor_char_boundary(HEADING_BYTES)]);
    let texts = [&entry.summary, &entry.content].into_iter().flatten();
    let line = texts.map(of_text).find(|line| !line.is_empty());
    match line {
        Some(line) => plain::opening(&line, HEADING_CHARS),
        None => entry.link.as_ref().map(Url::to_string).unwrap_or_default(),
    }
}

/// A BCP 47 tag, where the text is one by its letters.
pub(super) fn language(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let is_tag = !tag.is_empty()
        && tag.len() <= 35
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && tag.starts_with(|c: char| c.is_ascii_alphabetic());
    is_tag.then_some(tag)
}

/// HTML of a text of the given media type; none for other media and for white space.
pub(super) fn of_text(text: String, media_type: &str) -> Option<String> {
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
pub(super) fn looks_like_html(text: &str) -> bool {
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
            of_text("a < b\nc & d\n".into(), "text/plain").as_deref(),
            Some("a &lt; b<br>\nc &amp; d")
        );
        assert_eq!(
            of_text("<p>x</p>\u{0}".into(), "text/html").as_deref(),
            Some("<p>x</p>")
        );
        assert_eq!(
            of_text(" <p>x</p> ".into(), "text/plain").as_deref(),
            Some(" <p>x</p> ")
        );
        assert_eq!(of_text("aGVsbG8=".into(), "image/png"), None);
        assert_eq!(of_text(" \n".into(), "text/html"), None);
    }

    #[test]
    fn a_language_is_a_tag_or_nothing() {
        assert_eq!(language(" ar_JO ").as_deref(), Some("ar-JO"));
        assert_eq!(language("العربية"), None);
        assert_eq!(language(""), None);
    }
}
