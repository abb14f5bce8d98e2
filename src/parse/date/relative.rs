//! Times that count back from now: `5 minutes ago`, `قبل ساعتين`, `il y a 2 jours`.
//!
//! [`read`] takes the whole text or nothing. What is not counted (`قبل قليل`) and what lies ahead is
//! no date. Yesterday and today are days of the calendar, and the reader's affair.

use chrono::{DateTime, Months, TimeDelta, Utc};

use crate::parse::date::names::plain;

/// A span of time, by its name.
#[derive(Clone, Copy)]
enum Unit {
    Seconds(i64),
    Months(u32),
}

/// The moment that a folded text means, counted from `now`.
pub(super) fn read(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = plain(text);
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    if NOW.contains(&text) {
        return Some(now);
    }
    let span = BEFORE
        .iter()
        .find_map(|before| text.strip_prefix(before)?.strip_prefix(' '))
        .or_else(|| AFTER.iter().find_map(|after| text.strip_suffix(after)))?;
    let mut moment = now;
    let mut count = None;
    let mut spans = 0;
    for word in words(span) {
        // "an" counts an hour in English, and is a year in French.
        if let Some((unit, counted)) =
            unit(word).filter(|_| count.is_some() || number(word).is_none())
        {
            let count = match (count.take(), counted) {
                (Some(_), Some(_)) => return None,
                (Some(count), None) | (None, Some(count)) => count,
                (None, None) => 1,
            };
            moment = back(moment, unit, count)?;
            spans += 1;
        } else if let Some(number) = number(word) {
            if count.replace(number).is_some() {
                return None;
            }
        } else if !AND.contains(&word) {
            return None;
        }
    }
    // "يوم واحد": one day.
    let is_whole = spans > 0 && count.is_none_or(|count| count == 1);
    is_whole.then_some(moment)
}

/// Words and numbers; the unit may stand close to its number (`5h`), as may the Arabic *and*.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !c.is_alphanumeric());
    runs.flat_map(|mut run| {
        std::iter::from_fn(move || {
            let is_number = run.chars().next()?.is_ascii_digit();
            let end = run.find(|c: char| c.is_ascii_digit() != is_number);
            let (word, rest) = run.split_at(end.unwrap_or(run.len()));
            run = rest;
            Some(word)
        })
    })
}

fn back(moment: DateTime<Utc>, unit: Unit, count: u32) -> Option<DateTime<Utc>> {
    match unit {
        Unit::Seconds(seconds) => {
            let seconds = seconds.checked_mul(count.into())?;
            moment.checked_sub_signed(TimeDelta::try_seconds(seconds)?)
        }
        Unit::Months(months) => moment.checked_sub_months(Months::new(months.checked_mul(count)?)),
    }
}

fn number(word: &str) -> Option<u32> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return word.parse().ok();
    }
    let row = NUMBERS.iter().position(|names| has(names, word))?;
    u32::try_from(row + 1).ok()
}

/// The span that a word names, with its number if that is part of the word.
fn unit(word: &str) -> Option<(Unit, Option<u32>)> {
    let find = |table: &[(&str, Unit)]| {
        let found = table.iter().find(|(names, _)| has(names, word));
        found.map(|(_, unit)| *unit)
    };
    find(UNITS)
        .map(|unit| (unit, None))
        .or_else(|| Some((find(DUALS)?, Some(2))))
}

fn has(names: &str, word: &str) -> bool {
    names.split(' ').any(|name| name == word)
}

const NOW: &[&str] = &[
    "now",
    "just now",
    "الان",
    "a l'instant",
    "maintenant",
    "اكنون",
];

/// What stands before the span: Arabic, French, German, Spanish.
const BEFORE: &[&str] = &["قبل", "منذ", "من", "il y a", "vor", "hace"];

/// What stands after it: English, Italian, Persian, Turkish.
const AFTER: &[&str] = &[" ago", " fa", " پيش", " قبل", " once"];

const AND: &[&str] = &["and", "و", "et", "und", "y"];

/// From one to ten.
const NUMBERS: &[&str] = &[
    "a an one un une una ein eine einem einer واحد واحده يك bir",
    "two deux zwei dos due",
    "three trois drei tres tre ثلاث ثلاثه",
    "four quatre vier cuatro quattro اربع اربعه",
    "five cinq funf cinco cinque خمس خمسه",
    "six sechs seis sei ست سته",
    "seven sept sieben siete sette سبع سبعه",
    "eight huit acht ocho otto ثمان ثماني ثمانيه",
    "nine neuf neun nueve nove تسع تسعه",
    "ten dix zehn diez dieci عشر عشره",
];

/// Spans by their names.
const UNITS: &[(&str, Unit)] = &[
    (
        "second seconds sec secs s seconde secondes sekunde sekunden segundo segundos secondo \
         secondi saniye ثانيه ثواني ثوان",
        Unit::Seconds(1),
    ),
    (
        "minute minutes min mins m minuten minuto minutos minuti dakika دقيقه دقايق",
        Unit::Seconds(60),
    ),
    (
        "hour hours hr hrs h heure heures stunde stunden hora horas ora ore saat ساعه ساعات ساعت",
        Unit::Seconds(3_600),
    ),
    (
        "day days d jour jours tag tagen dia dias giorno giorni gun يوم يوما ايام روز",
        Unit::Seconds(86_400),
    ),
    (
        "week weeks w semaine semaines woche wochen semana semanas settimana settimane hafta \
         اسبوع اسبوعا اسابيع هفته",
        Unit::Seconds(604_800),
    ),
    (
        "month months mo mois monat monaten mes meses mese mesi ay شهر شهرا اشهر شهور ماه",
        Unit::Months(1),
    ),
    (
        "year years an ans annee jahr jahren ano anos anno anni yil سنه سنوات سال عام عاما اعوام",
        Unit::Months(12),
    ),
];

/// Two of a span, in one Arabic word.
const DUALS: &[(&str, Unit)] = &[
    ("ثانيتين", Unit::Seconds(1)),
    ("دقيقتين", Unit::Seconds(60)),
    ("ساعتين", Unit::Seconds(3_600)),
    ("يومين", Unit::Seconds(86_400)),
    ("اسبوعين", Unit::Seconds(604_800)),
    ("شهرين", Unit::Months(1)),
    ("سنتين عامين", Unit::Months(12)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::arabic;

    #[test]
    fn the_tables_are_in_plain_spelling() {
        let units = UNITS.iter().chain(DUALS).map(|(names, _)| *names);
        let words = [NOW, BEFORE, AFTER, AND, NUMBERS]
            .into_iter()
            .flatten()
            .copied();
        for word in units.chain(words) {
            assert_eq!(plain(&arabic::fold(word)), word);
        }
    }

    #[test]
    fn no_text_that_is_more_than_a_span_is_one() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        for text in [
            "5 ago",
            "5 5 days ago",
            "ago",
            "days 5 ago",
            "two 5 days ago",
            "قبل و",
            "قبل يوم يوم 3",
        ] {
            assert_eq!(read(text, now), None, "{text}");
        }
    }
}
