//! Text of two or four bytes a character, known by its mark or by where its NULs stand.
//!
//! A document begins with markup, which is ASCII whatever language follows; so every second byte
//! of it is NUL, or three of every four. What a declaration inside says is not asked: it was right
//! before somebody converted the document, if ever.
//!
//! Source: XML 1.0 appendix F.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// How many bytes the pattern of NULs is looked for in.
const PATTERN_BYTES: usize = 256;
/// How far at least one NUL must follow a mark of UTF-16.
const MARKED_BYTES: usize = 4096;

/// How the units of a text are laid out.
#[derive(Clone, Copy)]
enum Layout {
    Utf16(&'static Encoding),
    Utf32(fn([u8; 4]) -> u32),
}

const LITTLE_32: Layout = Layout::Utf32(u32::from_le_bytes);
const BIG_32: Layout = Layout::Utf32(u32::from_be_bytes);

/// The text of a document in UTF-16 or UTF-32, None if it is in neither. A unit that is cut off at
/// the end is dropped, what is no character becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (layout, mark_len) = marked(bytes).or_else(|| patterned(bytes).map(|it| (it, 0)))?;
    let bytes = &bytes[mark_len..];
    Some(match layout {
        Layout::Utf16(encoding) => {
            let whole = &bytes[..bytes.len() & !1];
            encoding.decode_without_bom_handling(whole).0
        }
        Layout::Utf32(unit) => {
            let (units, _cut_off) = bytes.as_chunks::<4>();
            let codes = units.iter().map(|&bytes| unit(bytes));
            codes
                .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
    })
}

/// By the byte order mark, with its length.
fn marked(bytes: &[u8]) -> Option<(Layout, usize)> {
    let layout = match *bytes {
        [0xff, 0xfe, 0, 0, ..] => return Some((LITTLE_32, 4)),
        [0, 0, 0xfe, 0xff, ..] => return Some((BIG_32, 4)),
        [0xff, 0xfe, ..] => Layout::Utf16(UTF_16LE),
        [0xfe, 0xff, ..] => Layout::Utf16(UTF_16BE),
        _ => return None,
    };
    // Markup without a single NUL was put behind the mark by somebody else.
    let text = &bytes[2..bytes.len().min(MARKED_BYTES)];
    (text.contains(&0) || !text.contains(&b'<')).then_some((layout, 2))
}

/// By the NULs that ASCII has in each of the four layouts.
fn patterned(bytes: &[u8]) -> Option<Layout> {
    let head = &bytes[..bytes.len().min(PATTERN_BYTES)];
    let (quads, _) = head.as_chunks::<4>();
    let is_little = |quad: &[u8; 4]| matches!(quad, [_, _, 0..=0x10, 0]);
    let is_big = |quad: &[u8; 4]| matches!(quad, [0, 0..=0x10, _, _]);
    if quads.iter().any(|quad| matches!(quad, [1..=0x7f, 0, 0, 0])) && quads.iter().all(is_little) {
        return Some(LITTLE_32);
    }
    if quads.iter().any(|quad| matches!(quad, [0, 0, 0, 1..=0x7f])) && quads.iter().all(is_big) {
        return Some(BIG_32);
    }
    let (pairs, _) = head.as_chunks::<2>();
    let little = pairs.iter().filter(|pair| matches!(pair, [1..=0x7f, 0]));
    let big = pairs.iter().filter(|pair| matches!(pair, [0, 1..=0x7f]));
    let (little, big) = (little.count(), big.count());
    let is_pattern = |one: usize, other: usize| one * 8 >= pairs.len() && one > other * 8;
    if is_pattern(little, big) {
        return Some(Layout::Utf16(UTF_16LE));
    }
    is_pattern(big, little).then_some(Layout::Utf16(UTF_16BE))
}
