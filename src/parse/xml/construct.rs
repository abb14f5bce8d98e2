//! Atom text constructs, whose attribute says of which kind they are, and often lies.
//!
//! feed-rs refuses a whole feed for one type that it does not know, or for an empty text. Atom 0.3
//! has media types and a `mode`; feeds mix both. [`mend`] writes the type that the text is of:
//! `xhtml` where there are elements in it, `html` where markup is escaped, else `text`.
//!
//! Sources: RFC 4287 §3.1 and §4.1.3; Atom 0.3 §3.1.

use std::ops::Range;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::parse::xml::edits::Edits;
use crate::parse::xml::{references, scan};

/// Base64 as people write it: with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Makes a construct one that feed-rs reads. `start` and `end` are its tags, `inner` what stands
/// between them.
pub(crate) fn mend(
    text: &str,
    start: &Range<usize>,
    inner: &Range<usize>,
    end: &Range<usize>,
    has_children: bool,
    edits: &mut Edits,
) {
    let inside = &text[inner.clone()];
    let tag = &text[start.clone()];
    let is_content =
        scan::first_tag(tag).is_some_and(|tag| tag.local_name().eq_ignore_ascii_case("content"));
    let has_source = is_content && scan::attribute(tag, "src").is_some();
    let is_empty = references::is_nothing(inside);
    if is_empty && !has_source {
        edits.cut(start.start..end.end);
        return;
    }
    if has_source && is_empty {
        let is_type = |stated: &str| stated.contains('/');
        let stated = scan::attributes(tag).find(|(name, _)| *name == "type");
        if let Some((_, range)) = stated.filter(|(_, range)| !is_type(&tag[range.clone()])) {
            edits.put(
                start.start + range.start..start.start + range.end,
                "text/html",
            );
        }
        return;
    }
    if has_source {
        // Either the text or the address, says feed-rs; we want the text.
        rename_attribute(text, start, "src", edits);
    }
    let attribute = scan::attributes(tag).find(|(name, _)| *name == "type");
    let stated = attribute
        .as_ref()
        .map_or("", |(_, range)| &tag[range.clone()]);
    let mode = scan::attribute(tag, "mode").unwrap_or_default();
    let kind = Kind::of(stated, mode, is_content, has_children, inside);
    if kind == Kind::Base64 {
        let decoded = decoded(inside).map(|text| references::escaped(&text));
        if decoded.as_ref().is_some_and(String::is_empty) {
            edits.cut(start.start..end.end);
            return;
        }
        if let Some(decoded) = decoded {
            edits.put(inner.clone(), decoded);
        }
        rename_attribute(text, start, "mode", edits);
    }
    let Some(wanted) = kind.type_name().filter(|wanted| *wanted != stated) else {
        return;
    };
    match attribute {
        Some((_, range)) => edits.put(start.start + range.start..start.start + range.end, wanted),
        None if wanted == "text" => {}
        None => {
            let name_end = start.start + 1 + scan::first_tag(tag).map_or(0, |tag| tag.name.len());
            edits.put(name_end..name_end, format!(" type=\"{wanted}\""));
        }
    }
}

/// Of which kind a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Html,
    Xhtml,
    Base64,
    /// Content of another medium, which feed-rs reads as it is.
    Medium,
}

impl Kind {
    fn of(stated: &str, mode: &str, is_content: bool, has_children: bool, inside: &str) -> Self {
        let stated = stated.trim().to_ascii_lowercase();
        let stated = stated.split(';').next().unwrap_or_default().trim();
        if has_children {
            return Self::Xhtml;
        }
        if mode == "base64" {
            return Self::Base64;
        }
        let is_xml = stated == "xhtml" || stated.ends_with("/xml") || stated.ends_with("+xml");
        match stated {
            "" | "text" | "text/plain" => Self::Text,
            "html" | "text/html" => Self::Html,
            // Elements were announced, and came escaped.
            _ if is_xml
                && (mode == "escaped"
                    || inside.contains("<![CDATA[")
                    || inside.contains("&lt;")) =>
            {
                Self::Html
            }
            _ if is_xml => Self::Xhtml,
            _ if stated.starts_with("text/") || !stated.contains('/') => Self::Html,
            _ if is_content && is_medium(stated) => Self::Medium,
            _ => Self::Base64,
        }
    }

    fn type_name(self) -> Option<&'static str> {
        match self {
            Self::Text => Some("text"),
            Self::Html | Self::Base64 => Some("html"),
            Self::Xhtml => Some("xhtml"),
            Self::Medium => None,
        }
    }
}

/// True for media of which no text can be made.
fn is_medium(media_type: &str) -> bool {
    let kind = media_type.split('/').next().unwrap_or_default();
    matches!(kind, "image" | "audio" | "video" | "font" | "model")
}

fn decoded(text: &str) -> Option<String> {
    let packed: String = text.split_ascii_whitespace().collect();
    String::from_utf8(BASE64.decode(packed).ok()?).ok()
}

/// Gives an attribute a name that nobody looks for.
fn rename_attribute(text: &str, tag: &Range<usize>, name: &str, edits: &mut Edits) {
    let found = scan::attributes(&text[tag.clone()]).find(|(it, _)| *it == name);
    if let Some((_, value)) = found {
        let before = &text[tag.start..tag.start + value.start];
        if let Some(at) = before.rfind(name) {
            edits.put(tag.start + at..tag.start + at + name.len(), "was");
        }
    }
}
