//! Why a document could not be read as a feed. The texts are for people and may change.

use crate::parse::discover::OfferedFeed;

/// A document that is no feed that can be read. Nothing of it was kept; the caller polls again in
/// its usual time.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The body holds nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// The document is a web page, or anything else that is neither RSS, RDF, Atom nor JSON Feed.
    #[error("the document is no feed{}", offer(.offered))]
    NotAFeed {
        /// The feeds that the page offers, in its order.
        offered: Vec<OfferedFeed>,
    },
    /// Elements are nested so deeply that reading them would take the stack.
    #[error("elements are nested more than {limit} deep")]
    TooDeep {
        /// The most that is read.
        limit: usize,
    },
    /// The document starts as a feed does, and is not well-formed even after repair.
    #[error("the feed is malformed beyond repair")]
    BeyondRepair,
    /// The document starts as JSON does, and is no JSON Feed.
    #[error("the document is no JSON feed: {source}")]
    MalformedJson {
        /// Where it stops being one.
        #[source]
        source: serde_json::Error,
    },
    /// The document makes the parser panic, whatever is left out of it.
    #[error("the feed makes the parser panic")]
    Panicked,
    /// The document starts as a feed does, and cannot be read even after repair.
    #[error("the feed is malformed: {source}")]
    Malformed {
        /// What the parser found in the document.
        #[source]
        source: Box<feed_rs::parser::ParseFeedError>,
    },
}

fn offer(offered: &[OfferedFeed]) -> String {
    match offered {
        [] => String::new(),
        [first, ..] => format!(
            ", but a page that offers {} (first: {})",
            offered.len(),
            first.url
        ),
    }
}
