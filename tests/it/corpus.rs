//! `tests/corpus`: one small document for each rule by which feeds are read, and beside it what rawi
//! reads of it (`*.snap`). Folders and names are the table of contents.
//!
//! All documents come from the imagined outlet at [`BASE`], whose clock is three hours ahead of UTC;
//! what its server said of a document, where that matters, is in [`HEADERS`]. A new document gets its
//! snapshot from `INSTA_UPDATE=always cargo test --test it corpus`; look at it before it is committed.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use rawi::model::{Enclosure, Hints, ParsedEntry, ParsedFeed, Person};
use rawi::parse::{Error, Options, Zone, parse};
use url::Url;

/// Where the documents are fetched from.
const BASE: &str = "https://nakhla.example/feeds/latest";

/// Documents that came with a Content-Type that matters.
const HEADERS: &[(&str, &str)] = &[
    (
        "charset/header-names-a-default.rss",
        "text/xml; charset=iso-8859-1",
    ),
    (
        "charset/header-names-another.rss",
        "text/xml; charset=utf-8",
    ),
    (
        "charset/utf-8-by-header-windows-1256.rss",
        "text/xml; charset=windows-1256",
    ),
    (
        "charset/windows-1256-by-header-only.json",
        "application/feed+json; charset=windows-1256",
    ),
    (
        "charset/windows-1256-by-header-only.rss",
        "application/rss+xml; charset=windows-1256",
    ),
];

#[test]
fn every_document_of_the_corpus_reads_as_its_snapshot_says() {
    let mut failed = Vec::new();
    let mut unread: BTreeSet<_> = HEADERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    for name in documents() {
        let body = fs::read(corpus().join(&name)).unwrap();
        let header = HEADERS.iter().find(|(it, _)| *it == name);
        let content_type = header.map(|(_, content_type)| *content_type);
        unread.remove(&name);
        let reading = reading(&body, content_type);
        if catch_unwind(|| compare(&name, &reading)).is_err() {
            failed.push(name);
        }
    }
    assert!(unread.is_empty(), "headers without a document: {unread:?}");
    assert!(failed.is_empty(), "read otherwise:\n{}", failed.join("\n"));
}

#[test]
fn every_snapshot_of_the_corpus_has_its_document() {
    let documents: BTreeSet<_> = documents().into_iter().collect();
    let orphans: Vec<_> = files()
        .into_iter()
        .filter_map(|name| name.strip_suffix(".snap").map(str::to_owned))
        .filter(|document| !documents.contains(document))
        .collect();
    assert!(
        orphans.is_empty(),
        "snapshots without a document: {orphans:?}"
    );
}

/// Compares a reading with the snapshot beside the document.
fn compare(name: &str, reading: &str) {
    let (folder, file) = name.split_once('/').unwrap();
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(Path::new("../corpus").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(file, reading));
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// All files in the folders of the corpus, as `folder/file`, in order.
fn files() -> Vec<String> {
    let mut files = Vec::new();
    for folder in fs::read_dir(corpus()).unwrap() {
        let folder = folder.unwrap();
        if !folder.file_type().unwrap().is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path()).unwrap() {
            let names = [folder.file_name(), file.unwrap().file_name()];
            let [folder, file] = names.map(|name| name.into_string().unwrap());
            files.push(format!("{folder}/{file}"));
        }
    }
    files.sort();
    files
}

fn documents() -> Vec<String> {
    let mut files = files();
    files.retain(|name| !name.ends_with(".snap") && !name.ends_with(".snap.new"));
    assert!(!files.is_empty());
    files
}

/// What is read of a document: the fields that there are, one to a line.
fn reading(body: &[u8], content_type: Option<&str>) -> String {
    let options = Options {
        zone: Zone::new(FixedOffset::east_opt(3 * 3600).unwrap()),
        ..Options::default()
    };
    let mut lines = Lines::default();
    match parse(body, content_type, &Url::parse(BASE).unwrap(), &options) {
        Ok(feed) => lines.feed(&feed),
        Err(error) => lines.error(&error),
    }
    lines.0
}

/// A reading as it grows.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn error(&mut self, error: &Error) {
        self.line("error", error);
        if let Error::NotAFeed { offered } = error {
            for feed in offered {
                let title = feed.title.as_deref().unwrap_or_default();
                self.line("  offers", format_args!("{} {title}", feed.url));
            }
        }
    }

    fn feed(&mut self, feed: &ParsedFeed) {
        self.0.push_str("feed\n");
        self.some("id", feed.id.as_ref());
        self.some("title", feed.title.as_ref());
        self.some("description", feed.description.as_ref());
        self.some("site", feed.site.as_ref());
        self.links(feed.site.as_ref(), &feed.links);
        self.some("language", feed.language.as_ref());
        self.all("author", feed.authors.iter().map(person));
        self.all("contributor", feed.contributors.iter().map(person));
        self.all("category", &feed.categories);
        self.some("rights", feed.rights.as_ref());
        self.some("generator", feed.generator.as_ref());
        self.some("image", feed.image.as_ref());
        self.some("published", feed.published.map(moment));
        self.some("updated", feed.updated.map(moment));
        self.hints(&feed.hints);
        let damage = &feed.damage;
        self.all("damage", damage.is_repaired.then_some("repaired"));
        self.all("damage", damage.is_cut_off.then_some("cut off"));
        if damage.entries_refused + damage.panics > 0 {
            let (refused, panics) = (damage.entries_refused, damage.panics);
            let text = format_args!("{refused} entries refused, {panics} panics");
            self.line("  damage", text);
        }
        for entry in &feed.entries {
            self.entry(entry);
        }
    }

    fn hints(&mut self, hints: &Hints) {
        self.some("ttl", hints.ttl_minutes.map(|it| format!("{it} min")));
        let hours = hints.skip_hours.iter().map(u8::to_string);
        self.some("skip hours", joined(hours));
        let days = hints.skip_days.iter().map(ToString::to_string);
        self.some("skip days", joined(days));
        let interval = hints.update_interval;
        self.some("updated every", interval.map(|it| format!("{it:?}")));
        self.all("hub", &hints.hubs);
        self.some("topic", hints.topic.as_ref());
    }

    fn entry(&mut self, entry: &ParsedEntry) {
        self.0.push_str("entry\n");
        self.some("guid", entry.guid.as_ref());
        self.some("link", entry.link.as_ref());
        self.some("original link", entry.original_link.as_ref());
        self.links(entry.link.as_ref(), &entry.links);
        self.line("  title", &entry.title);
        self.all("author", entry.authors.iter().map(person));
        self.all("contributor", entry.contributors.iter().map(person));
        self.all("category", &entry.categories);
        self.some("language", entry.language.as_ref());
        self.some("published", entry.published.map(moment));
        self.some("updated", entry.updated.map(moment));
        self.some("summary", entry.summary.as_ref());
        self.some("content", entry.content.as_ref());
        self.some("rights", entry.rights.as_ref());
        self.some("comments", entry.comments.as_ref());
        if let Some(source) = &entry.source {
            let title = source.title.as_deref().unwrap_or_default();
            let url = source.url.as_ref().map_or("", Url::as_str);
            self.line("  source", format_args!("{title} {url}"));
        }
        self.all("enclosure", entry.enclosures.iter().map(enclosure));
        self.some("image", entry.image.as_ref());
    }

    /// All addresses, if they say more than the one that is shown.
    fn links(&mut self, shown: Option<&Url>, links: &[Url]) {
        if !links.iter().eq(shown) {
            self.all("link of all", links);
        }
    }

    fn some(&mut self, name: &str, value: Option<impl Display>) {
        self.all(name, value);
    }

    fn all(&mut self, name: &str, values: impl IntoIterator<Item: Display>) {
        for value in values {
            self.line(&format!("  {name}"), value);
        }
    }

    /// One line, on which the reader sees what is else not seen.
    fn line(&mut self, name: &str, value: impl Display) {
        let mut value = value.to_string();
        for sign in ['\n', '\r', '\t', '\u{a0}', '\u{200f}'] {
            value = value.replace(sign, &sign.escape_default().to_string());
        }
        let line = format!("{name}: {value}");
        writeln!(self.0, "{}", line.trim_end()).unwrap();
    }
}

fn joined(words: impl Iterator<Item = String>) -> Option<String> {
    let words: Vec<_> = words.collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn person(person: &Person) -> String {
    let email = person.email.as_ref().map(|email| format!("<{email}>"));
    let url = person.url.as_ref().map(Url::to_string);
    let parts = [person.name.clone(), email, url];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn enclosure(enclosure: &Enclosure) -> String {
    let media_type = enclosure.media_type.as_deref().unwrap_or("?");
    let length = enclosure.length.map(|length| format!(", {length} bytes"));
    format!(
        "{} ({media_type}{})",
        enclosure.url,
        length.unwrap_or_default()
    )
}
