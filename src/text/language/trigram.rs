//! What `whatlang` makes of a text, where it may be believed.
//!
//! It always names one of its own languages, so a text in any other (Somali, Swahili) is named
//! wrongly; with few letters, so is any text. Hence both bounds.

use whatlang::Lang;

use super::guess::Guess;

/// Texts of fewer letters are not judged.
const FEWEST_LETTERS: usize = 30;

/// Texts of more letters may contradict what an outlet declares.
const LETTERS_THAT_CONTRADICT: usize = 120;

/// How much is handed over, in bytes: trigrams cost more than letters.
const MAX_BYTES: usize = 320;

/// The language of words in one script of several languages, of which `letters` are of it.
pub(super) fn guess(words: &str, letters: usize) -> Option<Guess> {
    if letters < FEWEST_LETTERS {
        return None;
    }
    let end = words.floor_char_boundary(MAX_BYTES);
    let info = whatlang::detect(&words[..end])?;
    let tag = tag(info.lang())?;
    info.is_reliable().then_some(Guess {
        tag,
        sure: letters >= LETTERS_THAT_CONTRADICT,
    })
}

/// Whether a text of this language would be recognised.
pub(super) fn knows(primary: &str) -> bool {
    Lang::all().iter().any(|&lang| tag(lang) == Some(primary))
}

/// The primary subtag of a language. None for those of no feed, which are the names that texts in
/// unknown languages get.
fn tag(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Hin => "hi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Guj => "gu",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Hye => "hy",
        Lang::Afr => "af",
        _ => return None,
    })
}
