//! Serves the merged feeds over HTTP, from rendered bytes.
//!
//! [`State`] holds the archive, the clock and the [`Settings`]; [`router`] answers requests from
//! it, and [`run`] accepts connections until it is told to stop. [`Publisher`] is the one place that
//! turns what the archive answers into a feed, for the server and for `emit` alike.
//!
//! What a request goes through, outermost first:
//!
//! ```text
//! run (connections, header time) → guard (host, method, token; headers of every answer)
//!     → feeds → slot (rendered once per revision of the archive) → rendering (ETag, 304, 226, codings)
//! ```
//!
//! This room only reads: the archive through `source`, and nothing else. It answers GET and HEAD
//! only, sets no cookie and allows no other origin. What goes wrong is an [`Error`]; its file alone
//! knows status codes.
//!
//! Sources: RFC 9110 (HTTP semantics: conditional requests §13), RFC 9111 (caching), RFC 6750
//! (bearer tokens), RFC 5005
//! (archived feeds), RFC 3229 (what is new since).

mod coding;
mod connections;
mod error;
mod feeds;
mod guard;
mod health;
mod home;
mod options;
mod rendering;
mod routes;
mod slot;
mod source;
mod state;
#[cfg(test)]
mod tests;

pub use connections::run;
pub use error::Error;
pub use feeds::Publisher;
pub use options::{Images, Language, Options};
pub use routes::router;
pub use state::{ChannelSpec, MetricsText, Settings, State};
