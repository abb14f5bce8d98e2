//! Writes the chosen lines as plain text and as HTML, both in one order.

use crate::extract::line::{Gap, Line, Shape};

/// Plain text: paragraphs separated by a blank line, rows and broken lines by a line break.
pub(super) fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines.iter().filter(|line| !line.text.is_empty()) {
        if !text.is_empty() {
            text.push_str(if line.gap == Gap::Line { "\n" } else { "\n\n" });
        }
        text.push_str(&line.text);
    }
    text
}

/// HTML: paragraphs, headings, lists, quotes, tables, figures.
pub(super) fn html(lines: &[Line], rtl: bool, language: Option<&str>) -> String {
    let mut out = String::new();
    let mut group = Group::None;
    let mut open = "";
    for line in lines {
        let next = Group::of(line.shape);
        let continued = line.gap == Gap::Line && !open.is_empty() && next == group;
        if continued
            && matches!(
                line.shape,
                Shape::Paragraph | Shape::Quote | Shape::Preformatted
            )
        {
            out.push_str("<br>");
            out.push_str(&line.html);
            continue;
        }
        close(&mut out, &mut open);
        if next != group {
            out.push_str(group.end());
            out.push_str(next.start());
            group = next;
        }
        let manner = manner(line, rtl, language);
        match line.shape {
            Shape::Figure => out.push_str(&line.html),
            Shape::Row { .. } => {
                out.push_str("<tr>");
                out.push_str(&line.html);
                out.push_str("</tr>");
            }
            Shape::Item { .. } => {
                out.push_str(&format!("<li{manner}>"));
                out.push_str(&line.html);
                open = "</li>";
            }
            Shape::Heading(level) => {
                // The headline itself is level 1.
                let level = level.max(2);
                out.push_str(&format!("<h{level}{manner}>{}</h{level}>", line.html));
            }
            Shape::Paragraph | Shape::Quote | Shape::Preformatted => {
                out.push_str(&format!("<p{manner}>"));
                out.push_str(&line.html);
                open = "</p>";
            }
        }
    }
    close(&mut out, &mut open);
    out.push_str(group.end());
    wrapped(out, rtl, language)
}

/// HTML in an element that says its direction, if that is not the usual one, and its language.
pub(super) fn wrapped(html: String, rtl: bool, language: Option<&str>) -> String {
    if html.is_empty() || !rtl {
        return html;
    }
    let language = language
        .map(|tag| format!(" lang=\"{tag}\""))
        .unwrap_or_default();
    format!("<div dir=\"rtl\"{language}>{html}</div>")
}

/// The attributes of a line that is written otherwise than the article is.
fn manner(line: &Line, rtl: bool, language: Option<&str>) -> String {
    let mut attributes = String::new();
    if let Some(line_rtl) = line.manner.rtl.filter(|line_rtl| *line_rtl != rtl) {
        attributes.push_str(if line_rtl {
            " dir=\"rtl\""
        } else {
            " dir=\"ltr\""
        });
    }
    let other = |tag: &&String| language.is_some_and(|known| !same_language(known, tag));
    if let Some(tag) = line.manner.language.as_ref().filter(other) {
        attributes.push_str(&format!(" lang=\"{tag}\""));
    }
    attributes
}

/// Whether two tags are of one language, whatever the region.
fn same_language(one: &str, other: &str) -> bool {
    let base = |tag: &str| tag.split('-').next().unwrap_or("").to_ascii_lowercase();
    base(one) == base(other)
}

fn close(out: &mut String, open: &mut &'static str) {
    out.push_str(open);
    *open = "";
}

/// The element around several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    None,
    List(usize, bool),
    Quote,
    Table(usize),
}

impl Group {
    fn of(shape: Shape) -> Self {
        match shape {
            Shape::Item { list, ordered, .. } => Self::List(list, ordered),
            Shape::Quote => Self::Quote,
            Shape::Row { table } => Self::Table(table),
            _ => Self::None,
        }
    }

    fn start(self) -> &'static str {
        match self {
            Self::None => "",
            Self::List(_, true) => "<ol>",
            Self::List(_, false) => "<ul>",
            Self::Quote => "<blockquote>",
            Self::Table(_) => "<table>",
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::None => "",
            Self::List(_, true) => "</ol>",
            Self::List(_, false) => "</ul>",
            Self::Quote => "</blockquote>",
            Self::Table(_) => "</table>",
        }
    }
}
