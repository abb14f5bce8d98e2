//! Words as numbers: what a folded text is made of, one pass, nothing allocated for a word.
//!
//! [`read`] gives the words of a folded text in order, each as a [`Word`]: its hash, and its value or
//! where it stands, for [`root`]. Lines that point to other articles ("read also") are no part of the
//! article and are left out. Hashes go into the archive's index, so they must be the same on every
//! machine and in every version; nothing here may depend on the standard library's hashers.

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
    /// A number: the digits' value (of long ones, what 32 bits hold), however zeros and points
    /// stand.
    Number(u32),
    /// A word that may be a name, by where it begins in the folded text: see [`root`].
    Long(u32),
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
    let mut start = 0;
    for line in folded.split('\n') {
        if !points_elsewhere(line) {
            read_line(folded, start, start + line.len(), words);
        }
        start += line.len() + 1;
    }
}

fn points_elsewhere(line: &str) -> bool {
    if line.len() > LONGEST_POINTER {
        return false;
    }
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    POINTERS.iter().any(|start| line.starts_with(start))
}

fn read_line(folded: &str, start: usize, end: usize, words: &mut Vec<Word>) {
    // Where the number before ended, if the word before was one.
    let mut number_end = None;
    let mut at = start;
    while at < end {
        let next = Char::at(folded, at);
        match next.class {
            Class::Between => at += next.length,
            Class::Letter => {
                let (behind, letters) = end_of_word(folded, at);
                let kind = match u32::try_from(at) {
                    Ok(at) if letters > LETTERS_OF_PARTICLES => Kind::Long(at),
                    _ => Kind::Short,
                };
                words.push(Word {
                    hash: short(hash(&folded.as_bytes()[at..behind])),
                    kind,
                });
                at = behind;
                number_end = None;
            }
            Class::Digit => {
                let from = at;
                at += folded[at..].bytes().take_while(u8::is_ascii_digit).count();
                let digits = &folded[from..at];
                match words.last_mut() {
                    Some(last) if goes_on(folded, number_end, from) => append(last, digits),
                    _ => words.push(number(0, digits)),
                }
                number_end = Some(at);
            }
        }
    }
}

/// Words of so few letters are mostly particles.
const LETTERS_OF_PARTICLES: usize = 3;

/// Where the word ends that begins at `at`, and how many letters it has.
#[inline]
fn end_of_word(folded: &str, mut at: usize) -> (usize, usize) {
    let bytes = folded.as_bytes();
    let mut letters = 0;
    loop {
        while let Some(&[first, second]) = bytes[at..].first_chunk()
            && is_arabic_letter(first, second)
        {
            at += 2;
            letters += 1;
        }
        match bytes.get(at) {
            None | Some(0..=b'`' | b'{'..=0x7f) => break,
            Some(b'a'..=b'z') => at += 1,
            Some(_) => {
                let next = Char::at(folded, at);
                if next.class != Class::Letter {
                    break;
                }
                at += next.length;
            }
        }
        letters += 1;
    }
    (at, letters)
}

/// Hash of the bytes of a word, eight at a time; the last eight may overlap those before.
#[inline]
fn hash(word: &[u8]) -> u64 {
    let length = word.len() as u64;
    let (eights, rest) = word.as_chunks::<8>();
    let mut hash = length.wrapping_mul(0x9ae1_6a3b_2f90_404f);
    for eight in eights {
        hash = mix_in(hash, u64::from_le_bytes(*eight));
    }
    if rest.is_empty() {
        return mix(hash);
    }
    let last = match (
        word.last_chunk::<8>(),
        word.first_chunk::<4>(),
        word.last_chunk::<4>(),
    ) {
        (Some(last), _, _) => u64::from_le_bytes(*last),
        (None, Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => rest.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)),
    };
    mix(mix_in(hash, last))
}

#[inline]
fn mix_in(hash: u64, eight: u64) -> u64 {
    (hash.rotate_left(29) ^ eight).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// What words are made of, and what parts them: digits and letters part each other, so that
/// `1447هـ` and `1447` have their number in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Between,
}

/// A character of a folded text.
struct Char {
    class: Class,
    /// In bytes.
    length: usize,
    /// The last two of its bytes.
    code: u16,
}

impl Char {
    #[inline]
    fn at(text: &str, at: usize) -> Self {
        let bytes = text.as_bytes();
        let one = |class, code| Self {
            class,
            length: 1,
            code: u16::from(code),
        };
        match bytes[at] {
            code @ b'0'..=b'9' => one(Class::Digit, code),
            code @ b'a'..=b'z' => one(Class::Letter, code),
            code @ 0..=0x7f => one(Class::Between, code),
            // Arabic letters, without the detour over `char`.
            first @ (0xd8 | 0xd9) => {
                let code = u16::from_be_bytes([first, bytes[at + 1]]);
                let class = if is_arabic_letter(first, bytes[at + 1]) {
                    Class::Letter
                } else {
                    Class::Between
                };
                Self {
                    class,
                    length: 2,
                    code,
                }
            }
            _ => Self::rare(text, at),
        }
    }

    #[cold]
    fn rare(text: &str, at: usize) -> Self {
        let c = text[at..].chars().next().unwrap_or(' ');
        let length = c.len_utf8();
        let mut bytes = [0; 4];
        c.encode_utf8(&mut bytes);
        Self {
            class: if c.is_alphanumeric() {
                Class::Letter
            } else {
                Class::Between
            },
            length,
            code: u16::from_be_bytes([bytes[length.saturating_sub(2)], bytes[length - 1]]),
        }
    }
}

/// Whether two bytes are a letter of U+0600 to U+067F: hamza to yeh, and those of other languages.
#[inline]
fn is_arabic_letter(first: u8, second: u8) -> bool {
    /// A bit for each second byte, from 0x80 on: U+0620 to U+063F; U+0641 to U+064A and U+066E on.
    const LETTERS: [u64; 2] = [0xffff_ffff_0000_0000, 0xffff_c000_0000_07fe];
    first & 0xfe == 0xd8 && LETTERS[usize::from(first & 1)] >> (second & 0x3f) & 1 == 1
}

/// Hash of what stays of the word that begins at `at` when outlets write it in their own ways:
/// without the particles that Arabic writes onto a word, without long vowels and endings.
///
/// `السنغافوري` and `سنغافورة` have one root, as have `أمريكا` and `أميركا`, `مليون` and
/// `مليونا`. It is no root of grammar, and different words may share one: it serves where a
/// word is *missing*, and there erring towards "the same" is the careful side. Words in other
/// scripts are cut after four letters.
pub(super) fn root(folded: &str, at: u32) -> u32 {
    let mut letters = Letters::default();
    let mut at = at as usize;
    while at < folded.len() {
        let next = Char::at(folded, at);
        if next.class != Class::Letter {
            break;
        }
        at += next.length;
        letters.take(next.code);
    }
    letters.root()
}

/// So many letters make a root.
const ROOT: u32 = 4;

/// A word in reading.
#[derive(Default)]
struct Letters {
    /// All letters.
    count: u32,
    /// The first four letters, sixteen bits each, the first lowest.
    head: u64,
    /// The strong letters, a byte each, the first highest, as far as eight fit.
    strong: u64,
}

impl Letters {
    /// No branches on letters, which nobody can foretell: this is most of the work of reading.
    #[inline]
    fn take(&mut self, code: u16) {
        let place = self.count * 16;
        self.head |= u64::from(code).checked_shl(place).unwrap_or(0);
        let longer = self.strong << 8 | u64::from(code & 0xff);
        let takes = !is_weak(code) & (self.strong >> 56 == 0);
        self.strong = if takes { longer } else { self.strong };
        self.count += 1;
    }

    fn root(&self) -> u32 {
        let all = (64 - self.strong.leading_zeros()).div_ceil(8);
        let stay = all.saturating_sub(self.strong_particles());
        let behind = self.strong & u64::MAX.checked_shr(64 - stay * 8).unwrap_or(0);
        short(mix(behind >> (stay.saturating_sub(ROOT) * 8)))
    }

    /// How many strong letters at the beginning belong to "and", "with", "for", "as" and the
    /// article, as long as three letters stay.
    fn strong_particles(&self) -> u32 {
        let letter = |at: u32| (self.head.checked_shr(at * 16).unwrap_or(0) & 0xffff) as u16;
        let stay = |at: u32, particle: u32| at + particle + 3 <= self.count;
        let mut at = 0;
        let (and, so) = (letter(0) == WAW, letter(0) == FA);
        at += u32::from(stay(0, 1) & (and | so));
        let mut strong = u32::from(stay(0, 1) & so);
        let twice = stay(at, 2) & (letter(at) == LAM) & (letter(at + 1) == LAM);
        let once = stay(at, 1) & matches!(letter(at), BA | LAM | KAF);
        let prefix = if twice { 2 } else { u32::from(once) };
        (at, strong) = (at + prefix, strong + prefix);
        let article = stay(at, 2) & (letter(at) == ALEF) & (letter(at + 1) == LAM);
        strong += u32::from(article);
        strong
    }
}

// Letters by their two bytes in UTF-8. The lower bytes alone tell Arabic letters apart.
const ALEF: u16 = 0xd8a7;
const BA: u16 = 0xd8a8;
const HAMZA: u16 = 0xd8a1;
const FA: u16 = 0xd981;
const KAF: u16 = 0xd983;
const LAM: u16 = 0xd984;
const WAW: u16 = 0xd988;
const YA: u16 = 0xd98a;

/// Letters that come and go with spelling, number and case.
fn is_weak(letter: u16) -> bool {
    (letter == ALEF) | (letter == WAW) | (letter == YA) | (letter == HAMZA)
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
fn number(before: u32, digits: &str) -> Word {
    let value = digits.bytes().fold(before, |value, digit| {
        value.wrapping_mul(10).wrapping_add(u32::from(digit - b'0'))
    });
    Word {
        hash: short(mix(u64::from(value) ^ 0x9ae1_6a3b_2f90_404f)),
        kind: Kind::Number(value),
    }
}

/// Hash of three words in a row.
pub(super) fn shingle(one: u32, two: u32, three: u32) -> u32 {
    let weighted = u64::from(one).wrapping_mul(0xd6e8_feb8_6659_fd93)
        ^ u64::from(two)
            .wrapping_mul(0xa076_1d64_78bd_642f)
            .rotate_left(21)
        ^ u64::from(three)
            .wrapping_mul(0xe703_7ed1_a0b4_28db)
            .rotate_left(42);
    short(mix(weighted))
}

/// Hash of a place in a text: what stands on one side, or on both, told apart by `side`.
pub(super) fn place(side: u32, one: u32, two: u32) -> u32 {
    shingle(side, one, two)
}

/// The finalizer of `SplitMix64` (Steele, Lea, Flood 2014): every bit depends on every other.
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// The upper half.
fn short(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words' kinds, with roots in the place of places.
    fn kinds(text: &str) -> Vec<Kind> {
        let folded = crate::text::arabic::fold(text);
        let mut words = Vec::new();
        read(&folded, &mut words);
        let kinds = words.iter().map(|word| match word.kind {
            Kind::Long(at) => Kind::Long(root(&folded, at)),
            other => other,
        });
        kinds.collect()
    }

    #[test]
    fn spellings_and_forms_of_a_name_have_one_root_and_other_names_another() {
        for (one, other, same) in [
            ("سنغافورة", "والسنغافوري", true),
            ("أمريكا", "أميركا", true),
            ("كابول", "كابل", true),
            ("مليون", "مليونا", true),
            ("الرياض", "للرياض", true),
            ("Singapore", "SINGAPORE", true),
            ("الإكوادور", "سنغافورة", false),
            ("الطائف", "الرياض", false),
            ("Ecuador", "Singapore", false),
        ] {
            assert_eq!(kinds(one) == kinds(other), same, "{one} {other}");
        }
        assert_eq!(kinds("في من ab"), [Kind::Short; 3]);
    }

    #[test]
    fn words_have_one_hash_wherever_they_stand_and_each_its_own() {
        let hashes = |text: &str| {
            let mut words = Vec::new();
            read(text, &mut words);
            words.iter().map(|word| word.hash).collect::<Vec<_>>()
        };
        let distinct =
            "a ab abc abcd abcde abcdefgh abcdefghi abcdefghij ا اا ااا اااا ااااا اخبار پدر";
        let mut all = hashes(distinct);
        assert_eq!(hashes(&format!("({})", distinct.replace(' ', "\n، "))), all);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 15);
    }

    #[test]
    fn numbers_are_read_with_their_points_and_apart_from_letters() {
        let number = Kind::Number;
        for (text, expected) in [
            ("3.5 و٣٫٥", vec![number(35), Kind::Short, number(35)]),
            (
                "12,000 10:30 007",
                vec![number(12_000), number(1030), number(7)],
            ),
            ("2-1 3. 4", vec![number(2), number(1), number(3), number(4)]),
            ("1447هـ", vec![number(1447), Kind::Short]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }
}
