//! Why a page gave no article. The entry keeps the feed's own text, and the reason.

use crate::text::html::Reason;

/// What can go wrong between a page and its article. The wording is for people, not a contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The feed's mode is to read no pages; the caller should not have come here.
    #[error("pages of this feed are not read")]
    Disabled,
    /// The page is longer than any article; it is not parsed.
    #[error("the page has {bytes} bytes of HTML, more than the {limit} that are parsed")]
    TooLarge {
        /// Length of the page.
        bytes: usize,
        /// The most that is parsed.
        limit: usize,
    },
    /// Parsing the page would cost out of proportion to its length.
    #[error("the page is not parsed: {0}")]
    TooDeep(#[from] Reason),
    /// A selector of the user's rule cannot be read.
    #[error("the selector `{selector}` cannot be read: {message}")]
    BadSelector {
        /// As the user wrote it.
        selector: String,
        /// What the parser says.
        message: String,
    },
    /// Nothing on the page looks like an article.
    #[error("no article was found on the page")]
    NoBody,
    /// What was found says less than the feed itself, which stands.
    #[error("the page gave {words} words ({rule}), the feed itself has {feed_words}")]
    WorseThanFeed {
        /// Words of the body found.
        words: u32,
        /// Words of the feed's own text.
        feed_words: u32,
        /// The rule that found it.
        rule: String,
    },
    /// The feed's own text is long, and what was found has next to nothing of it: it is another
    /// text. The feed's stands.
    #[error("the page gave another text ({rule}) than the {feed_words} words of the feed itself")]
    OtherText {
        /// Words of the feed's own text.
        feed_words: u32,
        /// The rule that found the other text.
        rule: String,
    },
}
