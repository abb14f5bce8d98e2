//! The element that holds the bodies of a site: its signature, and finding it again.

use crate::extract::line::Line;
use crate::extract::score;
use crate::extract::site::{MAX_SIGNATURE, cut};
use crate::extract::tree::{Index, Role, Tree};

/// The levels that a signature tells of an element without class and id.
const MAX_LEVELS: usize = 4;
/// Names of one element that are read, in bytes.
const MAX_NAMES: usize = 256;
/// Class names of one element that are told.
const MAX_CLASSES: usize = 4;

/// What an element is called on every page of its site: tag, id and classes without numbers, and
/// those of its parents up to the first that has a name.
pub(super) fn signature(tree: &Tree<'_>, at: Index) -> String {
    signature_at(tree, holder(tree, at))
}

fn signature_at(tree: &Tree<'_>, at: Index) -> String {
    let mut signature = String::new();
    let levels = std::iter::once(at).chain(tree.ancestors(at));
    for (level, at) in levels.take(MAX_LEVELS).enumerate() {
        if level > 0 {
            signature.push('<');
        }
        let names = names(tree, at);
        signature.push_str(tree.nodes[at].name());
        signature.push_str(&names);
        if !names.is_empty() {
            break;
        }
    }
    cut(&mut signature, MAX_SIGNATURE);
    signature
}

fn names(tree: &Tree<'_>, at: Index) -> String {
    let node = &tree.nodes[at];
    let mut names = String::new();
    if let Some(id) = node.attr("id").map(beginning).map(without_numbers)
        && !id.is_empty()
    {
        names.push('#');
        names.push_str(&id);
    }
    let mut classes: Vec<String> = node
        .attr("class")
        .map_or("", beginning)
        .split_ascii_whitespace()
        .filter(|class| !is_of_story(class))
        .map(without_numbers)
        .filter(|class| !class.is_empty())
        .collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes.iter().take(MAX_CLASSES) {
        names.push('.');
        names.push_str(class);
    }
    names
}

/// Classes by which content systems tell one story from another.
fn is_of_story(class: &str) -> bool {
    ["category-", "tag-", "author-", "topic-", "section-"]
        .iter()
        .any(|prefix| class.starts_with(prefix))
}

/// So much of a name that no page makes its reading a burden.
fn beginning(names: &str) -> &str {
    &names[..names.floor_char_boundary(MAX_NAMES)]
}

fn without_numbers(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() && !c.is_numeric() || matches!(c, '-' | '_'))
        .take(24)
        .collect()
}

/// The element worth a signature for the body in `at`: a paragraph is none, what holds it is.
fn holder(tree: &Tree<'_>, at: Index) -> Index {
    let mut at = at;
    while at != 0
        && !matches!(
            tree.nodes[at].role(),
            Some(Role::Block | Role::Cell | Role::Margin | Role::Item | Role::Table)
        )
    {
        at = tree.nodes[at].parent;
    }
    at
}

/// Of the elements with that signature, the one with the most prose, and how much that is.
pub(super) fn find(
    tree: &Tree<'_>,
    lines: &[Line],
    weights: &[f64],
    wanted: &str,
) -> Option<(Index, f64)> {
    let tag = wanted.split(['#', '.', '<']).next()?;
    (1..tree.nodes.len())
        .filter(|&at| tree.nodes[at].name() == tag && signature_at(tree, at) == wanted)
        .map(|at| (at, prose(tree, lines, weights, at)))
        // Of equals the inner one, which comes later.
        .max_by(|a: &(Index, f64), b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
}

/// The prose in an element, by weight.
pub(super) fn prose(tree: &Tree<'_>, lines: &[Line], weights: &[f64], at: Index) -> f64 {
    let range = score::lines_in(tree, lines, at);
    weights[range].iter().filter(|weight| **weight > 0.0).sum()
}
