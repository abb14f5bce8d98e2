//! Changes to the text of feeds.toml that keep the user's comments and order. Pure.
//!
//! [`slug_for`] proposes a name, [`add_feed`] appends a feed, [`remove_feed`] takes one out with
//! the comments that stand directly above it. What comes out is TOML whenever what went in was;
//! whether it is a configuration too is for [`Config::parse`](crate::config::Config::parse) to
//! say. Writing the file is the caller's.

use std::fmt::Write as _;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};
use url::{Host, Url};

use crate::config::error::EditError;

/// A feed to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// Its name; see [`slug_for`].
    pub slug: String,
    /// Where it is fetched.
    pub url: Url,
    /// The outlet's name.
    pub title: Option<String>,
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// Labels.
    pub categories: Vec<String>,
}

impl NewFeed {
    /// The keys in the order in which a person would write them.
    fn keys(&self) -> Vec<(&'static str, Value)> {
        let mut keys = vec![
            ("slug", Value::from(self.slug.as_str())),
            ("url", Value::from(self.url.as_str())),
        ];
        // The title comes from a stranger's document: on one line, whatever it holds.
        let title = self.title.as_deref().unwrap_or_default();
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if !title.is_empty() {
            keys.push(("title", Value::from(title)));
        }
        if !self.categories.is_empty() {
            keys.push((
                "categories",
                Value::from(self.categories.iter().collect::<Array>()),
            ));
        }
        if let Some(language) = &self.language {
            keys.push(("language", Value::from(language.as_str())));
        }
        keys
    }
}

/// A text as a TOML string.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The text with the feed at its end.
///
/// # Errors
/// The text is no TOML, its key `feed` is no list, or the slug is taken.
pub fn add_feed(text: &str, feed: &NewFeed) -> Result<String, EditError> {
    let mut document = parse(text)?;
    if feeds(&document)?
        .iter()
        .any(|table| slug_of(*table) == Some(feed.slug.as_str()))
    {
        return Err(EditError::Taken(feed.slug.clone()));
    }
    if let Some(array) = document.get_mut("feed").and_then(Item::as_array_mut) {
        let mut table = Value::from(feed.keys().into_iter().collect::<InlineTable>());
        table.decor_mut().set_prefix("\n    ");
        array.push_formatted(table);
        return Ok(document.to_string());
    }
    // Appended as text: so it comes after any comments that end the file.
    let mut text = text.to_owned();
    if !text.is_empty() {
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    text.push_str("[[feed]]\n");
    for (key, value) in feed.keys() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{key} = {value}");
    }
    Ok(text)
}

/// The text without the feed and without the comments directly above it.
///
/// Comments that an empty line parts from the feed stay.
///
/// # Errors
/// The text is no TOML, its key `feed` is no list, there is no such feed, or a channel names it.
pub fn remove_feed(text: &str, slug: &str) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let place = feeds(&document)?
        .iter()
        .position(|table| slug_of(*table) == Some(slug));
    let place = place.ok_or_else(|| EditError::NoSuchFeed(slug.to_owned()))?;
    if let Some(channel) = channel_that_names(&document, slug) {
        return Err(EditError::NamedByChannel {
            feed: slug.to_owned(),
            channel,
        });
    }
    match document.get_mut("feed") {
        Some(Item::Value(Value::Array(array))) => {
            array.remove(place);
        }
        Some(Item::ArrayOfTables(tables)) => {
            let removed = tables.remove(place);
            let above = removed.decor().prefix().and_then(|prefix| prefix.as_str());
            let kept = above
                .map(before_last_empty_line)
                .unwrap_or_default()
                .to_owned();
            put_above_next(&mut document, removed.position(), &kept);
        }
        _ => return Err(EditError::NotAList),
    }
    Ok(document.to_string())
}

/// A slug for a feed that nobody named: from its title, where that is written in Latin letters,
/// else from its host. `taken` says which slugs there are.
pub fn slug_for(title: Option<&str>, url: &Url, taken: impl Fn(&str) -> bool) -> String {
    let from_title = title.filter(|title| title.is_ascii()).map(|title| {
        // What follows is mostly a motto: "Outlet | All the news".
        let name = title.split(['|', ':']).find(|part| !part.trim().is_empty());
        dashed(name.unwrap_or_default())
    });
    let slug = from_title
        .filter(|slug| slug.bytes().any(|byte| byte.is_ascii_lowercase()))
        .unwrap_or_else(|| dashed(&host_name(url)));
    let slug = if slug.is_empty() {
        "feed".to_owned()
    } else {
        slug
    };
    if !taken(&slug) {
        return slug;
    }
    (2..)
        .map(|number: u64| format!("{slug}-{number}"))
        .find(|slug| !taken(slug))
        .unwrap_or(slug)
}

fn parse(text: &str) -> Result<DocumentMut, EditError> {
    text.parse()
        .map_err(|error| EditError::Syntax(Box::new(error)))
}

fn feeds(document: &DocumentMut) -> Result<Vec<&dyn TableLike>, EditError> {
    tables(document, "feed").ok_or(EditError::NotAList)
}

/// The tables at a key of the root, written as `[[key]]` or in line; none if something else is.
fn tables<'d>(document: &'d DocumentMut, key: &str) -> Option<Vec<&'d dyn TableLike>> {
    match document.get(key) {
        None => Some(Vec::new()),
        Some(Item::ArrayOfTables(tables)) => {
            Some(tables.iter().map(|table| table as &dyn TableLike).collect())
        }
        Some(Item::Value(Value::Array(array))) => {
            let table = |value: &'d Value| value.as_inline_table().map(|t| t as &dyn TableLike);
            array.iter().map(table).collect()
        }
        Some(_) => None,
    }
}

fn slug_of(table: &dyn TableLike) -> Option<&str> {
    table.get("slug")?.as_str()
}

fn channel_that_names(document: &DocumentMut, feed: &str) -> Option<String> {
    let names_it = |channel: &&&dyn TableLike| {
        let feeds = channel.get("feeds").and_then(Item::as_array);
        feeds.is_some_and(|feeds| feeds.iter().any(|slug| slug.as_str() == Some(feed)))
    };
    let channels = tables(document, "channel")?;
    let channel = channels.iter().find(names_it)?;
    Some(slug_of(*channel).unwrap_or_default().to_owned())
}

/// What stands above the last empty line, that line included.
fn before_last_empty_line(text: &str) -> &str {
    let mut end = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        start += line.len();
        if line.trim().is_empty() && line.ends_with('\n') {
            end = start;
        }
    }
    let kept = &text[..end];
    if kept.trim().is_empty() { "" } else { kept }
}

/// Puts text above the table that follows `position` in the file, or at the file's end.
fn put_above_next(document: &mut DocumentMut, position: Option<isize>, text: &str) {
    if text.is_empty() {
        return;
    }
    let mut next = None;
    each_table(document.as_table_mut(), &mut |table| {
        if let Some(place) = table.position().filter(|place| Some(*place) > position) {
            next = Some(next.map_or(place, |next: isize| next.min(place)));
        }
    });
    let Some(next) = next else {
        let trailing = document.trailing().as_str().unwrap_or_default();
        let trailing = format!("{text}{trailing}");
        document.set_trailing(trailing);
        return;
    };
    each_table(document.as_table_mut(), &mut |table| {
        if table.position() == Some(next) {
            let above = table.decor().prefix().and_then(|prefix| prefix.as_str());
            // The empty line that parted the two is in both.
            let above = above.unwrap_or_default().trim_start_matches(['\r', '\n']);
            let prefix = format!("{text}{above}");
            table.decor_mut().set_prefix(prefix);
        }
    });
}

/// Shows every table with a header of its own, in no order.
fn each_table(table: &mut Table, visit: &mut impl FnMut(&mut Table)) {
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => {
                if !table.is_implicit() {
                    visit(table);
                }
                each_table(table, visit);
            }
            Item::ArrayOfTables(tables) => {
                for table in tables.iter_mut() {
                    visit(table);
                    each_table(table, visit);
                }
            }
            Item::None | Item::Value(_) => {}
        }
    }
}

/// The name that a host is known by: without `www` and the like, and without its ending.
fn host_name(url: &Url) -> String {
    let host = match url.host() {
        Some(Host::Domain(host)) => host,
        Some(address) => return address.to_string(),
        None => return String::new(),
    };
    let mut labels: Vec<&str> = host.split('.').filter(|label| !label.is_empty()).collect();
    while labels.len() > 2 && matches!(labels[0], "www" | "feeds" | "feed" | "rss" | "m") {
        labels.remove(0);
    }
    if labels.len() > 1 {
        labels.pop();
    }
    // The second half of endings such as `co.uk`.
    if labels.len() > 1
        && matches!(
            labels.last(),
            Some(&("co" | "com" | "net" | "org" | "gov" | "edu" | "ac"))
        )
    {
        labels.pop();
    }
    labels.join("-")
}

/// Lower-case words of ASCII letters and digits with dashes between them, 40 characters at most.
fn dashed(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let words = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        if slug.is_empty() {
            slug.extend(word.chars().take(40));
        } else if slug.len() + 1 + word.len() <= 40 {
            slug.push('-');
            slug.push_str(word);
        } else {
            break;
        }
    }
    slug
}
