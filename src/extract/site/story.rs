//! A story that was learned from, and how a page is known to tell it again.

use serde::{Deserialize, Serialize};

use crate::extract::site::observed::{MAX_TITLE, Observed};
use crate::extract::site::place::MAX_SIGNATURE;
use crate::extract::site::sketch::{self, SKETCH};
use crate::extract::site::{cut, saved};

/// Two pages with titles alike, and this share of their bodies, tell one story: an update.
const UPDATE: f64 = 0.35;
/// With this share of their bodies they do under any title: a syndicated copy.
const COPY: f64 = 0.6;
/// The words of prose beside the body from which it is worth a comparison.
const MUCH: u32 = 15;

/// A story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Story {
    /// Its number, from 1.
    #[serde(rename = "n")]
    pub(super) number: u32,
    #[serde(rename = "u")]
    pub(super) address: u64,
    #[serde(rename = "t", with = "saved::short")]
    pub(super) title: Vec<u16>,
    #[serde(rename = "b", with = "saved::short")]
    pub(super) body: Vec<u16>,
    /// The prose that was not in the body.
    #[serde(rename = "r", with = "saved::short")]
    pub(super) rest: Vec<u16>,
    /// Whether the body speaks of what the title does.
    #[serde(rename = "a")]
    pub(super) anchored: bool,
    /// The signature of the element that held the body; empty if it was not one.
    #[serde(rename = "p")]
    pub(super) place: String,
    /// Digests of lines that no other story had yet, outside of the body.
    #[serde(rename = "o", with = "saved::long")]
    pub(super) outside: Vec<u64>,
    /// The same, in the body.
    #[serde(rename = "i", with = "saved::long")]
    pub(super) inside: Vec<u64>,
}

impl Story {
    /// Whether the page tells this story: again, updated, or under another address.
    pub(super) fn is_told_by(&self, page: &Observed) -> bool {
        if self.address == page.address {
            return true;
        }
        let alike = sketch::alike(&self.body, &page.body);
        if alike < UPDATE {
            return false;
        }
        if are_titles_alike(&self.title, &page.title) {
            return true;
        }
        // Where the rules take a notice for the body on every page, neither title is spoken of in
        // it, and the stories themselves lie elsewhere.
        let both_missed = !self.anchored
            && !page.anchored
            && page.rest_words >= MUCH
            && !self.rest.is_empty()
            && sketch::alike(&self.rest, &page.rest) < COPY;
        alike >= COPY && !both_missed
    }
}

fn are_titles_alike(a: &[u16], b: &[u16]) -> bool {
    let common = a.iter().filter(|word| b.contains(word)).count();
    common > 0 && common * 5 >= a.len().min(b.len()) * 3
}

impl Story {
    /// Whether two different stories seem to have the same body.
    pub(super) fn shares_body_with(&self, other: &Self) -> bool {
        sketch::alike(&self.body, &other.body) >= COPY
    }

    /// Cuts what a hostile record may hold too much of.
    pub(super) fn bound(&mut self) {
        self.title.truncate(MAX_TITLE);
        self.body.truncate(SKETCH);
        self.rest.truncate(SKETCH);
        cut(&mut self.place, MAX_SIGNATURE);
    }
}
