//! Bytes to text: which charset a feed or a page is really in.
//!
//! Documents lie about their charset in every way: a label left from another server, UTF-8 behind
//! a windows-1256 declaration, no label at all. [`decode`] asks these witnesses in turn, and each
//! is believed only as far as the bytes bear it out:
//!
//! 1. UTF-16 and UTF-32 by a byte order mark, or by the NULs of their markup;
//! 2. UTF-8 that holds multi-byte sequences: no text in another charset looks like that, so it
//!    beats all labels, and does so with some bad bytes in it, too (they become U+FFFD). How many
//!    depends on whether the labels speak for UTF-8, say nothing, or speak against it;
//! 3. the charset of the Content-Type header, unless it is one that servers add by default, or the
//!    document declares another one and the bytes look like that;
//! 4. the document's own declaration in its first 4 KiB, past whatever stands before it;
//! 5. the header's default charset;
//! 6. the bytes themselves: Arabic, Persian and Urdu in windows-1256 or ISO 8859-6 by their letters
//!    and words; the rest by chardetng, with the language that the document names as a hint.
//!
//! A label is refuted, and the next witness heard, if
//! - it names UTF-8, UTF-16 or UTF-32, which step 1 and 2 would have seen;
//! - one in twenty characters is none in its charset, and fewer are in the one the bytes look like;
//! - it names one of the two Arabic charsets, and the text makes sense in the other one only;
//! - it names windows-1252 (or ISO 8859-1, US-ASCII, which mean the same), and the bytes are Arabic
//!   beyond doubt, or come in words of another script, or look like the charset that other
//!   programs use for the language that the document names.
//!
//! Decoding always succeeds; what a charset does not define becomes U+FFFD. A text that is UTF-8
//! already is borrowed, after one pass of validation. Text that was decoded wrongly before it was
//! written (mojibake in good UTF-8) is left as it is.
//!
//! EBCDIC, UTF-7 and the charsets of DOS and old Macintoshes are not decoded.

// wide.rs is step 1, label.rs steps 3 to 5, evidence.rs weighs them and is step 6, with the help
// of arabic.rs.
mod arabic;
mod evidence;
mod label;
#[cfg(test)]
mod tests;
mod wide;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::text::charset::evidence::Evidence;

pub use label::Kind;

/// The text of a document, without a byte order mark. `content_type` is the header's value.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, kind: Kind) -> Cow<'a, str> {
    if let Some(text) = wide::decode(bytes) {
        return text;
    }
    let marked = bytes;
    let mut bytes = bytes;
    while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest;
    }
    match std::str::from_utf8(bytes) {
        // Only ISO-2022-JP hides text in ASCII, and it needs escapes for it.
        Ok(text) if !text.is_ascii() || !bytes.contains(&0x1b) => return Cow::Borrowed(text),
        Ok(_) | Err(_) => {}
    }
    let header = content_type.and_then(label::header);
    let declared = label::declared(bytes, kind);
    let labels = [
        header,
        declared,
        (marked.len() > bytes.len()).then_some(UTF_8),
    ];
    if is_mostly_utf8(bytes, &labels) {
        return String::from_utf8_lossy(bytes);
    }
    let encoding = judged(bytes, header, declared);
    encoding.decode_without_bom_handling(bytes).0
}

/// True if multi-byte sequences outnumber bad ones so far that chance is no explanation.
fn is_mostly_utf8(bytes: &[u8], labels: &[Option<&'static Encoding>]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|&byte| byte >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    let good_per_bad = if labels.contains(&Some(UTF_8)) {
        1
    } else if labels.iter().flatten().all(|&label| label == WINDOWS_1252) {
        4
    } else {
        20
    };
    good > 0 && bad.saturating_mul(good_per_bad) <= good
}

/// The charset of bytes that are not in a form of Unicode.
fn judged(
    bytes: &[u8],
    header: Option<&'static Encoding>,
    declared: Option<&'static Encoding>,
) -> &'static Encoding {
    let evidence = Evidence::of(bytes);
    let header = header.filter(|&label| !is_unicode(label));
    let declared = declared.filter(|&label| !is_unicode(label));
    let said = header.filter(|&label| label != WINDOWS_1252);
    let claims = match (said, declared) {
        (Some(said), Some(declared)) if said != declared && evidence.guess() == declared => {
            [Some(declared), Some(said), None]
        }
        _ => [said, declared, header],
    };
    claims
        .into_iter()
        .flatten()
        .find(|&claim| !evidence.refutes(claim))
        .unwrap_or_else(|| evidence.guess())
}

/// The forms of Unicode, which bytes have refuted by the time that labels are heard.
fn is_unicode(encoding: &'static Encoding) -> bool {
    [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding)
}
