//! `tests/pages`: one page for each structure in which outlets write their articles, and beside it
//! what rawi reads of it (`*.snap`). Folders and names are the table of contents; all text is
//! invented.
//!
//! Lines of the article hold the word MATN, lines that are none of it the word GHAYR (as words of
//! their own, in any script): a snapshot that was accepted without being looked at fails all the
//! same. A new page gets its snapshot from `INSTA_UPDATE=always cargo test --test it pages`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use rawi::extract::{Anchor, Mode, extract};
use rawi::text::html::sanitize;
use url::Url;

/// Where the pages are fetched from.
const BASE: &str = "https://nakhla.example/akhbar/jisr.html";

#[test]
fn every_page_reads_as_its_snapshot_says() {
    let mut failed = Vec::new();
    let pages = names(".html");
    assert!(pages.len() >= 25, "{} pages", pages.len());
    for name in pages {
        let html = fs::read_to_string(folder().join(&name)).unwrap();
        if catch_unwind(|| compare(&name, &reading(&html))).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "read otherwise:\n{}", failed.join("\n"));
}

#[test]
fn of_every_page_the_whole_article_is_read_and_nothing_else() {
    for name in names(".html") {
        let html = fs::read_to_string(folder().join(&name)).unwrap();
        let found = extract(&html, &base(), &Mode::Auto, &Anchor::default()).unwrap();
        let marks = |text: &str, mark: &str| text.matches(mark).count();
        assert_eq!(marks(&found.text, "GHAYR"), 0, "{name}:\n{}", found.text);
        // Descriptions of the page and the like hold copies that do not count.
        let body = html.split_once("<body").map_or("", |(_, body)| body);
        let expected = match marks(body, "MATN") {
            0 => marks(&html, "MATN"),
            marks => marks,
        };
        assert_eq!(
            marks(&found.text, "MATN"),
            expected,
            "{name}:\n{}",
            found.text
        );
    }
}

#[test]
fn every_snapshot_of_a_page_has_its_page() {
    let pages: BTreeSet<_> = names(".html").into_iter().collect();
    let orphans: Vec<_> = names(".snap")
        .into_iter()
        .filter(|name| !pages.contains(name.trim_end_matches(".snap")))
        .collect();
    assert!(orphans.is_empty(), "snapshots without a page: {orphans:?}");
}

/// What is read of a page: facts, text, and the HTML that leaves, one element to a line.
fn reading(html: &str) -> String {
    let found = match extract(html, &base(), &Mode::Auto, &Anchor::default()) {
        Ok(found) => found,
        Err(error) => return format!("error: {error}"),
    };
    let mut out = String::new();
    let mut line = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            writeln!(out, "{name}: {value}").unwrap();
        }
    };
    line("title", found.title.as_deref());
    for author in &found.author {
        line("author", Some(author));
    }
    line("published", found.published.as_deref());
    line("modified", found.modified.as_deref());
    line("language", found.language.as_deref());
    line("direction", Some(if found.rtl { "rtl" } else { "ltr" }));
    line("image", found.image.as_ref().map(Url::as_str));
    line("canonical", found.canonical.as_ref().map(Url::as_str));
    line("amp", found.amp.as_ref().map(Url::as_str));
    line("next page", found.next_page.as_ref().map(Url::as_str));
    line("dateline", found.dateline.as_deref());
    line("confidence", Some(&format!("{:?}", found.confidence)));
    line("rule", Some(&found.rule));
    let safe = sanitize(&found.html, None);
    let html = safe.as_str().replace("><", ">\n<");
    write!(out, "\n{}\n\n{html}\n", found.text).unwrap();
    out
}

fn base() -> Url {
    Url::parse(BASE).unwrap()
}

/// Compares a reading with the snapshot beside the page.
fn compare(name: &str, reading: &str) {
    let (group, file) = name.split_once('/').unwrap();
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(Path::new("../pages").join(group));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(file, reading));
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages")
}

/// The files whose names end so, as `folder/file`, in order.
fn names(end: &str) -> Vec<String> {
    let mut names = Vec::new();
    for group in fs::read_dir(folder()).unwrap() {
        let group = group.unwrap();
        if !group.file_type().unwrap().is_dir() {
            continue;
        }
        for file in fs::read_dir(group.path()).unwrap() {
            let parts = [group.file_name(), file.unwrap().file_name()];
            let [group, file] = parts.map(|part| part.into_string().unwrap());
            if file.ends_with(end) {
                names.push(format!("{group}/{file}"));
            }
        }
    }
    names.sort();
    names
}
