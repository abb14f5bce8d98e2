//! Stories: what joins an article to one, and what else the archive knows of how it got there.
//!
//! A *story* is one article, whichever outlets carry it. An *event* is what stories are about:
//! coverage of one event groups stories on pages and decides nothing else.

use crate::model::entry::EntryId;

/// The rule that joined an entry to a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinReason {
    /// The same canonical URL.
    SameUrl,
    /// The same normalised text.
    SameText,
    /// A text that is nearly the same.
    Near,
    /// A person said so.
    ByHand,
}

impl JoinReason {
    /// The word that stands in the archive.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameUrl => "same-url",
            Self::SameText => "same-text",
            Self::Near => "near",
            Self::ByHand => "by-hand",
        }
    }
}

/// An article that has come and is to find its place among the stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its plain text.
    pub text: &'a str,
}

/// An article of the archive that may be the same as one that has come: their sketches have hashes
/// in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Which.
    pub entry: EntryId,
    /// Its story.
    pub story: EntryId,
    /// How many articles the story has.
    pub story_size: usize,
    /// Whether the same feed brought it.
    pub same_feed: bool,
    /// Its title.
    pub title: String,
    /// Its plain text.
    pub text: String,
}

/// Where an article belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Placement {
    /// The story that it joins; none: it opens one.
    pub joins: Option<NearJoin>,
    /// Where it opens one: a story about the same event.
    pub event: Option<EntryId>,
}

/// A join by likeness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearJoin {
    /// The story: the number of the entry that leads it.
    pub story: EntryId,
    /// The article of the story that it is most like.
    pub to: EntryId,
    /// How alike they are, 0 to 1.
    pub score: f64,
}

/// Says where an article belongs, from the articles that it may be the same as.
pub type Place = fn(&Arrival<'_>, &[Alike]) -> Placement;
