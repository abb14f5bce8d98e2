//! What a line of a page is.

use std::ops::Range;

use crate::extract::tree::Index;
use crate::extract::words;

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

/// A line without text.
pub(super) fn empty() -> Line {
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

/// Counts what is counted of a text that is complete.
pub(super) fn measure(line: &mut Line) {
    line.words = words::count(&line.text);
    let marks = line.text.matches([
        '.', ',', ';', ':', '!', '?', '،', '؛', '؟', '。', '，', '、', '…', '“', '«',
    ]);
    line.marks = u32::try_from(marks.count()).unwrap_or(u32::MAX);
}
