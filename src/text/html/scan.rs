//! Cuts HTML into tags and text in one pass, without a tree.
//!
//! Where the standard drops text (a tag or a quote that never closes), this keeps it: feeds cut
//! their summaries anywhere. Each search that may run to the end of the input is made once only
//! (its failure is remembered), so the whole is linear in its input.

use std::ops::Range;

use memchr::memchr;

/// The lower-cased name of a tag; longer names are cut, which no HTML element is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    bytes: [u8; 15],
    len: u8,
}

impl Name {
    fn new(raw: &[u8]) -> Self {
        let mut bytes = [0; 15];
        let mut len = 0;
        for (to, from) in bytes.iter_mut().zip(raw) {
            *to = from.to_ascii_lowercase();
            len += 1;
        }
        Self { bytes, len }
    }

    /// The name as bytes, to match on.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// A piece of HTML.
pub(super) enum Token<'a> {
    /// Character data, entities not decoded.
    Text(&'a str),
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag.
    Close(Name),
    /// `<![CDATA[`, whose content follows as ordinary tokens.
    Cdata,
}

/// A start tag.
pub(super) struct Tag<'a> {
    pub(super) name: Name,
    /// From `<` to `>`, both included.
    pub(super) raw: &'a str,
    pub(super) attributes: usize,
    pub(super) self_closing: bool,
}

impl<'a> Tag<'a> {
    /// The attributes of a tag that was read with its quotes (see [`Scanner::reads_quotes`]).
    pub(super) fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let raw = self.raw;
        let (_, name_end) = name(raw, 1);
        let mut no_quote = [false; 2];
        let mut at = name_end;
        std::iter::from_fn(move || {
            let is_between = |&byte: &u8| byte == b'/' || byte.is_ascii_whitespace();
            while raw.as_bytes().get(at).is_some_and(is_between) {
                at += 1;
            }
            if raw.as_bytes().get(at) == Some(&b'>') {
                return None;
            }
            let parts = AttributeParts::at(raw, at, &mut no_quote)?;
            at = parts.end;
            Some(Attribute {
                name: &raw[parts.name],
                value: parts.value,
            })
        })
    }
}

/// An attribute of a start tag.
pub(super) struct Attribute<'a> {
    /// As written.
    pub(super) name: &'a str,
    /// Where in the tag's text its value stands, without quotes.
    pub(super) value: Option<Range<usize>>,
}

/// Where the parts of an attribute stand in a text.
struct AttributeParts {
    name: Range<usize>,
    value: Option<Range<usize>>,
    /// Behind the closing quote, if there is one.
    end: usize,
}

impl AttributeParts {
    /// The attribute whose name starts at `start`. None if the text ends in it. `no_quote` is
    /// [`Scanner::no_quote`].
    fn at(html: &str, start: usize, no_quote: &mut [bool; 2]) -> Option<Self> {
        let bytes = html.as_bytes();
        let skip_space = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            at
        };
        // The first character belongs to the name, even if it is `=`.
        let is_name_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'=');
        let name_end = start + 1 + bytes[start + 1..].iter().position(is_name_end)?;
        let parts = |value: Option<Range<usize>>, end| {
            let name = start..name_end;
            Some(Self { name, value, end })
        };
        let equals = skip_space(name_end);
        if bytes.get(equals) != Some(&b'=') {
            return parts(None, name_end);
        }
        let value = skip_space(equals + 1);
        let first = *bytes.get(value)?;
        if matches!(first, b'"' | b'\'') {
            let slot = usize::from(first == b'\'');
            if !no_quote[slot] {
                if let Some(len) = memchr(first, &html.as_bytes()[value + 1..]) {
                    let end = value + 1 + len;
                    return parts(Some(value + 1..end), end + 1);
                }
                no_quote[slot] = true;
            }
        }
        let is_value_end = |b: &u8| b.is_ascii_whitespace() || *b == b'>';
        let end = value + bytes[value..].iter().position(is_value_end)?;
        parts(Some(value..end), end)
    }
}

/// The name that stands at `start`, and its end.
fn name(html: &str, start: usize) -> (Name, usize) {
    let bytes = &html.as_bytes()[start..];
    let len = bytes
        .iter()
        .position(|&b| b.is_ascii_whitespace() || b == b'>' || b == b'/')
        .unwrap_or(bytes.len());
    (Name::new(&bytes[..len]), start + len)
}

/// Elements whose content is not HTML, or not to be read.
const CLOSERS: [&[u8]; 12] = [
    b"script",
    b"style",
    b"noscript",
    b"template",
    b"head",
    b"svg",
    b"textarea",
    b"title",
    b"iframe",
    b"noembed",
    b"noframes",
    b"xmp",
];

/// Tokens of an HTML text, one after the other.
pub(super) struct Scanner<'a> {
    html: &'a str,
    at: usize,
    /// No `>` follows any more: the rest is text.
    closed: bool,
    /// Quotes were seen not to close: a tag ends at the next `>`.
    simple: bool,
    /// Per quote (`"`, `'`): none follows any more.
    no_quote: [bool; 2],
    /// Per name of [`CLOSERS`]: no end tag follows any more.
    no_closer: [bool; CLOSERS.len()],
}

impl<'a> Scanner<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self {
            html,
            at: 0,
            closed: false,
            simple: false,
            no_quote: [false; 2],
            no_closer: [false; CLOSERS.len()],
        }
    }

    /// Jumps over the content of the element just opened, to its end tag. False, and nothing is
    /// skipped, if there is none.
    pub(super) fn skip_content(&mut self, name: Name) -> bool {
        let Some(slot) = CLOSERS.iter().position(|&closer| closer == name.as_bytes()) else {
            return false;
        };
        if self.no_closer[slot] {
            return false;
        }
        let bytes = self.html.as_bytes();
        let mut from = self.at;
        while let Some(found) = self.html[from..].find("</") {
            let start = from + found;
            let end = start + 2 + name.as_bytes().len();
            let same = bytes.get(start + 2..end).is_some_and(|raw| {
                raw.eq_ignore_ascii_case(name.as_bytes())
                    && bytes
                        .get(end)
                        .is_none_or(|next| !next.is_ascii_alphanumeric())
            });
            if same {
                self.at = start;
                return true;
            }
            from = start + 2;
        }
        self.no_closer[slot] = true;
        false
    }

    /// Where the token that comes next begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// False once quotes were seen not to close: tags then end at the next `>`, and what looks
    /// like their attributes may be none.
    pub(super) fn reads_quotes(&self) -> bool {
        !self.simple
    }

    /// Gives up the rest of the input.
    pub(super) fn skip_rest(&mut self) {
        self.at = self.html.len();
    }

    /// The tag that starts at `start`, or None if what stands there is text.
    fn markup(&mut self, start: usize) -> Option<(Option<Token<'a>>, usize)> {
        let bytes = self.html.as_bytes();
        match *bytes.get(start + 1)? {
            b'!' => self.declaration(start),
            b'?' => self.next_gt(start).map(|end| (None, end)),
            b'/' => match *bytes.get(start + 2)? {
                b'>' => Some((None, start + 3)),
                next if next.is_ascii_alphabetic() => {
                    let (name, name_end) = name(self.html, start + 2);
                    let (end, ..) = self.tag_end(name_end)?;
                    Some((Some(Token::Close(name)), end))
                }
                next if next.is_ascii_whitespace() => None,
                _ => self.next_gt(start).map(|end| (None, end)),
            },
            next if next.is_ascii_alphabetic() => {
                let (name, name_end) = name(self.html, start + 1);
                let (end, attributes, self_closing) = self.tag_end(name_end)?;
                let raw = &self.html[start..end];
                Some((
                    Some(Token::Open(Tag {
                        name,
                        raw,
                        attributes,
                        self_closing,
                    })),
                    end,
                ))
            }
            _ => None,
        }
    }

    /// Behind the next `>`.
    fn next_gt(&mut self, from: usize) -> Option<usize> {
        if self.closed {
            return None;
        }
        let found = memchr(b'>', &self.html.as_bytes()[from..]);
        self.closed = found.is_none();
        found.map(|found| from + found + 1)
    }

    /// A comment, a CDATA marker or a doctype.
    fn declaration(&mut self, start: usize) -> Option<(Option<Token<'a>>, usize)> {
        let rest = &self.html[start..];
        if rest.starts_with("<![CDATA[") {
            return Some((Some(Token::Cdata), start + 9));
        }
        let Some(comment) = rest.strip_prefix("<!--") else {
            return self.next_gt(start).map(|end| (None, end));
        };
        if comment.starts_with('>') {
            return Some((None, start + 5));
        }
        if comment.starts_with("->") {
            return Some((None, start + 6));
        }
        let mut from = 0;
        while let Some(found) = comment[from..].find("--") {
            let after = from + found + 2;
            if comment[after..].starts_with('>') {
                return Some((None, start + 4 + after + 1));
            }
            if comment[after..].starts_with("!>") {
                return Some((None, start + 4 + after + 2));
            }
            from += found + 1;
        }
        // A comment that never closes hides all that follows, in browsers too.
        Some((None, self.html.len()))
    }

    /// Behind the `>` of a tag whose name ends at `from`, with the number of its attributes and
    /// whether it closes itself.
    fn tag_end(&mut self, from: usize) -> Option<(usize, usize, bool)> {
        if !self.simple {
            if let Some(found) = self.walk_attributes(from) {
                return Some(found);
            }
            self.simple = true;
        }
        let end = self.next_gt(from)?;
        let inner = &self.html[from..end - 1];
        Some((
            end,
            inner.split_ascii_whitespace().count(),
            inner.ends_with('/'),
        ))
    }

    /// The standard's states from "before attribute name" on.
    fn walk_attributes(&mut self, mut at: usize) -> Option<(usize, usize, bool)> {
        let bytes = self.html.as_bytes();
        let mut attributes = 0;
        let mut slash = false;
        loop {
            match *bytes.get(at)? {
                b'>' => return Some((at + 1, attributes, slash)),
                b'/' => slash = true,
                b if b.is_ascii_whitespace() => slash = false,
                _ => {
                    slash = false;
                    attributes += 1;
                    at = AttributeParts::at(self.html, at, &mut self.no_quote)?.end;
                    continue;
                }
            }
            at += 1;
        }
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while self.at < self.html.len() {
            let start = self.at;
            let mut from = start;
            if self.html.as_bytes()[start] == b'<' {
                match self.markup(start) {
                    Some((token, end)) => {
                        self.at = end;
                        if token.is_some() {
                            return token;
                        }
                        continue;
                    }
                    None => from += 1,
                }
            }
            let next = if self.closed {
                None
            } else {
                memchr(b'<', &self.html.as_bytes()[from..])
            };
            self.at = next.map_or(self.html.len(), |found| from + found);
            return Some(Token::Text(&self.html[start..self.at]));
        }
        None
    }
}
