//! Telling the hub of `publish.hub` that merged feeds have changed (WebSub).
//!
//! Changes are gathered: the hub is told at most once a minute, and only of feeds whose bytes are
//! others. A hub that fails is told again at the next look; it comes for the newest document anyway.

use std::collections::HashMap;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::daemon::house::House;
use crate::serve::State;

/// How often it is looked whether something changed.
const LOOK: TimeDelta = TimeDelta::seconds(60);

/// Tells the hub of changes until the stop.
pub(crate) async fn run(house: House, state: State, stop: CancellationToken) {
    let mut told: Option<HashMap<String, String>> = None;
    loop {
        let next = house.clock.now() + LOOK;
        if let Some(hub) = state.hub() {
            let now = state.fingerprints().await;
            // What stood there at the start is what the hub knows, or will come for in its own time.
            let known = told.get_or_insert_with(|| now.iter().cloned().collect());
            let changed: Vec<_> = now
                .iter()
                .filter(|(address, tag)| known.get(address) != Some(tag))
                .map(|(address, _)| address.clone())
                .collect();
            if !changed.is_empty() {
                match house.fetcher.ping_hub(&hub, &changed).await {
                    Ok(()) => {
                        tracing::info!(%hub, feeds = changed.len(), "the hub was told of changes");
                        told = Some(now.into_iter().collect());
                    }
                    Err(error) => tracing::warn!(%error, "the hub was not told of changes"),
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = house.clock.sleep_until(next) => {}
        }
    }
}
