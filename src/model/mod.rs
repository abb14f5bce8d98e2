//! Plain data that more than one stage speaks: feeds, entries, polls, articles.
//!
//! Nothing here does I/O, reads a clock or knows a file format. [`feed`] and [`poll`] are the
//! words of the write side, [`entry`] what a feed says, [`article`] what the archive answers.

pub mod article;
pub mod entry;
pub mod feed;
pub mod poll;

pub use article::{Article, Outlet};
pub use entry::{Enclosure, EntryId, ParsedEntry, ParsedFeed};
pub use feed::{FeedId, FeedSpec, FeedState};
pub use poll::{FeedClaim, Lease, PageClaim, Validators};
