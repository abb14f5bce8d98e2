//! Writes the newest stories as Atom, RSS and JSON Feed, and subscriptions as OPML.
//!
//! Everything here is pure: data in, bytes out. No clock is read, nothing is looked up, and the
//! same items give the same bytes on every machine, so that an ETag says what it should.
//!
//! A caller makes [`Item`]s from what the archive answers ([`Item::from_article`] sanitises the
//! body and mints the id), the [`Channel`] above them, and then calls [`render`], or [`atom`],
//! [`rss`] or [`json_feed`] by name. [`opml`] goes both ways.
//!
//! Nothing that an outlet wrote is trusted: text leaves through `chars`, markup through
//! [`crate::text::html`], addresses through `link`, language tags through `language`. So every
//! document is well-formed, whatever is in the archive. Writing cannot fail; reading OPML can, with
//! [`Error`].
//!
//! Sources: RFC 4287 (Atom), RFC 5005 (archived feeds), RFC 6721 (tombstones), WebSub, the RSS 2.0 specification with the profile of the RSS Advisory Board,
//! JSON Feed 1.1, OPML 2.0.

mod atom;
mod channel;
mod chars;
mod date;
mod document;
mod error;
mod format;
mod item;
mod json_feed;
mod language;
mod link;
pub mod opml;
mod options;
mod rss;
#[cfg(test)]
mod tests;
mod xml;

pub use atom::atom;
pub use channel::{ALL, Archived, Channel, Gone};
pub use document::Document;
pub use error::Error;
pub use format::{Format, MAX_AGE_SECS};
pub use item::{Correction, Item};
pub use json_feed::json_feed;
pub use options::{Content, Options};
pub use rss::rss;

/// Writes one document in the format that is asked for.
pub fn render(format: Format, channel: &Channel, items: &[Item]) -> Document {
    match format {
        Format::Atom => atom(channel, items),
        Format::Rss => rss(channel, items),
        Format::Json => json_feed(channel, items),
    }
}
