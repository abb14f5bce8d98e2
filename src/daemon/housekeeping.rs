//! What has to be looked at from time to time.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::daemon::house::House;
use crate::daemon::systemd;
use crate::store;

/// How soon another process's commits show in the merged feed.
const LOOK: TimeDelta = TimeDelta::seconds(1);
/// How old the counts of feeds may be.
const COUNT: TimeDelta = TimeDelta::seconds(15);
/// How often the log of polls is cut.
const CUT: TimeDelta = TimeDelta::hours(6);
/// How long the archive has for an answer before the watchdog goes hungry.
const ANSWER: Duration = Duration::from_secs(10);

/// Looks after the archive until the stop.
pub(crate) async fn run(house: House, polls_kept: Duration, stop: CancellationToken) {
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
        if now - cut >= CUT {
            cut = now;
            if let Err(error) = house.store.forget_polls(now - polls_kept).await {
                tracing::warn!(%error, "the log of polls could not be cut");
            }
        }
    }
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
