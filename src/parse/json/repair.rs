//! Makes a JSON text readable that is not.
//!
//! [`repair`] closes what a cut left open, behind the last object that came whole; escapes control
//! characters that stand bare in strings; and leaves out commas before nothing. It is asked for texts
//! that could not be read, and does not judge what it does not know how to mend.
//!
//! Source: RFC 8259.

use crate::parse::mended::Mended;

/// How deep the lists of a feed lie: the object, and the list in it.
const LIST_DEPTH: usize = 2;

/// The text, mended; none if it stops before an object in a list came whole.
pub(super) fn repair(text: &str) -> Option<Mended> {
    let mut mended = String::with_capacity(text.len() + text.len() / 16);
    let mut closers: Vec<char> = Vec::new();
    // What was whole at last, and what closes it.
    let mut whole: Option<(usize, String)> = None;
    let (mut is_string, mut is_escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_string => is_escaped = true,
            '"' => is_string = !is_string,
            '\n' if is_string => {
                mended.push_str("\\n");
                continue;
            }
            c if is_string && c.is_ascii_control() => {
                mended.push(' ');
                continue;
            }
            _ if is_string => {}
            '{' => closers.push('}'),
            '[' => closers.push(']'),
            '}' | ']' => {
                let end = mended.trim_ascii_end().len();
                if mended[..end].ends_with(',') {
                    mended.truncate(end - 1);
                }
                if closers.pop() != Some(c) {
                    return None;
                }
            }
            _ => {}
        }
        mended.push(c);
        if c == '}' && !is_string && closers.len() == LIST_DEPTH {
            whole = Some((mended.len(), closers.iter().rev().collect()));
        }
        if closers.is_empty() {
            return Some(Mended {
                text: mended,
                is_cut_off: false,
            });
        }
    }
    let (end, closers) = whole?;
    mended.truncate(end);
    mended.push_str(&closers);
    Some(Mended {
        text: mended,
        is_cut_off: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> Option<(String, bool)> {
        repair(text).map(|mended| (mended.text, mended.is_cut_off))
    }

    #[test]
    fn a_cut_text_ends_behind_its_last_whole_object() {
        for (text, whole) in [
            (r#"{"a":[{"b":1},{"b":"#, Some(r#"{"a":[{"b":1}]}"#)),
            (
                r#"{"a":[{"b":{"c":"}"}},{"b":{}"#,
                Some(r#"{"a":[{"b":{"c":"}"}}]}"#),
            ),
            (r#"{"a":[{}],"b":[1, "x"#, Some(r#"{"a":[{}]}"#)),
            (r#"{"a":[{"#, None),
            ("{", None),
        ] {
            assert_eq!(
                mended(text),
                whole.map(|whole| (whole.to_owned(), true)),
                "{text}"
            );
        }
    }

    #[test]
    fn faults_of_hand_written_texts_are_mended() {
        for (text, whole) in [
            (
                "{\"a\":\"b\nc\t\\\n\",\n}, x",
                Some("{\"a\":\"b\\nc \\\n\"}"),
            ),
            (r#"{"a":[1, ], "b":",]"}"#, Some(r#"{"a":[1], "b":",]"}"#)),
            (r#"{"a":[1}"#, None),
        ] {
            assert_eq!(
                mended(text),
                whole.map(|whole| (whole.to_owned(), false)),
                "{text}"
            );
        }
    }
}
