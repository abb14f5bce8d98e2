//! `rawi add` and `rawi remove`: the configuration's list of feeds, comments kept.

use std::path::Path;

use url::Url;

use crate::cli::args::Arguments;
use crate::cli::config;
use crate::cli::emit::replace;
use crate::cli::table::{line, say};
use crate::cli::verdict::{Complaint, Result, Verdict};
use crate::config::{Config, edit};
use crate::daemon::House;
use crate::fetch::{Access, Answer, FeedRequest, Fetched};
use crate::model::{ParsedFeed, Validators};
use crate::parse;
use crate::store::Which;

/// What a configuration holds that `add` begins.
const EMPTY: &str =
    "# The feeds that rawi polls; all keys: see the feeds.toml that comes with rawi.\n";

/// Finds the feed behind `address`, writes it into the configuration, and keeps what was fetched
/// as its first poll.
pub(super) async fn add(
    arguments: &Arguments,
    address: &str,
    slug: Option<&str>,
    title: Option<&str>,
) -> Result {
    let path = config::path(arguments);
    if !path.exists() {
        replace(&path, EMPTY.as_bytes())?;
        say(&format!("{} begins with this feed", path.display()));
    }
    let Some(known) = config::load(arguments) else {
        return Ok(Verdict::BadConfiguration);
    };
    let address = web_address(address)?;
    let house = config::open(&known).await?;
    let found = find(&house, address).await?;
    if let Some(same) = known.subscriptions.iter().find(|s| s.spec.url == found.url) {
        return Err(Complaint(format!(
            "{} is subscribed already, as `{}`",
            found.url, same.spec.slug
        )));
    }
    let taken = |slug: &str| known.subscriptions.iter().any(|s| s.spec.slug == slug);
    let title = title
        .map(str::to_owned)
        .or_else(|| found.feed.title.clone());
    let slug = match slug {
        Some(slug) => slug.to_owned(),
        None => edit::slug_for(title.as_deref(), &found.url, taken),
    };
    let text = std::fs::read_to_string(&path)?;
    let new = edit::NewFeed {
        slug: slug.clone(),
        url: found.url.clone(),
        title: title.clone(),
        language: found.feed.language.clone(),
        categories: Vec::new(),
    };
    let text = edit::add_feed(&text, &new)?;
    replace(&path, text.as_bytes())?;
    let Some(config) = config::load(arguments) else {
        return Ok(Verdict::BadConfiguration);
    };
    let house = reopen(house, &config).await?;
    let entries = keep_first_poll(&house, &slug, found).await?;
    house.store.close().await;
    line(&format!(
        "{slug}: {}, {entries} entries",
        title.unwrap_or_default()
    ))?;
    tell_daemon(&path);
    Ok(Verdict::Done)
}

/// Takes a feed out of the configuration.
pub(super) async fn remove(arguments: &Arguments, slug: &str) -> Result {
    let path = config::path(arguments);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Complaint(format!("cannot read {}: {error}", path.display())))?;
    let text = edit::remove_feed(&text, slug)?;
    replace(&path, text.as_bytes())?;
    let Some(config) = config::load(arguments) else {
        return Ok(Verdict::BadConfiguration);
    };
    let house = config::open(&config).await?;
    house.store.close().await;
    line(&format!(
        "{slug} is polled no longer; its articles stay in the archive"
    ))?;
    tell_daemon(&path);
    Ok(Verdict::Done)
}

fn tell_daemon(path: &Path) {
    say(&format!(
        "a daemon that runs on {} takes it in at `systemctl reload rawi` (SIGHUP)",
        path.display()
    ));
}

/// The address as a person types it.
fn web_address(address: &str) -> Result<Url> {
    let whole = if address.contains("://") {
        address.to_owned()
    } else {
        format!("https://{address}")
    };
    let url = Url::parse(&whole).map_err(|error| Complaint(format!("`{address}`: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Complaint(format!(
            "`{address}` is no http or https address"
        )));
    }
    Ok(url)
}

/// A feed that was fetched and can be read.
struct Found {
    url: Url,
    feed: ParsedFeed,
    fetched: Fetched,
}

/// Fetches `address`; where it is a page, fetches the first feed that the page offers.
async fn find(house: &House, address: Url) -> Result<Found> {
    let local = house.fetcher.is_local(&address).await;
    let page = get(house, &address, local).await?;
    match read(&page)? {
        Ok(feed) => Ok(Found {
            url: page.moved_to.clone().unwrap_or(address),
            feed,
            fetched: page,
        }),
        Err(offered) => {
            let Some(first) = offered.first() else {
                return Err(Complaint(format!(
                    "{address} is a page that names no feed; look for an RSS sign on the site and add that address"
                )));
            };
            for other in &offered {
                say(&format!(
                    "the page offers {} ({})",
                    other.url,
                    other.title.as_deref().unwrap_or("no title")
                ));
            }
            // A public page leads into no private network, whatever it offers.
            let local = local && house.fetcher.is_local(&first.url).await;
            let fetched = get(house, &first.url, local).await?;
            let feed = read(&fetched)?
                .map_err(|_| Complaint(format!("{} is a page, too, and no feed", first.url)))?;
            Ok(Found {
                url: fetched.moved_to.clone().unwrap_or(first.url.clone()),
                feed,
                fetched,
            })
        }
    }
}

async fn get(house: &House, url: &Url, local: bool) -> Result<Fetched> {
    let permit = house.fetcher.hosts().reserve(url, local).await;
    let nothing = Validators::default();
    Ok(house
        .fetcher
        .get_feed(FeedRequest {
            url,
            validators: &nothing,
            local,
            permit,
            access: &Access::default(),
            home: url,
        })
        .await?)
}

/// The feed in an answer, or the feeds that a page offers in its place.
fn read(fetched: &Fetched) -> Result<std::result::Result<ParsedFeed, Vec<parse::OfferedFeed>>> {
    let Answer::Body(body) = &fetched.body else {
        return Err(Complaint("the server sent no body".to_owned()));
    };
    let content_type = fetched.content_type.as_deref();
    match parse::parse(
        body,
        content_type,
        &fetched.final_url,
        &parse::Options::default(),
    ) {
        Ok(feed) => Ok(Ok(feed)),
        Err(parse::Error::NotAFeed { offered }) => Ok(Err(offered)),
        Err(error) => Err(error.into()),
    }
}

/// The rooms of the configuration as it is now, on the same archive.
async fn reopen(house: House, config: &Config) -> Result<House> {
    house.store.close().await;
    config::open(config).await
}

/// Commits what was fetched as the feed's first poll, unless a daemon was quicker.
async fn keep_first_poll(house: &House, slug: &str, found: Found) -> Result<usize> {
    let feeds = house.poller.enabled(Some(&[slug.to_owned()])).await?;
    let polled = house
        .poller
        .keep_fetched(Which::These(feeds), found.fetched)
        .await?;
    Ok(polled.map_or(found.feed.entries.len(), |tally| tally.new))
}
