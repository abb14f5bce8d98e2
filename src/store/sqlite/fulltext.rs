//! The full-text index: what it holds of an entry, and how it is filled anew.
//!
//! `articles_fts` is contentless: it must be told what it holds of an entry to forget it. So
//! [`unindex`] is given title and body as they stood when [`index`] was, and [`Body::new`] derives
//! the same stems from them. A change of what is derived therefore needs a migration that makes the
//! table anew; [`refill`] fills it.

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};

use crate::model::entry::EntryId;
use crate::model::poll::Body;
use crate::store::error::{Doing, Error};

/// Entries that are filled in within one transaction.
const BATCH: usize = 500;
/// Filled-in entries between two words about it in the log.
const TOLD_EVERY: usize = 50_000;

/// Puts an entry into the full-text index.
pub(crate) fn index(
    connection: &Connection,
    id: EntryId,
    title: &str,
    body: &Body,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "insert into articles_fts (rowid, text, title, text_stems, title_stems) values (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![id.0, body.text, title, body.text_stems, body.title_stems])?;
    Ok(())
}

/// Takes an entry out of the full-text index.
pub(crate) fn unindex(
    connection: &Connection,
    id: EntryId,
    title: &str,
    body: &Body,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "insert into articles_fts (articles_fts, rowid, text, title, text_stems, title_stems)
             values ('delete', ?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            id.0,
            body.text,
            title,
            body.text_stems,
            body.title_stems
        ])?;
    Ok(())
}

/// Fills the index of an archive whose migration made it anew; one that was interrupted goes on
/// where it stopped, and two processes that do it at once share the work.
///
/// Nothing else may write to the archive's index before it is done.
///
/// # Errors
/// If the archive cannot be written; what was filled in stays.
pub(crate) fn refill(connection: &mut Connection) -> Result<(), Error> {
    let (mut filled, mut told) = (0, 0);
    loop {
        let batch = match next_batch(connection) {
            // Another process writes, or fills in as well: SQLite has waited for it already.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => continue,
            batch => batch.doing("fill its full-text index")?,
        };
        filled += batch;
        if filled - told >= TOLD_EVERY {
            told = filled;
            tracing::info!(entries = filled, "the full-text index is being made anew");
        }
        if batch < BATCH {
            break;
        }
    }
    if filled > 0 {
        tracing::info!(entries = filled, "the full-text index was made anew");
    }
    Ok(())
}

/// Fills in the next entries; returns how many. The mark goes with the last of them.
fn next_batch(connection: &mut Connection) -> rusqlite::Result<usize> {
    if mark(connection)?.is_none() {
        return Ok(0);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(after) = mark(&transaction)? else {
        return Ok(0);
    };
    let (mut last, mut filled) = (after, 0);
    {
        let mut entries = transaction.prepare_cached(
            "select entry.id, entry.title, body.text from entry join body on body.entry_id = entry.id
             where entry.id > ?1 order by entry.id limit ?2",
        )?;
        let mut rows = entries.query(params![after, BATCH])?;
        while let Some(row) = rows.next()? {
            last = row.get(0)?;
            let title: String = row.get(1)?;
            index(
                &transaction,
                EntryId(last),
                &title,
                &Body::new(&title, row.get(2)?, None),
            )?;
            filled += 1;
        }
    }
    if filled < BATCH {
        transaction.execute("delete from meta where key = 'search_refill'", [])?;
    } else {
        transaction.execute(
            "update meta set value = ?1 where key = 'search_refill'",
            [last.to_string()],
        )?;
    }
    transaction.commit()?;
    Ok(filled)
}

/// The last entry that is filled in, while some are not.
fn mark(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("select cast(value as integer) from meta where key = 'search_refill'")?
        .query_row([], |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::migrate;

    #[test]
    fn an_index_that_was_half_filled_is_filled_to_its_end_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = migrate::open_writer(&folder.path().join("rawi.db")).unwrap();
        connection
            .execute_batch(
                "insert into feed (id, slug, url, local, categories, cadence, standing, next_why)
                     values (1, 'haq', 'https://haq.example/feed', 0, '[]', 'adaptive', 'enabled', 'test');
                 with recursive n (n) as (select 1 union all select n + 1 from n where n < 1207)
                     insert into entry (id, feed_id, key, sort_at, visible_at, first_seen, revised_at, content_digest,
                         words, title, author, categories, enclosures, extraction)
                     select n, 1, n, 0, 0, 0, 0, 0, 2, 'خبر المدينة', '[]', '[]', '[]', 'test' from n;
                 insert into body (entry_id, text) select id, 'نص ' || id from entry;
                 insert into meta (key, value) values ('search_refill', '0');",
            )
            .unwrap();
        let count = |connection: &Connection, word: &str| -> i64 {
            let sql = "select count(*) from articles_fts where articles_fts match ?1";
            connection.query_row(sql, [word], |row| row.get(0)).unwrap()
        };
        assert_eq!(next_batch(&mut connection).unwrap(), BATCH);
        assert_eq!(count(&connection, "مدين"), 500);
        refill(&mut connection).unwrap();
        refill(&mut connection).unwrap();
        assert_eq!(count(&connection, "title_stems : مدين"), 1207);
        assert_eq!(count(&connection, "text : نص"), 1207);
        assert_eq!(
            count(&connection, "text_stems : نص"),
            0,
            "it would say nothing new"
        );
        assert_eq!(count(&connection, "1207"), 1);
        assert_eq!(mark(&connection).unwrap(), None);
    }
}
