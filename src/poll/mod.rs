//! The write side, told in the order in which it runs.
//!
//! A feed:
//!
//! ```text
//! store.claim_feeds | fetch | parse | dedupe.tell_apart | store.is_again | dedupe.derive
//!     | store.commit_poll( known | decide | next | place )
//! ```
//!
//! is claimed with a lease and a place at its host; fetched with the validators of its last good
//! answer; read; its entries get keys, and those that say anything new all else that is derived of
//! them. Then, in one transaction, the archive says what it knows of them, [`crate::dedupe::decide`]
//! what is new and what was changed, [`crate::schedule`] when the feed is polled next, and all of it
//! is written: entries, each at the place among the stories that [`crate::dedupe::place`] finds,
//! validators, the pages that became due, the next poll, the end of the claim.
//!
//! A page, by itself, since polite spacing makes pages slow:
//!
//! ```text
//! store.claim_pages | fetch | text.charset | extract | learn | store.commit_page( place )
//! ```
//!
//! [`feed`] and [`page`] (with [`article`]) are these two lines of the [`Poller`]; [`rounds`] claims what is due and keeps at most
//! [`Plan::concurrency`] of them under way. A failure ([`failure`]) ends its own poll and no other:
//! it is written to the archive with the reason and sets the next try ([`outcome`]). Documents are read at the
//! [`desk`], where a panic is caught and time and memory are bounded; what could not be read there, or
//! ended the process, is not read again until it changes. [`relocation`] says when a feed that calls
//! itself moved is believed.

mod article;
mod desk;
mod failure;
mod feed;
mod outcome;
mod page;
mod poller;
mod relocation;
mod rounds;
mod sites;
mod subscription;

pub use failure::Failure;
pub use poller::{Plan, Poller};
pub use rounds::{Done, Summary, once, run};
pub use subscription::Subscription;
