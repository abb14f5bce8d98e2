//! `rawi import` and `rawi export`: subscriptions as OPML, articles as JSON lines.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use url::Url;

use crate::cli::args::Arguments;
use crate::cli::config;
use crate::cli::config::{archive, house};
use crate::cli::emit::replace;
use crate::cli::table::say;
use crate::cli::verdict::{Complaint, Result, Verdict};
use crate::clock::Clock;
use crate::config::edit;
use crate::dedupe;
use crate::model::Article;
use crate::publish::opml::{self, OpmlFeed};
use crate::text::pattern::Filter;

/// Articles that are read or written at a time.
const BATCH: usize = 200;

#[derive(Clone, Copy)]
enum Kind {
    Opml,
    Articles,
}

fn kind(file: &Path) -> Result<Kind> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("opml" | "xml") => Ok(Kind::Opml),
        Some("jsonl" | "ndjson") => Ok(Kind::Articles),
        _ => Err(Complaint(format!(
            "{}: the name must end in .opml (subscriptions) or .jsonl (articles)",
            file.display()
        ))),
    }
}

/// Takes in subscriptions or articles.
pub(super) async fn import(arguments: &Arguments, file: &Path) -> Result {
    match kind(file)? {
        Kind::Opml => import_opml(arguments, file).await,
        Kind::Articles => import_articles(arguments, file).await,
    }
}

/// Writes out subscriptions or articles.
pub(super) async fn export(arguments: &Arguments, file: &Path) -> Result {
    match kind(file)? {
        Kind::Opml => export_opml(arguments, file).await,
        Kind::Articles => export_articles(arguments, file).await,
    }
}

async fn import_opml(arguments: &Arguments, file: &Path) -> Result {
    let feeds = opml::read(&std::fs::read_to_string(file)?)?;
    let path = config::path(arguments);
    let mut text = if path.exists() {
        std::fs::read_to_string(&path)?
    } else {
        String::new()
    };
    let (mut urls, mut slugs) = (HashSet::new(), HashSet::new());
    if path.exists() {
        let Some(known) = config::load(arguments) else {
            return Ok(Verdict::BadConfiguration);
        };
        urls.extend(known.subscriptions.iter().map(|s| s.spec.url.clone()));
        slugs.extend(known.subscriptions.iter().map(|s| s.spec.slug.clone()));
    }
    let (mut added, mut skipped) = (0, 0);
    for feed in feeds {
        let url = match Url::parse(&feed.url) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            _ => {
                say(&format!("{}: no http or https address; left out", feed.url));
                skipped += 1;
                continue;
            }
        };
        if urls.contains(&url) {
            skipped += 1;
            continue;
        }
        let slug = edit::slug_for(feed.title.as_deref(), &url, |slug| slugs.contains(slug));
        let new = edit::NewFeed {
            slug: slug.clone(),
            url: url.clone(),
            title: feed.title,
            language: feed.language,
            categories: feed.categories,
        };
        text = edit::add_feed(&text, &new)?;
        urls.insert(url);
        slugs.insert(slug);
        added += 1;
    }
    replace(&path, text.as_bytes())?;
    say(&format!(
        "{added} feeds added to {}, {skipped} left out",
        path.display()
    ));
    let Some(config) = config::load(arguments) else {
        return Ok(Verdict::BadConfiguration);
    };
    config::open(&config).await?.store.close().await;
    Ok(Verdict::Done)
}

async fn export_opml(arguments: &Arguments, file: &Path) -> Result {
    let (config, store) = archive!(arguments);
    let rows = store.feeds(Clock::system().now()).await?;
    let feeds: Vec<OpmlFeed> = config
        .subscriptions
        .iter()
        .map(|subscription| {
            let row = rows.iter().find(|row| row.slug == subscription.spec.slug);
            OpmlFeed {
                title: subscription
                    .spec
                    .title
                    .clone()
                    .or_else(|| row.map(|row| row.title.clone())),
                url: subscription.spec.url.to_string(),
                site: row.and_then(|row| row.site.clone()),
                language: subscription.spec.language.clone(),
                categories: subscription.spec.categories.clone(),
            }
        })
        .collect();
    replace(file, &opml::write(&feeds))?;
    say(&format!(
        "{} feeds written to {}",
        feeds.len(),
        file.display()
    ));
    Ok(Verdict::Done)
}

async fn export_articles(arguments: &Arguments, file: &Path) -> Result {
    let (_, store) = archive!(arguments);
    let mut to = BufWriter::new(std::fs::File::create(file)?);
    let (mut after, mut written) = (0, 0);
    loop {
        let batch = store.articles_after(after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = last.id;
        written += batch.len();
        for article in &batch {
            serde_json::to_writer(&mut to, article)?;
            writeln!(to)?;
        }
    }
    to.flush()?;
    say(&format!("{written} articles written to {}", file.display()));
    Ok(Verdict::Done)
}

async fn import_articles(arguments: &Arguments, file: &Path) -> Result {
    let (config, house) = house!(arguments);
    let (window, place) = (config.dedupe.window(), config.dedupe.place());
    let feeds = config.subscriptions.iter();
    let filters: HashMap<&str, &Filter> = feeds
        .map(|feed| (&*feed.spec.slug, &feed.spec.filter))
        .collect();
    let lines = BufReader::new(std::fs::File::open(file)?).lines();
    let (mut batch, mut added, mut known) = (Vec::new(), 0, 0);
    let mut bad = 0;
    let mut keep = async |batch: &mut Vec<_>| -> Result<()> {
        let came = batch.len();
        let new = house
            .store
            .import(std::mem::take(batch), window, place, dedupe::decide)
            .await?;
        let new = new.iter().filter(|&&(_, is_new)| is_new).count();
        added += new;
        known += came - new;
        Ok(())
    };
    for (n, text) in lines.enumerate() {
        let text = text?;
        if text.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Article>(&text) {
            Ok(article) => {
                let mut incoming = dedupe::restore(&article);
                if let Some(filter) = filters.get(&*article.feed) {
                    let verdict = filter.verdict(&incoming.entry.title, &incoming.body.text);
                    incoming.muted = verdict.reason();
                }
                batch.push((article, incoming));
            }
            Err(error) => {
                say(&format!("{}:{}: {error}", file.display(), n + 1));
                bad += 1;
            }
        }
        if batch.len() == BATCH {
            keep(&mut batch).await?;
        }
    }
    keep(&mut batch).await?;
    house.store.close().await;
    say(&format!(
        "{added} articles added, {known} were there already, {bad} lines could not be read"
    ));
    Ok(if bad == 0 {
        Verdict::Done
    } else {
        Verdict::Failed
    })
}
