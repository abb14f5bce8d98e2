//! Days of the three calendars that feeds date in.
//!
//! Hijri is the calendar of Umm al-Qura, the official one of Saudi Arabia, which fixes every month
//! in advance. Where months begin when the moon is seen, a date may be meant a day off; no text says
//! which, and print media go by Umm al-Qura. Jalali is the solar calendar of Iran and Afghanistan.
//! The tables of both are ICU's. Nothing is guessed: a day that a month does not have is no date.

use chrono::{Datelike, NaiveDate};
use icu_calendar::Date;
use icu_calendar::cal::Hijri;

/// A way to name days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calendar {
    Gregorian,
    /// The lunar calendar of the Hijra, as Umm al-Qura has it.
    Hijri,
    /// The solar calendar of the Hijra.
    Jalali,
}

/// The years from which feeds have entries, all in all. Within them, no number is a year of both
/// calendars of the Hijra: it is 1420–1463 of the lunar and 1378–1418 of the solar one.
const YEARS_OF_FEEDS: std::ops::RangeInclusive<i32> = 2000..=2039;

/// The day of a calendar, if the calendar has it.
pub(super) fn day(calendar: Calendar, year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if calendar == Calendar::Gregorian {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    // Of years far off, the tables know nothing.
    if !is_hijra_year(year) {
        return None;
    }
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    let fixed = match calendar {
        Calendar::Gregorian => return None,
        Calendar::Hijri => {
            Date::try_new_hijri_with_calendar(year, month, day, Hijri::new_umm_al_qura())
                .ok()?
                .to_rata_die()
        }
        Calendar::Jalali => Date::try_new_persian(year, month, day).ok()?.to_rata_die(),
    };
    // Both count the days from 1 January of the year 1.
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(fixed.to_i64_date()).ok()?)
}

/// True of numbers that name a year of the Hijra, and that no feed means as a Gregorian one.
pub(super) fn is_hijra_year(year: i32) -> bool {
    (1300..=1500).contains(&year)
}

/// The calendar of the Hijra in which bare figures name a day that a feed may mean.
pub(super) fn by_year(year: i32) -> Option<Calendar> {
    let fits = |calendar| {
        // The middle of the year: the months of its ends are of another Gregorian year.
        day(calendar, year, 7, 1).is_some_and(|day| YEARS_OF_FEEDS.contains(&day.year()))
    };
    match (fits(Calendar::Hijri), fits(Calendar::Jalali)) {
        (true, false) => Some(Calendar::Hijri),
        (false, true) => Some(Calendar::Jalali),
        _ => None,
    }
}
