//! Which articles may be the same: an index of sketches in memory over the table `sketch`.
//!
//! The table is the truth, appended to and cut; it costs an article one small row, where a row for
//! each hash would touch a page of the file for each. [`Sketches`] holds the inverse, hash to
//! article, for as long as the window is: it reads what was appended since it last looked, by this
//! process or another, and begins anew when the table does not hold what it saw last (the
//! transaction was rolled back).
//!
//! It is made of sorted runs that are merged two by two as they grow (a logarithmic method: Bentley
//! and Saxe 1980): eight bytes a hash, whatever the number of articles.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::model::entry::EntryId;
use crate::model::sketch::Sketch;

/// The newest articles of one hash that are looked at. What more of them share tells nothing apart.
const NEWEST_OF_A_HASH: usize = 64;

/// Candidates that are compared, those with the most hashes in common.
const CANDIDATES: usize = 12;

/// The rows of the table that are kept when none is young enough: the newest, so that a number is
/// not used twice.
pub(crate) fn forget(connection: &Connection, before: i64) -> rusqlite::Result<usize> {
    let sql = "delete from sketch where seen_at < ?1 and id < (select max(id) from sketch)";
    connection.prepare_cached(sql)?.execute([before])
}

/// Appends the sketch of an entry that was first seen then.
pub(crate) fn keep(
    connection: &Connection,
    entry: EntryId,
    seen_at: i64,
    sketch: &Sketch,
) -> rusqlite::Result<()> {
    if sketch.is_empty() {
        return Ok(());
    }
    connection
        .prepare_cached("insert into sketch (entry_id, seen_at, hashes) values (?1, ?2, ?3)")?
        .execute(params![entry.0, seen_at, sketch.to_bytes()])?;
    Ok(())
}

/// The index. Empty until it is first asked.
#[derive(Debug, Default)]
pub(crate) struct Sketches {
    /// The row of the table that was read last.
    last: Option<Row>,
    /// Entries by their place here.
    articles: Vec<Seen>,
    /// Of hash and place, each sorted; each at least twice as long as the next.
    runs: Vec<Vec<(u32, u32)>>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    entry: i64,
    at: i64,
    must_share: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct Row {
    id: i64,
    entry: i64,
    at: i64,
    sketch: Sketch,
}

impl Sketches {
    /// Entries first seen from `since` to `until` that have hashes in common with `sketch`, those
    /// with the most first, of equals the oldest.
    pub(crate) fn candidates(
        &mut self,
        connection: &Connection,
        sketch: &Sketch,
        since: i64,
        until: i64,
    ) -> rusqlite::Result<Vec<i64>> {
        if sketch.is_empty() {
            return Ok(Vec::new());
        }
        self.catch_up(connection, since)?;
        Ok(self.look_up(sketch, since, until))
    }

    fn look_up(&self, sketch: &Sketch, since: i64, until: i64) -> Vec<i64> {
        let mut in_common: HashMap<u32, usize> = HashMap::new();
        let mut of_one: Vec<u32> = Vec::new();
        for &hash in sketch.hashes() {
            of_one.clear();
            for run in &self.runs {
                let from = run.partition_point(|&(other, _)| other < hash);
                let places = run[from..].iter().take_while(|&&(other, _)| other == hash);
                of_one.extend(places.map(|&(_, place)| place));
            }
            let is_inside = |place: &u32| {
                let at = self.articles[*place as usize].at;
                since <= at && at <= until
            };
            of_one.retain(is_inside);
            let newest = of_one.len().saturating_sub(NEWEST_OF_A_HASH);
            if newest > 0 {
                of_one.sort_unstable();
            }
            for &place in &of_one[newest..] {
                *in_common.entry(place).or_default() += 1;
            }
        }
        let needed = |place: u32| {
            self.articles[place as usize]
                .must_share
                .min(sketch.must_share())
        };
        let mut found: Vec<(usize, i64)> = in_common
            .into_iter()
            .filter(|&(place, count)| count >= needed(place))
            .map(|(place, count)| (count, self.articles[place as usize].entry))
            .collect();
        found.sort_unstable_by_key(|&(count, entry)| (std::cmp::Reverse(count), entry));
        // A text that changed is there with each of its sketches.
        let mut entries: Vec<i64> = Vec::with_capacity(found.len().min(CANDIDATES));
        for (_, entry) in found {
            if entries.len() == CANDIDATES {
                break;
            }
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        entries
    }

    /// Reads what the table has more, beginning with the row that was read last: if it is another
    /// one now, all of this is void.
    fn catch_up(&mut self, connection: &Connection, since: i64) -> rusqlite::Result<()> {
        if !self.read_on(connection, since)? {
            *self = Self::default();
            self.read_on(connection, since)?;
        }
        self.shed(since);
        Ok(())
    }

    /// Returns false if the row that was read last is not there as it was.
    fn read_on(&mut self, connection: &Connection, since: i64) -> rusqlite::Result<bool> {
        let sql = "select id, entry_id, seen_at, hashes from sketch where id >= ?1 order by id";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([self.last.as_ref().map_or(i64::MIN, |last| last.id)])?;
        let mut is_first = self.last.is_some();
        while let Some(row) = rows.next()? {
            let row = Row {
                id: row.get(0)?,
                entry: row.get(1)?,
                at: row.get(2)?,
                sketch: Sketch::from_bytes(row.get_ref(3)?.as_blob().unwrap_or_default()),
            };
            if std::mem::take(&mut is_first) {
                if self.last.as_ref() != Some(&row) {
                    return Ok(false);
                }
                continue;
            }
            if row.at >= since {
                self.insert(&row);
            }
            self.last = Some(row);
        }
        Ok(!is_first)
    }

    fn insert(&mut self, row: &Row) {
        let Ok(place) = u32::try_from(self.articles.len()) else {
            return;
        };
        self.articles.push(Seen {
            entry: row.entry,
            at: row.at,
            must_share: row.sketch.must_share(),
        });
        let mut run: Vec<(u32, u32)> = row.sketch.hashes().iter().map(|&h| (h, place)).collect();
        while let Some(last) = self.runs.pop_if(|last| last.len() < 2 * run.len()) {
            run = merged(&last, &run);
        }
        self.runs.push(run);
    }

    /// Lets go of what is older than the window, once it is half of all.
    fn shed(&mut self, since: i64) {
        const TOO_FEW_TO_CARE: usize = 4096;
        let old = |seen: &Seen| seen.at < since;
        // In the order in which they came, so the first of them tell.
        let middle = self.articles.len() / 2;
        if self.articles.len() < TOO_FEW_TO_CARE || !old(&self.articles[middle]) {
            return;
        }
        let mut places: Vec<Option<u32>> = Vec::with_capacity(self.articles.len());
        let mut kept = Vec::new();
        for seen in &self.articles {
            places.push((!old(seen)).then(|| u32::try_from(kept.len()).unwrap_or(u32::MAX)));
            if !old(seen) {
                kept.push(*seen);
            }
        }
        let mut all: Vec<(u32, u32)> = Vec::new();
        for run in std::mem::take(&mut self.runs) {
            all.extend(
                run.into_iter()
                    .filter_map(|(hash, place)| Some((hash, places[place as usize]?))),
            );
        }
        all.sort_unstable();
        self.runs.push(all);
        self.articles = kept;
    }
}

fn merged(one: &[(u32, u32)], other: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        merged.push(if a <= b { **a } else { **b });
        if a <= b {
            one.next();
        } else {
            other.next();
        }
    }
    merged.extend(one);
    merged.extend(other);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "create table sketch (id integer primary key, entry_id integer not null,
                     seen_at integer not null, hashes blob not null)",
            )
            .unwrap();
        connection
    }

    fn sketch(hashes: impl IntoIterator<Item = u32>) -> Sketch {
        Sketch::new(hashes.into_iter().collect())
    }

    fn add(connection: &Connection, entry: i64, at: i64, hashes: std::ops::Range<u32>) {
        keep(connection, EntryId(entry), at, &sketch(hashes)).unwrap();
    }

    #[test]
    fn what_has_the_most_in_common_comes_first_and_one_hash_is_not_enough() {
        let (connection, mut sketches) = (table(), Sketches::default());
        add(&connection, 1, 10, 0..16);
        add(&connection, 2, 20, 8..24);
        add(&connection, 3, 30, 15..31);
        let mut ask = |hashes, since, until| {
            sketches
                .candidates(&connection, &sketch(hashes), since, until)
                .unwrap()
        };
        assert_eq!(ask(0..16, 0, 99), [1, 2], "the third shares one hash");
        assert_eq!(ask(10..26, 0, 99), [2, 3, 1]);
        assert_eq!(ask(10..26, 20, 29), [2], "the window");
        assert_eq!(ask(15..16, 0, 99), [1, 2, 3], "a short text");
        assert!(ask(0..0, 0, 99).is_empty());
    }

    #[test]
    fn rows_of_others_are_seen_and_rows_that_were_rolled_back_are_not() {
        let (connection, mut sketches) = (table(), Sketches::default());
        let mut ask = |hashes| {
            sketches
                .candidates(&connection, &sketch(hashes), 0, 99)
                .unwrap()
        };
        add(&connection, 1, 10, 0..16);
        assert_eq!(ask(0..16), [1]);
        connection.execute_batch("begin").unwrap();
        add(&connection, 2, 10, 100..116);
        assert_eq!(ask(100..116), [2]);
        connection.execute_batch("rollback").unwrap();
        add(&connection, 2, 11, 200..216);
        assert!(ask(100..116).is_empty());
        assert_eq!(ask(200..216), [2]);
        assert_eq!(ask(0..16), [1]);
    }

    #[test]
    fn many_articles_are_held_in_few_runs_and_old_ones_go() {
        let (connection, mut sketches) = (table(), Sketches::default());
        let hashes = |n: u32| (n * 8)..(n * 8 + 16);
        for n in 0..10_000_u32 {
            add(&connection, i64::from(n), i64::from(n), hashes(n));
        }
        let ask = |sketches: &mut Sketches, n, since| {
            sketches
                .candidates(&connection, &sketch(hashes(n)), since, i64::MAX)
                .unwrap()
        };
        assert_eq!(ask(&mut sketches, 7_000, 0), [7_000, 6_999, 7_001]);
        assert!(sketches.runs.len() < 20, "{}", sketches.runs.len());
        assert_eq!(ask(&mut sketches, 9_000, 8_000), [9_000, 8_999, 9_001]);
        assert_eq!(sketches.articles.len(), 2_000);
        add(&connection, 10_000, 10_000, hashes(9_000));
        assert_eq!(
            ask(&mut sketches, 9_000, 8_000),
            [9_000, 10_000, 8_999, 9_001]
        );
        assert_eq!(forget(&connection, 20_000).unwrap(), 10_000);
        let rows: i64 = connection
            .query_row("select count(*) from sketch", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 1, "the last number is not given again");
    }
}
