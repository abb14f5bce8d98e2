//! The attributes of a tag, where they are well-formed.
//!
//! [`read`] is strict: a tag that it does not read has to be repaired. What repair and discovery need
//! of tags as people write them is [`scan::attributes`](super::scan::attributes).
//!
//! Source: XML 1.0 §3.1 (start tags).

use std::ops::Range;

use memchr::memchr;

/// An attribute: its name as written, and where in the document its value stands.
pub(crate) type Attribute<'a> = (&'a str, Range<usize>);

/// Reads the attributes in a range of the document, at most `limit` of them, into `found`. Returns where the
/// first one beyond the limit starts, if there is one; an error if they are not well-formed.
pub(crate) fn read<'a>(
    text: &'a str,
    range: Range<usize>,
    limit: usize,
    found: &mut Vec<Attribute<'a>>,
) -> Result<Option<usize>, IllFormed> {
    let bytes = &text.as_bytes()[..range.end];
    let spaces = |at: usize| {
        bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count()
    };
    let mut at = range.start;
    loop {
        let skipped = spaces(at);
        at += skipped;
        if at == range.end {
            return Ok(None);
        }
        if found.len() == limit {
            return Ok(Some(at));
        }
        let len = memchr(b'=', &bytes[at..]).ok_or(IllFormed)?;
        let name = text[at..at + len].trim_ascii_end();
        let value = at + len + 1;
        let value = value + spaces(value);
        let quote = *bytes.get(value).ok_or(IllFormed)?;
        if skipped == 0 || !is_name(name) || !matches!(quote, b'"' | b'\'') {
            return Err(IllFormed);
        }
        let len = memchr(quote, &bytes[value + 1..]).ok_or(IllFormed)?;
        let range = value + 1..value + 1 + len;
        at = range.end + 1;
        found.push((name, range));
    }
}

/// Attributes that are not well-formed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct IllFormed;

fn is_name(name: &str) -> bool {
    let ends_name = |byte: u8| byte.is_ascii_whitespace() || b"\"'<&/".contains(&byte);
    !name.is_empty() && !name.bytes().any(ends_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(attributes: &str) -> Result<Vec<(&str, &str)>, IllFormed> {
        let mut found = Vec::new();
        read(attributes, 0..attributes.len(), 3, &mut found)?;
        Ok(found
            .into_iter()
            .map(|(name, range)| (name, &attributes[range]))
            .collect())
    }

    #[test]
    fn only_what_is_well_formed_is_read() {
        assert_eq!(
            values(" a=\"1\"\n b = '2 > \"'  x:c='' "),
            Ok(vec![("a", "1"), ("b", "2 > \""), ("x:c", "")])
        );
        assert_eq!(values(""), Ok(vec![]));
        for broken in [
            " a",
            " a=1",
            " a=\"1\"b=\"2\"",
            " a=\"1",
            " ='1'",
            " a b='1'",
            " <a='1'",
            " a=",
        ] {
            assert_eq!(values(broken), Err(IllFormed), "{broken}");
        }
    }

    #[test]
    fn attributes_beyond_the_limit_are_not_read() {
        let text = " a='' b='' c='' d='' e=";
        let mut found = Vec::new();
        assert_eq!(read(text, 0..text.len(), 3, &mut found), Ok(Some(16)));
        assert_eq!(found.len(), 3);
    }
}
