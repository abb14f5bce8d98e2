//! The one door to the network: whatever is fetched goes through a [`Fetcher`].
//!
//! A caller reserves a place at the host ([`Hosts`]), hands it over with a [`FeedRequest`] or
//! [`PageRequest`], and gets what was [`Fetched`]: the body, or the word that nothing changed,
//! with what the next request needs to know. Redirects are followed by our own loop, inside one
//! deadline, and every hop waits for its turn at its host. Only addresses of the public Internet
//! are connected to, and for local feeds those in `allow_networks`. Before a page its host's
//! robots.txt is asked, and its pages of the day are counted. Nothing else is parsed, stored or
//! retried here.
//!
//! # Errors
//!
//! [`Error`] says what happened and to which address; what follows from it (back-off, a paused
//! host) is `poll`'s to decide.
//!
//! Sources: RFC 9110, 9111 and 9309, Rachel Kroll's feed reader behaviour rules, the IANA registries of
//! special-purpose addresses.

// `fetcher` runs one request after the other, with what `access` reads for it at the feed's own
// origin; `redirects`, `headers`, `addresses` and `challenge` are the pure rules that it asks, as are
// `robots` and `budget` of `pages`; `client`, `body` and `encoding` are all that handles the HTTP
// library's machinery.
mod access;
mod addresses;
mod body;
mod budget;
mod challenge;
mod client;
mod encoding;
mod error;
mod fetcher;
mod headers;
mod hosts;
mod hub;
mod options;
mod pages;
mod redirects;
mod robots;

pub use access::{Access, Basic, check_header};
pub use body::Body;
pub use challenge::challenge_of;
pub use error::{Error, Phase};
pub use fetcher::{Answer, FeedRequest, Fetched, Fetcher, PageRequest};
pub use hosts::{HostPermit, Hosts, Wait};
pub use options::Options;
