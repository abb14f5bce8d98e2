//! Cuts what is left of a page into lines: the one walk from which text and HTML are both made.
//!
//! A line ends where a browser would end it by structure: at the border of a block, at `<br>`, at
//! a table's cell. Two `<br>` in a row are the border of a paragraph. Data tables give one line a
//! row; pictures a line without text.

use url::Url;

use crate::extract::line::{Gap, Line, Manner, Shape, empty, measure};
use crate::extract::media;
use crate::extract::page;
use crate::extract::table;
use crate::extract::tree::{Index, Kind, Role, Tree};
use crate::text::html::escape;
use crate::text::plain;

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
            Kind::Element(_, Role::Table) if table::is_data(tree, at, struck) => {
                cutter.flush(Gap::Paragraph);
                cutter.lines.extend(table::rows(tree, at, struck));
                cutter.gap = Gap::Paragraph;
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
