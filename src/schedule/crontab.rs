//! A crontab line, which means what crontab(5) and cron(8) say.
//!
//! The crate `cron` searches the calendar; it wants seconds, counts weekdays from 1 = Sunday and
//! demands both day fields at once. So the five fields are read here into sets of numbers, and
//! handed to it spelled out: as two schedules where crontab(5) lets either day field match ("if
//! both fields are restricted, i.e. do not start with `*`"), the earliest of which wins.
//!
//! The search runs on the clock on the wall, and what it finds is then looked up in the zone, for
//! cron(8) says what becomes of a time that a change of the clock skips or repeats: a line with a
//! `*` in its minute or hour field goes by the clock as it runs, any other runs once: at the change
//! if its time is skipped, and at the first of two.
//!
//! Beyond the man page ranges and lists of names are read, as every cron does (`mon-fri`). Not
//! read: `@reboot` (a feed has none), a step after a single number (crons disagree on it).

use std::fmt::{self, Write as _};

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use crate::schedule::error::Error;
use crate::schedule::zone::{Instants, Zone};

/// A crontab line that was read: five fields or a nickname.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronLine {
    text: String,
    /// One, or two of which either may match.
    calendars: Vec<cron::Schedule>,
    /// No `*` in minute and hour: a skipped time is made up for, a repeated one runs once.
    fixed_time: bool,
}

impl CronLine {
    /// Reads five fields (minute, hour, day of the month, month, day of the week) or `@hourly`,
    /// `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`, `@annually`.
    ///
    /// # Errors
    /// Another number of fields, a field that cannot be read, or a date that no year has.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let fields = match words.as_slice() {
            [nickname] if nickname.starts_with('@') => spelled_out(nickname)?,
            [minute, hour, day, month, weekday] => [*minute, *hour, *day, *month, *weekday],
            _ => {
                return Err(Error::CronFields {
                    line: text.to_owned(),
                    count: words.len(),
                });
            }
        };
        let minute = MINUTE.read(fields[0])?;
        let hour = HOUR.read(fields[1])?;
        let day = DAY.read(fields[2])?;
        let month = MONTH.read(fields[3])?;
        let weekday = WEEKDAY.read(fields[4])?;

        let either_day = !day.starred && !weekday.starred;
        if !either_day && !comes(day.numbers, month.numbers) {
            return Err(Error::Never(text.to_owned()));
        }
        let calendar = |days: &str, weekdays: &str| {
            let (minutes, hours, months) = (minute.list(0), hour.list(0), month.list(0));
            let line = format!("0 {minutes} {hours} {days} {months} {weekdays}");
            line.parse::<cron::Schedule>()
                .expect("invariant: lists of numbers within their ranges")
        };
        let days = day.list(0);
        let weekdays = weekday.list(1);
        let calendars = if either_day {
            vec![calendar(&days, "*"), calendar("*", &weekdays)]
        } else {
            vec![calendar(&days, &weekdays)]
        };
        let fixed_time = !minute.starred && !hour.starred;
        Ok(Self {
            text: words.join(" "),
            calendars,
            fixed_time,
        })
    }

    /// The first time of this line after `now`, by the clocks of `zone`. None: past the year 2099.
    pub fn next_after(&self, now: DateTime<Utc>, zone: Zone) -> Option<DateTime<Utc>> {
        self.calendars
            .iter()
            .filter_map(|calendar| self.first_after(calendar, now, zone))
            .min()
    }

    fn first_after(
        &self,
        calendar: &cron::Schedule,
        now: DateTime<Utc>,
        zone: Zone,
    ) -> Option<DateTime<Utc>> {
        // Times that the wall showed up to this long ago may come a second time.
        const LONGEST_FOLD: TimeDelta = TimeDelta::hours(3);
        let wall = zone.wall_clock(now).with_second(0)?.with_nanosecond(0)?;
        let from = wall.checked_sub_signed(LONGEST_FOLD)?.and_utc();

        let mut repeated = None;
        for candidate in calendar.after(&from) {
            let (first, second) = match zone.instants(candidate.naive_utc()) {
                Instants::Once(at) => (Some(at), None),
                Instants::Twice(first, _) if self.fixed_time => (Some(first), None),
                Instants::Twice(first, second) => (Some(first), Some(second)),
                Instants::Skipped(change) if self.fixed_time => (change, None),
                Instants::Skipped(_) => (None, None),
            };
            let coming = |at: &DateTime<Utc>| *at > now;
            repeated = repeated.or(second.filter(coming));
            // First instants only grow from one candidate to the next: none later can be sooner.
            if let Some(first) = first.filter(coming) {
                return Some(repeated.map_or(first, |second| first.min(second)));
            }
        }
        repeated
    }
}

impl fmt::Display for CronLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn spelled_out(nickname: &str) -> Result<[&'static str; 5], Error> {
    Ok(match nickname {
        "@hourly" => ["0", "*", "*", "*", "*"],
        "@daily" | "@midnight" => ["0", "0", "*", "*", "*"],
        "@weekly" => ["0", "0", "*", "*", "0"],
        "@monthly" => ["0", "0", "1", "*", "*"],
        "@yearly" | "@annually" => ["0", "0", "1", "1", "*"],
        _ => return Err(Error::Nickname(nickname.to_owned())),
    })
}

/// True if one of the months has one of the days, in a leap year at least.
fn comes(days: u64, months: u64) -> bool {
    const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let first_day = days.trailing_zeros();
    LENGTHS
        .iter()
        .zip(1..)
        .any(|(length, month)| months & (1 << month) != 0 && first_day <= *length)
}

/// One of the five fields: what it may hold.
struct Field {
    name: &'static str,
    low: u32,
    high: u32,
    /// Three-letter names, the first of which means `low`.
    names: &'static [&'static str],
}

/// What a field of a line says.
struct Set {
    /// Bit n stands for the number n.
    numbers: u64,
    /// It starts with `*`.
    starred: bool,
    /// It holds every number that there is.
    full: bool,
}

impl Set {
    /// The set as the crate reads it, each number `shift` higher.
    ///
    /// In ranges, and `*` for all, because the crate takes its time over long lists.
    fn list(&self, shift: u32) -> String {
        if self.full {
            return "*".to_owned();
        }
        let mut text = String::new();
        let mut numbers = self.numbers;
        while numbers != 0 {
            let first = numbers.trailing_zeros();
            // No field goes up to 63, so that a run never fills the word.
            let length = (numbers >> first).trailing_ones();
            numbers &= !(((1 << length) - 1) << first);
            let comma = if text.is_empty() { "" } else { "," };
            let last = first + length - 1;
            // Writing to a String cannot fail.
            let _ = write!(text, "{comma}{}-{}", first + shift, last + shift);
        }
        text
    }
}

const MINUTE: Field = Field {
    name: "minute",
    low: 0,
    high: 59,
    names: &[],
};
const HOUR: Field = Field {
    name: "hour",
    low: 0,
    high: 23,
    names: &[],
};
const DAY: Field = Field {
    name: "day-of-month",
    low: 1,
    high: 31,
    names: &[],
};
const MONTH: Field = Field {
    name: "month",
    low: 1,
    high: 12,
    names: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
};
/// 7 is Sunday as well as 0.
const WEEKDAY: Field = Field {
    name: "day-of-week",
    low: 0,
    high: 7,
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

impl Field {
    fn read(&self, text: &str) -> Result<Set, Error> {
        let mut numbers = 0;
        for part in text.split(',') {
            numbers |= self.part(part)?;
        }
        const SUNDAY_AGAIN: u64 = 1 << 7;
        let mut last = self.high;
        if self.high == 7 {
            last = 6;
            if numbers & SUNDAY_AGAIN != 0 {
                numbers = (numbers & !SUNDAY_AGAIN) | 1;
            }
        }
        let full = (self.low..=last).all(|number| numbers & (1 << number) != 0);
        Ok(Set {
            numbers,
            starred: text.starts_with('*'),
            full,
        })
    }

    /// `*`, a number or a range, the first and the last of these with an optional step.
    fn part(&self, part: &str) -> Result<u64, Error> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (first, last) = if range == "*" {
            (self.low, self.high)
        } else if let Some((first, last)) = range.split_once('-') {
            let first = self.number(first, part)?;
            match self.number(last, part)? {
                // The Sunday that ends a week: `fri-sun`.
                0 if last.eq_ignore_ascii_case("sun") => (first, 7),
                last if last < first => return Err(self.wrong(part, "the range runs backwards")),
                last => (first, last),
            }
        } else if step.is_some() {
            return Err(self.wrong(
                part,
                "a step follows `*` or a range, as in `*/5` or `0-30/5`",
            ));
        } else {
            let number = self.number(range, part)?;
            (number, number)
        };
        let step = match step {
            None => 1,
            Some(text) => match digits(text) {
                Some(step) if step > 0 => step,
                _ => return Err(self.wrong(part, "a step is a whole number from 1")),
            },
        };
        Ok((first..=last)
            .step_by(step as usize)
            .fold(0, |set, number| set | 1 << number))
    }

    fn number(&self, text: &str, part: &str) -> Result<u32, Error> {
        let named = || {
            let place = self
                .names
                .iter()
                .position(|name| text.eq_ignore_ascii_case(name))?;
            u32::try_from(place).ok().map(|place| place + self.low)
        };
        match digits(text).or_else(named) {
            Some(number) if (self.low..=self.high).contains(&number) => Ok(number),
            _ => {
                let or_name = match self.names {
                    [first, .., last] => format!(", or {first} to {last}"),
                    _ => String::new(),
                };
                let reason = format!(
                    "it holds numbers from {} to {}{or_name}",
                    self.low, self.high
                );
                Err(self.wrong(part, &reason))
            }
        }
    }

    fn wrong(&self, value: &str, reason: &str) -> Error {
        Error::CronField {
            field: self.name,
            value: value.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

/// A number of ASCII digits alone: `parse` would take a sign.
fn digits(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}
