//! What the bytes of a document say about its charset, against its labels or without any.
//!
//! [`Evidence`] is gathered once for a document; [`Evidence::refutes`] weighs a label,
//! [`Evidence::guess`] does without. Arabic script is judged in [`arabic`]; what it leaves open is
//! guessed by chardetng, which is what Firefox does, with the document's own language as a hint
//! where Firefox has the country of the server.

use std::cell::OnceCell;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_4, ISO_8859_6, ISO_8859_13, WINDOWS_1250, WINDOWS_1252,
    WINDOWS_1254, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

use crate::text::charset::{arabic, label};

/// How many bytes are looked at, from the first that is not ASCII.
const SAMPLE_BYTES: usize = 64 << 10;
/// A label is in doubt if one character of so many is none in its charset.
const CHARACTERS_PER_FAULT: usize = 20;
/// So many Turkish letters are no accident.
const TURKISH_LETTERS: usize = 6;
/// So few bytes beside ASCII tell no Latin charset from another.
const SCARCE_BYTES: usize = 2;
/// The domain that stands for all languages of windows-1252.
const WESTERN: &str = "fr";

/// The charsets whose letters stand alone among those of ASCII, apart from windows-1252.
const LATIN: [&Encoding; 7] = [
    WINDOWS_1250,
    WINDOWS_1254,
    WINDOWS_1257,
    WINDOWS_1258,
    ISO_8859_2,
    ISO_8859_4,
    ISO_8859_13,
];

/// What is known of a document whose bytes are in no form of Unicode.
pub(super) struct Evidence<'a> {
    sample: &'a [u8],
    /// A domain of the country whose language the document names.
    domain: Option<&'static str>,
    arabic: arabic::Verdict,
    guess: OnceCell<&'static Encoding>,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let is_telling = |byte: &u8| !byte.is_ascii() || *byte == 0x1b;
        let start = bytes.iter().position(is_telling).unwrap_or(bytes.len());
        let sample = &bytes[start..];
        let sample = &sample[..sample.len().min(SAMPLE_BYTES)];
        Self {
            sample,
            domain: label::language(bytes).as_deref().and_then(domain),
            arabic: arabic::judge(sample),
            guess: OnceCell::new(),
        }
    }

    /// The charset that the bytes are most likely in, whatever the labels say.
    pub(super) fn guess(&self) -> &'static Encoding {
        self.guess.get_or_init(|| {
            if self.arabic.is_arabic {
                return self.arabic.encoding;
            }
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
            detector.feed(self.sample, true);
            let guess = detector.guess(self.domain.map(str::as_bytes), Utf8Detection::Deny);
            if guess == WINDOWS_1256 || guess == ISO_8859_6 {
                self.arabic.encoding
            } else if LATIN.contains(&guess) && self.domain.is_none() && self.is_scarce() {
                WINDOWS_1252
            } else {
                guess
            }
        })
    }

    /// True if the bytes cannot well be in the charset that a label claims.
    pub(super) fn refutes(&self, claim: &'static Encoding) -> bool {
        let (faults, characters) = self.faults(claim);
        if faults * CHARACTERS_PER_FAULT > characters && self.faults(self.guess()).0 < faults {
            return true;
        }
        if claim == WINDOWS_1256 || claim == ISO_8859_6 {
            return self.arabic.is_arabic && self.arabic.is_clear && self.arabic.encoding != claim;
        }
        if claim != WINDOWS_1252 || self.guess() == WINDOWS_1252 {
            return false;
        }
        if LATIN.contains(&self.guess()) {
            self.domain.is_some_and(|domain| domain != WESTERN)
                || self.guess() == WINDOWS_1254 && self.has_turkish_letters()
        } else {
            self.arabic.is_arabic || self.is_in_words()
        }
    }

    /// True if letters come up again and again that are Turkish in windows-1254, and which no
    /// language but Icelandic uses in windows-1252.
    fn has_turkish_letters(&self) -> bool {
        let turkish = b"\xd0\xdd\xde\xf0\xfd\xfe";
        let letters = self.sample.iter().filter(|&byte| turkish.contains(byte));
        letters.count() >= TURKISH_LETTERS
    }

    /// How many characters are none in `encoding`, and how many there are beside ASCII.
    fn faults(&self, encoding: &'static Encoding) -> (usize, usize) {
        let text = encoding.decode_without_bom_handling(self.sample).0;
        let is_fault = |c: &char| matches!(*c, '\u{80}'..='\u{9f}' | char::REPLACEMENT_CHARACTER);
        let foreign = text.chars().filter(|c| !c.is_ascii());
        (foreign.clone().filter(is_fault).count(), foreign.count())
    }

    /// True if the bytes beside ASCII are so few that no language can be told by them: a pound
    /// sign, a quotation mark.
    fn is_scarce(&self) -> bool {
        let foreign = self.sample.iter().filter(|byte| !byte.is_ascii());
        foreign.take(SCARCE_BYTES + 1).count() <= SCARCE_BYTES
    }

    /// True if most bytes beside ASCII stand together, where Western accents stand alone.
    fn is_in_words(&self) -> bool {
        let runs = || self.sample.split(u8::is_ascii).map(<[u8]>::len);
        let all: usize = runs().sum();
        let together: usize = runs().filter(|&len| len >= 3).sum();
        together * 2 >= all
    }
}

/// The top-level domain that chardetng knows a language by. None for one that says nothing about
/// the charset, and for those that chardetng does not know.
fn domain(language: &str) -> Option<&'static str> {
    let (primary, region) = language.split_once('-').unwrap_or((language, ""));
    Some(match primary {
        "ar" | "fa" | "ur" | "ps" | "sd" | "ug" | "ckb" => "ae",
        "he" | "iw" | "yi" => "il",
        "tr" | "az" => "tr",
        "ru" => "ru",
        "uk" => "ua",
        "be" => "by",
        "bg" => "bg",
        "sr" | "bs" | "mk" => "ba",
        "el" => "gr",
        "th" => "th",
        "vi" => "vn",
        "ja" => "jp",
        "ko" => "kr",
        "zh" if matches!(region, "tw" | "hk" | "mo" | "hant") => "tw",
        "zh" => "cn",
        "pl" => "pl",
        "cs" => "cz",
        "sk" => "sk",
        "hu" => "hu",
        "sl" => "si",
        "hr" => "hr",
        "ro" => "ro",
        "lt" => "lt",
        "lv" => "lv",
        "et" => "ee",
        "is" | "fo" => "is",
        "fr" | "de" | "es" | "it" | "pt" | "nl" | "sv" | "da" | "no" | "nb" | "nn" | "fi"
        | "ca" => WESTERN,
        _ => return None,
    })
}
