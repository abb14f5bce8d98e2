//! A feed as the configuration names it and as the archive keeps it.

use url::Url;

use crate::text::pattern::Filter;

/// The archive's number of a feed. Stays with its slug for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedId(pub i64);

/// What the configuration says of a feed that the archive keeps, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSpec {
    /// Its name in the archive, in logs and in commands; unique.
    pub slug: String,
    /// Where it is fetched. May change; the feed's history stays.
    pub url: Url,
    /// The outlet's name as the user writes it; the feed's own title is used without it.
    pub title: Option<String>,
    /// Labels for channels and queries.
    pub categories: Vec<String>,
    /// A BCP 47 tag: the language of entries that name none.
    pub language: Option<String>,
    /// Its schedule as it is written, to notice that it was changed.
    pub cadence: String,
    /// False: not polled, its articles stay.
    pub enabled: bool,
    /// Its host lies in `allow_networks`: no spacing, no minimum interval.
    pub local: bool,
    /// Its `keep` and `mute`: which of its entries merged feeds show.
    pub filter: Filter,
}

/// How a feed is doing, as users see it in `feeds.state`.
///
/// The first good answer ends every state but [`Moved`](Self::Moved), which is a good one, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedState {
    /// Never polled yet.
    New,
    /// The last poll succeeded.
    Ok,
    /// It succeeded at another address than the configured one, to which it has moved for good.
    Moved,
    /// It succeeded, and the newest entry is old.
    Stale,
    /// The host asked us to wait (429, 503).
    Throttled,
    /// The server does not let us in: 401, 403, 407, 451, or a challenge for browsers.
    Blocked,
    /// Something else came that is no feed: a web page, mostly.
    NotAFeed,
    /// Reading the document ended in a panic, took too long, or ended the process: it is not read
    /// again until it changes.
    Quarantined,
    /// The last poll failed for another reason.
    Failing,
    /// The server says that it is gone for good (410).
    Gone,
}

/// The states and their words.
const WORDS: [(FeedState, &str); 10] = [
    (FeedState::New, "new"),
    (FeedState::Ok, "ok"),
    (FeedState::Moved, "moved"),
    (FeedState::Stale, "stale"),
    (FeedState::Throttled, "throttled"),
    (FeedState::Blocked, "blocked"),
    (FeedState::NotAFeed, "not a feed"),
    (FeedState::Quarantined, "quarantined"),
    (FeedState::Failing, "failing"),
    (FeedState::Gone, "gone"),
];

impl FeedState {
    /// True if the last poll brought what it should.
    pub fn is_well(self) -> bool {
        matches!(self, Self::New | Self::Ok | Self::Moved | Self::Stale)
    }

    /// The word that stands in the archive.
    pub fn as_str(self) -> &'static str {
        WORDS
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("new", |(_, word)| word)
    }

    /// The state that a word of the archive means; a word of a newer rawi is a feed to try.
    pub fn from_word(word: &str) -> Self {
        WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map_or(Self::New, |(state, _)| *state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for (state, word) in WORDS {
            assert_eq!(FeedState::from_word(word), state);
            assert_eq!(state.as_str(), word);
        }
        assert_eq!(FeedState::from_word("dreaming"), FeedState::New);
    }
}
