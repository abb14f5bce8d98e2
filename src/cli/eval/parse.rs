//! `rawi eval parse`: feed documents to their fields.
//!
//! A line in: path below the folder, Content-Type, base URL, with tabs between them; a JSON object
//! out, with `ok` false where the document is no feed.

use std::io::{self, BufRead};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use url::Url;

use crate::cli::table;
use crate::cli::verdict::Result;
use crate::model::{Enclosure, ParsedEntry, ParsedFeed, Person};
use crate::parse::{self, Options};

/// Where documents lie that came without an address, its folders, and how what is relative to each is
/// printed: as relative.
const NOWHERE: &str = "http://nowhere.invalid/-/-/";
const FOLDERS: [(&str, &str); 3] = [
    (NOWHERE, ""),
    ("http://nowhere.invalid/-/", "../"),
    ("http://nowhere.invalid/", "/"),
];

/// Reads documents below `dir` as the daemon would.
pub(super) fn parse(dir: &Path) -> Result {
    let input = io::stdin().lock();
    table::out(|to| {
        for line in input.lines() {
            let line = line?;
            let mut columns = line.split('\t').map(str::trim);
            let file = columns.next().unwrap_or_default();
            if file.is_empty() {
                continue;
            }
            let content_type = columns.next().filter(|it| !it.is_empty());
            let base = columns.next().unwrap_or_default();
            let answer = match read(&dir.join(file), content_type, base) {
                Ok(feed) => answer(file, &feed),
                Err(error) => json!({"file": file, "ok": false, "error": error}),
            };
            writeln!(to, "{answer}")?;
        }
        Ok(())
    })
}

fn read(
    path: &Path,
    content_type: Option<&str>,
    base: &str,
) -> std::result::Result<ParsedFeed, String> {
    let base = if base.is_empty() { NOWHERE } else { base };
    let base = Url::parse(base).map_err(|error| format!("{base}: {error}"))?;
    let body = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse::parse(&body, content_type, &base, &Options::default()).map_err(|error| error.to_string())
}

fn answer(file: &str, feed: &ParsedFeed) -> Value {
    json!({
        "file": file,
        "ok": true,
        "feed": {
            "id": feed.id,
            "title": feed.title,
            "link": feed.site.as_ref().or(feed.links.first()).map(address),
            "links": feed.links.iter().map(address).collect::<Vec<_>>(),
            "subtitle": feed.description,
            "language": feed.language,
            "author": byline(&feed.authors),
            "authors": persons(&feed.authors),
            "contributors": persons(&feed.contributors),
            "categories": feed.categories,
            "rights": feed.rights,
            "generator": feed.generator,
            "image": feed.image.as_ref().map(address),
            "published": moment(feed.published),
            "updated": moment(feed.updated),
        },
        "entries": feed.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn entry(entry: &ParsedEntry) -> Value {
    json!({
        "id": entry.guid,
        "title": entry.title,
        "link": entry.link.as_ref().map(address),
        "links": entry.links.iter().map(address).collect::<Vec<_>>(),
        "published": moment(entry.published),
        "updated": moment(entry.updated),
        "summary": entry.summary,
        "content": entry.content,
        "author": byline(&entry.authors),
        "authors": persons(&entry.authors),
        "contributors": persons(&entry.contributors),
        "categories": entry.categories,
        "rights": entry.rights,
        "comments": entry.comments.as_ref().map(address),
        "image": entry.image.as_ref().map(address),
        "enclosures": entry.enclosures.iter().map(enclosure).collect::<Vec<_>>(),
    })
}

fn enclosure(enclosure: &Enclosure) -> Value {
    json!({
        "url": relative(&enclosure.url),
        "type": enclosure.media_type,
        "length": enclosure.length.map(|length| length.to_string()),
    })
}

fn persons(persons: &[Person]) -> Vec<Value> {
    let person = |person: &Person| {
        json!({
            "name": person.name,
            "email": person.email,
            "uri": person.url.as_ref().map(address),
        })
    };
    persons.iter().map(person).collect()
}

fn byline(persons: &[Person]) -> Option<String> {
    let names: Vec<&str> = persons.iter().map(Person::label).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn address(url: &Url) -> String {
    relative(url.as_str())
}

fn relative(url: &str) -> String {
    let inside =
        |(folder, name): &(&str, &str)| Some(format!("{name}{}", url.strip_prefix(folder)?));
    let relative = FOLDERS.iter().find_map(inside);
    relative.unwrap_or_else(|| url.to_owned())
}

fn moment(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}
