//! Queries that people write: read-only, whatever they say.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::store::error::{Doing, Error};
use crate::store::verbs::Table;

/// Runs one statement of the user's on a reading connection.
pub(crate) fn run(connection: &Connection, sql: &str) -> Result<Table, Error> {
    let refused = |error: rusqlite::Error| Error::Query(explain(&error));
    let mut statement = connection.prepare(sql).map_err(refused)?;
    if !statement.readonly() {
        return Err(Error::Query("only queries that read are run".to_owned()));
    }
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    if columns.is_empty() {
        return Err(Error::Query(
            "that is no query: nothing would come back".to_owned(),
        ));
    }
    let mut rows = statement.query([]).map_err(refused)?;
    let mut table = Table {
        columns,
        rows: Vec::new(),
    };
    while let Some(row) = rows.next().map_err(refused)? {
        let mut values = Vec::with_capacity(table.columns.len());
        for column in 0..table.columns.len() {
            values.push(json(row.get_ref(column).map_err(refused)?));
        }
        table.rows.push(values);
    }
    Ok(table)
}

/// SQLite's own words, without the noise around them.
fn explain(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            format!("{msg} (at character {})", i64::from(*offset) + 1)
        }
        rusqlite::Error::MultipleStatement => "one query at a time".to_owned(),
        other => other.to_string(),
    }
}

fn json(value: ValueRef<'_>) -> serde_json::Value {
    match value {
        ValueRef::Null => serde_json::Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Blob(bytes) => bytes
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
            .into(),
    }
}

/// Copies the archive to `target` while others read and write it. The copy can give room back to the
/// system, also where the archive itself cannot.
pub(crate) fn backup(connection: &Connection, target: &Path) -> Result<(), Error> {
    if target.exists() {
        return Err(Error::Exists(target.to_owned()));
    }
    let write = || -> rusqlite::Result<()> {
        // Said of this connection, it holds for the copy. It is not to be said where it is so already:
        // SQLite would write it into the file, which is open for reading alone.
        let gives_back: bool = connection.query_row("pragma auto_vacuum", [], |row| row.get(0))?;
        if !gives_back {
            connection.execute_batch("pragma auto_vacuum = incremental")?;
        }
        // A whole copy in one read transaction: consistent, and without free pages.
        connection.execute("vacuum into ?1", [target.to_string_lossy()])?;
        Ok(())
    };
    write().doing("write a backup")
}
