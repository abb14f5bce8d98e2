//! Tells captions by their place, where the page does not mark them up as such.
//!
//! A picture and a few words alone together in a wrapper are a picture and its caption, whatever
//! the wrapper is called. The wrapper becomes a figure, what is beside the picture its caption, so
//! that the words go with the picture and not into the text.

use crate::extract::tree::{Index, Kind, Role, Tree};

/// The longest caption, in characters: about forty words.
const MAX_CAPTION: usize = 250;

/// Tenths of a page's text that captions may be.
const SHARE: usize = 4;

/// The longest way from a picture up to the wrapper that holds its caption.
const MAX_UP: usize = 8;

/// Gives wrappers of pictures and captions their roles, unless most of the page is such wrappers: a
/// catalogue, whose text they are.
pub(super) fn mark(tree: &mut Tree<'_>) {
    let lengths = lengths(tree);
    let total = lengths.last().copied().unwrap_or(0);
    let pictures = (0..tree.nodes.len()).filter(|&at| tree.nodes[at].role() == Some(Role::Image));
    let mut figures: Vec<Index> = pictures
        .filter_map(|at| wrapper(tree, &lengths, at))
        .collect();
    figures.dedup();
    let held: usize = figures
        .iter()
        .map(|&at| lengths[tree.nodes[at].end] - lengths[at])
        .sum();
    if held * 10 > total * SHARE {
        return;
    }
    for figure in figures {
        set(tree, figure, Role::Figure);
        set_captions(tree, &lengths, figure);
    }
}

/// The outermost wrapper around the picture that holds a caption and nothing more.
fn wrapper(tree: &Tree<'_>, lengths: &[usize], picture: Index) -> Option<Index> {
    let mut found = None;
    for up in tree.ancestors(picture).take(MAX_UP) {
        let node = &tree.nodes[up];
        let text = lengths[node.end] - lengths[up];
        let wraps = matches!(
            node.role(),
            Some(Role::Block | Role::Figure | Role::Inline | Role::Link)
        );
        if !wraps
            || text > MAX_CAPTION
            || matches!(node.name(), "body" | "html" | "main" | "article")
        {
            break;
        }
        let is_block = node.role() == Some(Role::Block);
        if text > 0 && is_block {
            let broken = tree.range(up).any(|inner| {
                matches!(
                    tree.nodes[inner].role(),
                    Some(Role::Heading(_) | Role::List { .. } | Role::Table | Role::Quote)
                )
            });
            if broken {
                break;
            }
            found = Some(up);
        }
    }
    found
}

/// Marks what has text and no picture in it.
fn set_captions(tree: &mut Tree<'_>, lengths: &[usize], at: Index) {
    let children: Vec<Index> = tree.children(at).collect();
    for child in children {
        let node = &tree.nodes[child];
        if node.element().is_none() || lengths[node.end] == lengths[child] {
            continue;
        }
        let mut inner = tree.range(child);
        if inner.any(|inner| tree.nodes[inner].role() == Some(Role::Image)) {
            set_captions(tree, lengths, child);
        } else {
            set(tree, child, Role::Caption);
        }
    }
}

fn set(tree: &mut Tree<'_>, at: Index, role: Role) {
    if let Kind::Element(element, _) = tree.nodes[at].kind {
        tree.nodes[at].kind = Kind::Element(element, role);
    }
}

/// Per node, the characters of readable text in all nodes before it.
fn lengths(tree: &Tree<'_>) -> Vec<usize> {
    let mut lengths = Vec::with_capacity(tree.nodes.len() + 1);
    let (mut sum, mut skip) = (0, 0);
    for (at, node) in tree.nodes.iter().enumerate() {
        lengths.push(sum);
        match node.kind {
            _ if at < skip => {}
            Kind::Element(_, Role::Unread) => skip = node.end,
            Kind::Text(text) => sum += text.trim().chars().count(),
            Kind::Element(..) => {}
        }
    }
    lengths.push(sum);
    lengths
}
