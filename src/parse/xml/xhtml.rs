//! From XHTML inside a feed to HTML.
//!
//! feed-rs writes out what it read of an XHTML text: attributes without the quotes escaped, `<br></br>`, which
//! HTML reads as two line breaks. So such texts are taken from the document itself. [`to_html`] rewrites what
//! HTML would read otherwise: elements that close themselves, ends of elements that have none, prefixes,
//! CDATA sections.
//!
//! Sources: RFC 4287 §3.1.1.3; HTML §13.1.2 (void elements, self-closing tags).

use crate::parse::xml::scan::{Kind, Token, Tokens};
use crate::text::html;

/// Elements of HTML without an end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// HTML that says what well-formed XHTML says; the one `div` around all of it is left out.
pub(crate) fn to_html(xhtml: &str) -> String {
    let inside = without_div(xhtml);
    let mut html = String::with_capacity(inside.len());
    for token in Tokens::new(inside) {
        let written = &inside[token.range.clone()];
        match token.kind {
            Kind::Text | Kind::Stray => html.push_str(written),
            Kind::CData => {
                let text = written.strip_prefix("<![CDATA[").unwrap_or(written);
                html.push_str(&html::escape(text.strip_suffix("]]>").unwrap_or(text)));
            }
            Kind::Start | Kind::Empty => start(&token, written, &mut html),
            Kind::End if is_void(token.local_name()) => {}
            Kind::End => end(token.local_name(), &mut html),
            Kind::Comment | Kind::Instruction | Kind::Doctype | Kind::Cut => {}
        }
    }
    html
}

fn start(token: &Token<'_>, written: &str, html: &mut String) {
    let name = token.local_name();
    let attributes = &written[1 + token.name.len()..written.len() - 1];
    let attributes = attributes.strip_suffix('/').unwrap_or(attributes);
    html.push('<');
    html.push_str(name);
    html.push_str(attributes.trim_ascii_end());
    html.push('>');
    if token.kind == Kind::Empty && !is_void(name) {
        end(name, html);
    }
}

fn end(name: &str, html: &mut String) {
    html.push_str("</");
    html.push_str(name);
    html.push('>');
}

fn is_void(name: &str) -> bool {
    VOID.iter().any(|void| void.eq_ignore_ascii_case(name))
}

/// What stands inside of the element `div`, if that is all there is.
fn without_div(xhtml: &str) -> &str {
    let trimmed = xhtml.trim_ascii();
    let mut tokens = Tokens::new(trimmed);
    let Some(first) = tokens.next() else {
        return trimmed;
    };
    if first.kind != Kind::Start || first.local_name() != "div" {
        return trimmed;
    }
    let mut depth = 1_usize;
    for token in tokens {
        match token.kind {
            Kind::Start => depth += 1,
            Kind::End => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let is_all = token.range.end == trimmed.len();
            return if is_all {
                &trimmed[first.range.end..token.range.start]
            } else {
                trimmed
            };
        }
    }
    trimmed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_reads_the_same_as_xhtml() {
        for (xhtml, html) in [
            (
                " <div xmlns='http://www.w3.org/1999/xhtml'>أ<br/>ب<hr></hr><a name='x'/>ج</div> ",
                "أ<br>ب<hr><a name='x'></a>ج",
            ),
            (
                "<x:div><x:p class=\"a\">1 &lt; 2</x:p></x:div>",
                "<p class=\"a\">1 &lt; 2</p>",
            ),
            ("<div>a</div><div>b</div>", "<div>a</div><div>b</div>"),
            (
                "text <b title='a \"b\"'>x</b>",
                "text <b title='a \"b\"'>x</b>",
            ),
            (
                "<p><![CDATA[a < b & c]]><!-- d --></p>",
                "<p>a &lt; b &amp; c</p>",
            ),
            ("<div><img src='a' /></div>", "<img src='a'>"),
        ] {
            assert_eq!(to_html(xhtml), html);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(<div>|</div>|<br/>|<a |/>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|é|\\PC){0,20}") {
            to_html(&text);
        }
    }
}
