//! Digests and sketches that are kept, and so are the same on every machine and version.

use crate::extract::words::fold;

/// Bits of a line's digest: of the thousands of lines that a host shows, none is taken for another.
const DIGEST_BITS: u32 = 40;
/// Numbers in a sketch: an estimate is within 0.2 of the truth, nineteen times of twenty.
pub(super) const SKETCH: usize = 24;
/// The words of a body that are sketched.
const MAX_WORDS: usize = 1500;
/// Words in one run.
const RUN: usize = 4;

/// The longest line whose numbers are left out: "37 comments", "12 May 2025, 10:30".
const COUNTER_WORDS: usize = 7;

/// FNV-1a with a finish that spreads it over all bits.
fn hash(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    mix(hash)
}

/// The finish of `MurmurHash3`.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

fn low(hash: u64) -> u16 {
    u16::try_from(hash & 0xffff).unwrap_or(u16::MAX)
}

/// The digest of a folded line; None if it has no letters.
pub(crate) fn line(folded: &str, keep_numbers: bool) -> Option<u64> {
    if folded.is_empty() {
        return None;
    }
    let short = folded.split(' ').take(COUNTER_WORDS + 1).count() <= COUNTER_WORDS;
    let digest = if short && !keep_numbers && folded.chars().any(char::is_numeric) {
        let mut text = String::with_capacity(folded.len());
        for c in folded.chars() {
            match c.is_numeric() {
                true if text.ends_with('0') => {}
                true => text.push('0'),
                false => text.push(c),
            }
        }
        hash(&text)
    } else {
        hash(folded)
    };
    Some(digest >> (64 - DIGEST_BITS))
}

/// The digest of an address.
pub(super) fn address(url: &str) -> u64 {
    hash(url) >> (64 - DIGEST_BITS)
}

/// Short digests of the words that tell a title from another.
pub(super) fn title(title: &str, limit: usize) -> Vec<u16> {
    let mut words: Vec<u16> = stems(title).collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(limit);
    words
}

/// Short digests of the stems of longer words, or of pairs of letters where no space parts words.
pub(super) fn stems(text: &str) -> impl Iterator<Item = u16> {
    let folded = fold(text);
    let mut stems = Vec::new();
    for word in folded.split(' ') {
        if word.starts_with(is_unspaced) {
            let letters: Vec<char> = word.chars().collect();
            let pairs = letters.windows(2).map(String::from_iter);
            stems.extend(pairs.map(|pair| low(hash(&pair))));
        } else if word.chars().nth(3).is_some() {
            let end = word.char_indices().nth(5).map_or(word.len(), |(at, _)| at);
            stems.push(low(hash(&word[..end])));
        }
    }
    stems.into_iter()
}

/// Of Chinese, Japanese, Thai.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{9fff}')
}

/// A body's fingerprint: the share of equal numbers in two of them estimates the share of equal
/// runs of words in the texts (`MinHash`).
pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<u16> {
    let mut words: Vec<u64> = Vec::new();
    for text in texts {
        for word in fold(text).split(' ').filter(|word| !word.is_empty()) {
            if word.starts_with(is_unspaced) {
                words.extend(word.chars().map(|c| mix(u64::from(u32::from(c)))));
            } else {
                words.push(hash(word));
            }
        }
        if words.len() > MAX_WORDS {
            words.truncate(MAX_WORDS);
            break;
        }
    }
    if words.is_empty() {
        return Vec::new();
    }
    let mut least = [u64::MAX; SKETCH];
    for run in words.windows(RUN.min(words.len())) {
        let run = run.iter().fold(0, |sum, word| mix(word ^ sum));
        for (seed, least) in (1_u64..).zip(&mut least) {
            // An odd multiplier permutes; the high bits depend on all lower ones.
            let rank = (run ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
                .wrapping_mul(seed.wrapping_mul(0xc2b2_ae3d_27d4_eb4f) | 1);
            *least = (*least).min(rank);
        }
    }
    least.into_iter().map(|rank| low(mix(rank))).collect()
}

/// The estimated share of runs that two texts have in common, 0 to 1.
pub(super) fn alike(a: &[u16], b: &[u16]) -> f64 {
    if a.len() != SKETCH || b.len() != SKETCH {
        return 0.0;
    }
    let equal = a.iter().zip(b).filter(|(a, b)| a == b).count();
    equal as f64 / SKETCH as f64
}
