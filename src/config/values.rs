//! The shapes of single values: what a text must look like to be a slug, a size, a secret.
//!
//! Each function takes the text as written and answers with the value or the reason, in words that
//! stand behind the place and the key. No reason repeats what may be a secret.

use std::path::Path;
use std::time::Duration;

use ipnet::IpNet;
use toml::de::DeValue;
use url::Url;

use crate::config::reader::{Item, Section};
use crate::extract;
use crate::model::{Query, QueryError, Secret};
use crate::schedule::{parse_duration, words};
use crate::text::pattern::{self, PatternError};

/// What a key for a duration wants.
pub(super) const DURATION: &str = "a duration such as \"15m\"";
/// What a key for an address wants.
pub(super) const ADDRESS: &str = "an http:// or https:// address";

/// An http or https address without credentials.
pub(super) fn http_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            format!("`{text}` is no address; it starts with http:// or https://")
        }
        _ => format!("`{text}` is no address: {error}"),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "`{}:` cannot be fetched; only http and https can",
            url.scheme()
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("credentials are never written in an address; use the key `basic`".to_owned());
    }
    Ok(url)
}

/// The base of our own addresses: ends in a slash, and nothing follows.
pub(super) fn public_url(text: &str) -> Result<Url, String> {
    let mut url = http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("the base of our addresses has no `?` and no `#`".to_owned());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// A CSS selector that the extractor can read.
pub(super) fn selector(text: &str) -> Result<String, String> {
    let text = nonblank(text)?;
    match extract::check_selector(&text) {
        Ok(()) => Ok(text),
        Err(message) => Err(format!("`{text}` is no CSS selector: {message}")),
    }
}

/// The key `proxy`: one that the fetcher can use. An empty string stands for none.
pub(super) fn proxy<'r>(section: &mut Section<'r>) -> Option<Item<'r, Url>> {
    let item = section.optional("proxy", "an address", proxy_url)?;
    if item.value.password().is_some() {
        item.warn("whoever can read this file knows the proxy's password");
    }
    Some(item)
}

/// The address of a proxy. What may hold a password is not repeated in the reason.
fn proxy_url(text: &str) -> Result<Url, String> {
    const SCHEMES: &str = "it starts with http://, https:// or socks5h://";
    let shown = if text.contains('@') {
        "this"
    } else {
        &format!("`{text}`")
    };
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => format!("{shown} is no address; {SCHEMES}"),
        _ => format!("{shown} is no address: {error}"),
    })?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || !url.has_host() {
        Err(format!("{shown} is no proxy; {SCHEMES}"))
    } else if !matches!(url.path(), "" | "/") || url.query().or(url.fragment()).is_some() {
        Err(format!(
            "{shown} is no proxy: nothing follows its host and port"
        ))
    } else {
        Ok(url)
    }
}

/// A name for commands, addresses and the archive.
pub(super) fn slug(text: &str) -> Result<String, String> {
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_');
    if text.is_empty() || text.len() > 64 {
        Err("a slug has 1 to 64 characters".to_owned())
    } else if let Some(other) = text.chars().find(|c| !allowed(*c)) {
        Err(format!(
            "a slug is written with a-z, 0-9, - and _; `{other}` is none of these"
        ))
    } else if text.starts_with(['-', '_']) {
        Err("a slug starts with a letter or a digit".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// A text that says something.
pub(super) fn nonblank(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("is empty"),
        trimmed => Ok(trimmed.to_owned()),
    }
}

/// A text that can be sent in a header field.
pub(super) fn header_value(text: &str) -> Result<String, &'static str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        Ok(text.trim().to_owned())
    } else {
        Err("is sent in a header field, which holds printable ASCII only")
    }
}

/// A language tag: letters, then subtags.
pub(super) fn language(text: &str) -> Result<String, String> {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let primary = (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let rest = parts.all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if primary && rest {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "`{text}` is no language tag; they look like \"ar\" or \"ar-JO\""
        ))
    }
}

/// A search that can be answered.
pub(super) fn search(text: &str) -> Result<String, QueryError> {
    Query::parse(text).map(|_| text.trim().to_owned())
}

/// A pattern for `keep` and `mute`.
pub(super) fn pattern(text: &str) -> Result<String, PatternError> {
    pattern::check(text).map(|()| text.to_owned())
}

/// A duration within bounds.
pub(super) fn duration(
    text: &str,
    shortest: Duration,
    longest: Duration,
) -> Result<Duration, String> {
    let duration = parse_duration(text).map_err(|error| error.to_string())?;
    if duration < shortest {
        Err(format!(
            "`{text}` is too short; the least is {}",
            words(shortest)
        ))
    } else if duration > longest {
        Err(format!(
            "`{text}` is too long; the most is {}",
            words(longest)
        ))
    } else {
        Ok(duration)
    }
}

/// A size in bytes with its unit, from a kilobyte to a gigabyte.
pub(super) fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 7] = [
        ("B", 1),
        ("kB", 1000),
        ("KiB", 1 << 10),
        ("MB", 1_000_000),
        ("MiB", 1 << 20),
        ("GB", 1_000_000_000),
        ("GiB", 1 << 30),
    ];
    let digits_end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(digits_end);
    let count = digits.parse::<u64>().ok();
    let unit = UNITS.iter().find(|(name, _)| *name == unit.trim_start());
    let (Some(count), Some((_, factor))) = (count, unit) else {
        return Err(format!(
            "`{text}` is no size; write a whole number and its unit, as in \"5MiB\""
        ));
    };
    let bytes = count.saturating_mul(*factor);
    if (1 << 10..=1 << 30).contains(&bytes) {
        Ok(bytes)
    } else {
        Err(format!(
            "`{text}` is out of bounds; sizes go from 1KiB to 1GiB"
        ))
    }
}

/// A network in CIDR notation.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .map_err(|_| match text.parse::<std::net::IpAddr>() {
            Ok(ip) => {
                let bits = if ip.is_ipv4() { 32 } else { 128 };
                format!(
                    "`{text}` is an address, no network; for this one alone write \"{text}/{bits}\""
                )
            }
            Err(_) => format!("`{text}` is no network; they look like \"192.168.1.0/24\""),
        })
}

/// One of a few words.
pub(super) fn choice<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<String> = words
            .iter()
            .map(|(word, _)| format!("\"{word}\""))
            .collect();
        format!("`{text}` is none of {}", known.join(", "))
    })
}

/// The place of a secret; relative files lie in `base_dir`.
pub(super) fn secret<'r>(
    section: &mut Section<'r>,
    key: &'static str,
    base_dir: &Path,
) -> Option<Item<'r, Secret>> {
    let item = section.item(key)?;
    if let DeValue::String(_) = item.value {
        item.fault(
            "a secret is never written in this file; keep it in a file of its own and write \
             `{ file = \"/etc/rawi/NAME\" }`, or pass it by systemd and write \
             `{ credential = \"NAME\" }`",
        );
        return None;
    }
    let Some(mut place) = item.as_section() else {
        item.wrong_type("`{ file = \"…\" }` or `{ credential = \"…\" }`");
        return None;
    };
    let file = place.parsed("file", "the path of a file", nonblank);
    let credential = place.parsed("credential", "a name", credential_name);
    let secret = match (file, credential) {
        (Some(file), None) => Some(Secret::File(base_dir.join(file.value))),
        (None, Some(credential)) => Some(Secret::Credential(credential.value)),
        (Some(_), Some(_)) => {
            place.fault("names both a file and a credential; which is it?");
            None
        }
        (None, None) => {
            if place.is_empty() {
                place
                    .fault("names no secret: write `{ file = \"…\" }` or `{ credential = \"…\" }`");
            }
            None
        }
    };
    place.finish();
    let secret = secret?;
    item.read(|_| Ok::<_, String>(secret))
}

/// The name of a file in the folder of credentials.
fn credential_name(text: &str) -> Result<String, String> {
    let name = nonblank(text)?;
    if name.contains('/') || name.starts_with('.') {
        Err("a credential is named by one word, no path".to_owned())
    } else {
        Ok(name)
    }
}
