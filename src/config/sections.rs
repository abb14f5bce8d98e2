//! The sections with one table each: `[archive]`, `[fetch]`, `[schedule]`, `[extract]`, `[dedupe]`,
//! `[serve]` and `[publish]`. Each function reads one into the options of its stage; what is absent or wrong
//! keeps the stage's own default.

use std::path::Path;
use std::time::Duration;

use url::Url;

use crate::config::reader::{Item, Section};
use crate::config::rules::Pack;
use crate::config::values::{self, DURATION};
use crate::schedule::{Cadence, words};
use crate::serve::{Images, Language};
use crate::{dedupe, extract, fetch, publish, schedule, serve, store};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const CENTURY: Duration = Duration::from_secs(36_500 * 86_400);

/// Sets `target` to what was read, if something was.
fn set<T>(target: &mut T, item: Option<Item<'_, T>>) {
    if let Some(item) = item {
        *target = item.value;
    }
}

fn duration<'r>(
    section: &mut Section<'r>,
    key: &'static str,
    shortest: Duration,
    longest: Duration,
) -> Option<Item<'r, Duration>> {
    section.parsed(key, DURATION, |text| {
        values::duration(text, shortest, longest)
    })
}

pub(super) fn archive(
    mut section: Section<'_>,
    base_dir: &Path,
    state_directory: Option<&Path>,
) -> store::Options {
    let defaults = store::Options::default();
    let path = section.parsed("path", "the path of a file", values::nonblank);
    let path = path.map_or(defaults.path, |path| path.value.into());
    let mut options = store::Options {
        path: state_directory.unwrap_or(base_dir).join(path),
        retention: defaults.retention,
        polls_kept: defaults.polls_kept,
    };
    let retention = section.parsed(
        "retention",
        "\"forever\" or a duration",
        |text| match text {
            "forever" => Ok(None),
            _ => values::duration(text, DAY, CENTURY).map(Some),
        },
    );
    set(&mut options.retention, retention);
    set(
        &mut options.polls_kept,
        duration(&mut section, "polls", HOUR, CENTURY),
    );
    section.finish();
    options
}

pub(super) fn fetch(mut section: Section<'_>) -> fetch::Options {
    let mut options = fetch::Options::default();
    set(
        &mut options.contact,
        section.parsed("contact", "a string", values::header_value),
    );
    if let Some(count) = section.count("concurrency", 1..=1000) {
        options.concurrency = count;
    }
    set(
        &mut options.timeout,
        duration(&mut section, "timeout", SECOND, HOUR),
    );
    let size = section.parsed("max_body", "a size such as \"5MiB\"", values::size);
    set(&mut options.max_body_bytes, size);
    let expected = "a network such as \"192.168.1.0/24\"";
    options.allow_networks = section.values("allow_networks", expected, values::network);
    options.host_concurrency = section.count("host_concurrency", 1..=1000);
    let spacing = duration(&mut section, "host_spacing", SECOND, HOUR);
    options.host_spacing = spacing.map(|item| item.value);
    options.proxy = values::proxy(&mut section).map(|item| item.value);
    section.finish();
    options
}

/// `[schedule]`, and where its default stands: what it means depends on the feeds.
pub(super) struct Schedule<'r> {
    pub(super) options: schedule::Options,
    default: Option<Item<'r, ()>>,
}

impl Schedule<'_> {
    /// Notes that the default is too often for a public feed, named by its slug.
    pub(super) fn refuse_haste(&self, public_feed: Option<&str>) {
        if let (Some(slug), Some(default)) = (public_feed, &self.default) {
            default.fault(format!(
                "is less than 1m, and the feed `{slug}`, which is not local, has no schedule of \
                 its own"
            ));
        }
    }
}

pub(super) fn schedule(mut section: Section<'_>) -> Schedule<'_> {
    let mut options = schedule::Options::default();
    let default = section.parsed("default", "a schedule such as \"15m\"", Cadence::parse);
    let default = default.and_then(|item| {
        item.read(|cadence| {
            options.default = cadence.clone();
            Ok::<_, String>(())
        })
    });
    set(
        &mut options.floor,
        duration(&mut section, "floor", MINUTE, 30 * DAY),
    );
    let ceiling = duration(&mut section, "ceiling", MINUTE, 30 * DAY);
    if let Some(ceiling) = &ceiling {
        options.ceiling = ceiling.value;
    }
    if options.floor > options.ceiling {
        let (floor, ceiling_words) = (words(options.floor), words(options.ceiling));
        let message = format!("the floor of {floor} is above the ceiling of {ceiling_words}");
        match ceiling {
            Some(item) => item.fault(message),
            None => section.fault(message),
        }
    }
    section.finish();
    Schedule { options, default }
}

/// `[extract]`: reads the rule packs that it names as well. Of two rules for one host, that of the
/// pack named later holds.
pub(super) fn extract(mut section: Section<'_>, base_dir: &Path) -> extract::Rules {
    let mut rules = extract::Rules::default();
    let paths = section.list("rules", "the path of a rule pack", values::nonblank);
    for named in paths.into_iter().flat_map(|list| list.value) {
        let path = base_dir.join(&named.value);
        match std::fs::read(&path) {
            Ok(bytes) => {
                if let Some(pack) = named.adopt(Pack::read(&path, bytes)) {
                    pack.add_to(&mut rules);
                }
            }
            Err(error) => named.fault(format!(
                "the rule pack {} cannot be read: {error}",
                path.display()
            )),
        }
    }
    section.finish();
    rules
}

pub(super) fn dedupe(mut section: Section<'_>) -> dedupe::Options {
    let mut options = dedupe::Options::default();
    set(
        &mut options.window,
        duration(&mut section, "window", HOUR, CENTURY),
    );
    set(&mut options.near, section.boolean("near"));
    section.finish();
    options
}

pub(super) fn serve(mut section: Section<'_>, base_dir: &Path) -> serve::Options {
    let mut options = serve::Options::default();
    let listen = section.parsed("listen", "an address with its port", |text| {
        text.parse().map_err(|_| {
            format!("`{text}` is no IP address with a port; they look like \"127.0.0.1:8077\"")
        })
    });
    if let Some(item) = &listen {
        options.listen = item.value;
    }
    let public_url = section.parsed("public_url", values::ADDRESS, values::public_url);
    options.public_url = match public_url {
        Some(item) => item.value,
        // The socket's own address is the best guess at how it is reached.
        None => Url::parse(&format!("http://{}/", options.listen)).unwrap_or(options.public_url),
    };
    if let Some(item) = listen
        .as_ref()
        .filter(|item| item.value.ip().is_unspecified())
        && !section.has("public_url")
    {
        item.warn("nobody can follow a link to this address; say how it is reached: `public_url`");
    }
    let token_is_written = section.has("token");
    options.token = values::secret(&mut section, "token", base_dir).map(|item| item.value);
    if let Some(item) = listen {
        let beyond_loopback = !item.value.ip().to_canonical().is_loopback();
        if beyond_loopback && !token_is_written {
            item.fault(
                "others can reach this address: add `token = { file = \"…\" }`, or listen on \
                 127.0.0.1",
            );
        }
    }
    let languages = [
        ("auto", Language::Auto),
        ("ar", Language::Ar),
        ("en", Language::En),
    ];
    let language = section.parsed("language", "a word", |text| {
        values::choice(text, &languages)
    });
    let choices = [("off", Images::Off), ("remote", Images::Remote)];
    let images = section.parsed("images", "a word", |text| values::choice(text, &choices));
    for item in language.iter() {
        item.has_no_effect_yet();
    }
    for item in images.iter() {
        item.has_no_effect_yet();
    }
    set(&mut options.language, language);
    set(&mut options.images, images);
    section.finish();
    options
}

pub(super) fn publish(mut section: Section<'_>) -> publish::Options {
    let mut options = publish::Options::default();
    set(
        &mut options.title,
        section.parsed("title", "a string", values::nonblank),
    );
    if let Some(count) = section.count("entries", 1..=10_000) {
        options.entries = count;
    }
    let choices = [
        ("full", publish::Content::Full),
        ("summary", publish::Content::Summary),
    ];
    let content = section.parsed("content", "a word", |text| values::choice(text, &choices));
    set(&mut options.content, content);
    let hub = section.optional("hub", values::ADDRESS, values::http_url);
    options.hub = hub.map(|item| item.value);
    section.finish();
    options
}
