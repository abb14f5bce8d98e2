//! Lines that say who wrote a text, and how long it takes to read.

/// Whether a folded line names the author and no more.
pub(crate) fn is_byline(folded: &str, words: u32, authors: &[String]) -> bool {
    if words == 0 || words > 12 {
        return false;
    }
    let named = authors.iter().any(|name| folded.contains(name.as_str()));
    let opened = (2..=8).contains(&words) && starts(folded, &BY);
    opened || (named && words <= 9)
}

/// Whether a folded line says how long reading takes.
pub(crate) fn is_reading_time(folded: &str, words: u32) -> bool {
    words <= 6
        && folded.chars().any(char::is_numeric)
        && folded.split(' ').any(|word| READING.contains(&word))
        && folded
            .split(' ')
            .any(|word| MINUTES.contains(&word.trim_start_matches(|c: char| c.is_numeric())))
}

/// Whether a folded line names those who worked on a report, as agencies end theirs.
pub(crate) fn is_sign_off(folded: &str, words: u32) -> bool {
    let contributed = [
        "contributed to this report",
        "contributed reporting",
        "contributed to this story",
    ];
    words <= 70 && (starts(folded, &SIGN_OFF) || contributed.iter().any(|it| folded.ends_with(it)))
}

fn starts(folded: &str, openings: &[&str]) -> bool {
    openings.iter().any(|opening| {
        folded
            .strip_prefix(opening)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

#[rustfmt::skip]
const BY: [&str; 14] = [
    "by", "von", "par", "por", "di", "door", "av", "af", "autor", "yazan", "بقلم", "كتب", "كتبت", "نويسنده",
];

#[rustfmt::skip]
const READING: [&str; 17] = [
    "read", "reading", "lesezeit", "lesedauer", "lecture", "lectura", "lettura", "leitura", "leestijd", "czytania",
    "okuma", "قراءه", "للقراءه", "القراءه", "مطالعه", "min", "minutes",
];

#[rustfmt::skip]
const MINUTES: [&str; 14] = [
    "min", "mins", "minute", "minutes", "minuten", "minutos", "minuti", "minuty", "dakika", "dk", "دقيقه", "دقائق", "دقايق",
    "minut",
];

#[rustfmt::skip]
const SIGN_OFF: [&str; 22] = [
    "reporting by", "additional reporting by", "additional reporting", "editing by", "writing by", "compiled by",
    "with reporting by", "with files from", "with inputs from", "our standards the", "mit material von",
    "mit agenturmaterial", "avec afp", "con información de", "con agencias", "اعداد وتحرير", "تحرير", "شارك في التغطيه", "source news agencies", "source agencies", "mit informationen der",
    "mit informationen von",
];
