//! `rawi check`: every fault of a configuration, at once.

use std::path::Path;

use crate::cli::args::Arguments;
use crate::cli::config;
use crate::cli::table::say;
use crate::cli::verdict::Verdict;
use crate::config::Config;

/// Reads the configuration and says what is wrong with it.
pub(super) fn check(arguments: &Arguments, file: Option<&Path>) -> Verdict {
    let path = file.map_or_else(|| config::path(arguments), Path::to_owned);
    match Config::load(&path) {
        Ok((config, warnings)) => {
            for warning in &warnings {
                say(&format!("{warning}"));
            }
            say(&format!(
                "{}: no faults; {} feeds, {} channels",
                path.display(),
                config.subscriptions.len(),
                config.channels.len()
            ));
            Verdict::Done
        }
        Err(faults) => {
            say(&faults.to_string());
            Verdict::BadConfiguration
        }
    }
}
