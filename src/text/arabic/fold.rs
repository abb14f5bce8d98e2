//! Arabic spelling, folded for search and comparison; never for display.
//!
//! One news word is spelt in many ways: with vowel signs or without, with hamza or a bare alef,
//! with Arabic or Persian letters, in presentation forms, stretched. [`fold`] brings them to one
//! form; [`tokens`] splits that form as the archive's full-text index does. Both are pure and total.
//!
//! What is folded, in the order of the tables below:
//! - compatibility and presentation forms by NFKC;
//! - vowel signs, superscript alef, Quranic signs, tatweel, joiners and bidirectional controls: gone;
//! - أ إ آ ٱ to ا; ى and Persian ی to ي; Persian ک to ك; ة and the other forms of heh to ه;
//!   ؤ to و; ئ to ي. A hamza on the line (ء) stays: it is a letter of its own (`ماء`, `ما`);
//! - Arabic-Indic and Persian digits to ASCII digits, and all cased letters to lower case.
//!
//! Ta marbuta and heh, or ى and ي, are different letters to a reader. So the folded form serves
//! as a key only. The rules are those of Lucene's `ArabicNormalizer`, with the seats of hamza and
//! the Persian letters added, since outlets use them at random.
//!
//! The archive's tokenizer is SQLite's `unicode61` (fts5, §4.3.1): runs of the categories L*, N*
//! and Co are tokens, and all else divides, Arabic vowel signs included.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// In [`ARABIC`]: the character is dropped.
const DROPPED: u16 = 0;
/// In [`ARABIC`]: only NFKC knows.
const COMPOUND: u16 = 1;

/// What each character of the block U+0600–U+06FF becomes.
const ARABIC: [u16; 256] = arabic_block();

const fn arabic_block() -> [u16; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "i is below 256")]
        let low = i as u16;
        table[i] = match 0x600 + low {
            // Signs above and below, ALM, tatweel, vowel signs, superscript alef, Quranic signs.
            0x610..=0x61a | 0x61c | 0x640 | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6ed => DROPPED,
            0x675..=0x678 => COMPOUND,
            0x622 | 0x623 | 0x625 | 0x671 | 0x672 | 0x673 => 0x627,
            0x624 => 0x648,
            0x626 | 0x649 | 0x6cc => 0x64a,
            0x629 | 0x6be | 0x6c0..=0x6c3 | 0x6d5 => 0x647,
            0x6a9 | 0x6aa => 0x643,
            0x6d3 => 0x6d2,
            0x660..=0x669 => b'0' as u16 + low - 0x60,
            0x6f0..=0x6f9 => b'0' as u16 + low - 0xf0,
            0x66a => b'%' as u16,
            0x66b => b'.' as u16,
            0x66c => b',' as u16,
            same => same,
        };
        i += 1;
    }
    table
}

/// What folding does to one character, seen alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Keep,
    Drop,
    /// Another character stands in its place.
    To(char),
    /// It must be seen with its neighbours, or becomes several.
    Compound,
}

fn step(c: char) -> Step {
    let code = u32::from(c);
    match code {
        0..=0x7f if c.is_ascii_uppercase() => Step::To(c.to_ascii_lowercase()),
        0..=0x7f => Step::Keep,
        0x600..=0x6ff => arabic_step((code & 0xff) as usize),
        // Soft hyphen, more Arabic signs, joiners and directional marks, word joiner, BOM.
        0xad | 0x897..=0x89f | 0x8ca..=0x8e1 | 0x8e3..=0x8ff => Step::Drop,
        0x200b..=0x200f | 0x202a..=0x202e | 0x2060 | 0x2066..=0x2069 | 0xfeff => Step::Drop,
        // Punctuation of every Arabic page, spared the general rule: NFKC would make it ASCII.
        0xa0 => Step::To(' '),
        0xab | 0xbb | 0x2010 | 0x2012..=0x2015 | 0x2018..=0x201e => Step::Keep,
        _ => other_step(c),
    }
}

/// [`step`] of the character U+0600 + `low`.
fn arabic_step(low: usize) -> Step {
    match ARABIC[low] {
        DROPPED => Step::Drop,
        COMPOUND => Step::Compound,
        same if usize::from(same) == 0x600 + low => Step::Keep,
        other => char::from_u32(other.into()).map_or(Step::Keep, Step::To),
    }
}

fn other_step(c: char) -> Step {
    if canonical_combining_class(c) != 0 || is_nfkc_quick(std::iter::once(c)) != IsNormalized::Yes {
        return Step::Compound;
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) if one == c => Step::Keep,
        (Some(one), None) => Step::To(one),
        _ => Step::Compound,
    }
}

/// The folded form of a text. Idempotent; borrowed where nothing changes.
pub fn fold(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut folded: Option<String> = None;
    let (mut start, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let (step, next) = match byte {
            b'A'..=b'Z' => (Step::To(char::from(byte.to_ascii_lowercase())), at + 1),
            0..=0x7f => {
                at += 1;
                continue;
            }
            // The block U+0600, without the detour over `char`.
            0xd8..=0xdb => {
                let low = (usize::from(byte) & 3) << 6 | usize::from(bytes[at + 1] & 0x3f);
                if usize::from(ARABIC[low]) == 0x600 + low {
                    at += 2;
                    continue;
                }
                (arabic_step(low), at + 2)
            }
            _ => {
                let Some(c) = text[at..].chars().next() else {
                    break;
                };
                (step(c), at + c.len_utf8())
            }
        };
        if step == Step::Keep {
            at = next;
            continue;
        }
        let folded = folded.get_or_insert_with(|| String::with_capacity(text.len()));
        folded.push_str(&text[start..at]);
        at = next;
        match step {
            Step::Keep | Step::Drop => {}
            Step::To(c) => folded.push(c),
            Step::Compound => at = fold_run(text, next, folded),
        }
        start = at;
    }
    match folded {
        None => Cow::Borrowed(text),
        Some(mut folded) => {
            folded.push_str(&text[start..]);
            Cow::Owned(folded)
        }
    }
}

/// Folds the run between ASCII white space that holds the compound just before `next`, and returns
/// where it ends. Nothing composes or reorders across a space, so the run may be seen alone.
/// `folded` holds all of the text before the compound, in folded form.
fn fold_run(text: &str, next: usize, folded: &mut String) -> usize {
    let compound = next - text[..next].chars().next_back().map_or(0, char::len_utf8);
    let is_border = |c: char| c.is_ascii_whitespace();
    let begin = text[..compound]
        .rfind(is_border)
        .map_or(0, |border| border + 1);
    let end = text[next..]
        .find(is_border)
        .map_or(text.len(), |ahead| next + ahead);
    folded.truncate(folded.len() - fold(&text[begin..compound]).len());
    fold_compounds(&text[begin..end], folded);
    end
}

/// Folds by way of NFKC: twice, since lower-casing may leave what composes.
fn fold_compounds(run: &str, folded: &mut String) {
    let mut once = String::with_capacity(run.len());
    for c in run.chars().filter(|&c| step(c) != Step::Drop).nfkc() {
        match step(c) {
            Step::Drop => {}
            Step::Keep => once.push(c),
            Step::To(other) => once.push(other),
            Step::Compound => once.extend(c.to_lowercase()),
        }
    }
    folded.extend(once.nfkc());
}

/// The words of a folded text, as the archive's full-text index sees them.
pub fn tokens(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c| !is_token_char(c) && !is_diacritic(c))
        .filter(|word| word.contains(is_token_char))
}

/// The words of a text as it was written, each from its first to its last byte with all that folding
/// drops inside; folding one gives the [`tokens`] that it holds, mostly one.
pub fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = next_that(text, at, true)?;
        at = next_that(text, start, false).unwrap_or(text.len());
        Some(start..at)
    })
    .filter(|word| text[word.clone()].contains(is_token_char))
}

/// The first character from `at` on that is or is not of a word.
fn next_that(text: &str, mut at: usize, is_of_one: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let (is_it, length) = match byte {
            0..=0x7f => (byte.is_ascii_alphanumeric(), 1),
            // The block U+0600, as in `fold`.
            0xd8..=0xdb => {
                let low = (usize::from(byte) & 3) << 6 | usize::from(bytes[at + 1] & 0x3f);
                (ARABIC_WORD[low], 2)
            }
            _ => {
                let c = text[at..].chars().next()?;
                (is_of_a_word(c), c.len_utf8())
            }
        };
        if is_it == is_of_one {
            return Some(at);
        }
        at += length;
    }
    None
}

/// [`is_of_a_word`] of the characters of the block U+0600–U+06FF.
static ARABIC_WORD: LazyLock<[bool; 256]> = LazyLock::new(|| {
    std::array::from_fn(|low| {
        let code = u32::try_from(low).map_or(0, |low| 0x600 + low);
        char::from_u32(code).is_some_and(is_of_a_word)
    })
});

fn is_of_a_word(c: char) -> bool {
    is_token_char(c) || is_diacritic(c) || (!c.is_ascii() && step(c) == Step::Drop)
}

/// Categories L*, N* and Co. The standard library knows Alphabetic, which adds combining marks
/// and some circled letters.
fn is_token_char(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        '\u{621}'..='\u{63a}' | '\u{641}'..='\u{64a}' => true,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}' => true,
        '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}' => false,
        _ => c.is_alphanumeric() && !is_combining_mark(c),
    }
}

/// The marks that `unicode61` takes off inside a word instead of dividing there: those of Latin.
/// The two masks are SQLite's (`sqlite3Fts5UnicodeIsdiacritic`).
fn is_diacritic(c: char) -> bool {
    match u32::from(c) {
        code @ 768..=799 => 0x0802_9fdf_u32 & (1 << (code - 768)) != 0,
        code @ 800..=817 => 0x0003_61f8_u32 & (1 << (code - 800)) != 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_word_fold_to_one_form() {
        for (one, other) in [
            ("صَوْتُ الحَقِّ", "صوت الحق"),
            ("إعلان أحمد آل ٱلمدينة", "اعلان احمد ال المدينه"),
            ("مستشفى", "مستشفي"),
            ("کتاب خبری", "كتاب خبري"),
            ("مؤتمر رئيس", "موتمر رييس"),
            ("عـــاجل", "عاجل"),
            ("\u{fe8d}\u{fedf}\u{fea4}\u{fed6}", "الحق"),
            ("\u{fefb}", "لا"),
            ("٢٠٢٥ ۱۴۰۴", "2025 1404"),
            ("٣٫٥٪", "3.5%"),
            ("\u{202b}خبر\u{200f}\u{202c}", "خبر"),
            ("هٰذا", "هذا"),
            ("ھذا ہے", "هذا هے"),
            ("CAFÉ Ｎｅｗｓ", "café news"),
            ("آ", "\u{627}\u{653}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
    }

    #[test]
    fn letters_that_part_words_stay_apart() {
        for (one, other) in [("ماء", "ما"), ("كلب", "قلب"), ("ظل", "ضل"), ("ثلج", "تلج")]
        {
            assert_ne!(fold(one), fold(other), "{one}");
        }
        assert_eq!(fold("شيء"), "شيء");
    }

    #[test]
    fn folded_text_is_borrowed() {
        for text in [
            "",
            "plain ascii",
            "صوت الحق",
            "«خبر» – 2025",
            "naïve",
            "новости",
        ] {
            assert!(
                matches!(fold(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn tokens_are_letters_and_digits() {
        let all: Vec<&str> = tokens("«صوت الحق» 3.5-x_y شيء\u{301} \u{301} a\u{301}b").collect();
        assert_eq!(
            all,
            ["صوت", "الحق", "3", "5", "x", "y", "شيء\u{301}", "a\u{301}b"]
        );
    }

    fn texts() -> impl Strategy<Value = String> {
        let arabic = "[\u{600}-\u{6ff} ]{0,12}";
        let forms = "[\u{fb50}-\u{fdff}\u{fe70}-\u{feff}\u{600}-\u{6ff}\u{300}-\u{330}a-zA-Z]{0,8}";
        prop_oneof![
            any::<String>(),
            arabic.prop_map(String::from),
            forms.prop_map(String::from)
        ]
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in texts()) {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
        }
    }
}
