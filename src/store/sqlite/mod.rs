//! The archive on SQLite: the one door to SQL.
//!
//! [`migrate`] opens and brings up to date; [`writer`] owns the only writing connection, [`readers`]
//! a few that cannot write. The rest are the statements by subject: [`feeds`], [`polls`], [`entries`],
//! [`stories`], [`sketches`], [`fulltext`], [`pages`], [`hosts`], [`sites`] (write side), [`retention`];
//! [`merged`], [`search`], [`explain`], [`query`] (read side); [`meta`]. Each function takes a
//! connection and does one thing in the transaction that it finds there. [`woven`] is how the table of
//! the long texts holds its HTML, for those that write and read it.

pub(crate) mod archived;
pub(crate) mod corrections;
pub(crate) mod entries;
pub(crate) mod explain;
pub(crate) mod feeds;
pub(crate) mod fulltext;
mod hints;
pub(crate) mod hosts;
pub(crate) mod merged;
pub(crate) mod meta;
pub(crate) mod migrate;
pub(crate) mod pages;
pub(crate) mod polls;
pub(crate) mod query;
pub(crate) mod readers;
pub(crate) mod retention;
pub(crate) mod search;
pub(crate) mod sites;
pub(crate) mod sketches;
pub(crate) mod stories;
pub(crate) mod time;
mod woven;
pub(crate) mod writer;
