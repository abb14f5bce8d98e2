//! Arabic, Persian and Urdu in one byte a letter: windows-1256 or ISO 8859-6.
//!
//! The two have half of their letters at the same bytes, so text in the one reads as text in the
//! other, only that it says nothing. [`judge`] reads a sample as both and scores the readings by
//! how common their letters are, by where in a word these stand, and by words that no text of
//! some length is without. Signs that are at home in other scripts count against a reading, which
//! is how text that is no Arabic at all is told.
//!
//! Letters that a charset lacks stand in feeds as character references (`&#1740;`); they are read
//! as parts of their words, at no gain for either reading.

use std::slice;

use encoding_rs::{Encoding, ISO_8859_6, WINDOWS_1256};

/// What [`judge`] finds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verdict {
    /// The better of the two readings.
    pub(super) encoding: &'static Encoding,
    /// It is Arabic script beyond doubt.
    pub(super) is_arabic: bool,
    /// The other reading is out of the question.
    pub(super) is_clear: bool,
}

/// More text does not make it clearer.
const SAMPLE_BYTES: usize = 16 << 10;
/// The score per letter that Arabic reaches and other scripts do not.
const ARABIC_SCORE: i32 = 1;
/// The fewest letters that prove anything.
const MIN_LETTERS: i32 = 6;
/// By how much in all, and by how much for two letters, a reading must be better to leave no doubt.
const CLEAR_MARGIN: (i32, i32) = (16, 1);

/// What a sign is worth that Arabic text does not hold.
const FOREIGN: i32 = -12;
/// What a vowel sign is worth, and what one without a letter before it.
const MARK: (i32, i32) = (-3, -10);
/// What a letter right beside a Latin one adds, and one that ends words inside of one.
const LATIN_BESIDE: i32 = -8;
const MISPLACED: i32 = -6;
/// What a common word, and what the article adds.
const WORD: i32 = 8;
const ARTICLE: i32 = 5;

/// Letters by how common they are in the news of the three languages: twice the binary logarithm
/// of frequency over chance.
#[rustfmt::skip]
const LETTERS: [(&str, i32); 13] = [
    ("ا", 7), ("ل", 6), ("يیمو", 4), ("نرت", 3), ("بعدةکہے", 2), ("سفه", 1), ("أحكجگپں", 0),
    ("صشچھٹ", -1), ("طخىإذڈڑ", -2), ("زضث", -3), ("ئءغژ", -4), ("ظآۂ", -5), ("ؤۓ", -6),
];

/// Words that texts of some length hold, one of each spelling: ي for ی, ك for ک, ه for ہ.
#[rustfmt::skip]
const WORDS: [&str; 60] = [
    // Arabic
    "في", "من", "على", "إلى", "الى", "عن", "أن", "ان", "إن", "مع", "هذا", "هذه", "التي", "الذي",
    "كان", "كانت", "قال", "بعد", "قبل", "بين", "كما", "لم", "لا", "ما", "ذلك", "خلال", "حتى",
    "يوم", "اليوم", "عام", "كل", "هو",
    // Persian
    "در", "به", "از", "كه", "اين", "را", "با", "است", "اي", "هاي", "براي", "شد", "كرد", "يك",
    // Urdu
    "كي", "كے", "مين", "مےں", "هي", "هے", "اور", "سے", "سي", "كا", "كو", "نے", "پر", "اس",
];

/// Reads `sample` both ways. A sample without letters is not Arabic.
pub(super) fn judge(sample: &[u8]) -> Verdict {
    let sample = &sample[..sample.len().min(SAMPLE_BYTES)];
    let windows = Reading::of(sample, WINDOWS_1256);
    let iso = Reading::of(sample, ISO_8859_6);
    let (encoding, best, other) = if iso.score > windows.score {
        (ISO_8859_6, iso, windows)
    } else {
        (WINDOWS_1256, windows, iso)
    };
    let margin = best.score - other.score;
    Verdict {
        encoding,
        is_arabic: best.signs >= MIN_LETTERS && best.score >= ARABIC_SCORE * best.signs,
        is_clear: margin >= CLEAR_MARGIN.0 && 2 * margin >= CLEAR_MARGIN.1 * best.signs,
    }
}

/// The score of a sample in one charset.
#[derive(Default)]
struct Reading {
    score: i32,
    /// How many signs went into it.
    signs: i32,
    word: String,
}

/// What one sign of a text is to Arabic script.
#[derive(Clone, Copy)]
enum Sign {
    Letter(i32),
    Mark,
    /// Punctuation, digits, white space, signs without a shape.
    Neutral,
    Foreign,
}

impl Sign {
    fn of(c: char) -> Self {
        match c {
            '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}' => Self::Mark,
            '،' | '؛' | '؟' | '۔' | '٪' | '٫' | '٬' | '٠'..='٩' | '۰'..='۹' => {
                Self::Neutral
            }
            '\u{a0}' | '«' | '»' | '·' | '\u{ad}' | '\u{200b}'..='\u{2026}' | '‹' | '›' => {
                Self::Neutral
            }
            _ if c.is_ascii() => Self::Neutral,
            _ => LETTERS
                .iter()
                .find(|(letters, _)| letters.contains(c))
                .map_or(Self::Foreign, |&(_, score)| Self::Letter(score)),
        }
    }
}

impl Reading {
    fn of(sample: &[u8], encoding: &'static Encoding) -> Self {
        let signs: [(char, Sign); 256] = std::array::from_fn(|byte| {
            let byte = u8::try_from(byte).unwrap_or(b' ');
            let text = encoding
                .decode_without_bom_handling(slice::from_ref(&byte))
                .0;
            let c = text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
            (c, Sign::of(c))
        });
        let mut reading = Self::default();
        let mut rest = sample;
        let mut after_latin = false;
        while let Some(&byte) = rest.first() {
            if let Some((letter, len)) = reference(rest) {
                reading.reference(letter);
                rest = &rest[len..];
                after_latin = false;
            } else {
                let (c, sign) = signs[usize::from(byte)];
                reading.sign(c, sign, after_latin);
                rest = &rest[1..];
                after_latin = byte.is_ascii_alphabetic();
            }
        }
        reading.end_word();
        reading
    }

    fn sign(&mut self, c: char, sign: Sign, after_latin: bool) {
        match sign {
            Sign::Letter(score) => {
                self.add(score + if after_latin { LATIN_BESIDE } else { 0 });
                self.word.push(c);
            }
            Sign::Mark if self.word.is_empty() => self.add(MARK.1),
            Sign::Mark => self.add(MARK.0),
            Sign::Neutral if self.word.is_empty() => {}
            Sign::Neutral => {
                self.score += if c.is_ascii_alphabetic() {
                    LATIN_BESIDE
                } else {
                    0
                };
                self.end_word();
            }
            Sign::Foreign => {
                self.add(FOREIGN);
                self.end_word();
            }
        }
    }

    /// A character that stands as a reference to it.
    fn reference(&mut self, c: char) {
        match Sign::of(c) {
            Sign::Letter(_) => self.word.push(c),
            Sign::Mark => {}
            Sign::Neutral | Sign::Foreign => self.end_word(),
        }
    }

    fn add(&mut self, score: i32) {
        self.score += score;
        self.signs += 1;
    }

    fn end_word(&mut self) {
        // Letters that only end words.
        if let Some((last, _)) = self.word.char_indices().next_back() {
            self.score += MISPLACED * i32::from(self.word[..last].contains('ة'));
        }
        let spelling: String = self.word.chars().map(plain).collect();
        if WORDS.contains(&spelling.as_str()) {
            self.score += WORD;
        } else if spelling.starts_with("ال") && spelling.chars().nth(4).is_some() {
            self.score += ARTICLE;
        }
        self.word.clear();
    }
}

/// The letter that the keyboards of the three languages share.
fn plain(letter: char) -> char {
    match letter {
        'ی' => 'ي',
        'ک' => 'ك',
        'ہ' => 'ه',
        'ں' => 'ن',
        _ => letter,
    }
}

/// The character that a numeric reference at the start of `text` means, and the reference's length.
fn reference(text: &[u8]) -> Option<(char, usize)> {
    let inside = text.strip_prefix(b"&#")?;
    let len = inside.iter().take(8).position(|&byte| byte == b';')?;
    let digits = str::from_utf8(&inside[..len]).ok()?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?, len + 3))
}
