//! Telling HTML that is nothing but paragraphs from HTML that says more.

use crate::text::html::scan::{Scanner, Token};

/// Whether `html` is plain text in bare `<p>` elements, so that its text says all of it.
pub fn only_paragraphs(html: &str) -> bool {
    for token in Scanner::new(html) {
        let bare = match token {
            Token::Text(_) => true,
            Token::Open(tag) => tag.name.as_bytes() == b"p" && tag.attributes == 0,
            Token::Close(name) => name.as_bytes() == b"p",
            Token::Cdata => false,
        };
        if !bare {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_a_break_or_an_attribute_says_more() {
        for (html, expected) in [
            ("نص بلا وسوم &amp; رموز", true),
            ("<p>واحد</p>\n<P>اثنان</P>", true),
            ("<p>واحد<br>اثنان</p>", false),
            ("<p dir=\"rtl\">واحد</p>", false),
            ("<p><a href=\"/x\">واحد</a></p>", false),
        ] {
            assert_eq!(only_paragraphs(html), expected, "{html}");
        }
    }
}
