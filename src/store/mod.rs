//! The archive: one [`Store`], a clonable handle of verbs in the words of the house.
//!
//! In the order in which a poller uses them: [`Store::open`], [`Store::sync_feeds`],
//! [`Store::claim_feeds`], [`Store::commit_poll`] (one transaction: entries, validators, pages that
//! became due, the next poll, the end of the claim), [`Store::claim_pages`], [`Store::commit_page`].
//! Readers use [`Store::merged`], [`Store::search`], [`Store::article`], [`Store::feeds`],
//! [`Store::sql`].
//!
//! Nothing outside knows that SQLite is behind it: another database would be a second room beside
//! [`sqlite`], chosen in [`Store::open`]. Claims carry a lease in the archive itself, so that
//! several processes may share it today, and several machines later.
//!
//! # Errors
//! Every verb returns [`Error`]; none has changed anything when it does. [`Error::LeaseLost`] means
//! that the work took longer than its lease and now belongs to somebody else.

mod error;
mod options;
mod sqlite;
mod verbs;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use url::Url;

pub use error::Error;
pub use options::Options;
pub use verbs::{
    Admission, ArchivePage, CorrectionRow, Corrections, Decision, Explained, FeedRow, FoundPage,
    Hit, Kept, Lesson, Matching, Member, Merged, MergedItem, MergedQuery, PageCommit, PageEnd,
    PollCommit, Rescheduled, Revision, Suspect, Table, Terms, Which,
};

use crate::model::{
    Article, Change, EntryId, FeedClaim, FeedId, FeedSpec, FeedState, Incoming, Known, Next,
    PageClaim, PagesAsked, Place,
};
use sqlite::readers::Readers;
use sqlite::sketches::Sketches;
use sqlite::writer::Writer;
use sqlite::{
    corrections, entries, explain, feeds, hosts, merged, meta, migrate, pages, polls, query,
    retention, search, sites, stories,
};

/// The archive; clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: Readers,
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    archive_id: String,
    owner: i64,
    revision: AtomicU64,
    sites_forgotten: AtomicU64,
    /// Used inside the writer's transactions alone, so never waited for.
    sketches: Mutex<Sketches>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Proof that no other daemon runs on the archive; given up when dropped, also by a crash.
#[derive(Debug)]
pub struct Hold(#[expect(dead_code, reason = "its lock lives as long as it does")] File);

/// The version of the SQLite that is linked, e.g. `3.54.1`.
pub fn sqlite_version() -> &'static str {
    migrate::sqlite_version()
}

/// Runs what may block on a thread that may.
async fn off_the_workers<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Panicked(doing))?
}

impl Store {
    /// Opens the archive, making or migrating it first.
    ///
    /// # Errors
    /// Those of the file: see the variants of [`Error`].
    pub async fn open(options: &Options) -> Result<Self, Error> {
        let path = options.path.clone();
        let connection = off_the_workers("open", move || migrate::open_writer(&path)).await?;
        Self::over(options, connection, |connection| {
            let (writer, thread) = Writer::start(connection);
            (writer, Some(thread))
        })
    }

    /// Opens the archive for reading alone, also where its file may not be written. Every verb that
    /// writes returns [`Error::Closed`].
    ///
    /// # Errors
    /// As [`Store::open`], and if there is no archive or it is an older one: this makes none.
    pub async fn open_to_read(options: &Options) -> Result<Self, Error> {
        let path = options.path.clone();
        let connection = off_the_workers("open", move || migrate::open_to_read(&path)).await?;
        Self::over(options, connection, |_| (Writer::closed(), None))
    }

    fn over(
        options: &Options,
        connection: Connection,
        writer: impl FnOnce(Connection) -> (Writer, Option<JoinHandle<()>>),
    ) -> Result<Self, Error> {
        let archive_id = meta::value(&connection, "archive_id")?;
        let revision = meta::value(&connection, "revision")?.parse().unwrap_or(0);
        let (writer, thread) = writer(connection);
        Ok(Self {
            writer,
            readers: Readers::new(&options.path),
            shared: Arc::new(Shared {
                path: options.path.clone(),
                archive_id,
                owner: fastrand::i64(1..),
                revision: AtomicU64::new(revision),
                sites_forgotten: AtomicU64::new(0),
                sketches: Mutex::default(),
                thread: Mutex::new(thread),
            }),
        })
    }

    /// Takes the archive for a daemon, and frees what a daemon that crashed had claimed.
    ///
    /// # Errors
    /// [`Error::Held`] if another daemon has it.
    pub async fn hold(&self) -> Result<Hold, Error> {
        let mut path = self.shared.path.clone().into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let file = File::create(&path).map_err(|source| Error::Folder {
            path: path.clone(),
            source,
        })?;
        file.try_lock()
            .map_err(|_| Error::Held(self.shared.path.clone()))?;
        let owner = self.owner();
        self.write("free old claims", move |c| polls::take_over(c, owner))
            .await?;
        Ok(Hold(file))
    }

    /// The UUID that was minted with the archive; a copy has the same.
    pub fn archive_id(&self) -> &str {
        &self.shared.archive_id
    }

    /// The number under which this process claims.
    pub fn owner(&self) -> i64 {
        self.shared.owner
    }

    /// Counts the commits that changed what readers see. In memory; see [`Store::look_outside`].
    pub fn revision(&self) -> u64 {
        self.shared.revision.load(Ordering::Relaxed)
    }

    /// Takes notice of what other processes committed.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn look_outside(&self) -> Result<(), Error> {
        let (revision, forgotten) = self
            .readers
            .read("look outside", |connection| {
                let count = |key| meta::value(connection, key);
                Ok((count("revision")?, count("sites_forgotten")?))
            })
            .await?;
        self.note_revision(revision.parse().unwrap_or(0));
        self.shared
            .sites_forgotten
            .store(forgotten.parse().unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }

    /// Makes the archive's list of feeds that of the configuration; new ones are due at once.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn sync_feeds(
        &self,
        specs: Vec<FeedSpec>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Rescheduled>, Error> {
        self.write("list its feeds", move |c| feeds::sync(c, &specs, now))
            .await
    }

    /// Sets the next poll of a feed whose schedule was changed.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn reschedule(&self, feed: FeedId, next: Next) -> Result<(), Error> {
        self.write("reschedule a feed", move |c| {
            feeds::reschedule(c, feed, &next)
        })
        .await
    }

    /// Leases feeds, each with the permit that `admit` (asked with its address,
    /// whether it is local, and how it stands) gave for it; a feed that gets none is left for later.
    ///
    /// Returns what is left of `which`, too.
    ///
    /// # Errors
    /// If the archive cannot be written; permits are dropped then.
    pub async fn claim_feeds<P: Send + 'static>(
        &self,
        mut which: Which,
        terms: Terms,
        admit: impl FnMut(&Url, bool, FeedState) -> Option<P> + Send + 'static,
    ) -> Result<(Vec<(FeedClaim, P)>, Which), Error> {
        self.write("claim feeds", move |c| {
            let claimed = polls::claim(c, &mut which, &terms, admit)?;
            Ok((claimed, which))
        })
        .await
    }

    /// Marks what a suspect claim is about to read, so that the death of this process over it would
    /// be remembered.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn mark_reading(&self, suspect: Suspect<'_>) -> Result<(), Error> {
        match suspect {
            Suspect::Feed(claim, document) => {
                let (claim, document) = (claim.clone(), document.to_vec());
                self.write("mark a document", move |c| {
                    polls::mark_reading(c, &claim, &document)
                })
                .await
            }
            Suspect::Page(claim) => {
                let claim = claim.clone();
                self.write("mark a page", move |c| pages::mark_reading(c, &claim))
                    .await
            }
        }
    }

    /// Of entries of a feed, by key and digest of what they say, whether the archive has them as they
    /// are.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn is_again(
        &self,
        feed: FeedId,
        entries: Vec<(i64, i64)>,
    ) -> Result<Vec<bool>, Error> {
        self.readers
            .read("look for known entries", move |c| {
                entries::is_again(c, feed, &entries)
            })
            .await
    }

    /// Ends a poll in one transaction: `decide` is shown what the archive knows of the incoming
    /// entries and says what is to be written and when the feed is polled next.
    ///
    /// It decides under the write lock, so two polls can never both take an article for new.
    ///
    /// # Errors
    /// [`Error::LeaseLost`]; or if the archive cannot be written. Nothing was kept then.
    pub async fn commit_poll(
        &self,
        poll: PollCommit,
        decide: impl FnOnce(&Known, Vec<Incoming>) -> Decision + Send + 'static,
    ) -> Result<Kept, Error> {
        let (kept, revision) = self
            .place("commit a poll", move |c, sketches| {
                let since = poll.matching.since;
                let mut known = entries::known(c, poll.claim.feed, &poll.incoming, since)?;
                known.new_today = polls::new_today(c, poll.claim.feed, poll.now)?;
                let Decision {
                    changes,
                    next,
                    state,
                    relocation,
                    refused,
                } = decide(&known, poll.incoming);
                let mut writing = entries::Writing {
                    connection: c,
                    sketches,
                    matching: &poll.matching,
                    feed: poll.claim.feed,
                    pages: poll.pages,
                    local_host: poll.claim.url.host_str().filter(|_| poll.claim.local),
                    now: poll.now,
                };
                let tally = writing.apply(&changes)?;
                let ended = polls::Ended {
                    next: &next,
                    state,
                    relocation: &relocation,
                };
                polls::finish(c, &poll.claim, &poll.report, tally, &ended)?;
                let seen = tally.new + tally.changed + tally.renewed > 0;
                let revision = seen.then(|| meta::bump_revision(c)).transpose()?;
                let kept = Kept {
                    tally,
                    next,
                    relocation,
                    refused,
                };
                Ok((kept, revision))
            })
            .await?;
        if let Some(revision) = revision {
            self.note_revision(revision);
        }
        Ok(kept)
    }

    /// Leases due pages, of `feeds` or of all, each with a permit from `admit`, which also says
    /// what is put off.
    ///
    /// # Errors
    /// If the archive cannot be written; permits are dropped then.
    pub async fn claim_pages<P: Send + 'static>(
        &self,
        feeds: Option<Arc<[FeedId]>>,
        terms: Terms,
        admit: impl FnMut(&Url, bool) -> Admission<P> + Send + 'static,
    ) -> Result<Vec<(PageClaim, P)>, Error> {
        self.write("claim pages", move |c| {
            pages::claim(c, feeds.as_deref(), &terms, admit)
        })
        .await
    }

    /// Ends the work on a page. Its article finds its story anew, unless the merged feed has shown it.
    ///
    /// # Errors
    /// [`Error::LeaseLost`]; or if the archive cannot be written.
    pub async fn commit_page(&self, page: PageCommit) -> Result<(), Error> {
        let revision = self
            .place("commit a page", move |c, sketches| {
                pages::finish(c, sketches, &page)
            })
            .await?;
        self.note_revision(revision);
        Ok(())
    }

    /// How many pages each public host was asked for on the day of `now` (UTC).
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn pages_asked(&self, now: DateTime<Utc>) -> Result<Vec<PagesAsked>, Error> {
        self.readers
            .read("count pages", move |c| pages::asked(c, now.date_naive()))
            .await
    }

    /// Remembers that a public host is to be left alone until then.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn pause_host(
        &self,
        host: String,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.write("note a pause", move |c| hosts::pause(c, &host, until, now))
            .await
    }

    /// The public hosts that are to be left alone, and until when.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn paused_hosts(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
        self.readers
            .read("look for pauses", move |c| hosts::paused(c, now))
            .await
    }

    /// What was learned of a host's pages, as [`Lesson::learned`] had it.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn site(&self, host: String) -> Result<Option<String>, Error> {
        self.readers
            .read("look up a site", move |c| sites::learned(c, &host))
            .await
    }

    /// Counts how often [`Store::forget_site`] was called, by whichever process, until the last
    /// [`Store::look_outside`].
    pub fn sites_forgotten(&self) -> u64 {
        self.shared.sites_forgotten.load(Ordering::Relaxed)
    }

    /// Forgets what was learned of a host's pages; says whether something was.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn forget_site(&self, host: String) -> Result<bool, Error> {
        self.write("forget a site", move |c| sites::forget(c, &host))
            .await
    }

    /// Takes in articles of another archive; returns for each its number, and whether it was new here.
    ///
    /// Of two articles those can be the same story that were first seen within `window`, if `place`
    /// says so or their texts are equal.
    ///
    /// # Errors
    /// If the archive cannot be written; none was taken in then.
    pub async fn import(
        &self,
        articles: Vec<(Article, Incoming)>,
        window: TimeDelta,
        place: Option<Place>,
        decide: impl Fn(&Known, Vec<Incoming>) -> Vec<Change> + Send + 'static,
    ) -> Result<Vec<(EntryId, bool)>, Error> {
        self.place("take in articles", move |c, sketches| {
            let mut taken = Vec::with_capacity(articles.len());
            for (article, incoming) in articles {
                let matching = Matching {
                    since: article.first_seen - window,
                    place,
                };
                taken.push(entries::import(
                    c, sketches, &article, incoming, &matching, &decide,
                )?);
            }
            if taken.iter().any(|&(_, is_new)| is_new) {
                meta::bump_revision(c)?;
            }
            Ok(taken)
        })
        .await
    }

    /// Makes the stories of two articles one, for good: that of the second joins that of the first.
    /// Returns the story that both belong to now.
    ///
    /// # Errors
    /// [`Error::NoArticle`]; or if the archive cannot be written.
    pub async fn join_stories(
        &self,
        first: EntryId,
        second: EntryId,
        now: DateTime<Utc>,
    ) -> Result<EntryId, Error> {
        self.correct("join two stories", move |c| {
            stories::join(c, first, second, now)
        })
        .await
    }

    /// Takes an article out of its story, for good. Returns the story that it was taken out of; none
    /// if it was alone in it.
    ///
    /// # Errors
    /// [`Error::NoArticle`]; or if the archive cannot be written.
    pub async fn split_story(&self, id: EntryId) -> Result<Option<EntryId>, Error> {
        self.correct("split a story", move |c| stories::split(c, id))
            .await
    }

    /// Writes what changes what readers see.
    async fn correct<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (done, revision) = self
            .write(doing, move |c| Ok((work(c)?, meta::bump_revision(c)?)))
            .await?;
        self.note_revision(revision);
        Ok(done)
    }

    /// When the next unclaimed feed and the next unclaimed page (of `feeds`, or of all) are due.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn next_due(
        &self,
        feeds: Option<Arc<[FeedId]>>,
        now: DateTime<Utc>,
    ) -> Result<(Option<DateTime<Utc>>, Option<DateTime<Utc>>), Error> {
        self.readers
            .read("look for what is due", move |c| {
                Ok((
                    polls::next_due(c, now)?,
                    pages::next_due(c, feeds.as_deref(), now)?,
                ))
            })
            .await
    }

    /// Cuts the log of polls; returns how many were cut.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn forget_polls(&self, before: DateTime<Utc>) -> Result<usize, Error> {
        self.write("cut the log of polls", move |c| {
            polls::forget_polls(c, before)
        })
        .await
    }

    /// Deletes at most `limit` stories that have brought nothing since `before`; returns how many
    /// articles went. They are not new when they come again.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn forget_stories(
        &self,
        before: DateTime<Utc>,
        limit: usize,
    ) -> Result<usize, Error> {
        let (gone, revision) = self
            .write("let go of old articles", move |c| {
                let gone = retention::forget_stories(c, before, limit)?;
                let revision = (gone > 0).then(|| meta::bump_revision(c)).transpose()?;
                Ok((gone, revision))
            })
            .await?;
        if let Some(revision) = revision {
            self.note_revision(revision);
        }
        Ok(gone)
    }

    /// Puts the file in order, a little at a time. Texts first seen before `sketches_since` can be no
    /// story with what comes.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub async fn tidy(&self, sketches_since: DateTime<Utc>) -> Result<(), Error> {
        self.write("put itself in order", move |c| {
            retention::tidy(c, sketches_since)
        })
        .await
    }

    /// The newest stories for a merged feed.
    ///
    /// # Errors
    /// If the archive cannot be read, or the query's search is none.
    pub async fn merged(&self, query: MergedQuery, now: DateTime<Utc>) -> Result<Merged, Error> {
        self.readers
            .read("read the merged feed", move |c| {
                merged::merged(c, &query, now)
            })
            .await
    }

    /// A document of the archived feed as it stands: its address is made of this.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn archive_page(
        &self,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<ArchivePage, Error> {
        self.readers
            .read("read the archived feed", move |connection| {
                merged::archive_page(connection, number, now)
            })
            .await
    }

    /// The newest corrections of titles and texts.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn corrections(&self, limit: usize) -> Result<Corrections, Error> {
        self.readers
            .read("read corrections", move |connection| {
                corrections::corrections(connection, limit)
            })
            .await
    }

    /// One article with its source and the other outlets of its story.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn article(&self, id: EntryId) -> Result<Option<MergedItem>, Error> {
        self.readers
            .read("read an article", move |c| merged::article(c, id))
            .await
    }

    /// Why an article is where it is.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn explain(&self, id: EntryId) -> Result<Option<Explained>, Error> {
        self.readers
            .read("explain an article", move |c| explain::explain(c, id))
            .await
    }

    /// At most `limit` articles with a number above `after`, lowest first.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn articles_after(&self, after: i64, limit: usize) -> Result<Vec<Article>, Error> {
        self.readers
            .read("read articles", move |c| {
                merged::articles_after(c, after, limit)
            })
            .await
    }

    /// The versions of an article, oldest first.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn revisions(&self, id: EntryId) -> Result<Vec<Revision>, Error> {
        self.readers
            .read("read versions", move |c| merged::revisions(c, id))
            .await
    }

    /// Every feed that the archive knows, by slug.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn feeds(&self, now: DateTime<Utc>) -> Result<Vec<FeedRow>, Error> {
        self.readers
            .read("list feeds", move |c| feeds::rows(c, now))
            .await
    }

    /// Slug and number of every feed that is polled.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn enabled_feeds(&self) -> Result<Vec<(String, FeedId)>, Error> {
        self.readers.read("list feeds", feeds::enabled).await
    }

    /// How many feeds are in each state.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub async fn feed_states(&self) -> Result<Vec<(String, i64)>, Error> {
        self.readers.read("count feeds", feeds::states).await
    }

    /// Articles that hold all words of `query` in any spelling; newest first, or best first.
    ///
    /// # Errors
    /// [`Error::Query`] if there is no word in it; or if the archive cannot be read.
    pub async fn search(
        &self,
        query: &str,
        limit: usize,
        by_rank: bool,
    ) -> Result<Vec<Hit>, Error> {
        let query = query.to_owned();
        self.readers
            .read("search", move |c| search::search(c, &query, limit, by_rank))
            .await
    }

    /// Runs one reading statement of the user's.
    ///
    /// # Errors
    /// [`Error::Query`] with SQLite's words.
    pub async fn sql(&self, sql: String) -> Result<Table, Error> {
        self.readers
            .read("run a query", move |c| query::run(c, &sql))
            .await
    }

    /// Writes a consistent copy of the archive to `target`, which must not exist.
    ///
    /// # Errors
    /// [`Error::Exists`]; or if the copy cannot be written.
    pub async fn backup(&self, target: &Path) -> Result<(), Error> {
        let target = target.to_owned();
        let path = self.shared.path.clone();
        off_the_workers("write a backup", move || {
            query::backup(&sqlite::readers::open_read_only(&path)?, &target)
        })
        .await
    }

    /// Answers if the archive can be read and its writer works, or waits for nothing but another
    /// process's write lock.
    ///
    /// # Errors
    /// Whatever keeps it from that.
    pub async fn ping(&self) -> Result<(), Error> {
        tokio::select! {
            done = self.write("answer", |_| Ok(())) => done?,
            () = self.writer.waits_for_lock() => {}
        }
        self.look_outside().await
    }

    /// Refuses, from now on, writes that would have to wait for another process's write lock.
    pub fn stop_waiting(&self) {
        self.writer.stop_waiting();
    }

    /// Writes what is under way, empties the WAL and ends the writer's thread; every handle gets
    /// [`Error::Closed`] from then on.
    pub async fn close(self) {
        self.writer.close().await;
        let thread = self
            .shared
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // Err means that the thread panicked; it has been logged and there is nothing to save.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.writer.write(doing, work).await
    }

    /// Writes what needs to know which articles are alike.
    async fn place<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection, &mut Sketches) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(&self.shared);
        self.write(doing, move |c| {
            let mut sketches = shared
                .sketches
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            work(c, &mut sketches)
        })
        .await
    }

    fn note_revision(&self, revision: u64) {
        self.shared.revision.store(revision, Ordering::Relaxed);
    }
}
