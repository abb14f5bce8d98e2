//! Strikes out what surrounds an article, before anything is weighed.
//!
//! Elements that are never text go unconditionally. Those that only look like the frame of a page
//! (by element, role, class or id) are spared if most of the page's text is in them, for names
//! lie: a whole page may sit in `<div class="has-sidebar">`.

use std::collections::HashMap;

use crate::extract::tree::{Index, Kind, Role, Tree};
use crate::extract::words::{self, Hint};

/// The longest word on an author, in bytes.
const MAX_PERSON: usize = 900;

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zeal {
    /// Only what is never text, and what the user takes out.
    Light,
    /// What looks like a frame, too.
    Full,
}

/// For each node, whether it is struck out; the content of a struck node counts as struck.
pub(super) fn prune(tree: &Tree<'_>, zeal: Zeal) -> Vec<bool> {
    let mut struck = vec![false; tree.nodes.len()];
    let lengths = prose_lengths(tree);
    let total = lengths.last().copied().unwrap_or(0);
    let titles = titles_before(tree);
    let links = links_before(tree);
    let mut hints = HashMap::new();
    let mut at = 0;
    while at < tree.nodes.len() {
        let node = &tree.nodes[at];
        let strike = match node.role() {
            None => false,
            Some(Role::Unread) => {
                node.name() != "nav" || zeal == Zeal::Full || !tree.bodies.is_empty()
            }
            Some(_) if is_hidden(tree, at) || tree.removed.binary_search(&at).is_ok() => true,
            Some(_) if zeal == Zeal::Light || at == 0 => false,
            Some(role) if is_cluster(tree, &lengths, &links, at, role) => true,
            Some(role) => {
                let share = lengths[node.end] - lengths[at];
                let has_title = titles[node.end] > titles[at];
                let is = Look::of(tree, at, role, &mut hints);
                match is {
                    Look::Plain => false,
                    Look::Person => share < MAX_PERSON && share * 6 < total,
                    Look::Comments => !has_title || share * 4 < total,
                    Look::Margin => share * 2 < total || (!has_title && share * 4 < total * 3),
                    // Modules of one class stand or fall together.
                    Look::Doubtful => {
                        let alike: usize = siblings_of(tree, at)
                            .map(|other| lengths[tree.nodes[other].end] - lengths[other])
                            .sum();
                        alike.max(share) * 10 < total * 3 && !holds_body(tree, at)
                    }
                }
            }
        };
        if strike {
            struck[at..node.end].fill(true);
            at = node.end;
        } else {
            at += 1;
        }
    }
    struck
}

/// The children of `at`'s parent that have its name and class.
fn siblings_of<'t>(tree: &'t Tree<'_>, at: Index) -> impl Iterator<Item = Index> + 't {
    let node = &tree.nodes[at];
    let class = node.attr("class");
    let alike = move |&other: &Index| {
        let other = &tree.nodes[other];
        class.is_some() && other.name() == node.name() && other.attr("class") == class
    };
    tree.children(node.parent).filter(alike)
}

/// Whether something in `at` is named as the body of an article.
fn holds_body(tree: &Tree<'_>, at: Index) -> bool {
    let mut inner = at + 1..tree.nodes[at].end;
    inner.any(|inner| {
        tree.nodes[inner]
            .attr("class")
            .is_some_and(words::is_body_name)
    })
}

fn holds_quote(tree: &Tree<'_>, at: Index) -> bool {
    let mut inner = tree.range(at);
    inner.any(|inner| tree.nodes[inner].role() == Some(Role::Quote))
}

/// What an element looks like from its name, role, class and id.
enum Look {
    Plain,
    Comments,
    Margin,
    /// Who wrote the text.
    Person,
    /// Words of the frame and of the body together.
    Doubtful,
}

impl Look {
    fn of<'a>(tree: &Tree<'a>, at: Index, role: Role, hints: &mut HashMap<&'a str, Hint>) -> Self {
        let node = &tree.nodes[at];
        let name = node.name();
        if matches!(name, "body" | "html" | "main") || node.attr("itemprop") == Some("articleBody")
        {
            return Self::Plain;
        }
        if role == Role::Margin {
            return Self::Margin;
        }
        let aria = node.attr("role").unwrap_or("");
        if matches!(
            aria,
            "navigation"
                | "complementary"
                | "banner"
                | "contentinfo"
                | "search"
                | "dialog"
                | "menu"
                | "toolbar"
        ) {
            return Self::Margin;
        }
        let mut hint = Hint::default();
        for key in ["class", "id", "data-component", "data-testid"] {
            if let Some(names) = node.attr(key) {
                let known = hints.entry(names).or_insert_with(|| words::hint(names));
                hint = hint.and(*known);
            }
        }
        match hint {
            // A post of a social network that the article quotes.
            Hint { embed: true, .. } if holds_quote(tree, at) => Self::Plain,
            Hint { comments: true, .. } => Self::Comments,
            Hint { frame: true, .. } if name == "article" => Self::Doubtful,
            Hint {
                frame: true,
                body: true,
                ..
            } => Self::Doubtful,
            Hint { frame: true, .. } => Self::Margin,
            Hint { person: true, .. } => Self::Person,
            _ => Self::Plain,
        }
    }
}

fn is_hidden(tree: &Tree<'_>, at: Index) -> bool {
    let Some(element) = tree.nodes[at].element() else {
        return false;
    };
    element.attrs().any(|(name, value)| match name {
        "hidden" => !value.eq_ignore_ascii_case("until-found"),
        "aria-hidden" => value.eq_ignore_ascii_case("true"),
        "style" => {
            if !["none", "NONE", "hidden", "HIDDEN"]
                .iter()
                .any(|it| value.contains(it))
            {
                return false;
            }
            let style: String = value.split_whitespace().collect();
            let style = style.to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        }
        _ => false,
    })
}

/// Per node, the characters of readable text that is no link in all nodes before it.
fn prose_lengths(tree: &Tree<'_>) -> Vec<usize> {
    let mut lengths = Vec::with_capacity(tree.nodes.len() + 1);
    let mut sum = 0;
    let mut skip = 0;
    for (at, node) in tree.nodes.iter().enumerate() {
        lengths.push(sum);
        if at < skip {
            continue;
        }
        match node.kind {
            Kind::Element(_, Role::Unread | Role::Link) => skip = node.end,
            Kind::Text(text) => sum += text.trim().len(),
            Kind::Element(..) => {}
        }
    }
    lengths.push(sum);
    lengths
}

/// Whether an element is little but links: a menu, cards of people or of other articles. Lists in
/// which each item is a label and a link are, too.
fn is_cluster(
    tree: &Tree<'_>,
    lengths: &[usize],
    links: &[(usize, usize)],
    at: Index,
    role: Role,
) -> bool {
    let end = tree.nodes[at].end;
    let count = links[end].0 - links[at].0;
    let linked = links[end].1 - links[at].1;
    let plain = lengths[end] - lengths[at];
    match role {
        Role::List { .. } if count >= 2 && linked * 2 > plain * 3 => {
            let mut items = tree
                .children(at)
                .filter(|&child| tree.nodes[child].role() == Some(Role::Item));
            items.all(|item| links[tree.nodes[item].end].0 > links[item].0)
        }
        Role::Heading(_) | Role::Link | Role::Unread => false,
        // A name with a card that opens on it: only the card goes.
        Role::Inline => {
            let inner = |child: Index| {
                let role = tree.nodes[child].role();
                role.is_some_and(|role| is_cluster(tree, lengths, links, child, role))
            };
            count >= 3 && linked > plain * 6 && !tree.children(at).any(inner)
        }
        _ => count >= 3 && linked > plain * 6,
    }
}

/// Per node, the number of links in all nodes before it, and the characters of their text.
fn links_before(tree: &Tree<'_>) -> Vec<(usize, usize)> {
    let mut sums = Vec::with_capacity(tree.nodes.len() + 1);
    let (mut count, mut chars, mut end) = (0, 0, 0);
    for (at, node) in tree.nodes.iter().enumerate() {
        sums.push((count, chars));
        match node.kind {
            Kind::Element(_, Role::Link) => {
                count += 1;
                end = end.max(node.end);
            }
            Kind::Text(text) if at < end => chars += text.trim().len(),
            _ => {}
        }
    }
    sums.push((count, chars));
    sums
}

/// Per node, the number of `h1` before it.
fn titles_before(tree: &Tree<'_>) -> Vec<usize> {
    let mut sum = 0;
    let mut counts = Vec::with_capacity(tree.nodes.len() + 1);
    for node in &tree.nodes {
        counts.push(sum);
        sum += usize::from(node.role() == Some(Role::Heading(1)));
    }
    counts.push(sum);
    counts
}
