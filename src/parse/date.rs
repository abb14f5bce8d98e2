//! Dates as feeds write them.
//!
//! RFC 2822 and RFC 3339 first, as they should be; then what they are in the wild: without zone or
//! seconds, with names of zones, months and weekdays in English and Arabic (Levantine and Egyptian
//! names), with Arabic digits and ص/م. A text that cannot be meant as one moment gives none: a
//! missing date is mended by the moment at which the entry was first seen, a wrong one by nothing.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::text::arabic;

/// Dates before these years were not meant (epochs, other calendars), and neither were those from
/// the second on.
const YEARS: std::ops::Range<i32> = 1970..2100;

/// The moment that `text` means; `local_time` tells it where no zone is named.
pub(crate) fn parse(
    text: &str,
    local_time: &dyn Fn(NaiveDateTime) -> Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let exact = DateTime::parse_from_rfc2822(text).or_else(|_| DateTime::parse_from_rfc3339(text));
    let at = match exact {
        Ok(at) => at.to_utc(),
        Err(_) => lenient(text, local_time)?,
    };
    YEARS.contains(&at.year()).then_some(at)
}

/// What has been understood so far.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    time: Option<NaiveTime>,
    afternoon: Option<bool>,
    /// Seconds east of UTC.
    offset: Option<i32>,
}

fn lenient(
    text: &str,
    local_time: &dyn Fn(NaiveDateTime) -> Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    if text.len() > 100 {
        return None;
    }
    let folded = arabic::fold(text);
    let spaced = space_out(&folded);
    let mut parts = Parts::default();
    let mut tokens = spaced.split_ascii_whitespace().peekable();
    while let Some(token) = tokens.next() {
        let two_words = tokens.peek().and_then(|next| levantine_pair(token, next));
        if let Some(month) = two_words {
            tokens.next();
            set(&mut parts.month, month)?;
        } else {
            take(&mut parts, token)?;
        }
    }
    let date = NaiveDate::from_ymd_opt(parts.year?, parts.month?, parts.day?)?;
    let local = date.and_time(parts.clock()?);
    match parts.offset {
        Some(seconds) => {
            let zone = FixedOffset::east_opt(seconds)?;
            local
                .and_local_timezone(zone)
                .single()
                .map(|at| at.to_utc())
        }
        None => local_time(local),
    }
}

impl Parts {
    /// The time of day; midnight where none is given.
    fn clock(&self) -> Option<NaiveTime> {
        use chrono::Timelike;
        let time = self.time.unwrap_or_default();
        let hour = match (self.afternoon, time.hour()) {
            (None, hour) => hour,
            (Some(_), 0 | 13..) => return None,
            (Some(false), 12) => 0,
            (Some(true), hour) if hour < 12 => hour + 12,
            (Some(_), hour) => hour,
        };
        time.with_hour(hour)
    }
}

/// Separates what belongs apart: commas, and the `T` between date and time.
fn space_out(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let digit_next = characters.peek().is_some_and(char::is_ascii_digit);
        match c {
            ',' | '،' | '|' | '(' | ')' => spaced.push(' '),
            't' if before.is_ascii_digit() && digit_next => spaced.push(' '),
            _ => spaced.push(c),
        }
        before = c;
    }
    spaced
}

/// Fills an empty place; a second value for it means that the text is not understood.
fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value);
    Some(())
}

fn take(parts: &mut Parts, token: &str) -> Option<()> {
    let token = token.trim_end_matches('.');
    if token.contains(':') && token.starts_with(|c: char| c.is_ascii_digit()) {
        return time_of_day(parts, token);
    }
    if let Some(offset) = offset(token) {
        return set(&mut parts.offset, offset);
    }
    if let Ok(number) = token.parse::<u32>() {
        return number_of(parts, token.len(), number);
    }
    if let Some(number) = token.strip_suffix('م').and_then(|year| year.parse().ok()) {
        return set(&mut parts.year, number);
    }
    if token.starts_with(|c: char| c.is_ascii_digit()) && token.contains(['-', '/', '.']) {
        return date_of(parts, token);
    }
    if let Some(month) = month(token) {
        return set(&mut parts.month, month);
    }
    match token {
        "am" | "a.m" | "ص" | "صباحا" => set(&mut parts.afternoon, false),
        "pm" | "p.m" | "مساء" => set(&mut parts.afternoon, true),
        // Behind a time it is "afternoon", behind a year "of the common era".
        "م" if parts.time.is_some() => set(&mut parts.afternoon, true),
        "م" | "-" | "–" | "at" | "الساعه" | "الموافق" => Some(()),
        _ if is_weekday(token) => Some(()),
        _ => None,
    }
}

/// `10:15`, `10:15:30`, `10:15:30.5`, each with `z` or an offset behind it, or `am`.
fn time_of_day(parts: &mut Parts, token: &str) -> Option<()> {
    let end = token.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'));
    let (clock, rest) = token.split_at(end.unwrap_or(token.len()));
    let whole = clock.split('.').next().unwrap_or(clock);
    let mut numbers = whole.split(':').map(|number| number.parse::<u32>().ok());
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().unwrap_or(Some(0))?;
    if numbers.next().is_some() {
        return None;
    }
    set(
        &mut parts.time,
        NaiveTime::from_hms_opt(hour, minute, second)?,
    )?;
    match rest {
        "" => Some(()),
        "am" | "ص" => set(&mut parts.afternoon, false),
        "pm" | "م" => set(&mut parts.afternoon, true),
        _ => set(&mut parts.offset, offset(rest)?),
    }
}

/// A number alone: a year of four digits, else the day, else a year of two digits (RFC 822).
fn number_of(parts: &mut Parts, digits: usize, number: u32) -> Option<()> {
    let number_i32 = i32::try_from(number).ok()?;
    match digits {
        4 => set(&mut parts.year, number_i32),
        1 | 2 if parts.day.is_none() => set(&mut parts.day, number),
        2 if parts.month.is_some() => set(
            &mut parts.year,
            if number < 70 {
                2000 + number_i32
            } else {
                1900 + number_i32
            },
        ),
        _ => None,
    }
}

/// A date in one word. `3/4/2025` can be meant in two ways, and so means nothing.
fn date_of(parts: &mut Parts, token: &str) -> Option<()> {
    let mut fields = token.split(['-', '/', '.']);
    let (first, second, third) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() {
        return None;
    }
    let number = |field: &str| field.parse::<u32>().ok();
    let (year, month_number, day) = if first.len() == 4 {
        (number(first)?, number(second)?, number(third)?)
    } else if third.len() == 4 {
        match (number(first)?, number(second)) {
            (day, None) => (number(third)?, month(second)?, day),
            (day @ 13.., Some(month)) => (number(third)?, month, day),
            (month, Some(day @ 13..)) => (number(third)?, month, day),
            (same, Some(other)) if same == other => (number(third)?, same, same),
            _ => return None,
        }
    } else {
        return None;
    };
    set(&mut parts.year, i32::try_from(year).ok()?)?;
    set(&mut parts.month, month_number)?;
    set(&mut parts.day, day)
}

/// Seconds east of UTC: `+0300`, `+03:00`, `+3`, `gmt+3`, or the name of a zone.
fn offset(token: &str) -> Option<i32> {
    let hours = |hours: i32, minutes: i32| Some(hours * 3600 + minutes * 60);
    match token {
        "z" | "gmt" | "utc" | "ut" | "wet" => return hours(0, 0),
        "est" | "cdt" => return hours(-5, 0),
        "edt" => return hours(-4, 0),
        "cst" | "mdt" => return hours(-6, 0),
        "mst" | "pdt" => return hours(-7, 0),
        "pst" => return hours(-8, 0),
        "cet" | "bst" | "west" => return hours(1, 0),
        "eet" | "cest" | "cat" => return hours(2, 0),
        "eest" | "ast" | "ksa" | "msk" | "trt" => return hours(3, 0),
        "irst" => return hours(3, 30),
        "gst" => return hours(4, 0),
        "pkt" => return hours(5, 0),
        _ => {}
    }
    let signed = token
        .strip_prefix("gmt")
        .or_else(|| token.strip_prefix("utc"))
        .unwrap_or(token);
    let (sign, digits) = match signed.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-" | "−", digits) => (-1, digits),
        _ => return None,
    };
    let plain: String = digits.chars().filter(|c| *c != ':').collect();
    if plain.is_empty() || plain.len() > 4 || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i32 = plain.parse().ok()?;
    let (h, m) = if plain.len() <= 2 {
        (number, 0)
    } else {
        (number / 100, number % 100)
    };
    (h <= 14 && m < 60).then(|| sign * (h * 3600 + m * 60))
}

/// Levantine months of two words: كانون and تشرين, each with الأول or الثاني.
fn levantine_pair(first: &str, second: &str) -> Option<u32> {
    match (first, second) {
        ("كانون", "الثاني" | "ثاني") => Some(1),
        ("تشرين", "الاول" | "اول") => Some(10),
        ("تشرين", "الثاني" | "ثاني") => Some(11),
        ("كانون", "الاول" | "اول") => Some(12),
        _ => None,
    }
}

/// The month that a folded word names.
fn month(word: &str) -> Option<u32> {
    const ENGLISH: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const ARABIC: [&[&str]; 12] = [
        &["يناير"],
        &["فبراير", "شباط"],
        &["مارس", "اذار"],
        &["ابريل", "نيسان"],
        &["مايو", "ايار"],
        &["يونيو", "يونيه", "حزيران"],
        &["يوليو", "يوليه", "تموز"],
        &["اغسطس", "اب"],
        &["سبتمبر", "ايلول"],
        &["اكتوبر"],
        &["نوفمبر"],
        &["ديسمبر"],
    ];
    let english = |name: &&str| {
        *name == word || (word.len() >= 3 && word.len() <= 4 && name.starts_with(word))
    };
    let place = ENGLISH.iter().position(english);
    let place = place.or_else(|| ARABIC.iter().position(|names| names.contains(&word)))?;
    u32::try_from(place + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    const ENGLISH: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    const ARABIC: [&str; 7] = ["احد", "اثنين", "ثلاثاء", "اربعاء", "خميس", "جمعه", "سبت"];
    let arabic = word.strip_prefix("ال").unwrap_or(word);
    ARABIC.contains(&arabic)
        || (word.len() >= 3 && ENGLISH.iter().any(|name| name.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amman, which has been three hours east of Greenwich since 2022.
    fn amman(local: NaiveDateTime) -> Option<DateTime<Utc>> {
        local
            .and_local_timezone(FixedOffset::east_opt(3 * 3600)?)
            .single()
            .map(|at| at.to_utc())
    }

    #[test]
    fn dates_are_read_as_they_are_meant() {
        for (text, expected) in [
            ("Thu, 20 Feb 2025 08:15:00 +0000", "2025-02-20T08:15:00Z"),
            ("2025-02-20T08:15:00+03:00", "2025-02-20T05:15:00Z"),
            ("2025-02-20T08:15:00.123Z", "2025-02-20T08:15:00.123Z"),
            ("2025-02-20T08:15", "2025-02-20T05:15:00Z"),
            ("2025-02-20 08:15:00", "2025-02-20T05:15:00Z"),
            ("2025-02-20", "2025-02-19T21:00:00Z"),
            ("2025/02/20 08:15", "2025-02-20T05:15:00Z"),
            ("Thu, 20 Feb 2025 08:15 EET", "2025-02-20T06:15:00Z"),
            ("20 Feb 25 08:15:00 EST", "2025-02-20T13:15:00Z"),
            (
                "Thursday, February 20, 2025 8:15 PM",
                "2025-02-20T17:15:00Z",
            ),
            ("20-Feb-2025 08:15:00 GMT+3", "2025-02-20T05:15:00Z"),
            ("20/02/2025", "2025-02-19T21:00:00Z"),
            ("الخميس، 20 شباط 2025 10:15 ص", "2025-02-20T07:15:00Z"),
            ("الخميس ٢٠ فبراير ٢٠٢٥ - ١٠:١٥ مساءً", "2025-02-20T19:15:00Z"),
            ("6 كانون الثاني 2026", "2026-01-05T21:00:00Z"),
            ("١ تشرين الأول ٢٠٢٥م الساعة 12:30 ص", "2025-09-30T21:30:00Z"),
        ] {
            let expected: DateTime<Utc> = expected.parse().unwrap();
            assert_eq!(parse(text, &amman), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_no_date() {
        for text in [
            "",
            "yesterday",
            "3/4/2025",
            "2025-13-01",
            "2025-02-30 10:00",
            "20 Feb 2025 24:00",
            "13:00 ص 20 Feb 2025",
            "1446-08-21",
            "0001-01-01T00:00:00Z",
            "Thu, 20 Feb 2925 08:15:00 GMT",
            "20 Feb 2025 10:15 somewhere",
            "20 20 Feb 2025",
        ] {
            assert_eq!(parse(text, &amman), None, "{text}");
        }
    }
}
