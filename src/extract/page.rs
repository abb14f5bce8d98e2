//! What the page says of itself outside its body: title, authors, date, language, picture, address.

use std::collections::HashSet;

use url::Url;

use crate::extract::pagination;
use crate::extract::structured::Structured;
use crate::extract::tree::{Node, Tree};
use crate::extract::words::fold;
use crate::text::html::to_line;

/// Metadata of a page.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) title: Option<String>,
    /// All wordings of the headline and of the description: lines to know again in the body.
    pub(super) headlines: Vec<String>,
    pub(super) site: Option<String>,
    pub(super) author: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) language: Option<String>,
    pub(super) rtl: bool,
    pub(super) image: Option<Url>,
    pub(super) canonical: Option<Url>,
    pub(super) amp: Option<Url>,
    pub(super) next_page: Option<Url>,
    /// What addresses of the page are resolved against.
    pub(super) base: Option<Url>,
}

impl Facts {
    /// Whether one of the page's headlines says what the title does: most of its words.
    pub(super) fn is_titled(&self, title: &str) -> bool {
        let title = fold(title);
        let words: Vec<&str> = title.split_ascii_whitespace().collect();
        let says = |headline: &String| {
            let headline = fold(headline);
            let known: HashSet<&str> = headline.split_ascii_whitespace().collect();
            let same = words.iter().filter(|word| known.contains(**word)).count();
            same * 3 >= words.len() * 2
        };
        !words.is_empty() && self.headlines.iter().any(says)
    }
}

/// Reads the metadata, JSON-LD before Open Graph before the rest.
pub(super) fn read(tree: &Tree<'_>, page: &Url, structured: &Structured) -> Facts {
    let base = tree
        .named("base")
        .find_map(|node| page.join(node.attr("href")?).ok())
        .unwrap_or_else(|| page.clone());
    let metas = Metas::new(tree);
    let (document_title, site_of_title) = document_title(tree);
    let h1 = heading(tree);
    let title = metas
        .get(&["og:title", "twitter:title", "dc.title"])
        .or_else(|| structured.title.clone())
        .or_else(|| h1.clone())
        .or_else(|| document_title.clone());
    let headlines = [title.clone(), structured.title.clone(), h1, document_title];
    let address = |value: &str| base.join(value).ok().filter(|url| url.has_host());
    let root = tree
        .nodes
        .iter()
        .filter(|node| matches!(node.name(), "html" | "body"));
    let rtl = root
        .clone()
        .filter_map(|node| node.attr("dir"))
        .any(|dir| dir.eq_ignore_ascii_case("rtl"));
    Facts {
        title: title.map(|title| without_site(title, metas.get(&["og:site_name"]).as_deref())),
        headlines: headlines.into_iter().flatten().collect(),
        site: metas
            .get(&["og:site_name", "application-name"])
            .or(site_of_title),
        author: authors(tree, &metas, structured),
        published: structured
            .published
            .clone()
            .or_else(|| published(tree, &metas)),
        modified: structured
            .modified
            .clone()
            .or_else(|| metas.get(&MODIFIED))
            .or_else(|| marked(tree, "dateModified")),
        language: root
            .filter_map(|node| node.attr("lang").or(node.attr("xml:lang")))
            .map(str::to_owned)
            .next()
            .or_else(|| structured.language.clone())
            .or_else(|| metas.get(&["content-language", "og:locale", "dc.language"]))
            .map(|tag| tag.replace('_', "-"))
            .filter(|tag| is_language(tag)),
        rtl,
        image: metas
            .get(&[
                "og:image",
                "og:image:url",
                "twitter:image",
                "twitter:image:src",
            ])
            .or_else(|| structured.image.clone())
            .and_then(|url| address(&url)),
        canonical: linked(tree, "canonical")
            .map(str::to_owned)
            .or_else(|| metas.get(&["og:url"]))
            .and_then(|url| address(&url)),
        amp: linked(tree, "amphtml").and_then(address),
        next_page: pagination::next(tree, page, &base),
        base: Some(base),
    }
}

/// Whether a tag has the form of a language's (BCP 47).
pub(super) fn is_language(tag: &str) -> bool {
    tag.len() <= 35 && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Whether most letters of a text are of a script that runs from right to left.
pub(super) fn is_rtl(text: &str) -> bool {
    let (mut right, mut all) = (0, 0);
    for c in text.chars().filter(|c| c.is_alphabetic()).take(400) {
        all += 1;
        right += usize::from(
            matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'),
        );
    }
    right * 2 > all
}

/// The `meta` elements: key (lower-cased) and content.
struct Metas<'a>(Vec<(String, &'a str)>);

impl<'a> Metas<'a> {
    fn new(tree: &Tree<'a>) -> Self {
        let pair = |node: &Node<'a>| {
            let key = ["property", "name", "itemprop", "http-equiv"];
            let key = key.iter().find_map(|key| node.attr(key))?;
            Some((key.to_ascii_lowercase(), node.attr("content")?))
        };
        Self(tree.named("meta").filter_map(pair).collect())
    }

    fn get(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| {
            let (_, value) = self.0.iter().find(|(known, _)| known == key)?;
            Some(to_line(value)).filter(|value| !value.is_empty())
        })
    }
}

/// The `title` element without the site's name, and that name.
fn document_title(tree: &Tree<'_>) -> (Option<String>, Option<String>) {
    let Some(at) = tree.nodes.iter().position(|node| node.name() == "title") else {
        return (None, None);
    };
    let title = tree.text(at);
    for separator in [" | ", " - ", " – ", " — ", " :: ", " » "] {
        if let Some((head, tail)) = title.rsplit_once(separator)
            && tail.split_whitespace().count() <= 4
            && head.chars().count() > tail.chars().count()
        {
            return (Some(head.trim().to_owned()), Some(tail.trim().to_owned()));
        }
    }
    (Some(title).filter(|title| !title.is_empty()), None)
}

/// The only `h1`, or the first that is marked as headline.
fn heading(tree: &Tree<'_>) -> Option<String> {
    let mut found = tree
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.name() == "h1");
    let (at, _) = found.next()?;
    let marked = |(_, node): &(usize, &Node<'_>)| {
        node.attr("itemprop").is_some_and(|prop| prop == "headline")
            || node
                .attr("class")
                .is_some_and(|class| class.contains("title"))
    };
    let at = found.find(marked).map_or(at, |(at, _)| at);
    Some(tree.text(at)).filter(|text| !text.is_empty())
}

fn without_site(title: String, site: Option<&str>) -> String {
    let cut = site.and_then(|site| {
        let head = title.strip_suffix(site)?.trim_end();
        let head = head.strip_suffix(['|', '-', '–', '—', '»'])?.trim_end();
        (!head.is_empty()).then(|| head.to_owned())
    });
    cut.unwrap_or(title)
}

fn authors(tree: &Tree<'_>, metas: &Metas<'_>, structured: &Structured) -> Vec<String> {
    let mut authors: Vec<String> = Vec::new();
    let mut add = |name: String| {
        let name = name.trim().to_owned();
        let plausible = (2..=80).contains(&name.chars().count()) && !name.contains("://");
        if plausible && !authors.contains(&name) && authors.len() < 10 {
            authors.push(name);
        }
    };
    structured.author.iter().cloned().for_each(&mut add);
    if structured.author.is_empty() {
        match metas.get(&[
            "author",
            "article:author",
            "dc.creator",
            "byl",
            "parsely-author",
        ]) {
            Some(name) => add(name),
            None => {
                let marked = |node: &Node<'_>| {
                    let is = |key, value| {
                        node.attr(key)
                            .is_some_and(|v| v.eq_ignore_ascii_case(value))
                    };
                    is("itemprop", "author") || is("rel", "author")
                };
                let found = tree.nodes.iter().position(marked);
                found.into_iter().for_each(|at| add(tree.text(at)));
            }
        }
    }
    authors
}

fn published(tree: &Tree<'_>, metas: &Metas<'_>) -> Option<String> {
    let keys = [
        "article:published_time",
        "datepublished",
        "og:article:published_time",
        "parsely-pub-date",
        "publishdate",
        "pubdate",
        "dc.date.issued",
        "dc.date",
        "date",
        "sailthru.date",
    ];
    metas.get(&keys).or_else(|| {
        marked(tree, "datePublished").or_else(|| {
            let mut times = tree.named("time").filter_map(|node| node.attr("datetime"));
            let only = times.next().filter(|_| times.next().is_none());
            only.map(str::to_owned)
        })
    })
}

/// Keys of `meta` for the last change.
const MODIFIED: [&str; 5] = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dc.date.modified",
];

/// The date in an element of the body that microdata names.
fn marked(tree: &Tree<'_>, name: &str) -> Option<String> {
    let node = tree.nodes.iter().find(|node| {
        node.attr("itemprop")
            .is_some_and(|prop| prop.eq_ignore_ascii_case(name))
    })?;
    node.attr("content")
        .or(node.attr("datetime"))
        .map(str::to_owned)
}

/// The address of the first `link` of that relation.
fn linked<'a>(tree: &Tree<'a>, relation: &str) -> Option<&'a str> {
    tree.named("link")
        .filter(|node| {
            node.attr("rel")
                .is_some_and(|rel| rel.eq_ignore_ascii_case(relation))
        })
        .find_map(|node| node.attr("href"))
}
