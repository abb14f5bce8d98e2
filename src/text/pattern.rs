//! Patterns that keep and mute articles: regular expressions in any spelling of Arabic.
//!
//! A [`Filter`] is made of the patterns of a feed or channel and gives a [`Verdict`] on a title and
//! its text. Text and pattern are folded alike ([`arabic`](super::arabic)), so that `احمد` finds
//! «أحمد» and `[أإ]` both; classes, escapes, ranges and flags keep their meaning. Letters match in
//! either case, and `^` and `$` are the ends of a line: the title is one, each paragraph another.
//!
//! A pattern of a user's file costs little whatever it says: its length, depth and compiled size
//! are bounded, and the `regex` crate searches in linear time. What is not accepted is a
//! [`PatternError`].

use std::borrow::Cow;
use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{self, Ast, ClassSetItem, Span, Visitor, parse::ParserBuilder, visit};
use unicode_normalization::UnicodeNormalization;

use crate::text::arabic::fold;

/// The longest pattern, in bytes.
const MAX_BYTES: usize = 4096;

/// How deep its groups and classes may lie in each other.
const MAX_DEPTH: u32 = 32;

/// What a pattern may take once compiled; an alternation of some thousand words does not reach it.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// Ranges of more characters are not folded: they hold the folded letters, too.
const MAX_RANGE: u32 = 1024;

/// A pattern that cannot be used. Its text may change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` {reason}")]
pub struct PatternError {
    /// As it was written.
    pub pattern: String,
    /// What is wrong with it, to stand behind it.
    pub reason: String,
}

/// What keeps and what mutes. The default lets everything pass.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    keep: Vec<Pattern>,
    mute: Vec<Pattern>,
}

#[derive(Debug, Clone)]
struct Pattern {
    /// As it was written, which is how people know it.
    source: String,
    regex: Regex,
}

/// What becomes of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// Nothing speaks against it.
    Shown,
    /// A pattern of `mute` matches it, even if one of `keep` does.
    Muted {
        /// The first that does, as it was written.
        pattern: &'a str,
    },
    /// There are patterns in `keep`, and none matches it.
    NotKept,
}

impl Verdict<'_> {
    /// Why an article is not shown, in words; none: it is.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Shown => None,
            Self::Muted { pattern } => Some(format!("mute: {pattern}")),
            Self::NotKept => Some("keep: no pattern of it matches".to_owned()),
        }
    }
}

impl Filter {
    /// Compiles patterns.
    ///
    /// # Errors
    ///
    /// The first that is no regular expression, is too large, or matches everything.
    pub fn new(keep: &[String], mute: &[String]) -> Result<Self, PatternError> {
        let compile = |patterns: &[String]| -> Result<Vec<Pattern>, PatternError> {
            patterns.iter().map(|it| Pattern::new(it)).collect()
        };
        Ok(Self {
            keep: compile(keep)?,
            mute: compile(mute)?,
        })
    }

    /// What becomes of an article with this title and text.
    pub fn verdict(&self, title: &str, text: &str) -> Verdict<'_> {
        if self.is_empty() {
            return Verdict::Shown;
        }
        let folded = format!("{}\n{}", fold(title), fold(text));
        let first = |patterns: &'_ [Pattern]| {
            patterns
                .iter()
                .position(|pattern| pattern.regex.is_match(&folded))
        };
        if let Some(i) = first(&self.mute) {
            let pattern = &self.mute[i].source;
            return Verdict::Muted { pattern };
        }
        if self.keep.is_empty() || first(&self.keep).is_some() {
            Verdict::Shown
        } else {
            Verdict::NotKept
        }
    }

    /// Whether it lets everything pass.
    pub fn is_empty(&self) -> bool {
        self.keep.is_empty() && self.mute.is_empty()
    }

    /// The patterns of `keep`, as they were written.
    pub fn keep(&self) -> impl Iterator<Item = &str> {
        self.keep.iter().map(|pattern| &*pattern.source)
    }

    /// The patterns of `mute`, as they were written.
    pub fn mute(&self) -> impl Iterator<Item = &str> {
        self.mute.iter().map(|pattern| &*pattern.source)
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.keep().eq(other.keep()) && self.mute().eq(other.mute())
    }
}

impl Eq for Filter {}

/// Looks whether a pattern can be used, as [`Filter::new`] does.
///
/// # Errors
///
/// What is wrong with it.
pub fn check(pattern: &str) -> Result<(), PatternError> {
    Pattern::new(pattern).map(drop)
}

impl Pattern {
    fn new(source: &str) -> Result<Self, PatternError> {
        let fault = |reason: String| PatternError {
            pattern: source.to_owned(),
            reason,
        };
        if source.is_empty() {
            return Err(fault("is empty, and so matches everything".to_owned()));
        }
        if source.len() > MAX_BYTES {
            return Err(fault(format!("has more than {MAX_BYTES} bytes")));
        }
        let folded = folded(source)
            .map_err(|reason| fault(format!("is no regular expression: {reason}")))?;
        let regex = RegexBuilder::new(&folded)
            .case_insensitive(true)
            .multi_line(true)
            .nest_limit(MAX_DEPTH + 4)
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_COMPILED_BYTES)
            .build()
            .map_err(|error| fault(reason(&error)))?;
        if regex.is_match("") {
            return Err(fault("matches everything".to_owned()));
        }
        let source = source.to_owned();
        Ok(Self { source, regex })
    }
}

fn reason(error: &regex::Error) -> String {
    match error {
        // The crate draws the pattern with a caret below it over several lines; the last says why.
        regex::Error::Syntax(drawing) => {
            let reason = drawing.lines().last().unwrap_or_default();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            format!("is no regular expression: {reason}")
        }
        regex::Error::CompiledTooBig(_) => "is too large; say less with `{n}` and `\\w`".to_owned(),
        error => format!("cannot be used: {error}"),
    }
}

/// The pattern with its literal characters in folded form, or what is wrong with it.
fn folded(source: &str) -> Result<String, String> {
    // What folds only together, an e and its accent, stands together from here on.
    let composed: String = source.nfc().collect();
    let ast = ParserBuilder::new()
        .nest_limit(MAX_DEPTH)
        .build()
        .parse(&composed)
        .map_err(|error| error.kind().to_string())?;
    let Ok(edits) = visit(&ast, Folding::default());
    let mut folded = String::with_capacity(composed.len());
    let mut at = 0;
    for (span, replacement) in edits {
        folded.push_str(&composed[at..span.start.offset]);
        folded.push_str(&replacement);
        at = span.end.offset;
    }
    folded.push_str(&composed[at..]);
    Ok(folded)
}

/// What of a pattern is to be written otherwise, from its beginning to its end.
#[derive(Default)]
struct Folding {
    edits: Vec<(Span, String)>,
}

impl Visitor for Folding {
    type Output = Vec<(Span, String)>;
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<Self::Output, Self::Err> {
        Ok(self.edits)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        if let Ast::Literal(literal) = ast
            && let Some(folded) = folded_literal(literal)
        {
            // A repetition behind it is meant for all of it, also where nothing is left.
            let written = if folded.chars().count() == 1 {
                escaped(folded.chars())
            } else {
                format!("(?:{})", escaped(folded.chars()))
            };
            self.edits.push((literal.span, written));
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Self::Err> {
        match item {
            // Of a class, a character that folding drops may stay: it occurs in no folded text.
            ClassSetItem::Literal(literal) => {
                if let Some(folded) = folded_literal(literal).filter(|it| !it.is_empty()) {
                    let written = format!("[{}]", escaped(folded.chars()));
                    self.edits.push((literal.span, written));
                }
            }
            ClassSetItem::Range(range) => {
                let (start, end) = (range.start.c, range.end.c);
                let more = folded_beyond(start, end);
                if !more.is_empty() {
                    let (start, end) = (escaped([start]), escaped([end]));
                    let written = format!("[{start}-{end}{}]", escaped(more));
                    self.edits.push((range.span, written));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// What a literal character folds to. None where that is itself, or where it stands for a byte.
fn folded_literal(literal: &ast::Literal) -> Option<String> {
    if literal.byte().is_some() {
        return None;
    }
    let mut buffer = [0; 4];
    let written: &str = literal.c.encode_utf8(&mut buffer);
    match fold(written) {
        Cow::Borrowed(_) => None,
        Cow::Owned(folded) => (folded != written).then_some(folded),
    }
}

/// Characters that those of a range fold to, and that do not lie in it.
fn folded_beyond(start: char, end: char) -> BTreeSet<char> {
    if u32::from(end).saturating_sub(u32::from(start)) > MAX_RANGE {
        return BTreeSet::new();
    }
    let range = start..=end;
    let folded = range.clone().flat_map(|c| {
        let folded = fold(c.encode_utf8(&mut [0; 4])).into_owned();
        folded.chars().collect::<Vec<char>>()
    });
    folded.filter(|c| !range.contains(c)).collect()
}

/// Characters that stand for themselves in a pattern, whatever its flags, and in a class.
fn escaped(characters: impl IntoIterator<Item = char>) -> String {
    let mut written = String::new();
    for c in characters {
        if c.is_alphanumeric() {
            written.push(c);
        } else {
            written.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, title: &str, text: &str) -> bool {
        let filter = Filter::new(&[], &[pattern.to_owned()]).unwrap();
        filter.verdict(title, text) == Verdict::Muted { pattern }
    }

    #[test]
    fn a_pattern_finds_any_spelling_and_keeps_its_meaning() {
        for (pattern, text) in [
            ("احمد", "قال أَحْمَد إنه"),
            ("أحمد", "قال احمد"),
            ("مدرسة", "المدرسه الجديدة"),
            ("[أإ]علان", "اعلان جديد"),
            ("[ء-ي]{4}", "علىـى"),
            ("^[^ا]", "باب"),
            (r"\bكرة\b", "ملعب الحي لِكُرَةٍ كره القدم"),
            (r"\d{4}", "في عام ٢٠٢٥"),
            ("٢٠٢[٤-٦]", "عام 2025"),
            ("عـــاجل", "عاجل"),
            ("ـ?عاجلً?", "عاجل"),
            ("ﷲ+", "الله"),
            (r"\x{623}حمد", "احمد"),
            (r"\p{Arabic}+ 5", "خبر 5"),
            ("BREAKING", "breaking news"),
            ("[A-C]X", "bx"),
            ("(?-i)News", "NEWS"),
            ("(?x) خبر \\s عاجل # words", "خبر عاجل"),
            ("^عاجل", "خبر\nعاجل: حريق"),
            ("حريق$", "عاجل: حريق\nتفاصيل"),
            ("cafe\u{301}", "Café"),
            ("مى‌خواهم", "میخواهم"),
            ("(أ|إ)عادة", "اعاده"),
            ("[أب--ب]حمد", "احمد"),
        ] {
            assert!(matches(pattern, text, ""), "title: {pattern} in {text}");
            assert!(matches(pattern, "", text), "text: {pattern} in {text}");
        }
        for (pattern, text) in [
            ("[^ا]حمد", "أحمد"),
            ("[^أ]علان", "باعلان"),
            (r"\bكرة\b", "الكرة"),
            ("^عاجل", "خبر عاجل"),
            ("عاجل.حريق", "عاجل\nحريق"),
            ("كلب", "قلب"),
            (r"\.com", "ecom"),
        ] {
            assert!(!matches(pattern, text, ""), "{pattern} in {text}");
        }
    }

    #[test]
    fn what_is_muted_is_not_kept_by_another_pattern() {
        let list = |patterns: &[&str]| patterns.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let filter = Filter::new(&list(&["الأردن", "عمان"]), &list(&["رياضة", "كرة"])).unwrap();
        assert_eq!(filter.verdict("أخبار الاردن", ""), Verdict::Shown);
        assert_eq!(filter.verdict("خبر", "من عَمّان"), Verdict::Shown);
        assert_eq!(filter.verdict("خبر", "من مكة"), Verdict::NotKept);
        let muted = Verdict::Muted { pattern: "كرة" };
        assert_eq!(filter.verdict("كره القدم في عمان", ""), muted);
        assert_eq!(Filter::default().verdict("أي شيء", ""), Verdict::Shown);
        assert!(filter.keep().eq(["الأردن", "عمان"]) && filter.mute().eq(["رياضة", "كرة"]));
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        for (pattern, why) in [
            ("", "`` is empty, and so matches everything"),
            ("(", "`(` is no regular expression: unclosed group"),
            (
                "[ب-أ]",
                "`[ب-أ]` is no regular expression: invalid character class range",
            ),
            (
                r"\p{Nonesuch}",
                "is no regular expression: Unicode property not found",
            ),
            ("a*", "`a*` matches everything"),
            ("ـ", "`ـ` matches everything"),
            (r"\w{500}", "is too large"),
            (r"(?-u)\xff", "is no regular expression"),
        ] {
            let error = check(pattern).unwrap_err();
            assert_eq!(error.pattern, pattern);
            assert!(error.to_string().contains(why), "{pattern}: {error}");
        }
        assert!(check(&"(".repeat(100)).is_err());
        assert!(check(&"س".repeat(MAX_BYTES)).is_err());
        let deep = format!("{}a{}", "(".repeat(40), ")".repeat(40));
        assert!(check(&deep).unwrap_err().reason.contains("nest"));
    }

    #[test]
    fn a_long_list_of_words_is_one_pattern() {
        let words: Vec<String> = (0..300).map(|n| format!("كلمة{n}")).collect();
        let pattern = words.join("|");
        assert!(matches(&pattern, "", "هذه كلمه299 هنا"));
    }

    proptest! {
        #[test]
        fn a_literal_finds_itself_in_any_spelling(word in "[ء-ي\u{64b}-\u{652}ـa-zA-Zé]{1,8}") {
            prop_assume!(!fold(&word).is_empty());
            prop_assert!(matches(&word, &word, ""));
            prop_assert!(matches(&word, "", &fold(&word)));
            prop_assert!(matches(&fold(&word), &word, ""));
        }

        #[test]
        fn any_pattern_is_refused_or_used(pattern in any::<String>(), more in r"[\[\]()\-^&~?*+|{}\\أإا-يa0-9:<>#! ]{0,12}") {
            for pattern in [&pattern, &more] {
                if let Ok(filter) = Filter::new(std::slice::from_ref(pattern), &[]) {
                    filter.verdict("أحمد", pattern);
                }
            }
        }

        #[test]
        fn folding_makes_no_good_pattern_bad(pattern in r"[\[\]()\-^&~?*+|{}\\أإا-يﷲـa0-9:<>#! ]{0,12}") {
            if Regex::new(&pattern).is_ok() {
                let folded = folded(&pattern).unwrap();
                prop_assert!(Regex::new(&folded).is_ok(), "{} became {}", pattern, folded);
            }
        }
    }
}
