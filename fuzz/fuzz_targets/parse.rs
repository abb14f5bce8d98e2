//! Any document through [`rawi::parse::parse`].
//!
//! The first byte chooses the Content-Type and how many entries are wanted, the rest is the
//! document. Beyond not to panic (inside of feed-rs neither: libFuzzer sees panics before rawi's
//! guard catches them), parsing has to keep its promises: the same document reads the same twice, no
//! more entries than wanted come out, and no text holds a character that XML forbids.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use rawi::model::{ParsedEntry, ParsedFeed, Person};
use rawi::parse::{Error, Options, parse};
use url::Url;

const CONTENT_TYPES: [Option<&str>; 8] = [
    None,
    Some("application/rss+xml"),
    Some("text/xml; charset=utf-8"),
    Some("text/xml; charset=windows-1256"),
    Some("text/html; charset=ISO-8859-6"),
    Some("application/xml; charset=utf-16"),
    Some("application/feed+json; charset=\"windows-1252\""),
    Some("charset=iso-2022-jp"),
];

static BASE: LazyLock<Url> = LazyLock::new(|| {
    Url::parse("https://outlet.example/feeds/latest?format=xml").expect("invariant: an address")
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((&choice, document)) = data.split_first() else {
        return Corpus::Reject;
    };
    let content_type = CONTENT_TYPES[usize::from(choice & 7)];
    let options = Options {
        max_entries: if choice & 8 == 0 { 1000 } else { 2 },
        ..Options::default()
    };
    let read = || parse(document, content_type, &BASE, &options);
    match (read(), read()) {
        (Ok(feed), Ok(again)) => {
            assert_eq!(feed, again, "a document reads the same twice");
            assert!(feed.entries.len() <= options.max_entries);
            assert_eq!(feed.damage.panics, 0);
            inspect(&feed);
            Corpus::Keep
        }
        (Err(refused), Err(again)) => {
            assert_eq!(refused.to_string(), again.to_string());
            match refused {
                // Most of what chance makes, and nothing to start from.
                Error::NotAFeed { offered } if offered.is_empty() => Corpus::Reject,
                _ => Corpus::Keep,
            }
        }
        (feed, again) => panic!("read once only: {feed:?} {again:?}"),
    }
});

/// Looks at every text of a feed.
fn inspect(feed: &ParsedFeed) {
    for text in [
        &feed.id,
        &feed.title,
        &feed.description,
        &feed.language,
        &feed.rights,
        &feed.generator,
    ] {
        texts(text);
    }
    texts(&feed.categories);
    persons(feed.authors.iter().chain(&feed.contributors));
    feed.entries.iter().for_each(inspect_entry);
}

fn inspect_entry(entry: &ParsedEntry) {
    for text in [
        &entry.guid,
        &entry.language,
        &entry.summary,
        &entry.content,
        &entry.rights,
    ] {
        texts(text);
    }
    texts([&entry.title]);
    texts(&entry.categories);
    persons(entry.authors.iter().chain(&entry.contributors));
    if let Some(source) = &entry.source {
        texts(&source.title);
    }
    for enclosure in &entry.enclosures {
        texts(&enclosure.media_type);
        assert!(Url::parse(&enclosure.url).is_ok(), "{enclosure:?}");
    }
}

fn persons<'a>(persons: impl Iterator<Item = &'a Person>) {
    for person in persons {
        assert!(*person != Person::default(), "nobody is an author");
        texts(&person.name);
        texts(&person.email);
    }
}

/// XML 1.0 §2.2.
fn texts<'a>(texts: impl IntoIterator<Item = &'a String>) {
    for text in texts {
        let forbidden = text.chars().find(|c| {
            let is_control = *c < ' ' && !matches!(c, '\t' | '\n' | '\r');
            is_control || matches!(c, '\u{fffe}' | '\u{ffff}')
        });
        assert_eq!(forbidden, None, "{text:?}");
    }
}
