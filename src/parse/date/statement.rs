//! What a date says, and the moment that it means.
//!
//! The reader fills a [`Statement`] as it goes; [`Statement::moment`] then decides on the day (see
//! `figures`), the time and the zone. Where one of them could be two, there is no moment.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};

use crate::parse::date::calendars::Calendar;
use crate::parse::date::figures::{Figure, Hints, Part};
use crate::parse::date::places::{Meanings, Place};
use crate::parse::date::words::DayHalf;
use crate::parse::date::zone::Zone;

/// A date as far as it was read.
#[derive(Default)]
pub(super) struct Statement {
    /// The day under way.
    pub(super) part: Part,
    /// The days before it: the same one in other calendars.
    pub(super) parts: Vec<Part>,
    /// The first one that is named.
    pub(super) weekday: Option<Weekday>,
    /// Days from today.
    pub(super) day: Option<i64>,
    /// Hours, minutes and seconds, as they stand there.
    pub(super) time: Option<(u32, u32, u32)>,
    /// The half of the day that the time is in.
    pub(super) half: Option<DayHalf>,
    /// The half is AM or PM.
    pub(super) is_half_latin: bool,
    /// Year, month and day have Korean signs behind them.
    pub(super) is_korean: bool,
    /// Minutes east of Greenwich, in figures.
    pub(super) offset: Option<i32>,
    /// The zone by its abbreviation, or by a city.
    pub(super) named: Option<Meanings>,
    /// The zone by its name in the tz database.
    pub(super) in_database: Option<Place>,
    /// A word before the date that says nothing to us.
    pub(super) has_label: bool,
    /// The text is four signs long, so that a year is all of it.
    pub(super) is_alone: bool,
}

impl Statement {
    /// Ends the day under way.
    pub(super) fn close(&mut self) {
        let part = std::mem::take(&mut self.part);
        if !part.is_empty() {
            self.parts.push(part);
        }
    }

    /// True as long as nothing of the date has come.
    pub(super) fn is_blank(&self) -> bool {
        self.parts.is_empty() && self.part.is_empty() && self.time.is_none()
    }

    /// True where a weekday may stand.
    pub(super) fn may_be_weekday(&self) -> bool {
        match self.part.month {
            Some(_) => self.part.figures.len() > 1,
            None => self.part.figures.is_empty(),
        }
    }

    /// Notes the month of the day under way, or of the same day in another calendar.
    pub(super) fn set_month(&mut self, month: (Calendar, u32)) -> Option<()> {
        if self.part.is_sealed {
            self.close();
        }
        match self.part.month {
            // Outlets like to give both names: آب / أغسطس.
            Some(earlier) if earlier == month => {}
            Some((calendar, _)) if calendar == month.0 => return None,
            // Of another calendar; its number stands before it.
            Some(_) => {
                let is_whole = self.part.figures.len() == 3;
                let number = self.part.figures.pop().filter(|_| is_whole)?;
                self.close();
                self.part.figures.push(number);
                self.part.month = Some(month);
            }
            None => self.part.month = Some(month),
        }
        Some(())
    }

    /// Notes the calendar of the day under way, or of the one that follows a label.
    pub(super) fn mark_calendar(&mut self, calendar: Calendar) -> Option<()> {
        if self.part.calendar.is_some_and(|other| other != calendar) {
            return None;
        }
        self.part.calendar = Some(calendar);
        self.part.is_sealed = !self.part.figures.is_empty();
        Some(())
    }

    /// Notes which calendar of the Hijra it is, where no more is known than that.
    pub(super) fn refine_calendar(&mut self, calendar: Calendar) -> Option<()> {
        if self.part.calendar == Some(Calendar::Hijri) {
            self.part.calendar = None;
        }
        self.mark_calendar(calendar)
    }

    /// The moment that is meant, if it is clear.
    pub(super) fn moment(&self, zone: &Zone, now: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        if let Some(moment) = self.epoch() {
            return Some(moment);
        }
        let since_midnight = self.since_midnight()?;
        let local = |day: NaiveDate| {
            let midnight = day.and_time(NaiveTime::MIN);
            midnight.checked_add_signed(since_midnight)
        };
        let minutes_east = |day| {
            let local = local(day)?;
            match self.place(zone, local)? {
                Some(place) => place.minutes_east(local),
                None => zone.minutes_east(local),
            }
        };
        let day = match self.parts.as_slice() {
            [] => self.relative_day(zone, now?)?,
            parts => named_day(parts, &self.hints(zone), minutes_east)?,
        };
        let local = local(day)?;
        match self.place(zone, local)? {
            Some(place) => place.moment(local),
            None => zone.moment(local),
        }
    }

    /// Seconds or milliseconds since 1970, if that is all there is.
    fn epoch(&self) -> Option<DateTime<Utc>> {
        let [part] = self.parts.as_slice() else {
            return None;
        };
        let &[Figure { value, digits, .. }] = part.figures.as_slice() else {
            return None;
        };
        let is_alone = self.time.is_none() && part.month.is_none();
        let value = i64::try_from(value).ok().filter(|_| is_alone)?;
        match digits {
            // Of numbers with a nought in front, some are those of telephones.
            10 if value >= 1_000_000_000 => DateTime::from_timestamp(value, 0),
            13 if value >= 1_000_000_000_000 => DateTime::from_timestamp(value / 1000, 0),
            _ => None,
        }
    }

    fn hints(&self, zone: &Zone) -> Hints {
        // Where the sun is up earlier than in Greenwich, EST and CST are of other countries.
        let january = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default();
        let is_east = || zone.minutes_east(january.and_time(NaiveTime::MIN)) > Some(0);
        Hints {
            weekday: self.weekday,
            month_first: self.named.is_some_and(|named| named.month_first) && !is_east(),
            is_half_latin: self.is_half_latin,
            has_time: self.time.is_some(),
            is_alone: self.is_alone,
        }
    }

    /// The place that the text names, if it names one; none at all if it may be several.
    fn place(&self, zone: &Zone, local: NaiveDateTime) -> Option<Option<Place>> {
        /// Korea's one zone, without summer time.
        const KOREA: Place = Place::East(540);

        if let Some(minutes) = self.offset {
            return Some(Some(Place::East(minutes)));
        }
        if let Some(named) = self.named {
            return Some(Some(named.place(zone, local)?));
        }
        // UTC is what a feed's zone is as long as nobody has said which it is.
        let is_of_korea = self.is_korean && zone.minutes_east(local) == Some(0);
        Some(self.in_database.or(is_of_korea.then_some(KOREA)))
    }

    /// Yesterday, if the text says no more than that.
    fn relative_day(&self, zone: &Zone, now: DateTime<Utc>) -> Option<NaiveDate> {
        let is_clear = self.time.is_some() || !self.has_label;
        let days = self.day.filter(|_| is_clear)?;
        zone.wall(now)
            .date()
            .checked_add_signed(TimeDelta::days(days))
    }

    fn since_midnight(&self) -> Option<TimeDelta> {
        let Some((hours, minutes, seconds)) = self.time else {
            return Some(TimeDelta::zero());
        };
        let hours = match self.half {
            Some(half) => half.hour(hours)?,
            None => hours,
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

/// The day that the parts name: the Gregorian one, if there are several. All must be days.
fn named_day(
    parts: &[Part],
    hints: &Hints,
    minutes_east: impl Fn(NaiveDate) -> Option<i32>,
) -> Option<NaiveDate> {
    let mut found: Option<(Calendar, NaiveDate)> = None;
    for part in parts {
        let (calendar, day) = part.day(hints, &minutes_east)?;
        match found {
            Some((Calendar::Gregorian, earlier)) if calendar == Calendar::Gregorian => {
                if earlier != day {
                    return None;
                }
            }
            Some((Calendar::Gregorian, _)) => {}
            Some(_) if calendar != Calendar::Gregorian => return None,
            _ => found = Some((calendar, day)),
        }
    }
    found.map(|(_, day)| day)
}
