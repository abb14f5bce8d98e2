//! `rawi sql` and `rawi backup`: the archive as a database and as a file.

use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::cli::args::Arguments;
use crate::cli::config::archive;
use crate::cli::table::{self, say};
use crate::cli::verdict::{Result, Verdict};
use crate::store::Table;

/// Runs a reading query and prints its rows.
pub(super) async fn sql(
    arguments: &Arguments,
    query: Option<&str>,
    json: bool,
    csv: bool,
) -> Result {
    let query = match query {
        Some(query) => query.to_owned(),
        None => {
            let mut query = String::new();
            std::io::stdin().read_to_string(&mut query)?;
            query
        }
    };
    let (_, store) = archive!(arguments);
    let Table { columns, rows } = store.sql(query).await?;
    if json {
        let object = |row: Vec<Value>| -> serde_json::Map<String, Value> {
            columns.iter().cloned().zip(row).collect()
        };
        return table::json_lines(rows.into_iter().map(object));
    }
    if csv {
        return table::out(|to| {
            let mut writer = csv::Writer::from_writer(to);
            writer.write_record(&columns)?;
            for row in rows {
                writer.write_record(row.iter().map(|value| harmless(&text(value))))?;
            }
            writer.flush()
        });
    }
    let header: Vec<&str> = columns.iter().map(String::as_str).collect();
    table::print(
        &header,
        rows.iter().map(|row| row.iter().map(text).collect()),
    )
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A cell that a spreadsheet would run as a formula is marked as text.
fn harmless(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok();
    if !is_number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Writes a consistent copy of the archive.
pub(super) async fn backup(arguments: &Arguments, file: &Path) -> Result {
    let (_, store) = archive!(arguments);
    store.backup(file).await?;
    say(&format!("the archive was copied to {}", file.display()));
    Ok(Verdict::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_marked_and_a_number_is_not() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("-3.5", "-3.5"),
            ("@x", "'@x"),
            ("نص", "نص"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected);
        }
    }
}
