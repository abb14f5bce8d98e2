//! Which figure of a date is the day, which the month and which the year.
//!
//! A year has four digits wherever it can stand in another place. Of day and month, the day is
//! first, as in the Arab world and in most of the rest; the United States (and, beside another
//! order, some of their neighbours) put the month first. So where both orders give a day, in turn:
//!
//! 1. a weekday that fits only one of them decides;
//! 2. dots (`1.2.2025`) mean the day first;
//! 3. the name of a zone of the United States means the month first;
//! 4. in the longitudes of the Americas, AM and PM mean the month first; without them, nothing can
//!    be known, and it is no date;
//! 5. AM and PM in a feed that has no zone of its own (which is all that UTC says): no date, either;
//! 6. else the day is first.
//!
//! A year of two digits may be first or last; it is no date unless dots, a weekday or the calendar
//! leaves one way. In the calendars of the Hijra the day comes first, or the year.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::parse::date::calendars::{self, Calendar};
use crate::parse::date::words::DATE_UNITS;

/// A run of digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    pub(super) value: u64,
    pub(super) digits: usize,
    /// The last sign between it and what stands before it, a space at least.
    pub(super) before: char,
}

impl Figure {
    /// Its value as a day or month.
    fn small(self) -> Option<u32> {
        let value = u32::try_from(self.value).ok()?;
        (self.digits <= 2).then_some(value)
    }

    fn year(self) -> Option<i32> {
        let value = i32::try_from(self.value).ok()?;
        match self.digits {
            4 => Some(value),
            // RFC 2822 §4.3 would have 50–69 in the 20th century; no feed is that old.
            2 if value < 70 => Some(2000 + value),
            2 => Some(1900 + value),
            _ => None,
        }
    }

    fn full_year(self) -> Option<i32> {
        self.year().filter(|_| self.digits == 4)
    }
}

/// The name of a day in one calendar, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) figures: Vec<Figure>,
    pub(super) month: Option<(Calendar, u32)>,
    /// A word that may be a month, and a weekday as well.
    pub(super) maybe_month: Option<(Calendar, u32)>,
    /// The calendar that a mark beside the year names.
    pub(super) calendar: Option<Calendar>,
    /// Week and weekday of ISO 8601.
    pub(super) week: Option<(u32, Weekday)>,
    /// True once a mark has stood behind the year: what follows is something else.
    pub(super) is_sealed: bool,
}

/// What helps to tell day and month apart.
pub(super) struct Hints {
    pub(super) weekday: Option<Weekday>,
    /// The zone is named as in the United States.
    pub(super) month_first: bool,
    /// The time has AM or PM.
    pub(super) is_half_latin: bool,
    /// A time stands beside the date, so that the date must be whole.
    pub(super) has_time: bool,
    /// The text is four digits, and no more.
    pub(super) is_alone: bool,
}

impl Part {
    /// True if nothing was read.
    pub(super) fn is_empty(&self) -> bool {
        self.figures.is_empty() && self.month.is_none() && self.maybe_month.is_none()
    }

    /// The day that is named, and in which calendar. `minutes_east` is asked where clocks show a day.
    pub(super) fn day(
        &self,
        hints: &Hints,
        minutes_east: impl Fn(NaiveDate) -> Option<i32>,
    ) -> Option<(Calendar, NaiveDate)> {
        if let Some((week, weekday)) = self.week {
            let [year] = self.figures.as_slice() else {
                return None;
            };
            let day = NaiveDate::from_isoywd_opt(year.full_year()?, week, weekday)?;
            return Some((Calendar::Gregorian, day));
        }
        match self.month.or(self.maybe_month) {
            Some((of_month, month)) => {
                let calendar = self.calendar_of(of_month)?;
                Some((calendar, self.in_month(calendar, month, hints)?))
            }
            None => self.in_figures(hints, minutes_east),
        }
    }

    /// The calendar of a named month, unless the mark at the year says otherwise.
    fn calendar_of(&self, of_month: Calendar) -> Option<Calendar> {
        match (of_month, self.calendar) {
            // هجري may be said of the solar calendar, too.
            (Calendar::Jalali, Some(Calendar::Hijri)) => Some(of_month),
            (of_month, Some(marked)) if marked != of_month => None,
            _ => Some(of_month),
        }
    }

    fn in_month(&self, calendar: Calendar, month: u32, hints: &Hints) -> Option<NaiveDate> {
        let (year, day) = match *self.figures.as_slice() {
            [year, day] if year.digits == 4 => (year.full_year()?, day.small()?),
            [day, year] if calendar == Calendar::Gregorian => (year.year()?, day.small()?),
            [day, year] => (year.full_year()?, day.small()?),
            // A month and its year, as in archives: its first day.
            [year] if !hints.has_time => (year.full_year()?, 1),
            _ => return None,
        };
        calendars::day(calendar, year, month, day)
    }

    fn in_figures(
        &self,
        hints: &Hints,
        minutes_east: impl Fn(NaiveDate) -> Option<i32>,
    ) -> Option<(Calendar, NaiveDate)> {
        if !self.has_one_mark() {
            return None;
        }
        let day = match *self.figures.as_slice() {
            [date] if date.digits == 8 => {
                let number = u32::try_from(date.value).ok()?;
                let year = i32::try_from(number / 10_000).ok()?;
                return self.in_year(year, |calendar| {
                    calendars::day(calendar, year, number / 100 % 100, number % 100)
                });
            }
            [year] if hints.is_alone => NaiveDate::from_ymd_opt(year.full_year()?, 1, 1)?,
            // RFC 3339 has no such things as a year alone, or a year and a month, but the date of Dublin Core (W3CDTF) has.
            [year, month] if year.digits == 4 && month.digits == 2 && month.before == '-' => {
                if hints.has_time {
                    return None;
                }
                NaiveDate::from_ymd_opt(year.full_year()?, month.small()?, 1)?
            }
            [year, day] if year.digits == 4 && day.digits == 3 && day.before == '-' => {
                NaiveDate::from_yo_opt(year.full_year()?, u32::try_from(day.value).ok()?)?
            }
            [year, month, day] if year.digits == 4 => {
                let (year, month, day) = (year.full_year()?, month.small()?, day.small()?);
                return self.in_year(year, |calendar| calendars::day(calendar, year, month, day));
            }
            [first, second, year] if year.digits == 4 => {
                let (first, second, full) = (first.small()?, second.small()?, year.full_year()?);
                let has_dots = year.before == '.';
                return self.in_year(full, |calendar| {
                    let day_first = calendars::day(calendar, full, second, first);
                    let month_first = calendars::day(calendar, full, first, second);
                    match calendar {
                        Calendar::Gregorian => {
                            choose(day_first, month_first, has_dots, hints, minutes_east)
                        }
                        _ => day_first.or(month_first),
                    }
                });
            }
            [first, second, third] if self.calendar.is_none() => {
                two_digit_year(first, second, third, hints)?
            }
            _ => return None,
        };
        Some((Calendar::Gregorian, day))
    }

    /// True if the figures belong together: the same sign stands between all, or each has its unit.
    fn has_one_mark(&self) -> bool {
        let is_unit = |figure: &Figure| DATE_UNITS.contains(&figure.before);
        match self.figures.as_slice() {
            [_, second, third] => {
                second.before == third.before || (is_unit(second) && is_unit(third))
            }
            _ => true,
        }
    }

    /// A day of figures, in the calendar that a mark or the year tells.
    fn in_year(
        &self,
        year: i32,
        day: impl FnOnce(Calendar) -> Option<NaiveDate>,
    ) -> Option<(Calendar, NaiveDate)> {
        let calendar = match self.calendar {
            Some(calendar) => calendar,
            None if calendars::is_hijra_year(year) => calendars::by_year(year)?,
            None => Calendar::Gregorian,
        };
        Some((calendar, day(calendar)?))
    }
}

/// The day that is meant, of the two that the orders give.
fn choose(
    day_first: Option<NaiveDate>,
    month_first: Option<NaiveDate>,
    has_dots: bool,
    hints: &Hints,
    minutes_east: impl Fn(NaiveDate) -> Option<i32>,
) -> Option<NaiveDate> {
    /// Where the month may come first by law of the land, in minutes east.
    const AMERICAS: std::ops::RangeInclusive<i32> = -600..=-240;

    let (Some(day_first), Some(month_first)) = (day_first, month_first) else {
        return day_first.or(month_first);
    };
    let fits = |day: NaiveDate| hints.weekday == Some(day.weekday());
    match (fits(day_first), fits(month_first)) {
        (true, false) => return Some(day_first),
        (false, true) => return Some(month_first),
        _ if has_dots || day_first == month_first => return Some(day_first),
        _ if hints.month_first => return Some(month_first),
        _ => {}
    }
    match minutes_east(day_first)? {
        east if AMERICAS.contains(&east) => hints.is_half_latin.then_some(month_first),
        0 if hints.is_half_latin => None,
        _ => Some(day_first),
    }
}

/// The day of three figures of which none is a whole year.
fn two_digit_year(
    first: Figure,
    second: Figure,
    third: Figure,
    hints: &Hints,
) -> Option<NaiveDate> {
    let mark = third.before;
    if !matches!(mark, '/' | '.' | '-') {
        return None;
    }
    let day = |year: Figure, month: Figure, day: Figure| {
        let year = year.year()?;
        NaiveDate::from_ymd_opt(year, month.small()?, day.small()?)
    };
    if mark == '.' {
        return day(third, second, first);
    }
    let orders = [
        day(third, second, first),
        day(third, first, second),
        day(first, second, third),
    ];
    let only = |fits: &dyn Fn(NaiveDate) -> bool| {
        let mut days = orders.iter().flatten().copied().filter(|day| fits(*day));
        let day = days.next()?;
        days.all(|other| other == day).then_some(day)
    };
    only(&|day| hints.weekday == Some(day.weekday()))
        .or(orders[1].filter(|_| hints.month_first && mark == '/'))
        .or_else(|| only(&|_| true))
}
