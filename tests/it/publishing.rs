//! The merged feeds over a real archive: the archived feed and its walk, tombstones, what is new since,
//! searches, corrections, codings.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use chrono::TimeDelta;
use rawi::clock::Clock;
use rawi::model::{EntryId, ParsedEntry};
use rawi::serve::{ChannelSpec, Settings, State, router};
use tower::ServiceExt;

use crate::support::archive::{Archive, archive_of, bring, noon};

fn article(slug: &str, n: i64) -> ParsedEntry {
    ParsedEntry {
        guid: Some(format!("{slug}-{n}")),
        link: format!("https://{slug}.example/{n}").parse().ok(),
        title: format!("{slug}: خبر رقم {n}"),
        content: Some(format!("<p>نص الخبر رقم {n} من {slug}</p>")),
        published: Some(noon() - TimeDelta::minutes(n)),
        ..ParsedEntry::default()
    }
}

/// A server over an archive.
struct Server {
    router: Router,
    clock: Clock,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn feed(&self) -> feed_rs::model::Feed {
        feed_rs::parser::parse(&self.body[..]).unwrap()
    }

    fn ids(&self) -> Vec<String> {
        self.feed().entries.into_iter().map(|e| e.id).collect()
    }

    /// The path of a link of the document's head.
    fn link(&self, rel: &str) -> Option<String> {
        let links = self.feed().links;
        let link = links.into_iter().find(|l| l.rel.as_deref() == Some(rel))?;
        let url: url::Url = link.href.parse().unwrap();
        Some(url[url::Position::BeforePath..].to_owned())
    }
}

impl Server {
    fn over(archive: &Archive) -> Self {
        let clock = Clock::manual(noon());
        let jordan = ChannelSpec {
            slug: "salt".to_owned(),
            title: "Salt".to_owned(),
            feeds: vec!["salt".to_owned()],
            ..ChannelSpec::default()
        };
        let settings = Settings {
            channels: vec![jordan],
            publish: rawi::publish::Options {
                entries: 20,
                hub: "https://hub.example/".parse().ok(),
                ..rawi::publish::Options::default()
            },
            ..Settings::default()
        };
        let metrics = Arc::new(String::new);
        let state = State::new(archive.store.clone(), clock.clone(), metrics, settings);
        Self {
            router: router(state),
            clock,
        }
    }

    async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path).header("host", "127.0.0.1:8077");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(path, &[]).await
    }

    /// The ids of all archive documents that follow a document, in the order of the walk.
    async fn walk(&self, from: &str) -> Vec<String> {
        let mut ids = Vec::new();
        let mut next = self.get(from).await.link("prev-archive");
        while let Some(path) = next {
            let document = self.get(&path).await;
            assert_eq!(document.status, 200, "{path}");
            assert_eq!(document.link("self").as_deref(), Some(&*path));
            assert_eq!(document.link("current").as_deref(), Some(from));
            assert!(document.text().contains("<fh:archive/>"), "{path}");
            ids.extend(document.ids());
            next = document.link("prev-archive");
        }
        ids
    }
}

async fn archive_with(entries: i64) -> Archive {
    let archive = archive_of(&["salt", "irbid"]).await;
    for first in (1..=entries).step_by(50) {
        let some = (first..(first + 50).min(entries + 1)).map(|n| article("salt", n));
        bring(&archive, "salt", some.collect(), false, noon()).await;
    }
    archive
}

#[tokio::test]
async fn a_walk_of_the_archived_feed_meets_every_story_once() {
    let archive = archive_with(230).await;
    bring(&archive, "irbid", vec![article("irbid", 1)], false, noon()).await;
    let server = Server::over(&archive);
    for (path, stories) in [
        ("/feed.atom", 231),
        ("/feed.rss", 231),
        ("/channel/salt.atom", 230),
    ] {
        let ids = server.walk(path).await;
        let distinct: BTreeSet<_> = ids.iter().cloned().collect();
        assert_eq!((ids.len(), distinct.len()), (stories, stories), "{path}");
        let newest: BTreeSet<_> = server.get(path).await.ids().into_iter().collect();
        assert!(newest.is_subset(&distinct), "{path}");
    }
}

#[tokio::test]
async fn a_full_archive_document_stays_as_it_is_until_its_own_entries_change() {
    let archive = archive_with(230).await;
    let server = Server::over(&archive);
    let middle = server
        .get(&server.get("/feed.atom").await.link("prev-archive").unwrap())
        .await
        .link("prev-archive")
        .unwrap();
    let before = server.get(&middle).await;
    assert_eq!(before.header("cache-control"), "public, max-age=2592000");
    // A new entry, and one that joins a story of that document by its text.
    let copy = ParsedEntry {
        content: article("salt", 150).content,
        ..article("irbid", 9)
    };
    bring(
        &archive,
        "irbid",
        vec![copy, article("irbid", 8)],
        false,
        noon(),
    )
    .await;
    let after = server.get(&middle).await;
    assert_eq!((after.status, &after.body), (200, &before.body));
    // The outlet changes an entry: the document moves, and so do those that lead to it.
    let changed = ParsedEntry {
        title: "عنوان آخر".to_owned(),
        ..article("salt", 150)
    };
    bring(&archive, "salt", vec![changed], false, noon()).await;
    let moved = server.get(&middle).await;
    assert_eq!(moved.status, 302);
    let new: url::Url = moved.header("location").parse().unwrap();
    assert!(server.get(new.path()).await.text().contains("عنوان آخر"));
    for path in [
        "/feed/x.atom",
        "/feed/-1-0.atom",
        "/feed/0.atom",
        "/channel/no/0-0.atom",
    ] {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_story_that_was_joined_to_another_leaves_a_tombstone_until_it_is_split_off_again() {
    let archive = archive_with(2).await;
    let server = Server::over(&archive);
    let shown = server.get("/feed.atom").await.ids();
    assert_eq!(shown.len(), 2);
    let store = &archive.store;
    store
        .join_stories(EntryId(1), EntryId(2), noon())
        .await
        .unwrap();
    let joined = server.get("/feed.atom").await;
    let left = joined.ids();
    let gone: Vec<_> = shown.iter().filter(|id| !left.contains(id)).collect();
    let tombstone = format!(
        "<at:deleted-entry ref=\"{}\" when=\"2026-01-15T12:00:00Z\"/>",
        gone[0]
    );
    assert_eq!(gone.len(), 1);
    assert!(joined.text().contains(&tombstone), "{}", joined.text());
    store.split_story(EntryId(2)).await.unwrap();
    let split = server.get("/feed.atom").await;
    assert!(!split.text().contains("deleted-entry"));
    assert_eq!(split.ids(), shown);
}

#[tokio::test]
async fn a_reader_that_asks_gets_only_what_is_new_since_its_last_visit() {
    let archive = archive_with(10).await;
    let server = Server::over(&archive);
    for path in ["/feed.atom", "/feed.rss", "/feed.json"] {
        server.clock.advance(std::time::Duration::from_secs(60));
        let first = server.ask(path, &[("accept-encoding", "gzip")]).await;
        let etag = first.header("etag").to_owned();
        let delta = [("a-im", "feed, gzip;q=0.1"), ("if-none-match", &*etag)];
        assert_eq!(server.ask(path, &delta).await.status, 304, "{path}");
        let n = 100 + server.clock.now().timestamp() % 1000;
        bring(&archive, "irbid", vec![article("irbid", n)], false, noon()).await;
        let new = server.ask(path, &delta).await;
        assert_eq!((new.status, new.header("im")), (226, "feed"), "{path}");
        let titles: Vec<_> = new.feed().entries;
        assert_eq!(titles.len(), 1, "{path}: {}", new.text());
        let whole = server.get(path).await;
        assert_eq!(new.header("etag"), whole.header("etag"));
        assert!(whole.ids().len() > 10, "{path}");
        let stranger = [("a-im", "feed"), ("if-none-match", "\"unknown\"")];
        assert_eq!(server.ask(path, &stranger).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_document_is_sent_in_the_coding_that_the_client_reads() {
    let archive = archive_with(20).await;
    let server = Server::over(&archive);
    let plain = server.get("/feed.atom").await;
    assert_eq!(plain.header("content-encoding"), "");
    let zipped = server
        .ask("/feed.atom", &[("accept-encoding", "gzip")])
        .await;
    let mut read = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(&zipped.body[..]);
    std::io::Read::read_to_end(&mut decoder, &mut read).unwrap();
    assert!(read == plain.body && zipped.body.len() * 3 < plain.body.len());
    let brotli = server
        .ask("/feed.atom", &[("accept-encoding", "gzip, br")])
        .await;
    assert_eq!(brotli.header("content-encoding"), "br");
    let tags: BTreeSet<_> = [&plain, &zipped, &brotli]
        .iter()
        .map(|answer| answer.header("etag").to_owned())
        .collect();
    assert_eq!(tags.len(), 3, "a strong tag names bytes");
    for tag in &tags {
        let again = server.ask("/feed.atom", &[("if-none-match", tag)]).await;
        assert_eq!((again.status, again.header("etag")), (304, &**tag));
        assert_eq!(again.header("vary"), "Accept-Encoding, A-IM");
    }
}

#[tokio::test]
async fn a_search_is_a_feed_under_the_address_that_was_asked_for() {
    let archive = archive_with(30).await;
    let server = Server::over(&archive);
    let path = "/search.atom?q=%D8%A7%D9%84%D8%AE%D8%A8%D8%B1+7&n=1";
    let found = server.get(path).await;
    assert_eq!(found.link("self").as_deref(), Some(path));
    let titles: Vec<_> = found.feed().entries;
    assert_eq!(titles.len(), 1, "{}", found.text());
    assert_eq!(
        found.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    assert_eq!(
        server
            .get("/search.json?q=%D8%AE%D8%A8%D8%B1")
            .await
            .ids()
            .len(),
        20
    );
    for bad in [
        "/search.atom",
        "/search.atom?q=",
        "/search.rss?q=after:whenever",
    ] {
        assert_eq!(server.get(bad).await.status, 400, "{bad}");
    }
    assert_eq!(server.get("/search.xml?q=a").await.status, 404);
}

#[tokio::test]
async fn corrections_are_a_feed_of_what_went_and_what_came() {
    let archive = archive_with(3).await;
    let server = Server::over(&archive);
    assert_eq!(server.get("/corrections.atom").await.ids().len(), 0);
    let later = noon() + TimeDelta::hours(1);
    let changed = ParsedEntry {
        content: Some("<p>نص الخبر رقم 22 من salt</p>".to_owned()),
        ..article("salt", 2)
    };
    bring(&archive, "salt", vec![changed], false, later).await;
    server.clock.advance(std::time::Duration::from_secs(3600));
    let corrections = server.get("/corrections.atom").await;
    let entries = corrections.feed().entries;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].published, Some(later));
    let body = entries[0].content.clone().unwrap().body.unwrap();
    assert!(body.contains("<del>2</del><ins>22</ins>"), "{body}");
    for format in ["rss", "json"] {
        let path = format!("/corrections.{format}");
        assert_eq!(server.get(&path).await.ids(), corrections.ids(), "{path}");
    }
}

#[tokio::test]
async fn a_hub_is_named_in_the_document_and_in_the_header() {
    let archive = archive_with(1).await;
    let server = Server::over(&archive);
    for path in ["/feed.atom", "/feed.rss"] {
        let answer = server.get(path).await;
        let link = format!(
            "<https://hub.example/>; rel=\"hub\", <http://127.0.0.1:8077{path}>; rel=\"self\""
        );
        assert_eq!(answer.header("link"), link);
        assert_eq!(answer.link("hub").as_deref(), Some("/"));
    }
    let json = server.get("/feed.json").await;
    assert!(
        json.text()
            .contains(r#""hubs":[{"type":"WebSub","url":"https://hub.example/"}]"#)
    );
}
