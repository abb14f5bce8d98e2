//! Mends what is ill-formed, for the one attempt after feed-rs has refused a document.
//!
//! [`repair`] resolves the character references that XML does not know, escapes each `&` and `<`
//! that starts nothing, drops control characters, references to characters that XML forbids,
//! document type, late XML declarations and empty texts that feed-rs stumbles over, and writes the
//! `rss` element as version 2.0. The text of CDATA sections and comments stays as it is. It is not asked for well-formed documents.

use std::borrow::Cow;

use crate::parse::scan;
use crate::text::plain;

/// Longer names than any character reference has.
const MAX_REFERENCE_BYTES: usize = 40;

/// The document, mended. `text` starts with the tag of the root element.
pub(super) fn repair(text: &str) -> String {
    let text = plain::clean(text);
    let mut mended = String::with_capacity(text.len() + text.len() / 16);
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(['<', '&']) {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = if rest.starts_with('&') {
            reference(rest, &mut mended)
        } else {
            markup(rest, &mut mended)
        };
        rest = &rest[len..];
    }
    mended.push_str(rest);
    mended
}

/// Writes what the `&` that `text` starts with means, and returns how many bytes it took.
fn reference(text: &str, mended: &mut String) -> usize {
    let window = &text.as_bytes()[..text.len().min(MAX_REFERENCE_BYTES)];
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let end = window
        .iter()
        .skip(1)
        .position(|byte| !is_name(byte))
        .map(|end| end + 1);
    let Some(end) = end.filter(|&end| end > 1 && window[end] == b';') else {
        mended.push_str("&amp;");
        return 1;
    };
    let written = &text[..=end];
    match &written[1..end] {
        "amp" | "lt" | "gt" | "quot" | "apos" => mended.push_str(written),
        _ => match plain::entities(written) {
            Cow::Borrowed(_) => {
                mended.push_str("&amp;");
                return 1;
            }
            Cow::Owned(meant) => {
                for c in plain::clean(&meant).chars() {
                    match c {
                        '&' => mended.push_str("&amp;"),
                        '<' => mended.push_str("&lt;"),
                        '>' => mended.push_str("&gt;"),
                        '"' => mended.push_str("&quot;"),
                        '\'' => mended.push_str("&apos;"),
                        // What references to NUL and to halves of pairs resolve to.
                        '\u{fffd}' => {}
                        _ => mended.push(c),
                    }
                }
            }
        },
    }
    written.len()
}

/// Writes the markup that `text` starts with, and returns how many bytes it took.
fn markup(text: &str, mended: &mut String) -> usize {
    if let Some((len, is_kept)) = scan::opaque(text) {
        if is_kept {
            mended.push_str(&text[..len]);
        }
        return len;
    }
    let is_name_start = |c: char| c.is_alphabetic() || c == '_' || c == ':';
    let after = &text[1..];
    if !after
        .strip_prefix('/')
        .unwrap_or(after)
        .starts_with(is_name_start)
    {
        mended.push_str("&lt;");
        return 1;
    }
    let slash = usize::from(after.starts_with('/'));
    // Stopping at the next `<` keeps hostile documents from being read again and again.
    let name_end = after[slash..].find(|c: char| c.is_ascii_whitespace() || "/>=<".contains(c));
    let Some(name_end) = name_end
        .map(|end| end + slash)
        .filter(|&end| !after[end..].starts_with('<'))
    else {
        mended.push_str("&lt;");
        return 1;
    };
    let (name, length) = (&after[..name_end], name_end + 1);
    if name.eq_ignore_ascii_case("/rss") {
        mended.push_str("</rss");
        length
    } else if mended.is_empty() && name.eq_ignore_ascii_case("rss") {
        rss(text, mended).unwrap_or(length)
    } else if let Some(length) = empty_text(name, text) {
        length
    } else {
        // Its attributes may hold references, too: they come by in their turn.
        mended.push_str(&text[..length]);
        length
    }
}

/// The length of an empty text element of Media RSS or iTunes, for which feed-rs refuses the feed.
fn empty_text(name: &str, text: &str) -> Option<usize> {
    let (_, local) = name.split_once(':')?;
    if !matches!(local, "title" | "description" | "summary") {
        return None;
    }
    let start = scan::first_tag(text)?;
    let after = &text[start.range.end..];
    match start.kind {
        scan::Kind::Empty => Some(start.range.end),
        scan::Kind::Start if after.starts_with("</") => {
            Some(start.range.end + scan::first_tag(after)?.range.end)
        }
        _ => None,
    }
}

/// Writes an `rss` start tag with the version that feed-rs reads.
fn rss(text: &str, mended: &mut String) -> Option<usize> {
    let tag = scan::Tags::new(text)
        .next()
        .filter(|tag| tag.range.start == 0)?;
    let markup = &text[tag.range.clone()];
    mended.push_str("<rss version=\"2.0\"");
    for (name, range) in scan::attributes(markup) {
        if !name.eq_ignore_ascii_case("version") && name != "xmlns" {
            mended.push_str(&format!(
                " {name}=\"{}\"",
                markup[range].replace('"', "&quot;")
            ));
        }
    }
    mended.push_str(if tag.kind == scan::Kind::Empty {
        "/>"
    } else {
        ">"
    });
    Some(markup.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_fault_is_mended_and_what_is_sound_stays() {
        for (broken, mended) in [
            (
                "<t a='1'>sound &amp; &lt;b&gt;</t>",
                "<t a='1'>sound &amp; &lt;b&gt;</t>",
            ),
            (
                "<t>A & B &c AT&T; &;</t>",
                "<t>A &amp; B &amp;c AT&amp;T; &amp;;</t>",
            ),
            ("<t a='?x=1&y=2'>", "<t a='?x=1&amp;y=2'>"),
            ("<t>&nbsp;&eacute;&rsquo;</t>", "<t>\u{a0}é’</t>"),
            ("<t>&#8217;&#x41;&#60;&#146;</t>", "<t>’A&lt;’</t>"),
            ("<t>a&#0;b&#x1F;c&#xD800;d\u{1}e</t>", "<t>abcde</t>"),
            ("<t>1 < 2 <3 <- </t>", "<t>1 &lt; 2 &lt;3 &lt;- </t>"),
            (
                "<t><![CDATA[a & b < c]]><!-- & --></t>",
                "<t><![CDATA[a & b < c]]><!-- & --></t>",
            ),
            (
                "<rss xmlns:a='b'><c/></rss>",
                "<rss version=\"2.0\" xmlns:a=\"b\"><c/></rss>",
            ),
            (
                "<RSS VERSION=2><c/></RSS>",
                "<rss version=\"2.0\"><c/></rss>",
            ),
            (
                "<a/><?xml version='1.0'?><!DOCTYPE a><?x y?><b/>",
                "<a/><?x y?><b/>",
            ),
        ] {
            assert_eq!(repair(broken), mended);
        }
    }

    proptest! {
        #[test]
        fn what_is_mended_stays_as_it_is(
            text in "(<t>|</t>|<rss|[<>&;#/='\" ]|&#x?[0-9a-f]{0,5};?|&[a-z]{0,6};?|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?xml|\\?>|\\PC){0,30}"
        ) {
            let once = repair(&text);
            prop_assert_eq!(repair(&once), once);
        }
    }
}
