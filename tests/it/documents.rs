//! What the documents tell people to type works: the queries find what they say they find, the
//! configuration is one that `rawi check` takes.
//!
//! `press` makes an archive of an invented morning, `questions` asks it.

mod press;
mod questions;

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use rawi::clock::Clock;
use rawi::model::{FeedSpec, ParsedEntry, PollReport};
use serde_json::{Value, json};
use url::Url;

use crate::support::archive::{Archive, feed};
use crate::support::program::Desk;
use press::{Press, answer};

const README: &str = include_str!("../../README.md");
const ARCHIVE: &str = include_str!("../../docs/archive.md");
const FEEDS: &str = include_str!("../../docs/feeds.md");
const OPERATIONS: &str = include_str!("../../docs/operations.md");
const SEARCH: &str = include_str!("../../docs/search.md");
const STORIES: &str = include_str!("../../docs/stories.md");

/// The fenced blocks of a document that are in `language`.
fn blocks(document: &'static str, language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks = document.split(&fence).skip(1);
    blocks.filter_map(|rest| rest.split("```").next()).collect()
}

fn entry(guid: &str, link: &str, title: &str, now: DateTime<Utc>) -> ParsedEntry {
    ParsedEntry {
        guid: Some(guid.to_owned()),
        link: Url::parse(link).ok(),
        title: title.to_owned(),
        summary: Some("<p>ناقش المجلس في غزة قانونا جديدا</p>".to_owned()),
        published: Some(now - TimeDelta::hours(1)),
        ..ParsedEntry::default()
    }
}

/// Two outlets carry one story, the first with a new headline later; a third feed fails.
async fn newsroom() -> Archive {
    let titled = FeedSpec {
        title: Some("صوت الحق".to_owned()),
        ..feed("haq")
    };
    let mut press = Press::open(vec![titled, feed("amman"), feed("broken")]).await;
    let now = Clock::system().now() - TimeDelta::hours(3);
    let story = "https://haq.example/articles/1";
    let was = entry("1", story, "مجلس النواب في الأردن يناقش قانونا", now);
    press.poll("haq", now, vec![was], answer(now), false).await;
    let copy = entry("a", story, "النواب في الاردن", now);
    press
        .poll("amman", now, vec![copy], answer(now), false)
        .await;
    let failed = PollReport {
        status: Some(404),
        error: Some("the server answered 404".to_owned()),
        ..answer(now)
    };
    press.poll("broken", now, Vec::new(), failed, false).await;
    let now = now + TimeDelta::hours(2);
    let became = entry("1", story, "مجلس النواب الأردني يقر قانونا", now);
    press
        .poll("haq", now, vec![became], answer(now), false)
        .await;
    press.archive
}

/// The rows that a query gives, each as one object, as `rawi sql --json` prints them.
async fn answers(archive: &Archive, query: &str) -> Vec<Value> {
    let table = archive.store.sql(query.to_owned()).await.unwrap();
    let row = |row: Vec<Value>| Value::Object(table.columns.iter().cloned().zip(row).collect());
    table.rows.into_iter().map(row).collect()
}

#[tokio::test]
async fn the_six_queries_of_the_readme_answer_their_questions() {
    let archive = newsroom().await;
    let queries = blocks(README, "sql");
    assert_eq!(queries.len(), 6, "the README asks six questions");
    let mut found = Vec::new();
    for query in queries {
        found.push(answers(&archive, query).await);
    }
    let column = |question: usize, name: &str| -> Vec<Value> {
        let rows = found[question].iter();
        rows.map(|row| row[name].clone()).collect()
    };
    let (was, became) = (
        "مجلس النواب في الأردن يناقش قانونا",
        "مجلس النواب الأردني يقر قانونا",
    );
    let day = column(0, "outlet");
    assert_eq!(day.len(), 1, "a story is listed once: {:?}", found[0]);
    assert_eq!(
        column(1, "title"),
        [json!(became), json!("النواب في الاردن")],
        "every form of the word"
    );
    assert_eq!(column(2, "title"), [json!(became)]);
    assert_eq!(column(3, "outlets"), [json!(2)]);
    assert_eq!(
        (column(4, "was"), column(4, "became")),
        (vec![json!(was)], vec![json!(became)])
    );
    assert_eq!(column(5, "slug"), [json!("broken")]);
    assert_eq!(column(5, "state"), [json!("failing")]);
}

#[tokio::test]
async fn a_search_for_the_stem_finds_every_spelling() {
    let archive = Archive::new().await;
    let now = Clock::system().now();
    let feeds = vec![feed("amman")];
    archive.store.sync_feeds(feeds, now).await.unwrap();
    let claim = archive.claim(now).await.unwrap();
    let titles = ["الأردن أولا", "الاردن ثانيا", "الأُرْدُنّ ثالثا"];
    let entries = titles.iter().zip(1..).map(|(title, n)| {
        entry(
            &n.to_string(),
            &format!("https://amman.example/{n}"),
            title,
            now,
        )
    });
    archive
        .poll(claim, entries.collect(), false, now)
        .await
        .unwrap();
    let found = answers(&archive, blocks(README, "sql")[1]).await;
    assert_eq!(found.len(), 3, "{found:?}");
}

#[tokio::test]
async fn the_described_columns_are_those_of_the_views() {
    let archive = Archive::new().await;
    for view in ["feeds", "articles", "stories", "revisions", "polls"] {
        let section = ARCHIVE.split(&format!("\n## {view}\n")).nth(1);
        let section = section.and_then(|rest| rest.split("\n## ").next());
        let described: Vec<_> = section
            .expect("each view has its section")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
            .flat_map(|names| names.split(", "))
            .map(|name| name.trim_matches('`').to_owned())
            .collect();
        let query = format!("select * from {view}");
        let table = archive.store.sql(query).await.unwrap();
        assert_eq!(described, table.columns, "docs/archive.md on {view}");
    }
}

#[test]
fn the_configurations_of_the_documents_are_taken_by_check() {
    let desk = Desk::new("");
    for document in [README, FEEDS] {
        let configurations = blocks(document, "toml");
        assert!(!configurations.is_empty(), "each shows its keys");
        for text in configurations {
            std::fs::write(desk.config(), text).unwrap();
            let checked = desk.run(&["check"]);
            let words = String::from_utf8_lossy(&checked.stderr);
            assert!(checked.status.success(), "{words}\n{text}");
        }
    }
}

#[test]
fn the_keys_that_the_readme_calls_later_are_those_that_check_warns_of() {
    let desk = Desk::new("");
    let loud = "[serve]\nlanguage = \"ar\"\nimages = \"remote\"\n";
    std::fs::write(desk.config(), loud).unwrap();
    let checked = desk.run(&["check"]);
    let said = String::from_utf8_lossy(&checked.stdout) + String::from_utf8_lossy(&checked.stderr);
    let later: Vec<&str> = README
        .lines()
        .filter(|line| line.contains("# later:"))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(later, ["language", "images"]);
    for key in &later {
        assert!(
            said.contains(&format!(".{key}: has no effect yet")),
            "{said}"
        );
    }
    assert_eq!(
        said.matches("has no effect yet").count(),
        later.len(),
        "{said}"
    );
}

#[tokio::test]
async fn explain_says_what_the_document_shows() {
    let press = Press::morning().await;
    let Archive { folder, store } = press.archive;
    store.close().await;
    let desk = Desk { folder };
    let channels = ["jordan", "morocco"]
        .map(|label| format!("[[channel]]\nslug = \"{label}\"\ncategories = [\"{label}\"]\n"));
    desk.configure(&channels.concat());
    let shown = blocks(STORIES, "console")[0];
    let (command, shown) = shown.split_once('\n').unwrap();
    let arguments = command.strip_prefix("$ rawi ").unwrap();
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let said = desk.print(&arguments);
    let trimmed = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    };
    assert_eq!(trimmed(&said), trimmed(shown), "{said}");
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches(['#', ' ']).to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().replace(' ', "-")
}

/// What a document links to inside the repository: paths with their anchors.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| Some(rest.split_once(')')?.0));
    targets
        .filter(|target| !target.contains("://") && !target.contains(' '))
        .collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]
        .map(|name| root.join(name))
        .to_vec();
    documents.push(root.join("systemd/README.md"));
    let more = std::fs::read_dir(root.join("docs")).unwrap();
    documents.extend(more.map(|file| file.unwrap().path()));
    documents.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut checked = 0;
    for document in documents {
        let text = std::fs::read_to_string(&document).unwrap();
        for link in links(&text) {
            let (path, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                document.clone()
            } else {
                document.with_file_name("").join(path)
            };
            assert!(target.exists(), "{}: {link}", document.display());
            if !wanted.is_empty() {
                let target = std::fs::read_to_string(&target).unwrap();
                let mut headings = target.lines().filter(|line| line.starts_with('#'));
                let is_there = headings.any(|heading| anchor(heading) == wanted);
                assert!(is_there, "{}: {link}", document.display());
            }
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked} links");
}
