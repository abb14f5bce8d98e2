//! Articles that are cut into pages: where the next one is, and one article of several pages.
//!
//! `rel=next` alone says too little, since blogs set it to the next *article*. A next page has the
//! address of this one but for a number that is one higher. The user's selector is believed, as long
//! as it stays on the host. Nothing is fetched here.

use std::collections::HashSet;

use url::Url;

use crate::extract::article::Extracted;
use crate::extract::tree::{Role, Tree};
use crate::extract::words::{self, fold};

/// Query keys that number pages.
const KEYS: [&str; 8] = [
    "page", "p", "pg", "seite", "pagina", "paged", "sayfa", "pag",
];

/// The address of the article's next page, if there is one.
pub(super) fn next(tree: &Tree<'_>, page: &Url, base: &Url) -> Option<Url> {
    let address = |at: usize| {
        let href = tree.nodes[at].attr("href")?;
        let mut url = base.join(href).ok()?;
        url.set_fragment(None);
        let near = url.origin() == page.origin() && url.as_str() != page.as_str();
        near.then_some(url)
    };
    if let Some(url) = tree.nexts.iter().find_map(|&at| address(at)) {
        return Some(url);
    }
    tree.nodes.iter().enumerate().find_map(|(at, node)| {
        let linked = node.role() == Some(Role::Link) || node.name() == "link";
        if !linked {
            return None;
        }
        let named = node.attr("rel").is_some_and(|rel| {
            rel.split_ascii_whitespace()
                .any(|it| it.eq_ignore_ascii_case("next"))
        });
        // Page numbers are short, and most links are not.
        let numbered = || node.end - at <= 4 && tree.text(at).trim().parse::<u32>().is_ok();
        if !named && !numbered() {
            return None;
        }
        address(at).filter(|url| follows(page, url))
    })
}

/// Whether `next` is the address of `page` with its number one higher.
fn follows(page: &Url, next: &Url) -> bool {
    let (stem, number) = numbered(page);
    let (next_stem, next_number) = numbered(next);
    // What looks like a number in the first page's path may be that of the article.
    let begins = next.path() == page.path() && by_query(next) == (by_query(page).0, Some(2));
    begins || (stem == next_stem && next_number == number + 1)
}

/// The query of an address without its page number, and that number.
fn by_query(url: &Url) -> (String, Option<u32>) {
    let mut number = None;
    let query: Vec<String> = url
        .query_pairs()
        .filter_map(|(key, value)| {
            let page = KEYS.contains(&&*key).then(|| value.parse().ok()).flatten();
            number = number.or(page);
            page.is_none().then(|| format!("{key}={value}"))
        })
        .collect();
    (query.join("&"), number)
}

/// An address without its page number, and that number.
fn numbered(url: &Url) -> (String, u32) {
    let (query, mut number) = by_query(url);
    let path = url.path().trim_end_matches('/');
    let (stem, extension) = match path.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 5 && !extension.contains('/') => {
            (stem, extension)
        }
        _ => (path, ""),
    };
    let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (head, tail) = stem.split_at(stem.len() - digits);
    let mut stem = stem;
    // Longer numbers are those of articles.
    if number.is_none() && (1..=2).contains(&digits) && head.ends_with(['/', '-', '_', ',']) {
        number = tail.parse().ok();
        stem = head.trim_end_matches(['/', '-', '_', ',']);
        stem = stem.strip_suffix("/page").unwrap_or(stem);
    }
    let stem = format!("{stem}.{extension}?{query}");
    (stem, number.unwrap_or(1))
}

/// One article of its pages, in their order: the facts of the first, the texts of all. What later
/// pages repeat (the standfirst, a box) is dropped; what follows the last is its next page.
pub fn join(first: Extracted, rest: impl IntoIterator<Item = Extracted>) -> Extracted {
    let mut joined = first;
    let mut pages = 1;
    let (opening, inner) = unwrapped(&joined.html);
    let closing = if opening.is_empty() { "" } else { "</div>" };
    let opening = opening.to_owned();
    let mut html = inner.to_owned();
    let mut blocks_seen: HashSet<String> = blocks(inner).map(known).collect();
    let mut lines_seen: HashSet<String> = joined.text.split("\n\n").map(fold).collect();
    for page in rest {
        pages += 1;
        for block in blocks(unwrapped(&page.html).1) {
            if blocks_seen.insert(known(block)) {
                html.push_str(block);
            }
        }
        for paragraph in page.text.split("\n\n") {
            if lines_seen.insert(fold(paragraph)) {
                joined.text.push_str("\n\n");
                joined.text.push_str(paragraph);
            }
        }
        joined.confidence = joined.confidence.min(page.confidence);
        joined.next_page = page.next_page;
    }
    joined.html = format!("{opening}{html}{closing}");
    joined.words = words::count(&joined.text);
    if pages > 1 {
        joined.rule = format!("{}; {pages} pages", joined.rule);
    }
    joined
}

/// The `<div>` around an article's HTML that says its direction, and what is in it.
fn unwrapped(html: &str) -> (&str, &str) {
    let inner = html
        .starts_with("<div")
        .then(|| html.find('>'))
        .flatten()
        .zip(html.strip_suffix("</div>"))
        .and_then(|(end, html)| html.get(end + 1..).map(|inner| (end, inner)));
    match inner {
        Some((end, inner)) => (&html[..=end], inner),
        None => ("", html),
    }
}

/// The outermost elements of HTML that [`render`](crate::extract::render) wrote.
fn blocks(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let (mut depth, mut at) = (0_usize, 0);
        while let Some(start) = rest[at..].find('<').map(|start| at + start) {
            let end = rest[start..].find('>').map(|end| start + end + 1)?;
            let tag = &rest[start..end];
            at = end;
            match tag.strip_prefix("</") {
                Some(_) => depth = depth.saturating_sub(1),
                None if tag.starts_with("<br") || tag.starts_with("<img") => {}
                None => depth += 1,
            }
            if depth == 0 {
                let block = &rest[..end];
                rest = &rest[end..];
                return Some(block);
            }
        }
        let block = std::mem::take(&mut rest);
        (!block.is_empty()).then_some(block)
    })
}

/// By what a block is recognised: its words, or, of a picture, itself.
fn known(block: &str) -> String {
    let text = fold(&crate::text::html::to_line(block));
    if text.is_empty() || block.starts_with("<figure") {
        block.to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_page_is_this_address_with_the_next_number() {
        let follows = |page: &str, next: &str| {
            let base = Url::parse("https://news.example").unwrap();
            follows(&base.join(page).unwrap(), &base.join(next).unwrap())
        };
        for (page, next, expected) in [
            ("/a/story.html", "/a/story-2.html", true),
            ("/a/story", "/a/story/2/", true),
            ("/a/story/2/", "/a/story/3/", true),
            ("/a/story/", "/a/story/page/2/", true),
            ("/a?id=7", "/a?id=7&page=2", true),
            ("/a?id=7&page=2", "/a?id=7&page=3", true),
            ("/a/story", "/a/story/3/", false),
            ("/a/story", "/a/next-story", false),
            ("/2024/05/story", "/2024/06/story", false),
            ("/news/1203", "/news/1204", false),
            ("/a?id=7", "/a?id=8", false),
        ] {
            assert_eq!(follows(page, next), expected, "{page} {next}");
        }
    }

    #[test]
    fn blocks_are_the_outermost_elements() {
        let html =
            "<p>a<br>b</p><ul><li>c</li><li>d</li></ul><figure><img src=\"x\" alt=\"\"></figure>";
        let found: Vec<_> = blocks(html).collect();
        assert_eq!(found.len(), 3);
        assert_eq!(found.concat(), html);
    }
}
