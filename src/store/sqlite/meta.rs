//! What the archive says of itself: the table `meta`.

use rusqlite::Connection;

use crate::store::error::{Doing, Error};

/// A value of the table.
pub(crate) fn value(connection: &Connection, key: &str) -> Result<String, Error> {
    connection
        .prepare_cached("select value from meta where key = ?1")
        .and_then(|mut s| s.query_row([key], |row| row.get(0)))
        .doing("read about itself")
}

/// Counts a commit that changed what readers see, and returns the count.
pub(crate) fn bump_revision(connection: &Connection) -> Result<u64, Error> {
    count_change(connection).doing("count a change")
}

/// [`bump_revision`], as a part of other work.
pub(crate) fn count_change(connection: &Connection) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("update meta set value = value + 1 where key = 'revision' returning cast(value as integer)")?
        .query_row([], |row| row.get(0))
}
