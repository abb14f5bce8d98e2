//! What can go wrong when subscriptions are read. Texts may change; match on variants.

/// An OPML document that cannot be read. Nothing of it was taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The markup is broken beyond what can be overlooked.
    #[error("not readable as OPML: the XML is broken at byte {position}: {source}")]
    Malformed {
        /// How far it was read, in bytes.
        position: u64,
        /// The XML reader's reason.
        source: quick_xml::Error,
    },
    /// It is something else: its first element says so.
    #[error("not an OPML document: its first element is <{root}>, not <opml>")]
    NotOpml {
        /// The name of the first element.
        root: String,
    },
    /// There is no element in it at all.
    #[error("not an OPML document: it holds no element")]
    Empty,
    /// It ends before its end: half a list would pass for the whole.
    #[error("the OPML document ends early: {feeds} feeds were read and </opml> never came")]
    CutShort {
        /// Feeds read up to there.
        feeds: usize,
    },
}
