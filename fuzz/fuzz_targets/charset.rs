//! Any bytes through [`rawi::text::charset`], and what comes out through the readers of HTML.
//!
//! The first byte chooses the kind of document and its Content-Type, the rest is the document. What
//! is UTF-8 stays as it is; links become absolute once and in proportion; a line is a line.

#![no_main]

use std::borrow::Cow;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rawi::text::charset::{Kind, decode};
use rawi::text::html;
use url::Url;

const CONTENT_TYPES: [Option<&str>; 8] = [
    None,
    Some("text/html"),
    Some("text/html; charset=utf-8"),
    Some("text/html; charset=windows-1256"),
    Some("text/html; charset=ISO-8859-6"),
    Some("text/html; charset=\"ISO-8859-1\""),
    Some("charset=utf-16le"),
    Some("text/html;charset=iso-2022-jp"),
];

static BASE: LazyLock<Url> =
    LazyLock::new(|| Url::parse("https://outlet.example/a/b?c").expect("invariant: an address"));

fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else {
        return;
    };
    let kind = if choice & 8 == 0 {
        Kind::Xml
    } else {
        Kind::Html
    };
    let text = decode(bytes, CONTENT_TYPES[usize::from(choice & 7)], kind);
    let is_plain_utf8 = !bytes.contains(&0) && !bytes.is_ascii() && !bytes.starts_with(b"\xef");
    if let Some(same) = std::str::from_utf8(bytes).ok().filter(|_| is_plain_utf8) {
        assert_eq!(text, same);
        assert!(matches!(text, Cow::Borrowed(_)));
    }
    let linked = html::absolute_links(&text, &BASE);
    assert!(linked.len() <= text.len() * 4 + (64 << 10));
    let again = html::absolute_links(&linked, &BASE);
    assert!(matches!(again, Cow::Borrowed(_)), "{linked:?} {again:?}");
    html::to_text(&linked);
    assert!(!html::to_line(&linked).contains('\n'));
});
