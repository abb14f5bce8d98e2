//! From the page behind an entry to its article: body, dateline, and what the page says of itself.
//!
//! [`extract`] is one pure, synchronous function: the tree it builds ([`scraper::Html`]) is not
//! `Send` and never leaves it, so callers run it on a thread that may block. It takes the page as
//! text, the user's [`Mode`] and an [`Anchor`] (what the feed itself says of the entry), and gives
//! an [`Extracted`] whose HTML is *not* sanitised: [`crate::text::html::sanitize`] is the door.
//!
//! In order: size and depth gates; the tree made flat ([`tree`](self)); boilerplate struck out;
//! the rest cut into lines; the element that holds the body chosen by score (or by the user's
//! rule); lines that are no part of the text dropped; the dateline moved aside; the result weighed
//! against the feed's own text.
//!
//! Error handling: an [`Error`] means that the feed's own text stands. None is worth a retry by
//! itself; the page may be better next time.

// tree → prune (words) → lines → score → body (dateline) → render; page reads the metadata,
// structured JSON-LD, rule the user's selectors.
mod agree;
mod anchor;
mod body;
mod captions;
mod confidence;
mod dateline;
mod error;
mod lines;
mod media;
mod options;
mod page;
mod pagination;
mod prune;
mod render;
mod rule;
mod score;
mod structured;
#[cfg(test)]
mod tests;
mod tree;
mod trim;
mod widen;
mod words;

use scraper::Html;
use url::Url;

use crate::text::html::too_deep;

pub use anchor::Anchor;
pub use confidence::Confidence;
pub use error::Error;
pub use options::{Mode, Rule};
pub use pagination::join;
pub use rule::check_selector;

/// The longest page that is parsed, in bytes of UTF-8.
pub const MAX_PAGE_BYTES: usize = 4 << 20;

/// Words of a feed's text that are more than a summary.
const LONG_FEED_TEXT: u32 = 150;

/// An article as a page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The body without boilerplate, addresses absolute; not sanitised.
    pub html: String,
    /// The body as plain text: paragraphs separated by a blank line.
    pub text: String,
    /// Words of `text`.
    pub words: u32,
    /// The headline.
    pub title: Option<String>,
    /// Names of the authors.
    pub author: Vec<String>,
    /// When it was published, in the page's own words.
    pub published: Option<String>,
    /// When it was last changed, in the page's own words.
    pub modified: Option<String>,
    /// Whether it is written from right to left.
    pub rtl: bool,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// The picture that the page puts forward.
    pub image: Option<Url>,
    /// Place, agency or outlet that opens the text, as written.
    pub dateline: Option<String>,
    /// The page's own address of itself.
    pub canonical: Option<Url>,
    /// The page's copy for AMP.
    pub amp: Option<Url>,
    /// Where the article goes on, on the same host; [`join`] makes one of its pages.
    pub next_page: Option<Url>,
    /// How sure it is that this is the article, and the whole of it; the reason is in `rule`.
    pub confidence: Confidence,
    /// What found the body, in words.
    pub rule: String,
}

/// Finds the article on a page.
///
/// # Errors
///
/// See [`Error`]; in each case the feed's own text is the better one.
pub fn extract(
    html: &str,
    page: &Url,
    mode: &Mode,
    anchor: &Anchor<'_>,
) -> Result<Extracted, Error> {
    let rule = match mode {
        Mode::Never => return Err(Error::Disabled),
        Mode::Auto => None,
        Mode::Rule(rule) => Some(rule::Compiled::new(rule)?),
    };
    if html.len() > MAX_PAGE_BYTES {
        return Err(Error::TooLarge {
            bytes: html.len(),
            limit: MAX_PAGE_BYTES,
        });
    }
    if let Some(reason) = too_deep(html) {
        return Err(Error::TooDeep(reason));
    }
    let document = Html::parse_document(html);
    let mut tree = tree::Tree::new(&document, rule.as_ref());
    captions::mark(&mut tree);
    let structured = structured::read(&tree);
    let mut facts = page::read(&tree, page, &structured);
    let found = body::find(&tree, rule.as_ref(), &facts, &structured, anchor)?;
    let words = words::count(&found.text);
    let feed_words = words::count(anchor.feed_text);
    if is_worse(words, feed_words) {
        return Err(Error::WorseThanFeed {
            words,
            feed_words,
            rule: found.rule,
        });
    }
    // A feed that has the whole article tells whether the page has it, too: it may be a wall.
    if feed_words >= LONG_FEED_TEXT && found.fed.is_some_and(|share| share < 0.1) {
        return Err(Error::OtherText {
            feed_words,
            rule: found.rule,
        });
    }
    facts.published = facts.published.or(found.published);
    let rtl = facts.rtl || page::is_rtl(&found.text);
    Ok(Extracted {
        html: found.html,
        text: found.text,
        words,
        title: facts.title,
        author: facts.author,
        published: facts.published,
        modified: facts.modified,
        rtl,
        language: facts.language,
        image: facts.image,
        dateline: found.dateline,
        canonical: facts.canonical,
        amp: facts.amp,
        next_page: facts.next_page,
        confidence: found.confidence,
        rule: found.rule,
    })
}

/// Whether the body found says clearly less than the feed does.
fn is_worse(words: u32, feed_words: u32) -> bool {
    let stub = words < 25 && feed_words > words;
    let shorter = words * 5 < feed_words * 4 && words + 10 < feed_words;
    stub || shorter
}
