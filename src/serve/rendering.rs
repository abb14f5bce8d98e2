//! A rendered feed, and the answer to a request for it (RFC 9110 §8.8, §13).

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, NaiveDateTime, Utc};
use tokio::sync::OnceCell;

use crate::publish::{Document, Format};
use crate::serve::coding::Coding;
use crate::serve::error::Error;
use crate::text::digest;

/// The date formats of HTTP (RFC 9110 §5.6.7): the one to write first, then those to understand.
const DATES: [&str; 3] = [
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %d-%b-%y %H:%M:%S GMT",
    "%a %b %e %H:%M:%S %Y",
];

/// How many earlier renderings are remembered, for readers that ask for what is new since one.
const REMEMBERED: usize = 32;

/// A document with what identifies it.
#[derive(Debug)]
pub(super) struct Rendering {
    document: Arc<Document>,
    format: Format,
    tag: String,
    last_modified: DateTime<Utc>,
    link: Option<HeaderValue>,
    revision: u64,
    next_change: Option<DateTime<Utc>>,
    zipped: OnceCell<Bytes>,
    brotli: OnceCell<Bytes>,
    /// The entries of earlier documents by the tags of these, oldest first.
    earlier: Vec<Earlier>,
}

/// An earlier document: its tag, and a digest of each of its entries.
#[derive(Debug, Clone)]
struct Earlier {
    tag: String,
    entries: Arc<HashSet<Vec<u8>>>,
}

/// A document's bytes, shared.
struct Shared(Arc<Document>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl Rendering {
    /// A document that shows a revision of the archive, until `next_change` if there is one. `newest`
    /// is the time of the newest change that it shows.
    pub(super) fn new(
        document: Document,
        format: Format,
        newest: DateTime<Utc>,
        revision: u64,
        next_change: Option<DateTime<Utc>>,
    ) -> Self {
        let tag = digest::body(&document.bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            document: Arc::new(document),
            format,
            tag,
            last_modified: newest,
            link: None,
            revision,
            next_change,
            zipped: OnceCell::new(),
            brotli: OnceCell::new(),
            earlier: Vec::new(),
        }
    }

    /// Names the hub that tells of changes, and the address that it knows the document by, in a
    /// header too (WebSub §4).
    pub(super) fn with_hub(mut self, hub: Option<&str>, own: &str) -> Self {
        self.link = hub.and_then(|hub| {
            HeaderValue::from_str(&format!("<{hub}>; rel=\"hub\", <{own}>; rel=\"self\"")).ok()
        });
        self
    }

    /// What identifies its bytes.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// True if it shows this revision or a later one, and nothing has become visible by time alone.
    pub(super) fn is_fresh(&self, revision: u64, now: DateTime<Utc>) -> bool {
        self.revision >= revision && self.next_change.is_none_or(|change| now < change)
    }

    /// Takes the place of the last rendering: its date never goes back, nor stays where the bytes
    /// are others. A story may change without being the newest, and a reader that knows us by the
    /// date alone must hear of it; nor may the date lie ahead of the clock (§8.8.2.1).
    pub(super) fn follow(&mut self, last: Option<&Self>, now: DateTime<Utc>) {
        self.last_modified = self.last_modified.min(now);
        let Some(last) = last else { return };
        self.earlier.clone_from(&last.earlier);
        if last.tag == self.tag {
            self.last_modified = last.last_modified;
            return;
        }
        if self.last_modified.timestamp() <= last.last_modified.timestamp() {
            self.last_modified = now;
        }
        self.earlier.push(Earlier {
            tag: last.tag.clone(),
            entries: Arc::new(last.document.entries().map(digest::body).collect()),
        });
        let surplus = self.earlier.len().saturating_sub(REMEMBERED);
        self.earlier.drain(..surplus);
    }

    /// The bytes in a coding, made once.
    async fn bytes(&self, coding: Coding) -> Result<Bytes, Error> {
        let made = match coding {
            Coding::Identity => return Ok(Bytes::from_owner(Shared(Arc::clone(&self.document)))),
            Coding::Gzip => &self.zipped,
            Coding::Brotli => &self.brotli,
        };
        let make = async || {
            let document = Arc::clone(&self.document);
            let encode = move || Bytes::from(coding.encode(&document.bytes));
            tokio::task::spawn_blocking(encode)
                .await
                .map_err(|_| Error::Render)
        };
        made.get_or_try_init(make).await.cloned()
    }

    /// The tag that the client has, if it has this document in any coding (weak comparison), or all.
    fn known(&self, request: &HeaderMap) -> Option<Coding> {
        let has = |tag: &str| {
            let tag = tag.trim();
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            let rest = tag.strip_prefix('"')?.strip_prefix(&*self.tag)?;
            let suffix = rest.strip_suffix('"')?;
            Coding::EVERY.into_iter().find(|c| c.suffix() == suffix)
        };
        tags(request).find_map(|tag| match tag.trim() {
            "*" => Some(Coding::wanted(request)),
            tag => has(tag),
        })
    }

    /// The document without the entries that stood in the earlier one that the client has, if it asks
    /// for that (RFC 3229 §10.5.3, with the `feed` of its usual extension).
    fn new_since(&self, request: &HeaderMap) -> Option<Vec<u8>> {
        let asked = request
            .get_all("a-im")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|item| item.split(';').next().unwrap_or(item).trim() == "feed");
        if !asked {
            return None;
        }
        let has = |earlier: &&Earlier| {
            tags(request).any(|tag| {
                let tag = tag.trim().trim_start_matches("W/").trim_matches('"');
                let rest = tag.strip_prefix(&*earlier.tag);
                rest.is_some_and(|rest| Coding::EVERY.iter().any(|c| c.suffix() == rest))
            })
        };
        let earlier = self.earlier.iter().rev().find(has)?;
        let is_new = |entry: &[u8]| !earlier.entries.contains(&digest::body(entry));
        Some(self.document.only(is_new))
    }
}

/// Answers a request for a rendering: with it, with what of it is new, or with 304 if the client has
/// it. `shared` says whether a proxy may keep it for others, `for_secs` for how long it is fresh.
///
/// # Errors
///
/// Encoding it failed.
pub(super) async fn answer(
    rendering: &Rendering,
    request: &HeaderMap,
    shared: bool,
    for_secs: u32,
) -> Result<Response, Error> {
    let coding = Coding::wanted(request);
    let conditional = request.contains_key(header::IF_NONE_MATCH);
    let known = rendering.known(request);
    let unchanged = match conditional {
        true => known.is_some(),
        false => is_as_old(rendering, request),
    };
    let (status, coding, body) = if unchanged {
        // The tag says which of the answers that it keeps the client may go on with.
        (
            StatusCode::NOT_MODIFIED,
            known.unwrap_or(coding),
            Body::empty(),
        )
    } else if let Some(new) = rendering.new_since(request) {
        (StatusCode::IM_USED, Coding::Identity, Body::from(new))
    } else {
        let body = Body::from(rendering.bytes(coding).await?);
        (StatusCode::OK, coding, body)
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut insert = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let (tag, suffix) = (&rendering.tag, coding.suffix());
    insert(header::ETAG, &format!("\"{tag}{suffix}\""));
    let scope = if shared { "public" } else { "private" };
    let fresh = format!("{scope}, max-age={for_secs}");
    match status {
        StatusCode::IM_USED => {
            // Only a cache that knows of instance manipulations may keep a part (RFC 3229 §10.8).
            insert(
                header::CACHE_CONTROL,
                &format!("no-store, im, max-age={for_secs}"),
            );
            insert(HeaderName::from_static("im"), "feed");
        }
        _ => insert(header::CACHE_CONTROL, &fresh),
    }
    insert(header::VARY, "Accept-Encoding, A-IM");
    let modified = rendering.last_modified.format(DATES[0]).to_string();
    insert(header::LAST_MODIFIED, &modified);
    if status != StatusCode::NOT_MODIFIED {
        insert(header::CONTENT_TYPE, rendering.format.content_type());
        if let Some(name) = coding.name() {
            insert(header::CONTENT_ENCODING, name);
        }
    }
    if let Some(link) = &rendering.link {
        headers.insert(header::LINK, link.clone());
    }
    Ok(response)
}

/// The tags of `If-None-Match`.
fn tags(request: &HeaderMap) -> impl Iterator<Item = &str> {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
}

/// `If-Modified-Since` counts only where there is no tag (§13.1.3).
fn is_as_old(rendering: &Rendering, request: &HeaderMap) -> bool {
    request
        .get(header::IF_MODIFIED_SINCE)
        .and_then(|value| value.to_str().ok())
        .and_then(date)
        .is_some_and(|since| rendering.last_modified.timestamp() <= since.timestamp())
}

fn date(value: &str) -> Option<DateTime<Utc>> {
    let value = value.trim();
    DATES
        .iter()
        .find_map(|f| NaiveDateTime::parse_from_str(value, f).ok())
        .map(|at| at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
    }

    fn document(items: &str) -> Document {
        use crate::publish::{ALL, Channel, render};
        let home = url::Url::parse("https://rawi.example/").unwrap();
        render(
            Format::Atom,
            &Channel::new("a", ALL, items, &home, Format::Atom, &[]),
            &[],
        )
    }

    fn rendering(items: &str, newest: i64) -> Rendering {
        Rendering::new(document(items), Format::Atom, at(newest), 1, None)
    }

    async fn status(rendering: &Rendering, headers: &[(&str, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            map.append(name, value.parse().unwrap());
        }
        answer(rendering, &map, true, 300)
            .await
            .unwrap()
            .status()
            .as_u16()
    }

    #[tokio::test]
    async fn a_client_that_has_the_bytes_is_told_so() {
        let feed = rendering("x", 0);
        let etag = format!("\"{}\"", feed.tag);
        for known in [
            etag.clone(),
            format!("W/{etag}"),
            format!("\"a\", W/\"b\" ,{etag}"),
            "*".to_owned(),
        ] {
            assert_eq!(
                status(&feed, &[("if-none-match", &known)]).await,
                304,
                "{known}"
            );
        }
        assert_eq!(
            status(
                &feed,
                &[("if-none-match", "\"a\""), ("if-none-match", &etag)]
            )
            .await,
            304
        );
        for other in ["\"a\"", "", etag.trim_matches('"')] {
            assert_eq!(
                status(&feed, &[("if-none-match", other)]).await,
                200,
                "{other}"
            );
        }
    }

    #[tokio::test]
    async fn a_date_counts_only_where_there_is_no_tag() {
        let feed = rendering("x", 0);
        let newest = "Thu, 01 Jan 2026 00:00:00 GMT";
        assert_eq!(status(&feed, &[("if-modified-since", newest)]).await, 304);
        assert_eq!(
            status(
                &feed,
                &[("if-modified-since", newest), ("if-none-match", "\"a\"")]
            )
            .await,
            200
        );
        for (date, wanted) in [
            ("Thu, 01 Jan 2026 00:00:01 GMT", 304),
            ("Thursday, 01-Jan-26 00:00:00 GMT", 304),
            ("Thu Jan  1 00:00:00 2026", 304),
            ("Wed, 31 Dec 2025 23:59:59 GMT", 200),
            ("yesterday", 200),
        ] {
            assert_eq!(
                status(&feed, &[("if-modified-since", date)]).await,
                wanted,
                "{date}"
            );
        }
    }

    #[tokio::test]
    async fn a_304_says_what_the_200_would_have_said() {
        let feed = rendering("x", 0);
        let mut request = HeaderMap::new();
        let full = answer(&feed, &request, true, 300).await.unwrap();
        request.insert(header::IF_NONE_MATCH, full.headers()["etag"].clone());
        let short = answer(&feed, &request, true, 300).await.unwrap();
        assert_eq!(short.status(), 304);
        for name in ["etag", "cache-control", "vary", "last-modified"] {
            assert!(full.headers().contains_key(name), "{name}");
            assert_eq!(
                short.headers().get(name),
                full.headers().get(name),
                "{name}"
            );
        }
    }

    #[tokio::test]
    async fn what_needs_a_token_is_kept_by_its_reader_only() {
        let cache = async |shared| {
            let response = answer(&rendering("x", 0), &HeaderMap::new(), shared, 300)
                .await
                .unwrap();
            response.headers()["cache-control"]
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(cache(true).await, "public, max-age=300");
        assert_eq!(cache(false).await, "private, max-age=300");
    }

    #[test]
    fn the_date_moves_with_the_bytes_and_never_back() {
        let first = rendering("one", 0);
        let follow = |bytes, newest| {
            let mut next = rendering(bytes, newest);
            next.follow(Some(&first), at(9 * HOUR));
            next.last_modified
        };
        assert_eq!(follow("one", HOUR), at(0), "the same bytes");
        assert_eq!(follow("two", HOUR), at(HOUR), "a newer story");
        assert_eq!(follow("two", 0), at(9 * HOUR), "an older story changed");
        assert_eq!(
            follow("two", -HOUR),
            at(9 * HOUR),
            "the newest story went away"
        );
        assert_eq!(
            follow("two", 10 * HOUR),
            at(9 * HOUR),
            "a story from the future"
        );
    }

    #[test]
    fn a_rendering_is_fresh_until_the_archive_or_the_time_moves_on() {
        let feed = Rendering::new(document(""), Format::Rss, at(0), 7, Some(at(HOUR)));
        assert!(feed.is_fresh(7, at(0)));
        assert!(feed.is_fresh(6, at(0)));
        assert!(!feed.is_fresh(8, at(0)));
        assert!(!feed.is_fresh(7, at(HOUR)));
    }
}
