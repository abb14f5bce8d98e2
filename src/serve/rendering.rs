//! A rendered feed, and the answer to a request for it (RFC 9110 §8.8, §13).

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, NaiveDateTime, Utc};

use crate::publish::{Format, MAX_AGE_SECS};
use crate::text::digest;

/// The date formats of HTTP (RFC 9110 §5.6.7): the one to write first, then those to understand.
const DATES: [&str; 3] = [
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %d-%b-%y %H:%M:%S GMT",
    "%a %b %e %H:%M:%S %Y",
];

/// The bytes of a feed with what identifies them.
#[derive(Debug, Clone)]
pub(super) struct Rendering {
    bytes: Bytes,
    format: Format,
    etag: String,
    last_modified: DateTime<Utc>,
    revision: u64,
    next_change: Option<DateTime<Utc>>,
}

impl Rendering {
    /// Bytes that show a revision of the archive, until `next_change` if there is one. `newest` is
    /// the time of the newest change that they show.
    pub(super) fn new(
        bytes: Vec<u8>,
        format: Format,
        newest: DateTime<Utc>,
        revision: u64,
        next_change: Option<DateTime<Utc>>,
    ) -> Self {
        let hex: String = digest::body(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            bytes: Bytes::from(bytes),
            format,
            etag: format!("\"{hex}\""),
            last_modified: newest,
            revision,
            next_change,
        }
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
        if last.etag == self.etag {
            self.last_modified = last.last_modified;
        } else if self.last_modified.timestamp() <= last.last_modified.timestamp() {
            self.last_modified = now;
        }
    }
}

/// Answers a request for a rendering: with it, or with 304 if the client has it. `shared` says
/// whether a proxy may keep it for others.
pub(super) fn answer(rendering: &Rendering, request: &HeaderMap, shared: bool) -> Response {
    let unchanged = is_unchanged(rendering, request);
    let mut response = if unchanged {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        Response::new(Body::from(rendering.bytes.clone()))
    };
    let headers = response.headers_mut();
    let scope = if shared { "public" } else { "private" };
    let mut insert = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    insert(header::ETAG, &rendering.etag);
    insert(
        header::CACHE_CONTROL,
        &format!("{scope}, max-age={MAX_AGE_SECS}"),
    );
    insert(header::VARY, "Accept-Encoding");
    insert(
        header::LAST_MODIFIED,
        &rendering.last_modified.format(DATES[0]).to_string(),
    );
    if !unchanged {
        insert(header::CONTENT_TYPE, rendering.format.content_type());
    }
    response
}

/// `If-None-Match` decides where it is given (§13.1.2, weak comparison), else `If-Modified-Since`.
fn is_unchanged(rendering: &Rendering, request: &HeaderMap) -> bool {
    let mut tags = request.get_all(header::IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        return tags
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|tag| {
                let tag = tag.trim();
                tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == rendering.etag
            });
    }
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

    fn rendering(bytes: &str, newest: i64) -> Rendering {
        Rendering::new(bytes.as_bytes().to_vec(), Format::Atom, at(newest), 1, None)
    }

    fn status(rendering: &Rendering, headers: &[(&str, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            map.append(name, value.parse().unwrap());
        }
        answer(rendering, &map, true).status().as_u16()
    }

    #[test]
    fn a_client_that_has_the_bytes_is_told_so() {
        let feed = rendering("x", 0);
        let etag = feed.etag.clone();
        for known in [
            etag.clone(),
            format!("W/{etag}"),
            format!("\"a\", W/\"b\" ,{etag}"),
            "*".to_owned(),
        ] {
            assert_eq!(status(&feed, &[("if-none-match", &known)]), 304, "{known}");
        }
        assert_eq!(
            status(
                &feed,
                &[("if-none-match", "\"a\""), ("if-none-match", &etag)]
            ),
            304
        );
        for other in ["\"a\"", "", etag.trim_matches('"')] {
            assert_eq!(status(&feed, &[("if-none-match", other)]), 200, "{other}");
        }
    }

    #[test]
    fn a_date_counts_only_where_there_is_no_tag() {
        let feed = rendering("x", 0);
        let newest = "Thu, 01 Jan 2026 00:00:00 GMT";
        assert_eq!(status(&feed, &[("if-modified-since", newest)]), 304);
        assert_eq!(
            status(
                &feed,
                &[("if-modified-since", newest), ("if-none-match", "\"a\"")]
            ),
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
                status(&feed, &[("if-modified-since", date)]),
                wanted,
                "{date}"
            );
        }
    }

    #[test]
    fn a_304_says_what_the_200_would_have_said() {
        let feed = rendering("x", 0);
        let mut request = HeaderMap::new();
        let full = answer(&feed, &request, true);
        request.insert(header::IF_NONE_MATCH, feed.etag.parse().unwrap());
        let short = answer(&feed, &request, true);
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

    #[test]
    fn what_needs_a_token_is_kept_by_its_reader_only() {
        let cache = |shared| {
            let response = answer(&rendering("x", 0), &HeaderMap::new(), shared);
            response.headers()["cache-control"]
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(cache(true), "public, max-age=300");
        assert_eq!(cache(false), "private, max-age=300");
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
        let feed = Rendering::new(Vec::new(), Format::Rss, at(0), 7, Some(at(HOUR)));
        assert!(feed.is_fresh(7, at(0)));
        assert!(feed.is_fresh(6, at(0)));
        assert!(!feed.is_fresh(8, at(0)));
        assert!(!feed.is_fresh(7, at(HOUR)));
    }
}
