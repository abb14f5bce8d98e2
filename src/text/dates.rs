//! The words that dates are made of, in folded form ([`arabic`](super::arabic)): for telling a line
//! that is no more than a date from one that says something. Nothing here reads dates.

/// Whether the word names a month.
pub fn is_month(word: &str) -> bool {
    MONTHS.contains(&word)
}

/// Whether the word is the number of a year of ours.
pub fn is_year(word: &str) -> bool {
    word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the word may stand in a date, a time or what introduces them; any number may.
pub fn is_of_date(word: &str) -> bool {
    word.chars().all(char::is_numeric)
        || MONTHS.contains(&word)
        || DATE.contains(&word)
        || word
            .trim_end_matches(|c: char| c.is_alphabetic())
            .chars()
            .any(char::is_numeric)
}

#[rustfmt::skip]
const MONTHS: [&str; 80] = [
    "كانون", "شباط", "اذار", "نيسان", "ايار", "حزيران", "تموز", "اب", "ايلول", "تشرين", "يناير",
    "فبراير", "مارس", "ابريل", "مايو", "يونيو", "يوليو", "اغسطس", "سبتمبر", "اكتوبر", "نوفمبر",
    "ديسمبر", "جانفي", "فيفري", "افريل", "ماي", "جوان", "جويليه", "اوت", "january", "february",
    "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
    "septiembre", "octubre", "noviembre", "diciembre", "januar", "februar", "märz",
];

#[rustfmt::skip]
const DATE: [&str; 64] = [
    "السبت", "الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "الاول", "الثاني", "ص",
    "م", "صباحا", "مساء", "الساعه", "تاريخ", "النشر", "نشر", "في", "اخر", "تحديث", "بتوقيت", "يوم",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue",
    "wed", "thu", "fri", "sat", "sun", "am", "pm", "utc", "gmt", "est", "edt", "bst", "updated",
    "published", "posted", "last", "at", "on", "of", "the", "modified", "date", "h", "le", "à", "el",
    "de", "a", "um", "uhr", "et", "pt", "st",
];
