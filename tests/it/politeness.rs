//! How a guest behaves: one test for each assertion of docs/politeness.md that is about requests, by
//! its code. Timing and back-off are decided in `schedule`, and tested there.

use crate::support::archive::noon;
use crate::support::newsroom::{Newsroom, feed, feed_at};
use crate::support::origin::{Origin, Reply, Seen};
use crate::support::outlets::{base_of, page, rss};

/// Longer than the 15 minutes between two polls of [`feed`].
const LATER: u64 = 16;

fn document(origin: &Origin) -> String {
    rss(&base_of(origin), "gazette", &[2, 1])
}

/// One feed whose pages are left alone.
async fn subscribed(origin: &Origin) -> Newsroom {
    Newsroom::new(&(feed(origin, "gazette") + "extract = \"never\"\n")).await
}

fn validators(seen: &Seen) -> (Option<&[u8]>, Option<&[u8]>) {
    (
        seen.header_bytes("if-none-match"),
        seen.header_bytes("if-modified-since"),
    )
}

/// The validators of the last request of a round.
async fn next(newsroom: &Newsroom, origin: &Origin) -> Seen {
    newsroom.round_after(LATER).await;
    origin.requests("/gazette").pop().unwrap()
}

#[tokio::test]
async fn a1_the_first_request_carries_no_validators() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok(document(&origin)).etag("\"1\""));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    assert_eq!(validators(&origin.requests("/gazette")[0]), (None, None));
}

#[tokio::test]
async fn a2_etag_is_echoed_byte_for_byte() {
    for etag in [
        b"W/\"0815-\xe9\"".as_slice(),
        b"unquoted",
        b"\"a\", \"b\"",
        b"\"x-gzip\"",
    ] {
        let origin = Origin::start().await;
        origin.serve("/gazette", Reply::ok(document(&origin)).etag(etag));
        let newsroom = subscribed(&origin).await;
        newsroom.round().await;
        let seen = next(&newsroom, &origin).await;
        assert_eq!(validators(&seen), (Some(etag), None));
    }
}

#[tokio::test]
async fn f10_an_etag_that_names_its_compression_is_echoed_with_it() {
    let origin = Origin::start().await;
    let etag = b"\"33a64df5-gzip\"".as_slice();
    origin.serve("/gazette", Reply::ok(document(&origin)).gzip().etag(etag));
    let newsroom = subscribed(&origin).await;
    assert_eq!(newsroom.round().await.new, 2);
    let seen = next(&newsroom, &origin).await;
    assert_eq!(validators(&seen), (Some(etag), None));
}

#[tokio::test]
async fn a3_last_modified_is_echoed_byte_for_byte_whatever_it_says() {
    for date in [
        "Sat, 10 Jan 2026 10:00:00 GMT",
        "Tue, 01 Jan 2090 00:00:00 GMT",
        "2026-01-10",
        "0",
    ] {
        let origin = Origin::start().await;
        origin.serve("/gazette", Reply::ok(document(&origin)).last_modified(date));
        let newsroom = subscribed(&origin).await;
        newsroom.round().await;
        let seen = next(&newsroom, &origin).await;
        assert_eq!(validators(&seen), (None, Some(date.as_bytes())));
    }
}

#[tokio::test]
async fn a4_both_are_sent_and_a_200_that_lacks_one_clears_it() {
    let origin = Origin::start().await;
    let reply = || Reply::ok(document(&origin));
    let date = "Sat, 10 Jan 2026 10:00:00 GMT";
    origin.serve("/gazette", reply().etag("\"1\"").last_modified(date));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    let more = rss(&base_of(&origin), "gazette", &[3, 2, 1]);
    origin.serve("/gazette", Reply::ok(more).etag("\"2\""));
    let second = next(&newsroom, &origin).await;
    assert_eq!(
        validators(&second),
        (Some(b"\"1\"".as_slice()), Some(date.as_bytes()))
    );
    let third = next(&newsroom, &origin).await;
    assert_eq!(validators(&third), (Some(b"\"2\"".as_slice()), None));
}

#[tokio::test]
async fn a5_a_304_replaces_the_validators_that_it_carries_and_no_others() {
    let origin = Origin::start().await;
    let date = "Sat, 10 Jan 2026 10:00:00 GMT";
    let first = Reply::ok(document(&origin))
        .etag("\"1\"")
        .last_modified(date);
    origin.serve("/gazette", first);
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    origin.serve("/gazette", Reply::status(304).etag("\"2\""));
    next(&newsroom, &origin).await;
    let third = next(&newsroom, &origin).await;
    assert_eq!(
        validators(&third),
        (Some(b"\"2\"".as_slice()), Some(date.as_bytes()))
    );
}

#[tokio::test]
async fn a6_validators_survive_errors_a_restart_and_any_time() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok(document(&origin)).etag("\"1\""));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    for broken in [
        Reply::status(500),
        Reply::ok("<html>oops</html>"),
        Reply::status(404),
    ] {
        origin.serve("/gazette", broken.etag("\"no\""));
        newsroom.round_after(60 * 24).await;
    }
    let newsroom = newsroom.reopen().await;
    newsroom.round_after(60 * 24 * 100).await;
    let seen = origin.requests("/gazette").pop().unwrap();
    assert_eq!(origin.requests("/gazette").len(), 5);
    assert_eq!(validators(&seen), (Some(b"\"1\"".as_slice()), None));
}

#[tokio::test]
async fn a7_one_request_of_a_subscription_is_unconditional_and_one_more_after_its_address_changed()
{
    let origin = Origin::start().await;
    for path in ["/gazette", "/moved"] {
        origin.serve(path, Reply::ok(document(&origin)).etag("\"1\""));
    }
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    for _ in 0..5 {
        newsroom.round_after(LATER).await;
    }
    let bare = |path: &str| {
        let requests = origin.requests(path);
        let bare = requests
            .iter()
            .filter(|seen| validators(seen) == (None, None));
        (bare.count(), requests.len())
    };
    assert_eq!(bare("/gazette"), (1, 6));
}

#[tokio::test]
async fn a9_a_body_that_is_the_same_writes_no_entry_and_counts_as_nothing_new() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok(document(&origin)));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    let again = newsroom.round_after(LATER).await;
    assert_eq!((again.new, again.changed), (0, 0));
    let rows = newsroom
        .sql("select new, changed, status from polls order by at")
        .await;
    assert_eq!(rows[1], [0, 0, 200].map(|n| serde_json::json!(n)));
}

/// A public outlet of this name at its host, behind a proxy; its pages are left alone.
fn public(slug: &str, host: &str, schedule: &str) -> String {
    let feed = feed_at(&format!("http://{host}/{slug}"), slug);
    feed.replace("\"15m\"", &format!("\"{schedule}\"")) + "extract = \"never\"\n"
}

#[tokio::test]
async fn c1_a_date_to_wait_for_is_read_by_the_servers_own_clock() {
    let proxy = Origin::start().await;
    // Its clock is three hours behind ours; it wants two hours.
    let reply = Reply::status(503)
        .header("date", "Thu, 15 Jan 2026 09:00:00 GMT")
        .header("retry-after", "Thu, 15 Jan 2026 11:00:00 GMT");
    let url = "http://news.example/gazette";
    proxy.serve(url, reply);
    let newsroom =
        Newsroom::public(&proxy, &public("gazette", "news.example", "15m"), |_| {}).await;
    newsroom.round().await;
    let rows = newsroom.sql("select next_poll_at from feed").await;
    let next = rows[0][0].as_i64().unwrap() - noon().timestamp();
    assert!((7200..7200 + 720).contains(&next), "{next} s");
    newsroom.round_after(118).await;
    assert_eq!(proxy.requests(url).len(), 1);
    newsroom.round_after(15).await;
    assert_eq!(proxy.requests(url).len(), 2);
}

#[tokio::test]
async fn c3_a_429_holds_every_feed_of_its_public_host_across_a_restart_and_none_of_another() {
    let proxy = Origin::start().await;
    let url = |slug: &str, host: &str| format!("http://{host}/{slug}");
    let (a, b) = (url("a", "news.example"), url("b", "news.example"));
    let c = url("c", "other.example");
    for address in [&a, &b, &c] {
        proxy.serve(address, Reply::ok(rss("http://news.example", "x", &[1])));
    }
    let feeds = public("a", "news.example", "15m")
        + &public("b", "news.example", "30m")
        + &public("c", "other.example", "30m");
    let newsroom = Newsroom::public(&proxy, &feeds, |_| {}).await;
    let asked = || [&a, &b, &c].map(|address| proxy.requests(address).len());
    newsroom.round().await;
    assert_eq!(asked(), [1, 1, 1]);
    proxy.serve(&a, Reply::status(429).header("retry-after", "7200"));
    newsroom.round_after(17).await;
    assert_eq!(asked(), [2, 1, 1]);
    // Two hours from then: all but two minutes.
    newsroom.round_after(17).await;
    assert_eq!(asked(), [2, 1, 2], "the other feed is due and waits");
    newsroom.round_after(50).await;
    let newsroom = newsroom.reopen().await;
    newsroom.round_after(51).await;
    let [at_a, at_b, at_c] = asked();
    assert_eq!((at_a, at_b), (2, 1));
    assert!(at_c > 2);
    newsroom.round_after(15).await;
    let [at_a, at_b, _] = asked();
    assert_eq!((at_a, at_b), (3, 2));
}

#[tokio::test]
async fn c5_an_answer_that_slows_us_down_is_never_met_with_another_kind_of_request() {
    for (status, retry_after) in [
        (429, None),
        (429, Some("600")),
        (503, None),
        (503, Some("600")),
        (403, None),
    ] {
        let proxy = Origin::start().await;
        let url = "http://news.example/gazette";
        let document = rss("http://news.example", "gazette", &[1]);
        proxy.serve(url, Reply::ok(document).etag("\"1\""));
        let feed = public("gazette", "news.example", "15m");
        let newsroom = Newsroom::public(&proxy, &feed, |_| {}).await;
        newsroom.round().await;
        let refused = Reply::status(status).body("slow down");
        proxy.serve(
            url,
            match retry_after {
                Some(seconds) => refused.header("retry-after", seconds),
                None => refused,
            },
        );
        newsroom.round_after(LATER).await;
        for _ in 0..4 {
            newsroom.round_after(1).await;
        }
        assert_eq!(proxy.all_requests().len(), 2, "{status}: once and no more");
        let newsroom = newsroom.reopen().await;
        for _ in 0..3 {
            newsroom.round_after(3 * 24 * 60).await;
        }
        let requests = proxy.all_requests();
        assert_eq!(requests.len(), 5, "{status}");
        assert_eq!(validators(&requests[1]).0, Some(b"\"1\"".as_slice()));
        for again in &requests[2..] {
            // Neither CONNECT (https) nor another way, agent, or unconditional request.
            let as_before =
                |seen: &Seen| (seen.method.clone(), seen.path.clone(), seen.headers.clone());
            assert_eq!(as_before(again), as_before(&requests[1]), "{status}");
        }
    }
}

#[tokio::test]
async fn e2_a_temporary_redirect_is_followed_anew_each_time() {
    for status in [302, 303, 307] {
        let origin = Origin::start().await;
        origin.serve("/gazette", Reply::redirect(status, "/there"));
        origin.serve("/there", Reply::ok(document(&origin)).etag("\"1\""));
        let newsroom = subscribed(&origin).await;
        newsroom.round().await;
        for _ in 0..6 {
            newsroom.round_after(60 * 24).await;
        }
        assert_eq!(origin.requests("/gazette").len(), 7, "{status}");
    }
}

#[tokio::test]
async fn f1_to_f6_a_request_says_who_asks_and_for_what_and_nothing_else() {
    let origin = Origin::start().await;
    origin.serve(
        "/gazette",
        Reply::redirect(302, "/there?a=1#top").header("set-cookie", "id=7"),
    );
    origin.serve(
        "/there?a=1",
        Reply::ok(document(&origin)).header("set-cookie", "id=8"),
    );
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    newsroom.round_after(LATER).await;
    let requests = origin.all_requests();
    assert_eq!(requests.len(), 4);
    for seen in &requests {
        assert_eq!(seen.method, "GET", "F1");
        for (code, name) in [
            ("F2", "cookie"),
            ("F3", "referer"),
            ("F3", "origin"),
            ("F5", "from"),
        ] {
            assert_eq!(seen.header(name), None, "{code}");
        }
        assert!(
            ["/gazette", "/there?a=1"].contains(&seen.path.as_str()),
            "F4"
        );
        let agent = seen.header("user-agent").unwrap();
        assert!(
            agent.starts_with("rawi/") && !agent.contains("Mozilla"),
            "F5: {agent}"
        );
        let accept = seen.header("accept").unwrap();
        assert!(
            accept.starts_with("application/atom+xml, application/rss+xml"),
            "F6"
        );
        let encodings = seen.header("accept-encoding").unwrap();
        assert!(
            ["gzip", "br", "zstd"]
                .iter()
                .all(|it| encodings.contains(it)),
            "F7"
        );
    }
}

#[tokio::test]
async fn f8_polls_of_a_host_inside_the_idle_time_share_a_connection() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok(document(&origin)).etag("\"1\""));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    // A 200, a 304 and a failure with a body.
    newsroom.round_after(LATER).await;
    origin.serve("/gazette", Reply::status(500).body("out of order"));
    newsroom.round_after(LATER).await;
    newsroom.round_after(24 * 60).await;
    assert_eq!(origin.requests("/gazette").len(), 4);
    assert_eq!(origin.connections(), 1);
}

#[tokio::test]
async fn f8_a_public_hosts_feed_robots_txt_and_pages_share_a_connection() {
    let proxy = Origin::start().await;
    let public = "http://news.example";
    let numbers = [4, 3, 2, 1];
    proxy.serve(
        &format!("{public}/gazette"),
        Reply::ok(rss(public, "gazette", &numbers)),
    );
    for n in numbers {
        let html = Reply::ok(page(n)).content_type("text/html");
        proxy.serve(&format!("{public}/pages/{n}.html"), html);
    }
    let feed = feed_at(&format!("{public}/gazette"), "gazette");
    let newsroom = Newsroom::public(&proxy, &feed, |_| {}).await;
    assert_eq!(newsroom.round().await.pages, 4);
    assert_eq!(proxy.all_requests().len(), 6);
    assert_eq!(proxy.connections(), 1);
}

#[tokio::test]
async fn g2_a_page_in_place_of_a_feed_is_an_error_that_names_what_it_offers() {
    let origin = Origin::start().await;
    let page = "<!doctype html><link rel=alternate type=application/rss+xml href=/rss><p>x";
    origin.serve("/gazette", Reply::ok(page).content_type("text/html"));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    let rows = newsroom.sql("select last_error from feeds").await;
    let error = rows[0][0].as_str().unwrap();
    assert!(
        error.contains("no feed") && error.contains("/rss"),
        "{error}"
    );
}

#[tokio::test]
async fn g3_every_poll_writes_a_row_with_what_was_asked_and_why_when_next() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok(document(&origin)).etag("\"1\""));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    newsroom.round_after(LATER).await;
    origin.serve("/gazette", Reply::status(503));
    newsroom.round_after(LATER).await;
    let rows = newsroom
        .sql("select status, sent_validators, bytes > 0, error is not null, next_why <> '' from polls order by at")
        .await;
    let expected = [[200, 0, 1, 0, 1], [304, 1, 0, 0, 1], [503, 1, 0, 1, 1]];
    assert_eq!(
        rows,
        expected.map(|row| row.map(|n| serde_json::json!(n)).to_vec())
    );
}

#[test]
fn every_test_that_the_documentation_names_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("docs/politeness.md")).unwrap();
    let sources = [
        "src/fetch/challenge.rs",
        "src/fetch/headers.rs",
        "src/fetch/hosts.rs",
        "src/fetch/redirects.rs",
        "src/fetch/robots.rs",
        "src/schedule/tests/next.rs",
        "tests/it/access.rs",
        "tests/it/crowd.rs",
        "tests/it/fetching.rs",
        "tests/it/hostile.rs",
        "tests/it/politeness.rs",
        "tests/it/robots.rs",
        "tests/it/rounds.rs",
        "tests/it/schedule.rs",
        "tests/it/standing.rs",
        "tests/it/verbs.rs",
    ];
    let sources = sources.map(|path| std::fs::read_to_string(root.join(path)).unwrap());
    let is_test =
        |word: &&str| word.contains('_') && word.starts_with(|c| ('a'..='g').contains(&c));
    let named: Vec<&str> = document
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(is_test)
        .collect();
    assert!(named.len() > 50, "{}", named.len());
    for name in named {
        let function = format!("fn {name}(");
        assert!(
            sources.iter().any(|source| source.contains(&function)),
            "{name}"
        );
    }
}
