//! Makes a document well-formed that is not.
//!
//! [`repair`] closes what was not closed, leaves out ends that end nothing, quotes attributes, and
//! escapes each `<` that starts nothing. Where the document stops in the middle of an entry, that
//! entry is left out and those before it are kept. References are the survey's affair, which reads
//! the document next. It is not asked for well-formed documents.
//!
//! How it decides: an end tag closes its nearest element and all inside it; an entry ends where the
//! next one starts; the text of an element such as `title` ends where an element starts that HTML
//! does not have, such as `pubDate`. All of it is linear in the input.

use std::collections::HashMap;

use memchr::memmem;

use crate::parse::error::Error;
use crate::parse::mended::Mended;
use crate::parse::xml::guard;
use crate::parse::xml::scan::{self, Kind, Token, Tokens};

/// Elements of an entry or a channel that hold text, in lower case.
const TEXTS: &[&str] = &[
    "title",
    "link",
    "description",
    "guid",
    "pubdate",
    "category",
    "comments",
    "summary",
    "content",
    "encoded",
    "id",
    "updated",
    "published",
    "language",
    "copyright",
    "generator",
    "subtitle",
    "creator",
    "subject",
    "date",
    "ttl",
    "lastbuilddate",
    "rights",
    "managingeditor",
    "webmaster",
    // These hold nothing, and so nothing else.
    "enclosure",
    "thumbnail",
];

/// Elements of feeds that stand in no HTML text, in lower case: they end the text before them.
const NOT_HTML: &[&str] = &[
    "title",
    "link",
    "description",
    "guid",
    "pubdate",
    "category",
    "comments",
    "enclosure",
    "item",
    "entry",
    "channel",
    "encoded",
    "updated",
    "published",
    "lastbuilddate",
    "managingeditor",
    "webmaster",
    "creator",
    "author",
    "thumbnail",
    "origlink",
    "ttl",
    "copyright",
    "generator",
];

/// Elements of HTML that have no end.
const VOID: &[&str] = &[
    "br", "img", "hr", "input", "meta", "wbr", "col", "area", "embed",
];

/// The document, well-formed. `text` starts with the tag of the root element.
///
/// # Errors
/// [`Error::TooDeep`] if elements are nested beyond any feed.
pub(crate) fn repair(text: &str) -> Result<Mended, Error> {
    let mut mend = Mend {
        text,
        mended: String::with_capacity(text.len() + text.len() / 16),
        stack: Vec::new(),
        open: HashMap::new(),
        parents: Vec::new(),
        entries: Vec::new(),
    };
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        let next = mend.token(&token);
        if mend.stack.len() > guard::REFUSED_DEPTH {
            return Err(Error::TooDeep {
                limit: guard::REFUSED_DEPTH,
            });
        }
        match next {
            Next::On => {}
            Next::From(at) => tokens.resume(at),
            Next::End => {
                return Ok(Mended {
                    text: mend.mended,
                    is_cut_off: false,
                });
            }
        }
    }
    mend.drop_open_entry();
    mend.close_to(0);
    Ok(Mended {
        text: mend.mended,
        is_cut_off: true,
    })
}

/// Where to read on.
enum Next {
    On,
    From(usize),
    End,
}

struct Open<'a> {
    name: &'a str,
    /// The name, in lower case.
    lower: String,
    /// Where its tag starts in the mended text.
    at: usize,
}

impl Open<'_> {
    fn local(&self) -> &str {
        scan::local_name(&self.lower)
    }
}

struct Mend<'a> {
    text: &'a str,
    mended: String,
    stack: Vec<Open<'a>>,
    /// How many elements are open by each name, in lower case: most ends that end nothing are known
    /// without a look at the stack.
    open: HashMap<String, usize>,
    /// The places in the stack of entries and channels.
    parents: Vec<usize>,
    /// Those of entries.
    entries: Vec<usize>,
}

impl<'a> Mend<'a> {
    fn token(&mut self, token: &Token<'a>) -> Next {
        let written = &self.text[token.range.clone()];
        match token.kind {
            Kind::Text | Kind::Comment => self.mended.push_str(written),
            Kind::Instruction if token.name != "xml" => self.mended.push_str(written),
            Kind::Instruction | Kind::Doctype => {}
            Kind::CData => return self.cdata(token, written.len() - 3),
            Kind::Stray => self.mended.push_str("&lt;"),
            Kind::Start | Kind::Empty if !is_tag(written, token.name) => {
                self.mended.push_str("&lt;");
                return Next::From(token.range.start + 1);
            }
            Kind::Start | Kind::Empty => self.start(token),
            Kind::End => return self.end(token),
            Kind::Cut if written.starts_with("<![CDATA[") => {
                return self.cdata(token, written.len());
            }
            Kind::Cut if written.starts_with("<!") || written.starts_with("<?") => {
                self.mended.push_str("&lt;");
                return Next::From(token.range.start + 1);
            }
            // The document stops inside a tag.
            Kind::Cut => {}
        }
        Next::On
    }

    /// A CDATA section. One that was not closed ends where its element does.
    fn cdata(&mut self, token: &Token<'a>, end: usize) -> Next {
        let written = &self.text[token.range.clone()];
        let inside = &written[9..end];
        let is_cut = token.kind == Kind::Cut;
        let until = if is_cut {
            inside.len()
        } else {
            memmem::find(inside.as_bytes(), b"<![CDATA[").unwrap_or_default()
        };
        let parent = self.stack.last().map_or("", |open| open.name);
        let end_tag = format!("</{parent}>");
        match memmem::find(&inside.as_bytes()[..until], end_tag.as_bytes()) {
            Some(len) => {
                self.section(&inside[..len]);
                Next::From(token.range.start + 9 + len)
            }
            None => {
                self.section(inside);
                Next::On
            }
        }
    }

    fn section(&mut self, text: &str) {
        self.mended.push_str("<![CDATA[");
        self.mended.push_str(text);
        self.mended.push_str("]]>");
    }

    fn start(&mut self, token: &Token<'a>) {
        let lower = token.name.to_ascii_lowercase();
        let local = scan::local_name(&lower);
        let is_entry = matches!(local, "item" | "entry");
        if is_entry
            && let Some(&open) = self.entries.last()
            && open > 0
        {
            self.close_to(open);
        }
        let text = self.open_text();
        if let Some(text) = text.filter(|_| NOT_HTML.contains(&local)) {
            self.close_to(text);
        }
        let is_void = text.is_some() && VOID.contains(&local);
        let at = self.mended.len();
        let is_empty = token.kind == Kind::Empty || is_void;
        self.write_tag(token, is_empty);
        if is_empty {
            return;
        }
        if is_entry {
            self.entries.push(self.stack.len());
        }
        if is_entry || matches!(local, "channel" | "feed") {
            self.parents.push(self.stack.len());
        }
        *self.open.entry(lower.clone()).or_default() += 1;
        self.stack.push(Open {
            name: token.name,
            lower,
            at,
        });
    }

    /// The place in the stack of the element that holds text, if one is open.
    fn open_text(&self) -> Option<usize> {
        let child = self.parents.last()? + 1;
        let is_text = |open: &Open<'_>| TEXTS.contains(&open.local());
        self.stack.get(child).filter(|open| is_text(open))?;
        Some(child)
    }

    fn write_tag(&mut self, token: &Token<'a>, is_empty: bool) {
        let tag = &self.text[token.range.clone()];
        self.mended.push('<');
        self.mended.push_str(token.name);
        let mut names: Vec<&str> = Vec::new();
        for (name, range) in scan::attributes(tag).take(guard::MAX_ATTRIBUTES) {
            if !scan::is_name(name) || names.contains(&name) {
                continue;
            }
            names.push(name);
            let value = &tag[range.clone()];
            let is_unquoted = !tag[..range.start].ends_with(['"', '\'']);
            let value = if is_unquoted && token.kind == Kind::Empty {
                value.strip_suffix('/').unwrap_or(value)
            } else {
                value
            };
            self.mended.push(' ');
            self.mended.push_str(name);
            self.mended.push_str("=\"");
            for c in value.chars() {
                match c {
                    '"' => self.mended.push_str("&quot;"),
                    '<' => self.mended.push_str("&lt;"),
                    _ => self.mended.push(c),
                }
            }
            self.mended.push('"');
        }
        self.mended.push_str(if is_empty { "/>" } else { ">" });
    }

    fn end(&mut self, token: &Token<'a>) -> Next {
        let lower = token.name.to_ascii_lowercase();
        if self.open.get(&lower).is_some_and(|&count| count > 0)
            && let Some(open) = self.stack.iter().rposition(|open| open.lower == lower)
        {
            self.close_to(open);
        }
        if self.stack.is_empty() {
            Next::End
        } else {
            Next::On
        }
    }

    /// Closes the elements from that place of the stack on.
    fn close_to(&mut self, place: usize) {
        for open in self.stack.drain(place..).rev() {
            self.mended.push_str("</");
            self.mended.push_str(open.name);
            self.mended.push('>');
            if let Some(count) = self.open.get_mut(&open.lower) {
                *count -= 1;
            }
        }
        for places in [&mut self.parents, &mut self.entries] {
            while places.last().is_some_and(|&open| open >= place) {
                places.pop();
            }
        }
    }

    /// Takes back the entry that the end of the document cut off.
    fn drop_open_entry(&mut self) {
        if let Some(&place) = self.entries.last().filter(|&&place| place > 0) {
            self.mended.truncate(self.stack[place].at);
            self.stack.truncate(place);
        }
    }
}

/// True if what looks like a tag is one, and no text with a stray `<` before it.
fn is_tag(written: &str, name: &str) -> bool {
    if !scan::is_name(name) {
        return false;
    }
    let mut quote = None;
    !written.bytes().skip(1).any(|byte| {
        match quote {
            Some(open) if open == byte => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            None => return byte == b'<',
        }
        false
    })
}
