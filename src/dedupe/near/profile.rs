//! What comparing needs of an article, each part derived when it is first asked for.
//!
//! All of it is lists of small numbers, so that comparing two profiles is a few merges. Most
//! articles are never compared, and of most that are, a look at the runs of words is enough: a
//! profile holds the words as they were read, and what else is asked of them from then on.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::dedupe::near::words::{self, Kind, Word};
use crate::model::Sketch;
use crate::text::arabic;

/// Words in a row that make one shingle.
const RUN: usize = 3;
/// The lead: so many shingles at the beginning, which is two or three sentences.
const LEAD: usize = 30;
/// A date's day and month stand at most so many words from its year.
const DATE: usize = 3;
/// How a number looks in the surroundings of another.
const ANY_NUMBER: u32 = 1;

/// An article, ready to be compared.
#[derive(Debug, Clone, Default)]
pub struct Profile<'a> {
    title: Words<'a>,
    /// None where the title stands for it.
    text: Option<Words<'a>>,
    shingles: OnceCell<Vec<u32>>,
    names: OnceCell<Names>,
    numbers: OnceCell<Numbers>,
}

/// A folded text and its words.
#[derive(Debug, Clone, Default)]
struct Words<'a> {
    folded: Cow<'a, str>,
    words: Vec<Word>,
}

/// What an article names. Like all lists here: ascending, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Roots of all words of title and text.
    pub(super) roots: Vec<u32>,
    /// Roots of those words of the title that the text has as well: what the article is about.
    pub(super) theme: Vec<u32>,
}

/// The numbers of title and text.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    /// Dates left out.
    pub(super) undated: Vec<u32>,
    /// Dates included.
    pub(super) all: Vec<u32>,
    /// Numbers by the place where they stand: a hash of the words around, then the number.
    pub(super) slots: Vec<(u32, u32)>,
}

/// Profiles are equal if the articles are, word for word.
impl PartialEq for Profile<'_> {
    fn eq(&self, other: &Self) -> bool {
        let hashes =
            |words: &Words<'_>| -> Vec<u32> { words.words.iter().map(|word| word.hash).collect() };
        hashes(&self.title) == hashes(&other.title) && hashes(self.text()) == hashes(other.text())
    }
}

impl<'a> Profile<'a> {
    /// The profile of an article with this title and this plain text. Without a text the title
    /// stands for it.
    pub fn of(title: &'a str, text: &'a str) -> Self {
        let text = Words::of(text);
        Self {
            title: Words::of(title),
            text: (!text.words.is_empty()).then_some(text),
            ..Self::default()
        }
    }

    /// What the archive's index keeps of this article.
    pub fn sketch(&self) -> Sketch {
        let mut smallest = Smallest::default();
        runs(&self.text().words).for_each(|shingle| smallest.take(shingle));
        Sketch::new(smallest.hashes)
    }

    fn text(&self) -> &Words<'a> {
        self.text.as_ref().unwrap_or(&self.title)
    }

    /// Words of the text.
    pub(super) fn length(&self) -> usize {
        self.text().words.len()
    }

    /// Hashes of the runs of three words of the text.
    pub(super) fn shingles(&self) -> &[u32] {
        self.shingles
            .get_or_init(|| set(runs(&self.text().words).collect()))
    }

    /// Those of the lead.
    pub(super) fn lead(&self) -> Vec<u32> {
        set(runs(&self.text().words).take(LEAD).collect())
    }

    /// Roots of the title's words.
    pub(super) fn title_roots(&self) -> Vec<u32> {
        set(self.title.roots().collect())
    }

    /// The names of title and text.
    pub(super) fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let title = self.title_roots();
            let text = set(self.text().roots().collect());
            let theme = title.iter().filter(|root| text.binary_search(root).is_ok());
            Names {
                theme: theme.copied().collect(),
                roots: set([text, title].concat()),
            }
        })
    }

    /// The numbers of title and text.
    pub(super) fn numbers(&self) -> &Numbers {
        self.numbers.get_or_init(|| {
            let mut numbers = Numbers::default();
            numbers.take(&self.title.words);
            numbers.take(&self.text().words);
            for list in [&mut numbers.undated, &mut numbers.all] {
                *list = set(std::mem::take(list));
            }
            numbers.slots.sort_unstable();
            numbers.slots.dedup();
            numbers
        })
    }

    /// Whether title and text have the same words in the same order, and have any: all there is
    /// to compare where there is no shingle.
    pub(super) fn reads_like(&self, other: &Self) -> bool {
        fn all<'b>(profile: &'b Profile<'_>) -> impl Iterator<Item = u32> + 'b {
            let words = profile.title.words.iter().chain(&profile.text().words);
            words.map(|word| word.hash)
        }
        self.length() > 0 && all(self).eq(all(other))
    }
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let folded = arabic::fold(text);
        // An Arabic word takes eleven bytes in the mean, with the space.
        let mut words = Vec::with_capacity(folded.len() / 8);
        words::read(&folded, &mut words);
        Self { folded, words }
    }

    fn roots(&self) -> impl Iterator<Item = u32> {
        self.words.iter().filter_map(|word| match word.kind {
            Kind::Long(at) => Some(words::root(&self.folded, at)),
            Kind::Number(_) | Kind::Short => None,
        })
    }
}

/// The smallest distinct hashes of those taken, as many as a sketch has.
#[derive(Default)]
struct Smallest {
    /// Ascending.
    hashes: Vec<u32>,
}

impl Smallest {
    #[inline]
    fn take(&mut self, hash: u32) {
        let is_full = self.hashes.len() == Sketch::SIZE;
        if is_full && self.hashes.last().is_some_and(|&largest| largest <= hash) {
            return;
        }
        if let Err(place) = self.hashes.binary_search(&hash) {
            if is_full {
                self.hashes.pop();
            }
            self.hashes.insert(place, hash);
        }
    }
}

impl Numbers {
    fn take(&mut self, words: &[Word]) {
        for (at, word) in words.iter().enumerate() {
            let Kind::Number(value) = word.kind else {
                continue;
            };
            self.all.push(value);
            if is_of_a_date(value, at, words) {
                continue;
            }
            self.undated.push(value);
            let near = |offset: isize| surroundings(words, at, offset);
            for (side, one, two) in [
                (0, near(-2), near(-1)),
                (1, near(1), near(2)),
                (2, near(-1), near(1)),
            ] {
                // Rows of numbers, and a number that stands alone, say nothing of the place.
                if one > ANY_NUMBER || two > ANY_NUMBER {
                    self.slots.push((words::place(side, one, two), value));
                }
            }
        }
    }
}

fn runs(words: &[Word]) -> impl Iterator<Item = u32> {
    words
        .windows(RUN)
        .map(|run| words::shingle(run[0].hash, run[1].hash, run[2].hash))
}

fn set(mut list: Vec<u32>) -> Vec<u32> {
    list.sort_unstable();
    list.dedup();
    list
}

/// Whether a number is a year, or a day or month beside one. Agencies date every dispatch, others
/// take the date out; so dates neither join nor part.
fn is_of_a_date(number: u32, at: usize, words: &[Word]) -> bool {
    let is_year = |number: u32| matches!(number, 1300..1500 | 1900..2100);
    if is_year(number) {
        return true;
    }
    let around = &words[at.saturating_sub(DATE)..words.len().min(at + DATE + 1)];
    (1..=31).contains(&number)
        && around
            .iter()
            .any(|word| matches!(word.kind, Kind::Number(other) if is_year(other)))
}

fn surroundings(words: &[Word], at: usize, offset: isize) -> u32 {
    match at.checked_add_signed(offset).and_then(|at| words.get(at)) {
        None => 0,
        Some(Word {
            kind: Kind::Number(_),
            ..
        }) => ANY_NUMBER,
        Some(word) => word.hash.max(ANY_NUMBER + 1),
    }
}
