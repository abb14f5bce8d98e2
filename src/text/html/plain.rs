//! HTML read as plain text, and plain text written as HTML.

use std::borrow::Cow;

use crate::text::html::scan::{Name, Scanner, Tag, Token};
use crate::text::plain;

/// The text of `html`: paragraphs separated by one blank line, a single `<br>` as a line break.
///
/// Text without any tag keeps its lines and paragraphs; entities are decoded all the same.
pub fn to_text(html: &str) -> String {
    let mut writer = Writer::new(html.len(), !has_markup(html));
    let mut scanner = Scanner::new(html);
    let mut cdata = false;
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(text) if cdata => {
                text.split("]]>").for_each(|part| writer.encoded(part));
            }
            Token::Text(text) => writer.encoded(text),
            Token::Cdata => cdata = true,
            Token::Open(tag) => {
                if is_unread(tag.name) && !tag.self_closing {
                    if !scanner.skip_content(tag.name)
                        && matches!(tag.name.as_bytes(), b"script" | b"style")
                    {
                        scanner.skip_rest();
                    }
                } else {
                    writer.tag(tag.name, true);
                }
            }
            Token::Close(name) => writer.tag(name, false),
        }
    }
    let mut out = writer.out;
    // The tail of a CDATA section whose head was taken by an earlier reader.
    if let Some(rest) = out.strip_suffix("]]>") {
        out.truncate(rest.trim_end().len());
    }
    out
}

/// One line of plain text from a field that may or may not hold HTML, such as a title.
///
/// What only looks like a tag (`a < b`, `Vec<String>`) is kept; characters that XML forbids are not.
pub fn to_line(html: &str) -> String {
    let mut writer = Writer::new(html.len(), false);
    if !html.contains(['<', '&']) {
        writer.text(html);
        return writer.out;
    }
    let mut scanner = Scanner::new(html);
    let mut cdata = false;
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(text) if cdata => {
                text.split("]]>").for_each(|part| writer.encoded(part));
            }
            Token::Text(text) => writer.encoded(text),
            Token::Cdata => cdata = true,
            Token::Open(tag) if is_unread(tag.name) => {
                scanner.skip_content(tag.name);
            }
            Token::Open(Tag { name, raw, .. }) if !is_html(name) => writer.encoded(raw),
            Token::Open(Tag { name, .. }) | Token::Close(name) => {
                if is_block(name) || matches!(name.as_bytes(), b"br" | b"td" | b"th") {
                    writer.gap = writer.gap.max(Gap::Space);
                }
            }
        }
    }
    writer.out
}

/// `text` with the five characters that mean something in HTML written as entities.
pub fn escape(text: &str) -> Cow<'_, str> {
    htmlize::escape_all_quotes(text)
}

/// Plain text as HTML: blank lines separate paragraphs, line breaks become `<br>`.
pub fn paragraphs_to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    let mut open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            if open {
                html.push_str("</p>\n");
            }
            open = false;
            continue;
        }
        html.push_str(if open { "<br>" } else { "<p>" });
        html.push_str(&escape(line));
        open = true;
    }
    if open {
        html.push_str("</p>");
    }
    html.truncate(html.trim_end().len());
    html
}

/// What lies between the last text written and the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

struct Writer {
    out: String,
    gap: Gap,
    /// Line breaks of the source mean line breaks.
    keep_lines: bool,
    /// The same, while inside of that many `<pre>`.
    pre: u32,
}

/// Bytes of text: 0 is copied, 1 is white space, 2 may start a longer white space character.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut control = 0;
    while control < 5 {
        class[b'\t' as usize + control] = 1;
        control += 1;
    }
    class[b' ' as usize] = 1;
    class[0xc2] = 2;
    class[0xe1] = 2;
    class[0xe2] = 2;
    class[0xe3] = 2;
    class
};

impl Writer {
    fn new(capacity: usize, keep_lines: bool) -> Self {
        Self {
            out: String::with_capacity(capacity),
            gap: Gap::None,
            keep_lines,
            pre: 0,
        }
    }

    fn encoded(&mut self, text: &str) {
        if text.contains('&') {
            self.text(&htmlize::unescape(text));
        } else {
            self.text(text);
        }
    }

    fn text(&mut self, text: &str) {
        let text = plain::clean(text);
        let bytes = text.as_bytes();
        let mut start = 0;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let len = match CLASS[usize::from(byte)] {
                0 => {
                    at += 1;
                    continue;
                }
                // One plain space between words is copied with them.
                1 if byte == b' '
                    && at > start
                    && bytes
                        .get(at + 1)
                        .is_some_and(|&next| CLASS[usize::from(next)] == 0) =>
                {
                    at += 2;
                    continue;
                }
                1 => 1,
                _ => match text[at..].chars().next() {
                    Some(c) if c.is_whitespace() => c.len_utf8(),
                    Some(c) => {
                        at += c.len_utf8();
                        continue;
                    }
                    None => break,
                },
            };
            self.copy(&text[start..at]);
            self.space(byte);
            at += len;
            start = at;
        }
        self.copy(&text[start..]);
    }

    fn copy(&mut self, run: &str) {
        if run.is_empty() {
            return;
        }
        if !self.out.is_empty() {
            match self.gap {
                Gap::None => {}
                Gap::Space => self.out.push(' '),
                Gap::Line => self.out.push('\n'),
                Gap::Paragraph => self.out.push_str("\n\n"),
            }
        }
        self.gap = Gap::None;
        self.out.push_str(run);
    }

    fn space(&mut self, byte: u8) {
        if byte == b'\n' && (self.keep_lines || self.pre > 0) {
            self.line();
        } else {
            self.gap = self.gap.max(Gap::Space);
        }
    }

    fn line(&mut self) {
        self.gap = if self.gap >= Gap::Line {
            Gap::Paragraph
        } else {
            Gap::Line
        };
    }

    fn tag(&mut self, name: Name, open: bool) {
        match name.as_bytes() {
            b"br" => self.line(),
            b"td" | b"th" => self.gap = self.gap.max(Gap::Space),
            _ if is_block(name) => self.gap = Gap::Paragraph,
            _ => return,
        }
        if name.as_bytes() == b"pre" {
            self.pre = if open {
                self.pre + 1
            } else {
                self.pre.saturating_sub(1)
            };
        }
    }
}

/// Whether anything in it is a tag, a comment or the like.
fn has_markup(html: &str) -> bool {
    html.contains('<') && Scanner::new(html).any(|token| !matches!(token, Token::Text(_)))
}

/// Elements whose content no reader sees as text.
fn is_unread(name: Name) -> bool {
    matches!(
        name.as_bytes(),
        b"script"
            | b"style"
            | b"noscript"
            | b"template"
            | b"head"
            | b"svg"
            | b"textarea"
            | b"iframe"
            | b"noembed"
            | b"noframes"
    )
}

#[rustfmt::skip]
fn is_block(name: Name) -> bool {
    matches!(
        name.as_bytes(),
        b"p" | b"div" | b"li" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"tr" | b"table"
            | b"blockquote" | b"section" | b"article" | b"ul" | b"ol" | b"dl" | b"dt" | b"dd"
            | b"pre" | b"hr" | b"figure" | b"figcaption" | b"main" | b"header" | b"footer"
            | b"aside" | b"nav" | b"address" | b"center" | b"caption" | b"details" | b"summary"
            | b"fieldset" | b"form" | b"body" | b"html" | b"title" | b"option" | b"tbody"
            | b"thead" | b"tfoot" | b"menu" | b"dir" | b"hgroup" | b"legend" | b"dialog"
    )
}

#[rustfmt::skip]
fn is_html(name: Name) -> bool {
    is_block(name)
        || matches!(
            name.as_bytes(),
            b"a" | b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"blink" | b"br"
                | b"button" | b"cite" | b"code" | b"data" | b"del" | b"dfn" | b"em" | b"embed"
                | b"font" | b"i" | b"img" | b"input" | b"ins" | b"kbd" | b"label" | b"link"
                | b"mark" | b"marquee" | b"meta" | b"nobr" | b"object" | b"param" | b"picture"
                | b"q" | b"rp" | b"rt" | b"ruby" | b"s" | b"samp" | b"select" | b"small"
                | b"source" | b"span" | b"strike" | b"strong" | b"sub" | b"sup" | b"td" | b"th"
                | b"time" | b"tt" | b"u" | b"var" | b"video" | b"audio" | b"wbr"
        )
        || name.as_bytes().contains(&b':')
        || name.as_bytes().contains(&b'-')
}
