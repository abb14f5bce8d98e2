//! What must not reach feed-rs as it is.
//!
//! feed-rs 3.0 trusts its input in places where a feed can hurt the whole process: nested categories
//! take the stack (which aborts), an e-mail address beside a letter that is not ASCII and a duration
//! in Arabic digits panic, attributes are compared with each other, the media of an entry multiply.
//! The limits are here, and so are the texts that are defused.

use std::ops::Range;

use url::{ParseError, Url};

use crate::parse::xml::dialect::Ns;
use crate::parse::xml::edits::Edits;
use crate::parse::xml::references;
use crate::parse::xml::scan::Token;
use crate::text::plain;
use crate::text::url::trimmed;

/// The most that elements may be nested before feed-rs. Feeds need about ten; it takes the stack of a
/// thread (2 MiB) at 2500. The element of the entry or the channel that holds more is left out, unless it is
/// text, whose elements feed-rs does not see.
pub(crate) const MAX_DEPTH: usize = 256;

/// A document that nests deeper is an attack, and is refused.
pub(crate) const REFUSED_DEPTH: usize = 4096;

/// Elements inside of more than so many are none whose text feed-rs takes apart: `name`, in the
/// `itunes:owner` of a channel, lies deepest.
pub(crate) const READ_DEPTH: usize = 3;

/// The longest name of an element: it is written again for each end that is missing.
pub(crate) const MAX_NAME_BYTES: usize = 256;

/// The most attributes of one tag: each is compared with those before it.
pub(crate) const MAX_ATTRIBUTES: usize = 64;

/// The most elements of one entry, and of the channel beside its entries (some list all the labels
/// of a site there).
const MAX_CHILDREN: usize = 500;
const MAX_CHANNEL_CHILDREN: usize = 5000;

/// The most elements of Media RSS, other than contents, of one entry: feed-rs copies them for each
/// group.
const MAX_MEDIA_PARTS: usize = 20;

/// The most links and media files of one entry: each takes as much room as what it is relative to.
const MAX_ADDRESSES: usize = 100;

/// How long what addresses are relative to may be, whatever the document, and what it may come to if
/// every few bytes of the document were an address.
const LEAST_BASE_BYTES: usize = 256;
const MOST_BASE_BYTES: usize = 2048;
const BASES_BYTES: usize = 256 << 20;

/// Longer runs of digits are no duration; feed-rs multiplies what they say.
const MAX_DURATION_DIGITS: usize = 9;

/// Stands for `@` in names of persons that feed-rs must not look for an e-mail address in.
pub(crate) const AT_SIGN: &str = "\u{ff20}";

/// How many elements an entry or a channel has had.
#[derive(Debug)]
pub(crate) struct Quota {
    children: usize,
    max_children: usize,
    media_parts: usize,
    addresses: usize,
}

impl Quota {
    /// That of an entry.
    pub(crate) fn of_entry() -> Self {
        Self {
            children: 0,
            max_children: MAX_CHILDREN,
            media_parts: 0,
            addresses: 0,
        }
    }

    /// That of a channel.
    pub(crate) fn of_channel() -> Self {
        Self {
            max_children: MAX_CHANNEL_CHILDREN,
            ..Self::of_entry()
        }
    }

    /// Counts one more; true if it is one too many.
    pub(crate) fn is_full(&mut self, ns: Ns, local: &str) -> bool {
        self.children += 1;
        let is_address =
            matches!(local, "link" | "enclosure") || ns == Ns::Media && local == "content";
        let is_media_part = ns == Ns::Media && !is_address;
        self.media_parts += usize::from(is_media_part);
        self.addresses += usize::from(is_address);
        self.children > self.max_children
            || is_media_part && self.media_parts > MAX_MEDIA_PARTS
            || is_address && self.addresses > MAX_ADDRESSES
    }
}

/// Defuses the text of an element, if it is one that feed-rs takes apart.
pub(crate) fn text(text: &str, local: &str, inner: Range<usize>, edits: &mut Edits) {
    let inside = &text[inner.clone()];
    match local {
        "author" | "creator" | "managingEditor" | "webMaster" | "name" | "owner"
            if !inside.is_ascii() || inside.contains('&') =>
        {
            for (at, sign) in inside.match_indices('@') {
                let at = inner.start + at;
                edits.put(at..at + sign.len(), AT_SIGN);
            }
        }
        "duration" if !is_safe_duration(inside) => edits.cut(inner),
        "link" if has_edges(inside) && !references::has_tags(inside) => {
            // Behind signs that nobody sees, feed-rs takes an absolute address for a relative one.
            let meant = references::meaning(inside);
            let link = plain::clean(&meant);
            if trimmed(&link) != link.trim_ascii() {
                edits.put(inner, references::escaped(trimmed(&link)));
            }
        }
        _ => {}
    }
}

/// Defuses attributes of Media RSS and iTunes: times that are none, and types for which feed-rs
/// refuses the feed.
pub(crate) fn attributes(
    text: &str,
    token: &Token<'_>,
    ns: Ns,
    attributes: &[(&str, Range<usize>)],
    edits: &mut Edits,
) {
    let has_times = matches!(token.local_name(), "thumbnail" | "text");
    let has_type = matches!(ns, Ns::Media | Ns::Itunes) && is_refused_empty(token.local_name());
    if !has_times && !has_type {
        return;
    }
    for (name, range) in attributes {
        let value = &text[range.clone()];
        let is_time = has_times && matches!(*name, "time" | "start" | "end");
        if is_time && !is_safe_duration(value) {
            edits.cut(range.clone());
        }
        let is_known = value == "html" || value == "plain" && ns == Ns::Media;
        if has_type && *name == "type" && !is_known {
            // What it says is read from the note of it.
            edits.put(range.clone(), "html");
        }
    }
}

/// True if something else than ASCII may stand at the start or the end of a text.
fn has_edges(text: &str) -> bool {
    let is_edge = |byte: &u8| !byte.is_ascii() || b"&;<>".contains(byte);
    let text = text.trim_ascii().as_bytes();
    text.first().is_some_and(is_edge) || text.last().is_some_and(is_edge)
}

/// True if feed-rs can read the text as a duration or refuse it, without a panic.
fn is_safe_duration(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    let longest = runs.map(str::len).max().unwrap_or_default();
    text.is_ascii() && !text.contains('&') && longest <= MAX_DURATION_DIGITS
}

/// True for an `xml:base` for which feed-rs refuses the feed, and for one that is too long.
pub(crate) fn is_refused_base(value: &str, document_bytes: usize) -> bool {
    if !is_short_base(value, document_bytes) {
        return true;
    }
    let error = Url::parse(value).err();
    error.is_some_and(|error| error != ParseError::RelativeUrlWithoutBase)
}

/// False for an address that is too long for a document of so many bytes to start from: feed-rs
/// copies it for each element, and each relative address holds it.
pub(crate) fn is_short_base(address: &str, document_bytes: usize) -> bool {
    let most = BASES_BYTES / document_bytes.max(1);
    address.len() <= most.clamp(LEAST_BASE_BYTES, MOST_BASE_BYTES)
}

/// True for elements of Media RSS and iTunes for whose emptiness feed-rs refuses the feed.
pub(crate) fn is_refused_empty(local: &str) -> bool {
    matches!(local, "title" | "description" | "summary")
}
