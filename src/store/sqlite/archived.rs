//! The archived feed (RFC 5005): which entries a document of it holds, and by which mark its address
//! changes when they do.
//!
//! A document holds the entries of a hundred numbers. Numbers are given once and in the order in which
//! entries came, so that a document that is full gets no other ones. What may still change in it (a
//! revision, a join by hand, retention) is counted by triggers (see the migration `publishing`).

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use crate::store::sqlite::time::secs;
use crate::store::verbs::ArchivePage;

/// Numbers of entries in a document. The triggers of the migration count by the same.
const NUMBERS: i64 = 100;

/// The document that an entry is in.
pub(crate) fn page_of(entry: i64) -> i64 {
    (entry - 1).div_euclid(NUMBERS)
}

/// The first and the last number of a document's entries.
pub(crate) fn numbers(page: i64) -> (i64, i64) {
    let first = page.saturating_mul(NUMBERS).saturating_add(1);
    (first, first.saturating_add(NUMBERS - 1))
}

/// A document as it stands at `now`. Its mark covers all documents before it, since it names the
/// address of one of them.
pub(crate) fn page(
    connection: &Connection,
    number: i64,
    now: DateTime<Utc>,
) -> rusqlite::Result<ArchivePage> {
    let (first, last) = numbers(number);
    let changes = connection
        .prepare_cached("select coalesce(sum(changes), 0) from archive_change where page <= ?1")?
        .query_row([number], |row| row.get(0))?;
    let shown = connection
        .prepare_cached(
            "select count(*) from entry where id between ?1 and ?2 and visible_at <= ?3",
        )?
        .query_row([first, last, secs(now)], |row| row.get(0))?;
    // Only entries that wait for their page become visible by time alone.
    let waiting = connection
        .prepare_cached(
            "select count(*) from page join entry on entry.id = page.entry_id
             where entry.visible_at > ?1 and entry.id <= ?2",
        )?
        .query_row([secs(now), last], |row| row.get(0))?;
    Ok(ArchivePage {
        number,
        mark: [changes, shown, waiting],
    })
}

/// The document of the highest entry below `below` that answers `sql`'s conditions. `sql` selects
/// `entry.id` and takes `values`.
pub(crate) fn before(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
    now: DateTime<Utc>,
) -> rusqlite::Result<Option<ArchivePage>> {
    let found: Option<i64> = connection
        .prepare_cached(sql)?
        .query_row(values, |row| row.get(0))
        .optional()?;
    found
        .map(|entry| page(connection, page_of(entry), now))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_document() {
        for entry in 1..=1000 {
            let (first, last) = numbers(page_of(entry));
            assert!((first..=last).contains(&entry), "{entry}");
        }
        assert_eq!(numbers(page_of(100)), (1, 100));
        assert_eq!(numbers(page_of(101)), (101, 200));
    }
}
