//! The languages of the Arabic script, told apart by letters and words of their own.
//!
//! Each letter and word speaks for the languages that write it, with a weight; the greatest sum
//! wins if it leads clearly. Persian has no letter that others lack, so it wins by the words that
//! no Persian headline does without, and by letters that Arabic does not have.

use super::guess::Guess;

/// The languages, in the order of their columns.
const TAGS: [&str; 7] = ["ar", "fa", "ur", "ps", "ckb", "ug", "sd"];
const AR: usize = 0;
const FA: usize = 1;
const UR: usize = 2;
const PS: usize = 3;
const CKB: usize = 4;
const UG: usize = 5;
const SD: usize = 6;

/// What speaks for each language.
type Weights = [u16; TAGS.len()];

/// A lead of less is none.
const LEAST_LEAD: u16 = 2;

/// What Persian has ahead where letters occur that Arabic lacks: none of them is its own, and each
/// of the others has some that are.
const PERSIAN_START: u16 = 3;

/// A lead that may contradict what an outlet declares.
const SURE_LEAD: u16 = 8;

/// Without any sign, a text of so many letters is Arabic, or Persian where letters occur that Arabic
/// lacks: any other would have shown one.
const LETTERS_WITHOUT_SIGN: usize = 15;

/// Whether a text of this language would be recognised.
pub(super) fn knows(primary: &str) -> bool {
    TAGS.contains(&primary)
}

/// The language of a text in the Arabic script, `letters` of which are of it.
pub(super) fn guess(sample: &str, letters: usize) -> Option<Guess> {
    let mut sums: Weights = [0; TAGS.len()];
    let mut add = |weights: &[(usize, u16)]| {
        for &(language, weight) in weights {
            sums[language] += weight;
        }
    };
    for word in sample.split(|c: char| c != '\u{200c}' && !c.is_alphanumeric() && !is_mark(c)) {
        add(of_word(word));
        for c in word.chars() {
            add(of_letter(c));
        }
    }
    if sample.contains(['ی', 'ک', 'گ', 'پ', 'چ', 'ژ']) {
        sums[FA] += PERSIAN_START;
    }
    let best = (0..TAGS.len()).max_by_key(|&i| (sums[i], TAGS.len() - i))?;
    let second = (0..TAGS.len())
        .filter(|&i| i != best)
        .map(|i| sums[i])
        .max()?;
    let (tag, lead) = (TAGS[best], sums[best] - second);
    let by_letters_of_many = best == FA && lead <= PERSIAN_START;
    let signs_suffice = lead >= LEAST_LEAD && !by_letters_of_many;
    if signs_suffice || (matches!(best, AR | FA) && letters >= LETTERS_WITHOUT_SIGN) {
        let sure = lead >= SURE_LEAD && lead * 3 >= sums[best];
        return Some(Guess { tag, sure });
    }
    None
}

/// Vowel signs, which stand inside words.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// The languages that a letter speaks for. Letters that all share speak for none.
fn of_letter(c: char) -> &'static [(usize, u16)] {
    match c {
        'ة' | 'إ' | '\u{671}' => &[(AR, 3)],
        'أ' => &[(AR, 2)],
        'ى' => &[(AR, 2), (UG, 2)],
        'ي' => &[(AR, 2), (PS, 1), (UG, 1), (SD, 1)],
        'ك' => &[(AR, 1), (UG, 1)],
        'ه' => &[(AR, 1), (FA, 1), (PS, 1)],
        // What Arabic keyboards lack.
        'ی' | 'ک' => &[(FA, 2), (UR, 2), (PS, 2), (CKB, 2)],
        'گ' => &[(FA, 3), (UR, 3), (CKB, 3), (UG, 3), (SD, 3)],
        'پ' | 'چ' => &[(FA, 3), (UR, 3), (PS, 3), (CKB, 3), (UG, 3), (SD, 3)],
        'ژ' => &[(FA, 5), (UR, 2), (PS, 3), (CKB, 4), (UG, 3)],
        'ئ' => &[(UG, 1), (CKB, 1)],
        'ٹ' | 'ڈ' | 'ڑ' | 'ں' => &[(UR, 6)],
        'ے' | 'ۓ' | 'ۂ' | 'ۃ' => &[(UR, 5)],
        'ہ' => &[(UR, 5)],
        'ھ' => &[(UR, 3), (UG, 3), (CKB, 2), (SD, 3)],
        'ټ' | 'ډ' | 'ړ' | 'ږ' | 'ښ' | 'ڼ' | 'ځ' | 'څ' | 'ۍ' | 'ګ' => &[(PS, 6)],
        'ې' => &[(PS, 4), (UG, 4)],
        'ێ' | 'ڕ' | 'ڵ' => &[(CKB, 6)],
        'ڤ' => &[(CKB, 3)],
        'ۆ' => &[(CKB, 4), (UG, 4)],
        'ە' => &[(CKB, 3), (UG, 3)],
        'ۈ' | 'ۋ' | 'ڭ' => &[(UG, 6)],
        'ۇ' => &[(UG, 5)],
        'ڪ' | 'ٻ' | 'ڄ' | 'ڏ' | 'ڙ' | 'ڳ' | 'ڱ' | 'ڻ' | 'ٺ' | 'ٿ' | 'ڀ' | 'ڦ' | 'ڇ' | 'ڃ' => {
            &[(SD, 6)]
        }
        '۰'..='۹' => &[(FA, 1), (UR, 1), (PS, 1)],
        // Joins the parts of a Persian word: می‌شود, خانه‌ها.
        '\u{200c}' => &[(FA, 3), (CKB, 1)],
        _ => &[],
    }
}

/// The languages that a whole word speaks for.
fn of_word(word: &str) -> &'static [(usize, u16)] {
    match word {
        "في" | "من" | "إلى" | "الى" | "على" | "عن" | "التي" | "الذي" | "هذا" | "هذه" | "ذلك"
        | "مع" | "بين" | "بعد" | "قبل" | "خلال" | "ضد" | "عبر" | "حول" | "لدى" | "عند" | "منذ"
        | "كل" => &[(AR, 3)],
        "أن" | "إن" | "ما" | "لا" | "قال" | "كان" | "غير" | "يوم" => &[(AR, 1)],
        "از" | "در" | "که" | "را" | "با" | "برای" | "این" | "آن" | "است" | "شد" | "شده" | "کرد"
        | "کرده" | "می" | "های" | "ها" | "خود" | "تا" | "یک" | "باید" | "چه" | "اما" | "نیست"
        | "بود" | "کنند" | "کند" | "شود" | "دارد" | "گفت" | "داد" | "نمی" => {
            &[(FA, 4)]
        }
        // The same, typed on an Arabic keyboard.
        "كه" | "براي" | "اين" | "كرد" | "مي" | "هاي" | "يك" | "كند" => {
            &[(FA, 6)]
        }
        "به" => &[(FA, 4), (AR, 1)],
        "هم" | "بر" | "چند" | "دو" | "پس" | "روز" | "سال" | "ایران" | "ايران" => {
            &[(FA, 2)]
        }
        "کا" | "کی" | "کو" | "اور" | "جس" | "تک" | "لیا" | "دیا" | "گیا" | "کیا" | "کر" | "تھا"
        | "جا" | "ملک" => &[(UR, 5)],
        "پر" | "تو" | "اس" | "اب" | "ایک" | "سب" | "کسی" | "صاحب" | "جی" | "بھی" => {
            &[(UR, 3)]
        }
        "په" => &[(PS, 6)],
        "ته" | "سره" | "هغه" | "سوله" => &[(PS, 4)],
        "د" => &[(PS, 3)],
        "لە" | "بە" | "بۆ" | "کە" | "دا" => &[(CKB, 4)],
        _ if begins_with_article(word) => &[(AR, 2)],
        _ => &[],
    }
}

/// The Arabic article before a word, also with what is written in front of it.
fn begins_with_article(word: &str) -> bool {
    let rest = ["ال", "وال", "بال", "فال", "كال", "لل", "ولل"]
        .into_iter()
        .find_map(|article| word.strip_prefix(article));
    rest.is_some_and(|rest| rest.chars().nth(2).is_some())
}
