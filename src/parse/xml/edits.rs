//! Changes to a text that is borrowed until there is one.

use std::borrow::Cow;
use std::ops::Range;

/// What is to stand in place of parts of a text.
#[derive(Debug, Default)]
pub(crate) struct Edits(Vec<(Range<usize>, Cow<'static, str>)>);

impl Edits {
    /// Puts `text` in place of a range; in front of its start, if that is empty.
    pub(crate) fn put(&mut self, range: Range<usize>, text: impl Into<Cow<'static, str>>) {
        self.0.push((range, text.into()));
    }

    /// Takes a range out; all changes inside it are void.
    pub(crate) fn cut(&mut self, range: Range<usize>) {
        self.put(range, "");
    }

    /// The text with all changes made, in their order of place; of two of one range, the later one.
    pub(crate) fn apply(mut self, text: &str) -> Cow<'_, str> {
        if self.0.is_empty() {
            return text.into();
        }
        // Of two that start at one place, an insertion comes first, then the longer one.
        self.0
            .sort_by_key(|(range, _)| (range.start, !range.is_empty(), usize::MAX - range.end));
        let more: usize = self
            .0
            .iter()
            .map(|(_, replacement)| replacement.len())
            .sum();
        let mut edited = String::with_capacity(text.len() + more);
        let mut at = 0;
        let mut edits = self.0.into_iter().peekable();
        while let Some((range, replacement)) = edits.next() {
            // The last word on a range was said by whoever knew most of it.
            let is_void = range.start < at
                || !range.is_empty() && edits.peek().is_some_and(|(next, _)| *next == range);
            if is_void {
                continue;
            }
            edited.push_str(&text[at..range.start]);
            edited.push_str(&replacement);
            at = range.end;
        }
        edited.push_str(&text[at..]);
        edited.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_made_in_order_and_what_lies_in_a_cut_is_void() {
        let mut edits = Edits::default();
        edits.put(3..4, "D");
        edits.cut(1..3);
        edits.put(2..3, "void");
        edits.put(0..0, ">");
        edits.put(5..5, "<");
        edits.put(0..0, ">");
        edits.put(3..4, "D!");
        assert_eq!(edits.apply("abcde"), ">>aD!e<");
        assert!(matches!(Edits::default().apply("a"), Cow::Borrowed("a")));
    }
}
