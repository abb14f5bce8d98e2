//! Why a document was not read. Texts may change; match on variants.

use url::Url;

use crate::parse::page::OfferedFeed;

/// A document that is no feed, or none that can be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing in it.
    #[error("{url}: the document is empty")]
    Empty {
        /// Where it came from.
        url: Box<Url>,
    },
    /// It is an HTML page.
    #[error("{url}: a page came in the place of a feed{}", hint(.offered))]
    NotAFeed {
        /// Where it came from.
        url: Box<Url>,
        /// Feeds that the page offers.
        offered: Vec<OfferedFeed>,
    },
    /// It is nested deeper than any feed; parsing it could take the program down.
    #[error("{url}: elements are nested {depth} deep; it is not parsed")]
    TooDeep {
        /// Where it came from.
        url: Box<Url>,
        /// How deep, where counting ended.
        depth: usize,
    },
    /// It cannot be read, also not after repair.
    #[error("{url}: not readable as a feed: {reason}")]
    Broken {
        /// Where it came from.
        url: Box<Url>,
        /// The parser's words.
        reason: String,
    },
}

fn hint(offered: &[OfferedFeed]) -> String {
    offered
        .first()
        .map_or_else(String::new, |feed| format!("; it offers {}", feed.url))
}
