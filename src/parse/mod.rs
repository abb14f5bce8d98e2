//! From the bytes of a feed to its entries.
//!
//! feed-rs is the parser; this room sees to it that it meets only what it can read. The order:
//!
//! 1. [`charset::decode`]: text, once, whatever the labels say;
//! 2. the root element is found. What stands before it (the XML declaration, too, since the text
//!    is UTF-8 by now) is left behind; a web page ends here, with the feeds that it offers;
//! 3. `guard` takes out what would hurt the process, and cuts entries beyond the limit;
//! 4. feed-rs reads, with our [`date`] reader and without identities of its own making;
//! 5. only if it refused: `repair`, and 3 and 4 once more;
//! 6. `entry` turns its model into [`ParsedFeed`].
//!
//! Steps 1 to 3 borrow a sound document. Nothing is fetched, no clock is read, HTML stays as the
//! outlet wrote it.
//!
//! A panic of feed-rs that the guard does not prevent is caught, and is an error of the document: it
//! costs one poll of one feed, no more.
//!
//! Errors: an [`Error`] says that nothing could be read. One that is *not a feed* names the feeds
//! that the page offers, so that `add` can follow them; [`offered_feeds`] finds them by itself.
//!
//! Sources: RSS 2.0 (rssboard.org), RSS 1.0 (web.resource.org), RFC 4287 (Atom), JSON Feed 1.1.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::parser::{Builder, ParseFeedError};
use url::Url;

use crate::model::ParsedFeed;
use crate::text::charset;

pub mod date;
mod discover;
mod entry;
mod error;
mod guard;
mod repair;
mod scan;
#[cfg(test)]
mod tests;

pub use date::Zone;
pub use discover::{OfferedFeed, offered_feeds};
pub use error::Error;

/// How far a feed is looked for behind what a broken server wrote before it.
const JUNK_BYTES: usize = 64 << 10;

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
    let malformed = |source| Error::Malformed {
        source: Box::new(source),
    };
    if text.starts_with('{') {
        let feed = read(text, base, &options.zone).map_err(malformed)?;
        return Ok(entry::feed(feed, base, options.max_entries, (0, &[])));
    }
    let document = match Root::of(text) {
        Root::Feed(at) => &text[at..],
        Root::Page => {
            let offered = offered_feeds(text, base);
            return Err(Error::NotAFeed { offered });
        }
        Root::Other => {
            return Err(Error::NotAFeed {
                offered: Vec::new(),
            });
        }
    };
    match read_xml(document, base, options)? {
        Ok(feed) => Ok(feed),
        Err(refused) => {
            let mended = repair::repair(document);
            read_xml(&mended, base, options)?.map_err(|_| malformed(refused))
        }
    }
}

/// Guards and reads an XML document. The inner error is feed-rs's: repair may help.
fn read_xml(
    document: &str,
    base: &Url,
    options: &Options,
) -> Result<Result<ParsedFeed, ParseFeedError>, Error> {
    let guarded = guard::guard(document, options.max_entries)?;
    let thumbnails = (guarded.entries, guarded.thumbnails.as_slice());
    Ok(read(&guarded.text, base, &options.zone)
        .map(|feed| entry::feed(feed, base, options.max_entries, thumbnails)))
}

fn read(document: &str, base: &Url, zone: &Zone) -> Result<feed_rs::model::Feed, ParseFeedError> {
    let zone = zone.clone();
    let parser = Builder::new()
        .base_uri(Some(base))
        .sanitize_content(false)
        .id_generator(|_, _, _| entry::NO_ID.to_owned())
        .timestamp_parser(move |text| date::parse(text, &zone))
        .build();
    // The parser is dropped with whatever state the panic left in it.
    catch_unwind(AssertUnwindSafe(|| parser.parse(document.as_bytes()))).unwrap_or_else(|_| {
        Err(ParseFeedError::IoError(io::Error::other(
            "the parser panicked",
        )))
    })
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
    fn of(text: &str) -> Self {
        let mut is_page = false;
        for tag in scan::Tags::new(text) {
            match tag.kind {
                scan::Kind::Start | scan::Kind::Empty => {}
                scan::Kind::Doctype => {
                    is_page |= text[tag.range].to_ascii_lowercase().contains("html");
                    continue;
                }
                _ => continue,
            }
            match tag.local_name().to_ascii_lowercase().as_str() {
                "rss" | "feed" | "rdf" | "entry" => return Self::Feed(tag.range.start),
                "html" | "head" | "body" => is_page = true,
                _ => {}
            }
            break;
        }
        if is_page {
            return Self::Page;
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
