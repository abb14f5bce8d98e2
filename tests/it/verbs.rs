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
        let feed = |mute: &str| {
            format!(
                "[[feed]]\nslug = \"gazette\"\nurl = \"https://gazette.example/feed\"\nmute = [\"{mute}\"]\n"
            )
        };
        let muting = Desk::new(&feed("خبر رقم 1"));
        muting.print(&["import", &at("articles.jsonl")]);
        let muted = "select group_concat(muted) from articles where muted is not null";
        let said = muting.print(&["sql", "--csv", muted]);
        assert!(said.contains("mute: خبر رقم 1"), "{said}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_of_feeds_and_channels_hold_and_are_explained() {
    let origin = Origin::start().await;
    let item = |n: u32, title: &str, text: &str| {
        format!(
            "<item><guid>{n}</guid><title>{title}</title><description>{text}</description></item>"
        )
    };
    let sport = item(
        1,
        "نتائج المباراة",
        "فاز فريق المدينة بهدفين في ملعب البلديّة",
    );
    let council = item(2, "قرار المجلس", "أقرّ مجلسُ البلديَّة خطة الطرق الجديدة");
    let weather = item(3, "طقس الغد", "أمطار متفرقة على الساحل");
    let items = format!("{sport}{council}{weather}");
    origin.serve(
        "/feed",
        Reply::ok(format!(
            "<rss version=\"2.0\"><channel><title>صحيفة</title>{items}</channel></rss>"
        )),
    );
    let desk = Desk::new(&format!(
        "[[feed]]\nslug = \"a\"\nurl = \"{}\"\nextract = \"never\"\nmute = [\"مباراه\"]\n\
         [[channel]]\nslug = \"town\"\nkeep = [\"بلدية\"]\n",
        origin.url("/feed")
    ));
    off(move || {
        let polled = desk.run(&["poll"]);
        assert!(
            polled.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&polled.stderr)
        );
        let titles = |channel: &str| -> Vec<String> {
            let feed = desk.print(&["emit", channel, "--format", "json"]);
            let feed: serde_json::Value = serde_json::from_str(&feed).unwrap();
            let items = feed["items"].as_array().unwrap().iter();
            items
                .map(|item| item["title"].as_str().unwrap().to_owned())
                .collect()
        };
        let mut all = titles("all");
        all.sort();
        assert_eq!(all, ["طقس الغد", "قرار المجلس"]);
        assert_eq!(titles("town"), ["قرار المجلس"]);
        let id = |title: &str| {
            let query = format!("select id from articles where title = '{title}'");
            let json = desk.print(&["sql", "--csv", &query]);
            json.lines().nth(1).unwrap().to_owned()
        };
        let muted = desk.print(&["explain", &id("نتائج المباراة")]);
        assert!(
            muted.contains("merged feed      not shown: its feed's own filter: mute: مباراه"),
            "{muted}"
        );
        let weather = desk.print(&["explain", &id("طقس الغد")]);
        assert!(
            weather.contains("merged feed      shown:")
                && weather.contains(
                    "channel town     not shown: the channel's `keep` or `mute` leaves it out"
                ),
            "{weather}"
        );
        let found = desk.print(&["search", "--json", "مباراة"]);
        assert_eq!(
            found.lines().count(),
            1,
            "what is muted stays in the archive"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stories_are_corrected_by_hand() {
    let (_origin, desk) = polled().await;
    off(move || {
        let told = desk.run(&["story", "join", "1", "2"]);
        let words = String::from_utf8_lossy(&told.stderr);
        assert!(words.contains("`rawi story split 2` undoes it"), "{words}");
        let explained = desk.print(&["explain", "2", "--with", "1", "--json"]);
        let explained: serde_json::Value = serde_json::from_str(&explained).unwrap();
        assert_eq!(explained["story"], 1);
        assert_eq!(explained["members"][1]["joined_why"], "by-hand");
        assert_eq!(explained["members"][1]["by_hand"], true);
        assert_eq!(explained["beside"]["id"], 1);
        assert_eq!(explained["places"][0]["shown"], false);
        assert_eq!(desk.run(&["story", "split", "2"]).status.code(), Some(0));
        let count = desk.print(&["sql", "--csv", "select count(*) from stories"]);
        assert_eq!(count.lines().nth(1), Some("2"));
        let nobody = desk.run(&["story", "join", "1", "99"]);
        assert_eq!(nobody.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&nobody.stderr).contains("there is no article 99"));
    })
    .await;
}
