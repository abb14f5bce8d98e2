//! What the section `[schedule]` of feeds.toml sets.

use std::time::Duration;

use crate::schedule::cadence::Cadence;

/// How often feeds are polled that say nothing of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The cadence of feeds without a `schedule`.
    pub default: Cadence,
    /// The adaptive estimate never goes below this for a public feed.
    pub floor: Duration,
    /// The adaptive estimate never goes above this.
    pub ceiling: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            default: Cadence::Adaptive,
            floor: Duration::from_secs(3600),
            ceiling: Duration::from_secs(86_400),
        }
    }
}
