//! What the section `[archive]` of feeds.toml sets.

use std::path::PathBuf;
use std::time::Duration;

/// Where the archive lies and how long what is in it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The SQLite file.
    pub path: PathBuf,
    /// How long articles are kept that bring nothing more. None: for ever.
    pub retention: Option<Duration>,
    /// How long the log of polls is kept.
    pub polls_kept: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            path: PathBuf::from("rawi.db"),
            retention: None,
            polls_kept: Duration::from_secs(30 * 86_400),
        }
    }
}
