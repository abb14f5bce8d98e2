//! The gate before a tree is built: how deep, how many attributes on one tag, how much of both.
//!
//! Errs on the side of counting too much: a page that html5ever would find deep is never called
//! shallow here. End tags that authors may leave out (`</p>`, `</li>`, cells, rows) are not
//! counted as nesting, since the parser closes those by itself.

use std::hash::{DefaultHasher, Hasher};

use crate::text::html::scan::{Name, Scanner, Tag, Token};

/// The most elements open at once.
const MAX_DEPTH: usize = 256;
/// The most attributes on one tag.
const MAX_ATTRIBUTES: usize = 200;

/// The most tags, attributes, texts and comments together: what a tree takes of memory goes by them, some hundred bytes
/// each. Long pages of real sites have a tenth of it.
const MAX_PARTS: usize = 200_000;

/// Why a text is not parsed as HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// More elements are open at once than any real page has.
    #[error("more than {MAX_DEPTH} elements are nested")]
    Depth,
    /// One tag has more attributes than any real tag has.
    #[error("one tag has more than {MAX_ATTRIBUTES} attributes")]
    Attributes,
    /// There are more tags, attributes, texts and comments than any real page has.
    #[error("there are more than {MAX_PARTS} tags, attributes and texts")]
    Parts,
}

/// Whether parsing `html` into a tree would cost out of proportion to its length, and why.
pub fn too_deep(html: &str) -> Option<Reason> {
    let mut open = Open {
        stack: Vec::new(),
        foreign: 0,
    };
    // The scanner passes over comments without a word.
    let mut parts = memchr::memmem::find_iter(html.as_bytes(), "<!").count();
    let mut scanner = Scanner::new(html);
    while parts <= MAX_PARTS {
        match scanner.next()? {
            Token::Open(tag) => {
                parts += 1 + tag.attributes + open.repeated_in(tag.name);
                if tag.attributes > MAX_ATTRIBUTES {
                    return Some(Reason::Attributes);
                }
                let raw_text = matches!(
                    tag.name.as_bytes(),
                    b"script" | b"style" | b"textarea" | b"title" | b"xmp" | b"iframe"
                );
                // In SVG and MathML these names are ordinary elements.
                if raw_text && open.foreign == 0 {
                    if !scanner.skip_content(tag.name) {
                        scanner.skip_rest();
                    }
                    continue;
                }
                open.push(&tag);
                if open.stack.len() > MAX_DEPTH {
                    return Some(Reason::Depth);
                }
            }
            Token::Close(name) => {
                // An end tag without its start makes an empty paragraph.
                parts += 1 + open.repeated_in(name);
                open.close(name);
            }
            Token::Text(_) | Token::Cdata => parts += 1,
        }
    }
    Some(Reason::Parts)
}

/// The elements open at a point, as the parser would have them.
struct Open {
    stack: Vec<Element>,
    /// How many of them are `svg` or `math`.
    foreign: usize,
}

#[derive(Clone, Copy)]
struct Element {
    name: Name,
    /// Digest of the whole tag, for formatting elements: the parser reopens at most three alike.
    formatting: Option<u64>,
}

impl Open {
    fn push(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_bytes();
        match name {
            b"area" | b"base" | b"br" | b"col" | b"embed" | b"hr" | b"img" | b"input" | b"link"
            | b"meta" | b"source" | b"track" | b"wbr" | b"param" | b"p" | b"li" | b"dt" | b"dd"
            | b"option" | b"optgroup" | b"colgroup" | b"rp" | b"rt" => return,
            b"td" | b"th" | b"tr" | b"tbody" | b"thead" | b"tfoot" | b"caption" => {
                return self.close_cell();
            }
            // A second one closes the first.
            b"a" | b"nobr" => self.close(tag.name),
            b"svg" | b"math" => {
                if tag.self_closing {
                    return;
                }
                self.foreign += 1;
            }
            _ if tag.self_closing && self.foreign > 0 => return,
            _ => {}
        }
        let formatting = is_formatting(name).then(|| {
            let mut hasher = DefaultHasher::new();
            hasher.write(tag.raw.as_bytes());
            hasher.finish()
        });
        self.stack.push(Element {
            name: tag.name,
            formatting,
        });
    }

    /// How many elements the parser opens again because this tag, of a kind that closes others, closed
    /// them: at most the formatting that is open.
    fn repeated_in(&self, name: Name) -> usize {
        if is_formatting(name.as_bytes()) {
            return 0;
        }
        let is_formatting = |element: &&Element| element.formatting.is_some();
        self.stack.iter().filter(is_formatting).count()
    }

    fn close(&mut self, name: Name) {
        if matches!(
            name.as_bytes(),
            b"td" | b"th" | b"tr" | b"tbody" | b"thead" | b"tfoot" | b"caption"
        ) {
            return self.close_cell();
        }
        let Some(at) = self.stack.iter().rposition(|element| element.name == name) else {
            return;
        };
        if is_formatting(name.as_bytes()) {
            self.stack.remove(at);
            return;
        }
        // Formatting that was not closed in the block is opened again behind it.
        let reopened: Vec<Element> = self
            .stack
            .drain(at..)
            .filter(|element| element.formatting.is_some())
            .collect();
        for element in reopened {
            let alike = |other: &&Element| other.formatting == element.formatting;
            if self.stack.iter().filter(alike).count() < 3 {
                self.stack.push(element);
            }
        }
        self.count_foreign();
    }

    /// The border of a table's cell closes all that is open in the cell.
    fn close_cell(&mut self) {
        if let Some(at) = self
            .stack
            .iter()
            .rposition(|open| open.name.as_bytes() == b"table")
        {
            self.stack.truncate(at + 1);
            self.count_foreign();
        }
    }

    fn count_foreign(&mut self) {
        let foreign = |open: &&Element| matches!(open.name.as_bytes(), b"svg" | b"math");
        self.foreign = self.stack.iter().filter(foreign).count();
    }
}

fn is_formatting(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"b"
            | b"big"
            | b"code"
            | b"em"
            | b"font"
            | b"i"
            | b"nobr"
            | b"s"
            | b"small"
            | b"strike"
            | b"strong"
            | b"tt"
            | b"u"
    )
}
