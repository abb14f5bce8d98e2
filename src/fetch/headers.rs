//! What single headers of an answer say, each a small function of the headers and the time.
//!
//! Sources: RFC 9110 (validators, dates, Retry-After), RFC 9111 (Cache-Control, Expires). A header
//! that cannot be read is a header that is not there; none of them fails a fetch.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName,
    HeaderValue, LAST_MODIFIED, RETRY_AFTER,
};

use crate::fetch::encoding::Encoding;
use crate::model::Validators;

/// Longer validators are neither kept nor sent.
const MAX_VALIDATOR_BYTES: usize = 1024;

/// The longest silence that a server may ask for.
const MAX_RETRY_AFTER: TimeDelta = TimeDelta::days(30);

/// The validators that an answer carries, byte for byte.
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let kept = |name: HeaderName| {
        let value = headers.get(name)?.as_bytes();
        (1..=MAX_VALIDATOR_BYTES)
            .contains(&value.len())
            .then(|| value.to_vec())
    };
    Validators {
        etag: kept(ETAG),
        last_modified: kept(LAST_MODIFIED),
    }
}

/// A stored validator as it is sent: never empty, never one that would break the request.
pub(super) fn validator_to_send(stored: Option<&[u8]>) -> Option<HeaderValue> {
    let bytes = stored?;
    if bytes.is_empty() || bytes.len() > MAX_VALIDATOR_BYTES {
        return None;
    }
    HeaderValue::from_bytes(bytes).ok()
}

/// The `Content-Type`, parameters included.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.as_bytes();
    Some(String::from_utf8_lossy(value).into_owned())
}

/// How the body is encoded. An encoding that is not known, or more than one, is given by its name.
pub(super) fn encoding(headers: &HeaderMap) -> Result<Encoding, String> {
    let values: Vec<_> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    let mut names = values
        .iter()
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
    match (names.next(), names.next()) {
        (None, _) => Ok(Encoding::Identity),
        (Some(name), None) => Encoding::named(name).ok_or_else(|| shown(name)),
        (Some(_), Some(_)) => Err(shown(&values.join(", "))),
    }
}

/// The media type, where it says that the body is no text: no web page can be in it.
pub(super) fn no_text(headers: &HeaderMap) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(CONTENT_TYPE)?.as_bytes());
    let essence = value.split(';').next()?.trim().to_ascii_lowercase();
    // What is no media type says nothing.
    let (kind, subtype) = essence.split_once('/')?;
    let is_text = match kind {
        "audio" | "font" | "image" | "model" | "video" => false,
        // XHTML, and what servers of HTML and XML call it otherwise.
        "application" => ["html", "xml", "php"]
            .iter()
            .any(|name| subtype.contains(name)),
        _ => true,
    };
    (!is_text).then(|| shown(&essence))
}

/// As much of a value as an error may quote.
fn shown(value: &str) -> String {
    const SHOWN_CHARS: usize = 100;
    match value.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// The moment before which the server asks for silence: its Retry-After, or the end of the time
/// for which its limit of requests is used up, whichever is later. At most 30 days, never before
/// `now`.
pub(super) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let asked = text(headers, &RETRY_AFTER).and_then(|value| match delta_seconds(value) {
        Some(seconds) => Some(TimeDelta::from_std(seconds).unwrap_or(MAX_RETRY_AFTER)),
        // By the server's own clock where it shows it.
        None => Some(http_date(value)? - date(headers).unwrap_or(now)),
    });
    let wait = asked.max(until_rate_limit_resets(headers, now))?;
    Some(now + wait.clamp(TimeDelta::zero(), MAX_RETRY_AFTER))
}

/// How long no request is left (`X-RateLimit-Remaining: 0`) until there are new ones
/// (`X-RateLimit-Reset`, in seconds or as a moment in seconds or milliseconds since 1970).
///
/// No standard: GitHub, Reddit and many others send these, some without the `X-`, as early drafts
/// of the IETF had them.
fn until_rate_limit_resets(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    const A_MOMENT: f64 = 1e9;
    const IN_MILLISECONDS: f64 = 1e11;
    let number = |name: &'static str| -> Option<f64> {
        let value = text(headers, &HeaderName::from_static(name))?
            .parse()
            .ok()?;
        Some(value).filter(|value: &f64| value.is_finite() && *value >= 0.0)
    };
    let [remaining, reset] = [
        ["x-ratelimit-remaining", "x-ratelimit-reset"],
        ["ratelimit-remaining", "ratelimit-reset"],
    ]
    .into_iter()
    .find_map(|[remaining, reset]| Some([number(remaining)?, number(reset)?]))?;
    if remaining >= 1.0 {
        return None;
    }
    let server_now = date(headers).unwrap_or(now).timestamp();
    let wait = if reset >= IN_MILLISECONDS {
        Duration::try_from_secs_f64(reset / 1000.0).ok()
    } else {
        Duration::try_from_secs_f64(reset).ok()
    }
    .and_then(|duration| TimeDelta::from_std(duration).ok())
    .unwrap_or(TimeDelta::MAX);
    Some(if reset >= A_MOMENT {
        wait - TimeDelta::seconds(server_now)
    } else {
        wait
    })
}

/// How long the answer stays fresh: `max-age`, else `Expires` less `Date`. None if it does not
/// say so, says that it must not be kept, or is stale already.
pub(super) fn fresh_for(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let mut max_age = None;
    for value in headers.get_all(CACHE_CONTROL) {
        // Bytes beyond ASCII are legal in extensions that are of no interest here.
        let value = String::from_utf8_lossy(value.as_bytes());
        for directive in value.split(',') {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-cache" | "no-store" => return None,
                "max-age" if max_age.is_none() => {
                    max_age = delta_seconds(argument.trim().trim_matches('"'));
                }
                _ => {}
            }
        }
    }
    let fresh = max_age.or_else(|| {
        let expires = http_date(text(headers, &EXPIRES)?)?;
        (expires - date(headers).unwrap_or(now)).to_std().ok()
    });
    fresh.filter(|fresh| !fresh.is_zero())
}

/// `delta-seconds`: a number too large to hold means the largest (RFC 9111 §1.2.2).
fn delta_seconds(text: &str) -> Option<Duration> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Duration::from_secs(
        text.parse()
            .unwrap_or(u64::from(u32::MAX))
            .min(u32::MAX.into()),
    ))
}

fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    http_date(text(headers, &DATE)?)
}

fn http_date(text: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text).ok().map(DateTime::from)
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-01T12:00:00Z";

    /// Header lines: name and value.
    type Lines<'a> = &'a [(&'static str, &'a str)];

    fn now() -> DateTime<Utc> {
        NOW.parse().unwrap()
    }

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
                (HeaderName::from_static(name), value)
            })
            .collect()
    }

    #[test]
    fn c9_a_used_up_rate_limit_counts_as_a_retry_after() {
        let epoch = now().timestamp() + 600;
        let (epoch, in_milliseconds) = (epoch.to_string(), (epoch * 1000).to_string());
        let told = |remaining, reset| {
            let list = [
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset", reset),
            ];
            retry_after(&headers(&list), now()).map(|at| (at - now()).num_seconds())
        };
        let cases = [
            ("0", "600", Some(600)),
            ("0.0", "599.5", Some(599)),
            ("0", epoch.as_str(), Some(600)),
            ("0", in_milliseconds.as_str(), Some(600)),
            ("0", "1000000000", Some(0)),
            ("0", "99999999999999999999999", Some(30 * 86_400)),
            ("1", "600", None),
            ("0", "soon", None),
            ("0", "-5", None),
            ("0", "NaN", None),
            ("", "600", None),
        ];
        for (remaining, reset, expected) in cases {
            assert_eq!(told(remaining, reset), expected, "{remaining} {reset}");
        }
        let draft = [("ratelimit-remaining", "0"), ("ratelimit-reset", "60")];
        assert!(retry_after(&headers(&draft), now()).is_some());
        let both = [
            ("retry-after", "5"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "600"),
        ];
        let later = retry_after(&headers(&both), now());
        assert_eq!(later, Some(now() + TimeDelta::seconds(600)));
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date_by_the_servers_clock() {
        let ours = "Sun, 01 Mar 2026 12:00:00 GMT";
        let hour_ahead = "Sun, 01 Mar 2026 13:00:00 GMT";
        let table: [(Lines<'_>, Option<i64>); 9] = [
            (&[("retry-after", "120")], Some(120)),
            (&[("retry-after", " 0 ")], Some(0)),
            (&[("retry-after", hour_ahead)], Some(3600)),
            (&[("retry-after", hour_ahead), ("date", ours)], Some(3600)),
            (
                &[("retry-after", hour_ahead), ("date", hour_ahead)],
                Some(0),
            ),
            (&[("retry-after", ours), ("date", hour_ahead)], Some(0)),
            (
                &[("retry-after", "99999999999999999999999")],
                Some(30 * 86_400),
            ),
            (&[("retry-after", "soon")], None),
            (&[], None),
        ];
        for (list, seconds) in table {
            let expected = seconds.map(|seconds| now() + TimeDelta::seconds(seconds));
            assert_eq!(retry_after(&headers(list), now()), expected, "{list:?}");
        }
    }

    #[test]
    fn freshness_is_max_age_else_expires_less_date_and_nothing_for_what_must_not_be_kept() {
        let ours = "Sun, 01 Mar 2026 12:00:00 GMT";
        let later = "Sun, 01 Mar 2026 12:30:00 GMT";
        let table: [(Lines<'_>, Option<u64>); 14] = [
            (&[("cache-control", "public, max-age=600")], Some(600)),
            (&[("cache-control", "Max-Age=\"600\"")], Some(600)),
            (
                &[("cache-control", "max-age=600"), ("expires", later)],
                Some(600),
            ),
            (&[("cache-control", "max-age=600, max-age=9")], Some(600)),
            (
                &[
                    ("cache-control", "private"),
                    ("cache-control", "max-age=60"),
                ],
                Some(60),
            ),
            (&[("cache-control", "max-age=31536000, no-cache")], None),
            (&[("cache-control", "no-store"), ("expires", later)], None),
            (&[("cache-control", "max-age=0"), ("expires", later)], None),
            (&[("cache-control", "max-age=-1")], None),
            (&[("cache-control", "s-maxage=600")], None),
            (
                &[("cache-control", "max-age=99999999999999999999")],
                Some(u32::MAX.into()),
            ),
            (&[("expires", later), ("date", ours)], Some(1800)),
            (&[("expires", ours), ("date", later)], None),
            (&[("expires", "0")], None),
        ];
        for (list, seconds) in table {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(fresh_for(&headers(list), now()), expected, "{list:?}");
        }
    }

    #[test]
    fn validators_are_kept_and_sent_as_the_bytes_that_came() {
        let odd = b"W/\"\xd8\xa7-gzip\"";
        let mut list = HeaderMap::new();
        list.insert(ETAG, HeaderValue::from_bytes(odd).unwrap());
        list.insert(
            LAST_MODIFIED,
            HeaderValue::from_static("yesterday, I think"),
        );
        let kept = validators(&list);
        assert_eq!(kept.etag.as_deref(), Some(&odd[..]));
        assert_eq!(
            kept.last_modified.as_deref(),
            Some(&b"yesterday, I think"[..])
        );
        assert_eq!(
            validator_to_send(kept.etag.as_deref()).unwrap().as_bytes(),
            odd
        );
    }

    #[test]
    fn validators_that_are_empty_huge_or_illegal_are_dropped() {
        let huge = "x".repeat(MAX_VALIDATOR_BYTES + 1);
        assert!(validators(&headers(&[("etag", ""), ("last-modified", &huge)])).is_empty());
        for stored in [&b""[..], huge.as_bytes(), b"\"a\r\nX-Injected: 1\""] {
            assert_eq!(validator_to_send(Some(stored)), None);
        }
        assert_eq!(validator_to_send(None), None);
    }

    #[test]
    fn one_encoding_is_undone_and_what_is_not_known_or_a_row_of_them_is_named() {
        let chain = vec!["gzip"; 200].join(", ");
        let chain_shown = format!("{}…", &chain[..100]);
        let table: [(&[&str], Result<Encoding, &str>); 12] = [
            (&[], Ok(Encoding::Identity)),
            (&[""], Ok(Encoding::Identity)),
            (&["Identity"], Ok(Encoding::Identity)),
            (&[" GZip "], Ok(Encoding::Gzip)),
            (&["x-gzip"], Ok(Encoding::Gzip)),
            (&["deflate"], Ok(Encoding::Deflate)),
            (&["identity, br,"], Ok(Encoding::Brotli)),
            (&["identity", "zstd"], Ok(Encoding::Zstd)),
            (&["x-evil"], Err("x-evil")),
            (&["gzip, gzip"], Err("gzip, gzip")),
            (&["gzip", "br"], Err("gzip, br")),
            (&[&chain], Err(&chain_shown)),
        ];
        for (values, expected) in table {
            let mut list = HeaderMap::new();
            for value in values {
                list.append(CONTENT_ENCODING, HeaderValue::from_str(value).unwrap());
            }
            assert_eq!(
                encoding(&list),
                expected.map_err(str::to_owned),
                "{values:?}"
            );
        }
    }

    #[test]
    fn a_media_type_that_is_no_text_is_told_by_its_name() {
        let table = [
            ("video/mp4", Some("video/mp4")),
            ("Application/PDF; q=1", Some("application/pdf")),
            ("image/svg+xml", Some("image/svg+xml")),
            ("application/zip", Some("application/zip")),
            ("application/octet-stream", Some("application/octet-stream")),
            ("application/json", Some("application/json")),
            ("text/html; charset=utf-8", None),
            ("text/plain", None),
            ("application/xhtml+xml", None),
            ("application/vnd.wap.xhtml+xml", None),
            ("application/xml", None),
            ("application/x-httpd-php", None),
            ("html", None),
            ("", None),
        ];
        for (value, expected) in table {
            let list = headers(&[("content-type", value)]);
            assert_eq!(no_text(&list).as_deref(), expected, "{value:?}");
        }
        assert_eq!(no_text(&headers(&[])), None);
    }
}
