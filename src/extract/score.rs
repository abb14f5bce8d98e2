//! Chooses the element that holds the body.
//!
//! Each line has a weight: its words if it reads like prose, less than nothing if it is a link.
//! An element's score is the sum over its lines, each worth less the farther below it lies, so
//! that of two elements with the same text the inner one wins, and comments or teasers in a wider
//! element do not make it the better one. What names the body (`articleBody`, `entry-content`,
//! `article`) multiplies the score; lines that the feed or JSON-LD quote weigh more.

use std::collections::HashSet;

use crate::extract::lines::{Line, Shape};
use crate::extract::tree::{Index, Kind, Role, Tree};
use crate::extract::words::{fold, is_body_name};

/// Levels below an element at which a line still counts in full.
const NEAR: usize = 1;
/// What a line keeps of its weight for each level more.
const DECAY: f64 = 0.85;
/// The most words of one line that count.
const MAX_WORDS: f64 = 120.0;

/// The element that holds the body.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) at: Index,
    pub(super) rule: String,
}

/// Runs of words that a line may share with a text known to be of the article.
#[derive(Debug, Default)]
pub(super) struct Shingles(HashSet<u64>);

/// Words in one run.
const RUN: usize = 4;

impl Shingles {
    pub(super) fn of(text: &str) -> Self {
        Self(runs(text).into_iter().collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The share of the line's runs that the text has too; none for lines too short to tell.
    pub(super) fn share(&self, line: &str) -> Option<f64> {
        if self.0.is_empty() {
            return None;
        }
        let runs = runs(line);
        if runs.is_empty() {
            return None;
        }
        let known = runs.iter().filter(|run| self.0.contains(run)).count();
        Some(known as f64 / runs.len() as f64)
    }
}

fn runs(text: &str) -> Vec<u64> {
    let folded = fold(text);
    let words: Vec<u64> = folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(hash)
        .collect();
    let run = |run: &[u64]| run.iter().fold(0u64, |sum, word| mix(sum ^ word));
    words.windows(RUN).map(run).collect()
}

/// FNV-1a: the texts of one page are compared with each other, and a collision costs nothing.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Spreads a sum over all bits, so that the order of the words in a run matters.
fn mix(sum: u64) -> u64 {
    (sum ^ (sum >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The weight of each line.
pub(super) fn weigh(lines: &[Line], feed: &Shingles, structured: &Shingles) -> Vec<f64> {
    lines
        .iter()
        .map(|line| {
            let mut weight = weight(line);
            if weight > 0.0 {
                if feed.share(&line.text).is_some_and(|share| share > 0.5) {
                    weight *= 3.0;
                }
                // A long body in JSON-LD is the body; what it lacks is likely not of it.
                if structured.len() > 80 {
                    match structured.share(&line.text) {
                        Some(share) if share > 0.5 => weight *= 2.0,
                        Some(_) => weight *= 0.4,
                        None => {}
                    }
                }
            }
            weight
        })
        .collect()
}

fn weight(line: &Line) -> f64 {
    let words = f64::from(line.words);
    let linked = line.link_share();
    if matches!(line.shape, Shape::Figure) {
        return 0.0;
    }
    if linked > 0.5 {
        return -(1.0 + words.min(20.0) * 0.5);
    }
    if words < 5.0 {
        return 0.0;
    }
    let prose = if line.marks > 0 {
        1.0
    } else if words > 12.0 {
        0.6
    } else {
        0.2
    };
    let shape = match line.shape {
        Shape::Heading(_) => 0.2,
        Shape::Item { .. } | Shape::Row { .. } => 0.6,
        _ => 1.0,
    };
    words.min(MAX_WORDS) * prose * shape * (1.0 - linked)
}

/// The best element by score; None if nothing on the page reads like prose.
pub(super) fn choose(tree: &Tree<'_>, lines: &[Line], weights: &[f64]) -> Option<Choice> {
    let mut scores = vec![0.0; tree.nodes.len()];
    for (line, &weight) in lines.iter().zip(weights) {
        if weight == 0.0 {
            continue;
        }
        let mut worth = weight;
        for (level, at) in tree.ancestors(line.nodes.start).enumerate() {
            if level > NEAR {
                worth *= DECAY;
            }
            scores[at] += worth;
        }
    }
    let (at, ..) = scores
        .into_iter()
        .enumerate()
        .filter(|&(_, score)| score > 0.0)
        .map(|(at, score)| (at, score * bonus(tree, at)))
        // Ties go to the inner, then to the earlier element, so that the choice never wavers.
        .max_by(|a, b| {
            let depth = |at: Index| tree.nodes[at].depth;
            a.1.total_cmp(&b.1)
                .then(depth(a.0).cmp(&depth(b.0)))
                .then(b.0.cmp(&a.0))
        })?;
    Some(Choice {
        at,
        rule: name(tree, at),
    })
}

/// The parts of a body that an advertisement or a picture has split: `at`, and elements of the same
/// name, class and depth near it that hold prose. Another article is no part of this one.
pub(super) fn parts(tree: &Tree<'_>, lines: &[Line], weights: &[f64], at: Index) -> Vec<Index> {
    let node = &tree.nodes[at];
    let Some(near) = tree.ancestors(at).take(3).last() else {
        return vec![at];
    };
    let near = if node.attr("class").is_some() {
        near
    } else {
        node.parent
    };
    let article = |at: Index| {
        tree.ancestors(at)
            .find(|&up| tree.nodes[up].name() == "article")
    };
    let own = article(at);
    let alike = |&other: &Index| {
        let part = &tree.nodes[other];
        let same = part.depth == node.depth
            && part.name() == node.name()
            && part.attr("class") == node.attr("class");
        same && (other == at || (article(other) == own && is_prose(tree, lines, weights, other)))
    };
    tree.range(near).filter(alike).collect()
}

/// Whether an element is mostly sentences, and has no headline of its own.
fn is_prose(tree: &Tree<'_>, lines: &[Line], weights: &[f64], at: Index) -> bool {
    let range = lines_in(tree, lines, at);
    let (lines, weights) = (&lines[range.clone()], &weights[range]);
    let good: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
    let bad: f64 = weights.iter().filter(|weight| **weight < 0.0).sum();
    let headline = lines.iter().any(|line| line.shape == Shape::Heading(1));
    let words = f64::from(words_of(lines));
    !headline && words >= 20.0 && good + bad > words * 0.6
}

fn bonus(tree: &Tree<'_>, at: Index) -> f64 {
    let node = &tree.nodes[at];
    let Kind::Element(element, role) = node.kind else {
        return 0.0;
    };
    if node
        .attr("itemprop")
        .is_some_and(|prop| prop.contains("articleBody"))
    {
        return 1.6;
    }
    let named =
        node.attr("class").is_some_and(is_body_name) || node.attr("id").is_some_and(is_body_name);
    match element.name() {
        _ if named => 1.4,
        "article" => 1.25,
        "main" => 1.1,
        "p" | "li" | "tr" | "ul" | "ol" => 0.8,
        "a" | "b" | "strong" | "i" | "em" | "body" | "html" => 0.7,
        _ if matches!(role, Role::Heading(_)) => 0.3,
        _ => 1.0,
    }
}

/// What the element is called in [`Choice::rule`].
fn name(tree: &Tree<'_>, at: Index) -> String {
    let node = &tree.nodes[at];
    if node
        .attr("itemprop")
        .is_some_and(|prop| prop.contains("articleBody"))
    {
        return "itemprop articleBody".to_owned();
    }
    let tag = node.name();
    let class = node
        .attr("class")
        .and_then(|class| class.split_ascii_whitespace().next());
    match (tag, class, node.attr("id")) {
        ("article" | "main", ..) => format!("{tag} element"),
        (_, Some(class), _) => format!("scored: {tag}.{class}"),
        (_, None, Some(id)) => format!("scored: {tag}#{id}"),
        _ => format!("scored: {tag}"),
    }
}

/// The lines in `at`.
pub(super) fn lines_in(tree: &Tree<'_>, lines: &[Line], at: Index) -> std::ops::Range<usize> {
    let range = tree.range(at);
    let from = lines.partition_point(|line| line.nodes.start < range.start);
    let to = lines.partition_point(|line| line.nodes.start < range.end);
    from..to
}

/// Words of the lines.
pub(super) fn words_of(lines: &[Line]) -> u32 {
    lines
        .iter()
        .map(|line| line.words)
        .fold(0, u32::saturating_add)
}
