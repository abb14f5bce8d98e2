//! Bytes to text: which charset a feed or a page is really in.
//!
//! Documents lie about their charset in every way: a label left from another server, UTF-8 behind
//! a windows-1256 declaration, no label at all. [`decode`] judges in this order:
//!
//! 1. a byte order mark;
//! 2. NUL bytes where UTF-16 or UTF-32 puts them;
//! 3. UTF-8 that holds multi-byte sequences: no text in another charset looks like that, so it
//!    beats all labels, and does so with some bad bytes in it, too (they become U+FFFD);
//! 4. the charset of the Content-Type header, unless it is one that servers add by default;
//! 5. the document's own declaration in its first 4 KiB, past whatever stands before it;
//! 6. the bytes themselves: windows-1256 if they look Arabic, else windows-1252.
//!
//! Decoding always succeeds; what a charset does not define becomes U+FFFD. A text that is UTF-8
//! already is borrowed. Labels are read as the WHATWG Encoding Standard §4.2 does (so ISO 8859-1
//! means windows-1252); declarations as XML 1.0 §4.3.3 and HTML §13.2.3.2 do.

use std::borrow::Cow;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1256};

/// How far a declaration is looked for.
const DECLARATION_BYTES: usize = 4096;

/// How far the bytes are looked at to guess.
const GUESS_BYTES: usize = 64 << 10;

/// Where a document of this kind declares its charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In an XML declaration, else as HTML does.
    Xml,
    /// In a `meta` element, else as XML does.
    Html,
}

/// The text of a document, without a byte order mark. `content_type` is the header's value.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, kind: Kind) -> Cow<'a, str> {
    if let Some(text) = wide(bytes) {
        return text;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        // Only ISO-2022-JP hides text in ASCII, and it needs escapes for it.
        Ok(text) if !text.is_ascii() || !bytes.contains(&0x1b) => return Cow::Borrowed(text),
        Ok(_) => {}
        Err(_) => {}
    }
    let header = content_type
        .and_then(charset_parameter)
        .and_then(Encoding::for_label);
    let declared = declared(bytes, kind).and_then(Encoding::for_label);
    if is_mostly_utf8(bytes, header == Some(UTF_8) || declared == Some(UTF_8)) {
        return String::from_utf8_lossy(bytes);
    }
    let encoding = header
        .filter(|&encoding| encoding != WINDOWS_1252 && is_possible(encoding))
        .or(declared.filter(|&encoding| is_possible(encoding)))
        .unwrap_or_else(|| guessed(bytes));
    encoding.decode_without_bom_handling(bytes).0
}

/// UTF-16 or UTF-32, by its byte order mark or by its NULs.
fn wide(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let utf32 = |skip, unit: fn([u8; 4]) -> u32| {
        let units = bytes[skip..].chunks(4);
        let codes = units.map(|unit_bytes| <[u8; 4]>::try_from(unit_bytes).map_or(0xfffd, unit));
        Some(
            codes
                .map(|code| char::from_u32(code).unwrap_or('\u{fffd}'))
                .collect(),
        )
    };
    let utf16 = |skip: usize, encoding: &'static Encoding| {
        Some(encoding.decode_without_bom_handling(&bytes[skip..]).0)
    };
    match *bytes.first_chunk::<4>()? {
        [0xff, 0xfe, 0, 0] => utf32(4, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff] => utf32(4, u32::from_be_bytes),
        [0xff, 0xfe, ..] => utf16(2, UTF_16LE),
        [0xfe, 0xff, ..] => utf16(2, UTF_16BE),
        [a, 0, 0, 0] if a != 0 => utf32(0, u32::from_le_bytes),
        [0, 0, 0, a] if a != 0 => utf32(0, u32::from_be_bytes),
        [a, 0, b, 0] if a != 0 && b != 0 => utf16(0, UTF_16LE),
        [0, a, 0, b] if a != 0 && b != 0 => utf16(0, UTF_16BE),
        _ => None,
    }
}

/// True if multi-byte sequences outnumber bad ones so far that chance is no explanation; where a
/// label says UTF-8, too, a majority will do.
fn is_mostly_utf8(bytes: &[u8], labelled: bool) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|&byte| byte >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && bad.saturating_mul(if labelled { 1 } else { 20 }) <= good
}

/// False for encodings that the bytes have refuted by now, whatever a label claims.
fn is_possible(encoding: &'static Encoding) -> bool {
    ![UTF_8, UTF_16LE, UTF_16BE, REPLACEMENT].contains(&encoding)
}

/// The value of `charset=` in a Content-Type header or a `meta` element's content.
fn charset_parameter(content_type: &str) -> Option<&[u8]> {
    value_after(content_type.as_bytes(), b"charset")
}

/// The charset that the document itself names.
fn declared(bytes: &[u8], kind: Kind) -> Option<&[u8]> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let by_xml = || {
        let start = find(head, b"<?xml")?;
        let declaration = &head[start..];
        let end = find(declaration, b"?>").unwrap_or(declaration.len());
        value_after(&declaration[..end], b"encoding")
    };
    let by_html = || {
        let mut rest = head;
        loop {
            let meta = &rest[find(rest, b"<meta")?..];
            let end = meta
                .iter()
                .position(|&byte| byte == b'>')
                .unwrap_or(meta.len());
            if let Some(label) = value_after(&meta[..end], b"charset") {
                return Some(label);
            }
            rest = &meta[1..];
        }
    };
    match kind {
        Kind::Xml => by_xml().or_else(by_html),
        Kind::Html => by_html().or_else(by_xml),
    }
}

/// The value of `name = "value"`, quoted in either way or not at all.
fn value_after<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let after = text[find(text, name)? + name.len()..].trim_ascii_start();
    let value = after.strip_prefix(b"=")?.trim_ascii_start();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"';>,?/".contains(byte);
    let value = match value.first()? {
        b'"' | b'\'' => &value[1..],
        _ => value,
    };
    let end = value.iter().position(ends).unwrap_or(value.len());
    Some(&value[..end]).filter(|value| !value.is_empty())
}

/// The first place of an ASCII word, in any case.
fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len())
        .position(|window| window.eq_ignore_ascii_case(word))
}

/// Arabic or Western, by the bytes: Arabic letters come in runs, and every eighth or so is an alef
/// or a lam (0xC7 and 0xE1 in windows-1256), where Western accents stand alone among ASCII.
fn guessed(bytes: &[u8]) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(GUESS_BYTES)];
    let (mut high, mut in_runs, mut alef_lam) = (0_usize, 0_usize, 0_usize);
    for run in sample.split(|byte| byte.is_ascii()) {
        high += run.len();
        in_runs += if run.len() >= 3 { run.len() } else { 0 };
        alef_lam += run
            .iter()
            .filter(|&&byte| byte == 0xc7 || byte == 0xe1)
            .count();
    }
    if in_runs * 2 >= high && alef_lam * 10 >= high {
        WINDOWS_1256
    } else {
        WINDOWS_1252
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
}
