//! Tests of the configuration: what is refused and where, what is read, what edits leave.

mod edits;
mod faults;
mod reading;
mod rules;

use std::path::Path;

use super::{Config, Faults, Warning};

fn parse(text: &str) -> Result<(Config, Vec<Warning>), Faults> {
    Config::parse(text, Path::new("feeds.toml"), Path::new("/etc/rawi"), None)
}

fn parsed(text: &str) -> Config {
    parse(text)
        .unwrap_or_else(|faults| panic!("{text}\n{faults}"))
        .0
}
