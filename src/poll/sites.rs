//! What is known of the hosts of pages, between the archive and the threads that read pages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::extract::{Observed, Site};
use crate::store::{self, Lesson, Store};

/// Hosts that are kept in memory, some tens of KiB each.
const MOST_HOSTS: usize = 256;
/// A host that is new is kept in the archive after each story,
const STORIES_OF_A_NEW_HOST: u32 = 24;
/// one that is known after so many.
const STORIES_BETWEEN: u32 = 8;

/// The hosts; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Sites(Arc<Mutex<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    hosts: HashMap<String, Known>,
    /// [`Store::sites_forgotten`] when these were looked up.
    forgotten: u64,
}

/// What is known of one host; clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Known(Arc<Mutex<Site>>);

impl Sites {
    /// What is known of a host.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub(super) async fn of(&self, host: &str, store: &Store) -> Result<Known, store::Error> {
        if let Some(known) = self.lock(store).hosts.get(host) {
            return Ok(known.clone());
        }
        let kept = store.site(host.to_owned()).await?;
        let site = kept.as_deref().map(Site::from_json).unwrap_or_default();
        let known = Known(Arc::new(Mutex::new(site)));
        let hosts = &mut self.lock(store).hosts;
        if hosts.len() >= MOST_HOSTS {
            // Those that are being read stay with their readers; the others are in the archive.
            hosts.clear();
        }
        // Another page of the host may have been quicker.
        Ok(hosts.entry(host.to_owned()).or_insert(known).clone())
    }

    /// What is in mind, but for what somebody had forgotten.
    fn lock(&self, store: &Store) -> MutexGuard<'_, Memory> {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten = store.sites_forgotten();
        if memory.forgotten != forgotten {
            memory.hosts.clear();
            memory.forgotten = forgotten;
        }
        memory
    }
}

impl Known {
    /// What is known now.
    pub(super) fn site(&self) -> Site {
        self.lock().clone()
    }

    /// Learns from a page; says what of it the archive is to keep.
    pub(super) fn learn(&self, host: &str, page: &Observed, now: DateTime<Utc>) -> Lesson {
        let mut site = self.lock();
        let learned = site.learn(page, now);
        let stories = site.stories();
        let is_due = learned.new_story
            && (stories <= STORIES_OF_A_NEW_HOST || stories.is_multiple_of(STORIES_BETWEEN));
        Lesson {
            host: host.to_owned(),
            learned: (is_due || learned.redesigned).then(|| site.to_json()),
            is_redesigned: learned.redesigned,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Site> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
