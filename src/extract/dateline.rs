//! The words that open a text and name its place, agency or outlet: "عمان - بترا -", "صوت الحق -".
//!
//! They stand in a line of their own, or before the first sentence. They are moved, not lost. A
//! sentence that only has a dash in it is left alone: the words before it must be few, and be
//! known as a place, an agency or the outlet, or be written as datelines are (LONDON, (Reuters)).

use crate::extract::words::fold;

const DASHES: [char; 6] = ['-', '–', '—', '―', '−', 'ـ'];

/// Whether a whole line, the first of a body, is nothing but a dateline.
pub(super) fn is_dateline(line: &str, site: Option<&str>) -> bool {
    let line = line.trim();
    let words = line
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count();
    if words == 0 || words > 7 || line.ends_with(['.', '!', '?', '؟', '،', ',']) {
        return false;
    }
    if line.ends_with(DASHES) || line.ends_with([':', '/']) {
        return words <= 6;
    }
    let parts = split(line);
    (parts.len() >= 2 && parts.iter().any(|part| is_known(part, site)))
        || site.is_some_and(|site| fold(site) == fold(line))
}

/// The length in bytes of the dateline that opens `text`, its last dash included; 0 if none.
pub(super) fn prefix(text: &str, site: Option<&str>) -> usize {
    let mut end = 0;
    let mut start = 0;
    let mut known = false;
    for (at, separator) in separators(text).take(4) {
        let part = text[start..at].trim();
        let words = part.split_whitespace().count();
        let credited = is_credited(part);
        if part.is_empty()
            || words > if credited { 8 } else { 4 }
            || at > 120
            || part.contains(['.', '،', '؟', '"', '«']) && !part.contains('(')
        {
            break;
        }
        let sure = credited || is_known(part, site) || is_upper(part);
        // Behind a sure part, one or two words more (a reporter, a date) belong to it, if a dash
        // closes them too.
        if !(sure || (known && words <= 3)) {
            break;
        }
        known |= sure;
        start = at + separator;
        end = start;
    }
    if text[end..].split_whitespace().count() < 4 {
        0
    } else {
        end
    }
}

/// Position and length of each dash between words, or slash or colon that is used as one.
fn separators(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    text.char_indices().filter_map(|(at, c)| {
        let rest = &text[at + c.len_utf8()..];
        let before = text[..at].chars().next_back();
        let spaced = before.is_some_and(|b| b == ' ' || b == ')') || rest.starts_with(' ');
        let dash = DASHES.contains(&c) && c != 'ـ' && spaced;
        (dash || (c == ':' && rest.starts_with(' '))).then_some((at, c.len_utf8()))
    })
}

fn split(line: &str) -> Vec<&str> {
    line.split(|c| DASHES.contains(&c) || matches!(c, '/' | ':' | '|'))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// LONDON; "PARIS (AP)"; not a single letter nor a number.
fn is_upper(part: &str) -> bool {
    let head = part.split('(').next().unwrap_or("").trim();
    let letters: Vec<char> = head.chars().filter(|c| c.is_alphabetic()).collect();
    letters.len() >= 4 && letters.iter().all(|c| c.is_uppercase())
}

/// "Madrid, 3 mar (EFE)", "AMMAN (Reuters)": what stands before an agency in brackets is a place and
/// a date.
fn is_credited(part: &str) -> bool {
    let part = part.trim_end_matches(['.', ' ']);
    let Some((place, agency)) = part
        .strip_suffix(')')
        .and_then(|part| part.rsplit_once('('))
    else {
        return false;
    };
    let starts_upper = place.chars().next().is_none_or(|c| !c.is_lowercase());
    let agency = fold(agency);
    starts_upper && AGENCIES.contains(&agency.as_str())
}

fn is_known(part: &str, site: Option<&str>) -> bool {
    let folded = fold(part);
    let site = site.map(fold).unwrap_or_default();
    if !site.is_empty()
        && (folded == site || (site.contains(&folded) && folded.chars().count() >= 5))
    {
        return true;
    }
    let agency = |words: &str| AGENCIES.contains(&words) || PLACES.contains(&words);
    if agency(&folded) {
        return true;
    }
    // "عمان (بترا)", "لندن رويترز": each word or pair of words is known.
    let words: Vec<&str> = folded.split(' ').collect();
    let mut at = 0;
    while at < words.len() {
        let pair = words.get(at..at + 2).map(|pair| pair.join(" "));
        let triple = words.get(at..at + 3).map(|triple| triple.join(" "));
        if triple.is_some_and(|triple| agency(&triple)) {
            at += 3;
        } else if pair.is_some_and(|pair| agency(&pair)) {
            at += 2;
        } else if agency(words[at]) {
            at += 1;
        } else {
            return false;
        }
    }
    true
}

#[rustfmt::skip]
const AGENCIES: [&str; 66] = [
    "بترا", "رويترز", "وكالات", "الوكالات", "خاص", "واس", "وام", "كونا", "سانا", "معا", "وفا", "قنا", "بنا", "واع",
    "نينا", "ا ف ب", "اف ب", "ا ش ا", "د ب ا", "اب", "ا ب", "فرانس برس", "الاناضول", "اناضول", "سبوتنيك",
    "شينخوا", "وات", "واج", "وال", "سونا", "ومع", "ارنا", "ايسنا", "ايرنا", "ايلنا", "خبرگزاري", "باشگاه خبرنگاران", "مهر", "تسنيم", "فارس", "صفا",
    "متابعات", "متابعه", "مراسلون", "كتب", "تقرير", "رصد", "الوطنيه", "reuters", "ap", "afp", "upi", "dpa", "ani", "pti",
    "xinhua", "tass", "efe", "ansa", "anadolu", "irna", "petra", "ians", "cp", "pa", "aa",
];

#[rustfmt::skip]
const PLACES: [&str; 115] = [
    "عمان", "اربد", "الزرقاء", "العقبه", "الكرك", "السلط", "مادبا", "جرش", "عجلون", "المفرق",
    "معان", "الطفيله", "القدس", "القدس المحتله", "رام الله", "غزه", "نابلس", "الخليل", "جنين", "بيت لحم", "دمشق",
    "حلب", "حمص", "حماه", "اللاذقيه", "درعا", "ادلب", "بيروت", "طرابلس", "صيدا", "صور", "بغداد", "البصره", "الموصل",
    "اربيل", "كركوك", "النجف", "كربلاء", "السليمانيه", "الرياض", "جده", "مكه", "مكه المكرمه", "المدينه المنوره",
    "الدمام", "ابها", "تبوك", "حائل", "الكويت", "الدوحه", "المنامه", "ابوظبي", "ابو ظبي", "دبي", "الشارقه", "عجمان", "مسقط",
    "صلاله", "صنعاء", "عدن", "تعز", "القاهره", "الاسكندريه", "الجيزه", "اسوان", "الاقصر", "السويس", "بورسعيد",
    "الخرطوم", "ام درمان", "بورتسودان", "بنغازي", "مصراته", "تونس", "صفاقس", "سوسه", "الجزائر", "وهران", "قسنطينه",
    "الرباط", "الدار البيضاء", "مراكش", "فاس", "طنجه", "اغادير", "نواكشوط", "مقديشو", "جيبوتي", "موروني", "طهران", "انقره", "اسطنبول",
    "لندن", "باريس", "برلين", "روما", "مدريد", "بروكسل", "جنيف", "فيينا", "موسكو", "كييف", "واشنطن", "نيويورك", "بكين", "طوكيو",
    "نيودلهي", "اسلام اباد", "كابول", "كابل", "تهران", "مشهد", "اصفهان", "تبريز", "اثينا",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_of_agencies_are_known_in_many_languages() {
        for (text, dateline) in [
            (
                "عمان - بترا - افتتح الوزير المعرض صباح اليوم",
                "عمان - بترا -",
            ),
            (
                "دبي (رويترز) - ارتفعت أسعار النفط في التعاملات",
                "دبي (رويترز) -",
            ),
            (
                "AMMAN (Reuters) - The minister opened the fair",
                "AMMAN (Reuters) -",
            ),
            (
                "PARIS, 3 mars (AFP) – Le ministre a ouvert la foire",
                "PARIS, 3 mars (AFP) –",
            ),
            (
                "Madrid, 3 mar (EFE).- El ministro abrió la feria",
                "Madrid, 3 mar (EFE).-",
            ),
            (
                "تهران - ایرنا - وزیر نمایشگاه را افتتاح کرد",
                "تهران - ایرنا -",
            ),
            ("ANKARA (AA) - Bakan fuarı bu sabah açtı", "ANKARA (AA) -"),
            (
                "Berlin (dpa) - Der Minister hat die Messe eröffnet",
                "Berlin (dpa) -",
            ),
            ("The mayor - a former miller - opened the bridge", ""),
            ("He said (to Reuters) - and only then - that it was so", ""),
        ] {
            assert_eq!(text[..prefix(text, None)].trim(), dateline, "{text}");
        }
    }
}
