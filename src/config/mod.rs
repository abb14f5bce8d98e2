//! feeds.toml: one file in, the options of every stage out, or all that is wrong with it.
//!
//! [`Config::load`] reads the file and [`Config::parse`] its text; either also reads the rule packs
//! that it names ([`Pack`]), and no other file. The stages own
//! their `Options` and know of no file; this room composes them from above. The names of the keys
//! are a contract with users: a key is known where a reader asks for it, and nowhere else.
//!
//! Errors: reading never stops at the first. [`Faults`] holds every one, with line, column, key
//! path and the nearest known key; a [`Warning`] is what is accepted but not as it seems (a key
//! without effect yet, two feeds of one address). [`edit`] changes the text for `add` and `remove`
//! and keeps the user's comments.
//!
//! How the work is divided: `reader` knows types and places, `values` the shapes of single values,
//! `sections`, `feeds`, `channels` and `rules` the keys. Source: TOML 1.1 (toml.io).

mod channels;
pub mod edit;
mod error;
mod faults;
mod feeds;
mod reader;
mod rules;
mod sections;
#[cfg(test)]
mod tests;
mod values;

use std::io;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

pub use channels::Channel;
pub use error::EditError;
pub use faults::{Fault, Faults, Place, Warning};
pub use rules::{Pack, PackRule, PackTest, TestPage};

use crate::config::reader::{Report, Section, text_of};
use crate::{dedupe, extract, fetch, poll, publish, schedule, serve, store};

/// All that feeds.toml says, typed, with defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `[archive]`.
    pub archive: store::Options,
    /// `[fetch]`.
    pub fetch: fetch::Options,
    /// `[schedule]`.
    pub schedule: schedule::Options,
    /// `[extract]`: the rules of the packs that it names.
    pub extract: extract::Rules,
    /// `[dedupe]`.
    pub dedupe: dedupe::Options,
    /// `[serve]`.
    pub serve: serve::Options,
    /// `[publish]`.
    pub publish: publish::Options,
    /// Every `[[channel]]`, in the file's order; `all` is not among them.
    pub channels: Vec<Channel>,
    /// Every `[[feed]]`, disabled ones included, in the file's order.
    pub subscriptions: Vec<poll::Subscription>,
    /// The file that this was read from.
    pub path: PathBuf,
}

impl Config {
    /// Reads the file at `path`. A relative `archive.path` lies in `$STATE_DIRECTORY`, if systemd
    /// set it, else beside the file; other relative paths lie beside the file.
    ///
    /// # Errors
    /// The file cannot be read, or has faults: all of them.
    pub fn load(path: &Path) -> Result<(Self, Vec<Warning>), Faults> {
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let text = text_of(path, bytes)?;
        let base = path.parent().unwrap_or(Path::new(""));
        // systemd separates several folders by colons; the first is the unit's own.
        let state = std::env::var_os("STATE_DIRECTORY");
        let state = state
            .as_ref()
            .and_then(|folders| std::env::split_paths(folders).next());
        Self::parse(&text, path, base, state.as_deref())
    }

    /// The sections that differ in `new` and that a running daemon cannot change.
    pub fn sections_for_restart(&self, new: &Self) -> Vec<&'static str> {
        let mut sections = Vec::new();
        if self.archive.path != new.archive.path {
            sections.push("archive");
        }
        if self.fetch != new.fetch {
            sections.push("fetch");
        }
        if self.serve.listen != new.serve.listen {
            sections.push("serve");
        }
        sections
    }

    /// Reads the text of a file. `path` stands in messages and in the result; relative paths lie in
    /// `base_dir`, but for the archive's in `state_directory`, if there is one.
    ///
    /// # Errors
    /// The text has faults: all of them.
    pub fn parse(
        text: &str,
        path: &Path,
        base_dir: &Path,
        state_directory: Option<&Path>,
    ) -> Result<(Self, Vec<Warning>), Faults> {
        let report = Report::new(path, text);
        let (tree, errors) = DeTable::parse_recoverable(text);
        report.syntax(&errors);

        let mut root = Section::root(&report, tree.get_ref());
        let archive = sections::archive(root.section("archive"), base_dir, state_directory);
        let fetch = sections::fetch(root.section("fetch"));
        let schedule = sections::schedule(root.section("schedule"));
        let extract = sections::extract(root.section("extract"), base_dir);
        let dedupe = sections::dedupe(root.section("dedupe"));
        let serve = sections::serve(root.section("serve"), base_dir);
        let publish = sections::publish(root.section("publish"));
        let channels = root.sections("channel");
        let feeds = feeds::read(root.sections("feed"), &fetch, &schedule.options, base_dir);
        schedule.refuse_haste(feeds.hasty_by_default.as_deref());
        // A feed that a channel names may stand where the text could not be read.
        let slugs = (!report.is_broken()).then_some(&feeds.slugs);
        let channels = channels::read(channels, slugs);
        root.finish();
        let schedule = schedule.options;

        let warnings = report.finish()?;
        let config = Self {
            archive,
            fetch,
            schedule,
            extract,
            dedupe,
            serve,
            publish,
            channels,
            subscriptions: feeds.subscriptions,
            path: path.to_owned(),
        };
        Ok((config, warnings))
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Faults {
    Faults::of_file(
        path,
        match error.kind() {
            io::ErrorKind::NotFound => "no such file; `rawi add URL` creates one with its first \
                                        feed, `--config FILE` names another"
                .to_owned(),
            _ => format!("cannot be read: {error}"),
        },
    )
}
