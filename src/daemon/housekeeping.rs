//! What has to be looked at from time to time.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::daemon::house::House;
use crate::daemon::systemd;
use crate::store;

/// How soon another process's commits show in the merged feed.
const LOOK: TimeDelta = TimeDelta::seconds(1);
/// How old the counts of feeds may be.
const COUNT: TimeDelta = TimeDelta::seconds(15);
/// How often the archive is put in order: old polls and articles go.
const CUT: TimeDelta = TimeDelta::hours(6);
/// How long the archive has for an answer before the watchdog goes hungry.
const ANSWER: Duration = Duration::from_secs(10);

/// Stories that are deleted in one transaction: others write in between.
const FORGOTTEN_AT_ONCE: usize = 100;

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    polls: Duration,
    articles: Option<Duration>,
    sketches: TimeDelta,
}

impl Kept {
    /// As the configuration has it.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            polls: config.archive.polls_kept,
            articles: config.archive.retention,
            sketches: config.dedupe.window(),
        }
    }
}

/// Looks after the archive until the stop. Where `kept` changes, the archive is put in order at once.
pub(crate) async fn run(house: House, mut kept: watch::Receiver<Kept>, stop: CancellationToken) {
    // systemd.service(5): twice as often as is asked for.
    let beat = systemd::watchdog().and_then(|every| TimeDelta::from_std(every / 2).ok());
    let start = house.clock.now();
    let (mut counted, mut cut, mut beaten) = (start - COUNT, start - CUT, start);
    loop {
        let now = house.clock.now();
        tokio::select! {
            () = stop.cancelled() => return,
            () = house.clock.sleep_until(now + LOOK) => {}
        }
        let now = house.clock.now();
        if let Err(error) = house.store.look_outside().await {
            tracing::debug!(%error, "the archive did not answer");
        }
        if let Some(beat) = beat
            && now - beaten >= beat
        {
            beaten = now;
            beat_if_alive(&house).await;
        }
        if now - counted >= COUNT {
            counted = now;
            if let Err(error) = count(&house).await {
                tracing::debug!(%error, "the feeds could not be counted");
            }
        }
        // Err means that the daemon's own task is at its end, and nothing changes any more.
        if now - cut >= CUT || kept.has_changed().unwrap_or(false) {
            cut = now;
            let kept = *kept.borrow_and_update();
            if let Err(error) = put_in_order(&house, kept, &stop).await {
                tracing::warn!(%error, "the archive could not be put in order");
            }
        }
    }
}

/// Lets go of what is older than it is to be.
async fn put_in_order(
    house: &House,
    kept: Kept,
    stop: &CancellationToken,
) -> Result<(), store::Error> {
    let (store, now) = (&house.store, house.clock.now());
    store.forget_polls(now - kept.polls).await?;
    if let Some(articles) = kept.articles {
        let mut gone = 0;
        while !stop.is_cancelled() {
            match store
                .forget_stories(now - articles, FORGOTTEN_AT_ONCE)
                .await?
            {
                0 => break,
                some => gone += some,
            }
        }
        if gone > 0 {
            tracing::info!(
                articles = gone,
                "articles beyond archive.retention were deleted"
            );
        }
    }
    store.tidy(now - kept.sketches).await
}

/// The watchdog hears from us only if the archive can be read and written.
async fn beat_if_alive(house: &House) {
    match tokio::time::timeout(ANSWER, house.store.ping()).await {
        Ok(Ok(())) => systemd::alive(),
        Ok(Err(error)) => tracing::error!(%error, "the archive does not answer: no watchdog beat"),
        Err(_) => tracing::error!("the archive does not answer in time: no watchdog beat"),
    }
}

/// Counts feeds by state, for the metrics and for `systemctl status`.
async fn count(house: &House) -> Result<(), store::Error> {
    let states = house.store.feed_states().await?;
    let list: Vec<String> = states
        .iter()
        .map(|(state, count)| format!("{count} {state}"))
        .collect();
    systemd::status(&format!("feeds: {}", list.join(", ")));
    house
        .metrics
        .set_feeds(states.iter().map(|(state, count)| (&**state, *count)));
    Ok(())
}
