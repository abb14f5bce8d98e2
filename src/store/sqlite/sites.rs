//! What was learned of the pages of each host.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::error::{Doing, Error};
use crate::store::sqlite::time::secs;
use crate::store::verbs::Lesson;

/// What is known of a host, as [`keep`] got it.
pub(crate) fn learned(connection: &Connection, host: &str) -> Result<Option<String>, Error> {
    connection
        .prepare_cached("select learned from site where host = ?1")
        .and_then(|mut s| s.query_row([host], |row| row.get(0)).optional())
        .doing("look up a site")
}

/// Keeps what was learned from a page of a feed's entry.
pub(crate) fn keep(
    connection: &Connection,
    lesson: &Lesson,
    entry: i64,
    now: DateTime<Utc>,
) -> rusqlite::Result<()> {
    if let Some(learned) = &lesson.learned {
        connection
            .prepare_cached(
                "insert into site (host, learned, updated_at) values (?1, ?2, ?3)
                 on conflict (host) do update set learned = excluded.learned, updated_at = excluded.updated_at",
            )?
            .execute(params![lesson.host, learned, secs(now)])?;
    }
    if lesson.is_redesigned {
        connection
            .prepare_cached(
                "update feed set redesigned_at = ?2 where id = (select feed_id from entry where id = ?1)",
            )?
            .execute(params![entry, secs(now)])?;
    }
    Ok(())
}

/// Forgets a host; says whether it was known.
pub(crate) fn forget(connection: &Connection, host: &str) -> Result<bool, Error> {
    let write = || -> rusqlite::Result<bool> {
        let forgotten = connection
            .prepare_cached("delete from site where host = ?1")?
            .execute([host])?;
        connection.execute(
            "update meta set value = value + 1 where key = 'sites_forgotten'",
            [],
        )?;
        Ok(forgotten > 0)
    };
    write().doing("forget a site")
}
