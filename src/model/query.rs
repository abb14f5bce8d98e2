//! What a person asks the archive for: the query language, read into a [`Query`].
//!
//! [`Query::parse`] takes words, "phrases", `-exclusions` and the operators of [`Field`], `title:`,
//! `before:` and `after:`. It is total but for queries that ask for nothing, for too much or for a
//! date that is none; what looks like an operator and is not one is words. Words come out folded and
//! stemmed, with the forms that they may have in an index of stems: no text of the query is left
//! that another language could take for syntax. docs/search.md is this file in words for people.

use std::iter::Peekable;
use std::str::CharIndices;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::text::arabic;

/// The most characters of a query.
const MAX_CHARS: usize = 500;
/// The most words, phrases and operators of a query.
const MAX_PARTS: usize = 32;

/// What a query asks for: all of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What must be in the article.
    pub terms: Vec<Term>,
    /// What must not.
    pub without: Vec<Term>,
    /// What must hold of its feed and its labels; of several for the same field, one.
    pub filters: Vec<Filter>,
    /// It is from then or later.
    pub after: Option<DateTime<Utc>>,
    /// It is from before then.
    pub before: Option<DateTime<Utc>>,
}

/// A word or a phrase.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// It must stand in the title.
    pub in_title: bool,
    /// What the words may be in an index of stems; any of these. Each is one word or several that
    /// follow one another, none is empty. The first is what was written.
    pub forms: Vec<Vec<String>>,
}

/// A condition on the feed of an article, or on its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Of what.
    pub field: Field,
    /// What it must be: folded, apart from slugs.
    pub value: String,
    /// It must not be that.
    pub is_excluded: bool,
}

/// What a [`Filter`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `feed:`, the slug of the feed.
    Feed,
    /// `outlet:`, a part of the outlet's name.
    Outlet,
    /// `category:`, a label of the feed or of the article.
    Category,
    /// `lang:`, a language; `ar` is also `ar-JO`.
    Language,
}

/// Why a query cannot be answered. Texts are for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing is asked for.
    #[error(
        "a search needs at least one word, \"phrase\" or filter such as feed:SLUG or after:2025-01-31"
    )]
    Empty,
    /// It is too long.
    #[error(
        "a search has at most {MAX_CHARS} characters and {MAX_PARTS} words, phrases and filters"
    )]
    TooLong,
    /// A date cannot be read.
    #[error(
        "{operator}: takes a day such as 2025-01-31 (or 2025-01, or 2025-01-31T12:00:00Z), not `{value}`"
    )]
    NotADate {
        /// `before` or `after`.
        operator: &'static str,
        /// What was written.
        value: String,
    },
}

/// What stands before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Title,
    After,
    Before,
    Is(Field),
}

const OPERATORS: [(&str, Operator); 8] = [
    ("title", Operator::Title),
    ("after", Operator::After),
    ("before", Operator::Before),
    ("feed", Operator::Is(Field::Feed)),
    ("outlet", Operator::Is(Field::Outlet)),
    ("category", Operator::Is(Field::Category)),
    ("lang", Operator::Is(Field::Language)),
    ("language", Operator::Is(Field::Language)),
];

impl Query {
    /// Reads a query as a person types it.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.chars().count() > MAX_CHARS {
            return Err(QueryError::TooLong);
        }
        let text: String = text.chars().filter(|&c| !is_invisible(c)).collect();
        let mut query = Self::default();
        let mut parts = Parts {
            text: &text,
            chars: text.char_indices().peekable(),
        };
        let mut count = 0;
        while let Some(part) = parts.next() {
            count += 1;
            if count > MAX_PARTS {
                return Err(QueryError::TooLong);
            }
            query.take(&part)?;
        }
        let is_open = query.after.is_none() && query.before.is_none();
        if query.terms.is_empty() && query.filters.is_empty() && query.without.is_empty() && is_open
        {
            return Err(QueryError::Empty);
        }
        Ok(query)
    }

    fn take(&mut self, part: &Part<'_>) -> Result<(), QueryError> {
        let day = |operator| {
            moment(part.value).ok_or_else(|| QueryError::NotADate {
                operator,
                value: part.value.to_owned(),
            })
        };
        match part.operator {
            Some(Operator::After) => {
                let after = day("after")?;
                self.after = Some(self.after.map_or(after, |other| other.max(after)));
            }
            Some(Operator::Before) => {
                let before = day("before")?;
                self.before = Some(self.before.map_or(before, |other| other.min(before)));
            }
            Some(Operator::Is(field)) => {
                let value = match field {
                    Field::Feed => part.value.trim().to_owned(),
                    Field::Language => part.value.trim().to_ascii_lowercase().replace('_', "-"),
                    Field::Outlet | Field::Category => arabic::fold(part.value).trim().to_owned(),
                };
                if !value.is_empty() {
                    self.filters.push(Filter {
                        field,
                        value,
                        is_excluded: part.is_excluded,
                    });
                }
            }
            Some(Operator::Title) | None => {
                let in_title = part.operator.is_some();
                if part.is_excluded {
                    self.without.extend(Term::exact(part.value, in_title));
                } else {
                    self.terms.extend(Term::new(part.value, in_title));
                }
            }
        }
        Ok(())
    }
}

impl Term {
    /// The words of `text` in this order, in any form; none if there is no word in it.
    fn new(text: &str, in_title: bool) -> Option<Self> {
        let folded = arabic::fold(text);
        let mut words = arabic::tokens(&folded);
        let first = forms(words.next()?);
        let rest: Vec<String> = words.map(|word| arabic::stem(word).to_owned()).collect();
        let form = |first: &str| {
            [first.to_owned()]
                .into_iter()
                .chain(rest.iter().cloned())
                .collect()
        };
        Some(Self {
            in_title,
            forms: first.into_iter().map(form).collect(),
        })
    }

    /// Likewise, but as written: more than what is meant would be excluded otherwise.
    fn exact(text: &str, in_title: bool) -> Option<Self> {
        let mut term = Self::new(text, in_title)?;
        term.forms.truncate(1);
        Some(term)
    }
}

/// The stems that a folded word may have in an index, that of the word itself first.
///
/// و and ف (and), ب (by), ل (to), ك (as) are written onto the next word. Stemming takes off what
/// is surely one of them; a query may be read in either way, since the index decides.
fn forms(word: &str) -> Vec<&str> {
    fn add<'a>(forms: &mut Vec<&'a str>, word: &'a str) {
        let stem = arabic::stem(word);
        if !forms.contains(&stem) {
            forms.push(stem);
        }
    }
    let mut forms = Vec::with_capacity(4);
    add(&mut forms, word);
    if !arabic::is_arabic(word) {
        return forms;
    }
    let is_longer = |word: &str, letters| word.chars().nth(letters).is_some();
    let without_and = word.strip_prefix(['و', 'ف']).filter(|_| is_longer(word, 3));
    for word in [Some(word), without_and].into_iter().flatten() {
        add(&mut forms, word);
        if let Some(rest) = word
            .strip_prefix(['ب', 'ل', 'ك'])
            .filter(|_| is_longer(word, 3))
        {
            add(&mut forms, rest);
        }
        if let Some(rest) = word.strip_prefix("لل").filter(|_| is_longer(word, 4)) {
            add(&mut forms, rest);
        }
    }
    forms
}

/// The beginning of a day, month or year in UTC, or a moment of RFC 3339.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = arabic::fold(text.trim());
    if let Ok(moment) = DateTime::parse_from_rfc3339(&text.to_ascii_uppercase()) {
        return Some(moment.to_utc());
    }
    let mut figures = text.split(['-', '/']);
    let year = figures
        .next()
        .filter(|year| year.len() == 4)?
        .parse()
        .ok()?;
    let mut next = || figures.next().map_or(Some(1), |figure| figure.parse().ok());
    let (month, day) = (next()?, next()?);
    if figures.next().is_some() {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(year, month, day)?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
}

/// One word, phrase or operator as it stands in the query.
#[derive(Debug, PartialEq, Eq)]
struct Part<'a> {
    is_excluded: bool,
    operator: Option<Operator>,
    value: &'a str,
}

/// Cuts a query into its parts.
struct Parts<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl<'a> Parts<'a> {
    fn next(&mut self) -> Option<Part<'a>> {
        while self.chars.next_if(|&(_, c)| divides(c)).is_some() {}
        self.chars.peek()?;
        let is_excluded = self.minus();
        if let Some(value) = self.phrase() {
            return Some(Part {
                is_excluded,
                operator: None,
                value,
            });
        }
        let word = self.word();
        let operator = word.split_once(':').and_then(|(name, value)| {
            let is_it = |(known, _): &&(&str, Operator)| known.eq_ignore_ascii_case(name);
            let (_, operator) = OPERATORS.iter().find(is_it)?;
            Some((*operator, value))
        });
        let (operator, value) = match operator {
            Some((operator, "")) => match self.phrase() {
                Some(phrase) => (Some(operator), phrase),
                None => (None, word),
            },
            Some((operator, value)) => (Some(operator), value),
            None => (None, word),
        };
        Some(Part {
            is_excluded,
            operator,
            value,
        })
    }

    /// Takes a minus that stands right before what it excludes.
    fn minus(&mut self) -> bool {
        let Some(&(at, '-' | '−')) = self.chars.peek() else {
            return false;
        };
        let mut after = self.text[at..].chars().skip(1);
        let is_one = after
            .next()
            .is_some_and(|c| c.is_alphanumeric() || Quote::of(c).is_some());
        if is_one {
            self.chars.next();
        }
        is_one
    }

    /// Takes a phrase between quotes that both stand there.
    fn phrase(&mut self) -> Option<&'a str> {
        let &(at, opening) = self.chars.peek()?;
        let quote = Quote::of(opening)?;
        let start = at + opening.len_utf8();
        let end = start + self.text[start..].find(|c| Quote::of(c) == Some(quote))?;
        while self.chars.next_if(|&(at, _)| at <= end).is_some() {}
        Some(&self.text[start..end])
    }

    /// Takes what goes on to the next space, Arabic comma or quote.
    fn word(&mut self) -> &'a str {
        let start = self.chars.peek().map_or(self.text.len(), |&(at, _)| at);
        // A quote that is never closed begins a word.
        self.chars.next();
        let goes_on = |c: char| !divides(c) && Quote::of(c).is_none();
        while self.chars.next_if(|&(_, c)| goes_on(c)).is_some() {}
        let end = self.chars.peek().map_or(self.text.len(), |&(at, _)| at);
        &self.text[start..end]
    }
}

/// The pairs of quotes; Arabic texts have either of a pair on either side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Double,
    Guillemets,
}

impl Quote {
    fn of(c: char) -> Option<Self> {
        match c {
            '"' | '“' | '”' | '„' | '‟' => Some(Self::Double),
            '«' | '»' => Some(Self::Guillemets),
            _ => None,
        }
    }
}

fn divides(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '،' | '؛' | '؟' | '…' | '(' | ')' | '[' | ']' | '{' | '}' | '|'
        )
}

/// Marks of direction come with text that was copied, and hide what they stand before.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Query {
        Query::parse(text).unwrap()
    }

    /// The first form of each term; `title:` and `-` before those that are so.
    fn words(text: &str) -> Vec<String> {
        let query = parse(text);
        let show = |sign: &'static str| {
            move |term: &Term| {
                let title = if term.in_title { "title:" } else { "" };
                format!("{sign}{title}{}", term.forms[0].join(" "))
            }
        };
        let wanted = query.terms.iter().map(show(""));
        wanted.chain(query.without.iter().map(show("-"))).collect()
    }

    #[test]
    fn words_phrases_and_exclusions_are_told_apart() {
        for (text, expected) in [
            ("كازاخستان", vec!["كازاخست"]),
            ("الأردن، وكازاخستان؟", vec!["اردن", "كازاخست"]),
            ("\"مجلس النواب\" اليوم", vec!["مجلس نواب", "يوم"]),
            ("«مجلس النواب»", vec!["مجلس نواب"]),
            ("»مجلس النواب«", vec!["مجلس نواب"]),
            ("”مجلس النواب“", vec!["مجلس نواب"]),
            (
                "اقتصاد -رياضة -\"كرة القدم\"",
                vec!["اقتصاد", "-رياض", "-كر قدم"],
            ),
            (
                "title:عمان title:\"سوق عمان\" -title:x",
                vec!["title:عم", "title:سوق عم", "-title:x"],
            ),
            ("TITLE:news", vec!["title:news"]),
            ("covid-19", vec!["covid 19"]),
            ("a - b", vec!["a", "b"]),
            ("http://x.example/y", vec!["http x example y"]),
            ("said: yes", vec!["said", "yes"]),
            ("feed: x", vec!["feed", "x"]),
            (
                "a OR b NEAR(c d, 2) ^e f* NOT",
                vec!["a", "or", "b", "near", "c", "d", "2", "e", "f", "not"],
            ),
            ("\"never closed", vec!["never", "closed"]),
            ("5\" screen", vec!["5", "screen"]),
            ("word\"a phrase\"word", vec!["word", "a phrase", "word"]),
            ("\u{200f}-عاجل خبر", vec!["خبر", "-عاجل"]),
            ("(عـــاجل)", vec!["عاجل"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn filters_and_days_are_read() {
        let query =
            parse("feed:haq -feed:noor outlet:\"بوابة الرأي\" category:Economy lang:ar_JO x");
        let filters: Vec<_> = query
            .filters
            .iter()
            .map(|f| (f.field, &*f.value, f.is_excluded))
            .collect();
        assert_eq!(
            filters,
            [
                (Field::Feed, "haq", false),
                (Field::Feed, "noor", true),
                (Field::Outlet, "بوابه الراي", false),
                (Field::Category, "economy", false),
                (Field::Language, "ar-jo", false),
            ]
        );
        assert_eq!(query.terms.len(), 1);
        for (text, after, before) in [
            ("after:2025-01-31", Some("2025-01-31T00:00:00Z"), None),
            ("before:2025-02", None, Some("2025-02-01T00:00:00Z")),
            (
                "after:٢٠٢٥ before:\"2026\"",
                Some("2025-01-01T00:00:00Z"),
                Some("2026-01-01T00:00:00Z"),
            ),
            (
                "after:2025-01-31T12:00:00+03:00",
                Some("2025-01-31T09:00:00Z"),
                None,
            ),
            (
                "after:2024-01-01 after:2025-01-01",
                Some("2025-01-01T00:00:00Z"),
                None,
            ),
        ] {
            let query = parse(text);
            let moment =
                |text: Option<&str>| text.map(|text| text.parse::<DateTime<Utc>>().unwrap());
            assert_eq!(
                (query.after, query.before),
                (moment(after), moment(before)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_cannot_be_answered_is_said() {
        for text in ["", "  ", "\" * \"", "،؛", "title:\"\"", "-"] {
            assert_eq!(Query::parse(text), Err(QueryError::Empty), "{text}");
        }
        for text in [
            "before:yesterday",
            "after:2025-13-01",
            "after:2025-1-1-1",
            "before:25",
        ] {
            let said = Query::parse(text).unwrap_err().to_string();
            assert!(said.contains("2025-01-31"), "{said}");
        }
        assert_eq!(Query::parse(&"x".repeat(501)), Err(QueryError::TooLong));
        assert_eq!(Query::parse(&"x ".repeat(33)), Err(QueryError::TooLong));
    }

    #[test]
    fn a_word_may_carry_what_is_written_onto_it() {
        for (word, expected) in [
            ("وزنجبار", vec!["زنجبار"]),
            ("بزنجبار", vec!["بزنجبار", "زنجبار"]),
            ("للمقاومة", vec!["مقاوم", "لمقاوم"]),
            ("وبالمدارس", vec!["مدارس"]),
            ("فوز", vec!["فوز"]),
            ("news", vec!["news"]),
        ] {
            let mut found: Vec<String> = parse(word).terms[0]
                .forms
                .iter()
                .map(|f| f.join(" "))
                .collect();
            let mut expected: Vec<&str> = expected;
            assert_eq!(found[0], expected[0], "{word}");
            found.sort();
            expected.sort_unstable();
            assert_eq!(found, expected, "{word}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_form_is_a_word(text in "[\u{600}-\u{6ff}a-z\"«»“”:\\-*() 0-9]{0,60}") {
            if let Ok(query) = Query::parse(&text) {
                for form in query.terms.iter().chain(&query.without).flat_map(|term| &term.forms) {
                    prop_assert!(!form.is_empty());
                    for word in form {
                        prop_assert!(arabic::tokens(word).eq([word.as_str()]));
                    }
                }
            }
        }

        #[test]
        fn any_text_at_all_is_read(text in any::<String>()) {
            let _ = Query::parse(&text);
        }
    }
}
