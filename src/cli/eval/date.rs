//! `rawi eval date`: texts to moments.

use std::io::{self, BufRead};

use chrono::{DateTime, SecondsFormat, Utc};

use crate::cli::table;
use crate::cli::verdict::Result;
use crate::parse::date;
use crate::schedule;

/// Reads a date a line and writes RFC 3339 in UTC a line, an empty one where the text is no date.
pub(super) fn date(zone: Option<&str>, now: Option<DateTime<Utc>>) -> Result {
    let zone = match zone {
        Some(name) => date::Zone::new(schedule::Zone::parse(name)?.time_zone()),
        None => date::Zone::default(),
    };
    let input = io::stdin().lock();
    table::out(|to| {
        for text in input.lines() {
            let moment = date::parse_at(&text?, &zone, now);
            let moment = moment.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
            writeln!(to, "{}", moment.unwrap_or_default())?;
        }
        Ok(())
    })
}
