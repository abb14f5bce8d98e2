//! What a page shows of its site: digests of its lines, its story's fingerprint, where its body was.

use std::collections::HashSet;

use url::Url;

use crate::extract::site::sketch;

/// Lines of one page that are looked at.
const MAX_LINES: usize = 200;
/// Links outside of the body that are looked at.
const MAX_MARKS: usize = 24;
/// Words of a title that are kept.
pub(super) const MAX_TITLE: usize = 10;

/// What [`Site::learn`](super::Site::learn) learns from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    pub(super) address: u64,
    pub(super) title: Vec<u16>,
    /// Empty: the page has no article.
    pub(super) body: Vec<u16>,
    pub(super) rest: Vec<u16>,
    pub(super) rest_words: u32,
    /// The stems of the body's words.
    pub(super) stems: HashSet<u16>,
    /// The signature of the element that the rules have chosen.
    pub(super) place: String,
    /// The signature of the element that the body was taken from.
    pub(super) held: String,
    pub(super) lines: Vec<Seen>,
}

impl Observed {
    /// Whether the body speaks of what a title does: of a third of its words.
    pub(super) fn speaks_of(&self, title: &[u16]) -> bool {
        let found = title.iter().filter(|word| self.stems.contains(word));
        found.count() * 3 >= title.len()
    }
}

/// A line of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) digest: u64,
    /// Its beginning, for people.
    pub(crate) text: String,
    /// In the body.
    pub(crate) inside: bool,
    /// Mostly a link.
    pub(crate) linked: bool,
}

/// What the lines of a page show, before its article is known.
pub(crate) struct Shown {
    pub(crate) lines: Vec<Seen>,
    /// The signature of the element that the rules have chosen.
    pub(crate) place: String,
    /// The signature of the element that the body is taken from.
    pub(crate) held: String,
    /// The fingerprint of the prose outside of the body, and its words.
    pub(crate) rest: Vec<u16>,
    pub(crate) rest_words: u32,
}

impl Shown {
    /// The observation, now that the article is known.
    pub(crate) fn observed(self, url: &Url, title: &str, text: &str) -> Observed {
        let mut url = url.clone();
        url.set_fragment(None);
        Observed {
            address: sketch::address(url.as_str()),
            title: sketch::title(title, MAX_TITLE),
            body: sketch::of([text]),
            rest: self.rest,
            rest_words: self.rest_words,
            stems: sketch::stems(text).collect(),
            place: self.place,
            held: self.held,
            lines: self.lines,
        }
    }
}

/// Of too many lines, those that a template is likely to be among: the frame around the text, and
/// the ends of the text rather than its middle. Links outside of it are never text; a few are kept
/// as marks of the design.
pub(crate) fn the_telling(mut lines: Vec<Seen>) -> Vec<Seen> {
    let mut marks = 0;
    lines.retain(|line| {
        let mark = line.linked && !line.inside;
        marks += usize::from(mark);
        !mark || marks <= MAX_MARKS
    });
    if lines.len() > MAX_LINES {
        let inside = lines.iter().filter(|line| line.inside).count();
        let mut nth = 0;
        lines.sort_by_cached_key(|line| {
            nth += usize::from(line.inside);
            line.inside && nth.min(inside - nth) > MAX_LINES / 8
        });
        lines.truncate(MAX_LINES);
    }
    lines
}
