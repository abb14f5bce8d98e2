//! What local time means to a feed.
//!
//! A [`Zone`] is handed in with the feed; the reader asks it for the moment of a local time, and
//! for what its clocks show at a moment. It never fails: a time that no clock of the zone shows is
//! the first one after it.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};

/// What local time means where a date names no zone.
#[derive(Clone)]
pub struct Zone(Arc<dyn Clocks>);

/// The clocks of a place, whatever type says how they go.
trait Clocks: Send + Sync {
    fn moment(&self, local: NaiveDateTime) -> Option<DateTime<Utc>>;
    fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime;
}

impl<Z: TimeZone + Send + Sync> Clocks for Z {
    fn moment(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let later = || {
            let local = local.checked_add_signed(TimeDelta::hours(1))?;
            self.from_local_datetime(&local).earliest()
        };
        let at = self.from_local_datetime(&local).earliest().or_else(later)?;
        Some(at.with_timezone(&Utc))
    }

    fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(self).naive_local()
    }
}

impl Zone {
    /// The time zone of a feed: a fixed offset, or one of chrono-tz with its summer times.
    ///
    /// Of an hour that comes twice, the first is meant; a time that is skipped means the first one
    /// after it (midnight, where summer time starts at midnight, is one o'clock).
    pub fn new(zone: impl TimeZone + Send + Sync + 'static) -> Self {
        Self(Arc::new(zone))
    }

    /// The moment at which the clocks show `local`.
    pub(super) fn moment(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        self.0.moment(local)
    }

    /// What the clocks show at a moment.
    pub(super) fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        self.0.wall(at)
    }

    /// Minutes east of Greenwich while the clocks show `local`.
    pub(super) fn minutes_east(&self, local: NaiveDateTime) -> Option<i32> {
        let east = local - self.moment(local)?.naive_utc();
        i32::try_from(east.num_minutes()).ok()
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::new(Utc)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone")
            .field(&self.moment(DateTime::UNIX_EPOCH.naive_utc()))
            .finish()
    }
}
