//! What the section `[dedupe]` of feeds.toml sets.

use std::time::Duration;

/// How far apart copies of one article may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Texts first seen within this time of each other can be the same story.
    pub window: Duration,
    /// Whether near duplicates across outlets are looked for, beside the exact keys.
    pub near: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(96 * 3600),
            near: true,
        }
    }
}
