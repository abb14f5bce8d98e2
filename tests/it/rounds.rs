//! The main job: what outlets publish on loopback is in the archive after one round, the next
//! round costs them nothing, and no outlet's trouble is another's.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use rawi::parse;
use rawi::poll::Summary;
use rawi::publish;
use rawi::serve::{ChannelSpec, Publisher};
use rawi::store::MergedQuery;
use serde_json::json;
use url::Url;

use crate::support::archive::noon;
use crate::support::newsroom::{Newsroom, feed};
use crate::support::origin::{Gate, Origin, Reply};
use crate::support::outlets::{atom, base_of, page, paragraphs, rss};

async fn two_outlets() -> (Origin, Newsroom) {
    let origin = Origin::start().await;
    let base = base_of(&origin);
    let gazette = Reply::ok(rss(&base, "gazette", &[3, 2, 1])).etag("\"g1\"");
    origin.serve(
        "/gazette",
        gazette
            .last_modified("Sat, 10 Jan 2026 10:00:00 GMT")
            .gzip(),
    );
    origin.serve(
        "/herald",
        Reply::ok(atom(&base, "herald", &[5, 4])).etag("W/\"h1\""),
    );
    for n in 1..=5 {
        origin.serve(
            &format!("/pages/{n}.html"),
            Reply::ok(page(n)).content_type("text/html"),
        );
    }
    let newsroom = Newsroom::new(&(feed(&origin, "gazette") + &feed(&origin, "herald"))).await;
    (origin, newsroom)
}

#[tokio::test]
async fn a_round_brings_feeds_and_the_articles_behind_them() {
    let (_origin, newsroom) = two_outlets().await;
    let summary = newsroom.round().await;
    let expected = Summary {
        feeds: 2,
        new: 5,
        pages: 5,
        ..Summary::default()
    };
    assert_eq!(summary, expected);
    let texts = newsroom
        .sql("select text, extraction from articles where feed = 'gazette' order by id")
        .await;
    for (n, row) in (1..).zip(&texts) {
        assert_eq!(
            row[0],
            json!(paragraphs(n).join("\n\n")),
            "menus and lists stay behind"
        );
        assert!(row[1].as_str().unwrap().starts_with("page: "), "{row:?}");
    }
    let query = MergedQuery {
        limit: 10,
        ..MergedQuery::default()
    };
    let merged = newsroom.house.store.merged(query, noon()).await.unwrap();
    let titles: Vec<&str> = merged
        .items
        .iter()
        .map(|item| &*item.article.title)
        .collect();
    assert_eq!(
        titles,
        [
            "herald: note 5",
            "herald: note 4",
            "gazette: خبر رقم 3",
            "gazette: خبر رقم 2",
            "gazette: خبر رقم 1"
        ]
    );
}

#[tokio::test]
async fn the_merged_feeds_of_a_round_read_back_as_what_the_archive_holds() {
    let (_origin, newsroom) = two_outlets().await;
    newsroom.round().await;
    let query = MergedQuery {
        limit: 10,
        ..MergedQuery::default()
    };
    let merged = newsroom.house.store.merged(query, noon()).await.unwrap();
    let expected: Vec<(String, Option<String>)> = merged
        .items
        .iter()
        .map(|item| (item.article.title.clone(), item.article.url.clone()))
        .collect();
    let options = publish::Options::default();
    let all = ChannelSpec::all(&options);
    let url: Url = "http://127.0.0.1:8077/".parse().unwrap();
    for format in publish::Format::EVERY {
        let id = newsroom.house.store.archive_id();
        let publisher = Publisher {
            archive_id: id,
            options: &options,
            public_url: &url,
        };
        let bytes = publisher.document(merged.clone(), &all, format);
        let media_type = Some(format.media_type());
        let read = parse::parse(&bytes, media_type, &url, &parse::Options::default()).unwrap();
        let found: Vec<(String, Option<String>)> = read
            .entries
            .into_iter()
            .map(|entry| (entry.title, entry.link.map(String::from)))
            .collect();
        assert_eq!(found, expected, "{format:?}");
    }
}

#[tokio::test]
async fn a_second_round_is_conditional_and_adds_nothing() {
    let (origin, newsroom) = two_outlets().await;
    newsroom.round().await;
    assert_eq!(
        newsroom.round().await,
        Summary::default(),
        "nothing is due yet"
    );
    newsroom
        .clock
        .advance(TimeDelta::minutes(16).to_std().unwrap());
    let before = origin.all_requests().len();
    let summary = newsroom.round().await;
    assert_eq!(
        summary,
        Summary {
            feeds: 2,
            ..Summary::default()
        }
    );
    assert_eq!(
        origin.all_requests().len(),
        before + 2,
        "feeds only, no page again"
    );
    let second = &origin.requests("/gazette")[1];
    assert_eq!(second.header("if-none-match"), Some("\"g1\""));
    assert_eq!(
        second.header("if-modified-since"),
        Some("Sat, 10 Jan 2026 10:00:00 GMT")
    );
    assert_eq!(
        origin.requests("/herald")[1].header("if-none-match"),
        Some("W/\"h1\"")
    );
    assert_eq!(origin.requests("/herald")[0].header("if-none-match"), None);
    let polls = newsroom
        .sql("select status, new, sent_validators from polls where status = 304")
        .await;
    assert_eq!(
        polls,
        [
            [json!(304), json!(0), json!(1)],
            [json!(304), json!(0), json!(1)]
        ]
    );
}

#[tokio::test]
async fn an_outlet_in_trouble_is_no_other_outlets_trouble() {
    let (origin, newsroom) = two_outlets().await;
    drop(newsroom);
    origin.serve("/error", Reply::status(500).body("<h1>out of order</h1>"));
    origin.serve(
        "/page",
        Reply::ok("<!doctype html><html><body>hello</body></html>"),
    );
    origin.serve("/garbage", Reply::ok([0xff, 0x00, 0x13, 0x37]));
    origin.serve(
        "/cut",
        Reply::ok(rss("http://x.example", "cut", &[1])).cut_after(40),
    );
    let slugs = ["error", "page", "garbage", "cut", "missing", "gazette"];
    let feeds: String = slugs.iter().map(|slug| feed(&origin, slug)).collect();
    let newsroom = Newsroom::new(&feeds).await;
    let summary = newsroom.round().await;
    assert_eq!((summary.feeds, summary.new), (6, 3));
    let failed: Vec<&str> = summary.failed.keys().map(String::as_str).collect();
    assert_eq!(failed, ["cut", "error", "garbage", "missing", "page"]);
    let states: BTreeMap<String, serde_json::Value> = newsroom
        .sql("select feed, error from polls order by feed")
        .await
        .into_iter()
        .map(|mut row| (row[0].as_str().unwrap().to_owned(), row.remove(1)))
        .collect();
    assert!(
        states["error"].as_str().unwrap().contains("500"),
        "{states:?}"
    );
    assert!(
        states["page"]
            .as_str()
            .unwrap()
            .contains("the document is no feed")
    );
    assert_eq!(states["gazette"], json!(null));
}

#[tokio::test]
async fn a8_validators_of_a_document_that_cannot_be_read_are_never_sent_back() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok("this is no feed").etag("\"broken\""));
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    assert_eq!(newsroom.round().await.failed.len(), 1);
    origin.serve(
        "/gazette",
        Reply::ok(rss("http://x.example", "gazette", &[])).etag("\"good\""),
    );
    newsroom.clock.advance(TimeDelta::days(2).to_std().unwrap());
    assert!(newsroom.round().await.failed.is_empty());
    assert_eq!(origin.requests("/gazette")[1].header("if-none-match"), None);
}

#[tokio::test]
async fn a_document_that_stops_in_the_middle_is_asked_for_again_without_validators() {
    let origin = Origin::start().await;
    let whole = rss(&base_of(&origin), "gazette", &[3, 2, 1]);
    let (cut, _) = whole.rsplit_once("<pubDate>").unwrap();
    origin.serve("/gazette", Reply::ok(cut).etag("\"g1\""));
    let feed = feed(&origin, "gazette") + "extract = \"never\"\n";
    let newsroom = Newsroom::new(&feed).await;
    let first = newsroom.round().await;
    assert_eq!((first.new, first.failed.len()), (2, 0));

    origin.serve("/gazette", Reply::ok(whole).etag("\"g1\""));
    newsroom
        .clock
        .advance(TimeDelta::minutes(20).to_std().unwrap());
    let second = newsroom.round().await;
    assert_eq!((second.new, second.changed), (1, 0));
    let requests = origin.requests("/gazette");
    assert_eq!(requests[1].header("if-none-match"), None);
}

#[tokio::test]
async fn a_body_that_is_the_same_is_not_read_again() {
    let origin = Origin::start().await;
    origin.serve(
        "/gazette",
        Reply::ok(rss("http://x.example", "gazette", &[])),
    );
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    newsroom.round().await;
    newsroom
        .clock
        .advance(TimeDelta::minutes(16).to_std().unwrap());
    newsroom.round().await;
    let why = newsroom
        .sql("select status, sent_validators, new from polls")
        .await;
    assert_eq!(
        why,
        [
            [json!(200), json!(0), json!(0)],
            [json!(200), json!(0), json!(0)]
        ]
    );
}

#[tokio::test]
async fn a_page_that_cannot_be_had_leaves_the_feeds_text_and_is_tried_again() {
    let (origin, newsroom) = two_outlets().await;
    origin.serve("/pages/2.html", Reply::status(503));
    let summary = newsroom.round().await;
    assert_eq!((summary.pages, summary.pages_failed), (5, 1));
    let row = "select text, extraction from articles where guid = 'gazette-2'";
    let found = newsroom.sql(row).await;
    assert_eq!(found[0][0], json!("مقدمة الخبر 2."));
    assert!(found[0][1].as_str().unwrap().contains("503"), "{found:?}");
    origin.serve(
        "/pages/2.html",
        Reply::ok(page(2)).content_type("text/html"),
    );
    newsroom
        .clock
        .advance(TimeDelta::hours(1).to_std().unwrap());
    assert_eq!(newsroom.round().await.pages, 1);
    assert_eq!(
        newsroom.sql(row).await[0][0],
        json!(paragraphs(2).join("\n\n"))
    );
    assert_eq!(
        newsroom.sql("select count(*) from revisions").await[0][0],
        json!(5),
        "no revision"
    );
}

#[tokio::test]
async fn an_article_whose_page_turns_out_the_same_joins_the_story() {
    let (origin, _) = two_outlets().await;
    let base = base_of(&origin);
    let copy = atom(&base, "copy", &[7]).replace("/pages/7.html", "/copies/3.html");
    origin.serve("/copy", Reply::ok(copy));
    origin.serve(
        "/copies/3.html",
        Reply::ok(page(3)).content_type("text/html"),
    );
    let newsroom = Newsroom::new(&(feed(&origin, "gazette") + &feed(&origin, "copy"))).await;
    newsroom.round().await;
    let stories = newsroom
        .sql("select outlets, articles from stories where outlets > 1")
        .await;
    assert_eq!(stories, [[json!(2), json!(2)]]);
    let query = MergedQuery {
        limit: 10,
        ..MergedQuery::default()
    };
    let merged = newsroom.house.store.merged(query, noon()).await.unwrap();
    assert_eq!(merged.items.len(), 3, "four articles, three stories");
}

#[tokio::test]
async fn c1_a_server_that_asks_for_silence_gets_it() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::status(429).header("retry-after", "7200"));
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    newsroom.round().await;
    let row = newsroom
        .sql("select state, next_poll, next_why from feeds")
        .await
        .remove(0);
    assert_eq!(row[0], json!("throttled"));
    assert!(
        row[1].as_str().unwrap() >= "2026-01-15T14:00:00Z",
        "{row:?}"
    );
    assert!(row[2].as_str().unwrap().contains("Retry-After"), "{row:?}");
    newsroom
        .clock
        .advance(TimeDelta::minutes(119).to_std().unwrap());
    newsroom.round().await;
    assert_eq!(origin.requests("/gazette").len(), 1);
}

#[tokio::test]
async fn a_feed_without_pages_is_polled_and_nothing_else_is_fetched() {
    let (origin, _) = two_outlets().await;
    let newsroom = Newsroom::new(&(feed(&origin, "gazette") + "extract = \"never\"\n")).await;
    let before = origin.all_requests().len();
    let summary = newsroom.round().await;
    assert_eq!((summary.new, summary.pages), (3, 0));
    assert_eq!(origin.all_requests().len(), before + 1);
    let query = MergedQuery {
        limit: 10,
        ..MergedQuery::default()
    };
    assert_eq!(
        newsroom
            .house
            .store
            .merged(query, noon())
            .await
            .unwrap()
            .items
            .len(),
        3
    );
}

#[tokio::test]
async fn a_feed_that_never_ends_does_not_fill_the_archive() {
    let origin = Origin::start().await;
    let text = feed(&origin, "gazette") + "extract = \"never\"\n";
    let newsroom = Newsroom::new(&text).await;
    for hundred in 0..7 {
        let numbers: Vec<u32> = (0..1000).map(|n| hundred * 1000 + n).collect();
        origin.serve(
            "/gazette",
            Reply::ok(rss(&base_of(&origin), "gazette", &numbers)),
        );
        newsroom.round_after(20).await;
    }
    let entries = "select entries from feeds";
    assert_eq!(newsroom.sql(entries).await[0], [5000]);
    // Tomorrow it may bring some again.
    origin.serve(
        "/gazette",
        Reply::ok(rss(&base_of(&origin), "gazette", &[9000, 9001])),
    );
    newsroom.round_after(24 * 60).await;
    assert_eq!(newsroom.sql(entries).await[0], [5002]);
}

#[tokio::test]
async fn servers_that_do_not_answer_hold_half_of_the_places_at_most() {
    let origin = Origin::start().await;
    let slugs =
        |kind: &str, count| -> Vec<String> { (0..count).map(|n| format!("{kind}-{n}")).collect() };
    let (dead, well) = (slugs("dead", 6), slugs("well", 8));
    let feeds: String = dead
        .iter()
        .chain(&well)
        .map(|slug| feed(&origin, slug))
        .collect();
    let feeds = feeds.replace("15m\"", "15m\"\nextract = \"never\"");
    let newsroom = Newsroom::local(&feeds, |config| config.fetch.concurrency = 4).await;
    for slug in &well {
        let document = rss(&base_of(&origin), slug, &[1]);
        origin.serve(&format!("/{slug}"), Reply::ok(document));
    }
    newsroom.round().await;

    let gate = Gate::new();
    for slug in &dead {
        origin.serve(&format!("/{slug}"), Reply::status(500).behind(&gate));
    }
    let round = async {
        let summary = newsroom.round_after(20).await;
        assert_eq!((summary.feeds, summary.failed.len()), (14, 6));
    };
    let look = async {
        // With all places held by the dead, these would wait for the gate.
        for slug in &well {
            origin.arrived(&format!("/{slug}"), 2).await;
        }
        let asked = |slug: &String| origin.requests(&format!("/{slug}")).len() - 1;
        assert!(dead.iter().map(asked).sum::<usize>() <= 2);
        gate.open();
    };
    tokio::join!(round, look);
}
