//! Plain text: what must not be stored is taken out, what is left is counted.
//!
//! [`clean`] is for every text that enters the archive, [`line`] for titles, names and other texts
//! of one line, [`display`] for text that is shown beside text of others, where an override of the
//! writing direction could dress one thing up as another. [`words`] counts, [`entities`] resolves
//! HTML character references, [`opening`] cuts.
//!
//! Nothing here knows markup, and nothing folds spelling (that is [`arabic`](super::arabic)).
//! Clean text passes through all of it without a copy. There are no errors.
//!
//! Sources: XML 1.0 §2.2 (the characters that a document may hold), UAX #9 §2 (bidirectional
//! controls), Unicode §23.7 (noncharacters).

use std::borrow::Cow;

/// First bytes (UTF-8) of all that [`clean`] looks at twice.
const SUSPECT: [bool; 256] = suspects(&[0x7f, 0xc2, 0xef, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4]);

/// Likewise for [`display`].
const SUSPECT_DISPLAYED: [bool; 256] =
    suspects(&[0x7f, 0xc2, 0xe1, 0xe2, 0xef, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4]);

/// Drops control characters (all but tab and line feed) and noncharacters; a lone carriage return
/// becomes a line feed. What is left may stand in an XML 1.0 document.
pub fn clean(text: &str) -> Cow<'_, str> {
    filter(text, &SUSPECT, is_stored)
}

/// [`clean`], and without what changes the look of its surroundings: bidirectional embeddings,
/// overrides and isolates, tag characters, invisible joiners. ZWNJ, ZWJ, LRM, RLM and ALM stay:
/// Persian and mixed Arabic lines need them.
pub fn display(text: &str) -> Cow<'_, str> {
    filter(text, &SUSPECT_DISPLAYED, |c| is_stored(c) && !disguises(c))
}

/// [`clean`], trimmed, each run of white space one space.
pub fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in clean(text).split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The beginning of a text: at most `limit` characters, cut between words, with an ellipsis where
/// something was cut.
pub fn opening(text: &str, limit: usize) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return text.to_owned();
    };
    let head = &text[..end];
    let cut = head.rfind(char::is_whitespace).unwrap_or(end);
    format!("{}…", head[..cut].trim_end())
}

/// How many words: runs of letters and digits; vowel signs and apostrophes split none.
pub fn words(text: &str) -> u32 {
    let mut count = 0;
    let mut inside = false;
    for c in text.chars() {
        if is_of_a_word(c) {
            count += u32::from(!inside);
            inside = true;
        } else if !is_silent_in_a_word(c) {
            inside = false;
        }
    }
    count
}

/// Whether a character is of a word, as [`words`] counts them: letters and digits, and what splits
/// none.
pub(super) fn is_inside_word(c: char) -> bool {
    is_of_a_word(c) || is_silent_in_a_word(c)
}

/// Resolves HTML character references (`&nbsp;`, `&#8217;`, `&amp;`) once, by the rules of HTML.
pub fn entities(text: &str) -> Cow<'_, str> {
    if text.contains('&') {
        htmlize::unescape(text)
    } else {
        Cow::Borrowed(text)
    }
}

fn is_of_a_word(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        // Most of any Arabic text; the general look-up is ten times as slow.
        '\u{620}'..='\u{657}' => true,
        _ => c.is_alphanumeric(),
    }
}

/// Marks that `is_alphanumeric` does not count, apostrophes, joiners.
fn is_silent_in_a_word(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '\u{200c}' | '\u{200d}' | '\u{300}'..='\u{36f}'
    ) || matches!(c, '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6ed}')
}

const fn suspects(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 0x20 {
        table[i] = i != b'\t' as usize && i != b'\n' as usize;
        i += 1;
    }
    let mut i = 0;
    while i < bytes.len() {
        table[bytes[i] as usize] = true;
        i += 1;
    }
    table
}

fn is_stored(c: char) -> bool {
    let forbidden = c.is_control() && !matches!(c, '\t' | '\n')
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe;
    !forbidden
}

fn disguises(c: char) -> bool {
    matches!(
        c,
        '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{e0000}'..='\u{e007f}'
            | '\u{feff}'
            | '\u{2060}'
            | '\u{180e}'
    )
}

/// The place of the next byte that `suspect` names.
fn next_suspect(bytes: &[u8], suspect: &[bool; 256]) -> Option<usize> {
    // Most chunks hold no byte that any table names, which is told of all of their bytes at once.
    let may_be = |byte: u8| {
        (byte < 0x20) & (byte != b'\t') & (byte != b'\n')
            | (byte == 0x7f)
            | (byte == 0xc2)
            | (byte >= 0xe1)
    };
    let mut at = 0;
    for chunk in bytes.chunks(32) {
        if chunk
            .iter()
            .fold(false, |found, &byte| found | may_be(byte))
            && let Some(ahead) = chunk.iter().position(|&byte| suspect[usize::from(byte)])
        {
            return Some(at + ahead);
        }
        at += chunk.len();
    }
    None
}

/// Text without the characters that `keep` refuses. Only characters whose first byte is suspect
/// are asked about, so that the common case is one table look-up a byte.
fn filter<'a>(text: &'a str, suspect: &[bool; 256], keep: impl Fn(char) -> bool) -> Cow<'a, str> {
    let bytes = text.as_bytes();
    let mut kept: Option<String> = None;
    let (mut start, mut at) = (0, 0);
    while let Some(ahead) = next_suspect(&bytes[at..], suspect) {
        at += ahead;
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        let next = at + c.len_utf8();
        if !keep(c) {
            let kept = kept.get_or_insert_with(|| String::with_capacity(text.len()));
            kept.push_str(&text[start..at]);
            if c == '\r' && bytes.get(next) != Some(&b'\n') {
                kept.push('\n');
            }
            start = next;
        }
        at = next;
    }
    match kept {
        None => Cow::Borrowed(text),
        Some(mut kept) => {
            kept.push_str(&text[start..]);
            Cow::Owned(kept)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn clean_text_passes_through_without_a_copy() {
        for text in [
            "",
            "plain",
            "نصّ «عربي» — مع علامات",
            "a\tb\nc",
            "emoji 👩‍👧",
            "\u{fffd}",
        ] {
            assert!(
                matches!(clean(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
            assert!(
                matches!(display(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        assert_eq!(
            clean("a\u{0}b\u{1f}c\u{7f}d\u{85}e\u{9f}f\u{fffe}g\u{ffff}h\u{fdd0}"),
            "abcdefgh"
        );
        assert_eq!(clean("\u{1fffe}x\u{10ffff}"), "x");
    }

    #[test]
    fn every_way_to_end_a_line_becomes_a_line_feed() {
        assert_eq!(clean("a\r\nb\rc\n"), "a\nb\nc\n");
    }

    #[test]
    fn overrides_go_but_joiners_and_marks_stay() {
        assert_eq!(
            display("a\u{202e}b\u{2066}c\u{2069}\u{feff}\u{e0041}\u{2060}\u{180e}"),
            "abc"
        );
        let kept = "می\u{200c}خواهم \u{200d}\u{200e}\u{200f}\u{61c}";
        assert_eq!(display(kept), kept);
    }

    #[test]
    fn a_line_has_no_white_space_but_single_spaces() {
        assert_eq!(line(" \n خبر\u{a0}عاجل\t\r\n جدا \u{0}"), "خبر عاجل جدا");
        assert_eq!(line(" \n "), "");
    }

    #[test]
    fn words_are_counted_in_any_script() {
        for (text, count) in [
            ("", 0),
            (" … — !", 0),
            ("one two-three", 3),
            ("don't", 1),
            ("صَوْتُ الحَقّ", 2),
            ("في ٢٠ شباط 2025، قال", 5),
            ("می\u{200c}خواهم", 1),
            ("ра́дио é", 2),
        ] {
            assert_eq!(words(text), count, "{text}");
        }
    }

    #[test]
    fn an_opening_is_cut_between_words() {
        assert_eq!(opening("واحد اثنان ثلاثة", 12), "واحد اثنان…");
        assert_eq!(opening("واحد اثنان", 10), "واحد اثنان");
        assert_eq!(opening("كلمةطويلةجدا", 4), "كلمة…");
        assert_eq!(opening("  ", 4), "");
    }

    #[test]
    fn references_are_resolved_once() {
        assert_eq!(
            entities("a&nbsp;b &amp;amp; &#1576; &rsquo;"),
            "a\u{a0}b &amp; ب ’"
        );
        assert!(matches!(entities("nothing here"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_as_it_is(text in "\\PC*|[\u{0}-\u{a0}]*|.*") {
            let once = clean(&text).into_owned();
            prop_assert!(once.chars().all(is_stored));
            prop_assert!(matches!(clean(&once), Cow::Borrowed(_)));
            let shown = display(&text).into_owned();
            prop_assert!(matches!(display(&shown), Cow::Borrowed(_)));
        }
    }
}
