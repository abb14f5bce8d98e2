//! A crowd: many feeds on few public hosts, all due at once after a long stop. Time runs a hundred
//! times as fast as outside; what is asserted holds at any speed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use rawi::poll::{self, Summary};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::support::newsroom::Newsroom;
use crate::support::origin::{Gate, Origin, Reply, Visit};
use crate::support::outlets::rss;

/// Between two requests to a public host.
const SPACING: TimeDelta = TimeDelta::seconds(1);

/// Feeds at hosts by their numbers, which answer all alike.
fn crowd(proxy: &Origin, hosts: usize, feeds: usize, reply: impl Fn(usize) -> Reply) -> String {
    let mut text = String::new();
    for n in 0..feeds {
        let host = n % hosts;
        let url = format!("http://host{host}.example/{n}");
        proxy.serve(&url, reply(host));
        writeln!(
            text,
            "[[feed]]\nslug = \"f{n}\"\nurl = \"{url}\"\nextract = \"never\""
        )
        .unwrap();
    }
    text
}

fn document() -> Reply {
    Reply::ok(rss("http://news.example", "crowd", &[2, 1]))
}

/// A newsroom with the spacing of public hosts.
async fn newsroom(proxy: &Origin, feeds: &str) -> Newsroom {
    let newsroom = Newsroom::public(proxy, feeds, |config| {
        config.fetch.host_spacing = None;
        config.fetch.timeout = Duration::from_secs(60);
    })
    .await;
    proxy.keep_time(newsroom.clock.clone());
    newsroom
}

/// One round, while time passes and `each_tick` looks on.
async fn round(newsroom: &Newsroom, mut each_tick: impl FnMut()) -> Summary {
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    let time = async {
        loop {
            ticks.tick().await;
            newsroom.clock.advance(Duration::from_millis(100));
            each_tick();
        }
    };
    tokio::select! {
        summary = newsroom.round() => summary,
        () = time => unreachable!("time has no end"),
    }
}

fn host_of(visit: &Visit) -> String {
    let url: url::Url = visit.path.parse().unwrap();
    url.host_str().unwrap().to_owned()
}

fn by_host(visits: Vec<Visit>) -> BTreeMap<String, Vec<Visit>> {
    let mut hosts = BTreeMap::<String, Vec<Visit>>::new();
    for visit in visits {
        hosts.entry(host_of(&visit)).or_default().push(visit);
    }
    hosts
}

/// No host saw a request while another was under way, nor within a second after it.
fn assert_polite(visits: Vec<Visit>) {
    for (host, visits) in by_host(visits) {
        for pair in visits.windows(2) {
            let left = pair[0].left.expect("one at a time");
            let gap = pair[1].came - left;
            assert!(gap >= SPACING, "{host}: {gap} between {pair:?}");
        }
    }
}

#[tokio::test]
async fn b7_d1_d2_four_hundred_overdue_feeds_on_eight_hosts_come_one_after_the_other() {
    let proxy = Origin::start().await;
    let feeds = crowd(&proxy, 8, 400, |_| document());
    let newsroom = newsroom(&proxy, &feeds).await;
    let summary = round(&newsroom, || {}).await;
    assert_eq!((summary.feeds, summary.failed.len()), (400, 0));
    // And again after a long stop, when all are overdue by different times.
    newsroom.clock.advance(Duration::from_hours(30 * 24));
    let summary = round(&newsroom, || {}).await;
    assert_eq!((summary.feeds, summary.failed.len()), (400, 0));
    let visits = proxy.visits();
    assert_eq!(visits.len(), 800);
    // Hosts take turns: none is far behind while others go on.
    let mut served = BTreeMap::<String, usize>::new();
    for visit in &visits {
        *served.entry(host_of(visit)).or_default() += 1;
        let (least, most) = (served.values().min(), served.values().max());
        let lead = most.unwrap() - least.unwrap();
        assert!(lead <= 25 || served.len() < 8, "{served:?}");
    }
    assert_polite(visits);
}

#[tokio::test]
async fn d1_a_host_that_does_not_answer_holds_nobody_else() {
    let (proxy, gate) = (Origin::start().await, Gate::new());
    let feeds = crowd(&proxy, 8, 80, |host| match host {
        0 => document().behind(&gate),
        _ => document(),
    });
    let newsroom = newsroom(&proxy, &feeds).await;
    let of_slow = |visit: &&Visit| host_of(visit) == "host0.example";
    let mut at_the_door = None;
    let summary = round(&newsroom, || {
        let visits = proxy.visits();
        let answered = visits.iter().filter(|visit| visit.left.is_some()).count();
        if answered == 70 && at_the_door.is_none() {
            at_the_door = Some(visits.iter().filter(of_slow).count());
            gate.open();
        }
    })
    .await;
    assert_eq!(at_the_door, Some(1), "seventy were served before its first");
    assert_eq!((summary.feeds, summary.failed.len()), (80, 0));
    assert_polite(proxy.visits());
}

#[tokio::test]
async fn a_feed_that_becomes_due_in_the_crowd_is_polled_at_its_time() {
    let proxy = Origin::start().await;
    let mut feeds = crowd(&proxy, 4, 400, |_| document());
    let url = "http://late.example/feed";
    proxy.serve(url, document());
    writeln!(
        feeds,
        "[[feed]]\nslug = \"late\"\nurl = \"{url}\"\nextract = \"never\"\nschedule = \"1m\""
    )
    .unwrap();
    let newsroom = newsroom(&proxy, &feeds).await;
    let begin = newsroom.clock.now();
    round(&newsroom, || {}).await;
    let visits = proxy.visits();
    let end = visits.iter().filter_map(|visit| visit.left).max().unwrap();
    assert!(end - begin >= TimeDelta::seconds(99), "{end}");
    let late: Vec<&Visit> = visits.iter().filter(|visit| visit.path == url).collect();
    assert!(late.len() >= 2, "{late:?}");
    // A minute, its jitter, and what the archive takes to say so.
    let due = late[0].left.unwrap() + TimeDelta::seconds(67);
    let passed_by = |visit: &&Visit| visit.came >= due && visit.order < late[1].order;
    let passed_by = visits.iter().filter(passed_by).count();
    assert!(
        passed_by <= 40,
        "{passed_by} of the crowd were polled before it"
    );
    assert_polite(visits);
}

#[tokio::test]
async fn behind_an_overdue_feed_of_a_paused_host_others_are_polled_at_their_time() {
    let proxy = Origin::start().await;
    let (paused, due) = ("http://paused.example/b", "http://free.example/feed");
    let mut feeds = String::new();
    for (slug, url, schedule) in [
        ("a", "http://paused.example/a", "15m"),
        ("b", paused, "30m"),
        ("c", due, "40m"),
    ] {
        proxy.serve(url, document());
        writeln!(feeds, "[[feed]]\nslug = \"{slug}\"\nurl = \"{url}\"\nextract = \"never\"\nschedule = \"{schedule}\"").unwrap();
    }
    let newsroom = newsroom(&proxy, &feeds).await;
    round(&newsroom, || {}).await;
    let silence = Reply::status(429).header("retry-after", "86400");
    proxy.serve("http://paused.example/a", silence);
    newsroom.round_after(17).await;
    newsroom.clock.advance(Duration::from_mins(17));
    assert_eq!(proxy.visits().len(), 4);
    // Now the second feed is overdue and has to wait for its host. The third is due soon.
    let sql = "select next_poll_at from feed where slug = 'c'";
    let at = newsroom.sql(sql).await[0][0].as_i64().unwrap();
    let at = DateTime::from_timestamp(at, 0).unwrap();
    let left = at - TimeDelta::seconds(10) - newsroom.clock.now();
    newsroom.clock.advance(left.to_std().unwrap());
    let (wake, stop) = (Arc::new(Notify::new()), CancellationToken::new());
    let daemon = poll::run(newsroom.house.poller.clone(), wake, stop.clone());
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    let time = async {
        while proxy.requests(due).len() < 2 {
            ticks.tick().await;
            newsroom.clock.advance(Duration::from_millis(100));
        }
        stop.cancel();
    };
    tokio::join!(daemon, time);
    let visits = proxy.visits();
    assert_eq!(proxy.requests(paused).len(), 1);
    let late = visits[visits.len() - 1].came - at;
    assert!(late < TimeDelta::seconds(30), "{late}");
    assert_polite(visits);
}
