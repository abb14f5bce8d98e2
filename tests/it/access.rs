//! What a feed of its own is asked with: every key arrives at the feed's own origin, read just before the
//! request, and nowhere else. Two origins on loopback are two origins by their ports; one of them
//! as a proxy sees public hosts.

use std::path::PathBuf;
use std::sync::Arc;

use rawi::clock::Clock;
use rawi::fetch::{Access, Error, FeedRequest, Fetcher, Options, PageRequest};
use rawi::model::{Secret, Validators};
use tempfile::TempDir;
use url::Url;

use crate::support::archive::noon;
use crate::support::newsroom::{Newsroom, feed, feed_at};
use crate::support::origin::{Origin, Reply, Seen};
use crate::support::outlets::{base_of, page, rss};
use crate::support::program::{Desk, off, query};
use crate::support::tls::{TlsServer, pem};

/// Longer than the 15 minutes between two polls of a feed here, and than its first back-off.
const LATER: u64 = 120;

/// The headers that the keys of [`Secrets::keys`] send.
const OWN: [&str; 4] = ["authorization", "cookie", "x-key", "user-agent"];

/// Files with secrets.
struct Secrets(TempDir);

impl Secrets {
    fn new() -> Self {
        let secrets = Self(tempfile::tempdir().unwrap());
        secrets.write("password", "sesame\n");
        secrets.write("cookie", "id=7; member=1\n");
        secrets
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Every key that is a header, as feeds.toml has it.
    fn keys(&self) -> String {
        format!(
            "headers = {{ X-Key = \"k3y\", Accept-Language = \"ar\" }}\nuser_agent = \"reader/1\"\n\
             basic = {{ user = \"layla\", password = {{ file = \"{}\" }} }}\ncookie = {{ file = \"{}\" }}\n",
            self.path("password").display(),
            self.path("cookie").display()
        )
    }
}

fn own_headers(seen: &Seen) -> [Option<&str>; 4] {
    OWN.map(|name| seen.header(name))
}

/// What the keys send while the password is "sesame".
fn all_of_them() -> [Option<&'static str>; 4] {
    let basic = "Basic bGF5bGE6c2VzYW1l";
    [
        Some(basic),
        Some("id=7; member=1"),
        Some("k3y"),
        Some("reader/1"),
    ]
}

/// A request of nobody in particular.
fn assert_anonymous(seen: &Seen) {
    let [authorization, cookie, key, agent] = own_headers(seen);
    assert_eq!((authorization, cookie, key), (None, None, None), "{seen:?}");
    assert!(agent.unwrap().starts_with("rawi/"), "{seen:?}");
    assert_eq!(seen.header("accept-language"), None);
}

fn document(origin: &Origin) -> Reply {
    Reply::ok(rss(&base_of(origin), "gazette", &[2, 1])).etag("\"1\"")
}

const NO_PAGES: &str = "extract = \"never\"\n";

#[tokio::test]
async fn every_key_arrives_at_the_feeds_own_origin_beside_what_rawi_always_sends() {
    let (origin, secrets) = (Origin::start().await, Secrets::new());
    origin.serve("/gazette", document(&origin));
    let feeds = feed(&origin, "gazette") + NO_PAGES + &secrets.keys();
    let newsroom = Newsroom::new(&feeds).await;
    newsroom.round().await;
    newsroom.round_after(LATER).await;
    let seen = origin.requests("/gazette");
    assert_eq!(seen.len(), 2);
    for request in &seen {
        assert_eq!(own_headers(request), all_of_them());
        assert_eq!(request.header("accept-language"), Some("ar"));
        assert!(request.header("accept").unwrap().contains("rss+xml"));
        assert!(request.header("accept-encoding").unwrap().contains("gzip"));
        let names = request.headers.iter().filter(|(n, _)| n == "user-agent");
        assert_eq!(names.count(), 1);
    }
    assert_eq!(seen[1].header("if-none-match"), Some("\"1\""));

    secrets.write("token", "t0ken\n");
    let bearer = format!(
        "bearer = {{ file = \"{}\" }}\n",
        secrets.path("token").display()
    );
    let newsroom = Newsroom::new(&(feed(&origin, "gazette") + NO_PAGES + &bearer)).await;
    newsroom.round().await;
    let seen = origin.requests("/gazette").pop().unwrap();
    assert_eq!(seen.header("authorization"), Some("Bearer t0ken"));
}

#[tokio::test]
async fn f2_no_cookie_unless_configured_whatever_a_server_sets() {
    let (origin, secrets) = (Origin::start().await, Secrets::new());
    let reply = |path| document(&origin).header("set-cookie", format!("session={path}"));
    origin.serve("/plain", reply("1"));
    origin.serve("/gazette", reply("2"));
    let feeds =
        feed(&origin, "plain") + NO_PAGES + &feed(&origin, "gazette") + NO_PAGES + &secrets.keys();
    let newsroom = Newsroom::new(&feeds).await;
    newsroom.round().await;
    newsroom.round_after(LATER).await;
    assert_eq!(origin.all_requests().len(), 4);
    for request in origin.requests("/plain") {
        assert_anonymous(&request);
    }
    for request in origin.requests("/gazette") {
        assert_eq!(request.header("cookie"), Some("id=7; member=1"));
    }
}

#[tokio::test]
async fn e6_a_redirect_elsewhere_takes_nothing_along_and_one_back_home_has_it_again() {
    let (home, secrets) = (Origin::start().await, Secrets::new());
    let other_port = Origin::start().await;
    let other_host = Origin::start_at("127.0.0.2").await;
    home.serve("/gazette", Reply::redirect(302, "/near"));
    home.serve("/near", Reply::redirect(302, other_port.url("/a")));
    other_port.serve("/a", Reply::redirect(302, other_host.url("/b")));
    other_host.serve("/b", Reply::redirect(302, home.url("/back")));
    home.serve("/back", document(&home));
    let feeds = feed(&home, "gazette") + NO_PAGES + &secrets.keys();
    let newsroom = Newsroom::new(&feeds).await;
    assert_eq!(newsroom.round().await.new, 2);
    for path in ["/gazette", "/near", "/back"] {
        assert_eq!(
            own_headers(&home.requests(path)[0]),
            all_of_them(),
            "{path}"
        );
    }
    assert_anonymous(&other_port.requests("/a")[0]);
    assert_anonymous(&other_host.requests("/b")[0]);
}

#[tokio::test]
async fn e6_a_page_at_the_feeds_own_origin_has_it_and_a_page_elsewhere_has_not() {
    let (home, secrets) = (Origin::start().await, Secrets::new());
    let stranger = Origin::start().await;
    let html = |n| Reply::ok(page(n)).content_type("text/html");
    let item = |origin: &Origin, n: u32| {
        let link = origin.url(&format!("/pages/{n}.html"));
        format!("<item><title>خبر رقم {n}</title><link>{link}</link><guid>{n}</guid></item>")
    };
    let items = item(&home, 1) + &item(&stranger, 2) + &item(&home, 3);
    let text = format!("<rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>");
    home.serve("/gazette", Reply::ok(text));
    home.serve("/pages/1.html", html(1));
    home.serve("/pages/3.html", Reply::redirect(302, stranger.url("/3")));
    stranger.serve("/pages/2.html", html(2));
    stranger.serve("/3", html(3));
    let newsroom = Newsroom::new(&(feed(&home, "gazette") + &secrets.keys())).await;
    let summary = newsroom.round().await;
    assert_eq!((summary.pages, summary.pages_failed), (3, 0));
    for path in ["/pages/1.html", "/pages/3.html"] {
        assert_eq!(
            own_headers(&home.requests(path)[0]),
            all_of_them(),
            "{path}"
        );
    }
    assert_anonymous(&home.requests("/robots.txt")[0]);
    assert_eq!(stranger.all_requests().len(), 3);
    for request in stranger.all_requests() {
        assert_anonymous(&request);
    }
}

#[tokio::test]
async fn e6_what_is_the_feeds_own_is_said_by_the_configuration_and_not_by_where_it_moved() {
    let (home, moved) = (Origin::start().await, Origin::start().await);
    moved.serve("/f", Reply::ok("<rss/>"));
    let access = Access {
        user_agent: Some("reader".to_owned()),
        ..Access::default()
    };
    let fetcher = fetcher(|_| {});
    for (home, agent) in [(&home, "rawi/"), (&moved, "reader")] {
        get(&fetcher, &moved.url("/f"), &access, &home.url("/f"), true)
            .await
            .unwrap();
        let seen = moved.requests("/f").pop().unwrap();
        assert!(seen.header("user-agent").unwrap().starts_with(agent));
    }
}

#[tokio::test]
async fn a_password_that_was_changed_counts_at_the_next_poll() {
    let (origin, secrets) = (Origin::start().await, Secrets::new());
    origin.serve("/gazette", document(&origin));
    let feeds = feed(&origin, "gazette") + NO_PAGES + &secrets.keys();
    let newsroom = Newsroom::new(&feeds).await;
    newsroom.round().await;
    secrets.write("password", "open");
    newsroom.round_after(LATER).await;
    let sent: Vec<_> = origin
        .requests("/gazette")
        .iter()
        .map(|seen| seen.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(sent, ["Basic bGF5bGE6c2VzYW1l", "Basic bGF5bGE6b3Blbg=="]);
}

#[tokio::test]
async fn a_secret_that_is_missing_is_named_nothing_is_sent_and_the_feed_recovers_with_it() {
    let (origin, secrets) = (Origin::start().await, Secrets::new());
    origin.serve("/gazette", document(&origin));
    let cookie = secrets.path("cookie");
    std::fs::remove_file(&cookie).unwrap();
    let newsroom = Newsroom::new(&(feed(&origin, "gazette") + &secrets.keys())).await;
    newsroom.round().await;
    assert!(origin.all_requests().is_empty());
    let rows = newsroom.sql("select last_error from feeds").await;
    let error = rows[0][0].as_str().unwrap();
    assert!(
        error.contains("`cookie`") && error.contains(cookie.to_str().unwrap()),
        "{error}"
    );
    secrets.write("cookie", "id=7; member=1");
    assert_eq!(newsroom.round_after(LATER).await.new, 2);

    // Nor is anything asked on behalf of a page at home, not even robots.txt.
    let origin = Origin::start().await;
    let access = Access {
        bearer: Some(Secret::File(secrets.path("nowhere"))),
        ..Access::default()
    };
    let (fetcher, url) = (fetcher(|_| {}), origin.url("/pages/1.html"));
    let permit = fetcher.hosts().try_reserve_page(&url, true).unwrap();
    let request = PageRequest {
        url: &url,
        validators: &Validators::default(),
        local: true,
        permit,
        access: &access,
        home: &origin.url("/gazette"),
    };
    let error = fetcher.get_page(request).await.unwrap_err();
    assert!(
        matches!(&error, Error::Access { key: "bearer", reason, .. } if reason.contains("nowhere")),
        "{error}"
    );
    assert!(origin.all_requests().is_empty());
}

#[tokio::test]
async fn the_proxy_of_a_feed_is_for_that_feed_and_its_pages_wherever_they_are() {
    let (usual, own) = (Origin::start().await, Origin::start().await);
    let (a, b) = ("http://a.example", "http://b.example");
    for (proxy, base) in [(&usual, b), (&own, a)] {
        // Pages lie at a host of their own, and it is the same.
        let text = rss("http://pages.example", base, &[1]);
        proxy.serve(&format!("{base}/feed"), Reply::ok(text));
        let html = Reply::ok(page(1)).content_type("text/html");
        proxy.serve("http://pages.example/pages/1.html", html);
    }
    // A name that resolves to what is closed to every feed, but for the proxy itself.
    let mut by_name = own.url("/");
    by_name.set_host(Some("localhost")).unwrap();
    let feeds = format!(
        "{}proxy = \"{by_name}\"\n{}proxy = \"\"\n",
        feed_at(&format!("{a}/feed"), "a"),
        feed_at(&format!("{b}/feed"), "b"),
    );
    let newsroom = Newsroom::public(&usual, &feeds, |_| {}).await;
    let summary = newsroom.round().await;
    assert_eq!((summary.new, summary.pages_failed), (2, 0));
    for (proxy, base) in [(&usual, b), (&own, a)] {
        let mut seen: Vec<_> = proxy.all_requests().into_iter().map(|s| s.path).collect();
        seen.sort_unstable();
        let expected = [
            &format!("{base}/feed"),
            "http://pages.example/pages/1.html",
            "http://pages.example/robots.txt",
        ];
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn a_literal_private_address_is_refused_behind_a_feeds_own_proxy_as_well() {
    let proxy = Origin::start().await;
    let access = Access {
        proxy: Some(proxy.url("/")),
        ..Access::default()
    };
    let fetcher = fetcher(|options| options.allow_networks.clear());
    let url = Url::parse("http://10.0.0.1/f").unwrap();
    let error = get(&fetcher, &url, &access, &url, false).await.unwrap_err();
    assert!(matches!(error, Error::ForbiddenAddress { .. }), "{error}");
    assert!(proxy.all_requests().is_empty());
}

#[tokio::test]
async fn a_certificate_is_not_shown_to_a_proxy_that_is_spoken_to_by_https() {
    let secrets = Secrets::new();
    secrets.write("reader.pem", &pem("reader"));
    let access = Access {
        client_certificate: Some(Secret::File(secrets.path("reader.pem"))),
        proxy: Url::parse("https://127.0.0.1:9/").ok(),
        ..Access::default()
    };
    let url = Url::parse("https://a.example/f").unwrap();
    let error = get(&fetcher(|_| {}), &url, &access, &url, false)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Access { key: "client_certificate", reason, .. } if reason.contains("proxy")),
        "{error}"
    );
}

#[tokio::test]
async fn e6_a_client_certificate_is_shown_to_the_feeds_own_origin_and_to_no_other() {
    let text = rss("http://127.0.0.1:9", "gazette", &[2, 1]);
    let stranger = TlsServer::start(Arc::from(format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    )));
    let home = TlsServer::start(Arc::from(format!(
        "HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
        stranger.url("/f")
    )));
    let keys = format!("{NO_PAGES}client_certificate = {{ file = \"reader.pem\" }}\n");
    let desk = Desk::new(&(feed_at(home.url("/f").as_str(), "gazette") + &keys));
    let certificate = desk.folder.path().join("reader.pem");
    let authority = desk.folder.path().join("authority.pem");
    std::fs::write(&authority, pem("authority")).unwrap();
    std::fs::write(&certificate, pem("reader")).unwrap();
    let archive = desk.archive();
    let desk = Arc::new(desk);
    let poll = || {
        let (desk, authority) = (Arc::clone(&desk), authority.clone());
        off(move || {
            let mut command = desk.command(&["poll", "gazette"]);
            command.env("SSL_CERT_FILE", authority).output().unwrap()
        })
    };
    let output = poll().await;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{stderr}");
    assert_eq!(query::<u32>(&archive, "select count(*) from articles"), 2);
    assert_eq!(home.shown(), [Some(TlsServer::certificate("reader"))]);
    assert_eq!(stranger.shown(), [None], "it asks for one as well");

    // Without a key, with the key of another, and no PEM at all.
    let (reader, server) = (pem("reader"), pem("server"));
    let (own, _key) = reader.split_once("-----BEGIN PRIVATE").unwrap();
    let (_, key) = server.split_once("-----BEGIN PRIVATE").unwrap();
    let mixed = format!("{own}-----BEGIN PRIVATE{key}");
    for broken in [own, &mixed, "sesame"] {
        std::fs::write(&certificate, broken).unwrap();
        let output = poll().await;
        assert_eq!(output.status.code(), Some(1), "{broken}");
        let error: String = query(&archive, "select last_error from feeds");
        let names_it = error.contains("`client_certificate`") && error.contains("reader.pem");
        assert!(names_it && !error.contains("sesame"), "{error}");
        assert_eq!(home.shown().len(), 1, "nothing was sent");
    }
}

fn fetcher(change: impl FnOnce(&mut Options)) -> Fetcher {
    let mut options = Options {
        allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
        ..Options::default()
    };
    change(&mut options);
    Fetcher::new(options, Clock::manual(noon())).unwrap()
}

async fn get(
    fetcher: &Fetcher,
    url: &Url,
    access: &Access,
    home: &Url,
    local: bool,
) -> Result<(), Error> {
    let permit = fetcher.hosts().reserve(url, local).await;
    let request = FeedRequest {
        url,
        validators: &Validators::default(),
        local,
        permit,
        access,
        home,
    };
    fetcher.get_feed(request).await.map(drop)
}
