//! Subscriptions as OPML 2.0: written for every reader, read from any.
//!
//! Written, a feed stands in a folder named by its first category, which is what readers make
//! their tags from, and carries all its categories in the attribute `category`. Read, folders and
//! that attribute both become categories; names of attributes may have any case, references that
//! mean nothing stay as they are, and outlines that nobody closed do no harm. What says that a list
//! is not whole is an [`Error`], and nothing is taken.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::publish::chars;
use crate::publish::error::Error;
use crate::publish::xml::Draft;

/// One subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpmlFeed {
    /// Name of the outlet; none if the document gives none.
    pub title: Option<String>,
    /// Address of the feed, as the document has it.
    pub url: String,
    /// Address of the outlet's site.
    pub site: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Labels, without repeats.
    pub categories: Vec<String>,
}

/// Writes the subscriptions, folders in alphabetical order and after the feeds that have none.
pub fn write(feeds: &[OpmlFeed]) -> Vec<u8> {
    let mut folders: BTreeMap<Option<&str>, Vec<&OpmlFeed>> = BTreeMap::new();
    for feed in feeds {
        folders
            .entry(feed.categories.first().map(String::as_str))
            .or_default()
            .push(feed);
    }
    let mut document = Draft::new("opml", &[("version", "2.0")]);
    document.open("head", &[]);
    document.text("title", &[], "rawi");
    document.close();
    document.open("body", &[]);
    for (folder, feeds) in folders {
        if let Some(name) = folder {
            let name = chars::line(name);
            document.open("outline", &[("text", &name), ("title", &name)]);
        }
        for feed in feeds {
            outline(&mut document, feed);
        }
        if folder.is_some() {
            document.close();
        }
    }
    document.finish().bytes
}

fn outline(document: &mut Draft, feed: &OpmlFeed) {
    let title = feed.title.as_deref().and_then(chars::worded);
    let title = title.unwrap_or_else(|| feed.url.clone());
    let mut attributes = vec![("text", &*title), ("title", &*title), ("type", "rss")];
    attributes.push(("xmlUrl", &feed.url));
    attributes.extend(feed.site.as_deref().map(|site| ("htmlUrl", site)));
    attributes.extend(feed.language.as_deref().map(|tag| ("language", tag)));
    // The attribute is a list with commas: a label that holds one would come back as two.
    let listed = feed.categories.iter().filter(|label| !label.contains(','));
    let categories = listed.map(String::as_str).collect::<Vec<_>>().join(",");
    if !categories.is_empty() {
        attributes.push(("category", &categories));
    }
    document.empty("outline", &attributes);
}

/// Reads the subscriptions, in the document's order. A feed that stands in several folders comes
/// once, with all their names.
///
/// # Errors
///
/// The document is not OPML, is broken, or ends early.
pub fn read(document: &str) -> Result<Vec<OpmlFeed>, Error> {
    let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}').trim_start());
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut feeds: Vec<OpmlFeed> = Vec::new();
    // Every outline that is open, with its name where it is a folder.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut in_opml = false;
    loop {
        let event = reader.read_event().map_err(|source| Error::Malformed {
            position: reader.error_position(),
            source,
        })?;
        match event {
            Event::Start(tag) if is(tag.local_name().as_ref(), "outline") => {
                open.push(take(&tag, &open, &mut feeds));
            }
            Event::Empty(tag) if is(tag.local_name().as_ref(), "outline") => {
                take(&tag, &open, &mut feeds);
            }
            Event::End(tag) if is(tag.local_name().as_ref(), "outline") => {
                open.pop();
            }
            Event::Start(tag) | Event::Empty(tag) if !in_opml => {
                let root = tag.local_name().as_ref().to_owned();
                if !is(&root, "opml") {
                    return Err(Error::NotOpml { root });
                }
                in_opml = true;
            }
            Event::End(tag) if is(tag.local_name().as_ref(), "opml") => return Ok(feeds),
            Event::Eof if in_opml => return Err(Error::CutShort { feeds: feeds.len() }),
            Event::Eof => return Err(Error::Empty),
            _ => {}
        }
    }
}

fn is(name: &str, wanted: &str) -> bool {
    name.eq_ignore_ascii_case(wanted)
}

/// Takes what an outline says: a feed goes to the list, and the name of a folder comes back.
fn take(
    tag: &BytesStart<'_>,
    open: &[Option<String>],
    feeds: &mut Vec<OpmlFeed>,
) -> Option<String> {
    let attributes = attributes(tag);
    let get = |name: &str| {
        attributes
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    let title = get("title").or_else(|| get("text"));
    let Some(url) = get("xmlurl") else {
        return title;
    };
    let listed = get("category").unwrap_or_default();
    let listed = listed
        .split(',')
        .map(|label| label.trim().trim_matches('/').to_owned());
    let categories = open
        .iter()
        .flatten()
        .cloned()
        .chain(listed)
        .filter(|label| !label.is_empty());
    let feed = match feeds.iter().position(|feed| feed.url == url) {
        Some(place) => &mut feeds[place],
        None => {
            feeds.push(OpmlFeed {
                title,
                url,
                site: get("htmlurl"),
                language: get("language"),
                categories: Vec::new(),
            });
            let last = feeds.len() - 1;
            &mut feeds[last]
        }
    };
    for label in categories {
        if !feed.categories.contains(&label) {
            feed.categories.push(label);
        }
    }
    None
}

/// The attributes by their names in small letters. A value whose references mean nothing (a bare
/// `&` in an address is common) is taken as it stands.
fn attributes(tag: &BytesStart<'_>) -> BTreeMap<String, String> {
    let mut all = tag.attributes();
    all.with_checks(false);
    all.flatten()
        .map(|attribute| {
            let raw = attribute.value.as_ref();
            let value = unescape(raw).map_or_else(|_| raw.to_owned(), |value| value.into_owned());
            let name = attribute.key.local_name().as_ref().to_ascii_lowercase();
            (name, chars::line(&value).trim().to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(url: &str, categories: &[&str]) -> OpmlFeed {
        OpmlFeed {
            title: Some(format!("منفذ {url}")),
            url: url.to_owned(),
            site: Some("https://outlet.example/?a=1&b=2".to_owned()),
            language: Some("ar".to_owned()),
            categories: categories.iter().map(|c| (*c).to_owned()).collect(),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let feeds = vec![
            feed("https://a.example/feed?x=1&y=<2>", &[]),
            feed("https://b.example/\"feed\"", &["أخبار", "الأردن"]),
            feed("https://c.example/feed", &["a, with a comma"]),
        ];
        let mut read = read(std::str::from_utf8(&write(&feeds)).unwrap()).unwrap();
        read.sort_by(|a, b| a.url.cmp(&b.url));
        assert_eq!(read, feeds);
    }

    #[test]
    fn folders_become_categories_and_attributes_may_have_any_case() {
        let document = r#"<?xml version="1.0"?><OPML version="1.1"><body>
            <outline text="News"><outline title="Jordan" text="j">
              <outline TEXT="One" XMLURL="https://one.example/?a=1&b=2&copy=3" htmlurl="https://one.example/"/>
              <outline text="Two" xmlurl="https://two.example/" category="/Sport/Ball, Jordan"/>
            </outline></outline>
            <outline text="Other"><outline xmlUrl="https://two.example/"/></outline>
            <outline text="A bookmark" url="https://three.example/"/>
            </body></OPML>"#;
        let feeds = read(document).unwrap();
        assert_eq!(feeds.len(), 2);
        assert_eq!(feeds[0].url, "https://one.example/?a=1&b=2&copy=3");
        assert_eq!(feeds[0].title.as_deref(), Some("One"));
        assert_eq!(feeds[0].site.as_deref(), Some("https://one.example/"));
        assert_eq!(feeds[0].categories, ["News", "Jordan"]);
        assert_eq!(
            feeds[1].categories,
            ["News", "Jordan", "Sport/Ball", "Other"]
        );
    }

    #[test]
    fn outlines_that_nobody_closed_name_no_folder() {
        let document = r#"<opml><body><outline text="One" xmlUrl="https://one.example/">
            <outline text="Two" xmlUrl="https://two.example/"></body></opml>"#;
        let feeds = read(document).unwrap();
        assert_eq!(feeds.len(), 2);
        assert!(feeds.iter().all(|feed| feed.categories.is_empty()));
    }

    #[test]
    fn half_a_list_does_not_pass_for_the_whole() {
        let document = r#"<opml><body><outline xmlUrl="https://one.example/"/><outline text="x">"#;
        assert!(matches!(read(document), Err(Error::CutShort { feeds: 1 })));
        assert!(matches!(
            read("<opml><body><outline xml"),
            Err(Error::Malformed { .. })
        ));
        assert!(matches!(read("<rss/>"), Err(Error::NotOpml { root }) if root == "rss"));
        assert!(matches!(read("no markup"), Err(Error::Empty)));
    }

    #[test]
    fn folders_as_deep_as_anyone_likes_are_no_burden() {
        let depth = 100_000;
        let document = format!(
            "<opml><body>{}<outline xmlUrl='https://one.example/'/>{}</body></opml>",
            "<outline text='f'>".repeat(depth),
            "</outline>".repeat(depth)
        );
        assert_eq!(read(&document).unwrap()[0].categories, ["f"]);
    }
}
