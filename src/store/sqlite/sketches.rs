//! Which articles may be the same: an index of sketches in memory over the table `sketch`.
//!
//! The table is the truth, appended to and cut; it costs an article one small row, where a row for
//! each hash would touch a page of the file for each. [`Sketches`] holds the inverse, hash to
//! article, for as long as the window is: it reads what was appended since it last looked, by this
//! process or another, and begins anew when the table does not hold what it saw last (the
//! transaction was rolled back).
//!
//! It is made of sorted runs that are merged two by two as they grow (a logarithmic method: Bentley
//! and Saxe 1980): eight bytes a hash and sixteen an article, whatever the number of articles.

use std::cmp::Reverse;

use rusqlite::{Connection, params};

use crate::model::entry::EntryId;
use crate::model::sketch::Sketch;

/// The newest articles of one hash that are looked at. What more of them share tells nothing apart.
const NEWEST_OF_A_HASH: usize = 64;

/// Candidates that are compared, those with the most hashes in common: a copy is among the first, and
/// what comes after a dozen is one of a form.
const CANDIDATES: usize = 12;

/// Articles that are held at most, the newest: six days of 20,000.
const MOST_ARTICLES: usize = 120_000;

/// The rows of the table that are kept when none is young enough: the newest, so that a number is
/// not used twice.
pub(crate) fn forget(connection: &Connection, before: i64) -> rusqlite::Result<usize> {
    let sql = "delete from sketch where seen_at < ?1 and id < (select max(id) from sketch)";
    connection.prepare_cached(sql)?.execute([before])
}

/// Appends the sketch of an entry that was first seen then, and the digest of its text.
pub(crate) fn keep(
    connection: &Connection,
    entry: EntryId,
    seen_at: i64,
    sketch: &Sketch,
    text_digest: Option<i64>,
) -> rusqlite::Result<()> {
    if sketch.is_empty() && text_digest.is_none() {
        return Ok(());
    }
    let sql = "insert into sketch (entry_id, seen_at, text_digest, hashes) values (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![
        entry.0,
        seen_at,
        text_digest,
        sketch.to_bytes()
    ])?;
    Ok(())
}

/// The index. Empty until it is first asked.
#[derive(Debug, Default)]
pub(crate) struct Sketches {
    /// The row of the table that was read last.
    last: Option<Row>,
    /// Entries by their place here.
    articles: Vec<Seen>,
    /// Each at least twice as long as the next.
    runs: Vec<Run>,
}

/// Small: there is one for each article of the window.
#[derive(Debug, Clone, Copy)]
struct Seen {
    entry: i64,
    /// Seconds since 1970, as far as 32 bits tell them.
    at: u32,
    must_share: u8,
}

impl Seen {
    fn is_since(&self, since: i64) -> bool {
        i64::from(self.at) >= since
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Row {
    id: i64,
    entry: i64,
    at: i64,
    sketch: Sketch,
}

impl Sketches {
    /// Entries first seen since then that have hashes in common with `sketch`, those
    /// with the most first, of equals the oldest.
    pub(crate) fn candidates(
        &mut self,
        connection: &Connection,
        sketch: &Sketch,
        since: i64,
    ) -> rusqlite::Result<Vec<i64>> {
        if sketch.is_empty() {
            return Ok(Vec::new());
        }
        self.catch_up(connection, since)?;
        Ok(self.look_up(sketch, since))
    }

    fn look_up(&self, sketch: &Sketch, since: i64) -> Vec<i64> {
        // A place for each hash that is in common.
        let mut places: Vec<u32> = Vec::new();
        for &hash in sketch.hashes() {
            let start = places.len();
            for run in &self.runs {
                let inside = |place: &&u32| self.articles[**place as usize].is_since(since);
                places.extend(run.places_of(hash).iter().filter(inside));
            }
            let more = (places.len() - start).saturating_sub(NEWEST_OF_A_HASH);
            if more > 0 {
                places[start..].sort_unstable();
                places.drain(start..start + more);
            }
        }
        places.sort_unstable();
        let mut found: Vec<(Reverse<usize>, i64)> = Vec::new();
        for same in places.chunk_by(|one, other| one == other) {
            let article = &self.articles[same[0] as usize];
            if same.len() >= usize::from(article.must_share).min(sketch.must_share()) {
                found.push((Reverse(same.len()), article.entry));
            }
        }
        found.sort_unstable();
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
        let mut read = self.read_on(connection, since);
        if let Ok(false) = read {
            *self = Self::default();
            read = self.read_on(connection, since);
        }
        if let Err(error) = read {
            // Articles may be here without their hashes.
            *self = Self::default();
            return Err(error);
        }
        self.shed(since);
        Ok(())
    }

    /// Returns false if the row that was read last is not there as it was.
    fn read_on(&mut self, connection: &Connection, since: i64) -> rusqlite::Result<bool> {
        /// So that the first reading of a long table needs no more memory than it leaves.
        const AT_A_TIME: usize = 1 << 16;
        let sql = "select id, entry_id, seen_at, hashes from sketch where id >= ?1 order by id";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([self.last.as_ref().map_or(i64::MIN, |last| last.id)])?;
        let mut is_first = self.last.is_some();
        let mut pairs = Vec::new();
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
                self.insert(&row, &mut pairs);
            }
            if pairs.len() >= AT_A_TIME {
                self.add(Run::of(std::mem::take(&mut pairs)));
            }
            self.last = Some(row);
        }
        if !pairs.is_empty() {
            self.add(Run::of(pairs));
        }
        Ok(!is_first)
    }

    /// Takes in an article; its hashes are to be added to the runs.
    fn insert(&mut self, row: &Row, pairs: &mut Vec<(u32, u32)>) {
        let Ok(place) = u32::try_from(self.articles.len()) else {
            return;
        };
        if self.articles.len() == self.articles.capacity() {
            // By less than the standard library would: what is held is to be what is needed.
            self.articles.reserve_exact(64 + self.articles.len() / 8);
        }
        self.articles.push(Seen {
            entry: row.entry,
            at: u32::try_from(row.at.max(0)).unwrap_or(u32::MAX),
            must_share: u8::try_from(row.sketch.must_share()).unwrap_or(u8::MAX),
        });
        pairs.extend(row.sketch.hashes().iter().map(|&hash| (hash, place)));
    }

    fn add(&mut self, mut run: Run) {
        while let Some(last) = self.runs.pop_if(|last| last.len() < 2 * run.len()) {
            run = last.merged(&run);
        }
        self.runs.push(run);
    }

    /// Lets go of what is older than the window, once it is half of all, and of the oldest of too many.
    fn shed(&mut self, since: i64) {
        const TOO_FEW_TO_CARE: usize = 4096;
        let old = |seen: &Seen| !seen.is_since(since);
        let held = self.articles.len();
        let is_too_many = held > MOST_ARTICLES;
        // In the order in which they came, so the first of them tell.
        let is_half_old = held >= TOO_FEW_TO_CARE && old(&self.articles[held / 2]);
        if !is_half_old && !is_too_many {
            return;
        }
        let beyond = if is_too_many {
            held - MOST_ARTICLES * 3 / 4
        } else {
            0
        };
        let mut places: Vec<Option<u32>> = Vec::with_capacity(held);
        let mut kept = Vec::new();
        for (n, seen) in self.articles.iter().enumerate() {
            let stays = n >= beyond && !old(seen);
            places.push(stays.then(|| u32::try_from(kept.len()).unwrap_or(u32::MAX)));
            if stays {
                kept.push(*seen);
            }
        }
        let mut all: Vec<(u32, u32)> = Vec::new();
        for run in std::mem::take(&mut self.runs) {
            all.extend(
                run.pairs()
                    .filter_map(|(hash, place)| Some((hash, places[place as usize]?))),
            );
        }
        self.runs.push(Run::of(all));
        self.articles = kept;
    }
}

/// Hashes and the places of the articles that have them, in the order of hashes, then places.
#[derive(Debug, Default)]
struct Run {
    hashes: Vec<u32>,
    places: Vec<u32>,
    /// The first hash of each [block](Run::BLOCK) but the first: few enough to stay in the
    /// processor's cache, where a search in all of a long run would wait for memory at each step.
    fences: Vec<u32>,
}

impl Run {
    /// Hashes between two fences: four lines of a cache.
    const BLOCK: usize = 64;

    fn with_capacity(len: usize) -> Self {
        Self {
            hashes: Vec::with_capacity(len),
            places: Vec::with_capacity(len),
            fences: Vec::with_capacity(len / Self::BLOCK),
        }
    }

    /// Of pairs of hash and place.
    fn of(mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        let mut run = Self::with_capacity(pairs.len());
        for (hash, place) in pairs {
            run.hashes.push(hash);
            run.places.push(place);
        }
        run.fenced()
    }

    fn fenced(mut self) -> Self {
        let fences = self.hashes.iter().step_by(Self::BLOCK).skip(1);
        self.fences.extend(fences);
        self
    }

    fn len(&self) -> usize {
        self.hashes.len()
    }

    fn places_of(&self, hash: u32) -> &[u32] {
        let block = self.fences.partition_point(|&fence| fence < hash) * Self::BLOCK;
        let end = self.len().min(block + Self::BLOCK);
        let from = block + self.hashes[block..end].partition_point(|&other| other < hash);
        let same = self.hashes[from..]
            .iter()
            .take_while(|&&other| other == hash);
        &self.places[from..from + same.count()]
    }

    fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        std::iter::zip(self.hashes.iter().copied(), self.places.iter().copied())
    }

    /// Of two runs, of which this is the older: its places are the smaller ones.
    fn merged(&self, newer: &Self) -> Self {
        let mut run = Self::with_capacity(self.len() + newer.len());
        let (mut i, mut j) = (0, 0);
        while let (Some(&older), Some(&hash)) = (self.hashes.get(i), newer.hashes.get(j)) {
            // Without branches: which of the two is smaller cannot be foretold.
            let is_newer = hash < older;
            run.hashes.push(if is_newer { hash } else { older });
            run.places.push(if is_newer {
                newer.places[j]
            } else {
                self.places[i]
            });
            i += usize::from(!is_newer);
            j += usize::from(is_newer);
        }
        for (rest, from) in [(self, i), (newer, j)] {
            run.hashes.extend_from_slice(&rest.hashes[from..]);
            run.places.extend_from_slice(&rest.places[from..]);
        }
        run.fenced()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "create table sketch (id integer primary key, entry_id integer not null,
                     seen_at integer not null, text_digest integer, hashes blob not null)",
            )
            .unwrap();
        connection
    }

    fn sketch(hashes: impl IntoIterator<Item = u32>) -> Sketch {
        Sketch::new(hashes.into_iter().collect())
    }

    /// Memory held.
    fn bytes(sketches: &Sketches) -> usize {
        let runs = sketches.runs.iter();
        let numbers =
            runs.map(|run| run.hashes.capacity() + run.places.capacity() + run.fences.capacity());
        4 * numbers.sum::<usize>() + sketches.articles.capacity() * size_of::<Seen>()
    }

    fn add(connection: &Connection, entry: i64, at: i64, hashes: std::ops::Range<u32>) {
        keep(connection, EntryId(entry), at, &sketch(hashes), None).unwrap();
    }

    #[test]
    fn what_has_the_most_in_common_comes_first_and_one_hash_is_not_enough() {
        let (connection, mut sketches) = (table(), Sketches::default());
        add(&connection, 1, 10, 0..16);
        add(&connection, 2, 20, 8..24);
        add(&connection, 3, 30, 15..31);
        let mut ask = |hashes, since| {
            sketches
                .candidates(&connection, &sketch(hashes), since)
                .unwrap()
        };
        assert_eq!(ask(0..16, 0), [1, 2], "the third shares one hash");
        assert_eq!(ask(10..26, 0), [2, 3, 1]);
        assert_eq!(ask(10..26, 20), [2, 3], "the window");
        assert_eq!(ask(15..16, 0), [1, 2, 3], "a short text");
        assert!(ask(0..0, 0).is_empty());
    }

    #[test]
    fn rows_of_others_are_seen_and_rows_that_were_rolled_back_are_not() {
        let (connection, mut sketches) = (table(), Sketches::default());
        let mut ask = |hashes| {
            sketches
                .candidates(&connection, &sketch(hashes), 0)
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
    fn of_too_many_articles_the_newest_are_held() {
        let mut sketches = Sketches::default();
        let mut pairs = Vec::new();
        for n in 0..=u32::try_from(MOST_ARTICLES).unwrap() {
            let row = Row {
                id: n.into(),
                entry: n.into(),
                at: 10,
                sketch: sketch(n * 2..n * 2 + 2),
            };
            sketches.insert(&row, &mut pairs);
        }
        sketches.add(Run::of(pairs));
        sketches.shed(0);
        assert_eq!(sketches.articles.len(), MOST_ARTICLES * 3 / 4);
        let newest = u32::try_from(MOST_ARTICLES).unwrap() * 2;
        let found = |from: u32| sketches.look_up(&sketch(from..from + 2), 0);
        assert_eq!(found(newest), [i64::try_from(MOST_ARTICLES).unwrap()]);
        assert!(found(0).is_empty());
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
                .candidates(&connection, &sketch(hashes(n)), since)
                .unwrap()
        };
        assert_eq!(ask(&mut sketches, 7_000, 0), [7_000, 6_999, 7_001]);
        assert!(sketches.runs.len() < 20, "{}", sketches.runs.len());
        assert!(bytes(&sketches) < 150 * 10_000, "{}", bytes(&sketches));
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
