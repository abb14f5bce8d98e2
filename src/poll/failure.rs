//! Why a poll or a page failed, and what follows from it. Texts may change; match on variants.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::model::FeedState;
use crate::schedule::Outcome;
use crate::{extract, fetch, parse};

/// A failure of one stage of a poll or a page.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The document could not be fetched.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// The document is no feed that can be read.
    #[error("{source}{}", of_challenge(*.challenge))]
    Parse {
        /// Why not.
        #[source]
        source: parse::Error,
        /// Its first words.
        answer: String,
        /// Whose challenge for browsers it is, if it is one.
        challenge: Option<&'static str>,
    },
    /// No article was found on the page.
    #[error(transparent)]
    Extract(#[from] extract::Error),
    /// Reading the document panicked: a fault of ours or of a library, worth a report.
    #[error("reading the document panicked; it is skipped until it changes")]
    Panicked,
    /// Reading the document did not come to an end.
    #[error("the document was not read within {limit:?}; it is skipped until it changes")]
    TooSlow {
        /// The time that there was.
        limit: Duration,
    },
    /// The document could not be read before, or a process died of it.
    #[error(
        "the document is the one that could not be read before; it is skipped until it changes"
    )]
    Poison,
}

/// What a failure means for the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// May be over soon: network, time limits, 5xx.
    Transient,
    /// The host asks for silence, until then if it says so.
    Throttled(Option<DateTime<Utc>>),
    /// The server does not let us in (401, 403, 407, 451), or wants a browser.
    Blocked,
    /// The server does not know the address (404).
    Missing,
    /// The server says that it is gone for good (410).
    Gone,
    /// Something else came than was asked for.
    NotAFeed,
    /// What came cannot be used (a page that is no text, too), or robots.txt refuses it; asking
    /// again soon brings the same.
    Broken,
    /// What came is not read again.
    Quarantined,
}

impl Failure {
    /// What follows from it.
    pub fn class(&self) -> Class {
        match self {
            Self::Fetch(fetch::Error::HostBusy { until, .. }) => Class::Throttled(*until),
            Self::Fetch(fetch::Error::RobotsRefused { .. } | fetch::Error::NoText { .. }) => {
                Class::Broken
            }
            Self::Fetch(error) => match error.status() {
                Some(429) => Class::Throttled(error.retry_after()),
                _ if error.is_challenge() => Class::Blocked,
                Some(503) => Class::Throttled(error.retry_after()),
                Some(401 | 403 | 407 | 451) => Class::Blocked,
                Some(404) => Class::Missing,
                Some(410) => Class::Gone,
                _ => Class::Transient,
            },
            Self::Parse {
                challenge: Some(_), ..
            } => Class::Blocked,
            Self::Parse {
                source: parse::Error::NotAFeed { .. } | parse::Error::MalformedJson { .. },
                ..
            } => Class::NotAFeed,
            Self::Parse {
                source: parse::Error::Panicked,
                ..
            }
            | Self::Panicked
            | Self::TooSlow { .. }
            | Self::Poison => Class::Quarantined,
            Self::Parse { .. } | Self::Extract(_) => Class::Broken,
        }
    }

    /// The HTTP status that came, if one did.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Fetch(error) => error.status(),
            _ => None,
        }
    }

    /// The first words of the answer that brought nothing, if there was one.
    pub(super) fn answer(&self) -> Option<&str> {
        let answer = match self {
            Self::Fetch(fetch::Error::Status { snippet, .. }) => snippet,
            Self::Parse { answer, .. } => answer,
            _ => return None,
        };
        (!answer.is_empty()).then_some(answer)
    }
}

impl Class {
    /// What the schedule makes of it; `gone_before`: a poll at least a day
    /// earlier was told the same.
    pub(crate) fn outcome(self, gone_before: bool) -> Outcome {
        match self {
            Self::Transient | Self::NotAFeed | Self::Broken | Self::Quarantined => Outcome::Failed,
            Self::Throttled(_) => Outcome::Throttled,
            Self::Blocked | Self::Missing => Outcome::MissingOrForbidden,
            Self::Gone => Outcome::Gone {
                confirmed: gone_before,
            },
        }
    }

    /// How the feed stands after it.
    pub(super) fn state(self) -> FeedState {
        match self {
            Self::Transient | Self::Missing | Self::Broken => FeedState::Failing,
            Self::Throttled(_) => FeedState::Throttled,
            Self::Blocked => FeedState::Blocked,
            Self::Gone => FeedState::Gone,
            Self::NotAFeed => FeedState::NotAFeed,
            Self::Quarantined => FeedState::Quarantined,
        }
    }
}

fn of_challenge(whose: Option<&'static str>) -> String {
    whose
        .map(|whose| format!("; it is a challenge of {whose} that only a browser can pass"))
        .unwrap_or_default()
}
