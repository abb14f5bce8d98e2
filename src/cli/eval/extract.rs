//! `rawi eval extract`: pages to their articles.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::cli::table;
use crate::cli::verdict::Result;
use crate::extract::{self, Anchor, Mode, Reading, Site};

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
pub(super) fn extract(by_host: bool) -> Result {
    let pages = io::stdin().lock().lines().map(|line| page(&line?));
    table::out(|to| {
        if by_host {
            let pages = pages.collect::<io::Result<Vec<Page>>>()?;
            let sites = learn(&pages);
            for page in &pages {
                let site = host(page).and_then(|host| sites.get(&host));
                write(to, page, site)?;
            }
        } else {
            for page in pages {
                write(to, &page?, None)?;
            }
        }
        Ok(())
    })
}

fn page(line: &str) -> io::Result<Page> {
    Ok(serde_json::from_str(line)?)
}

fn host(page: &Page) -> Option<String> {
    Some(Url::parse(&page.url).ok()?.host_str()?.to_owned())
}

/// What each host's pages teach, in their order, as if they came to the daemon; kept as they are
/// in the archive.
fn learn(pages: &[Page]) -> HashMap<String, Site> {
    let mut sites: HashMap<String, Site> = HashMap::new();
    for page in pages {
        if let Some(host) = host(page) {
            let site = sites.entry(host).or_default();
            if let Ok(Reading {
                observed: Some(observed),
                ..
            }) = read(page, Some(site))
            {
                site.learn(&observed, DateTime::<Utc>::UNIX_EPOCH);
            }
        }
    }
    sites
        .into_iter()
        .map(|(host, site)| (host, Site::from_json(&site.to_json())))
        .collect()
}

fn read(page: &Page, site: Option<&Site>) -> std::result::Result<Reading, String> {
    let url = Url::parse(&page.url).map_err(|error| error.to_string())?;
    Ok(extract::read(
        &page.html,
        &url,
        &Mode::Auto,
        &Anchor::default(),
        site,
    ))
}

fn write(to: &mut dyn Write, page: &Page, site: Option<&Site>) -> io::Result<()> {
    let found =
        read(page, site).and_then(|reading| reading.article.map_err(|error| error.to_string()));
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
    writeln!(to)
}
