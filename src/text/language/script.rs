//! Scripts: which one a text is in, and which ones a language is written in.

/// The scripts that feeds come in; those that are nobody else's concern are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Arabic,
    Cyrillic,
    Hebrew,
    Greek,
    Han,
    Kana,
    Hangul,
    Thai,
    Other,
}

const SCRIPTS: usize = Script::Other as usize + 1;

const ALL: [Script; SCRIPTS] = [
    Script::Latin,
    Script::Arabic,
    Script::Cyrillic,
    Script::Hebrew,
    Script::Greek,
    Script::Han,
    Script::Kana,
    Script::Hangul,
    Script::Thai,
    Script::Other,
];

/// Languages whose script is no question, by it. Those of several scripts, and all that are not
/// named, may be written in any.
const LANGUAGES: &[(&[Script], &[&str])] = &[
    (
        &[Script::Arabic],
        &[
            "ar", "fa", "ur", "ps", "ckb", "ug", "sd", "prs", "pes", "arb", "arz", "apc",
        ],
    ),
    (
        &[Script::Latin],
        &[
            "en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "no", "nb", "nn", "fi", "is",
            "pl", "cs", "sk", "sl", "hr", "hu", "ro", "et", "lv", "lt", "sq", "ca", "gl", "eu",
            "ga", "cy", "mt", "tr", "vi", "id", "tl", "sw", "so", "af",
        ],
    ),
    (&[Script::Cyrillic], &["ru", "uk", "bg", "be", "mk"]),
    (&[Script::Hebrew], &["he", "yi"]),
    (&[Script::Greek], &["el"]),
    (&[Script::Han, Script::Kana], &["ja"]),
    (&[Script::Han], &["zh", "yue"]),
    (&[Script::Hangul, Script::Han], &["ko"]),
    (&[Script::Thai], &["th"]),
    (
        &[Script::Other],
        &[
            "hi", "mr", "ne", "bn", "ta", "te", "ml", "kn", "gu", "am", "ka", "hy", "my", "km",
            "si",
        ],
    ),
];

/// The scripts that a language is written in; none where that is not said.
pub(super) fn of_language(primary: &str) -> Option<&'static [Script]> {
    LANGUAGES
        .iter()
        .find(|(_, languages)| languages.contains(&primary))
        .map(|(scripts, _)| *scripts)
}

/// The script of a text and the number of its letters in it.
///
/// Latin letters count half: names of firms and people stand in texts of every script. Kana decide
/// alone, as most of a Japanese headline is Chinese characters.
pub(super) fn main(text: &str) -> Option<(Script, usize)> {
    let mut counts = [0_usize; SCRIPTS];
    for script in text.chars().filter_map(of_letter) {
        counts[script as usize] += 1;
    }
    let weight = |script: Script| match script {
        Script::Latin => counts[script as usize],
        Script::Han if counts[Script::Kana as usize] > 0 => 0,
        Script::Kana if counts[script as usize] > 0 => {
            2 * (counts[script as usize] + counts[Script::Han as usize])
        }
        _ => 2 * counts[script as usize],
    };
    let script = ALL.into_iter().max_by_key(|&script| weight(script))?;
    (weight(script) > 0).then_some((script, counts[script as usize]))
}

/// Those words of a text that hold letters of `script`, with a space after each.
pub(super) fn words(text: &str, script: Script) -> String {
    let mut words = String::with_capacity(text.len());
    let is_of = |word: &&str| word.chars().any(|c| of_letter(c) == Some(script));
    for word in text.split_whitespace().filter(is_of) {
        words.push_str(word);
        words.push(' ');
    }
    words
}

/// Whether a text of Chinese characters alone is Chinese, and no short Japanese headline: by its
/// pronouns and particles, and by forms that Japan does not share.
pub(super) fn is_chinese(text: &str) -> bool {
    text.contains(|c| {
        matches!(
            c,
            '们' | '們'
                | '这'
                | '這'
                | '为'
                | '说'
                | '說'
                | '对'
                | '對'
                | '从'
                | '從'
                | '发'
                | '發'
                | '业'
                | '东'
                | '车'
                | '马'
                | '华'
                | '报'
                | '关'
                | '长'
                | '开'
                | '门'
                | '经'
                | '给'
                | '让'
                | '还'
                | '吗'
                | '吧'
                | '她'
                | '你'
                | '您'
                | '將'
                | '個'
                | '个'
                | '过'
                | '时'
                | '间'
        )
    })
}

fn of_letter(c: char) -> Option<Script> {
    let code = u32::from(c);
    Some(match code {
        0..=0x7f => return c.is_ascii_alphabetic().then_some(Script::Latin),
        0x620..=0x64a
        | 0x671..=0x6d3
        | 0x6d5
        | 0x6fa..=0x6ff
        | 0x750..=0x77f
        | 0xfb50..=0xfdff
        | 0xfe70..=0xfefc => Script::Arabic,
        0xaa | 0xba | 0xc0..=0x24f | 0x1e00..=0x1eff if c.is_alphabetic() => Script::Latin,
        0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
        0x400..=0x52f => Script::Cyrillic,
        0x5d0..=0x5f2 | 0xfb1d..=0xfb4f => Script::Hebrew,
        0xe01..=0xe4e => Script::Thai,
        0x3041..=0x30ff | 0xff66..=0xff9d => Script::Kana,
        0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7a3 => Script::Hangul,
        0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3134f => Script::Han,
        _ if c.is_alphabetic() => Script::Other,
        _ => return None,
    })
}
