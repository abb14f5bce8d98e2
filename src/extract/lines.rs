//! Cuts what is left of a page into lines: the one walk from which text and HTML are both made.
//!
//! A line ends where a browser would end it by structure: at the border of a block, at `<br>`, at
//! a table's cell. Two `<br>` in a row are the border of a paragraph. Data tables give one line a
//! row; pictures a line without text.

use std::ops::Range;

use url::Url;

use crate::extract::media;
use crate::extract::page;
use crate::extract::tree::{Index, Kind, Role, Tree};
use crate::text::html::escape;
use crate::text::plain;

/// What stands before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// A single `<br>`.
    Line,
    /// The border of a paragraph.
    Paragraph,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Paragraph,
    Heading(u8),
    /// Of the list at that node.
    Item {
        list: Index,
        item: Index,
        ordered: bool,
    },
    Quote,
    Preformatted,
    /// Of the data table at that node.
    Row {
        table: Index,
    },
    /// A picture: no text.
    Figure,
}

/// How a part of the page is written, where it is not as the page is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) rtl: Option<bool>,
    pub(super) language: Option<String>,
}

/// A line of the page.
#[derive(Debug)]
pub(super) struct Line {
    /// The nodes from its first to its last text.
    pub(super) nodes: Range<Index>,
    pub(super) gap: Gap,
    pub(super) shape: Shape,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) words: u32,
    /// Characters of its text that are links.
    pub(super) linked: usize,
    pub(super) chars: usize,
    /// Direction and language that its element sets, if any.
    pub(super) manner: Manner,
    /// Sentence marks, Arabic and Latin.
    pub(super) marks: u32,
}

impl Line {
    /// The share of links in it, 0 to 1.
    pub(super) fn link_share(&self) -> f64 {
        if self.chars == 0 {
            0.0
        } else {
            self.linked as f64 / self.chars as f64
        }
    }
}

/// All lines of the page but for the struck nodes, in document order.
pub(super) fn cut(tree: &Tree<'_>, struck: &[bool], base: &Url) -> Vec<Line> {
    let mut cutter = Cutter::new(tree, base);
    let mut at = 0;
    while at < tree.nodes.len() {
        cutter.close_until(at);
        let node = &tree.nodes[at];
        if struck[at] {
            if node
                .role()
                .is_some_and(|role| !matches!(role, Role::Unread | Role::Inline | Role::Link))
            {
                cutter.flush(Gap::Paragraph);
            }
            at = node.end;
            continue;
        }
        match node.kind {
            Kind::Text(text) => cutter.text(at, text),
            Kind::Element(_, Role::Caption) => {
                at = node.end;
                continue;
            }
            Kind::Element(_, Role::Table) if is_data(tree, at, struck) => {
                cutter.flush(Gap::Paragraph);
                cutter.data_table(at, struck);
                at = node.end;
                continue;
            }
            Kind::Element(_, role) => cutter.open(at, role),
        }
        at += 1;
    }
    cutter.close_until(at);
    cutter.flush(Gap::Paragraph);
    cutter.lines
}

struct Cutter<'t, 'a> {
    tree: &'t Tree<'a>,
    base: &'t Url,
    lines: Vec<Line>,
    line: Line,
    gap: Gap,
    /// A `<br>` was the last thing seen.
    broken: bool,
    space: bool,
    /// Open elements that matter, outermost first.
    open: Vec<(Index, Role)>,
    /// Inline markup open in the source; the first `written` are open in the line's HTML.
    inline: Vec<(Index, &'static str, String)>,
    written: usize,
    links: u32,
    /// Open elements of the body that set direction or language.
    manners: Vec<(Index, Manner)>,
}

impl<'t, 'a> Cutter<'t, 'a> {
    fn new(tree: &'t Tree<'a>, base: &'t Url) -> Self {
        Self {
            tree,
            base,
            lines: Vec::new(),
            line: empty(),
            gap: Gap::Paragraph,
            broken: false,
            space: false,
            open: Vec::new(),
            inline: Vec::new(),
            written: 0,
            links: 0,
            manners: Vec::new(),
        }
    }

    fn open(&mut self, at: Index, role: Role) {
        let node = &self.tree.nodes[at];
        match role {
            Role::Break => {
                let gap = if self.broken {
                    Gap::Paragraph
                } else {
                    Gap::Line
                };
                self.flush(gap);
                self.broken = true;
            }
            Role::Image => {
                if let Some(html) = media::figure(self.tree, at, self.base) {
                    self.flush(Gap::Line);
                    let mut line = empty();
                    line.nodes = at..at + 1;
                    line.shape = Shape::Figure;
                    line.html = html;
                    self.lines.push(line);
                }
            }
            Role::Link => {
                self.links += 1;
                let href = node.attr("href").and_then(|href| self.base.join(href).ok());
                let href = href.filter(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
                let tag = href.map_or(String::new(), |url| {
                    format!("<a href=\"{}\">", escape(url.as_str()))
                });
                self.open.push((at, role));
                self.inline
                    .push((at, if tag.is_empty() { "" } else { "a" }, tag));
            }
            Role::Inline => {
                if let Some(name) = kept_inline(node.name()) {
                    self.inline.push((at, name, format!("<{name}>")));
                }
            }
            _ => {
                self.flush(Gap::Paragraph);
                self.open.push((at, role));
                self.set_manner(at);
            }
        }
    }

    fn set_manner(&mut self, at: Index) {
        let node = &self.tree.nodes[at];
        if matches!(node.name(), "html" | "body") {
            return;
        }
        let rtl = node.attr("dir").and_then(|dir| {
            let is = |name: &str| dir.eq_ignore_ascii_case(name);
            (is("rtl") || is("ltr")).then(|| is("rtl"))
        });
        let language = node.attr("lang").filter(|tag| page::is_language(tag));
        if rtl.is_some() || language.is_some() {
            let outer = self.manners.last().map(|(_, outer)| outer.clone());
            let outer = outer.unwrap_or_default();
            let manner = Manner {
                rtl: rtl.or(outer.rtl),
                language: language.map(str::to_owned).or(outer.language),
            };
            self.manners.push((at, manner));
        }
    }

    /// Closes the elements that end before node `at`.
    fn close_until(&mut self, at: Index) {
        while let Some(&(open, role)) = self.open.last() {
            let end = self.tree.nodes[open].end;
            if end > at {
                break;
            }
            if role == Role::Link {
                self.links -= 1;
            } else {
                self.close_inline(end);
                self.flush(Gap::Paragraph);
                self.manners.pop_if(|(at, _)| *at == open);
            }
            self.open.pop();
        }
        self.close_inline(at);
    }

    fn close_inline(&mut self, at: Index) {
        while let Some((open, ..)) = self.inline.last() {
            if self.tree.nodes[*open].end > at {
                break;
            }
            if let Some((_, name, _)) = self.inline.pop()
                && self.written > self.inline.len()
            {
                self.written = self.inline.len();
                if !name.is_empty() {
                    self.line.html.push_str(&format!("</{name}>"));
                }
            }
        }
    }

    fn text(&mut self, at: Index, text: &str) {
        let text = plain::clean(text);
        if text.starts_with(char::is_whitespace) {
            self.space = true;
        }
        for word in text.split_whitespace() {
            if self.line.text.is_empty() {
                self.line.nodes.start = at;
            } else if self.space {
                self.line.text.push(' ');
                self.line.html.push(' ');
            }
            for (_, _, tag) in &self.inline[self.written..] {
                self.line.html.push_str(tag);
            }
            self.written = self.inline.len();
            self.line.text.push_str(word);
            self.line.html.push_str(&escape(word));
            self.line.nodes.end = at + 1;
            let chars = word.chars().count();
            self.line.chars += chars;
            if self.links > 0 {
                self.line.linked += chars;
            }
            self.space = true;
            self.broken = false;
        }
        self.space = text.ends_with(char::is_whitespace) || (self.space && text.trim().is_empty());
    }

    /// Ends the line under way, if it has text; `gap` stands before the next.
    fn flush(&mut self, gap: Gap) {
        self.space = false;
        if self.line.text.is_empty() {
            self.gap = self.gap.max(gap);
            if gap == Gap::Paragraph {
                self.broken = false;
            }
            return;
        }
        for (_, name, _) in self.inline[..self.written].iter().rev() {
            if !name.is_empty() {
                self.line.html.push_str(&format!("</{name}>"));
            }
        }
        self.written = 0;
        let mut line = std::mem::replace(&mut self.line, empty());
        line.gap = self.gap;
        line.shape = self.shape();
        if let Some((_, manner)) = self.manners.last() {
            line.manner = manner.clone();
        }
        measure(&mut line);
        self.lines.push(line);
        self.gap = gap;
        self.broken = false;
    }

    fn shape(&self) -> Shape {
        let mut list = None;
        for &(at, role) in self.open.iter().rev() {
            match role {
                Role::Heading(level) => return Shape::Heading(level),
                Role::Preformatted => return Shape::Preformatted,
                Role::Quote => return Shape::Quote,
                Role::Item if list.is_none() => list = Some(at),
                Role::List { ordered } => {
                    if let Some(item) = list {
                        return Shape::Item {
                            list: at,
                            item,
                            ordered,
                        };
                    }
                }
                // A layout's cell hides what is around the table.
                Role::Cell => break,
                _ => {}
            }
        }
        Shape::Paragraph
    }

    fn data_table(&mut self, table: Index, struck: &[bool]) {
        let mut first = true;
        let mut at = table + 1;
        while at < self.tree.nodes[table].end {
            let node = &self.tree.nodes[at];
            if node.role() != Some(Role::Row) || struck[at] {
                at += 1;
                continue;
            }
            let mut line = empty();
            line.nodes = at..node.end;
            line.shape = Shape::Row { table };
            line.gap = if first { Gap::Paragraph } else { Gap::Line };
            let mut cell = at + 1;
            while cell < node.end {
                let inner = &self.tree.nodes[cell];
                if inner.role() != Some(Role::Cell) || struck[cell] {
                    cell += 1;
                    continue;
                }
                let text = self.tree.text(cell);
                if !line.html.is_empty() {
                    line.text.push_str(" | ");
                }
                let name = inner.name();
                line.html
                    .push_str(&format!("<{name}>{}</{name}>", escape(&text)));
                line.text.push_str(&text);
                cell = inner.end;
            }
            line.chars = line.text.chars().filter(|c| !c.is_whitespace()).count();
            if line.text.chars().any(char::is_alphanumeric) {
                measure(&mut line);
                self.lines.push(line);
                first = false;
            }
            at = node.end;
        }
        self.gap = Gap::Paragraph;
    }
}

fn empty() -> Line {
    Line {
        nodes: 0..0,
        gap: Gap::Paragraph,
        shape: Shape::Paragraph,
        text: String::new(),
        html: String::new(),
        words: 0,
        linked: 0,
        chars: 0,
        manner: Manner::default(),
        marks: 0,
    }
}

fn measure(line: &mut Line) {
    line.words = crate::extract::words::count(&line.text);
    let marks = line.text.matches([
        '.', ',', ';', ':', '!', '?', '،', '؛', '؟', '。', '，', '、', '…', '“', '«',
    ]);
    line.marks = u32::try_from(marks.count()).unwrap_or(u32::MAX);
}

fn kept_inline(name: &str) -> Option<&'static str> {
    Some(match name {
        "b" | "strong" => "strong",
        "i" | "em" | "cite" => "em",
        "u" => "u",
        "s" | "strike" | "del" => "s",
        "sub" => "sub",
        "sup" => "sup",
        "code" | "kbd" | "samp" | "tt" => "code",
        "q" => "q",
        "mark" => "mark",
        _ => return None,
    })
}

/// Whether a table holds data, not the layout of the page: several rows of several short cells.
fn is_data(tree: &Tree<'_>, table: Index, struck: &[bool]) -> bool {
    let (mut rows, mut cells, mut letters) = (0, 0, 0);
    let inner = table + 1..tree.nodes[table].end;
    for (node, _) in tree.nodes[inner.clone()]
        .iter()
        .zip(&struck[inner])
        .filter(|pair| !pair.1)
    {
        match node.kind {
            Kind::Element(
                _,
                Role::Table | Role::Heading(_) | Role::Paragraph | Role::List { .. },
            ) => return false,
            Kind::Element(_, Role::Break) => letters += 40,
            Kind::Element(_, Role::Row) => rows += 1,
            Kind::Element(_, Role::Cell) => cells += 1,
            Kind::Text(text) => letters += text.trim().len(),
            Kind::Element(..) => {}
        }
    }
    rows >= 2 && cells >= rows * 2 && letters <= cells * 60
}
