//! The best articles for a query, of those that are looked at.
//!
//! FTS5's own ranking reads the whole list of every word, which takes too long for words that stand
//! in every tenth article. So the newest matches are looked at, and the newest with all words in the
//! title, and are weighed by what they say: BM25 (Robertson, Zaragoza 2009) over their stems, a word in
//! the title counting as five, words by how rare they are among the newest. Where fewer hold all
//! words than are asked for, those that lack one come next, then those that hold any.
//!
//! The bounds: [`LOOKED_AT`] articles for all words, [`IN_TITLE`] for the title, [`REST`] for those
//! that lack some.

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params_from_iter};

use crate::model::query::Query;
use crate::store::sqlite::search::conditions::Conditions;
use crate::store::sqlite::search::expression;
use crate::text::excerpt::Matcher;

/// The newest articles with all words that are weighed.
const LOOKED_AT: usize = 800;
/// The newest articles with all words in the title.
const IN_TITLE: usize = 200;
/// Articles that lack a word.
const REST: usize = 600;
/// Of more words than these, leaving one out says nothing.
const MOST_BUT_ONE: usize = 8;
/// Matches of a word by which it is told how rare it is.
const SAMPLED: i64 = 2000;

/// What a word in the title counts, in words of the text.
const TITLE: usize = 5;
/// BM25's: how soon repetition counts no more, and how much a long text's words count less.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// Numbers of the best `limit` articles, best first. The query must have words.
pub(crate) fn ranked(
    connection: &Connection,
    query: &Query,
    conditions: &Conditions,
    limit: usize,
) -> rusqlite::Result<Vec<i64>> {
    let scale = Scale::new(connection, query)?;
    let mut seen = HashSet::new();
    let few = conditions.few_entries(connection)?;
    let find = |expression: &str, most: usize| match &few {
        Some(few) => matches_among(connection, expression, conditions, few, most),
        None => matches(connection, expression, conditions, most),
    };

    let mut full = Vec::new();
    let all = expression::all(query).unwrap_or_default();
    full.extend(find(&all, LOOKED_AT)?);
    if full.len() == LOOKED_AT {
        full.extend(find(&expression::all_in_title(query), IN_TITLE)?);
    }
    full.retain(|id| seen.insert(*id));
    let mut best = scale.sorted(connection, &full)?;
    if best.len() >= limit || query.terms.len() < 2 {
        best.truncate(limit);
        return Ok(best);
    }

    let mut rest = Vec::new();
    if (3..=MOST_BUT_ONE).contains(&query.terms.len()) {
        rest.extend(find(&expression::all_but_one(query), REST)?);
        rest.retain(|id| seen.insert(*id));
    }
    for place in scale.rarest_first() {
        let room = REST.saturating_sub(rest.len());
        let found = find(&expression::one(query, &query.terms[place]), room)?;
        rest.extend(found.into_iter().filter(|id| seen.insert(*id)));
    }
    best.extend(scale.sorted(connection, &rest)?);
    best.truncate(limit);
    Ok(best)
}

/// The newest `most` matches by their numbers that also meet the conditions.
fn matches(
    connection: &Connection,
    expression: &str,
    conditions: &Conditions,
    most: usize,
) -> rusqlite::Result<Vec<i64>> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let join = if conditions.all.is_empty() {
        ""
    } else {
        "cross join entry on entry.id = articles_fts.rowid"
    };
    let sql = format!(
        "select articles_fts.rowid from articles_fts {join} where articles_fts match ? {}
         order by articles_fts.rowid desc limit ?",
        conditions.sql()
    );
    let mut values = vec![Value::Text(expression.to_owned())];
    values.extend(conditions.values().cloned());
    values.push(Value::Integer(i64::try_from(most).unwrap_or(i64::MAX)));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    rows.collect()
}

/// Likewise, of these entries alone.
fn matches_among(
    connection: &Connection,
    expression: &str,
    conditions: &Conditions,
    few: &HashSet<i64>,
    most: usize,
) -> rusqlite::Result<Vec<i64>> {
    let mut matches = connection.prepare_cached(
        "select rowid from articles_fts where articles_fts match ?1 order by rowid desc",
    )?;
    let sql = format!(
        "select 1 from entry where entry.id = ? {}",
        conditions.sql()
    );
    let mut entry = connection.prepare_cached(&sql)?;
    for (place, value) in conditions.values().enumerate() {
        entry.raw_bind_parameter(place + 2, value)?;
    }
    let mut found = Vec::new();
    let mut rows = matches.query([expression])?;
    while found.len() < most {
        let Some(row) = rows.next()? else { break };
        let id: i64 = row.get(0)?;
        if few.contains(&id) {
            entry.raw_bind_parameter(1, id)?;
            if entry.raw_query().next()?.is_some() {
                found.push(id);
            }
        }
    }
    Ok(found)
}

/// By what articles are weighed.
struct Scale {
    matcher: Matcher,
    /// The term of each pattern of the matcher.
    term_of: Vec<usize>,
    in_title: Vec<bool>,
    /// How much each term says.
    idf: Vec<f64>,
}

/// What an article holds of the query.
struct Weighed {
    id: i64,
    words: usize,
    counts: Vec<usize>,
}

impl Scale {
    fn new(connection: &Connection, query: &Query) -> rusqlite::Result<Self> {
        let newest: i64 = connection
            .prepare_cached("select coalesce(max(id), 0) from entry")?
            .query_row([], |row| row.get(0))?;
        let mut sample = connection.prepare_cached(
            "select count(*), coalesce(min(rowid), 0) from
                 (select rowid from articles_fts where articles_fts match ?1 order by rowid desc limit ?2)",
        )?;
        let mut idf = Vec::with_capacity(query.terms.len());
        // How much a word says is told beside others only.
        let alone = query.terms.len() == 1;
        idf.extend(alone.then_some(1.0));
        for term in query.terms.iter().filter(|_| !alone) {
            let expression = expression::one(query, term);
            let (count, lowest): (i64, i64) =
                sample.query_row((expression, SAMPLED), |row| Ok((row.get(0)?, row.get(1)?)))?;
            let span = if count < SAMPLED {
                newest
            } else {
                newest - lowest + 1
            };
            idf.push(rarity(count, span.max(count)));
        }
        let terms = query.terms.iter().enumerate();
        let term_of = terms
            .flat_map(|(place, term)| vec![place; term.forms.len()])
            .collect();
        let patterns = query
            .terms
            .iter()
            .flat_map(|term| term.forms.iter().map(Vec::as_slice));
        Ok(Self {
            matcher: Matcher::new(patterns),
            term_of,
            in_title: query.terms.iter().map(|term| term.in_title).collect(),
            idf,
        })
    }

    /// Places of the terms, that of the rarest first.
    fn rarest_first(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.idf.len()).collect();
        places.sort_by(|&a, &b| self.idf[b].total_cmp(&self.idf[a]));
        places
    }

    /// The articles, best first; of equals, the one that came later.
    fn sorted(&self, connection: &Connection, ids: &[i64]) -> rusqlite::Result<Vec<i64>> {
        let mut texts = connection.prepare_cached(
            "select entry.title, body.text from entry join body on body.entry_id = entry.id where entry.id = ?1",
        )?;
        let mut weighed = Vec::with_capacity(ids.len());
        for &id in ids {
            weighed.extend(self.weigh(&mut texts, id)?);
        }
        let words: usize = weighed.iter().map(|article| article.words).sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of words")]
        let usual = words as f64 / weighed.len().max(1) as f64;
        let mut scored: Vec<(f64, i64)> = weighed
            .iter()
            .map(|article| (self.score(article, usual), article.id))
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
        Ok(scored.into_iter().map(|(_, id)| id).collect())
    }

    fn weigh(&self, texts: &mut CachedStatement<'_>, id: i64) -> rusqlite::Result<Option<Weighed>> {
        let mut rows = texts.query([id])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        // Borrowed from SQLite: some hundred texts are read for one query.
        let title = self
            .matcher
            .scan(row.get_ref(0)?.as_str().unwrap_or_default());
        let text = self
            .matcher
            .scan(row.get_ref(1)?.as_str().unwrap_or_default());
        let mut counts = vec![0; self.idf.len()];
        for found in &title.matches {
            counts[self.term_of[found.pattern]] += TITLE;
        }
        for found in &text.matches {
            let term = self.term_of[found.pattern];
            counts[term] += usize::from(!self.in_title[term]);
        }
        Ok(Some(Weighed {
            id,
            words: text.words + title.words,
            counts,
        }))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of words")]
    fn score(&self, article: &Weighed, usual: f64) -> f64 {
        let length = K1 * (1.0 - B + B * article.words as f64 / usual.max(1.0));
        let term = |(&count, &idf): (&usize, &f64)| {
            let count = count as f64;
            idf * count * (K1 + 1.0) / (count + length)
        };
        article.counts.iter().zip(&self.idf).map(term).sum()
    }
}

/// How much a word says that stands in `holding` of `all` articles: the idf of BM25, never below a
/// little.
#[expect(clippy::cast_precision_loss, reason = "counts of articles")]
fn rarity(holding: i64, all: i64) -> f64 {
    let (holding, all) = (holding as f64, all as f64);
    ((all - holding + 0.5) / (holding + 0.5)).ln().max(1e-6)
}
