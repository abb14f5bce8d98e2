//! The newest articles that answer a query: exactly those, without looking at all that match.
//!
//! The index gives matches by falling number, which is about the order of time: an entry gets its
//! number when it comes, and is sorted by its date, at most an hour later than that. What comes late
//! or is imported stands out of order. So matches are read until no entry with a lower number is
//! newer than the worst of the best so far, which the index of dates tells.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use crate::model::query::Query;
use crate::store::sqlite::search::conditions::Conditions;
use crate::store::sqlite::search::expression;
use crate::store::sqlite::time::secs;

/// Matches that are read before the first look at whether that is enough; then twice as many, and so on.
const FIRST_LOOK: usize = 64;
/// Newer entries than these are not looked through: reading on is cheaper.
const LOOKED_THROUGH: i64 = 5000;
/// Numbers of the newest `limit` articles that answer the query, newest first.
pub(crate) fn newest(
    connection: &Connection,
    query: &Query,
    conditions: &Conditions,
    limit: usize,
) -> rusqlite::Result<Vec<i64>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let few = conditions.few_entries(connection)?;
    match expression::all(query) {
        Some(expression) => walk(
            connection,
            query,
            &expression,
            conditions,
            few.as_ref(),
            limit,
        ),
        None => by_date(connection, query, conditions, few.is_some(), limit),
    }
}

/// Without words: along the index of dates, or through the entries of a few feeds.
fn by_date(
    connection: &Connection,
    query: &Query,
    conditions: &Conditions,
    is_of_few: bool,
    limit: usize,
) -> rusqlite::Result<Vec<i64>> {
    let mut values: Vec<Value> = conditions.values().cloned().collect();
    let mut sql = format!(
        "select entry.id from entry {} where true {}",
        if is_of_few {
            ""
        } else {
            "indexed by entry_by_newest"
        },
        conditions.sql()
    );
    if let Some(excluded) = expression::excluded(query) {
        sql.push_str(
            " and not exists (select 1 from articles_fts where articles_fts match ? and articles_fts.rowid = entry.id)",
        );
        values.push(Value::Text(excluded));
    }
    sql.push_str(" order by entry.sort_at desc, entry.id desc limit ?");
    values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    rows.collect()
}

/// With words: along the matches, until what is left cannot be newer.
fn walk(
    connection: &Connection,
    query: &Query,
    expression: &str,
    conditions: &Conditions,
    few: Option<&HashSet<i64>>,
    limit: usize,
) -> rusqlite::Result<Vec<i64>> {
    let after = query.after.map(secs);
    let mut matches = connection.prepare_cached(
        "select rowid from articles_fts where articles_fts match ?1 order by rowid desc",
    )?;
    let sql = format!(
        "select entry.sort_at from entry where entry.id = ? {}",
        conditions.sql()
    );
    let mut entry = connection.prepare_cached(&sql)?;
    for (place, value) in conditions.values().enumerate() {
        entry.raw_bind_parameter(place + 2, value)?;
    }
    let mut best: BinaryHeap<Reverse<(i64, i64)>> = BinaryHeap::with_capacity(limit.min(1000) + 1);
    let (mut read, mut next_look, mut lowest) = (0_usize, FIRST_LOOK.max(limit), i64::MIN);
    let mut rows = matches.query([expression])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if read >= next_look {
            next_look = read.saturating_mul(2);
            let worst = best
                .peek()
                .filter(|_| best.len() >= limit)
                .map(|Reverse((at, _))| *at);
            if let Some(newer_than) = worst.max(after) {
                lowest = lowest_newer(connection, newer_than)?.unwrap_or(lowest);
            }
        }
        if id < lowest {
            break;
        }
        read += 1;
        if few.is_some_and(|few| !few.contains(&id)) {
            continue;
        }
        entry.raw_bind_parameter(1, id)?;
        let sort_at = entry
            .raw_query()
            .next()?
            .map(|row| row.get(0))
            .transpose()?;
        if let Some(sort_at) = sort_at {
            best.push(Reverse((sort_at, id)));
            if best.len() > limit {
                best.pop();
            }
        }
    }
    let best = best.into_sorted_vec();
    Ok(best.into_iter().map(|Reverse((_, id))| id).collect())
}

/// The lowest number among the entries that are as new as `sort_at` or newer; None if they are too
/// many to look through.
fn lowest_newer(connection: &Connection, sort_at: i64) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "select coalesce(min(id), 9223372036854775807) from
                 (select id from entry indexed by entry_by_newest where sort_at >= ?1 order by sort_at desc limit ?2)
             having count(*) < ?2",
        )?
        .query_row(params![sort_at, LOOKED_THROUGH], |row| row.get(0))
        .optional()
}
