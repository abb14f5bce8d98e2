//! Words as numbers: what a folded text is made of, one pass, nothing allocated for a word.
//!
//! [`read`] gives the words of a folded text in order, each as a [`Word`]: its hash, and its root
//! or its value. Lines that point to other articles ("read also") are no part of the article and
//! are left out. Hashes go into the archive's index, so they must be the same on every machine and
//! in every version; nothing here may depend on the standard library's hashers.

use crate::text::arabic;

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// Of all its letters.
    pub(super) hash: u32,
    pub(super) kind: Kind,
}

/// What the guards need of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number: the digits' value, which is all that matters, however zeros and points stand.
    Number(u64),
    /// A word that may be a name, by the hash of its [root](root).
    Root(u32),
    /// A word of two or three letters: mostly particles.
    Short,
}

/// Beginnings of lines that point elsewhere, in folded form. They are looked for in short lines
/// only, so that a paragraph that happens to begin like one stays.
const POINTERS: [&str; 21] = [
    "اقرا ايضا",
    "اقراي ايضا",
    "اقروا ايضا",
    "اقرا المزيد",
    "اقرا كذلك",
    "شاهد ايضا",
    "طالع ايضا",
    "مواضيع ذات صله",
    "موضوعات ذات صله",
    "موضوعات متعلقه",
    "مواضيع متعلقه",
    "اخبار ذات صله",
    "لمتابعه اخر",
    "للمزيد من",
    "read more",
    "read also",
    "also read",
    "see also",
    "related:",
    "related articles",
    "related stories",
];
/// Lines longer than this, in bytes, point nowhere.
const LONGEST_POINTER: usize = 300;

/// Appends the words of a folded text, in order, without those of lines that point elsewhere.
pub(super) fn read(folded: &str, words: &mut Vec<Word>) {
    for line in folded.split('\n') {
        if !points_elsewhere(line) {
            read_line(line, words);
        }
    }
}

fn points_elsewhere(line: &str) -> bool {
    if line.len() > LONGEST_POINTER {
        return false;
    }
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    POINTERS.iter().any(|start| line.starts_with(start))
}

fn read_line(line: &str, words: &mut Vec<Word>) {
    // Where the number before ended, if the word before was one.
    let mut number_end = None;
    for token in arabic::tokens(line) {
        let mut rest = token;
        while !rest.is_empty() {
            let at = rest.as_ptr() as usize - line.as_ptr() as usize;
            let is_number = rest.as_bytes()[0].is_ascii_digit();
            let end = rest
                .find(|c: char| c.is_ascii_digit() != is_number)
                .unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            rest = after;
            if !is_number {
                words.push(word(piece));
                number_end = None;
                continue;
            }
            match words.last_mut() {
                Some(last) if goes_on(line, number_end, at) => append(last, piece),
                _ => words.push(number(0, piece)),
            }
            number_end = Some(at + end);
        }
    }
}

/// Whether the digits at `at` go on with the number that ended at `number_end`: `1.5`, `12,000`,
/// `10:30`.
fn goes_on(line: &str, number_end: Option<usize>, at: usize) -> bool {
    number_end
        .is_some_and(|end| end + 1 == at && matches!(line.as_bytes()[end], b'.' | b',' | b':'))
}

fn append(number_so_far: &mut Word, digits: &str) {
    if let Kind::Number(value) = number_so_far.kind {
        *number_so_far = number(value, digits);
    }
}

/// The number that `digits` make after those of `before`.
fn number(before: u64, digits: &str) -> Word {
    let value = digits.bytes().fold(before, |value, digit| {
        value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))
    });
    Word {
        hash: short(mix(value ^ 0x9ae1_6a3b_2f90_404f)),
        kind: Kind::Number(value),
    }
}

fn word(letters: &str) -> Word {
    let kind = match root(letters) {
        Some(root) => Kind::Root(root),
        None => Kind::Short,
    };
    Word {
        hash: short(of_bytes(letters.as_bytes())),
        kind,
    }
}

/// Hash of what stays of a word when outlets write it in their own ways: without the particles
/// that Arabic writes onto a word, without long vowels and endings. None for short words.
///
/// `السنغافوري` and `سنغافورة` have one root, as have `أمريكا` and `أميركا`, `مليون` and
/// `مليونا`. It is no root of grammar, and different words may share one: it serves where a word
/// is *missing*, and there erring towards "the same" is the careful side. Words in other scripts
/// are cut after five letters.
fn root(letters: &str) -> Option<u32> {
    let mut chars = letters.chars();
    let first = chars.next()?;
    // More than three letters; bytes are the cheap first look.
    if letters.len() <= 3 || chars.nth(2).is_none() {
        return None;
    }
    let mut hash = 0;
    if !is_arabic(first) {
        for c in letters.chars().take(5) {
            hash = mix(hash ^ u64::from(c));
        }
        return Some(short(hash));
    }
    let mut kept = 0;
    for c in without_particles(letters).chars() {
        if !is_weak(c) {
            hash = mix(hash ^ u64::from(c));
            kept += 1;
            if kept == 4 {
                break;
            }
        }
    }
    (kept > 0).then(|| short(hash))
}

/// The word without "and", "with", "for", "as" and the article, as long as three letters stay.
fn without_particles(word: &str) -> &str {
    // Every Arabic letter takes two bytes.
    let strip = |word: &'_ str, particle: &str| {
        word.strip_prefix(particle)
            .filter(|rest| rest.len() >= 6)
            .map(|rest| word.len() - rest.len())
    };
    let mut rest = word;
    for particles in [&["و", "ف"][..], &["لل", "ب", "ل", "ك"], &["ال"]] {
        if let Some(cut) = particles.iter().find_map(|particle| strip(rest, particle)) {
            rest = &rest[cut..];
        }
    }
    rest
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6ff}')
}

/// Letters that come and go with spelling, number and case.
fn is_weak(c: char) -> bool {
    matches!(c, 'ا' | 'و' | 'ي' | 'ء')
}

/// Hash of three words in a row.
pub(super) fn shingle(one: u32, two: u32, three: u32) -> u32 {
    let pair = u64::from(one) << 32 | u64::from(two);
    short(mix(mix(pair).wrapping_add(u64::from(three))))
}

/// Hash of a place in a text: what stands on one side, or on both, told apart by `side`.
pub(super) fn place(side: u32, one: u32, two: u32) -> u32 {
    shingle(side, one, two)
}

/// A number's value as it is kept.
pub(super) fn value(value: u64) -> u32 {
    short(mix(value))
}

fn of_bytes(bytes: &[u8]) -> u64 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut hash = bytes.len() as u64;
    for chunk in chunks {
        hash = mix(hash ^ u64::from_le_bytes(*chunk));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(hash ^ u64::from_le_bytes(last))
}

/// The finalizer of `SplitMix64` (Steele, Lea, Flood 2014): every bit depends on every other.
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the upper half is what is wanted"
)]
fn short(hash: u64) -> u32 {
    (hash >> 32) as u32
}
