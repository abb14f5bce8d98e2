//! What the section `[archive]` of feeds.toml sets.

use std::path::PathBuf;
use std::time::Duration;

/// Where the archive lies and how long its log is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The SQLite file.
    pub path: PathBuf,
    /// How long the log of polls is kept.
    pub polls_kept: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            path: PathBuf::from("rawi.db"),
            polls_kept: Duration::from_secs(30 * 86_400),
        }
    }
}
