//! Names of months and weekdays, by language.
//!
//! All are spelt as [`plain`] leaves them: folded, and Latin and Greek letters without accents. Of
//! names in Latin, Greek and Cyrillic letters, three letters are enough, as long as all names that
//! begin so name the same month; so a language enters here only if its names are never those of
//! another month elsewhere. (Polish and Croatian are out: *lip.* is July in one, June in the other.)
//! Arabic letters are not abbreviated, and one letter more or less is another word.
//!
//! Sources: CLDR (calendars gregorian, islamic, persian; locales ar-*, fa, fa-AF, ur, he and those
//! of Europe), and the spellings of Arabic outlets beyond it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::Weekday;

use crate::parse::date::calendars::Calendar;

/// A folded word without the accents of Latin and Greek letters.
pub(super) fn plain(word: &str) -> Cow<'_, str> {
    let is_accented = |c| matches!(c, '\u{df}'..='\u{24f}' | '\u{300}'..='\u{36f}' | '\u{3ac}'..='\u{3ce}' | '\u{2019}');
    if word.is_ascii() || !word.contains(is_accented) {
        return Cow::Borrowed(word);
    }
    let bare = |c| {
        Some(match c {
            'à'..='å' | 'ă' => 'a',
            'ç' | 'č' => 'c',
            'è'..='ë' | 'ě' => 'e',
            'ì'..='ï' | 'ı' => 'i',
            'ñ' => 'n',
            'ò'..='ö' | 'ø' | 'ő' => 'o',
            'ù'..='ü' | 'ű' => 'u',
            'ş' | 'š' | 'ș' => 's',
            'ţ' | 'ț' => 't',
            'ğ' => 'g',
            'ά' => 'α',
            'έ' => 'ε',
            'ή' => 'η',
            'ί' | 'ϊ' | 'ΐ' => 'ι',
            'ό' => 'ο',
            'ύ' | 'ϋ' | 'ΰ' => 'υ',
            'ώ' => 'ω',
            '\u{300}'..='\u{36f}' => return None,
            same => same,
        })
    };
    Cow::Owned(word.chars().filter_map(bare).collect())
}

/// What a word names: some are the name of a weekday and of a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) month: Option<(Calendar, u32)>,
    pub(super) weekday: Option<Weekday>,
}

/// What a plain word names.
pub(super) fn named(word: &str) -> Named {
    static INDEX: LazyLock<HashMap<&str, Named>> = LazyLock::new(index);

    let find = |word| INDEX.get(word).copied().unwrap_or_default();
    let found = find(word);
    match word.strip_prefix("ال") {
        // Weekdays have the article or not; of months, it makes others.
        Some(rest) if found == Named::default() => Named {
            month: None,
            ..find(rest)
        },
        _ => found,
    }
}

/// All names and their short forms.
fn index() -> HashMap<&'static str, Named> {
    let mut index: HashMap<&str, Named> = HashMap::new();
    for (calendar, months) in [
        (Calendar::Gregorian, MONTHS),
        (Calendar::Gregorian, ARABIC_SCRIPT),
        (Calendar::Hijri, HIJRI),
        (Calendar::Jalali, JALALI),
    ] {
        for (row, number) in months.iter().zip(1..) {
            for name in row.split(' ') {
                index.entry(name).or_default().month = Some((calendar, number));
            }
        }
    }
    for days in [WEEKDAYS, WEEKDAYS_IN_FULL] {
        for (row, weekday) in days.iter().zip(week()) {
            for name in row.split(' ') {
                index.entry(name).or_default().weekday = Some(weekday);
            }
        }
    }
    for (short, row) in short_forms(MONTHS) {
        let month = u32::try_from(row + 1).ok();
        let named = index.entry(short).or_default();
        named.month = named
            .month
            .or(month.map(|month| (Calendar::Gregorian, month)));
    }
    for (short, row) in short_forms(WEEKDAYS) {
        let named = index.entry(short).or_default();
        named.weekday = named.weekday.or(week().nth(row));
    }
    index
}

fn week() -> impl Iterator<Item = Weekday> {
    std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ())).take(7)
}

/// The beginnings, of three letters at least, with which the names of one row only begin.
fn short_forms(rows: &'static [&'static str]) -> impl Iterator<Item = (&'static str, usize)> {
    let mut found: HashMap<&str, Option<usize>> = HashMap::new();
    for (row, names) in rows.iter().enumerate() {
        for name in names.split(' ') {
            for (end, _) in name.char_indices().skip(3) {
                let known = found.entry(&name[..end]).or_insert(Some(row));
                *known = known.filter(|known| *known == row);
            }
        }
    }
    found
        .into_iter()
        .filter_map(|(short, row)| Some((short, row?)))
}

/// The month that two plain words name.
pub(super) fn month_of_two(first: &str, second: &str) -> Option<(Calendar, u32)> {
    let has = |words: &str, word| words.split(' ').any(|one| one == word);
    let found = TWO_WORDS
        .iter()
        .find(|(firsts, seconds, ..)| has(firsts, first) && has(seconds, second));
    found.map(|(.., calendar, month)| (*calendar, *month))
}

/// True if a plain word is the first of two that name a month.
pub(super) fn is_first_of_two(word: &str) -> bool {
    FIRST_WORDS.contains(&word)
}

/// Months in Latin, Greek, Cyrillic and Hebrew letters: English, French, German, Spanish, Italian,
/// Portuguese, Catalan, Romanian, Dutch, Scandinavian, Indonesian and Malay, Turkish, Hungarian, Greek,
/// Russian. What no name begins with stands as a name of its own.
const MONTHS: &[&str] = &[
    "january janvier januar janner enero gennaio janeiro gener ianuarie januari januarie ocak \
     ιανουαριος ιανουαριου январь января ינואר בינואר",
    "february fevrier februar feber febrero febbraio fevereiro febrer februarie februari \
     subat φεβρουαριος φεβρουαριου февраль февраля פברואר בפברואר",
    "march mars marz mrz marzo marco martie maart mrt maret mart marts mac marcius μαρτιος \
     μαρτιου март марта מרץ במרץ",
    "april avril abril aprile aprilie nisan aprilis απριλιος απριλιου апрель апреля אפריל \
     באפריל",
    "may mai mayo maggio maio maig mei maj mayis majus μαιος μαιου май мая מאי במאי",
    "june juin juni junio giugno junho juny iunie junie haziran junius ιουνιος ιουνιου ιον июнь \
     июня יוני ביוני",
    "july juillet juli julio luglio julho juliol julie iulie julai temmuz julius ιουλιος ιουλιου ιολ июль \
     июля יולי ביולי",
    "august aout agosto agost augustus augusti agustus ogos agustos augusztus αυγουστος αυγουστου \
     август августа אוגוסט באוגוסט",
    "september sept septembre septiembre setiembre settembre setembro setembre septembrie \
     eylul szeptember σεπτεμβριος σεπτεμβριου сентябрь сентября ספטמבר בספטמבר",
    "october octobre oktober octubre ottobre outubro octombrie ekim οκτωβριος οκτωβριου \
     октябрь октября אוקטובר באוקטובר",
    "november novembre noviembre novembro noiembrie kasim νοεμβριος νοεμβριου ноябрь ноября \
     נובמבר בנובמבר",
    "december decembre dezember diciembre dicembre dezembro desembre decembrie desember disember \
     aralik δεκεμβριος δεκεμβριου декабрь декабря דצמבר בדצמבר",
];

/// Gregorian months in Arabic letters: Egypt and the Gulf, the Levant and Iraq, Algeria and Tunisia,
/// Morocco, Mauritania, Libya before 2011, and the Persian, Dari and Urdu names.
const ARABIC_SCRIPT: &[&str] = &[
    "يناير جانفي ژانويه جنوري",
    "فبراير شباط فيفري النوار فوريه فبروري فروري",
    "مارس اذار الربيع مارچ",
    "ابريل نيسان افريل الطير اوريل اپريل",
    "مايو ايار مايس ماي الماء مه مي ميي",
    "يونيو يونيه حزيران جوان الصيف ژوين جون",
    "يوليو يوليه تموز جويليه يوليوز ناصر ژوييه جولاي جولايي",
    "اغسطس اوغسطس اب اوت غشت اغشت هانيبال اگست اگوست",
    "سبتمبر ايلول شتنبر شتمبر الفاتح سپتامبر سپتمبر ستمبر",
    "اكتوبر التمور اكتبر",
    "نوفمبر نونبر الحرث نوامبر نومبر",
    "ديسمبر دجنبر دجمبر الكانون دسامبر دسمبر",
];

/// Months of the lunar calendar of the Hijra, in one word.
const HIJRI: &[&str] = &[
    "محرم المحرم muharram",
    "صفر safar",
    // These four have two words.
    "-",
    "-",
    "-",
    "-",
    "رجب rajab",
    "شعبان shaban",
    "رمضان ramadan ramazan",
    "شوال shawwal",
    "ذوالقعده ذيالقعده",
    "ذوالحجه ذيالحجه",
];

/// Months of the solar calendar of the Hijra: Iran's, and the signs of the zodiac of Afghanistan.
const JALALI: &[&str] = &[
    "فروردين حمل farvardin",
    "ارديبهشت ثور ordibehesht",
    "خرداد جوزا khordad",
    "تير سرطان tir",
    "مرداد امرداد اسد mordad",
    "شهريور سنبله shahrivar",
    "مهر ميزان mehr",
    "ابان عقرب aban",
    "اذر قوس azar",
    "دي جدي dey",
    "بهمن دلو bahman",
    "اسفند حوت esfand",
];

/// A month by two words: the first one, all forms of the second one.
type TwoWords = (&'static str, &'static str, Calendar, u32);

/// All first words of [`TWO_WORDS`].
const FIRST_WORDS: [&str; 9] = [
    "كانون",
    "تشرين",
    "اي",
    "ربيع",
    "جمادي",
    "جمادا",
    "ذو",
    "ذي",
    "ذا",
];

/// Months whose second word decides.
const TWO_WORDS: &[TwoWords] = {
    use Calendar::{Gregorian, Hijri};
    &[
        ("كانون", "الاول اول", Gregorian, 12),
        ("كانون", "الثاني ثاني ثان", Gregorian, 1),
        ("تشرين", "الاول اول", Gregorian, 10),
        ("تشرين", "الثاني ثاني ثان", Gregorian, 11),
        ("اي", "النار", Gregorian, 1),
        ("ربيع", "الاول اول", Hijri, 3),
        ("ربيع", "الاخر اخر الثاني ثاني", Hijri, 4),
        ("جمادي جمادا", "الاولي اولي الاول", Hijri, 5),
        (
            "جمادي جمادا",
            "الاخره اخره الاخر الثانيه ثانيه الثاني",
            Hijri,
            6,
        ),
        ("ذو ذي ذا", "القعده قعده", Hijri, 11),
        ("ذو ذي ذا", "الحجه حجه", Hijri, 12),
    ]
};

/// Weekdays from Monday on, in the languages of [`MONTHS`].
const WEEKDAYS: &[&str] = &[
    "monday lundi montag lunes lunedi segunda dilluns luni maandag mandag senin pazartesi \
     hetfo δευτερα понедельник",
    "tuesday mardi dienstag martes martedi terca dimarts marti dinsdag tirsdag tisdag selasa \
     sali kedd τριτη вторник",
    "wednesday mercredi mittwoch miercoles mercoledi quarta dimecres miercuri woensdag onsdag \
     rabu carsamba szerda τεταρτη среда",
    "thursday jeudi donnerstag jueves giovedi quinta dijous joi donderdag torsdag kamis \
     persembe csutortok πεμπτη четверг",
    "friday vendredi freitag viernes venerdi sexta divendres vineri vrijdag fredag jumat cuma \
     pentek παρασκευη пятница",
    "saturday samedi samstag sabado sabato dissabte sambata zaterdag lordag sabtu cumartesi \
     szombat σαββατο суббота",
    "sunday dimanche sonntag domingo domenica diumenge duminica zondag sondag minggu pazar \
     vasarnap κυριακη воскресенье",
];

/// Weekdays from Monday on that are not abbreviated; the Arabic ones with or without their article.
const WEEKDAYS_IN_FULL: &[&str] = &[
    "اثنين اتنين دوشنبه پير пн 星期一 周一 月曜日 월요일",
    "ثلاثاء ثلثاء سهشنبه منگل вт 星期二 周二 火曜日 화요일",
    "اربعاء چهارشنبه بده ср 星期三 周三 水曜日 수요일",
    "خميس پنجشنبه جمعرات чт 星期四 周四 木曜日 목요일",
    "جمعه пт 星期五 周五 金曜日 금요일",
    "سبت شنبه сб 星期六 周六 土曜日 토요일",
    "احد يكشنبه اتوار вс 星期日 星期天 周日 日曜日 일요일",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::text::arabic;

    #[test]
    fn the_tables_are_in_plain_spelling() {
        let tables = [
            MONTHS,
            ARABIC_SCRIPT,
            HIJRI,
            JALALI,
            WEEKDAYS,
            WEEKDAYS_IN_FULL,
        ];
        let rows = tables.into_iter().flatten().copied();
        let pairs = TWO_WORDS.iter().flat_map(|row| [row.0, row.1]);
        for name in rows.chain(pairs).flat_map(|row| row.split(' ')) {
            assert_eq!(plain(&arabic::fold(name)), name);
        }
    }

    #[test]
    fn no_name_means_two_months() {
        let mut seen = HashSet::new();
        let tables = [MONTHS, ARABIC_SCRIPT, HIJRI, JALALI].into_iter().flatten();
        for name in tables
            .flat_map(|row| row.split(' '))
            .filter(|name| *name != "-")
        {
            assert!(seen.insert(name), "{name}");
            assert!(!is_first_of_two(name), "{name}");
        }
        let firsts = TWO_WORDS.iter().flat_map(|row| row.0.split(' '));
        assert!(firsts.clone().all(is_first_of_two));
        assert!(
            FIRST_WORDS
                .iter()
                .all(|word| firsts.clone().any(|first| first == *word))
        );
        for row in [WEEKDAYS, WEEKDAYS_IN_FULL].concat() {
            assert!(row.split(' ').all(|name| seen.insert(name)), "{row}");
        }
    }

    #[test]
    fn an_abbreviation_that_two_months_share_is_no_name() {
        assert_eq!(named("juil").month, Some((Calendar::Gregorian, 7)));
        assert_eq!(named("juin").month, Some((Calendar::Gregorian, 6)));
        assert_eq!(named("jui").month, None);
        assert_eq!(named("ma").month, None);
        assert_eq!(named("cum").weekday, None);
        assert_eq!(named("cuma").weekday, Some(Weekday::Fri));
    }

    #[test]
    fn an_arabic_weekday_has_its_article_or_not() {
        for name in ["الخميس", "خميس"] {
            assert_eq!(named(name).weekday, Some(Weekday::Thu));
        }
        // December in Libya, half a month elsewhere.
        assert_eq!(named("الكانون").month, Some((Calendar::Gregorian, 12)));
        assert_eq!(named("الشوال").month, None);
    }

    #[test]
    fn three_letters_name_a_month_in_its_language() {
        for (names, language) in [
            ("jan feb mar apr may jun jul aug sep oct nov dec", "en"),
            (
                "janv fevr mars avr mai juin juil aout sept oct nov dec",
                "fr",
            ),
            ("jan feb mrz apr mai jun jul aug sep okt nov dez", "de"),
            ("ene feb mar abr may jun jul ago sep oct nov dic", "es"),
            ("gen feb mar apr mag giu lug ago set ott nov dic", "it"),
            ("jan fev mar abr mai jun jul ago set out nov dez", "pt"),
            ("oca sub mar nis may haz tem agu eyl eki kas ara", "tr"),
            ("jan feb mrt apr mei jun jul aug sep okt nov dec", "nl"),
            ("jan feb mar apr maj jun jul aug sep okt nov dec", "sv"),
            ("ian feb mar apr mai iun iul aug sep oct noi dec", "ro"),
            ("ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ", "el"),
            ("янв фев мар апр мая июн июл авг сен окт ноя дек", "ru"),
        ] {
            let numbers = names
                .split(' ')
                .map(|name| named(name).month.map(|(_, number)| number));
            assert!(numbers.eq((1..=12).map(Some)), "{language}");
        }
    }
}
