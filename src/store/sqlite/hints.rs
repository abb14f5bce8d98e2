//! What the schedule keeps of a feed in its row: the hints of its document, and its rhythm.

use std::time::Duration;

use chrono::Weekday;
use rusqlite::Row;

use crate::model::entry::Hints;
use crate::model::poll::Rhythm;
use crate::store::sqlite::time::maybe;

/// A column that counts seconds.
pub(super) fn duration(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Duration>> {
    let secs: Option<u64> = row.get(column)?;
    Ok(secs.map(Duration::from_secs))
}

/// The rhythm, if a poll has told of it.
pub(super) fn rhythm(row: &Row<'_>) -> rusqlite::Result<Option<Rhythm>> {
    let (read_at, newest) = (maybe(row, "read_at")?, maybe(row, "newest_at")?);
    let (gap, half) = (duration(row, "gap_secs")?, duration(row, "half_secs")?);
    Ok(read_at.zip(newest).map(|(read_at, newest)| Rhythm {
        read_at,
        newest,
        gap,
        half,
    }))
}

/// The hints as the column holds them: those that the schedule asks for.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
struct StoredHints {
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skip_hours: Vec<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skip_days: Vec<Weekday>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_secs: Option<u64>,
}

/// The hints that a column holds. Hints that cannot be read are none: the next document brings them
/// anew.
pub(super) fn read(text: &str) -> Hints {
    let stored: StoredHints = serde_json::from_str(text).unwrap_or_default();
    Hints {
        ttl_minutes: stored.ttl_minutes,
        skip_hours: stored.skip_hours,
        skip_days: stored.skip_days,
        update_interval: stored.update_secs.map(Duration::from_secs),
        ..Hints::default()
    }
}

/// What the column is to hold; null where nothing is hinted at.
pub(super) fn write(hints: &Hints) -> Option<String> {
    let stored = StoredHints {
        ttl_minutes: hints.ttl_minutes,
        skip_hours: hints.skip_hours.clone(),
        skip_days: hints.skip_days.clone(),
        update_secs: hints.update_interval.map(|interval| interval.as_secs()),
    };
    let text = serde_json::to_string(&stored).ok()?;
    (text != "{}").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_what_cannot_be_read_is_none() {
        let hints = Hints {
            ttl_minutes: Some(30),
            skip_hours: vec![1, 2],
            skip_days: vec![Weekday::Fri],
            update_interval: Some(Duration::from_secs(3600)),
            ..Hints::default()
        };
        assert_eq!(read(&write(&hints).unwrap()), hints);
        assert_eq!(write(&Hints::default()), None);
        assert_eq!(read("[]"), Hints::default());
        assert_eq!(
            read(r#"{"later": 1, "ttl_minutes": 5}"#).ttl_minutes,
            Some(5)
        );
    }
}
