//! From the bytes of a feed to its entries.
//!
//! feed-rs is the parser of XML; this room sees to it that it meets only what it can read, and adds
//! what it drops. The order:
//!
//! 1. [`charset::decode`]: text, once, whatever the labels say;
//! 2. a JSON Feed is read by `json`. Else the root element is found; what stands before it (the XML
//!    declaration, too, since the text is UTF-8 by now) is left behind. A web page ends here, with
//!    the feeds that it offers;
//! 3. `xml::survey` walks the document once: it changes what feed-rs would misread, refuse or be hurt by, cuts
//!    entries beyond the limit, and notes what feed-rs drops;
//! 4. only if it is not well-formed: `xml::repair`, and 3 once more;
//! 5. feed-rs reads, with our [`date`] reader and without identities of its own making. If it refuses, the
//!    entries that it refuses are looked for and left out;
//! 6. `entry` turns its model into [`ParsedFeed`], and `gaps` fills in what was noted.
//!
//! Steps 1 to 3 borrow a sound document. Nothing is fetched, no clock is read, HTML stays as the
//! outlet wrote it, but for its addresses, which are made absolute.
//!
//! A panic of feed-rs is caught, and is a refusal: it costs one entry, at worst one poll of one feed.
//!
//! Errors: an [`Error`] says that nothing could be read. One that is *not a feed* names the feeds
//! that the page offers, so that `add` can follow them; [`offered_feeds`] finds them by itself.
//!
//! Sources: RSS 2.0 (rssboard.org), RSS 1.0 (web.resource.org), RFC 4287 (Atom), JSON Feed 1.1.

use std::borrow::Cow;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::parser::{Builder, ParseFeedError};
use url::Url;

use crate::model::ParsedFeed;
use crate::text::charset;

pub mod date;
mod discover;
mod entry;
mod error;
mod gaps;
mod json;
mod markup;
mod mended;
mod person;
#[cfg(test)]
mod tests;
mod xml;

pub use date::Zone;
pub use discover::{OfferedFeed, offered_feeds};
pub use error::Error;

use mended::Mended;
use xml::references::Entities;
use xml::repair;
use xml::survey::{self, Survey};
use xml::{edits, guard, scan};

/// How far a feed is looked for behind what a broken server wrote before it.
const JUNK_BYTES: usize = 64 << 10;

/// How often feed-rs is asked about parts of a document that it refused as a whole, and how many times
/// its length all these parts may have.
const MAX_ATTEMPTS: usize = 40;
const MAX_LENGTHS: usize = 8;

/// What is known of a feed before it is read.
#[derive(Debug, Clone)]
pub struct Options {
    /// What its dates mean where they name no zone.
    pub zone: Zone,
    /// Entries beyond this many are not read; documents put the newest first.
    pub max_entries: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            zone: Zone::default(),
            max_entries: 1000,
        }
    }
}

/// Reads a feed document that was fetched from `base`; `content_type` is the header's value.
///
/// # Errors
/// See [`Error`]: the document is empty, no feed, a danger to the process, or beyond repair.
pub fn parse(
    body: &[u8],
    content_type: Option<&str>,
    base: &Url,
    options: &Options,
) -> Result<ParsedFeed, Error> {
    let text = charset::decode(body, content_type, charset::Kind::Xml);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if text.is_empty() {
        return Err(Error::Empty);
    }
    if text.starts_with('{') {
        let base = short_base(base, text.len());
        return json::parse(text, &base, &options.zone, options.max_entries)
            .map_err(|source| Error::MalformedJson { source });
    }
    let base = &*short_base(base, text.len());
    match Root::of(text) {
        Root::Feed(at) => read_xml(&text[at..], &Entities::of(&text[..at]), base, options),
        Root::Page => Err(Error::NotAFeed {
            offered: offered_feeds(text, base),
        }),
        Root::Other => Err(Error::NotAFeed {
            offered: Vec::new(),
        }),
    }
}

/// What relative addresses in a document of so many bytes start from: `base`, or as much of it as is in
/// proportion.
fn short_base(base: &Url, document_bytes: usize) -> Cow<'_, Url> {
    let is_short = |base: &Url| guard::is_short_base(base.as_str(), document_bytes);
    if is_short(base) {
        return Cow::Borrowed(base);
    }
    let mut shorter = [".", "/"].iter().filter_map(|link| base.join(link).ok());
    shorter
        .find(is_short)
        .map_or(Cow::Borrowed(base), Cow::Owned)
}

/// Reads a document that starts with its root element, repaired if it must be.
fn read_xml(
    document: &str,
    entities: &Entities<'_>,
    base: &Url,
    options: &Options,
) -> Result<ParsedFeed, Error> {
    if let Some(survey) = survey::survey(document, entities, options.max_entries)? {
        return read(survey, base, options);
    }
    let Mended { text, is_cut_off } = repair::repair(document)?;
    let Some(survey) = survey::survey(&text, entities, options.max_entries)? else {
        return Err(Error::BeyondRepair);
    };
    let mut feed = read(survey, base, options)?;
    feed.damage.is_repaired = true;
    feed.damage.is_cut_off = is_cut_off;
    Ok(feed)
}

/// Reads a document that has been surveyed.
fn read(survey: Survey<'_>, base: &Url, options: &Options) -> Result<ParsedFeed, Error> {
    let Survey {
        text,
        notes,
        entries,
    } = survey;
    let zone = &options.zone;
    let start = gaps::start(&notes, base);
    match ask(&text, &start, zone) {
        Ok(feed) => {
            drop(text);
            Ok(entry::feed(feed, &notes, base, zone, None))
        }
        Err(refusal) if entries.is_empty() => Err(refusal.into()),
        Err(refusal) => {
            let Some(part) = without_refused(&text, &start, options)? else {
                return Err(refusal.into());
            };
            let mut feed = entry::feed(part.feed, &notes, base, zone, Some(&part.places));
            feed.damage.entries_refused = part.entries - part.places.len();
            feed.damage.panics = part.panics + usize::from(matches!(refusal, Refusal::Panicked));
            Ok(feed)
        }
    }
}

/// What feed-rs reads of a document without some of its entries.
struct Part {
    feed: feed_rs::model::Feed,
    /// Where the entries that it read stand in the document.
    places: Vec<usize>,
    /// How many there are in the document.
    entries: usize,
    /// How often it panicked.
    panics: usize,
}

/// Looks for the entries for which feed-rs refused a document, and leaves them out. None if it is not
/// for an entry that it refused.
fn without_refused(text: &str, base: &Url, options: &Options) -> Result<Option<Part>, Error> {
    let entities = Entities::default();
    let Some(Survey { entries, .. }) = survey::survey(text, &entities, options.max_entries)? else {
        return Ok(None);
    };
    let only = |places: &[usize]| {
        let mut edits = edits::Edits::default();
        for (place, range) in entries.iter().enumerate() {
            if !places.contains(&place) {
                edits.cut(range.clone());
            }
        }
        ask(&edits.apply(text), base, &options.zone)
    };
    let Ok(feed) = only(&[]) else {
        return Ok(None);
    };
    let mut part = Part {
        feed,
        places: Vec::new(),
        entries: entries.len(),
        panics: 0,
    };
    let mut waiting: Vec<Vec<usize>> = vec![(0..entries.len()).collect()];
    let of_entries = entries.iter().map(Range::len).sum();
    let frame_bytes = text.len().saturating_sub(of_entries);
    let mut left_bytes = text.len().saturating_mul(MAX_LENGTHS);
    for _ in 0..MAX_ATTEMPTS {
        let Some(places) = waiting.pop() else {
            break;
        };
        let bytes = places
            .iter()
            .map(|&place| entries[place].len())
            .sum::<usize>();
        let Some(left) = left_bytes.checked_sub(frame_bytes + bytes) else {
            break;
        };
        left_bytes = left;
        match only(&places) {
            Ok(read) => {
                part.places.extend(places);
                part.feed.entries.extend(read.entries);
            }
            Err(refusal) => {
                part.panics += usize::from(matches!(refusal, Refusal::Panicked));
                if places.len() > 1 {
                    let (first, second) = places.split_at(places.len() / 2);
                    waiting.push(second.to_vec());
                    waiting.push(first.to_vec());
                }
            }
        }
    }
    Ok(Some(part))
}

/// Why feed-rs did not read a document.
enum Refusal {
    Fault(ParseFeedError),
    Panicked,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Fault(source) => Self::Malformed {
                source: Box::new(source),
            },
            Refusal::Panicked => Self::Panicked,
        }
    }
}

/// Has feed-rs read a document.
fn ask(document: &str, base: &Url, zone: &Zone) -> Result<feed_rs::model::Feed, Refusal> {
    let zone = zone.clone();
    let parser = Builder::new()
        .base_uri(Some(base))
        .sanitize_content(false)
        .id_generator(|_, _, _| entry::NO_ID.to_owned())
        .timestamp_parser(move |text| date::parse(text, &zone))
        .build();
    // The parser is dropped with whatever state the panic left in it.
    match catch_unwind(AssertUnwindSafe(|| parser.parse(document.as_bytes()))) {
        Ok(read) => read.map_err(Refusal::Fault),
        Err(_) => Err(Refusal::Panicked),
    }
}

/// What kind of document a text is, by its first element.
enum Root {
    /// A feed, whose root element starts there.
    Feed(usize),
    /// A web page.
    Page,
    Other,
}

impl Root {
    /// A feed that a page is wrapped around, else the page.
    fn inside_page(text: &str) -> Self {
        let is_root = |token: &scan::Token<'_>| {
            let is_named = matches!(token.local_name(), "rss" | "feed" | "RDF");
            let tag = &text[token.range.clone()];
            token.kind == scan::Kind::Start
                && is_named
                && (tag.contains("xmlns") || tag.contains("version"))
        };
        let root = scan::Tokens::new(text).find(is_root);
        root.map_or(Self::Page, |root| Self::Feed(root.range.start))
    }

    fn of(text: &str) -> Self {
        let mut is_page = false;
        for tag in scan::Tokens::new(text) {
            match tag.kind {
                scan::Kind::Start | scan::Kind::Empty => {}
                scan::Kind::Doctype => {
                    is_page |= text[tag.range].to_ascii_lowercase().contains("html");
                    continue;
                }
                _ => continue,
            }
            match tag.local_name().to_ascii_lowercase().as_str() {
                "rss" | "feed" | "rdf" | "entry" | "channel" => return Self::Feed(tag.range.start),
                "html" | "head" | "body" => is_page = true,
                _ => {}
            }
            break;
        }
        if is_page {
            return Self::inside_page(text);
        }
        // A server's warning, or text with stray signs, may stand before the feed.
        let head = &text[..text.floor_char_boundary(JUNK_BYTES)];
        let starts = ["<rss", "<RSS", "<feed", "<rdf:RDF", "<RDF"];
        match starts.iter().filter_map(|start| head.find(start)).min() {
            Some(at) => Self::Feed(at),
            None => Self::Other,
        }
    }
}
