//! `rawi eval search`: queries to the articles that they find.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::eval::cases::{self, Case};
use crate::cli::table;
use crate::cli::verdict::{Complaint, Result};

/// Articles that are answered with.
const DEPTH: usize = 10;

#[derive(Deserialize)]
struct Queries {
    queries: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    qid: String,
    query: String,
}

#[derive(Serialize)]
struct Answer {
    qid: String,
    docs: Vec<String>,
}

/// Takes the articles of a file into an archive of its own and asks it the queries, best first. A
/// query that cannot be answered finds nothing, and why is said.
pub(super) async fn search(articles: &Path, queries: &Path) -> Result {
    let cases: Vec<Case> = cases::lines(articles)?;
    let asked = std::fs::read_to_string(queries)
        .map_err(|error| Complaint(format!("cannot read {}: {error}", queries.display())))?;
    let Queries { queries } = serde_json::from_str(&asked)
        .map_err(|error| Complaint(format!("{}: {error}", queries.display())))?;
    let taken = cases::take_in(cases).await?;
    // A case that stands twice under one number is the first of them.
    let mut names: HashMap<i64, String> = HashMap::with_capacity(taken.articles.len());
    for (name, id) in taken.articles {
        names.entry(id.0).or_insert(name);
    }
    let mut answers = Vec::with_capacity(queries.len());
    for Asked { qid, query } in queries {
        let hits = match taken.store.search(&query, DEPTH, true).await {
            Ok(hits) => hits,
            Err(error) => {
                table::say(&format!("{qid}: {error}"));
                Vec::new()
            }
        };
        let docs = hits
            .iter()
            .filter_map(|hit| names.get(&hit.id).cloned())
            .collect();
        answers.push(Answer { qid, docs });
    }
    taken.store.close().await;
    table::json_lines(answers)
}
