//! Languages of texts, and what becomes of what outlets declare.

use proptest::prelude::*;

use super::*;

#[test]
fn languages_of_one_script_are_told_apart_by_a_headline() {
    for (title, tag) in [
        ("البلدية تفتتح حديقة جديدة في وسط المدينة", "ar"),
        ("هاتف جديد من iPhone 15 يصل إلى الأسواق غداً", "ar"),
        ("شهداء وجرحى وهدوء حذر", "ar"),
        ("مدرسهٔ تازه در شهر یزد گشوده شد", "fa"),
        ("قیمت نان در تهران افزایش می‌یابد", "fa"),
        ("قيمت نان براي مردم تهران", "fa"),
        ("لاہور میں نیا پارک عوام کے لیے کھول دیا گیا", "ur"),
        ("نئی سڑک کا افتتاح", "ur"),
        ("په کابل کې یو نوی ښوونځی پرانیستل شو", "ps"),
        ("باخچەیەکی نوێ لە هەولێر کرایەوە", "ckb"),
        ("شەھەردە يېڭى باغچە ئېچىلدى", "ug"),
        ("شهر ۾ نئون باغ کوليو ويو آهي ۽ ماڻهو خوش ٿيا", "sd"),
        (
            "В городе открыли новый парк для жителей и гостей столицы",
            "ru",
        ),
        (
            "У місті відкрили новий парк для мешканців та гостей столиці",
            "uk",
        ),
        (
            "The city opens a new park for all who live in the old town",
            "en",
        ),
        (
            "La ville ouvre un nouveau parc pour tous les habitants du quartier",
            "fr",
        ),
        (
            "Die Stadt eröffnet einen neuen Park für alle, die dort wohnen",
            "de",
        ),
        ("פארק חדש נפתח בעיר", "he"),
        ("Νέο πάρκο στην πόλη", "el"),
        ("市内に新しい公園が開園", "ja"),
        ("市里开放了新公园", "zh"),
        ("도시에 새 공원이 문을 열다", "ko"),
        ("เมืองเปิดสวนใหม่", "th"),
    ] {
        assert_eq!(detect(title, ""), Some(tag), "{title}");
    }
}

#[test]
fn what_may_be_of_several_languages_is_of_none() {
    for title in [
        "",
        "2025",
        "…",
        "محمد",
        "تهران",
        "کراچی",
        "Messi",
        "Live",
        "iPhone 17 Pro",
        "Путин",
        "Москва",
        "東京",
        "日本経済新聞",
    ] {
        assert_eq!(detect(title, ""), None, "{title}");
    }
}

#[test]
fn the_text_tells_where_the_title_does_not() {
    assert_eq!(
        detect("محمد", "قال الوزير إن المدرسة تفتح أبوابها غداً"),
        Some("ar")
    );
    assert_eq!(
        detect("Live", "وزیر گفت که مدرسه فردا باز می‌شود"),
        Some("fa")
    );
}

#[test]
fn a_declaration_stands_unless_the_text_contradicts_it() {
    const ARABIC: &str = "البلدية تفتتح حديقة جديدة في وسط المدينة";
    const PERSIAN: &str = "قیمت نان در تهران افزایش می‌یابد و مردم نگران هستند";
    const ENGLISH: &str = "The city opens a new park for all who live in the old town, and the \
        mayor said that there will be music every evening until the end of the summer holidays";
    const SOMALI: &str = "Magaaladu waxay furtay beero cusub oo loogu talagalay dadka deggan \
        xaafadda hore ee magaalada, waxaana la sheegay in ay jiri doonto muusig habeen kasta";
    for (declared, title, kept) in [
        (Some("ar-JO"), ARABIC, Some("ar-JO")),
        (Some(" ar_JO "), ARABIC, Some("ar_JO")),
        (None, ARABIC, Some("ar")),
        (Some("und"), ARABIC, Some("ar")),
        (Some(""), ARABIC, Some("ar")),
        // Templates that nobody changed.
        (Some("en-US"), ARABIC, Some("ar")),
        (Some("en-US"), "عاجل", None),
        (Some("fr"), PERSIAN, Some("fa")),
        (Some("ar"), PERSIAN, Some("fa")),
        (Some("fa-AF"), PERSIAN, Some("fa-AF")),
        (Some("prs"), PERSIAN, Some("prs")),
        (Some("ar"), ENGLISH, Some("en")),
        (Some("fr"), ENGLISH, Some("en")),
        (Some("en-GB"), ENGLISH, Some("en-GB")),
        // A name over an Arabic feed is no other language.
        (Some("ar"), "Messi", Some("ar")),
        (Some("ar"), "2025", Some("ar")),
        (Some("fr"), "Le Monde", Some("fr")),
        // Whom we would not know, we do not contradict.
        (Some("so"), SOMALI, Some("so")),
        (Some("ms"), ARABIC, Some("ms")),
        (Some("iw"), "פארק חדש נפתח בעיר", Some("iw")),
        (None, "2025", None),
    ] {
        assert_eq!(
            settle(declared, title, "").as_deref(),
            kept,
            "{declared:?}: {title}"
        );
    }
}

#[test]
fn what_is_detected_can_be_declared() {
    for tag in ["ar", "fa", "ur", "ps", "ckb", "ug", "sd"] {
        assert!(abjad::knows(tag));
        assert_eq!(script::of_language(tag), Some(&[Script::Arabic][..]));
    }
    assert!(trigram::knows("en") && !trigram::knows("so"));
}

proptest! {
    #[test]
    fn any_text_has_a_language_or_none(
        declared in proptest::option::of(any::<String>()),
        title in any::<String>(),
        text in "[\u{600}-\u{6ff} a-zA-Z\u{400}-\u{45f}]{0,60}",
    ) {
        let detected = detect(&title, &text);
        let settled = settle(None, &title, &text);
        prop_assert_eq!(settled.as_deref(), detected);
        settle(declared.as_deref(), &title, &text);
    }
}
