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

/// An entry of a document whose identity is known, with what tells whether it says anything new.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    entry: ParsedEntry,
    key: i64,
    url_key: Option<i64>,
    said_digest: i64,
}

impl Told {
    /// Identity inside its feed, and digest of all that the outlet wrote, byte for byte.
    pub fn key_and_digest(&self) -> (i64, i64) {
        (self.key, self.said_digest)
    }
}

/// Tells a document's entries apart, the last of them first: feeds begin with the newest, and the
/// archive numbers entries in the order in which they came about.
///
/// An entry that stands twice in the document is taken once, as it first stands. A date that lies
/// ahead of `now` by more than clocks and time zones explain is none: its entry would stay on top
/// of the merged feed until then.
pub fn tell_apart(entries: Vec<ParsedEntry>, now: DateTime<Utc>) -> Vec<Told> {
    let scheme = key::scheme(&entries);
    let mut seen = HashSet::with_capacity(entries.len());
    let mut told: Vec<Told> = entries
        .into_iter()
        .map(|entry| tell(scheme, without_future(entry, now)))
        .filter(|told| seen.insert(told.key))
        .collect();
    forget_shared_addresses(&mut told);
    told.reverse();
    told
}

/// Derives what is costly of entries: plain texts, digests, language, stems. `is_again` says of each
/// whether the archive has it as it is: of those nothing is derived.
///
/// `language` is what the feed declares for entries that name none.
pub fn derive(told: Vec<Told>, is_again: &[bool], language: Option<&str>) -> Vec<Incoming> {
    told.into_iter()
        .zip(is_again.iter().copied().chain(std::iter::repeat(false)))
        .map(|(told, is_again)| {
            if is_again {
                again(told)
            } else {
                one(told, language)
            }
        })
        .collect()
}

fn without_future(mut entry: ParsedEntry, now: DateTime<Utc>) -> ParsedEntry {
    let latest = now + FUTURE;
    entry.published = entry.published.filter(|&at| at <= latest);
    entry.updated = entry.updated.filter(|&at| at <= latest);
    entry
}

fn tell(scheme: key::Scheme, mut entry: ParsedEntry) -> Told {
    // One article under two addresses, of which only one will last.
    entry.link = entry.original_link.take().or(entry.link);
    let text = || {
        let of = |markup: &Option<String>| {
            let text = markup.as_deref().map(html::to_text);
            text.filter(|text| !text.is_empty())
        };
        of(&entry.content)
            .or_else(|| of(&entry.summary))
            .unwrap_or_default()
    };
    Told {
        key: key::key(scheme, &entry, text),
        url_key: url_key(&entry),
        said_digest: said_digest(&entry),
        entry,
    }
}

/// Digest of all that the archive keeps of an entry, but for its dates: feeds renew those.
fn said_digest(entry: &ParsedEntry) -> i64 {
    let texts = [
        entry.title.as_str(),
        entry.content.as_deref().unwrap_or_default(),
        entry.summary.as_deref().unwrap_or_default(),
        entry.link.as_ref().map_or("", Url::as_str),
        entry.image.as_ref().map_or("", Url::as_str),
    ];
    let enclosures = entry.enclosures.iter().map(|enclosure| &*enclosure.url);
    let authors = entry.authors.iter().map(Person::label);
    let categories = entry.categories.iter().map(String::as_str);
    digest::parts(
        texts
            .into_iter()
            .chain(enclosures)
            .chain(authors)
            .chain(categories),
    )
}

/// An entry that the archive has as it is.
fn again(told: Told) -> Incoming {
    Incoming {
        is_again: true,
        key: told.key,
        url_key: told.url_key,
        said_digest: told.said_digest,
        content_digest: 0,
        text_digest: None,
        sketch: Sketch::default(),
        muted: None,
        summary: None,
        body: Body::default(),
        extraction: "",
        entry: told.entry,
    }
}

fn one(told: Told, declared: Option<&str>) -> Incoming {
    let mut entry = told.entry;
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
        is_again: false,
        key: told.key,
        url_key: told.url_key,
        said_digest: told.said_digest,
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
        is_again: false,
        key: key::key(key::Scheme::Guid, &entry, || article.text.clone()),
        url_key: url_key(&entry),
        said_digest: said_digest(&entry),
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
fn forget_shared_addresses(prepared: &mut [Told]) {
    let mut count: HashMap<i64, usize> = HashMap::new();
    for told in prepared.iter() {
        if let Some(key) = told.url_key {
            *count.entry(key).or_default() += 1;
        }
    }
    for told in prepared {
        if told.url_key.is_some_and(|key| count[&key] > 1) {
            told.url_key = None;
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

    fn prepared(entries: Vec<ParsedEntry>) -> Vec<Incoming> {
        derive(tell_apart(entries, now()), &[], None)
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
            let prepared = &prepared(vec![ahead])[0].entry;
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
        assert_eq!(prepared(twice).len(), 1);
    }

    #[test]
    fn of_what_the_archive_has_as_it_is_nothing_is_derived() {
        let said = |summary: &str| ParsedEntry {
            summary: Some(summary.to_owned()),
            ..entry(1, "https://a.example/1")
        };
        let told = |summary| tell_apart(vec![said(summary)], now()).remove(0);
        assert_eq!(
            told("<p>نص</p>").key_and_digest(),
            told("<p>نص</p>").key_and_digest()
        );
        assert_ne!(
            told("<p>نص</p>").key_and_digest(),
            told("<p>نص آخر</p>").key_and_digest()
        );
        let again = &derive(vec![told("<p>نص</p>")], &[true], None)[0];
        assert!(again.is_again && again.body.text.is_empty());
        let whole = &derive(vec![told("<p>نص</p>")], &[false], None)[0];
        assert!(!whole.is_again && whole.body.text == "نص");
        assert_eq!(again.key, whole.key);
    }

    #[test]
    fn an_address_that_several_entries_share_is_no_key() {
        let prepared = prepared(vec![
            entry(1, "https://a.example/live"),
            entry(2, "https://a.example/live"),
            entry(3, "https://a.example/3"),
        ]);
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
        let prepared = &prepared(vec![whole])[0];
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
