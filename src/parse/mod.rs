//! Feed documents, read: bytes in, a [`ParsedFeed`] out, whatever format and charset they have.
//!
//! [`parse`] decodes once ([`crate::text::charset`]), so that feed-rs, which does the parsing, sees
//! UTF-8 without a declaration and cannot be misled by one; looks whether the document is fit to be
//! parsed ([`guard`]); mends what is commonly broken ([`repair`]) if the parser refuses it; and
//! takes over the fields ([`entry`]) with our own reading of dates ([`date`]). Ids that feed-rs
//! makes up are never used: they change with a headline, or at random. A page in the place of a
//! feed is an error that names the feeds which the page offers ([`page`]).
//!
//! Pure, and work for a thread that may block. A panic of the parser is caught and becomes an
//! [`Error`].

mod date;
mod entry;
mod error;
mod guard;
mod options;
mod page;
mod repair;

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::parser::Builder;
use url::Url;

pub use error::Error;
pub use options::{LocalTime, Options};
pub use page::{OfferedFeed, offered_feeds};

use crate::model::ParsedFeed;
use crate::text::charset;

/// Reads a feed document that came from `base` with that `Content-Type`.
///
/// # Errors
/// [`Error::NotAFeed`] for a page; the others for what cannot be read even after repair.
pub fn parse(
    body: &[u8],
    content_type: Option<&str>,
    base: &Url,
    options: &Options,
) -> Result<ParsedFeed, Error> {
    let text = charset::decode(body, content_type, charset::Kind::Xml);
    let document = guard::without_declaration(&text);
    if document.is_empty() {
        return Err(Error::Empty {
            url: Box::new(base.clone()),
        });
    }
    if guard::is_page(document) {
        let offered = page::offered_feeds(document, base);
        return Err(Error::NotAFeed {
            url: Box::new(base.clone()),
            offered,
        });
    }
    guard::check_depth(document).map_err(|depth| Error::TooDeep {
        url: Box::new(base.clone()),
        depth,
    })?;
    let feed = match read(document, base, options) {
        Ok(feed) => feed,
        Err(refusal) => {
            let broken = |reason| Error::Broken {
                url: Box::new(base.clone()),
                reason,
            };
            let repaired = repair::repair(document).ok_or_else(|| broken(refusal.clone()))?;
            read(&repaired, base, options).map_err(|_| broken(refusal))?
        }
    };
    Ok(entry::feed(feed, base, options.max_entries))
}

/// Runs feed-rs; its refusal, or its panic, as text.
fn read(document: &str, base: &Url, options: &Options) -> Result<feed_rs::model::Feed, String> {
    let local_time = options.local_time.clone();
    let parser = Builder::new()
        .base_uri(Some(base))
        .id_generator(|_, _, _| entry::NO_ID.to_owned())
        .timestamp_parser(move |text| date::parse(text, &*local_time))
        .sanitize_content(false)
        .build();
    catch_unwind(AssertUnwindSafe(|| parser.parse(document.as_bytes())))
        .unwrap_or_else(|_| panicked())
        .map_err(|error| error.to_string())
}

fn panicked() -> feed_rs::parser::ParseFeedResult<feed_rs::model::Feed> {
    Err(feed_rs::parser::ParseFeedError::IoError(
        std::io::Error::other("the parser panicked"),
    ))
}

#[cfg(test)]
mod tests;
