//! One pass over markup, from tag to tag: what stands between them is not looked at.
//!
//! [`Tags`] finds tags exactly where quick-xml (under feed-rs) does, so that what is counted and
//! cut here is what feed-rs will see; [`attributes`] reads the attributes of one tag, quoted or
//! not. Neither allocates, neither fails: broken markup ends the walk.
//!
//! Source: XML 1.0 §2 (comments, CDATA sections, processing instructions, tags).

use std::ops::Range;

/// [`first_tag`] reads no further, so that no document can have its end read again and again.
const MAX_TAG_BYTES: usize = 2 << 10;

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `<a>`
    Start,
    /// `<a/>`
    Empty,
    /// `</a>`
    End,
    /// `<?a?>`
    Instruction,
    /// `<!DOCTYPE a>`, with its internal subset.
    Doctype,
}

/// A tag and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) kind: Kind,
    /// As written, with its prefix.
    pub(super) name: &'a str,
    /// The bytes from `<` to behind `>`.
    pub(super) range: Range<usize>,
}

impl Tag<'_> {
    /// The name without its prefix.
    pub(super) fn local_name(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or(self.name)
    }
}

/// The tags of a text, in order. Comments and CDATA sections are passed over.
#[derive(Debug, Clone)]
pub(super) struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tags<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn tag(&self, kind: Kind, range: Range<usize>) -> Tag<'a> {
        let skip = match kind {
            Kind::Start | Kind::Empty => 1,
            Kind::End | Kind::Instruction | Kind::Doctype => 2,
        };
        let inside = &self.text[range.start + skip..range.end - 1];
        let end = inside.find(|c: char| c.is_ascii_whitespace() || "/>?".contains(c));
        Tag {
            kind,
            name: &inside[..end.unwrap_or(inside.len())],
            range,
        }
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let start = self.at + self.text[self.at..].find('<')?;
            let rest = &self.text[start..];
            let until = |skip: usize, mark: &str| {
                rest[skip..]
                    .find(mark)
                    .map(|ahead| start + skip + ahead + mark.len())
            };
            let (kind, end) = match rest.as_bytes().get(1)? {
                b'!' if rest.starts_with("<!--") => {
                    self.at = until(4, "-->")?;
                    continue;
                }
                b'!' if rest.starts_with("<![CDATA[") => {
                    self.at = until(9, "]]>")?;
                    continue;
                }
                b'!' => (Kind::Doctype, start + doctype_len(rest)?),
                b'?' => (Kind::Instruction, until(2, "?>")?),
                b'/' => (Kind::End, until(2, ">")?),
                _ => {
                    let end = start + tag_len(rest)?;
                    let is_empty = self.text.as_bytes()[end - 2] == b'/';
                    (if is_empty { Kind::Empty } else { Kind::Start }, end)
                }
            };
            self.at = end;
            return Some(self.tag(kind, start..end));
        }
    }
}

/// The tag that `text` starts with, if it ends within [`MAX_TAG_BYTES`].
pub(super) fn first_tag(text: &str) -> Option<Tag<'_>> {
    let window = &text[..text.floor_char_boundary(MAX_TAG_BYTES)];
    Tags::new(window).next().filter(|tag| tag.range.start == 0)
}

/// The length of what `text` starts with, if nothing in it may be touched, and whether it may stand
/// in the document at all: XML and document type declarations may not, once entries follow.
pub(super) fn opaque(text: &str) -> Option<(usize, bool)> {
    let until = |skip: usize, mark: &str| {
        text[skip..]
            .find(mark)
            .map_or(text.len(), |ahead| skip + ahead + mark.len())
    };
    let is_declaration = |rest: &str| rest.starts_with(|c: char| c.is_ascii_whitespace());
    if text.starts_with("<!--") {
        Some((until(4, "-->"), true))
    } else if text.starts_with("<![CDATA[") {
        Some((until(9, "]]>"), true))
    } else if text.starts_with("<?") {
        let is_kept = !text.strip_prefix("<?xml").is_some_and(is_declaration);
        Some((until(2, "?>"), is_kept))
    } else if text
        .get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
    {
        Some((doctype_len(text).unwrap_or(text.len()), false))
    } else {
        None
    }
}

/// The length of the tag that `text` starts with: to the first `>` outside of quotes.
fn tag_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        at += bytes[at..]
            .iter()
            .position(|byte| matches!(byte, b'>' | b'"' | b'\''))?;
        let quote = bytes[at];
        at += 1;
        if quote == b'>' {
            return Some(at);
        }
        match bytes[at..].iter().position(|&byte| byte == quote) {
            Some(ahead) => at += ahead + 1,
            None => return text.find('>').map(|end| end + 1),
        }
    }
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
pub(super) fn attributes(tag: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
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
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    attributes(tag)
        .find(|(it, _)| it.eq_ignore_ascii_case(name))
        .map(|(_, range)| &tag[range])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_found_and_what_only_looks_like_them_is_not() {
        let text = "x<?xml v='1'?><!DOCTYPE r [<!ENTITY a \"]\"> ] ><!-- <no> --><a:b c='>'>\
                    <![CDATA[<no/>]]><d e=f /></ d ></a:b>";
        let found: Vec<(Kind, &str)> = Tags::new(text).map(|tag| (tag.kind, tag.name)).collect();
        assert_eq!(
            found,
            [
                (Kind::Instruction, "xml"),
                (Kind::Doctype, "DOCTYPE"),
                (Kind::Start, "a:b"),
                (Kind::Empty, "d"),
                (Kind::End, ""),
                (Kind::End, "a:b"),
            ]
        );
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
        fn no_text_makes_it_panic(text in "([<>!?/='\" ab:\\[\\]-]|<!--|<!\\[CDATA\\[|é|\\PC){0,40}") {
            for tag in Tags::new(&text) {
                attributes(&text[tag.range]).count();
            }
            attributes(&text).count();
        }
    }
}
