//! The daemon's life: wiring, tasks, reload, the orderly end.
//!
//! [`House`] opens the archive and makes the poller that `run` and the verbs share. [`run`] holds
//! the archive, lists the configuration's feeds in it, then keeps five tasks going, the only ones of the program:
//!
//! | task | waits on | ends |
//! | --- | --- | --- |
//! | polling ([`crate::poll::run`]) | what is due, a free host, a new plan | at the stop, after its grace |
//! | serving ([`crate::serve::run`]) | connections | at the stop, after its grace |
//! | housekeeping | the clock: other processes' commits, watchdog, metrics, old polls | at the stop |
//! | telling the hub | the clock: merged feeds that changed | at the stop |
//! | this one | stop, reload | last: it closes the archive |
//!
//! A reload replaces feeds, channels and all sections but the path of `[archive]`, `[fetch]` and the
//! address of `[serve]`, which need a restart (it says so); what is under way ends under the old ones.

mod allocator;
mod error;
mod house;
mod housekeeping;
pub mod signals;
mod systemd;
mod websub;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;

pub use allocator::settle as settle_allocator;
pub use error::Error;
pub use house::House;
pub use signals::Requests;

use crate::clock::Clock;
use crate::config::{Channel, Config};
use crate::poll;
use crate::serve;

/// How long tasks may take to end by themselves: longer than the grace of polls, and short enough
/// for the whole to end within five seconds.
const STOP_WITHIN: Duration = Duration::from_secs(3);

/// Runs the daemon on `listener` until `requests.stop`; `load` reads the configuration for a
/// reload and has told people about its faults when it returns none.
///
/// # Errors
/// If it cannot start. Once it runs, failures are logged and lived with.
pub async fn run(
    config: Config,
    listener: TcpListener,
    clock: Clock,
    requests: Requests,
    load: impl Fn() -> Option<Config>,
) -> Result<(), Error> {
    // Opening may wait for another process's lock; a stop does not.
    let open = async {
        let house = House::open(&config, clock).await?;
        let hold = house.store.hold().await?;
        house.poller.sync_feeds().await?;
        Ok::<_, Error>((house, hold))
    };
    let (house, _hold) = tokio::select! {
        opened = open => opened?,
        () = requests.stop.cancelled() => return Ok(()),
    };
    let metrics = house.metrics.clone();
    let render = Arc::new(move || metrics.render());
    let state = serve::State::new(
        house.store.clone(),
        house.clock.clone(),
        render,
        settings(&config)?,
    );
    let address = listener.local_addr().map_err(|source| Error::Listen {
        address: config.serve.listen,
        source,
    })?;
    let tasks = TaskTracker::new();
    let wake = Arc::new(Notify::new());
    tasks.spawn(poll::run(
        house.poller.clone(),
        Arc::clone(&wake),
        requests.stop.clone(),
    ));
    let (keep, kept) = watch::channel(housekeeping::Kept::new(&config));
    tasks.spawn(housekeeping::run(
        house.clone(),
        kept,
        requests.stop.clone(),
    ));
    tasks.spawn(websub::run(
        house.clone(),
        state.clone(),
        requests.stop.clone(),
    ));
    let serving = tasks.spawn(serve::run(listener, state.clone(), requests.stop.clone()));
    systemd::ready();
    tracing::info!(
        feeds = config.subscriptions.len(),
        archive = %config.archive.path.display(),
        address = %address,
        "rawi {} is up: the merged feed is at {}feed.atom",
        env!("CARGO_PKG_VERSION"),
        config.serve.public_url
    );
    let mut config = config;
    loop {
        tokio::select! {
            () = requests.stop.cancelled() => break,
            () = requests.reload.notified() => tokio::select! {
                () = reload(&mut config, &house, &state, &keep, &wake, &load) => {}
                () = requests.stop.cancelled() => break,
            },
        }
    }
    systemd::stopping();
    tasks.close();
    if tokio::time::timeout(STOP_WITHIN, tasks.wait())
        .await
        .is_err()
    {
        // Only another process's lock on the archive holds tasks for so long.
        house.store.stop_waiting();
        tasks.wait().await;
    }
    house.store.close().await;
    tracing::info!("stopped");
    match serving.await {
        Ok(served) => Ok(served?),
        // A panic has been logged; the archive is closed in order all the same.
        Err(_) => Ok(()),
    }
}

/// What the configuration says of serving; the token is read now.
fn settings(config: &Config) -> Result<serve::Settings, Error> {
    let token = config
        .serve
        .token
        .as_ref()
        .map(|token| token.read())
        .transpose();
    Ok(serve::Settings {
        options: config.serve.clone(),
        token: token.map_err(Error::Token)?,
        publish: config.publish.clone(),
        channels: config.channels.iter().map(Channel::spec).collect(),
    })
}

/// Takes a new configuration if there is a good one; the old one goes on otherwise.
async fn reload(
    config: &mut Config,
    house: &House,
    state: &serve::State,
    keep: &watch::Sender<housekeeping::Kept>,
    wake: &Notify,
    load: &impl Fn() -> Option<Config>,
) {
    systemd::reloading();
    match load() {
        None => tracing::error!("the configuration has faults: the old one stays in force"),
        Some(new) => {
            for section in config.sections_for_restart(&new) {
                tracing::warn!("[{section}] was changed: restart rawi to apply it");
            }
            match settings(&new) {
                Ok(settings) => state.apply(settings),
                Err(error) => tracing::error!(%error, "[serve] and [publish] stay as they were"),
            }
            house.poller.replace_plan(house::plan(&new));
            keep.send_if_modified(|kept| {
                let before = std::mem::replace(kept, housekeeping::Kept::new(&new));
                before != *kept
            });
            match house.poller.sync_feeds().await {
                Ok(()) => tracing::info!(feeds = new.subscriptions.len(), "configuration reloaded"),
                Err(error) => {
                    tracing::error!(%error, "the archive's list of feeds stays as it was");
                }
            }
            *config = new;
            wake.notify_one();
        }
    }
    systemd::ready();
}
