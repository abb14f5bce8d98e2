//! What the section `[dedupe]` of feeds.toml sets.

use std::time::Duration;

use chrono::TimeDelta;

use crate::dedupe::place::place;
use crate::model::story::Place;

/// How far apart copies of one article may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Texts first seen within this time of each other can be the same story.
    pub window: Duration,
    /// Whether near duplicates across outlets are looked for, beside the exact keys.
    pub near: bool,
}

impl Options {
    /// The window, as times are told apart.
    pub fn window(&self) -> TimeDelta {
        TimeDelta::from_std(self.window).unwrap_or(TimeDelta::MAX)
    }

    /// What compares texts that are not equal, if they are to be compared.
    pub fn place(&self) -> Option<Place> {
        self.near.then_some(place)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(96 * 3600),
            near: true,
        }
    }
}
