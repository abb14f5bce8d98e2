//! Pictures: where they really are, and the figure that is written of each.
//!
//! Pages that load pictures late have a stand-in in `src` and the picture in `data-src` and the
//! like, in `srcset`, or in a copy for readers without scripts (`noscript`).

use url::Url;

use crate::extract::tree::{Index, Kind, Role, Tree};
use crate::text::html::escape;

/// The widest picture that is worth its transfer, in pixels: of a `srcset`, the widest up to this.
const MAX_WIDTH: u32 = 1600;

/// Attributes that hold the address where it is not in `src`.
const LATE: [&str; 6] = [
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-orig-file",
    "data-full-src",
];

/// Attributes that hold several sizes.
const SETS: [&str; 3] = ["data-srcset", "data-lazy-srcset", "srcset"];

/// A picture with its alternative text and the caption of its figure, unless it is an ornament.
pub(super) fn figure(tree: &Tree<'_>, at: Index, base: &Url) -> Option<String> {
    let node = &tree.nodes[at];
    let tiny = |key| {
        node.attr(key)
            .and_then(|size| size.trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|px| px < 50)
    };
    if tiny("width") || tiny("height") {
        return None;
    }
    let address = address(|key| node.attr(key), base).or_else(|| copy(tree, at, base))?;
    let alt = escape(node.attr("alt").unwrap_or(""));
    let caption = caption(tree, at).map_or(String::new(), |caption| {
        format!("<figcaption>{}</figcaption>", escape(&caption))
    });
    let address = escape(address.as_str());
    Some(format!(
        "<figure><img src=\"{address}\" alt=\"{alt}\">{caption}</figure>"
    ))
}

/// The picture's address: from what loads late, the sizes, then `src`.
fn address<'a>(attr: impl Fn(&str) -> Option<&'a str>, base: &Url) -> Option<Url> {
    let real = |value: &str| {
        let url = base.join(value).ok()?;
        (matches!(url.scheme(), "http" | "https") && !is_stand_in(&url)).then_some(url)
    };
    let of_set = || SETS.iter().find_map(|key| real(widest(attr(key)?)?));
    let late = || LATE.iter().find_map(|key| real(attr(key)?));
    of_set().or_else(late).or_else(|| real(attr("src")?))
}

/// The widest entry of a `srcset` that is sensible, else the narrowest of those too wide.
fn widest(set: &str) -> Option<&str> {
    let mut best: Option<(&str, u32)> = None;
    // A comma may be part of an address; one that ends an entry is followed by white space or
    // stands behind a descriptor.
    for entry in set.split(", ").flat_map(|part| part.split(",\n")) {
        let mut words = entry.trim().trim_end_matches(',').split_whitespace();
        let Some(address) = words.next() else {
            continue;
        };
        let size = words
            .next()
            .map_or(Some(1), |size| match size.strip_suffix('w') {
                Some(width) => width.parse().ok(),
                // Densities are small numbers: 2x beats 1x.
                None => size
                    .strip_suffix('x')
                    .and_then(|density| density.parse::<f32>().ok())
                    .map(|density| if density >= 2.0 { 2 } else { 1 }),
            });
        let Some(size) = size else {
            continue;
        };
        let better = best.is_none_or(|(_, known)| {
            if size > MAX_WIDTH {
                known > MAX_WIDTH && size < known
            } else {
                known > MAX_WIDTH || size > known
            }
        });
        if better {
            best = Some((address, size));
        }
    }
    best.map(|(address, _)| address)
}

/// Whether an address is of the picture that stands in until the real one is loaded.
fn is_stand_in(url: &Url) -> bool {
    let Some(name) = url.path_segments().and_then(|mut parts| parts.next_back()) else {
        return true;
    };
    let stem = name.split('.').next().unwrap_or("").to_ascii_lowercase();
    let words = [
        "placeholder",
        "blank",
        "spacer",
        "transparent",
        "1x1",
        "pixel",
        "loading",
        "lazyload",
    ];
    words.iter().any(|word| stem == *word)
        || stem.starts_with("placeholder")
        || stem.ends_with("placeholder")
}

/// The address in the copy for readers without scripts that follows the picture.
fn copy(tree: &Tree<'_>, at: Index, base: &Url) -> Option<Url> {
    let parent = tree.nodes[at].parent;
    let copy = tree
        .children(parent)
        .find(|&child| child > at && tree.nodes[child].name() == "noscript")?;
    let inner = tree.range(copy);
    let Some(Kind::Text(text)) = tree.nodes[inner]
        .iter()
        .map(|node| &node.kind)
        .find(|kind| matches!(kind, Kind::Text(_)))
    else {
        return None;
    };
    let start = text.find("<img")?;
    let tag = &text[start..];
    let tag = &tag[..tag.find('>')?];
    address(|key| value(tag, key), base)
}

/// The value of an attribute in the source of a tag.
fn value<'t>(tag: &'t str, key: &str) -> Option<&'t str> {
    tag.match_indices(key).find_map(|(at, key)| {
        let before = tag[..at].ends_with(char::is_whitespace);
        let rest = tag[at + key.len()..].strip_prefix('=')?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let rest = &rest[1..];
        before.then(|| rest.find(quote).map(|end| &rest[..end]))?
    })
}

/// The caption of the picture's figure; of several pictures, the first has it.
fn caption(tree: &Tree<'_>, at: Index) -> Option<String> {
    let figure = tree
        .ancestors(at)
        .take(6)
        .find(|&up| tree.nodes[up].role() == Some(Role::Figure))?;
    let first = |role| {
        tree.range(figure)
            .take(100)
            .find(|&inner| tree.nodes[inner].role() == Some(role))
    };
    let inner = first(Role::Caption).filter(|_| first(Role::Image) == Some(at))?;
    Some(tree.text(inner)).filter(|caption| !caption.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_sizes_the_widest_sensible_one_is_taken() {
        for (set, expected) in [
            ("a.jpg 320w, b.jpg 1200w, c.jpg 4000w", Some("b.jpg")),
            ("c.jpg 4000w, b.jpg 2400w", Some("b.jpg")),
            ("a.jpg 1x, b.jpg 2x", Some("b.jpg")),
            (
                "w_300,h_200/a.jpg 300w, w_900,h_600/a.jpg 900w",
                Some("w_900,h_600/a.jpg"),
            ),
            ("a.jpg", Some("a.jpg")),
            ("", None),
        ] {
            assert_eq!(widest(set), expected, "{set}");
        }
    }

    #[test]
    fn stand_ins_are_known_by_their_names() {
        let is = |address: &str| is_stand_in(&Url::parse(address).unwrap());
        assert!(is("https://news.example/img/placeholder.png"));
        assert!(is("https://news.example/img/blank.gif?v=2"));
        assert!(!is("https://news.example/img/the-blank-page.jpg"));
    }
}
