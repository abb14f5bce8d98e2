//! What is right is read into the options of the stages.

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::{parse, parsed};
use crate::config::{Channel, Config};
use crate::extract::{Mode, Rule};
use crate::fetch::{Access, Basic};
use crate::model::Secret;
use crate::schedule::{Cadence, Zone};
use crate::text::pattern::Filter;
use crate::{dedupe, fetch, publish, schedule, serve, store};

fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn an_empty_file_is_all_defaults() {
    let (config, warnings) = parse("").unwrap();
    let archive = store::Options {
        path: "/etc/rawi/rawi.db".into(),
        ..Default::default()
    };
    assert_eq!(config.archive, archive);
    assert_eq!(config.fetch, fetch::Options::default());
    assert_eq!(config.schedule, schedule::Options::default());
    assert!(config.extract.is_empty());
    assert_eq!(config.dedupe, dedupe::Options::default());
    assert_eq!(config.serve, serve::Options::default());
    assert_eq!(config.publish, publish::Options::default());
    assert_eq!(
        (config.channels, config.subscriptions, warnings),
        (vec![], vec![], vec![])
    );
}

#[test]
fn every_key_of_the_sections_reaches_its_stage() {
    let config = parsed(
        r#"
        [archive]
        path = "news/archive.db"
        polls = "7d"
        [fetch]
        contact = "https://a.example/reader"
        concurrency = 0x10
        timeout = "30s"
        max_body = "2MB"
        allow_networks = ["192.168.1.10/32", "::1/128"]
        host_concurrency = 2
        host_spacing = "5s"
        [schedule]
        default = "@hourly"
        floor = "15m"
        ceiling = "2d"
        [dedupe]
        window = "48h"
        near = false
        [serve]
        listen = "[::]:80"
        public_url = "https://news.example/rawi"
        token = { credential = "token" }
        [publish]
        title = "راوي"
        entries = 50
        content = "summary"
        "#,
    );
    assert_eq!(config.path, Path::new("feeds.toml"));
    assert_eq!(config.archive.path, Path::new("/etc/rawi/news/archive.db"));
    assert_eq!(config.archive.polls_kept, secs(7 * 86_400));
    let fetch = fetch::Options {
        contact: "https://a.example/reader".to_owned(),
        concurrency: 16,
        timeout: secs(30),
        max_body_bytes: 2_000_000,
        allow_networks: vec![
            "192.168.1.10/32".parse().unwrap(),
            "::1/128".parse().unwrap(),
        ],
        host_concurrency: Some(2),
        host_spacing: Some(secs(5)),
        proxy: None,
        ..fetch::Options::default()
    };
    assert_eq!(config.fetch, fetch);
    let schedule = schedule::Options {
        default: Cadence::parse("@hourly").unwrap(),
        floor: secs(900),
        ceiling: secs(2 * 86_400),
    };
    assert_eq!(config.schedule, schedule);
    assert_eq!(
        config.dedupe,
        dedupe::Options {
            window: secs(48 * 3600),
            near: false
        }
    );
    assert_eq!(config.serve.listen, "[::]:80".parse().unwrap());
    assert_eq!(
        config.serve.public_url.as_str(),
        "https://news.example/rawi/"
    );
    assert_eq!(
        config.serve.token,
        Some(Secret::Credential("token".to_owned()))
    );
    let publish = publish::Options {
        title: "راوي".to_owned(),
        entries: 50,
        content: publish::Content::Summary,
        hub: None,
    };
    assert_eq!(config.publish, publish);
}

#[test]
fn every_key_of_a_feed_is_read() {
    let config = parsed(
        r#"
        [fetch]
        allow_networks = ["127.0.0.1/32"]
        [[feed]]
        slug = "a_1"
        url = "http://127.0.0.1:8080/feed?x=1"
        title = "صوت"
        categories = ["jordan", "local"]
        language = "ar-JO"
        timezone = "Asia/Amman"
        schedule = "10s"
        extract = { body = "article", remove = [".ad"], next_page = "a.next" }
        enabled = false
        headers = { X-Key = "1", Accept-Language = "ar" }
        user_agent = "reader"
        basic = { user = "u", password = { file = "secrets/p" } }
        cookie = { file = "/run/c" }
        client_certificate = { credential = "d" }
        proxy = "http://p.example"
        [[feed]]
        slug = "b"
        url = "https://b.example/"
        extract = "never"
        bearer = { credential = "b" }
        [[feed]]
        slug = "c"
        url = "https://c.example/"
        "#,
    );
    let [a, b, c] = &config.subscriptions[..] else {
        panic!("{config:?}")
    };
    assert_eq!(a.spec.slug, "a_1");
    assert_eq!(a.spec.url.as_str(), "http://127.0.0.1:8080/feed?x=1");
    assert_eq!(a.spec.title.as_deref(), Some("صوت"));
    assert_eq!(a.spec.categories, ["jordan", "local"]);
    assert_eq!(a.spec.language.as_deref(), Some("ar-JO"));
    assert_eq!((a.spec.enabled, a.spec.local), (false, true));
    assert_eq!(
        (&a.cadence, a.zone),
        (&Cadence::Every(secs(10)), Zone::parse("Asia/Amman").ok())
    );
    let rule = Rule {
        body: vec!["article".to_owned()],
        remove: vec![".ad".to_owned()],
        next_page: Some("a.next".to_owned()),
        host: None,
    };
    assert_eq!(a.extract, Mode::Rule(rule));
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let access = Access {
        headers: vec![pair("Accept-Language", "ar"), pair("X-Key", "1")],
        user_agent: Some("reader".to_owned()),
        basic: Some(Basic {
            user: "u".to_owned(),
            password: Secret::File("/etc/rawi/secrets/p".into()),
        }),
        bearer: None,
        cookie: Some(Secret::File("/run/c".into())),
        client_certificate: Some(Secret::Credential("d".to_owned())),
        proxy: Url::parse("http://p.example/").ok(),
    };
    assert_eq!(a.access, access);
    let bearer = Some(Secret::Credential("b".to_owned()));
    assert_eq!(b.access.bearer, bearer);
    assert_eq!((&b.extract, &c.extract), (&Mode::Never, &Mode::Auto));
    assert_eq!(
        (&c.cadence, c.zone, &c.access),
        (&Cadence::Adaptive, None, &Access::default())
    );
    assert_eq!(
        (c.spec.enabled, c.spec.local, &c.spec.title),
        (true, false, &None)
    );
}

#[test]
fn a_channel_is_read_and_its_slug_is_its_title_if_it_has_none() {
    let config = parsed(
        r#"
        [[channel]]
        slug = "x"
        [[channel]]
        slug = "jordan"
        title = "أخبار الأردن"
        feeds = ["a"]
        categories = ["jordan"]
        languages = ["ar"]
        search = "عمان"
        keep = ["^a"]
        mute = ["b$"]
        [[feed]]
        slug = "a"
        url = "https://a.example/"
        "#,
    );
    let list = |text: &str| vec![text.to_owned()];
    let empty = Channel {
        slug: "x".to_owned(),
        title: "x".to_owned(),
        feeds: vec![],
        categories: vec![],
        languages: vec![],
        search: None,
        filter: Filter::default(),
    };
    let jordan = Channel {
        slug: "jordan".to_owned(),
        title: "أخبار الأردن".to_owned(),
        feeds: list("a"),
        categories: list("jordan"),
        languages: list("ar"),
        search: Some("عمان".to_owned()),
        filter: Filter::new(&list("^a"), &list("b$")).unwrap(),
    };
    assert_eq!(config.channels, [empty, jordan]);
}

#[test]
fn the_archive_lies_in_the_state_directory_where_there_is_one() {
    let place = |text: &str, state: Option<&str>| {
        let state = state.map(Path::new);
        let config = Config::parse(text, Path::new("x.toml"), Path::new("conf"), state);
        config.unwrap().0.archive.path
    };
    assert_eq!(place("", None), PathBuf::from("conf/rawi.db"));
    assert_eq!(
        place("", Some("/var/lib/rawi")),
        PathBuf::from("/var/lib/rawi/rawi.db")
    );
    let absolute = "[archive]\npath = \"/srv/a.db\"";
    assert_eq!(
        place(absolute, Some("/var/lib/rawi")),
        PathBuf::from("/srv/a.db")
    );
}

#[test]
fn our_own_address_follows_the_socket_unless_it_is_given() {
    let own = |text: &str| parsed(text).serve.public_url.to_string();
    assert_eq!(own(""), "http://127.0.0.1:8077/");
    assert_eq!(
        own("[serve]\nlisten = \"127.0.0.1:9000\""),
        "http://127.0.0.1:9000/"
    );
    assert_eq!(
        own("[serve]\nlisten = \"[::1]:9000\""),
        "http://[::1]:9000/"
    );
}

#[test]
fn the_sample_is_read_without_fault_or_warning() {
    let (config, warnings) = parse(include_str!("../../../feeds.toml")).unwrap();
    assert_eq!(warnings, []);
    assert!(config.subscriptions.len() >= 12);
    for feed in &config.subscriptions {
        let spec = &feed.spec;
        assert!(
            spec.title.is_some() && !spec.categories.is_empty(),
            "{}",
            spec.slug
        );
        assert!(
            spec.language.is_some() && feed.zone.is_some(),
            "{}",
            spec.slug
        );
        assert!(spec.enabled && !spec.local, "{}", spec.slug);
    }
    let picked = |channel: &Channel| {
        let labels = config
            .subscriptions
            .iter()
            .flat_map(|feed| &feed.spec.categories);
        labels
            .filter(|label| channel.categories.contains(label))
            .count()
    };
    assert!(config.channels.iter().all(|channel| picked(channel) > 0));
}
