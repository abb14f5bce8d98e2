//! A story that was learned from, and how a page is known to tell it again.

use serde::{Deserialize, Serialize};

use crate::extract::site::limits::{MAX_FRESH_OF_STORY, MAX_SIGNATURE, cut};
use crate::extract::site::observed::{MAX_TITLE, Observed};
use crate::extract::site::saved;
use crate::extract::site::sketch::{self, SKETCH};

/// Two pages with titles alike, and this share of their bodies, tell one story: an update.
const UPDATE: f64 = 0.35;
/// With this share of their bodies they do under any title: a syndicated copy.
const COPY: f64 = 0.6;
/// With this share, little can be told from titles.
const TWIN: f64 = 0.9;
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
    /// `titles_tell` is false on a site that gives many stories the same title.
    pub(super) fn is_told_by(&self, page: &Observed, titles_tell: bool) -> bool {
        if self.address == page.address {
            return true;
        }
        let alike = sketch::alike(&self.body, &page.body);
        if alike < UPDATE {
            return false;
        }
        if titles_tell && self.is_titled_like(page) {
            return true;
        }
        // A copy speaks of what the title here does. What does not is a notice that both bodies
        // hold, or that the rules took for the body of both; of twins, only if they hold other
        // prose elsewhere.
        let elsewhere = page.rest_words >= MUCH
            && !self.rest.is_empty()
            && sketch::alike(&self.rest, &page.rest) < COPY;
        let copy = page.speaks_of(&self.title) || (alike >= TWIN && !elsewhere);
        alike >= COPY && copy
    }

    /// Whether the page has a title like this.
    pub(super) fn is_titled_like(&self, page: &Observed) -> bool {
        are_titles_alike(&self.title, &page.title)
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
        self.outside.truncate(MAX_FRESH_OF_STORY);
        self.inside.truncate(MAX_FRESH_OF_STORY);
        cut(&mut self.place, MAX_SIGNATURE);
    }
}
