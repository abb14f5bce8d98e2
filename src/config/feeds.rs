//! The `[[feed]]` tables: what is subscribed to.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use crate::config::channels::patterns;
use crate::config::reader::{Item, Section, nearest};
use crate::config::values::{self, ADDRESS};
use crate::extract::{Mode, Rule};
use crate::fetch::{self, Access, Basic};
use crate::model::FeedSpec;
use crate::poll::Subscription;
use crate::schedule::{self, Cadence, Zone};

/// A public feed's schedule is not shorter than this.
const PUBLIC_MINIMUM: Duration = Duration::from_secs(60);

/// What the tables say together.
pub(super) struct Feeds {
    /// Those without a fault.
    pub(super) subscriptions: Vec<Subscription>,
    /// The slugs of all, so that no channel is blamed for the fault of a feed.
    pub(super) slugs: HashSet<String>,
    /// A public feed that would be polled too often by the default schedule.
    pub(super) hasty_by_default: Option<String>,
}

/// Reads all feeds.
pub(super) fn read(
    sections: Vec<Section<'_>>,
    fetch: &fetch::Options,
    schedule: &schedule::Options,
    base_dir: &Path,
) -> Feeds {
    let mut reading = Reading {
        fetch,
        schedule,
        base_dir,
        slug_lines: HashMap::new(),
        url_lines: HashMap::new(),
        hasty_by_default: None,
    };
    let subscriptions = sections
        .into_iter()
        .filter_map(|section| reading.feed(section))
        .collect();
    Feeds {
        subscriptions,
        slugs: reading.slug_lines.into_keys().collect(),
        hasty_by_default: reading.hasty_by_default,
    }
}

/// What the feeds read so far leave for the next.
struct Reading<'a> {
    fetch: &'a fetch::Options,
    schedule: &'a schedule::Options,
    base_dir: &'a Path,
    slug_lines: HashMap<String, usize>,
    url_lines: HashMap<String, usize>,
    hasty_by_default: Option<String>,
}

impl Reading<'_> {
    fn feed(&mut self, mut section: Section<'_>) -> Option<Subscription> {
        let slug = section.required("slug", "its name in the archive", values::slug);
        if let Some(item) = &slug
            && let Some(line) = self.slug_lines.insert(item.value.clone(), item.line())
        {
            item.fault(format!("the feed at line {line} has this slug, too"));
        }
        let url = section.required("url", ADDRESS, values::http_url);
        if let Some(item) = &url
            && let Some(line) = self.url_lines.insert(item.value.to_string(), item.line())
        {
            item.warn(format!("the feed at line {line} has the same address"));
        }
        let local = url
            .as_ref()
            .is_some_and(|item| self.fetch.is_local(&item.value));
        let title = section.optional("title", "a string", values::nonblank);
        let categories = section.values("categories", "a string", values::nonblank);
        let language = section.optional("language", "a language tag", values::language);
        let zone = section.parsed("timezone", "a time zone such as \"Asia/Amman\"", zone);
        let own_schedule = section.parsed("schedule", "a schedule such as \"15m\"", Cadence::parse);
        let cadence = self.cadence(own_schedule.as_ref(), local, slug.as_ref());
        let extract = mode(&mut section);
        let enabled = section.boolean("enabled").is_none_or(|item| item.value);
        let access = access(&mut section, self.base_dir);
        patterns(&mut section);
        section.finish();
        Some(Subscription {
            spec: FeedSpec {
                slug: slug?.value,
                url: url?.value,
                title: title.map(|item| item.value),
                categories,
                language: language.map(|item| item.value),
                cadence: cadence.to_string(),
                enabled,
                local,
            },
            cadence,
            zone: zone.map(|item| item.value),
            extract,
            access,
        })
    }

    fn cadence(
        &mut self,
        own: Option<&Item<'_, Cadence>>,
        local: bool,
        slug: Option<&Item<'_, String>>,
    ) -> Cadence {
        let cadence = own
            .as_ref()
            .map_or(&self.schedule.default, |item| &item.value);
        let hasty = matches!(cadence, Cadence::Every(every) if *every < PUBLIC_MINIMUM);
        if hasty && !local {
            match (own, slug) {
                (Some(item), _) => item
                    .fault("is less than 1m, which only a feed in fetch.allow_networks may have"),
                (None, Some(slug)) => {
                    self.hasty_by_default
                        .get_or_insert_with(|| slug.value.clone());
                }
                (None, None) => {}
            }
        }
        cadence.clone()
    }
}

fn zone(text: &str) -> Result<Zone, String> {
    Zone::parse(text).map_err(|error| match nearest(text, Zone::names()) {
        Some(near) => format!("{error}; did you mean `{near}`?"),
        None => error.to_string(),
    })
}

/// `extract`: a word, or a table of selectors.
fn mode(section: &mut Section<'_>) -> Mode {
    let Some(item) = section.item("extract") else {
        return Mode::Auto;
    };
    if item.value.as_str().is_some() {
        let words = [("auto", false), ("never", true)];
        let never = section.parsed("extract", "a word", |text| values::choice(text, &words));
        return if never.is_some_and(|item| item.value) {
            Mode::Never
        } else {
            Mode::Auto
        };
    }
    let Some(mut rule) = item.as_section() else {
        item.wrong_type("\"auto\", \"never\" or `{ body = \"CSS\" }`");
        return Mode::Auto;
    };
    if rule.is_empty() {
        rule.fault("names no selector: write `{ body = \"CSS\" }`, or \"auto\"");
    }
    let selector = "a CSS selector";
    let body = rule
        .parsed("body", selector, values::selector)
        .map(|item| item.value);
    let remove = rule.values("remove", selector, values::selector);
    let next_page = rule
        .parsed("next_page", selector, values::selector)
        .map(|item| {
            item.has_no_effect_yet();
            item.value
        });
    rule.finish();
    Mode::Rule(Rule {
        body,
        remove,
        next_page,
    })
}

/// The keys that go to the feed's own origin only.
fn access(section: &mut Section<'_>, base_dir: &Path) -> Access {
    /// The value, once it is said that it does nothing yet.
    fn unused<T>(item: Item<'_, T>) -> T {
        item.has_no_effect_yet();
        item.value
    }
    Access {
        headers: headers(section),
        user_agent: section
            .optional("user_agent", "a string", values::header_value)
            .map(unused),
        basic: basic(section, base_dir),
        bearer: values::secret(section, "bearer", base_dir).map(unused),
        cookie: values::secret(section, "cookie", base_dir).map(unused),
        client_certificate: values::secret(section, "client_certificate", base_dir).map(unused),
        proxy: section
            .optional("proxy", "an address", values::proxy)
            .map(unused)
            .map(String::from),
    }
}

fn headers(section: &mut Section<'_>) -> Vec<(String, String)> {
    let Some(item) = section.item("headers") else {
        return Vec::new();
    };
    let Some(table) = item.as_section() else {
        item.wrong_type("a table of strings, such as `{ Accept-Language = \"ar\" }`");
        return Vec::new();
    };
    let entries = table.entries().into_iter().filter_map(|(name, value)| {
        if !values::is_header_name(name.value) {
            name.fault("is no name of a header field");
        }
        let value = value.read(|text| values::header_value(text))?;
        Some((name.value.to_owned(), value.value))
    });
    let headers: Vec<_> = entries.collect();
    if !headers.is_empty() {
        item.has_no_effect_yet();
    }
    headers
}

fn basic(section: &mut Section<'_>, base_dir: &Path) -> Option<Basic> {
    let item = section.item("basic")?;
    let Some(mut table) = item.as_section() else {
        item.wrong_type("`{ user = \"…\", password = { file = \"…\" } }`");
        return None;
    };
    let user = table.required("user", "a name", |text| match values::nonblank(text) {
        Ok(name) if name.contains(':') => Err("the name of a user has no colon (RFC 7617)"),
        name => name,
    });
    if !table.has("password") {
        table.fault("the key `password` is missing: write `password = { file = \"…\" }`");
    }
    let password = values::secret(&mut table, "password", base_dir);
    table.finish();
    item.has_no_effect_yet();
    Some(Basic {
        user: user?.value,
        password: password?.value,
    })
}
