//! Time zones that dates name: by abbreviation, by city, by their name in the tz database.
//!
//! Some abbreviations are used in more than one part of the world. They mean the one that shows the
//! feed's own time; failing that, the one that news feeds mean, if there is such a one (AST is
//! Arabia's, not the Atlantic's; CST, BST and the like are those of RFC 822 and of Europe), and
//! none otherwise (IST: India, Israel, Ireland).
//!
//! Single letters other than Z are none: RFC 822 gave them the wrong sign (RFC 2822 §4.3).

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::parse::date::zone::Zone;

/// Where the clocks hang.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// Minutes east of Greenwich.
    East(i32),
    Named(Tz),
}

impl Place {
    /// The moment at which the clocks show `local`.
    pub(super) fn moment(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            Self::East(minutes) => {
                let east = TimeDelta::minutes(minutes.into());
                Some(local.checked_sub_signed(east)?.and_utc())
            }
            Self::Named(tz) => Zone::new(tz).moment(local),
        }
    }

    /// Minutes east of Greenwich while the clocks show `local`.
    pub(super) fn minutes_east(self, local: NaiveDateTime) -> Option<i32> {
        match self {
            Self::East(minutes) => Some(minutes),
            Self::Named(tz) => Zone::new(tz).minutes_east(local),
        }
    }
}

/// What a name may stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meanings {
    places: &'static [Place],
    /// True if the first is meant where nothing else decides.
    first_by_default: bool,
    /// True of the names that only people write who put the month before the day.
    pub(super) month_first: bool,
}

impl Meanings {
    /// The place that is meant in a feed of `zone`.
    pub(super) fn place(&self, zone: &Zone, local: NaiveDateTime) -> Option<Place> {
        let (&first, others) = self.places.split_first()?;
        if others.is_empty() {
            return Some(first);
        }
        let here = zone.minutes_east(local);
        let like_here = |place: &Place| place.minutes_east(local) == here;
        let found = self.places.iter().copied().find(like_here);
        found.or(Some(first).filter(|_| self.first_by_default))
    }
}

/// What a plain word means as the name of a zone.
pub(super) fn named(word: &str) -> Option<Meanings> {
    let find = |names: &'static [(&str, &'static [Place])]| {
        let found = names.iter().find(|(name, _)| *name == word);
        found.map(|(_, places)| *places)
    };
    let meanings = |places, first_by_default, month_first| Meanings {
        places,
        first_by_default,
        month_first,
    };
    find(AMERICA)
        .map(|places| meanings(places, true, true))
        .or_else(|| find(WORLD).map(|places| meanings(places, true, false)))
        .or_else(|| find(UNCLEAR).map(|places| meanings(places, false, false)))
}

/// The zone of the tz database that a text in lower case begins with, and its length.
pub(super) fn in_database(text: &str) -> Option<(Place, usize)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "/_+-".contains(c)));
    let name = text[..end.unwrap_or(text.len())].trim_end_matches(['/', '_', '+', '-']);
    if !name.contains('/') {
        return None;
    }
    let found = TZ_VARIANTS
        .iter()
        .find(|tz| tz.name().eq_ignore_ascii_case(name))?;
    Some((Place::Named(*found), name.len()))
}

/// The names of the United States.
const AMERICA: &[(&str, &[Place])] = {
    use Place::{East, Named};
    &[
        ("est", &[East(-300), East(600)]),
        ("edt", &[East(-240)]),
        ("et", &[Named(Tz::America__New_York)]),
        ("cst", &[East(-360), East(480)]),
        ("cdt", &[East(-300)]),
        ("ct", &[Named(Tz::America__Chicago)]),
        ("mst", &[East(-420)]),
        ("mdt", &[East(-360)]),
        ("mt", &[Named(Tz::America__Denver)]),
        ("pst", &[East(-480), East(480)]),
        ("pdt", &[East(-420)]),
        ("pt", &[Named(Tz::America__Los_Angeles)]),
        ("akst", &[East(-540)]),
        ("akdt", &[East(-480)]),
        ("hst", &[East(-600)]),
    ]
};

const WORLD: &[(&str, &[Place])] = {
    use Place::{East, Named};
    &[
        ("gmt", &[East(0)]),
        ("utc", &[East(0)]),
        ("ut", &[East(0)]),
        ("uct", &[East(0)]),
        ("z", &[East(0)]),
        ("zulu", &[East(0)]),
        ("wet", &[East(0)]),
        ("bst", &[East(60), East(360)]),
        ("west", &[East(60)]),
        ("cet", &[East(60)]),
        ("met", &[East(60)]),
        ("mez", &[East(60)]),
        ("wat", &[East(60)]),
        ("cest", &[East(120)]),
        ("cedt", &[East(120)]),
        ("mest", &[East(120)]),
        ("mesz", &[East(120)]),
        ("sast", &[East(120)]),
        ("cat", &[East(120)]),
        ("eet", &[East(120)]),
        ("eest", &[East(180)]),
        ("eedt", &[East(180)]),
        ("idt", &[East(180)]),
        ("eat", &[East(180)]),
        ("msk", &[East(180)]),
        ("trt", &[East(180)]),
        ("ast", &[East(180), East(-240)]),
        ("ksa", &[East(180)]),
        ("msd", &[East(240)]),
        ("irst", &[East(210)]),
        ("irdt", &[East(270)]),
        ("aft", &[East(270)]),
        ("gst", &[East(240)]),
        ("pkt", &[East(300)]),
        ("npt", &[East(345)]),
        ("wib", &[East(420)]),
        ("ict", &[East(420)]),
        ("hkt", &[East(480)]),
        ("sgt", &[East(480)]),
        ("myt", &[East(480)]),
        ("awst", &[East(480)]),
        ("jst", &[East(540)]),
        ("kst", &[East(540)]),
        ("acst", &[East(570)]),
        ("aest", &[East(600)]),
        ("acdt", &[East(630)]),
        ("aedt", &[East(660)]),
        ("nzst", &[East(720)]),
        ("nzdt", &[East(780)]),
        ("at", &[Named(Tz::America__Halifax)]),
        ("adt", &[East(-180)]),
        ("nst", &[East(-210)]),
        ("ndt", &[East(-150)]),
        ("brt", &[East(-180)]),
        ("art", &[East(-180)]),
        ("غرينتش", &[East(0)]),
        ("جرينتش", &[East(0)]),
        ("غرينيتش", &[East(0)]),
        ("جرينيتش", &[East(0)]),
        ("العالمي", &[East(0)]),
        ("مكه", &[East(180)]),
        ("السعوديه", &[East(180)]),
        ("الرياض", &[East(180)]),
        ("جده", &[East(180)]),
        ("الكويت", &[East(180)]),
        ("الدوحه", &[East(180)]),
        ("قطر", &[East(180)]),
        ("البحرين", &[East(180)]),
        ("بغداد", &[Named(Tz::Asia__Baghdad)]),
        ("العراق", &[Named(Tz::Asia__Baghdad)]),
        ("صنعاء", &[East(180)]),
        ("عدن", &[East(180)]),
        ("دبي", &[East(240)]),
        ("ابوظبي", &[East(240)]),
        ("الامارات", &[East(240)]),
        ("مسقط", &[East(240)]),
        ("القاهره", &[Named(Tz::Africa__Cairo)]),
        ("مصر", &[Named(Tz::Africa__Cairo)]),
        ("بيروت", &[Named(Tz::Asia__Beirut)]),
        ("لبنان", &[Named(Tz::Asia__Beirut)]),
        ("دمشق", &[Named(Tz::Asia__Damascus)]),
        ("سوريا", &[Named(Tz::Asia__Damascus)]),
        ("الاردن", &[Named(Tz::Asia__Amman)]),
        ("القدس", &[Named(Tz::Asia__Hebron)]),
        ("فلسطين", &[Named(Tz::Asia__Hebron)]),
        ("غزه", &[Named(Tz::Asia__Gaza)]),
        ("الخرطوم", &[Named(Tz::Africa__Khartoum)]),
        ("السودان", &[Named(Tz::Africa__Khartoum)]),
        ("ليبيا", &[Named(Tz::Africa__Tripoli)]),
        ("تونس", &[Named(Tz::Africa__Tunis)]),
        ("الجزاير", &[Named(Tz::Africa__Algiers)]),
        ("المغرب", &[Named(Tz::Africa__Casablanca)]),
        ("الرباط", &[Named(Tz::Africa__Casablanca)]),
        ("نواكشوط", &[Named(Tz::Africa__Nouakchott)]),
        ("طهران", &[Named(Tz::Asia__Tehran)]),
        ("تهران", &[Named(Tz::Asia__Tehran)]),
        ("كابل", &[Named(Tz::Asia__Kabul)]),
        ("انقره", &[Named(Tz::Europe__Istanbul)]),
        ("اسطنبول", &[Named(Tz::Europe__Istanbul)]),
        ("تركيا", &[Named(Tz::Europe__Istanbul)]),
        ("لندن", &[Named(Tz::Europe__London)]),
        ("باريس", &[Named(Tz::Europe__Paris)]),
        ("نيويورك", &[Named(Tz::America__New_York)]),
        ("واشنطن", &[Named(Tz::America__New_York)]),
        ("موسكو", &[Named(Tz::Europe__Moscow)]),
    ]
};

/// Names of which only the feed's own zone can tell what they mean.
const UNCLEAR: &[(&str, &[Place])] = {
    use Place::{East, Named};
    &[
        ("ist", &[East(330), East(120), East(60)]),
        // Without its doubling sign, Amman is spelt like Oman.
        ("عمان", &[Named(Tz::Asia__Amman), East(240)]),
    ]
};

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, NaiveDate};

    use super::*;
    use crate::parse::date::names::plain;
    use crate::text::arabic;

    #[test]
    fn the_tables_are_in_plain_spelling_and_name_nothing_twice() {
        let mut names: Vec<_> = [AMERICA, WORLD, UNCLEAR].concat();
        for (name, _) in &names {
            assert_eq!(plain(&arabic::fold(name)), *name);
        }
        let count = names.len();
        names.sort_by_key(|(name, _)| *name);
        names.dedup_by_key(|(name, _)| *name);
        assert_eq!(names.len(), count);
    }

    #[test]
    fn an_unclear_name_means_the_place_of_the_feed() {
        let local = NaiveDate::from_ymd_opt(2025, 2, 20)
            .unwrap()
            .and_hms_opt(10, 0, 0)
            .unwrap();
        let at = |name: &str, minutes: i32| {
            let zone = Zone::new(FixedOffset::east_opt(minutes * 60).unwrap());
            let place = named(name).unwrap().place(&zone, local);
            place.and_then(|place| place.minutes_east(local))
        };
        assert_eq!(at("ist", 330), Some(330));
        assert_eq!(at("ist", 0), None);
        assert_eq!(at("ast", 0), Some(180));
        assert_eq!(at("ast", -240), Some(-240));
        assert_eq!(at("عمان", 180), Some(180));
    }
}
