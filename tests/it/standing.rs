//! How a feed stands, as users see it: each state with its evidence and the way out of it; where a
//! feed is asked since it moved; and documents that a process died over.

use std::time::Duration;

use rawi::model::{FeedClaim, PageClaim};
use rawi::store::{Admission, Suspect, Terms, Which};
use rawi::text::digest;
use serde_json::{Value, json};

use crate::support::newsroom::{Newsroom, feed, feed_at};
use crate::support::origin::{Origin, Reply};
use crate::support::outlets::{article, base_of, rss};

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;

fn document(origin: &Origin) -> String {
    rss(&base_of(origin), "gazette", &[2, 1])
}

/// One feed whose pages are left alone.
async fn subscribed(origin: &Origin) -> Newsroom {
    Newsroom::new(&(feed(origin, "gazette") + "extract = \"never\"\n")).await
}

async fn column(newsroom: &Newsroom, column: &str) -> Value {
    let sql = format!("select {column} from feeds where slug = 'gazette'");
    newsroom.sql(&sql).await.remove(0).remove(0)
}

async fn state(newsroom: &Newsroom) -> Value {
    column(newsroom, "state").await
}

#[tokio::test]
async fn g1_a_failure_has_its_state_and_its_evidence_and_the_first_good_answer_ends_it() {
    let origin = Origin::start().await;
    let wall = "<html><head><title>Just a moment...</title></head><body>Checking";
    let table = [
        (Reply::status(500).body("<b>آسف</b>"), "failing", "آسف"),
        (
            Reply::status(404).body("no such page"),
            "failing",
            "no such page",
        ),
        (
            Reply::status(403).body("<h1>ممنوع</h1>"),
            "blocked",
            "ممنوع",
        ),
        (Reply::status(401).body("who?"), "blocked", "who?"),
        (Reply::status(451).body("by law"), "blocked", "by law"),
        (
            Reply::status(503).body(wall),
            "blocked",
            "Just a moment... Checking",
        ),
        (Reply::ok(wall), "blocked", "Just a moment... Checking"),
        (
            Reply::status(202)
                .header("x-amzn-waf-action", "challenge")
                .body("hm"),
            "blocked",
            "hm",
        ),
        (Reply::status(503).body("busy"), "throttled", "busy"),
        (
            Reply::status(429).body("slow down"),
            "throttled",
            "slow down",
        ),
        (Reply::status(410).body("farewell"), "gone", "farewell"),
        (
            Reply::ok("<html><title>الرئيسية</title><script>x()</script><p>أهلا بكم"),
            "not a feed",
            "الرئيسية أهلا بكم",
        ),
        (
            Reply::ok("{\"error\": \"quota\"}"),
            "not a feed",
            "{\"error\": \"quota\"}",
        ),
    ];
    origin.serve("/gazette", Reply::ok(document(&origin)));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    for (reply, word, words) in table {
        origin.serve("/gazette", reply);
        newsroom.round_after(2 * HOUR).await;
        let sql = "select state, coalesce(last_answer, ''), state_since = last_poll from feeds";
        let row = newsroom.sql(sql).await.remove(0);
        assert_eq!(
            row,
            [json!(word), json!(words), json!(1)],
            "{word}: {words}"
        );

        origin.serve("/gazette", Reply::ok(document(&origin)));
        newsroom.round_after(2 * HOUR).await;
        let sql = "select state, last_answer, last_error from feeds";
        let row = newsroom.sql(sql).await.remove(0);
        // Also that of a feed that says that it is gone, if it says so once.
        assert_eq!(row, [json!("ok"), Value::Null, Value::Null], "after {word}");
    }
}

#[tokio::test]
async fn a_feed_without_news_is_stale_until_news_come() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok(document(&origin)));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    assert_eq!(state(&newsroom).await, "ok");
    newsroom.round_after(91 * DAY).await;
    assert_eq!(state(&newsroom).await, "stale");
    let more = rss(&base_of(&origin), "gazette", &[3, 2, 1]);
    origin.serve("/gazette", Reply::ok(more));
    newsroom.round_after(HOUR).await;
    assert_eq!(state(&newsroom).await, "ok");
}

/// A feed that answers by permanent redirects from now on.
async fn moving(status: u16) -> (Origin, Newsroom) {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::redirect(status, "/new"));
    origin.serve("/new", Reply::ok(document(&origin)).etag("\"1\""));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    (origin, newsroom)
}

#[tokio::test]
async fn e1_a_permanent_redirect_is_remembered_after_three_equal_answers_over_a_day() {
    for status in [301, 308] {
        let (origin, newsroom) = moving(status).await;
        for _ in 0..3 {
            newsroom.round_after(7 * HOUR).await;
            assert_eq!(column(&newsroom, "moved_to").await, Value::Null);
        }
        newsroom.round_after(7 * HOUR).await;
        let to = origin.url("/new");
        assert_eq!(column(&newsroom, "moved_to").await, to.as_str());
        assert_eq!(state(&newsroom).await, "moved");
        assert_eq!(
            column(&newsroom, "url").await,
            origin.url("/gazette").as_str()
        );

        newsroom.round_after(7 * HOUR).await;
        let newsroom = newsroom.reopen().await;
        newsroom.round_after(7 * HOUR).await;
        let asked = |path| origin.requests(path).len();
        assert_eq!((asked("/gazette"), asked("/new")), (5, 7));
        assert_eq!(state(&newsroom).await, "moved");
    }
}

#[tokio::test]
async fn e1_an_announced_move_is_forgotten_when_an_answer_does_not_repeat_it() {
    let (origin, newsroom) = moving(301).await;
    for reply in [
        Reply::ok(document(&origin)),
        Reply::redirect(301, "/other"),
        Reply::redirect(302, "/new"),
    ] {
        origin.serve("/other", Reply::ok(document(&origin)));
        for _ in 0..2 {
            newsroom.round_after(8 * HOUR).await;
        }
        origin.serve("/gazette", reply);
        newsroom.round_after(8 * HOUR).await;
        assert_eq!(column(&newsroom, "moved_to").await, Value::Null);
        origin.serve("/gazette", Reply::redirect(301, "/new"));
        newsroom.round_after(8 * HOUR).await;
        assert_eq!(column(&newsroom, "moved_to").await, Value::Null);
        // Begin again.
        origin.serve("/gazette", Reply::ok(document(&origin)));
        newsroom.round_after(8 * HOUR).await;
        origin.serve("/gazette", Reply::redirect(301, "/new"));
    }
}

#[tokio::test]
async fn e1_a_redirect_to_strange_entries_or_from_a_captive_portal_is_not_remembered() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok(document(&origin)));
    let newsroom = subscribed(&origin).await;
    newsroom.round().await;
    origin.serve("/gazette", Reply::redirect(301, "/portal"));
    for n in 0..6 {
        let strange = rss(&base_of(&origin), "portal", &[100 + n]);
        origin.serve("/portal", Reply::ok(strange));
        newsroom.round_after(12 * HOUR).await;
    }
    assert_eq!(column(&newsroom, "moved_to").await, Value::Null);
}

#[tokio::test]
async fn e3_a_permanent_redirect_to_an_error_is_never_remembered() {
    let (origin, newsroom) = moving(301).await;
    for reply in [Reply::status(404), Reply::status(500), Reply::ok("<html>")] {
        origin.serve("/new", reply);
        for _ in 0..3 {
            newsroom.round_after(2 * DAY).await;
        }
    }
    assert_eq!(column(&newsroom, "moved_to").await, Value::Null);
    assert_eq!(origin.requests("/gazette").len(), 10);
}

/// The same, a day later and believed.
async fn moved() -> (Origin, Newsroom) {
    let (origin, newsroom) = moving(301).await;
    for _ in 0..4 {
        newsroom.round_after(7 * HOUR).await;
    }
    assert_eq!(state(&newsroom).await, "moved");
    (origin, newsroom)
}

#[tokio::test]
async fn an_address_that_a_feed_moved_to_and_that_fails_is_given_up_for_the_configured_one() {
    for (reply, polls) in [(Reply::status(500), 3), (Reply::status(410), 3)] {
        let (origin, newsroom) = moved().await;
        origin.serve("/new", reply);
        origin.serve("/gazette", Reply::ok(document(&origin)));
        let before = origin.requests("/gazette").len();
        for _ in 0..polls {
            assert_eq!(origin.requests("/gazette").len(), before);
            newsroom.round_after(2 * DAY).await;
        }
        newsroom.round_after(2 * DAY).await;
        assert_eq!(origin.requests("/gazette").len(), before + 1);
        assert_eq!(state(&newsroom).await, "ok");
        assert_eq!(column(&newsroom, "moved_to").await, Value::Null);
    }
}

#[tokio::test]
async fn e7_a_feed_that_moves_to_the_address_of_another_is_polled_no_more_until_that_one_goes() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::redirect(301, "/new"));
    origin.serve("/new", Reply::ok(document(&origin)));
    let other = origin.url("/new");
    let both = feed(&origin, "gazette") + &feed_at(other.as_str(), "journal");
    let newsroom = Newsroom::new(&both.replace("15m\"", "15m\"\nextract = \"never\"")).await;
    newsroom.round().await;
    for _ in 0..4 {
        newsroom.round_after(7 * HOUR).await;
    }
    let sql = "select state, next_poll, next_why, entries from feeds where slug = 'gazette'";
    let why = "moved to the address of journal, which is polled";
    let row = newsroom.sql(sql).await.remove(0);
    assert_eq!(row, [json!("moved"), Value::Null, json!(why), json!(2)]);
    let asked = origin.requests("/gazette").len();
    newsroom.round_after(7 * HOUR).await;
    assert_eq!(origin.requests("/gazette").len(), asked);

    let newsroom = newsroom.configured(&feed(&origin, "gazette")).await;
    newsroom.round().await;
    let row = newsroom.sql(sql).await.remove(0);
    assert_eq!((&row[0], &row[3]), (&json!("moved"), &json!(2)));
    assert_ne!(row[1], Value::Null);
}

#[tokio::test]
async fn a_configuration_that_follows_a_move_keeps_all_that_is_known() {
    let (origin, newsroom) = moved().await;
    let url = origin.url("/new");
    let newsroom = newsroom
        .configured(&(feed_at(url.as_str(), "gazette") + "extract = \"never\"\n"))
        .await;
    newsroom.round_after(HOUR).await;
    assert_eq!(state(&newsroom).await, "ok");
    let last = origin.requests("/new").pop().unwrap();
    assert_eq!(last.header("if-none-match"), Some("\"1\""));
}

fn terms(newsroom: &Newsroom) -> Terms {
    let now = newsroom.clock.now();
    Terms {
        now,
        lease_until: now + chrono::TimeDelta::minutes(2),
        limit: 10,
        owner: newsroom.house.store.owner(),
    }
}

/// A daemon claims what is due and is no more.
async fn claim_and_die(newsroom: Newsroom) -> (Newsroom, FeedClaim) {
    let store = newsroom.house.store.clone();
    let _hold = store.hold().await.unwrap();
    let claimed = store
        .claim_feeds(Which::Due, terms(&newsroom), |_, _, _| Some(()))
        .await;
    let (claim, ()) = claimed.unwrap().0.remove(0);
    (newsroom, claim)
}

/// The next daemon.
async fn reborn(newsroom: Newsroom) -> Newsroom {
    let newsroom = newsroom.reopen().await;
    let _ = newsroom.house.store.hold().await.unwrap();
    newsroom
}

#[tokio::test]
async fn a_document_that_a_daemon_died_over_is_not_read_again_until_it_changes() {
    let origin = Origin::start().await;
    let hostile = document(&origin);
    origin.serve("/gazette", Reply::ok(hostile.clone()));
    let newsroom = subscribed(&origin).await;
    // The first death tells only which feeds were under way; each of them is read with a mark.
    let (newsroom, claim) = claim_and_die(newsroom).await;
    assert!(!claim.is_suspect);
    let newsroom = reborn(newsroom).await;
    newsroom.clock.advance(Duration::from_hours(1));
    let (newsroom, claim) = claim_and_die(newsroom).await;
    assert!(claim.is_suspect && claim.poison.is_none());
    let version = env!("CARGO_PKG_VERSION");
    let mark = [version.as_bytes(), b" ", &digest::body(hostile.as_bytes())].concat();
    let store = newsroom.house.store.clone();
    store
        .mark_reading(Suspect::Feed(&claim, &mark))
        .await
        .unwrap();

    let newsroom = reborn(newsroom).await;
    newsroom.round_after(HOUR).await;
    assert_eq!(state(&newsroom).await, "quarantined");
    newsroom.round_after(DAY).await;
    assert_eq!(state(&newsroom).await, "quarantined");
    assert_eq!(column(&newsroom, "entries").await, 0);

    origin.serve(
        "/gazette",
        Reply::ok(rss(&base_of(&origin), "gazette", &[3, 2, 1])),
    );
    newsroom.round_after(DAY).await;
    assert_eq!(state(&newsroom).await, "ok");
    assert_eq!(column(&newsroom, "entries").await, 3);
}

#[tokio::test]
async fn a_suspect_that_is_read_well_is_none_any_more() {
    let origin = Origin::start().await;
    origin.serve("/gazette", Reply::ok(document(&origin)));
    let (newsroom, _) = claim_and_die(subscribed(&origin).await).await;
    let newsroom = reborn(newsroom).await;
    newsroom.round_after(HOUR).await;
    assert_eq!(state(&newsroom).await, "ok");
    newsroom.clock.advance(Duration::from_hours(1));
    let (_, claim) = claim_and_die(newsroom).await;
    assert!(!claim.is_suspect && claim.poison.is_none());
}

#[tokio::test]
async fn a_page_that_a_daemon_died_over_leaves_the_feeds_text() {
    let origin = Origin::start().await;
    origin.serve(
        "/gazette",
        Reply::ok(rss(&base_of(&origin), "gazette", &[1])),
    );
    origin.serve("/pages/1.html", Reply::status(500));
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    newsroom.round().await;
    origin.serve("/pages/1.html", article(1));
    let asked = origin.requests("/pages/1.html").len();
    let claim = async |newsroom: &Newsroom| -> PageClaim {
        newsroom.clock.advance(Duration::from_hours(1));
        let store = newsroom.house.store.clone();
        let _hold = store.hold().await.unwrap();
        let claimed = store
            .claim_pages(None, terms(newsroom), |_, _| Admission::Now(()))
            .await;
        claimed.unwrap().remove(0).0
    };
    claim(&newsroom).await;
    let newsroom = reborn(newsroom).await;
    let suspect = claim(&newsroom).await;
    let store = newsroom.house.store.clone();
    store.mark_reading(Suspect::Page(&suspect)).await.unwrap();
    let newsroom = reborn(newsroom).await;
    newsroom.round_after(HOUR).await;
    assert_eq!(origin.requests("/pages/1.html").len(), asked);
    let row = newsroom
        .sql("select extraction from articles")
        .await
        .remove(0);
    assert!(
        row[0]
            .as_str()
            .unwrap()
            .contains("could not be read before"),
        "{row:?}"
    );
}
