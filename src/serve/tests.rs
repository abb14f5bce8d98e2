//! The routes, over stories that the test holds in its hand.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{DateTime, Utc};
use tower::ServiceExt;

use super::source::given::Given;
use super::*;
use crate::clock::Clock;
use crate::model::{Article, SourceFeed};
use crate::publish::Format;
use crate::store::{Merged, MergedItem};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

fn merged(revision: u64, titles: &[&str]) -> Merged {
    let items = titles.iter().zip(1..).map(|(title, id)| MergedItem {
        article: Article {
            id,
            story: id,
            feed: "dar".to_owned(),
            outlet: "Dar".to_owned(),
            guid: None,
            url: Some(format!("https://dar.example/{id}")),
            title: (*title).to_owned(),
            author: Vec::new(),
            language: Some("ar".to_owned()),
            categories: Vec::new(),
            published: at(id),
            updated: at(id),
            first_seen: at(id),
            dateline: None,
            summary: None,
            text: "نص".to_owned(),
            html: None,
            words: 1,
            image: None,
            enclosures: Vec::new(),
            extraction: "feed".to_owned(),
            lead: true,
        },
        source: SourceFeed {
            title: "Dar".to_owned(),
            url: "https://dar.example/feed".to_owned(),
            site: None,
        },
        others: Vec::new(),
    });
    Merged {
        revision,
        next_change: None,
        items: items.collect(),
        older: None,
        gone: Vec::new(),
    }
}

/// A server that nobody listens for.
struct App {
    given: Arc<Given>,
    clock: Clock,
    state: State,
    router: axum::Router,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }
}

fn settings() -> Settings {
    let channels = vec![ChannelSpec {
        slug: "jordan".to_owned(),
        title: "أخبار الأردن".to_owned(),
        categories: vec!["jordan".to_owned()],
        ..ChannelSpec::default()
    }];
    Settings {
        channels,
        ..Settings::default()
    }
}

fn start(given: Arc<Given>, settings: Settings) -> App {
    let clock = Clock::manual(at(1000));
    let metrics: MetricsText = Arc::new(|| "rawi_polls_total 1\n# EOF\n".to_owned());
    let state = State::over(given.source(), clock.clone(), metrics, settings);
    App {
        given,
        clock,
        router: router(state.clone()),
        state,
    }
}

fn app() -> App {
    start(Given::new(merged(1, &["one"])), settings())
}

impl App {
    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "127.0.0.1:8077");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let body = String::from_utf8(body).unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }
}

#[tokio::test]
async fn each_feed_is_served_under_its_name_and_type() {
    let app = app();
    for (path, media_type) in [
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/feed.rss", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
        (
            "/channel/jordan.atom",
            "application/atom+xml; charset=utf-8",
        ),
        ("/channel/jordan.rss", "application/rss+xml; charset=utf-8"),
        (
            "/channel/jordan.json",
            "application/feed+json; charset=utf-8",
        ),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert!(
            answer
                .body
                .contains(&format!("http://127.0.0.1:8077{path}")),
            "{path}"
        );
        assert!(answer.body.contains("one"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_plain_text() {
    let app = app();
    for path in [
        "/x",
        "/feed.xml",
        "/channel/all.atom",
        "/channel/jordan",
        "/channel/%ff.atom",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.body, "not found\n");
    }
}

#[tokio::test]
async fn nothing_is_answered_but_get_and_head() {
    let app = app();
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"] {
        for path in ["/feed.atom", "/", "/nowhere"] {
            let answer = app.ask(method, path, &[]).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), "GET, HEAD");
        }
    }
}

#[tokio::test]
async fn head_says_what_get_would_send() {
    let app = app();
    let get = app.get("/feed.rss").await;
    let head = app.ask("HEAD", "/feed.rss", &[]).await;
    assert_eq!(head.status, 200);
    assert_eq!(head.body, "");
    assert_eq!(head.header("content-length"), get.body.len().to_string());
    for name in [
        "etag",
        "last-modified",
        "content-type",
        "cache-control",
        "vary",
    ] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
}

#[tokio::test]
async fn a_reader_that_has_the_feed_gets_a_304() {
    let app = app();
    let first = app.get("/feed.atom").await;
    let etag = first.header("etag");
    assert!(etag.starts_with('"') && etag.len() == 34, "{etag}");
    let again = app
        .ask("GET", "/feed.atom", &[("if-none-match", etag)])
        .await;
    assert_eq!(again.status, 304);
    assert_eq!(again.body, "");
    app.given.set(Some(merged(2, &["one", "two"])));
    let changed = app
        .ask("GET", "/feed.atom", &[("if-none-match", etag)])
        .await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), etag);
    assert!(changed.body.contains("two"));
}

#[tokio::test]
async fn an_unchanged_archive_is_never_rendered_twice() {
    let app = app();
    app.get("/feed.atom").await;
    app.clock.advance(Duration::from_secs(86_400));
    app.get("/feed.atom").await;
    app.ask("HEAD", "/feed.atom", &[]).await;
    assert_eq!(app.given.asked(), 1);
    app.get("/feed.rss").await;
    assert_eq!(app.given.asked(), 2, "another format is another rendering");
}

#[tokio::test]
async fn a_story_that_time_alone_makes_visible_is_not_missed() {
    let app = app();
    app.given.set(Some(Merged {
        next_change: Some(at(1060)),
        ..merged(1, &["one"])
    }));
    app.get("/feed.atom").await;
    app.given.set(Some(merged(1, &["one", "two"])));
    assert!(
        !app.get("/feed.atom").await.body.contains("two"),
        "its time has not come"
    );
    app.clock.advance(Duration::from_secs(60));
    assert!(app.get("/feed.atom").await.body.contains("two"));
}

#[tokio::test]
async fn two_requests_at_once_render_once() {
    let app = start(Given::held(merged(1, &["one"])), settings());
    let let_through = async {
        // Runs after both requests have come as far as they can.
        tokio::task::yield_now().await;
        app.given.let_through();
    };
    let (first, second, ()) =
        tokio::join!(app.get("/feed.atom"), app.get("/feed.atom"), let_through);
    assert_eq!(first.body, second.body);
    assert_eq!(app.given.asked(), 1);
}

#[tokio::test]
async fn an_archive_that_fails_leaves_the_last_feed_standing() {
    let app = app();
    let last = app.get("/feed.atom").await;
    app.given.set(None);
    let again = app.get("/feed.atom").await;
    assert_eq!((again.status, again.body), (StatusCode::OK, last.body));
    let never = app.get("/feed.rss").await;
    assert_eq!(never.status, 503);
    assert_eq!(never.header("cache-control"), "no-store");
    assert!(
        !never.body.contains("closed"),
        "the reason is ours: {}",
        never.body
    );
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_the_house() {
    let app = app();
    let asked = [
        ("GET", "/", "127.0.0.1", 200),
        ("GET", "/feed.atom", "127.0.0.1", 200),
        ("GET", "/healthz", "127.0.0.1", 200),
        ("GET", "/nowhere", "127.0.0.1", 404),
        ("POST", "/", "127.0.0.1", 405),
        ("GET", "/", "evil.example", 421),
    ];
    for (method, path, host, status) in asked {
        let answer = app.ask(method, path, &[("host", host)]).await;
        assert_eq!(answer.status, status, "{method} {path} {host}");
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-robots-tag"), "noindex");
        assert!(!answer.headers.contains_key("set-cookie"));
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn a_token_is_asked_for_everywhere_but_at_the_health_check() {
    let app = start(
        Given::new(merged(1, &["one"])),
        Settings {
            token: Some("s3cret".to_owned()),
            ..settings()
        },
    );
    for path in ["/", "/feed.atom", "/metrics", "/opml", "/nowhere"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    assert_eq!(app.get("/healthz").await.status, 200);
    let with = app
        .ask("GET", "/feed.atom", &[("authorization", "Bearer s3cret")])
        .await;
    assert_eq!(with.status, 200);
    assert_eq!(with.header("cache-control"), "private, max-age=300");
}

#[tokio::test]
async fn health_is_the_archives() {
    let app = app();
    let well = app.get("/healthz").await;
    assert_eq!((well.status, well.body.as_str()), (StatusCode::OK, "ok\n"));
    app.given.set(None);
    let ill = app.get("/healthz").await;
    assert_eq!(ill.status, 503);
    assert!(ill.body.contains("closed"), "it says why: {}", ill.body);
}

#[tokio::test]
async fn metrics_and_subscriptions_are_served() {
    let app = app();
    assert_eq!(
        app.get("/metrics").await.body,
        "rawi_polls_total 1\n# EOF\n"
    );
    let opml = app.get("/opml").await;
    assert_eq!(opml.header("content-type"), "text/x-opml; charset=utf-8");
    assert!(crate::publish::opml::read(&opml.body).unwrap().is_empty());
}

#[tokio::test]
async fn the_front_page_names_every_feed() {
    let hostile = Settings {
        publish: crate::publish::Options {
            title: "<script>\u{202e}".to_owned(),
            ..crate::publish::Options::default()
        },
        ..settings()
    };
    let page = start(Given::new(merged(1, &[])), hostile).get("/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for slug in ["feed", "channel/jordan"] {
        for format in Format::EVERY {
            let address = format!("http://127.0.0.1:8077/{slug}.{}", format.extension());
            assert!(page.body.contains(&address), "{address}");
        }
    }
    assert!(!page.body.contains("<script>") && !page.body.contains('\u{202e}'));
}

#[tokio::test]
async fn new_settings_hold_from_the_next_request() {
    let app = app();
    let before = app.get("/feed.atom").await;
    let mut changed = settings();
    changed.publish.title = "عنوان جديد".to_owned();
    changed.channels.clear();
    app.state.apply(changed);
    let after = app.get("/feed.atom").await;
    assert!(after.body.contains("عنوان جديد"));
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(app.get("/channel/jordan.atom").await.status, 404);
}

#[tokio::test]
async fn emit_and_server_write_the_same_bytes() {
    let app = app();
    let settings = settings();
    for format in Format::EVERY {
        let served = app
            .get(&format!("/channel/jordan.{}", format.extension()))
            .await;
        let publisher = Publisher {
            archive_id: "given",
            options: &settings.publish,
            public_url: &settings.options.public_url,
        };
        let emitted = publisher.document(merged(1, &["one"]), &settings.channels[0], format);
        assert_eq!(served.body.as_bytes(), emitted);
    }
}
