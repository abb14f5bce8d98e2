//! Gathers the parts of a body that lie outside of the element chosen.
//!
//! Pages are often cut into modules: a first paragraph above the picture, then the text, then the
//! rest behind an advertisement, each in a wrapper of its own. From the chosen element upwards to
//! the element that holds the whole article, each sibling of the way is looked at; one that reads
//! as prose and has no sign of being something else (a headline, another article, cards of links)
//! is a part of the body.

use crate::extract::line::{Line, Shape};
use crate::extract::score::{self, Shingles};
use crate::extract::tree::{Index, Tree};
use crate::extract::words;

/// How far up parts are looked for where nothing names the article as a whole.
const MAX_UP: usize = 4;

/// How far up parts of the same kind are looked for there.
const MAX_UP_ALIKE: usize = 7;

/// The chosen element and the other parts of its body, in document order.
///
/// `is_learned`: other pages of the site have told where its bodies stand, so that nothing of another
/// kind is a part.
pub(super) fn parts(
    tree: &Tree<'_>,
    lines: &[Line],
    weights: &[f64],
    told: &Shingles,
    at: Index,
    is_learned: bool,
) -> Vec<Index> {
    let search = Search {
        tree,
        lines,
        weights,
        told,
        chosen: at,
        title: title_before(tree, lines, at),
    };
    let mut parts = vec![at];
    let mut below = at;
    let height = search.height(at);
    if let Some(scope) = tree.ancestors(at).take(height).last() {
        search.add_alike(scope, &mut parts);
    }
    let up = if is_learned { 0 } else { height.min(MAX_UP) };
    for up in tree.ancestors(at).take(up) {
        for child in tree.children(up) {
            if child != below && !parts.iter().any(|&part| tree.range(child).contains(&part)) {
                search.add(child, below, &mut parts);
            }
        }
        below = up;
    }
    parts.sort_unstable();
    parts
}

struct Search<'s, 'a> {
    tree: &'s Tree<'a>,
    lines: &'s [Line],
    weights: &'s [f64],
    told: &'s Shingles,
    chosen: Index,
    /// Where the headline above the body ends.
    title: Index,
}

impl Search<'_, '_> {
    /// How many ancestors of the body are of the article.
    fn height(&self, at: Index) -> usize {
        let whole = |&up: &Index| {
            let node = &self.tree.nodes[up];
            matches!(node.name(), "article" | "main") || node.attr("role") == Some("main")
        };
        let mut named = None;
        let mut height = 0;
        if whole(&at) {
            return 0;
        }
        for up in self.tree.ancestors(at) {
            if matches!(self.tree.nodes[up].name(), "body" | "html") {
                break;
            }
            height += 1;
            if whole(&up) {
                named = Some(height);
                break;
            }
        }
        named.unwrap_or(height.min(MAX_UP_ALIKE))
    }

    /// Elements of the chosen one's kind, wherever they stand in the article.
    fn add_alike(&self, scope: Index, parts: &mut Vec<Index>) {
        let mut next = 0;
        for at in self.tree.range(scope) {
            if at < next || at == self.chosen || at <= self.title || !self.alike(at) {
                continue;
            }
            if self.is_prose(at) && self.article(at) == self.article(self.chosen) {
                next = self.tree.nodes[at].end;
                parts.push(at);
            }
        }
    }

    fn article(&self, at: Index) -> Option<Index> {
        let mut up = self.tree.ancestors(at);
        up.find(|&up| self.tree.nodes[up].name() == "article")
    }

    /// Whether an element is mostly sentences, and has no headline of its own.
    fn is_prose(&self, at: Index) -> bool {
        let range = score::lines_in(self.tree, self.lines, at);
        let (lines, weights) = (&self.lines[range.clone()], &self.weights[range]);
        let good: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
        let bad: f64 = weights.iter().filter(|weight| **weight < 0.0).sum();
        let headline = lines.iter().any(|line| line.shape == Shape::Heading(1));
        let words = f64::from(score::words_of(lines));
        !headline && words >= 20.0 && good + bad * 3.0 > words * 0.6
    }

    fn add(&self, at: Index, beside: Index, parts: &mut Vec<Index>) {
        let node = &self.tree.nodes[at];
        if node.element().is_none() || node.end <= self.title || node.name() == "article" {
            return;
        }
        if self.is_part(at, beside) {
            parts.push(at);
        }
    }

    fn is_part(&self, at: Index, beside: Index) -> bool {
        let range = score::lines_in(self.tree, self.lines, at);
        let (lines, weights) = (&self.lines[range.clone()], &self.weights[range]);
        let words = f64::from(score::words_of(lines));
        let headline = |line: &Line| line.shape == Shape::Heading(1);
        let other = |inner: Index| self.tree.nodes[inner].name() == "article";
        if words < 15.0 || lines.iter().any(headline) || self.tree.range(at).any(other) {
            return false;
        }
        if self.told.len() > 80 {
            return self.told_share(lines) > 0.5;
        }
        let good: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
        let bad: f64 = weights.iter().filter(|weight| **weight < 0.0).sum();
        if good + bad * 3.0 <= words * 0.7 {
            return false;
        }
        let prose = weights.iter().filter(|weight| **weight >= 15.0).count();
        if at < beside {
            return words >= 40.0 && prose >= 2;
        }
        // Below the body, cards of other articles read as prose, too; their headings are links.
        let cards = weights.iter().filter(|weight| **weight < 0.0).count();
        words >= 150.0 && prose >= 4 && cards < 2
    }

    fn told_share(&self, lines: &[Line]) -> f64 {
        let mut known = 0.0;
        let mut all = 0.0;
        for line in lines {
            if let Some(share) = self.told.share(&line.text) {
                known += share * f64::from(line.words);
                all += f64::from(line.words);
            }
        }
        if all == 0.0 { 0.0 } else { known / all }
    }

    /// Whether an element is of one kind with the body chosen, by name and class.
    fn alike(&self, other: Index) -> bool {
        let (one, other) = (&self.tree.nodes[self.chosen], &self.tree.nodes[other]);
        let (Some(class), Some(others)) = (one.attr("class"), other.attr("class")) else {
            return false;
        };
        let shared = |name: &str| {
            words::is_body_name(name) && others.split_ascii_whitespace().any(|n| n == name)
        };
        one.name() == other.name()
            && (class == others || class.split_ascii_whitespace().any(shared))
    }
}

/// The end of the last headline above `at`.
fn title_before(tree: &Tree<'_>, lines: &[Line], at: Index) -> Index {
    let above = &lines[..score::lines_in(tree, lines, at).start];
    above
        .iter()
        .rev()
        .find(|line| line.shape == Shape::Heading(1))
        .map_or(0, |line| line.nodes.end)
}
