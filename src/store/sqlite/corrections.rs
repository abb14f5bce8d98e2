//! The newest corrections: what outlets changed in titles and texts that they had published.

use rusqlite::{Connection, Row};

use crate::model::article::{Article, SourceFeed};
use crate::store::error::{Doing, Error};
use crate::store::sqlite::merged;
use crate::store::sqlite::meta;
use crate::store::sqlite::time::at;
use crate::store::verbs::{CorrectionRow, Corrections};

/// The articles whose title or text was changed last, with what they said before; newest first.
pub(crate) fn corrections(connection: &Connection, limit: usize) -> Result<Corrections, Error> {
    let transaction = connection
        .unchecked_transaction()
        .doing("read corrections")?;
    let columns = merged::ARTICLE_COLUMNS;
    let sql = format!(
        "select old.title as old_title, old.text as old_text, entry.revision as number, entry.revised_at, {columns}
             join entry_revision as old on old.entry_id = entry.id and old.revision = entry.revision - 1
         where entry.revision > 1 and entry.muted is null and (old.title is not entry.title or old.text is not body.text)
         order by entry.revised_at desc, entry.id desc limit ?1"
    );
    let read = || -> rusqlite::Result<Vec<CorrectionRow>> {
        let mut statement = transaction.prepare_cached(&sql)?;
        let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], row)?;
        rows.collect()
    };
    Ok(Corrections {
        rows: read().doing("read corrections")?,
        revision: meta::value(&transaction, "revision")?.parse().unwrap_or(0),
    })
}

fn row(row: &Row<'_>) -> rusqlite::Result<CorrectionRow> {
    let (article, source): (Article, SourceFeed) = merged::article_and_source(row)?;
    Ok(CorrectionRow {
        article,
        source,
        revision: row.get("number")?,
        seen: at(row.get("revised_at")?)?,
        old_title: row.get("old_title")?,
        old_text: row.get("old_text")?,
    })
}
