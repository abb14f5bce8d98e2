//! What comparing needs of an article, derived once.
//!
//! All of it is sorted arrays of small numbers, so that comparing two profiles is a few merges.
//! Nothing of the text itself is kept.

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Hashes of the runs of three words. Like all lists here: ascending, each once.
    pub(super) shingles: Vec<u32>,
    /// Those of the lead.
    pub(super) lead: Vec<u32>,
    /// Words of the text.
    pub(super) length: usize,
    /// Roots of all words of title and text.
    pub(super) roots: Vec<u32>,
    /// Roots of the title's words.
    pub(super) title: Vec<u32>,
    /// Roots of those words of the title that the text has as well: what the article is about.
    pub(super) theme: Vec<u32>,
    /// Numbers of title and text, dates left out.
    pub(super) numbers: Vec<u32>,
    /// Numbers of title and text, dates included.
    pub(super) all_numbers: Vec<u32>,
    /// Numbers by the place where they stand: a hash of the words around, then the number.
    pub(super) slots: Vec<(u32, u32)>,
    /// Title and text, word by word: all there is to compare where there is no shingle.
    pub(super) whole: u32,
}

impl Profile {
    /// The profile of an article with this title and this plain text. Without a text the title
    /// stands for it.
    pub fn of(title: &str, text: &str) -> Self {
        let title = words_of(title);
        let mut text = words_of(text);
        if text.is_empty() {
            text.clone_from(&title);
        }
        let mut profile = Self {
            length: text.len(),
            ..Self::default()
        };
        profile.take_shingles(&text);
        profile.take_roots(&title, &text);
        profile.take_numbers(&title);
        profile.take_numbers(&text);
        for list in [&mut profile.numbers, &mut profile.all_numbers] {
            list.sort_unstable();
            list.dedup();
        }
        profile.slots.sort_unstable();
        profile.slots.dedup();
        profile.whole =
            (title.iter().chain(&text)).fold(0, |whole, word| words::shingle(whole, word.hash, 0));
        profile
    }

    /// What the archive's index keeps of this article.
    pub fn sketch(&self) -> Sketch {
        Sketch::new(self.shingles.iter().copied().take(Sketch::SIZE).collect())
    }

    fn take_shingles(&mut self, text: &[Word]) {
        let runs = text.windows(RUN);
        self.shingles
            .extend(runs.map(|run| words::shingle(run[0].hash, run[1].hash, run[2].hash)));
        self.lead
            .extend_from_slice(&self.shingles[..self.shingles.len().min(LEAD)]);
        for list in [&mut self.shingles, &mut self.lead] {
            list.sort_unstable();
            list.dedup();
        }
    }

    fn take_roots(&mut self, title: &[Word], text: &[Word]) {
        self.title = roots(title);
        self.roots = roots(text);
        self.theme.extend(
            self.title
                .iter()
                .filter(|&root| self.roots.binary_search(root).is_ok()),
        );
        for root in &self.title {
            if let Err(place) = self.roots.binary_search(root) {
                self.roots.insert(place, *root);
            }
        }
    }

    fn take_numbers(&mut self, words: &[Word]) {
        for (at, word) in words.iter().enumerate() {
            let Kind::Number(value) = word.kind else {
                continue;
            };
            self.all_numbers.push(value);
            if is_of_a_date(value, at, words) {
                continue;
            }
            self.numbers.push(value);
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

fn words_of(text: &str) -> Vec<Word> {
    let folded = arabic::fold(text);
    // An Arabic word takes eleven bytes in the mean, with the space.
    let mut words = Vec::with_capacity(folded.len() / 8);
    words::read(&folded, &mut words);
    words
}

fn roots(words: &[Word]) -> Vec<u32> {
    let mut roots = Vec::with_capacity(words.len());
    for word in words {
        if let Kind::Root(root) = word.kind {
            roots.push(root);
        }
    }
    roots.sort_unstable();
    roots.dedup();
    roots
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
