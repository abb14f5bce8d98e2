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

/// The `Content-Encoding` that is left when the HTTP library has undone those it knows.
pub(super) fn unknown_encoding(headers: &HeaderMap) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(CONTENT_ENCODING)?.as_bytes());
    let value = value.trim();
    (!value.is_empty() && !value.eq_ignore_ascii_case("identity")).then(|| value.to_owned())
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
    fn an_encoding_that_is_left_over_is_named() {
        assert_eq!(unknown_encoding(&headers(&[])), None);
        assert_eq!(
            unknown_encoding(&headers(&[("content-encoding", "Identity")])),
            None
        );
        let left = unknown_encoding(&headers(&[("content-encoding", "gzip, gzip")]));
        assert_eq!(left.as_deref(), Some("gzip, gzip"));
    }
}
