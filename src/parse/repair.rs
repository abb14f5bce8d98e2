//! Mending what XML parsers refuse and people read all the same.
//!
//! One pass over a document that was refused: junk before the root, a bare `&`, HTML's names for
//! characters, references to characters that XML has not got, control characters, a missing or odd
//! `version` of `<rss>`.

use std::borrow::Cow;

use crate::text::plain;

/// The document mended; none if there was nothing to mend.
pub(crate) fn repair(document: &str) -> Option<String> {
    let rooted = from_root(document);
    let clean = plain::clean(rooted);
    let referenced = references(&clean);
    let versioned = version(&referenced);
    let changed = versioned != document;
    changed.then(|| versioned.into_owned())
}

/// The document from its root on.
fn from_root(document: &str) -> &str {
    let roots = ["<rss", "<feed", "<rdf:RDF", "<RDF", "<?xml"];
    let start = roots.iter().filter_map(|root| document.find(root)).min();
    let rooted = start.map_or(document, |start| &document[start..]);
    crate::parse::guard::without_declaration(rooted)
}

/// Escapes each `&` that begins no reference, and turns references into ones that XML knows.
fn references(document: &str) -> Cow<'_, str> {
    if !document.contains('&') {
        return Cow::Borrowed(document);
    }
    let mut mended = String::with_capacity(document.len() + 64);
    let mut rest = document;
    while let Some(at) = rest.find(['&', '<']) {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<![CDATA[") {
            let end = rest.find("]]>").map_or(rest.len(), |end| end + 3);
            mended.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if rest.starts_with('<') {
            mended.push('<');
            rest = &rest[1..];
        } else {
            rest = reference(rest, &mut mended);
        }
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// Writes what the reference at the start of `rest` means to XML, and returns what follows it.
fn reference<'a>(rest: &'a str, mended: &mut String) -> &'a str {
    let name = rest[1..]
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '#')
        .next()
        .unwrap_or("");
    let end = 1 + name.len();
    if name.is_empty() || !rest[end..].starts_with(';') {
        mended.push_str("&amp;");
        return &rest[1..];
    }
    let whole = &rest[..=end];
    if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
        mended.push_str(whole);
    } else {
        let meant = plain::entities(whole);
        if meant == whole {
            mended.push_str("&amp;");
            mended.push_str(&whole[1..]);
        } else {
            // A reference to `<` or `&` by number stays one.
            for c in plain::clean(&meant).chars() {
                match c {
                    '<' => mended.push_str("&lt;"),
                    '&' => mended.push_str("&amp;"),
                    other => mended.push(other),
                }
            }
        }
    }
    &rest[end + 1..]
}

/// Gives `<rss>` a version that the parser knows.
fn version(document: &str) -> Cow<'_, str> {
    let Some(start) = document.find("<rss").filter(|start| *start < 4096) else {
        return Cow::Borrowed(document);
    };
    let Some(end) = document[start..].find('>').map(|end| start + end) else {
        return Cow::Borrowed(document);
    };
    let tag = &document[start..end];
    let known = ["\"2.0\"", "'2.0'", "\"0.91\"", "\"0.92\""];
    let mended = match tag.find("version=") {
        Some(_)
            if known
                .iter()
                .any(|version| tag.contains(&format!("version={version}"))) =>
        {
            return Cow::Borrowed(document);
        }
        Some(at) => {
            let value = &tag[at + "version=".len()..];
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let length = match quote {
                Some(quote) => value[1..].find(quote).map_or(value.len(), |end| end + 2),
                None => value.find(char::is_whitespace).unwrap_or(value.len()),
            };
            format!("{}version=\"2.0\"{}", &tag[..at], &value[length..])
        }
        None => format!("<rss version=\"2.0\"{}", &tag["<rss".len()..]),
    };
    Cow::Owned(format!(
        "{}{mended}{}",
        &document[..start],
        &document[end..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_is_mended_and_what_is_right_is_left_alone() {
        for (broken, mended) in [
            (
                "PHP Warning: x\n<rss version=\"2.0\">a</rss>",
                "<rss version=\"2.0\">a</rss>",
            ),
            (
                "<rss version=\"2.0\">a & b &copy; &nope; &amp; &#38;</rss>",
                "<rss version=\"2.0\">a &amp; b © &amp;nope; &amp; &amp;</rss>",
            ),
            (
                "<rss version=\"2.0\">a\u{8}b</rss>",
                "<rss version=\"2.0\">ab</rss>",
            ),
            ("<rss><c/></rss>", "<rss version=\"2.0\"><c/></rss>"),
            (
                "<rss version='2' x='y'><c/></rss>",
                "<rss version=\"2.0\" x='y'><c/></rss>",
            ),
            (
                "<rss version=\"2.0\"><![CDATA[a & b]]>&</rss>",
                "<rss version=\"2.0\"><![CDATA[a & b]]>&amp;</rss>",
            ),
        ] {
            assert_eq!(repair(broken).as_deref(), Some(mended), "{broken}");
        }
        assert_eq!(repair("<rss version=\"2.0\"><c>&amp;</c></rss>"), None);
    }
}
