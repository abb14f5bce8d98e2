//! What changed between two versions of a text, by words.
//!
//! [`words`] cuts both texts into words, white space and signs, and gives the runs that stayed, went
//! and came, in reading order. An Arabic word is whole with its marks, and another mark is another
//! word: this is for showing, and readers see marks. Nothing is lost: see [`Change`].
//!
//! Time is bounded. Versions that have much in common but little alike are compared by paragraphs
//! first, and by words inside those that were replaced; where that is too much, too, all between the
//! common beginning and end counts as replaced. The comparison itself is the `similar` crate's.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::text::plain::is_inside_word;

/// Tables of more cells (pieces of the old text times those of the new) are not compared.
const MAX_CELLS: usize = 4_000_000;

/// A run of a text. All that are equal or inserted, joined, are the new text; all that are equal
/// or deleted, the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// Stands in both.
    Equal(&'a str),
    /// Stands in the old text alone. What came in its place follows.
    Deleted(&'a str),
    /// Stands in the new text alone.
    Inserted(&'a str),
}

/// What changed from `old` to `new`, in reading order. No run is empty, no two of a kind are
/// neighbours, and what went precedes what came.
pub fn words<'a>(old: &'a str, new: &'a str) -> Vec<Change<'a>> {
    let whole = Step {
        is_equal: old == new,
        old: 0..old.len(),
        new: 0..new.len(),
    };
    let texts = Texts { old, new };
    let mut steps = Vec::new();
    if whole.is_equal || !texts.compare(&whole, cut_words, &mut steps) {
        steps.clear();
        texts.by_paragraphs(&whole, &mut steps);
    }
    texts.changes(texts.without_gaps(steps))
}

/// Parts of the two texts, in bytes, that face each other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    is_equal: bool,
    old: Range<usize>,
    new: Range<usize>,
}

#[derive(Clone, Copy)]
struct Texts<'a> {
    old: &'a str,
    new: &'a str,
}

impl<'a> Texts<'a> {
    /// Compares two parts by the pieces that `cut` makes. False, with nothing said, where there are
    /// too many.
    fn compare(self, parts: &Step, cut: fn(&str) -> Vec<&str>, steps: &mut Vec<Step>) -> bool {
        let old = cut(&self.old[parts.old.clone()]);
        let new = cut(&self.new[parts.new.clone()]);
        let start = common(old.iter(), new.iter());
        let end = common(old[start..].iter().rev(), new[start..].iter().rev());
        let (old_middle, new_middle) = (&old[start..old.len() - end], &new[start..new.len() - end]);
        if old_middle.len().saturating_mul(new_middle.len()) > MAX_CELLS {
            return false;
        }
        let (mut at_old, mut at_new) = (parts.old.start, parts.new.start);
        let mut step = |is_equal: bool, old: &[&str], new: &[&str]| {
            let length = |pieces: &[&str]| pieces.iter().map(|piece| piece.len()).sum::<usize>();
            let (next_old, next_new) = (at_old + length(old), at_new + length(new));
            steps.push(Step {
                is_equal,
                old: at_old..next_old,
                new: at_new..next_new,
            });
            (at_old, at_new) = (next_old, next_new);
        };
        step(true, &old[..start], &new[..start]);
        for op in capture_diff_slices(Algorithm::Myers, old_middle, new_middle) {
            let (old, new) = (&old_middle[op.old_range()], &new_middle[op.new_range()]);
            step(op.tag() == DiffTag::Equal, old, new);
        }
        step(true, &old[old.len() - end..], &new[new.len() - end..]);
        true
    }

    /// Compares by paragraphs, then by words what was replaced.
    fn by_paragraphs(self, whole: &Step, steps: &mut Vec<Step>) {
        let mut paragraphs = Vec::new();
        if !self.compare(whole, cut_paragraphs, &mut paragraphs) {
            steps.extend(self.between_ends(whole));
            return;
        }
        for step in paragraphs {
            if step.is_equal || !self.compare(&step, cut_words, steps) {
                steps.push(step);
            }
        }
    }

    /// The paragraphs that both begin with, all between, and those that both end with.
    fn between_ends(self, whole: &Step) -> [Step; 3] {
        let (old, new) = (cut_paragraphs(self.old), cut_paragraphs(self.new));
        let start = common(old.iter(), new.iter());
        let end = common(old[start..].iter().rev(), new[start..].iter().rev());
        let start: usize = old[..start].iter().map(|paragraph| paragraph.len()).sum();
        let end: usize = old[old.len() - end..].iter().map(|it| it.len()).sum();
        let step = |is_equal, old, new| Step { is_equal, old, new };
        let (old_end, new_end) = (whole.old.end - end, whole.new.end - end);
        [
            step(true, 0..start, 0..start),
            step(false, start..old_end, start..new_end),
            step(true, old_end..whole.old.end, new_end..whole.new.end),
        ]
    }

    /// Neighbours of a kind as one; changes with nothing but a gap between them, too, as words that
    /// alternate between old and new are hard to read.
    fn without_gaps(self, steps: Vec<Step>) -> Vec<Step> {
        let steps: Vec<Step> = steps
            .into_iter()
            .filter(|step| !step.old.is_empty() || !step.new.is_empty())
            .collect();
        let mut joined: Vec<Step> = Vec::with_capacity(steps.len());
        for (i, step) in steps.iter().enumerate() {
            let changes_follow = steps.get(i + 1).is_some_and(|next| !next.is_equal);
            let changes_precede = joined.last().is_some_and(|last| !last.is_equal);
            let is_gap = step.is_equal
                && changes_follow
                && changes_precede
                && is_gap(&self.new[step.new.clone()]);
            let is_equal = step.is_equal && !is_gap;
            match joined.last_mut().filter(|last| last.is_equal == is_equal) {
                Some(last) => {
                    last.old.end = step.old.end;
                    last.new.end = step.new.end;
                }
                None => joined.push(Step {
                    is_equal,
                    ..step.clone()
                }),
            }
        }
        joined
    }

    fn changes(self, steps: Vec<Step>) -> Vec<Change<'a>> {
        let mut changes = Vec::with_capacity(2 * steps.len());
        for step in steps {
            let (old, new) = (&self.old[step.old], &self.new[step.new]);
            if step.is_equal {
                changes.push(Change::Equal(new));
                continue;
            }
            if !old.is_empty() {
                changes.push(Change::Deleted(old));
            }
            if !new.is_empty() {
                changes.push(Change::Inserted(new));
            }
        }
        changes
    }
}

/// How many pieces two texts have in common from here on.
fn common<'a>(
    old: impl Iterator<Item = &'a &'a str>,
    new: impl Iterator<Item = &'a &'a str>,
) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).count()
}

/// Whether nothing but white space of one line stands there.
fn is_gap(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() && c != '\n')
}

/// Words with their marks, numbers with the signs inside them, runs of white space, single signs.
fn cut_words(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut last) = (0, Kind::Sign);
    let mut letters = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = letters.next() {
        let after = letters.peek().map_or(' ', |&(_, c)| c);
        let kind = match c {
            _ if c.is_whitespace() => Kind::Space,
            _ if is_inside_word(c) => Kind::Word,
            '.' | ',' | ':' | '/' | '٫' | '٬' if before.is_numeric() && after.is_numeric() => {
                Kind::Word
            }
            _ => Kind::Sign,
        };
        if at > start && (kind == Kind::Sign || kind != last) {
            pieces.push(&text[start..at]);
            start = at;
        }
        (last, before) = (kind, c);
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// What a piece is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Space,
    Sign,
}

/// Lines with their ends.
fn cut_paragraphs(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Change::{Deleted, Equal, Inserted};

    fn old_and_new(changes: &[Change<'_>]) -> (String, String) {
        let (mut old, mut new) = (String::new(), String::new());
        for change in changes {
            match change {
                Equal(text) => {
                    old.push_str(text);
                    new.push_str(text);
                }
                Deleted(text) => old.push_str(text),
                Inserted(text) => new.push_str(text),
            }
        }
        (old, new)
    }

    #[test]
    fn changes_are_whole_words_in_reading_order() {
        for (old, new, changes) in [
            ("", "", vec![]),
            ("خبر", "خبر", vec![Equal("خبر")]),
            ("", "خبر", vec![Inserted("خبر")]),
            ("خبر", "", vec![Deleted("خبر")]),
            (
                "قتل ثلاثة أشخاص، وأصيب 12.",
                "قتل أربعة أشخاص، وأصيب 14.",
                vec![
                    Equal("قتل "),
                    Deleted("ثلاثة"),
                    Inserted("أربعة"),
                    Equal(" أشخاص، وأصيب "),
                    Deleted("12"),
                    Inserted("14"),
                    Equal("."),
                ],
            ),
            (
                "كتب المقال",
                "كُتِب المقال",
                vec![Deleted("كتب"), Inserted("كُتِب"), Equal(" المقال")],
            ),
            (
                "cost 1,234.5 now",
                "cost 1,534.5 now",
                vec![
                    Equal("cost "),
                    Deleted("1,234.5"),
                    Inserted("1,534.5"),
                    Equal(" now"),
                ],
            ),
            // One change, not three: nothing but spaces stands between.
            (
                "said the old mayor today",
                "said a new chief today",
                vec![
                    Equal("said "),
                    Deleted("the old mayor"),
                    Inserted("a new chief"),
                    Equal(" today"),
                ],
            ),
            (
                "one\n\ntwo",
                "one\n\nmore\n\ntwo",
                vec![Equal("one\n\n"), Inserted("more\n\n"), Equal("two")],
            ),
            (
                "a  b",
                "a b",
                vec![Equal("a"), Deleted("  "), Inserted(" "), Equal("b")],
            ),
        ] {
            assert_eq!(words(old, new), changes, "{old} → {new}");
        }
    }

    #[test]
    fn long_texts_are_compared_by_paragraphs() {
        let paragraph = |n: usize, word: &str| format!("{word} {n} {}\n", "كلمة أخرى ".repeat(20));
        let old: String = (0..200).map(|n| paragraph(n, "أول")).collect();
        let new: String = (0..200)
            .map(|n| paragraph(n, if n % 50 == 7 { "ثان" } else { "أول" }))
            .map(|it| "سطر جديد\n".to_owned() + &it)
            .collect();
        let changes = words(&old, &new);
        assert_eq!(old_and_new(&changes), (old.clone(), new.clone()));
        assert!(changes.contains(&Deleted("أول")) && changes.contains(&Inserted("سطر جديد\nثان")));
    }

    #[test]
    fn what_is_too_long_to_compare_is_replaced_between_its_ends() {
        let lines = |word: &str| {
            (0..4000)
                .map(|n| format!("{word} {n}\n"))
                .collect::<String>()
        };
        let (old, new) = (lines("a"), lines("b"));
        assert_eq!(words(&old, &new), [Deleted(&old), Inserted(&new)]);
        let (old, new) = (format!("first\n{old}last"), format!("first\n{new}last"));
        let changes = words(&old, &new);
        assert_eq!(changes.len(), 4);
        assert_eq!((changes[0], changes[3]), (Equal("first\n"), Equal("last")));
        let (one, other) = ("x ".repeat(30_000), "y ".repeat(30_000));
        assert_eq!(
            old_and_new(&words(&one, &other)),
            (one.clone(), other.clone())
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost(
            old in "([أبc1،. \n\u{64b}]|ab |2,5){0,30}|\\PC{0,20}",
            new in "([أبc1،. \n\u{64b}]|ab |2,5){0,30}|\\PC{0,20}",
        ) {
            let changes = words(&old, &new);
            prop_assert_eq!(old_and_new(&changes), (old.clone(), new.clone()));
            for change in &changes {
                let (Equal(text) | Deleted(text) | Inserted(text)) = change;
                prop_assert!(!text.is_empty());
            }
            for pair in changes.windows(2) {
                let in_order = match (pair[0], pair[1]) {
                    (Equal(_), Equal(_)) | (Deleted(_), Deleted(_)) => false,
                    (Inserted(_), after) => matches!(after, Equal(_)),
                    _ => true,
                };
                prop_assert!(in_order, "{:?}", changes);
            }
        }
    }
}
