//! Whole documents through [`decode`]: each witness, and what refutes it.

use encoding_rs::{GBK, ISO_8859_6, WINDOWS_1256};
use proptest::prelude::*;

use super::*;

/// Titles and sentences by language, with the charsets that text in it was written in.
#[rustfmt::skip]
const LANGUAGES: [(&str, &str, &[&str]); 14] = [
    ("ar", "الحكومة تقر موازنة العام المقبل: وافق مجلس الوزراء على المشروع بعد نقاش دام ثلاث ساعات",
        &["windows-1256", "iso-8859-6"]),
    ("fa", "دولت بودجه سال آینده را تصویب کرد: هیئت وزیران در نشست امروز لایحه را پس از سه ساعت گفتگو پذیرفت",
        &["windows-1256", "iso-8859-6"]),
    ("ur", "حکومت نے اگلے سال کا بجٹ منظور کر لیا: کابینہ نے آج کے اجلاس میں تین گھنٹے بحث کی",
        &["windows-1256", "iso-8859-6"]),
    ("he", "הממשלה אישרה את תקציב השנה הבאה לאחר דיון שנמשך שלוש שעות", &["windows-1255"]),
    ("tr", "Hükümet gelecek yılın bütçesini onayladı, görüşme üç saat sürdü; yağış cuma akşamına dek sürecek",
        &["windows-1254"]),
    ("ru", "Правительство утвердило бюджет после трёх часов обсуждения",
        &["windows-1251", "koi8-r", "iso-8859-5", "ibm866"]),
    ("el", "Η κυβέρνηση ενέκρινε τον προϋπολογισμό μετά από τρεις ώρες", &["windows-1253"]),
    ("fr", "L’assemblée a approuvé le budget de l’année après un long débat, où la majorité a dû céder",
        &["windows-1252"]),
    ("de", "Die Minister stimmten für den Entwurf, die Ernte wird schmäler, und das Brot teurer für alle Häuser",
        &["windows-1252"]),
    ("th", "รัฐบาลอนุมัติงบประมาณปีหน้าหลังอภิปรายสามชั่วโมง", &["windows-874"]),
    ("ja", "政府、来年度の予算案を決めた。三時間の議論があったという。", &["shift_jis", "euc-jp", "iso-2022-jp"]),
    ("zh", "政府通过明年预算草案，会议经过三小时讨论后批准了这项计划。", &["gbk"]),
    ("zh-TW", "政府通過明年預算草案，會議經過三小時討論後批准了這項計畫。", &["big5"]),
    ("ko", "정부, 내년 예산안 의결. 국무회의는 세 시간의 토론 끝에 원안을 승인했다.", &["euc-kr"]),
];

const NEWS: &str = "<t>قال المتحدث إن الحكومة قررت اليوم الأربعاء</t>";

fn in_1256(text: &str) -> Vec<u8> {
    WINDOWS_1256.encode(text).0.into_owned()
}

#[test]
fn a_byte_order_mark_decides_and_is_dropped() {
    let mut utf8 = b"\xef\xbb\xbf<?xml version='1.0' encoding='windows-1256'?>".to_vec();
    utf8.extend(NEWS.as_bytes());
    assert!(decode(&utf8, Some("text/xml; charset=windows-1252"), Kind::Xml).ends_with(NEWS));
    let units: Vec<u16> = NEWS.encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for (mark, bytes) in [(b"\xff\xfe", &little), (b"\xfe\xff", &big)] {
        assert_eq!(decode(bytes, None, Kind::Xml), NEWS, "by the NUL pattern");
        let marked = [mark.as_slice(), bytes].concat();
        assert_eq!(
            decode(&marked, Some("text/xml; charset=utf-8"), Kind::Xml),
            NEWS
        );
    }
}

#[test]
fn half_a_character_at_the_end_costs_no_more() {
    let big: Vec<u8> = NEWS.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(
        decode(&[&big, [6].as_slice()].concat(), None, Kind::Xml),
        NEWS
    );
    let wide = NEWS.chars().flat_map(|c| u32::from(c).to_le_bytes());
    let cut_off: Vec<u8> = wide.chain([0x27, 6, 0]).collect();
    assert_eq!(decode(&cut_off, None, Kind::Xml), NEWS);
}

#[test]
fn a_mark_of_utf_16_before_other_bytes_is_not_believed() {
    let bytes = [b"\xff\xfe".as_slice(), &in_1256(NEWS)].concat();
    assert!(decode(&bytes, None, Kind::Xml).ends_with(NEWS));
    let text = format!("\u{feff}<?xml version='1.0' encoding='utf-8'?>{NEWS}");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(decode(&bytes, Some("text/xml; charset=utf-8"), Kind::Xml).ends_with(NEWS));
}

#[test]
fn utf_32_is_known_by_its_mark_and_by_its_nuls() {
    for mark in ["", "\u{feff}"] {
        let text = format!("{mark}{NEWS}");
        let little: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        let big: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect();
        assert_eq!(decode(&little, None, Kind::Xml), NEWS);
        assert_eq!(decode(&big, None, Kind::Xml), NEWS);
    }
}

#[test]
fn utf_8_beats_every_label_and_is_borrowed() {
    let text = format!("<?xml version='1.0' encoding=\"windows-1256\"?>{NEWS}");
    for content_type in [
        None,
        Some("text/xml; charset=windows-1256"),
        Some("charset=utf-16"),
    ] {
        let decoded = decode(text.as_bytes(), content_type, Kind::Xml);
        assert!(matches!(decoded, Cow::Borrowed(same) if same == text));
    }
}

#[test]
fn one_bad_byte_does_not_cost_the_rest() {
    let mut bytes = NEWS.as_bytes().to_vec();
    bytes.insert(3, 0xff);
    let decoded = decode(&bytes, Some("text/xml; charset=windows-1256"), Kind::Xml);
    assert_eq!(decoded.replace('\u{fffd}', ""), NEWS);
}

#[test]
fn labels_decide_in_their_order() {
    let declared = |prefix: &str| in_1256(&format!("{prefix}{NEWS}"));
    let xml = declared("\n\n<?xml version='1.0' encoding = 'Windows-1256' ?>");
    let meta = declared("<html><META name=x><meta charset=cp1256>");
    let equiv =
        declared("<meta http-equiv=Content-Type content='text/html; charset=windows-1256'>");
    for (bytes, content_type, kind) in [
        (
            &declared(""),
            Some("application/xml;charset=\"windows-1256\""),
            Kind::Xml,
        ),
        // What a server adds by default, or what the bytes refute, decides nothing.
        (&xml, Some("text/xml; charset=ISO-8859-1"), Kind::Xml),
        (&xml, Some("text/xml; charset=utf-8"), Kind::Xml),
        (&xml, None, Kind::Xml),
        (&meta, None, Kind::Html),
        (&equiv, None, Kind::Html),
        (&meta, None, Kind::Xml),
    ] {
        assert!(
            decode(bytes, content_type, kind).ends_with(NEWS),
            "{content_type:?}"
        );
    }
    let turkish = b"\xfe\xfd\xf0";
    assert_eq!(
        decode(turkish, Some("text/html; charset=iso-8859-9"), Kind::Html),
        "şığ"
    );
}

/// A short document in a charset, with what the charset lacks as character references.
fn document(text: &str, head: &str, label: &str) -> (Vec<u8>, String) {
    let encoding = Encoding::for_label(label.as_bytes()).unwrap();
    let text = format!("{head}<rss><channel><item><title>{text}</title></item></channel></rss>");
    let bytes = encoding.encode(&text).0.into_owned();
    let text = encoding.decode_without_bom_handling(&bytes).0.into_owned();
    (bytes, text)
}

#[test]
fn each_language_is_known_without_a_label() {
    for (language, text, labels) in LANGUAGES {
        for label in labels {
            let named = format!("<language>{language}</language>");
            for head in ["", "<language>en-us</language>", &named] {
                let (bytes, text) = document(text, head, label);
                assert_eq!(decode(&bytes, None, Kind::Xml), text, "{label} {head}");
            }
        }
    }
}

#[test]
fn a_true_label_is_not_overruled() {
    for (_, text, labels) in LANGUAGES {
        for label in labels {
            let head = format!("<?xml version='1.0' encoding='{label}'?>");
            let (bytes, text) = document(text, &head, label);
            for content_type in [
                "text/xml",
                "text/xml; charset=iso-8859-1",
                "a/b;charset=utf-8",
            ] {
                assert_eq!(
                    decode(&bytes, Some(content_type), Kind::Xml),
                    text,
                    "{label}"
                );
            }
        }
    }
}

#[test]
fn a_label_that_the_bytes_refute_loses() {
    for (language, text, labels) in LANGUAGES {
        for label in labels {
            let untrue = match *label {
                "windows-1256" => ["utf-8", "iso-8859-6", "windows-1252"],
                "iso-8859-6" => ["utf-16", "windows-1256", "iso-8859-1"],
                _ => ["utf-8", "iso-8859-1", "us-ascii"],
            };
            for untrue in untrue {
                let head = format!(
                    "<?xml version='1.0' encoding='{untrue}'?><rss xml:lang='{language}'/>"
                );
                let (bytes, text) = document(text, &head, label);
                let header = format!("text/xml; charset={untrue}");
                for content_type in [None, Some(header.as_str())] {
                    let decoded = decode(&bytes, content_type, Kind::Xml);
                    assert_eq!(decoded, text, "{label} for {untrue}");
                }
            }
        }
    }
}

#[test]
fn bytes_that_a_charset_does_not_have_refute_it() {
    let (bytes, text) = document(LANGUAGES[11].1, "<?xml encoding='euc-jp'?>", "gbk");
    assert_eq!(decode(&bytes, None, Kind::Xml), text);
    // One character cut in two does not.
    let mut bytes = GBK.encode(&LANGUAGES[11].1.repeat(2)).0.into_owned();
    bytes.remove(40);
    assert!(decode(&bytes, Some("text/xml; charset=gb2312"), Kind::Xml).starts_with("政府通过"));
}

#[test]
fn of_two_labels_the_one_that_the_bytes_look_like_wins() {
    let (bytes, text) = document(LANGUAGES[5].1, "<?xml encoding='koi8-u'?>", "koi8-u");
    let decoded = decode(&bytes, Some("text/xml; charset=windows-1251"), Kind::Xml);
    assert_eq!(decoded, text);
    let (bytes, text) = document(LANGUAGES[5].1, "<?xml encoding='koi8-r'?>", "windows-1251");
    let decoded = decode(&bytes, Some("text/xml; charset=windows-1251"), Kind::Xml);
    assert_eq!(decoded, text);
}

#[test]
fn a_few_signs_beside_english_are_western() {
    for (bytes, text) in [
        (b"Tickets at \xa35".as_slice(), "Tickets at £5"),
        (b"It\x92s here", "It’s here"),
        (b"\xa9 2024", "© 2024"),
    ] {
        assert_eq!(
            decode(bytes, Some("text/xml; charset=utf-8"), Kind::Xml),
            text
        );
    }
}

#[test]
fn accents_next_to_latin_letters_are_not_taken_for_arabic() {
    let finnish = "Sää jatkuu sateisena, lämpötila laskee. Täällä äänestäjät päättävät hyväksyä";
    for content_type in [None, Some("text/html; charset=iso-8859-1")] {
        let bytes = WINDOWS_1252.encode(finnish).0;
        assert_eq!(decode(&bytes, content_type, Kind::Html), finnish);
    }
}

#[test]
fn text_that_was_decoded_wrongly_before_is_left_alone() {
    let mojibake = ISO_8859_6
        .decode_without_bom_handling(&in_1256(NEWS))
        .0
        .into_owned();
    assert_eq!(decode(mojibake.as_bytes(), None, Kind::Xml), mojibake);
}

#[test]
fn bytes_without_a_label_are_guessed() {
    assert_eq!(decode(&in_1256(NEWS), None, Kind::Xml), NEWS);
    assert_eq!(
        decode(b"Caf\xe9 \x93Paris\x94", None, Kind::Xml),
        "Café “Paris”"
    );
    assert_eq!(
        decode(b"<t>plain</t>", Some("text/xml; charset=utf-16"), Kind::Xml),
        "<t>plain</t>"
    );
}

#[test]
fn japanese_in_escapes_is_decoded_by_its_label() {
    let bytes = b"<t>\x1b$B%K%e!<%9\x1b(B</t>";
    assert_eq!(
        decode(bytes, Some("text/xml; charset=iso-2022-jp"), Kind::Xml),
        "<t>ニュース</t>"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, content_type in "(.*charset ?=)?.*") {
        decode(&bytes, Some(&content_type), Kind::Xml);
        decode(&bytes, None, Kind::Html);
    }

    #[test]
    fn text_in_utf_8_comes_through(text in "[^\u{0}\u{1b}\u{feff}]*") {
        let decoded = decode(text.as_bytes(), None, Kind::Html);
        prop_assert_eq!(decoded.as_ref(), text.as_str());
    }
}
