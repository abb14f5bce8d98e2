//! The integration tests: real sockets, real SQLite, the real program. One binary, so that a
//! change links once.

#![expect(clippy::unwrap_used, reason = "what a test cannot have is its failure")]

mod access;
mod addresses;
mod archive;
mod corpus;
mod crowd;
mod documents;
mod fetching;
mod hostile;
mod house;
mod life;
mod long_articles;
mod merged_feed;
mod pages;
mod politeness;
mod publishing;
mod robots;
mod rounds;
mod rules;
mod schedule;
mod search;
mod sites;
mod standing;
mod stories;
mod support;
mod upstream;
mod urls;
mod verbs;
