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
// body; page, pagination and structured read the facts, rule the user's selectors, rules which of them
// are for a host. site is what a host's pages have taught: view, with place and template, brings it to
// one page, between cut and score and after it.
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
mod place;
mod prune;
mod render;
mod rule;
mod rules;
mod score;
pub mod site;
mod structured;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod tree;
mod trim;
mod view;
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
pub use rules::{Rules, rule_host};
pub use site::{Observed, Site};

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
    read(html, page, mode, anchor, None).article
}

/// What reading a page gave.
#[derive(Debug)]
pub struct Reading {
    /// The article, or why there is none.
    pub article: Result<Extracted, Error>,
    /// What the page shows of its site, for [`Site::learn`], if a site was given: also where the
    /// article was refused as worse than the feed's own text; not where a user's rule or JSON-LD
    /// told the body.
    pub observed: Option<Observed>,
}

impl From<Error> for Reading {
    fn from(error: Error) -> Self {
        Self {
            article: Err(error),
            observed: None,
        }
    }
}

/// Finds the article on a page by what is known of its site, and what the page shows of that. Of a
/// site that is new, [`Site::default`] is known.
pub fn read(
    html: &str,
    page: &Url,
    mode: &Mode,
    anchor: &Anchor<'_>,
    site: Option<&Site>,
) -> Reading {
    let rule = match mode {
        Mode::Never => return Error::Disabled.into(),
        Mode::Auto => None,
        Mode::Rule(rule) => match rule::Compiled::new(rule) {
            Ok(rule) => Some(rule),
            Err(error) => return error.into(),
        },
    };
    if html.len() > MAX_PAGE_BYTES {
        let (bytes, limit) = (html.len(), MAX_PAGE_BYTES);
        return Error::TooLarge { bytes, limit }.into();
    }
    let html = lean::lean(html);
    if let Some(reason) = too_deep(&html) {
        return Error::TooDeep(reason).into();
    }
    let document = Html::parse_document(&html);
    let mut tree = tree::Tree::new(&document, rule.as_ref());
    captions::mark(&mut tree);
    let structured = structured::read(&tree);
    let facts = page::read(&tree, page, &structured);
    let given = body::Given {
        url: page,
        rule: rule.as_ref(),
        facts: &facts,
        structured: &structured,
        anchor,
        site,
    };
    let mut found = match body::find(&tree, given) {
        Ok(found) => found,
        Err(error) => return error.into(),
    };
    let observed = found.observed.take();
    Reading {
        article: weigh(found, facts, anchor),
        observed,
    }
}

/// The article, unless the feed's own text is better.
fn weigh(found: body::Found, facts: page::Facts, anchor: &Anchor<'_>) -> Result<Extracted, Error> {
    let words = words::count(&found.text);
    let feed_words = words::count(anchor.feed_text);
    if is_worse(words, feed_words) {
        return Err(Error::WorseThanFeed {
            words,
            feed_words,
            rule: found.rule,
        });
    }
    // A feed that has the whole article tells whether the page has it, too: it may be a wall. An
    // article under the entry's own title that is clearly longer is none.
    let is_other = feed_words >= LONG_FEED_TEXT && found.fed.is_some_and(|share| share < 0.1);
    let is_longer = words.saturating_mul(2) > feed_words.saturating_mul(3);
    if is_other && !(is_longer && facts.is_titled(anchor.title)) {
        return Err(Error::OtherText {
            feed_words,
            rule: found.rule,
        });
    }
    let rtl = facts.rtl || page::is_rtl(&found.text);
    Ok(Extracted {
        html: found.html,
        text: found.text,
        words,
        title: facts.title,
        author: facts.author,
        published: facts.published.or(found.published),
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
