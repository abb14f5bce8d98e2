//! Lines that are no more than a date.

use crate::text::dates::{is_month, is_of_date, is_year};

/// Whether the line is no more than a date, a time, a byline's frame: for lines around the text.
pub(crate) fn is_date(folded: &str, words: u32) -> bool {
    words <= 12
        && folded.chars().any(char::is_numeric)
        && folded
            .split(' ')
            .any(|word| is_month(word) || is_year(word))
        && folded.split(' ').filter(|word| !is_of_date(word)).count() <= 1
}
