//! Times between the archive (whole seconds since 1970) and the house (`DateTime<Utc>`).

use chrono::{DateTime, Utc};
use rusqlite::Row;
use rusqlite::types::FromSqlError;

/// Seconds since 1970.
pub(crate) fn secs(at: DateTime<Utc>) -> i64 {
    at.timestamp()
}

/// The time at `secs` seconds since 1970.
pub(crate) fn at(secs: i64) -> Result<DateTime<Utc>, rusqlite::Error> {
    DateTime::from_timestamp(secs, 0).ok_or_else(|| FromSqlError::OutOfRange(secs).into())
}

/// The time in a column that may be null.
pub(crate) fn maybe(row: &Row<'_>, column: &str) -> Result<Option<DateTime<Utc>>, rusqlite::Error> {
    row.get::<_, Option<i64>>(column)?.map(at).transpose()
}
