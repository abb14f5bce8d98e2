//! Search: the statements that answer a [`Query`].
//!
//! [`search`] finds the numbers of the articles, newest first (`newest`: exact) or best first
//! (`ranked`: among a bounded number), then reads those few with the lines that answer. [`conditions()`]
//! is a query as a part of another statement. `expression` and `conditions` are its words and its
//! filters in SQL.

mod conditions;
mod expression;
mod newest;
mod ranked;

use rusqlite::types::Value;
use rusqlite::{Connection, params};

pub(crate) use conditions::{Condition, in_languages};

use crate::model::query::Query;
use crate::store::error::{Doing, Error};
use crate::store::verbs::Hit;
use crate::text::excerpt::{self, Matcher};

/// Words of a snippet.
const SNIPPET: usize = 30;

/// The articles that answer `query`, newest first, or best first.
pub(crate) fn search(
    connection: &Connection,
    query: &str,
    limit: usize,
    by_rank: bool,
) -> Result<Vec<Hit>, Error> {
    let query = parse(query)?;
    // One snapshot, so that what was found is there to be read.
    let transaction = connection.unchecked_transaction().doing("search")?;
    let conditions = conditions::conditions(&transaction, &query).doing("search")?;
    let found = if by_rank && !query.terms.is_empty() {
        ranked::ranked(&transaction, &query, &conditions, limit)
    } else {
        newest::newest(&transaction, &query, &conditions, limit)
    };
    found
        .and_then(|ids| hits(&transaction, &query, &ids))
        .doing("search")
}

/// A query as conditions for another statement.
pub(crate) fn conditions(connection: &Connection, query: &str) -> Result<Vec<Condition>, Error> {
    let query = parse(query)?;
    let mut all = conditions::conditions(connection, &query)
        .doing("search")?
        .all;
    let words = match (expression::all(&query), expression::excluded(&query)) {
        (Some(expression), _) => Some(("in", expression)),
        (None, Some(excluded)) => Some(("not in", excluded)),
        (None, None) => None,
    };
    all.extend(words.map(|(is_in, expression)| Condition {
        sql: format!(
            "{{entry}}.id {is_in} (select rowid from articles_fts where articles_fts match ?)"
        ),
        values: vec![Value::Text(expression)],
    }));
    Ok(all)
}

fn parse(query: &str) -> Result<Query, Error> {
    Query::parse(query).map_err(|error| Error::Query(error.to_string()))
}

fn hits(connection: &Connection, query: &Query, ids: &[i64]) -> rusqlite::Result<Vec<Hit>> {
    let forms = query
        .terms
        .iter()
        .flat_map(|term| term.forms.iter().map(Vec::as_slice));
    let matcher = Matcher::new(forms);
    let mut article = connection.prepare_cached(
        "select id, story, feed, published, outlet, title, url, words, text from articles where id = ?1",
    )?;
    let mut hits = Vec::with_capacity(ids.len());
    for id in ids {
        let mut rows = article.query(params![id])?;
        let Some(row) = rows.next()? else { continue };
        hits.push(Hit {
            id: row.get(0)?,
            story: row.get(1)?,
            feed: row.get(2)?,
            published: row.get(3)?,
            outlet: row.get(4)?,
            title: excerpt::whole(row.get_ref(5)?.as_str().unwrap_or_default(), &matcher),
            url: row.get(6)?,
            words: row.get(7)?,
            snippet: excerpt::excerpt(
                row.get_ref(8)?.as_str().unwrap_or_default(),
                &matcher,
                SNIPPET,
            ),
        });
    }
    Ok(hits)
}
