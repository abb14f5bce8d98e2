//! How often a feed is to be polled, as a user writes it.

use std::fmt;
use std::time::Duration;

use crate::schedule::crontab::CronLine;
use crate::schedule::duration::{parse_duration, words};
use crate::schedule::error::Error;

/// The value of a `schedule` key.
#[derive(Debug, Clone, PartialEq)]
pub enum Cadence {
    /// By the feed's own rhythm, within floor and ceiling.
    Adaptive,
    /// A fixed time after each poll; never zero.
    Every(Duration),
    /// At the times of a crontab line, in the feed's time zone.
    Cron(CronLine),
}

impl Cadence {
    /// Reads `adaptive`, a duration (`15m`), five-field cron (`*/15 6-23 * * *`) or a nickname
    /// of cron (`@hourly`).
    ///
    /// # Errors
    /// None of these, with what is wrong; or a time that never comes (February 30).
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text == "adaptive" {
            Ok(Self::Adaptive)
        } else if text.starts_with('@') || text.contains(char::is_whitespace) {
            CronLine::parse(text).map(Self::Cron)
        } else {
            match parse_duration(text) {
                Ok(Duration::ZERO) => Err(Error::Zero(text.to_owned())),
                Ok(every) => Ok(Self::Every(every)),
                Err(Error::Duration(_)) => Err(Error::Schedule(text.to_owned())),
                Err(error) => Err(error),
            }
        }
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adaptive => f.write_str("adaptive"),
            Self::Every(every) => write!(f, "every {}", words(*every)),
            Self::Cron(line) => write!(f, "cron {line}"),
        }
    }
}
