//! The promises of `fetch`: conditional requests byte for byte, redirects by their kind, limits on
//! size and time, nothing private reached, nothing told that was not asked for.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rawi::clock::Clock;
use rawi::fetch::{Access, Answer, Error, Fetched, Fetcher, Options, PageRequest, Phase};
use rawi::model::Validators;
use url::Url;

use crate::support::asking::get_feed_if;
use crate::support::origin::{Gate, Origin, Reply};

const CAP: usize = 64 << 10;
const FEED: &str = "<rss version='2.0'><channel><title>أخبار</title></channel></rss>";

/// Loopback is open to local feeds.
fn options() -> Options {
    Options {
        contact: "https://example.org/us".into(),
        allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
        max_body_bytes: CAP as u64,
        ..Options::default()
    }
}

fn now() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn fetcher(options: Options) -> Fetcher {
    Fetcher::new(options, Clock::manual(now())).unwrap()
}

/// A local feed's first request.
async fn get(fetcher: &Fetcher, url: &Url) -> Result<Fetched, Error> {
    get_feed_if(fetcher, url, &Validators::default(), true).await
}

/// A public feed's first request.
async fn get_public(fetcher: &Fetcher, url: &Url) -> Result<Fetched, Error> {
    get_feed_if(fetcher, url, &Validators::default(), false).await
}

fn tagged(etag: &[u8]) -> Validators {
    Validators {
        etag: Some(etag.to_vec()),
        last_modified: None,
    }
}

fn body(fetched: &Fetched) -> &[u8] {
    match &fetched.body {
        Answer::Body(body) => body,
        Answer::NotModified => panic!("a body was expected"),
    }
}

#[tokio::test]
async fn validators_come_back_byte_for_byte_and_a_304_brings_only_what_it_carries() {
    let origin = Origin::start().await;
    let etag = b"W/\"caf\xe9-gzip\"";
    let date = "Sunday, the 1st, or so";
    origin.serve("/f", Reply::ok(FEED).etag(etag).last_modified(date));
    let fetcher = fetcher(options());

    let first = get(&fetcher, &origin.url("/f")).await.unwrap();
    assert_eq!((first.status, body(&first)), (200, FEED.as_bytes()));
    assert!(!first.sent_validators);
    let second = get_feed_if(&fetcher, &origin.url("/f"), &first.validators, true)
        .await
        .unwrap();
    assert_eq!((second.status, &second.body), (304, &Answer::NotModified));
    assert!(second.sent_validators);

    let seen = origin.requests("/f");
    assert_eq!(seen[0].header_bytes("if-none-match"), None);
    assert_eq!(seen[0].header_bytes("if-modified-since"), None);
    assert_eq!(seen[1].header_bytes("if-none-match"), Some(&etag[..]));
    assert_eq!(
        seen[1].header_bytes("if-modified-since"),
        Some(date.as_bytes())
    );

    origin.serve("/f", Reply::status(304).etag("\"new\""));
    let third = get_feed_if(&fetcher, &origin.url("/f"), &first.validators, true)
        .await
        .unwrap();
    assert_eq!(third.validators, tagged(b"\"new\""));
}

#[tokio::test]
async fn validators_that_are_empty_are_not_sent() {
    let origin = Origin::start().await;
    origin.serve("/f", Reply::ok(FEED).etag(""));
    let empty = Validators {
        etag: Some(Vec::new()),
        last_modified: Some(Vec::new()),
    };
    let fetched = get_feed_if(&fetcher(options()), &origin.url("/f"), &empty, true)
        .await
        .unwrap();
    assert!(fetched.validators.is_empty() && !fetched.sent_validators);
    assert_eq!(origin.requests("/f")[0].header_bytes("if-none-match"), None);
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_an_error() {
    let origin = Origin::start().await;
    origin.serve("/f", Reply::status(304));
    let error = get(&fetcher(options()), &origin.url("/f"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::UnsolicitedNotModified { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn an_address_has_moved_only_if_every_redirect_says_so() {
    let origin = Origin::start().await;
    origin.serve("/old", Reply::redirect(301, "/older"));
    origin.serve("/older", Reply::redirect(308, "/new#top"));
    origin.serve("/today", Reply::redirect(302, "/new"));
    origin.serve("/half", Reply::redirect(301, "/today"));
    origin.serve("/new", Reply::ok(FEED).content_type("application/rss+xml"));
    let fetcher = fetcher(options());
    for (path, moved) in [
        ("/old", true),
        ("/today", false),
        ("/half", false),
        ("/new", false),
    ] {
        let fetched = get(&fetcher, &origin.url(path)).await.unwrap();
        assert_eq!(fetched.final_url, origin.url("/new"), "{path}");
        assert_eq!(
            fetched.moved_to,
            moved.then(|| origin.url("/new")),
            "{path}"
        );
        assert_eq!(fetched.content_type.as_deref(), Some("application/rss+xml"));
    }
}

#[tokio::test]
async fn e5_validators_go_along_inside_the_origin_and_neither_to_nor_from_another() {
    let (origin, stranger) = (Origin::start().await, Origin::start().await);
    origin.serve("/near", Reply::redirect(302, "/f"));
    origin.serve("/f", Reply::ok(FEED).etag("\"1\""));
    origin.serve("/far", Reply::redirect(302, stranger.url("/f")));
    stranger.serve("/f", Reply::ok(FEED).etag("\"1\""));
    let fetcher = fetcher(options());

    let near = get_feed_if(&fetcher, &origin.url("/near"), &tagged(b"\"1\""), true)
        .await
        .unwrap();
    assert_eq!(near.body, Answer::NotModified);
    let far = get_feed_if(&fetcher, &origin.url("/far"), &tagged(b"\"1\""), true)
        .await
        .unwrap();
    assert_eq!(far.status, 200);
    assert_eq!(stranger.requests("/f")[0].header("if-none-match"), None);
    assert!(far.validators.is_empty() && !far.sent_validators);
}

#[tokio::test]
async fn e4_circles_and_endless_redirects_are_left() {
    let origin = Origin::start().await;
    origin.serve("/a", Reply::redirect(302, "/b"));
    origin.serve("/b", Reply::redirect(302, "/a"));
    for n in 0..12 {
        origin.serve(
            &format!("/{n}"),
            Reply::redirect(301, format!("/{}", n + 1)),
        );
    }
    origin.serve("/nowhere", Reply::status(302));
    let fetcher = fetcher(options());
    let circle = get(&fetcher, &origin.url("/a")).await.unwrap_err();
    assert!(matches!(circle, Error::RedirectLoop { .. }), "{circle}");
    let endless = get(&fetcher, &origin.url("/0")).await.unwrap_err();
    assert!(
        matches!(endless, Error::TooManyRedirects { limit: 10, .. }),
        "{endless}"
    );
    assert_eq!(origin.requests("/10").len(), 1);
    assert!(origin.requests("/11").is_empty());
    let nowhere = get(&fetcher, &origin.url("/nowhere")).await.unwrap_err();
    assert!(
        matches!(nowhere, Error::BadRedirect { location: None, .. }),
        "{nowhere}"
    );
}

#[tokio::test]
async fn a_request_says_who_asks_and_for_what_and_nothing_else() {
    let origin = Origin::start().await;
    origin.serve(
        "/f?x=1",
        Reply::redirect(302, "/g").header("set-cookie", "id=7"),
    );
    origin.serve("/g", Reply::ok(FEED));
    let mut url = origin.url("/f?x=1#part");
    url.set_username("name").unwrap();
    url.set_password(Some("secret")).unwrap();
    get(&fetcher(options()), &url).await.unwrap();

    let requests = origin.all_requests();
    assert_eq!(requests.len(), 2);
    for (n, seen) in requests.iter().enumerate() {
        let mut names: Vec<_> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
        assert_eq!((seen.method.as_str(), seen.order), ("GET", n));
        let agent = format!(
            "rawi/{} (+https://example.org/us)",
            env!("CARGO_PKG_VERSION")
        );
        assert_eq!(seen.header("user-agent"), Some(agent.as_str()));
        assert!(
            seen.header("accept")
                .unwrap()
                .starts_with("application/atom+xml, ")
        );
        for encoding in ["gzip", "br", "zstd", "deflate"] {
            assert!(
                seen.header("accept-encoding").unwrap().contains(encoding),
                "{encoding}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_is_asked_for_as_html() {
    let origin = Origin::start().await;
    origin.serve(
        "/p",
        Reply::ok("<p>نص").content_type("text/html; charset=utf-8"),
    );
    let (fetcher, url) = (fetcher(options()), origin.url("/p"));
    let permit = fetcher.hosts().try_reserve(&url, true).unwrap();
    let page = fetcher
        .get_page(PageRequest {
            url: &url,
            validators: &Validators::default(),
            local: true,
            permit,
            access: &Access::default(),
            home: &url,
        })
        .await
        .unwrap();
    assert_eq!((body(&page), page.body_bytes()), ("<p>نص".as_bytes(), 7));
    assert!(
        origin.requests("/p")[0]
            .header("accept")
            .unwrap()
            .starts_with("text/html, ")
    );
}

/// Brotli with one stored block: bits are WBITS 16, not last, length - 1 in 16 bits, stored.
fn brotli_stored(body: &[u8]) -> Vec<u8> {
    let head = u32::try_from(body.len() - 1).unwrap() << 4 | 1 << 20;
    [&head.to_le_bytes()[..3], body, &[3]].concat()
}

/// Zstandard in blocks that repeat one byte (RFC 8878 §3.1.1).
fn zstd_repeated(byte: u8, blocks: &[u32]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    for (n, size) in blocks.iter().enumerate() {
        let last = u32::from(n + 1 == blocks.len());
        frame.extend_from_slice(&(size << 3 | 1 << 1 | last).to_le_bytes()[..3]);
        frame.push(byte);
    }
    frame
}

fn deflated(body: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = flate2::read::ZlibEncoder::new(body, flate2::Compression::default());
    std::io::Read::read_to_end(&mut encoder, &mut packed).unwrap();
    packed
}

#[tokio::test]
async fn f7_four_compressions_are_undone_and_a_fifth_is_an_error() {
    let origin = Origin::start().await;
    let packed = |name, bytes: Vec<u8>| Reply::ok(bytes).header("content-encoding", name);
    origin.serve("/gzip", Reply::ok("aaaa").gzip());
    origin.serve("/br", packed("br", brotli_stored(b"aaaa")));
    origin.serve("/zstd", packed("zstd", zstd_repeated(b'a', &[4])));
    origin.serve("/deflate", packed("deflate", deflated(b"aaaa")));
    origin.serve("/odd", packed("compress", b"aaaa".to_vec()));
    let fetcher = fetcher(options());
    for path in ["/gzip", "/br", "/zstd", "/deflate"] {
        assert_eq!(
            body(&get(&fetcher, &origin.url(path)).await.unwrap()),
            b"aaaa",
            "{path}"
        );
    }
    let odd = get(&fetcher, &origin.url("/odd")).await.unwrap_err();
    assert!(
        matches!(&odd, Error::Encoding { encoding, .. } if encoding == "compress"),
        "{odd}"
    );
}

#[tokio::test]
async fn f9_a_body_is_cut_at_the_cap_however_it_comes() {
    let origin = Origin::start().await;
    let mebibyte = vec![b' '; 1 << 20];
    origin.serve("/fits", Reply::ok(vec![b' '; CAP]).gzip());
    let filler = || Reply::ok(vec![b' '; 8 << 10]).endless();
    origin.serve(
        "/announced",
        filler().header("content-length", "99999999999"),
    );
    origin.serve("/endless", filler());
    origin.serve("/gzip-bomb", Reply::ok(mebibyte.repeat(32)).gzip());
    let blocks = [128 << 10; 8 << 10];
    let zstd = Reply::ok(zstd_repeated(b' ', &blocks)).header("content-encoding", "zstd");
    origin.serve("/zstd-bomb-of-1-GiB", zstd);
    let fetcher = fetcher(options());
    assert_eq!(
        get(&fetcher, &origin.url("/fits"))
            .await
            .unwrap()
            .body_bytes(),
        CAP as u64
    );
    for path in [
        "/announced",
        "/endless",
        "/gzip-bomb",
        "/zstd-bomb-of-1-GiB",
    ] {
        let error = get(&fetcher, &origin.url(path)).await.unwrap_err();
        assert!(
            matches!(error, Error::TooLarge { limit, .. } if limit == CAP as u64),
            "{path}: {error}"
        );
    }
    assert!(
        origin.bytes_sent() < 8 << 20,
        "{} bytes",
        origin.bytes_sent()
    );
}

#[tokio::test]
async fn a_refusal_is_told_with_its_words_and_its_time() {
    let origin = Origin::start().await;
    let page = "<html><style>p{}</style><p>Slow\x1b down,\n <b>please</b>";
    let reply = |status, wait| Reply::status(status).body(page).header("retry-after", wait);
    origin.serve("/429", reply(429, "120"));
    origin.serve("/503", reply(503, "Sun, 01 Mar 2026 13:00:00 GMT"));
    let by_its_clock = reply(503, "Sun, 01 Mar 2026 23:00:00 GMT");
    origin.serve(
        "/late",
        by_its_clock.header("date", "Sun, 01 Mar 2026 22:00:00 GMT"),
    );
    origin.serve("/404", Reply::status(404));
    let fetcher = fetcher(options());
    let hour = Some(now() + TimeDelta::hours(1));
    for (path, code, until, words) in [
        (
            "/429",
            429,
            Some(now() + TimeDelta::seconds(120)),
            "Slow down, please",
        ),
        ("/503", 503, hour, "Slow down, please"),
        ("/late", 503, hour, "Slow down, please"),
        ("/404", 404, None, ""),
    ] {
        let error = get(&fetcher, &origin.url(path)).await.unwrap_err();
        let Error::Status {
            url,
            status,
            retry_after,
            snippet,
            ..
        } = error
        else {
            panic!("{path}: {error}")
        };
        assert_eq!((*url, status), (origin.url(path), code));
        assert_eq!((retry_after, snippet.as_str()), (until, words), "{path}");
    }
}

#[tokio::test]
async fn freshness_is_told_of_a_200_and_of_a_304() {
    let origin = Origin::start().await;
    origin.serve(
        "/f",
        Reply::ok(FEED)
            .etag("\"1\"")
            .header("cache-control", "max-age=900"),
    );
    let fetcher = fetcher(options());
    for validators in [Validators::default(), tagged(b"\"1\"")] {
        let fetched = get_feed_if(&fetcher, &origin.url("/f"), &validators, true)
            .await
            .unwrap();
        assert_eq!(fetched.fresh_for, Some(Duration::from_secs(900)));
    }
}

#[tokio::test]
async fn e4_a_public_feed_reaches_nothing_private_by_literal_or_by_name() {
    let origin = Origin::start().await;
    origin.serve("/f", Reply::ok(FEED));
    let mut by_name = origin.url("/f");
    by_name.set_host(Some("localhost")).unwrap();
    let mapped = Url::parse("http://[::ffff:127.0.0.1]/").unwrap();
    for url in [origin.url("/f"), by_name, mapped] {
        for options in [options(), Options::default()] {
            let error = get_public(&fetcher(options), &url).await.unwrap_err();
            let Error::ForbiddenAddress {
                address,
                redirected: false,
                ..
            } = &error
            else {
                panic!("{url}: {error}")
            };
            assert!(address.is_loopback() && error.to_string().contains("allow_networks"));
        }
    }
    assert!(origin.all_requests().is_empty());
}

#[tokio::test]
async fn a_local_feed_reaches_what_was_opened_and_no_other_network() {
    let (origin, closed) = (Origin::start().await, Origin::start_at("127.0.0.2").await);
    origin.serve("/f", Reply::ok(FEED));
    for (path, target) in [
        ("/literal", closed.url("/secret")),
        (
            "/metadata",
            Url::parse("http://169.254.169.254/latest").unwrap(),
        ),
        ("/decimal", Url::parse("http://2130706434/").unwrap()),
    ] {
        origin.serve(path, Reply::redirect(302, target));
    }
    let allow_networks = vec!["127.0.0.1/32".parse().unwrap()];
    let fetcher = fetcher(Options {
        allow_networks,
        ..options()
    });
    assert!(get(&fetcher, &origin.url("/f")).await.is_ok());
    let mut by_name = origin.url("/f");
    by_name.set_host(Some("localhost")).unwrap();
    assert!(fetcher.is_local(&by_name).await && !fetcher.is_local(&closed.url("/")).await);
    assert!(get(&fetcher, &by_name).await.is_ok());
    for path in ["/literal", "/metadata", "/decimal"] {
        let error = get(&fetcher, &origin.url(path)).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::ForbiddenAddress {
                    redirected: true,
                    ..
                }
            ),
            "{error}"
        );
    }
    assert!(closed.all_requests().is_empty());
}

#[tokio::test]
async fn f9_time_runs_out_before_the_answer_and_inside_the_body() {
    let (origin, gate) = (Origin::start().await, Gate::new());
    origin.serve("/mute", Reply::ok(FEED).behind(&gate));
    origin.serve("/stalls", Reply::ok(FEED).stall_after(10, &gate));
    origin.serve("/round", Reply::redirect(302, "/mute"));
    let timeout = Duration::from_millis(200);
    let short = fetcher(Options {
        timeout,
        ..options()
    });
    for (path, phase) in [
        ("/mute", Phase::Answer),
        ("/round", Phase::Answer),
        ("/stalls", Phase::Body),
    ] {
        let error = get(&short, &origin.url(path)).await.unwrap_err();
        let Error::Timeout {
            limit, waiting_for, ..
        } = error
        else {
            panic!("{path}: {error}")
        };
        assert_eq!((limit, waiting_for), (timeout, phase), "{path}");
    }
    gate.open();
    let patient = fetcher(options());
    assert_eq!(
        body(&get(&patient, &origin.url("/stalls")).await.unwrap()),
        FEED.as_bytes()
    );
}

#[tokio::test]
async fn what_is_not_http_or_breaks_off_is_a_broken_answer() {
    let origin = Origin::start().await;
    origin.serve("/garbage", Reply::raw("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
    origin.serve("/nothing", Reply::raw(""));
    origin.serve("/cut", Reply::ok(FEED).cut_after(20));
    origin.serve(
        "/not-gzip",
        Reply::ok(FEED).header("content-encoding", "gzip"),
    );
    let fetcher = fetcher(options());
    for path in ["/garbage", "/nothing", "/cut", "/not-gzip"] {
        let error = get(&fetcher, &origin.url(path)).await.unwrap_err();
        assert!(matches!(error, Error::Protocol { .. }), "{path}: {error:?}");
        assert!(
            error.to_string().starts_with(origin.url(path).as_str()),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_closed_port_a_missing_name_and_a_server_without_tls_are_told_apart() {
    let origin = Origin::start().await;
    origin.serve("/", Reply::ok(FEED));
    let mut secure = origin.url("/");
    secure.set_scheme("https").unwrap();
    let fetcher = fetcher(options());
    let error = get(&fetcher, &secure).await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    let error = get(&fetcher, &Url::parse("http://127.0.0.1:1/").unwrap())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    // A label that is too long fails in the resolver itself, whatever network there is.
    let missing = Url::parse(&format!("http://{}.invalid/", "a".repeat(64))).unwrap();
    let error = get_public(&fetcher, &missing).await.unwrap_err();
    assert!(matches!(error, Error::Dns { .. }), "{error:?}");
}

#[tokio::test]
async fn a_configured_proxy_is_asked_by_name_or_literal_and_a_literal_behind_it_is_still_judged() {
    let origin = Origin::start().await;
    origin.serve("http://news.example/f", Reply::ok(FEED));
    let mut named = origin.url("/");
    named.set_host(Some("localhost")).unwrap();
    for proxy in [origin.url("/"), named] {
        let fetcher = fetcher(Options {
            proxy: Some(proxy),
            ..Options::default()
        });
        let url = Url::parse("http://news.example/f").unwrap();
        let fetched = get_public(&fetcher, &url).await.unwrap();
        assert_eq!(body(&fetched), FEED.as_bytes());
        let error = get_public(&fetcher, &origin.url("/f")).await.unwrap_err();
        assert!(matches!(error, Error::ForbiddenAddress { .. }), "{error}");
    }
    assert_eq!(origin.all_requests().len(), 2);
}

#[tokio::test]
async fn a_redirect_gives_its_host_back_before_it_takes_the_next() {
    let (origin, gate) = (Origin::start().await, Gate::new());
    let other = Origin::start_at("127.0.0.2").await;
    origin.serve("/f", Reply::redirect(302, other.url("/f")));
    other.serve("/f", Reply::ok(FEED).behind(&gate));
    let limits = Options {
        host_concurrency: Some(1),
        host_spacing: Some(Duration::ZERO),
        ..options()
    };
    let fetcher = fetcher(limits);
    let (first, second) = (origin.url("/f"), other.url("/f"));
    let look = async {
        other.arrived("/f", 1).await;
        assert!(
            fetcher.hosts().try_reserve(&first, true).is_some(),
            "given back"
        );
        assert!(
            fetcher.hosts().try_reserve(&second, true).is_none(),
            "taken"
        );
        gate.open();
    };
    let (fetched, ()) = tokio::join!(get(&fetcher, &first), look);
    assert_eq!(fetched.unwrap().final_url, second);
    assert!(
        fetcher.hosts().try_reserve(&second, true).is_some(),
        "given back at the end"
    );
}

#[tokio::test]
async fn a_redirect_to_a_host_that_stays_busy_is_no_fault_of_the_feed() {
    let origin = Origin::start().await;
    let other = Origin::start_at("127.0.0.2").await;
    origin.serve("/f", Reply::redirect(302, other.url("/f")));
    let timeout = Duration::from_millis(200);
    let fetcher = fetcher(Options {
        host_concurrency: Some(1),
        timeout,
        ..options()
    });
    let _taken = fetcher.hosts().try_reserve(&other.url("/"), true).unwrap();
    let error = get(&fetcher, &origin.url("/f")).await.unwrap_err();
    assert!(
        matches!(&error, Error::HostBusy { url, .. } if **url == other.url("/f")),
        "{error}"
    );
    assert!(other.all_requests().is_empty());
}

#[tokio::test]
async fn d1_a_host_with_a_limit_never_sees_more_requests_at_once() {
    let origin = Origin::start().await;
    origin.serve("/f", Reply::ok(FEED));
    let limits = Options {
        host_concurrency: Some(2),
        host_spacing: Some(Duration::ZERO),
        ..options()
    };
    let (fetcher, url) = (fetcher(limits), origin.url("/f"));
    let mut fetches = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (fetcher, url) = (fetcher.clone(), url.clone());
        fetches.spawn(async move { get(&fetcher, &url).await.unwrap().status });
    }
    assert_eq!(fetches.join_all().await, [200; 20]);
    assert!(origin.max_in_flight() <= 2);
    assert_eq!(origin.requests("/f").len(), 20);
}
