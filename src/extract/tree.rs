//! The page as one flat list in document order, which every later step runs along.
//!
//! A subtree is a range of the list, so what lies in an element, and how much of it is text or
//! link, is a subtraction.

use std::ops::Range;

use scraper::node::Element;
use scraper::{ElementRef, Html, Node as HtmlNode};

use crate::extract::rule::Compiled;

/// Index into [`Tree::nodes`].
pub(super) type Index = usize;

/// What an element is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Never shown, or a control: struck out with its content.
    Unread,
    /// Shown around the article: `nav`, `aside`, `footer`, `header`.
    Margin,
    /// Starts and ends a paragraph.
    Block,
    /// A heading of this level.
    Heading(u8),
    Paragraph,
    List {
        ordered: bool,
    },
    Item,
    Quote,
    Preformatted,
    Table,
    Row,
    Cell,
    Figure,
    Caption,
    Break,
    Image,
    Link,
    /// Part of a line.
    Inline,
}

/// A node of the page.
pub(super) struct Node<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) parent: Index,
    /// One past the last node in it.
    pub(super) end: Index,
    pub(super) depth: usize,
}

pub(super) enum Kind<'a> {
    Element(&'a Element, Role),
    Text(&'a str),
}

impl<'a> Node<'a> {
    pub(super) fn element(&self) -> Option<&'a Element> {
        match self.kind {
            Kind::Element(element, _) => Some(element),
            Kind::Text(_) => None,
        }
    }

    pub(super) fn role(&self) -> Option<Role> {
        match self.kind {
            Kind::Element(_, role) => Some(role),
            Kind::Text(_) => None,
        }
    }

    pub(super) fn name(&self) -> &'a str {
        self.element().map_or("", Element::name)
    }

    /// An attribute's value, trimmed, if there is one.
    pub(super) fn attr(&self, name: &str) -> Option<&'a str> {
        let element = self.element()?;
        let value = element
            .attrs()
            .find_map(|(known, value)| (known == name).then_some(value))?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }
}

/// A parsed page: elements and texts in document order; comments and the like are left out.
pub(super) struct Tree<'a> {
    /// The first is the root.
    pub(super) nodes: Vec<Node<'a>>,
    /// Nodes that the user's rule names as body.
    pub(super) bodies: Vec<Index>,
    /// Nodes that the user's rule takes out.
    pub(super) removed: Vec<Index>,
    /// Nodes that the user's rule names as links to the next page.
    pub(super) nexts: Vec<Index>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(document: &'a Html, rule: Option<&Compiled>) -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            bodies: Vec::new(),
            removed: Vec::new(),
            nexts: Vec::new(),
        };
        let body = rule.and_then(|rule| rule.body_on(document));
        let mut open: Vec<Index> = Vec::new();
        let root = *document.root_element();
        let mut node = root;
        loop {
            let at = tree.nodes.len();
            let kind = match node.value() {
                HtmlNode::Element(element) => Some(Kind::Element(element, role(element))),
                HtmlNode::Text(text) => Some(Kind::Text(text)),
                _ => None,
            };
            if let Some(kind) = kind {
                if let (Some(rule), Some(element)) = (rule, ElementRef::wrap(node)) {
                    let is_body = body.is_some_and(|body| body.matches(&element));
                    tree.bodies.extend(is_body.then_some(at));
                    tree.removed.extend(rule.is_removed(&element).then_some(at));
                    tree.nexts.extend(rule.is_next(&element).then_some(at));
                }
                let parent = open.last().copied().unwrap_or(0);
                tree.nodes.push(Node {
                    kind,
                    parent,
                    end: at + 1,
                    depth: open.len(),
                });
            }
            if let Some(child) = node.first_child() {
                // Only elements have children below the root.
                open.push(at);
                node = child;
                continue;
            }
            loop {
                if node == root {
                    return tree;
                }
                if let Some(next) = node.next_sibling() {
                    node = next;
                    break;
                }
                let (Some(parent), Some(at)) = (node.parent(), open.pop()) else {
                    return tree;
                };
                tree.nodes[at].end = tree.nodes.len();
                node = parent;
            }
        }
    }

    /// The nodes in `at` and itself.
    pub(super) fn range(&self, at: Index) -> Range<Index> {
        at..self.nodes[at].end
    }

    /// `at`'s parent, and so on up to the root.
    pub(super) fn ancestors(&self, at: Index) -> impl Iterator<Item = Index> + '_ {
        let mut at = at;
        std::iter::from_fn(move || {
            (at != 0).then(|| {
                at = self.nodes[at].parent;
                at
            })
        })
    }

    /// The nodes right below `at`.
    pub(super) fn children(&self, at: Index) -> impl Iterator<Item = Index> + '_ {
        let end = self.nodes[at].end;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = next;
                next = self.nodes[child].end;
                child
            })
        })
    }

    /// Elements of that name, in document order.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter().filter(move |node| node.name() == name)
    }

    /// All text in `at`, with single spaces.
    pub(super) fn text(&self, at: Index) -> String {
        let mut text = String::new();
        for node in &self.nodes[self.range(at)] {
            if let Kind::Text(part) = node.kind {
                for word in part.split_whitespace() {
                    if !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(word);
                }
            }
        }
        text
    }
}

#[rustfmt::skip]
fn role(element: &Element) -> Role {
    match element.name() {
        "script" | "style" | "noscript" | "template" | "head" | "iframe" | "object" | "embed"
        | "applet" | "svg" | "math" | "canvas" | "video" | "audio" | "select" | "textarea"
        | "input" | "button" | "label" | "map" | "dialog" | "progress" | "meter" | "datalist"
        | "title" | "meta" | "link" | "base" | "nav" | "noembed" | "noframes" => Role::Unread,
        "aside" | "footer" | "header" | "menu" => Role::Margin,
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "p" => Role::Paragraph,
        "ul" => Role::List { ordered: false },
        "ol" => Role::List { ordered: true },
        "li" => Role::Item,
        "blockquote" => Role::Quote,
        "pre" => Role::Preformatted,
        "table" => Role::Table,
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        "figure" => Role::Figure,
        "figcaption" => Role::Caption,
        "br" => Role::Break,
        "img" => Role::Image,
        "a" => Role::Link,
        "div" | "section" | "article" | "main" | "form" | "fieldset" | "legend" | "center"
        | "address" | "details" | "summary" | "dl" | "dt" | "dd" | "hr" | "body" | "html"
        | "tbody" | "thead" | "tfoot" | "caption" | "hgroup" | "option" | "dir" => Role::Block,
        _ => Role::Inline,
    }
}
