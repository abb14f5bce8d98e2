//! Relative addresses inside of HTML, made absolute.
//!
//! HTML in a feed means its links relative to the feed, to an `xml:base`, or to the page that it
//! was taken from; once it is stored, nobody knows which. [`absolute_links`] writes the addresses
//! out, and touches nothing else: what is absolute already, has a scheme of its own (`data:`,
//! `mailto:`, `cid:`) or is no address at all stays as it is written. So does what stands in
//! comments and scripts, and in a text whose quotes do not match, from there on.
//!
//! Source: RFC 3986 §5 (by the `url` crate), HTML §4.8.4.2 for `srcset`.

use std::borrow::Cow;
use std::ops::Range;

use url::Url;

use crate::text::html::plain::escape;
use crate::text::html::scan::{Name, Scanner, Tag, Token};
use crate::text::url::absolute;

/// Attributes that hold one address, on whatever element they are, and the lazy loaders' name for
/// one of them.
const ANYWHERE: [&str; 5] = ["href", "src", "poster", "longdesc", "data-src"];
/// Attributes that hold one address on these elements only.
const SOMEWHERE: [(&str, &[&str]); 5] = [
    ("cite", &["blockquote", "q", "ins", "del"]),
    ("data", &["object"]),
    ("action", &["form"]),
    ("formaction", &["button", "input"]),
    ("background", &["body", "table", "tr", "td", "th"]),
];
/// Attributes that hold several addresses, for several sizes of a picture.
const SETS: [&str; 2] = ["srcset", "data-srcset"];

/// The result is at most so many times as long as its input, and [`MAX_GROWTH_BYTES`] more: a
/// long base and many short links would make it grow without measure.
const MAX_GROWTH: usize = 4;
const MAX_GROWTH_BYTES: usize = 64 << 10;

/// `html` with every relative address in it resolved against `base`. A link to a fragment stays: what
/// it points to (a footnote) stands in the same text, wherever that is shown.
///
/// Borrowed if there is none, as it is for its own result. Addresses lose user names and passwords,
/// as all do that leave. Where the result would be out of proportion to `html`, the links that are
/// left stay relative.
pub fn absolute_links<'a>(html: &'a str, base: &Url) -> Cow<'a, str> {
    let mut written = String::new();
    let mut copied = 0;
    let limit = html.len() * MAX_GROWTH + MAX_GROWTH_BYTES;
    let mut scanner = Scanner::new(html);
    'tags: while let Some(token) = scanner.next() {
        let Token::Open(tag) = token else { continue };
        if !scanner.reads_quotes() {
            break;
        }
        if tag.attributes == 0 {
            skip_raw_text(&mut scanner, tag.name);
            continue;
        }
        let start = scanner.at() - tag.raw.len();
        for (value, address) in replacements(&tag, base) {
            let address = escape(&address);
            let grown = written.len() + address.len() + (html.len() - copied);
            if grown > limit {
                break 'tags;
            }
            written.push_str(&html[copied..start + value.start]);
            written.push_str(&address);
            copied = start + value.end;
        }
        skip_raw_text(&mut scanner, tag.name);
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    written.push_str(&html[copied..]);
    Cow::Owned(written)
}

/// Jumps over the content of an element that holds text, whatever tags it seems to hold.
fn skip_raw_text(scanner: &mut Scanner<'_>, name: Name) {
    match name.as_bytes() {
        b"script" | b"style" if !scanner.skip_content(name) => scanner.skip_rest(),
        b"textarea" | b"title" | b"xmp" | b"iframe" | b"noembed" | b"noframes" => {
            scanner.skip_content(name);
        }
        _ => {}
    }
}

/// False for most attributes that hold no address, by their first letter and length.
fn may_hold_address(name: &str) -> bool {
    let first = name.bytes().next().map(|byte| byte.to_ascii_lowercase());
    matches!(
        (first, name.len()),
        (Some(b'h'), 4)
            | (Some(b's'), 3 | 6)
            | (Some(b'p'), 6)
            | (Some(b'l'), 8)
            | (Some(b'd'), 4 | 8 | 11)
            | (Some(b'c'), 4)
            | (Some(b'a'), 6)
            | (Some(b'f' | b'b'), 10)
    )
}

/// The values in a tag that are to be replaced, by their places in it, and what by.
fn replacements(tag: &Tag<'_>, base: &Url) -> impl Iterator<Item = (Range<usize>, String)> {
    let (raw, element) = (tag.raw, tag.name);
    tag.attributes().filter_map(move |attribute| {
        if !may_hold_address(attribute.name) {
            return None;
        }
        let is = |name: &&str| attribute.name.eq_ignore_ascii_case(name);
        let is_set = SETS.iter().any(is);
        let is_here = |&(name, elements): &(&str, &[&str])| {
            is(&name)
                && elements
                    .iter()
                    .any(|it| it.as_bytes() == element.as_bytes())
        };
        if !is_set && !ANYWHERE.iter().any(is) && !SOMEWHERE.iter().any(is_here) {
            return None;
        }
        let place = attribute.value?;
        let encoded = &raw[place.clone()];
        // A quote that does not close.
        if encoded.starts_with(['"', '\'']) {
            return None;
        }
        let value = htmlize::unescape_attribute(encoded);
        let replaced = if is_set {
            resolved_set(&value, base)
        } else {
            resolved(&value, base)
        };
        Some((place, replaced?))
    })
}

/// The absolute address that a relative one means. None if it is to stay as it is.
fn resolved(link: &str, base: &Url) -> Option<String> {
    let bare = link.trim();
    if bare.starts_with('#') || has_scheme(bare) {
        return None;
    }
    absolute(link, base).map(String::from)
}

fn has_scheme(link: &str) -> bool {
    let Some((scheme, _)) = link.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// A set of addresses, each with the size that it is for. None if all stay as they are.
fn resolved_set(set: &str, base: &Url) -> Option<String> {
    let mut written = String::with_capacity(set.len() * 2);
    let mut is_changed = false;
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace());
        let (link, after) = rest.split_at(end.unwrap_or(rest.len()));
        // A comma right behind the address ends it, and has no size follow.
        let bare = link.trim_end_matches(',');
        let size_len = if bare.len() < link.len() {
            0
        } else {
            size_len(after)
        };
        let address = resolved(bare, base);
        is_changed |= address.is_some();
        if !written.is_empty() {
            written.push_str(", ");
        }
        written.push_str(address.as_deref().unwrap_or(bare));
        let size = after[..size_len].trim();
        if !size.is_empty() {
            written.push(' ');
            written.push_str(size);
        }
        rest = &after[size_len..];
    }
    is_changed.then_some(written)
}

/// The length of what stands before the next comma outside of parentheses.
fn size_len(after: &str) -> usize {
    let mut depth = 0_usize;
    let comma = after.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b',' && depth == 0
    });
    comma.unwrap_or(after.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> Url {
        Url::parse("https://user:secret@news.example/ar/feed.xml?page=2").unwrap()
    }

    fn linked(html: &str) -> String {
        let once = absolute_links(html, &base()).into_owned();
        assert!(
            matches!(absolute_links(&once, &base()), Cow::Borrowed(_)),
            "{once}"
        );
        once
    }

    #[test]
    fn relative_addresses_become_absolute() {
        for (html, expected) in [
            (
                "<a href=\"/1\">x</a><img src='p.jpg' alt='/no'>",
                "<a href=\"https://news.example/1\">x</a>\
                 <img src='https://news.example/ar/p.jpg' alt='/no'>",
            ),
            (
                "<A HREF = ../2/?a=1#b>x</A>",
                "<A HREF = https://news.example/2/?a=1#b>x</A>",
            ),
            (
                "<a href=\"//cdn.example/خبر\">",
                "<a href=\"https://cdn.example/%D8%AE%D8%A8%D8%B1\">",
            ),
            ("<a href='#note'>", "<a href='#note'>"),
            (
                "<video poster=\" p.jpg\n\"><source src=v.mp4 /></video>",
                "<video poster=\"https://news.example/ar/p.jpg\">\
                 <source src=https://news.example/ar/v.mp4 /></video>",
            ),
            (
                "<q cite=/q>a</q><p cite=/q>b<object data=/o></object><form action=/f>",
                "<q cite=https://news.example/q>a</q><p cite=/q>b\
                 <object data=https://news.example/o></object><form action=https://news.example/f>",
            ),
            (
                "<noscript><img data-src=/a.jpg></noscript><![CDATA[<a href=/b>",
                "<noscript><img data-src=https://news.example/a.jpg></noscript>\
                 <![CDATA[<a href=https://news.example/b>",
            ),
        ] {
            assert_eq!(linked(html), expected);
        }
    }

    #[test]
    fn no_attribute_with_an_address_is_passed_over() {
        let somewhere = SOMEWHERE.iter().map(|(name, _)| name);
        for name in ANYWHERE.iter().chain(SETS.iter()).chain(somewhere) {
            assert!(
                may_hold_address(name) && may_hold_address(&name.to_uppercase()),
                "{name}"
            );
        }
        assert!(!may_hold_address("class"));
    }

    #[test]
    fn what_is_not_relative_stays_as_it_is() {
        let html = "text <b>and</b> <a href=\"https://a.example/x y?a=1&b=2\">1</a> \
            <a href='mailto:desk@news.example'> <a href=javascript:go()> <a href=\"&#106;avascript:x\"> \
            <a href=\"java\nscript:x\"> <img src=\"data:image/gif;base64,R0lGOD\"> <img src='cid:1@x'> \
            <a href> <a href=''> <a href=\" \"> <a href=\"http://\"> <a href='//'> \
            <!-- <a href=/1> --> <script>'<a href=/1>'</script> <style><a href=/1></style> \
            <textarea><a href=/1></textarea> <p title='<a href=/1>' data=/1 background=/1>";
        assert!(matches!(absolute_links(html, &base()), Cow::Borrowed(same) if same == html));
        let mail = Url::parse("mailto:desk@news.example").unwrap();
        assert!(matches!(
            absolute_links("<a href=/1>", &mail),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn character_references_are_read_and_written() {
        for (html, expected) in [
            (
                "<a href=\"/?a=1&amp;copy=2&copy=3&#38;d='\">&amp;</a>",
                "<a href=\"https://news.example/?a=1&amp;copy=2&amp;copy=3&amp;d=%27\">&amp;</a>",
            ),
            (
                "<a href='&#x2F;it&apos;s &quot;'>",
                "<a href='https://news.example/it&apos;s%20%22'>",
            ),
            (
                "<a href=/it's&quot;>",
                "<a href=https://news.example/it&apos;s%22>",
            ),
        ] {
            assert_eq!(linked(html), expected);
        }
    }

    #[test]
    fn each_address_of_a_set_is_resolved() {
        for (set, expected) in [
            (
                "a.jpg, /b.jpg 2x",
                "https://news.example/ar/a.jpg, https://news.example/b.jpg 2x",
            ),
            (
                " w_2,h_3/a.jpg  640w ,https://c.example/b.jpg 1280w,",
                "https://news.example/ar/w_2,h_3/a.jpg 640w, https://c.example/b.jpg 1280w",
            ),
            (
                "a.jpg calc(1, 2), data:image/gif;base64,R0 2x",
                "https://news.example/ar/a.jpg calc(1, 2), data:image/gif;base64,R0 2x",
            ),
        ] {
            assert_eq!(
                linked(&format!("<img srcset=\"{set}\" sizes='/no'>")),
                format!("<img srcset=\"{expected}\" sizes='/no'>")
            );
        }
        let absolute = "<img srcset='https://c.example/a.jpg  1x,https://c.example/b.jpg 2x'>";
        assert_eq!(linked(absolute), absolute);
    }

    #[test]
    fn broken_markup_keeps_its_shape() {
        for (html, expected) in [
            (
                "<p><a href=\"/1\">x</a><a href=\"/2",
                "<p><a href=\"https://news.example/1\">x</a><a href=\"/2",
            ),
            (
                "<a href=\"/1>x</a><a href=/2>",
                "<a href=\"/1>x</a><a href=https://news.example/2>",
            ),
            ("a < b <3 <a href=/1", "a < b <3 <a href=/1"),
        ] {
            assert_eq!(linked(html), expected);
        }
    }

    #[test]
    fn a_long_base_does_not_multiply_the_input() {
        let base = base().join(&"x".repeat(5000)).unwrap();
        let html = "<a href=?>".repeat(10_000);
        let longest = html.len() * MAX_GROWTH + MAX_GROWTH_BYTES;
        let many_tags = absolute_links(&html, &base);
        assert!((html.len() + 1..=longest).contains(&many_tags.len()));
        assert!(many_tags.ends_with("<a href=?>"));
        let html = format!("<a {}>", " href=?".repeat(10_000));
        assert!(absolute_links(&html, &base).len() <= longest);
    }

    #[test]
    fn long_input_takes_time_in_proportion_to_it() {
        for piece in [
            "<a href=\"/x",
            "<img srcset='a,'",
            "<a =\"",
            "<!--",
            "<a href=/x>",
        ] {
            linked(&piece.repeat(40_000));
        }
    }

    proptest! {
        #[test]
        fn a_second_run_finds_nothing(html in "(<(a|img|q) |href=|srcset=|src *=|[\"'<>/ &;,#]|&quot;|&amp;|/x|[a-z:]|é){0,40}") {
            linked(&html);
        }

        #[test]
        fn no_text_makes_it_panic(html in "\\PC*") {
            linked(&html);
        }
    }
}
