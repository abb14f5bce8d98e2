//! The `[[feed]]` tables: what is subscribed to.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use url::Url;

use crate::config::channels;
use crate::config::reader::{Item, Section, nearest};
use crate::config::rules::selectors;
use crate::config::values::{self, ADDRESS};
use crate::extract::Mode;
use crate::fetch::{self, Access, Basic};
use crate::model::{FeedSpec, Secret};
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
        let keys = Keys {
            section: &mut section,
            base_dir: self.base_dir,
            url: url.as_ref().map(|item| &item.value),
            local,
            proxy: self.fetch.proxy.as_ref(),
        };
        let access = keys.read();
        let filter = channels::filter(&mut section);
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
                filter,
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
    let selectors = selectors(&mut rule);
    rule.finish();
    Mode::Rule(selectors)
}

/// The keys that go to the feed's own origin only, and its proxy.
struct Keys<'a, 'r> {
    section: &'a mut Section<'r>,
    base_dir: &'a Path,
    /// The feed's address, if it is one.
    url: Option<&'a Url>,
    local: bool,
    /// The proxy of all feeds.
    proxy: Option<&'a Url>,
}

impl<'r> Keys<'_, 'r> {
    fn read(mut self) -> Access {
        let headers = headers(self.section);
        let user_agent = self
            .section
            .optional("user_agent", "a string", values::header_value);
        let basic = basic(self.section, self.base_dir);
        let bearer = self.secret("bearer");
        let cookie = self.secret("cookie");
        if let (Some(_), Some(bearer)) = (&basic, &bearer) {
            bearer.fault("a request has one `Authorization`: `basic` or `bearer`, not both");
        }
        self.warn_of_plain_http(basic.as_ref());
        self.warn_of_plain_http(bearer.as_ref());
        self.warn_of_plain_http(cookie.as_ref());
        let certificate = self.secret("client_certificate");
        let proxy = values::proxy(self.section);
        if let Some(item) = &certificate {
            let proxy = proxy.as_ref().map(|item| &item.value).or(self.proxy);
            if proxy.is_some_and(|proxy| proxy.scheme() == "https") {
                item.fault("would be shown to the proxy as well, which is spoken to by https");
            }
            if self.is_plain_http() {
                item.warn("is shown over https only, and the feed's address is http");
            }
        }
        Access {
            headers,
            user_agent: user_agent.map(|item| item.value),
            basic: basic.map(|item| item.value),
            bearer: bearer.map(|item| item.value),
            cookie: cookie.map(|item| item.value),
            client_certificate: certificate.map(|item| item.value),
            proxy: proxy.map(|item| item.value),
        }
    }

    fn secret(&mut self, key: &'static str) -> Option<Item<'r, Secret>> {
        values::secret(self.section, key, self.base_dir)
    }

    fn is_plain_http(&self) -> bool {
        self.url.is_some_and(|url| url.scheme() == "http")
    }

    fn warn_of_plain_http<T>(&self, secret: Option<&Item<'_, T>>) {
        if let Some(item) = secret.filter(|_| self.is_plain_http() && !self.local) {
            item.warn("travels unencrypted, as the feed's address is http");
        }
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
    let mut names = HashSet::new();
    let entries = table.entries().into_iter().filter_map(|(name, value)| {
        if let Err(why) = fetch::check_header(name.value) {
            name.fault(why);
        } else if !names.insert(name.value.to_ascii_lowercase()) {
            name.fault("stands twice: the case of letters makes no difference in a header");
        }
        let value = value.read(|text| values::header_value(text))?;
        Some((name.value.to_owned(), value.value))
    });
    entries.collect()
}

fn basic<'r>(section: &mut Section<'r>, base_dir: &Path) -> Option<Item<'r, Basic>> {
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
    let basic = Basic {
        user: user?.value,
        password: password?.value,
    };
    item.read(|_| Ok::<_, String>(basic))
}
