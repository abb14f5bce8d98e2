//! The identity of an entry inside its feed.

use std::collections::HashMap;

use ::url::Url;

use crate::model::entry::ParsedEntry;
use crate::text::{digest, url};

/// How the entries of one document are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// By guid where there is one.
    Guid,
    /// By address where there is one: the document gives one guid to several addresses.
    Link,
}

/// Looks whether the document's guids can be trusted.
pub(crate) fn scheme(entries: &[ParsedEntry]) -> Scheme {
    let mut links: HashMap<&str, Option<&Url>> = HashMap::new();
    for entry in entries {
        if let Some(guid) = &entry.guid {
            let first = links.entry(guid).or_insert(entry.link.as_ref());
            if *first != entry.link.as_ref() {
                return Scheme::Link;
            }
        }
    }
    Scheme::Guid
}

/// The key of `entry`: its guid, else its canonical address, else a digest of what it says.
pub(crate) fn key(scheme: Scheme, entry: &ParsedEntry, text: impl FnOnce() -> String) -> i64 {
    if scheme == Scheme::Guid
        && let Some(guid) = &entry.guid
    {
        return digest::parts(["guid", guid]);
    }
    if let Some(address) = entry.link.as_ref().and_then(url::dedupe_key) {
        return digest::parts(["link", &address]);
    }
    digest::parts(["text", &entry.title, &text()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(guid: Option<&str>, link: &str) -> ParsedEntry {
        ParsedEntry {
            guid: guid.map(str::to_owned),
            link: Url::parse(link).ok(),
            title: "عنوان".to_owned(),
            ..ParsedEntry::default()
        }
    }

    #[test]
    fn an_edited_headline_keeps_the_key() {
        let before = entry(Some("tag:1"), "https://a.example/1");
        let after = ParsedEntry {
            title: "آخر".to_owned(),
            ..before.clone()
        };
        assert_eq!(
            key(Scheme::Guid, &before, || "x".to_owned()),
            key(Scheme::Guid, &after, || "y".to_owned())
        );
    }

    #[test]
    fn one_guid_for_several_addresses_is_no_identity() {
        let entries = [
            entry(Some("same"), "https://a.example/1"),
            entry(Some("same"), "https://a.example/2"),
        ];
        let scheme = scheme(&entries);
        assert_eq!(scheme, Scheme::Link);
        assert_ne!(
            key(scheme, &entries[0], || "".to_owned()),
            key(scheme, &entries[1], || "".to_owned())
        );
    }

    #[test]
    fn without_guid_the_address_counts_and_without_address_the_text() {
        let linked = entry(None, "https://a.example/1?utm_source=rss");
        let clean = entry(None, "https://a.example/1");
        assert_eq!(
            key(Scheme::Guid, &linked, || "x".to_owned()),
            key(Scheme::Guid, &clean, || "y".to_owned())
        );
        let bare = ParsedEntry {
            link: None,
            ..linked
        };
        assert_ne!(
            key(Scheme::Guid, &bare, || "x".to_owned()),
            key(Scheme::Guid, &bare, || "y".to_owned())
        );
    }
}
