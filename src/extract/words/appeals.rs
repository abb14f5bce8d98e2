//! Lines by which an outlet speaks to its reader: subscribe, sign in, consent, join our channel.
//!
//! Single words do not tell them from an article about newsletters; the set phrases in which
//! outlets ask do, as long as nobody is quoted.

/// Whether a line asks its reader for something.
pub(in crate::extract) fn is_appeal(line: &str, folded: &str, words: u32) -> bool {
    if !(3..=120).contains(&words) {
        return false;
    }
    let long = PHRASES.iter().any(|phrase| holds(folded, phrase));
    let quoted = line.contains(['"', '“', '«', '„']);
    long || (words <= 40 && !quoted && SHORT_PHRASES.iter().any(|phrase| holds(folded, phrase)))
}

/// Whether the phrase stands in the line as whole words.
fn holds(folded: &str, phrase: &str) -> bool {
    folded.match_indices(phrase).any(|(at, phrase)| {
        let before = folded[..at].chars().next_back();
        let after = folded[at + phrase.len()..].chars().next();
        before.is_none_or(|c| c == ' ') && after.is_none_or(|c| c == ' ')
    })
}

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
const SHORT_PHRASES: [&str; 48] = [
    "subscribe now", "subscribe today", "please subscribe",
    "follow us", "like us on", "download our", "our app", "in your inbox", "to your inbox",
    "create a free account", "terms of use", "our newsletters", "whatsapp channel",
    "telegram channel", 
    "email address will not be published", "our whatsapp", "our telegram",
    "whatsapp kanal", "telegram kanal", "jetzt abonnieren", "folgen sie uns", "folge uns", "abonnez vous", "inscrivez vous",
    "suivez nous", "rejoignez nous", "suscríbete", "suscribete", "síguenos", "únete a", "canal de whatsapp", "canal de telegram",
    "iscriviti", "seguici", "assine a", "siga nos", "siga o", "obserwuj nas", "abone ol", "takip edin", "schrijf je in", "volg ons",
    "abonneer je", "prenumerera på", "اشترك في", "اشتركوا في", "انضم الي قناه", "ما را دنبال كنيد",
];
