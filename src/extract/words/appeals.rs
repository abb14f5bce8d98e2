//! Lines by which an outlet speaks to its reader: subscribe, sign in, consent, join our channel.
//!
//! Single words do not tell them from an article about newsletters; the set phrases in which
//! outlets ask do, as long as nobody is quoted.

use std::sync::LazyLock;

/// Whether a line asks its reader for something.
pub(crate) fn is_appeal(line: &str, folded: &str, words: u32) -> bool {
    if !(3..=120).contains(&words) {
        return false;
    }
    let quoted = line.contains(['"', '“', '«', '„']);
    let short = words <= 40 && !quoted;
    let starts = folded.match_indices(' ').map(|(at, _)| at + 1);
    std::iter::once(0)
        .chain(starts)
        .any(|at| opens(&folded[at..], short))
}

/// Whether a text starts with one of the phrases, as whole words.
fn opens(text: &str, short: bool) -> bool {
    let phrases = text
        .bytes()
        .next()
        .map_or(&[][..], |first| &BY_BYTE[usize::from(first)]);
    phrases.iter().any(|(phrase, is_short)| {
        (short || !is_short)
            && text
                .strip_prefix(phrase)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

/// The phrases by their first byte, and whether each is for short lines only: every word of every
/// line is looked up.
static BY_BYTE: LazyLock<Vec<Vec<(&str, bool)>>> = LazyLock::new(|| {
    let mut table = vec![Vec::new(); 256];
    let all = PHRASES.iter().map(|phrase| (*phrase, false));
    for (phrase, is_short) in all.chain(SHORT_PHRASES.iter().map(|phrase| (*phrase, true))) {
        table[usize::from(phrase.as_bytes()[0])].push((phrase, is_short));
    }
    table
});

/// Told anywhere.
#[rustfmt::skip]
const PHRASES: [&str; 41] = [
    "by signing up", "by subscribing you", "by clicking create account", "read our privacy", "our privacy policy", "our privacy notice",
    "to our newsletter", "our free newsletter", "our weekly newsletter", "our daily newsletter",
    "our email newsletter", "support our journalism", "support independent journalism",
    "already a subscriber", "already have an account", "affiliate commission", "einwilligung in die übermittlung",
    "eingebettete inhalte anzuzeigen", "unseren newsletter", "unserem newsletter", "newsletter abonnieren",
    "in unserer datenschutzerklärung", "notre newsletter", "notre infolettre", "à nos newsletters",
    "nuestra newsletter", "nuestro boletín", "nuestro canal", "nossa newsletter", "nosso canal", "nostra newsletter",
    "nostro canale", "naszego newslettera", "bültenimize", "النشره البريديه", "نشرتنا البريديه", "الي قناتنا",
    "علي قناتنا", "عبر قناتنا", "كانال تلگرام ما", "در كانال تلگرام",
];

/// Told in a line that is not long.
#[rustfmt::skip]
const SHORT_PHRASES: [&str; 50] = [
    "subscribe now", "subscribe today", "please subscribe",
    "follow us", "like us on", "download our", "our app", "in your inbox", "to your inbox",
    "create a free account", "terms of use", "our newsletters", "whatsapp channel",
    "telegram channel", 
    "email address will not be published", "our whatsapp", "our telegram",
    "whatsapp kanal", "telegram kanal", "jetzt abonnieren", "newsletter informiert", "newsletter erhalten", "folgen sie uns", "folge uns", "abonnez vous", "inscrivez vous",
    "suivez nous", "rejoignez nous", "suscríbete", "suscribete", "síguenos", "únete a", "canal de whatsapp", "canal de telegram",
    "iscriviti", "seguici", "assine a", "siga nos", "siga o", "obserwuj nas", "abone ol", "takip edin", "schrijf je in", "volg ons",
    "abonneer je", "prenumerera på", "اشترك في", "اشتركوا في", "انضم الي قناه", "ما را دنبال كنيد",
];
