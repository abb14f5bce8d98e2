//! The language of a text, as a BCP 47 tag; none rather than a wrong one.
//!
//! [`detect`] judges by the script first. The languages of the Arabic script are told apart by
//! letters and words that only some of them write (`abjad`), scripts of one language by themselves,
//! and the rest by the trigrams of `whatlang`, whose guess counts where it is sure and the text
//! long enough. [`settle`] is what the archive keeps: what the outlet declares, unless the text
//! contradicts it. Both look at the beginning of a text only, so that their cost is bounded.

mod abjad;
mod guess;
mod script;
mod trigram;

use guess::Guess;
use script::Script;

/// How much of title and text is looked at, in characters: more would not change the answer.
const SAMPLE_CHARS: usize = 240;

/// A declaration stands against a text of fewer letters: names and slogans are of any language.
const LETTERS_THAT_CONTRADICT: usize = 12;

/// The primary subtag of the language that an article is written in. None where its beginning does
/// not tell.
pub fn detect(title: &str, text: &str) -> Option<&'static str> {
    let sample = sample(title, text);
    let (script, letters) = script::main(&sample)?;
    Some(guess(&sample, script, letters)?.tag)
}

/// The language that the archive keeps of an article: the `declared` tag in its own spelling where
/// the text does not clearly contradict it, else the detected one. None where neither is known.
pub fn settle(declared: Option<&str>, title: &str, text: &str) -> Option<String> {
    let declared = declared.map(str::trim).filter(|tag| says_something(tag));
    let sample = sample(title, text);
    let Some((script, letters)) = script::main(&sample) else {
        return declared.map(str::to_owned);
    };
    let guess = guess(&sample, script, letters);
    let Some(declared) = declared else {
        return guess.map(|guess| guess.tag.to_owned());
    };
    let primary = primary(declared);
    let other_script =
        script::of_language(&primary).is_some_and(|scripts| !scripts.contains(&script));
    // A few Latin letters over an Arabic feed are a name; a few Arabic ones over `en` are Arabic.
    let contradicted = if other_script {
        script != Script::Latin || letters >= LETTERS_THAT_CONTRADICT
    } else {
        guess.is_some_and(|guess| guess.sure && tells_apart(&primary, guess.tag))
    };
    if contradicted {
        guess.map(|guess| guess.tag.to_owned())
    } else {
        Some(declared.to_owned())
    }
}

/// The beginning of title and text, which both count as one.
fn sample(title: &str, text: &str) -> String {
    let both = title
        .chars()
        .chain(std::iter::once('\n'))
        .chain(text.chars());
    both.take(SAMPLE_CHARS).collect()
}

fn guess(sample: &str, script: Script, letters: usize) -> Option<Guess> {
    let alone = |tag| Some(Guess { tag, sure: true });
    match script {
        Script::Arabic => abjad::guess(sample, letters),
        Script::Greek => alone("el"),
        Script::Hangul => alone("ko"),
        Script::Kana => alone("ja"),
        Script::Thai => alone("th"),
        Script::Hebrew => alone(if sample.contains(is_yiddish) {
            "yi"
        } else {
            "he"
        }),
        Script::Han => script::is_chinese(sample).then_some(Guess {
            tag: "zh",
            sure: letters >= LETTERS_THAT_CONTRADICT,
        }),
        Script::Latin | Script::Cyrillic | Script::Other => {
            trigram::guess(&script::words(sample, script), letters)
        }
    }
}

/// Ligatures and pointed letters that Hebrew does without.
fn is_yiddish(c: char) -> bool {
    matches!(
        c,
        '\u{5f0}'..='\u{5f2}' | '\u{fb1d}' | '\u{fb1f}' | '\u{fb2e}' | '\u{fb2f}'
    )
}

/// Whether a declaration names a language at all (ISO 639-2 has words for "none" and "many").
fn says_something(tag: &str) -> bool {
    !matches!(
        &*primary(tag),
        "" | "und" | "mul" | "mis" | "zxx" | "x" | "i"
    )
}

/// The primary subtag in lower case, by its present name.
fn primary(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    let primary = primary.to_ascii_lowercase();
    match &*primary {
        "iw" => "he".to_owned(),
        "in" => "id".to_owned(),
        "ji" => "yi".to_owned(),
        _ => primary,
    }
}

/// Whether `detected` contradicts `declared`: it is another language than that, and we would have
/// recognised that one.
fn tells_apart(declared: &str, detected: &str) -> bool {
    const SAME: [&[&str]; 6] = [
        &["fa", "prs", "pes", "tg"],
        &["ckb", "ku"],
        &["no", "nb", "nn", "da"],
        &["hr", "sr", "bs", "sh", "cnr", "sl"],
        &["id", "ms", "jv"],
        &["hi", "mr", "ne"],
    ];
    let same = |group: &&[&str]| group.contains(&declared) && group.contains(&detected);
    declared != detected
        && !SAME.iter().any(same)
        && (abjad::knows(declared) || trigram::knows(declared))
}

#[cfg(test)]
mod tests;
