//! Whose turn it is: requests under way at each host, the time between them, and pauses.
//!
//! [`Hosts::try_reserve`] (for a scheduler that has other hosts to ask) or [`Hosts::reserve`]
//! gives a [`HostPermit`] for one request; dropping it frees the place and starts the spacing. A
//! scheduler asks by [`Hosts::place`], which says what to wait for where there is none. Pages are
//! asked for by [`Hosts::try_reserve_page`] or [`Hosts::place_for_page`], as a host's robots.txt may
//! want more time between them ([`HostPermit::rest_pages`]). A host is its name without the port, whatever the scheme. Local hosts have no limits unless the options set
//! them, and then nothing is kept of them at all; public ones are forgotten when they are idle.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use url::Url;

use crate::clock::Clock;
use crate::fetch::options::Options;
use crate::fetch::robots::MAX_CRAWL_DELAY;

const PUBLIC_CONCURRENCY: usize = 1;
const PUBLIC_SPACING: TimeDelta = TimeDelta::seconds(1);

/// How many hosts are kept before the idle ones are looked for.
const SWEEP_AT_LEAST: usize = 64;

/// The hosts that are being asked, or were a moment ago. Clones share them.
#[derive(Debug, Clone)]
pub struct Hosts(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: Clock,
    public: Limits,
    local: Limits,
    table: Mutex<Table>,
    /// For the one scheduler: remembers a release that came while nobody waited.
    freed: Notify,
    /// For the many that wait for a host of theirs.
    changed: Notify,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    /// None: as many as there are.
    concurrency: Option<usize>,
    spacing: TimeDelta,
}

#[derive(Debug)]
struct Table {
    hosts: HashMap<Box<str>, Host>,
    sweep_at: usize,
}

#[derive(Debug, Clone, Copy)]
struct Host {
    in_flight: usize,
    /// The end of the spacing after the last request.
    cool_at: DateTime<Utc>,
    /// The end of the rest that the host wants between two pages.
    pages_cool_at: DateTime<Utc>,
    /// The end of the silence that the host asked for.
    paused_until: DateTime<Utc>,
}

/// One request's place at its host. Dropping it frees the place and starts the spacing.
#[derive(Debug)]
#[must_use = "a place is free again as soon as its permit is dropped"]
pub struct HostPermit {
    /// None where there are no limits.
    place: Option<Place>,
}

impl HostPermit {
    /// The host wants so much time (its `Crawl-delay`) between this request and its next page.
    pub(super) fn rest_pages(&mut self, rest: TimeDelta) {
        if let Some(place) = &mut self.place {
            place.pages_rest = rest;
        }
    }
}

#[derive(Debug)]
struct Place {
    shared: Arc<Shared>,
    host: Box<str>,
    spacing: TimeDelta,
    /// After a page: the time before the next one.
    pages_rest: TimeDelta,
}

/// What a place is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// An article's page.
    Page,
    /// Whatever is not a page.
    Other,
}

/// Why a host cannot be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// As many requests as allowed are under way.
    Busy,
    /// It is cooling or paused: nothing is to be asked before this time.
    Until(DateTime<Utc>),
}

impl Hosts {
    /// Nobody has been asked yet.
    pub fn new(options: &Options, clock: Clock) -> Self {
        let spacing = options
            .host_spacing
            .map(|spacing| TimeDelta::from_std(spacing).unwrap_or(TimeDelta::MAX));
        Self(Arc::new(Shared {
            clock,
            public: Limits {
                concurrency: Some(options.host_concurrency.unwrap_or(PUBLIC_CONCURRENCY)),
                spacing: spacing.unwrap_or(PUBLIC_SPACING),
            },
            local: Limits {
                concurrency: options.host_concurrency,
                spacing: spacing.unwrap_or_default(),
            },
            table: Mutex::new(Table {
                hosts: HashMap::new(),
                sweep_at: SWEEP_AT_LEAST,
            }),
            freed: Notify::new(),
            changed: Notify::new(),
        }))
    }

    /// A place at the URL's host, or none if the host is busy, cooling or paused.
    ///
    /// `local` says that this very host lies in `allow_networks`. A local feed's page may lie at a
    /// public host: `Fetcher::is_local` tells.
    pub fn try_reserve(&self, url: &Url, local: bool) -> Option<HostPermit> {
        self.place(url, local).ok()
    }

    /// A place at the URL's host; see [`Hosts::try_reserve`].
    ///
    /// # Errors
    ///
    /// [`Wait`]: what the host has to be waited for.
    pub fn place(&self, url: &Url, local: bool) -> Result<HostPermit, Wait> {
        self.take(url, local, Purpose::Other)
    }

    /// A place for a page: none as well while the host rests from the last one.
    pub fn try_reserve_page(&self, url: &Url, local: bool) -> Option<HostPermit> {
        self.place_for_page(url, local).ok()
    }

    /// A place for a page; see [`Hosts::try_reserve_page`].
    ///
    /// # Errors
    ///
    /// [`Wait`]: what the host has to be waited for.
    pub fn place_for_page(&self, url: &Url, local: bool) -> Result<HostPermit, Wait> {
        self.take(url, local, Purpose::Page)
    }

    /// Waits for a place at the URL's host, through cooling and pauses; see
    /// [`Hosts::try_reserve`].
    pub async fn reserve(&self, url: &Url, local: bool) -> HostPermit {
        self.reserve_for(Purpose::Other, url, local).await
    }

    /// Waits for a place for a page, through the rest after the last one as well.
    pub async fn reserve_page(&self, url: &Url, local: bool) -> HostPermit {
        self.reserve_for(Purpose::Page, url, local).await
    }

    /// Waits for a place; see [`Hosts::reserve`].
    pub(super) async fn reserve_for(&self, purpose: Purpose, url: &Url, local: bool) -> HostPermit {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            // A release between the look at the table and the wait must not be missed.
            changed.as_mut().enable();
            match self.take(url, local, purpose) {
                Ok(permit) => return permit,
                Err(Wait::Busy) => changed.await,
                Err(Wait::Until(time)) => tokio::select! {
                    () = changed => {}
                    () = self.0.clock.sleep_until(time) => {}
                },
            }
        }
    }

    /// The earliest time at which a host that is cooling or paused can be asked again.
    pub fn next_free(&self) -> Option<DateTime<Utc>> {
        let now = self.0.clock.now();
        let mut table = self.0.table();
        table.sweep(now, self.0.longest_spacing());
        table
            .hosts
            .values()
            .flat_map(|host| [host.free_at(), host.pages_cool_at])
            .filter(|time| *time > now)
            .min()
    }

    /// Waits until some host's place has been given back. For one waiter: what was given back
    /// while it did not wait is told it at once.
    pub async fn freed(&self) {
        self.0.freed.notified().await;
    }

    /// Nobody asks this public host before `until` (its `Retry-After`). A pause is never made
    /// shorter.
    pub fn pause(&self, host: &str, until: DateTime<Utc>) {
        let now = self.0.clock.now();
        let mut table = self.0.table();
        let host = table.host(key(host), now, self.0.longest_spacing());
        host.paused_until = host.paused_until.max(until);
    }

    /// The end of the pause of the URL's host, if it has one.
    pub fn paused_until(&self, url: &Url) -> Option<DateTime<Utc>> {
        let table = self.0.table();
        let paused_until = table.hosts.get(key(url.host_str()?))?.paused_until;
        (paused_until > self.0.clock.now()).then_some(paused_until)
    }

    fn take(&self, url: &Url, local: bool, purpose: Purpose) -> Result<HostPermit, Wait> {
        let limits = if local { self.0.local } else { self.0.public };
        if limits.are_none() {
            return Ok(HostPermit { place: None });
        }
        let name = key(url.host_str().unwrap_or_default());
        let now = self.0.clock.now();
        let mut table = self.0.table();
        let host = table.host(name, now, self.0.longest_spacing());
        let limit = limits.concurrency.unwrap_or(usize::MAX);
        if host.in_flight >= limit {
            return Err(Wait::Busy);
        }
        let free_at = match purpose {
            Purpose::Page => host.free_at().max(host.pages_cool_at),
            Purpose::Other => host.free_at(),
        };
        if free_at > now {
            return Err(Wait::Until(free_at));
        }
        host.in_flight += 1;
        if limit > 1 {
            // Others may follow while this one is under way, but not at the same moment.
            host.cool_at = now + limits.spacing;
        }
        let place = Place {
            shared: Arc::clone(&self.0),
            host: name.into(),
            spacing: limits.spacing,
            pages_rest: TimeDelta::zero(),
        };
        Ok(HostPermit { place: Some(place) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let now = self.shared.clock.now();
        if let Some(host) = self.shared.table().hosts.get_mut(&self.host) {
            host.in_flight = host.in_flight.saturating_sub(1);
            host.cool_at = now + self.spacing;
            if !self.pages_rest.is_zero() {
                host.pages_cool_at = now + self.pages_rest;
            }
        }
        self.shared.changed.notify_waiters();
        self.shared.freed.notify_one();
    }
}

impl Shared {
    fn table(&self) -> MutexGuard<'_, Table> {
        // No code that can panic runs under this lock; the table is whole either way.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn longest_spacing(&self) -> TimeDelta {
        self.public.spacing.max(self.local.spacing)
    }
}

impl Limits {
    fn are_none(self) -> bool {
        self.concurrency.is_none() && self.spacing <= TimeDelta::zero()
    }
}

impl Table {
    fn host(&mut self, name: &str, now: DateTime<Utc>, spacing: TimeDelta) -> &mut Host {
        if !self.hosts.contains_key(name) && self.hosts.len() >= self.sweep_at {
            self.sweep(now, spacing);
            self.sweep_at = SWEEP_AT_LEAST.max(self.hosts.len() * 2);
        }
        let idle = Host {
            in_flight: 0,
            cool_at: now,
            pages_cool_at: now,
            paused_until: now,
        };
        let host = self.hosts.entry(name.into()).or_insert(idle);
        host.mend(now, spacing);
        host
    }

    /// Forgets the hosts of which nothing need be known.
    fn sweep(&mut self, now: DateTime<Utc>, spacing: TimeDelta) {
        self.hosts.retain(|_, host| {
            host.mend(now, spacing);
            host.in_flight > 0 || host.free_at().max(host.pages_cool_at) > now
        });
    }
}

impl Host {
    fn free_at(&self) -> DateTime<Utc> {
        self.cool_at.max(self.paused_until)
    }

    /// A clock that was set back must not make a second's spacing last for hours.
    fn mend(&mut self, now: DateTime<Utc>, spacing: TimeDelta) {
        self.cool_at = self.cool_at.min(now + spacing);
        self.pages_cool_at = self.pages_cool_at.min(now + MAX_CRAWL_DELAY);
    }
}

/// A name with the root's dot is the same host.
pub(super) fn key(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn hosts(options: &Options) -> (Hosts, Clock) {
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        (Hosts::new(options, clock.clone()), clock)
    }

    #[test]
    fn d1_d2_a_public_host_has_one_request_at_a_time_and_rests_a_second_after_it() {
        let (hosts, clock) = hosts(&Options::default());
        let permit = hosts
            .try_reserve(&url("http://a.example/1"), false)
            .unwrap();
        assert!(
            hosts
                .try_reserve(&url("https://a.example.:8443/2"), false)
                .is_none()
        );
        assert!(
            hosts
                .try_reserve(&url("http://b.example/"), false)
                .is_some()
        );
        drop(permit);
        assert_eq!(hosts.next_free(), Some(clock.now() + PUBLIC_SPACING));
        clock.advance(Duration::from_millis(999));
        assert!(
            hosts
                .try_reserve(&url("http://a.example/2"), false)
                .is_none()
        );
        clock.advance(Duration::from_millis(1));
        assert_eq!(hosts.next_free(), None);
        assert!(
            hosts
                .try_reserve(&url("http://a.example/2"), false)
                .is_some()
        );
    }

    #[test]
    fn a_local_host_has_no_limits_and_nothing_is_kept_of_it() {
        let (hosts, _) = hosts(&Options::default());
        let permits: Vec<_> = (0..9)
            .map(|_| hosts.try_reserve(&url("http://127.0.0.1/"), true).unwrap())
            .collect();
        assert!(hosts.0.table().hosts.is_empty());
        drop(permits);
        assert_eq!(hosts.next_free(), None);
    }

    #[test]
    fn limits_that_are_set_hold_for_local_hosts_too() {
        let options = Options {
            host_concurrency: Some(2),
            host_spacing: Some(Duration::from_secs(3)),
            ..Options::default()
        };
        let (hosts, clock) = hosts(&options);
        let here = url("http://127.0.0.1/");
        let _first = hosts.try_reserve(&here, true).unwrap();
        assert!(
            hosts.try_reserve(&here, true).is_none(),
            "two would start at the same moment"
        );
        clock.advance(Duration::from_secs(3));
        let _second = hosts.try_reserve(&here, true).unwrap();
        clock.advance(Duration::from_secs(3));
        assert!(
            hosts.try_reserve(&here, true).is_none(),
            "three would be under way"
        );
    }

    #[test]
    fn a_paused_host_is_left_alone_until_its_time_and_a_shorter_pause_changes_nothing() {
        let (hosts, clock) = hosts(&Options::default());
        let until = clock.now() + TimeDelta::minutes(10);
        hosts.pause("a.example", until);
        hosts.pause("a.example", clock.now() + TimeDelta::minutes(1));
        assert_eq!(hosts.paused_until(&url("http://a.example/")), Some(until));
        assert_eq!(hosts.next_free(), Some(until));
        assert!(
            hosts
                .try_reserve(&url("http://a.example/"), false)
                .is_none()
        );
        clock.advance(Duration::from_mins(10));
        assert_eq!(hosts.paused_until(&url("http://a.example/")), None);
        assert!(
            hosts
                .try_reserve(&url("http://a.example/"), false)
                .is_some()
        );
    }

    #[test]
    fn d2_a_crawl_delay_holds_pages_and_nothing_else() {
        let (hosts, clock) = hosts(&Options::default());
        let here = url("http://a.example/");
        let mut permit = hosts.try_reserve_page(&here, false).unwrap();
        permit.rest_pages(TimeDelta::seconds(30));
        drop(permit);
        clock.advance(Duration::from_secs(1));
        assert!(hosts.try_reserve_page(&here, false).is_none());
        drop(
            hosts
                .try_reserve(&here, false)
                .expect("a feed may be asked"),
        );
        clock.advance(Duration::from_secs(28));
        assert!(hosts.try_reserve_page(&here, false).is_none());
        let end = DateTime::UNIX_EPOCH + TimeDelta::seconds(30);
        assert_eq!(hosts.next_free(), Some(end), "a scheduler wakes then");
        clock.advance(Duration::from_secs(1));
        assert!(hosts.try_reserve_page(&here, false).is_some());
    }

    #[test]
    fn idle_hosts_are_forgotten() {
        let (hosts, clock) = hosts(&Options::default());
        for n in 0..1000 {
            let _ = hosts
                .try_reserve(&url(&format!("http://h{n}.example/")), false)
                .unwrap();
            clock.advance(Duration::from_millis(500));
        }
        assert!(hosts.0.table().hosts.len() <= SWEEP_AT_LEAST);
        clock.advance(Duration::from_secs(1));
        assert_eq!(hosts.next_free(), None);
        assert!(hosts.0.table().hosts.is_empty());
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_host_wait_longer_than_its_spacing() {
        let (hosts, clock) = hosts(&Options::default());
        let late = clock.now() + TimeDelta::days(1);
        drop(hosts.try_reserve(&url("http://a.example/"), false).unwrap());
        hosts.0.table().hosts.get_mut("a.example").unwrap().cool_at = late;
        assert_eq!(hosts.next_free(), Some(clock.now() + PUBLIC_SPACING));
    }

    #[tokio::test]
    async fn who_waits_for_a_host_gets_it_when_it_was_freed_and_has_cooled() {
        let (hosts, clock) = hosts(&Options::default());
        let here = url("http://a.example/");
        let first = hosts.reserve(&here, false).await;
        let second = hosts.reserve(&here, false);
        tokio::pin!(second);
        assert!(is_pending(&mut second).await, "the host is busy");
        drop(first);
        assert!(is_pending(&mut second).await, "the host is cooling");
        clock.advance(Duration::from_secs(1));
        let _permit = second.await;
    }

    /// Polls once.
    async fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = std::future::ready(()) => true,
        }
    }

    #[tokio::test]
    async fn a_release_that_nobody_waited_for_is_told_the_scheduler_at_once() {
        let (hosts, _) = hosts(&Options::default());
        drop(hosts.reserve(&url("http://a.example/"), false).await);
        hosts.freed().await;
    }
}
