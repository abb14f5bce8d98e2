//! `rawi eval extract`: pages to their articles.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::cli::table;
use crate::cli::verdict::Result;
use crate::extract::{self, Anchor, Mode};

/// A page as it comes: `html` decoded already, `url` absolute.
#[derive(Deserialize)]
struct Page {
    id: String,
    url: String,
    html: String,
}

/// Its article; an empty text where there is none.
#[derive(Serialize)]
struct Article<'a> {
    id: &'a str,
    text: &'a str,
    rule: &'a str,
    dateline: Option<&'a str>,
    confidence: Option<&'static str>,
}

/// Reads a page a line and writes an article a line. Without a feed, there is no text of its own
/// to hold against the page.
pub(super) fn extract() -> Result {
    let input = io::stdin().lock();
    table::out(|to| {
        for line in input.lines() {
            let page: Page = serde_json::from_str(&line?)?;
            let found = Url::parse(&page.url)
                .map_err(|error| error.to_string())
                .and_then(|url| {
                    extract::extract(&page.html, &url, &Mode::Auto, &Anchor::default())
                        .map_err(|error| error.to_string())
                });
            let (text, rule) = match &found {
                Ok(found) => (&*found.text, &*found.rule),
                Err(error) => ("", &**error),
            };
            let found = found.as_ref().ok();
            let article = Article {
                id: &page.id,
                text,
                rule,
                dateline: found.and_then(|found| found.dateline.as_deref()),
                confidence: found.map(|found| found.confidence.as_str()),
            };
            serde_json::to_writer(&mut *to, &article)?;
            writeln!(to)?;
        }
        Ok(())
    })
}
