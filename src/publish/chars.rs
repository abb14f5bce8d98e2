//! The gate through which every text leaves: what a reader may not be shown stays behind.

use std::borrow::Cow;

use crate::text::plain;

/// Takes out what no document may hold: characters that XML 1.0 §2.2 forbids, and the controls
/// U+007F to U+009F, which it only discourages but validators and terminals trip over.
pub(super) fn legal(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| {
        matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}')
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(forbidden) {
        Cow::Owned(text.replace(forbidden, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// A text of one line, as titles and names are: fit to be shown, with a space for each line break
/// and tab.
pub(super) fn line(text: &str) -> String {
    legal(&plain::display(text)).replace(['\t', '\n', '\r'], " ")
}

/// A line that says something: none if nothing but white space is left.
pub(super) fn worded(text: &str) -> Option<String> {
    let line = line(text);
    (!line.trim().is_empty()).then_some(line)
}

/// The beginning of a text: at most `limit` characters, cut between words, with an ellipsis where
/// something was cut.
pub(super) fn opening(text: &str, limit: usize) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return text.to_owned();
    };
    let head = &text[..end];
    let cut = head.rfind(char::is_whitespace).unwrap_or(end);
    format!("{}…", head[..cut].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_that_every_reader_takes_are_left() {
        for code in 0..=0x1_0000 {
            let Some(c) = char::from_u32(code) else {
                continue;
            };
            let kept = !legal(&c.to_string()).is_empty();
            let wanted = matches!(code, 0x9 | 0xa | 0xd | 0x20..=0x7e | 0xa0..=0xfffd | 0x1_0000);
            assert_eq!(kept, wanted, "U+{code:04X}");
        }
    }

    #[test]
    fn an_opening_is_cut_between_words() {
        assert_eq!(opening("واحد اثنان ثلاثة", 12), "واحد اثنان…");
        assert_eq!(opening("واحد اثنان", 10), "واحد اثنان");
        assert_eq!(opening("كلمةطويلةجدا", 4), "كلمة…");
        assert_eq!(opening("  ", 4), "");
    }
}
