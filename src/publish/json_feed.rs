//! JSON Feed 1.1, with the extension `_rawi` for what only a merged feed can say.

use serde::Serialize;

use crate::publish::channel::Channel;
use crate::publish::document::Document;
use crate::publish::item::Item;
use crate::publish::{chars, date, language, link};

#[derive(Serialize)]
struct Head {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub>,
    /// Stands last, and empty: the entries are written into its end one by one.
    items: [(); 0],
}

/// What a document ends with behind its entries.
const END: &[u8] = b"]}";

#[derive(Serialize)]
struct Hub {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(rename = "_rawi")]
    rawi: Extension,
}

#[derive(Serialize)]
struct Author {
    name: String,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

/// Who carries the story: the outlet of this article, and every outlet with its own address, this
/// one first.
#[derive(Serialize)]
struct Extension {
    outlet: String,
    story: i64,
    outlets: Vec<Carrier>,
}

#[derive(Serialize)]
struct Carrier {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// Writes the document.
pub fn json_feed(channel: &Channel, items: &[Item]) -> Document {
    let hubs = channel.hub.iter().map(|url| Hub {
        kind: "WebSub",
        url: url.clone(),
    });
    let head = Head {
        version: "https://jsonfeed.org/version/1.1",
        title: chars::worded(&channel.title).unwrap_or_else(|| "rawi".to_owned()),
        home_page_url: channel.home_url.clone(),
        feed_url: channel.self_url.clone(),
        language: language::tag(channel.language.as_deref()),
        next_url: channel.archived.previous.clone(),
        hubs: hubs.collect(),
        items: [],
    };
    let mut bytes = json(&head);
    bytes.truncate(bytes.len() - END.len());
    let mut entries = Vec::with_capacity(items.len());
    for item in items {
        if !entries.is_empty() {
            bytes.extend_from_slice(BETWEEN);
        }
        let start = bytes.len();
        bytes.extend(json(&entry(item)));
        entries.push(start..bytes.len());
    }
    bytes.extend_from_slice(END);
    Document::new(bytes, entries, BETWEEN)
}

/// What stands between two entries.
const BETWEEN: &[u8] = b",";

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("invariant: strings, numbers and lists are always JSON")
}

fn entry(item: &Item) -> Entry {
    let content_html = item.content_html();
    // One of the two must be there (JSON Feed 1.1, "Items").
    let content_text = content_html
        .is_none()
        .then(|| item.summary.clone().unwrap_or_else(|| item.title()));
    Entry {
        id: item.id.clone(),
        url: item.url(),
        title: item.title(),
        content_html,
        content_text,
        summary: item.summary.clone(),
        image: item.article.image.as_deref().and_then(link::web),
        date_published: date::rfc3339_seconds(item.article.published),
        date_modified: date::rfc3339(item.updated()),
        authors: item
            .authors()
            .into_iter()
            .map(|name| Author { name })
            .collect(),
        tags: item.categories().collect(),
        language: item.language(),
        attachments: item
            .enclosures()
            .map(|(url, mime_type, size_in_bytes)| Attachment {
                url,
                mime_type,
                size_in_bytes,
            })
            .collect(),
        rawi: extension(item),
    }
}

fn extension(item: &Item) -> Extension {
    let own = Carrier {
        name: item.outlet(),
        url: item.url(),
    };
    let others = item.others.iter().map(|outlet| Carrier {
        name: chars::line(&outlet.name),
        url: outlet.url.as_deref().and_then(link::web),
    });
    Extension {
        outlet: item.outlet(),
        story: item.article.story,
        outlets: std::iter::once(own).chain(others).collect(),
    }
}
