//! What a document, and the server it came from, say about its charset and its language.
//!
//! [`header`] reads a Content-Type, [`declared`] the head of a document, [`language`] the language
//! that the head names. All work on bytes whose charset is not yet known, so they see ASCII only.
//!
//! Labels are read as the WHATWG Encoding Standard §4.2 does (ISO 8859-1 means windows-1252, gb2312
//! means GBK, `arabic` means ISO 8859-6), and so are the spellings of Java, PHP, Perl and Windows
//! that it leaves out; declarations as XML 1.0 §4.3.3 and HTML §13.2.3.2 do.

use encoding_rs::{Encoding, REPLACEMENT, X_USER_DEFINED};

/// How far into a document is looked.
const HEAD_BYTES: usize = 4096;

/// Spellings without punctuation, and the labels that they mean.
#[rustfmt::skip]
const UNLISTED: [(&str, &str); 17] = [
    ("usascii", "us-ascii"), ("utf8mb4", "utf-8"), ("utf8n", "utf-8"), ("cp65001", "utf-8"),
    ("cp932", "shift_jis"), ("shiftjis", "shift_jis"), ("eucjp", "euc-jp"), ("ujis", "euc-jp"),
    ("iso2022jp", "iso-2022-jp"), ("cp936", "gbk"), ("ms936", "gbk"), ("euccn", "gbk"),
    ("cp949", "euc-kr"), ("euckr", "euc-kr"), ("cp950", "big5"), ("koi8r", "koi8-r"),
    ("koi8u", "koi8-u"),
];

/// Where a document of this kind declares its charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In an XML declaration, else as HTML does.
    Xml,
    /// In a `meta` element, else as XML does.
    Html,
}

/// The charset that a Content-Type header names.
pub(super) fn header(content_type: &str) -> Option<&'static Encoding> {
    encoding(value_after(content_type.as_bytes(), b"charset")?)
}

/// The charset that the document itself names.
pub(super) fn declared(bytes: &[u8], kind: Kind) -> Option<&'static Encoding> {
    let head = head(bytes);
    let by_xml = || {
        let declaration = elements(head, b"<?xml", b"?>").next()?;
        encoding(value_after(declaration, b"encoding")?)
    };
    let by_html = || {
        let mut labels = elements(head, b"<meta", b">");
        labels.find_map(|meta| encoding(value_after(meta, b"charset")?))
    };
    match kind {
        Kind::Xml => by_xml().or_else(by_html),
        Kind::Html => by_html().or_else(by_xml),
    }
}

/// The language that the head of a document names, as a lower-case tag (`ar`, `zh-tw`). English is
/// passed over: it is what programs write who were never told the language.
pub(super) fn language(bytes: &[u8]) -> Option<String> {
    let head = head(bytes);
    let tags = [&b"language"[..], b"lang"].into_iter().flat_map(|name| {
        places(head, name)
            // Not hreflang: that is the language of another document.
            .filter(|&at| at == 0 || !head[at - 1].is_ascii_alphabetic())
            .filter_map(move |at| tag(&head[at + name.len()..]))
    });
    tags.into_iter()
        .find(|tag| tag != "en" && !tag.starts_with("en-"))
}

/// The language tag behind the name of an element, an attribute or a member.
fn tag(after: &[u8]) -> Option<String> {
    let after = after
        .strip_prefix(b"\"")
        .unwrap_or(after)
        .trim_ascii_start();
    let after = match after.split_first()? {
        (b'=' | b'>' | b':', rest) => rest.trim_ascii_start(),
        _ => return None,
    };
    let after = after
        .strip_prefix(b"<![CDATA[")
        .unwrap_or(after)
        .trim_ascii_start();
    let after = match after {
        [b'"' | b'\'', rest @ ..] => rest.trim_ascii_start(),
        _ => after,
    };
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte);
    let len = after.iter().position(is_end).unwrap_or(after.len());
    let tag = str::from_utf8(&after[..len]).ok()?;
    let tag = tag.to_ascii_lowercase().replace('_', "-");
    let primary = tag.split('-').next()?;
    matches!(primary.len(), 2..=3).then_some(tag)
}

fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(HEAD_BYTES)]
}

/// What stands between each `start` and the `end` that follows it.
fn elements<'a>(
    text: &'a [u8],
    start: &'static [u8],
    end: &'static [u8],
) -> impl Iterator<Item = &'a [u8]> {
    places(text, start).map(move |at| {
        let inside = &text[at + start.len()..];
        &inside[..places(inside, end).next().unwrap_or(inside.len())]
    })
}

/// The value of `name = "value"`, quoted in either way or not at all.
fn value_after<'a>(text: &'a [u8], name: &'static [u8]) -> Option<&'a [u8]> {
    places(text, name).find_map(|at| {
        let after = text[at + name.len()..].trim_ascii_start();
        let value = after.strip_prefix(b"=")?.trim_ascii_start();
        let value = match value {
            [b'"' | b'\'', rest @ ..] => rest,
            _ => value,
        };
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"';>,?/".contains(byte);
        let end = value.iter().position(is_end).unwrap_or(value.len());
        Some(&value[..end]).filter(|value| !value.is_empty())
    })
}

/// Where an ASCII word stands, in any case.
fn places<'a>(text: &'a [u8], word: &'static [u8]) -> impl Iterator<Item = usize> + use<'a> {
    text.windows(word.len())
        .enumerate()
        .filter(|(_, window)| window.eq_ignore_ascii_case(word))
        .map(|(at, _)| at)
}

/// What a label means. None for what nobody can mean, or decode.
fn encoding(label: &[u8]) -> Option<&'static Encoding> {
    let known = Encoding::for_label(label).or_else(|| {
        let squeezed: Vec<u8> = label
            .iter()
            .filter(|byte| byte.is_ascii_alphanumeric())
            .map(u8::to_ascii_lowercase)
            .collect();
        Encoding::for_label(&squeezed).or_else(|| unlisted(str::from_utf8(&squeezed).ok()?))
    });
    known.filter(|&encoding| encoding != REPLACEMENT && encoding != X_USER_DEFINED)
}

/// What labels mean that the standard does not list, in lower case and without punctuation.
fn unlisted(label: &str) -> Option<&'static Encoding> {
    let label = label.strip_prefix('x').unwrap_or(label);
    if let Some((_, meant)) = UNLISTED.iter().find(|(spelling, _)| *spelling == label) {
        return Encoding::for_label(meant.as_bytes());
    }
    let digits = label.find(|c: char| c.is_ascii_digit())?;
    let (family, number) = label.split_at(digits);
    let meant = match family {
        "iso" | "" if number.starts_with("8859") => format!("iso-8859-{}", &number[4..]),
        "" | "cp" | "ms" | "win" | "windows" | "mswin" | "ansi" => format!("windows-{number}"),
        _ => return None,
    };
    Encoding::for_label(meant.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_mean_what_their_writers_meant() {
        for (label, name) in [
            ("arabic", Some("ISO-8859-6")),
            ("ISO8859_6", Some("ISO-8859-6")),
            ("8859-6", Some("ISO-8859-6")),
            ("asmo-708", Some("ISO-8859-6")),
            (" CP1256 ", Some("windows-1256")),
            ("cp-1256", Some("windows-1256")),
            ("x-cp1256", Some("windows-1256")),
            ("win1256", Some("windows-1256")),
            ("Windows1256", Some("windows-1256")),
            ("ansi_1256", Some("windows-1256")),
            ("1256", Some("windows-1256")),
            ("latin1", Some("windows-1252")),
            ("ISO_8859_15", Some("ISO-8859-15")),
            ("UTF_8", Some("UTF-8")),
            ("utf8mb4", Some("UTF-8")),
            ("gb2312", Some("GBK")),
            ("cp936", Some("GBK")),
            ("Shift-JIS", Some("Shift_JIS")),
            ("euc_kr", Some("EUC-KR")),
            ("koi8r", Some("KOI8-R")),
            ("macarabic", None),
            ("x-user-defined", None),
            ("iso-2022-kr", None),
            ("windows-9", None),
            ("utf-7", None),
            ("", None),
            ("ä", None),
        ] {
            let meant = encoding(label.as_bytes()).map(Encoding::name);
            assert_eq!(meant, name, "{label}");
        }
    }

    #[test]
    fn the_language_is_read_wherever_documents_name_it() {
        for (head, language) in [
            ("<rss><channel><language>ar</language>", Some("ar")),
            ("<language> <![CDATA[ fa-IR ]]> </language>", Some("fa-ir")),
            ("<dc:language>zh_TW</dc:language>", Some("zh-tw")),
            ("<feed xml:lang=\"ur\">", Some("ur")),
            ("<html dir=rtl lang=ar>", Some("ar")),
            (
                "{\"version\": \"https://jsonfeed.org/version/1.1\", \"language\": \"ar\"}",
                Some("ar"),
            ),
            ("<language>en-US</language><item xml:lang='ar'>", Some("ar")),
            ("<link hreflang='fr'><language>en</language>", None),
            ("<p>in a language of its own</p> lang", None),
            ("<language></language>", None),
            ("<language>arabic</language>", None),
        ] {
            assert_eq!(
                super::language(head.as_bytes()).as_deref(),
                language,
                "{head}"
            );
        }
    }

    #[test]
    fn declarations_are_found_past_what_is_in_their_way() {
        for text in [
            "<?xml version='1.0' encoding='windows-1256'?>",
            "\n\n<br />Warning: x in <b>feed.php</b>\n<?XML version=1.0 Encoding = windows-1256 ?>",
            "<meta name=charset content=x><meta charset=cp1256>",
            "<meta http-equiv=Content-Type content='text/html; charset=windows-1256'>",
        ] {
            let declared = declared(text.as_bytes(), Kind::Xml).map(Encoding::name);
            assert_eq!(declared, Some("windows-1256"), "{text}");
        }
        let late = format!("{}<?xml encoding='windows-1256'?>", " ".repeat(HEAD_BYTES));
        assert_eq!(declared(late.as_bytes(), Kind::Xml), None);
    }
}
