//! The nouns of the store's verbs: what is asked of the archive and what it answers.

use chrono::{DateTime, Utc};

use crate::model::article::{Article, Outlet, SourceFeed};
use crate::model::entry::EntryId;
use crate::model::feed::{FeedId, FeedState};
use crate::model::poll::{
    Body, Change, FeedClaim, Incoming, Next, PageClaim, PagesAsked, PollReport, Tally, Validators,
};
use crate::model::relocation::Relocation;
use crate::model::sketch::Sketch;
use crate::model::story::Place;
use crate::text::excerpt::Excerpt;
use crate::text::pattern::Filter;

/// Which feeds to claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// These, whatever the schedule says; each is taken from the list when it was claimed or may
    /// not be polled now.
    These(Vec<FeedId>),
}

/// The terms of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The time.
    pub now: DateTime<Utc>,
    /// Until when what was claimed is ours.
    pub lease_until: DateTime<Utc>,
    /// The most that is claimed.
    pub limit: usize,
    /// Whose it is: see [`crate::store::Store::owner`].
    pub owner: i64,
}

/// A feed whose schedule was changed in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescheduled {
    /// Which.
    pub feed: FeedId,
    /// Its name.
    pub slug: String,
    /// When it was polled last.
    pub last_poll: Option<DateTime<Utc>>,
}

/// How an article finds the story that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Matching {
    /// Texts first seen since then can be the same story.
    pub since: DateTime<Utc>,
    /// Says whether texts that are not equal are the same; none: they are not.
    pub place: Option<Place>,
}

/// What a poll asks the archive to keep.
#[derive(Debug)]
pub struct PollCommit {
    /// Whose poll.
    pub claim: FeedClaim,
    /// What it did to the feed.
    pub report: PollReport,
    /// The entries of the document, newest last; empty if there was none.
    pub incoming: Vec<Incoming>,
    /// Whether the articles behind new entries are to be fetched.
    pub pages: bool,
    /// How its entries find their stories.
    pub matching: Matching,
    /// The time.
    pub now: DateTime<Utc>,
}

/// A claim that is read with a mark.
#[derive(Debug, Clone, Copy)]
pub enum Suspect<'a> {
    /// A feed's document, by version and digest.
    Feed(&'a FeedClaim, &'a [u8]),
    /// A page.
    Page(&'a PageClaim),
}

/// What the commit of a poll came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// What changed in the archive.
    pub tally: Tally,
    /// When the feed is polled next.
    pub next: Next,
    /// What becomes of its address.
    pub relocation: Relocation,
    /// New entries that were not taken: the feed brings too many.
    pub refused: usize,
}

/// What was decided inside the transaction of a poll.
#[derive(Debug)]
pub struct Decision {
    /// What is to be written.
    pub changes: Vec<Change>,
    /// When the feed is polled next.
    pub next: Next,
    /// How the feed stands now.
    pub state: FeedState,
    /// What becomes of its address.
    pub relocation: Relocation,
    /// New entries that are not taken: the feed brings too many.
    pub refused: usize,
}

/// A feed as the view `feeds` shows it. Times are ISO 8601 text.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FeedRow {
    /// The archive's number.
    #[serde(skip)]
    pub id: FeedId,
    /// Its name.
    pub slug: String,
    /// Its address.
    pub url: String,
    /// Name of the outlet.
    pub title: String,
    /// The outlet's site.
    pub site: Option<String>,
    /// Labels.
    pub categories: Vec<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// How it is doing.
    pub state: String,
    /// The last poll.
    pub last_poll: Option<String>,
    /// The next poll.
    pub next_poll: Option<String>,
    /// The rule that set it.
    pub next_why: String,
    /// HTTP status of the last poll.
    pub last_status: Option<u16>,
    /// Why the last poll failed.
    pub last_error: Option<String>,
    /// Entries in the archive.
    pub entries: u64,
    /// Polls that found every entry new, so that others may have passed unseen.
    pub turnovers: u64,
    /// Since when it has been in that state.
    pub state_since: Option<String>,
    /// The first words of an answer that brought no feed.
    pub last_answer: Option<String>,
    /// The address that it moved to and is asked at.
    pub moved_to: Option<String>,
    /// When its pages were last seen to have a new design.
    pub redesigned: Option<String>,
    /// Entries that came within a day.
    pub new_today: u64,
}

/// What is answered when a due page could be claimed.
#[derive(Debug)]
pub enum Admission<P> {
    /// It can be fetched, with this permit.
    Now(P),
    /// Its host is busy: it stays due.
    Later,
    /// It is put off to this time.
    NotBefore(DateTime<Utc>),
}

/// What the work on a page asks the archive to keep.
#[derive(Debug)]
pub struct PageCommit {
    /// Whose work.
    pub claim: PageClaim,
    /// How it ended.
    pub end: PageEnd,
    /// What the page taught of its host.
    pub lesson: Option<Lesson>,
    /// Pages that hosts were asked for since the last commit, whoever asked.
    pub asked: Vec<PagesAsked>,
    /// How its entries find their stories.
    pub matching: Matching,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What a page taught of its host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The host's name, without a port.
    pub host: String,
    /// All that is known of it now, in a form that its reader knows; none: what is kept is good enough.
    pub learned: Option<String>,
    /// Its pages were seen to have a new design.
    pub is_redesigned: bool,
}

/// An article that its page gave.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPage {
    /// Its text.
    pub body: Body,
    /// Which rule found it, in words, beginning with `page`.
    pub extraction: String,
    /// Place and agency that open the text.
    pub dateline: Option<String>,
    /// A picture.
    pub image: Option<String>,
    /// Names of the authors, if the page says them.
    pub author: Vec<String>,
    /// BCP 47 tag of the page.
    pub language: Option<String>,
    /// Digest of the normalised text.
    pub text_digest: Option<i64>,
    /// What texts like it are found by.
    pub sketch: Sketch,
    /// Why the feed's own filters keep it out of merged feeds; none: they do not.
    pub muted: Option<String>,
    /// What makes the next fetch of this page conditional.
    pub validators: Validators,
}

/// How the work on a page ended.
#[derive(Debug, Clone, PartialEq)]
pub enum PageEnd {
    /// With its article.
    Found(Box<FoundPage>),
    /// The page is what it was (304): the entry's text stays.
    NotModified {
        /// The validators that are to be sent next time.
        validators: Validators,
    },
    /// It cannot be had now.
    TryAgain {
        /// When to try again.
        at: DateTime<Utc>,
        /// Why, in words.
        reason: String,
    },
    /// It will not be had: the entry stands with the feed's own text.
    GivenUp {
        /// Why, in words.
        reason: String,
    },
}

/// Which entries a merged feed holds. All lists that are not empty must hold; the default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MergedQuery {
    /// The most entries.
    pub limit: usize,
    /// Any of these feeds (slugs).
    pub feeds: Vec<String>,
    /// From a feed with any of these labels; those of the entries themselves are not looked at.
    pub categories: Vec<String>,
    /// Any of these languages; `ar` is also `ar-JO`.
    pub languages: Vec<String>,
    /// A search that they answer ([`crate::model::Query`]).
    pub search: Option<String>,
    /// Patterns that let them pass.
    pub filter: Filter,
    /// This story alone.
    pub story: Option<EntryId>,
    /// This document of the archived feed (RFC 5005) instead of the newest entries.
    pub archive_page: Option<i64>,
}

/// A document of the archived feed as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivePage {
    /// Counted from 0, the oldest.
    pub number: i64,
    /// Other numbers mean that it may say something else than before.
    pub mark: [i64; 3],
}

/// The newest corrections.
#[derive(Debug, Clone, PartialEq)]
pub struct Corrections {
    /// The archive's revision when they were read.
    pub revision: u64,
    /// Newest first.
    pub rows: Vec<CorrectionRow>,
}

/// An article and what it said before its last revision.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrectionRow {
    /// The article as it is.
    pub article: Article,
    /// The feed that it came from.
    pub source: SourceFeed,
    /// The number of the revision.
    pub revision: u64,
    /// When it was first seen.
    pub seen: DateTime<Utc>,
    /// The title before.
    pub old_title: String,
    /// The text before.
    pub old_text: String,
}

/// The newest stories.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The archive's revision when they were read.
    pub revision: u64,
    /// When an entry that waits for its page becomes visible, whatever comes.
    pub next_change: Option<DateTime<Utc>>,
    /// Newest first.
    pub items: Vec<MergedItem>,
    /// The document of the archived feed that holds older ones.
    pub older: Option<ArchivePage>,
    /// Stories that were shown and were joined to others since, and when; newest first.
    pub gone: Vec<(i64, DateTime<Utc>)>,
}

/// One story of the merged feed.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedItem {
    /// The article that leads it.
    pub article: Article,
    /// The feed that it came from.
    pub source: SourceFeed,
    /// Other outlets that carry it.
    pub others: Vec<Outlet>,
}

/// Why an article is where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The article.
    pub item: MergedItem,
    /// When merged feeds may show it.
    pub visible_at: DateTime<Utc>,
    /// Why its feed's own filters keep it out of them; none: they do not.
    pub muted: Option<String>,
    /// When its page is fetched, if it is still to be.
    pub page_due: Option<DateTime<Utc>>,
    /// Fetches of it that failed.
    pub page_attempts: u32,
    /// The articles of its story: the one that leads it, then the others as they came.
    pub members: Vec<Member>,
    /// Other stories about the same event: number and title.
    pub event: Vec<(i64, String)>,
}

/// An article of a story, and how it got there.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Member {
    /// Its number.
    pub id: i64,
    /// Name of its outlet.
    pub outlet: String,
    /// Its title.
    pub title: String,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
    /// The rule that joined it; none: it opened the story, or leads it now.
    pub joined_why: Option<String>,
    /// The article that it was found alike.
    pub joined_to: Option<i64>,
    /// How alike they are, 0 to 1.
    pub joined_score: Option<f64>,
    /// Whether a person said where it belongs.
    pub by_hand: bool,
    /// Why its feed's own filters keep it out of merged feeds.
    pub muted: Option<String>,
}

/// What a search finds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(into = "HitRow")]
pub struct Hit {
    /// The article.
    pub id: i64,
    /// Its story.
    pub story: i64,
    /// Slug of its feed.
    pub feed: String,
    /// When it was published, ISO 8601.
    pub published: String,
    /// Name of the outlet.
    pub outlet: String,
    /// Its title, with what was found there.
    pub title: Excerpt,
    /// Its address.
    pub url: Option<String>,
    /// Words of its text.
    pub words: u64,
    /// The part of its text that answers best.
    pub snippet: Excerpt,
}

/// A [`Hit`] for programs. Marks are pairs of characters, the first and the one behind the last,
/// since every language has its own idea of bytes.
#[derive(serde::Serialize)]
struct HitRow {
    id: i64,
    story: i64,
    feed: String,
    published: String,
    outlet: String,
    title: String,
    title_marks: Vec<[usize; 2]>,
    url: Option<String>,
    words: u64,
    snippet: String,
    snippet_marks: Vec<[usize; 2]>,
}

impl From<Hit> for HitRow {
    fn from(hit: Hit) -> Self {
        Self {
            id: hit.id,
            story: hit.story,
            feed: hit.feed,
            published: hit.published,
            outlet: hit.outlet,
            title_marks: hit.title.marks_in_chars(),
            title: hit.title.text,
            url: hit.url,
            words: hit.words,
            snippet_marks: hit.snippet.marks_in_chars(),
            snippet: hit.snippet.text,
        }
    }
}

/// A version of an article.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Revision {
    /// Counted from 1.
    pub revision: u64,
    /// When it was first seen, ISO 8601.
    pub seen: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// The fields that it changed: a JSON array.
    pub changed: String,
}

/// The answer to a query of the user's.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows of as many values as there are columns.
    pub rows: Vec<Vec<serde_json::Value>>,
}
