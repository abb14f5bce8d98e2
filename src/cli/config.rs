//! Finding and reading the configuration for a verb.

use std::path::{Path, PathBuf};

use crate::cli::args::Arguments;
use crate::cli::table::say;
use crate::cli::verdict::Result;
use crate::clock::Clock;
use crate::config::Config;
use crate::daemon::House;
use crate::store::Store;

/// Where the configuration of a system service lies.
const SYSTEM: &str = "/etc/rawi/feeds.toml";
/// Where a user's own lies.
const LOCAL: &str = "feeds.toml";

/// The file that `--config` names, else the one here, else the system's; it need not exist.
pub(super) fn path(arguments: &Arguments) -> PathBuf {
    if let Some(path) = &arguments.config {
        return path.clone();
    }
    if !Path::new(LOCAL).exists() && Path::new(SYSTEM).exists() {
        return SYSTEM.into();
    }
    LOCAL.into()
}

/// Reads the configuration; None if it has faults, which are told.
pub(super) fn load(arguments: &Arguments) -> Option<Config> {
    load_from(&path(arguments), true)
}

/// Reads the configuration at `path`; tells faults, and warnings if they are asked for.
pub(super) fn load_from(path: &Path, warnings: bool) -> Option<Config> {
    match Config::load(path) {
        Ok((config, found)) => {
            for warning in found.iter().filter(|_| warnings) {
                tracing::warn!("{warning}");
            }
            Some(config)
        }
        Err(faults) => {
            say(&faults.to_string());
            None
        }
    }
}

/// Opens the rooms of the configuration, and makes the archive's list of feeds its own.
pub(super) async fn open(config: &Config) -> Result<House> {
    let house = House::open(config, Clock::system()).await?;
    house.poller.sync_feeds().await?;
    Ok(house)
}

/// Opens the archive of the configuration for reading alone: what reads changes nothing, not even
/// the archive's list of feeds, and may be run by who may not write.
pub(super) async fn open_to_read(config: &Config) -> Result<Store> {
    Ok(Store::open_to_read(&config.archive).await?)
}

/// Reads the configuration and opens its archive for reading, or ends the verb with the right exit
/// code.
macro_rules! archive {
    ($arguments:expr) => {{
        let Some(config) = crate::cli::config::load($arguments) else {
            return Ok(crate::cli::verdict::Verdict::BadConfiguration);
        };
        let store = crate::cli::config::open_to_read(&config).await?;
        (config, store)
    }};
}
pub(super) use archive;

/// Reads the configuration and opens its rooms, or ends the verb with the right exit code.
macro_rules! house {
    ($arguments:expr) => {{
        let Some(config) = crate::cli::config::load($arguments) else {
            return Ok(crate::cli::verdict::Verdict::BadConfiguration);
        };
        let house = crate::cli::config::open(&config).await?;
        (config, house)
    }};
}
pub(super) use house;
