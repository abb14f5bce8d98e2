//! Changes to a text that is borrowed until there is one.

use std::borrow::Cow;
use std::ops::Range;

/// What is to stand in place of parts of a text. A hostile text wants one at every second byte, so
/// each takes little room.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    edits: Vec<Edit>,
    /// What is put somewhere.
    texts: Vec<Cow<'static, str>>,
}

/// A text, by its place in [`Edits::texts`], in place of a range.
#[derive(Debug, Clone, Copy)]
struct Edit {
    start: u32,
    end: u32,
    text: u32,
}

impl Edit {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Of two that start at one place, an insertion comes first, then the longer one.
    fn order(&self) -> (u32, bool, u32) {
        (self.start, self.start < self.end, u32::MAX - self.end)
    }
}

/// How many of the last texts are looked through for one that is put again.
const LAST_TEXTS: usize = 8;

impl Edits {
    /// Puts `text` in place of a range; in front of its start, if that is empty. Beyond the first 4 GiB,
    /// nothing is changed.
    pub(crate) fn put(&mut self, range: Range<usize>, text: impl Into<Cow<'static, str>>) {
        let text = self.keep(text.into());
        let number = |place: usize| u32::try_from(place).ok();
        let (start, end) = (number(range.start), number(range.end));
        if let (Some(start), Some(end), Some(text)) = (start, end, number(text)) {
            self.edits.push(Edit { start, end, text });
        }
    }

    /// The place of a text among those that are kept.
    fn keep(&mut self, text: Cow<'static, str>) -> usize {
        let first = self.texts.len().saturating_sub(LAST_TEXTS);
        match self.texts[first..].iter().position(|it| *it == text) {
            Some(at) => first + at,
            None => {
                self.texts.push(text);
                self.texts.len() - 1
            }
        }
    }

    /// Takes a range out; all changes inside it are void.
    pub(crate) fn cut(&mut self, range: Range<usize>) {
        self.put(range, "");
    }

    /// The text with all changes made, in their order of place; of two of one range, the later one.
    pub(crate) fn apply(self, text: &str) -> Cow<'_, str> {
        let Self { mut edits, texts } = self;
        if edits.is_empty() {
            return text.into();
        }
        // To sort takes room even where there is nothing to do.
        if !edits.is_sorted_by_key(Edit::order) {
            edits.sort_by_key(Edit::order);
        }
        let put = |edit: &Edit| texts[edit.text as usize].as_ref();
        let more: usize = edits.iter().map(|edit| put(edit).len()).sum();
        let mut edited = String::with_capacity(text.len() + more);
        let mut at = 0;
        let mut edits = edits.iter().peekable();
        while let Some(edit) = edits.next() {
            let range = edit.range();
            // The last word on a range was said by whoever knew most of it.
            let is_void = range.start < at
                || !range.is_empty() && edits.peek().is_some_and(|next| next.range() == range);
            if is_void {
                continue;
            }
            edited.push_str(&text[at..range.start]);
            edited.push_str(put(edit));
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
        assert_eq!(size_of::<Edit>(), 12);
        assert!(matches!(Edits::default().apply("a"), Cow::Borrowed("a")));
    }
}
