//! Tests of the schedule: what a cron line means, and what decides the next poll.

mod crontab;
mod next;

use chrono::{DateTime, Utc};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
