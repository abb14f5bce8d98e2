//! The verbs that people use by hand, each run as they run it.

use crate::support::origin::{Origin, Reply};
use crate::support::outlets::{self, rss};
use crate::support::program::{Desk, off};

async fn polled() -> (Origin, Desk) {
    let origin = outlets::gazette().await;
    let feeds = format!(
        "[[feed]]\nslug = \"gazette\"\nurl = \"{}\"\ncategories = [\"jordan\"]\n\
         [[channel]]\nslug = \"jordan\"\ntitle = \"الأردن\"\ncategories = [\"jordan\"]\n\
         [[channel]]\nslug = \"sea\"\ncategories = [\"sea\"]\n",
        origin.url("/gazette")
    );
    let desk = Desk::new(&feeds);
    let desk = off(move || {
        let summary = desk.print(&["poll"]);
        assert!(
            summary.contains("1 feeds polled: 2 new entries"),
            "{summary}"
        );
        desk
    })
    .await;
    (origin, desk)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_learned_of_a_site_is_shown_and_forgotten() {
    let (_origin, desk) = polled().await;
    off(move || {
        let shown = desk.print(&["feeds", "--site", "127.0.0.1"]);
        assert!(shown.contains("learned from stories: 1,"), "{shown}");
        let json = desk.print(&["feeds", "--site", "127.0.0.1", "--json"]);
        let summary: serde_json::Value = serde_json::from_str(json.trim()).unwrap();
        assert_eq!(summary["stories"], 1);
        desk.print(&["feeds", "--site", "127.0.0.1", "--reset"]);
        let unknown = desk.run(&["feeds", "--site", "127.0.0.1"]);
        assert_eq!(unknown.status.code(), Some(1));
        let words = String::from_utf8_lossy(&unknown.stderr);
        assert!(words.contains("nothing is known of 127.0.0.1"), "{words}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_archive_answers_in_every_verb_that_reads() {
    let (_origin, desk) = polled().await;
    off(move || {
        let feeds = desk.print(&["feeds", "--json"]);
        let feed: serde_json::Value = serde_json::from_str(feeds.trim()).unwrap();
        assert_eq!(
            (&feed["slug"], &feed["entries"]),
            (&"gazette".into(), &2.into())
        );
        assert!(desk.print(&["feeds"]).contains("gazette"));
        let hits = desk.print(&["search", "الحديقه", "البلدية", "--json"]);
        assert_eq!(hits.lines().count(), 2, "found in another spelling: {hits}");
        assert!(desk.print(&["search", "nothing-like-this"]).lines().count() <= 1);
        let shown = desk.print(&["show", "1"]);
        assert!(
            shown.contains("خبر رقم 1") && shown.contains("page: "),
            "{shown}"
        );
        assert_eq!(desk.run(&["show", "99"]).status.code(), Some(1));
        let sql = desk.print(&[
            "sql",
            "--csv",
            "select title, words > 20 from articles order by id",
        ]);
        assert_eq!(sql.lines().next(), Some("title,words > 20"));
        assert_eq!(sql.lines().count(), 3);
        assert_eq!(
            desk.run(&["sql", "delete from feed"]).status.code(),
            Some(1)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merged_feeds_are_emitted_by_channel_and_format_and_replace_files_whole() {
    let (_origin, desk) = polled().await;
    off(move || {
        for format in ["atom", "rss", "json"] {
            assert!(
                desk.print(&["emit", "--format", format])
                    .contains("خبر رقم 2"),
                "{format}"
            );
        }
        assert!(desk.print(&["emit", "jordan"]).contains(">الأردن</title>"));
        assert!(!desk.print(&["emit", "sea"]).contains("<entry>"));
        assert_eq!(desk.run(&["emit", "nowhere"]).status.code(), Some(1));
        let file = desk.folder.path().join("all.atom");
        std::fs::write(&file, "old").unwrap();
        desk.print(&["emit", "--output", "all.atom"]);
        assert_eq!(
            std::fs::read_to_string(file).unwrap(),
            desk.print(&["emit"])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b2_add_finds_the_feed_behind_a_page_and_costs_one_request_each() {
    let (origin, desk) = polled().await;
    let base = outlets::base_of(&origin);
    origin.serve(
        "/herald",
        Reply::ok(rss(&base, "herald", &[1])).etag("\"h\""),
    );
    origin.serve(
        "/home",
        Reply::ok("<!doctype html><link rel=alternate type=application/rss+xml href=/herald>")
            .content_type("text/html"),
    );
    let home = origin.url("/home").to_string();
    let desk = off(move || {
        let said = desk.print(&["add", &home, "--slug", "herald"]);
        assert!(said.contains("herald: herald, 1 entries"), "{said}");
        let again = desk.run(&["add", &home]);
        assert_eq!(again.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&again.stderr).contains("subscribed already, as `herald`"));
        desk
    })
    .await;
    assert_eq!(origin.requests("/herald").len(), 2, "one for each `add`");
    off(move || {
        let text = std::fs::read_to_string(desk.config()).unwrap();
        assert!(
            text.contains("slug = \"herald\"") && text.contains("allow_networks"),
            "{text}"
        );
        let entries = desk.print(&["sql", "select count(*) from articles where feed = 'herald'"]);
        assert!(
            entries.contains('1'),
            "what was fetched was the first poll: {entries}"
        );
        desk.print(&["remove", "herald"]);
        let text = std::fs::read_to_string(desk.config()).unwrap();
        assert!(!text.contains("herald"));
        let state = desk.print(&[
            "sql",
            "select state, entries from feeds where slug = 'herald'",
        ]);
        assert!(state.contains("removed") && state.contains('1'), "{state}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_and_articles_move_to_another_desk() {
    let (_origin, desk) = polled().await;
    off(move || {
        desk.print(&["export", "subs.opml"]);
        desk.print(&["export", "articles.jsonl"]);
        desk.print(&["backup", "copy.db"]);
        assert_eq!(
            desk.run(&["backup", "copy.db"]).status.code(),
            Some(1),
            "never overwrites"
        );
        assert_eq!(desk.run(&["export", "x.csv"]).status.code(), Some(1));
        let other = Desk::new("");
        let at = |file: &str| desk.folder.path().join(file).to_str().unwrap().to_owned();
        other.print(&["import", &at("subs.opml")]);
        other.print(&["import", &at("subs.opml")]);
        let feeds = other.print(&["feeds", "--json"]);
        assert_eq!(
            feeds.lines().count(),
            1,
            "a second import adds nothing: {feeds}"
        );
        other.print(&["import", &at("articles.jsonl")]);
        let columns = "select guid, title, text, published from articles order by guid";
        let rows = |desk: &Desk| desk.print(&["sql", "--json", columns]);
        assert_eq!(rows(&other), rows(&desk));
    })
    .await;
}
