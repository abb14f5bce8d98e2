//! Plain data that more than one stage speaks: feeds, entries, polls, articles.
//!
//! Nothing here does I/O, reads a clock or knows a file format. [`feed`] and [`poll`] are the
//! words of the write side (with [`relocation`] for where a feed is asked), [`entry`] what a feed says,
//! [`story`] and [`sketch`] what makes one story of many entries, [`article`] what the archive answers,
//! [`query`] what it is asked.

pub mod article;
pub mod entry;
pub mod feed;
pub mod poll;
pub mod query;
pub mod relocation;
pub mod secret;
pub mod sketch;
pub mod story;

pub use article::{Article, Outlet, SourceFeed};
pub use entry::{Damage, Enclosure, EntryId, Hints, ParsedEntry, ParsedFeed, Person, Source};
pub use feed::{FeedId, FeedSpec, FeedState};
pub use poll::{
    Body, Change, ChannelFacts, FeedClaim, Incoming, Join, JoinTarget, Known, KnownEntry, Lease,
    Next, PageClaim, PagesAsked, PollReport, Rhythm, Suspicion, Tally, Validators,
};
pub use query::{Field, Filter, Query, QueryError, Term};
pub use relocation::{Moving, Relocation};
pub use secret::Secret;
pub use sketch::Sketch;
pub use story::{Alike, Arrival, JoinReason, NearJoin, Place, Placement};
