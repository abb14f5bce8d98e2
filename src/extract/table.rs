//! Data tables: one line a row. Tables for layout are cut like any other element.

use crate::extract::line::{Gap, Line, Shape, empty, measure};
use crate::extract::tree::{Index, Kind, Role, Tree};
use crate::text::html::escape;

/// Whether a table holds data, not the layout of the page: several rows of several short cells.
pub(super) fn is_data(tree: &Tree<'_>, table: Index, struck: &[bool]) -> bool {
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

/// The rows of a table that have text, cells divided by a bar.
pub(super) fn rows(tree: &Tree<'_>, table: Index, struck: &[bool]) -> Vec<Line> {
    let mut rows = Vec::new();
    let mut at = table + 1;
    while at < tree.nodes[table].end {
        let node = &tree.nodes[at];
        if node.role() != Some(Role::Row) || struck[at] {
            at += 1;
            continue;
        }
        let mut line = empty();
        line.nodes = at..node.end;
        line.shape = Shape::Row { table };
        line.gap = if rows.is_empty() {
            Gap::Paragraph
        } else {
            Gap::Line
        };
        fill(tree, at, struck, &mut line);
        line.chars = line.text.chars().filter(|c| !c.is_whitespace()).count();
        if line.text.chars().any(char::is_alphanumeric) {
            measure(&mut line);
            rows.push(line);
        }
        at = node.end;
    }
    rows
}

/// Writes the cells of the row at `row`.
fn fill(tree: &Tree<'_>, row: Index, struck: &[bool], line: &mut Line) {
    let mut cell = row + 1;
    while cell < tree.nodes[row].end {
        let inner = &tree.nodes[cell];
        if inner.role() != Some(Role::Cell) || struck[cell] {
            cell += 1;
            continue;
        }
        let text = tree.text(cell);
        if !line.html.is_empty() {
            line.text.push_str(" | ");
        }
        let name = inner.name();
        line.html
            .push_str(&format!("<{name}>{}</{name}>", escape(&text)));
        line.text.push_str(&text);
        cell = inner.end;
    }
}
