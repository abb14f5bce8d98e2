//! The schedule as the archive keeps it: floors that outlast a crash, hints that outlast a 304, a
//! start after a long stop; and two simulated days of it against a poll every fifteen minutes.

#[path = "../../benches/schedule/simulation.rs"]
mod simulation;

use std::time::Duration;

use chrono::TimeDelta;
use rawi::clock::Clock;
use rawi::config::Config;
use rawi::daemon::House;
use rawi::fetch::{Hosts, Options};
use rawi::poll;
use rawi::store::Which;
use serde_json::json;
use simulation::{Figures, Policy, run, world};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::archive::{Archive, entry, feed, noon};
use crate::support::newsroom::Newsroom;
use crate::support::origin::{Origin, Reply};
use crate::support::outlets::{base_of, rss};

#[test]
fn with_a_floor_of_15_minutes_adaptive_misses_no_more_than_a_poll_every_15_minutes_at_a_third() {
    let quarter = Duration::from_secs(900);
    let of_worlds = |policy| {
        let mut sum = Figures::default();
        for seed in 1..=3 {
            sum.add(&run(&world(seed, 3), policy, seed));
        }
        sum
    };
    let fixed = of_worlds(Policy::Fixed(quarter));
    let adaptive = of_worlds(Policy::Adaptive(quarter));
    assert!(adaptive.unseen <= fixed.unseen, "{adaptive:?} {fixed:?}");
    assert!(
        adaptive.requests * 3 <= fixed.requests,
        "{adaptive:?} {fixed:?}"
    );
    assert!(adaptive.mean_wait() < quarter, "{adaptive:?}");
    assert!(
        adaptive.not_modified * 2 < adaptive.requests,
        "{adaptive:?}"
    );
    assert!(adaptive.turnovers <= adaptive.unseen, "{adaptive:?}");
    let by_week = of_worlds(Policy::EntryFrequency(4 * quarter));
    assert!(by_week.unseen > adaptive.unseen, "{by_week:?}");
    // The world is one in which it is possible to miss something.
    let hourly = of_worlds(Policy::Fixed(4 * quarter));
    assert!(hourly.unseen > 50 * (adaptive.unseen + 1), "{hourly:?}");
}

#[tokio::test]
async fn b1_a_poll_that_a_crash_cut_off_counts_and_the_floor_outlasts_the_restart() {
    let archive = Archive::new().await;
    archive
        .store
        .sync_feeds(vec![feed("amman")], noon())
        .await
        .unwrap();
    let crashed = async |archive: Archive| {
        let next = archive.reopen().await;
        drop(next.store.hold().await.unwrap());
        next
    };
    let hold = archive.store.hold().await.unwrap();
    let first = archive.claim(noon()).await.unwrap();
    drop((hold, first));
    // Never polled before: the hard minimum of a public feed.
    let archive = crashed(archive).await;
    assert!(
        archive
            .claim(noon() + TimeDelta::seconds(59))
            .await
            .is_none()
    );
    let at = noon() + TimeDelta::seconds(60);
    let hold = archive.store.hold().await.unwrap();
    let claim = archive.claim(at).await.expect("a minute has passed");
    archive
        .poll(claim, vec![entry("amman", 1)], false, at)
        .await
        .unwrap();
    let hour = at + TimeDelta::hours(1);
    assert!(archive.claim(hour - TimeDelta::seconds(1)).await.is_none());
    let cut_off = archive.claim(hour).await.expect("an hour was decided on");
    drop((hold, cut_off));
    // Polled before: the wait of the last time.
    let archive = crashed(archive).await;
    let next = hour + TimeDelta::hours(1);
    assert!(archive.claim(next - TimeDelta::seconds(1)).await.is_none());
    assert!(archive.claim(next).await.is_some());
}

#[tokio::test]
async fn b7_after_a_long_stop_overdue_feeds_are_spread_over_places_and_hosts() {
    let archive = Archive::new().await;
    let feeds = (0..120).map(|n| {
        let mut spec = feed(&format!("feed-{n}"));
        spec.url
            .set_host(Some(&format!("h{}.example", n % 6)))
            .unwrap();
        spec
    });
    archive
        .store
        .sync_feeds(feeds.collect(), noon())
        .await
        .unwrap();
    let clock = Clock::manual(noon() + TimeDelta::days(30));
    let hosts = Hosts::new(&Options::default(), clock.clone());
    let mut polled = 0;
    for _ in 0..20 {
        let reserving = hosts.clone();
        let admit = move |url: &url::Url, local, _| reserving.try_reserve(url, local);
        let terms = archive.terms(clock.now(), 32);
        let (claimed, _) = archive
            .store
            .claim_feeds(Which::Due, terms, admit)
            .await
            .unwrap();
        assert_eq!(claimed.len(), 6, "one from each host at once");
        polled += claimed.len();
        drop(claimed);
        let reserving = hosts.clone();
        let admit = move |url: &url::Url, local, _| reserving.try_reserve(url, local);
        let terms = archive.terms(clock.now(), 32);
        let (again, _) = archive
            .store
            .claim_feeds(Which::Due, terms, admit)
            .await
            .unwrap();
        assert!(again.is_empty(), "none within the same second");
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(polled, 120, "each of them once");
}

#[tokio::test]
async fn b7_places_bound_what_is_claimed_and_what_is_not_due_is_not_polled() {
    let archive = Archive::new().await;
    let feeds = (0..50).map(|n| feed(&format!("feed-{n}"))).collect();
    archive.store.sync_feeds(feeds, noon()).await.unwrap();
    let terms = archive.terms(noon(), 8);
    let (claimed, _) = archive
        .store
        .claim_feeds(Which::Due, terms, |_, _, _| Some(()))
        .await
        .unwrap();
    assert_eq!(claimed.len(), 8);
    assert!(
        archive
            .claim(noon() - TimeDelta::seconds(1))
            .await
            .is_none()
    );
}

/// A daemon's rooms on a folder of their own, with one local feed that they take for a public one.
async fn newsroom(origin: &Origin, clock: &Clock, schedule: &str) -> (House, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n[[feed]]\nslug = \"gazette\"\nurl = \"{}\"\nextract = \"never\"\nschedule = \"{schedule}\"\n",
        origin.url("/gazette")
    );
    let path = folder.path().join("feeds.toml");
    let (config, _) = Config::parse(&text, &path, folder.path(), None).unwrap();
    let house = House::open(&config, clock.clone()).await.unwrap();
    house.poller.sync_feeds().await.unwrap();
    (house, folder)
}

async fn round(house: &House) {
    let stop = CancellationToken::new();
    poll::once(house.poller.clone(), Which::Due, None, &|_| {}, stop)
        .await
        .unwrap();
}

#[tokio::test]
async fn b4_hints_and_rhythm_outlast_a_304_and_a_restart() {
    let proxy = Origin::start().await;
    let url = "http://news.example/gazette";
    let document = rss("http://news.example", "gazette", &[1]).replacen(
        "<channel>",
        "<channel><ttl>90</ttl><skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>",
        1,
    );
    assert!(document.contains("<ttl>"));
    proxy.serve(url, Reply::ok(document).etag("\"1\""));
    let feed = format!("[[feed]]\nslug = \"gazette\"\nurl = \"{url}\"\nextract = \"never\"\n");
    let newsroom = Newsroom::public(&proxy, &feed, |_| {}).await;
    newsroom.round().await;
    proxy.serve(url, Reply::status(304));
    newsroom.round_after(25 * 60).await;
    assert_eq!(proxy.requests(url).len(), 2);
    let sql = "select last_status, hints, read_at, newest_at from feed";
    let kept = newsroom.sql(sql).await.remove(0);
    let hints = r#"{"ttl_minutes":90,"skip_hours":[3],"skip_days":["Sun"]}"#;
    assert_eq!(kept[..2], [json!(304), json!(hints)]);
    assert!(!kept[2].is_null() && !kept[3].is_null(), "{kept:?}");

    let newsroom = newsroom.reopen().await;
    assert_eq!(newsroom.sql(sql).await.remove(0), kept);
    // It is Saturday afternoon then; the first answer, days ago, wanted no poll on Sunday.
    newsroom.round_after(25 * 60).await;
    assert_eq!(proxy.requests(url).len(), 3);
    assert_eq!(newsroom.sql(sql).await.remove(0)[1], json!(hints));
    let next = newsroom.sql("select next_poll from feeds").await;
    let next = next[0][0].as_str().unwrap();
    assert!(next.starts_with("2026-01-19T00:"), "{next}");
}

#[tokio::test]
async fn c9_a_good_answer_that_used_up_the_limit_is_followed_by_silence() {
    let origin = Origin::start().await;
    let document = rss(&base_of(&origin), "gazette", &[1]);
    let reply = Reply::ok(document)
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", "7200");
    origin.serve("/gazette", reply);
    let clock = Clock::manual(noon());
    let (house, _folder) = newsroom(&origin, &clock, "15m").await;
    round(&house).await;
    clock.advance(Duration::from_secs(7100));
    round(&house).await;
    assert_eq!(origin.requests("/gazette").len(), 1);
    clock.advance(Duration::from_secs(101));
    round(&house).await;
    assert_eq!(origin.requests("/gazette").len(), 2);
}

#[tokio::test]
async fn c2_a_bare_503_is_a_wish_for_silence_as_a_429_is() {
    for status in [429, 503] {
        let origin = Origin::start().await;
        origin.serve("/gazette", Reply::status(status));
        let clock = Clock::manual(noon());
        let (house, _folder) = newsroom(&origin, &clock, "adaptive").await;
        round(&house).await;
        let sql = "select state, next_why from feeds";
        let row = house
            .store
            .sql(sql.to_owned())
            .await
            .unwrap()
            .rows
            .remove(0);
        assert_eq!(row[0], json!("throttled"), "{status}");
        assert!(
            row[1].as_str().unwrap().starts_with("told to slow down"),
            "{row:?}"
        );
    }
}

#[tokio::test]
async fn c8_a_410_twice_within_a_day_is_not_for_good() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::status(410));
    let clock = Clock::manual(noon());
    let (house, _folder) = newsroom(&origin, &clock, "adaptive").await;
    let polled = async |at: &str| {
        let feeds = house.poller.enabled(None).await.unwrap();
        let stop = CancellationToken::new();
        poll::once(
            house.poller.clone(),
            Which::These(feeds),
            None,
            &|_| {},
            stop,
        )
        .await
        .unwrap();
        let sql = "select state, next_poll is null from feeds".to_owned();
        let row = house.store.sql(sql).await.unwrap().rows.remove(0);
        assert_eq!(row[0], json!("gone"), "{at}");
        row[1] == json!(1)
    };
    assert!(!polled("first").await);
    clock.advance(Duration::from_secs(23 * 3600));
    assert!(!polled("within a day").await);
    clock.advance(Duration::from_secs(24 * 3600));
    assert!(polled("a day later").await);
}

#[tokio::test]
async fn a_turnover_is_counted_and_shown() {
    let origin = Origin::start().await;
    let base = base_of(&origin);
    origin.serve("/gazette", Reply::ok(document(&base, 0..4)));
    let clock = Clock::manual(noon());
    let (house, _folder) = newsroom(&origin, &clock, "adaptive").await;
    let turnovers = async || {
        let row = house.store.feeds(clock.now()).await.unwrap().remove(0);
        (row.turnovers, row.next_why)
    };
    round(&house).await;
    assert_eq!(turnovers().await.0, 0, "nothing was there before");
    for (entries, expected) in [(3..7, 0), (7..11, 1)] {
        origin.serve("/gazette", Reply::ok(document(&base, entries)));
        clock.advance(Duration::from_secs(86_400));
        round(&house).await;
        let (count, why) = turnovers().await;
        assert_eq!(count, expected);
        assert_eq!(
            why.contains("may have passed unseen"),
            expected == 1,
            "{why}"
        );
    }
    assert!(house.metrics.render().contains("rawi_turnover_total 1"));
}

/// A feed without dates.
fn document(base: &str, entries: std::ops::Range<u32>) -> String {
    let items: String = entries
        .map(|n| {
            format!("<item><guid>{n}</guid><title>Number {n}</title><link>{base}/{n}</link></item>")
        })
        .collect();
    format!("<rss version=\"2.0\"><channel><title>Gazette</title>{items}</channel></rss>")
}
