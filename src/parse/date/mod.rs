//! Dates as feeds write them.
//!
//! [`parse`] and [`parse_at`] turn a text into a moment, or into none. The common shapes of RFC 3339
//! and RFC 2822 take a short way (`fast`); all others are folded and read from left to right
//! (`reading`): RFC 822 in any order, ISO 8601 with its weeks and ordinal days, figures with any
//! marks between, the date of C and of JavaScript, seconds since 1970; months, weekdays and halves
//! of the day in Arabic and some twenty other languages (`names`, `words`), in any digits; dates of
//! the Hijra, lunar and solar (`calendars`); zones by offset, abbreviation, city or the name in the
//! tz database (`places`). Labels before the date and comments after it are passed over.
//!
//! It never guesses: a word that it does not know among the figures, a figure too many, a day that
//! the month does not have, a year outside 1970–2099 mean no date, and so do day and month that
//! could be either (`figures` says when). Weekdays are not checked, since feeds get them wrong; they
//! only decide between two dates that are both possible. Fractions of a second are dropped.
//!
//! A date without a zone is local to the feed: a [`Zone`] says what that means. `5 minutes ago` and
//! `yesterday` mean a moment only to a caller that says when the text was written (`relative`).
//!
//! Sources: RFC 2822 §3.3 and §4.3, RFC 3339 §5.6, W3CDTF, CLDR for the names, and the calendars of
//! ICU.

use chrono::{DateTime, Utc};

use crate::text::arabic;

mod calendars;
mod fast;
mod figures;
mod names;
mod places;
mod reading;
mod relative;
mod statement;
#[cfg(test)]
mod tests;
mod words;
mod zone;

pub use zone::Zone;

/// Longer texts are no dates.
const MAX_BYTES: usize = 240;

/// 1 January 2100.
const END_OF_TIME: i64 = 4_102_444_800;

/// The moment that a text means, or none.
pub fn parse(text: &str, zone: &Zone) -> Option<DateTime<Utc>> {
    parse_at(text, zone, None)
}

/// The moment that a text means, or none. `now` is when it was written: without it, a text that
/// counts from there (`5 minutes ago`) means none.
pub fn parse_at(text: &str, zone: &Zone, now: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    let moment = fast::read(text).or_else(|| read(text, zone, now))?;
    (1..END_OF_TIME)
        .contains(&moment.timestamp())
        .then_some(moment)
}

/// The long way, which reads all that the short one does.
fn read(text: &str, zone: &Zone, now: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    // Digits become ASCII, letters lower case, spellings of a month's name one spelling.
    let folded = arabic::fold(text);
    let folded = folded.trim();
    now.and_then(|now| relative::read(folded, now))
        .or_else(|| reading::read(folded, zone, now))
}
