//! The reader: a folded text from left to right.
//!
//! [`read`] puts each figure, time, offset and known word into a [`Statement`], which then tells the
//! moment. An unknown word is a label as long as nothing of the date has come, a remark behind a
//! zone, and otherwise the end: no date.

use std::str::FromStr;

use chrono::{DateTime, Utc, Weekday};

use crate::parse::date::calendars::Calendar;
use crate::parse::date::figures::Figure;
use crate::parse::date::names;
use crate::parse::date::places;
use crate::parse::date::statement::Statement;
use crate::parse::date::words::{self, DayHalf, Meaning};
use crate::parse::date::zone::Zone;

/// Signs that stand between the parts of a date and mean nothing more.
const MARKS: &str = "-/.,:،؛–—−|_·•'’[]";

/// The words that make the day before yesterday of yesterday.
const BEFORE_YESTERDAY: [&str; 2] = ["اول", "avant"];

/// The moment that a folded text means; `now` tells what yesterday is.
pub(super) fn read(text: &str, zone: &Zone, now: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let mut reading = Reading {
        text,
        mark: ' ',
        ..Reading::default()
    };
    reading.scan()?;
    reading.said.moment(zone, now)
}

/// What was read last: it decides what a sign or a short word means.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Nothing,
    Number,
    /// A number whose unit was said, so that it is no hour and no year before م.
    Unit,
    T,
    Time,
    Zone,
}

/// A date under way, from left to right.
#[derive(Default)]
struct Reading<'a> {
    text: &'a str,
    at: usize,
    last: Last,
    /// The sign since the last figure or word.
    mark: char,
    /// The word before, as far as it is a word of the date.
    previous: &'a str,
    said: Statement,
}

// Scanning: figures

impl<'a> Reading<'a> {
    fn scan(&mut self) -> Option<()> {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '0'..='9' => self.number()?,
                '+' | '-' | '−' if self.is_offset(c) => self.offset(c)?,
                '(' => self.comment(),
                _ if c.is_whitespace() => self.at += c.len_utf8(),
                _ if MARKS.contains(c) => {
                    self.mark = c;
                    self.at += c.len_utf8();
                }
                _ if c.is_alphabetic() => self.word()?,
                _ => return None,
            }
        }
        self.said.close();
        self.said.is_alone = self.text.len() == 4;
        Some(())
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next sign that is no white space.
    fn ahead(&self) -> Option<char> {
        self.rest().trim_start().chars().next()
    }

    /// Passes over a comment of RFC 2822 §3.2.3, in which others may stand.
    fn comment(&mut self) {
        let mut depth = 0;
        let mut is_quoted = false;
        for (at, c) in self.rest().char_indices() {
            match c {
                _ if is_quoted => is_quoted = false,
                '\\' => is_quoted = true,
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += at + 1;
                return;
            }
        }
        self.at = self.text.len();
    }

    fn digits(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Digits after `mark`, if both follow.
    fn digits_after(&mut self, marks: &[char]) -> Option<&'a str> {
        let rest = self.rest().strip_prefix(marks)?;
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.at = self.text.len() - rest.len();
        Some(self.digits())
    }

    fn number(&mut self) -> Option<()> {
        let digits = self.digits();
        if self.said.time.is_none() && digits.len() <= 2 {
            if let Some(minutes) = self.digits_after(&[':']) {
                let seconds = self.digits_after(&[':']);
                return self.set_time(digits, minutes, seconds.unwrap_or("0"));
            }
            if self.unit(&words::HOUR_UNITS) {
                return self.time_in_units(digits);
            }
        }
        if self.last == Last::T && matches!(digits.len(), 4 | 6) {
            return self.compact_time(digits);
        }
        if matches!(digits.len(), 12 | 14) && self.said.time.is_none() {
            // `20250220101530`
            let (day, time) = digits.split_at(8);
            self.push_figure(day)?;
            return self.compact_time(time);
        }
        self.push_figure(digits)
    }

    /// `1015`, `101530`
    fn compact_time(&mut self, digits: &str) -> Option<()> {
        let (hours, rest) = digits.split_at(2);
        let (minutes, seconds) = rest.split_at(2);
        self.set_time(
            hours,
            minutes,
            if seconds.is_empty() { "0" } else { seconds },
        )
    }

    fn push_figure(&mut self, digits: &str) -> Option<()> {
        if self.said.part.is_sealed {
            self.said.close();
        }
        self.said.part.figures.push(Figure {
            value: digits.parse().ok()?,
            digits: digits.len(),
            before: std::mem::replace(&mut self.mark, ' '),
        });
        self.last = Last::Number;
        Some(())
    }

    fn set_time(&mut self, hours: &str, minutes: &str, seconds: &str) -> Option<()> {
        // Fractions of a second.
        self.digits_after(&['.', ',']);
        let is_clock = minutes.len() <= 2 && seconds.len() <= 2;
        self.said.time = Some((
            hours.parse().ok()?,
            minutes.parse().ok().filter(|_| is_clock)?,
            seconds.parse().ok()?,
        ));
        self.last = Last::Time;
        self.mark = ' ';
        Some(())
    }

    /// `15h45`, `15時45分30秒`
    fn time_in_units(&mut self, hours: &'a str) -> Option<()> {
        let mut small = ["0"; 2];
        for value in &mut small {
            let rest = self.rest().trim_start();
            if !rest.starts_with(|c: char| c.is_ascii_digit()) {
                break;
            }
            let before = self.at;
            self.at = self.text.len() - rest.len();
            let digits = self.digits();
            if digits.len() != 2 && !self.rest().trim_start().starts_with(words::SMALL_UNITS) {
                self.at = before;
                break;
            }
            *value = digits;
            if !self.unit(&words::SMALL_UNITS) {
                break;
            }
        }
        self.set_time(hours, small[0], small[1])
    }

    /// Passes over one of these signs, unless it is a letter that begins a word.
    fn unit(&mut self, units: &[char]) -> bool {
        let rest = self.rest().trim_start();
        let Some(after) = rest.strip_prefix(units) else {
            return false;
        };
        if rest.starts_with('h') && after.starts_with(char::is_alphabetic) {
            return false;
        }
        self.at = self.text.len() - after.len();
        true
    }

    /// True if a sign at the current place starts an offset, and is no dash between figures.
    fn is_offset(&self, sign: char) -> bool {
        let is_after_date =
            sign == '+' && self.last == Last::Number && self.said.part.figures.len() == 3;
        let in_place = is_after_date || matches!(self.last, Last::Time | Last::Zone);
        let rest = &self.rest()[sign.len_utf8()..];
        in_place && self.said.offset.is_none() && rest.starts_with(|c: char| c.is_ascii_digit())
    }

    fn offset(&mut self, sign: char) -> Option<()> {
        self.at += sign.len_utf8();
        let digits = self.digits();
        let (hours, minutes): (i32, i32) = match (digits.len(), self.digits_after(&[':'])) {
            (1 | 2, minutes) => (digits.parse().ok()?, minutes.unwrap_or("0").parse().ok()?),
            (3 | 4, None) => {
                let (hours, minutes) = digits.split_at(digits.len() - 2);
                (hours.parse().ok()?, minutes.parse().ok()?)
            }
            _ => return None,
        };
        // Offsets of old times have seconds; those of today have none.
        if self
            .digits_after(&[':'])
            .is_some_and(|seconds| seconds != "00")
        {
            return None;
        }
        let total = hours.checked_mul(60)?.checked_add(minutes)?;
        if total > 15 * 60 || minutes > 59 {
            return None;
        }
        self.said.offset = Some(if sign == '+' { total } else { -total });
        self.last = Last::Zone;
        Some(())
    }
}

// Scanning: words

impl<'a> Reading<'a> {
    fn word(&mut self) -> Option<()> {
        if self.date_unit() || self.month_of_two_letters()? {
            return Some(());
        }
        let rest = self.rest();
        if let Some((place, length)) = places::in_database(rest) {
            self.said.in_database = self.said.in_database.or(Some(place));
            self.at += length;
            self.last = Last::Zone;
            return Some(());
        }
        let is_letter = |c: char| c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}');
        let end = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        let raw = &rest[..end];
        self.at += end;
        self.mark = ' ';
        let previous = std::mem::replace(&mut self.previous, raw);
        let word = names::plain(raw);
        let word = word.as_ref();
        if self.follows_hour()
            && let Some((half, length)) = words::dotted_half(word, self.rest())
        {
            self.at += length;
            return self.set_half(half, true);
        }
        if self.pair(word)? {
            return Some(());
        }
        let names::Named { month, weekday } = names::named(word);
        self.said.weekday = self.said.weekday.or(weekday);
        match (month, weekday) {
            (Some(month), None) => self.set_month(month),
            // *Mar.* is March, and Tuesday: that only in front, or behind a whole date.
            (Some(month), Some(_)) if self.said.may_be_weekday() => {
                let maybe = &mut self.said.part.maybe_month;
                *maybe = maybe.or(Some(month));
                Some(())
            }
            (Some(month), Some(_)) => self.set_month(month),
            (None, Some(_)) => Some(()),
            (None, None) => self.small_word(word, previous),
        }
    }

    /// `2025年2月20日`, `2025년 2월 20일`
    fn date_unit(&mut self) -> bool {
        const WEEKDAYS: [&str; 4] = ["월요일", "일요일", "月曜", "日曜"];
        let rest = self.rest();
        let follows =
            self.last == Last::Number && !WEEKDAYS.iter().any(|day| rest.starts_with(day));
        let Some(unit) = rest
            .chars()
            .next()
            .filter(|c| words::DATE_UNITS.contains(c))
        else {
            return false;
        };
        if follows {
            self.at += unit.len_utf8();
            self.said.is_korean |= matches!(unit, '년' | '월' | '일');
            self.mark = unit;
            self.last = Last::Unit;
        }
        follows
    }

    /// كانون and تشرين in short, as in Lebanon: `ك2`, `ت1`. True if it is so.
    fn month_of_two_letters(&mut self) -> Option<bool> {
        for (short, month) in [("ك1", 12), ("ك2", 1), ("ت1", 10), ("ت2", 11)] {
            if let Some(after) = self.rest().strip_prefix(short)
                && !after.starts_with(char::is_alphanumeric)
            {
                self.at += short.len();
                self.set_month((Calendar::Gregorian, month))?;
                return Some(true);
            }
        }
        Some(false)
    }

    /// Months and halves of the day in two words. True if it is so.
    fn pair(&mut self, first: &str) -> Option<bool> {
        let rest = self.rest().trim_start();
        let end = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let second = &rest[..end];
        let after = self.text.len() - rest.len() + end;
        if let Some(half) = words::two_word_half(first, second) {
            self.at = after;
            self.set_half(half, false)?;
            return Some(true);
        }
        if !names::is_first_of_two(first) {
            return Some(false);
        }
        match names::month_of_two(first, second) {
            Some(month) => {
                self.at = after;
                self.set_month(month)?;
                Some(true)
            }
            // Half of a name is no label but in front.
            None => self.said.is_blank().then_some(false),
        }
    }

    fn set_month(&mut self, month: (Calendar, u32)) -> Option<()> {
        self.last = Last::Nothing;
        self.said.set_month(month)
    }

    fn small_word(&mut self, word: &str, previous: &str) -> Option<()> {
        let is_at_end = !self.ahead().is_some_and(char::is_alphanumeric);
        match word {
            "t" if self.last == Last::Number => {
                self.last = Last::T;
                return Some(());
            }
            "w" if self.last == Last::Number => return self.week(),
            // The Atlantic's zone, not the word before a time.
            "at" if self.last == Last::Time && is_at_end => {}
            _ => match words::meaning(word) {
                Some(meaning) if self.take(meaning, word, previous)? => return Some(()),
                _ => {}
            },
        }
        let is_told = matches!(previous, "بتوقيت" | "توقيت");
        if let Some(meanings) = places::named(word)
            && (is_told || !self.said.is_blank() || matches!(word, "gmt" | "utc"))
        {
            self.said.named = self.said.named.or(Some(meanings));
            self.last = Last::Zone;
            return Some(());
        }
        if previous == "بتوقيت" {
            // The time of a place that we do not know.
            return None;
        }
        self.said.has_label |= self.said.is_blank() && !BEFORE_YESTERDAY.contains(&word);
        // Behind a zone stands its name in full.
        (self.said.is_blank() || self.last == Last::Zone).then_some(())
    }

    /// Takes a word for what it means, if it can mean that here.
    fn take(&mut self, meaning: Meaning, word: &str, previous: &str) -> Option<bool> {
        let figure = self.said.part.figures.last();
        let digits = figure.map_or(0, |figure| figure.digits);
        let follows_number = self.last == Last::Number;
        match meaning {
            // In German it is another word, before the day.
            Meaning::Half(_) if word.is_ascii() && !self.follows_hour() => return Some(false),
            Meaning::Half(half) => self.set_half(half, word.is_ascii())?,
            Meaning::Letter(half) if self.last == Last::Time => self.set_half(half, false)?,
            Meaning::Letter(DayHalf::Pm) if follows_number && digits == 4 => {
                self.said.mark_calendar(Calendar::Gregorian)?;
                self.last = Last::Unit;
            }
            Meaning::Letter(half) if follows_number => self.set_half(half, false)?,
            Meaning::Day(-1) if BEFORE_YESTERDAY.contains(&previous) => {
                self.said.day = Some(-2);
            }
            Meaning::Day(days) => self.said.day = Some(days),
            // *Ce* and *ah* are words of their own, too.
            Meaning::Of(_) if word.is_ascii() && !follows_number => return Some(false),
            Meaning::Of(calendar) => {
                self.said.mark_calendar(calendar)?;
                self.last = Last::Unit;
            }
            Meaning::More(calendar) if follows_number || self.said.part.is_sealed => {
                self.said.refine_calendar(calendar)?;
                self.last = Last::Unit;
            }
            Meaning::Corresponds => self.said.close(),
            Meaning::Hour => self.pop_hour()?,
            Meaning::Ordinal => return Some(follows_number),
            Meaning::Filler => {}
            Meaning::Letter(_) | Meaning::More(_) => return Some(false),
        }
        Some(true)
    }

    /// `2025-W08-4`, `2025W084`, `2025-W08`
    fn week(&mut self) -> Option<()> {
        let digits = self.digits();
        let (week, day) = match digits.len() {
            2 => (digits, self.digits_after(&['-']).unwrap_or("1")),
            3 => digits.split_at(2),
            _ => return None,
        };
        let day = u8::from_str(day).ok()?.checked_sub(1)?;
        self.said.part.week = Some((week.parse().ok()?, Weekday::try_from(day).ok()?));
        self.last = Last::Number;
        Some(())
    }

    /// True where what follows can belong to an hour.
    fn follows_hour(&self) -> bool {
        matches!(self.last, Last::Time | Last::Number)
    }

    fn set_half(&mut self, half: DayHalf, is_latin: bool) -> Option<()> {
        if self.said.half.is_some_and(|earlier| earlier != half) {
            return None;
        }
        self.said.half = Some(half);
        self.said.is_half_latin |= is_latin;
        self.pop_hour()
    }

    /// Takes the last figure for the hour, if it can be, and there is no other.
    fn pop_hour(&mut self) -> Option<()> {
        let precedes = self.last == Last::Number && self.said.time.is_none();
        if precedes
            && !self.ahead().is_some_and(|c| c.is_ascii_digit())
            && let Some(figure) = self.said.part.figures.pop_if(|figure| figure.digits <= 2)
        {
            self.said.time = Some((u32::try_from(figure.value).ok()?, 0, 0));
            self.last = Last::Time;
        }
        Some(())
    }
}
