//! What of a text answers a search: where its words stand, and the lines to show.
//!
//! [`Matcher`] knows what is looked for, as sequences of stems; [`Matcher::scan`] finds it in a text as
//! it was written, whatever the spelling; [`excerpt`] cuts the part that says most, and
//! [`Excerpt::pieces`] is that part with what was found told apart. Places are bytes of the original
//! text, marks and tatweel included. Pure and total.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text::arabic;

/// Words before the first one found that an excerpt begins with.
const LEAD: usize = 5;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Matcher {
    /// Different stems, each once.
    stems: Vec<String>,
    /// Patterns as places in `stems`.
    patterns: Vec<Vec<u16>>,
}

/// A pattern that stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Which, in the order in which they were given.
    pub pattern: usize,
    /// The first of its words, counted from 0.
    pub word: usize,
    /// From its first byte to behind its last.
    pub bytes: Range<usize>,
}

/// What a text holds of what is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// How many words the text has.
    pub words: usize,
    /// In their order.
    pub matches: Vec<Match>,
}

impl Matcher {
    /// Each pattern is a stem ([`arabic::stem`]) or several that follow one another.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a [String]>) -> Self {
        let mut matcher = Self::default();
        for pattern in patterns {
            let places = pattern
                .iter()
                .map(|stem| matcher.place(&plain(stem)))
                .collect();
            matcher.patterns.push(places);
        }
        matcher
    }

    fn place(&mut self, stem: &str) -> u16 {
        let place = self.known(stem).unwrap_or_else(|| {
            self.stems.push(stem.to_owned());
            self.stems.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    fn known(&self, stem: &str) -> Option<usize> {
        self.stems.iter().position(|known| known == stem)
    }

    /// Finds the patterns in a text as it was written.
    pub fn scan(&self, text: &str) -> Scan {
        let (mut scan, mut run) = (Scan::default(), Run::default());
        for bytes in arabic::words(text) {
            let folded = arabic::fold(&text[bytes.clone()]);
            // Most words of an Arabic text: the general way takes three times as long.
            if arabic::is_arabic(&folded) {
                self.take(&folded, bytes, &mut run, &mut scan);
                continue;
            }
            for token in arabic::tokens(&folded) {
                self.take(token, bytes.clone(), &mut run, &mut scan);
            }
        }
        scan.matches
            .sort_by_key(|found| (found.word, found.pattern));
        scan
    }

    /// Sees the next word, folded.
    fn take(&self, word: &str, bytes: Range<usize>, run: &mut Run, scan: &mut Scan) {
        match self.known(&plain(arabic::stem(word))) {
            Some(stem) => {
                run.stems.push(u16::try_from(stem).unwrap_or(u16::MAX));
                run.bytes.push(bytes);
                self.note(run, scan.words, &mut scan.matches);
            }
            None => run.clear(),
        }
        scan.words += 1;
    }

    /// Notes the patterns that end with the word `last`, the last of `run`.
    fn note(&self, run: &Run, last: usize, matches: &mut Vec<Match>) {
        for (pattern, stems) in self.patterns.iter().enumerate() {
            if !stems.is_empty() && run.stems.ends_with(stems) {
                let first = run.bytes.len() - stems.len();
                matches.push(Match {
                    pattern,
                    word: last + 1 - stems.len(),
                    bytes: run.bytes[first].start..run.bytes[run.bytes.len() - 1].end,
                });
            }
        }
    }
}

/// Words of which each is looked for, one after the other.
#[derive(Default)]
struct Run {
    stems: Vec<u16>,
    bytes: Vec<Range<usize>>,
}

impl Run {
    fn clear(&mut self) {
        self.stems.clear();
        self.bytes.clear();
    }
}

/// A stem without the accents that the archive's tokenizer takes off.
fn plain(stem: &str) -> Cow<'_, str> {
    if stem.is_ascii() || arabic::is_arabic(stem) {
        return Cow::Borrowed(stem);
    }
    Cow::Owned(stem.nfd().filter(|&c| !is_combining_mark(c)).collect())
}

/// A part of a text, with what was found in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The part, on one line, with `…` where it was cut.
    pub text: String,
    /// What was found, as bytes of `text`: in order, none touches another.
    pub marks: Vec<Range<usize>>,
}

/// The part of `text` of about `words` words that holds most of what is looked for, or its
/// beginning, if nothing of that is there.
pub fn excerpt(text: &str, matcher: &Matcher, words: usize) -> Excerpt {
    let scan = matcher.scan(text);
    let first = densest(&scan.matches, words);
    let shown = arabic::words(text).skip(first).take(words.max(1));
    let Some((start, end)) = shown.fold(None, |so_far: Option<(usize, usize)>, word| {
        Some((so_far.map_or(word.start, |(start, _)| start), word.end))
    }) else {
        return Excerpt::default();
    };
    // Marks that open or close the text belong to its first and last words.
    let start = if first == 0 { 0 } else { start };
    let end = if arabic::words(&text[end..]).next().is_none() {
        text.len()
    } else {
        end
    };
    let mut excerpt = line(text, start..end, &scan.matches);
    if end < text.len() {
        excerpt.text.push('…');
    }
    if start > 0 {
        excerpt.text.insert(0, '…');
        let shift = '…'.len_utf8();
        for mark in &mut excerpt.marks {
            *mark = mark.start + shift..mark.end + shift;
        }
    }
    excerpt
}

/// A whole text, such as a title, with what was found in it.
pub fn whole(text: &str, matcher: &Matcher) -> Excerpt {
    line(text, 0..text.len(), &matcher.scan(text).matches)
}

/// The word to begin with, so that what comes has most of the patterns, and then most of matches.
fn densest(matches: &[Match], words: usize) -> usize {
    let room = words.saturating_sub(LEAD).max(1);
    let worth = |first: usize| {
        let inside = matches[first..]
            .iter()
            .take_while(|found| found.word < matches[first].word + room);
        let mut patterns: Vec<usize> = inside.clone().map(|found| found.pattern).collect();
        let all = patterns.len();
        patterns.sort_unstable();
        patterns.dedup();
        // The earlier wins among equals.
        (patterns.len(), all, std::cmp::Reverse(first))
    };
    // A text full of matches is not looked through to its end.
    let best = (0..matches.len().min(400)).max_by_key(|&first| worth(first));
    best.map_or(0, |first| matches[first].word.saturating_sub(LEAD))
}

/// `text[part]` on one line, with those matches that lie in it.
fn line(text: &str, part: Range<usize>, matches: &[Match]) -> Excerpt {
    let mut spans: Vec<Range<usize>> = matches
        .iter()
        .map(|found| found.bytes.clone())
        .filter(|bytes| bytes.start >= part.start && bytes.end <= part.end)
        .collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let mut excerpt = Excerpt::default();
    let mut spans = joined(spans).into_iter().peekable();
    let mut mark_start = None;
    for (at, c) in text[part.clone()].char_indices() {
        let at = part.start + at;
        if mark_start.is_none() && spans.peek().is_some_and(|span| span.start <= at) {
            mark_start = Some(excerpt.text.len());
        }
        if c.is_whitespace() {
            if !excerpt.text.is_empty() && !excerpt.text.ends_with(' ') {
                excerpt.text.push(' ');
            }
        } else {
            excerpt.text.push(c);
        }
        if let (Some(start), Some(_)) = (
            mark_start,
            spans.next_if(|span| span.end <= at + c.len_utf8()),
        ) {
            excerpt.marks.push(start..excerpt.text.len());
            mark_start = None;
        }
    }
    excerpt.text.truncate(excerpt.text.trim_end().len());
    excerpt
}

/// Spans that overlap, as one.
fn joined(spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

impl Excerpt {
    /// The text in pieces; true for those that were found.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        let ends = self
            .marks
            .iter()
            .flat_map(|mark| [(mark.start, false), (mark.end, true)]);
        let mut from = 0;
        ends.chain([(self.text.len(), false)])
            .map(move |(end, is_found)| {
                let piece = &self.text[from..end];
                from = end;
                (piece, is_found)
            })
            .filter(|(piece, _)| !piece.is_empty())
    }

    /// The marks as characters of `text`: the first, and the one behind the last.
    pub fn marks_in_chars(&self) -> Vec<[usize; 2]> {
        let chars = |byte: usize| self.text[..byte].chars().count();
        let marks = self.marks.iter();
        marks
            .map(|mark| [chars(mark.start), chars(mark.end)])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matcher(patterns: &[&str]) -> Matcher {
        let patterns: Vec<Vec<String>> = patterns
            .iter()
            .map(|pattern| {
                arabic::stems(pattern)
                    .split(' ')
                    .map(str::to_owned)
                    .collect()
            })
            .collect();
        Matcher::new(patterns.iter().map(Vec::as_slice))
    }

    fn marked(excerpt: &Excerpt) -> String {
        excerpt
            .pieces()
            .map(|(piece, is_found)| {
                if is_found {
                    format!("[{piece}]")
                } else {
                    piece.to_owned()
                }
            })
            .collect()
    }

    #[test]
    fn what_is_found_is_marked_as_it_was_written() {
        for (text, patterns, expected) in [
            ("زار الرَّئِيسُ عمّان", vec!["رئيس"], "زار [الرَّئِيسُ] عمّان"),
            ("عـــاجل: خبر", vec!["عاجل"], "[عـــاجل]: خبر"),
            (
                "قال «وزير الصحة» إن الوزير",
                vec!["وزير صحه"],
                "قال «[وزير الصحة]» إن الوزير",
            ),
            (
                "سوق سوق الذهب",
                vec!["سوق", "سوق الذهب"],
                "[سوق] [سوق الذهب]",
            ),
            ("Le Café noir", vec!["cafe"], "Le [Café] noir"),
            ("covid-19 now", vec!["covid 19"], "[covid-19] now"),
            ("أول\n\n  سطر ثان", vec!["سطر"], "أول [سطر] ثان"),
            ("لا شيء", vec!["كتاب"], "لا شيء"),
            ("\u{fefb}عب", vec!["لاعب"], "[\u{fefb}عب]"),
        ] {
            assert_eq!(marked(&whole(text, &matcher(&patterns))), expected);
        }
    }

    #[test]
    fn the_part_that_holds_most_is_cut_out() {
        let filler = "كلمة ".repeat(60);
        let text = format!("ذهب {filler} ارتفع سعر الذهب اليوم {filler} الفضة");
        let excerpt = excerpt(&text, &matcher(&["ذهب", "سعر", "فضه"]), 12);
        assert_eq!(
            marked(&excerpt),
            "…كلمة كلمة كلمة كلمة ارتفع [سعر] [الذهب] اليوم كلمة كلمة كلمة كلمة…"
        );
        let nothing = super::excerpt("«نص» قصير.", &matcher(&["ذهب"]), 12);
        assert_eq!(marked(&nothing), "«نص» قصير.");
        assert_eq!(
            super::excerpt("", &matcher(&["ذهب"]), 12),
            Excerpt::default()
        );
    }

    #[test]
    fn marks_are_counted_in_characters_for_programs() {
        let title = whole("سعر الذهب", &matcher(&["ذهب"]));
        assert_eq!(title.marks_in_chars(), [[4, 9]]);
    }

    proptest! {
        #[test]
        fn every_text_can_be_cut(
            text in "[ابتهويلن\u{64b}\u{640}\u{fefb}aé \n.«»]{0,80}",
            pattern in "[ابتهويلنa ]{1,8}",
            words in 0_usize..9,
        ) {
            let matcher = matcher(&[&pattern]);
            for cut in [excerpt(&text, &matcher, words), whole(&text, &matcher)] {
                let pieces: String = cut.pieces().map(|(piece, _)| piece).collect();
                prop_assert_eq!(&pieces, &cut.text);
                for mark in &cut.marks {
                    prop_assert!(!matcher.scan(&cut.text[mark.clone()]).matches.is_empty());
                }
            }
        }

        #[test]
        fn a_text_has_as_many_words_as_its_folded_form_has_tokens(text in "[\u{600}-\u{6ff}a-zA-Z0-9 .،\u{fef5}-\u{fefc}]{0,40}") {
            let scan = Matcher::default().scan(&text);
            let folded = arabic::fold(&text);
            prop_assert_eq!(scan.words, arabic::tokens(&folded).count());
        }
    }
}
