//! Cuts a document into markup and text, in one pass, without judging what it means.
//!
//! [`Tokens`] finds constructs exactly where quick-xml (under feed-rs) does in well-formed XML, so
//! that what is counted, cut and noted here is what feed-rs will see. What is not well-formed is a
//! token, too: a sign that starts nothing is [`Kind::Stray`], a construct that the document ends in
//! is [`Kind::Cut`]. [`attributes`] reads the attributes of one tag, quoted or not.
//!
//! Nothing allocates, nothing fails; all is linear in its input.
//!
//! Source: XML 1.0 §2 (comments, CDATA sections, processing instructions, tags).

use std::ops::Range;

use memchr::{memchr, memmem};

use crate::parse::xml::guard;

/// What a piece of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Character data, references not resolved.
    Text,
    /// `<a>`
    Start,
    /// `<a/>`
    Empty,
    /// `</a>`
    End,
    /// `<![CDATA[a]]>`
    CData,
    /// `<!--a-->`
    Comment,
    /// `<?a?>`
    Instruction,
    /// `<!DOCTYPE a>`, with its internal subset, and whatever else starts with `<!`.
    Doctype,
    /// A `<` that starts nothing.
    Stray,
    /// A construct that never ends.
    Cut,
}

/// How many kinds there are.
const KINDS: usize = Kind::Cut as usize + 1;

/// What looks like a tag, and has a `<` inside.
struct Broken;

/// A piece of a document and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    /// The name of a tag or an instruction as written, with its prefix; empty for other pieces.
    pub(crate) name: &'a str,
    /// Its bytes, markup included.
    pub(crate) range: Range<usize>,
}

impl<'a> Token<'a> {
    /// The name without its prefix.
    pub(crate) fn local_name(&self) -> &'a str {
        local_name(self.name)
    }

    /// The prefix of the name; empty if there is none.
    pub(crate) fn prefix(&self) -> &'a str {
        memchr(b':', self.name.as_bytes()).map_or("", |colon| &self.name[..colon])
    }
}

/// A name without its prefix.
pub(crate) fn local_name(name: &str) -> &str {
    memchr(b':', name.as_bytes()).map_or(name, |colon| &name[colon + 1..])
}

/// The pieces of a text, in order, without gaps.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// Ends that were looked for in vain, by [`Kind`]: none follows, so none is looked for again.
    missing: [bool; KINDS],
    /// The next ends that were found, by [`Kind`]: whoever goes back before one need not look again.
    /// Of tags, only those that were looked for past a quote.
    found: [usize; KINDS],
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            missing: [false; KINDS],
            found: [0; KINDS],
        }
    }

    /// Goes on at another place, which lies behind the start of the last token.
    pub(crate) fn resume(&mut self, at: usize) {
        self.at = at;
    }

    /// The construct that starts with the `<` at `start`.
    fn markup(&mut self, start: usize) -> Token<'a> {
        let rest = &self.text[start..];
        let bytes = rest.as_bytes();
        let ends = |skip: usize, mark: &[u8], found: usize| {
            if found >= start + skip + mark.len() {
                return Some(found - start);
            }
            memmem::find(&bytes[skip..], mark).map(|ahead| skip + ahead + mark.len())
        };
        let kind = match bytes.get(1) {
            Some(b'!') if bytes.starts_with(b"<!--") => Kind::Comment,
            Some(b'!') if bytes.starts_with(b"<![CDATA[") => Kind::CData,
            Some(b'!') => Kind::Doctype,
            Some(b'?') => Kind::Instruction,
            Some(b'/') if is_name_start(bytes.get(2)) => Kind::End,
            first if is_name_start(first) => Kind::Start,
            _ => return self.token(Kind::Stray, start, start + 1),
        };
        let found = self.found[kind as usize];
        let len = if self.missing[kind as usize] {
            None
        } else {
            match kind {
                Kind::Comment => ends(4, b"-->", found),
                Kind::CData => ends(9, b"]]>", found),
                Kind::Doctype => doctype_len(rest),
                Kind::Instruction => ends(2, b"?>", found),
                Kind::End => memchr(b'>', bytes).map(|end| end + 1),
                _ => match self.tag_end(start) {
                    Ok(end) => end.map(|end| end - start),
                    Err(Broken) => return self.token(Kind::Stray, start, start + 1),
                },
            }
        };
        match len {
            Some(len) if kind == Kind::Start && bytes[len - 2] == b'/' => {
                self.token(Kind::Empty, start, start + len)
            }
            Some(len) => {
                if kind != Kind::Start {
                    self.found[kind as usize] = start + len;
                }
                self.token(kind, start, start + len)
            }
            None => {
                self.missing[kind as usize] = true;
                self.token(Kind::Cut, start, self.text.len())
            }
        }
    }

    /// The end of the tag that starts at `start`: behind the first `>` outside of quotes. A quote that
    /// is not closed where an attribute can end is none. A `<` outside of quotes comes before any such
    /// end: going on behind it, whoever reads on from there would have that way before them again.
    fn tag_end(&mut self, start: usize) -> Result<Option<usize>, Broken> {
        let bytes = self.text.as_bytes();
        let ends_value = |byte: &u8| byte.is_ascii_whitespace() || b"/>?".contains(byte);
        let is_sign = |byte: &u8| matches!(byte, b'>' | b'"' | b'\'' | b'<');
        let mut at = start + 1;
        while let Some(ahead) = bytes[at..].iter().position(is_sign) {
            let sign = bytes[at + ahead];
            at += ahead + 1;
            match sign {
                b'>' => return Ok(Some(at)),
                b'<' => return Err(Broken),
                _ => {}
            }
            let closed = memchr(sign, &bytes[at..]).map(|ahead| at + ahead + 1);
            match closed.filter(|&closed| bytes.get(closed).is_some_and(ends_value)) {
                Some(closed) => at = closed,
                None => return Ok(self.tag_end_past_quote(at)),
            }
        }
        Ok(None)
    }

    fn tag_end_past_quote(&mut self, at: usize) -> Option<usize> {
        let found = &mut self.found[Kind::Start as usize];
        if *found <= at {
            *found = at + memchr(b'>', &self.text.as_bytes()[at..])? + 1;
        }
        Some(*found)
    }

    fn token(&self, kind: Kind, start: usize, end: usize) -> Token<'a> {
        let skip = match kind {
            Kind::Start | Kind::Empty | Kind::Cut => 1,
            Kind::End | Kind::Instruction => 2,
            _ => {
                return Token {
                    kind,
                    name: "",
                    range: start..end,
                };
            }
        };
        let inside = &self.text[start + skip..end];
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"/>?<".contains(byte);
        let len = inside.as_bytes().iter().position(is_end);
        Token {
            kind,
            name: &inside[..len.unwrap_or(inside.len())],
            range: start..end,
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let token = if *bytes.get(start)? == b'<' {
            self.markup(start)
        } else {
            let len = memchr(b'<', &bytes[start..]).unwrap_or(bytes.len() - start);
            self.token(Kind::Text, start, start + len)
        };
        self.at = token.range.end;
        Some(token)
    }
}

/// True for a name as feeds have them: letters of ASCII, figures, and one prefix at most.
pub(crate) fn is_name(name: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    name.len() <= guard::MAX_NAME_BYTES && name.bytes().all(is_of_name) && !name.ends_with(':')
}

/// True for the first byte of a name. XML allows all letters; feeds have none in Arabic, but Arabic
/// texts in angle brackets.
fn is_name_start(byte: Option<&u8>) -> bool {
    byte.is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// The tag that `text` starts with, if it is one.
pub(crate) fn first_tag(text: &str) -> Option<Token<'_>> {
    let is_tag = |token: &Token<'_>| matches!(token.kind, Kind::Start | Kind::Empty | Kind::End);
    Tokens::new(text).next().filter(is_tag)
}

/// The length of the document type declaration that `text` starts with. Its internal subset is
/// taken to end at the first `]>`, white space between them allowed.
fn doctype_len(text: &str) -> Option<usize> {
    let end = text.find('>')?;
    let Some(subset) = text[..end].find('[') else {
        return Some(end + 1);
    };
    let mut at = subset;
    loop {
        at += text[at..].find(']')? + 1;
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        if trimmed.starts_with('>') {
            return Some(at + rest.len() - trimmed.len() + 1);
        }
    }
}

/// The attributes of a start tag: names as written, and where in `tag` the values stand. A value
/// without quotes ends at white space.
pub(crate) fn attributes(tag: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let is_space = |c: char| c.is_ascii_whitespace();
    let inside = tag.len() - usize::from(tag.ends_with('>'));
    let mut at = tag.find(is_space).unwrap_or(inside);
    std::iter::from_fn(move || {
        loop {
            let rest = tag.get(at..inside)?;
            let name_at = at + rest.find(|c: char| !is_space(c) && c != '/')?;
            let rest = &tag[name_at..inside];
            let name_len = rest
                .find(|c: char| is_space(c) || c == '=')
                .unwrap_or(rest.len());
            let after = rest[name_len..].trim_start_matches(is_space);
            let Some(value) = after.strip_prefix('=') else {
                // An attribute without a value, or a stray sign.
                at = inside - after.len();
                if name_len == 0 {
                    return None;
                }
                continue;
            };
            let value = value.trim_start_matches(is_space);
            let value_at = inside - value.len();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let range = match quote {
                Some(quote) => {
                    let len = value[1..].find(quote).unwrap_or(value.len() - 1);
                    at = (value_at + len + 2).min(inside);
                    value_at + 1..value_at + 1 + len
                }
                None => {
                    let len = value.find(is_space).unwrap_or(value.len());
                    at = value_at + len;
                    value_at..at
                }
            };
            return Some((&tag[name_at..name_at + name_len], range));
        }
    })
}

/// The value of one attribute, by its name in any case.
pub(crate) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    attributes(tag)
        .find(|(it, _)| it.eq_ignore_ascii_case(name))
        .map(|(_, range)| &tag[range])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_construct_is_a_token() {
        let text = "<?xml a='>'?><!DOCTYPE a [<!ENTITY b 'c>'> ] ><a:b x='>' y>t &amp;<!-- <c> -->\
                    <d/><![CDATA[</a> <e>]]> < 3 </a:b\n></ x><f";
        let found: Vec<(Kind, &str)> = Tokens::new(text)
            .filter(|token| token.kind != Kind::Text)
            .map(|token| (token.kind, token.name))
            .collect();
        assert_eq!(
            found,
            [
                (Kind::Instruction, "xml"),
                (Kind::Doctype, ""),
                (Kind::Start, "a:b"),
                (Kind::Comment, ""),
                (Kind::Empty, "d"),
                (Kind::CData, ""),
                (Kind::Stray, ""),
                (Kind::End, "a:b"),
                (Kind::Stray, ""),
                (Kind::Cut, "f"),
            ]
        );
    }

    #[test]
    fn a_tag_ends_before_the_next_one_starts() {
        for (text, kinds) in [
            ("<a b <c>", [Kind::Stray, Kind::Text, Kind::Start]),
            ("<a b='<' d><c>e", [Kind::Start, Kind::Start, Kind::Text]),
            ("<a b='c><d>'e", [Kind::Start, Kind::Start, Kind::Text]),
            (
                "<a b=\"c\"d><e> \"f",
                [Kind::Start, Kind::Start, Kind::Text],
            ),
        ] {
            let found: Vec<Kind> = Tokens::new(text).map(|token| token.kind).take(3).collect();
            assert_eq!(found, kinds, "{text}");
        }
    }

    #[test]
    fn attributes_are_read_quoted_or_not() {
        let tag = "<link rel=alternate type = 'a/b' disabled title=\"x > y\" href=/feed?a=1&b=2 />";
        let found: Vec<(&str, &str)> = attributes(tag)
            .map(|(name, range)| (name, &tag[range]))
            .collect();
        assert_eq!(
            found,
            [
                ("rel", "alternate"),
                ("type", "a/b"),
                ("title", "x > y"),
                ("href", "/feed?a=1&b=2")
            ]
        );
        assert_eq!(attribute(tag, "TITLE"), Some("x > y"));
        assert_eq!(attribute("<a b='unclosed>", "b"), Some("unclosed"));
    }

    proptest! {
        #[test]
        fn tokens_leave_no_gap(text in "([<>!?/='\" ab:\\[\\]-]|<!--|<!\\[CDATA\\[|é|\\PC){0,40}") {
            let mut at = 0;
            for token in Tokens::new(&text) {
                prop_assert_eq!(token.range.start, at);
                prop_assert!(token.range.end > at);
                at = token.range.end;
                attributes(&text[token.range]).count();
            }
            prop_assert_eq!(at, text.len());
            attributes(&text).count();
        }
    }
}
