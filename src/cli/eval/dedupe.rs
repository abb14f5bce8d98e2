//! `rawi eval dedupe`: articles to the stories that they become.

use std::path::Path;

use serde::Serialize;

use crate::cli::eval::cases::{self, Case};
use crate::cli::table;
use crate::cli::verdict::Result;

#[derive(Serialize)]
struct Answer {
    id: String,
    cluster: String,
}

/// Takes the articles of a file into an archive of its own, in the order of their times and as if
/// each came when it was published, and writes the story of each.
pub(super) async fn dedupe(file: &Path) -> Result {
    let cases: Vec<Case> = cases::lines(file)?;
    let taken = cases::take_in(cases).await?;
    let mut answers = Vec::with_capacity(taken.articles.len());
    for (case, id) in taken.articles {
        let story = taken
            .store
            .article(id)
            .await?
            .map(|item| item.article.story);
        answers.push(Answer {
            id: case,
            cluster: story.unwrap_or(id.0).to_string(),
        });
    }
    taken.store.close().await;
    table::json_lines(answers)
}
