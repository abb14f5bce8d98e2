//! Character and entity references, made such as XML knows.
//!
//! Outlets write the names of HTML (`&nbsp;`), forget to escape (`AT&T`), cite characters that XML
//! forbids (`&#0;`), halves of surrogate pairs, the numbers of windows-1252 (`&#146;`), and entities
//! of a document type. [`look`] says of one `&` what is to stand in its place.
//!
//! Entities are replaced once, by text that holds no reference to another, and add little to a
//! document.
//!
//! Sources: XML 1.0 §4.1, §4.6; HTML §13.5 for the names.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use memchr::{memchr, memmem};

use crate::parse::xml::scan::{Kind, Tokens};
use crate::text::plain;

/// Longer names than any character reference has.
const MAX_REFERENCE_BYTES: usize = 40;

/// The most `&` in a row that are kept: a longer row is no text, and would come to five times as much.
const MAX_RUN: usize = 256;

/// Entities of a document type that are taken over, and the most bytes that one may stand for.
const MAX_ENTITIES: usize = 64;
const MAX_ENTITY_BYTES: usize = 256;

/// The most bytes that all of them may add to a document.
const MAX_GROWTH_BYTES: usize = 1 << 20;

/// The entities that a document declares itself (XML 1.0 §4.2.1), with what stands for them.
#[derive(Debug, Default)]
pub(crate) struct Entities<'a> {
    declared: Vec<(&'a str, String)>,
    /// How many bytes they may still add.
    left: Cell<usize>,
}

impl<'a> Entities<'a> {
    /// Reads the internal subset of a document type declaration. Values that refer to other
    /// entities are left out, and so are external ones.
    pub(crate) fn of(doctype: &'a str) -> Self {
        let mut declared = Vec::new();
        let declarations = doctype.split("<!ENTITY").skip(1);
        for declaration in declarations.take(MAX_ENTITIES) {
            let mut words = declaration.trim_start().splitn(2, char::is_whitespace);
            let (Some(name), Some(rest)) = (words.next(), words.next()) else {
                continue;
            };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let Some((value, _)) = rest[1..].split_once(quote) else {
                continue;
            };
            if value.len() > MAX_ENTITY_BYTES * MAX_REFERENCE_BYTES {
                continue;
            }
            let value = escaped(&plain::entities(value));
            if value.len() <= MAX_ENTITY_BYTES && !value.contains("&amp;") {
                declared.push((name, value));
            }
        }
        Self {
            declared,
            left: Cell::new(MAX_GROWTH_BYTES),
        }
    }

    /// The document begins anew.
    pub(crate) fn refill(&self) {
        self.left.set(MAX_GROWTH_BYTES);
    }

    /// What stands for an entity; none once they have added too much.
    fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.declared.iter().find(|(it, _)| *it == name)?;
        let growth = value.len().saturating_sub(name.len() + 2);
        self.left.set(self.left.get().checked_sub(growth)?);
        Some(value)
    }
}

/// What is to be done about one `&`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A reference of so many bytes that XML knows.
    Sound(usize),
    /// So many bytes that another text is to stand for.
    Mended(usize, Cow<'static, str>),
}

/// Looks at the `&` that `text` starts with.
pub(crate) fn look(text: &str, entities: &Entities<'_>) -> Verdict {
    // Nearly all there are.
    for known in ["lt;", "gt;", "amp;", "quot;", "apos;"] {
        if text.as_bytes()[1..].starts_with(known.as_bytes()) {
            return Verdict::Sound(1 + known.len());
        }
    }
    let window = &text.as_bytes()[..text.len().min(MAX_REFERENCE_BYTES)];
    let bare = Verdict::Mended(1, "&amp;".into());
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"#_.-:".contains(byte);
    let end = window.iter().skip(1).position(|byte| !is_name(byte));
    let Some(end) = end
        .map(|end| end + 1)
        .filter(|&end| end > 1 && window[end] == b';')
    else {
        return bare;
    };
    let (written, name) = (&text[..=end], &text[1..end]);
    if let Some(number) = name.strip_prefix('#') {
        return numeric(text, written, number);
    }
    if let Some(value) = entities.get(name) {
        return Verdict::Mended(written.len(), value.to_owned().into());
    }
    match plain::entities(written) {
        Cow::Owned(meant) if meant != written => {
            Verdict::Mended(written.len(), escaped(&meant).into())
        }
        _ => bare,
    }
}

fn numeric(text: &str, written: &str, number: &str) -> Verdict {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    };
    let len = written.len();
    let Some(code) = code else {
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        return match is_number {
            true => Verdict::Mended(len, "".into()),
            false => Verdict::Mended(1, "&amp;".into()),
        };
    };
    match code {
        // What windows-1252 has there is meant, as HTML says.
        0x80..=0x9f => Verdict::Mended(len, escaped(&plain::entities(written)).into()),
        0xd800..=0xdbff => match low_half(&text[len..]) {
            Some((low, more)) => {
                let whole = char::from_u32(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00));
                Verdict::Mended(
                    len + more,
                    whole.map(String::from).unwrap_or_default().into(),
                )
            }
            None => Verdict::Mended(len, "".into()),
        },
        _ => match char::from_u32(code) {
            Some(c) if plain::clean(c.encode_utf8(&mut [0; 4])).is_empty() => {
                Verdict::Mended(len, if code == 0x0d { "\n" } else { "" }.into())
            }
            Some(_) if !number.starts_with('X') => Verdict::Sound(len),
            Some(c) => Verdict::Mended(len, escaped(c.encode_utf8(&mut [0; 4])).into()),
            None => Verdict::Mended(len, "".into()),
        },
    }
}

/// The second half of a surrogate pair, if `text` starts with a reference to one, and its length.
fn low_half(text: &str) -> Option<(u32, usize)> {
    let number = text.strip_prefix("&#")?;
    let end = number.bytes().take(12).position(|byte| byte == b';')?;
    let code = match number[..end].strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number[..end].parse().ok()?,
    };
    (0xdc00..=0xdfff).contains(&code).then_some((code, end + 3))
}

/// Character data that means `text`, in elements and in attributes; without what XML forbids.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in plain::clean(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// The places in `text[range]` where another text is to stand.
pub(crate) fn mend<'t>(
    text: &'t str,
    range: Range<usize>,
    entities: &'t Entities<'_>,
) -> impl Iterator<Item = (Range<usize>, Cow<'static, str>)> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        loop {
            at += memchr(b'&', &text.as_bytes()[at..range.end])?;
            let start = at;
            let signs = text.as_bytes()[at..range.end].iter();
            let bare = signs.take_while(|&&byte| byte == b'&').count() - 1;
            if bare > 0 {
                at += bare;
                return Some((start..at, "&amp;".repeat(bare.min(MAX_RUN)).into()));
            }
            match look(&text[at..range.end], entities) {
                Verdict::Sound(len) => at += len,
                Verdict::Mended(len, meant) => {
                    at += len;
                    return Some((start..at, meant));
                }
            }
        }
    })
}

/// The text that a piece of a document means: references resolved, CDATA sections taken as they
/// are, comments dropped. A piece with tags in it is HTML, and comes as such.
pub(crate) fn meaning(raw: &str) -> Cow<'_, str> {
    if memchr(b'<', raw.as_bytes()).is_none() {
        return plain::entities(raw);
    }
    let has_tags = has_tags(raw);
    let mut meaning = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        let (before, markup) = rest.split_at(at);
        push(&mut meaning, before, has_tags);
        let (kept, len) = if let Some(inside) = markup.strip_prefix("<![CDATA[") {
            let len = memmem::find(inside.as_bytes(), b"]]>");
            (
                &inside[..len.unwrap_or(inside.len())],
                len.map_or(markup.len(), |len| len + 12),
            )
        } else if markup.starts_with("<!--") {
            let len = memmem::find(markup.as_bytes(), b"-->");
            ("", len.map_or(markup.len(), |len| len + 3))
        } else {
            (&markup[..1], 1)
        };
        meaning.push_str(kept);
        rest = &markup[len..];
    }
    push(&mut meaning, rest, has_tags);
    meaning.into()
}

/// True if nothing is left of a piece of a document once it is mended: no text, or characters that
/// XML forbids.
pub(crate) fn is_nothing(raw: &str) -> bool {
    /// More than anybody writes who writes nothing.
    const MAX_BYTES: usize = 64;
    if raw.len() > MAX_BYTES || !raw.starts_with(['&', '<']) {
        return raw.is_empty();
    }
    let mut left = raw.to_owned();
    let edits: Vec<_> = mend(raw, 0..raw.len(), &Entities::default()).collect();
    for (range, meant) in edits.into_iter().rev() {
        left.replace_range(range, &meant);
    }
    meaning(&left).is_empty()
}

fn push(meaning: &mut String, text: &str, is_html: bool) {
    if is_html {
        meaning.push_str(text);
    } else {
        meaning.push_str(&plain::entities(text));
    }
}

/// True if markup other than CDATA sections and comments stands in a piece of a document.
pub(crate) fn has_tags(raw: &str) -> bool {
    Tokens::new(raw).any(|token| matches!(token.kind, Kind::Start | Kind::Empty | Kind::End))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mended(text: &str) -> String {
        let entities =
            Entities::of("<!DOCTYPE a [<!ENTITY me 'J&#233;'><!ENTITY b \"&me;&me;\">]>");
        let mut mended = text.to_owned();
        let edits: Vec<_> = mend(text, 0..text.len(), &entities).collect();
        for (range, meant) in edits.into_iter().rev() {
            mended.replace_range(range, &meant);
        }
        mended
    }

    #[test]
    fn each_reference_becomes_one_that_xml_knows() {
        for (written, known) in [
            ("&amp; &lt; &#8217; &#x41;", "&amp; &lt; &#8217; &#x41;"),
            ("A & B &c AT&T; &;", "A &amp; B &amp;c AT&amp;T; &amp;;"),
            ("?x=1&y=2", "?x=1&amp;y=2"),
            ("&nbsp;&eacute;&rsquo;&AMP;", "\u{a0}é’&amp;"),
            ("&#146;&#0;&#x1F;&#xD800;&#X41;", "’A"),
            ("&#xD83D;&#xDE00;&#55357;&#56832;", "😀😀"),
            ("&me; &b; &none;", "Jé &amp;b; &amp;none;"),
        ] {
            assert_eq!(mended(written), known);
        }
    }

    #[test]
    fn a_piece_of_a_document_means_its_text_or_is_html() {
        for (raw, text) in [
            ("a &amp;amp; b", "a &amp; b"),
            ("a<![CDATA[ <b>&amp;</b> ]]>&lt;", "a <b>&amp;</b> <"),
            ("a &amp; <b>c</b><!-- d -->", "a &amp; <b>c</b>"),
            ("<![CDATA[a", "a"),
        ] {
            assert_eq!(meaning(raw), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_mended_stays_as_it_is(text in "(&#?x?[0-9a-fA-F]{0,6};?|&[a-zA-Z]{0,6};?|\\PC){0,20}") {
            let once = mended(&text);
            prop_assert_eq!(mended(&once), once);
            meaning(&text);
        }
    }
}
