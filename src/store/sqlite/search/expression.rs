//! Words as FTS5 expressions (<https://sqlite.org/fts5.html#full_text_query_syntax>).
//!
//! Every word stands between quotes and holds letters and digits alone, so nothing that a person
//! types is syntax. Words are looked for in all columns: those of the stems hold every word of a text,
//! or nothing where the text itself holds the same.

use crate::model::query::{Query, Term};

/// What holds all words of a query and none of those that it excludes; None if it asks for none.
pub(crate) fn all(query: &Query) -> Option<String> {
    (!query.terms.is_empty()).then(|| without(query, &and(query.terms.iter().map(term))))
}

/// Likewise, with all words in the title.
pub(crate) fn all_in_title(query: &Query) -> String {
    without(
        query,
        &and(query.terms.iter().map(|term| in_title(&forms(term)))),
    )
}

/// Likewise, but for one of the words.
pub(crate) fn all_but_one(query: &Query) -> String {
    let but = |left_out: usize| {
        let terms = query.terms.iter().enumerate();
        and(terms
            .filter(|(place, _)| *place != left_out)
            .map(|(_, t)| term(t)))
    };
    let each: Vec<String> = (0..query.terms.len()).map(but).collect();
    without(query, &each.join(" OR "))
}

/// What holds this one of the words.
pub(crate) fn one(query: &Query, term: &Term) -> String {
    without(query, &self::term(term))
}

/// What holds any of what a query excludes; None if that is nothing.
pub(crate) fn excluded(query: &Query) -> Option<String> {
    let terms: Vec<String> = query.without.iter().map(term).collect();
    (!terms.is_empty()).then(|| terms.join(" OR "))
}

fn without(query: &Query, expression: &str) -> String {
    match excluded(query) {
        Some(excluded) => format!("({expression}) NOT ({excluded})"),
        None => expression.to_owned(),
    }
}

fn and(terms: impl Iterator<Item = String>) -> String {
    format!("({})", terms.collect::<Vec<_>>().join(" AND "))
}

fn term(term: &Term) -> String {
    if term.in_title {
        in_title(&forms(term))
    } else {
        forms(term)
    }
}

fn in_title(forms: &str) -> String {
    format!("{{title title_stems}} : {forms}")
}

fn forms(term: &Term) -> String {
    let forms = term
        .forms
        .iter()
        .map(|words| format!("\"{}\"", words.join(" ")));
    format!("({})", forms.collect::<Vec<_>>().join(" OR "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_query_becomes_groups_of_forms() {
        let query = Query::parse("بزنجبار title:\"سوق x\" -y").unwrap();
        assert_eq!(
            all(&query).unwrap(),
            "(((\"بزنجبار\" OR \"زنجبار\") AND {title title_stems} : (\"سوق x\"))) NOT ((\"y\"))"
        );
        let query = Query::parse("a b c").unwrap();
        assert_eq!(
            all_but_one(&query),
            "((\"b\") AND (\"c\")) OR ((\"a\") AND (\"c\")) OR ((\"a\") AND (\"b\"))"
        );
        assert_eq!(all(&Query::parse("feed:x -y").unwrap()), None);
    }

    proptest! {
        #[test]
        fn no_query_is_a_syntax_error(text in prop_oneof![
            any::<String>(),
            "([a-c\"*:^(){}+, -]|OR|AND|NOT|NEAR|title:|text :|[ء-ي]|\u{64b}|[«»“”]| ){0,24}".prop_map(String::from),
        ]) {
            let Ok(query) = Query::parse(&text) else { return Ok(()); };
            let table = Connection::open_in_memory().unwrap();
            table
                .execute_batch("create virtual table articles_fts using fts5 (text, title, text_stems, title_stems, content = '', tokenize = 'unicode61 remove_diacritics 2');
                    insert into articles_fts (rowid, text, title) values (1, 'a b c', 'b');")
                .unwrap();
            let mut expressions: Vec<String> = all(&query).into_iter().chain(excluded(&query)).collect();
            if !query.terms.is_empty() {
                expressions.extend([all_in_title(&query), one(&query, &query.terms[0])]);
                if query.terms.len() > 1 {
                    expressions.push(all_but_one(&query));
                }
            }
            for expression in expressions {
                let found = table.prepare("select rowid from articles_fts where articles_fts match ?1 order by rowid desc")
                    .and_then(|mut s| s.query_map([&expression], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>());
                prop_assert!(found.is_ok(), "{expression}: {found:?}");
            }
        }
    }
}
