//! The words by which boilerplate is known: one file for each kind of vocabulary.
//!
//! [`names`] are those of classes and ids, [`phrases`] what readers see, [`dates`] what a line
//! with a date is made of. Phrases are compared after [`fold`].

mod appeals;
mod dates;
mod names;
mod phrases;
mod signatures;

pub(super) use appeals::is_appeal;
pub(super) use dates::is_date;
pub(super) use names::{Hint, hint, is_body_name};
pub(super) use phrases::{is_aside_line, is_comments_heading, is_copyright, is_more_heading};
pub(super) use signatures::{is_byline, is_reading_time, is_sign_off};

/// Words of a text, as readers count them: in Chinese, Japanese and Thai, which put no space
/// between words, each two letters are one.
pub(super) fn count(text: &str) -> u32 {
    let mut words = 0;
    let mut unspaced = 0;
    for word in text.split_whitespace() {
        // All of these scripts need three bytes a letter.
        let letters = if word.len() < 6 || word.is_ascii() {
            0
        } else {
            word.chars().filter(is_unspaced).count()
        };
        unspaced += letters;
        words += usize::from(letters == 0);
    }
    u32::try_from(words + unspaced.div_ceil(2)).unwrap_or(u32::MAX)
}

fn is_unspaced(c: &char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// `text` in lower case, Arabic letters in one spelling, everything but letters and digits as one
/// space, so that phrases compare.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        let c = match c {
            // Most letters of most pages: no look into Unicode's tables.
            'a'..='z' | '0'..='9' | 'ء' | 'ؤ' | 'ئ' | 'ا' | 'ب' | 'ت'..='غ' | 'ف'..='و' | 'ي' =>
            {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(c);
                continue;
            }
            'A'..='Z' => c.to_ascii_lowercase(),
            ' ' | '.' | ',' | '،' => {
                gap = true;
                continue;
            }
            '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200b}'..='\u{200f}' => continue,
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' | 'ی' => 'ي',
            'ة' => 'ه',
            'ک' => 'ك',
            _ => c,
        };
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            // Lower case leaves a dot of the Turkish capital I.
            out.extend(c.to_lowercase().filter(|c| *c != '\u{307}'));
        } else {
            gap = true;
        }
    }
    out
}
