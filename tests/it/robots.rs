//! Pages as guests of their hosts: robots.txt, the limits that they share with feeds, the budget
//! of the day, their own conditional requests, and what they make of a host that asks for silence.
//!
//! On loopback, where hosts are local ones; and through the origin as a proxy, where they are
//! public. Codes are those of the assertions that the tests stand for.

use std::time::Duration;

use chrono::TimeDelta;
use rawi::clock::Clock;
use rawi::fetch::{Error, Fetcher, Options};
use serde_json::json;
use url::Url;

use crate::support::archive::noon;
use crate::support::asking::get_page;
use crate::support::newsroom::{Newsroom, feed, feed_at};
use crate::support::origin::{Origin, Reply};
use crate::support::outlets::{base_of, gazette, page, paragraphs, rss};

const PUBLIC: &str = "http://news.example";
const DAY: u64 = 24 * 60;

fn robots(rules: &str) -> Reply {
    Reply::ok(format!("User-agent: *\n{rules}\n")).content_type("text/plain")
}

fn html(n: u32) -> Reply {
    Reply::ok(page(n)).content_type("text/html")
}

/// A proxy before a public outlet with `articles` articles and their pages.
async fn public_gazette(articles: u32) -> Origin {
    let origin = Origin::start().await;
    let numbers: Vec<u32> = (1..=articles).rev().collect();
    let feed = Reply::ok(rss(PUBLIC, "gazette", &numbers)).etag("\"1\"");
    origin.serve(&format!("{PUBLIC}/gazette"), feed);
    for n in numbers {
        origin.serve(&public_page(n), html(n));
    }
    origin
}

fn public_page(n: u32) -> String {
    format!("{PUBLIC}/pages/{n}.html")
}

fn public_feed() -> String {
    feed_at(&format!("{PUBLIC}/gazette"), "gazette")
}

/// Requests for pages, whosever.
fn pages_asked(origin: &Origin) -> usize {
    let requests = origin.all_requests();
    requests
        .iter()
        .filter(|r| r.path.contains("/pages/"))
        .count()
}

fn local_fetcher() -> Fetcher {
    let options = Options {
        allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
        ..Options::default()
    };
    Fetcher::new(options, Clock::manual(noon())).unwrap()
}

#[tokio::test]
async fn d2_robots_txt_is_asked_once_a_day_and_before_the_first_page_of_a_host() {
    let origin = gazette().await;
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    assert_eq!(newsroom.round().await.pages, 2);
    let asked = origin.requests("/robots.txt");
    assert_eq!(asked.len(), 1, "two pages, one robots.txt");
    assert!(asked[0].header("user-agent").unwrap().starts_with("rawi/"));
    let first = origin.requests("/pages/1.html")[0].order;
    assert!(asked[0].order < first.min(origin.requests("/pages/2.html")[0].order));

    let base = base_of(&origin);
    for (n, minutes, robots_asked) in [(3, DAY - 1, 1), (4, 20, 2)] {
        origin.serve("/gazette", Reply::ok(rss(&base, "gazette", &[n])));
        origin.serve(&format!("/pages/{n}.html"), html(n));
        assert_eq!(newsroom.round_after(minutes).await.pages, 1);
        assert_eq!(origin.requests("/robots.txt").len(), robots_asked);
    }
}

#[tokio::test]
async fn d2_robots_txt_is_for_pages_and_not_for_feeds() {
    let origin = gazette().await;
    origin.serve("/robots.txt", robots("Disallow: /"));
    let without_pages = feed(&origin, "gazette") + "extract = \"never\"\n";
    let newsroom = Newsroom::new(&without_pages).await;
    assert_eq!(newsroom.round().await.new, 2);
    assert!(origin.requests("/robots.txt").is_empty());
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    assert_eq!(newsroom.round().await.new, 2, "the feed is read");
    assert_eq!(pages_asked(&origin), 0);
}

#[tokio::test]
async fn d2_a_page_refused_by_robots_leaves_the_feeds_text_and_is_shown_at_once() {
    let origin = gazette().await;
    origin.serve("/robots.txt", robots("Disallow: /pages/2.html"));
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    let summary = newsroom.round().await;
    assert_eq!((summary.pages, summary.pages_failed), (2, 1));
    let rows = newsroom
        .sql("select text, extraction from articles order by guid")
        .await;
    assert_eq!(rows[0][0], json!(paragraphs(1).join("\n\n")));
    assert_eq!(rows[1][0], json!("مقدمة الخبر 2."));
    let why = format!(
        "feed; page: {}: refused by robots.txt",
        origin.url("/pages/2.html")
    );
    assert_eq!(rows[1][1], json!(why));
    assert_eq!(newsroom.merged().await.len(), 2);
    assert!(
        newsroom
            .house
            .metrics
            .render()
            .contains("rawi_poll_pages_total{article=\"refused\"} 1")
    );
    assert_eq!(newsroom.round_after(3 * DAY).await.pages, 0, "no retry");
    assert!(origin.requests("/pages/2.html").is_empty());
}

#[tokio::test]
async fn d2_each_redirect_of_a_page_is_checked_by_the_robots_txt_of_where_it_leads() {
    let (origin, other) = (Origin::start().await, Origin::start_at("127.0.0.2").await);
    origin.serve("/away", Reply::redirect(302, other.url("/pages/1.html")));
    origin.serve("/within", Reply::redirect(302, "/closed"));
    origin.serve("/closed", html(1));
    origin.serve("/robots.txt", robots("Disallow: /closed"));
    other.serve("/pages/1.html", html(1));
    other.serve("/robots.txt", robots("Disallow: /pages/"));
    let fetcher = local_fetcher();
    for (path, refused) in [
        ("/away", other.url("/pages/1.html")),
        ("/within", origin.url("/closed")),
    ] {
        let error = get_page(&fetcher, &origin.url(path), true)
            .await
            .unwrap_err();
        assert!(
            matches!(&error, Error::RobotsRefused { url } if **url == refused),
            "{path}: {error}"
        );
    }
    assert_eq!(pages_asked(&other), 0);
    assert!(origin.requests("/closed").is_empty());
    assert_eq!(other.requests("/robots.txt").len(), 1);
}

#[tokio::test]
async fn d2_a_robots_txt_that_cannot_be_reached_closes_the_host_for_half_an_hour() {
    let origin = gazette().await;
    origin.serve("/robots.txt", Reply::status(500));
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    let summary = newsroom.round().await;
    assert_eq!((summary.pages, summary.pages_failed), (2, 2));
    assert_eq!(pages_asked(&origin), 0);
    assert_eq!(origin.requests("/robots.txt").len(), 1);
    assert_eq!(newsroom.merged().await.len(), 2, "with the feed's text");
    let why = newsroom.sql("select extraction from articles").await;
    let why = why[0][0].as_str().unwrap();
    assert!(why.contains("robots.txt: status 500"), "{why}");
    assert_eq!(newsroom.round_after(29).await.pages, 0);
    origin.serve("/robots.txt", Reply::status(404));
    let summary = newsroom.round_after(1).await;
    assert_eq!((summary.pages, summary.pages_failed), (2, 0));
}

#[tokio::test]
async fn d2_a_robots_txt_that_is_missing_or_lost_in_redirects_allows_all() {
    for status in [400, 401, 403, 404, 410, 304] {
        let origin = Origin::start().await;
        origin.serve("/robots.txt", Reply::status(status));
        origin.serve("/p", html(1));
        let page = get_page(&local_fetcher(), &origin.url("/p"), true).await;
        assert!(page.is_ok(), "{status}: {page:?}");
    }
    for (redirects, allowed) in [(5, false), (6, true)] {
        let origin = Origin::start().await;
        origin.serve("/robots.txt", Reply::redirect(301, "/1"));
        for n in 1..redirects {
            origin.serve(
                &format!("/{n}"),
                Reply::redirect(302, format!("/{}", n + 1)),
            );
        }
        origin.serve(&format!("/{redirects}"), robots("Disallow: /p"));
        origin.serve("/p", html(1));
        let page = get_page(&local_fetcher(), &origin.url("/p"), true).await;
        assert_eq!(page.is_ok(), allowed, "{redirects} redirects");
    }
}

#[tokio::test]
async fn d2_of_a_robots_txt_without_end_the_first_half_mebibyte_counts() {
    let origin = Origin::start().await;
    let rules = "User-agent: *\nDisallow: /closed\n";
    origin.serve("/robots.txt", Reply::ok(rules.repeat(256)).endless());
    origin.serve("/open", html(1));
    let fetcher = local_fetcher();
    assert!(get_page(&fetcher, &origin.url("/open"), true).await.is_ok());
    let closed = get_page(&fetcher, &origin.url("/closed"), true).await;
    assert!(matches!(closed, Err(Error::RobotsRefused { .. })));
    assert!(
        origin.bytes_sent() < 8 << 20,
        "{} bytes",
        origin.bytes_sent()
    );
}

#[tokio::test]
async fn d2_a_robots_txt_leads_into_no_network_that_is_closed_to_its_page() {
    let (proxy, inside) = (Origin::start().await, Origin::start_at("127.0.0.2").await);
    inside.serve("/robots.txt", robots("Allow: /"));
    let moved = Reply::redirect(302, inside.url("/robots.txt"));
    proxy.serve(&format!("{PUBLIC}/robots.txt"), moved);
    let options = Options {
        proxy: Some(proxy.url("/")),
        allow_networks: vec!["127.0.0.2/32".parse().unwrap()],
        ..Options::default()
    };
    let fetcher = Fetcher::new(options, Clock::manual(noon())).unwrap();
    let page = public_page(1).parse().unwrap();
    let error = get_page(&fetcher, &page, false).await.unwrap_err();
    assert!(
        matches!(&error, Error::RobotsUnreachable { reason, .. } if reason.contains("127.0.0.2")),
        "{error}"
    );
    assert_eq!(proxy.all_requests().len(), 1);
    assert!(inside.all_requests().is_empty());
}

#[tokio::test]
async fn d1_feeds_and_pages_share_the_one_request_at_a_time_of_their_host() {
    let origin = public_gazette(6).await;
    let herald = rss(PUBLIC, "herald", &[7, 8]);
    origin.serve(&format!("{PUBLIC}/herald"), Reply::ok(herald));
    for n in [7, 8] {
        origin.serve(&public_page(n), html(n));
    }
    let feeds = public_feed() + &feed_at(&format!("{PUBLIC}/herald"), "herald");
    let newsroom = Newsroom::public(&origin, &feeds, |_| {}).await;
    let summary = newsroom.round().await;
    assert_eq!((summary.feeds, summary.pages), (2, 8));
    assert_eq!(summary.pages_failed, 0);
    assert_eq!(origin.all_requests().len(), 2 + 1 + 8);
    assert_eq!(origin.max_in_flight(), 1);
}

#[tokio::test]
async fn d2_a_page_waits_its_second_after_the_robots_txt_of_its_host() {
    let origin = public_gazette(1).await;
    let options = Options {
        proxy: Some(origin.url("/")),
        ..Options::default()
    };
    let clock = Clock::manual(noon());
    let fetcher = Fetcher::new(options, clock.clone()).unwrap();
    let page: Url = public_page(1).parse().unwrap();
    let fetch = get_page(&fetcher, &page, false);
    tokio::pin!(fetch);
    // Until the place at the host is free: its second begins then.
    tokio::select! {
        early = &mut fetch => panic!("came without its second: {early:?}"),
        () = fetcher.hosts().freed() => {}
    }
    assert_eq!(
        fetcher.hosts().next_free(),
        Some(noon() + TimeDelta::seconds(1))
    );
    assert_eq!(pages_asked(&origin), 0);
    clock.advance(Duration::from_secs(1));
    assert!(fetch.await.is_ok());
    assert_eq!(origin.all_requests().len(), 2);
}

#[tokio::test]
async fn d2_crawl_delay_is_the_time_between_pages_of_a_public_host_and_not_of_a_local_one() {
    let origin = public_gazette(1).await;
    origin.serve(&format!("{PUBLIC}/robots.txt"), robots("Crawl-delay: 20"));
    origin.serve("/robots.txt", robots("Crawl-delay: 20"));
    origin.serve("/p", html(1));
    let options = Options {
        proxy: Some(origin.url("/")),
        host_spacing: Some(Duration::ZERO),
        ..Options::default()
    };
    let clock = Clock::manual(noon());
    let fetcher = Fetcher::new(options, clock.clone()).unwrap();
    let page: Url = public_page(1).parse().unwrap();
    assert!(get_page(&fetcher, &page, false).await.is_ok());
    assert!(fetcher.hosts().try_reserve_page(&page, false).is_none());
    assert!(fetcher.hosts().try_reserve(&page, false).is_some());
    clock.advance(Duration::from_secs(20));
    assert!(fetcher.hosts().try_reserve_page(&page, false).is_some());

    let (fetcher, local) = (local_fetcher(), origin.url("/p"));
    for _ in 0..3 {
        assert!(get_page(&fetcher, &local, true).await.is_ok());
    }
}

#[tokio::test]
async fn d2_a_public_host_is_asked_for_so_many_pages_a_day_across_restarts() {
    let origin = public_gazette(5).await;
    let limit = |config: &mut rawi::config::Config| config.fetch.host_pages_a_day = 2;
    let newsroom = Newsroom::public(&origin, &public_feed(), limit).await;
    let summary = newsroom.round().await;
    assert_eq!((summary.new, summary.pages), (5, 2));
    assert_eq!(newsroom.merged().await.len(), 2, "the others may come yet");
    newsroom.round_after(15).await;
    assert_eq!(newsroom.merged().await.len(), 5, "with the feed's text");
    let newsroom = newsroom.reopen().await;
    let more = rss(PUBLIC, "gazette", &[6, 5, 4, 3, 2, 1]);
    origin.serve(&format!("{PUBLIC}/gazette"), Reply::ok(more));
    origin.serve(&public_page(6), html(6));
    let summary = newsroom.round_after(11 * 60).await;
    assert_eq!((summary.new, summary.pages), (1, 0), "the same day");
    assert_eq!(newsroom.round_after(45).await.pages, 2, "midnight");
    assert_eq!(newsroom.round_after(DAY).await.pages, 2);
    assert_eq!(pages_asked(&origin), 6);
    let days = newsroom.sql("select host, day, pages from page_host").await;
    assert_eq!(
        days,
        [[json!("news.example"), json!("2026-01-17"), json!(2)]]
    );
}

#[tokio::test]
async fn d2_a_local_host_has_no_budget_of_pages() {
    let origin = gazette().await;
    let newsroom = Newsroom::local(&feed(&origin, "gazette"), |config| {
        config.fetch.host_pages_a_day = 1;
    })
    .await;
    assert_eq!(newsroom.round().await.pages, 2);
    assert_eq!(pages_asked(&origin), 2);
}

#[tokio::test]
async fn c1_the_retry_after_of_a_page_holds_its_whole_host() {
    let origin = public_gazette(3).await;
    let busy = Reply::status(429).header("retry-after", "7200");
    origin.serve(&public_page(1), busy.clone());
    origin.serve(&public_page(2), busy.clone());
    origin.serve(&public_page(3), busy);
    let newsroom = Newsroom::public(&origin, &public_feed(), |_| {}).await;
    assert_eq!(newsroom.round().await.pages_failed, 1);
    let before = origin.all_requests().len();
    newsroom.round_after(118).await;
    assert_eq!(origin.all_requests().len(), before, "neither page nor feed");
    for n in 1..=3 {
        origin.serve(&public_page(n), html(n));
    }
    let summary = newsroom.round_after(2).await;
    assert_eq!(
        (summary.feeds, summary.pages, summary.pages_failed),
        (1, 3, 0)
    );
}

#[tokio::test]
async fn c1_the_host_that_answers_behind_a_redirect_is_the_one_that_is_left_alone() {
    let origin = public_gazette(1).await;
    let other = "http://pages.example/1";
    origin.serve(&public_page(1), Reply::redirect(302, other));
    origin.serve(other, Reply::status(503).header("retry-after", "600"));
    let newsroom = Newsroom::public(&origin, &public_feed(), |_| {}).await;
    newsroom.round().await;
    let hosts = newsroom.house.fetcher.hosts();
    let until = noon() + TimeDelta::minutes(10);
    assert_eq!(hosts.paused_until(&other.parse().unwrap()), Some(until));
    assert_eq!(hosts.paused_until(&PUBLIC.parse().unwrap()), None);
}

#[tokio::test]
async fn c2_a_429_of_a_page_without_a_time_holds_its_host_for_an_hour() {
    let origin = public_gazette(1).await;
    origin.serve(&public_page(1), Reply::status(429));
    let newsroom = Newsroom::public(&origin, &public_feed(), |_| {}).await;
    newsroom.round().await;
    let before = origin.all_requests().len();
    newsroom.round_after(58).await;
    assert_eq!(origin.all_requests().len(), before);
    origin.serve(&public_page(1), html(1));
    let summary = newsroom.round_after(2).await;
    assert_eq!((summary.feeds, summary.pages_failed), (1, 0));
    assert_eq!(summary.pages, 1);
}

#[tokio::test]
async fn c3_a_429_of_a_local_page_holds_nobody_else() {
    let origin = gazette().await;
    origin.serve("/pages/1.html", Reply::status(429));
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    let summary = newsroom.round().await;
    assert_eq!((summary.pages, summary.pages_failed), (2, 1));
    assert_eq!(newsroom.round_after(16).await.feeds, 1);
}

/// A feed whose one entry says something else, so that its page is wanted again.
fn revised(base: &str) -> Reply {
    Reply::ok(rss(base, "gazette", &[1]).replace("مقدمة", "تصحيح"))
}

#[tokio::test]
async fn a2_the_page_of_a_revised_entry_is_asked_for_with_its_own_validators() {
    let origin = gazette().await;
    let date = "Thu, 15 Jan 2026 11:00:00 GMT";
    let known = || html(1).etag("W/\"p-1\"").last_modified(date);
    origin.serve("/pages/1.html", known());
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    newsroom.round().await;
    let newsroom = newsroom.reopen().await;
    origin.serve("/gazette", revised(&base_of(&origin)));
    let summary = newsroom.round_after(16).await;
    assert_eq!(
        (summary.changed, summary.pages, summary.pages_failed),
        (1, 1, 0)
    );

    let asked = origin.requests("/pages/1.html");
    assert_eq!(asked[0].header("if-none-match"), None);
    assert_eq!(asked[1].header("if-none-match"), Some("W/\"p-1\""));
    assert_eq!(asked[1].header("if-modified-since"), Some(date));
    let row =
        "select text, extraction like 'page%', summary from articles where guid = 'gazette-1'";
    let found = newsroom.sql(row).await.remove(0);
    assert_eq!(found[0], json!(paragraphs(1).join("\n\n")), "it stays");
    assert_eq!(
        (&found[1], &found[2]),
        (&json!(1), &json!("تصحيح الخبر 1."))
    );
    let metrics = newsroom.house.metrics.render();
    assert!(metrics.contains("rawi_poll_pages_total{article=\"unchanged\"} 1"));
}

#[tokio::test]
async fn a4_a_page_that_has_changed_brings_its_text_and_its_validators() {
    let origin = gazette().await;
    origin.serve("/pages/1.html", html(1).etag("\"p-1\""));
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    newsroom.round().await;
    origin.serve("/pages/1.html", html(9).last_modified("yesterday"));
    origin.serve("/gazette", revised(&base_of(&origin)));
    newsroom.round_after(16).await;
    let row = "select text from articles where guid = 'gazette-1'";
    let text = newsroom.sql(row).await.remove(0).remove(0);
    assert_eq!(text, json!(paragraphs(9).join("\n\n")));
    origin.serve(
        "/gazette",
        Reply::ok(rss(&base_of(&origin), "gazette", &[1])),
    );
    newsroom.round_after(16).await;
    let third = &origin.requests("/pages/1.html")[2];
    assert_eq!(third.header("if-none-match"), None, "the old tag is gone");
    assert_eq!(third.header("if-modified-since"), Some("yesterday"));
}

#[tokio::test]
async fn a7_validators_of_a_page_are_not_sent_to_another_address_nor_kept_without_its_article() {
    let origin = gazette().await;
    origin.serve("/pages/1.html", html(1).etag("\"p-1\""));
    origin.serve("/pages/2.html", Reply::ok("<p>?").etag("\"p-2\""));
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    newsroom.round().await;
    let base = base_of(&origin);
    let moved = rss(&base, "gazette", &[2, 1])
        .replace("مقدمة", "تصحيح")
        .replace("/pages/1.html", "/pages/new.html");
    origin.serve("/gazette", Reply::ok(moved));
    origin.serve("/pages/new.html", html(1).etag("\"p-1\""));
    assert_eq!(newsroom.round_after(16).await.changed, 2);
    for (path, count) in [("/pages/new.html", 1), ("/pages/2.html", 2)] {
        let asked = origin.requests(path);
        assert_eq!(asked.len(), count, "{path}");
        assert_eq!(asked[count - 1].header("if-none-match"), None, "{path}");
    }
}
