//! How many pages each public host is asked for on a day.
//!
//! Counted in memory when a page is asked for, redirects included. What was counted is handed to
//! the archive by [`Budget::take`] with the next page that is committed, and comes back from it at
//! a start by [`Budget::learn`]. Days are those of UTC.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::model::PagesAsked;

/// The budgets of all hosts.
#[derive(Debug)]
pub(super) struct Budget {
    limit: u32,
    today: Mutex<Today>,
}

#[derive(Debug, Default)]
struct Today {
    day: NaiveDate,
    hosts: HashMap<Box<str>, Count>,
}

#[derive(Debug, Default)]
struct Count {
    asked: u32,
    /// Of these, what the archive has not been told.
    untold: u32,
    /// That no page is left has been logged.
    said: bool,
}

impl Budget {
    /// Nobody has been asked; each host may be for `limit` pages a day.
    pub(super) fn new(limit: u32) -> Self {
        Self {
            limit,
            today: Mutex::default(),
        }
    }

    /// Counts a page, or says when the host may be asked again.
    pub(super) fn spend(&self, host: &str, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let mut today = self.today(now);
        if let Some(morning) = today.spent_until(host, self.limit) {
            return Err(morning);
        }
        let count = today.hosts.entry(host.into()).or_default();
        count.asked += 1;
        count.untold += 1;
        Ok(())
    }

    /// The beginning of the next day, if the host's pages of this one are used up.
    pub(super) fn spent_until(&self, host: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.today(now).spent_until(host, self.limit)
    }

    /// What was counted since the last time.
    pub(super) fn take(&self, now: DateTime<Utc>) -> Vec<PagesAsked> {
        let mut today = self.today(now);
        let day = today.day;
        let hosts = today.hosts.iter_mut().filter(|(_, count)| count.untold > 0);
        hosts
            .map(|(host, count)| PagesAsked {
                host: host.to_string(),
                day,
                pages: std::mem::take(&mut count.untold),
            })
            .collect()
    }

    /// Adds what the archive remembers of this day.
    pub(super) fn learn(&self, asked: Vec<PagesAsked>, now: DateTime<Utc>) {
        let mut today = self.today(now);
        let day = today.day;
        for PagesAsked { host, pages, .. } in asked.into_iter().filter(|asked| asked.day == day) {
            today.hosts.entry(host.into()).or_default().asked += pages;
        }
    }

    /// The counts of this day; those of another are forgotten.
    fn today(&self, now: DateTime<Utc>) -> MutexGuard<'_, Today> {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now.date_naive();
        if today.day != day {
            *today = Today {
                day,
                hosts: HashMap::new(),
            };
        }
        today
    }
}

impl Today {
    fn spent_until(&mut self, host: &str, limit: u32) -> Option<DateTime<Utc>> {
        let morning = self.day.checked_add_days(Days::new(1))?;
        let morning = morning.and_time(NaiveTime::MIN).and_utc();
        let count = self.hosts.get_mut(host)?;
        if count.asked < limit {
            return None;
        }
        if !std::mem::replace(&mut count.said, true) {
            tracing::info!(
                host,
                pages = count.asked,
                until = %morning,
                "the host was asked for as many pages as a day may have; the others wait"
            );
        }
        Some(morning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        "2026-01-15T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_host_is_asked_for_so_many_pages_a_day_and_again_on_the_next() {
        let (budget, evening) = (Budget::new(2), noon());
        assert_eq!(budget.spent_until("a.example", evening), None);
        assert_eq!(budget.spend("a.example", evening), Ok(()));
        assert_eq!(budget.spend("a.example", evening), Ok(()));
        let morning = "2026-01-16T00:00:00Z".parse().unwrap();
        assert_eq!(budget.spend("a.example", evening), Err(morning));
        assert_eq!(budget.spent_until("a.example", evening), Some(morning));
        assert_eq!(budget.spend("b.example", evening), Ok(()));
        assert_eq!(budget.spend("a.example", morning), Ok(()));
    }

    #[test]
    fn what_the_archive_was_told_comes_back_at_the_next_start() {
        let before = Budget::new(3);
        for _ in 0..3 {
            assert_eq!(before.spend("a.example", noon()), Ok(()));
        }
        let told = before.take(noon());
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].host.as_str(), told[0].pages), ("a.example", 3));
        assert!(before.take(noon()).is_empty(), "told once");
        let after = Budget::new(3);
        after.learn(told.clone(), noon());
        assert!(after.spend("a.example", noon()).is_err());
        assert!(after.take(noon()).is_empty(), "it came from there");
        let tomorrow = noon() + chrono::TimeDelta::days(1);
        after.learn(told, tomorrow);
        assert_eq!(after.spend("a.example", tomorrow), Ok(()));
    }
}
