//! The small words of a date: halves of the day, marks of a calendar, what may stand between.
//!
//! [`meaning`] says what a plain word means by itself; whether it may mean that where it stands, the
//! reader decides. Source: CLDR (day periods), and the usage of Arabic and Persian outlets.

use crate::parse::date::calendars::Calendar;

/// The part of the day that an hour of twelve belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayHalf {
    Am,
    Pm,
    /// Around twelve, and after it.
    Noon,
    /// From evening until morning.
    Night,
}

impl DayHalf {
    /// The hour of 24 that is meant, if such an hour is in that part of the day.
    pub(super) fn hour(self, hour: u32) -> Option<u32> {
        Some(match (self, hour) {
            // The clock has 24 hours already.
            (Self::Pm | Self::Night, 13..=23) | (Self::Noon, 13..=16) => hour,
            (Self::Am, 0..=11) | (Self::Pm, 12) | (Self::Noon, 11..=12) => hour,
            (Self::Am | Self::Night, 12) => 0,
            (Self::Pm, 1..=11) | (Self::Noon, 1..=4) | (Self::Night, 6..=11) => hour + 12,
            (Self::Night, 0..=5) => hour,
            _ => return None,
        })
    }
}

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Half(DayHalf),
    /// The day that is so many days from today.
    Day(i64),
    /// The year before it is one of this calendar.
    Of(Calendar),
    /// The calendar of the Hijra before it is this one.
    More(Calendar),
    /// ص and م: a half of the day after a time; after a year, م says that it is not of the Hijra.
    Letter(DayHalf),
    /// The same day follows in another calendar.
    Corresponds,
    /// The number before it is the hour.
    Hour,
    /// It makes an ordinal of the number before it.
    Ordinal,
    /// It says nothing.
    Filler,
}

/// What a plain word means by itself, if it is one of these.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    use Calendar::{Gregorian, Hijri, Jalali};
    use DayHalf::{Am, Night, Noon, Pm};
    Some(match word {
        "am" | "صباحا" | "فجرا" | "صبح" | "上午" | "早上" | "凌晨" | "午前" | "오전" => {
            Meaning::Half(Am)
        }
        "pm" | "مساء" | "عصرا" | "عصر" | "شام" | "下午" | "晚上" | "午後" | "오후" => {
            Meaning::Half(Pm)
        }
        "ظهرا" | "ظهر" | "中午" => Meaning::Half(Noon),
        "ليلا" | "شب" => Meaning::Half(Night),
        "ص" => Meaning::Letter(Am),
        "م" => Meaning::Letter(Pm),
        "ه" | "هجري" | "هجريه" | "للهجره" | "ah" => Meaning::Of(Hijri),
        "ميلادي" | "ميلاديه" | "للميلاد" | "ce" | "ad" | "ء" => {
            Meaning::Of(Gregorian)
        }
        "ش" | "شمسي" | "خورشيدي" => Meaning::More(Jalali),
        "ق" | "قمري" | "قمريه" => Meaning::More(Hijri),
        "الموافق" | "الموافقه" | "موافق" | "المصادف" | "مصادف" | "يوافق" | "مطابق" | "برابر" => {
            Meaning::Corresponds
        }
        "uhr" | "uur" => Meaning::Hour,
        "st" | "nd" | "rd" | "th" | "er" | "eme" | "o" => Meaning::Ordinal,
        "today" | "aujourd" | "heute" | "hoy" | "oggi" | "bugun" | "اليوم" | "امروز" => {
            Meaning::Day(0)
        }
        "yesterday" | "hier" | "gestern" | "ayer" | "ieri" | "dun" | "امس" | "الامس" | "البارحه"
        | "ديروز" => Meaning::Day(-1),
        "at" | "on" | "of" | "the" | "d" | "de" | "del" | "do" | "di" | "le" | "a" | "alle"
        | "ore" | "um" | "kl" | "feira" | "hrs" | "h" | "hs" | "t" | "hui" => Meaning::Filler,
        "الساعه" | "ساعت" | "في" | "عند" | "من" | "ل" | "با" | "و" | "يوم" | "روز" | "تمام"
        | "شهر" | "ماه" | "عام" | "سنه" | "سال" | "لعام" | "لسنه" | "بتوقيت" | "توقيت"
        | "بالتوقيت" | "المحلي" | "المكرمه" | "المبارك" | "المعظم" | "الحرام" => {
            Meaning::Filler
        }
        _ => return None,
    })
}

/// Halves of the day in two letters with dots or spaces between them: `a.m.`, `p. m.`, `ب.ظ`.
const DOTTED: &[(&str, &str, DayHalf)] = &[
    ("a", "m", DayHalf::Am),
    ("p", "m", DayHalf::Pm),
    ("π", "μ", DayHalf::Am),
    ("μ", "μ", DayHalf::Pm),
    ("ق", "ظ", DayHalf::Am),
    ("ب", "ظ", DayHalf::Pm),
];

/// The half of the day that `first` and the letter after it make, and the bytes up to its end.
pub(super) fn dotted_half(first: &str, rest: &str) -> Option<(DayHalf, usize)> {
    let second = rest.trim_start_matches(['.', ' ']);
    let (letter, half) = DOTTED.iter().find_map(|(one, two, half)| {
        (*one == first && second.starts_with(two)).then_some((*two, *half))
    })?;
    let after = &second[letter.len()..];
    let is_whole = !after.starts_with(char::is_alphabetic);
    is_whole.then(|| (half, rest.len() - after.len()))
}

/// The half of the day that two words name.
pub(super) fn two_word_half(first: &str, second: &str) -> Option<DayHalf> {
    match (first, second) {
        ("قبل", "الظهر") => Some(DayHalf::Am),
        ("بعد", "الظهر" | "ظهر") => Some(DayHalf::Pm),
        _ => None,
    }
}

/// Signs of Chinese, Japanese and Korean that follow a figure of the date.
pub(super) const DATE_UNITS: [char; 8] = ['年', '月', '日', '号', '號', '년', '월', '일'];

/// Signs that follow the hour.
pub(super) const HOUR_UNITS: [char; 6] = ['h', '時', '时', '點', '点', '시'];

/// Signs that may follow the minutes and the seconds.
pub(super) const SMALL_UNITS: [char; 4] = ['分', '분', '秒', '초'];
