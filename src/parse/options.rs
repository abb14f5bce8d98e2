//! What reading a feed depends on beside the document.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};

/// Says when a clock on the wall of the outlet shows a time: for dates that name no zone.
pub type LocalTime = Arc<dyn Fn(NaiveDateTime) -> Option<DateTime<Utc>> + Send + Sync>;

/// How a feed is read.
#[derive(Clone)]
pub struct Options {
    /// The zone of dates that name none.
    pub local_time: LocalTime,
    /// The most entries that are taken from one document, the first ones.
    pub max_entries: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            local_time: Arc::new(|time| Some(time.and_utc())),
            max_entries: 1000,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("max_entries", &self.max_entries)
            .finish_non_exhaustive()
    }
}
