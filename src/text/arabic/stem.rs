//! Light stemming: what Arabic writes onto its words is taken off, and what is left is no root but
//! a form that most uses of the word share.
//!
//! The affixes are those of light10 (Larkey, Ballesteros, Connell: Light Stemming for Arabic
//! Information Retrieval, 2007): one و, then one of ال بال كال فال لل, then each of
//! ها ان ات ون ين يه ه ي once, in this order (ة is ه when it comes here folded). A prefix
//! or suffix stays where fewer than two letters would be left, و where fewer than three would. Beyond
//! light10, a و that stands after such a prefix goes, too: وزير and الوزير would part otherwise.
//!
//! Words with other letters than the Arabic alphabet's own are left whole: Latin, digits, and the
//! letters of Persian and Urdu that folding keeps. Stemming a stem may take more off (`وولد`), so
//! it is done once, to index and query alike. Pure and total.

use crate::text::arabic::fold::{fold, tokens, words};

/// Bytes of a letter of the Arabic alphabet in UTF-8.
const LETTER: usize = 2;

const PREFIXES: [&str; 5] = ["ال", "بال", "كال", "فال", "لل"];
const SUFFIXES: [&str; 8] = ["ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"];

/// Whether a folded word consists of letters of the Arabic alphabet alone.
pub fn is_arabic(word: &str) -> bool {
    let letters = word.as_bytes().chunks_exact(LETTER);
    !word.is_empty()
        && letters.remainder().is_empty()
        && letters.into_iter().all(|letter| match letter[0] {
            0xd8 => matches!(letter[1], 0xa1..=0xba),
            0xd9 => matches!(letter[1], 0x81..=0x8a),
            _ => false,
        })
}

/// The stem of a folded word: a part of it, never empty where the word is not.
pub fn stem(word: &str) -> &str {
    if word.len() < 3 * LETTER || !is_arabic(word) {
        return word;
    }
    let mut stem = without_and(word);
    let prefix = PREFIXES.iter().find_map(|prefix| {
        let rest = stem.strip_prefix(prefix)?;
        (rest.len() >= 2 * LETTER).then_some(rest)
    });
    stem = prefix.map_or(stem, without_and);
    for suffix in SUFFIXES {
        if let Some(rest) = stem
            .strip_suffix(suffix)
            .filter(|rest| rest.len() >= 2 * LETTER)
        {
            stem = rest;
        }
    }
    stem
}

/// The word without the و that it begins with.
fn without_and(word: &str) -> &str {
    word.strip_prefix('و')
        .filter(|rest| rest.len() >= 3 * LETTER)
        .unwrap_or(word)
}

/// The stems of a text's words, in order, separated by spaces.
pub fn stems(text: &str) -> String {
    let folded = fold(text);
    let mut stems = String::with_capacity(folded.len());
    // In a folded text, words are tokens, and are found faster.
    for word in words(&folded) {
        if !stems.is_empty() {
            stems.push(' ');
        }
        stems.push_str(stem(&folded[word]));
    }
    stems
}

/// [`stems`], or nothing where a full-text index of the text itself, which levels case, holds the
/// very same words in the same places.
pub fn stems_that_differ(text: &str) -> String {
    if text.is_ascii() {
        return String::new();
    }
    let stems = stems(text);
    let mut raw = tokens(text);
    let same = |stem: &str| {
        raw.next().is_some_and(|word| {
            word == stem || word.chars().flat_map(char::to_lowercase).eq(stem.chars())
        })
    };
    if stems.split_terminator(' ').all(same) && raw.next().is_none() {
        return String::new();
    }
    stems
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn affixes_come_off_and_the_word_stays() {
        for (word, expected) in [
            ("المدرسه", "مدرس"),
            ("والمدارس", "مدارس"),
            ("وزير", "زير"),
            ("والوزير", "زير"),
            ("الوطن", "وطن"),
            ("بالمدارس", "مدارس"),
            ("للمقاومه", "مقاوم"),
            ("فالحق", "حق"),
            ("كالعاده", "عاد"),
            ("كتابها", "كتاب"),
            ("المعلمين", "معلم"),
            ("معلمون", "معلم"),
            ("معلمات", "معلم"),
            ("اردنيه", "اردن"),
            ("الاردني", "اردن"),
            // Too little would be left.
            ("الى", "الى"),
            ("ولد", "ولد"),
            ("والد", "الد"),
            ("الله", "له"),
            ("هان", "هان"),
            ("في", "في"),
            ("ه", "ه"),
            // Other scripts and letters are left whole.
            ("news", "news"),
            ("2025", "2025"),
            ("گزارشها", "گزارشها"),
            ("والxها", "والxها"),
            ("", ""),
        ] {
            assert_eq!(stem(word), expected, "{word}");
        }
    }

    #[test]
    fn one_word_in_many_forms_has_one_stem() {
        for forms in [
            "المدرسة مدرسة والمدرسة بالمدرسة للمدرسة مدرسته مدرستها".split(' '),
            "الأردن الاردن والأردن بالأردن الأُرْدُنّ الأردنية أردني".split(' '),
        ] {
            let mut stems: Vec<String> = forms.map(super::stems).collect();
            stems.dedup();
            assert!(stems.len() <= 2, "{stems:?}");
        }
    }

    #[test]
    fn a_text_becomes_its_stems_in_order() {
        assert_eq!(
            stems("قال وزير الصحّة: «٢٠٢٥ عامٌ للمستشفيات» (BBC)."),
            "قال زير صح 2025 عام مستشف bbc"
        );
        assert_eq!(stems("، ؟"), "");
    }

    #[test]
    fn what_the_index_holds_anyway_is_not_listed() {
        for (text, expected) in [
            ("", ""),
            ("Plain English, in ANY Case", ""),
            ("Zürich und «ПРАВДА»", ""),
            ("قال امس", ""),
            ("قال الوزير now", "قال زير now"),
            ("خبر ٢٠٢٥", "خبر 2025"),
            ("قالَ امس", ""),
            ("قَال امس", "قال امس"),
        ] {
            assert_eq!(stems_that_differ(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_stem_is_a_part_of_its_word(text in any::<String>()) {
            let folded = fold(&text);
            for word in tokens(&folded) {
                prop_assert!(!stem(word).is_empty());
                prop_assert!(word.contains(stem(word)));
            }
            stem(&text);
            stems_that_differ(&text);
        }

        #[test]
        fn every_word_of_an_arabic_text_keeps_two_letters(word in "[ء-غف-ي]{2,12}") {
            prop_assert!(stem(&word).chars().count() >= 2);
            prop_assert!(is_arabic(&word));
        }

        #[test]
        fn stems_are_those_of_the_tokens(text in "[\u{600}-\u{6ff}\u{fe70}-\u{feff}\u{300}-\u{32f}a-zA-Z0-9é .،]{0,40}") {
            let folded = fold(&text);
            let each = tokens(&folded).map(stem).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(stems(&text), each);
        }
    }
}
