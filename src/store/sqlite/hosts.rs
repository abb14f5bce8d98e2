//! Hosts that asked to be left alone: a restart is no reason to ask them again.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use crate::store::error::{Doing, Error};
use crate::store::sqlite::time::{at, secs};

/// Notes a pause, which is never made shorter, and forgets those that are over.
pub(crate) fn pause(
    connection: &Connection,
    host: &str,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let write = || -> rusqlite::Result<()> {
        connection
            .prepare_cached("delete from host_pause where until <= ?1")?
            .execute([secs(now)])?;
        connection
            .prepare_cached(
                "insert into host_pause (host, until) values (?1, ?2)
                 on conflict (host) do update set until = max(until, excluded.until)",
            )?
            .execute(params![host, secs(until)])?;
        Ok(())
    };
    write().doing("note a pause")
}

/// Hosts that are to be left alone, and until when.
pub(crate) fn paused(
    connection: &Connection,
    now: DateTime<Utc>,
) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
    let read = || -> rusqlite::Result<Vec<_>> {
        let mut statement =
            connection.prepare_cached("select host, until from host_pause where until > ?1")?;
        let rows = statement.query_map([secs(now)], |row| Ok((row.get(0)?, at(row.get(1)?)?)))?;
        rows.collect()
    };
    read().doing("look for pauses")
}
