//! From what a feed says to what can be decided on: texts, keys, digests.

use std::collections::{HashMap, HashSet};

use ::url::Url;
use chrono::{DateTime, TimeDelta, Utc};

use crate::dedupe::churn;
use crate::dedupe::key;
use crate::dedupe::near::Profile;
use crate::model::article::Article;
use crate::model::entry::{ParsedEntry, Person};
use crate::model::poll::{Body, Incoming};
use crate::model::sketch::Sketch;
use crate::text::{arabic, digest, html, language, url};

/// Texts of fewer words are no evidence that two articles are one: flashes, captions, weather.
const WORDS_THAT_TELL: u32 = 40;

/// How far ahead of our clock a date may lie.
const FUTURE: TimeDelta = TimeDelta::days(2);

/// Derives keys, digests and plain texts of a document's entries, the last of them first: feeds
/// begin with the newest, and the archive numbers entries in the order in which they came about.
///
/// An entry that stands twice in the document is taken once, as it first stands. A date that lies
/// ahead of `now` by more than clocks and time zones explain is none: its entry would stay on top
/// of the merged feed until then. `language` is what the feed declares for entries that name none.
pub fn prepare(
    entries: Vec<ParsedEntry>,
    language: Option<&str>,
    now: DateTime<Utc>,
) -> Vec<Incoming> {
    let scheme = key::scheme(&entries);
    let mut seen = HashSet::with_capacity(entries.len());
    let mut prepared: Vec<Incoming> = entries
        .into_iter()
        .map(|entry| one(scheme, language, without_future(entry, now)))
        .filter(|incoming| seen.insert(incoming.key))
        .collect();
    forget_shared_addresses(&mut prepared);
    prepared.reverse();
    prepared
}

fn without_future(mut entry: ParsedEntry, now: DateTime<Utc>) -> ParsedEntry {
    let latest = now + FUTURE;
    entry.published = entry.published.filter(|&at| at <= latest);
    entry.updated = entry.updated.filter(|&at| at <= latest);
    entry
}

fn one(scheme: key::Scheme, declared: Option<&str>, mut entry: ParsedEntry) -> Incoming {
    // One article under two addresses, of which only one will last.
    entry.link = entry.original_link.take().or(entry.link);
    let content = entry.content.take();
    let summary = entry.summary.take();
    let summary_text = summary
        .as_deref()
        .map(html::to_text)
        .filter(|text| !text.is_empty());
    let content_text = content
        .as_deref()
        .map(html::to_text)
        .filter(|text| !text.is_empty());
    let (text, markup, summary_text, extraction) = match (content_text, summary_text) {
        (Some(text), summary) => {
            let summary = summary.filter(|summary| *summary != text);
            (text, content, summary, "feed: content")
        }
        (None, Some(text)) => (text, summary, None, "feed: summary"),
        (None, None) => (String::new(), None, None, "feed: no text"),
    };
    let key = key::key(scheme, &entry, &text);
    entry.language = language::settle(entry.language.as_deref().or(declared), &entry.title, &text);
    let content_digest = digest::parts(
        [
            &*churn::settled(&entry.title),
            &churn::settled(&text),
            &churn::settled(summary_text.as_deref().unwrap_or("")),
        ]
        .into_iter()
        .chain(
            entry
                .enclosures
                .iter()
                .map(|enclosure| enclosure.url.as_str()),
        ),
    );
    let body = Body::new(
        &entry.title,
        text,
        markup.filter(|m| !html::only_paragraphs(m)),
    );
    Incoming {
        key,
        url_key: url_key(&entry),
        content_digest,
        text_digest: text_digest(&body),
        sketch: sketch(&entry.title, &body.text),
        muted: None,
        summary: summary_text,
        body,
        extraction,
        entry,
    }
}

/// An exported article, ready to be decided on again as it stood in its archive.
pub fn restore(article: &Article) -> Incoming {
    let entry = ParsedEntry {
        guid: article.guid.clone(),
        link: article.url.as_deref().and_then(|url| Url::parse(url).ok()),
        title: article.title.clone(),
        authors: article
            .author
            .iter()
            .map(|name| Person::named(name))
            .collect(),
        categories: article.categories.clone(),
        language: article.language.clone(),
        published: Some(article.published),
        updated: Some(article.updated),
        enclosures: article.enclosures.clone(),
        image: article
            .image
            .as_deref()
            .and_then(|url| Url::parse(url).ok()),
        ..ParsedEntry::default()
    };
    let body = Body::new(&article.title, article.text.clone(), article.html.clone());
    Incoming {
        key: key::key(key::Scheme::Guid, &entry, &article.text),
        url_key: url_key(&entry),
        content_digest: digest::parts([
            &*churn::settled(&article.title),
            &churn::settled(&article.text),
        ]),
        text_digest: text_digest(&body),
        sketch: sketch(&entry.title, &body.text),
        muted: None,
        summary: article
            .summary
            .clone()
            .filter(|summary| *summary != article.text),
        body,
        extraction: "import",
        entry,
    }
}

fn url_key(entry: &ParsedEntry) -> Option<i64> {
    entry
        .link
        .as_ref()
        .and_then(url::dedupe_key)
        .map(|key| digest::parts([&*key]))
}

/// What texts like this one are found by.
pub fn sketch(title: &str, text: &str) -> Sketch {
    Profile::of(title, text).sketch()
}

/// Digest of a text as readers would call it the same: letters and digits alone, folded.
///
/// None where the text is too short to tell articles apart.
pub fn text_digest(body: &Body) -> Option<i64> {
    if body.words < WORDS_THAT_TELL {
        return None;
    }
    let folded = arabic::fold(&body.text);
    Some(digest::parts(arabic::tokens(&folded)))
}

/// An address that several entries of one document share says nothing about any of them.
fn forget_shared_addresses(prepared: &mut [Incoming]) {
    let mut count: HashMap<i64, usize> = HashMap::new();
    for incoming in prepared.iter() {
        if let Some(key) = incoming.url_key {
            *count.entry(key).or_default() += 1;
        }
    }
    for incoming in prepared {
        if incoming.url_key.is_some_and(|key| count[&key] > 1) {
            incoming.url_key = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(n: u32, link: &str) -> ParsedEntry {
        ParsedEntry {
            guid: Some(format!("guid-{n}")),
            link: Url::parse(link).ok(),
            title: format!("عنوان {n}"),
            summary: Some("<p>ملخص قصير</p>".to_owned()),
            ..ParsedEntry::default()
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_date_in_the_far_future_is_none() {
        for (published, is_kept) in [
            ("2026-03-01T13:00:00Z", true),
            ("2026-03-03T12:00:00Z", true),
            ("2026-03-03T12:00:01Z", false),
            ("2062-03-01T12:00:00Z", false),
        ] {
            let ahead = ParsedEntry {
                published: Some(published.parse().unwrap()),
                updated: Some(published.parse().unwrap()),
                ..entry(1, "https://a.example/1")
            };
            let prepared = &prepare(vec![ahead], None, now())[0].entry;
            let kept = (prepared.published.is_some(), prepared.updated.is_some());
            assert_eq!(kept, (is_kept, is_kept), "{published}");
        }
    }

    #[test]
    fn an_entry_that_stands_twice_is_taken_once() {
        let twice = vec![
            entry(1, "https://a.example/1"),
            entry(1, "https://a.example/1"),
        ];
        assert_eq!(prepare(twice, None, now()).len(), 1);
    }

    #[test]
    fn an_address_that_several_entries_share_is_no_key() {
        let prepared = prepare(
            vec![
                entry(1, "https://a.example/live"),
                entry(2, "https://a.example/live"),
                entry(3, "https://a.example/3"),
            ],
            None,
            now(),
        );
        let keys: Vec<bool> = prepared
            .iter()
            .map(|incoming| incoming.url_key.is_some())
            .collect();
        assert_eq!(keys, [true, false, false], "the last entry comes first");
    }

    #[test]
    fn content_is_the_body_and_the_summary_stays_beside_it() {
        let whole = ParsedEntry {
            content: Some("<p>الفقرة الأولى.</p><p>الفقرة الثانية.</p>".to_owned()),
            ..entry(1, "https://a.example/1")
        };
        let prepared = &prepare(vec![whole], None, now())[0];
        assert_eq!(prepared.body.text, "الفقرة الأولى.\n\nالفقرة الثانية.");
        assert_eq!(prepared.summary.as_deref(), Some("ملخص قصير"));
        assert_eq!(
            prepared.body.html, None,
            "paragraphs alone are kept as text"
        );
    }

    #[test]
    fn the_digest_of_a_text_ignores_spelling_and_punctuation_but_short_texts_have_none() {
        let long = "أعلنت الوزارة، اليوم، خطة جديدة ".repeat(12);
        let other = "اعلنت الوزاره اليوم خطه جديده - ".repeat(12);
        let digest = |text: &str| text_digest(&Body::new("", text.to_owned(), None));
        assert!(digest(&long).is_some());
        assert_eq!(digest(&long), digest(&other));
        assert_eq!(digest("خبر عاجل"), None);
    }
}
