//! When a feed is polled next. Pure: data and `now` in, a time and its reason out.
//!
//! [`Cadence`] is how often the user wants it (`adaptive`, an interval, a [`CronLine`]), [`Zone`]
//! the time zone that a cron line is read in. After each poll [`next_poll`] weighs what the server
//! asked for, that cadence and what the poll brought, and answers with a
//! [`Next`](crate::model::poll::Next), whose `why` users read in `rawi feeds`. The result is a
//! column of the archive, so that a restart polls nothing that is not due.
//!
//! An [`Error`] only ever comes from reading text; deciding cannot fail. The crates `cron` and
//! `chrono-tz` live in this room alone. Sources: crontab(5) and cron(8) of Debian, RFC 9111 for
//! max-age and Expires, RFC 9110 §10.2.3 for Retry-After, the RSS 2.0 specification for ttl,
//! skipHours and skipDays, the syndication module of RSS 1.0 for sy:*.

mod adaptive;
mod cadence;
mod crontab;
mod duration;
mod error;
mod next;
mod options;
mod rhythm;
mod skip;
#[cfg(test)]
mod tests;
mod zone;

pub use cadence::Cadence;
pub use crontab::CronLine;
pub use duration::{parse_duration, words};
pub use error::Error;
pub use next::{Inputs, Outcome, next_poll};
pub use options::Options;
pub use zone::Zone;
