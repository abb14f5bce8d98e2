//! From the page behind an entry to its article: body, dateline, and what the page says of itself.
//!
//! [`extract`] is one pure, synchronous function: the tree it builds ([`scraper::Html`]) is not
//! `Send` and never leaves it, so callers run it on a thread that may block. It takes the page as
//! text, the user's [`Mode`] and an [`Anchor`] (what the feed itself says of the entry), and gives
//! an [`Extracted`] whose HTML is *not* sanitised: [`crate::text::html::sanitize`] is the door.
//!
//! In order: a gate of size; what no reader sees taken out of the source ([`lean`]); a gate of depth;
//! the tree made flat ([`tree`]); wrappers of a picture and a few
//! words known as figures ([`captions`]); boilerplate struck out ([`prune`]); the rest cut into lines
//! ([`cut`], [`line`]); the element that holds the body chosen by score ([`score`]), or by the user's
//! rule; the other parts of that body gathered ([`widen`]); the lines held against the feed's text
//! and JSON-LD's ([`agree`]); lines that are no part of the text dropped ([`trim`]); the dateline
//! moved aside ([`dateline`]); what speaks for all this weighed ([`confidence`]), and the result
//! against the feed's own text. [`join`] makes one article of several pages; nothing is fetched here.
//!
//! How the choice is made, with figures: `docs/extraction.md`.
//!
//! Error handling: an [`Error`] means that the feed's own text stands. None is worth a retry by
//! itself; the page may be better next time.

// tree → captions → prune (words) → cut (line, media, table) → score → widen → agree → trim → render, led by
// body; page, pagination and structured read the facts, rule the user's selectors.
mod agree;
mod anchor;
mod article;
mod body;
mod captions;
mod confidence;
mod cut;
mod dateline;
mod error;
mod lean;
mod line;
mod media;
mod options;
mod page;
mod pagination;
mod prune;
mod render;
mod rule;
mod score;
mod structured;
mod table;
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
pub use article::Extracted;
pub use confidence::Confidence;
pub use error::Error;
pub use options::{Mode, Rule};
pub use pagination::join;
pub use rule::check_selector;

/// The longest page that is parsed, in bytes of UTF-8.
pub const MAX_PAGE_BYTES: usize = 4 << 20;

/// Words of a feed's text that are more than a summary.
const LONG_FEED_TEXT: u32 = 150;

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
    let html = lean::lean(html);
    if let Some(reason) = too_deep(&html) {
        return Err(Error::TooDeep(reason));
    }
    let document = Html::parse_document(&html);
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
