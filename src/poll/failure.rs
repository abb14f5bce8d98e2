//! Why a poll or a page failed, and what follows from it. Texts may change; match on variants.

use chrono::{DateTime, Utc};

use crate::schedule::Outcome;
use crate::{extract, fetch, parse};

/// A failure of one stage of a poll or a page.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The document could not be fetched.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// The document is no feed that can be read.
    #[error(transparent)]
    Parse(#[from] parse::Error),
    /// No article was found on the page.
    #[error(transparent)]
    Extract(#[from] extract::Error),
    /// Reading the document panicked: a fault of ours or of a library, worth a report.
    #[error("reading the document panicked; it is skipped until it changes")]
    Panicked,
}

/// What a failure means for the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// May be over soon: network, time limits, 5xx.
    Transient,
    /// The host asks for silence, until then if it says so.
    Throttled(Option<DateTime<Utc>>),
    /// The server refuses us or does not know the address (403, 404).
    Refused,
    /// The server says that it is gone for good (410).
    Gone,
    /// What came cannot be used (a page that is no text, too), or robots.txt refuses it; asking again soon brings the same.
    Broken,
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
                Some(410) => Class::Gone,
                Some(429 | 503) => Class::Throttled(error.retry_after()),
                Some(401 | 403 | 404) => Class::Refused,
                _ => Class::Transient,
            },
            Self::Parse(_) | Self::Extract(_) | Self::Panicked => Class::Broken,
        }
    }

    /// The HTTP status that came, if one did.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Fetch(error) => error.status(),
            Self::Parse(_) | Self::Extract(_) | Self::Panicked => None,
        }
    }
}

impl Class {
    /// What the schedule makes of it; `gone_before`: a poll at least a day
    /// earlier was told the same.
    pub(crate) fn outcome(self, gone_before: bool) -> Outcome {
        match self {
            Self::Transient | Self::Broken => Outcome::Failed,
            Self::Throttled(_) => Outcome::Throttled,
            Self::Refused => Outcome::MissingOrForbidden,
            Self::Gone => Outcome::Gone {
                confirmed: gone_before,
            },
        }
    }
}
