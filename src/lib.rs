//! **rawi** (راوي) hears the news, checks it, and passes it on whole.
//!
//! A daemon in three movements, each a room of this crate:
//!
//! 1. *Hear*: [`poll`] claims the feeds that are due, and takes each through [`fetch`], [`parse`],
//!    [`dedupe`] and [`schedule`] into the [`store`]; the pages behind new entries follow by
//!    themselves through [`fetch`] and [`extract`].
//! 2. *Keep*: [`store`] is one SQLite archive: every entry, every version, every poll.
//! 3. *Pass on*: [`serve`] and the `emit` verb take the newest stories from the archive and have
//!    [`publish`] write them as Atom, RSS and JSON Feed.
//!
//! Below them lie [`model`] (plain data), [`text`] (charsets, URLs, HTML, Arabic) and [`clock`];
//! above them [`config`] (feeds.toml), [`daemon`] (the wiring and its life) and [`cli`] (verbs,
//! printing, exit codes). Imports point down these floors only; `tests/it/house.rs` keeps that.

pub mod cli;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod dedupe;
pub mod extract;
pub mod fetch;
pub mod model;
pub mod parse;
pub mod poll;
pub mod publish;
pub mod schedule;
pub mod serve;
pub mod store;
pub mod telemetry;
pub mod text;
