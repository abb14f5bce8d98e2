//! Labelled cases, as the data sets write them, and an archive that holds such articles.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::cli::verdict::{Complaint, Result};
use crate::dedupe;
use crate::model::{Article, EntryId};
use crate::store::{self, Store};

/// Articles that are taken in at a time.
const BATCH: usize = 200;

/// An article.
#[derive(Deserialize)]
pub(super) struct Case {
    id: String,
    feed: String,
    url: Option<String>,
    title: String,
    published: DateTime<Utc>,
    text: String,
}

/// An archive of cases; it goes with its folder.
pub(super) struct Taken {
    pub(super) store: Store,
    /// The cases by their names, in the order of their times, with their numbers.
    pub(super) articles: Vec<(String, EntryId)>,
    _folder: TempDir,
}

/// Takes cases into an archive of their own, in the order of their times and as if each came when
/// it was published.
pub(super) async fn take_in(mut cases: Vec<Case>) -> Result<Taken> {
    cases.sort_by_key(|case| case.published);
    let folder = tempfile::tempdir()?;
    let options = store::Options {
        path: folder.path().join("eval.db"),
        ..store::Options::default()
    };
    let store = Store::open(&options).await?;
    let options = dedupe::Options::default();
    let mut ids = Vec::with_capacity(cases.len());
    for batch in cases.chunks(BATCH) {
        let batch = batch.iter().map(|case| {
            let article = article(case);
            let incoming = dedupe::restore(&article);
            (article, incoming)
        });
        let window = options.window();
        let taken = store.import(batch.collect(), window, options.place(), dedupe::decide);
        ids.extend(taken.await?.into_iter().map(|(id, _)| id));
    }
    let articles = cases.into_iter().map(|case| case.id).zip(ids).collect();
    Ok(Taken {
        store,
        articles,
        _folder: folder,
    })
}

/// Reads a file of JSON objects, one a line.
pub(super) fn lines<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>> {
    let input = File::open(file)
        .map_err(|error| Complaint(format!("cannot read {}: {error}", file.display())))?;
    let mut cases = Vec::new();
    for (n, line) in BufReader::new(input).lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            let case = serde_json::from_str(&line)
                .map_err(|error| Complaint(format!("{}:{}: {error}", file.display(), n + 1)))?;
            cases.push(case);
        }
    }
    Ok(cases)
}

fn article(case: &Case) -> Article {
    Article {
        id: 0,
        story: 0,
        feed: case.feed.clone(),
        outlet: case.feed.clone(),
        guid: Some(case.id.clone()),
        url: case.url.clone(),
        title: case.title.clone(),
        author: Vec::new(),
        language: None,
        categories: Vec::new(),
        published: case.published,
        updated: case.published,
        first_seen: case.published,
        dateline: None,
        summary: None,
        text: case.text.clone(),
        html: None,
        words: 0,
        image: None,
        enclosures: Vec::new(),
        extraction: "import".to_owned(),
        lead: true,
    }
}
