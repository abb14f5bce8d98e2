//! The two shapes in which nearly all feeds date: RFC 3339, and RFC 2822 with a numeric zone or GMT.
//!
//! [`read`] takes them byte by byte, without folding and without allocation. Whatever is in the
//! least unusual (a leap second, 24:00, a year before 1970, another language) it leaves to the
//! reader, with which it must agree on all else. Sources: RFC 3339 §5.6, RFC 2822 §3.3.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

const WEEKDAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// The moment of a text in one of the two shapes.
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    let text = text.as_bytes();
    match text.first()? {
        b'0'..=b'9' if text.get(4) == Some(&b'-') => rfc3339(text),
        _ => rfc2822(text),
    }
}

/// `2025-02-20T10:15:30.5+03:00`
fn rfc3339(text: &[u8]) -> Option<DateTime<Utc>> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(after(rest, b'-')?, 2)?;
    let (day, rest) = number(after(rest, b'-')?, 2)?;
    let (seconds, rest) = time(after(rest, b'T')?)?;
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit());
            &fraction[Some(digits.count()).filter(|count| *count > 0)?..]
        }
        rest => rest,
    };
    let minutes = match rest {
        b"Z" => 0,
        [sign, rest @ ..] => {
            let (hours, rest) = number(rest, 2)?;
            offset(*sign, hours, after(rest, b':')?)?
        }
        [] => return None,
    };
    moment((year, month, day), seconds, minutes)
}

/// `Thu, 20 Feb 2025 10:15:30 +0300`
fn rfc2822(text: &[u8]) -> Option<DateTime<Utc>> {
    let (weekday, rest) = text.split_first_chunk::<3>()?;
    if !WEEKDAYS.contains(&weekday) {
        return None;
    }
    let rest = after(after(rest, b',')?, b' ')?;
    let (day, rest) = number(rest, 2).or_else(|| number(rest, 1))?;
    let (name, rest) = after(rest, b' ')?.split_first_chunk::<3>()?;
    let month = u32::try_from(MONTHS.iter().position(|month| *month == name)?).ok()? + 1;
    let (year, rest) = number(after(rest, b' ')?, 4)?;
    let (seconds, rest) = time(after(rest, b' ')?)?;
    let minutes = match after(rest, b' ')? {
        b"GMT" | b"UTC" | b"Z" => 0,
        [sign, rest @ ..] => {
            let (hours, rest) = number(rest, 2)?;
            offset(*sign, hours, rest)?
        }
        [] => return None,
    };
    moment((year, month, day), seconds, minutes)
}

/// The number of exactly `count` digits at the front, and what follows.
fn number(text: &[u8], count: usize) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    let value = digits.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + u32::from(byte - b'0'))
    })?;
    Some((value, rest))
}

fn after(text: &[u8], mark: u8) -> Option<&[u8]> {
    text.split_first()
        .filter(|(first, _)| **first == mark)
        .map(|(_, rest)| rest)
}

/// The second of the day at `hh:mm:ss`.
fn time(text: &[u8]) -> Option<(u32, &[u8])> {
    let (hours, rest) = number(text, 2)?;
    let (minutes, rest) = number(after(rest, b':')?, 2)?;
    let (seconds, rest) = number(after(rest, b':')?, 2)?;
    let is_usual = hours < 24 && minutes < 60 && seconds < 60;
    is_usual.then_some((hours * 3600 + minutes * 60 + seconds, rest))
}

/// Minutes east of Greenwich, `rest` being the minutes beside the full hours.
fn offset(sign: u8, hours: u32, rest: &[u8]) -> Option<i64> {
    let (minutes, b"") = number(rest, 2)? else {
        return None;
    };
    let total = i64::from(hours * 60 + minutes);
    match sign {
        _ if hours > 14 || minutes > 59 => None,
        b'+' => Some(total),
        b'-' => Some(-total),
        _ => None,
    }
}

fn moment(
    (year, month, day): (u32, u32, u32),
    seconds: u32,
    minutes_east: i64,
) -> Option<DateTime<Utc>> {
    // Smaller years belong to other calendars.
    let year = i32::try_from(year).ok().filter(|year| *year >= 1970)?;
    let midnight = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(0, 0, 0)?;
    let local = midnight + TimeDelta::seconds(seconds.into());
    Some((local - TimeDelta::minutes(minutes_east)).and_utc())
}
