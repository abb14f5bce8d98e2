//! What the page says of itself in JSON-LD (schema.org), read leniently.

use serde_json::Value;

use crate::extract::tree::{Kind, Tree};
use crate::text::html::{to_line, to_text};

/// The article as JSON-LD describes it; all parts may be missing.
#[derive(Debug, Default)]
pub(super) struct Structured {
    /// Plain text, paragraphs where the source has any.
    pub(super) body: Option<String>,
    pub(super) title: Option<String>,
    pub(super) author: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) language: Option<String>,
    pub(super) image: Option<String>,
}

/// What a description of an article has in it.
const KINDS: [&str; 4] = ["Article", "Posting", "Report", "Review"];

/// How deep lists and graphs may be nested.
const MAX_DEPTH: usize = 6;

/// Reads every JSON-LD script of the page; of several articles, the one with the longest body.
pub(super) fn read(tree: &Tree<'_>) -> Structured {
    let mut best = Structured::default();
    for (at, node) in tree.nodes.iter().enumerate() {
        let is_json = node.name() == "script"
            && node
                .attr("type")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json"));
        if !is_json {
            continue;
        }
        for inner in &tree.nodes[tree.range(at)] {
            // Most scripts describe the site: parsing those is for nothing.
            if let Kind::Text(text) = inner.kind
                && KINDS.iter().any(|kind| text.contains(kind))
                && let Some(value) = parse(text)
            {
                walk(&value, MAX_DEPTH, &mut best);
            }
        }
    }
    best
}

/// Many sites put raw line breaks into strings, or wrap the script in CDATA.
fn parse(text: &str) -> Option<Value> {
    let text = text.trim().trim_end_matches(';');
    let text = text
        .strip_prefix("//<![CDATA[")
        .or(text.strip_prefix("<![CDATA["))
        .unwrap_or(text);
    let text = text
        .strip_suffix("//]]>")
        .or(text.strip_suffix("]]>"))
        .unwrap_or(text);
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&text.replace(['\n', '\r', '\t'], " ")))
        .ok()
}

fn walk(value: &Value, depth: usize, best: &mut Structured) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(value, depth - 1, best)),
        Value::Object(fields) => {
            if is_article(value) {
                take(value, best);
            }
            for key in [
                "@graph",
                "mainEntity",
                "mainEntityOfPage",
                "itemListElement",
            ] {
                if let Some(inner) = fields.get(key) {
                    walk(inner, depth - 1, best);
                }
            }
        }
        _ => {}
    }
}

fn is_article(value: &Value) -> bool {
    let known = |kind: &Value| {
        kind.as_str().is_some_and(|kind| {
            kind.ends_with("Article")
                || kind.ends_with("BlogPosting")
                || matches!(
                    kind,
                    "Report" | "Review" | "OpinionNewsArticle" | "LiveBlogPosting"
                )
        })
    };
    match value.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(known),
        Some(kind) => known(kind),
        None => false,
    }
}

fn take(value: &Value, best: &mut Structured) {
    let body = value
        .get("articleBody")
        .and_then(Value::as_str)
        .map(to_text);
    let longer = body.as_ref().map_or(0, String::len) > best.body.as_ref().map_or(0, String::len);
    if longer {
        best.body = body;
    }
    let line = |key: &str| {
        let text = to_line(value.get(key)?.as_str()?);
        Some(text).filter(|text| !text.is_empty())
    };
    if best.title.is_none() || longer {
        best.title = line("headline").or(line("name")).or(best.title.take());
        best.published = line("datePublished").or(best.published.take());
        best.modified = line("dateModified").or(best.modified.take());
        best.language = line("inLanguage").or(best.language.take());
        best.image = value.get("image").and_then(address).or(best.image.take());
        let author = value
            .get("author")
            .or_else(|| value.get("creator"))
            .map(names);
        if let Some(author) = author.filter(|author| !author.is_empty()) {
            best.author = author;
        }
    }
}

fn address(value: &Value) -> Option<String> {
    match value {
        Value::String(url) => Some(url.clone()),
        Value::Array(values) => values.iter().find_map(address),
        Value::Object(fields) => fields
            .get("url")
            .or(fields.get("contentUrl"))
            .and_then(address),
        _ => None,
    }
}

fn names(value: &Value) -> Vec<String> {
    match value {
        Value::String(name) => vec![to_line(name)],
        Value::Array(values) => values.iter().flat_map(names).collect(),
        Value::Object(fields) => fields.get("name").map(names).unwrap_or_default(),
        _ => Vec::new(),
    }
}
