//! `rawi feeds`, `show`: reading the archive.

use crate::cli::args::Arguments;
use crate::cli::config::archive;
use crate::cli::table::{self, say};
use crate::cli::verdict::{Complaint, Result, Verdict};
use crate::clock::Clock;
use crate::model::EntryId;
use crate::store::{FeedRow, MergedItem, Revision};
use crate::text::plain;

/// Lists the feeds.
pub(super) async fn feeds(arguments: &Arguments, json: bool) -> Result {
    let (_, store) = archive!(arguments);
    let feeds = store.feeds(Clock::system().now()).await?;
    if json {
        return table::json_lines(feeds);
    }
    if feeds.is_empty() {
        say("no feeds yet: `rawi add URL` finds one");
    }
    let row = |feed: FeedRow| {
        vec![
            feed.slug,
            feed.title,
            feed.state,
            short(feed.last_poll.as_deref()),
            short(feed.next_poll.as_deref()),
            feed.next_why,
            feed.entries.to_string(),
            feed.new_today.to_string(),
            feed.turnovers.to_string(),
            note(feed.last_error, feed.moved_to),
        ]
    };
    let header = [
        "feed",
        "outlet",
        "state",
        "last poll",
        "next poll",
        "why",
        "entries",
        "24 h",
        "turnovers",
        "note",
    ];
    table::print(&header, feeds.into_iter().map(row))
}

/// What a person needs to know of a feed: what went wrong the last time, or that it moved.
fn note(error: Option<String>, moved_to: Option<String>) -> String {
    let moved = || moved_to.map(|to| format!("asked at {to}: write it into feeds.toml"));
    error.or_else(moved).unwrap_or_default()
}

/// Shows one article.
pub(super) async fn show(arguments: &Arguments, id: i64, json: bool) -> Result {
    let (_, store) = archive!(arguments);
    let Some(item) = store.article(EntryId(id)).await? else {
        return Err(Complaint(format!("no article has the number {id}")));
    };
    if json {
        return table::json_lines([&item.article]);
    }
    let revisions = store.revisions(EntryId(id)).await?;
    table::out(|to| to.write_all(page(&item, &revisions).as_bytes()))?;
    Ok(Verdict::Done)
}

fn page(item: &MergedItem, revisions: &[Revision]) -> String {
    let article = &item.article;
    let mut page = format!("{}\n\n", plain::display(&article.title));
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            page.push_str(&format!("{name:<12} {}\n", plain::display(value)));
        }
    };
    fact("outlet", &format!("{} ({})", article.outlet, article.feed));
    fact("author", &article.author.join(", "));
    fact("published", &time(article.published));
    fact("updated", &time(article.updated));
    fact("first seen", &time(article.first_seen));
    fact("url", article.url.as_deref().unwrap_or_default());
    fact("guid", article.guid.as_deref().unwrap_or_default());
    fact("language", article.language.as_deref().unwrap_or_default());
    fact("categories", &article.categories.join(", "));
    fact("image", article.image.as_deref().unwrap_or_default());
    for enclosure in &article.enclosures {
        fact("enclosure", &enclosure.url);
    }
    fact(
        "text from",
        &format!("{} ({} words)", article.extraction, article.words),
    );
    fact(
        "story",
        &format!(
            "{}{}",
            article.story,
            if article.lead {
                ", led by this article"
            } else {
                ""
            }
        ),
    );
    for other in &item.others {
        fact(
            "also in",
            &format!(
                "{} {}",
                other.name,
                other.url.as_deref().unwrap_or_default()
            ),
        );
    }
    for revision in revisions.iter().filter(|_| revisions.len() > 1) {
        let what = format!("{} {}  {}", revision.seen, revision.changed, revision.title);
        fact(&format!("version {}", revision.revision), &what);
    }
    page.push('\n');
    if let Some(dateline) = &article.dateline {
        page.push_str(&format!("{}\n\n", plain::display(dateline)));
    }
    page.push_str(&plain::display(&article.text));
    page.push('\n');
    page
}

fn time(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// An ISO time without its seconds, for tables.
pub(super) fn short(time: Option<&str>) -> String {
    time.map_or_else(
        || "-".to_owned(),
        |time| time.get(..16).unwrap_or(time).replace('T', " "),
    )
}
