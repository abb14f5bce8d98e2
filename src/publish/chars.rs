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
}
