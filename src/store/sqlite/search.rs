//! Search: a person's words become a safe full-text expression.

use rusqlite::Connection;

use crate::store::error::{Doing, Error};
use crate::store::verbs::Hit;
use crate::text::arabic;

/// The most characters of a query.
const MAX_QUERY_CHARS: usize = 256;

/// The articles that hold all words of `query`, newest first, or best first.
pub(crate) fn search(
    connection: &Connection,
    query: &str,
    limit: usize,
    by_rank: bool,
) -> Result<Vec<Hit>, Error> {
    let expression = match_expression(query)?;
    let order = if by_rank {
        "articles_fts.rank"
    } else {
        "entry.sort_at desc, entry.id desc"
    };
    let sql = format!(
        "select articles.id, articles.story, articles.published, articles.outlet, articles.title, articles.url, articles.words
         from articles_fts join entry on entry.id = articles_fts.rowid join articles on articles.id = entry.id
         where articles_fts match ?1 order by {order} limit ?2"
    );
    let read = || -> rusqlite::Result<Vec<Hit>> {
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map((expression, limit), |row| {
            Ok(Hit {
                id: row.get(0)?,
                story: row.get(1)?,
                published: row.get(2)?,
                outlet: row.get(3)?,
                title: row.get(4)?,
                url: row.get(5)?,
                words: row.get(6)?,
            })
        })?;
        rows.collect()
    };
    read().doing("search")
}

/// Every word folded and quoted, all of them asked for: nothing in a query can be syntax.
///
/// A folded word is found in any spelling: words that folding changes stand folded in the index's
/// third column, all others stand there as they are. A word may be cut into several by the fold's
/// idea of a letter; those must follow one another, as a phrase.
pub(crate) fn match_expression(query: &str) -> Result<String, Error> {
    if query.chars().count() > MAX_QUERY_CHARS {
        return Err(Error::Query(format!(
            "a search has at most {MAX_QUERY_CHARS} characters"
        )));
    }
    let words: Vec<String> = query
        .split_whitespace()
        .map(arabic::fold)
        .map(|word| {
            word.chars()
                .map(|c| if c.is_alphanumeric() { c } else { ' ' })
                .collect::<String>()
        })
        .filter(|word| !word.trim().is_empty())
        .map(|word| format!("\"{}\"", word.trim()))
        .collect();
    if words.is_empty() {
        return Err(Error::Query("a search needs at least one word".to_owned()));
    }
    Ok(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_query_is_syntax() {
        let table = [
            ("كازاخستان", "\"كازاخستان\""),
            ("الإِرْهَاب والمناطق", "\"الارهاب\" \"والمناطق\""),
            (
                "title:x OR \"y\" NEAR(z) *",
                "\"title x\" \"or\" \"y\" \"near z\"",
            ),
            ("a-b", "\"a b\""),
        ];
        for (query, expected) in table {
            assert_eq!(match_expression(query).unwrap(), expected);
        }
        assert!(match_expression(" \" * ").is_err());
        assert!(match_expression(&"x".repeat(257)).is_err());
    }
}
