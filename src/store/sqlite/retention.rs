//! What is let go of: articles beyond `archive.retention`, and room that became free.

use chrono::{DateTime, Duration, Utc};
use rusqlite::{Connection, params};

use crate::model::entry::EntryId;
use crate::store::error::{Doing, Error};
use crate::store::sqlite::entries;
use crate::store::sqlite::fulltext;
use crate::store::sqlite::sketches;
use crate::store::sqlite::time::secs;

/// Pages of the file that are given back to the system at a time (4 KiB each).
const FREED_AT_ONCE: u32 = 4096;

/// Pages of the full-text index that are merged at a time.
const MERGED_AT_ONCE: u32 = 256;

/// Deletes at most `limit` stories of which no article was first seen since `before`, and returns how
/// many articles went. Their identities are remembered: they are not new when they come again.
///
/// A story goes as a whole, so that none of its articles comes to the fore years later.
pub(crate) fn forget_stories(
    connection: &Connection,
    before: DateTime<Utc>,
    limit: usize,
) -> Result<usize, Error> {
    let forget = || -> rusqlite::Result<usize> {
        // sort_at is at most an hour after first_seen, and has an index.
        let sql = "select id from entry as lead
                   where sort_at < ?2 and first_seen < ?1 and story is null and not exists (
                       select 1 from entry as member where member.story = lead.id and member.first_seen >= ?1)
                   order by sort_at limit ?3";
        let mut statement = connection.prepare_cached(sql)?;
        let until = secs(before + Duration::hours(1));
        let leads = statement
            .query_map(params![secs(before), until, limit], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        let mut gone = 0;
        for lead in leads {
            let mut members = connection.prepare_cached(
                "select id from entry where story = ?1 or id = ?1 order by id = ?1",
            )?;
            let ids = members
                .query_map([lead], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()?;
            for id in ids {
                forget_entry(connection, EntryId(id))?;
                gone += 1;
            }
        }
        Ok(gone)
    };
    forget().doing("let go of old articles")
}

fn forget_entry(connection: &Connection, id: EntryId) -> rusqlite::Result<()> {
    let stored = entries::stored(connection, id)?;
    fulltext::unindex(connection, id, &stored.title, &stored.body)?;
    for sql in [
        "insert or ignore into forgotten (feed_id, key) select feed_id, key from entry where id = ?1",
        "delete from entry_revision where entry_id = ?1",
        "delete from page_validators where entry_id = ?1",
        "delete from page where entry_id = ?1",
        "delete from body where entry_id = ?1",
        "delete from entry where id = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([id.0])?;
    }
    Ok(())
}

/// Puts the file in order, a little at a time: sketches older than the window go, free pages go back
/// to the system, pieces of the full-text index are merged.
pub(crate) fn tidy(connection: &Connection, sketches_since: DateTime<Utc>) -> Result<(), Error> {
    let tidy = || -> rusqlite::Result<()> {
        sketches::forget(connection, secs(sketches_since))?;
        connection.execute_batch(&format!(
            "pragma incremental_vacuum({FREED_AT_ONCE});
             insert into articles_fts (articles_fts, rank) values ('merge', {MERGED_AT_ONCE});
             pragma optimize;"
        ))
    };
    tidy().doing("put itself in order")
}
