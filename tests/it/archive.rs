//! What the archive promises: one row an entry for ever, every version kept, claims that exclude
//! each other, nothing half-written, and no file of somebody else touched.

use chrono::TimeDelta;
use rawi::model::{Body, EntryId, FeedState, Next, ParsedEntry, Relocation, Sketch, Validators};
use rawi::store::{Admission, Error, FoundPage, MergedQuery, PageCommit, PageEnd, Store, Which};
use serde_json::json;

use crate::support::archive::{Archive, entry, feed, matching, noon};

fn all() -> MergedQuery {
    MergedQuery {
        limit: 100,
        ..MergedQuery::default()
    }
}

async fn with_one_feed() -> Archive {
    let archive = Archive::new().await;
    archive
        .store
        .sync_feeds(vec![feed("amman")], noon())
        .await
        .unwrap();
    archive
}

#[tokio::test]
async fn the_same_entry_is_one_row_whatever_is_polled_or_restarted() {
    let mut archive = with_one_feed().await;
    for round in 0..3 {
        let now = noon() + TimeDelta::hours(2 * round);
        let claim = archive.claim(now).await.unwrap();
        let entries = vec![entry("amman", 2), entry("amman", 1)];
        let tally = archive.poll(claim, entries, false, now).await.unwrap();
        assert_eq!(tally.new, if round == 0 { 2 } else { 0 });
        archive = archive.reopen().await;
    }
    assert_eq!(
        archive.value("select count(*) from articles").await,
        json!(2)
    );
    assert_eq!(archive.value("select count(*) from polls").await, json!(3));
}

#[tokio::test]
async fn an_entry_whose_guid_changes_at_every_poll_is_one_row() {
    let archive = with_one_feed().await;
    for round in 0..3 {
        let now = noon() + TimeDelta::hours(2 * round);
        let claim = archive.claim(now).await.unwrap();
        let entries = [2, 1].map(|n| ParsedEntry {
            guid: Some(format!("{n}-{round}")),
            ..entry("amman", n)
        });
        let tally = archive.poll(claim, entries.to_vec(), false, now).await;
        let tally = tally.unwrap();
        let expected = if round == 0 { (2, 0, 0) } else { (0, 0, 2) };
        assert_eq!((tally.new, tally.changed, tally.renamed), expected);
    }
    let rows = archive
        .sql("select guid, (select count(*) from revisions) from articles order by 1")
        .await;
    assert_eq!(
        rows,
        [vec![json!("1-2"), json!(2)], vec![json!("2-2"), json!(2)]]
    );
}

#[tokio::test]
async fn a_changed_entry_becomes_a_revision_and_both_versions_stay() {
    let archive = with_one_feed().await;
    let claim = archive.claim(noon()).await.unwrap();
    archive
        .poll(claim, vec![entry("amman", 1)], false, noon())
        .await
        .unwrap();
    let later = noon() + TimeDelta::hours(2);
    let claim = archive.claim(later).await.unwrap();
    let corrected = ParsedEntry {
        title: "عنوان مصحح".to_owned(),
        ..entry("amman", 1)
    };
    let tally = archive
        .poll(claim, vec![corrected], false, later)
        .await
        .unwrap();
    assert_eq!((tally.new, tally.changed), (0, 1));
    let versions = archive
        .sql("select revision, title, changed, seen from revisions order by 1")
        .await;
    assert_eq!(
        versions,
        [
            vec![
                json!(1),
                json!("خبر رقم 1 من amman"),
                json!("[]"),
                json!("2026-01-15T12:00:00Z")
            ],
            vec![
                json!(2),
                json!("عنوان مصحح"),
                json!("[\"title\"]"),
                json!("2026-01-15T14:00:00Z")
            ],
        ]
    );
    let found = archive.store.search("مصحح", 10, false).await.unwrap();
    assert_eq!(found.len(), 1, "the new version is found");
    let found = archive
        .store
        .search("title:\"خبر رقم\" amman", 10, false)
        .await
        .unwrap();
    assert!(found.is_empty(), "the old title is no longer in the index");
}

/// The html of the only article, as SQL gives it; it has to be what the store gives, and woven.
async fn html_of_the_first(archive: &Archive) -> String {
    let read = archive.store.article(EntryId(1)).await.unwrap().unwrap();
    let woven = archive.value("select unicode(html) from body").await;
    assert_eq!(woven, json!(1), "an html that repeats its text is woven");
    let html = archive.value("select html from articles").await;
    assert_eq!(html.as_str(), read.article.html.as_deref());
    html.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn html_is_whole_whenever_its_text_changes() {
    let archive = with_one_feed().await;
    let said = |words: &str| {
        format!("<p dir=\"rtl\">قالت الوكالة إن {words} \\ <b>بعد \"ظهر\" اليوم في العاصمة</b></p>")
    };
    let with = |html: &str, title: &str| ParsedEntry {
        title: title.to_owned(),
        content: Some(html.to_owned()),
        ..entry("amman", 1)
    };
    for (hour, words) in [(0, "المجلس يجتمع"), (2, "المجلس لن يجتمع كما كان مقرراً")]
    {
        let now = noon() + TimeDelta::hours(hour);
        let claim = archive.claim(now).await.unwrap();
        let entries = vec![with(&said(words), "اجتماع")];
        archive.poll(claim, entries, hour > 0, now).await.unwrap();
        assert_eq!(html_of_the_first(&archive).await, said(words));
    }

    let whole = said("المجلس اجتمع") + "<p>وجاء في البيان الذي صدر عنه كلام كثير.</p>";
    let now = noon() + TimeDelta::hours(3);
    let pages = archive
        .store
        .claim_pages(None, archive.terms(now, 1), |_, _| Admission::Now(()))
        .await
        .unwrap();
    let (claim, ()) = pages.into_iter().next().unwrap();
    let text = rawi::text::html::to_text(&whole);
    let page = FoundPage {
        body: Body::new(&claim.title, text, Some(whole.clone())),
        extraction: "page: test".to_owned(),
        dateline: None,
        image: None,
        author: Vec::new(),
        language: None,
        text_digest: None,
        sketch: Sketch::default(),
        muted: None,
        validators: Validators::default(),
    };
    let commit = PageCommit {
        claim,
        end: PageEnd::Found(Box::new(page)),
        lesson: None,
        asked: Vec::new(),
        matching: matching(now),
        now,
    };
    archive.store.commit_page(commit).await.unwrap();
    assert_eq!(html_of_the_first(&archive).await, whole);

    // The text of the page stays until the page was fetched again.
    let now = noon() + TimeDelta::hours(4);
    let claim = archive.claim(now).await.unwrap();
    let entries = vec![with(&said("شيئاً آخر كل الاختلاف"), "اجتماع آخر")];
    let tally = archive.poll(claim, entries, false, now).await.unwrap();
    assert_eq!(tally.changed, 1);
    assert_eq!(html_of_the_first(&archive).await, whole);
}

#[tokio::test]
async fn a_claim_excludes_others_until_its_lease_ends_and_is_then_worthless() {
    let archive = with_one_feed().await;
    let first = archive.claim(noon()).await.unwrap();
    assert!(
        archive
            .claim(noon() + TimeDelta::minutes(1))
            .await
            .is_none()
    );
    let later = noon() + TimeDelta::minutes(3);
    let second = archive.claim(later).await.expect("the lease has ended");
    let lost = archive
        .poll(first, vec![entry("amman", 1)], false, later)
        .await;
    assert!(matches!(lost, Err(Error::LeaseLost)));
    assert_eq!(
        archive.value("select count(*) from articles").await,
        json!(0)
    );
    archive
        .poll(second, vec![entry("amman", 1)], false, later)
        .await
        .unwrap();
    assert_eq!(
        archive.value("select count(*) from articles").await,
        json!(1)
    );
}

#[tokio::test]
async fn a_daemon_frees_what_one_that_crashed_had_claimed_but_not_what_others_have() {
    let archive = Archive::new().await;
    archive
        .store
        .sync_feeds(vec![feed("amman"), feed("irbid")], noon())
        .await
        .unwrap();
    let hold = archive.store.hold().await.unwrap();
    let (crashed, _) = archive
        .store
        .claim_feeds(Which::Due, archive.terms(noon(), 1), |_, _, _| Some(()))
        .await
        .unwrap();
    drop(hold);
    let other = Store::open(&archive.options()).await.unwrap();
    let mut terms = archive.terms(noon(), 1);
    terms.owner = other.owner();
    let (alive, _) = other
        .claim_feeds(Which::Due, terms, |_, _, _| Some(()))
        .await
        .unwrap();
    assert_ne!(crashed[0].0.slug, alive[0].0.slug);
    let next = Store::open(&archive.options()).await.unwrap();
    let _hold = next.hold().await.unwrap();
    let later = noon() + TimeDelta::minutes(1);
    let freed = archive.claim(later).await.unwrap();
    assert_eq!(freed.slug, crashed[0].0.slug);
    assert!(archive.claim(later).await.is_none());
}

#[tokio::test]
async fn only_one_daemon_holds_an_archive() {
    let archive = Archive::new().await;
    let hold = archive.store.hold().await.unwrap();
    let second = Store::open(&archive.options()).await.unwrap();
    assert!(matches!(second.hold().await, Err(Error::Held(_))));
    drop(hold);
    assert!(second.hold().await.is_ok());
}

#[tokio::test]
async fn the_merged_feed_waits_for_a_page_but_not_for_ever() {
    let archive = with_one_feed().await;
    let claim = archive.claim(noon()).await.unwrap();
    archive
        .poll(
            claim,
            vec![entry("amman", 1), entry("amman", 2)],
            true,
            noon(),
        )
        .await
        .unwrap();
    let merged = archive.store.merged(all(), noon()).await.unwrap();
    assert!(merged.items.is_empty());
    assert_eq!(merged.next_change, Some(noon() + TimeDelta::minutes(15)));
    let pages = archive
        .store
        .claim_pages(None, archive.terms(noon(), 1), |_, _| Admission::Now(()))
        .await
        .unwrap();
    let (page, ()) = pages.into_iter().next().unwrap();
    assert_eq!(page.feed_text, "ملخص الخبر رقم 1 كما كتبته amman");
    let end = PageEnd::GivenUp {
        reason: "404".to_owned(),
    };
    archive
        .store
        .commit_page(PageCommit {
            claim: page,
            end,
            lesson: None,
            asked: Vec::new(),
            matching: matching(noon()),
            now: noon(),
        })
        .await
        .unwrap();
    let merged = archive.store.merged(all(), noon()).await.unwrap();
    assert_eq!(merged.items.len(), 1);
    assert_eq!(merged.items[0].article.extraction, "feed; page: 404");
    let later = noon() + TimeDelta::minutes(15);
    assert_eq!(
        archive
            .store
            .merged(all(), later)
            .await
            .unwrap()
            .items
            .len(),
        2
    );
}

#[tokio::test]
async fn an_article_at_the_same_address_joins_the_story_and_is_shown_once() {
    let archive = Archive::new().await;
    archive
        .store
        .sync_feeds(vec![feed("amman"), feed("irbid")], noon())
        .await
        .unwrap();
    let shared = |slug: &str| ParsedEntry {
        link: "https://www.wire.example/story/7?utm_source=x".parse().ok(),
        ..entry(slug, 7)
    };
    for _ in 0..2 {
        let claim = archive.claim(noon()).await.unwrap();
        let slug = claim.slug.clone();
        archive
            .poll(claim, vec![shared(&slug)], false, noon())
            .await
            .unwrap();
    }
    let merged = archive.store.merged(all(), noon()).await.unwrap();
    assert_eq!(merged.items.len(), 1);
    assert_eq!(merged.items[0].others.len(), 1);
    let stories = archive.sql("select outlets, articles from stories").await;
    assert_eq!(stories, [vec![json!(2), json!(2)]]);
}

#[tokio::test]
async fn a_changed_address_keeps_the_history_and_forgets_the_validators() {
    let archive = with_one_feed().await;
    let claim = archive.claim(noon()).await.unwrap();
    archive
        .poll(claim, vec![entry("amman", 1)], false, noon())
        .await
        .unwrap();
    let mut moved = feed("amman");
    moved.url = "https://new.example/feed".parse().unwrap();
    archive.store.sync_feeds(vec![moved], noon()).await.unwrap();
    let claim = archive.claim(noon()).await.expect("it is due at once");
    assert!(claim.validators.is_empty() && claim.body_digest.is_none());
    assert_eq!(
        archive
            .value("select count(*) from articles where feed = 'amman'")
            .await,
        json!(1)
    );
}

#[tokio::test]
async fn a_feed_that_is_disabled_or_removed_is_not_polled_and_keeps_its_articles() {
    let archive = with_one_feed().await;
    let claim = archive.claim(noon()).await.unwrap();
    archive
        .poll(claim, vec![entry("amman", 1)], false, noon())
        .await
        .unwrap();
    let later = noon() + TimeDelta::days(1);
    let mut disabled = feed("amman");
    disabled.enabled = false;
    for (specs, state) in [(vec![disabled], "disabled"), (vec![], "removed")] {
        archive.store.sync_feeds(specs, later).await.unwrap();
        assert!(archive.claim(later).await.is_none());
        assert_eq!(archive.value("select state from feeds").await, json!(state));
    }
    assert_eq!(
        archive.value("select count(*) from articles").await,
        json!(1)
    );
    archive
        .store
        .sync_feeds(vec![feed("amman")], later)
        .await
        .unwrap();
    assert!(archive.claim(later).await.is_some());
}

#[tokio::test]
async fn a_servers_wish_for_silence_outlasts_a_poll_by_hand() {
    let archive = with_one_feed().await;
    let id = archive.store.feeds(noon()).await.unwrap()[0].id;
    let next = Next {
        at: Some(noon() + TimeDelta::hours(1)),
        why: "Retry-After".to_owned(),
        interval: None,
        rhythm: None,
        is_turnover: false,
        is_stale: false,
        silence_until: Some(noon() + TimeDelta::hours(1)),
        host_until: None,
    };
    let claim = archive.claim(noon()).await.unwrap();
    let commit = rawi::store::PollCommit {
        claim,
        report: crate::support::archive::report(noon()),
        incoming: Vec::new(),
        pages: false,
        matching: matching(noon()),
        now: noon(),
    };
    let decide = |_: &_, _| rawi::store::Decision {
        changes: Vec::new(),
        next,
        state: FeedState::Throttled,
        relocation: Relocation::None,
        refused: 0,
    };
    archive.store.commit_poll(commit, decide).await.unwrap();
    let by_hand = async |now| {
        let which = Which::These(vec![id]);
        let claimed = archive
            .store
            .claim_feeds(which, archive.terms(now, 1), |_, _, _| Some(()))
            .await;
        claimed.unwrap().0.len()
    };
    assert_eq!(by_hand(noon() + TimeDelta::minutes(59)).await, 0);
    assert_eq!(by_hand(noon() + TimeDelta::minutes(61)).await, 1);
}

#[tokio::test]
async fn a_newer_archive_and_another_programs_database_are_refused_untouched() {
    let archive = Archive::new().await;
    let path = archive.options().path;
    archive.store.clone().close().await;
    let newer = |sql: &str| {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(sql).unwrap();
        connection
            .query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))
            .unwrap();
        drop(connection);
        std::fs::read(&path).unwrap()
    };
    let before = newer("pragma user_version = 999");
    let refused = Store::open(&archive.options()).await.err().unwrap();
    assert!(
        matches!(refused, Error::Newer { found: 999, .. }),
        "{refused}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let before = newer("pragma application_id = 7");
    assert!(matches!(
        Store::open(&archive.options()).await.err(),
        Some(Error::Foreign(_))
    ));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_query_of_the_users_can_read_and_nothing_else() {
    let archive = with_one_feed().await;
    let refused = |sql: &'static str| {
        let store = archive.store.clone();
        async move { store.sql(sql.to_owned()).await.unwrap_err().to_string() }
    };
    assert!(
        refused("delete from feed")
            .await
            .contains("only queries that read")
    );
    assert!(
        refused("select 1; drop table feed")
            .await
            .contains("one query")
    );
    assert!(refused("attach 'x.db' as x").await.contains("no query"));
    assert!(
        refused("select nonsense from articles")
            .await
            .contains("nonsense")
    );
    assert_eq!(archive.value("select count(*) from feeds").await, json!(1));
}

#[tokio::test]
async fn reading_alone_makes_nothing_and_writes_nothing() {
    let archive = with_one_feed().await;
    let reader = Store::open_to_read(&archive.options()).await.unwrap();
    assert_eq!(reader.feeds(noon()).await.unwrap().len(), 1);
    let refused = reader.sync_feeds(Vec::new(), noon()).await;
    assert!(matches!(refused, Err(Error::Closed)));
    let path = archive.folder.path().join("absent.db");
    let options = rawi::store::Options {
        path: path.clone(),
        ..archive.options()
    };
    let absent = Store::open_to_read(&options).await.err();
    assert!(matches!(absent, Some(Error::Absent(_))) && !path.exists());
}

#[tokio::test]
async fn a_backup_is_a_whole_archive_and_never_overwrites() {
    let archive = with_one_feed().await;
    let claim = archive.claim(noon()).await.unwrap();
    archive
        .poll(claim, vec![entry("amman", 1)], false, noon())
        .await
        .unwrap();
    let copy = archive.folder.path().join("copy.db");
    archive.store.backup(&copy).await.unwrap();
    assert!(matches!(
        archive.store.backup(&copy).await,
        Err(Error::Exists(_))
    ));
    let options = rawi::store::Options {
        path: copy,
        ..archive.options()
    };
    let restored = Store::open(&options).await.unwrap();
    assert_eq!(restored.archive_id(), archive.store.archive_id());
    assert!(restored.article(EntryId(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn the_backup_of_an_archive_that_gives_no_room_back_does() {
    let archive = with_one_feed().await;
    let path = archive.options().path;
    archive.store.close().await;
    let mode = |path: &std::path::Path, first: &str| -> i64 {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch(first).unwrap();
        connection
            .query_row("pragma auto_vacuum", [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(mode(&path, "pragma auto_vacuum = none; vacuum"), 0);
    let options = rawi::store::Options {
        path: path.clone(),
        ..rawi::store::Options::default()
    };
    let store = Store::open_to_read(&options).await.unwrap();
    let [copy, second] = ["copy.db", "second.db"].map(|name| archive.folder.path().join(name));
    store.backup(&copy).await.unwrap();
    assert_eq!(mode(&path, ""), 0, "the archive itself stays as it is");
    assert_eq!(mode(&copy, ""), 2);
    let options = rawi::store::Options {
        path: copy,
        ..options
    };
    let store = Store::open_to_read(&options).await.unwrap();
    store.backup(&second).await.unwrap();
    assert_eq!(mode(&second, ""), 2, "and so does the copy of the copy");
}

#[tokio::test]
async fn what_is_exported_can_be_taken_in_by_another_archive_once() {
    let archive = with_one_feed().await;
    let claim = archive.claim(noon()).await.unwrap();
    archive
        .poll(
            claim,
            vec![entry("amman", 1), entry("amman", 2)],
            false,
            noon(),
        )
        .await
        .unwrap();
    let exported = archive.store.articles_after(0, 10).await.unwrap();
    let other = Archive::new().await;
    for expected in [2, 0] {
        let batch = exported
            .iter()
            .map(|article| (article.clone(), rawi::dedupe::restore(article)))
            .collect();
        let taken = other
            .store
            .import(batch, TimeDelta::hours(96), None, rawi::dedupe::decide)
            .await
            .unwrap();
        let new = taken.iter().filter(|&&(_, is_new)| is_new).count();
        assert_eq!(new, expected);
    }
    let columns = "select title, text, url, guid, published, first_seen, extraction from articles order by guid";
    assert_eq!(other.sql(columns).await, archive.sql(columns).await);
    assert_eq!(
        other.store.search("ملخص", 10, false).await.unwrap().len(),
        2
    );
}

#[tokio::test]
async fn the_log_of_polls_is_cut_at_its_age() {
    let archive = with_one_feed().await;
    for hours in [0, 2, 4] {
        let now = noon() + TimeDelta::hours(hours);
        let claim = archive.claim(now).await.unwrap();
        archive.poll(claim, Vec::new(), false, now).await.unwrap();
    }
    let cut = archive
        .store
        .forget_polls(noon() + TimeDelta::hours(2))
        .await
        .unwrap();
    assert_eq!(cut, 1);
    assert_eq!(
        archive
            .store
            .forget_polls(noon() + TimeDelta::days(9))
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        archive
            .store
            .forget_polls(noon() + TimeDelta::days(9))
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn the_wal_stays_after_the_end_so_that_a_group_reader_can_open_the_archive() {
    let archive = with_one_feed().await;
    let path = archive.options().path;
    archive.store.clone().close().await;
    assert!(path.with_extension("db-wal").exists());
    assert!(path.with_extension("db-shm").exists());
}

#[tokio::test]
async fn a_poll_that_brings_nothing_writes_little() {
    let archive = Archive::new().await;
    let feeds: Vec<_> = (0..40).map(|n| feed(&format!("feed-{n}"))).collect();
    archive.store.sync_feeds(feeds, noon()).await.unwrap();
    let path = archive.folder.path().join("rawi.db");
    let beside = rusqlite::Connection::open(&path).unwrap();
    let mut most = 0;
    // The first polls bring entries; the second ones the same again.
    for round in 0..2 {
        let now = noon() + TimeDelta::hours(2 * round);
        for n in 0..40 {
            let empties = round == 1 && n % 10 == 0;
            if empties {
                let done: i64 = beside
                    .query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))
                    .unwrap();
                assert_eq!(done, 0);
            }
            let claim = archive.claim(now).await.unwrap();
            let entries = (0..5).map(|n| entry(&claim.slug, n)).collect();
            archive.poll(claim, entries, false, now).await.unwrap();
            if empties {
                let wal = path.with_extension("db-wal");
                most = most.max(std::fs::metadata(wal).unwrap().len());
            }
        }
    }
    // Header, and a frame of 24 bytes with each page: the feed and its place in the schedule, for the
    // claim and for the poll, and the log with its index.
    assert!(most > 0);
    assert!(
        most <= 32 + 6 * (24 + 4096),
        "{most} bytes of WAL for a claim and a poll"
    );
}
