//! Dates as feeds write them.
//!
//! [`parse`] reads RFC 822 and 2822, RFC 3339 and ISO 8601 (zone, seconds or time left out, or
//! without separators), `YYYY-MM-DD HH:MM:SS`, day/month/year, the date of C and of JavaScript,
//! seconds since 1970, and Arabic dates in the Levantine and the Egyptian month names with ص and م,
//! in any digits, behind a label or a weekday of any language.
//!
//! It never guesses: a word that it does not know among the figures, a figure too many, a day that
//! the month does not have, a year outside 1970–2099 mean no date. Weekdays are not checked, since
//! feeds get them wrong. Of two figures that could both be the month, the first is the day.
//!
//! A date without a zone is local to the feed: a [`Zone`] says what that means. Sources: RFC 2822
//! §3.3 and §4.3, RFC 3339 §5.6, CLDR for the month names.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};

use crate::text::arabic;

/// Longer texts are no dates.
const MAX_BYTES: usize = 120;

type ToUtc = dyn Fn(NaiveDateTime) -> Option<DateTime<Utc>> + Send + Sync;

/// What local time means where a date names no zone.
#[derive(Clone)]
pub struct Zone(Arc<ToUtc>);

impl Zone {
    /// The time zone of a feed: a fixed offset, or one of chrono-tz with its summer times.
    ///
    /// Of an hour that comes twice, the first is meant; a time that is skipped means the first one
    /// after it (midnight, where summer time starts at midnight, is one o'clock).
    pub fn new(zone: impl TimeZone + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |local| {
            let later = || {
                zone.from_local_datetime(&(local + TimeDelta::hours(1)))
                    .earliest()
            };
            let at = zone.from_local_datetime(&local).earliest().or_else(later)?;
            Some(at.with_timezone(&Utc))
        }))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::new(Utc)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone")
            .field(&(self.0)(DateTime::UNIX_EPOCH.naive_utc()))
            .finish()
    }
}

/// The moment that a text means, or none.
pub fn parse(text: &str, zone: &Zone) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    // Digits become ASCII, letters lower case, spellings of a month's name one spelling.
    let folded = arabic::fold(text);
    let mut reading = Reading {
        text: folded.trim(),
        ..Reading::default()
    };
    reading.read()?;
    let moment = reading.finish(zone)?;
    let sane = moment > DateTime::UNIX_EPOCH
        && moment < Utc.with_ymd_and_hms(2100, 1, 1, 0, 0, 0).single()?;
    sane.then_some(moment)
}

/// What was read last: it decides what a sign or a short word means.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Nothing,
    Number,
    T,
    Time,
    Zone,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum DayHalf {
    Am,
    Pm,
    Night,
}

/// A date under way, from left to right.
#[derive(Default)]
struct Reading<'a> {
    text: &'a str,
    at: usize,
    last: Last,
    /// Figures that are neither time nor offset, with their count of digits.
    numbers: Vec<(u64, usize)>,
    month: Option<u32>,
    /// كانون or تشرين, whose second word decides the month.
    half_month: Option<&'static (&'static str, u32, u32)>,
    time: Option<(u32, u32, u32)>,
    day_half: Option<DayHalf>,
    offset_minutes: Option<i32>,
}

impl<'a> Reading<'a> {
    fn read(&mut self) -> Option<()> {
        while let Some(c) = self.text[self.at..].chars().next() {
            match c {
                '0'..='9' => self.number()?,
                '+' | '-' if self.is_offset(c) => self.offset(c == '-')?,
                // What follows is a comment.
                '(' => break,
                _ if c.is_whitespace() || "-/.,:،؛–|_".contains(c) => self.at += c.len_utf8(),
                _ if c.is_alphabetic() => self.word()?,
                _ => return None,
            }
        }
        Some(())
    }

    fn digits(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Digits after `mark`, if both follow.
    fn digits_after(&mut self, marks: &[char]) -> Option<&'a str> {
        let rest = self.text[self.at..].strip_prefix(marks)?;
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.at = self.text.len() - rest.len();
        Some(self.digits())
    }

    fn number(&mut self) -> Option<()> {
        let digits = self.digits();
        if self.time.is_none()
            && digits.len() <= 2
            && let Some(minutes) = self.digits_after(&[':'])
        {
            return self.time(digits, minutes);
        }
        if self.last == Last::T && matches!(digits.len(), 4 | 6) {
            let (hours, rest) = digits.split_at(2);
            let (minutes, seconds) = rest.split_at(2);
            self.set_time(
                hours,
                minutes,
                if seconds.is_empty() { "0" } else { seconds },
            )
        } else {
            self.numbers.push((digits.parse().ok()?, digits.len()));
            self.last = Last::Number;
            Some(())
        }
    }

    fn time(&mut self, hours: &str, minutes: &str) -> Option<()> {
        let seconds = self.digits_after(&[':']).unwrap_or("0");
        self.set_time(hours, minutes, seconds)
    }

    fn set_time(&mut self, hours: &str, minutes: &str, seconds: &str) -> Option<()> {
        // Fractions of a second.
        self.digits_after(&['.', ',']);
        self.time = Some((
            hours.parse().ok()?,
            minutes.parse().ok()?,
            seconds.parse().ok()?,
        ));
        self.last = Last::Time;
        Some(())
    }

    /// True if a sign at the current place starts an offset, and is no dash between figures.
    fn is_offset(&self, sign: char) -> bool {
        let after_date = sign == '+' && self.last == Last::Number && self.numbers.len() == 3;
        let in_place = after_date || matches!(self.last, Last::Time | Last::Zone);
        in_place && self.text[self.at + 1..].starts_with(|c: char| c.is_ascii_digit())
    }

    fn offset(&mut self, west: bool) -> Option<()> {
        self.at += 1;
        let digits = self.digits();
        let (hours, minutes): (i32, i32) = match (digits.len(), self.digits_after(&[':'])) {
            (1 | 2, minutes) => (digits.parse().ok()?, minutes.unwrap_or("0").parse().ok()?),
            (3 | 4, None) => {
                let (hours, minutes) = digits.split_at(digits.len() - 2);
                (hours.parse().ok()?, minutes.parse().ok()?)
            }
            _ => return None,
        };
        if hours > 14 || minutes > 59 {
            return None;
        }
        let total = hours * 60 + minutes;
        self.offset_minutes = Some(if west { -total } else { total });
        self.last = Last::Zone;
        Some(())
    }

    fn word(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let word = &rest[..end];
        self.at += end;
        if let Some((_, first, second)) = self.half_month.take() {
            return match word {
                "الاول" | "اول" => self.set_month(*first),
                "الثاني" | "ثاني" => self.set_month(*second),
                _ => None,
            };
        }
        if let Some(month) = month(word) {
            return self.set_month(month);
        }
        if let Some(half) = HALF_MONTHS.iter().find(|(name, ..)| *name == word) {
            self.half_month = Some(half);
            return Some(());
        }
        self.small_word(word)
    }

    fn set_month(&mut self, month: u32) -> Option<()> {
        // Outlets like to give both names: آب / أغسطس.
        if self.month.is_some_and(|earlier| earlier != month) {
            return None;
        }
        self.month = Some(month);
        Some(())
    }

    fn small_word(&mut self, word: &str) -> Option<()> {
        let after_time = self.last == Last::Time;
        match word {
            "am" | "صباحا" | "فجرا" => self.day_half = Some(DayHalf::Am),
            "pm" | "مساء" | "ظهرا" | "عصرا" => self.day_half = Some(DayHalf::Pm),
            "ليلا" => self.day_half = Some(DayHalf::Night),
            "ص" if after_time => self.day_half = Some(DayHalf::Am),
            "م" if after_time => self.day_half = Some(DayHalf::Pm),
            // After a year it says that the year is not of the Hijra.
            "م" if self.last == Last::Number => {}
            "t" if self.last == Last::Number => self.last = Last::T,
            "st" | "nd" | "rd" | "th" if self.last == Last::Number => {}
            "at" | "الساعه" | "في" | "عند" | "بتوقيت" | "توقيت" | "المكرمه" =>
                {}
            _ => {
                if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == word) {
                    self.offset_minutes = self.offset_minutes.or(Some(*minutes));
                    self.last = Last::Zone;
                } else if !is_weekday(word) && !self.is_label() && self.offset_minutes.is_none() {
                    return None;
                }
            }
        }
        Some(())
    }

    /// True as long as nothing of the date has come.
    fn is_label(&self) -> bool {
        self.numbers.is_empty() && self.month.is_none() && self.time.is_none()
    }

    fn finish(&self, zone: &Zone) -> Option<DateTime<Utc>> {
        if self.half_month.is_some() {
            return None;
        }
        if let (None, None, &[(number, digits)]) = (self.month, self.time, self.numbers.as_slice())
        {
            match digits {
                10 => return DateTime::from_timestamp(i64::try_from(number).ok()?, 0),
                13 => return DateTime::from_timestamp_millis(i64::try_from(number).ok()?),
                _ => {}
            }
        }
        let local = self
            .date()?
            .and_hms_opt(0, 0, 0)?
            .checked_add_signed(self.time_of_day()?)?;
        match self.offset_minutes {
            Some(minutes) => Some(
                local
                    .checked_sub_signed(TimeDelta::minutes(minutes.into()))?
                    .and_utc(),
            ),
            None => (zone.0)(local),
        }
    }

    fn date(&self) -> Option<NaiveDate> {
        let year_of = |(number, digits): (u64, usize)| match digits {
            4 => i32::try_from(number).ok(),
            // RFC 2822 §4.3 would have 50–69 in the 20th century; no feed is that old.
            2 => i32::try_from(if number < 70 {
                2000 + number
            } else {
                1900 + number
            })
            .ok(),
            _ => None,
        };
        let small =
            |(number, digits): (u64, usize)| u32::try_from(number).ok().filter(|_| digits <= 2);
        match (self.month, self.numbers.as_slice()) {
            (Some(month), &[year @ (_, 4), day] | &[day, year]) => {
                NaiveDate::from_ymd_opt(year_of(year)?, month, small(day)?)
            }
            (None, &[year @ (_, 4), month, day]) => {
                NaiveDate::from_ymd_opt(year_of(year)?, small(month)?, small(day)?)
            }
            (None, &[first, second, year @ (_, 4)]) => {
                let (first, second) = (small(first)?, small(second)?);
                let (day, month) = if second > 12 {
                    (second, first)
                } else {
                    (first, second)
                };
                NaiveDate::from_ymd_opt(year_of(year)?, month, day)
            }
            (None, &[(number, 8)]) => {
                let number = u32::try_from(number).ok()?;
                let year = i32::try_from(number / 10_000).ok()?;
                NaiveDate::from_ymd_opt(year, number / 100 % 100, number % 100)
            }
            _ => None,
        }
    }

    fn time_of_day(&self) -> Option<TimeDelta> {
        let Some((hours, minutes, seconds)) = self.time else {
            return Some(TimeDelta::zero());
        };
        let hours = match (self.day_half, hours) {
            (None, _) | (Some(DayHalf::Pm), 13..=23) => hours,
            (Some(DayHalf::Am), 0..=11) | (Some(DayHalf::Pm), 12) => hours,
            (Some(DayHalf::Am | DayHalf::Night), 12) => 0,
            (Some(DayHalf::Pm), 1..=11) | (Some(DayHalf::Night), 6..=11) => hours + 12,
            (Some(DayHalf::Night), 1..=5) => hours,
            _ => return None,
        };
        match (hours, minutes, seconds) {
            (24, 0, 0) => Some(TimeDelta::days(1)),
            // A leap second counts as the one before it.
            (0..=23, 0..=59, 0..=60) => Some(TimeDelta::seconds(
                (hours * 3600 + minutes * 60 + seconds.min(59)).into(),
            )),
            _ => None,
        }
    }
}

/// Month names in their folded spelling: Egypt and the Gulf, the Levant and Iraq.
const MONTHS: &[&[&str]] = &[
    &["يناير"],
    &["فبراير", "شباط"],
    &["مارس", "اذار"],
    &["ابريل", "نيسان"],
    &["مايو", "ايار", "مايس"],
    &["يونيو", "يونيه", "حزيران"],
    &["يوليو", "يوليه", "تموز"],
    &["اغسطس", "اب"],
    &["سبتمبر", "ايلول"],
    &["اكتوبر"],
    &["نوفمبر"],
    &["ديسمبر"],
];

/// The first words of two months each, with the month that "the first" and "the second" make.
const HALF_MONTHS: &[(&str, u32, u32)] = &[("كانون", 12, 1), ("تشرين", 10, 11)];

const ENGLISH_MONTHS: [&str; 12] = [
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

fn month(word: &str) -> Option<u32> {
    let english = |name: &&str| word.len() >= 3 && name.starts_with(word);
    let index = if word.is_ascii() {
        ENGLISH_MONTHS
            .iter()
            .position(english)
            .or((word == "sept").then_some(8))
    } else {
        MONTHS.iter().position(|names| names.contains(&word))
    };
    index.and_then(|index| u32::try_from(index + 1).ok())
}

/// Weekdays, where they stand behind the figures.
fn is_weekday(word: &str) -> bool {
    const ARABIC: &[&str] = &["احد", "اثنين", "ثلاثاء", "اربعاء", "خميس", "جمعه", "سبت"];
    const ENGLISH: &[&str] = &[
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    ARABIC.contains(&word.strip_prefix("ال").unwrap_or(word))
        || word.len() >= 3 && ENGLISH.iter().any(|name| name.starts_with(word))
}

/// Names of zones with their minutes east of Greenwich. AST is Arabia's, not the Atlantic's; names
/// that more than one part of the world uses otherwise (IST) are not here.
const ZONES: &[(&str, i32)] = &[
    ("gmt", 0),
    ("utc", 0),
    ("ut", 0),
    ("z", 0),
    ("wet", 0),
    ("غرينتش", 0),
    ("جرينتش", 0),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("met", 60),
    ("cest", 120),
    ("sast", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("trt", 180),
    ("ast", 180),
    ("ksa", 180),
    ("مكه", 180),
    ("irst", 210),
    ("gst", 240),
    ("pkt", 300),
    ("hkt", 480),
    ("jst", 540),
    ("kst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
];

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Option<String> {
        let amman = Zone::new(FixedOffset::east_opt(3 * 3600).unwrap());
        parse(text, &amman).map(|moment| moment.format("%Y-%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn dates_are_read_in_every_usual_shape() {
        for (text, moment) in [
            ("Thu, 20 Feb 2025 10:15:30 GMT", "2025-02-20 10:15:30"),
            ("Thu, 20 Feb 2025 10:15:30 +0300", "2025-02-20 07:15:30"),
            ("20 February 25 10:15 EST", "2025-02-20 15:15:00"),
            ("Thurs, 2 Sept 2024 1:05:00 PM -0430", "2024-09-02 17:35:00"),
            ("Thu, 20 Feb 2025 10:15:30", "2025-02-20 07:15:30"),
            ("Thu Feb 20 10:15:30 UTC 2025", "2025-02-20 10:15:30"),
            (
                "Thu Feb 20 2025 10:15:30 GMT+0300 (Arabian Standard Time)",
                "2025-02-20 07:15:30",
            ),
            ("Thu, 20 Feb 2025 10:15:30 EET", "2025-02-20 08:15:30"),
            ("Thu, 20 Feb 2025 10:15:30 AST", "2025-02-20 07:15:30"),
            ("2025-02-20T10:15:30Z", "2025-02-20 10:15:30"),
            ("2025-02-20T10:15:30.123456+03:00", "2025-02-20 07:15:30"),
            ("2025-02-20T10:15:30-05", "2025-02-20 15:15:30"),
            ("2025-02-20t10:15", "2025-02-20 07:15:00"),
            ("2025-02-20 10:15:30", "2025-02-20 07:15:30"),
            ("2025-02-20 10:15:30 -0300", "2025-02-20 13:15:30"),
            ("2025-02-20", "2025-02-19 21:00:00"),
            ("20250220T101530Z", "2025-02-20 10:15:30"),
            ("20/02/2025 - 15:45", "2025-02-20 12:45:00"),
            ("02/20/2025 03:45 PM", "2025-02-20 12:45:00"),
            ("2/3/2025", "2025-03-01 21:00:00"),
            ("15:45 20.02.2025", "2025-02-20 12:45:00"),
            ("February 20th, 2025 at 3:45 pm", "2025-02-20 12:45:00"),
            ("1740046530", "2025-02-20 10:15:30"),
            ("1740046530123", "2025-02-20 10:15:30"),
            ("2025-02-19T24:00:00Z", "2025-02-20 00:00:00"),
            ("2016-12-31T23:59:60Z", "2016-12-31 23:59:59"),
            ("jeudi, 20 Feb 2025 10:15:30 +0000", "2025-02-20 10:15:30"),
        ] {
            assert_eq!(at(text).as_deref(), Some(moment), "{text}");
        }
    }

    #[test]
    fn arabic_dates_are_read() {
        for (text, moment) in [
            ("الخميس، 20 شباط 2025 10:15 ص", "2025-02-20 07:15:00"),
            ("الخميس ٢٠ فبراير ٢٠٢٥ ٠٣:٤٥ م", "2025-02-20 12:45:00"),
            ("۲۰ فبراير ۲۰۲۵", "2025-02-19 21:00:00"),
            ("20 شباط/فبراير 2025 م", "2025-02-19 21:00:00"),
            (
                "الساعة 9:15 مساءً، 1 كانون الثاني 2024",
                "2024-01-01 18:15:00",
            ),
            ("25 كانون اول 2023 - 12:05 ص", "2023-12-24 21:05:00"),
            ("7 تشرين الأول 2023 12:30 م", "2023-10-07 09:30:00"),
            ("29 تشرين الثاني 2023 11:00 ليلا", "2023-11-29 20:00:00"),
            ("Thu, 10 أغسطس 2023 15:45:00 +0200", "2023-08-10 13:45:00"),
            ("نُشِر في: ١٠ آب ٢٠٢٣", "2023-08-09 21:00:00"),
            (
                "\u{200f}10\u{200f}/\u{200f}08\u{200f}/\u{200f}2023",
                "2023-08-09 21:00:00",
            ),
            ("أغسـطس 10, 2023", "2023-08-09 21:00:00"),
            ("10 يونيه 2023 15:45 بتوقيت غرينتش", "2023-06-10 15:45:00"),
        ] {
            assert_eq!(at(text).as_deref(), Some(moment), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_no_date() {
        for text in [
            "",
            "now",
            "شباط",
            "أمس 15:45",
            "قبل 5 دقائق",
            "32 أغسطس 2023",
            "30 Feb 2025",
            "10 اغسطسس 2023",
            "10 Fevrier 2025",
            "25 شوال 1436 هـ",
            "15/09/1446هـ",
            "1405-02-03",
            "2125-01-01",
            "0001-01-01T00:00:00Z",
            "1969-12-31",
            "20 Feb 2025 25:00",
            "20 Feb 2025 10:61",
            "20 Feb 2025 13:00 am",
            "2025-02-20T10:15:30+99:00",
            "20 Feb Mar 2025",
            "20 كانون 2025",
            "1 2 3 4 2025",
            "12345",
            "99999999999999999999999",
            "20 Feb 2025 10:15 XYZT",
            "<b>2025-01-01</b>",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn a_midnight_that_summer_time_skips_is_the_hour_after_it() {
        let zone = Zone::new(Cairo);
        let moment = parse("2025-04-25", &zone).unwrap();
        assert_eq!(moment.to_rfc3339(), "2025-04-24T22:00:00+00:00");
    }

    /// Egypt, for the one day of 2025 on which clocks go from 0:00 to 1:00.
    #[derive(Clone, Copy)]
    struct Cairo;

    impl TimeZone for Cairo {
        type Offset = FixedOffset;

        fn from_offset(_: &FixedOffset) -> Self {
            Cairo
        }

        fn offset_from_local_date(&self, _: &NaiveDate) -> chrono::MappedLocalTime<FixedOffset> {
            chrono::MappedLocalTime::None
        }

        fn offset_from_local_datetime(
            &self,
            local: &NaiveDateTime,
        ) -> chrono::MappedLocalTime<FixedOffset> {
            let start = NaiveDate::from_ymd_opt(2025, 4, 25)
                .unwrap()
                .and_hms_opt(0, 0, 0)
                .unwrap();
            let skipped = *local >= start && *local < start + TimeDelta::hours(1);
            match FixedOffset::east_opt(3 * 3600) {
                Some(offset) if !skipped => chrono::MappedLocalTime::Single(offset),
                _ => chrono::MappedLocalTime::None,
            }
        }

        fn offset_from_utc_date(&self, _: &NaiveDate) -> FixedOffset {
            FixedOffset::east_opt(3 * 3600).unwrap()
        }

        fn offset_from_utc_datetime(&self, _: &NaiveDateTime) -> FixedOffset {
            FixedOffset::east_opt(3 * 3600).unwrap()
        }
    }

    #[test]
    fn the_tables_are_in_folded_spelling() {
        let names = MONTHS
            .iter()
            .copied()
            .flatten()
            .chain(HALF_MONTHS.iter().map(|(name, ..)| name));
        for name in names.chain(ZONES.iter().map(|(name, _)| name)) {
            assert_eq!(arabic::fold(name), *name);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([0-9٠-٩]{0,5}|[-:+/., TZ]|[a-z]{0,4}|شباط|كانون| ص|\\PC){0,9}") {
            parse(&text, &Zone::default());
        }

        #[test]
        fn every_moment_is_read_back(seconds in 1_i64..4_102_444_800) {
            let moment = DateTime::from_timestamp(seconds, 0).unwrap();
            let zone = Zone::default();
            prop_assert_eq!(parse(&moment.to_rfc2822(), &zone), Some(moment));
            prop_assert_eq!(parse(&moment.to_rfc3339(), &zone), Some(moment));
        }
    }
}
/// [`parse`], for texts that count from `now`.
pub fn parse_at(text: &str, zone: &Zone, _now: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    parse(text, zone)
}
