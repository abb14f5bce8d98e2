//! A time zone of the tz database, which travels inside the program.

use std::fmt;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::schedule::error::Error;

/// A named time zone. The default is UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Zone(Tz);

impl Zone {
    /// Reads a name such as `Asia/Amman`; letter case counts.
    ///
    /// # Errors
    /// No such zone.
    pub fn parse(name: &str) -> Result<Self, Error> {
        name.parse()
            .map(Self)
            .map_err(|_| Error::Zone(name.to_owned()))
    }

    /// Its name in the tz database.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// All names there are, for a list of proposals.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// The zone for those who reckon with it.
    pub fn time_zone(self) -> impl TimeZone + Send + Sync + 'static {
        self.0
    }

    /// What the clock on the wall shows at an instant.
    pub(super) fn wall_clock(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// When the clock on the wall shows `local`.
    pub(super) fn instants(self, local: NaiveDateTime) -> Instants {
        match self.0.from_local_datetime(&local) {
            MappedLocalTime::Single(at) => Instants::Once(at.to_utc()),
            MappedLocalTime::Ambiguous(a, b) => {
                Instants::Twice(a.min(b).to_utc(), a.max(b).to_utc())
            }
            MappedLocalTime::None => Instants::Skipped(self.end_of_gap(local)),
        }
    }

    /// The instant at which the clock was put forward over `local`.
    fn end_of_gap(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        // The longest jump on record is a whole day (Samoa, December 2011).
        const LONGEST_GAP_MINUTES: i64 = 25 * 60;
        (1..=LONGEST_GAP_MINUTES).find_map(|minutes| {
            let later = local.checked_add_signed(TimeDelta::minutes(minutes))?;
            self.0
                .from_local_datetime(&later)
                .earliest()
                .map(|at| at.to_utc())
        })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// When a clock on the wall shows a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instants {
    /// On nearly every day.
    Once(DateTime<Utc>),
    /// The clock was put back over it: the earlier and the later instant.
    Twice(DateTime<Utc>, DateTime<Utc>),
    /// The clock was put forward over it, at this instant.
    Skipped(Option<DateTime<Utc>>),
}
