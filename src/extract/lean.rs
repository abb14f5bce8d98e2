//! Takes out of a page, before it is parsed, what no reader sees: the content of scripts (but for
//! JSON-LD), style sheets and drawings, and comments.
//!
//! On pages of news that is about half of the bytes, and a tree of it would be built for nothing. The
//! elements themselves stay, so that selectors match as before. Where the source is written so that
//! only a full tokenizer can tell where something ends, the rest is left as it is.
//!
//! Source: the tokenizer of the HTML standard (html.spec.whatwg.org, 13.2.5).

use std::borrow::Cow;

/// The page without what no reader sees.
pub(super) fn lean(html: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|found| at + found) {
        let Some(part) = next(html, start) else {
            break;
        };
        if !part.skipped.is_empty() {
            out.push_str(&html[copied..part.skipped.start]);
            copied = part.skipped.end;
        }
        at = part.end;
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// A piece of the source that starts with `<`.
struct Part {
    end: usize,
    /// What of it no reader sees.
    skipped: std::ops::Range<usize>,
}

/// The piece at `start`; None where it cannot be told where it ends.
fn next(html: &str, start: usize) -> Option<Part> {
    let rest = &html[start..];
    let kept = |end: usize| Part {
        end,
        skipped: end..end,
    };
    if let Some(comment) = rest.strip_prefix("<!--") {
        // `<!-->` and `<!--->` are whole.
        let whole = comment.starts_with('>') || comment.starts_with("->");
        let end = if whole {
            start + rest.find('>')? + 1
        } else {
            start + 4 + comment.find("-->")? + 3
        };
        let odd = html[start..end].contains("--!>");
        return (!odd).then_some(Part {
            end,
            skipped: start..end,
        });
    }
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return Some(kept(start + rest.find('>')? + 1));
    }
    let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    if !is_tag {
        return Some(kept(start + 1));
    }
    let end = start + tag_end(rest)?;
    let name = name(&rest[1..]);
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("plaintext") || is("math") {
        return None;
    }
    let raw = [
        "title", "textarea", "noscript", "xmp", "iframe", "noembed", "noframes",
    ];
    if raw.iter().any(|known| is(known)) {
        return Some(kept(end + closing(&html[end..], name)?));
    }
    if !(is("script") || is("style") || is("svg")) || html[..end].ends_with("/>") && is("svg") {
        return Some(kept(end));
    }
    let close = end + closing(&html[end..], name)?;
    let content = &html[end..close];
    if is("svg") && !is_drawing(content) {
        return None;
    }
    if is("script") {
        // A script may hold the source of another in a comment, and ends elsewhere then.
        if content.contains("<!--") {
            return None;
        }
        if html[start..end].contains("json") {
            return Some(kept(close));
        }
    }
    Some(Part {
        end: close,
        skipped: end..close,
    })
}

/// Whether the content of an `svg` has nothing in it that ends the drawing before its end tag.
fn is_drawing(content: &str) -> bool {
    // Within a title HTML is read, so nothing but its end may follow.
    let mut titled = false;
    content.split('<').skip(1).all(|tag| {
        let closes = tag.starts_with('/');
        let name = name(tag.strip_prefix('/').unwrap_or(tag));
        let is_title = name.eq_ignore_ascii_case("title");
        let ok = !titled || (is_title && closes);
        titled = is_title && !closes;
        ok && (is_title || DRAWING.iter().any(|known| name.eq_ignore_ascii_case(known)))
    })
}

#[rustfmt::skip]
const DRAWING: [&str; 23] = [
    "path", "g", "circle", "rect", "line", "polygon", "polyline", "ellipse", "defs", "use", "clippath", "mask",
    "lineargradient", "radialgradient", "stop", "symbol", "text", "tspan", "filter", "animate",
    "image", "pattern", "metadata",
];

/// The name at the start of a tag without its `<`.
fn name(tag: &str) -> &str {
    let end = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'));
    &tag[..end.unwrap_or(tag.len())]
}

/// One past the `>` that ends the tag at the start of `rest`: one in a quoted value does not.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = b' ';
    for (at, &byte) in rest.as_bytes().iter().enumerate().skip(1) {
        match quote {
            Some(open) => {
                if byte == open {
                    quote = None;
                    before = byte;
                }
                continue;
            }
            // Quotes elsewhere are part of a name or of a value without quotes.
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            None if byte == b'>' => return Some(at + 1),
            None => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}

/// Where the end tag of that name begins.
fn closing(rest: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    // One byte is searched for at the speed of memory, two are not.
    while let Some(found) = rest[at..].find('<').map(|found| at + found) {
        at = found + 1;
        let Some(tag) = rest.as_bytes()[at..].strip_prefix(b"/") else {
            continue;
        };
        let named = tag
            .get(..name.len())
            .is_some_and(|known| known.eq_ignore_ascii_case(name.as_bytes()));
        let whole = tag
            .get(name.len())
            .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
        if named && whole {
            return Some(found);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;

    #[test]
    fn what_no_reader_sees_is_taken_out_and_the_rest_stays_as_it_was() {
        for (html, expected) in [
            ("<p>a</p>", "<p>a</p>"),
            ("<p>a<!-- b > c --><i>d</i>", "<p>a<i>d</i>"),
            ("<!--><p>a", "<p>a"),
            (
                "<SCRIPT src=x>if (a < b) '</p>'</Script><p>a",
                "<SCRIPT src=x></Script><p>a",
            ),
            ("<style>p > a {}</style >b", "<style></style >b"),
            (
                "<svg viewBox='0'><path d='M0'/></svg>b",
                "<svg viewBox='0'></svg>b",
            ),
            (
                "<a title='<script>'>b</a><p>c",
                "<a title='<script>'>b</a><p>c",
            ),
            (
                "<title><script></title><p>c</p></script>",
                "<title><script></title><p>c</p></script>",
            ),
            ("a < b <p>c", "a < b <p>c"),
            // It cannot be told where these end.
            ("<!-- a <p>b", "<!-- a <p>b"),
            ("<script>a", "<script>a"),
            (
                "<script><!-- <script></script> --></script>b",
                "<script><!-- <script></script> --></script>b",
            ),
        ] {
            assert_eq!(lean(html), expected, "{html}");
        }
        let json = "<script type=\"application/ld+json\">{\"a\": 1}</script>";
        assert_eq!(lean(json), json);
    }

    /// The page's elements and visible texts, as a parser sees them.
    fn seen(html: &str) -> Vec<String> {
        let page = Html::parse_document(html);
        let mut seen = Vec::new();
        for node in page.root_element().descendants() {
            let hidden = node.ancestors().any(|up| {
                up.value()
                    .as_element()
                    .is_some_and(|it| matches!(it.name(), "script" | "style" | "svg"))
            });
            if let Some(text) = node.value().as_text().filter(|_| !hidden) {
                seen.push(text.to_string());
            } else if let Some(element) = node.value().as_element().filter(|_| !hidden) {
                seen.push(format!("<{}>", element.name()));
            }
        }
        // A comment divides a text in two; where white space lands in a table hangs on that.
        let mut seen = seen.concat();
        seen.retain(|c| !c.is_whitespace());
        seen.split('<').map(str::to_owned).collect()
    }

    proptest::proptest! {
        #[test]
        fn a_parser_sees_the_same_text(
            html in "(<p>|</p>|<b>|</b>|<script>|<script src=x>|</script>|<style>|</style>|<svg>|</svg>|<path d=x>|</path>|<g/>|<math>|<table>|<td>|<select>|<!--|-->|<!-->|<!DOCTYPE html>|<a title='|'|\"|=|>|/>|<title>|</title>|<textarea>|</textarea>|<noscript>|</noscript>|<br/>|a|if \\(b<c\\)|نص| ){0,24}"
        ) {
            proptest::prop_assert_eq!(seen(&lean(&html)), seen(&html), "{}", lean(&html));
        }
    }
}
