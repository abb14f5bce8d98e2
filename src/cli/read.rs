//! `rawi feeds`: what is polled, and how it is doing.

use crate::cli::args::Arguments;
use crate::cli::config::archive;
use crate::cli::table::{self, say};
use crate::cli::verdict::Result;
use crate::clock::Clock;
use crate::store::FeedRow;

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

/// An ISO time without its seconds, for tables.
pub(super) fn short(time: Option<&str>) -> String {
    time.map_or_else(
        || "-".to_owned(),
        |time| time.get(..16).unwrap_or(time).replace('T', " "),
    )
}
