//! `rawi poll`: one round by hand.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio_util::sync::CancellationToken;

use crate::cli::args::Arguments;
use crate::cli::config::house;
use crate::cli::table::{line, say};
use crate::cli::verdict::{Complaint, Result, Verdict};
use crate::model::FeedId;
use crate::poll::{self, Done, Summary};
use crate::store::Which;
use crate::text::plain;

/// Polls what is due, or what is named, and returns when all of it is committed.
pub(super) async fn poll(arguments: &Arguments, slugs: &[String], now: bool) -> Result {
    let (config, house) = house!(arguments);
    if let Some(unknown) = slugs
        .iter()
        .find(|slug| !config.subscriptions.iter().any(|s| s.spec.slug == **slug))
    {
        return Err(Complaint(format!(
            "no feed is called `{unknown}`; `rawi feeds` lists them"
        )));
    }
    let named = (!slugs.is_empty()).then_some(slugs);
    let feeds: Option<Vec<FeedId>> = if named.is_some() || now {
        Some(house.poller.enabled(named).await?)
    } else {
        None
    };
    let bar = bar(feeds.as_ref().map(Vec::len));
    let progress = |done: Done<'_>| show(&bar, done);
    let pages: Option<Arc<[FeedId]>> = named.and(feeds.as_deref()).map(Into::into);
    let which = feeds.map_or(Which::Due, Which::These);
    let asked = if let Which::These(feeds) = &which {
        Some(feeds.len())
    } else {
        None
    };
    let stop = CancellationToken::new();
    let round = poll::once(house.poller.clone(), which, pages, &progress, stop.clone());
    let interrupted = async {
        // Err means that no signal can come.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        stop.cancel();
    };
    tokio::pin!(round);
    let summary = tokio::select! {
        summary = &mut round => summary,
        () = interrupted => round.await,
    };
    bar.finish_and_clear();
    house.store.close().await;
    let summary = summary?;
    report(&summary, asked)
}

fn bar(feeds: Option<usize>) -> ProgressBar {
    // Drawn on stderr, and only if that is a terminal.
    let bar = ProgressBar::with_draw_target(
        feeds.and_then(|feeds| u64::try_from(feeds).ok()),
        ProgressDrawTarget::stderr_with_hz(8),
    );
    let template = if feeds.is_some() {
        "{spinner} {bar:30} {pos}/{len} feeds  {msg}  {elapsed}"
    } else {
        "{spinner} {pos} feeds  {msg}  {elapsed}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

fn show(bar: &ProgressBar, done: Done<'_>) {
    match done {
        Done::Feed { slug, failure, .. } => {
            bar.inc(1);
            if let Some(failure) = failure {
                let failure = plain::display(failure).into_owned();
                bar.suspend(|| say(&format!("{slug}: {failure}")));
            }
        }
        Done::Page { feed, .. } => bar.set_message(format!("page of {feed}")),
    }
}

fn report(summary: &Summary, asked: Option<usize>) -> Result {
    line(&format!(
        "{} feeds polled: {} new entries, {} changed; {} pages fetched, {} without an article; {} feeds failed",
        summary.feeds,
        summary.new,
        summary.changed,
        summary.pages,
        summary.pages_failed,
        summary.failed.len()
    ))?;
    if let Some(left) = asked
        .and_then(|asked| asked.checked_sub(summary.feeds))
        .filter(|n| *n > 0)
    {
        say(&format!(
            "{left} feeds were not polled: their server asked for silence, or another rawi polls them now (`rawi feeds` says which)"
        ));
    }
    Ok(if summary.failed.is_empty() {
        Verdict::Done
    } else {
        Verdict::Failed
    })
}
