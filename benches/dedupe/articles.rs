//! A stream of articles: 20,000 a day, of which some are copies and some are forms filled in.
//!
//! Article `n` is the same whenever it is asked for, so nothing of the stream needs to be kept. Words
//! are drawn from a vocabulary of the size and the skew of news (Zipf), in Arabic letters as often as
//! Arabic has them; 300 in a text.

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use rawi::model::Article;

/// How many come in a day.
pub(crate) const A_DAY: u64 = 20_000;
/// Feeds that bring them.
pub(crate) const FEEDS: u64 = 400;
const WORDS: usize = 300;
const VOCABULARY: usize = 100_000;
const FORMS: usize = 500;

/// What an article is to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// New.
    Fresh,
    /// The text of that one, to the letter, under another title.
    Exact(u64),
    /// The text of that one with another title, an edited lead, and half of the time cut.
    Near(u64),
    /// A form with other numbers and names in it.
    Form(usize),
}

/// Where articles come from.
pub(crate) struct Stream {
    words: Vec<String>,
    /// The chance of a word or one before it.
    shares: Vec<f64>,
    forms: Vec<Vec<String>>,
    begin: DateTime<Utc>,
}

impl Stream {
    pub(crate) fn new() -> Self {
        let mut stream = Self {
            words: vocabulary(),
            shares: shares(),
            forms: Vec::new(),
            begin: DateTime::UNIX_EPOCH + TimeDelta::days(20_000),
        };
        stream.forms = (0..FORMS)
            .map(|form| stream.words(&mut Rng::with_seed(form as u64 ^ 0xf0_12_34), WORDS - 24))
            .collect();
        stream
    }

    /// When article `n` is first seen.
    pub(crate) fn time(&self, n: u64) -> DateTime<Utc> {
        self.begin + TimeDelta::milliseconds((n * 86_400_000 / A_DAY).cast_signed())
    }

    pub(crate) fn kind(n: u64) -> Kind {
        let mut rng = Rng::with_seed(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        match rng.u8(..100) {
            0..10 => Self::of_a_day(n, &mut rng).map_or(Kind::Fresh, Kind::Near),
            10..15 => Self::of_a_day(n, &mut rng).map_or(Kind::Fresh, Kind::Exact),
            15..20 => Kind::Form(rng.usize(..FORMS)),
            _ => Kind::Fresh,
        }
    }

    /// A fresh article of the day before `n`.
    fn of_a_day(n: u64, rng: &mut Rng) -> Option<u64> {
        let from = n.checked_sub(1)? - rng.u64(..A_DAY.min(n));
        (0..=from)
            .rev()
            .find(|&other| matches!(Self::kind(other), Kind::Fresh))
    }

    /// Title and text of article `n`.
    pub(crate) fn said(&self, n: u64) -> (String, String) {
        let mut rng = Rng::with_seed(n);
        let title = self.words(&mut rng, 10).join(" ");
        let words = match Self::kind(n) {
            Kind::Fresh => self.words(&mut rng, WORDS),
            Kind::Exact(of) => self.words_of_fresh(of),
            Kind::Near(of) => self.edited(of, &mut rng),
            Kind::Form(form) => self.filled_in(form, &mut rng),
        };
        (title, text(&words))
    }

    pub(crate) fn article(&self, n: u64) -> Article {
        let (title, text) = self.said(n);
        let at = self.time(n);
        let feed = feed(n);
        Article {
            id: 0,
            story: 0,
            feed: format!("feed-{feed}"),
            outlet: format!("Outlet {feed}"),
            guid: Some(format!("urn:bench:{n}")),
            url: Some(address(n)),
            title,
            author: Vec::new(),
            language: None,
            categories: Vec::new(),
            published: at,
            updated: at,
            first_seen: at,
            dateline: None,
            summary: None,
            text,
            html: None,
            words: 0,
            image: None,
            enclosures: Vec::new(),
            extraction: "import".to_owned(),
            lead: true,
        }
    }

    fn words_of_fresh(&self, n: u64) -> Vec<String> {
        let mut rng = Rng::with_seed(n);
        self.words(&mut rng, 10);
        self.words(&mut rng, WORDS)
    }

    fn edited(&self, of: u64, rng: &mut Rng) -> Vec<String> {
        let original = self.words_of_fresh(of);
        let mut words = self.words(rng, 25);
        words.extend_from_slice(&original[25..]);
        if rng.bool() {
            words.truncate(WORDS * 7 / 10);
        }
        words
    }

    fn filled_in(&self, form: usize, rng: &mut Rng) -> Vec<String> {
        let mut words = Vec::with_capacity(WORDS);
        for (at, word) in self.forms[form].iter().enumerate() {
            words.push(word.clone());
            match at % 46 {
                20 | 40 => words.push(rng.u32(..1000).to_string()),
                45 => words.push(self.words[rng.usize(1000..VOCABULARY)].clone()),
                _ => {}
            }
        }
        words
    }

    fn words(&self, rng: &mut Rng, count: usize) -> Vec<String> {
        let mut one = || {
            // A word in fifty is a number.
            if rng.u8(..50) == 0 {
                return rng.u32(..5000).to_string();
            }
            let chance = rng.f64();
            let at = self.shares.partition_point(|&share| share < chance);
            self.words[at.min(VOCABULARY - 1)].clone()
        };
        (0..count).map(|_| one()).collect()
    }
}

/// Which feed brings article `n`.
pub(crate) fn feed(n: u64) -> u64 {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % FEEDS
}

/// Where article `n` is found.
pub(crate) fn address(n: u64) -> String {
    format!("https://outlet-{}.example/news/{n}.html", feed(n))
}

/// Sentences of fifteen words, paragraphs of sixty.
fn text(words: &[String]) -> String {
    let mut text = String::with_capacity(words.len() * 12);
    for (at, word) in words.iter().enumerate() {
        text.push_str(match at {
            0 => "",
            _ if at % 60 == 0 => ".\n\n",
            _ if at % 15 == 0 => ". ",
            _ if at % 7 == 0 => "، ",
            _ => " ",
        });
        text.push_str(word);
    }
    text.push('.');
    text
}

fn vocabulary() -> Vec<String> {
    // By how often they stand in Arabic news, in thousandths.
    const LETTERS: [(char, usize); 33] = [
        ('ا', 135),
        ('ل', 115),
        ('ي', 68),
        ('م', 58),
        ('و', 57),
        ('ن', 55),
        ('ر', 49),
        ('ت', 47),
        ('ب', 38),
        ('ع', 37),
        ('د', 33),
        ('ه', 32),
        ('ة', 30),
        ('س', 28),
        ('ف', 27),
        ('ق', 25),
        ('ك', 23),
        ('ح', 22),
        ('أ', 22),
        ('ج', 15),
        ('ش', 13),
        ('إ', 12),
        ('ص', 11),
        ('ط', 11),
        ('خ', 10),
        ('ى', 8),
        ('ض', 8),
        ('ز', 8),
        ('ث', 7),
        ('ذ', 6),
        ('ئ', 5),
        ('غ', 5),
        ('ظ', 3),
    ];
    let all: usize = LETTERS.iter().map(|letter| letter.1).sum();
    let mut rng = Rng::with_seed(77);
    let mut seen = std::collections::HashSet::with_capacity(VOCABULARY);
    let mut words = Vec::with_capacity(VOCABULARY);
    while words.len() < VOCABULARY {
        // The commonest words are short.
        let letters = if words.len() < 100 {
            rng.usize(2..=4)
        } else {
            rng.usize(3..=8)
        };
        let word: String = (0..letters)
            .map(|_| {
                let mut at = rng.usize(..all);
                let letter = LETTERS.iter().find(|letter| {
                    let is_it = at < letter.1;
                    at = at.saturating_sub(letter.1);
                    is_it
                });
                letter.map_or('ا', |letter| letter.0)
            })
            .collect();
        if seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

fn shares() -> Vec<f64> {
    let mut sum = 0.0;
    let mut shares: Vec<f64> = (0..VOCABULARY)
        .map(|rank| {
            sum += 1.0 / (rank as f64 + 2.7);
            sum
        })
        .collect();
    for share in &mut shares {
        *share /= sum;
    }
    shares
}
