//! The words of the write side: claims with their lease, validators, what a poll found.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use url::Url;

use crate::model::entry::{EntryId, Hints, ParsedEntry};
use crate::model::feed::{FeedId, FeedState};
use crate::model::relocation::Moving;
use crate::model::sketch::Sketch;
use crate::model::story::JoinReason;
use crate::text::{arabic, plain};

/// The HTTP validators of the last good answer of a feed or a page (RFC 9110 §8.8), byte for byte as received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag` header's value, quotes and weakness mark included.
    pub etag: Option<Vec<u8>>,
    /// The `Last-Modified` header's value, never parsed.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// True if there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    /// Those after a 304 that carried `new`: what it leaves out stays as it was (RFC 9111 §3.2).
    pub fn renewed(&self, new: Self) -> Self {
        Self {
            etag: new.etag.or_else(|| self.etag.clone()),
            last_modified: new.last_modified.or_else(|| self.last_modified.clone()),
        }
    }
}

/// A token that says whose a claim is: a commit under a lost lease is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease(pub i64);

impl Lease {
    /// None was given.
    pub const NONE: Self = Self(0);
}

/// A feed that is ours to poll until the lease ends, with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedClaim {
    /// Which feed.
    pub feed: FeedId,
    /// Its name, for logs and to find what the configuration says of it.
    pub slug: String,
    /// Where to fetch it.
    pub url: Url,
    /// The configured address, if the feed moved from there.
    pub moved_from: Option<Url>,
    /// The address that its server names in place of this one, not yet believed.
    pub moving: Option<Moving>,
    /// True if it lies in `allow_networks`.
    pub local: bool,
    /// Proof of the claim.
    pub lease: Lease,
    /// To be sent with the request.
    pub validators: Validators,
    /// Digest of the last good body, to notice a 200 that brings nothing.
    pub body_digest: Option<Vec<u8>>,
    /// Polls that failed in a row.
    pub failures: u32,
    /// The adaptive estimate that the last poll left.
    pub interval: Option<Duration>,
    /// What is known of its rhythm.
    pub rhythm: Option<Rhythm>,
    /// What the last document that was read says of how it wants to be polled; the addresses in it
    /// are not kept.
    pub hints: Hints,
    /// When the last poll began.
    pub last_poll: Option<DateTime<Utc>>,
    /// The state that the last poll left.
    pub state: FeedState,
    /// The document that this version of rawi does not read again: see [`PollReport::poison`].
    pub poison: Option<Vec<u8>>,
    /// It was under way when a process died: it is read alone, and with a mark.
    pub is_suspect: bool,
}

/// What is known of when a feed's entries come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// The last poll with a good answer.
    pub read_at: DateTime<Utc>,
    /// When the newest entry came.
    pub newest: DateTime<Utc>,
    /// The usual time between two entries.
    pub gap: Option<Duration>,
    /// The shortest time in which half of the document was new, longer the longer ago it was.
    pub half: Option<Duration>,
}

/// A page that is ours to fetch until the lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct PageClaim {
    /// The entry that it belongs to.
    pub entry: EntryId,
    /// The feed of the entry: its slug.
    pub feed: String,
    /// The page's address.
    pub url: Url,
    /// True if its feed lies in `allow_networks`.
    pub local: bool,
    /// Proof of the claim.
    pub lease: Lease,
    /// Fetches that failed so far.
    pub attempts: u32,
    /// To be sent with the request: those of the answer that the entry's text came from.
    pub validators: Validators,
    /// Whether a process died over it.
    pub suspicion: Suspicion,
    /// The entry's title: an anchor for the extractor.
    pub title: String,
    /// The feed's own text of the entry: an anchor, and the measure that a page must beat.
    pub feed_text: String,
}

/// Whether a process died over a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Suspicion {
    /// No.
    #[default]
    None,
    /// It was one of those that were under way then.
    Suspect,
    /// It was the one that was being read.
    Poison,
}

/// How many pages a public host was asked for on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagesAsked {
    /// Its name, without a port.
    pub host: String,
    /// The day, in UTC.
    pub day: NaiveDate,
    /// How many.
    pub pages: u32,
}

/// One entry of a poll, with all that is costly to derive, ready to be decided on.
///
/// Keys and digests are eight bytes of SHA-256 ([`crate::text::digest::parts`]): small in the
/// archive's indexes, and at a thousand million entries two of them meet by chance once in
/// thirty-seven archives.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// The archive has it as it is: nothing that is costly was derived, and nothing is to be done.
    pub is_again: bool,
    /// What the feed said; its summary and content have been taken out into the fields below.
    pub entry: ParsedEntry,
    /// Identity inside its feed.
    pub key: i64,
    /// Key of its address; none where the address says nothing (a home page).
    pub url_key: Option<i64>,
    /// Digest of all that the outlet wrote, byte for byte: what has the same is not looked at again.
    pub said_digest: i64,
    /// Digest of what counts of it (title, texts, enclosures): another one is a change.
    pub content_digest: i64,
    /// Digest of the normalised text; none where the text is too short to tell articles apart.
    pub text_digest: Option<i64>,
    /// What texts like it are found by; empty where it is too short.
    pub sketch: Sketch,
    /// Why the feed's own filters keep it out of merged feeds; none: they do not.
    pub muted: Option<String>,
    /// Plain summary; none where it is the text itself.
    pub summary: Option<String>,
    /// Best body that the feed carries.
    pub body: Body,
    /// Where the body comes from, in words.
    pub extraction: &'static str,
}

/// A body of text in the shapes that the archive keeps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// Plain text, paragraphs separated by a blank line.
    pub text: String,
    /// HTML as the outlet wrote it; none where it says no more than the paragraphs of `text`.
    pub html: Option<String>,
    /// Words in `text`.
    pub words: u32,
    /// Stems of the title's words for the full-text index; empty where it holds them anyway.
    pub title_stems: String,
    /// Stems of the text's words, likewise.
    pub text_stems: String,
}

impl Body {
    /// The body of an entry with that title.
    pub fn new(title: &str, text: String, html: Option<String>) -> Self {
        Self {
            words: plain::words(&text),
            title_stems: arabic::stems_that_differ(title),
            text_stems: arabic::stems_that_differ(&text),
            html,
            text,
        }
    }
}

/// What the archive knows of one entry that came again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownEntry {
    /// Which.
    pub id: EntryId,
    /// Digest of what the outlet wrote the last time.
    pub content_digest: i64,
}

/// What the archive knows that bears on the entries of one poll, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// The entry with the same key in the same feed.
    pub same_key: Vec<Option<KnownEntry>>,
    /// Where there is none: the entry of the same feed with the same URL key and the same title.
    pub same_entry: Vec<Option<KnownEntry>>,
    /// The story of an entry with the same URL key, in any feed.
    pub same_url: Vec<Option<EntryId>>,
    /// The story of an entry with the same text digest, in any feed, inside the window.
    pub same_text: Vec<Option<EntryId>>,
    /// Whether retention has deleted an entry with the same key.
    pub is_forgotten: Vec<bool>,
    /// How many new entries the feed has brought within a day.
    pub new_today: usize,
}

/// What is to be done with one incoming entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It was not there before.
    New {
        /// What came.
        incoming: Incoming,
        /// The story that it joins, with the reason; none: it leads its own.
        joins: Option<Join>,
    },
    /// It was there under another guid: outlets change their guids, some at every poll.
    Renamed {
        /// Which entry.
        id: EntryId,
        /// Its identity now.
        key: i64,
        /// The guid, if it has one.
        guid: Option<String>,
    },
    /// It was there and says something else now: a revision.
    Changed {
        /// Which entry.
        id: EntryId,
        /// What it says now.
        incoming: Incoming,
    },
}

/// A join to a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    /// The story: the number of the entry that leads it, or the place in this very poll of the
    /// new entry that will.
    pub story: JoinTarget,
    /// Which rule said so.
    pub why: JoinReason,
}

/// Whom a join is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinTarget {
    /// A story of the archive.
    Known(EntryId),
    /// The story of the n-th change of the same poll (counted from 0), which is new as well.
    InThisPoll(usize),
}

/// What one poll did to its feed, apart from its entries.
#[derive(Debug, Clone, PartialEq)]
pub struct PollReport {
    /// When it began.
    pub at: DateTime<Utc>,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Bytes of the body, after decoding.
    pub bytes: u64,
    /// From the request to the parsed document.
    pub elapsed: Duration,
    /// True if the request was conditional.
    pub sent_validators: bool,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// The first words of an answer that brought no feed.
    pub answer: Option<String>,
    /// Polls that failed in a row, this one included.
    pub failures: u32,
    /// Validators to send next time; none: keep those that are stored.
    pub validators: Option<Validators>,
    /// Digest of the body that was read; none: keep the stored one.
    pub body_digest: Option<Vec<u8>>,
    /// The document that is not to be read again, by the version that could not read it and the
    /// digest of its body.
    pub poison: Option<Vec<u8>>,
    /// What the channel says of itself, if it was read.
    pub channel: Option<ChannelFacts>,
    /// What the document says of how it wants to be polled; none: keep what is stored.
    pub hints: Option<Hints>,
}

/// What a channel says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelFacts {
    /// Its title.
    pub title: Option<String>,
    /// Its site.
    pub site: Option<String>,
    /// Its language.
    pub language: Option<String>,
}

/// When a feed is polled next, and how it stands until then.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The next poll. None: never again (the server said that the feed is gone).
    pub at: Option<DateTime<Utc>>,
    /// The rule that set the time, in words.
    pub why: String,
    /// The adaptive estimate to go on from.
    pub interval: Option<Duration>,
    /// The rhythm to go on from.
    pub rhythm: Option<Rhythm>,
    /// Every entry of the document was new: others may have passed unseen.
    pub is_turnover: bool,
    /// Nothing new came for long, also by the feed's own measure.
    pub is_stale: bool,
    /// A server asked for silence until then: even `poll --now` keeps it.
    pub silence_until: Option<DateTime<Utc>>,
    /// A public host as a whole is left alone until then.
    pub host_until: Option<DateTime<Utc>>,
}

/// What one commit of a poll changed in the archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Entries that were not there before.
    pub new: usize,
    /// Entries that say something else now.
    pub changed: usize,
    /// Entries of which something beside title and text is another now.
    pub renewed: usize,
    /// Entries that came under another guid than before.
    pub renamed: usize,
    /// Pages that became due.
    pub pages: usize,
}
