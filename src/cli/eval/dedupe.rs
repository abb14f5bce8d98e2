//! `rawi eval dedupe`: articles to the stories that they become.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::cli::eval::cases::lines;
use crate::cli::table;
use crate::cli::verdict::Result;
use crate::dedupe;
use crate::model::Article;
use crate::store::{self, Store};

/// Articles that are taken in at a time.
const BATCH: usize = 200;

#[derive(Deserialize)]
struct Case {
    id: String,
    feed: String,
    url: Option<String>,
    title: String,
    published: DateTime<Utc>,
    text: String,
}

#[derive(Serialize)]
struct Answer {
    id: String,
    cluster: String,
}

/// Takes the articles of a file into an archive of its own, in the order of their times and as if
/// each came when it was published, and writes the story of each.
pub(super) async fn dedupe(file: &Path) -> Result {
    let mut cases: Vec<Case> = lines(file)?;
    cases.sort_by_key(|case| case.published);
    let folder = tempfile::tempdir()?;
    let options = store::Options {
        path: folder.path().join("eval.db"),
        ..store::Options::default()
    };
    let archive = Store::open(&options).await?;
    let options = dedupe::Options::default();
    let mut ids = Vec::with_capacity(cases.len());
    for batch in cases.chunks(BATCH) {
        let batch = batch.iter().map(|case| {
            let article = article(case);
            let incoming = dedupe::restore(&article);
            (article, incoming)
        });
        let window = options.window();
        let taken = archive.import(batch.collect(), window, options.place(), dedupe::decide);
        ids.extend(taken.await?);
    }
    let mut answers = Vec::with_capacity(cases.len());
    for (case, (id, _)) in cases.into_iter().zip(ids) {
        let story = archive.article(id).await?.map(|item| item.article.story);
        answers.push(Answer {
            id: case.id,
            cluster: story.unwrap_or(id.0).to_string(),
        });
    }
    archive.close().await;
    table::json_lines(answers)
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
