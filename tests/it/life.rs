//! The program's life as operators see it: start, stop, crash, reload, wrong usage.

use std::time::Duration;

use chrono::TimeDelta;
use rawi::clock::Clock;
use rawi::config::Config;
use rawi::daemon::{self, Requests};
use tokio::net::TcpListener;

use crate::support::archive::{self, Archive, noon};
use crate::support::origin::{Gate, Origin, Reply};
use crate::support::outlets::{self, rss};
use crate::support::program::{Desk, off, query};

fn feed(origin: &Origin, slug: &str) -> String {
    format!(
        "[[feed]]\nslug = \"{slug}\"\nurl = \"{}\"\nschedule = \"1h\"\n",
        origin.url(&format!("/{slug}"))
    )
}

async fn gazette() -> (Origin, Desk) {
    let origin = outlets::gazette().await;
    let desk = Desk::new(&feed(&origin, "gazette"));
    (origin, desk)
}

/// The body of an answer to a plain GET.
fn get(address: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_daemon_polls_serves_and_stops_with_exit_code_0() {
    let (origin, desk) = gazette().await;
    let (desk, mut daemon) = off(move || {
        let daemon = desk.daemon();
        (desk, daemon)
    })
    .await;
    origin.arrived("/pages/1.html", 1).await;
    origin.arrived("/pages/2.html", 1).await;
    off(move || {
        daemon.read_until("polled");
        assert!(get(&daemon.address, "/healthz").contains("200 OK"));
        assert!(get(&daemon.address, "/metrics").contains("rawi_poll_feeds_total"));
        assert!(get(&daemon.address, "/feed.json").contains("jsonfeed.org"));
        let second = desk.run(&["run"]);
        assert_eq!(second.status.code(), Some(1), "the archive is held");
        let stderr = String::from_utf8_lossy(&second.stderr);
        assert!(
            stderr.contains("another `rawi run` holds the archive"),
            "{stderr}"
        );
        daemon.signal("TERM");
        daemon.read_until("stopped");
        assert_eq!(daemon.wait().code(), Some(0));
        assert_eq!(
            query::<i64>(&desk.archive(), "select count(*) from articles"),
            2
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_that_hangs_does_not_hold_the_stop() {
    let origin = Origin::start().await;
    let gate = Gate::new();
    origin.serve("/gazette", Reply::ok("late").behind(&gate));
    let desk = Desk::new(&feed(&origin, "gazette"));
    let (desk, daemon) = off(move || {
        let daemon = desk.daemon();
        (desk, daemon)
    })
    .await;
    origin.arrived("/gazette", 1).await;
    let start = std::time::Instant::now();
    off(move || {
        daemon.signal("TERM");
        assert_eq!(daemon.wait().code(), Some(0));
        assert!(
            start.elapsed() < std::time::Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
        let ok: String = query(&desk.archive(), "pragma integrity_check");
        assert_eq!(ok, "ok");
    })
    .await;
    gate.open();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_holds_the_archives_lock_does_not_hold_the_stop() {
    let (origin, desk) = gazette().await;
    let desk = off(move || {
        desk.print(&["poll"]);
        desk
    })
    .await;
    origin.serve("/herald", Reply::ok(rss("http://x.example", "herald", &[])));
    desk.configure(&(feed(&origin, "gazette") + &feed(&origin, "herald")));
    off(move || {
        let mut daemon = desk.daemon();
        let person = rusqlite::Connection::open(desk.archive()).unwrap();
        person.execute_batch("begin immediate").unwrap();
        desk.configure("");
        daemon.signal("HUP");
        daemon.read_until("another process holds the archive's write lock");
        let start = std::time::Instant::now();
        daemon.signal("TERM");
        assert_eq!(daemon.wait().code(), Some(0));
        let elapsed = start.elapsed();
        assert!(elapsed < std::time::Duration::from_secs(5), "{elapsed:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_doubles_nothing_loses_nothing_and_polls_nothing_before_it_is_due() {
    let (origin, desk) = gazette().await;
    let gate = Gate::new();
    let base = outlets::base_of(&origin);
    origin.serve(
        "/herald",
        Reply::ok(rss(&base, "herald", &[])).behind(&gate),
    );
    desk.configure(&(feed(&origin, "gazette") + &feed(&origin, "herald")));
    let (desk, mut daemon) = off(move || {
        let daemon = desk.daemon();
        (desk, daemon)
    })
    .await;
    origin.arrived("/herald", 1).await;
    off(move || {
        daemon.read_until("polled");
        daemon.kill();
    })
    .await;
    gate.open();
    let (desk, daemon) = off(move || {
        let daemon = desk.daemon();
        (desk, daemon)
    })
    .await;
    // What the crash interrupted is polled at once; what was committed is not due.
    origin.arrived("/herald", 2).await;
    off(move || {
        daemon.signal("TERM");
        assert_eq!(daemon.wait().code(), Some(0));
        assert_eq!(
            query::<i64>(&desk.archive(), "select count(*) from articles"),
            2
        );
        let twice = "select count(*) - count(distinct guid) from articles";
        assert_eq!(query::<i64>(&desk.archive(), twice), 0);
    })
    .await;
    assert_eq!(origin.requests("/gazette").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_takes_good_configurations_and_keeps_the_old_one_before_bad_ones() {
    let (origin, desk) = gazette().await;
    let base = outlets::base_of(&origin);
    origin.serve("/herald", Reply::ok(rss(&base, "herald", &[])));
    let both = feed(&origin, "gazette") + &feed(&origin, "herald");
    let daemon = off(move || {
        let mut daemon = desk.daemon();
        desk.configure("[[feed]]\nslgu = \"x\"\n");
        daemon.signal("HUP");
        daemon.read_until("slgu");
        daemon.read_until("the old one stays in force");
        desk.configure(&both);
        daemon.signal("HUP");
        daemon.read_until("configuration reloaded");
        (desk, daemon)
    })
    .await;
    origin.arrived("/herald", 1).await;
    off(move || {
        let (_desk, daemon) = daemon;
        daemon.signal("TERM");
        assert_eq!(daemon.wait().code(), Some(0));
    })
    .await;
}

#[tokio::test]
async fn a_reload_changes_how_long_articles_are_kept() {
    let archive = Archive::new().await;
    let at = |days| noon() - TimeDelta::days(days);
    let specs = vec![archive::feed("amman")];
    archive.store.sync_feeds(specs, at(20)).await.unwrap();
    for (n, days) in [(1, 20), (2, 2)] {
        let claim = archive.claim(at(days)).await.unwrap();
        let entries = vec![archive::entry("amman", n)];
        archive.poll(claim, entries, false, at(days)).await.unwrap();
    }
    let path = archive.folder.path().to_owned();
    let kept = move |days: u32| {
        let text = format!("[archive]\nretention = \"{days}d\"\n");
        let (config, _) = Config::parse(&text, &path.join("feeds.toml"), &path, None).unwrap();
        config
    };
    let (clock, requests) = (Clock::manual(noon()), Requests::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (config, asked) = (kept(10), requests.clone());
    let load = move || Some(kept(1));
    let daemon = daemon::run(config, listener, clock.clone(), asked, load);
    // Both within the six hours after which the archive is put in order again.
    let left = async |articles: i64| {
        for _ in 0..10_000 {
            clock.advance(Duration::from_secs(1));
            if archive.value("select count(*) from articles").await == articles {
                return;
            }
        }
        panic!("there are never {articles} articles left");
    };
    let person = async {
        left(1).await;
        requests.reload.notify_one();
        left(0).await;
        requests.stop.cancel();
    };
    tokio::join!(daemon, person).0.unwrap();
}

#[tokio::test]
async fn the_hub_is_told_when_a_merged_feed_changes_and_again_if_it_did_not_listen() {
    let hub = Origin::start().await;
    hub.serve("/hub", Reply::status(503));
    let archive = Archive::new().await;
    let path = archive.folder.path().to_owned();
    let text = format!(
        "[fetch]\nallow_networks = [\"127.0.0.1/32\"]\n[publish]\nhub = \"{}\"\n",
        hub.url("/hub")
    );
    let (config, _) = Config::parse(&text, &path.join("feeds.toml"), &path, None).unwrap();
    let (clock, requests) = (Clock::manual(noon()), Requests::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let daemon = daemon::run(config, listener, clock.clone(), requests.clone(), || None);
    let told = async |times: usize| {
        for _ in 0..10_000 {
            clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
            archive.value("select 1").await;
            if hub.requests("/hub").len() >= times {
                return;
            }
        }
        panic!("the hub was never told {times} times");
    };
    let person = async {
        // Long enough for the first look.
        for _ in 0..100 {
            archive.value("select 1").await;
        }
        let specs = vec![archive::feed("amman")];
        archive.store.sync_feeds(specs, noon()).await.unwrap();
        let entries = vec![archive::entry("amman", 1)];
        archive::bring(&archive, "amman", entries, false, noon()).await;
        told(2).await;
        hub.serve("/hub", Reply::status(202));
        let so_far = hub.requests("/hub").len();
        told(so_far + 1).await;
        let heard = hub.requests("/hub").len();
        for _ in 0..200 {
            clock.advance(Duration::from_secs(1));
            archive.value("select 1").await;
        }
        assert_eq!(hub.requests("/hub").len(), heard, "nothing has changed");
        let topics = ["atom", "rss", "json"]
            .map(|end| format!("&hub.url=http%3A%2F%2F127.0.0.1%3A8077%2Ffeed.{end}"));
        let said = format!("hub.mode=publish{}", topics.concat());
        for seen in hub.requests("/hub") {
            let body = String::from_utf8(seen.body).unwrap();
            assert_eq!((&*seen.method, body), ("POST", said.clone()));
        }
        requests.stop.cancel();
    };
    tokio::join!(daemon, person).0.unwrap();
}

#[test]
fn exit_codes_and_words_say_what_is_wrong() {
    let desk = Desk::new("[[feed]]\nslug = \"a\"\nurl = \"ftp://x\"\n[fetch2]\n");
    let output = desk.run(&["check"]);
    assert_eq!(output.status.code(), Some(78));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("fetch2") && stderr.contains("url"),
        "all faults at once: {stderr}"
    );
    assert_eq!(desk.run(&["poll"]).status.code(), Some(78));
    assert_eq!(desk.run(&["no-such-verb"]).status.code(), Some(2));
    let help = desk.run(&[]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("Usage"));
    desk.configure("");
    assert_eq!(desk.run(&["check"]).status.code(), Some(0));
    let unknown = desk.run(&["poll", "nobody"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no feed is called `nobody`"));
    std::fs::remove_file(desk.config()).unwrap();
    let missing = desk.run(&["--config", "nowhere.toml", "feeds"]);
    assert_eq!(missing.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("rawi add"));
}

#[test]
fn the_manual_and_the_completions_in_the_repository_are_those_of_the_program() {
    let desk = Desk::new("");
    let committed = |file: &str| {
        std::fs::read_to_string(format!("{}/docs/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    for (arguments, file) in [
        (&["man"][..], "man/rawi.1"),
        (&["completions", "bash"], "completions/rawi.bash"),
        (&["completions", "zsh"], "completions/_rawi"),
        (&["completions", "fish"], "completions/rawi.fish"),
    ] {
        let hint = format!(
            "`cargo run -- {} > docs/{file}` brings it up to date",
            arguments.join(" ")
        );
        assert!(desk.print(arguments) == committed(file), "{hint}");
    }
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn the_daemon_runs_with_an_allocator_that_gives_large_pieces_back() {
    let desk = Desk::new("");
    let daemon = desk.daemon();
    let environment = daemon.environment();
    assert!(
        environment.contains("MALLOC_ARENA_MAX=2\n"),
        "{environment}"
    );
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}
