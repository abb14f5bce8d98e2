//! Chooses the element that holds the body.
//!
//! Each line has a weight: its words if it reads like prose, less than nothing if it is a link.
//! An element's score is the sum over its lines, each worth less the farther below it lies, so
//! that of two elements with the same text the inner one wins, and comments or teasers in a wider
//! element do not make it the better one. What names the body (`articleBody`, `entry-content`,
//! `article`) multiplies the score; lines that the feed or JSON-LD quote weigh more.

use std::collections::HashSet;

use crate::extract::line::{Line, Shape};
use crate::extract::tree::{Index, Kind, Role, Tree};
use crate::extract::words::{fold, is_body_name};

/// Levels below an element at which a line still counts in full.
const NEAR: usize = 1;
/// What a line keeps of its weight for each level more.
const DECAY: f64 = 0.85;
/// An element inside of the best one is as good if its score is above this share.
const ALIKE: f64 = 0.6;
/// The most words of one line that count.
const MAX_WORDS: f64 = 120.0;

/// The element that holds the body.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) at: Index,
    /// Whether the element is named as a body.
    pub(super) named: bool,
    /// How many times the score of the best element that is neither in it nor around it its own is.
    pub(super) lead: f64,
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
    for (at, score) in scores.iter_mut().enumerate() {
        if *score > 0.0 {
            *score *= bonus(tree, at);
        }
    }
    let depth = |at: Index| tree.nodes[at].depth;
    let (at, best) = scores
        .iter()
        .copied()
        .enumerate()
        .filter(|&(_, score)| score > 0.0)
        // Ties go to the inner, then to the earlier element, so that the choice never wavers.
        .max_by(|a, b| {
            a.1.total_cmp(&b.1)
                .then(depth(a.0).cmp(&depth(b.0)))
                .then(b.0.cmp(&a.0))
        })?;
    // The wrapper of a wrapper has a name of that kind, too: the inner one is meant.
    let inner = tree.range(at).skip(1).filter(|&inner| {
        scores[inner] > best * ALIKE
            && tree.nodes[inner].name() != "article"
            && is_named(tree, inner)
    });
    let (at, best) = inner
        .map(|inner| (inner, scores[inner]))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((at, best));
    let apart = |other: Index| !tree.range(at).contains(&other) && !tree.range(other).contains(&at);
    let rival = (0..scores.len())
        .filter(|&other| scores[other] > 0.0 && apart(other))
        .map(|other| scores[other])
        .fold(0.0, f64::max);
    Some(Choice {
        at,
        named: is_named(tree, at),
        lead: if rival > 0.0 {
            best / rival
        } else {
            f64::INFINITY
        },
        rule: name(tree, at),
    })
}

fn is_named(tree: &Tree<'_>, at: Index) -> bool {
    let node = &tree.nodes[at];
    let named = |key| node.attr(key).is_some_and(is_body_name);
    node.attr("itemprop")
        .is_some_and(|prop| prop.contains("articleBody"))
        || node.name() == "article"
        || named("class")
        || named("id")
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
